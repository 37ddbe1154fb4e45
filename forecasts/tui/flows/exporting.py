"""Exporting what is shown, or the whole record, as files."""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from textual.content import Content

from forecasts import services
from forecasts.domain.formats import counted, first_lines
from forecasts.domain.scorecards import ScoreFilters
from forecasts.errors import ForecastsError
from forecasts.services.ledger import Ledger
from forecasts.text import safe
from forecasts.tui.background import ServiceApp
from forecasts.tui.desktop import find_opener, start_opener
from forecasts.tui.dialogs.base import ConfirmDialog
from forecasts.tui.dialogs.short_forms import ExportAnswer, ExportDialog, ExportForm
from forecasts.tui.flows.form_flow import fill_in
from forecasts.tui.show import styled

_SCORECARD_FORMS = (
    ExportForm("html", "HTML", "scorecards-html"),
    ExportForm("markdown", "Markdown", "scorecards-md"),
    ExportForm("csv", "CSV", "scorecards-csv"),
    ExportForm("json", "JSON", "scorecards.json"),
    ExportForm("bundle", "bundle", "scorecards-bundle.zip"),
)
_RECORD_FORMS = (ExportForm("pack", "pack (TOML)", "forecasts-pack"),)
_MOST_NAMED = 3
INDEX_FILE = "index.html"


async def export_scorecards(app: ServiceApp, filters: ScoreFilters, sources: tuple[str, ...]) -> None:
    """Write the scorecards that are shown, with every claim behind their figures."""
    what = f"The scorecards of {counted(len(sources), 'source')}" if sources else "The scorecards of every source"

    def write(answer: ExportAnswer) -> Callable[[Ledger], tuple[Path, ...]]:
        if answer.form == "bundle":
            return lambda ledger: (services.export.export_bundle(ledger, answer.path, filters, sources=sources),)
        return lambda ledger: services.export.export_scorecards(
            ledger, form=answer.form, output=answer.path, filters=filters, sources=sources
        )

    await _export(app, f"{what}, as filtered", _SCORECARD_FORMS, write)


async def export_record(app: ServiceApp) -> None:
    """Write the whole record as a pack, which loads back to the same database."""

    def write(answer: ExportAnswer) -> Callable[[Ledger], tuple[Path, ...]]:
        return lambda ledger: services.export.export_pack(ledger, answer.path)

    await _export(app, "The whole record as a pack, which loads back to the same database", _RECORD_FORMS, write)


def _is_taken(path: Path) -> bool:
    """Whether there is a file, or a folder that holds something; what cannot be read is left to the writer to say."""
    try:
        return path.is_file() or (path.is_dir() and any(path.iterdir()))
    except OSError:
        return False


def _replacing(path: Path) -> Content:
    shown = styled((safe(path.absolute()), "bold"))
    return shown + (" holds files: those of the same name are replaced." if path.is_dir() else " is replaced.")


async def _export(
    app: ServiceApp,
    what: str,
    forms: tuple[ExportForm, ...],
    write: Callable[[ExportAnswer], Callable[[Ledger], tuple[Path, ...]]],
) -> None:
    browser = find_opener(os.environ, shutil.which)

    async def do(answer: ExportAnswer) -> tuple[tuple[Path, ...], bool]:
        if _is_taken(answer.path) and not await app.push_screen_wait(ConfirmDialog("Replace", _replacing(answer.path))):
            nothing = ""
            raise ForecastsError(nothing)  # the form comes back as it was
        app.give_keys()  # a large record takes its time
        return await app.call(write(answer)), answer.opens

    done = await fill_in(app, lambda attempt: ExportDialog(what, forms, attempt, can_open=bool(browser)), do)
    if done is not None:
        written, opens = done
        index = next((path for path in written if path.name == INDEX_FILE), None)
        if opens and index is not None:
            with suppress(OSError):  # the files are there, and named below
                await app.in_thread(partial(start_opener, browser, index.absolute().as_uri()))
        names = first_lines([str(path) for path in written], _MOST_NAMED)
        app.notify("\n".join(names), title=f"Wrote {counted(len(written), 'file')}")
