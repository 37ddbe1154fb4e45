"""What a board makes of scores that were worked out by hand: the definitions, each as short as it is written.

Nothing here is imported from the program, and nothing but means, logarithms and one least-squares solution is needed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import log
from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np

from tests.scoring.intervals import bounded
from tests.services.worked_out.by_hand import (
    ANNOUNCEMENTS_SETTLED,
    CRPS,
    JOINT,
    KEPT,
    POSSIBILITIES_SETTLED,
    REALISED,
    REFERENCES,
    REFERRED,
    SCENARIOS,
    SCORES,
    SELECTED,
    Score,
)

if TYPE_CHECKING:
    from tests.services.worked_out.by_hand import Board

Figures = dict[str, float | int | str | None]


@dataclass(frozen=True)
class Card:
    """One source's claims on a board."""

    source: str
    buckets: dict[str, list[str]]

    @property
    def scores(self) -> list[Score]:
        """Its scored claims that have a Brier score."""
        return [SCORES[claim] for claim in self.buckets.get("scored", []) if claim in SCORES]

    @property
    def every(self) -> list[str]:
        """All its claims."""
        return [claim for claims in self.buckets.values() for claim in claims]


def cards_of(board: Board) -> dict[str, Card]:
    """The cards of a board."""
    return {
        source: Card(source, {bucket: claims.split() for bucket, claims in buckets.items()})
        for source, buckets in board.items()
    }


def _ln(score: Score) -> float:
    return log(min(max(float(score.given), 0.001), 0.999))


def figures(card: Card, cards: dict[str, Card], by: str = "speaker") -> Figures:
    """Every figure of a card that scores give."""
    scores = card.scores
    binary = [score for score in scores if score.yes is not None]
    logs = [_ln(score) for score in scores]
    return {
        "brier": fmean(score.brier for score in scores),
        "brier_best": fmean(score.best for score in scores),
        "brier_worst": fmean(score.worst for score in scores),
        **_interval(scores),
        "log_loss": -fmean(logs),
        "clipped": sum(not 0.001 <= score.given <= 0.999 for score in scores),
        "baseline_score": fmean(
            100 * (ln - log(1 / score.options)) / log(score.options) for ln, score in zip(logs, scores, strict=True)
        ),
        "peer_score": _peer(card, cards, by),
        "accuracy": fmean(_right(score) for score in binary) if binary else None,
        "sharpness": fmean(4 * (float(score.yes or 0) - 0.5) ** 2 for score in binary) if binary else None,
        **_rates(card),
        **_against_references(card),
        **_calibration(binary),
        **_adjusted(card, cards),
        "possibilities_settled": len(POSSIBILITIES_SETTLED.intersection(card.every)),
        "possibilities_realised": len(REALISED.intersection(card.every)),
        "announcements_settled": len(ANNOUNCEMENTS_SETTLED.intersection(card.every)),
        "announcements_kept": len(KEPT.intersection(card.every)),
    }


def _right(score: Score) -> float:
    assert score.yes is not None
    return 0.5 if score.yes * 2 == 1 else float((score.yes * 2 > 1) == score.happened)


def _interval(scores: list[Score]) -> Figures:
    values = [float(score.brier) for score in scores]
    line_of = {question: line for line, questions in SCENARIOS.items() for question in questions.split()}
    of_line: dict[str, list[float]] = {}
    for score in scores:
        of_line.setdefault(line_of.get(score.question, score.question), []).append(float(score.brier))
    low, high = bounded(values)
    over = bounded([fmean(briers) for briers in of_line.values()]) if len(of_line) > 1 else (None, None)
    return {"brier_low": low, "brier_high": high, "brier_scenario_low": over[0], "brier_scenario_high": over[1]}


def _peer(card: Card, cards: dict[str, Card], by: str) -> float | None:
    found = []
    for score in card.scores:
        others = [
            _ln(other)
            for source, held in cards.items()
            if source != card.source
            and score.question not in JOINT.get((by, min(source, card.source), max(source, card.source)), ())
            for other in held.scores
            if other.question == score.question
        ]
        if others:
            found.append(100 * fmean(_ln(score) - other for other in others))
    return fmean(found) if found else None


def _rates(card: Card) -> Figures:
    covered = [claim for claim in card.every if claim not in SELECTED]
    if not covered:
        return {"vagueness": None, "hedging": None}
    return {
        name: sum(claim in card.buckets.get(bucket, ()) for claim in covered) / len(covered)
        for name, bucket in (("vagueness", "unscorable"), ("hedging", "possibilities"))
    }


def _against_references(card: Card) -> Figures:
    claims = [claim for claim in card.buckets["scored"] if claim in REFERRED]
    if not claims:
        return {"gain": None, "skill": None, "reference": None}
    own = fmean(SCORES[claim].brier for claim in claims)
    reference = fmean(REFERENCES[REFERRED[claim]] for claim in claims)
    names = {REFERRED[claim][1] for claim in claims}
    return {
        "gain": reference - own if reference >= 0.05 else None,
        "skill": 1 - own / reference if reference >= 0.05 else None,
        "reference": names.pop() if len(names) == 1 else "several",
    }


def _calibration(binary: list[Score]) -> Figures:
    """CORP: the mean Brier of the forecasts, of their isotonic regression, and of the share that happened.

    Parts of fewer than ten, or of what all came out alike, say nothing.
    """
    if not binary:
        return {"calibration_n": 0, "calibration_brier": None}
    outcomes = {p: [float(s.happened) for s in binary if s.yes == p] for p in sorted({s.yes or 0 for s in binary})}
    blocks: list[list[float]] = []
    for happened in outcomes.values():
        blocks.append(happened)
        while len(blocks) > 1 and fmean(blocks[-2]) >= fmean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    every = [outcome for block in blocks for outcome in block]
    brier = fmean((float(score.yes or 0) - score.happened) ** 2 for score in binary)
    fitted = fmean((fmean(block) - outcome) ** 2 for block in blocks for outcome in block)
    constant = fmean((fmean(every) - outcome) ** 2 for outcome in every)
    tells = len(binary) >= 10 and constant > 0
    return {
        "calibration_n": len(binary),
        "calibration_brier": brier,
        "miscalibration": brier - fitted if tells else None,
        "discrimination": constant - fitted if tells else None,
        "uncertainty": constant if tells else None,
    }


def _adjusted(card: Card, cards: dict[str, Card]) -> Figures:
    """Brier = source + question + error by least squares; the board's sources are all connected by its questions."""
    sources = [source for source, held in cards.items() if held.scores]
    questions = sorted({score.question for held in cards.values() for score in held.scores})
    rows = [(source, score) for source in sources for score in cards[source].scores]
    design = np.zeros((len(rows), len(sources) + len(questions)))
    for row, (source, score) in enumerate(rows):
        design[row, sources.index(source)] = design[row, len(sources) + questions.index(score.question)] = 1
    solution = np.linalg.lstsq(design, np.array([float(score.brier) for _, score in rows]), rcond=None)[0]
    level = float(solution[len(sources) :].mean())
    shared = [question for question, n in Counter(score.question for _, score in rows).items() if n > 1]
    tells = len(sources) >= 3 and len(shared) >= 10
    adjusted = min(max(float(solution[sources.index(card.source)]) + level, 0.0), 1.0)
    return {"difficulty_adjusted_brier": adjusted if tells else None, "component": 1}


def crps_of(card: Card) -> dict[str, tuple[int, float, float | None]]:
    """By unit: how many claims, their mean CRPS, and the share of intervals that held the outcome."""
    found: dict[str, tuple[int, float, float | None]] = {}
    claims = [CRPS[claim] for claim in card.buckets["scored"] if claim in CRPS]
    for unit in {unit for unit, _, _ in claims}:
        of_unit = [(float(crps), held) for name, crps, held in claims if name == unit]
        intervals = [float(held) for _, held in of_unit if held is not None]
        mean = fmean(crps for crps, _ in of_unit)
        found[unit] = (len(of_unit), mean, fmean(intervals) if intervals else None)
    return found


def has_enough(card: Card) -> bool:
    """Ten scored questions from three scenarios."""
    asked = {score.question for score in card.scores}
    lines = {line for line, questions in SCENARIOS.items() if asked.intersection(questions.split())}
    return len(card.scores) >= 10 and len(lines) >= 3


def ranks(cards: dict[str, Card]) -> dict[str, tuple[int, int, int]]:
    """By source with enough, where there are two of them: its rank, and what it could as well be."""
    ranked = {source: figures(card, cards) for source, card in cards.items() if has_enough(card)}
    if len(ranked) < 2:
        return {}

    def number(source: str, figure: str) -> float:
        value = ranked[source][figure]
        assert isinstance(value, float)
        return value

    return {
        source: (
            1 + sum(number(other, "brier") < number(source, "brier") for other in ranked),
            1 + sum(number(other, "brier_high") < number(source, "brier_low") for other in ranked),
            len(ranked) - sum(number(other, "brier_low") > number(source, "brier_high") for other in ranked),
        )
        for source in ranked
    }
