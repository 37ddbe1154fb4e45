"""Two sources that are one: every name moves, the old one leads on, packs respect it, and it can be taken back."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forecasts.domain.intents import AddRecords, EditRecord, LoadPacks, MergeSources, UndoChange
from forecasts.domain.kinds import SourceKind
from forecasts.domain.records import Prediction, Source, name_of
from forecasts.errors import InvalidInputError, RuleBrokenError
from forecasts.services.browse import show_record
from forecasts.services.check import check_ledger
from forecasts.services.ledger import open_ledger
from forecasts.services.load import load_packs
from forecasts.services.merge import merge_sources
from forecasts.services.record import add_records, edit_record, find_record
from forecasts.services.setup import set_up
from forecasts.services.undo import undo_change
from tests.conftest import ANALYST, HeldClock
from tests.services.looking import board, entries, every_row, records
from tests.services.packs import PREDICTION, WHOLE, pack

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.services.ledger import Ledger

TWIN = """
[[source]]
slug = "a-seer"
name = "Anna Seer"
kind = "person"
aliases = ["A. S."]
homepage = "https://example.org/"
member_of = "paper"

[[source]]
slug = "circle"
name = "Seer's circle"
kind = "group"
member_of = "a-seer"
"""
JOINT = PREDICTION.replace('"p1"', '"p2"').replace('["seer"]', '["a-seer", "seer"]')
OF_TWIN = (
    PREDICTION.replace('"p1"', '"p3"')
    .replace('["seer"]', '["a-seer"]')
    .replace("[[prediction]]", '[[prediction]]\nvia = ["a-seer"]')
)
PACK = (WHOLE, TWIN, JOINT, OF_TWIN)
MERGE = MergeSources(gone="a-seer", kept="seer", reason="Her full name is in the colophon.")


@pytest.fixture
def ledger(empty_ledger: Ledger, tmp_path: Path) -> Ledger:
    """A ledger in which one person is two sources."""
    load_packs(empty_ledger, LoadPacks(paths=(pack(tmp_path, *PACK),)))
    return empty_ledger


def get(ledger: Ledger, kind: str, name: str) -> Any:
    """The record as it is stored."""
    return find_record(ledger, kind, name)[0]


def figures(ledger: Ledger) -> dict[str, float]:
    """The scoreboard's main figures by source; sums may be taken in another order after an undo."""
    names = ("brier", "peer_score", "difficulty_adjusted_brier", "scored", "repeats", "untested")
    return {
        f"{card.source} {name}": float(math.nan if (value := getattr(card, name)) is None else value)
        for card in board(ledger).scorecards
        for name in names
    }


def test_every_name_moves_and_the_old_one_leads_on(ledger: Ledger) -> None:
    done = merge_sources(ledger, MERGE)
    assert get(ledger, "source", "seer") == Source(
        slug="seer",
        name="A. Seer",
        kind=SourceKind.PERSON,
        aliases=("Anna Seer", "A. S."),
        homepage="https://example.org/",
    )
    assert get(ledger, "prediction", "p2").speakers == ("seer",)
    assert (get(ledger, "prediction", "p3").speakers, get(ledger, "prediction", "p3").via) == (("seer",), ("seer",))
    assert get(ledger, "source", "circle").member_of == "seer"
    assert get(ledger, "source", "a-seer").slug == "seer"
    assert show_record(ledger, "source", "a-seer").slug == "seer"
    assert ("source", "a-seer") in done.names
    assert entries(ledger)[0].reason == MERGE.reason
    assert check_ledger(ledger).findings == ()
    assert [card.source for card in board(ledger).scorecards if card.source.endswith("seer")] == ["seer"]


def test_a_merge_is_undone_and_done_again(ledger: Ledger) -> None:
    before = records(ledger)
    merge_sources(ledger, MERGE)
    merged = records(ledger)
    undo_change(ledger, UndoChange())
    assert records(ledger) == before
    undo_change(ledger, UndoChange(entry=entries(ledger)[0].entry))
    assert records(ledger) == merged
    assert check_ledger(ledger).findings == ()


@pytest.mark.parametrize("how_often", [1, 2])
def test_a_pack_that_still_names_the_old_one_changes_nothing(ledger: Ledger, tmp_path: Path, how_often: int) -> None:
    merge_sources(ledger, MERGE)
    rows = every_row(ledger)["source"], records(ledger)
    for _ in range(how_often):
        report = load_packs(ledger, LoadPacks(paths=(pack(tmp_path, *PACK),)))
        assert (report.entry, report.conflicts, dict(report.added), dict(report.updated)) == (None, (), {}, {})
    assert (every_row(ledger)["source"], records(ledger)) == rows


def test_a_newer_pack_brings_merged_records_up_to_date_under_the_new_name(ledger: Ledger, tmp_path: Path) -> None:
    merge_sources(ledger, MERGE)
    newer = [text.replace("They will be out.", "All of them will be out.") for text in PACK]
    added = OF_TWIN.replace('"p3"', '"p4"')
    report = load_packs(ledger, LoadPacks(paths=(pack(tmp_path, *newer, added),)))
    assert (report.conflicts, report.updated, report.added) == ((), {"prediction": 3}, {"prediction": 1})
    assert get(ledger, "prediction", "p4").speakers == ("seer",)
    assert check_ledger(ledger).findings == ()


def test_after_an_undone_merge_packs_go_on_as_before(ledger: Ledger, tmp_path: Path) -> None:
    merge_sources(ledger, MERGE)
    undo_change(ledger, UndoChange())
    newer = [text.replace("They will be out.", "All of them will be out.") for text in PACK]
    report = load_packs(ledger, LoadPacks(paths=(pack(tmp_path, *newer),)))
    assert (report.conflicts, report.updated) == ((), {"prediction": 3})


def test_a_pack_without_the_old_source_may_still_name_it(ledger: Ledger, tmp_path: Path) -> None:
    merge_sources(ledger, MERGE)
    lone = OF_TWIN.replace('"p3"', '"p5"')
    report = load_packs(ledger, LoadPacks(paths=(pack(tmp_path, WHOLE, lone),)))
    assert report.conflicts == ()
    assert get(ledger, "prediction", "p5").speakers == ("seer",)
    assert get(ledger, "source", "seer").aliases == ("Anna Seer", "A. S.")


def test_the_old_slug_is_taken_and_new_records_may_name_it_no_more(ledger: Ledger) -> None:
    merge_sources(ledger, MERGE)
    again = Source(slug="a-seer", name="Another", kind=SourceKind.PERSON)
    with pytest.raises(InvalidInputError, match="merged into seer"):
        add_records(ledger, AddRecords(records=(again,)))
    with pytest.raises(RuleBrokenError, match="Edit seer"):
        edit_record(ledger, EditRecord(record=again))


def test_what_was_merged_can_be_merged_on(ledger: Ledger) -> None:
    before = records(ledger)
    merge_sources(ledger, MERGE)
    merge_sources(ledger, MergeSources(gone="a-seer", kept="circle", reason="She is the circle."))
    assert get(ledger, "source", "a-seer").slug == "circle"
    assert get(ledger, "source", "seer").slug == "circle"
    assert get(ledger, "source", "circle").member_of == ""
    assert check_ledger(ledger).findings == ()
    undo_change(ledger, UndoChange())
    undo_change(ledger, UndoChange())
    assert records(ledger) == before


def test_refusals(ledger: Ledger, tmp_path: Path) -> None:
    merge_sources(ledger, MERGE)
    crowd = Source(slug="experts", name="experts", kind=SourceKind.GROUP, anonymous=True)
    add_records(ledger, AddRecords(records=(crowd,)))
    for gone, kept, error in (
        ("seer", "a-seer", "the same source already"),
        ("seer", "experts", "is anonymous"),
        ("experts", "seer", "is anonymous"),
    ):
        with pytest.raises(RuleBrokenError, match=error):
            merge_sources(ledger, MergeSources(gone=gone, kept=kept, reason="A reason."))
    with pytest.raises(InvalidInputError, match="how it is known"):
        merge_sources(ledger, MergeSources(gone="circle", kept="seer", reason=" "))


def test_any_two_sources_of_the_seed_merge_and_come_apart(resolved_address: str) -> None:
    """Every record, and the whole scoreboard, are what they were; in between the ledger is sound."""
    ledger = open_ledger(resolved_address, analyst=ANALYST, clock=HeldClock())
    named = [record for record in records(ledger)["source"] if isinstance(record, Source) and not record.anonymous]

    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.sampled_from([source.slug for source in named]), min_size=2, max_size=2, unique=True))
    def merge_and_undo(pair: list[str]) -> None:
        before, scores = records(ledger), figures(ledger)
        merge_sources(ledger, MergeSources(gone=pair[0], kept=pair[1], reason="Found to be one."))
        assert check_ledger(ledger).findings == ()
        spoken = [record for record in records(ledger)["prediction"] if isinstance(record, Prediction)]
        assert all(pair[0] not in (*record.speakers, *record.via) for record in spoken)
        undo_change(ledger, UndoChange())
        assert records(ledger) == before
        assert figures(ledger) == pytest.approx(scores, nan_ok=True)

    merge_and_undo()
    ledger.close()


def test_setting_up_again_after_a_merge_is_quiet(seeded_address: str, clock: HeldClock) -> None:
    ledger = open_ledger(seeded_address, analyst=ANALYST, clock=clock)
    merge_sources(ledger, MergeSources(gone="chan-kung", kept="lyuba-lulko", reason="For the test."))
    before = {name_of(record): record for record in records(ledger)["prediction"]}
    ledger.close()
    (report,) = set_up(seeded_address, analyst=ANALYST, clock=clock).loads
    assert (report.conflicts, report.entry) == ((), None)
    ledger = open_ledger(seeded_address, analyst=ANALYST, clock=clock)
    assert {name_of(record): record for record in records(ledger)["prediction"]} == before
    ledger.close()
