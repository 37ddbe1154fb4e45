"""A resolution as it is being typed: its fields, and what the rules of the record say of what is typed."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import NamedTuple, TypeVar

from forecasts.domain import limits
from forecasts.domain.date_words import EXAMPLES, in_words, read_day, read_words
from forecasts.domain.form_values import form_texts, parse_form
from forecasts.domain.formats import day_text, value_text
from forecasts.domain.glossary import label, terms
from forecasts.domain.intents import ResolveQuestion
from forecasts.domain.kinds import NOT_BY_DEADLINE, Certainty, QuestionKind, Side, VoidReason
from forecasts.domain.question_rules import odd_known, read_outcome, resolution_problems
from forecasts.domain.record_rules import record_problems
from forecasts.domain.records import Evidence, Question, Resolution
from forecasts.domain.views import QuestionPage
from forecasts.errors import Problem
from forecasts.text import safe
from forecasts.tui.dialogs.form_fields import Checked, FormField, Texts, word_field
from forecasts.tui.show import long_day

T = TypeVar("T")

PARTS = {
    "title": "title",
    "published_on": "its date",
    "url": "address",
    "archived_url": "archived address",
    "quote": "words from it",
    "note": "note",
}
"""The parts of an item of evidence in the order in which they are asked, as the record and as the dialog calls them."""
_VALUE_LABELS = {QuestionKind.NUMERIC: "What number", QuestionKind.DATE: "Which day"}
_UNIT = 40


class Verdict(NamedTuple):
    """One thing that can have happened: an outcome, a value still to be typed (`outcome` None), or a void reason."""

    label: str
    outcome: str | None = ""
    void: VoidReason | None = None


def verdicts(question: Question) -> tuple[Verdict, ...]:
    """What can have happened on a question of its kind, or why it is void."""
    match question.kind:
        case QuestionKind.BINARY:
            happened = tuple(Verdict(side.value, side.value) for side in Side)
        case QuestionKind.NUMERIC:
            happened = (Verdict(f"a number{f' ({question.unit})' if question.unit else ''}", None),)
        case QuestionKind.DATE:
            happened = (Verdict("on a day", None), Verdict("not by the deadline", NOT_BY_DEADLINE))
        case _:
            happened = tuple(Verdict(option, option) for option in question.options)
    return (*happened, *(Verdict(label(reason), void=reason) for reason in VoidReason))


def void_texts(question: Question) -> Texts:
    """A form that begins with the first void reason."""
    return {"outcome": next(verdict.label for verdict in verdicts(question) if verdict.void)}


def resolve_fields(page: QuestionPage, texts: Texts) -> tuple[FormField, ...]:
    """The fields in the order in which one thinks of them; as many items of evidence as `texts` has."""
    question = page.question
    options = tuple(verdict.label for verdict in verdicts(question))
    count = max((place for name in texts if (place := _evidence_number(name)) is not None), default=0) + 1
    void = terms(VoidReason)
    why = FormField(name="supersede_reason", label="Why replaced")
    at_first = options[0] if verdicts(question)[0].outcome is None else ""
    return (
        FormField(
            name="outcome", label="What happened", choices=options, choice_labels=options, default=at_first, terms=void
        ),
        FormField(name="value", label=_VALUE_LABELS.get(question.kind, ""), placeholder=_typed_as(question)),
        FormField(name="known_on", label="Known on", placeholder="2022-01-19, 19 Jan 2022, 2022-01-19..2022-01-21"),
        *(field for place in range(min(count, limits.EVIDENCE)) for field in evidence_fields(place)),
        FormField(name="note", label="Note", is_prose=True),
        word_field("certainty", "Certainty", Certainty, default=Certainty.HIGH.value),
        *((why,) if _in_force(page) else ()),
    )


def evidence_fields(place: int) -> tuple[FormField, ...]:
    hints = {"url": "address: https://…", "archived_url": "archived: https://…"}
    return tuple(
        FormField(
            name=f"evidence.{place}.{part}", label=label, group=f"Evidence {place + 1}", placeholder=hints.get(part, "")
        )
        for part, label in PARTS.items()
    )


def _evidence_number(name: str) -> int | None:
    head, _, rest = name.partition(".")
    place = rest.partition(".")[0]
    return int(place) if head == "evidence" and place.isascii() and place.isdigit() and len(place) <= 3 else None


def _typed_as(question: Question) -> str:
    if question.kind is not QuestionKind.NUMERIC:
        return EXAMPLES
    return f"in {safe(question.unit, _UNIT)}, such as 12 or 0.5" if question.unit else "such as 12 or 0.5"


LABELS = {
    "outcome": "What happened",
    "known_on": "Known on",
    "evidence": "Evidence",
    "note": "Note",
    "certainty": "Certainty",
    "supersede_reason": "Why replaced",
}
"""What can be typed of a resolution, as the dialog calls it."""


def resolution_in_words(texts: Texts, question: Question) -> dict[str, str]:
    """What was typed as it reads, by the names of `LABELS`."""
    chosen = _verdict(texts, question)
    happened = (texts.get("value", "") if chosen.outcome is None else chosen.label) if chosen else ""
    items = (tuple(item.values()) for item in _items(texts).values())
    return {
        "outcome": happened,
        "known_on": texts.get("known_on", ""),
        "evidence": "\n".join(" · ".join(part for part in parts if part) for parts in items if any(parts)),
        "note": texts.get("note", ""),
        "certainty": texts.get("certainty", "") if happened else "",
        "supersede_reason": texts.get("supersede_reason", ""),
    }


def texts_in_force(page: QuestionPage) -> dict[str, str]:
    """The resolution in force as it would be typed; nothing where there is none."""
    found = _in_force(page)
    if found is None:
        return {}
    outcome = value_text(found.outcome)
    known = verdicts(page.question)
    verdict = next(
        (one for one in known if one.void == found.void and one.outcome == (outcome or one.outcome)),
        next((one for one in known if one.outcome is None), None),
    )
    return {
        "outcome": verdict.label if verdict else "",
        "value": outcome if verdict and verdict.outcome is None else "",
        "known_on": str(found.known_on or ""),
        "certainty": found.certainty.value,
        "note": found.note,
        **{
            f"evidence.{place}.{part}": text
            for place, item in enumerate(found.evidence)
            for part, text in form_texts(item).items()
        },
    }


def _in_force(page: QuestionPage) -> Resolution | None:
    return next((one for one in reversed(page.resolutions) if not one.superseded_reason), None)


def _verdict(texts: Texts, question: Question) -> Verdict | None:
    return next((verdict for verdict in verdicts(question) if verdict.label == texts.get("outcome")), None)


def _items(texts: Texts) -> dict[int, dict[str, str]]:
    places = sorted({place for name in texts if (place := _evidence_number(name)) is not None})
    return {place: {part: texts.get(f"evidence.{place}.{part}", "").strip() for part in PARTS} for place in places}


def check_resolution(texts: Texts, page: QuestionPage, now: datetime) -> Checked[ResolveQuestion]:
    """Read what was typed by the rules of the record."""
    wrong: dict[str, str] = {}
    hints: dict[str, str] = {}
    question, note = page.question, texts.get("note", "").strip()
    verdict = _verdict(texts, question)
    outcome, void = _outcome(verdict, texts.get("value", ""), question, now.date(), wrong, hints)
    known_on = _read(partial(read_words, today=now.date()), texts.get("known_on", ""), "known_on", wrong)
    if known_on is not None:
        said = (in_words(known_on), odd_known(known_on, question))
        hints["known_on"] = ", but ".join(part for part in said if part)
    evidence = _evidence(_items(texts), now.date(), wrong, hints)
    why = texts.get("supersede_reason", "").strip()
    if not known_on and not void and "known_on" not in wrong:
        wrong["known_on"] = "the day from which the outcome could be known, or first..last"
    if not evidence and not note:
        wrong["note"] = "without evidence, a note has to say why there is none"
    if _in_force(page) and not why:
        wrong["supersede_reason"] = "say why the resolution in force is replaced; it stays in the record"
    resolution = Resolution(
        question=question.slug,
        outcome=outcome,
        void=void,
        certainty=Certainty(texts.get("certainty") or next(iter(Certainty))),
        known_on=known_on,
        resolved_at=now,
        note=note,
        evidence=tuple(evidence.values()),
    )
    rules = (*record_problems(resolution), *resolution_problems(resolution, question))
    _add_rules(rules, tuple(evidence), wrong)
    hidden = () if verdict and verdict.outcome is None else ("value",)
    if wrong:
        return Checked(wrong=wrong, hints=hints, hidden=hidden)
    intent = ResolveQuestion(
        question=question.slug,
        outcome=outcome,
        void=void,
        known_on=known_on,
        certainty=resolution.certainty,
        evidence=resolution.evidence,
        note=note,
        supersede_reason=why,
        expected_version=page.version,
    )
    return Checked(hints=hints, answer=intent, hidden=hidden)


def _outcome(
    verdict: Verdict | None, text: str, question: Question, today: date, wrong: dict[str, str], hints: dict[str, str]
) -> tuple[str | float | date, VoidReason | None]:
    if verdict is None:
        wrong["outcome"] = "choose what happened, or why the question is void"
        return "", None
    if verdict.outcome is not None:
        return verdict.outcome, verdict.void
    try:
        if question.kind is QuestionKind.DATE:
            day = read_day(text, today)
            text, hints["value"] = day_text(day), long_day(day)
        elif question.unit:
            hints["value"] = f"in {question.unit}"
        return read_outcome(question, text), None
    except ValueError as error:
        wrong["value"] = f"expected {error}"
        return "", None


def _evidence(
    typed: Mapping[int, Mapping[str, str]], today: date, wrong: dict[str, str], hints: dict[str, str]
) -> dict[int, Evidence]:
    """The items in which something was typed, by their place."""
    items: dict[int, Evidence] = {}
    for place, parts in typed.items():
        read = parse_form(Evidence, parts, today)
        if not (read.values or read.wrong):
            continue
        if not parts["title"]:
            wrong[f"evidence.{place}.title"] = "what the evidence is called"
        wrong.update({f"evidence.{place}.{part}": f"expected {said}" for part, said in read.wrong.items()})
        hints.update({f"evidence.{place}.{part}": said for part, said in read.hints.items()})
        items[place] = Evidence(**{"title": "", **read.values})
    return items


def _read(read: Callable[[str], T], text: str, field: str, wrong: dict[str, str]) -> T | None:
    if not text.strip():
        return None
    try:
        return read(text.strip())
    except ValueError as error:
        wrong[field] = f"expected {error}"
        return None


def _add_rules(problems: tuple[Problem, ...], places: tuple[int, ...], wrong: dict[str, str]) -> None:
    """Put what the rules refuse under the field it belongs to, where nothing is said there yet."""
    for problem in problems:
        field, _, rest = problem.field.partition("[")
        said = f"expected {problem.expected}"
        if field == "evidence" and rest:
            number, _, part = rest.partition("].")
            wrong.setdefault(f"evidence.{places[int(number) - 1]}.{part if part in PARTS else 'title'}", said)
        elif field == "outcome" and ("value" in wrong or "outcome" in wrong):
            continue
        elif field in LABELS or field == "value":
            wrong.setdefault(field, said)
        else:
            wrong.setdefault("note", f"{LABELS.get(field, 'the resolution')}: {said}")
