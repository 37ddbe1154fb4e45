"""Exports: scorecards for readers, and the whole record as a pack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.interchange.packs import write_pack
from forecasts.interchange.scorecard_files import write_scorecards
from forecasts.services.bodies import body_of
from forecasts.services.receipts import ledger_receipt
from forecasts.services.scoreboard import scorecard_document

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.domain.score_filters import ScoreFilters
    from forecasts.services.ledger import Ledger


def export_scorecards(
    ledger: Ledger, *, form: str, output: Path, filters: ScoreFilters, sources: tuple[str, ...] = ()
) -> tuple[Path, ...]:
    """Write the scorecards with every claim behind them as `csv`, `json`, `markdown` or `html`; returns the files.

    CSV comes with a description of its columns. Each form carries the receipt of the record that it was made of.
    Errors: OutputRefusedError for a place that cannot be written; UnknownRecordError for a filter.
    """
    from forecasts.services import publish

    if form == "html":
        return publish.export_html(ledger, output, filters, sources=sources)
    if form == "csv":
        return publish.export_csv_package(ledger, output, filters, sources=sources)
    return write_scorecards(scorecard_document(ledger, filters, sources=sources, with_claims=True), form, output)


def export_pack(ledger: Ledger, folder: Path) -> tuple[Path, ...]:
    """Write every current record as a pack that loads back to the same ledger, and its receipt beside the folder.

    Returns the files. The receipt is no part of the pack: the same records make the same pack in another ledger.
    """
    from forecasts.services.publish import write_with_receipt

    with ledger.snapshot() as snapshot:
        body, receipt = body_of(snapshot.records), ledger_receipt(snapshot.reader, ledger.today())
    return write_with_receipt(folder, receipt, lambda: write_pack(body, folder))
