"""`forecasts history`: who changed what, when."""

from typing import TYPE_CHECKING, Annotated

import typer

from forecasts.cli.groups import CommandGroup
from forecasts.cli.options import AsJson, complete_slug
from forecasts.cli.output import note, print_json, say, wrapped
from forecasts.cli.session import read_only
from forecasts.cli.tables import Column, say_table
from forecasts.domain.formats import NOTHING, minute_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forecasts.domain.views import HistoryRow
    from forecasts.services.read_only import ReadableLedger

app = CommandGroup()

_PAGE = 500
_KINDS = ("source", "article", "scenario", "question", "prediction", "resolution", "standard")


@app.command()
def history(
    kind: Annotated[str, typer.Argument(help=f"Only of one record: its kind ({', '.join(_KINDS)}) …")] = "",
    slug: Annotated[str, typer.Argument(autocompletion=complete_slug, help="… and its slug.")] = "",
    entry: Annotated[
        int | None, typer.Option("--entry", min=1, help="One entry whole: every record before and after.")
    ] = None,
    text: Annotated[
        str, typer.Option(metavar="WORDS", help="Only entries with these words, upper or lower case.")
    ] = "",
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many entries; default: all.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell who changed what, when, newest first."""
    if kind and (kind not in _KINDS or not slug):
        msg = f"name one record: one of {', '.join(_KINDS)}, and its slug."
        raise typer.BadParameter(msg, param_hint="'KIND SLUG'")
    if kind and text:
        msg = "narrow to one record or to words, not to both."
        raise typer.BadParameter(msg, param_hint="'--text'")
    ledger = read_only()
    if entry is not None:
        entries = [_whole(ledger, entry)]
    elif text:
        entries = list(_with_words(ledger, text, limit))
    else:
        entries = list(_entries(ledger, kind, slug, limit))
    if as_json:
        from forecasts.domain.plain_records import plain_record

        print_json([plain_record(row, with_defaults=True) for row in entries])
    elif entry is not None:
        say_entry(entries[0])
    elif entries:
        say_entries(entries)
    else:
        note("No entry has these words." if text else "Nothing was changed yet.")


def _entries(ledger: "ReadableLedger", kind: str, slug: str, limit: int | None) -> "Iterator[HistoryRow]":
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


def _whole(ledger: "ReadableLedger", number: int) -> "HistoryRow":
    from forecasts.services.history import read_history_entry

    return read_history_entry(ledger, number)


def _with_words(ledger: "ReadableLedger", words: str, limit: int | None) -> "Iterator[HistoryRow]":
    """The entries that have the words, newest first, read by the page."""
    from forecasts.services.history import open_history

    window = open_history(ledger, words)
    wanted = len(window) if limit is None else min(limit, len(window))
    for first in range(0, wanted, _PAGE):
        yield from window.rows(first, min(_PAGE, wanted - first))


def say_entries(entries: "Sequence[HistoryRow]") -> None:
    """Print entries as a table."""
    columns = (
        Column("Entry", "right"),
        Column("When (UTC)"),
        Column("Who", least=12),
        Column("What", least=12),
        Column("Why", least=12),
    )
    say_table(columns, [_entry_row(entry) for entry in entries])


def _entry_row(entry: "HistoryRow") -> tuple[object, ...]:
    undone = f" (undone by {entry.undone_by})" if entry.undone_by else ""
    return (entry.entry, minute_text(entry.at), entry.who, entry.summary + undone, entry.reason or NOTHING)


def say_entry(entry: "HistoryRow") -> None:
    """Print one entry: what it was, and each record's fields as they were (-) and as they became (+)."""
    from forecasts.domain.differences import change_kind, field_changes

    say_entries((entry,))
    for change in entry.changes:
        say("", f"{change.kind.replace('_', ' ')} {change.name}: {change_kind(change)}")
        for field in field_changes(change):
            say(f"  {field.name.replace('_', ' ')}")
            for sign, value in (("-", field.before), ("+", field.after)):
                lines = wrapped(value, 6).splitlines()
                say(*(f"    {sign if place == 0 else ' '} {part}" for place, part in enumerate(lines)))
