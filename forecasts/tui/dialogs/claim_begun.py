"""What the form of a claim begins with: a prediction that is recorded, or what the sentence proposes."""

from forecasts.domain import limits
from forecasts.domain.article_views import AnswerFormat, Selection
from forecasts.domain.candidates import conditional_words
from forecasts.domain.form_values import form_texts
from forecasts.domain.formats import number_text
from forecasts.domain.kinds import Basis, QuestionKind, Side
from forecasts.domain.records import Prediction, Question, Source
from forecasts.domain.sentences import SentenceProposal
from forecasts.tui.dialogs.claim_check import UNNAMED
from forecasts.tui.widgets.autocomplete import selection_text


def claim_texts(
    said: Prediction, speaker: Source | None, question: Question | None, condition: Question | None
) -> dict[str, str]:
    """A prediction that is recorded as the form has it; of several speakers or conditions the first."""
    texts = form_texts(said)
    has_range = said.low is not None and said.high is not None
    ends = f"{_in_percent(said.low)}-{_in_percent(said.high)}" if has_range else ""
    kept = ("phrase", "claim", "claim_type", "endorsement", "probabilities", "quantiles", "scenario")
    return {name: texts[name] for name in kept} | {
        "speaker": selection_text(Selection(speaker.name, speaker.slug)) if speaker else "",
        "question": _asked_about(question),
        "number": f"{_in_percent(said.probability)} {ends}".strip(),
        "basis": said.basis.value if said.basis in {Basis.ANALYST, Basis.STATED} else "",
        "condition": _asked_about(condition),
        "condition_is": said.condition[0].outcome if said.condition else Side.YES.value,
        "vague": said.unscorable,
        "side": said.phrase_about.value,
    }


def _in_percent(share: float | None) -> str:
    return "" if share is None else number_text(round(100 * share, 6))


def _asked_about(question: Question | None) -> str:
    if question is None:
        return ""
    asked = AnswerFormat(question.kind, question.options, question.unit, f"{question.resolves_on}")
    return selection_text(Selection(question.title, question.slug, asked=asked))


_IF = frozenset({"if", "once", "should", "unless", "если", "егер"})


def begun_condition(phrase: str, paragraph: str) -> dict[str, str]:
    """What the condition begins with: the words of its sentence on which the phrase hangs."""
    words = conditional_words(paragraph, phrase)
    word, _, event = words.partition(" ")
    if word.casefold() == "only":
        word, _, event = event.partition(" ")
    if word.casefold() not in _IF:
        return {}
    title = f"{event[:1].upper()}{event[1:]}"[: limits.NAME]
    needed = Side.NO if word.casefold() == "unless" else Side.YES
    return {"condition": selection_text(Selection(title, is_new=True)), "condition_is": needed.value}


def begun_texts(said: SentenceProposal, author: str, *, is_vague: bool = False) -> dict[str, str]:
    """What the sentence proposes, by field; who said it only where that is not the `author`."""
    is_other = said.speaker.casefold() != author.casefold()
    kind = UNNAMED if said.is_unnamed else said.speaker_kind
    texts = {
        "speaker": selection_text(Selection(said.speaker)) if is_other else "",
        "speaker_kind": kind if kind and is_other else "",
    }
    if not is_vague:
        texts |= {
            "question": selection_text(Selection(said.title)),
            "criteria": said.sentence,
            "deadline": said.deadline.isoformat() if said.deadline else "",
            "kind": said.kind.value if said.kind is not QuestionKind.BINARY else "",
            "options": "; ".join(said.options),
            "unit": said.unit,
            "number": said.number,
            "quantiles": said.value.replace(",", ""),
        }
    return {name: text for name, text in texts.items() if text}
