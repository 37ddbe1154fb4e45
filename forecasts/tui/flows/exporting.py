"""Writing what is shown to files: ask where, write in a thread, say what was written."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from forecasts.domain.formats import counted
from forecasts.errors import ForecastsError
from forecasts.text import safe
from forecasts.tui.dialogs.confirm import ConfirmDialog
from forecasts.tui.dialogs.export import ExportAnswer, ExportDialog, ExportForm
from forecasts.tui.flows import calls
from forecasts.tui.show import styled

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.content import Content

    from forecasts.domain.score_filters import ScoreFilters
    from forecasts.services.ledger import Ledger
    from forecasts.tui.work import ServiceApp

_SCORECARD_FORMS = (
    ExportForm("markdown", "Markdown", "scorecards-md"),
    ExportForm("csv", "CSV", "scorecards-csv"),
    ExportForm("json", "JSON", "scorecards.json"),
)
_RECORD_FORMS = (ExportForm("pack", "pack (TOML)", "forecasts-pack"),)
_MOST_NAMED = 3


async def export_scorecards(app: ServiceApp, filters: ScoreFilters, sources: tuple[str, ...]) -> None:
    """Write the scorecards that are shown, with every claim behind their figures."""
    what = f"The scorecards of {counted(len(sources), 'source')}" if sources else "The scorecards of every source"

    def write(answer: ExportAnswer) -> Callable[[Ledger], tuple[Path, ...]]:
        return partial(calls.export_scorecards, form=answer.form, output=answer.path, filters=filters, sources=sources)

    await _export(app, f"{what}, as filtered", _SCORECARD_FORMS, write)


async def export_record(app: ServiceApp) -> None:
    """Write the whole record as a pack, which loads back to the same ledger."""

    def write(answer: ExportAnswer) -> Callable[[Ledger], tuple[Path, ...]]:
        return partial(calls.export_pack, folder=answer.path)

    await _export(app, "The whole record as a pack, which loads back to the same ledger", _RECORD_FORMS, write)


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
    answer: ExportAnswer | None = None
    trouble = ""
    while True:
        answer = await app.push_screen_wait(ExportDialog(what, forms, answer, trouble))
        if answer is None:
            return
        trouble = ""
        if _is_taken(answer.path) and not await app.push_screen_wait(ConfirmDialog("Replace", _replacing(answer.path))):
            continue
        try:
            written = await app.ask(write(answer))
        except ForecastsError as error:
            trouble = str(error)
        else:
            names = "\n".join(str(path) for path in written[:_MOST_NAMED])
            more = f"\nand {len(written) - _MOST_NAMED} more" if len(written) > _MOST_NAMED else ""
            app.tell(f"{names}{more}", f"Wrote {counted(len(written), 'file')}")
            return
