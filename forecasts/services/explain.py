"""What each figure means: the paragraphs of docs/scoring.md, which travels with the program, and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass

from forecasts.errors import InvalidInputError, Problem
from forecasts.paths import docs_folder
from forecasts.text import search_key

_DOCUMENT = "scoring.md"
_TITLES = {
    "brier_low": "Sampling interval",
    "brier_high": "Sampling interval",
    "sampling": "Sampling interval",
    "brier_best": "Coding interval",
    "brier_worst": "Coding interval",
    "coding": "Coding interval",
    "brier": "Brier score",
    "clipped": "Log loss",
    "reference": "Gain",
    "component": "Difficulty-adjusted Brier",
    "calibration_n": "Miscalibration",
    "calibration_brier": "Miscalibration",
    "rank_low": "Rank",
    "rank_high": "Rank",
    "why_not_ranked": "Enough",
    "storylines": "Bootstrap over scenarios",
    "rivals": "Comparing two sources",
    "crps": "CRPS",
    "pooled": "Pooled views",
    "firm": "Enough",
    "firm_right": "Enough",
    "hindsight_questions": "Hindsight",
    "hindsight_predictions": "Hindsight",
    **dict.fromkeys(("predictions", "possibilities_settled", "possibilities_realised"), "Which predictions count"),
    **dict.fromkeys(("announcements_settled", "announcements_kept"), "Which predictions count"),
}
"""Figures that have no paragraph under their own name, and the paragraph that they are in."""
_BUCKETS = "Which predictions count"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One section of the document: its title, and its text in Markdown."""

    title: str
    text: str

    @property
    def anchor(self) -> str:
        """What a link within the document calls it."""
        return re.sub(r"[^\w -]", "", self.title.lower()).replace(" ", "-")


def paragraphs() -> tuple[Paragraph, ...]:
    """Every section of docs/scoring.md, in order. ForecastsError where the program was installed without it."""
    text = (docs_folder() / _DOCUMENT).read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)[1:]
    return tuple(Paragraph(title, body.strip()) for title, body in zip(parts[::2], parts[1::2], strict=True))


def place_of(figure: str, among: tuple[Paragraph, ...]) -> int:
    """Which paragraph a figure's name, its key in JSON, a title or an anchor leads to. InvalidInputError offers all."""
    from forecasts.domain.kinds import Bucket

    name = figure.strip().removeprefix("#")
    wanted = _TITLES.get(name.partition(" ")[0]) or (_BUCKETS if name in set(Bucket) else name)
    key = search_key(wanted.replace("_", " ").replace("-", " "))
    for test in (str.__eq__, str.startswith):
        for place, paragraph in enumerate(among):
            title = search_key(paragraph.title.replace("-", " "))
            if test(title, key) and key:
                return place
    msg = "There is no such figure:"
    expected = f"one of {', '.join(paragraph.title for paragraph in among)}"
    raise InvalidInputError(msg, (Problem(field="figure", found=repr(figure)[:60], expected=expected),))
