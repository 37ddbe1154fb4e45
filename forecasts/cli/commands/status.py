"""`forecasts status`: which database, its schema, how much is in it, what is due."""

from dataclasses import fields

from forecasts.cli.families import Family
from forecasts.cli.options import Analyst, AsJson, Database
from forecasts.cli.output import counted, print_json, say
from forecasts.cli.session import find_place, today

app = Family()

_KEYS = ("database", "backend", "revision", "newest", "due", "counts")


@app.command()
def status(as_json: AsJson = False, database: Database = None, analyst: Analyst = None) -> None:
    """Tell what is in the database and how many questions are due."""
    from forecasts.services.overview import ledger_status

    found = ledger_status(find_place(database, analyst).address, today=today())
    if as_json:
        print_json({field.name: getattr(found, field.name) for field in fields(found) if field.name in _KEYS})
        return
    newest = "the newest" if found.newest else "older than this program: `forecasts setup` upgrades it"
    engine = "SQLite" if found.backend == "sqlite" else "PostgreSQL"
    lines = {
        "Database": f"{found.database} ({engine})",
        "Schema": f"revision {found.revision}, {newest}",
        "Storage": ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in found.settings.items()),
        "Due": counted(found.due, "question"),
        **{kind.capitalize(): f"{count:,}" for kind, count in found.counts.items()},
    }
    say(*(f"{name:<12}  {value}" for name, value in lines.items() if value))
