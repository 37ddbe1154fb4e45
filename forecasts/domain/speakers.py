"""Who said a sentence, by its words: the name before or behind a verb of saying, and whether words are quoted."""

import re

from forecasts.domain.kinds import SourceKind


def word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


NAME_WORDS = 6
ARTICLES = frozenset({"a", "an", "the"})
CLOSES = {"(": ")", "[": "]", "“": "”", "«": "»", "„": "“”", '"': '"'}
SAYS = word_set(
    "say says said think thinks thought believe believes believed expect expects predict predicts predicted warn "
    "warns warned argue argues argued announced announces announce told insists insisted hopes fears reckon "
    "reckons assume assumes promised pledged vowed plans decided сказал сказала сказали считает считают полагает "
    "полагают заявил заявила заявили ожидает ожидают предупредил предупредила прогнозирует говорит говорят "
    "объявил объявила report reports reported writes wrote claims claimed suggests denies denied adds added отрицает "
    "утверждает утверждают сообщает сообщил верит верят думает думают"
)
_NOBODY = word_set(
    "few hardly never nothing i we it he she they you one this that there who what nobody everybody everyone никто "
    "мало я мы он она они"
)
_BODIES = word_set(
    "board ministry council government bank company party office agency court committee army parliament union "
    "commission institute fund group cabinet authority department firm club team"
)
_POSSESSIVES = word_set("my our his her its their your мой моя наш наша его её их")
_PEOPLE = frozenset({"people", "some", "many", "others", "several"})
_BY = re.compile(r"\b(?:according to|по словам|по мнению)\s+", re.IGNORECASE)
_APPOSED = re.compile(r"(?:^|[.;:!?…“«\"]\s*)([^,.;:!?]+),[^,.;:!?]+,\s*$")
_HAS = re.compile(r"\s+(?:(?:has|have|had|also|now|still|then|already)\s+)*$")
_MINE = re.compile(r"\b(?:I|я)\s+$", re.IGNORECASE)
_ROLE = re.compile(r"^\s*(?:(?:[^\W\dA-ZА-ЯЁ_][^\W\d_]*)\s+){1,4}(?=[A-ZА-ЯЁ])")
_FROM = word_set("from at in for with on of из в с от при")
_BREAK = re.compile(r"[,;:.!?…()\[\]\"“”„«»]|\s[–—-]\s")


def find_speaker(sentence: str, at: int = 0) -> tuple[str, SourceKind | None, bool]:
    """Who, by the sentence, said the words at a place of it: by the verb of saying next before them, else behind them.

    Words of the sentence, the kind of source that they tell, and whether they name nobody.
    """
    if by := _BY.search(sentence):
        return _who(_BREAK.split(sentence[by.end() :])[0], is_first=False)
    found = verbs(sentence)
    for verb in sorted(found, key=lambda one: (one.start() > at, abs(one.start() - at))):
        if _MINE.search(sentence, 0, verb.start()) and verb.start() <= at and not is_quoted(sentence, verb.start()):
            return "", None, False
        before = f"{_HAS.sub('', sentence[: verb.start()])} "
        if (named := _APPOSED.search(before)) and (who := _who(named[1], is_first=True))[0]:
            return who
        left, right = _BREAK.split(before)[-1], _BREAK.split(sentence[verb.end() :])[0]
        if left.strip() and (who := _who(left, is_first=left == before))[0]:
            return who
        if not left.strip() and (name := names_in(_ROLE.sub("", right))):
            return name, None, False
    return "", None, False


def verbs(text: str) -> list[re.Match[str]]:
    """The verbs of saying."""
    return [one for one in re.finditer(r"[^\W\d_]+", text) if one[0].lower() in SAYS]


def words_in(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", text.lower())


def _who(words: str, *, is_first: bool) -> tuple[str, SourceKind | None, bool]:
    """Who is meant by the words before a verb of saying."""
    said = re.sub(r"^(?:and|but|as|for|yet|still|however|и|но|как)\s+", "", words.strip(), flags=re.IGNORECASE)
    each = said.split()
    if not each or len(each) > NAME_WORDS or each[0].lower() in _NOBODY:
        return "", None, False
    if each[0].lower() in ARTICLES:
        name = " ".join(each[1:])
        if name and names_in(name) == name:
            is_body = each[-1].lower() in _BODIES
            return name, SourceKind.ORGANISATION if is_body else None, False
        head = name.partition(" of ")[0].split()[-1:]
        return (name, SourceKind.ORGANISATION, False) if head and head[0].lower() in _BODIES else ("", None, False)
    if each[0].lower() in _POSSESSIVES:
        named = names_in(" ".join(each[1:]), is_last=True)
        is_many = re.search(r"[^s]s$|[ыи]$", each[-1].lower()) is not None
        return (named, None, False) if named else (said, SourceKind.GROUP, True) if is_many else ("", None, False)
    is_many = any(one.lower() in _PEOPLE or re.search(r"[^s'’]s$|[ыи]$", one.lower()) for one in (each[0], each[-1]))
    if is_many and ((is_first and not is_name(each[-1])) or not is_name(each[0]) or (len(each) == 1 and is_first)):
        return said, SourceKind.GROUP, True
    if each[0].endswith(("'s", "’s")):
        return said, None, False
    lower = [one for one in each[1:] if not is_name(one)]
    if is_first and is_many and _FROM.intersection(lower) and len(names_in(said).split()) == 1:
        return said, SourceKind.GROUP, True
    if is_first and lower and is_name(each[-1]) and not is_name(each[1]) and not _FROM.intersection(lower):
        return names_in(said, is_last=True), None, False
    return (names_in(said), None, False) if is_name(each[0]) else ("", None, False)


def is_name(words: str) -> bool:
    return words[:1].isupper()


def names_in(text: str, *, is_last: bool = False) -> str:
    """The names with which a text begins, or ends: words with a capital, and what joins them."""
    words = text.split()
    run: list[str] = []
    for word in reversed(words) if is_last else words:
        if not (word[:1].isupper() or word in {"of", "de", "la", "van", "von", "der", "bin", "al", "the"}):
            break
        run.append(word)
    run = run[::-1] if is_last else run
    while run and not run[-1][:1].isupper():
        run.pop()
    while run and not run[0][:1].isupper():
        run.pop(0)
    return " ".join(run)


def is_quoted(text: str, at: int) -> bool:
    """Whether a place in a paragraph stands between quotation marks."""
    opened = [text.count(sign, 0, at) - sum(text.count(end, 0, at) for end in CLOSES[sign]) for sign in "“«„"]
    return max(opened) > 0 or text.count('"', 0, at) % 2 == 1
