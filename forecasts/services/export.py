"""Exports: scorecards for readers, the record as a pack or a table, a bundle to recompute it, what Datasette tells."""

import json
from collections.abc import Callable
from datetime import date
from itertools import chain
from pathlib import Path

from forecasts.db.rescoring import MARKS
from forecasts.db.search import SHADOWS
from forecasts.domain.card_pages import Publication
from forecasts.domain.formats import RECEIPT, RECEIPT_FILE
from forecasts.domain.records import Pack
from forecasts.domain.scorecards import ScoreFilters
from forecasts.files import BYTE_ORDER_MARK, refuse_other, replace_files, write_output
from forecasts.interchange.imports.csv_columns import HEADER
from forecasts.interchange.json_schemas import SCHEMAS as SCHEMAS
from forecasts.interchange.json_schemas import schema_text as schema_text
from forecasts.interchange.packs import write_pack
from forecasts.interchange.scorecard_csv import with_package
from forecasts.interchange.scorecard_files import FORMATS, bundle_parts, is_bundle, write_texts
from forecasts.interchange.table_csv import table_text
from forecasts.services.archive import Cluster, score_archive
from forecasts.services.card_pages import publication_of
from forecasts.services.read_only import Progress, ReadableLedger, silent
from forecasts.services.receipts import ledger_receipt
from forecasts.services.scoreboard import open_board
from forecasts.services.validation import body_of

_MARK = BYTE_ORDER_MARK.decode()
_PAGES = ("html", "markdown")
"""The forms that print what claims rest on."""


def export_scorecards(
    ledger: ReadableLedger,
    *,
    form: str,
    output: Path,
    filters: ScoreFilters,
    sources: tuple[str, ...] = (),
    licence: str = "",
    for_excel: bool = False,
    progress: Progress = silent,
) -> tuple[Path, ...]:
    """Write the scorecards with every claim behind them as `csv`, `json`, `markdown` or `html`; returns the files.

    Each card is made and written in its turn, so that only one is in memory. HTML is an index and one self-contained
    page for each source, CSV comes with a `datapackage.json` that describes every column. Each form carries the receipt
    of the record that it was made of.
    Errors: OutputRefusedError for a place that cannot be written; UnknownRecordError for a filter or source.
    """
    with open_board(ledger, filters) as board:
        publication = publication_of(board, sources=sources, with_grounds=form in _PAGES, progress=progress)
        return _write(publication, form, output, licence=licence, for_excel=for_excel)


def _write(
    publication: Publication, form: str, output: Path, *, licence: str = "", for_excel: bool
) -> tuple[Path, ...]:
    texts = FORMATS[form](publication)
    if form == "csv":
        if for_excel:
            texts = {name: chain((_MARK,), parts) for name, parts in texts.items()}
        texts = with_package(texts, licence=licence, receipt=publication.document.receipt)
    return write_texts(texts, output)


def export_archived(
    folder: Path,
    *,
    form: str,
    output: Path,
    filters: ScoreFilters,
    today: date,
    cluster: Cluster | None = None,
    for_excel: bool = False,
    progress: Progress = silent,
) -> tuple[Path, ...]:
    """Write the scorecards of an archive, the very files that the same record in a database gives.

    Errors: as `export_scorecards`, `score_archive` and `archived_publication`.
    """
    document = score_archive(folder, filters, today, with_doubt=True, cluster=cluster, progress=progress)
    from forecasts.services.archive_cards import archived_publication  # needs what scoring has asked for

    with archived_publication(
        folder, document, filters, today, with_grounds=form in _PAGES, progress=progress
    ) as found:
        return _write(found, form, output, for_excel=for_excel)


def export_pack(ledger: ReadableLedger, folder: Path) -> tuple[Path, ...]:
    """Write every current record as a pack that loads back to the same ledger, and its receipt beside the folder.

    Returns the files. The receipt is no part of the pack: the same records make the same pack in another ledger.
    """
    with ledger.snapshot() as snapshot:
        body, receipt = body_of(snapshot.records), ledger_receipt(snapshot.reader, ledger.today())
    return write_with_receipt(folder, receipt, lambda: write_pack(body, folder))


def export_table(ledger: ReadableLedger, output: Path, *, for_excel: bool = False) -> tuple[Path, ...]:
    """Write predictions and outcomes as one CSV file that `import csv` reads back, and its receipt beside it.

    `for_excel` it begins with a byte order mark.

    Errors: OutputRefusedError for a place that cannot be written, or a file that is no such table; it is left alone.
    """
    head = ",".join(HEADER[:5]).encode()
    refuse_other(output, head, "such a table")
    with ledger.snapshot() as snapshot:
        body, receipt = body_of(snapshot.records), ledger_receipt(snapshot.reader, ledger.today())
    text = _MARK * for_excel + table_text(body)
    return write_with_receipt(output, receipt, lambda: replace_files(output.parent, {output.name: text}))


def write_with_receipt(output: Path, receipt: str, write: Callable[[], tuple[Path, ...]]) -> tuple[Path, ...]:
    """Write an export, and the receipt of what it was made of beside it: NAME.receipt.txt. Returns all files.

    What is there already under that name is left alone, and nothing written, unless it is a receipt.
    """
    if not receipt:
        return write()
    place = output if output.name not in ("", "..") else output.resolve()
    name = f"{place.name}.{RECEIPT_FILE}"
    refuse_other(place.parent / name, RECEIPT.encode(), "a receipt")
    return (*write(), *replace_files(place.parent, {name: f"{receipt}\n"}))


def export_bundle(
    ledger: ReadableLedger,
    output: Path,
    filters: ScoreFilters,
    *,
    sources: tuple[str, ...] = (),
    progress: Progress = silent,
) -> Path:
    """Write the zip with which anybody can recompute the scorecards: record, figures, receipt and script.

    Errors: OutputRefusedError for a place that cannot be written, or a file that is no bundle; UnknownRecordError.
    """
    refuse_other(output, is_bundle, "such a bundle")
    with open_board(ledger, filters) as board:
        publication = publication_of(board, sources=sources, progress=progress)
        body = body_of(board.snapshot.records)
        return write_output(output, bundle_parts(body, publication, all_sources=not sources))


_HEAD = b'{\n "title":'


def export_datasette(ledger: ReadableLedger, output: Path, *, database: str) -> Path:
    """Write the metadata with which Datasette describes every view and column and hides the tables beneath.

    `database` is the name under which Datasette opens a copy of the ledger: its file's name without the ending.
    Errors: OutputRefusedError for a place that cannot be written, or a file that is no such metadata.
    """
    from forecasts.db.readable import descriptions
    from forecasts.db.tables import metadata

    refuse_other(output, _HEAD, "such metadata")
    with ledger.snapshot() as snapshot:
        packs = snapshot.records.all(Pack)
        receipt = ledger_receipt(snapshot.reader, ledger.today())
    pack = packs[0] if packs else Pack(name="record")
    views = {
        name: {"description": says, "columns": columns} for name, (says, columns) in sorted(descriptions().items())
    }
    hidden = {name: {"hidden": True} for name in sorted((*metadata().tables, *SHADOWS, "alembic_version", MARKS))}
    document = {
        "title": pack.title or pack.name,
        "description": " ".join(
            filter(None, (pack.description, f"Receipt of the record: {receipt}" if receipt else ""))
        ),
        "databases": {database: {"tables": views | hidden}},
    }
    return write_output(output, (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode())
