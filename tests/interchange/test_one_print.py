"""One outcome, share, day and span, and every text that people read of it: printed alike."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from html import unescape
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from forecasts.cli.output import short_value
from forecasts.domain.dates import Span
from forecasts.domain.form_values import form_texts
from forecasts.domain.formats import NOTHING, day_text, outcome_text, percent, percent_range
from forecasts.domain.kinds import Basis, Role, VoidReason, Which, Wording
from forecasts.domain.marks import says
from forecasts.domain.records import Resolution
from forecasts.domain.scorecards import ScorecardFilters, ScoreFilters
from forecasts.interchange.html_pages import html_texts
from forecasts.interchange.scorecard_csv import csv_texts
from forecasts.interchange.scorecard_markdown import markdown_texts
from forecasts.tui.card_words import buckets, claim_facts, made_of
from tests.interchange.cards import CLAIMS, DOCUMENT, FULL, printed, texts_of

if TYPE_CHECKING:
    from forecasts.domain.card_claims import CardClaim
    from forecasts.domain.scorecards import ScorecardDocument

DAYS = st.dates(date(1800, 1, 1), date(2200, 12, 31))
SHARES = st.floats(0, 1).map(lambda share: round(share, 6))
OUTCOMES = st.one_of(
    st.just(1234567.0),
    st.floats(-1e15, 1e15),
    st.integers(-(10**9), 10**9).map(float),
    DAYS,
    st.sampled_from(["yes", "B"]),
)


def document_of(claim: CardClaim) -> ScorecardDocument:
    return replace(DOCUMENT, scorecards=(replace(FULL, claims=(claim,)),))


def html_of(claim: CardClaim) -> str:
    page = texts_of(html_texts(printed(document_of(claim))))["scorecard-chan-kung.html"]
    shown = unescape(re.sub(r"<[^>]+>", "", page)).replace("\N{NO-BREAK SPACE}", " ")
    return shown[shown.index("Scored claims (") :]


def markdown_of(claim: CardClaim) -> str:
    page = texts_of(markdown_texts(printed(document_of(claim))))["scorecard-chan-kung.md"]
    return page[page.index("\n## Scored\n") :].replace("\\", "")


def csv_of(claim: CardClaim) -> dict[str, str]:
    (row,) = csv.DictReader(io.StringIO(texts_of(csv_texts(printed(document_of(claim))))["scorecard-predictions.csv"]))
    return row


@settings(deadline=None)
@given(OUTCOMES)
def test_an_outcome(outcome: str | float | date) -> None:
    claim = CLAIMS[0]._replace(outcome=outcome)
    said = outcome_text(outcome)
    assert f" · came out {said} · " in claim_facts(claim, 1.0)
    assert f"| {said} | 2022-01-19 |" in markdown_of(claim)
    assert f"Happened{said}, known on" in html_of(claim)
    assert csv_of(claim)["outcome"] == said
    assert short_value("outcome", {"outcome": day_text(outcome) if isinstance(outcome, date) else outcome}) == said
    assert (
        form_texts(
            Resolution(question="q", outcome=outcome, analyst="x", resolved_at=datetime(2026, 1, 1, tzinfo=UTC))
        )["outcome"]
        == said
    )


def test_a_void_outcome() -> None:
    said = outcome_text("", VoidReason.BAD_QUESTION)
    claim = CLAIMS[0]._replace(outcome=said)
    assert f" · came out {said} · " in claim_facts(claim, 1.0)
    assert f"| {said} |" in markdown_of(claim)
    assert f"Happened{said}" in html_of(claim)
    assert short_value("outcome", {"void": "bad-question"}) == said


@settings(deadline=None)
@given(SHARES, SHARES)
def test_a_number_beside_words_is_of_the_side_that_they_favour(one: float, other: float) -> None:
    low, high = min(one, other), max(one, other)
    claim = CLAIMS[0]._replace(probability=high, low=low, high=high)
    assert f"{percent(high)} ({percent_range(low, high)})" in claim_facts(claim, 1.0)
    side = f"{percent(max(high, 1 - high))}{'' if high == 0.5 else ' yes' if high > 0.5 else ' no'}"
    ends = (low, high) if high >= 0.5 else (1 - high, 1 - low)
    allowed = "" if low == high else percent_range(*ends)
    assert says(claim.claim_type, high, "", low, high) == f"{side} ({allowed})" if allowed else side
    assert f"| {side} | {allowed or NOTHING} |" in markdown_of(claim)
    assert f"Read as{side} ({allowed})" if allowed else f"Read as{side}" in html_of(claim)
    assert short_value("number", {"claim_type": "forecast", "probability": high}) == side


def test_what_the_figures_are_made_of() -> None:
    made = ScorecardFilters(
        by=Role.OUTLET,
        which=Which.LAST,
        wording=Wording.WORST,
        as_of=date(2026, 11, 21),
        since=date(2022, 1, 1),
        until=date(2022, 6, 30),
        scenario="north",
        basis=Basis.STANDARD,
        standard="icd203",
    )
    assert made.words.keys() == {field.name for field in fields(made)}
    document = replace(DOCUMENT, filters=made)
    told = ", ".join(made_of(made))
    assert document.made_of == f"{told[0].upper()}{told[1:]}, formula version {document.formula_version}."
    html, markdown = texts_of(html_texts(printed(document))), texts_of(markdown_texts(printed(document)))
    assert all(document.made_of in page for page in (*html.values(), *markdown.values()))
    assert list(made_of(ScoreFilters())) == ["by speaker"]


def test_a_count() -> None:
    card = replace(FULL, predictions=12345, brier_n=6789, late=1234, proposed=4321)
    document = printed(replace(DOCUMENT, scorecards=(card,)))
    html, markdown = texts_of(html_texts(document)), texts_of(markdown_texts(document))
    said = {one.key: one.value for one in buckets(card)}
    assert (said["late"], said["predictions"], said["proposed"]) == ("1,234", "12,345", "4,321")
    assert "1,234 late" in card.in_buckets()
    assert '<span class="number">12,345</span>' in html["index.html"]
    assert "<b>1,234</b><span>" in html["scorecard-chan-kung.html"]
    assert "| 6,789 | 12,345 |" in markdown["scorecards.md"]
    for page in (html["scorecard-chan-kung.html"], markdown["scorecard-chan-kung.md"]):
        assert "4,321 of 12,345 claims" in page
        assert not re.search("12345|6789", page)


@settings(deadline=None)
@given(DAYS, DAYS)
def test_a_day_and_a_span(one: date, other: date) -> None:
    span = Span(min(one, other), max(one, other))
    claim = CLAIMS[0]._replace(made_on=span, known_on=Span.of(other))
    assert f"\n| {span} |" in markdown_of(claim)
    assert f"| {day_text(other)} |" in markdown_of(claim)
    assert f"\n{span} · " in html_of(claim)
    assert f"known on {day_text(other)}" in html_of(claim)
    assert (csv_of(claim)["made_on"], csv_of(claim)["known_on"]) == (str(span), day_text(other))
    assert short_value("made_on", {"made_on": str(span)}) == str(span)
