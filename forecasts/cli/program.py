"""The program: its options, and its commands by name."""

import io
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.main import get_command

from forecasts import __version__
from forecasts.cli.groups import LazyGroup
from forecasts.cli.options import FirstAnalyst, FirstDatabase
from forecasts.cli.output import DONE, INTERRUPTED, REFUSED
from forecasts.cli.session import work_on
from forecasts.text import safe_block

app = typer.Typer(
    name="forecasts",
    cls=LazyGroup,
    rich_markup_mode=None,
    invoke_without_command=True,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"forecasts {__version__}")
        raise typer.Exit


@app.callback()
def begin(
    context: typer.Context,
    database: FirstDatabase = None,
    analyst: FirstAnalyst = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
    screenshot: Annotated[
        tuple[str, str] | None,
        typer.Option("--screenshot", metavar="PLACE FILE.svg", help="Draw a place of the terminal UI into a file."),
    ] = None,
) -> None:
    """Keep the score of people who predict in print.

    Without a command it opens the terminal UI; on first use it sets the database up.
    """
    work_on(database, analyst)
    if screenshot is not None:
        from forecasts.cli.start import draw

        draw(*screenshot)
        raise typer.Exit
    if context.invoked_subcommand is None:
        from forecasts.cli.start import open_or_set_up

        raise typer.Exit(open_or_set_up())


def execute(arguments: Sequence[str]) -> int:
    """Carry out a command line; the result is its exit status. Wrong usage is told on standard error."""
    try:
        status = get_command(app).main(list(arguments), prog_name="forecasts", standalone_mode=False)
    except typer.TyperException as error:
        told = io.StringIO()
        error.show(told)  # type: ignore[attr-defined]  # every error of a command line can show itself
        sys.stderr.write(safe_block(told.getvalue()))
        return error.exit_code
    except typer.Abort:
        return REFUSED
    if status == INTERRUPTED:
        sys.stderr.write("Interrupted.\n")
    return status if isinstance(status, int) else DONE
