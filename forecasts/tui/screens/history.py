"""The history: everything that anybody changed, newest first, and one entry in full."""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import ClassVar

from textual import on
from textual.content import Content
from textual.widgets import Static

from forecasts import services
from forecasts.domain.differences import ChangeKind, change_kind, field_changes
from forecasts.domain.formats import and_more, counted, minute_text, time_text
from forecasts.domain.views import HistoryRow, RecordChange
from forecasts.text import safe, safe_block
from forecasts.tui import flows
from forecasts.tui.keys import Action
from forecasts.tui.screens.base import BACK, EXPORT, PLACE_ACTIONS, QUIT, Place, TextPage
from forecasts.tui.show import MUTED, block, line, muted, styled
from forecasts.tui.widgets.columns import Cell, Column, RowSource
from forecasts.tui.widgets.record_table import RecordTable

_GONE, _CAME = "$text-error", "$text-success"
_NAME = 80
_SHORT = 300
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(?:\.\d+)?Z")


def facts(row: HistoryRow) -> str:
    """When, by whom, and what became of it, in one line."""
    return " · ".join(
        part
        for part in (
            f"entry {row.entry}",
            time_text(row.at),
            safe(row.who, _NAME),
            counted(row.change_count, "record"),
            state(row),
        )
        if part
    )


def state(row: HistoryRow) -> str:
    """What an entry takes back, or what took it back; empty where neither."""
    if row.undone_by is not None:
        return f"undone by {row.undone_by}"
    return f"undoes {row.undoes}" if row.undoes is not None else ""


def change_in_full(record: RecordChange, most: int | None = None) -> Content:
    """A record's part of an entry: each field as it was (−) and as it became (+), cut to `most` characters."""
    kind = change_kind(record)
    lines = [styled((f"{record.kind.replace('_', ' ')} ", "bold"), safe(record.name, _NAME), (f"  {kind}", MUTED))]
    for field in field_changes(record):
        name = field.name.replace("_", " ")
        if kind is not ChangeKind.CHANGED:
            sign = ("− ", _GONE) if kind is ChangeKind.REMOVED else ("+ ", _CAME)
            value = safe_block(_cut(_as_time(field.after or field.before), most)).replace("\n", "\n    ")
            lines.append(styled((f"  {name}: ", MUTED), sign, value))
            continue
        lines.append(Content.styled(f"  {name}", MUTED))
        if field.before:
            lines.append(_changed_value("−", field.before, _GONE, most))
        if field.after:
            lines.append(_changed_value("+", field.after, _CAME, most))
    return Content("\n").join(lines)


def brief(row: HistoryRow) -> Iterator[Content]:
    """The first changes of an entry, a line for each field."""
    for record in row.changes:
        kind = change_kind(record)
        yield styled((f"{record.kind.replace('_', ' ')} ", "bold"), safe(record.name, _NAME), (f"  {kind}", MUTED))
        for field in field_changes(record):
            name = (f"  {field.name.replace('_', ' ')}: ", MUTED)
            if kind is ChangeKind.CHANGED:
                before, after = (safe(_as_time(text), _SHORT) or "nothing" for text in (field.before, field.after))
                yield styled(name, ("− ", _GONE), before, (" → ", MUTED), ("+ ", _CAME), after)
            else:
                sign = ("− ", _GONE) if kind is ChangeKind.REMOVED else ("+ ", _CAME)
                yield styled(name, sign, safe(_as_time(field.after or field.before), _SHORT))
    if row.change_count > len(row.changes):
        yield Content.styled(and_more(row.change_count - len(row.changes), "record"), MUTED)


def _changed_value(sign: str, text: str, tone: str, most: int | None) -> Content:
    shown = safe_block(_cut(_as_time(text), most)).replace("\n", "\n      ")
    return styled((f"    {sign} ", f"bold {tone}"), shown)


def _as_time(text: str) -> str:
    moment = _INSTANT.fullmatch(text)
    return "{} {} UTC".format(*moment.groups()) if moment else text


def _cut(text: str, most: int | None) -> str:
    return text if most is None or len(text) <= most else f"{text[:most]}…"


UNDO_ENTRY = Action(
    id="history.undo", keys="U", action="undo_entry", title="Undo this", help="Take this entry back, after a question"
)
_ROOM_FOR_WHO = 90
_NOTHING_YET = (
    "Nothing was changed yet.\nWhatever is recorded, resolved or taken back comes here, and stays.\nN adds a record."
)
_NONE_FOUND = "No entry has these words.\nesc shows all of them again."


class HistoryScreen(Place["HistoryRow"]):
    """Every entry of the history, read by the window that is shown."""

    PLACE = "history"
    REVEALS_OUTCOMES = True
    WHILE_LOADING = "Reading the history …"
    HELP_TITLE = "History"
    HELP_TEXT = (
        "Every change that anybody made, newest first: when, who, what. Below the list stands what the entry under the "
        "cursor did to each record, − as it was and + as it became; enter shows all of it. U takes this entry back by "
        "a new one; where a later change depends on it, that is refused and the later one is named."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (UNDO_ENTRY, *PLACE_ACTIONS, QUIT)
    FILTER = "Words in what was done, by whom, why, or a record's slug"

    def __init__(self) -> None:
        super().__init__(RecordTable(_COLUMNS))

    def load(self) -> None:
        """Ask for the entries that the filter leaves."""
        words = self.words
        self.fetch(lambda ledger: services.history.open_history(ledger, words), partial(self.show_entries, words))

    async def show_entries(self, words: str, window: RowSource[HistoryRow]) -> None:
        """Show what was found, with the cursor on the same entry."""
        self._table.empty = _NONE_FOUND if words else _NOTHING_YET
        self._table.show_window(window)
        self.summarise(f"{counted(len(window), 'entry', 'entries')}, newest first")
        self.follow_cursor()

    def in_full(self, row: HistoryRow) -> Iterable[Content]:
        """The entry, with before and after."""
        return _detail(row)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey what cannot be taken back."""
        row = self._table.cursor_row
        if action == "undo_entry" and not (row is not None and row.is_undoable):
            return None
        return super().check_action(action, parameters)

    @on(RecordTable.RowSelected)
    def open_entry(self, event: RecordTable.RowSelected) -> None:
        """Show everything that the entry did."""
        self.app.push_screen(EntryScreen(int(event.name)))

    def action_undo_entry(self) -> None:
        """Take back the entry under the cursor."""
        row = self._table.cursor_row
        if row is not None:
            self.app.run_flow(flows.resolving.undo_entry(self.app, row.entry), "undo")


def _detail(row: HistoryRow) -> Iterable[Content]:
    yield line(row.summary)
    yield muted(facts(row))
    if row.reason:
        yield line(f"because: {row.reason}")
    yield from brief(row)


def _state(row: HistoryRow) -> Cell:
    return Cell("undone" if row.undone_by is not None else "", "warn")


_COLUMNS: tuple[Column[HistoryRow], ...] = (
    Column("entry", "Entry", lambda row: str(row.entry), 6, right=True),
    Column("at", "When (UTC)", lambda row: minute_text(row.at), 16),
    Column("who", "Who", lambda row: row.who, 11, least_room=_ROOM_FOR_WHO),
    Column("what", "What", lambda row: row.summary or row.intent, 20, flex=1),
    Column("state", "State", _state, 6),
)


_MOST_RECORDS = 60
_MOST_CHARACTERS = 2_000


class EntryScreen(TextPage):
    """What one entry did."""

    REVEALS_OUTCOMES = True
    HELP_TITLE = "History entry"
    HELP_TEXT = (
        "What one change did to each record that it touched: − as a field was, + as it became. U takes it back by a "
        "new entry; nothing is ever erased here."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (UNDO_ENTRY, EXPORT, BACK)

    def __init__(self, entry: int) -> None:
        super().__init__()
        self._entry = entry
        self._row: HistoryRow | None = None

    def load(self) -> None:
        """Read the entry: it stays as it is, but something may have taken it back."""
        self.fetch(lambda ledger: services.history.read_history_entry(ledger, self._entry), self.show_entry)

    async def show_entry(self, row: HistoryRow) -> None:
        self._row = row
        self.entitle(row.summary or row.intent)
        self.summarise(facts(row))
        await self.show_text(_sections(row))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey what cannot be taken back."""
        if action == "undo_entry" and (self._row is None or not self._row.is_undoable):
            return None
        return super().check_action(action, parameters)

    def action_undo_entry(self) -> None:
        self.app.run_flow(flows.resolving.undo_entry(self.app, self._entry), "undo")


def _sections(row: HistoryRow) -> Iterator[Static]:
    if row.reason:
        yield Static(block(f"because: {row.reason}"), classes="prose spaced")
    for change in row.changes[:_MOST_RECORDS]:
        yield Static(change_in_full(change, _MOST_CHARACTERS), classes="prose spaced")
    if len(row.changes) > _MOST_RECORDS:
        more = and_more(len(row.changes) - _MOST_RECORDS, "record")
        said = f"{more}: `forecasts history --entry {row.entry}` prints them all"
        yield Static(said, classes="prose muted", markup=False)
    yield Static(f"hash {row.hash}", classes="prose muted", markup=False)
