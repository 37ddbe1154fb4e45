"""For other tools that read the database: what its views and columns mean, as Datasette shows it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from forecasts.db.queries.text_search import SHADOWS
from forecasts.db.readable import descriptions
from forecasts.db.scoring_marks import MARKS
from forecasts.db.tables import metadata
from forecasts.domain.records import Pack
from forecasts.files import refuse_other, write_output
from forecasts.services.receipts import ledger_receipt

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.services.ledger import Ledger

_HEAD = b'{\n "title":'
_BESIDE = ("alembic_version", MARKS)


def export_datasette(ledger: Ledger, output: Path, *, database: str) -> Path:
    """Write the metadata with which Datasette describes every view and column and hides the tables beneath.

    `database` is the name under which Datasette opens a copy of the ledger: its file's name without the ending.
    Errors: OutputRefusedError for a place that cannot be written, or a file that is no such metadata.
    """
    refuse_other(output, _HEAD, "such metadata")
    with ledger.snapshot() as snapshot:
        packs = snapshot.records.all(Pack)
        receipt = ledger_receipt(snapshot.reader, ledger.today())
    pack = packs[0] if packs else Pack(name="record")
    views = {
        name: {"description": says, "columns": columns} for name, (says, columns) in sorted(descriptions().items())
    }
    hidden = {name: {"hidden": True} for name in sorted((*metadata().tables, *SHADOWS, *_BESIDE))}
    document = {
        "title": pack.title or pack.name,
        "description": " ".join(
            filter(None, (pack.description, f"Receipt of the record: {receipt}" if receipt else ""))
        ),
        "databases": {database: {"tables": views | hidden}},
    }
    return write_output(output, (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode())
