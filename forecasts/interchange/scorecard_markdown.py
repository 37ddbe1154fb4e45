"""Scorecards as Markdown: an index, and one page per source with every claim behind its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.domain.formats import NOTHING, figure, interval, percent
from forecasts.domain.glossary import BUCKETS, FIGURES
from forecasts.interchange.markdown_claims import claim_lines, reply_lines
from forecasts.interchange.markdown_text import escaped, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from forecasts.domain.scorecards import Scorecard, ScorecardDocument

INDEX_FILE = "scorecards.md"


def markdown_texts(document: ScorecardDocument) -> dict[str, str]:
    """The text of the index and of each source's page, by file name."""
    receipt = _receipt_lines(document)
    pages = {page_name(card): _text((*_page_lines(card, document), *receipt)) for card in document.scorecards}
    return {INDEX_FILE: _text((*_index_lines(document), *receipt)), **pages}


def page_name(card: Scorecard) -> str:
    """The file of the source's page."""
    return f"scorecard-{card.source}.md"


def brier_line(card: Scorecard) -> str:
    """The Brier score with both intervals, as in "0.28 (sampling 0.11–0.50, coding 0.17–0.48)"."""
    if card.brier is None:
        reason = card.reasons.get("brier", "nothing is scored")
        return f"none ({escaped(reason)})"
    sampling = interval(card.brier_low, card.brier_high) or escaped(card.reasons.get("brier_low", "too few"))
    coding = interval(card.brier_best, card.brier_worst) or escaped(card.reasons.get("brier_best", "unknown"))
    return f"{figure(card.brier)} (sampling {sampling}, coding {coding})"


def _receipt_lines(document: ScorecardDocument) -> tuple[str, ...]:
    return ("", f"Receipt of the record: `{document.receipt}`") if document.receipt else ()


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


def _made_of(document: ScorecardDocument) -> Iterator[str]:
    filters = document.filters
    parts = [
        f"by {filters.by.value}",
        f"{filters.which.value} prediction of a source on a question",
        f"wording at its {filters.wording.value}",
        f"as of {filters.as_of}",
        f"since {filters.since}" if filters.since else "",
        f"until {filters.until}" if filters.until else "",
        f"scenario {escaped(filters.scenario)}" if filters.scenario else "",
        f"numbers chosen by {filters.basis.value}" if filters.basis else "",
        f"phrases re-read by {escaped(filters.standard)}" if filters.standard else "",
    ]
    yield f"Formula version {escaped(document.formula_version)}. Filters: {', '.join(filter(None, parts))}."


def _index_lines(document: ScorecardDocument) -> Iterator[str]:
    yield "# Scorecards"
    yield ""
    yield from _made_of(document)
    yield ""
    yield f"Ranked by {escaped(document.ranked_by)}, lower is better; only sources with enough scored questions are."
    yield ""
    rows = (
        (
            _rank(card),
            f"[{escaped(card.name)}]({page_name(card)})",
            card.kind.value,
            str(card.scored),
            str(card.predictions),
            brier_line(card),
            escaped(card.why_not_ranked),
        )
        for card in document.scorecards
    )
    yield from table(("Rank", "Source", "Kind", "Scored:", "Claims:", "Brier score", "Why not ranked"), rows)


def _rank(card: Scorecard) -> str:
    if card.rank is None:
        return NOTHING
    is_range = card.rank_low is not None and card.rank_high is not None
    return f"{card.rank} ({card.rank_low}–{card.rank_high})" if is_range else str(card.rank)


def _page_lines(card: Scorecard, document: ScorecardDocument) -> Iterator[str]:
    yield f"# {escaped(card.name)}"
    yield ""
    yield f"Source `{card.source}`, {card.kind.value}{', anonymous' if card.anonymous else ''}."
    yield ""
    yield f"**Brier score: {brier_line(card)}.** From 0 to 1, lower is better."
    yield ""
    ranked = f"Rank {_rank(card)}." if card.rank is not None else f"Not ranked: {escaped(card.why_not_ranked)}."
    yield ranked if card.rank is not None or card.why_not_ranked else "Not ranked."
    yield ""
    yield hindsight_line(card)
    yield ""
    yield from _made_of(document)
    yield ""
    yield "## Claims counted"
    yield ""
    rows = [(f"{term.label}: {term.short}", str(getattr(card, bucket))) for bucket, term in BUCKETS.items()]
    yield from table(("Claims", "Number:"), [*rows, ("**all**", f"**{card.predictions}**")])
    yield ""
    yield f"Possibilities that came true: {card.possibilities_realised} of {card.possibilities_settled} settled."
    yield f"Announcements kept: {card.announcements_kept} of {card.announcements_settled} settled."
    yield ""
    yield "## Figures"
    yield ""
    yield from table(("Figure", "Value:", "Scale", "Why there is none"), _figure_rows(card))
    for bucket in BUCKETS:
        yield from claim_lines(card, bucket)
    yield from reply_lines(card)


def hindsight_line(card: Scorecard) -> str:
    """What was written and coded when the outcome could be known already."""
    questions, predictions = card.hindsight_questions, card.hindsight_predictions
    return (
        f"Hindsight: {questions} {'question was' if questions == 1 else 'questions were'} written and "
        f"{predictions} {'prediction was' if predictions == 1 else 'predictions were'} coded "
        "after the outcome was knowable."
    )


def _figure_rows(card: Scorecard) -> Iterator[tuple[str, str, str, str]]:
    for name, term in FIGURES.items():
        if name == "brier":
            continue
        value: float | None = getattr(card, name)
        reason = escaped(card.reasons.get(name, "")) if value is None else ""
        shown_scale = (
            f"{term.explained} Reference: {escaped(card.reference)}"
            if name in {"gain", "skill"} and card.reference
            else term.explained
        )
        yield term.label, figure(value), shown_scale, reason
    yield "Clipped", str(card.clipped), "scored claims at 0 or 1, cut to .001 and .999 for log loss", ""
    yield "Calibration sample", str(card.calibration_n), "binary claims whose deadline is past", ""
    if card.component is not None:
        yield "Component", str(card.component), "sources that share questions, adjusted together", ""
    for item in card.crps:
        mean = figure(item.mean)
        coverage = "" if item.coverage is None else f"; {percent(item.coverage)} of outcomes inside the stated interval"
        yield escaped(item.title), mean, f"lower is better; n = {item.n}{coverage}", ""
