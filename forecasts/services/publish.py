"""Exports for others: predictions and outcomes as one table, data packages, HTML pages, and the reproducible bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.db.store import Store
from forecasts.domain.records import TABLES, Pack
from forecasts.errors import OutputRefusedError
from forecasts.interchange.imports.csv_columns import HEADER
from forecasts.interchange.output import replace_files
from forecasts.interchange.packs import Body, make_body
from forecasts.interchange.table_csv import table_text
from forecasts.services.export import UNNAMED
from forecasts.text import safe

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.services.ledger import Ledger


def read_body(ledger: Ledger) -> Body:
    """Every current record that a pack can say, as one body."""
    with ledger.read() as connection:
        store = Store(connection)
        packs = [record for record in store.read("pack") if isinstance(record, Pack)]
        records = [record for table in TABLES if table != "pack" for record in store.read(table)]
    return make_body(packs[0] if packs else Pack(name=UNNAMED), records)


def export_table(ledger: Ledger, output: Path) -> Path:
    """Write predictions and outcomes as one CSV file that `import csv` reads back.

    Errors: OutputRefusedError for a place that cannot be written, or a file that is no such table; it is left alone.
    """
    head = ",".join(HEADER[:5]).encode()
    _refuse_other(output, head, "such a table")
    return replace_files(output.parent, {output.name: table_text(read_body(ledger))})[0]


def _refuse_other(path: Path, head: bytes, what: str) -> None:
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
