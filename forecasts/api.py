"""The record from Python: what it holds and how its sources score, as Arrow tables. It is never written to.

A table says in its metadata what it and its columns hold, and of which state of the record it is (`receipt`);
`to_pandas()` makes it a pandas frame. Needs the extra `archive`.

>>> from forecasts import api
>>> record = api.open("forecasts.db")
>>> frame = record.predictions().to_pandas()
>>> frame.groupby("claim_type").size().idxmax()
'forecast'
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from forecasts.domain.kinds import Basis, Role, Which, Wording
from forecasts.domain.scorecards import ScoreFilters
from forecasts.services.arrow_tables import claim_table, export_parquet, score_table, view_table
from forecasts.services.read_only import ReadOnlyLedger, open_read_only
from forecasts.settings import database_address, load_settings

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Basis", "OpenRecord", "Role", "ScoreFilters", "Which", "Wording", "open"]


def open(address: str | Path | None = None) -> OpenRecord:  # noqa: A001 - what one does with it
    """A ledger's file or PostgreSQL address; without one, the ledger that `forecasts` itself would open.

    It is only read: never made, upgraded or changed. A ledger of another revision is refused:

    >>> api.open("nowhere.db")
    Traceback (most recent call last):
    forecasts.errors.DatabaseUnusableError: There is no database at ...nowhere.db yet.
    `forecasts setup` makes one, with the seed record in it.
    """
    place = database_address(None, load_settings()) if address is None else str(address)
    return OpenRecord(open_read_only(place, lambda: datetime.now(UTC).date()))


class OpenRecord:
    """A record that is open to be read. Each table is of the moment at which it is asked for."""

    def __init__(self, ledger: ReadOnlyLedger) -> None:
        self._ledger = ledger

    def view(self, name: str) -> pa.Table:
        """One of the described views, which docs/database.md lists.

        >>> record.view("articles").column_names[:3]
        ['article', 'title', 'outlet']
        """
        return view_table(self._ledger, name)

    def sources(self) -> pa.Table:
        """Whoever makes or carries predictions."""
        return self.view("sources")

    def questions(self) -> pa.Table:
        """One event each, with what makes it resolve, its dates, and its outcome where it has one.

        >>> sorted(set(record.questions()["standing"].to_pylist()))
        ['open', 'resolved', 'void']
        """
        return self.view("questions")

    def predictions(self) -> pa.Table:
        """What was said about which question, with its number and what happened.

        >>> schema = record.predictions().schema
        >>> schema.field("made_on").type
        DataType(date32[day])
        >>> schema.field("made_on").metadata[b"description"].decode()
        'When it was made: the last day on which it can have been.'
        """
        return self.view("predictions")

    def resolutions(self) -> pa.Table:
        """Every resolution that there ever was: the one in force and those that were superseded."""
        return self.view("resolutions")

    def scores(self, filters: ScoreFilters | None = None) -> pa.Table:
        """The scoreboard: each source's counts and figures, ranked sources first, as `forecasts scores` has them.

        What is a list (CRPS by unit, why a figure is missing) is in the JSON of `forecasts export scorecards`.

        >>> board = record.scores(api.ScoreFilters(by=api.Role.OUTLET)).to_pandas()
        >>> bool((board.scored <= board.predictions).all())
        True
        """
        return score_table(self._ledger, filters or ScoreFilters())

    def claims(self, *sources: str, filters: ScoreFilters | None = None) -> pa.Table:
        """Every claim on the cards of these sources, or of all: its bucket, its number in force, outcome and score.

        >>> claims = record.claims().to_pandas()
        >>> set(claims[claims.brier.notna()].bucket)
        {'scored'}
        """
        return claim_table(self._ledger, filters or ScoreFilters(), sources)

    def to_parquet(self, folder: str | Path) -> tuple[Path, ...]:
        """Write each described view as a Parquet file, as `forecasts export parquet` does; returns the files.

        >>> [file.name for file in record.to_parquet("views")][:2]
        ['sources.parquet', 'articles.parquet']
        """
        return export_parquet(self._ledger, Path(folder))
