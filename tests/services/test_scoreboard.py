"""The board of the seed: order, filters, and reading the words by another standard."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from forecasts.domain.kinds import Basis, Bucket, Role, Which, Wording
from forecasts.domain.scorecards import ScoreFilters
from forecasts.errors import UnknownRecordError
from forecasts.interchange.imports.reports import ImportOptions
from forecasts.services.card_pages import claimed_document
from forecasts.services.compare import compare_sources
from forecasts.services.import_records import import_records
from forecasts.services.ledger import Ledger, open_ledger
from forecasts.services.setup import set_up
from tests.conftest import ANALYST, NOW, HeldClock
from tests.services.looking import board
from tests.services.packs import HEAD, PEOPLE, PREDICTION, QUESTION, RESOLUTION, pack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.mark.no_engine_decides
@pytest.mark.parametrize("by", list(Role))
@pytest.mark.parametrize("which", list(Which))
def test_buckets_add_up_for_every_source(resolved_ledger: Ledger, by: Role, which: Which) -> None:
    found = board(resolved_ledger, by=by, which=which)
    assert found.scorecards
    for card in found.scorecards:
        assert card.predictions == sum(getattr(card, bucket.value) for bucket in Bucket) == len(card.claims) > 0
    names = [(card.rank is None, card.rank or 0, card.name.casefold()) for card in found.scorecards]
    assert names == sorted(names)


def test_nothing_resolved_is_no_figure(seeded_ledger: Ledger) -> None:
    for card in board(seeded_ledger).scorecards:
        for name in ("brier", "log_loss", "baseline_score", "peer_score", "accuracy", "brier_low", "rank"):
            assert getattr(card, name) is None
        assert card.scored == 0
        assert card.reasons["brier"]


def test_filters_are_said_and_only_take_away(resolved_ledger: Ledger) -> None:
    whole = {card.source: card for card in board(resolved_ledger).scorecards}
    narrowed: list[dict[str, Any]] = [
        {"since": date(2022, 1, 1)},
        {"until": date(2021, 12, 31)},
        {"scenario": "csto-mission"},
        {"basis": "analyst"},
    ]
    for filters in narrowed:
        found = board(resolved_ledger, **filters)
        ((name, value),) = filters.items()
        assert getattr(found.filters, name) == (Basis(value) if name == "basis" else value)
        assert 0 < sum(card.predictions for card in found.scorecards) < sum(card.predictions for card in whole.values())
        for card in found.scorecards:
            assert set(card.claims) <= set(whole[card.source].claims)
    assert board(resolved_ledger).filters.as_of == NOW.date()


def test_since_and_until_split_the_claims(resolved_ledger: Ledger) -> None:
    day = date(2022, 1, 10)
    whole, early, late = (
        sum(card.predictions for card in board(resolved_ledger, **filters).scorecards)
        for filters in ({}, {"until": day}, {"since": date(2022, 1, 11)})
    )
    assert early + late == whole
    assert early * late > 0


@pytest.mark.parametrize("filters", [{"scenario": "csto-missio"}, {"standard": "icd-230"}])
def test_unknown_filter_offers_the_nearest(seeded_ledger: Ledger, filters: dict[str, str]) -> None:
    with pytest.raises(UnknownRecordError) as refused:
        board(seeded_ledger, **filters)
    assert refused.value.nearest


def test_chosen_sources_are_shown_in_their_order_of_rank_and_name(resolved_ledger: Ledger) -> None:
    some = [card.source for card in board(resolved_ledger).scorecards][:3]
    found = claimed_document(resolved_ledger, ScoreFilters(), sources=tuple(reversed(some)))
    assert [card.source for card in found.scorecards] == some
    with pytest.raises(UnknownRecordError):
        claimed_document(resolved_ledger, ScoreFilters(), sources=("no-such",))


def test_worst_wording_is_never_better(resolved_ledger: Ledger) -> None:
    boards = [{card.source: card.brier for card in board(resolved_ledger, wording=one).scorecards} for one in Wording]
    best, point, worst = boards
    scored = [source for source, brier in point.items() if brier is not None]
    assert scored
    for source in scored:
        one, two, three = best[source], point[source], worst[source]
        assert one is not None
        assert two is not None
        assert three is not None
        assert one <= two <= three
    assert best != worst


STANDARDS = """
[[standard]]
slug = "mild"
title = "A mild one"
[[phrase]]
standard = "mild"
term = "likely"
low = 0.5
high = 0.7
[[standard]]
slug = "bold"
title = "A bold one"
[[phrase]]
standard = "bold"
term = "likely"
low = 0.8
high = 1.0
point = 0.95
[[phrase]]
standard = "bold"
term = "unlikely"
low = 0.0
high = 0.2
"""


@pytest.fixture
def worded(new_address: str, tmp_path: Path) -> Iterator[Ledger]:
    """One claim read by a standard, one that speaks of NO, one by the analyst, one in words that no standard lists."""

    def said(number: int, phrase: str, number_given: str, *more: str) -> str:
        question = QUESTION.replace('"out"', f'"out-{number}"')
        text = PREDICTION.replace('"p1"', f'"p{number}"').replace('question = "out"', f'question = "out-{number}"')
        text = text.replace("will be out", phrase).replace("probability = 0.9", "\n".join((number_given, *more)))
        return question + text + RESOLUTION.replace('question = "out"', f'question = "out-{number}"')

    made = pack(
        tmp_path,
        HEAD,
        PEOPLE,
        STANDARDS,
        said(1, "it is likely", 'standard = "mild"', 'basis = "standard"'),
        said(2, "it is likely to stay", 'standard = "mild"', 'basis = "survey"', 'phrase_about = "no"'),
        said(3, "it is likely, I say", "probability = 0.5", 'basis = "analyst"'),
        said(4, "count on it", "probability = 0.9", 'basis = "survey"'),
    )
    set_up(new_address, analyst=ANALYST, packs=(tmp_path / "pack",), with_resolutions=True, clock=HeldClock())
    ledger = open_ledger(new_address, analyst=made, clock=HeldClock())
    yield ledger
    ledger.close()


@pytest.mark.no_engine_decides
@pytest.mark.parametrize(
    ("standard", "numbers"),
    [
        ("", {"p1": (0.6, 0.5, 0.7), "p2": (0.4, 0.3, 0.5), "p3": (0.5, None, None), "p4": (0.9, None, None)}),
        ("bold", {"p1": (0.95, 0.8, 1.0), "p2": (0.05, 0.0, 0.2), "p3": (0.5, None, None), "p4": (0.9, None, None)}),
    ],
)
def test_words_are_read_by_another_standard(
    worded: Ledger, standard: str, numbers: dict[str, tuple[float | None, ...]]
) -> None:
    (card,) = (card for card in board(worded, standard=standard).scorecards if card.source == "seer")
    found = {claim.prediction: (claim.probability, claim.low, claim.high) for claim in card.claims}
    assert found == {slug: pytest.approx(triple) for slug, triple in numbers.items()}
    expected = sum((1 - (triple[0] or 0)) ** 2 for triple in numbers.values()) / 4
    assert card.brier == pytest.approx(expected, abs=1e-12)
    assert board(worded, standard=standard).filters.standard == standard


def test_sources_that_were_always_right_may_as_well_change_places(empty_ledger: Ledger, tmp_path: Path) -> None:
    head = "source,question,probability,made_on,resolves_on,outcome,known_on"
    rows = [
        f"{source},Q{number}?,{given},2025-03-01,2025-12-31,yes,2026-01-02"
        for number in range(1, 11)
        for source, given in (("Alder", 1), ("Birch", 0.98))
    ]
    path = tmp_path / "table.csv"
    path.write_text("\n".join((head, *rows)), encoding="utf-8")
    import_records(empty_ledger, "csv", path, ImportOptions(scale="share"))
    alder, birch = board(empty_ledger).scorecards
    assert (alder.source, alder.rank_text) == ("alder", "1, could be 1 to 2")
    assert (birch.source, birch.rank_text) == ("birch", "2, could be 1 to 2")
    for card in (alder, birch):
        assert card.brier_low is not None
        assert card.brier_high is not None
        assert card.brier_high - card.brier_low > 0.3
    found = compare_sources(empty_ledger, "alder", "birch", ScoreFilters())
    assert found.low is not None
    assert found.high is not None
    assert found.low < -0.25 < 0.25 < found.high
