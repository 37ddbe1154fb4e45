"""`forecasts show` and `history`: one record with all that belongs to it; who changed what, when."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer

from forecasts import services
from forecasts.cli.groups import CommandGroup
from forecasts.cli.options import AsJson, complete_slug
from forecasts.cli.output import SLUG, Column, note, print_json, say, say_table, short_value, wrapped
from forecasts.cli.session import lead_on, read_only
from forecasts.domain.formats import NOTHING, minute_text, value_text
from forecasts.domain.views import HistoryRow

app = CommandGroup()

_NAMES = 18
_UNSAID = ("", None, False)
_SLUG = ("slug", SLUG)
_TITLE = ("title", Column("Title", least=12))
_NUMBERS = (("low", Column("Low", "right")), ("point", Column("Point", "right")), ("high", Column("High", "right")))
_TABLES: dict[str, tuple[tuple[str, Column], ...]] = {
    "predictions": (
        _SLUG,
        ("made_on", Column("Made", spare=True)),
        ("speakers", Column("Speakers", least=12)),
        ("number", Column("Says", "right")),
        ("claim", Column("Claim", least=12)),
    ),
    "articles": (_SLUG, ("published_on", Column("Published")), _TITLE),
    "questions": (_SLUG, ("resolves_on", Column("Deadline")), _TITLE),
    "variants": (_SLUG, ("resolves_on", Column("Deadline")), _TITLE),
    "passages": (
        ("paragraph", Column("Paragraph", "right")),
        ("reason", Column("Reason")),
        ("phrase", Column("Phrase", least=12)),
    ),
    "phrases": (("term", Column("Term", least=12)), *_NUMBERS, ("aliases", Column("Also", least=12))),
}


ShownKind = StrEnum("ShownKind", "SOURCE ARTICLE SCENARIO QUESTION PREDICTION STANDARD")


@app.command()
def show(
    kind: Annotated[ShownKind, typer.Argument(help="What kind of record.")],
    slug: Annotated[str, typer.Argument(autocompletion=complete_slug, help="The record's slug.")],
    as_json: AsJson = False,
) -> None:
    """Show one record with all that belongs to it."""
    ledger = read_only()
    if kind is ShownKind.SOURCE:
        (slug,) = lead_on(slug)
    page = services.browse.show_record(ledger, kind.value, slug)
    related: dict[str, Sequence[Mapping[str, Any]]] = dict(page.related)
    if as_json:
        from forecasts.domain.plain_records import plain_record

        print_json(
            {
                "kind": page.kind,
                "slug": page.slug,
                "version": page.version,
                "record": dict(page.fields),
                "related": {name: list(records) for name, records in related.items()},
                "history": [plain_record(entry, with_defaults=True) for entry in page.history],
            }
        )
        return
    fields = dict(page.fields)
    if kind is ShownKind.PREDICTION:
        (in_force,) = page.predictions
        fields = {"says": short_value("number", in_force), **in_force}
    elif page.predictions:
        related["predictions"] = page.predictions
    say(f"{kind.value} {slug}")
    del fields["slug"]
    _say_fields(fields)
    for name, records in related.items():
        if records:
            _say_section(name, records)
    if page.history:
        say("", "History")
        say_entries(page.history)


def _say_section(name: str, records: Sequence[Mapping[str, Any]]) -> None:
    say("", f"{name.replace('_', ' ').capitalize()} ({len(records)})")
    columns = _TABLES.get(name)
    if columns is None:
        for place, record in enumerate(records):
            if place:
                say("")
            _say_fields(record)
        return
    rows = [[short_value(field, record) for field, _ in columns] for record in records]
    say_table([column for _, column in columns], rows)


def _say_fields(fields: Mapping[str, Any]) -> None:
    """Each field that says something, its name before it; long ones are wrapped on a terminal."""
    for name, value in fields.items():
        if value in _UNSAID or value in ([], {}):
            continue
        items = value if isinstance(value, list) and value and isinstance(value[0], dict) else [value]
        for place, item in enumerate(items):
            head = "" if place else name.replace("_", " ")
            for line in wrapped(value_text(item), _NAMES + 2).splitlines() or [""]:
                say(f"{head:<{_NAMES}}  {line}")
                head = ""


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


def _entries(
    ledger: "services.read_only.ReadableLedger", kind: str, slug: str, limit: int | None
) -> Iterator[HistoryRow]:
    """The entries, newest first, read by the page."""
    before: int | None = None
    while limit is None or limit > 0:
        wanted = _PAGE if limit is None else min(_PAGE, limit)
        page = services.history.list_history(ledger, kind=kind, slug=slug, limit=wanted, before_entry=before)
        yield from page
        if len(page) < wanted:
            return
        before = page[-1].entry
        limit = None if limit is None else limit - len(page)


def _whole(ledger: "services.read_only.ReadableLedger", number: int) -> HistoryRow:
    return services.history.read_history_entry(ledger, number)


def _with_words(ledger: "services.read_only.ReadableLedger", words: str, limit: int | None) -> Iterator[HistoryRow]:
    """The entries that have the words, newest first, read by the page."""
    window = services.history.open_history(ledger, words)
    wanted = len(window) if limit is None else min(limit, len(window))
    for first in range(0, wanted, _PAGE):
        yield from window.rows(first, min(_PAGE, wanted - first))


def say_entries(entries: Sequence[HistoryRow]) -> None:
    columns = (
        Column("Entry", "right"),
        Column("When (UTC)"),
        Column("Who", least=12),
        Column("What", least=12),
        Column("Why", least=12),
    )
    say_table(columns, [_entry_row(entry) for entry in entries])


def _entry_row(entry: HistoryRow) -> tuple[object, ...]:
    undone = f" (undone by {entry.undone_by})" if entry.undone_by else ""
    return (entry.entry, minute_text(entry.at), entry.who, entry.summary + undone, entry.reason or NOTHING)


def say_entry(entry: HistoryRow) -> None:
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
