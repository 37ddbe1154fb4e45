"""Copying what one stands on: a cell, the row, a claim, its citation. Says which way it went.

A page without a table names what can be copied of it: `copyables`, and the predictions to be quoted, `quotables`.
"""

from __future__ import annotations

import os
import shutil
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.actions import SkipAction

from forecasts.domain.scorecards import CardClaim
from forecasts.domain.second_reading import ReadClaim
from forecasts.domain.views import PredictionRow
from forecasts.text import safe, safe_block
from forecasts.tui.flows import calls
from forecasts.tui.widgets.columns import Cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.screen import Screen

    from forecasts.tui.widgets.table_view import TableView
    from forecasts.tui.work import ServiceApp

_FORMULA = ("=", "+", "-", "@")
_SHOWN = 60


class Copyable(NamedTuple):
    """Something that can be copied: what it is, and its text."""

    title: str
    text: str


def tables_of(screen: Screen[Any]) -> TableView[Any] | None:
    """The table that is shown, if there is one with a row under its cursor."""
    from forecasts.tui.widgets.record_table import RecordTable

    tables = [table for table in screen.query(RecordTable) if table.cursor_row is not None and table.display]
    focused = [table for table in tables if table.has_focus]
    return next(iter(focused or tables), None)


async def copy(app: ServiceApp) -> None:
    """Ask what of the row under the cursor is to be copied, and copy it."""
    from forecasts.tui.dialogs.copy import CopyDialog

    prediction = prediction_of(app.screen)
    slugs = (prediction,) if prediction else getattr(app.screen, "quotables", ())
    quotations = [await app.ask(partial(calls.quote_prediction, slug=slug)) for slug in slugs]
    quoted = [
        copyable
        for quotation in quotations
        for copyable in (Copyable("Claim", quotation.claim), Copyable("Citation", quotation.citation))
    ]
    own = (*getattr(app.screen, "copyables", ()), *_cells(app.screen))
    found = [*_marked(app.screen), *quoted, *own] if prediction else [*_marked(app.screen), *own, *quoted]
    if not found:
        app.tell("There is nothing to copy here.")
        return
    answer = await app.push_screen_wait(CopyDialog(tuple(found)))
    if answer is not None:
        copyable, to_file = answer
        await (_to_file(app, copyable) if to_file else to_clipboard(app, copyable))


def copy_marked(app: ServiceApp) -> None:
    """Copy the text that is marked; where none is, the key is left to whoever else has it."""
    marked = _marked(app.screen)
    if not marked:
        raise SkipAction
    app.start(to_clipboard(app, marked[0]), "copy")


def _marked(screen: Screen[Any]) -> tuple[Copyable, ...]:
    text = screen.get_selected_text()
    return (Copyable("Marked text", text),) if text else ()


def prediction_of(screen: Screen[Any]) -> str:
    """The prediction that the row under the cursor is about; empty where it is about none."""
    table = tables_of(screen)
    row = getattr(table, "cursor_row", None)
    if isinstance(row, PredictionRow):
        return row.slug
    row = row if isinstance(row, CardClaim | ReadClaim) else getattr(row, "claim", None)
    return row.prediction if isinstance(row, CardClaim | ReadClaim) else ""


def _cells(screen: Screen[Any]) -> Iterator[Copyable]:
    table = tables_of(screen)
    row = getattr(table, "cursor_row", None)
    if table is None or row is None:
        return
    said = [(column.title, column.cell(row)) for column in table.columns]
    cells = [Copyable(title, safe(cell.text if isinstance(cell, Cell) else cell)) for title, cell in said]
    yield Copyable("Row", "\t".join(_no_formula(cell.text) for cell in cells))
    yield from (cell for cell in cells if cell.text)


def _no_formula(text: str) -> str:
    """A cell that a spreadsheet takes as text, whatever it begins with."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _clean(text: str) -> str:
    """The text without anything that a terminal or an editor would obey; the tabs between cells stay."""
    return "\t".join(safe_block(part) for part in text.split("\t"))


async def to_clipboard(app: ServiceApp, copyable: Copyable) -> None:
    """Copy by the desktop's tool, else by the terminal; say which. It can be pasted here too, however it went."""
    from forecasts.tui.clipboard import find_tool, run_tool

    text = _clean(copyable.text)
    app.copy_to_clipboard(text)
    tool = find_tool(os.environ, shutil.which)
    if tool is not None and await app.in_thread(partial(run_tool, tool, text)):
        way = f"by {Path(tool.command[0]).name}"
    else:
        way = "by the terminal (OSC 52); if it does not arrive, copy to a file: y, f"
    app.tell(f"{safe(text, _SHOWN)}\n{way}", f"Copied: {copyable.title}")


async def _to_file(app: ServiceApp, copyable: Copyable) -> None:
    from forecasts.tui.clipboard import write_new

    try:
        path = await app.in_thread(partial(write_new, Path.cwd(), _clean(copyable.text)))
    except OSError as error:
        app.tell(f"{safe(Path.cwd())} cannot be written to: {error.strerror or error}.", "Not copied")
    else:
        app.tell(str(path), f"Wrote: {copyable.title}")
