"""A resolution as it is being typed, and what the rules of the record say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from forecasts.domain.date_words import read_day, read_words
from forecasts.domain.differences import value_text
from forecasts.domain.formats import day_text
from forecasts.domain.glossary import label
from forecasts.domain.intents import ResolveQuestion
from forecasts.domain.kinds import NOT_BY_DEADLINE, Certainty, QuestionKind, Side, VoidReason
from forecasts.domain.records import Evidence, Question, Resolution
from forecasts.domain.rules import read_outcome, record_problems, resolution_problems
from forecasts.tui.show import long_day

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from forecasts.domain.dates import Span
    from forecasts.domain.views import QuestionPage
    from forecasts.errors import Problem

T = TypeVar("T")

CERTAINTIES = tuple(Certainty)
PARTS = {"title": "title", "published_on": "its date", "url": "address", "note": "note"}
"""The parts of an item of evidence in the order in which they are asked, as the record and as the dialog calls them."""
VALUE_LABELS = {QuestionKind.NUMERIC: "What number", QuestionKind.DATE: "Which day"}
"""What the field of an outcome is called that is typed and not chosen."""
_FORMS = {"outcome", "value", "known_on", "note", "supersede_reason"}


class Verdict(NamedTuple):
    """One thing that can have happened: an outcome, a value still to be typed (`outcome` None), or a void reason."""

    label: str
    outcome: str | None = ""
    void: VoidReason | None = None


@dataclass(frozen=True)
class EvidenceDraft:
    """One item of evidence as typed."""

    title: str = ""
    url: str = ""
    published_on: str = ""
    note: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed."""
        return not (self.title.strip() or self.url.strip() or self.published_on.strip() or self.note.strip())


@dataclass(frozen=True)
class ResolveDraft:
    """Everything as typed; `verdict` is the place among `verdicts`, -1 while nothing is chosen."""

    verdict: int = -1
    value: str = ""
    known_on: str = ""
    certainty: int = 0
    evidence: tuple[EvidenceDraft, ...] = (EvidenceDraft(),)
    note: str = ""
    supersede_reason: str = ""


def draft_values(draft: ResolveDraft) -> dict[str, Any]:
    """The draft as it is kept on disk."""
    return asdict(draft)


def read_draft(values: Mapping[str, Any], question: Question) -> ResolveDraft | None:
    """The draft that was kept; None where there is none that fits the question."""
    texts = {name: values.get(name, "") for name in ("value", "known_on", "note", "supersede_reason")}
    places = values.get("verdict", -1), values.get("certainty", 0)
    items = values.get("evidence")
    is_whole = bool(values) and isinstance(items, list) and all(isinstance(item, dict) for item in items)
    if not is_whole or not isinstance(items, list) or not all(isinstance(place, int) for place in places):
        return None
    verdict = places[0] if places[0] < len(verdicts(question)) else -1
    names = ("title", "url", "published_on", "note")
    return ResolveDraft(
        verdict=verdict,
        certainty=places[1] if 0 <= places[1] < len(CERTAINTIES) else 0,
        evidence=tuple(EvidenceDraft(**{name: str(item.get(name, "")) for name in names}) for item in items)
        or (EvidenceDraft(),),
        **{name: str(text) for name, text in texts.items()},
    )


@dataclass(frozen=True)
class Checked:
    """What is wrong by field, how values were understood by field, and the intent where nothing is wrong."""

    wrong: Mapping[str, str]
    hints: Mapping[str, str]
    intent: ResolveQuestion | None


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


LABELS = {
    "outcome": "What happened",
    "known_on": "Knowable since",
    "evidence": "Evidence",
    "note": "Note",
    "certainty": "Certainty",
    "supersede_reason": "Why replaced",
}
"""What can be typed of a resolution, as the dialog calls it."""


def draft_in_words(draft: ResolveDraft, question: Question) -> dict[str, str]:
    """A draft as it reads, by the names of `LABELS`."""
    chosen = verdicts(question)[draft.verdict] if draft.verdict >= 0 else None
    happened = (draft.value if chosen.outcome is None else chosen.label) if chosen else ""
    items = [(item.title, item.published_on, item.url, item.note) for item in draft.evidence if not item.is_blank]
    return {
        "outcome": happened,
        "known_on": draft.known_on,
        "evidence": "\n".join(" · ".join(part for part in parts if part) for parts in items),
        "note": draft.note,
        "certainty": CERTAINTIES[draft.certainty].value if happened else "",
        "supersede_reason": draft.supersede_reason,
    }


def draft_in_force(page: QuestionPage) -> ResolveDraft:
    """The resolution in force as it would be typed; an empty draft where there is none."""
    found = next((one for one in reversed(page.resolutions) if not one.superseded_reason), None)
    if found is None:
        return ResolveDraft()
    outcome = value_text(found.outcome)
    known = verdicts(page.question)
    place = next(
        (at for at, one in enumerate(known) if one.void == found.void and one.outcome == (outcome or one.outcome)),
        next((at for at, one in enumerate(known) if one.outcome is None), -1),
    )
    names = ("title", "url", "note")
    items = tuple(
        EvidenceDraft(
            **{name: getattr(item, name) for name in names},
            published_on=str(item.published_on or ""),
        )
        for item in found.evidence
    )
    return ResolveDraft(
        verdict=place,
        value=outcome if place >= 0 and known[place].outcome is None else "",
        known_on=str(found.known_on or ""),
        certainty=CERTAINTIES.index(found.certainty),
        evidence=items or (EvidenceDraft(),),
        note=found.note,
    )


def first_void(question: Question) -> int:
    """The place of the first void reason among the verdicts."""
    return next(place for place, verdict in enumerate(verdicts(question)) if verdict.void)


def check(draft: ResolveDraft, page: QuestionPage, now: datetime) -> Checked:
    """Read the draft by the rules of the record."""
    wrong: dict[str, str] = {}
    hints: dict[str, str] = {}
    outcome, void = _outcome(draft, page.question, now.date(), wrong, hints)
    known_on = _known_on(draft.known_on, now.date(), wrong, hints)
    evidence = _evidence(draft.evidence, now.date(), wrong, hints)
    if not known_on and not void and "known_on" not in wrong:
        wrong["known_on"] = "the day from which the outcome could be known: YYYY-MM-DD, or YYYY-MM-DD/YYYY-MM-DD"
    if not evidence and not draft.note.strip():
        wrong["note"] = "without evidence, a note has to say why there is none"
    in_force = any(not resolution.superseded_reason for resolution in page.resolutions)
    if in_force and not draft.supersede_reason.strip():
        wrong["supersede_reason"] = "say why the resolution in force is replaced; it stays in the record"
    resolution = Resolution(
        question=page.question.slug,
        outcome=outcome,
        void=void,
        certainty=CERTAINTIES[draft.certainty],
        known_on=known_on,
        resolved_at=now,
        note=draft.note.strip(),
        evidence=tuple(evidence.values()),
    )
    rules = (*record_problems(resolution), *resolution_problems(resolution, page.question))
    _add_rules(rules, tuple(evidence), wrong)
    if wrong:
        return Checked(wrong, hints, None)
    intent = ResolveQuestion(
        question=page.question.slug,
        outcome=outcome,
        void=void,
        known_on=known_on,
        certainty=resolution.certainty,
        evidence=resolution.evidence,
        note=resolution.note,
        supersede_reason=draft.supersede_reason.strip(),
        expected_version=page.version,
    )
    return Checked(wrong, hints, intent)


def _outcome(
    draft: ResolveDraft, question: Question, today: date, wrong: dict[str, str], hints: dict[str, str]
) -> tuple[str | float | date, VoidReason | None]:
    if draft.verdict < 0:
        wrong["outcome"] = "choose what happened, or why the question is void"
        return "", None
    verdict = verdicts(question)[draft.verdict]
    if verdict.outcome is not None:
        return verdict.outcome, verdict.void
    text = draft.value
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


def _known_on(text: str, today: date, wrong: dict[str, str], hints: dict[str, str]) -> Span | None:
    span = _read(partial(read_words, today=today), text, "known_on", wrong)
    if span is not None:
        first = long_day(span.first)
        hints["known_on"] = first if span.is_day else f"{first} to {long_day(span.last)}"
    return span


def _evidence(
    drafts: tuple[EvidenceDraft, ...], today: date, wrong: dict[str, str], hints: dict[str, str]
) -> dict[int, Evidence]:
    """The items in which something was typed, by their place."""
    items: dict[int, Evidence] = {}
    for place, draft in enumerate(drafts):
        if draft.is_blank:
            continue
        if not draft.title.strip():
            wrong[f"evidence.{place}.title"] = "what the evidence is called"
        day = _read(partial(read_day, today=today), draft.published_on, f"evidence.{place}.published_on", wrong)
        if day:
            hints[f"evidence.{place}"] = long_day(day)
        items[place] = Evidence(
            title=draft.title.strip(), url=draft.url.strip(), published_on=day, note=draft.note.strip()
        )
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
        elif field in _FORMS:
            wrong.setdefault(field, said)
        else:
            wrong.setdefault("note", f"{LABELS.get(field, 'the resolution')}: {said}")
