"""`forecasts explain`: what a figure means, from docs/scoring.md."""

from typing import Annotated

import typer

from forecasts.cli.families import Family
from forecasts.cli.options import AsJson
from forecasts.cli.output import print_json, say

app = Family()


@app.command()
def explain(
    figure: Annotated[
        list[str] | None, typer.Argument(metavar="[FIGURE]…", help="Its name, or its key in JSON.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell what a figure means: formula, worked example, what it can and cannot say, the paper."""
    from forecasts.services.explain import paragraphs, place_of

    found = paragraphs()
    if not figure:
        if as_json:
            print_json([{"title": paragraph.title, "text": paragraph.text} for paragraph in found])
        else:
            say(*(paragraph.title for paragraph in found))
        return
    paragraph = found[place_of(" ".join(figure), found)]
    if as_json:
        print_json({"title": paragraph.title, "text": paragraph.text})
    else:
        say(paragraph.title, "", *paragraph.text.splitlines())
