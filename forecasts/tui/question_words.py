"""A question's page in words: its criteria and fine print, who said what about it, and what was resolved."""

from collections.abc import Iterator
from datetime import date

from textual.content import Content
from textual.widgets import Static

from forecasts.domain.article_views import has_its_phrase
from forecasts.domain.card_grounds import reference_text
from forecasts.domain.formats import and_more, counted, outcome_text, percent, time_text
from forecasts.domain.glossary import label, too_vague, vague_because
from forecasts.domain.kinds import Basis, ClaimType, Endorsement, QuestionKind
from forecasts.domain.marks import CELLS, LEGEND, SIGNS, WORDS, Mark, draw_marks, every_number, says
from forecasts.domain.records import CriteriaRevision, Prediction, Resolution
from forecasts.domain.views import PredictionOnQuestion, QuestionPage
from forecasts.text import safe, safe_block
from forecasts.tui.show import MUTED, outcome_in_words, since, styled
from forecasts.tui.widgets.columns import fit

_TITLE_SHOWN = 60
_CHART_CELLS = 41
_CHART_NAMES = 24
_LANES = 24
_FEWEST = 2
_TONES = {
    "strong": "bold $foreground",
    "good": "bold $text-success",
    "bad": "bold $text-error",
    "warn": "bold $text-warning",
    "muted": "$foreground",
}


def facts(page: QuestionPage, today: date) -> Content:
    """Status, deadline, kind and scenario in one line."""
    question = page.question
    parts = [
        label(page.status),
        f"deadline {question.resolves_on} ({since(question.resolves_on, today)})",
        label(question.kind) + (f", {safe(question.unit)}" if question.unit else ""),
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
        yield labelled("If", f"{condition.question} must come out {condition.outcome}")
    if page.dependents:
        yield labelled("Depends on this", ", ".join(page.dependents))
    if question.implies:
        yield labelled("On a ladder", f"If this is yes, so is: {', '.join(question.implies)}")
    if question.variant_of:
        yield labelled("Variant of", question.variant_of)
    for reference in question.references:
        yield labelled("Reference", reference_text(reference))
    if question.written_on:
        basis = label(question.deadline_basis)
        yield labelled("Written", f"{question.written_on}; the deadline is {basis}")


def labelled(label: str, text: str) -> Content:
    """A stored text after its label."""
    return styled((f"{label}: ", "bold"), safe_block(text))


def all_on_one_line(page: QuestionPage) -> Content | None:
    """Every claim with a number on one 0–100 % scale, the highest first; None where fewer than two have one."""
    said = [one for one in page.predictions if one.mark.probability is not None]
    if page.question.kind is not QuestionKind.BINARY or len(said) < _FEWEST:
        return None
    said.sort(key=lambda one: (-(one.mark.probability or 0.0), one.made_on, one.record.slug))
    axis = f"{'0 %':<{_CHART_CELLS // 2 - 1}}50 %{'100 %':>{_CHART_CELLS - _CHART_CELLS // 2 - 3}}"
    lines = [Content.styled(" " * (_CHART_NAMES + 1) + axis, MUTED)]
    for one in said[:_LANES]:
        names = ", ".join(safe(name, 2 * _CHART_NAMES) for name in one.speaker_names)
        lane = number_line(one.mark, _CHART_CELLS)
        lines.append(styled(fit(names, _CHART_NAMES) + " ", lane, f" {percent(one.mark.probability):>6}"))
    if len(said) > _LANES:
        lines.append(Content.styled(and_more(len(said) - _LANES, "prediction"), MUTED))
    lines.append(Content.styled(LEGEND, MUTED))
    return Content("\n").join(lines)


def number_line(mark: Mark, cells: int = CELLS) -> Content:
    """A 0–100 % line: the range that the wording allows, and on it the number, shaped by how the claim turned out."""
    drawn = draw_marks((mark,), cells, with_range=True)
    content = Content.styled(drawn.text, MUTED)
    for place, tone in drawn.spots:
        content = content.stylize(_TONES[tone], place, place + 1)
    return content


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
    if number.readings:
        notes.append(f"mean of {number.readings + 1} readings")
    notes.extend(_notes(record))
    facts = (said.made_on, safe(said.article_title, _TITLE_SHOWN), *notes)
    lines = [
        _number(said),
        styled((", ".join(safe(name) for name in said.speaker_names), "bold"), (f" · {' · '.join(facts)}", MUTED)),
    ]
    about = f" (of {record.phrase_about.value})" if page.question.kind is QuestionKind.BINARY else ""
    if has_its_phrase(record.claim, record.phrase):
        lines.append(styled(safe_block(record.claim), (about, MUTED)))
    else:
        lines.append(Content(safe_block(record.claim)))
        if record.phrase:
            lines.append(styled((f"“{safe(record.phrase)}”", "italic"), (about, MUTED)))
    return Content("\n").join(lines)


def _number(said: PredictionOnQuestion) -> Content:
    record, number = said.record, said.number
    if said.is_hidden:
        return Content.styled("number hidden: coding blind", MUTED)
    if record.probabilities or record.quantiles or number.probability is None:
        text = other_number(record)
        return Content.styled(f"{SIGNS[said.mark.turned_out]} {text}", "bold $primary")
    return styled(
        number_line(said.mark),
        (f" {says(record.claim_type, number.probability, '', number.low, number.high)}", "bold $primary"),
        (f"  P(yes) {percent(number.probability)}", MUTED),
        (f"  {SIGNS[said.mark.turned_out]} {WORDS[said.mark.turned_out]}", MUTED),
    )


def other_number(record: Prediction) -> str:
    """The shares of options or the quantiles of a prediction, else why there are none."""
    return every_number(record.probabilities, record.quantiles) or safe(too_vague(record.unscorable)) or "no number"


def _notes(record: Prediction) -> Iterator[str]:
    if record.unscorable:
        yield safe(vague_because(record.unscorable))
    if record.condition_text:
        yield f"condition: {safe(record.condition_text, 60)}"
    else:
        yield from (f"only if {condition.question} resolves {condition.outcome}" for condition in record.condition)
    if record.supersedes:
        yield f"revises {record.supersedes}"
    if record.restates:
        yield f"restates {record.restates}"


def resolution(record: Resolution) -> Iterator[Static]:
    """One resolution with its evidence, what belongs to a line further in; the superseded ones say why."""
    lines = [Static(content, classes=f"prose -in-{inward}") for content, inward in _resolution(record)]
    lines[-1].add_class("spaced")
    return iter(lines)


def _resolution(record: Resolution) -> Iterator[tuple[Content, int]]:
    state = "superseded" if record.superseded_reason else "in force"
    known = f", known on {record.known_on}" if record.known_on else ""
    head = styled(
        (safe(outcome_in_words(outcome_text(record.outcome, record.void))), "bold"),
        f"{known} · certainty {record.certainty.value}",
        (f" · {state} · {time_text(record.resolved_at)} by {safe(record.analyst)}", MUTED),
    )
    yield head, 0
    if record.superseded_reason:
        yield Content(f"replaced because: {safe_block(record.superseded_reason)}"), 1
    if record.note:
        yield Content(safe_block(record.note)), 1
    for item in record.evidence:
        published = f", {item.published_on}" if item.published_on else ""
        yield Content(f"• {safe(item.title)}{published}"), 1
        if item.url:
            yield Content.styled(safe(item.url), MUTED), 2
        if item.quote:
            yield Content(f"“{safe(item.quote)}”"), 2
        if item.archived_url:
            yield Content.styled(f"archived: {safe(item.archived_url)}", MUTED), 2
        if item.note:
            yield Content(safe_block(item.note)), 2


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
