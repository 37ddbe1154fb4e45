"""A claim as it is typed, what is wrong with it, and the intent that it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from forecasts.domain import limits
from forecasts.domain.candidates import Lexicon, PhraseTold, tell
from forecasts.domain.claims import NewQuestion, NewSource, Picked, RecordClaim
from forecasts.domain.date_words import read_day
from forecasts.domain.kinds import ClaimType, Endorsement, Side, SourceKind
from forecasts.domain.texts import find_words
from forecasts.tui.show import long_day, percent, percent_range

KINDS_OF_SOURCE = tuple(SourceKind)
CLAIM_TYPES = tuple(ClaimType)
SIDES = tuple(Side)
ENDORSEMENTS = tuple(Endorsement)
TOLD = -1


@dataclass(frozen=True, slots=True)
class ClaimGround:
    """What a claim is recorded from."""

    article: str
    authors: tuple[str, ...]
    paragraph: int
    text: str
    published_on: date
    lexicon: Lexicon


@dataclass(frozen=True, slots=True)
class ClaimDraft:
    """Everything as it is typed. A choice that is `TOLD` follows from the words."""

    phrase: str = ""
    speaker: Picked = field(default_factory=Picked)
    speaker_kind: int = 0
    question: Picked = field(default_factory=Picked)
    criteria: str = ""
    deadline: str = ""
    where: str = ""
    number: str = ""
    claim_type: int = TOLD
    side: int = TOLD
    endorsement: int = TOLD
    claim: str = ""


def plain_draft(draft: ClaimDraft) -> dict[str, Any]:
    """A draft as it is kept on disk."""
    return asdict(draft)


def read_draft(plain: Mapping[str, Any]) -> ClaimDraft | None:
    """A draft as it was kept; None where there is none that can be read."""
    choices = {"claim_type": CLAIM_TYPES, "side": SIDES, "endorsement": ENDORSEMENTS}
    try:
        picked = {name: Picked(**plain[name]) for name in ("speaker", "question")}
        draft = ClaimDraft(**{**plain, **picked})
    except (KeyError, TypeError):
        return None
    texts = (draft.phrase, draft.criteria, draft.deadline, draft.where, draft.number, draft.claim)
    named = tuple(text for one in picked.values() for text in (one.text, one.slug))
    are_texts = all(isinstance(text, str) for text in (*texts, *named))
    are_choices = all(getattr(draft, name) in range(TOLD, len(kinds)) for name, kinds in choices.items())
    return draft if are_texts and are_choices and draft.speaker_kind in range(len(KINDS_OF_SOURCE)) else None


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with each field, how the others were understood, and the intent if nothing is wrong."""

    wrong: Mapping[str, str]
    hints: Mapping[str, str]
    told: PhraseTold
    endorsement: Endorsement
    intent: RecordClaim | None


def check(draft: ClaimDraft, ground: ClaimGround) -> Checked:
    """Read a draft."""
    wrong: dict[str, str] = {}
    hints: dict[str, str] = {}
    phrase = draft.phrase.strip()
    side = SIDES[draft.side] if draft.side != TOLD else None
    told = tell(phrase, ground.lexicon.phrases, side=side)
    claim_type = CLAIM_TYPES[draft.claim_type] if draft.claim_type != TOLD else told.claim_type
    _check_phrase(phrase, ground, wrong, hints)
    speaker = _speaker(draft, wrong)
    question = _question(draft, ground, wrong, hints)
    endorsement = ENDORSEMENTS[draft.endorsement] if draft.endorsement != TOLD else _endorsement(draft, ground)
    numbers, standard = _number(draft, told, claim_type, ground, wrong, hints)
    offered = offered_claim(draft)
    hints["claim"] = "" if draft.claim.strip() or not draft.question.text.strip() else offered
    intent = None
    if not wrong:
        intent = RecordClaim(
            article=ground.article,
            paragraph=ground.paragraph,
            phrase=phrase,
            speaker=speaker,
            question=question,
            claim=draft.claim.strip() or offered,
            claim_type=claim_type,
            phrase_about=told.side,
            endorsement=endorsement,
            probability=numbers[0],
            low=numbers[1],
            high=numbers[2],
            standard=standard,
        )
    return Checked(wrong, hints, told, endorsement, intent)


def offered_claim(draft: ClaimDraft) -> str:
    """The claim in words where none are typed: the phrase, and what it is about."""
    return f"“{draft.phrase.strip()}”: {draft.question.text.strip()}"


def read_percents(text: str) -> tuple[float | None, float | None, float | None]:
    """A number with its range, in percent: `70`, `70 60-80`, `60-80`. ValueError says what is expected."""
    expected = "percent: 70, or 70 60-80 with its range"
    parts = text.replace("%", " ").replace("–", "-").replace(",", ".").split()
    point: float | None = None
    low: float | None = None
    high: float | None = None
    for part in parts:
        first, dash, last = part.partition("-")
        try:
            numbers = [float(one) / 100 for one in ((first, last) if dash else (first,))]
        except ValueError:
            raise ValueError(expected) from None
        if not all(0 <= number <= 1 for number in numbers):
            raise ValueError(expected)
        if dash and low is None:
            low, high = numbers
        elif not dash and point is None:
            point = numbers[0]
        else:
            raise ValueError(expected)
    if point is None and low is not None and high is not None:
        point = round((low + high) / 2, 12)
    if low is not None and high is not None and point is not None and not low <= point <= high:
        msg = "a range that holds the number, the lower end first"
        raise ValueError(msg)
    return point, low, high


def _check_phrase(phrase: str, ground: ClaimGround, wrong: dict[str, str], hints: dict[str, str]) -> None:
    count = len(phrase.split())
    if not phrase:
        wrong["phrase"] = "the words that carry the claim, as they stand in the paragraph"
    elif count > limits.PHRASE_WORDS or len(phrase) > limits.PHRASE:
        wrong["phrase"] = f"{count} words: cut it to the {limits.PHRASE_WORDS} that carry the likelihood"
    elif find_words(phrase, ground.text) is None:
        wrong["phrase"] = f"these words do not stand so in paragraph {ground.paragraph}"
    else:
        hints["phrase"] = f"{count} of at most {limits.PHRASE_WORDS} words, verbatim in paragraph {ground.paragraph}"


def _speaker(draft: ClaimDraft, wrong: dict[str, str]) -> str | NewSource:
    name = draft.speaker.text.strip()
    if draft.speaker.slug:
        return draft.speaker.slug
    if not name or not draft.speaker.is_new:
        wrong["speaker"] = "whose claim it is: type, and choose with enter"
    elif len(name) > limits.NAME:
        wrong["speaker"] = f"at most {limits.NAME} characters"
    return NewSource(name=name, kind=KINDS_OF_SOURCE[draft.speaker_kind])


def _question(
    draft: ClaimDraft, ground: ClaimGround, wrong: dict[str, str], hints: dict[str, str]
) -> str | NewQuestion:
    title = draft.question.text.strip()
    if draft.question.slug:
        return draft.question.slug
    if not title or not draft.question.is_new:
        wrong["question"] = "the event it speaks of: type, and choose with enter"
        return ""
    if len(title) > limits.NAME:
        wrong["question"] = f"at most {limits.NAME} characters"
    hints["question"] = "a new question: one event that two strangers would call yes or no alike"
    hints["criteria"] = "event and threshold: what makes it YES, what NO, to the number and the place"
    hints["where"] = "the source of truth: who would report it, and who decides where reports differ"
    if not draft.criteria.strip():
        wrong["criteria"] = "what makes it YES, what NO: the event and its threshold, to the number and the place"
    if not draft.deadline.strip():
        wrong["deadline"] = "the last day that counts: never shorter than a fair reader would have waited"
        return ""
    try:
        deadline = read_day(draft.deadline, ground.published_on)
    except ValueError as error:
        wrong["deadline"] = str(error)
        return ""
    hints["deadline"] = f"{long_day(deadline)}, that day included"
    return NewQuestion(
        title=title, criteria=draft.criteria.strip(), resolves_on=deadline, resolution_source=draft.where.strip()
    )


def _endorsement(draft: ClaimDraft, ground: ClaimGround) -> Endorsement:
    return Endorsement.OWN if draft.speaker.slug in ground.authors or not ground.authors else Endorsement.RELAYED


def _number(
    draft: ClaimDraft,
    told: PhraseTold,
    claim_type: ClaimType,
    ground: ClaimGround,
    wrong: dict[str, str],
    hints: dict[str, str],
) -> tuple[tuple[float | None, float | None, float | None], str]:
    nothing = (None, None, None)
    if draft.number.strip():
        try:
            numbers = read_percents(draft.number)
        except ValueError as error:
            wrong["number"] = str(error)
            return nothing, ""
        hints["number"] = f"P(yes) {percent(numbers[0])}{_in_brackets(numbers[1], numbers[2])}, by you"
        return numbers, ""
    if told.number is not None:
        number = told.number
        who = f"“{told.term}” by {ground.lexicon.standard_title}" if told.given_by == "standard" else "flat will"
        hints["number"] = f"P(yes) {percent(number.probability)}{_in_brackets(number.low, number.high)}: {who}"
        if told.given_by == "standard":
            return nothing, ground.lexicon.standard
        return (number.probability, number.low, number.high), ""
    if claim_type is ClaimType.FORECAST:
        wrong["number"] = "no scale lists these words: P(yes) in percent, 70 or 70 60-80"
    else:
        hints["number"] = "none is needed: it is counted, not scored"
    return nothing, ""


def _in_brackets(low: float | None, high: float | None) -> str:
    allowed = percent_range(low, high)
    return f" ({allowed})" if allowed else ""
