"""A claim as it is typed, what is wrong with it, and the intent that it comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from forecasts.domain import limits
from forecasts.domain.article_views import PassageInText
from forecasts.domain.candidates import Lexicon, PhraseTold, tell
from forecasts.domain.claims import Asked, NewQuestion, NewSource, Picked, RecordClaim, offered_claim
from forecasts.domain.kinds import OPTION_KINDS, ClaimType, Endorsement, QuestionKind, Side, SourceKind
from forecasts.domain.records import Question
from forecasts.domain.texts import find_words
from forecasts.services.drafting import check_texts
from forecasts.tui.dialogs.claim_numbers import number_field, numbers_of_kind, numbers_of_yes
from forecasts.tui.show import long_day

KINDS_OF_SOURCE = tuple(SourceKind)
KINDS_OF_QUESTION = tuple(QuestionKind)
CLAIM_TYPES = tuple(ClaimType)
SIDES = tuple(Side)
ENDORSEMENTS = tuple(Endorsement)
TOLD = -1


@dataclass(frozen=True, slots=True)
class ClaimGround:
    """What a claim is recorded from; `rejected` is what of the paragraph was judged before to be no prediction."""

    article: str
    authors: tuple[str, ...]
    paragraph: int
    text: str
    published_on: date
    lexicon: Lexicon
    rejected: tuple[PassageInText, ...] = ()


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
    kind: int = 0
    options: str = ""
    unit: str = ""
    number: str = ""
    probabilities: str = ""
    quantiles: str = ""
    claim_type: int = TOLD
    side: int = TOLD
    endorsement: int = TOLD
    claim: str = ""


def plain_draft(draft: ClaimDraft) -> dict[str, Any]:
    """A draft as it is kept on disk."""
    return asdict(draft)


def read_draft(plain: Mapping[str, Any]) -> ClaimDraft | None:
    """A draft as it was kept; None where there is none that can be read."""
    try:
        picked = {name: _read_picked(plain[name]) for name in ("speaker", "question")}
        draft = ClaimDraft(**{**plain, **picked})
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    texts = [getattr(draft, name) for name in _TEXTS]
    named = [text for one in picked.values() for text in (one.text, one.slug, one.asked.unit, *one.asked.options)]
    are_texts = all(isinstance(text, str) for text in (*texts, *named))
    are_choices = all(getattr(draft, name) in allowed for name, allowed in _CHOICES.items())
    return draft if are_texts and are_choices else None


_TEXTS = (
    *("phrase", "criteria", "deadline", "where", "options", "unit"),
    *("number", "probabilities", "quantiles", "claim"),
)
_CHOICES = {
    "claim_type": range(TOLD, len(CLAIM_TYPES)),
    "side": range(TOLD, len(SIDES)),
    "endorsement": range(TOLD, len(ENDORSEMENTS)),
    "speaker_kind": range(len(KINDS_OF_SOURCE)),
    "kind": range(len(KINDS_OF_QUESTION)),
}


def _read_picked(plain: Mapping[str, Any]) -> Picked:
    asked = Asked(**plain.get("asked", {}))
    return Picked(**{**plain, "asked": Asked(QuestionKind(asked.kind), tuple(asked.options), asked.unit)})


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with each field, how the others were understood, and the intent if nothing is wrong.

    `asked` is how the question is answered, as far as it is known.
    """

    wrong: Mapping[str, str]
    hints: Mapping[str, str]
    told: PhraseTold
    endorsement: Endorsement
    asked: Asked
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
    question, asked = _question(draft, ground, wrong, hints)
    endorsement = ENDORSEMENTS[draft.endorsement] if draft.endorsement != TOLD else _endorsement(draft, ground)
    is_binary = asked.kind is QuestionKind.BINARY
    numbers = (
        numbers_of_yes(draft.number, told, claim_type, ground.lexicon)
        if is_binary
        else numbers_of_kind(getattr(draft, number_field(asked.kind)), asked, claim_type, ground.published_on)
    )
    hints[numbers.field] = numbers.hint
    if numbers.wrong:
        wrong[numbers.field] = numbers.wrong
    offered = offered_claim(draft.phrase.strip(), draft.question.text.strip())
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
            phrase_about=told.side if is_binary else Side.YES,
            endorsement=endorsement,
            probability=numbers.probability,
            low=numbers.low,
            high=numbers.high,
            standard=numbers.standard,
            probabilities=numbers.probabilities,
            quantiles=numbers.quantiles,
        )
    return Checked(wrong, hints, told, endorsement, asked, intent)


def _check_phrase(phrase: str, ground: ClaimGround, wrong: dict[str, str], hints: dict[str, str]) -> None:
    count = len(phrase.split())
    if not phrase:
        wrong["phrase"] = "the words that carry the claim, as they stand in the paragraph"
    elif count > limits.PHRASE_WORDS or len(phrase) > limits.PHRASE:
        wrong["phrase"] = f"{count} words: cut it to the {limits.PHRASE_WORDS} that carry the likelihood"
    elif find_words(phrase, ground.text) is None:
        wrong["phrase"] = f"these words do not stand so in paragraph {ground.paragraph}"
    else:
        fits = f"{count} of at most {limits.PHRASE_WORDS} words, verbatim in paragraph {ground.paragraph}"
        hints["phrase"] = " · ".join((*_rejected_before(phrase, ground), fits))


def _rejected_before(phrase: str, ground: ClaimGround) -> Iterator[str]:
    """The passages that share words with the phrase and were judged to be no prediction."""
    start, end = find_words(phrase, ground.text) or (0, 0)
    for passage in ground.rejected:
        first, last = passage.words or (0, 0)
        if first < end and start < last:
            yield f"! rejected before as no prediction ({passage.record.reason.value}): “{passage.record.phrase}”"


def _speaker(draft: ClaimDraft, wrong: dict[str, str]) -> str | NewSource:
    name = draft.speaker.text.strip()
    if draft.speaker.slug:
        return draft.speaker.slug
    if not name or not draft.speaker.is_new:
        wrong["speaker"] = "whose claim it is: type, and choose with enter"
    elif len(name) > limits.NAME:
        wrong["speaker"] = f"at most {limits.NAME} characters"
    return NewSource(name=name, kind=KINDS_OF_SOURCE[draft.speaker_kind])


_TYPED_AS = {
    "question": "title",
    "kind": "kind",
    "criteria": "criteria",
    "deadline": "resolves_on",
    "where": "resolution_source",
    "options": "options",
    "unit": "unit",
}
"""The fields of a new question here, and what the record calls them."""


def _question(
    draft: ClaimDraft, ground: ClaimGround, wrong: dict[str, str], hints: dict[str, str]
) -> tuple[str | NewQuestion, Asked]:
    if draft.question.slug:
        return draft.question.slug, draft.question.asked
    kind = KINDS_OF_QUESTION[draft.kind]
    asked = Asked(kind, tuple(part.strip() for part in draft.options.split(";") if part.strip()), draft.unit.strip())
    if not draft.question.text.strip() or not draft.question.is_new:
        wrong["question"] = "the event it speaks of: type, and choose with enter"
        return "", asked
    is_binary = kind is QuestionKind.BINARY
    calls = "call yes or no alike" if is_binary else "answer alike"
    hints["question"] = f"a new question: one event that two strangers would {calls}"
    hints["criteria"] = (
        "event and threshold: what makes it YES, what NO, to the number and the place"
        if is_binary
        else "what is counted or compared, to the number and the place, and which answer then holds"
    )
    hints["where"] = "the source of truth: who would report it, and who decides where reports differ"
    return _new_question(draft, ground, wrong, hints), asked


def _new_question(
    draft: ClaimDraft, ground: ClaimGround, wrong: dict[str, str], hints: dict[str, str]
) -> str | NewQuestion:
    kind = KINDS_OF_QUESTION[draft.kind]
    typed = {
        "slug": "new-question",
        "title": draft.question.text,
        "kind": kind.value,
        "criteria": draft.criteria,
        "resolves_on": draft.deadline,
        "resolution_source": draft.where,
        "options": draft.options if kind in OPTION_KINDS else "",
        "unit": draft.unit if kind is QuestionKind.NUMERIC else "",
    }
    checked = check_texts("question", typed, ground.published_on)
    wrong.update({name: checked.wrong[of] for name, of in _TYPED_AS.items() if of in checked.wrong})
    if not draft.criteria.strip():
        wrong["criteria"] = (
            "what makes it YES, what NO: the event and its threshold, to the number and the place"
            if kind is QuestionKind.BINARY
            else hints["criteria"]
        )
    if not draft.deadline.strip():
        wrong["deadline"] = "the last day that counts: never shorter than a fair reader would have waited"
    if kind in OPTION_KINDS and not draft.options.strip():
        wrong["options"] = "what it can come to, separated by semicolons" + (
            ", in their order" if kind is QuestionKind.ORDERED else ""
        )
    question = checked.record
    if not isinstance(question, Question):
        return ""
    hints["deadline"] = f"{long_day(question.resolves_on)}, that day included"
    return NewQuestion(
        title=question.title,
        criteria=question.criteria,
        resolves_on=question.resolves_on,
        resolution_source=question.resolution_source,
        kind=question.kind,
        options=question.options,
        unit=question.unit,
    )


def _endorsement(draft: ClaimDraft, ground: ClaimGround) -> Endorsement:
    return Endorsement.OWN if draft.speaker.slug in ground.authors or not ground.authors else Endorsement.RELAYED
