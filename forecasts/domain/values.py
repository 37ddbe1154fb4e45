"""Validation of a single value: whether its field's declaration allows it, and how to say what is wrong with it."""

import dataclasses
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit  # few records have one, so not at every start

from forecasts.domain import limits
from forecasts.domain.dates import EARLIEST, LATEST, Span, month_of
from forecasts.domain.fields import Address, Declared, FieldSpec, Number, Reference, SlugText, Text, record_fields
from forecasts.errors import Problem
from forecasts.text import safe

_SLUG = re.compile(limits.SLUG_PATTERN, re.ASCII)
_UNSAFE_IN_LINE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_UNSAFE_IN_BLOCK = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_UNSAFE_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f-\xa0\\]")
_SHOWS_NOTHING = re.compile(
    "[\\s\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]*"
)
"""Blanks, and characters that are drawn as nothing."""
_WIDTH = 60
_LINE_ENDS = {9: "␉", 10: "␊", 13: "␍"}
_LARGEST_SHOWN = 10**20
_BEGINNING = 3

CLEAN_TEXT = "text without control characters"
ADDRESS = "an http or https address with a host, without a user name, spaces or control characters"


def tidy(text: str) -> str:
    """The text as the record keeps it: NFC, every line end a line feed."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def recordable(text: str) -> str:
    """The text on one line, without the characters that no record may hold."""
    return _UNSAFE_IN_LINE.sub(lambda found: " " if found[0].isspace() else "", text)


def shown(value: object) -> str:
    """A value as a message about it shows it: short, on one line, safe on a terminal."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case StrEnum():
            return f"'{value.value}'"
        case str():
            if _SHOWS_NOTHING.fullmatch(value):
                return "only blanks" if value else "an empty text"
            return f"'{safe(value.translate(_LINE_ENDS), _WIDTH)}'"
        case int() if abs(value) > _LARGEST_SHOWN:
            return "a number of more than 20 digits"
        case datetime():
            return f"the date and time {value.isoformat()}"
        case date():
            return value.isoformat()
        case dict():
            return "a table"
        case list() | tuple():
            return f"a list of {len(value)}" if value else "an empty list"
    return safe(value, _WIDTH)


def appearance(text: str) -> str:
    """What one sees of a text: without what is drawn as nothing, blanks as one, forms of one letter alike."""
    if text.isascii():
        return " ".join(text.split())
    kept = "".join(sign if sign.isspace() or not _SHOWS_NOTHING.fullmatch(sign) else "" for sign in text)
    return " ".join(unicodedata.normalize("NFKC", kept).split())


def same_text(text: str) -> str:
    """The same for names and titles that differ in case, white space, width or invisible signs: they are one."""
    return appearance(text).casefold()


_ALIKE = str.maketrans("АВЕЅІЈКМНОРСТУҮХаеѕіјорсухһԁԛԝ", "ABESIJKMHOPCTYYXaesijopcyxhdqw")
"""Cyrillic letters as the Latin ones that they cannot be told from."""


def is_mixed(text: str) -> bool:
    """Whether a word has letters of the Latin and of the Cyrillic script, so that it may pass for another."""
    return any({"Latin", "Cyrillic"}.issubset(scripts(word)) for word in re.split(r"[\W\d_]+", text))


def scripts(text: str) -> list[str]:
    """The scripts of a text's letters: Latin, Cyrillic …"""
    return sorted({unicodedata.name(sign, "").partition(" ")[0].capitalize() for sign in text if sign.isalpha()})


def skeleton(text: str) -> str:
    """The same text for names that cannot be told from each other by looking at them."""
    return appearance(text).translate(_ALIKE).casefold()


def nearest(name: str, names: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """The names that begin with the given one, then those most like it; none where nothing is near."""
    from difflib import get_close_matches  # only for a message, so not at every start

    known = list(names)
    begun = [one for one in known if len(name) >= _BEGINNING and one.startswith(name)]
    return tuple(dict.fromkeys((*begun, *get_close_matches(name, known, n=count, cutoff=0.6))))[:count]


def expectation(spec: FieldSpec) -> str:
    """What a field expects, in the words of a refusal."""
    declared = spec.declared
    match declared:
        case Text():
            size = f"of at most {declared.words} words and" if declared.words else "of at most"
            return f"text {size} {declared.limit:,} characters"
        case SlugText():
            return f"a slug: a-z, 0-9 and single hyphens between them, at most {limits.SLUG} characters"
        case Reference():
            return f"the slug of one {declared.kind}"
        case Address():
            return f"{ADDRESS}, at most {declared.limit:,} characters"
        case Number():
            kind = "a whole number" if declared.whole else "a number"
            return f"{kind} from {_bound(declared.low)} to {_bound(declared.high)}"
    return _bare_expectation(spec)


def _bound(value: float) -> str:
    return f"{value:,.0f}" if abs(value) < limits.LARGEST_NUMBER else f"{value:.0e}"


_DATE = f"a date YYYY-MM-DD from {EARLIEST} to {LATEST}"
_NUMBER = f"a number from {_bound(-limits.LARGEST_NUMBER)} to {_bound(limits.LARGEST_NUMBER)}"


def one_of(choices: Iterable[str]) -> str:
    """What is expected where one is to be chosen."""
    return "one of: " + ", ".join(choices)


def _bare_expectation(spec: FieldSpec) -> str:
    kind = spec.type
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return one_of(kind)
    if kind == (float, date):
        return f"{_NUMBER}, or {_DATE}"
    if kind == (str, float, date):
        return f"text of at most {limits.NAME} characters, {_NUMBER}, or {_DATE}"
    return {
        bool: "true or false",
        date: _DATE,
        Span: f'{_DATE}, or a span "YYYY-MM-DD/YYYY-MM-DD"',
        datetime: "a date and time with its offset, 2026-11-21T10:00:00Z",
        tuple: "a list",
    }.get(kind, "a table")


def value_problem(spec: FieldSpec, value: object) -> tuple[str, str] | None:
    """What was found and what is expected, where a value of the right type is not one that the field allows."""
    declared = spec.declared
    if isinstance(value, str) and not isinstance(value, StrEnum):
        return _text_problem(declared, value, spec)
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        bounds = declared if isinstance(declared, Number) else Number()
        is_within = math.isfinite(value) and bounds.low <= value <= bounds.high
    elif isinstance(value, datetime):
        is_within = value.tzinfo is not None and EARLIEST <= value.date() <= LATEST
    elif isinstance(value, date):
        is_within = EARLIEST <= value <= LATEST
    elif isinstance(value, Span):
        is_within = value.first >= EARLIEST and value.last <= LATEST
    else:
        return None
    return None if is_within else (shown(value), expectation(spec))


def _text_problem(declared: Declared | None, value: str, spec: FieldSpec) -> tuple[str, str] | None:
    match declared:
        case Text():
            limit, needed, allowed = declared.limit, declared.required, declared.multiline
        case SlugText():
            limit, needed, allowed = limits.SLUG, True, False
        case Reference():
            limit, needed, allowed = limits.SLUG, declared.required, False
        case Address():
            limit, needed, allowed = declared.limit, False, False
        case _:
            limit, needed, allowed = limits.NAME, False, False
    if len(value) > limit:
        return f"{len(value):,} characters", expectation(spec)
    if needed and _SHOWS_NOTHING.fullmatch(value):
        return shown(value), expectation(spec)
    if (_UNSAFE_IN_BLOCK if allowed else _UNSAFE_IN_LINE).search(value):
        return shown(value), f"{CLEAN_TEXT}{'' if allowed else ' and line breaks'}"
    if not value:
        return None
    match declared:
        case Text():
            count = len(value.split()) if declared.words else 0
            return (f"{count} words", expectation(spec)) if count > (declared.words or 0) else None
        case SlugText() | Reference():
            is_right = _SLUG.fullmatch(value) is not None
        case Address():
            is_right = is_address(value)
        case _:
            is_right = True
    return None if is_right else (shown(value), expectation(spec))


def is_slug(text: str) -> bool:
    return len(text) <= limits.SLUG and _SLUG.fullmatch(text) is not None


def is_address(text: str) -> bool:
    """Whether the text is a web address that may be shown and opened."""
    if _UNSAFE_IN_ADDRESS.search(text):
        return False
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host) and "@" not in parts.netloc


def field_problems(record: Any, path: str = "") -> Iterator[Problem]:
    """Every value of the record, and of the records inside it, that its field does not allow."""
    for name, spec in record_fields(record.__class__).items():
        yield from _problems(spec, getattr(record, name), f"{path}{name}")


def _problems(spec: FieldSpec, value: Any, path: str) -> Iterator[Problem]:
    if value is None:
        if not spec.is_optional:
            yield Problem(field=path, found="nothing", expected=expectation(spec))
    elif spec.item is not None:
        for place, item in enumerate(value, start=1):
            if item == "":
                yield Problem(field=f"{path}[{place}]", found="an empty text", expected=expectation(spec.item))
            else:
                yield from _problems(spec.item, item, f"{path}[{place}]")
    elif dataclasses.is_dataclass(value) and not isinstance(value, Span):
        yield from field_problems(value, f"{path}.")
    elif problem := value_problem(spec, value):
        yield Problem(field=path, found=problem[0], expected=problem[1])


_LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғқңөұүһіßøłđıæœ"
_LATIN = "a|b|v|g|d|e|e|zh|z|i|i|k|l|m|n|o|p|r|s|t|u|f|kh|ts|ch|sh|shch||y||e|yu|ya|a|g|q|n|o|u|u|h|i|ss|o|l|d|i|ae|oe"
_IN_LATIN = dict(zip(_LETTERS, _LATIN.split("|"), strict=True))
_OTHER = re.compile(r"[^a-z0-9]+")
_DAY = re.compile(
    r"\b(?:(?P<day>\d{1,2}) (?P<month>[A-Za-z]{3,9})|(?P<first>[A-Za-z]{3,9})\.? (?P<then>\d{1,2}))"
    r"\.? ?,? (?P<year>\d{4})\b"
)


def _iso_day(match: re.Match[str]) -> str:
    month = month_of(match["month"] or match["first"])
    return f"{match['year']}-{month:02}-{int(match['day'] or match['then']):02}" if month else match[0]


def claim_name(article: str, paragraph: object, speaker: str) -> str:
    """What the slug of a prediction says: where it stands, and whose it is."""
    return "-".join(str(part) for part in (article, paragraph, speaker) if part)


def make_slug(text: str, is_taken: Callable[[str], bool], nameless: str = "record", most: int = limits.SLUG) -> str:
    """A slug that says the text and that nothing has yet; a number is added where another has it.

    Cyrillic and Kazakh letters are written in Latin ones, days as ISO 8601; what says nothing else is `nameless`.
    """
    dated = _DAY.sub(_iso_day, text)
    latin = "".join(_IN_LATIN.get(letter, letter) for letter in unicodedata.normalize("NFC", dated.casefold()))
    plain = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode()
    base = _OTHER.sub("-", plain).strip("-")
    if len(base) > most:
        base = base[:most].rpartition("-")[0] or base[:most]
    base = base.rstrip("-") or nameless
    slug, number = base, 1
    while is_taken(slug):
        number += 1
        tail = f"-{number}"
        slug = base[: limits.SLUG - len(tail)].rstrip("-") + tail
    return slug
