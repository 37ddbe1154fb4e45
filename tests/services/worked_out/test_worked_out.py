"""The program's boards of a record whose every figure was worked out by hand."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forecasts.domain.dates import Span
from forecasts.domain.intents import ReopenQuestion, ResolveQuestion, UndoChange
from forecasts.domain.kinds import Bucket, Role, Which, Wording
from forecasts.services.ledger import Ledger, open_ledger
from forecasts.services.resolve import reopen_question, resolve_question
from forecasts.services.undo import undo_change
from tests.conftest import ANALYST, HeldClock, Templates
from tests.services.looking import board
from tests.services.worked_out.arithmetic import cards_of, crps_of, figures, has_enough, ranks
from tests.services.worked_out.by_hand import BOARDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecasts.domain.scorecards import Scorecard

PACK = Path(__file__).parent
BUCKETS = [bucket.value for bucket in Bucket]


@pytest.fixture
def ledger(engine: str, templates: Templates, tmp_path: Path) -> Iterator[Ledger]:
    """The record in a ledger of each engine."""
    address = templates.copy(engine, tmp_path, PACK)
    opened = open_ledger(address, analyst=ANALYST, clock=HeldClock())
    yield opened
    opened.close()
    templates.drop(address)


def _cards(ledger: Ledger, by: str, which: str = "first", wording: str = "point") -> dict[str, Scorecard]:
    found = board(ledger, by=Role(by), which=Which(which), wording=Wording(wording)).scorecards
    return {card.source: card for card in found}


def _buckets(card: Scorecard) -> dict[str, set[str]]:
    claims = {bucket: {claim.prediction for claim in card.claims if claim.bucket == bucket} for bucket in BUCKETS}
    return {bucket: found for bucket, found in claims.items() if found}


def test_pack_has_every_kind_of_everything() -> None:
    """That what is worked out by hand is worth it."""
    tables = tomllib.loads((PACK / "pack.toml").read_text(encoding="utf-8"))
    said = tables["prediction"]
    assert len(said) >= 40
    assert {row.get("kind", "binary") for row in tables["question"]} == {
        "binary", "multiple_choice", "ordered", "numeric", "date",
    }  # fmt: skip
    for field, values in {
        "claim_type": {"possibility", "announcement", "presupposition"},
        "endorsement": {"relayed", "endorsed", "disputed"},
        "fit": {"proxy"},
        "fidelity": {"hardened"},
        "attribution": {"ambiguous"},
    }.items():
        assert {row[field] for row in said if field in row} == values
    for field in ("supersedes", "restates", "unscorable", "condition", "via", "quantiles", "probabilities", "low"):
        assert any(field in row for row in said), field
    assert {len(row["speakers"]) for row in said} == {0, 1, 2}
    assert any("void" in row for row in tables["resolution"])
    assert sum("condition" in row for row in tables["question"]) >= 4


@pytest.mark.parametrize(("by", "which"), BOARDS)
def test_board_is_what_was_worked_out(ledger: Ledger, by: str, which: str) -> None:
    cards = cards_of(BOARDS[by, which])
    found = _cards(ledger, by, which)
    assert set(found) == set(cards)
    for source, card in cards.items():
        actual = found[source]
        assert _buckets(actual) == {bucket: set(claims) for bucket, claims in card.buckets.items()}, source
        for bucket in BUCKETS:
            assert getattr(actual, bucket) == len(card.buckets.get(bucket, ())), (source, bucket)
        assert actual.predictions == len(card.every) == sum(getattr(actual, bucket) for bucket in BUCKETS)
        for name, expected in figures(card, cards, by).items():
            value = getattr(actual, name)
            if isinstance(expected, float):
                assert value == pytest.approx(expected, abs=1e-9, rel=0), (source, name)
            else:
                assert value == expected, (source, name)
        assert {figure.unit for figure in actual.crps if figure.n} == set(crps_of(card)), source
        for figure in actual.crps:
            n, mean, coverage = crps_of(card)[figure.unit]
            assert (figure.n, figure.coverage) == (n, coverage), (source, figure.unit)
            assert figure.mean == pytest.approx(mean, abs=1e-9, rel=0), (source, figure.unit)


@pytest.mark.parametrize(("by", "which"), BOARDS)
def test_ranks_are_given_to_those_with_enough(ledger: Ledger, by: str, which: str) -> None:
    cards = cards_of(BOARDS[by, which])
    expected = ranks(cards)
    assert len(expected) == (0 if by == "outlet" else 2)
    for source, card in _cards(ledger, by, which).items():
        assert card.enough is has_enough(cards[source]), source
        assert (card.rank, card.rank_low, card.rank_high) == expected.get(source, (None, None, None)), source
        assert bool(card.why_not_ranked) is (source not in expected), source


@pytest.mark.parametrize(("wording", "figure"), [("best", "brier_best"), ("worst", "brier_worst")])
def test_wording_shows_the_whole_board_so(ledger: Ledger, wording: str, figure: str) -> None:
    cards = cards_of(BOARDS["speaker", "first"])
    for source, card in _cards(ledger, "speaker", wording=wording).items():
        assert card.brier == pytest.approx(figures(cards[source], cards)[figure], abs=1e-9, rel=0), source


def _moved(ledger: Ledger, source: str, by: str = "speaker") -> dict[str, set[str]]:
    """Which of a source's claims are in another bucket than was worked out, by where they are now."""
    before = cards_of(BOARDS[by, "first"])[source].buckets
    now = _buckets(_cards(ledger, by)[source])
    moved = {bucket: claims - set(before.get(bucket, ())) for bucket, claims in now.items()}
    return {bucket: claims for bucket, claims in moved.items() if claims}


def test_reopened_condition_takes_what_hung_on_it_along_and_brings_it_back(ledger: Ledger) -> None:
    before = [board(ledger, by=by) for by in Role]
    reopen_question(ledger, ReopenQuestion(question="b1", reason="Was it so?"))
    # what is on b1 itself, on b6 if b1, and the claim on t1 if b1 and m1; and what was late merely comes second
    assert _moved(ledger, "ann") == {"open": {"a01", "a22", "a25"}, "repeats": {"a20"}}
    assert _moved(ledger, "cleo") == {"open": {"c04", "c05"}}
    assert _cards(ledger, "speaker")["cleo"].announcements_kept == 0
    undo_change(ledger, UndoChange())
    assert [board(ledger, by=by) for by in Role] == before


def test_condition_that_comes_out_otherwise(ledger: Ledger) -> None:
    """b2 did not happen, so b7 and one claim on b3 were never tested; then it did."""
    before = board(ledger)
    reopen_question(ledger, ReopenQuestion(question="b2", reason="Was it so?"))
    assert _moved(ledger, "ann") == {"open": {"a02", "a11", "a24"}}
    resolve_question(
        ledger, ResolveQuestion(question="b2", outcome="yes", known_on=Span.of(date(2022, 6, 30)), note="It did.")
    )
    assert _moved(ledger, "ann") == {"open": {"a11"}, "scored": {"a24"}}
    (claim,) = (claim for claim in _cards(ledger, "speaker")["ann"].claims if claim.prediction == "a24")
    assert claim.brier == pytest.approx(0.36, abs=1e-12)
    for _ in range(2):
        undo_change(ledger, UndoChange())
    assert board(ledger) == before


def test_void_question_comes_back(ledger: Ledger) -> None:
    reopen_question(ledger, ReopenQuestion(question="b5", reason="Facts came up."))
    assert _moved(ledger, "ann") == {"open": {"a10"}}
    assert _moved(ledger, "bob") == {"open": {"b16"}}
    resolve_question(
        ledger, ResolveQuestion(question="b5", outcome="yes", known_on=Span.of(date(2022, 6, 1)), note="So it was.")
    )
    assert _moved(ledger, "ann") == {"scored": {"a10"}}
    assert _moved(ledger, "bob") == {"open": {"b16"}}
