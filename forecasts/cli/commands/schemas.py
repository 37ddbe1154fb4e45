"""`forecasts schema`: the published JSON Schemas of what the program writes."""

import sys
from typing import Annotated

import typer

from forecasts.cli.families import Family
from forecasts.cli.output import say

app = Family()


@app.command()
def schema(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="Of which document, such as scorecards.")] = "",
    listed: Annotated[bool, typer.Option("--list", help="Name them.")] = False,
) -> None:
    """Print the JSON Schema of a document."""
    from forecasts.services.publish import SCHEMAS, schema_text

    if bool(kind) == listed:
        msg = "name one, or ask for --list."
        raise typer.BadParameter(msg, param_hint="'KIND' / '--list'")
    if listed:
        say(*SCHEMAS)
    elif kind in SCHEMAS:
        sys.stdout.write(schema_text(kind))
    else:
        msg = f"there is none of '{kind}', but of {', '.join(SCHEMAS)}."
        raise typer.BadParameter(msg, param_hint="'KIND'")
