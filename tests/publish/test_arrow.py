"""The record as Arrow tables and Parquet files: what the views and cards say, typed and described, and read only."""

from __future__ import annotations

import doctest
import shutil
import sqlite3
import sys
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import nbformat
import pytest
import sqlalchemy as sa
from nbclient import NotebookClient
from pyarrow import parquet

from forecasts import api
from forecasts.db.readable import VIEWS
from forecasts.domain.formats import instant_text
from forecasts.domain.intents import LoadPacks
from forecasts.domain.kinds import Basis, Bucket, Role, Which
from forecasts.domain.scorecards import ScoreFilters
from forecasts.errors import DatabaseNewerError, DatabaseUnusableError, InvalidInputError, OutputRefusedError
from forecasts.paths import installing
from forecasts.services.arrow_tables import claim_table, export_parquet, score_table, view_table
from forecasts.services.card_pages import claimed_document
from forecasts.services.load import load_packs
from forecasts.services.reviews import add_objection
from tests.services.packs import HAND_COMPUTED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forecasts.services.ledger import Ledger

NOTEBOOK = Path(__file__).parents[2] / "docs" / "notebook.ipynb"
QUESTION = "csto-out-by-2022-01-23"


def _as_text(value: object) -> str:
    """A cell of either engine, or of Arrow, as one text."""
    if isinstance(value, datetime):
        return instant_text(value)
    return str(int(value)) if isinstance(value, bool) else str(value)


def _sorted(rows: Iterable[Iterable[object]]) -> list[list[str]]:
    return sorted([_as_text(cell) for cell in row] for row in rows)


def test_a_table_has_the_rows_of_its_view_on_both_engines(resolved_ledger: Ledger) -> None:
    load_packs(resolved_ledger, LoadPacks(paths=(str(HAND_COMPUTED),)))
    add_objection(resolved_ledger, question=QUESTION, by="A reader", text="No.")
    for name, view in VIEWS.items():
        table = view_table(resolved_ledger, name)
        assert table.column_names == list(view.columns)
        with resolved_ledger.read() as connection:
            rows = connection.execute(sa.text(f'SELECT * FROM "{name}"')).all()  # noqa: S608 - a view of ours
        assert rows
        assert _sorted(row.values() for row in table.to_pylist()) == _sorted(rows)


def test_a_view_that_is_not_there_is_told_with_those_that_are(resolved: Ledger) -> None:
    with pytest.raises(InvalidInputError, match=r"(?s)'prediction'.*predictions"):
        view_table(resolved, "prediction")


def test_parquet_files_are_of_one_moment_and_described(resolved: Ledger, tmp_path: Path) -> None:
    folder = tmp_path / "views"
    written = export_parquet(resolved, folder)
    assert {path.name for path in written} == {*(f"{name}.parquet" for name in VIEWS), "views.receipt.txt"}
    receipt = (tmp_path / "views.receipt.txt").read_text().strip()
    for name, view in VIEWS.items():
        table = parquet.read_table(folder / f"{name}.parquet")
        assert table.equals(view_table(resolved, name), check_metadata=True)
        assert table.schema.metadata[b"description"].decode() == view.says
        assert table.schema.metadata[b"receipt"].decode() == receipt
        assert {one.name: one.metadata[b"description"].decode() for one in table.schema} == {
            column: says for column, (_, says) in view.columns.items()
        }
    assert set(export_parquet(resolved, folder)) == set(written)
    (folder / "sources.parquet").write_text("mine")
    before = (folder / "predictions.parquet").stat().st_mtime_ns
    with pytest.raises(OutputRefusedError, match="left alone"):
        export_parquet(resolved, folder)
    assert (folder / "predictions.parquet").stat().st_mtime_ns == before


def test_duckdb_counts_the_files_as_the_cards_do(resolved: Ledger, tmp_path: Path) -> None:
    export_parquet(resolved, tmp_path / "views")
    ((mean, n),) = duckdb.execute(
        "SELECT avg(squared_error), count(squared_error) FROM read_parquet(?) WHERE in_time = 1 AND conditions_met = 1",
        [str(tmp_path / "views" / "predictions.parquet")],
    ).fetchall()
    assert n >= 10
    assert 0 < mean < 1


@pytest.mark.parametrize("role", list(Role))
def test_scores_and_claims_are_those_of_the_cards(resolved: Ledger, role: Role) -> None:
    filters = ScoreFilters(by=role)
    cards = claimed_document(resolved, filters).scorecards
    scores = score_table(resolved, filters).to_pylist()
    assert [(row["source"], row["rank"], row["brier"], row["scored"]) for row in scores] == [
        (card.source, card.rank, card.brier, card.scored) for card in cards
    ]
    claims = claim_table(resolved, filters).to_pylist()
    expected = [(card.source, claim) for card in cards for claim in card.claims]
    assert expected
    for row, (source, claim) in zip(claims, expected, strict=True):
        assert (row["source"], row["prediction"], row["bucket"]) == (source, claim.prediction, claim.bucket.value)
        assert (row["brier"], row["probability"]) == (claim.brier, claim.probability)
        assert claim.made_on is not None
        assert row["made_on"] == claim.made_on.last
    assert {row["bucket"] for row in claims if row["brier"] is not None} == {Bucket.SCORED.value}
    one = cards[0].source
    assert claim_table(resolved, filters, (one,)).to_pylist() == [row for row in claims if row["source"] == one]


def test_the_examples_of_the_api_run(resolved: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(resolved.place.path or "", tmp_path / "forecasts.db")
    monkeypatch.chdir(tmp_path)
    record = api.open("forecasts.db")
    result = doctest.testmod(api, extraglobs={"api": api, "record": record}, optionflags=doctest.ELLIPSIS)
    assert result.attempted >= 10
    assert result.failed == 0


def test_filters_may_be_given_as_text() -> None:
    given = api.ScoreFilters(by="outlet", which="last", basis="stated", since="2022-01-09")  # type: ignore[arg-type]
    assert given == ScoreFilters(by=Role.OUTLET, which=Which.LAST, basis=Basis.STATED, since=date(2022, 1, 9))
    assert api.ScoreFilters(basis="", since="") == ScoreFilters()  # type: ignore[arg-type]
    for wrong, wanted in (
        ({"by": "paper"}, "speaker, author, outlet"),
        ({"by": ""}, "speaker"),
        ({"until": "May"}, "YYYY-MM-DD"),
    ):
        with pytest.raises(InvalidInputError, match=wanted):
            api.ScoreFilters(**wrong)  # type: ignore[arg-type]


def test_the_api_reads_and_never_writes(resolved: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    shutil.copy(resolved.place.path or "", folder / "ledger.db")
    before = (folder / "ledger.db").read_bytes()
    monkeypatch.setenv("FORECASTS_DATABASE", str(folder / "ledger.db"))
    record = api.open()
    assert record.sources().num_rows == record.view("sources").num_rows > 0
    assert record.scores().num_rows
    assert (folder / "ledger.db").read_bytes() == before
    with closing(sqlite3.connect(folder / "ledger.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseNewerError, match="revision 9999"):
        api.open()
    with pytest.raises(DatabaseUnusableError, match="no database"):
        api.open(folder / "other.db")
    assert not (folder / "other.db").exists()


def test_without_the_library_one_is_told_what_to_install(
    resolved: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "pyarrow"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for act in (lambda: view_table(resolved, "sources"), lambda: export_parquet(resolved, tmp_path / "views")):
        with pytest.raises(OutputRefusedError, match="pyarrow") as refused:
            act()
        assert installing("archive") in str(refused.value)
    assert not (tmp_path / "views").exists()


def test_the_notebook_runs_and_prints_what_stands_in_it(
    resolved: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """`--snapshot-update` writes what it prints into it."""
    monkeypatch.setenv("FORECASTS_DATABASE", str(resolved.place.path))
    notebook = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    before = _printed(notebook)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    if request.config.getoption("--snapshot-update"):
        for cell in notebook.cells:
            cell.metadata.clear()
            for output in cell.get("outputs", ()):
                output.data = {"text/plain": output.data["text/plain"]}
        notebook.metadata.language_info = {"name": "python"}
        nbformat.write(notebook, NOTEBOOK)  # type: ignore[no-untyped-call]
    else:
        assert _printed(notebook) == before
    assert len(_printed(notebook)) == 5


def _printed(notebook: nbformat.NotebookNode) -> list[str]:
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    return [output["data"]["text/plain"] for output in outputs]
