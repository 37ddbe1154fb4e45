"""What a figure means, in a dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.tui.keys import Action

if TYPE_CHECKING:
    from forecasts.services.explain import Paragraph
    from forecasts.tui.work import ServiceApp

MEANING = Action(id="figure.meaning", keys="m", action="meaning", title="Meaning", help="What the figure means")


async def explain(app: ServiceApp, figure: str) -> None:
    """Show the paragraph on a figure."""

    def read() -> tuple[tuple[Paragraph, ...], int]:
        from forecasts.services.explain import paragraphs, place_of

        found = paragraphs()
        return found, place_of(figure, found)

    found, place = await app.in_thread(read)
    from forecasts.tui.dialogs.explain import ExplainDialog

    await app.push_screen_wait(ExplainDialog(found, place))
