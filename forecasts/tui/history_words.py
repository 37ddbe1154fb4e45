"""The history in words: what an entry did to each record, before and after."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from textual.content import Content

from forecasts.domain.differences import ChangeKind, change_kind, field_changes
from forecasts.domain.formats import counted, time_text
from forecasts.text import safe, safe_block
from forecasts.tui.show import MUTED, styled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecasts.domain.views import HistoryRow, RecordChange

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


def change(record: RecordChange, most: int | None = None) -> Content:
    """A record's part of an entry: each field as it was (−) and as it became (+), cut to `most` characters."""
    kind = change_kind(record)
    lines = [styled((f"{record.kind.replace('_', ' ')} ", "bold"), safe(record.name, _NAME), (f"  {kind}", MUTED))]
    for field in field_changes(record):
        name = field.name.replace("_", " ")
        if kind is not ChangeKind.CHANGED:
            sign = ("− ", _GONE) if kind is ChangeKind.REMOVED else ("+ ", _CAME)
            value = safe_block(_cut(_said(field.after or field.before), most)).replace("\n", "\n    ")
            lines.append(styled((f"  {name}: ", MUTED), sign, value))
            continue
        lines.append(Content.styled(f"  {name}", MUTED))
        if field.before:
            lines.append(_value("−", field.before, _GONE, most))
        if field.after:
            lines.append(_value("+", field.after, _CAME, most))
    return Content("\n").join(lines)


def brief(row: HistoryRow) -> Iterator[Content]:
    """The first changes of an entry, a line for each field."""
    for record in row.changes:
        kind = change_kind(record)
        yield styled((f"{record.kind.replace('_', ' ')} ", "bold"), safe(record.name, _NAME), (f"  {kind}", MUTED))
        for field in field_changes(record):
            name = (f"  {field.name.replace('_', ' ')}: ", MUTED)
            if kind is ChangeKind.CHANGED:
                before, after = (safe(_said(text), _SHORT) or "nothing" for text in (field.before, field.after))
                yield styled(name, ("− ", _GONE), before, (" → ", MUTED), ("+ ", _CAME), after)
            else:
                sign = ("− ", _GONE) if kind is ChangeKind.REMOVED else ("+ ", _CAME)
                yield styled(name, sign, safe(_said(field.after or field.before), _SHORT))
    if row.change_count > len(row.changes):
        yield Content.styled(f"and {counted(row.change_count - len(row.changes), 'more record')}", MUTED)


def _value(sign: str, text: str, tone: str, most: int | None) -> Content:
    shown = safe_block(_cut(_said(text), most)).replace("\n", "\n      ")
    return styled((f"    {sign} ", f"bold {tone}"), shown)


def _said(text: str) -> str:
    """A field's text, or a moment as people write it."""
    moment = _INSTANT.fullmatch(text)
    return "{} {} UTC".format(*moment.groups()) if moment else text


def _cut(text: str, most: int | None) -> str:
    return text if most is None or len(text) <= most else f"{text[:most]}…"
