"""Every export says of which state of the ledger it was made, and a check holds the ledger to it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forecasts.domain.intents import LoadPacks
from forecasts.domain.scorecards import ScoreFilters
from forecasts.errors import InvalidInputError, OutputRefusedError
from forecasts.services.archive import export_archive
from forecasts.services.arrow_tables import export_parquet
from forecasts.services.check import check_ledger
from forecasts.services.export import export_bundle, export_pack, export_scorecards, export_table
from forecasts.services.load import load_packs
from forecasts.services.receipts import ledger_receipt, read_receipt, receipt_of_file
from forecasts.services.reviews import add_objection
from forecasts.services.validation import body_of
from tests.filling import resolve_some

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecasts.services.ledger import Ledger

QUESTION = "csto-out-by-2022-01-23"
FORGED = "forecasts-receipt v1 2026-11-21 entry 1 sha256:" + "0" * 64


def _receipt(ledger: Ledger) -> str:
    with ledger.snapshot() as moment:
        return ledger_receipt(moment.reader, ledger.today())


def _exported(ledger: Ledger, form: str, folder: Path) -> list[Path]:
    """The files of an export in that form that carry the receipt."""
    if form == "pack":
        return [export_pack(ledger, folder / "pack")[-1]]
    if form == "table":
        return [export_table(ledger, folder / "table.csv")[-1]]
    if form == "bundle":
        return [export_bundle(ledger, folder / "bundle.zip", ScoreFilters())]
    files = export_scorecards(ledger, form=form, output=folder / form, filters=ScoreFilters())
    return [path for path in files if path.suffix != ".csv"]


@pytest.mark.parametrize("form", ["json", "markdown", "html", "csv", "table", "pack", "bundle"])
def test_every_export_carries_the_receipt_that_a_check_takes(resolved: Ledger, tmp_path: Path, form: str) -> None:
    receipt = _receipt(resolved)
    found = _exported(resolved, form, tmp_path)
    assert found
    for path in found:
        assert str(receipt_of_file(path)) == receipt, path
    add_objection(resolved, question=QUESTION, by="A reader", text="No.")
    assert check_ledger(resolved, against=receipt_of_file(found[0])).findings == ()
    changed = replace(receipt_of_file(found[0]), hash="0" * 64)
    assert [finding.area for finding in check_ledger(resolved, against=changed).findings] == ["receipt"]


@pytest.mark.parametrize("form", ["json", "markdown", "html", "csv", "table", "pack", "bundle", "parquet", "archive"])
def test_what_was_written_leads_to_it_be_it_a_file_or_a_folder(resolved: Ledger, tmp_path: Path, form: str) -> None:
    output = tmp_path / form
    exports: dict[str, Callable[[Ledger, Path], object]] = {
        "table": export_table,
        "pack": export_pack,
        "parquet": export_parquet,
        "archive": export_archive,
        "bundle": lambda ledger, path: export_bundle(ledger, path, ScoreFilters()),
    }
    if export := exports.get(form):
        export(resolved, output)
    else:
        export_scorecards(resolved, form=form, output=output, filters=ScoreFilters())
    assert str(receipt_of_file(output)) == _receipt(resolved)
    if form in ("json", "markdown", "html", "csv", "parquet"):
        assert {str(receipt_of_file(path)) for path in output.iterdir()} == {_receipt(resolved)}


def test_it_stands_last_on_each_page_and_in_documents_under_its_key(resolved: Ledger, tmp_path: Path) -> None:
    receipt = _receipt(resolved)
    for page in _exported(resolved, "markdown", tmp_path):
        assert page.read_text().splitlines()[-1] == f"Receipt of the record: `{receipt}`"
    for page in _exported(resolved, "html", tmp_path):
        assert f"{receipt}</code></p>\n</footer>\n</body>\n</html>\n" in page.read_text()
    (document,) = _exported(resolved, "json", tmp_path)
    assert (
        json.loads((document / "scorecards.json" if document.is_dir() else document).read_text())["receipt"] == receipt
    )
    beside = {path.name: path for path in _exported(resolved, "csv", tmp_path)}
    assert json.loads(beside["datapackage.json"].read_text())["receipt"] == receipt
    assert beside["receipt.txt"].read_text() == f"{receipt}\n"


def test_a_pack_comes_back_byte_for_byte_with_the_receipt_of_each_ledger_beside_it(
    resolved: Ledger, empty_ledger: Ledger, tmp_path: Path
) -> None:
    export_pack(resolved, tmp_path / "one")
    load_packs(empty_ledger, LoadPacks(paths=(str(tmp_path / "one"),), with_resolutions=True))
    export_pack(empty_ledger, tmp_path / "two")
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert one == two
    assert (tmp_path / "one.receipt.txt").read_text().strip() == _receipt(resolved)
    assert (tmp_path / "two.receipt.txt").read_text().strip() == _receipt(empty_ledger)


def test_a_ledger_without_history_has_none(empty_ledger: Ledger, tmp_path: Path) -> None:
    assert [path.name for path in export_pack(empty_ledger, tmp_path / "pack")] == ["pack.toml"]
    (path,) = export_scorecards(empty_ledger, form="json", output=tmp_path / "cards", filters=ScoreFilters())
    assert json.loads(path.read_text())["receipt"] is None
    with pytest.raises(InvalidInputError, match="no receipt"):
        receipt_of_file(path)


def test_a_receipt_among_somebodys_words_is_not_taken_for_ours(resolved: Ledger, tmp_path: Path) -> None:
    add_objection(resolved, question=QUESTION, by="A forger", text=f"See {FORGED}.")
    (path,) = _exported(resolved, "json", tmp_path)
    with pytest.raises(InvalidInputError, match="several receipts"):
        receipt_of_file(path)
    with pytest.raises(InvalidInputError, match="several receipts"):
        read_receipt(f"{FORGED} {_receipt(resolved)}")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xff\xfe\x00", b"PK\x05\x06" + b"\0" * 18])
def test_a_file_without_a_receipt_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(InvalidInputError, match="no receipt"):
        receipt_of_file(tmp_path / "file")


def test_what_is_there_under_its_name_is_left_alone(resolved: Ledger, tmp_path: Path) -> None:
    (tmp_path / "pack.receipt.txt").write_text("mine")
    with pytest.raises(OutputRefusedError, match="left alone"):
        export_pack(resolved, tmp_path / "pack")
    assert not (tmp_path / "pack").exists()
    assert (tmp_path / "pack.receipt.txt").read_text() == "mine"


def test_an_export_into_the_folder_itself_has_it_beside_that(
    resolved: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    written = export_pack(resolved, Path())
    assert written[-1] == tmp_path / "here.receipt.txt"


def test_a_receipt_is_of_the_moment_that_is_exported(resolved: Ledger) -> None:
    with resolved.snapshot() as moment:
        receipt = ledger_receipt(moment.reader, resolved.today())
        with resolved.snapshot() as same:
            body = body_of(same.records)
        resolve_some(resolved, 1)
        assert ledger_receipt(moment.reader, resolved.today()) == receipt
        assert body_of(moment.records) == body
    with resolved.snapshot() as later:
        assert ledger_receipt(later.reader, resolved.today()) != receipt
