"""Arrow tables of the described views and of scorecards, and the views as streamed Parquet files."""

from __future__ import annotations

from collections.abc import Mapping
from enum import EnumType
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forecasts.db.readable import VIEWS, view_columns, view_rows
from forecasts.domain import scorecard_columns
from forecasts.domain.card_claims import CardClaim
from forecasts.domain.dates import Span
from forecasts.domain.fields import record_fields
from forecasts.domain.formats import outcome_text
from forecasts.domain.scorecards import Scorecard, ScorecardDocument, ScoreFilters
from forecasts.errors import InvalidInputError
from forecasts.files import refuse_other, replace_files
from forecasts.interchange.arrow import parquet_parts, schema_of, table_of
from forecasts.paths import needing
from forecasts.services.card_pages import publication_of
from forecasts.services.export import write_with_receipt
from forecasts.services.read_only import ReadableLedger
from forecasts.services.receipts import ledger_receipt
from forecasts.services.scoreboard import open_board, scorecard_document

if TYPE_CHECKING:
    import pyarrow as pa


_NEEDED = "Arrow tables and Parquet files need"
_PARQUET = b"PAR1"
_HOLDS = {str: "text", int: "integer", float: "number", bool: "flag"}


def view_table(ledger: ReadableLedger, name: str) -> pa.Table:
    """A described view as one table. InvalidInputError for a name that none has."""
    if name not in VIEWS:
        msg = f"There is no view named '{name}'."
        raise InvalidInputError(msg, advice=f"These are there: {', '.join(VIEWS)}.")
    with needing("archive", _NEEDED), ledger.snapshot() as snapshot:
        receipt = ledger_receipt(snapshot.reader, ledger.today())
        return table_of(_view_schema(name, receipt), view_rows(snapshot.reader, name))


def _view_schema(name: str, receipt: str) -> pa.Schema:
    return schema_of(view_columns(name), VIEWS[name].says, receipt=receipt)


def export_parquet(ledger: ReadableLedger, folder: Path) -> tuple[Path, ...]:
    """Write each described view as a Parquet file, all of one moment, and its receipt beside the folder.

    Errors: OutputRefusedError for a place that cannot be written, a file that is no Parquet, or without pyarrow.
    """
    for name in VIEWS:
        refuse_other(folder / f"{name}.parquet", _PARQUET, "a Parquet file")
    with needing("archive", _NEEDED), ledger.snapshot() as snapshot:
        receipt = ledger_receipt(snapshot.reader, ledger.today())
        files = {
            f"{name}.parquet": parquet_parts(_view_schema(name, receipt), view_rows(snapshot.reader, name))
            for name in VIEWS
        }
        return write_with_receipt(folder, receipt, lambda: replace_files(folder, files))


def score_table(ledger: ReadableLedger, filters: ScoreFilters) -> pa.Table:
    """The figures on each source's card, ranked sources first. Errors: as `scorecard_document`."""
    with needing("archive", _NEEDED):
        document = scorecard_document(ledger, filters)
        columns = _columns(Scorecard, scorecard_columns.CARD)
        rows = map(attrgetter(*columns), document.scorecards)
        return table_of(_card_schema(document, columns, "Each source's figures."), rows)


def claim_table(ledger: ReadableLedger, filters: ScoreFilters, sources: tuple[str, ...] = ()) -> pa.Table:
    """Every claim on the cards of these sources, or of all. Errors: as `scorecard_document`."""
    with needing("archive", _NEEDED):
        columns = _columns(CardClaim, scorecard_columns.CLAIM)
        own = attrgetter(*columns)
        described = {"source": ("text", "On whose card it is."), **columns}
        with open_board(ledger, filters) as board:
            found = publication_of(board, sources=sources)
            rows = (
                (page.card.source, *map(_arrow_value, columns, own(claim)))
                for page in found.pages
                for claim in page.card.claims
            )
            return table_of(_card_schema(found.document, described, "Each claim on each card."), rows)


def _columns(record: type, said: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """What a table has of a record: one column for each field of one value; of spans the day that counts."""
    found = {}
    views = view_columns("predictions")
    for name, spec in record_fields(record).items():
        if spec.type is Span:
            found[name] = views[name]
        elif name == "outcome" or isinstance(spec.type, EnumType):
            found[name] = ("text", said[name])
        elif spec.type in _HOLDS:
            found[name] = (_HOLDS[spec.type], said[name])
    return found


def _arrow_value(column: str, value: Any) -> Any:
    if isinstance(value, Span):
        return value.first if column == "known_on" else value.last
    return outcome_text(value) or None if column == "outcome" else value


def _card_schema(document: ScorecardDocument, columns: Mapping[str, tuple[str, str]], says: str) -> pa.Schema:
    return schema_of(columns, f"{says} {document.made_of}", receipt=document.receipt)
