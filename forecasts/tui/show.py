"""How values are put into words on the screen: one way for each kind of value."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from textual.content import Content

from forecasts.domain.kinds import QuestionStatus, VoidReason
from forecasts.text import safe, safe_block

if TYPE_CHECKING:
    from forecasts.domain.records import Resolution

MUTED = "$foreground-muted"
NOTHING = "–"
_MONTH = 30.44
_YEAR = 365.25
_LONG = 9.95

STATUS_WORDS = {
    QuestionStatus.OPEN: "open",
    QuestionStatus.DUE: "due",
    QuestionStatus.RESOLVED: "resolved",
    QuestionStatus.VOID: "void",
    QuestionStatus.UNTESTED: "untested",
}
VOID_WORDS = {
    VoidReason.UNCLEAR_FACTS: "void: the facts are unclear",
    VoidReason.BAD_QUESTION: "void: a bad question",
}


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


def percent(share: float | None) -> str:
    """A probability as people read it: 35 %, 0.5 %."""
    if share is None:
        return NOTHING
    value = share * 100
    digits = 0 if abs(value - round(value)) < 0.05 else 1
    return f"{value:.{digits}f} %"


def percent_range(low: float | None, high: float | None) -> str:
    """The range that a wording allows: 20–45 %; empty where there is none."""
    if low is None or high is None:
        return ""
    return f"{percent(low).removesuffix(' %')}–{percent(high)}"


def figure(value: float | None, digits: int = 2) -> str:
    """A figure with its digits; a dash for what does not exist."""
    return NOTHING if value is None else f"{value:.{digits}f}".replace("-", "−")


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
    return f"{day:%A} {day.day} {day:%B %Y}"


def last_day(days: str) -> str:
    """A day; of days between which something was said, written `first/last`, the last: that one counts."""
    first, _, last = days.partition("/")
    return f"~{last}" if last else first


def outcome_words(outcome: object, void: VoidReason | None = None) -> str:
    """What happened, in words."""
    if void is not None:
        return VOID_WORDS[void]
    if isinstance(outcome, float):
        return f"{outcome:.10g}"
    return outcome.isoformat() if isinstance(outcome, date) else str(outcome)


def outcome_briefly(outcome: str) -> str:
    """A stored outcome as a column has room for it: of a void question that it is void, and not why."""
    return "void" if outcome.startswith("void: ") else outcome


def resolution_words(resolution: Resolution) -> str:
    """What a resolution says happened."""
    return outcome_words(resolution.outcome, resolution.void)


def counted(number: int, singular: str, plural: str = "") -> str:
    """`1 question`, `2 questions`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
