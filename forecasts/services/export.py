"""Exports: scorecards for readers, and the whole record as a pack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecasts.db.store import Store
from forecasts.domain.records import TABLES, Pack
from forecasts.interchange.packs import make_body, write_pack
from forecasts.interchange.scorecard_files import document_object, write_scorecards
from forecasts.services.scoreboard import scorecard_document

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.domain.scorecards import ScorecardDocument
    from forecasts.domain.views import ScoreFilters
    from forecasts.services.ledger import Ledger

UNNAMED = "record"
"""What a ledger that no pack named is called in its export."""


def scoreboard_object(document: ScorecardDocument) -> dict[str, Any]:
    """The document as `scores --json` prints it: the figures without what is behind them."""
    return document_object(document, with_claims=False)


def export_scorecards(
    ledger: Ledger, *, form: str, output: Path, filters: ScoreFilters, sources: tuple[str, ...] = ()
) -> tuple[Path, ...]:
    """Write the scorecards with every claim behind them as `csv`, `json`, `markdown` or `html`; returns the files.

    CSV in a folder comes with a description of its columns.
    Errors: OutputRefusedError for a place that cannot be written; UnknownRecordError for a filter.
    """
    from forecasts.services import publish

    if form == "html":
        return publish.export_html(ledger, output, filters, sources=sources)
    if form == "csv" and output.suffix != ".csv":
        return publish.export_csv_package(ledger, output, filters, sources=sources)
    return write_scorecards(scorecard_document(ledger, filters, sources=sources, with_claims=True), form, output)


def export_pack(ledger: Ledger, folder: Path) -> tuple[Path, ...]:
    """Write every current record as a pack that loads back to the same ledger; returns the files."""
    with ledger.read() as connection:
        store = Store(connection)
        packs = [record for record in store.read("pack") if isinstance(record, Pack)]
        records = [record for table in TABLES if table != "pack" for record in store.read(table)]
    return write_pack(make_body(packs[0] if packs else Pack(name=UNNAMED), records), folder)
