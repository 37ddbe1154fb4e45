"""How what a sentence says is answered: options, a number with its unit or a day, and the last day that counts."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from forecasts.domain import limits, speakers
from forecasts.domain.date_words import find_days
from forecasts.domain.dates import MONTHS, Span
from forecasts.domain.kinds import QuestionKind
from forecasts.domain.wording import COUNTS

MODALS = re.compile(
    r"\b(?:will|won['’]t|shall|may|might|could|would|should|будет|будут|станет|станут)\b", re.IGNORECASE
)
_OR = r"(?:,?\s+(?:or|oder|или|либо|немесе)\s+)"
_ITEMS = re.compile(rf"{_OR}|,\s+")
_EITHER = re.compile(r"^(?:be|become|remain|either|entweder|либо|или|whether)\s+", re.IGNORECASE)
_BEHIND = re.compile(
    r"\s(?:by|in|on|at|before|after|as|within|until|this|next|when|because|during|for|to|from|with|в|к|до|на)\s"
)
_NO_OPTION = re.compile(
    rf"(?:\W|\b(?:\d+|{'|'.join(COUNTS[:10])}|so|not|more|less|later|sooner|otherwise|else|days?|weeks?|months?|years?"
    rf"|percent|twice|once|{'|'.join(MONTHS)})\b)+",
    re.IGNORECASE,
)


def find_options(text: str, *, is_behind: bool) -> tuple[str, ...]:
    """The options that a list with "or" names, in what stands before the verb or `is_behind` it; else none.

    Two are options only where both are names or "either" says so; none where one is a number, a time or said twice.
    """
    if not re.search(_OR, text):
        return ()
    bare = _EITHER.sub("", _EITHER.sub("", text))
    items = [part.strip(" ,.;") for part in _ITEMS.split(bare)]
    others = items[1:]
    begins = {"a" if words[0] in speakers.ARTICLES else words[0] for words in map(speakers.words_in, others) if words}
    if all(map(speakers.is_name, others)):
        items[0] = speakers.names_in(items[0], is_last=True)
        items[-1] = speakers.names_in(items[-1])
    elif len(begins) == 1 and len(others) > 1:
        same = speakers.ARTICLES if begins == {"a"} else begins
        starts = [one.start() for one in re.finditer(r"\S+", items[0]) if one[0].lower() in same]
        items[0] = items[0][max(starts, default=0) :]
    elif is_behind:
        most = max(len(item.split()) for item in others[:-1] or others)
        items[0] = " ".join(items[0].split()[-most:])
    if is_behind:
        items[-1] = _BEHIND.split(f"{items[-1]} ")[0].strip()
    is_list = len(items) > 2 or (len(items) > 1 and (text != bare or all(map(speakers.is_name, items))))
    is_told = all(item and len(item.split()) <= speakers.NAME_WORDS and not _is_no_option(item) for item in items)
    distinct = {item.casefold() for item in items}
    return tuple(items) if is_list and is_told and len(items) == len(distinct) <= limits.OPTIONS else ()


def _is_no_option(item: str) -> bool:
    return bool(_NO_OPTION.fullmatch(item) or MODALS.search(item) or ";" in item or re.search(r"\b(?:if|said)\b", item))


_COMPARED = re.compile(
    r"\b(?:more|less|fewer|over|above|below|under|least|beyond|exceeds?|reach(?:es)?|pass(?:es)?|tops?|between|than|most"
    r"|up to|as (?:low|high|much|many|little|few)|больше|более|менее|меньше|выше|ниже|свыше|превы\w+|достиг\w+|раньше"
    r"|минимум)\b",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"(?<![\w.,-])(?P<sign>[$€£¥₽₸])?(?P<number>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?![\w,.-]*\d)"
    r"(?:\s?(?P<percent>%)|\s+(?P<unit>per\s+cent\b|(?:(?:hundred|thousand|million|billion|trillion|тыс\.?|млн|млрд)\s+)?[^\W\d_]+))?"
)
_NO_UNIT = speakers.word_set(
    f"a an the and or in on at by of to from for with as per times {' '.join(MONTHS)} и в на к до года году год жылы "
    "жылдың января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
)
_LASTS = re.compile(
    r"(?:still|remain|stay|continue|keep|last|stand|live|exist|be (?:still|there|\w+ing))\b", re.IGNORECASE
)
_UNTIL = re.compile(r"\s(?:until|till|unless|after|before|when|once|пока|после)\s", re.IGNORECASE)
_ON = re.compile(r"\b(?:on|around|about|in|в|около)(?:\s+the)?\s+$", re.IGNORECASE)


def quantity(event: str, clause: str, days: Sequence[tuple[int, int, Span]]) -> tuple[str, str, QuestionKind]:
    """The one number with its unit that an event comes to, or the day on which it comes; what it is asked by."""
    bare = event
    for start, end, _ in days:
        bare = bare.replace(clause[start:end], " ")
    amounts = list(_AMOUNT.finditer(_UNTIL.split(re.sub(r"\([^)]*\)", " ", bare))[0]))
    if len(amounts) == 1 and not _COMPARED.search(bare):
        (found,) = amounts
        unit = found["sign"] or found["percent"] or found["unit"] or ""
        unit = unit if unit.rpartition(" ")[2].casefold() not in _NO_UNIT else unit.rpartition(" ")[0]
        if unit:
            return found["number"], unit, QuestionKind.NUMERIC
    for start, end, span in days:
        words = clause[start:end]
        if _LASTS.match(event):
            break
        is_middle = re.match(r"mid", words, re.IGNORECASE)
        if words in event and _ON.search(clause[:start]) and (span.is_day or is_middle) and len(days) == 1:
            return words, "", QuestionKind.DATE
    return "", "", QuestionKind.BINARY


_ASKED = {
    QuestionKind.DATE: r"when|когда|қашан",
    QuestionKind.NUMERIC: r"how (?:many|much|high|low|large|far|long)|сколько|қанша|неше",
    QuestionKind.MULTIPLE_CHOICE: r"who|whom|whose|which|кто|кого|кому|как(?:ой|ая|ое|ие)|кім|қай",
}


def kind_asked(title: str) -> QuestionKind:
    """How a question is answered, by the word that it begins with."""
    found = (kind for kind, words in _ASKED.items() if re.match(rf"(?:{words})\b", title, re.IGNORECASE))
    return next(found, QuestionKind.BINARY)


def deadline_in(text: str, day: date) -> date | None:
    """The last day that counts by a text, which is written on that day; None where it names none that is to come."""
    return last_day(text, [(start, end, span) for start, end, span in find_days(text, day) if span.last > day])


def last_day(clause: str, days: Sequence[tuple[int, int, Span]]) -> date | None:
    """The last day that counts: that of the last date, or the day before it."""
    for start, _, span in reversed(days):
        is_before = re.search(r"\b(?:before|ahead of)\s+$", clause[:start], re.IGNORECASE)
        return span.first - timedelta(days=1) if is_before else span.last
    return None
