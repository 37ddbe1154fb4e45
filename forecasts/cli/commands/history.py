"""`forecasts history`: who changed what, when."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from forecasts.cli.completion import complete_slug
from forecasts.cli.families import Family
from forecasts.cli.options import Analyst, AsJson, Database
from forecasts.cli.output import NOTHING, note, print_json
from forecasts.cli.session import opened
from forecasts.cli.tables import Column, say_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forecasts.domain.views import HistoryRow
    from forecasts.services.ledger import Ledger

app = Family()

_PAGE = 500
_KINDS = ("source", "article", "scenario", "question", "prediction", "resolution", "standard")


@app.command()
def history(
    kind: Annotated[str, typer.Argument(help=f"Only of one record: its kind ({', '.join(_KINDS)}) …")] = "",
    slug: Annotated[str, typer.Argument(autocompletion=complete_slug, help="… and its slug.")] = "",
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many entries; default: all.")] = None,
    as_json: AsJson = False,
    database: Database = None,
    analyst: Analyst = None,
) -> None:
    """Tell who changed what, when, newest first."""
    if kind and (kind not in _KINDS or not slug):
        msg = f"name one record: one of {', '.join(_KINDS)}, and its slug."
        raise typer.BadParameter(msg, param_hint="'KIND SLUG'")
    with opened(database, analyst) as ledger:
        entries = list(_entries(ledger, kind, slug, limit))
    if as_json:
        print_json([history_object(entry) for entry in entries])
    elif entries:
        say_entries(entries)
    else:
        note("Nothing was changed yet.")


def _entries(ledger: "Ledger", kind: str, slug: str, limit: int | None) -> "Iterator[HistoryRow]":
    """The entries, newest first, read by the page."""
    from forecasts.services.history import list_history

    before: int | None = None
    while limit is None or limit > 0:
        wanted = _PAGE if limit is None else min(_PAGE, limit)
        page = list_history(ledger, kind=kind, slug=slug, limit=wanted, before_entry=before)
        yield from page
        if len(page) < wanted:
            return
        before = page[-1].entry
        limit = None if limit is None else limit - len(page)


def history_object(entry: "HistoryRow") -> dict[str, Any]:
    """An entry in JSON's terms; of a large one the first changes, `change_count` being all of them."""
    from forecasts.domain.canonical import instant_text

    return {
        "entry": entry.entry,
        "at": instant_text(entry.at),
        "analyst": entry.analyst,
        "intent": entry.intent,
        "summary": entry.summary,
        "reason": entry.reason,
        "undoes": entry.undoes,
        "undone_by": entry.undone_by,
        "change_count": entry.change_count,
        "changes": [
            {"kind": change.kind, "name": change.name, "before": change.before, "after": change.after}
            for change in entry.changes
        ],
        "hash": entry.hash,
    }


def say_entries(entries: "Sequence[HistoryRow]") -> None:
    """Print entries as a table."""
    columns = (
        Column("Entry", "right"),
        Column("When (UTC)"),
        Column("Who", least=12),
        Column("What", least=12),
        Column("Why", least=12),
    )
    say_table(columns, [_row(entry) for entry in entries])


def _row(entry: "HistoryRow") -> tuple[object, ...]:
    undone = f" (undone by {entry.undone_by})" if entry.undone_by else ""
    return (entry.entry, f"{entry.at:%Y-%m-%d %H:%M}", entry.analyst, entry.summary + undone, entry.reason or NOTHING)
