"""A question's page in words: its criteria and fine print, who said what about it, and what was resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from forecasts.domain.kinds import Basis, ClaimType, DeadlineBasis, Endorsement, QuestionKind
from forecasts.text import safe, safe_block
from forecasts.tui.show import (
    MUTED,
    STATUS_WORDS,
    counted,
    outcome_words,
    percent,
    percent_range,
    resolution_words,
    since,
    styled,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from forecasts.domain.records import CriteriaRevision, Prediction, Resolution
    from forecasts.domain.views import PredictionOnQuestion, QuestionPage

LINE_CELLS = 21
_TITLE_SHOWN = 60
_DEADLINE_WORDS = {
    DeadlineBasis.STATED: "the source's own",
    DeadlineBasis.IMPLIED: "implied by the words",
    DeadlineBasis.ANALYST: "the analyst's",
}
_KIND_WORDS = {
    QuestionKind.BINARY: "yes or no",
    QuestionKind.MULTIPLE_CHOICE: "one of several options",
    QuestionKind.ORDERED: "one of several options in order",
    QuestionKind.NUMERIC: "a number",
    QuestionKind.DATE: "a day",
}


def facts(page: QuestionPage, today: date) -> Content:
    """Status, deadline, kind and scenario in one line."""
    question = page.question
    parts = [
        STATUS_WORDS[page.status],
        f"deadline {question.resolves_on} ({since(question.resolves_on, today)})",
        _KIND_WORDS[question.kind] + (f", {safe(question.unit)}" if question.unit else ""),
    ]
    if question.close != question.resolves_on:
        parts.insert(1, f"closes {question.close}")
    if page.remind_on:
        parts.append(f"put aside until {page.remind_on}")
    if page.scenario_title:
        parts.append(safe(page.scenario_title))
    return Content.styled(" · ".join(parts), MUTED)


def criteria(page: QuestionPage) -> Iterator[Content]:
    """What makes the question resolve each way, with everything that bears on it."""
    question = page.question
    yield Content(safe_block(question.criteria))
    if question.fine_print:
        yield labelled("Fine print", question.fine_print)
    if question.resolution_source:
        yield labelled("Where to look", question.resolution_source)
    if question.options:
        yield labelled("Options", ", ".join(question.options))
    for condition in page.depends_on:
        yield labelled("Only if", f"{condition.question} resolves {condition.outcome}")
    if page.dependents:
        yield labelled("Hanging on it", ", ".join(page.dependents))
    if question.variant_of:
        yield labelled("Another reading of", question.variant_of)
    for reference in question.references:
        yield labelled("Reference", f"{percent(reference.probability)} as of {reference.as_of}: {reference.basis}")
    if question.written_on:
        basis = _DEADLINE_WORDS[question.deadline_basis]
        yield labelled("Written", f"{question.written_on}; the deadline is {basis}")


def labelled(label: str, text: str) -> Content:
    """A stored text after its label."""
    return styled((f"{label}: ", "bold"), safe_block(text))


def number_line(probability: float | None, low: float | None, high: float | None, cells: int = LINE_CELLS) -> str:
    """A 0–100 % line: the range that the wording allows, and the number on it."""
    last = cells - 1
    marks = ["·"] * cells
    marks[0], marks[last // 2], marks[last] = "├", "┼", "┤"
    if low is not None and high is not None:
        for place in range(round(low * last), round(high * last) + 1):
            marks[place] = "━"
    if probability is not None:
        marks[round(probability * last)] = "●"
    return "".join(marks)


def prediction(said: PredictionOnQuestion, page: QuestionPage) -> Content:
    """One prediction: the number on its line, who said it when and where, and in which words."""
    record, number = said.record, said.number
    notes = [record.endorsement.value] if record.endorsement is not Endorsement.OWN else []
    if record.claim_type is not ClaimType.FORECAST:
        notes.append(record.claim_type.value)
    if number.is_derived:
        notes.append(f"read from the phrase by {safe(record.standard)}")
    elif record.basis is not Basis.STATED and number.probability is not None:
        notes.append(f"number by the {record.basis.value}")
    notes.extend(_notes(record))
    facts = (said.made_on, safe(said.article_title, _TITLE_SHOWN), *notes)
    lines = [
        Content.styled(_number(said), "bold $primary"),
        styled(
            (", ".join(safe(name) for name in said.speaker_names), "bold"),
            (f" · {' · '.join(facts)}", MUTED),
        ),
        Content(safe_block(record.claim)),
    ]
    if record.phrase:
        about = f" (of {record.phrase_about.value})" if page.question.kind is QuestionKind.BINARY else ""
        lines.append(styled((f"“{safe(record.phrase)}”", "italic"), (about, MUTED)))
    return Content("\n").join(lines)


def _number(said: PredictionOnQuestion) -> str:
    record, number = said.record, said.number
    if record.probabilities:
        return ", ".join(f"{safe(item.option, 30)} {percent(item.probability)}" for item in record.probabilities)
    if record.quantiles:
        return ", ".join(f"{percent(item.level)}: {outcome_words(item.value)}" for item in record.quantiles)
    if number.probability is None:
        return record.unscorable or "no number"
    allowed = percent_range(number.low, number.high)
    line = number_line(number.probability, number.low, number.high)
    return f"{line} {percent(number.probability)}{f' ({allowed})' if allowed else ''}"


def _notes(record: Prediction) -> Iterator[str]:
    if record.unscorable:
        yield f"unscorable: {safe(record.unscorable)}"
    if record.condition_text:
        yield f"condition: {safe(record.condition_text, 60)}"
    if record.supersedes:
        yield f"revises {record.supersedes}"
    if record.restates:
        yield f"repeats {record.restates}"


def resolution(record: Resolution) -> Content:
    """One resolution with its evidence; the superseded ones say why."""
    state = "superseded" if record.superseded_reason else "in force"
    known = f", knowable since {record.known_on}" if record.known_on else ""
    lines = [
        styled(
            (safe(resolution_words(record)), "bold"),
            f"{known} · certainty {record.certainty.value}",
            (f" · {state} · {record.resolved_at:%Y-%m-%d %H:%M} UTC by {safe(record.analyst)}", MUTED),
        )
    ]
    if record.superseded_reason:
        lines.append(Content(f"  replaced because: {safe_block(record.superseded_reason)}"))
    if record.note:
        lines.append(Content(f"  {safe_block(record.note)}"))
    for item in record.evidence:
        published = f", {item.published_on}" if item.published_on else ""
        lines.append(styled(f"  • {safe(item.title)}{published}", (f"  {safe(item.url)}", MUTED)))
        if item.note:
            lines.append(Content(f"    {safe_block(item.note)}"))
    return Content("\n").join(lines)


def revision(record: CriteriaRevision) -> Content:
    """An earlier wording of the criteria, and why it was clarified."""
    return styled(
        (f"until {record.replaced_on}: ", "bold"),
        safe_block(record.criteria),
        (f"\n  clarified because: {safe_block(record.reason)}", MUTED),
    )


def how_many(page: QuestionPage) -> str:
    """What the section of predictions is called."""
    return counted(len(page.predictions), "prediction")
