"""`forecasts show`: one record with all that belongs to it."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer

from forecasts.cli.commands.history import say_entries
from forecasts.cli.groups import CommandGroup
from forecasts.cli.options import AsJson, complete_slug
from forecasts.cli.output import print_json, say, short_value, wrapped
from forecasts.cli.session import find_place, lead_on, read_only, today
from forecasts.cli.tables import Column, say_table
from forecasts.domain.formats import value_text

app = CommandGroup()

_NAMES = 18
_UNSAID = ("", None, False)
_SLUG = ("slug", Column("Slug"))
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
    from forecasts.services.browse import show_record

    ledger = read_only()
    if kind is ShownKind.SOURCE:
        (slug,) = lead_on(slug)
    page = show_record(ledger, kind.value, slug)
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
    if kind is ShownKind.QUESTION:
        related["predictions"] = _on_question(page.slug)
    say(f"{kind.value} {slug}")
    _say_fields({name: value for name, value in page.fields.items() if name != "slug"})
    for name, records in related.items():
        if records:
            _say_section(name, records)
    if page.history:
        say("", "History")
        say_entries(page.history)


def _on_question(slug: str) -> list[dict[str, Any]]:
    """A question's predictions with the number in force and the day that counts, the earliest first."""
    from forecasts.domain.overview import ListFilters
    from forecasts.services.overview import list_records

    address = find_place().address
    found = list_records(address, "prediction", ListFilters(question=slug), today=today())
    return sorted(found, key=lambda record: (record["made_on"], record["slug"]))


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
