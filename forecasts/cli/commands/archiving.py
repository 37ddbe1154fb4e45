"""`forecasts archive merge`: archives of several ledgers put together."""

from pathlib import Path
from typing import Annotated

import typer

from forecasts.cli.groups import CommandGroup
from forecasts.cli.output import note, progress_bar, say
from forecasts.domain.formats import counted

app = CommandGroup()
archives = CommandGroup("Work with archives that `export archive` wrote.")
app.add_typer(archives, name="archive")


@archives.command(has_place=False)
def merge(
    output: Annotated[Path, typer.Argument(metavar="OUT", help="The folder to write.")],
    inputs: Annotated[list[Path], typer.Argument(metavar="IN…", help="The archives.")],
) -> None:
    """Put archives together where their names do not clash.

    Needs the extra `archive`.
    """
    from forecasts.services.archive import merge_archives

    with progress_bar() as progress:
        count, buckets = merge_archives(output, inputs, progress)
    say(output)
    note(f"Wrote {counted(count, 'prediction')} in {counted(buckets, 'bucket')}.")
