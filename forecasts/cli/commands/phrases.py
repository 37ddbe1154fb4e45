"""`forecasts phrases`: what each standard reads from words of likelihood."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from forecasts.cli.families import Family
from forecasts.cli.options import Analyst, AsJson, Database
from forecasts.cli.output import NOTHING, note, percent, print_json
from forecasts.cli.session import opened
from forecasts.cli.tables import Column, say_table

if TYPE_CHECKING:
    from forecasts.domain.wording import Reading
    from forecasts.services.phrases import StandardReading

app = Family()


@app.command()
def phrases(
    words: Annotated[list[str], typer.Argument(metavar="WORDS…", help="The words, as written.")],
    as_json: AsJson = False,
    database: Database = None,
    analyst: Analyst = None,
) -> None:
    """Show every standard's reading of a phrase, side by side."""
    from forecasts.services.phrases import read_phrase

    text = " ".join(words)
    with opened(database, analyst) as ledger:
        readings = read_phrase(ledger, text)
    if as_json:
        print_json({"words": text, "readings": [_object(found) for found in readings]})
        return
    columns = (
        Column("Standard", least=12),
        Column("Year", "right"),
        Column("Term", least=12),
        Column("Point", "right"),
        Column("Range"),
    )
    say_table(columns, [_row(found) for found in readings])
    if not any(found.reading for found in readings):
        note("", "No standard lists these words; a longer or a denied phrase is another phrase.")


def _row(found: "StandardReading") -> tuple[object, ...]:
    reading = found.reading
    if reading is None:
        return (found.title, found.year or NOTHING, NOTHING, NOTHING, NOTHING)
    return (found.title, found.year or NOTHING, reading.term, percent(reading.point), _range(reading))


def _range(reading: "Reading") -> str:
    low = f"{'over ' if reading.low_open else ''}{percent(reading.low)}"
    high = f"{'under ' if reading.high_open else ''}{percent(reading.high)}"
    return low if reading.low == reading.high else f"{low} to {high}"


def _object(found: "StandardReading") -> dict[str, Any]:
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
