"""Dates and spans as people write them: a small grammar, read against a given day (docs/dates.md says all of it).

    day     2025-12-31 | 31 December 2025 | December 31, 2025 | today | tomorrow | yesterday | in 6 months
            | 2 weeks ago | end of SPAN | start of SPAN | middle of SPAN | mid-SPAN | next Friday | last Friday
            | Christmas | New Year | by DAY | until DAY | before DAY
    span    day | 2025 | 2025-12 | December 2025 | early, mid or late December 2025 | Q1 2025 | H2 2025
            | this, next or last week, month or year | SPAN..SPAN | SPAN to SPAN | SPAN/SPAN

Russian months, "года", "конец", "начало" and "середина" are read as their English words. Case does not matter;
months and weekdays may be cut to three letters. Nothing is guessed: a day without its year, or two numbers that could
be day or month, is refused.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from forecasts.domain.dates import EARLIEST, LATEST, MONTHS, Span, month_of
from forecasts.domain.wording import COUNTS

EXAMPLES = "2025-12-31, 31 Dec 2025, in 6 months, end of 2025"
SPAN_EXAMPLES = f"{EXAMPLES}, March 2022, mid January 2022, 2022-01-06..2022-01-10"

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UNITS = {"day": "days", "week": "weeks", "month": "months", "year": "years"}
_THIRDS = {"early": 0, "mid": 1, "middle of": 1, "late": 2}
_MOST = 5000
_MOST_WORDS = 6
_YEARS = f"a date from {EARLIEST} to {LATEST}"

_COUNT = rf"(?P<count>\d{{1,4}}|an?|{'|'.join(COUNTS)})"
_UNIT = r"(?P<unit>day|week|month|year)s?"
_NAME = r"(?P<name>[a-z]{3,9})\.?"
_YEAR = r"(?P<year>\d{4})"
_IN_PERIOD = re.compile(
    r"\b(?:in|during|throughout) (?:the month of )?"
    rf"((?:(?:early|mid|late|[QH]\d) )?(?:(?:{'|'.join(MONTHS)})(?: \d{{4}})?|\d{{4}}))\b",
    re.IGNORECASE,
)
_BY = re.compile(r"(by|until|till|before) ")
_IS_END = re.compile(r"(?:the )?(?:end of|year)\b")
_BETWEEN = re.compile(r"\s*(?:\.\.+|…|–|—|/)\s*|\s+(?:to|until|through|and|-)\s+")


def read_day(text: str, today: date) -> date:
    """The day that is meant. ValueError says what is expected, or that a span was written."""
    words = " ".join(text.casefold().split())
    by = _BY.match(words)
    words = words[by.end() :] if by else words
    if found := _MIDDLE.fullmatch(words):
        whole = _read_one(found["rest"], today)
        span = Span.of(whole.first + (whole.last - whole.first) // 2) if whole else _read_span(words, today, EXAMPLES)
    else:
        span = _read_span(words, today, EXAMPLES)
    if by and by[1] == "before" and not _IS_END.match(words):
        return span.first - timedelta(days=1)
    if not span.is_day:
        msg = f"a single day, such as {span.last}: '{text.strip()[:60]}' is a span, {span.first} to {span.last}"
        raise ValueError(msg)
    return span.first


def read_words(text: str, today: date) -> Span:
    """The day or span that is meant. ValueError says what is expected."""
    return _read_span(text, today, SPAN_EXAMPLES)


def _read_span(text: str, today: date, examples: str) -> Span:
    words = " ".join(text.casefold().split())
    if words.startswith(("between ", "from ")):
        words = words.partition(" ")[2]
    whole = _read_one(words, today)
    if whole is not None:
        return whole
    parts = [part for part in _BETWEEN.split(words) if part]
    if len(parts) == 2:
        ends = [_read_one(part, today) for part in parts]
        if ends[0] is not None and ends[1] is not None:
            first, last = ends[0].first, ends[1].last
            if last < first:
                msg = f"a span that does not end ({last}) before it begins ({first})"
                raise ValueError(msg)
            return Span(first, last)
    raise ValueError(_expected_date(words, examples))


def period_named(text: str, until: date) -> tuple[str, Span] | None:
    """The month, quarter or year in which a sentence says that something is to happen, in its words and as days.

    A month without a year is the last of that name that begins by `until`.
    """
    for found in _IN_PERIOD.finditer(text):
        words = found[1]
        years = ("",) if words[-1].isdecimal() else (f" {until.year}", f" {until.year - 1}")
        for year in years:
            try:
                span = read_words(f"{words}{year}", until)
            except ValueError:
                break
            if span.first <= until:
                return words, span
    return None


def find_days(text: str, today: date, *, is_coming: bool = False) -> list[tuple[int, int, Span]]:
    """The days and spans that stand in a text, with the offsets of their words; a year alone only behind a preposition
    or with its word. Of what `is_coming` a day or month without its year is the next one."""
    words = [found.span() for found in re.finditer(r"\S*[^\s,.;:!?)”»]", text)]
    found_days: list[tuple[int, int, Span]] = []
    free = 0
    for at, (start, _) in enumerate(words):
        if start < free or not _BEGINS.match(text, start):
            continue
        for _, end in reversed(words[at : at + _MOST_WORDS]):
            written = " ".join(text[start:end].casefold().split())
            if re.fullmatch(_YEAR, written) and not (_OF_YEAR.search(text[:start]) or _YEAR_WORD.match(text, end)):
                continue
            try:
                span = _read_one(_WITHIN.sub("in ", written), today)
                if span is None and is_coming and _A_MONTH.search(text, start, end):
                    span = _next(written, today) if written[0] in _MARKS or _OF_YEAR.search(text[:start]) else None
            except ValueError:  # a date that the calendar lacks: what is within it is none either
                free = end
                break
            if span is not None:
                found_days.append((start, end, span))
                free = end
                break
    return found_days


def _next(words: str, today: date) -> Span | None:
    if not _month_in(_in_english(words)):
        return None
    years = (_read_one(f"{words} {year}", today) for year in (today.year, today.year + 1))
    return next((span for span in years if span and span.last > today), None)


_WITHIN = re.compile(r"^(?:within|(?:in|within|over|during|for) the (?:next|coming|following)) ")
_MARKS = "0123456789eskmн"
"""Where a day begins that is no lone name: with its number, or the end, start or middle of a month."""
_A_MONTH = re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|[а-яё]{3}")
_OF_YEAR = re.compile(
    r"\b(?:in|by|on|of|until|till|before|during|through|for|after|в|до|к)\s+(?:the\s+)?$", re.IGNORECASE
)
_YEAR_WORD = re.compile(r"\s+(?:год|жыл)")


def in_words(span: Span) -> str:
    """A day or span as it is shown back: with its weekday, so that a slip is seen."""
    return _long(span.first) if span.is_day else f"{_long(span.first)} to {_long(span.last)}"


def _long(day: date) -> str:
    return f"{_WEEKDAYS[day.weekday()][:3].title()} {day.day} {MONTHS[day.month - 1].title()} {day.year}"


def _expected_date(words: str, examples: str) -> str:
    if re.fullmatch(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}", words):
        return "2022-01-31 or 31 January 2022: it does not say whether day or month comes first"
    if re.fullmatch(rf"(\d{{1,2}}(st|nd|rd|th)? )?{_NAME}( \d{{1,2}})?", words) and _month_in(words):
        return "the year too, such as 31 January 2022"
    return f"a date, such as {examples}"


def _month_in(words: str) -> bool:
    return any(_month(word.strip(".")) for word in words.split())


_RUSSIAN = {
    **dict(zip(("январ", "феврал", "март", "апрел", "ма[йяе]", "июн", "июл", "август", "сентябр", "октябр", "ноябр",
                "декабр"), MONTHS, strict=True)),
    "кон(?:ец|ц)": "end of", "начал": "start of", "середин": "mid", "год": "year",
}  # fmt: skip
_IN_RUSSIAN = re.compile(rf"\b(?:{'|'.join(f'({words})' for words in _RUSSIAN)})[а-яё]{{0,2}}\b")
_OF_THE_YEAR = re.compile(r"(?<=\d{4}) (?:год[ау]?|г\.?)(?!\w)")


def _in_english(words: str) -> str:
    named = tuple(_RUSSIAN.values())
    return _IN_RUSSIAN.sub(lambda found: named[(found.lastindex or 1) - 1], _OF_THE_YEAR.sub("", words))


def _read_one(words: str, today: date) -> Span | None:
    words = words if words.isascii() else _in_english(words)
    for pattern, make in _FORMS:
        found = pattern.fullmatch(words)
        if found:
            span = make(found, today)
            if span is not None:
                if span.first < EARLIEST or span.last > LATEST:
                    raise ValueError(_YEARS)
                return span
    return None


def _month(name: str) -> int:
    """The month of a name or of its first letters; 0 where there is none."""
    month = month_of(name)
    return month if month and name in (MONTHS[month - 1], name[:3], "sept") else 0


def _weekday(name: str) -> int:
    found = [number for number, day in enumerate(_WEEKDAYS) if name in (day, day[:3])]
    return found[0] if found else -1


def _count(text: str) -> int:
    if text in ("a", "an"):
        return 1
    return int(text) if text.isdecimal() else COUNTS.index(text) + 1


def _existing_day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        lacks = f"{MONTHS[month - 1].title()} {year} has no day {day}" if 1 <= month <= 12 else f"no month {month}"
        msg = f"a day of the calendar: {lacks}" if EARLIEST.year <= year <= LATEST.year else _YEARS
        raise ValueError(msg) from None


def _iso(found: re.Match[str], _today: date) -> Span:
    return Span.of(_existing_day(int(found["year"]), int(found["month"]), int(found["day"])))


def _named_day(found: re.Match[str], _today: date) -> Span | None:
    month = _month(found["name"])
    return Span.of(_existing_day(int(found["year"]), month, int(found["day"]))) if month else None


def _relative(found: re.Match[str], today: date) -> Span | None:
    days = {"today": 0, "tomorrow": 1, "yesterday": -1}
    return Span.of(today + timedelta(days=days[found[0]]))


def _ahead(found: re.Match[str], today: date) -> Span:
    return Span.of(_moved(today, _count(found["count"]), found["unit"]))


def _ago(found: re.Match[str], today: date) -> Span:
    return Span.of(_moved(today, -_count(found["count"]), found["unit"]))


def _moved(today: date, count: int, unit: str) -> date:
    if abs(count) > _MOST:
        msg = f"at most {_MOST:,} {_UNITS[unit]} away"
        raise ValueError(msg)
    try:
        import pendulum  # slow to load, and no help text needs it

        moved = pendulum.date(today.year, today.month, today.day).add(**{_UNITS[unit]: count})
        return date(moved.year, moved.month, moved.day)
    except (ValueError, OverflowError):
        raise ValueError(_YEARS) from None


def _near_weekday(found: re.Match[str], today: date) -> Span | None:
    wanted = _weekday(found["name"])
    if wanted < 0:
        return None
    if found["which"] == "next":
        return Span.of(today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1))
    return Span.of(today - timedelta(days=(today.weekday() - wanted - 1) % 7 + 1))


def _near_span(found: re.Match[str], today: date) -> Span:
    step = {"this": 0, "next": 1, "last": -1}[found["which"]]
    day = _moved(today, step, found["unit"])
    if found["unit"] == "week":
        first = day - timedelta(days=day.weekday())
        return Span(first, first + timedelta(days=6))
    return _whole_month(day.year, day.month) if found["unit"] == "month" else _whole_year(day.year)


def _holiday(found: re.Match[str], today: date) -> Span:
    """Christmas, or the first day of a year: of the year that is named, or the next one to come."""
    month, day = (12, 25) if found[0].startswith("christmas") else (1, 1)
    if found["year"]:
        return Span.of(_existing_day(int(found["year"]), month, day))
    this = _existing_day(today.year, month, day)
    return Span.of(this if this >= today else _existing_day(today.year + 1, month, day))


def _edge(found: re.Match[str], today: date) -> Span | None:
    rest = found.groupdict().get("rest") or "year"
    span = _read_one(f"this {rest}" if rest in _UNITS else rest, today)
    if span is None:
        return None
    return Span.of(span.first if found.groupdict().get("edge", "end") in ("start", "beginning") else span.last)


def _whole_year(year: int) -> Span:
    return Span(_existing_day(year, 1, 1), _existing_day(year, 12, 31))


def _whole_month(year: int, month: int) -> Span:
    first = _existing_day(year, month, 1)
    return Span(first, first.replace(day=monthrange(year, month)[1]))


def _year(found: re.Match[str], _today: date) -> Span:
    return _whole_year(_known_year(found["year"]))


def _known_year(text: str) -> int:
    if not EARLIEST.year <= int(text) <= LATEST.year:
        raise ValueError(_YEARS)
    return int(text)


def _numbered_month(found: re.Match[str], _today: date) -> Span:
    return _whole_month(_known_year(found["year"]), int(found["month"]))


def _named_month(found: re.Match[str], _today: date) -> Span | None:
    month = _month(found["name"])
    return _whole_month(_known_year(found["year"]), month) if month else None


def _third_of_month(found: re.Match[str], _today: date) -> Span | None:
    month = _month(found["name"])
    if not month:
        return None
    whole = _whole_month(_known_year(found["year"]), month)
    third = _THIRDS[found["part"]]
    last = whole.last if third == 2 else whole.first.replace(day=10 * (third + 1))
    return Span(whole.first.replace(day=10 * third + 1), last)


def _third_of_year(found: re.Match[str], _today: date) -> Span:
    first = 4 * _THIRDS[found["part"]] + 1
    year = _known_year(found["year"])
    return Span(_existing_day(year, first, 1), _whole_month(year, first + 3).last)


def _part_of_year(found: re.Match[str], _today: date) -> Span | None:
    months = 3 if found["kind"] == "q" else 6
    place, year = int(found["place"]), _known_year(found["year"])
    if not 1 <= place <= 12 // months:
        return None
    first = months * (place - 1) + 1
    return Span(_existing_day(year, first, 1), _whole_month(year, first + months - 1).last)


_DAY_NUMBER = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_PART = r"(?:the )?(?P<part>early|mid|middle of|late)[ -]"
_MIDDLE = re.compile(r"(?:the )?(?:mid|middle of)[ -](?:the )?(?P<rest>.+)")
_BEGINS = re.compile(
    rf"(?:\d|{'|'.join(month[:3] for month in MONTHS)}|(?:christmas|new year|year|end|start|beginning"
    rf"|early|mid|middle|late|next|this|in|within|over|during|for|today|tomorrow|[qh]\d|an?|{'|'.join(COUNTS)})\b"
    r"|янв|фев|мар|апр|ма[йяе]\b|июн|июл|авг|сен|окт|ноя|дек|кон(?:ец|ц)|начал|середин)",
    re.IGNORECASE,
)
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Span | None]], ...] = tuple(
    (re.compile(pattern, re.ASCII), make)
    for pattern, make in (
        (rf"{_YEAR}-(?P<month>\d{{2}})-(?P<day>\d{{2}})", _iso),
        (r"today|tomorrow|yesterday", _relative),
        (rf"in {_COUNT} {_UNIT}", _ahead),
        (rf"{_COUNT} {_UNIT} from now", _ahead),
        (rf"{_COUNT} {_UNIT} ago", _ago),
        (rf"{_DAY_NUMBER} (?:of )?{_NAME},? {_YEAR}", _named_day),
        (rf"{_NAME} {_DAY_NUMBER},? {_YEAR}", _named_day),
        (r"(?:the )?(?P<edge>end|start|beginning) of (?:the )?(?P<rest>.+)", _edge),
        (r"(?:the )?year(?:['’]s end| is (?:out|over))", _edge),
        (rf"(?:christmas|new year(?:['’]s)?)(?: day)?(?: {_YEAR})?", _holiday),
        (rf"(?P<which>next|last) {_NAME}", _near_weekday),
        (r"(?P<which>this|next|last) (?P<unit>week|month|year)", _near_span),
        (rf"{_YEAR}", _year),
        (rf"{_YEAR}-(?P<month>\d{{2}})", _numbered_month),
        (rf"{_NAME} (?:of )?{_YEAR}", _named_month),
        (rf"{_PART}{_NAME} (?:of )?{_YEAR}", _third_of_month),
        (rf"{_PART}{_YEAR}", _third_of_year),
        (rf"(?P<kind>[qh])(?P<place>\d) {_YEAR}", _part_of_year),
    )
)
