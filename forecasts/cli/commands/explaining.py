"""`forecasts explain`, `phrases`, `schema`: what figures, words of likelihood and written documents mean."""

import sys
from typing import Annotated, Any

import typer

from forecasts import services
from forecasts.cli.groups import CommandGroup
from forecasts.cli.options import AsJson
from forecasts.cli.output import Column, note, print_json, say, say_table
from forecasts.cli.session import read_only
from forecasts.domain.formats import NOTHING, percent
from forecasts.domain.wording import PhraseReading

app = CommandGroup()

Named = Annotated[list[str] | None, typer.Argument(metavar="[FIGURE]…", help="Its name, or its key in JSON.")]


@app.command()
def explain(figure: Named = None, as_json: AsJson = False) -> None:
    """Tell what a figure means, with an example and its limits."""
    found = services.explain.paragraphs()
    chosen = [found[services.explain.place_of(" ".join(figure), found)]] if figure else []
    if as_json:
        shown = [{"title": paragraph.title, "text": paragraph.text} for paragraph in chosen or found]
        print_json(shown[0] if chosen else shown)
    elif chosen:
        say(chosen[0].title, "", *chosen[0].text.splitlines())
    else:
        say(*(paragraph.title for paragraph in found))


@app.command()
def phrases(
    words: Annotated[list[str], typer.Argument(metavar="WORDS…", help="The words, as written.")],
    as_json: AsJson = False,
) -> None:
    """Show every standard's reading of a phrase, side by side."""
    text = " ".join(words)
    ledger = read_only()
    readings = services.explain.read_phrase(ledger, text)
    if as_json:
        print_json({"words": text, "readings": [_reading_object(found) for found in readings]})
        return
    columns = (
        Column("Standard", least=12),
        Column("Year", "right"),
        Column("Term", least=12),
        Column("Point", "right"),
        Column("Range"),
    )
    say_table(columns, [_reading_row(found) for found in readings])
    if not any(found.reading for found in readings):
        note("", "No standard lists these words; a longer or a denied phrase is another phrase.")


def _reading_row(found: "services.explain.StandardReading") -> tuple[object, ...]:
    reading = found.reading
    if reading is None:
        return (found.title, found.year or NOTHING, NOTHING, NOTHING, NOTHING)
    return (found.title, found.year or NOTHING, reading.term, percent(reading.point), _range_text(reading))


def _range_text(reading: PhraseReading) -> str:
    low = f"{'over ' if reading.low_open else ''}{percent(reading.low)}"
    high = f"{'under ' if reading.high_open else ''}{percent(reading.high)}"
    return low if reading.low == reading.high else f"{low} to {high}"


def _reading_object(found: "services.explain.StandardReading") -> dict[str, Any]:
    reading = found.reading
    return {
        "standard": found.standard,
        "title": found.title,
        "year": found.year,
        "term": reading.term if reading else None,
        "point": reading.point if reading else None,
        "low": reading.low if reading else None,
        "high": reading.high if reading else None,
        "low_open": reading.low_open if reading else None,
        "high_open": reading.high_open if reading else None,
    }


@app.command(has_place=False)
def schema(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="Of which document, such as scorecards.")] = "",
    listed: Annotated[bool, typer.Option("--list", help="Name them.")] = False,
) -> None:
    """Print the JSON Schema of a document."""
    if bool(kind) == listed:
        msg = "name one, or ask for --list."
        raise typer.BadParameter(msg, param_hint="'KIND' / '--list'")
    if listed:
        say(*services.export.SCHEMAS)
    elif kind in services.export.SCHEMAS:
        sys.stdout.write(services.export.schema_text(kind))
    else:
        msg = f"there is none of '{kind}', but of {', '.join(services.export.SCHEMAS)}."
        raise typer.BadParameter(msg, param_hint="'KIND'")
