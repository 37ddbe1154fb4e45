"""The dialog that resolves, in tests: opened, filled in and read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.widgets import Input, Static, TextArea

from forecasts.services.browse import question_page
from forecasts.services.ledger import open_ledger
from forecasts.tui.dialogs.resolve import ResolveDialog
from forecasts.tui.widgets.inputs import Choice
from tests.tui.bench import ANALYST, clock, press, table

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from forecasts.domain.views import QuestionPage
    from forecasts.tui.app import ForecastsApp

CSTO = "csto-out-by-2022-01-23"


def page_of(path: Path, slug: str = CSTO) -> QuestionPage:
    ledger = open_ledger(str(path), analyst=ANALYST, clock=clock)
    try:
        return question_page(ledger, slug)
    finally:
        ledger.close()


async def open_dialog(app: ForecastsApp, pilot: Pilot[int], key: str = "r", slug: str = CSTO) -> ResolveDialog:
    assert table(app).go_to(slug)
    await press(pilot, key)
    assert isinstance(app.screen, ResolveDialog)
    return app.screen


def fill(dialog: ResolveDialog, **values: Any) -> None:
    dialog.query_one("#f-outcome", Choice).choose(values.get("verdict", 0))
    dialog.query_one("#f-known_on", Input).value = values.get("known", "2022-01-19")
    dialog.query_one("#f-note", TextArea).text = values.get("note", "")
    title, url, day = values.get("evidence", ("CSTO: the last units left", "https://example.org/a", "2022-01-19"))
    names = ("title", "published_on", "url", "note")
    dialog.form.put(**{f"evidence.0.{name}": text for name, text in zip(names, (title, day, url, ""), strict=True)})


def messages_of(dialog: ResolveDialog) -> str:
    return "\n".join(str(message.content) for message in dialog.query(".field-message").results(Static))
