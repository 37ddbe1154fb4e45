"""`forecasts explain`: what a figure means, from docs/scoring.md."""

from typing import Annotated

import typer

from forecasts.cli.families import Family
from forecasts.cli.options import Analyst, AsJson, Database
from forecasts.cli.output import print_json, say

app = Family()

Named = Annotated[list[str] | None, typer.Argument(metavar="[FIGURE]…", help="Its name, or its key in JSON.")]


@app.command()
def explain(
    figure: Named = None,
    as_json: AsJson = False,
    database: Database = None,
    analyst: Analyst = None,
) -> None:
    """Tell what a figure means, with an example and its limits."""
    from forecasts.services.explain import paragraphs, place_of

    found = paragraphs()
    chosen = [found[place_of(" ".join(figure), found)]] if figure else []
    if as_json:
        shown = [{"title": paragraph.title, "text": paragraph.text} for paragraph in chosen or found]
        print_json(shown[0] if chosen else shown)
    elif chosen:
        say(chosen[0].title, "", *chosen[0].text.splitlines())
    else:
        say(*(paragraph.title for paragraph in found))
