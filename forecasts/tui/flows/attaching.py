"""Keeping a copy of an article's text: ask for the file, compare it, say what it lacks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from forecasts.domain.formats import counted
from forecasts.domain.intents import AttachText
from forecasts.errors import ForecastsError
from forecasts.tui.dialogs.attach import AttachDialog
from forecasts.tui.flows import calls

if TYPE_CHECKING:
    from forecasts.tui.work import ServiceApp

_MOST_NAMED = 3


async def attach(app: ServiceApp, slug: str, title: str) -> None:
    """Ask for the file and attach it; on an error the path is still there."""
    path, trouble = "", ""
    while True:
        answer = await app.push_screen_wait(AttachDialog(title, path, trouble))
        if answer is None:
            return
        try:
            done = await app.ask(partial(calls.attach_text, intent=AttachText(article=slug, path=answer)))
        except ForecastsError as error:
            path, trouble = answer, str(error)
            continue
        lines = [f"{counted(done.paragraphs, 'paragraph')} in the file."]
        if len(done.articles) > 1:
            lines.append(f"{counted(len(done.articles), 'article')} share it.")
        if done.not_found:
            lines.append(f"{counted(len(done.not_found), 'phrase')} not found in it:")
            lines.extend(done.not_found[:_MOST_NAMED])
        if done.entry is not None:
            lines.append(f"{app.key_of('app.undo')} takes it back.")
        app.tell("\n".join(lines), "Text attached" if done.entry is not None else "It was attached already")
        app.ledger_changed.publish(done.entry or 0)
        return
