"""Exports for others: predictions and outcomes as one table, data packages, HTML pages, and the reproducible bundle."""

from __future__ import annotations

import contextlib
import os
import secrets
from typing import TYPE_CHECKING

from forecasts.errors import OutputRefusedError
from forecasts.interchange.bundle import bundle_bytes
from forecasts.interchange.datapackage import with_package
from forecasts.interchange.html.index import html_texts
from forecasts.interchange.html.model import Publication
from forecasts.interchange.imports.csv_columns import HEADER
from forecasts.interchange.output import replace_files
from forecasts.interchange.schemas import NAMES
from forecasts.interchange.schemas import schema_text as read_schema_text
from forecasts.interchange.scorecard_csv import csv_texts
from forecasts.interchange.scorecard_files import write_texts
from forecasts.interchange.table_csv import table_text
from forecasts.services.bodies import body_of
from forecasts.services.receipts import ledger_receipt
from forecasts.services.reliability import reliability_diagram
from forecasts.services.scoreboard import document_of, open_board, scorecard_document
from forecasts.text import safe

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
        body, receipt = body_of(snapshot.store), ledger_receipt(snapshot.reader, ledger.today())
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


def refuse_other(path: Path, head: bytes, what: str) -> None:
    """Refuse to write over a file that does not begin as ours do."""
    try:
        if path.is_symlink() or (path.exists() and not path.is_file()):
            msg = f"{safe(path)} is not a plain file; it was left alone."
            raise OutputRefusedError(msg, "Name a new file.")
        if path.exists():
            with path.open("rb") as file:
                if file.read(len(head)) != head:
                    msg = f"{safe(path)} is there already and is not {what}; it was left alone."
                    raise OutputRefusedError(msg, "Name a new file, or move it away.")
    except OSError as error:
        msg = f"{safe(path)} cannot be read: {error.strerror}."
        raise OutputRefusedError(msg, "Name a place that you may write to.") from error


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
        body = body_of(snapshot.store, ("article", "question", "resolution", "source"))
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

    Errors: OutputRefusedError for a place that cannot be written, or a file that is no zip; UnknownRecordError.
    """
    refuse_other(output, b"PK\x03\x04", "a zip")
    with open_board(ledger, filters) as (snapshot, board):
        document = document_of(ledger, filters, snapshot, board, sources=sources, with_claims=True)
        body = body_of(snapshot.store)
    content = bundle_bytes(body, document, all_sources=not sources)
    return write_bytes(output, content)


def write_bytes(output: Path, content: bytes) -> Path:
    """Put a file in place complete or not at all. OutputRefusedError says why it cannot be written."""
    temporary = output.parent / f".writing-{secrets.token_hex(8)}.tmp"
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(output)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        msg = f"{safe(output)} cannot be written: {error.strerror or error}."
        raise OutputRefusedError(msg, "Name a place that you may write to, with room for it.") from error
    return output


SCHEMAS = NAMES
"""Of which documents there is a JSON Schema."""


def schema_text(name: str = "scorecards") -> str:
    """The JSON Schema of a document of `SCHEMAS`. KeyError for a name of which there is none."""
    return read_schema_text(name)
