"""Words of the screen with their style: text, spans of days, what a change did to the scores."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from textual.content import Content

from forecasts.domain.formats import and_more, figure, void_text
from forecasts.domain.glossary import label
from forecasts.domain.kinds import QuestionStatus, VoidReason
from forecasts.text import safe, safe_block

if TYPE_CHECKING:
    from forecasts.domain.views import ScoreMove


MUTED = "$foreground-muted"
_MONTH = 30.44
_YEAR = 365.25
_LONG = 9.95


def line(text: object) -> Content:
    """A stored string as one line that is never markup."""
    return Content(safe(text))


def block(text: object) -> Content:
    """A stored text with its line breaks, never markup."""
    return Content(safe_block(text))


def muted(text: object) -> Content:
    """A stored string as one line, in the quiet colour."""
    return Content.styled(safe(text), MUTED)


def styled(*parts: tuple[str, str] | str | Content) -> Content:
    """Pieces of text, each with its style, put together; stored ones must be safe already."""
    return Content.assemble(*parts)


def how_long(days: int) -> str:
    """A number of days in the unit one thinks in: 12 d, 5 mo, 4.8 yr."""
    size = abs(days)
    if size < 2 * _MONTH:
        return f"{size} d"
    if size < 2 * _YEAR:
        return f"{round(size / _MONTH)} mo"
    years = size / _YEAR
    return f"{years:.1f} yr" if years < _LONG else f"{years:.0f} yr"


def since(day: date, today: date) -> str:
    """How long a deadline is past, or how long it is off: 4.8 yr ago, in 12 d, today."""
    days = (today - day).days
    if days == 0:
        return "today"
    return f"{how_long(days)} ago" if days > 0 else f"in {how_long(days)}"


def long_day(day: date) -> str:
    """A date as one says it, with its weekday, so that a slip of the finger shows."""
    from forecasts.domain.date_words import in_words
    from forecasts.domain.dates import Span

    return in_words(Span.of(day))


def last_day(days: str) -> str:
    """A day; of days between which something was said, written `first/last`, the last: that one counts."""
    first, _, last = days.partition("/")
    return f"~{last}" if last else first


def outcome_briefly(outcome: str) -> str:
    """A stored outcome as a column has room for it: of a void question that it is void, and not why."""
    return label(QuestionStatus.VOID) if outcome.startswith(void_text("")) else outcome


def outcome_in_words(outcome: str) -> str:
    """An outcome where there is room, of a void question why it is void."""
    reason = outcome.removeprefix(void_text(""))
    return label(VoidReason(reason)) if reason != outcome and reason in set(VoidReason) else outcome


_MOST = 4


def move_in_words(move: ScoreMove) -> str:
    """One source's mean score, before and after, with on how many questions."""
    before = "" if move.before is None else f"{figure(move.before)} → "
    after = "none" if move.after is None else figure(move.after)
    scored = f"{move.scored_before} → {move.scored_after} scored"
    return f"{safe(move.name, 40)}: {safe(move.measure, 40)} {before}{after} ({scored})"


def moves_in_words(moves: Sequence[ScoreMove], most: int = _MOST) -> list[str]:
    """The sources whose scores moved, the first few by name."""
    lines = [move_in_words(move) for move in moves[:most]] or ["No source's score moves."]
    return [*lines, *filter(None, (and_more(len(moves) - most, "source"),))]
