"""A claim as it is being typed: what is wrong with each field, and the intent that they come to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from forecasts.domain import limits
from forecasts.domain.article_views import AnswerFormat, PassageInText, RecordClaim, Selection, find_words
from forecasts.domain.candidates import Lexicon, conditional_words, tell
from forecasts.domain.glossary import TOO_VAGUE
from forecasts.domain.kinds import (
    OPTION_KINDS,
    Basis,
    ClaimType,
    DeadlineBasis,
    Endorsement,
    QuestionKind,
    Side,
    SourceKind,
)
from forecasts.domain.records import Prediction, Question, Scenario, Source
from forecasts.domain.sentence_answers import deadline_in, kind_asked
from forecasts.domain.sentences import SentenceProposal
from forecasts.domain.speakers import is_quoted
from forecasts.services.drafting import check_texts
from forecasts.tui.dialogs.claim_fields import UNNAMED
from forecasts.tui.dialogs.claim_numbers import Numbers, is_stated, number_field, numbers_of_kind, numbers_of_yes
from forecasts.tui.dialogs.form_fields import Checked, Texts
from forecasts.tui.show import long_day
from forecasts.tui.widgets.autocomplete import read_selection

_Said = dict[str, str]
_PROPOSED = "proposed from the sentence"
_OF_A_QUESTION = (
    *(
        "question",
        "criteria",
        "deadline",
        "deadline_basis",
        "where",
        "kind",
        "options",
        "unit",
        "number",
        "probabilities",
        "quantiles",
    ),
    *("basis", "condition", "condition_is", "condition_due", "side"),
)


@dataclass(frozen=True, slots=True)
class ClaimGround:
    """What a claim is recorded from; `rejected` is what of the paragraph was judged before to be no prediction, `near`
    about where in it the words begin."""

    article: str
    authors: tuple[str, ...]
    paragraph: int
    text: str
    published_on: date
    lexicon: Lexicon
    rejected: tuple[PassageInText, ...] = ()
    sentence: SentenceProposal | None = None
    proposed: Mapping[str, str] = field(default_factory=dict)
    """What of the form the sentence proposed."""
    near: int = 0

    def place(self, phrase: str) -> tuple[int, int]:
        """Where words of the paragraph begin and end; its beginning, where they do not stand in it."""
        return find_words(phrase, self.text, self.near) or (0, 0)


def check_claim(texts: Texts, ground: ClaimGround) -> Checked[RecordClaim]:
    """Read what was typed."""
    wrong: dict[str, str] = {}
    hints: dict[str, str] = {}
    advice: dict[str, str] = {}
    phrase = texts["phrase"].strip()
    speaker, question_picked = read_selection(texts["speaker"]), read_selection(texts["question"])
    said, is_known = ground.sentence, bool(question_picked.slug)
    denied = said.side if said and not is_known and question_picked.text == said.title else None
    before = ground.text[: ground.place(phrase)[0]]
    told = tell(phrase, ground.lexicon.phrases, before, side=Side(texts["side"]) if texts["side"] else denied)
    if why := wrong_phrase(phrase, ground.paragraph, ground.text):
        wrong["phrase"] = why
    else:
        most = f"{len(phrase.split())} of at most {limits.PHRASE_WORDS} words"
        advice["phrase"] = f"{most}, verbatim in paragraph {ground.paragraph}"
        hints["phrase"] = " · ".join(_rejected_before(phrase, ground))
    source = _speaker(speaker, texts["speaker_kind"], wrong)
    if is_quoted(ground.text, len(before)) and (not speaker.text or speaker.slug in ground.authors):
        hints["speaker"] = "the words stand in quotation marks: who says them?"
    vague = texts["vague"]
    asked = AnswerFormat()
    question: str | Question = ""
    numbers = Numbers("number")
    if vague:
        hints["vague"] = TOO_VAGUE.get(vague, ("",))[0]
    else:
        question, asked = _question(question_picked, texts, ground, wrong, hints, advice)
    is_percent = not vague and asked.kind is QuestionKind.BINARY
    told_type = told.claim_type
    if told_type is ClaimType.POSSIBILITY and is_percent and is_stated(texts["number"].strip(), ground.text):
        told_type = ClaimType.FORECAST
    claim_type = ClaimType(texts["claim_type"]) if texts["claim_type"] else told_type
    if not vague:
        numbers = (
            numbers_of_yes(texts["number"], told, claim_type, ground.lexicon)
            if is_percent
            else numbers_of_kind(texts[number_field(asked.kind)], asked, claim_type, ground.published_on)
        )
    hints[numbers.field] = numbers.hint
    if numbers.wrong:
        wrong[numbers.field] = numbers.wrong
    own = speaker.slug in ground.authors or not ground.authors
    endorsement = Endorsement(texts["endorsement"] or (Endorsement.OWN if own else Endorsement.RELAYED))
    typed = texts[numbers.field].strip()
    basis = Basis(texts["basis"] or (Basis.STATED if is_stated(typed, ground.text) else Basis.ANALYST))
    due = question.resolves_on.isoformat() if isinstance(question, Question) else asked.due
    condition, condition_text = _condition(texts, ground, date.fromisoformat(due) if due else None, wrong, hints)
    scenario = _scenario(texts, wrong, hints) if vague or question_picked.is_new else ""
    title = "" if vague else question_picked.text.strip()
    offered = f"“{phrase}”: {title}" if title else f"“{phrase}”"
    intent = None
    if not wrong:
        number_from = basis if typed and basis is Basis.STATED else Basis.ANALYST
        prediction = Prediction(
            slug="",
            speakers=(),
            article=ground.article,
            paragraph=ground.paragraph,
            phrase=phrase,
            claim=texts["claim"].strip() or offered,
            claim_type=claim_type,
            phrase_about=told.side if asked.kind is QuestionKind.BINARY else Side.YES,
            endorsement=endorsement,
            probability=numbers.probability,
            low=numbers.low,
            high=numbers.high,
            standard=numbers.standard,
            basis=Basis.STANDARD if numbers.standard else number_from,
            probabilities=numbers.probabilities,
            quantiles=numbers.quantiles,
            unscorable=vague,
            condition_text=condition_text,
        )
        condition_is = texts["condition_is"].strip() if condition else ""
        intent = RecordClaim(
            prediction=prediction,
            speaker=source,
            question=question,
            condition=condition,
            condition_is=condition_is,
            scenario=scenario,
        )
    hints |= {name: " · ".join(filter(None, (_PROPOSED, hints.get(name)))) for name in as_proposed(texts, ground)}
    return Checked(
        wrong=wrong,
        hints=hints,
        advice=advice,
        answer=intent,
        hidden=_not_asked(texts, asked.kind, is_new_source=speaker.is_new, is_new=question_picked.is_new),
        follows={
            "kind": asked.kind.value,
            "claim_type": told_type.value,
            "side": told.side.value,
            "endorsement": endorsement.value,
            "basis": basis.value,
            "claim": offered if title or vague else "",
            **({"deadline_basis": question.deadline_basis.value} if isinstance(question, Question) else {}),
        },
    )


def as_proposed(texts: Texts, ground: ClaimGround) -> set[str]:
    """The fields in which what the sentence proposes stands as it was proposed."""
    said = {name: (text, read_selection(text).text) for name, text in ground.proposed.items()}
    now = {name: (texts[name], read_selection(texts[name]).text) for name in said}
    return {name for name, (text, named) in said.items() if now[name][0] == text or now[name][1] == named != ""}


def _condition(
    texts: Texts, ground: ClaimGround, due: date | None, wrong: dict[str, str], hints: dict[str, str]
) -> tuple[str | Question, str]:
    """The question on which the claim hangs, and the words that say so; a new one is due with the claim's own."""
    picked = read_selection(texts["condition"])
    words = conditional_words(ground.text, ground.place(texts["phrase"].strip())[0])
    title = picked.text.strip()
    if not title:
        hints["condition"] = f"“{words}”: what must come first?" if words else ""
        return "", ""
    if not texts["condition_is"].strip():
        wrong["condition_is"] = "what it must come to: yes, no, an option, a number or a day"
    if picked.slug:
        return picked.slug, words
    if not picked.is_new:
        wrong["condition"] = "the event on which it hangs: type, and choose with enter; or leave it empty"
        return "", words
    due = deadline_in(title, ground.published_on) or due or ground.published_on.replace(month=12, day=31)
    if texts["condition_due"].strip():
        typed = {"slug": "it", "title": title, "criteria": title, "resolves_on": texts["condition_due"]}
        checked = check_texts("question", typed, ground.published_on)
        if "resolves_on" in checked.wrong or not isinstance(checked.record, Question):
            wrong["condition_due"] = checked.wrong.get("resolves_on", "the last day that counts")
            return "", words
        due = checked.record.resolves_on
    hints["condition"] = f"a new question, due {long_day(due)}: put its criteria right later"
    return Question(slug="", title=title, criteria=words or title, resolves_on=due), words


def _scenario(texts: Texts, wrong: _Said, hints: _Said) -> str | Scenario:
    picked = read_selection(texts["scenario"])
    if picked.is_new:
        hints["scenario"] = "a new scenario"
        return Scenario(slug="", title=picked.text.strip())
    if picked.text.strip() and not picked.slug:
        wrong["scenario"] = "what it is part of: type, and choose with enter; or leave it empty"
    return picked.slug


def _not_asked(texts: Texts, kind: QuestionKind, *, is_new_source: bool, is_new: bool) -> tuple[str, ...]:
    """The fields that not every claim has, where this one has them not."""
    if texts["vague"]:
        return (*(() if is_new_source else ("speaker_kind",)), *_OF_A_QUESTION)
    asked = {
        "speaker_kind": is_new_source,
        **dict.fromkeys(("criteria", "deadline", "deadline_basis", "where", "kind"), is_new),
        "options": is_new and kind in OPTION_KINDS,
        "unit": is_new and kind is QuestionKind.NUMERIC,
        **{name: number_field(kind) == name for name in ("number", "probabilities", "quantiles")},
        "side": kind is QuestionKind.BINARY,
        "basis": bool(texts[number_field(kind)].strip()),
        "condition_is": bool(texts["condition"].strip()),
        "condition_due": read_selection(texts["condition"]).is_new,
        "scenario": is_new,
    }
    return tuple(name for name, is_asked in asked.items() if not is_asked)


def wrong_phrase(phrase: str, number: int, paragraph: str) -> str:
    """Why words can be no phrase of a paragraph; empty where they can."""
    if not phrase:
        return "the words, as they stand in the paragraph"
    count = len(phrase.split())
    if count > limits.PHRASE_WORDS or len(phrase) > limits.PHRASE:
        return f"{count} words: cut it to the {limits.PHRASE_WORDS} that carry the likelihood"
    return f"these words do not stand so in paragraph {number}" if find_words(phrase, paragraph) is None else ""


def _rejected_before(phrase: str, ground: ClaimGround) -> Iterator[str]:
    """The passages that share words with the phrase and were judged to be no prediction."""
    start, end = ground.place(phrase)
    for passage in ground.rejected:
        first, last = passage.words or (0, 0)
        if first < end and start < last:
            yield f"! rejected before as no prediction ({passage.record.reason.value}): “{passage.record.phrase}”"


def _speaker(picked: Selection, kind: str, wrong: dict[str, str]) -> str | Source:
    name = picked.text.strip()
    if picked.slug:
        return picked.slug
    if not name or not picked.is_new:
        wrong["speaker"] = "whose prediction it is: type, and choose with enter"
    elif len(name) > limits.NAME:
        wrong["speaker"] = f"at most {limits.NAME} characters"
    if kind == UNNAMED:
        return Source(slug="", name=name, kind=SourceKind.GROUP, anonymous=True)
    return Source(slug="", name=name, kind=SourceKind(kind or next(iter(SourceKind))))


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
    picked: Selection, texts: Texts, ground: ClaimGround, wrong: _Said, hints: _Said, advice: _Said
) -> tuple[str | Question, AnswerFormat]:
    if picked.slug:
        return picked.slug, picked.asked
    kind = QuestionKind(texts["kind"] or kind_asked(picked.text.strip()))
    options = tuple(part.strip() for part in texts["options"].split(";") if part.strip())
    asked = AnswerFormat(kind, options, texts["unit"].strip())
    if not picked.text.strip() or not picked.is_new:
        wrong["question"] = "the event it speaks of: type, and choose with enter"
        return "", asked
    is_binary = kind is QuestionKind.BINARY
    calls = "call yes or no alike" if is_binary else "answer alike"
    hints["question"] = "a new question"
    advice["question"] = f"one event that two strangers would {calls}"
    advice["criteria"] = (
        "event and threshold: what makes it YES, what NO, to the number and the place"
        if is_binary
        else "what is counted or compared, to the number and the place, and which answer then holds"
    )
    advice["where"] = "the source of truth: who would report it, and who decides where reports differ"
    if not texts["criteria"].strip():
        wrong["criteria"] = advice["criteria"]
    return _new_question(picked.text, kind, texts, ground, wrong, hints), asked


def _new_question(
    title: str, kind: QuestionKind, texts: Texts, ground: ClaimGround, wrong: _Said, hints: _Said
) -> str | Question:
    named = deadline_in(title, ground.published_on)
    typed = {
        "slug": "new-question",
        "title": title,
        "kind": kind.value,
        "criteria": texts["criteria"].strip() or title,
        "resolves_on": texts["deadline"].strip() or (named.isoformat() if named else ""),
        "resolution_source": texts["where"],
        "options": texts["options"] if kind in OPTION_KINDS else "",
        "unit": texts["unit"] if kind is QuestionKind.NUMERIC else "",
    }
    checked = check_texts("question", typed, ground.published_on)
    wrong.update({name: checked.wrong[of] for name, of in _TYPED_AS.items() if of in checked.wrong})
    if not typed["resolves_on"]:
        wrong["deadline"] = "the last day that counts: never shorter than a fair reader would have waited"
    if kind in OPTION_KINDS and not texts["options"].strip():
        wrong["options"] = "what it can come to, separated by semicolons" + (
            ", in their order" if kind is QuestionKind.ORDERED else ""
        )
    question = checked.record
    if not isinstance(question, Question):
        return ""
    by_title = "" if texts["deadline"].strip() else "by the question's words: "
    hints["deadline"] = f"{by_title}{long_day(question.resolves_on)} included"
    said = ground.sentence.deadline if ground.sentence else None
    follows = DeadlineBasis.STATED if said == question.resolves_on else DeadlineBasis.ANALYST
    return replace(question, slug="", deadline_basis=DeadlineBasis(texts["deadline_basis"] or follows))
