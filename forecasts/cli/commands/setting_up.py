"""`forecasts setup`, `status` and `serve`: the schema, the records to begin with, what is there; in a browser."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forecasts import services
from forecasts.cli.groups import CommandGroup
from forecasts.cli.options import AsJson
from forecasts.cli.output import counts, note, print_json, progress_bar, say, wrapped
from forecasts.cli.session import find_place, keep_copy, today
from forecasts.domain.formats import counted
from forecasts.paths import needing

if TYPE_CHECKING:
    from forecasts.domain.views import SetUpReport


app = CommandGroup()


@app.command()
def setup(
    no_seed: Annotated[bool, typer.Option("--no-seed", help="Begin with the standards alone.")] = False,
    pack: Annotated[
        list[Path] | None, typer.Option(metavar="DIR", help="Load this pack as well; may be repeated.")
    ] = None,
    with_resolutions: Annotated[
        bool, typer.Option("--with-resolutions", help="Load the reference resolutions that come with the seed too.")
    ] = False,
) -> None:
    """Create the database and load the seed pack, or upgrade it. Safe to repeat."""
    carry_out(seed=not no_seed, packs=tuple(pack or ()), with_resolutions=with_resolutions)


def carry_out(*, seed: bool = True, packs: tuple[Path, ...] = (), with_resolutions: bool = False) -> None:
    """Set the database up and say what was done."""
    place = find_place()
    with progress_bar() as progress:
        report = services.setup.set_up(
            place.address,
            analyst=place.analyst,
            packs=None if seed else (),
            more=packs,
            standards=True,
            with_resolutions=with_resolutions,
            progress=progress,
        )
    _say(report)
    if not report.created:
        keep_copy(place)


def _say(report: "SetUpReport") -> None:
    is_changed = report.created or report.revision_before != report.revision
    if report.created:
        say(f"Made the database {report.database} (schema revision {report.revision}).")
    elif is_changed:
        say(f"Upgraded {report.database} from schema revision {report.revision_before} to {report.revision}.")
        if report.backup:
            say(f"A backup of it as it was: {report.backup}")
    for load in report.loads:
        if load.added:
            say(wrapped(f"Added {counts(load.added)}."))
        if load.updated:
            say(f"Updated {counts(load.updated)}.")
        is_changed = is_changed or bool(load.added or load.updated)
        note(*(f"Left as it is here: {conflict}." for conflict in load.conflicts))
    if not is_changed:
        say(f"The database {report.database} is set up (schema revision {report.revision}); nothing was changed.")


_KEYS = ("database", "backend", "revision", "newest", "due", "counts")


@app.command()
def status(as_json: AsJson = False) -> None:
    """Tell what is in the database and how many questions are due."""
    found = services.overview.ledger_status(find_place().address, today=today())
    if as_json:
        print_json({name: getattr(found, name) for name in _KEYS})
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


_PORT = 8000


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = _PORT,
    sessions: Annotated[int, typer.Option(min=1, max=50, help="At most so many pages at once.")] = 4,
) -> None:
    """Open the terminal UI in a browser, on this machine only.

    Prints the address, which is a secret. Needs the extra `serve`.
    """
    with needing("serve", "Serving needs"):
        from forecasts.tui.browser.server import serve as start
    place = find_place()

    def tell(address: str) -> None:
        say(address)
        note("Whoever has this address works in your name: keep it. Ctrl+C ends every session.")

    environment = {"FORECASTS_DATABASE": place.address, "FORECASTS_ANALYST": place.analyst}
    start(environment, port=port, most_sessions=sessions, tell=tell)
