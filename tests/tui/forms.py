"""The forms of records, in tests: what stands in them, and what is kept of it."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual.widgets import Static

from forecasts.domain.intents import EditRecord
from forecasts.paths import state_folder
from forecasts.services.ledger import open_ledger
from forecasts.services.record import edit_record, find_record
from forecasts.tui.dialogs.form import FormDialog
from tests.tui.bench import clock

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.tui.app import ForecastsApp

WHO = "chan-kung"


def form(app: ForecastsApp) -> FormDialog[Any]:
    """The form that is shown."""
    assert isinstance(app.screen, FormDialog), app.screen
    return app.screen


def form_fields_of(app: ForecastsApp) -> list[Any]:
    """The fields of the form that is shown."""
    return form(app).form.fields


def message(dialog: FormDialog[Any], name: str) -> str:
    """What is said under a field."""
    return str(dialog.form.row(name).query_one(".field-message", Static).content)


def put(app: ForecastsApp, **texts: str) -> None:
    """Type into fields by name."""
    form(app).form.put(**texts)


def stored(path: Path, kind: str, slug: str) -> Any:
    """The record as it is in the ledger."""
    ledger = open_ledger(str(path), analyst="looker", clock=clock)
    try:
        return find_record(ledger, kind, slug)[0]
    finally:
        ledger.close()


def kept() -> list[dict[str, Any]]:
    """The drafts on disk; one that is taken away meanwhile is none."""
    drafts = []
    for path in sorted((state_folder() / "drafts").glob("form-*.json")):
        with suppress(FileNotFoundError):
            drafts.append(json.loads(path.read_text(encoding="utf-8")))
    return drafts


def change(path: Path, slug: str = WHO, **values: Any) -> None:
    """Somebody else changes the source meanwhile."""
    ledger = open_ledger(str(path), analyst="B. Other", clock=clock)
    try:
        record, version = find_record(ledger, "source", slug)
        edit_record(ledger, EditRecord(record=replace(record, **values), expected_version=version))
    finally:
        ledger.close()
