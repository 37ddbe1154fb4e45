"""The page of one source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.domain.formats import NOTHING, counted, figure, number_text, percent
from forecasts.domain.glossary import BUCKETS, FIGURES
from forecasts.domain.over_time import scores_by_day
from forecasts.interchange.html.charts import reliability_diagram, score_over_time, score_strip, time_words
from forecasts.interchange.html.claims import claim_sections
from forecasts.interchange.html.figures import pooled_by_wording
from forecasts.interchange.html.frame import page
from forecasts.interchange.html.markup import day, name, prose, rows, table, text
from forecasts.interchange.html.words import LIMITS, METHOD, RECOMPUTE, hindsight, made_of

if TYPE_CHECKING:
    from forecasts.domain.scorecards import Scorecard
    from forecasts.interchange.html.figures import PooledBand
    from forecasts.interchange.html.model import Publication

INDEX_FILE = "index.html"
FEW = 10
_ELSEWHERE = ("brier", "calibration_brier")


def page_name(card: Scorecard) -> str:
    """The file of the source's page."""
    return f"scorecard-{card.source}.html"


def card_page(publication: Publication, card: Scorecard) -> str:
    """The page of a source."""
    kind = f"{'anonymous ' if card.anonymous else ''}{card.kind.value}"
    header = (
        f'<nav class="meta"><a href="{INDEX_FILE}">All scorecards</a></nav>\n'
        f'<p class="eyebrow">Accuracy scorecard</p>\n<h1>{name(card.name)}</h1>\n'
        f'<p class="meta">{text(kind)} · {counted(card.predictions, "claim")} recorded · as of '
        f"{day(publication.document.filters.as_of)}</p>\n"
    )
    body = "".join(
        (
            _headline(card),
            _counts(card),
            _charts(publication, card),
            pooled_section(pooled_by_wording(card.claims), "By how firm the words were"),
            claim_sections(publication, card),
            _figures(card),
            _replies(card),
            method(publication, card),
        )
    )
    return page(publication, f"{card.name}: accuracy scorecard", header, body)


def _headline(card: Scorecard) -> str:
    ranked = (
        f"Rank {card.rank} by Brier score{_rank_range(card)}."
        if card.rank is not None
        else f"Not ranked: {card.why_not_ranked}."
        if card.why_not_ranked
        else "Not ranked."
    )
    if card.brier is None:
        reason = card.reasons.get("brier", "nothing is scored yet")
        return (
            f'<div class="headline"><div class="big">{NOTHING}<small>Brier score</small></div>'
            f'<div><p class="lead">No score: {text(reason)}.</p><p class="small">{text(ranked)}</p></div></div>\n'
        )
    few = " That is few: read the intervals, not the number." if card.scored < FEW else ""
    return (
        f'<div class="headline"><div class="big">{figure(card.brier)}<small>Brier score, 0 to 1, lower is better'
        f"</small></div>\n<div>{score_strip(card)}"
        f'<p class="lead">Mean over {counted(card.scored, "scored question")}.{few}</p>'
        f'<p class="small">{_intervals(card)} {text(ranked)}</p></div></div>\n'
        f'<p class="note">{text(hindsight(card))}</p>\n'
    )


def _rank_range(card: Scorecard) -> str:
    low, high = card.rank_low, card.rank_high
    return f", could be {low} to {high}" if low is not None and high is not None and low != high else ""


def _intervals(card: Scorecard) -> str:
    if card.brier_low is None or card.brier_high is None:
        sampling = f"Sampling interval: none, {text(card.reasons.get('brier_low', 'too few questions'))}."
    else:
        sampling = f"Sampling {figure(card.brier_low)}–{figure(card.brier_high)} (thin line)."
    if card.brier_best is None or card.brier_worst is None:
        return sampling
    return f"{sampling} Coding {figure(card.brier_best)}–{figure(card.brier_worst)} (broad bar)."


def _counts(card: Scorecard) -> str:
    items = []
    for bucket, term in BUCKETS.items():
        count: int = getattr(card, bucket.value)
        more = {
            "possibilities": f", {card.possibilities_realised} of {card.possibilities_settled} settled came about",
            "announcements": f", {card.announcements_kept} of {card.announcements_settled} settled kept",
        }.get(bucket.value, "")
        label = f'<a href="#{bucket.value}">{text(term.label)}</a>{more}' if count else text(term.label)
        items.append(f"<li{'' if count else ' class=none'}><b>{count}</b><span>{label}</span></li>")
    return f'<h2>What became of the claims</h2>\n<ul class="counts">{"".join(items)}</ul>\n'


def _charts(publication: Publication, card: Scorecard) -> str:
    parts = []
    curve = publication.curves.get(card.source, ())
    if curve:
        n = sum(point.count for point in curve)
        few = " Too few to judge calibration by." if n < FEW else ""
        parts.append(
            f"<figure>{reliability_diagram(curve)}<figcaption><b>Does 70 % mean 70 %?</b> "
            f"{counted(n, 'yes-or-no forecast')} on which the outcome is known. Rings: what was said, and how often "
            "it came true; on the dashed line words and world agree. Line: the best rising fit. Shaded: where it would "
            f"lie by chance, nine times of ten, for a source whose numbers are right.{few}</figcaption></figure>"
        )
    points = scores_by_day(card.claims)
    if points:
        parts.append(
            f"<figure>{score_over_time(points)}<figcaption><b>Score over time.</b> Each ring is one scored claim on "
            f"the day its outcome could be known, {time_words(points)}; the line is the mean so far. Lower is "
            "better; the dotted line at 0.25 is a coin.</figcaption></figure>"
        )
    return f'<h2>Calibration and score over time</h2>\n<div class="figures">{"".join(parts)}</div>\n' if parts else ""


def pooled_section(bands: list[PooledBand], title: str) -> str:
    """Scored claims by how firm they were."""
    if not bands:
        return ""
    body = rows(
        (
            ("Words", f'<span><b>{text(band.word)}</b><br><span class="small">{text(band.range)}</span></span>'),
            ("Came true", f'<span class="number">{number_text(round(band.came_true, 2))} of {band.n}</span>'),
            ("Promised", f'<span class="number">{figure(band.expected, 1)} of {band.n}</span>'),
            ("Brier", f'<span class="number">{figure(band.brier / band.n)}</span>'),
        )
        for band in bands
    )
    columns = ("Words", "Came true", "Promised by the numbers", "Mean Brier score")
    return f"<h2>{text(title)}</h2>\n{table(columns, body)}"


def _figures(card: Scorecard) -> str:
    body = []
    for field, term in FIGURES.items():
        if field in _ELSEWHERE:
            continue
        value: float | None = getattr(card, field)
        shown = (
            figure(value)
            if value is not None
            else f'{NOTHING} <span class="small">{text(card.reasons.get(field, ""))}</span>'
        )
        against = f" Reference: {name(card.reference)}" if field == "gain" and card.reference else ""
        body.append(
            (
                ("Figure", text(term.label)),
                ("Value", f'<span class="number">{shown}</span>'),
                ("Scale", text(term.explained) + against),
            )
        )
    for item in card.crps:
        inside = (
            "" if item.coverage is None else f" {percent(item.coverage)} of outcomes lay inside the stated interval."
        )
        body.append(
            (
                ("Figure", text(item.title)),
                ("Value", f'<span class="number">{figure(item.mean)}</span>'),
                ("Scale", f"Lower is better; {counted(item.n, 'claim')}.{text(inside)}"),
            )
        )
    return f"<h2>Other figures</h2>\n{table(('Figure', 'Value', 'What it says'), rows(body))}"


def _replies(card: Scorecard) -> str:
    parts = ["<h2>Objections and answers</h2>\n"]
    if not card.objections:
        parts.append(
            "<p>None are recorded. Whoever is scored here may object to how a claim was read or a question resolved: "
            "the objection is printed here, with the answer.</p>\n"
        )
    for item in card.objections:
        about = item.prediction or item.question
        where = f'<a href="#{text(about)}">{text(about)}</a>' if item.prediction else text(about)
        answer = (
            f"<p><b>Answer:</b></p>{prose(item.answer)}" if item.answer else '<p class="small">Not answered yet.</p>'
        )
        parts.append(
            f'<div class="note"><p class="meta">{name(item.by)}, {day(item.made_on)}, on {where}</p>'
            f"{prose(item.text)}{answer}</div>\n"
        )
    if card.revisions:
        parts.append("<h2>Clarified questions</h2>\n")
        for revision in card.revisions:
            parts.append(
                f'<div class="note"><p class="meta">{text(revision.question)}, until {day(revision.replaced_on)}</p>'
                f"{prose(revision.criteria)}<p><b>Why it was changed:</b></p>{prose(revision.reason)}</div>\n"
            )
    return "".join(parts)


def method(publication: Publication, card: Scorecard | None = None) -> str:
    """How it was counted, what it cannot say, and how to check it."""
    seen = f"<p>{text(hindsight(card))}</p>\n" if card and card.brier is not None else ""
    return (
        f"<h2>How this was counted</h2>\n{METHOD}<p>{made_of(publication.document)}</p>\n"
        f"<h2>What it cannot say</h2>\n{LIMITS}{seen}<h2>Check it yourself</h2>\n{RECOMPUTE}"
    )
