"""Exports for others: predictions and outcomes as one table, data packages, HTML pages, and the reproducible bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.files import refuse_other, write_output
from forecasts.interchange.bundle import bundle_bytes, is_bundle
from forecasts.interchange.datapackage import with_package
from forecasts.interchange.html.pages import Publication, html_texts
from forecasts.interchange.imports.csv_columns import HEADER
from forecasts.interchange.output import replace_files
from forecasts.interchange.schemas import NAMES
from forecasts.interchange.schemas import schema_text as read_schema_text
from forecasts.interchange.scorecard_csv import csv_texts
from forecasts.interchange.scorecard_files import write_texts
from forecasts.interchange.table_csv import table_text
from forecasts.services.bodies import body_of
from forecasts.services.card_pages import reliability_diagram
from forecasts.services.receipts import ledger_receipt
from forecasts.services.scoreboard import document_of, open_board, scorecard_document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from forecasts.domain.score_filters import ScoreFilters
    from forecasts.services.ledger import Ledger


def export_table(ledger: Ledger, output: Path) -> tuple[Path, ...]:
    """Write predictions and outcomes as one CSV file that `import csv` reads back, and its receipt beside it.

    Errors: OutputRefusedError for a place that cannot be written, or a file that is no such table; it is left alone.
    """
    head = ",".join(HEADER[:5]).encode()
    refuse_other(output, head, "such a table")
    with ledger.snapshot() as snapshot:
        body, receipt = body_of(snapshot.records), ledger_receipt(snapshot.reader, ledger.today())
    return write_with_receipt(output, receipt, lambda: replace_files(output.parent, {output.name: table_text(body)}))


def write_with_receipt(output: Path, receipt: str, write: Callable[[], tuple[Path, ...]]) -> tuple[Path, ...]:
    """Write an export, and the receipt of what it was made of beside it: NAME.receipt.txt. Returns all files.

    What is there already under that name is left alone, and nothing written, unless it is a receipt.
    """
    if not receipt:
        return write()
    place = output if output.name not in ("", "..") else output.resolve()
    name = f"{place.name}.receipt.txt"
    refuse_other(place.parent / name, b"forecasts-receipt v1 ", "a receipt")
    return (*write(), *replace_files(place.parent, {name: f"{receipt}\n"}))


def export_html(
    ledger: Ledger, output: Path, filters: ScoreFilters, *, sources: tuple[str, ...] = ()
) -> tuple[Path, ...]:
    """Write an index and one self-contained page for each source into a folder; returns the files.

    Errors: OutputRefusedError for a place that cannot be written; UnknownRecordError for a filter or source.
    """
    return write_texts(html_texts(publication(ledger, filters, sources=sources)), output)


def publication(ledger: Ledger, filters: ScoreFilters, *, sources: tuple[str, ...] = ()) -> Publication:
    """Everything that the pages print."""
    with open_board(ledger, filters) as (snapshot, board):
        document = document_of(ledger, filters, snapshot, board, sources=sources, with_claims=True)
        body = body_of(snapshot.records, ("article", "question", "resolution", "source"))
    return Publication(
        document=document,
        pack=body.pack,
        questions={record.slug: record for record in body.questions},
        resolutions={record.question: record for record in body.resolutions if not record.superseded_reason},
        articles={record.slug: record for record in body.articles},
        source_names={record.slug: record.name for record in body.sources},
        curves={card.source: reliability_diagram(card).points for card in document.scorecards},
    )


def export_csv_package(
    ledger: Ledger, output: Path, filters: ScoreFilters, *, sources: tuple[str, ...] = (), licence: str = ""
) -> tuple[Path, ...]:
    """Write the scorecards as CSV with a `datapackage.json` that describes every column; returns the files.

    Errors: as `export_html`.
    """
    document = scorecard_document(ledger, filters, sources=sources, with_claims=True)
    return write_texts(with_package(csv_texts(document), licence=licence, receipt=document.receipt), output)


def export_bundle(ledger: Ledger, output: Path, filters: ScoreFilters, *, sources: tuple[str, ...] = ()) -> Path:
    """Write the zip with which anybody can recompute the scorecards: record, figures, receipt and script.

    Errors: OutputRefusedError for a place that cannot be written, or a file that is no bundle; UnknownRecordError.
    """
    refuse_other(output, is_bundle, "such a bundle")
    with open_board(ledger, filters) as (snapshot, board):
        document = document_of(ledger, filters, snapshot, board, sources=sources, with_claims=True)
        body = body_of(snapshot.records)
    content = bundle_bytes(body, document, all_sources=not sources)
    return write_output(output, content)


SCHEMAS = NAMES
"""Of which documents there is a JSON Schema."""


def schema_text(name: str = "scorecards") -> str:
    """The JSON Schema of a document of `SCHEMAS`. KeyError for a name of which there is none."""
    return read_schema_text(name)
