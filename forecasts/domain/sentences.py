"""What a sentence proposes for the record of its claim: the event as a question, how it is answered, and who said it.

Everything that is proposed is words of the sentence; of its own a title has only "Will" and "…", where a value stood.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from forecasts.domain import limits, speakers
from forecasts.domain.article_views import find_words
from forecasts.domain.candidates import condition_place, denies, find_chance, sentence_place, stated_chance, tell_side
from forecasts.domain.date_words import find_days
from forecasts.domain.dates import Span
from forecasts.domain.formats import capitalised
from forecasts.domain.kinds import QuestionKind, Side, SourceKind
from forecasts.domain.sentence_answers import MODALS, find_options, last_day, quantity
from forecasts.domain.wording import words_of

_LONGEST = 1_000
_LONE_WORDS = 4

_STOP = r"[;…]|[:.!?](?![^\s\"”»])|\s[–—-]\s"
_TAIL = re.compile(
    rf"{_STOP}|,[\"”»]|,\s+(?:and|but|if|which|who|because|while|although|though|since|as|so|yet|unless|not|he|she|they|we|I|it|says?"
    r"|said|according|what\w+|where|when|or (?:he|she|it|they|we|there|so)|а|но|и|что|котор\w+|хотя|потому|пока|где"
    r"|когда|пишет|сказал\w*|заявил\w*|считает|полагает)\b"
    r"|\s(?:because|although|though|while|whereas|but)\s"
)
_HE = re.compile(r"(?:he|she|it|they|we|I)\b")
_HEAD = re.compile(rf"{_STOP}|,\s+(?:and|but|so|yet|while|whereas|а|но|и|or(?=\s{_HE.pattern}))\s")
_AND = re.compile(r"\s(?:and|but|и|және)\s")
_MINE = re.compile(r"(?:(?:then|still|so|but|and|yet)\s+)?(?:I|we)\b", re.IGNORECASE)
_THAT = re.compile(r"[\s,](?:that|что|whether)\s")
_INTRO = re.compile(
    r"(?:(?:in|on|by|at|after|before|with|for|during|from|under|despite|until|within|this|next|still|however|meanwhile|then"
    r"|so|and|but|yet|also|finally|perhaps|maybe|probably|possibly|certainly|according|as|even|although|though|while|when|whether"
    r"|because|since|rain or shine|barring|given|far|if anything|в|к|до|после|по|но|и)\b[^,]*,\s+)+",
    re.IGNORECASE,
)
_ADVERBS = r"(?:probably|possibly|certainly|perhaps|likely|well|almost|very|most|surely|now|still|also|highly|widely)"
_WILL = re.compile(
    rf"(?:{_ADVERBS}\s+)*\b(?:"
    rf"(?:will|shall|may|might|could|can|would|should)(?P<not>n['’]t|not)?(?P<more>(?:\s+(?:not|{_ADVERBS}))*)"
    r"|wo(?P<wont>n['’]t)"
    rf"|(?:is|are|was|were|seems?|looks?)(?P<before>(?:\s+(?:not|{_ADVERBS}))*)\s+(?:likely|unlikely|expected|set|due|bound"
    r"|certain|sure|going|about|scheduled|predicted|forecast|projected|planned)(?P<after>\s+not)?\s+to"
    r"|(?:ha(?:s|ve|d)\s+)?(?:plan(?:s|ned)?|intends?|promise[sd]|pledged|vowed|agreed|decided|aims?)(?P<plans>\s+not)?\s+to"
    r"|(?:likely|unlikely|possible|impossible|probable|improbable)\s+for\s+(?P<whom>[^,]+?)(?P<whoms>\s+not)?\s+to"
    r"|(?:expect|predict|foresee|anticipate)(?:s|ed)?\s+(?P<object>[^,]+?)(?P<objects>\s+not)?\s+to)\b",
    re.IGNORECASE,
)
_LEFT_OPEN = re.compile(
    r"\b(?:surpris(?:ing|ed?)|ruled out|excluded|impossible|inconceivable)(?:\s+(?:me|us|any\w+))?\s+(?:that|if)\s"
    r"|\b(?:can(?:not|n['’]t| not)|could(?: not|n['’]t)) be (?:ruled out|excluded)\b",
    re.IGNORECASE,
)
_DENIALS = ("not", "more", "wont", "before", "after", "plans", "whoms", "objects")
_HEDGES = re.compile(
    r"(?:,\s*)?\b(?:с вероятностью[^,]*?(?:%|процент\w*)|вероятно|возможно|скорее всего|вряд ли|едва ли|наверное"
    r"|наверняка|почти наверняка|видимо|маловероятно|неизбежно|не исключено|(?:как )?ожидается)(?!\w)"
    r"(?:,?\s*что\b)?,?\s*",
    re.IGNORECASE,
)
_BY_WORDS = re.compile(r"^(?:по (?:словам|мнению|данным|оценк\w+)|как \w+)\s[^,]+,\s+", re.IGNORECASE)
_RELATIVE = frozenset({"who", "which", "when", "where", "that", "because", "what", "whatever"})
_LOWERED = speakers.word_set(
    "the a an this that these those its their his her our it they he she we there some many most all both every "
    "each any either no not none nobody nothing one two three people things sooner between few"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence's claim taken apart: whose event it is, what comes to it, and whether a denial of it was left out.

    The event of one that `is_asked` begins with its subject ("Will it rain").
    """

    subject: str
    event: str
    is_turned: bool = False
    is_asked: bool = False

    def title(self, value: str = "") -> str:
        """The event as a question; with a `value` that is asked for, as what is to be completed."""
        if value or not self.event or not (self.subject or self.is_asked):
            will = " will " if self.event and self.subject else ""
            said = f"{self.subject}{will}{self.event}"
            said = capitalised(said.replace(value, "…", 1) if value else said)
        else:
            first, _, more = self.subject.partition(" ")
            first = first.lower() if first.lower() in _LOWERED else first
            said = " ".join(f"Will {first} {more} {self.event}".split())
        while len(said) >= limits.NAME:
            said = said.rpartition(" ")[0]
        return f"{said}?" if said else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceProposal:
    """What a sentence proposes; what is empty it does not say.

    `side` is the outcome of the title that the words speak of, where they deny. `value` is the number or day that the
    sentence says of a quantity, `number` the chance that it states. `is_unnamed` of people whom it does not name.
    """

    sentence: str = ""
    title: str = ""
    side: Side | None = None
    kind: QuestionKind = QuestionKind.BINARY
    options: tuple[str, ...] = ()
    unit: str = ""
    value: str = ""
    number: str = ""
    deadline: date | None = None
    speaker: str = ""
    speaker_kind: SourceKind | None = None
    is_unnamed: bool = False


def propose_record(paragraph: str, phrase: str, day: date, near: int = 0) -> SentenceProposal:
    """What the sentence around a phrase proposes, in an article of that day; nothing of a sentence without end.

    Of several places of the phrase that nearest to an offset is meant.
    """
    words = find_words(phrase, paragraph, near)
    first, last = sentence_place(paragraph, words[0]) if words else (0, 0)
    if words is None or last - first > _LONGEST:
        return SentenceProposal()
    sentence = paragraph[first:last].strip()
    sentence, at = _without_lone_marks(sentence, max(words[0] - paragraph.index(sentence, first), 0))
    part = sentence.rfind(";", 0, at) + 1
    speaker, kind, is_unnamed = speakers.find_speaker(sentence[part:].split(";")[0], at - part)
    clause, at = _without_lead(*_clause(*_without_condition(sentence, at)))
    is_chance = find_chance(phrase) is not None
    days = [one for one in find_days(clause, day) if one[2].last > day]
    coming = [one for one in find_days(clause, day, is_coming=True) if one in days or _is_ahead(clause, at, one, day)]
    said = take_apart(clause, at, coming, keeps_denial=is_chance)
    named = re.search(rf"\b(?:the|an?)\s+{re.escape(speaker)}", sentence, re.IGNORECASE)
    if said.event and kind is SourceKind.ORGANISATION and said.subject.lower() == "it" and named:
        said = replace(said, subject=named[0])
    before, behind = (said.subject, said.event) if said.event else (clause[:at], clause[at:].partition(" ")[2])
    options = find_options(before, is_behind=False) or find_options(behind, is_behind=True)
    if not all(option in sentence for option in options):  # one that reaches over a condition that was left out
        options = ()
    value, unit, asked = "", "", QuestionKind.MULTIPLE_CHOICE if options else QuestionKind.BINARY
    if not options and not is_chance:
        value, unit, asked = quantity(said.event or clause[at:], clause, days)
    title = said.title(value)
    denied = said.is_turned or tell_side(phrase, paragraph[: words[0]]) is Side.NO
    return SentenceProposal(
        sentence=paragraph[first:last].strip(),
        title=title,
        side=None if not (denied and title) else Side.NO if said.is_turned or not denies(words_of(title)) else Side.YES,
        kind=asked,
        options=options,
        unit=unit,
        value=value,
        number=stated_chance(phrase),
        deadline=last_day(clause, coming) if asked is not QuestionKind.DATE else None,
        speaker=speaker,
        speaker_kind=kind,
        is_unnamed=is_unnamed,
    )


def _is_ahead(clause: str, at: int, found: tuple[int, int, Span], day: date) -> bool:
    """Whether a day that stands in a clause is one of what is to come, by the words of likelihood at a place of it."""
    start, _, span = found
    is_told = start >= at and not _PAST.search(clause, at, start)
    return span.last > day and (is_told or _LEADS.fullmatch(clause[:start]) is not None)


def _without_lead(clause: str, at: int) -> tuple[str, int]:
    """A clause without the word by which it follows what was said before, and where its words are then."""
    lead = _LEAD.match(clause)
    return (clause[lead.end() :], at - lead.end()) if lead and lead.end() <= at else (clause, at)


_LEAD = re.compile(r"(?:But|And|Yet|So|Then|Moreover|First(?:ly)?|Secondly|Thirdly|At first|Но|И|А)\s+(?=\S)")


def _without_lone_marks(sentence: str, at: int) -> tuple[str, int]:
    """The sentence without the quotation marks around its words of likelihood, where these name no event themselves."""
    start, end = _enclosed(sentence, at)
    quoted = sentence[start:end]
    if not start or sentence[start - 1] in "([" or len(quoted.split()) > _LONE_WORDS or _WILL.search(quoted):
        return sentence, at
    return f"{sentence[: start - 1]}{quoted}{sentence[end + 1 :]}", at - 1


def _without_condition(sentence: str, at: int) -> tuple[str, int]:
    """The sentence without the words on which its claim hangs, and where the claim's words are then."""
    place = condition_place(sentence, at)
    if place is None:
        return sentence, at
    head, tail = sentence[: place[0]].rstrip(" ,(–—-"), sentence[place[1] :].lstrip(" ,)")
    text = f"{head} {tail}".strip()
    return text, at if at < place[0] else at + len(text) - len(sentence)


def _enclosed(text: str, at: int) -> tuple[int, int]:
    """What stands between the innermost brackets or quotation marks around a place; without any all of the text."""
    opened: list[int] = []
    for place, sign in enumerate(text[:at]):
        if opened and sign in speakers.CLOSES[text[opened[-1]]]:
            opened.pop()
        elif sign in speakers.CLOSES:
            opened.append(place)
    if not opened:
        return 0, len(text)
    ends = (text.find(sign, at) for sign in speakers.CLOSES[text[opened[-1]]])
    end = min((end for end in ends if end >= 0), default=len(text))
    is_part = _THAT.match(text, end + 1) is not None  # “a good chance” that it falls
    return (0, len(text)) if is_part else (opened[-1] + 1, end)


def _clause(text: str, at: int) -> tuple[str, int]:
    """The clause that the words at a place are in, without who said it, and where they are in it."""
    first, last = _enclosed(text, at)
    tail = _TAIL.search(text, at, last)
    end = tail.start() if tail else last
    start = max((found.end() for found in _HEAD.finditer(text, first, at)), default=first)
    ands = _AND.finditer(text, start, at)
    joins = (one.end() for one in ands if _HE.match(text, one.end()) or MODALS.search(text, start, one.start()))
    start = max(joins, default=start)
    for found in _THAT.finditer(text, start, at):
        if set(speakers.words_in(text[start : found.start()])) & (speakers.SAYS | _SURE):
            start = found.end()
    for verb in speakers.verbs(text[start:]):
        behind, is_cue = start + verb.end(), start + verb.start() == at
        says = not _WILL.match(text, at) if is_cue else text[behind:at].strip(" ,")
        if says and _WILL.search(text, behind, end):
            start, at = behind, max(at, behind)
            break
    start += len(text[start:at]) - len(text[start:at].lstrip(" ,"))
    return text[start:end].rstrip(" ,"), at - start


def take_apart(
    clause: str, at: int, days: Sequence[tuple[int, int, Span]] = (), *, keeps_denial: bool = False
) -> Statement:
    """A clause as what is to come to whom, by the words of likelihood or future at a place of it."""
    found = next((one for one in _WILL.finditer(clause) if one.end() > at), None)
    left_open = _LEFT_OPEN.search(clause, found.start() if found else at)
    if left_open and (not found or len(clause[found.end() : left_open.start()]) < _NEAR):
        if left_open[0].endswith(" "):
            return take_apart(clause[left_open.end() :], 0, keeps_denial=keeps_denial)
        subject = clause[: left_open.start()].strip(" ,")
        return Statement(subject if " " in subject else "", "")
    that = _THAT.search(clause, at)
    if that and not (found and found.start() < that.start()):
        return take_apart(clause[that.end() :], 0, keeps_denial=keeps_denial)
    if found is None:
        plain = clause if keeps_denial else re.sub(r"\b(?:никогда )?не (?=буд|стан)", "", clause)
        bare = " ".join(re.sub(r"\s+([,.])", r"\1", _HEDGES.sub(" ", _BY_WORDS.sub("", plain))).split())
        return Statement("" if _MINE.match(bare) else bare, "", plain != clause)
    denials = any(re.search(r"not|n['’]t", found[name] or "", re.IGNORECASE) for name in _DENIALS)
    subject, event = clause[: found.start()].strip(), clause[found.end() :].strip(" ,")
    is_apposed = subject.endswith(",")  # "Russia, for its part, will not"
    subject = subject.strip(" ,")
    intro = _INTRO.match(subject)
    dated = next((end for start, end, _ in days if _LEADS.fullmatch(subject[:start]) and end < len(subject)), 0)
    cut = dated or (intro.end() if intro else 0)
    if cut and subject[cut:].strip(" ,"):
        lead, subject = subject[:cut].strip(" ,"), subject[cut:].strip(" ,")
        subject = subject if _LIST.search(subject) else subject.rpartition(", ")[2]  # "besides A, B and C, they will"
        if any(end <= cut for _, end, _ in days):
            event = f"{event} {lead[:1].lower()}{lead[1:]}"
    subject = (found["object"] or found["whom"] or (subject.partition(",")[0] if is_apposed else subject)).strip()
    if subject.endswith((" I", " i")) or subject == "I" or not (event or " " in subject):
        return Statement("", "", denials)  # "I would call it likely", "they will not": no event is named
    if not subject and not denials and MODALS.match(found[0]):
        return Statement("", event, is_asked=True)
    if set(speakers.words_in(subject)) & _RELATIVE:
        return Statement(clause, "")
    is_kept = denials and (keeps_denial or _AS_LONG.search(event) is not None)
    return Statement(subject, f"not {event}" if is_kept else event, denials and not is_kept)


_NEAR = 20
_PAST = re.compile(r"\b(?:did|was|were|had|since|last|began|started)\b", re.IGNORECASE)
_AS_LONG = re.compile(
    r"\b(?:until|till)\b", re.IGNORECASE
)  # "will not end until …" without its denial is another event
_LIST = re.compile(r",?\s(?:and|or|и|или)\s[^,]+$")
_LEADS = re.compile(r"(?:(?:by|in|on|before|until|during|within|at|в|к|до)(?:\s+the)?\s*)?", re.IGNORECASE)
_SURE = speakers.word_set(
    "likely unlikely probable possible certain chance chances probability likelihood risk doubt doubtful sure "
    "clear expected sign hope fear indicates indicate shows means signals impossible inconceivable "
    "excluded out surprising surprised surprise seen question guess "
    "вероятно возможно ожидается исключено исключить исключать маловероятно сомневаюсь сомневается сомневаются "
    "сомнений сомнения уверен уверена уверены опроверг опровергла"
)
