"""Values as text: one way each, for screens, commands, pages and tables; and the one text that is hashed."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from forecasts.domain.kinds import VoidReason

NOTHING: Final = "–"
"""What stands where a value does not exist."""
_LEAST_DIGITS, _MOST_DIGITS = 2, 10
EVEN: Final = 0.5


def number_text(value: float) -> str:
    """A number of the record: the shortest text that reads back as the same number, such as 1234567 or 0.2."""
    return repr(float(value)).removesuffix(".0")


def figure(value: float | None, digits: int = 2) -> str:
    """A computed figure, rounded, zero without a sign; a dash where it does not exist."""
    return NOTHING if value is None else f"{value:z.{digits}f}"


def chance(value: float | None, digits: int = 2) -> str:
    """A computed probability; what would read as none at all is below the least that is shown: below 0.001."""
    text = figure(value, digits)
    return f"below {figure(10**-digits, digits)}" if value and not float(text) else text


def capitalised(text: str) -> str:
    """The text with a capital at its beginning, and all else as it is."""
    return text[:1].upper() + text[1:]


def signed(value: float | None, digits: int = 2) -> str:
    """A difference with its sign, +0.00 for zero; a dash where it does not exist."""
    return NOTHING if value is None else f"{value:+z.{digits}f}"


def interval(low: float | None, high: float | None, digits: int = 2) -> str:
    """The two ends of an interval of figures, 0.11–0.50 or -0.20 to 0.10; empty where there is none."""
    if low is None or high is None:
        return ""
    start = figure(low, digits)
    return f"{start}{' to ' if start.startswith('-') else '–'}{figure(high, digits)}"


def share_of(percent: float) -> float:
    """A share that was given in percent: 0.007 of 0.7, where dividing leaves 0.006999999999999999."""
    return float(f"{percent / 100:.15g}")


def percent(share: float | None) -> str:
    """A probability or a share, to two digits after the point: 35 %, 0.5 %, 33.33 %.

    More digits are shown of what would read as 0 % or 100 % and is neither.
    """
    if share is None:
        return NOTHING
    digits = _LEAST_DIGITS
    while round(share * 100, digits) in (0, 100) and share not in (0, 1) and digits < _MOST_DIGITS:
        digits += 1
    return f"{number_text(round(share * 100, digits))} %"


def percent_range(low: float | None, high: float | None) -> str:
    """The range that a wording allows: 20–45 %, from 20 %, up to 45 %; empty where there is none."""
    if low is None or high is None:
        return f"from {percent(low)}" if low is not None else f"up to {percent(high)}" if high is not None else ""
    return f"{percent(low).removesuffix(' %')}–{percent(high)}"


def favoured(probability: float | None, low: float | None = None, high: float | None = None) -> str:
    """A probability of YES, and its range, as of the side that it favours: 90 % no (75–98 %), 67.5 % yes, 50 %."""
    side = "" if probability is None or probability == EVEN else " yes" if probability > EVEN else " no"
    share = _complement(probability) if side == " no" else probability
    allowed = favoured_range(probability, low, high)
    return f"{percent(share)}{side}" + (f" ({allowed})" if allowed else "")


def favoured_range(probability: float | None, low: float | None, high: float | None) -> str:
    """The range of a probability of YES as of the side that it favours; empty where that is one number."""
    if low is not None and low == high:
        return ""
    is_no = probability is not None and probability < EVEN
    return percent_range(*((_complement(high), _complement(low)) if is_no else (low, high)))


def _complement(share: float | None) -> float | None:
    return None if share is None else 1 - share


def day_text(value: date) -> str:
    return value.isoformat()


def stored_span(first: object, last: object) -> str:
    """The span of two columns, as dates or as ISO 8601 text; empty where there is none."""
    return "" if first is None else f"{first}" if first == last else f"{first}/{last}"


def minute_text(at: datetime) -> str:
    """An instant in UTC, where the zone is said beside it: 2026-11-21 10:00."""
    return f"{at:%Y-%m-%d %H:%M}"


def time_text(at: datetime) -> str:
    """An instant in UTC: 2026-11-21 10:00 UTC."""
    return f"{minute_text(at)} UTC"


def crps_in(unit: str) -> str:
    """What a CRPS in that unit is called."""
    return f"CRPS in {unit}" if unit else "CRPS without a unit"


def void_text(reason: str) -> str:
    """What a question came to that scores nobody: void: unclear-facts."""
    return f"void: {reason}"


def evidence_text(value: float) -> str:
    """An e-value, to three digits: 0.0123, 7.06, 1230."""
    return number_text(float(f"{value:.3g}"))


def outcome_text(value: str | float | date | None, void: VoidReason | None = None) -> str:
    """What happened: yes, an option, 1234567, 2022-01-23 or `void: unclear-facts`; empty where that is not known."""
    if void is not None:
        return void_text(void.value)
    if isinstance(value, date):
        return day_text(value)
    return number_text(value) if isinstance(value, float | int) else value or ""


def stored_outcome(text: str | None, value: float | None, on: Any) -> str:
    """The outcome of the three columns of which it is in one."""
    return number_text(value) if value is not None else str(on) if on is not None else text or ""


def count_text(count: int) -> str:
    """How many there are: 12, 1,200."""
    return f"{count:,}"


def counted(count: int, singular: str, plural: str = "") -> str:
    """A count with its noun: 1 question, 2 questions."""
    return f"{count_text(count)} {singular if count == 1 else plural or singular + 's'}"


def listed(parts: Sequence[str], most: int | None = None, between: str = ", ") -> str:
    """Parts of a sentence as one: a, b and c; of more than `most` the first ones: a, b and 5 more."""
    if most is not None and len(parts) > most:
        parts = (*parts[:most], f"{count_text(len(parts) - most)} more")
    return " and ".join(filter(None, (between.join(parts[:-1]), *parts[-1:])))


def and_more(count: int, noun: str = "") -> str:
    """What is left out of a list: and 5 more, and 1 more source; empty where nothing is."""
    return "" if count <= 0 else f"and {counted(count, f'more {noun}')}" if noun else f"and {count_text(count)} more"


def first_lines(lines: Sequence[str], most: int) -> list[str]:
    """The first lines of a list, and how many more there are."""
    return [*lines[:most], *filter(None, (and_more(len(lines) - most),))]


_RAREST = 1e-6


def once_in(probability: float) -> str:
    """How often something comes about: once in 419, once in 4.7, more often than not."""
    if probability > EVEN:
        return "more often than not"
    if probability < _RAREST:
        return "less than once in a million"
    times = 1 / probability
    return f"once in {times:.0f}" if times >= 9.95 else f"once in {number_text(round(times, 1))}"


def value_text(value: Any) -> str:
    """A field's value as one text: lists by commas, tables by their keys."""
    if is_unsaid(value):
        return ""
    if value is True:
        return "yes"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {value_text(part)}" for name, part in value.items() if not is_unsaid(part))
    if isinstance(value, (list, tuple)):
        return ("; " if any(isinstance(part, Mapping) for part in value) else ", ").join(map(value_text, value))
    return number_text(value) if isinstance(value, float) else str(value)


def is_unsaid(value: Any) -> bool:
    return value is None or value is False or (isinstance(value, str | list | tuple | dict) and not value)


RECEIPT: Final = "forecasts-receipt v1"
"""With what every receipt begins."""

RECEIPT_FILE: Final = "receipt.txt"
"""The file beside the tables of an export, and in a bundle; beside one file or folder it is named after that."""

INSTANT = "%Y-%m-%dT%H:%M:%S.%fZ"


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical_json(value: Any) -> str:
    """A JSON value with sorted keys, no spaces, floats as their shortest repr, only needed escapes; NaN is refused."""
    return _ENCODER.encode(value)


def instant_text(value: datetime) -> str:
    """An instant as it is stored and hashed: UTC, six digits, Z. ValueError where the zone is not known."""
    if value.tzinfo is None:
        msg = f"an instant needs its zone: {value!r}"
        raise ValueError(msg)
    return value.astimezone(UTC).strftime(INSTANT)
