"""The same rows give the same record and the same scores, in whatever order and however they are cut into files."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forecasts.domain.scorecards import ScoreFilters
from forecasts.services.card_pages import claimed_document
from forecasts.services.export import export_pack
from forecasts.services.import_records import ImportOptions, import_records
from forecasts.services.ledger import open_ledger

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "source,question,question_title,probability,made_on,made_at,resolves_on,outcome,known_on\n"
NAMES = ("Ana Silva", "Bo", "Қасым", "The Review; Cy")


@st.composite
def _rows(draw: st.DrawFn) -> list[str]:
    """Rows that say all of their questions; two of one source on one question and day differ in their time."""
    questions = draw(st.lists(st.tuples(st.sampled_from(("yes", "no", "")), st.integers(1, 9)), min_size=1, max_size=4))
    asked, hours = st.integers(0, len(questions) - 1), st.integers(0, 23)
    said = draw(
        st.lists(
            st.tuples(st.sampled_from(NAMES), asked, st.integers(1, 6), hours),
            min_size=2, max_size=10, unique=True,
        )
    )  # fmt: skip
    rows = []
    for place, (name, about, month, hour) in enumerate(said):
        outcome, day = questions[about]
        known_on = f"2025-05-0{day}" if outcome else ""
        rows.append(
            f"{name},q-{about},Will {about} come?,{place * 7 % 101},2025-0{month}-11,2025-0{month}-11T{hour:02}:00:00Z,"
            f"2025-06-0{day},{outcome},{known_on}\n"
        )
    return rows


def _outcome(empty: Path, folder: Path, files: list[list[str]]) -> tuple[dict[str, bytes], list[Any]]:
    """The pack and the scores of files that are imported one after another into a database of their own."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(empty, folder / "x.db")
    ledger = open_ledger(str(folder / "x.db"), analyst="tester")
    try:
        for place, rows in enumerate(files):
            path = folder / f"{place}.csv"
            path.write_text(HEADER + "".join(rows), encoding="utf-8")
            report = import_records(ledger, "csv", path, ImportOptions(scale="percent"))
            assert (report.skipped, report.load.conflicts) == ((), ())
        pack = {path.name: path.read_bytes() for path in export_pack(ledger, folder / "pack") if path.suffix == ".toml"}
        cards = claimed_document(ledger, ScoreFilters()).scorecards
        return pack, [
            (card.source, card.scored, len(card.claims), _rounded(card.brier), _rounded(card.peer_score))
            for card in cards
        ]
    finally:
        ledger.close()


def _rounded(figure: float | None) -> float | None:
    """A figure without its last digits, which depend on the order in which numbers are added up."""
    return None if figure is None else round(figure, 9)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=_rows(), data=st.data())
def test_a_table_shuffled_and_cut_is_the_same_record(
    empty_file: Path, tmp_path: Path, rows: list[str], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(rows))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(rows) - 1), max_size=4)))
    files = [list(shuffled[first:last]) for first, last in zip((0, *cuts), (*cuts, len(rows)), strict=True)]
    assert _outcome(empty_file, tmp_path / "cut", files) == _outcome(empty_file, tmp_path / "whole", [rows])
