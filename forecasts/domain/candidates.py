"""Words of likelihood and of the future in a text: where a prediction may stand, and what its words tell of it."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from forecasts.domain import limits
from forecasts.domain.kinds import ClaimType, Side
from forecasts.domain.records import Phrase
from forecasts.domain.wording import NUMBER_WORDS, NumberRead, PhraseReading, find_term, reading_of, turned, words_of

_WORD = re.compile(r"[^\W_]+(?:['’‘ʼ][^\W_]+)*")
_CLAUSE_END = re.compile(r"[.,](?!\d)|(?<!\d)[.,]|[;:!?…()\[\]\"“”„«»]|\s[–—-]\s|\n")
_BEGINS = re.compile(r"(?:^|[.!?…:][\"”»)\]]*\s+|[\"“„«]\s*)$")
_SENTENCE_END = re.compile(r"[.!?…][\"”»)\]]*\s")

_PERHAPS = (
    "possible|possibility|conceivable|not impossible|not inconceivable|not out of the question|perhaps|maybe|возможно|"
    "возможность|не исключено|нельзя исключать|нельзя исключить|мүмкін"
)
_POSSIBLE = (
    f"{_PERHAPS}|may|might|could|can|possibly|possibilities|potentially|conceivably|may be|would not be surprising|"
    "wouldn't be surprising|cannot be excluded|cannot be ruled out|can't be ruled out|risk|risks|risk of|threat of|"
    "danger of|chance|chances|может|могут|можно|риск"
)
_ANNOUNCED = (
    "announced|announce|announces|decided to|has decided|have decided|plans to|plan to|planned to|intends to|"
    "intend to|planning to|pledged to|promised to|vowed to|agreed to|scheduled for|scheduled to|объявил|объявила|решил|"
    "планирует|планируют|намерен|намерены|жоспарлап"
)
_FUTURE = (
    "will|won't|will not|'ll|shall|would|is going to|are going to|going to|about to|bound to|set to|due to|expected|"
    "expect|expects|expecting|is expected to|are expected to|forecast|forecasts|predict|predicts|predicted|prediction|"
    "foresee|foresees|anticipate|anticipates|prospect|prospects|outlook|sooner or later|in the future|should|"
    "never again|no longer|ought to|on the verge|on the brink|будет|будут|станет|станут|ожидается|прогноз|болады"
)
_WEIGHED = (
    "likely|unlikely|probable|probably|improbable|improbably|probability|likelihood|odds of|odds that|certain to|"
    "certainly|inevitable|inevitably|doubtful|no doubt|undoubtedly|hard to imagine|hard to see|вероятно|вероятность|"
    "маловероятно|скорее всего|вряд ли|неизбежно|ықтимал|екіталай"
)
_HEDGES = f"{_PERHAPS}|surprising|ruled out|excluded"
_DOUBTS = (
    "doubt|doubts|doubted|doubtful|deny|denies|denied|сомневаюсь|сомневается|сомневаются|сомнительно|отрицает|отрицают|"
    "отрицал|отрицала|опроверг|опровергла|опровергает|мало кто|күмән"
)
_LEFT_TO_OTHERS = (
    "whether|guess|ask|asks|asked|wonder|wonders|sure|certain|clear|convinced|chance|chances|шансы|уверен|уверена|уверены|ли|наверное|видимо|похоже|"
    "может быть|должно быть"
)
_SAID_OF = "that|что|think|thinks|thought|believe|believes|believed|expect|expects|suggest|suggests|думаю|думает|считаю"
_COMPARED = frozenset({"more", "less", "least", "as", "equally", "how", "so", "too"})
_WILL = frozenset({"will", "won't", "shall", "would", "going", "будет", "будут", "станет", "станут", "болады"})
_DENIED = frozenset({
    "not", "never", "no", "none", "nobody", "nothing", "neither", "nor", "nowhere", "without", "cannot", "hardly",
    "scarcely", "не", "ни", "нет", "никогда", "никто", "ничто", "ничего", "ешқашан", "ешкім", "ештеңе",
})  # fmt: skip
_ADVERBS = frozenset({
    "almost", "nearly", "most", "more", "very", "quite", "highly", "likely", "unlikely", "probably", "certainly",
    "surely", "definitely", "possibly", "perhaps", "also", "still", "вероятно", "скорее", "всего",
})  # fmt: skip
_NO_DENIAL = re.compile(
    r"(?:\b(?:not|cannot|can not|no one|nobody|no|little|few|(?:without|beyond)(?: an?y?)?)|n['’]t) doubt(?:s|ed)?\b"
    r"|(?:\bnot|n['’]t)(?: be)?(?: an?)? (?:impossible|inconceivable|unthinkable|out of the question|surpris\w+)\b"
    r"|\b(?:cannot|can not|can['’]t|could not|couldn['’]t) be (?:ruled out|excluded)\b"
    r"|\b(?:not only|not just|not (?:whether|if),? but|no matter|nothing but|no (?:less|fewer|more|later|sooner) than"
    r"|не только|не исключено|нельзя исключ\w+|не удив\w+"
    r"|(?:не|никто не) сомнева\w+|нет сомнени\w+|без сомнени\w+)\b",
    re.IGNORECASE,
)
_LEADS_ON = frozenset({
    "a", "an", "the", "of", "to", "in", "on", "at", "by", "for", "from", "with", "within", "until", "before", "after",
    "as", "than", "into", "over", "under", "about", "and", "or", "but", "that", "which", "who", "is", "are", "be",
    "its", "their", "his", "her", "our", "в", "на", "к", "до", "от", "по", "с", "из", "за", "и", "или", "что", "не",
})  # fmt: skip
"""Words with which no phrase ends."""
_INTRODUCES = re.compile(
    r",(?=\s+(?:that|что|чтобы)\b)"
    r"|(?<!\w)(?P<hedge>probably|possibly|perhaps|maybe|вероятно|возможно|скорее всего|видимо|наверное"
    r"|может быть|должно быть|похоже),",
    re.IGNORECASE,
)
_ASKED = frozenset({"who", "what", "when", "where", "why", "how", "which", "whose", "кто", "что", "когда", "почему"})
_DENIED_AHEAD = frozenset({"не", "никогда", "never"})
_AGAINST_FACTS = re.compile(r"\bwould(?: not|n['’]t)? have (?!to\b)", re.IGNORECASE)
_LOOKED_BACK = 12
_LONGEST_CLAUSE = 1_000
_NUMBER_BEFORE = 40
_CHANCE = r"(?:chances?|probability|likelihood|odds of|odds that|odds|risks?|likely|шанс\w*|вероятност\w*)"
_IS_CHANCE = re.compile(_CHANCE, re.IGNORECASE)
_COUNTED = rf"(?:\d{{1,4}}|a|{'|'.join(NUMBER_WORDS)})"
_STATED_CHANCE = re.compile(
    rf"(?<!\w)(?:(?!a\b){_COUNTED}[\s-]+(?:chances?[\s-]+)?(?:in|out of)[\s-]+{_COUNTED}(?!\w)"
    r"|(?P<percent>\d{1,3}(?:\.\d+)?)\s?-?(?:%|per\s?cent\b|процент\w*))",
    re.IGNORECASE,
)
_ABOUT = r"(?:\s+(?:about|some|around|roughly|nearly|almost|only|just|около|примерно))*"
_NOUN = rf"(?!likely){_CHANCE}"
_CHANCE_AHEAD = re.compile(
    rf"(?:{_NOUN}|{_NOUN}\b.*\s(?:at|is|are|was|were|of only|составляет|равн\w+|в)|(?P<of>{_NOUN}\s+of))"
    rf"{_ABOUT}\s*[-–—:]?\s*$",
    re.IGNORECASE | re.DOTALL,
)
_CHANCE_BEHIND = re.compile(rf"[\s-]*{_CHANCE}\b", re.IGNORECASE)
_ALL_OF_IT = re.compile(r"\s*(?:$|[^\w\s]|that\b|by\b|in\b|что\b)")
_GRADE = re.compile(
    r"(?<!\w)(?:(?:very|every|no|little|good|slim|strong|fair|decent|high|low|small|great|remote)\s+)+$", re.IGNORECASE
)
_IS_GRADED = re.compile(
    rf"(?:{_GRADE.pattern[:-1]}{_CHANCE}|{_CHANCE}\s+(?:are|is|looks?|remains?)\s+(?:very\s+)?(?:slim|good|high|low|small|poor"
    r"|strong|remote|great|little))\b",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"(?:\b(?:more|less|better|worse|greater|smaller|higher|lower)\s+than(?:\s+an?)?|\bat (?:least|most)(?:\s+an?)?"
    r"|\b(?:over|under|above|below|up to|более|менее|выше|ниже)(?:\s+an?)?)\s+$",
    re.IGNORECASE,
)
_FLAT = PhraseReading("flat will", 0.9, 0.75, 0.98)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Words in a text that may carry a prediction: the offsets of the first and behind the last character."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PhraseTold:
    """What a phrase tells by its words: the kind of claim, the outcome it speaks of, and a number with who gives it.

    `number` is of YES; None where neither the standard nor the coding guide has one. `given_by` is then empty.
    """

    claim_type: ClaimType
    side: Side
    number: NumberRead | None
    given_by: str
    term: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words that a text is searched for, and the standard by which a phrase is read.

    `is_future` says of a folded word whether it speaks of the future by its form, where the language has such forms.
    """

    terms: frozenset[tuple[str, ...]]
    standard: str
    standard_title: str
    phrases: tuple[Phrase, ...]
    is_future: Callable[[str], bool] | None = None


@lru_cache(maxsize=1)
def _own_terms() -> frozenset[tuple[str, ...]]:
    written = "|".join((_POSSIBLE, _ANNOUNCED, _FUTURE, _WEIGHED)).split("|")
    return frozenset(words for words in map(words_of, written) if words)


def likelihood_terms(phrases: Iterable[Phrase]) -> frozenset[tuple[str, ...]]:
    """The words to look for: those of the standards, and those of likelihood and future that no standard lists."""
    listed = (words_of(written) for phrase in phrases for written in (phrase.term, *phrase.aliases))
    return _own_terms() | frozenset(words for words in listed if words)


def find_candidates(
    text: str, terms: frozenset[tuple[str, ...]], is_future: Callable[[str], bool] | None = None
) -> tuple[Candidate, ...]:
    """Where terms stand in a text, in order; of those that begin at one word the longest, and none within another."""
    sizes = _sizes(terms)
    found = [match for match in _WORD.finditer(text)]  # noqa: C416 - by `list`, no other thread could run meanwhile
    words = [_fold(match.group()) for match in found]
    candidates: list[Candidate] = []
    free = 0
    for at, word in enumerate(words):
        if at < free or (word not in sizes and is_future is None):
            continue
        ahead = tuple(words[at : at + sizes[word][0]]) if word in sizes else ()
        length = next((size for size in sizes.get(word, ()) if len(ahead) >= size and ahead[:size] in terms), 0)
        if not length and is_future is not None and is_future(word):
            length = 1
        if length and not _is_month(text, found[at]):
            start, end = found[at].start(), found[at + length - 1].end()
            least = candidates[-1].end if candidates else 0
            if _IS_CHANCE.fullmatch(word):
                head = text[max(start - _NUMBER_BEFORE, least) : start]
                start -= len(head) - len(_GRADE.sub("", head))
                start, end = _with_number(text, max(start - _NUMBER_BEFORE, least), start, end)
            else:
                start = _with_denial(text, least, start)
            candidates.append(Candidate(start, end))
        free = at + max(length, 1)
    return tuple(candidates)


def _with_number(text: str, least: int, start: int, end: int) -> tuple[int, int]:
    """A word of chance with the number that is stated of it: "one in three chance", from its first word on."""
    for stated in _STATED_CHANCE.finditer(text, least, end + _NUMBER_BEFORE):
        if stated.start() < start <= stated.end() + 1:
            bound = _BOUND.search(text, least, stated.start())
            return bound.start() if bound else stated.start(), max(end, stated.end())
    return start, end


def _with_denial(text: str, least: int, start: int) -> int:
    """Where words begin with the denial right before them: "не войдут" without its first word says another thing."""
    while (before := _LAST_WORD.search(text, least, start)) and _fold(before[1]) in _DENIED_AHEAD:
        start = before.start()
    return start


_LAST_WORD = re.compile(r"(?<!\w)([^\W\d_]+)\s+$")


def find_chance(phrase: str) -> re.Match[str] | None:
    """Where a phrase says how large a chance is; a number of something else that is likely is none."""
    speaks_of_chance = any(map(_IS_CHANCE.fullmatch, words_of(phrase)))
    for found in _STATED_CHANCE.finditer(phrase):
        if speaks_of_chance and not found["percent"]:
            return found
        ahead = _CHANCE_AHEAD.search(phrase, 0, found.start())
        if _CHANCE_BEHIND.match(phrase, found.end()) or (
            ahead and (not ahead["of"] or _ALL_OF_IT.match(phrase, found.end()))
        ):
            return found
    return None


def stated_chance(phrase: str) -> str:
    """The chance that a phrase states, "one in three" or the percent; '' where it states none or only a bound."""
    found = find_chance(phrase)
    return (found["percent"] or found[0]) if found and not _BOUND.search(phrase, 0, found.start()) else ""


@lru_cache(maxsize=4)
def _sizes(terms: frozenset[tuple[str, ...]]) -> dict[str, tuple[int, ...]]:
    """How many words the terms have that begin with a word, the longest first."""
    sizes: dict[str, set[int]] = defaultdict(set)
    for term in terms:
        sizes[term[0]].add(len(term))
    return {word: tuple(sorted(lengths, reverse=True)) for word, lengths in sizes.items()}


def _is_month(text: str, word: re.Match[str]) -> bool:
    """Whether it is the fifth month: "May" with its capital where no sentence begins."""
    return word.group() == "May" and not _BEGINS.search(text[max(word.start() - 4, 0) : word.start()])


def _without_months(text: str) -> str:
    return re.sub(r"\bMay\b", lambda word: " " if _is_month(text, word) else word.group(), text)


@lru_cache(maxsize=20_000)
def _fold(word: str) -> str:
    straight = word.replace("’", "'").replace("‘", "'").replace("ʼ", "'")
    return unicodedata.normalize("NFC", straight).casefold()


def phrase_at(text: str, candidate: Candidate) -> str:
    """The words to offer as a phrase: from the candidate to the end of its clause, at most as many as a phrase has."""
    ends = _CLAUSE_END.search(text, candidate.end)
    clause_end = ends.start() if ends else len(text)
    end = candidate.end
    for match in _WORDS_OF_PHRASE.finditer(text, candidate.start, clause_end):
        phrase = text[candidate.start : match.end()]
        if len(phrase.split()) > limits.PHRASE_WORDS or len(phrase) > limits.PHRASE:
            break
        if _fold(match.group()) not in _LEADS_ON:
            end = max(end, match.end())
    return text[candidate.start : end]


_WORDS_OF_PHRASE = re.compile(rf"(?:{_WORD.pattern})(?:[ \N{{NO-BREAK SPACE}}]?%)?")


def first_words(text: str) -> str:
    """As many words of a text as a phrase may have."""
    words = [match.end() for match in re.finditer(r"\S+", text)]
    ends = (end for end in reversed(words[: limits.PHRASE_WORDS]) if end <= limits.PHRASE)
    return text[: next(ends, limits.PHRASE)]


def sentence_place(text: str, at: int) -> tuple[int, int]:
    """Where the sentence around an offset begins and ends, with the blanks behind it."""
    start = max((match.end() for match in _SENTENCE_END.finditer(text, 0, at)), default=0)
    ends = _SENTENCE_END.search(text, at)
    return start, ends.end() if ends else len(text)


def sentence_at(text: str, at: int) -> str:
    """The sentence around an offset."""
    start, end = sentence_place(text, at)
    return text[start:end].strip()


def conditional_words(text: str, at: int) -> str:
    """The words on which those at an offset hang: of their sentence what begins with if, once, unless …; may be ''."""
    start, end = sentence_place(text, at)
    place = condition_place(text[start:end], at - start)
    return text[start:end][slice(*place)].strip() if place else ""


def condition_place(sentence: str, at: int) -> tuple[int, int] | None:
    """Where in a sentence the words stand on which its words at an offset hang; these are never among them."""
    places = (found.span(found.lastindex or 0) for found in _CONDITION.finditer(sentence))
    return next((place for place in places if not place[0] <= at < place[1]), None)


_CONDITION = re.compile(
    r"^(only if\s(?:(?!\s(?:will|would|can|could|may|might|should|shall)\s)[^,;.!?])+)"
    r"|(?:^[\"“«„]*|[,;:—–(]\s*|(?<!\beven)(?<!\bas)(?<!\bknow)(?<!\bknows)(?<!\bask)(?<!\basks)(?<!\basked)(?<!\bwonder)(?<!\bsee)"
    r"(?<!\bsurprising)(?<!\bsurprised)(?<!\bsurprise)(?<!\bsurprise me)\s)"
    r"((?:only if|if(?!\s(?:only\s(?:because|for|to|as)|anything|at all|ever)\b)|unless|once|provided|as long as"
    r"|in case|если|при условии(?:,? что)?|егер)\s[^,;.!?]+)"
    r"|^((?:should|were)\s[^,;.!?]+|(?:assuming|absent)\s[^,;.!?]+(?=,)|without(?!\s(?:an?y?\s)?(?:doubt|question))\s[^,;.!?]+(?=,))",
    re.IGNORECASE,
)


def tell_claim_type(phrase: str) -> ClaimType:
    """What kind of claim the words make: what may be, with no chance stated; what is announced; else a forecast."""
    words = words_of(_without_months(phrase))
    if _has_any(words, _POSSIBLE) and not (find_chance(phrase) or _IS_GRADED.search(phrase)):
        return ClaimType.POSSIBILITY
    return ClaimType.ANNOUNCEMENT if _has_any(words, _ANNOUNCED) else ClaimType.FORECAST


def tell_side(phrase: str, before: str = "") -> Side:
    """The outcome that the words speak of: NO where what is to come is denied, by a word of the phrase or of its clause
    before it ("none of them will", "are not going to", "will almost certainly never"), else YES."""
    words = words_of(_NO_DENIAL.sub(" ", phrase))
    ahead = words_of(_NO_DENIAL.sub(" ", _clause_ahead(before)))[-_LOOKED_BACK:]
    cue = next((at for at, word in enumerate(words) if word in _WILL), 0)
    end = next((at for at in range(cue + 1, len(words)) if words[at] not in _ADVERBS), len(words))
    return Side.NO if denies((*ahead, *words[: end + 1])) or _has_any(ahead, _DOUBTS) else Side.YES


def _clause_ahead(before: str) -> str:
    """What stands before words in their clause, with the clause by which it is introduced."""
    near = before[-_LONGEST_CLAUSE:]
    return _CLAUSE_END.split(_INTRODUCES.sub(lambda found: found["hedge"] or "", near))[-1]


def denies(words: Iterable[str]) -> bool:
    """Whether one of the words is a denial: "few" is, "a few" is not."""
    each = tuple(words)
    few = any(word == "few" and before != "a" for before, word in zip(("", *each), each, strict=False))
    return few or any(word in _DENIED or word.endswith("n't") for word in each)


def _without(term: tuple[str, ...], phrase: str) -> str:
    """A phrase without a term whose own denial is in its number already ("almost no chance", "probably not")."""
    return f" {' '.join(words_of(phrase))} ".replace(f" {' '.join(term)} ", " ", 1)


def tell(phrase: str, phrases: Iterable[Phrase], before: str = "", *, side: Side | None = None) -> PhraseTold:
    """What a phrase tells under the phrases of one standard, by the text `before` it; `side` where the analyst says of
    which outcome."""
    found = find_term(phrase, phrases)
    if found != find_term(_without_months(phrase), phrases):
        found = None
    reading, term = (reading_of(found[0]), found[1]) if found else (None, ())
    about = side or tell_side(_without(term, phrase) if denies(term) else phrase, before)
    claim_type = ClaimType.FORECAST if {"chance", "chances"} & set(term) else tell_claim_type(phrase)
    clause = _clause_ahead(before)
    words, ahead = words_of(phrase), words_of(clause)
    is_weighed = _has_any(ahead, f"{_WEIGHED}|{_DOUBTS}|{_LEFT_TO_OTHERS}") or (
        denies(words_of(_NO_DENIAL.sub(" ", clause))) and _has_any(ahead, _SAID_OF)
    )
    if claim_type is ClaimType.FORECAST and not (term or is_weighed) and _has_any(ahead, _HEDGES):
        claim_type = ClaimType.POSSIBILITY
    if reading and words[: len(term)] == term and (_COMPARED & set(ahead[-1:]) or ahead[-2:] == ("the", "most")):
        reading = None
    given_by = "standard" if reading else ""
    is_weighed = is_weighed or _has_any(words, _WEIGHED) or any(map(_IS_CHANCE.fullmatch, words))
    is_weighed = is_weighed or _AGAINST_FACTS.search(phrase) is not None
    is_asked = _ASKED.intersection(ahead[:1]) or (not ahead and phrase.startswith(("Will ", "Won", "Would ", "Shall ")))
    is_flat = claim_type is ClaimType.FORECAST and set(words) & _WILL and not (is_asked or is_weighed)
    if reading is None and is_flat:
        reading, given_by = _FLAT, "guide"
    if reading is None:
        return PhraseTold(claim_type, about, None, "", "")
    reading_term = reading.term
    reading = turned(reading) if about is Side.NO else reading
    derived = given_by == "standard"
    number = NumberRead(reading.point, reading.low, reading.high, derived, derived, derived)
    return PhraseTold(claim_type, about, number, given_by, reading_term)


def _has_any(words: tuple[str, ...], written: str) -> bool:
    said = f" {' '.join(words)} "
    return any(f" {' '.join(words_of(term))} " in said for term in written.split("|"))
