"""What a card says of a source is true of it: no rate without its number, no figure that contradicts another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forecasts.domain.formats import chance
from forecasts.domain.glossary import BUCKETS, FIGURES, TIES
from forecasts.domain.intents import LoadPacks
from forecasts.domain.kinds import Bucket, Role
from forecasts.domain.scorecards import Scorecard, ScoreFilters
from forecasts.interchange.html_pages import html_texts
from forecasts.interchange.scorecard_markdown import markdown_texts
from forecasts.services.load import load_packs
from tests.interchange.cards import texts_of
from tests.publish.publishing import publish
from tests.services.packs import HEAD, PEOPLE, PREDICTION, QUESTION, RESOLUTION, pack

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from forecasts.domain.card_pages import PrintedCard
    from forecasts.services.ledger import Ledger

pytestmark = pytest.mark.no_engine_decides

SECOND = '[[source]]\nslug = "house"\nname = "The House"\nkind = "organisation"\n'
PRICE = """
[[question]]
slug = "price"
title = "At what price?"
kind = "numeric"
unit = "dollars"
criteria = "The price of the day."
resolves_on = 2022-01-23
"""
PRICE_CAME = RESOLUTION.replace('"out"', '"price"').replace('"yes"', "80")


def said(slug: str, *changes: tuple[str, str]) -> str:
    text = PREDICTION.replace('"p1"', f'"{slug}"')
    for former, new in changes:
        assert former in text
        text = text.replace(former, new)
    return text


def of_price(slug: str, quantiles: str) -> str:
    return said(slug, ('"out"', '"price"'), ("probability = 0.9", f"quantiles = {{ {quantiles} }}"))


def printed(ledger: Ledger, folder: Path, *texts: str) -> tuple[PrintedCard, str, str, str, str]:
    """The card of the seer, its page and the index in HTML, and both in Markdown, of people and these texts."""
    load_packs(ledger, LoadPacks(paths=(pack(folder, HEAD, PEOPLE, SECOND, *texts),)))
    found = publish(ledger)
    htmls, markdowns = texts_of(html_texts(found)), texts_of(markdown_texts(found))
    (page,) = (page for page in found.pages if page.card.source == "seer")
    html, index = htmls["scorecard-seer.html"], htmls["index.html"]
    return page, html, index, markdowns["scorecard-seer.md"], markdowns["scorecards.md"]


def test_a_source_with_a_crps_alone_is_not_one_of_which_nothing_is_scored(empty_ledger: Ledger, tmp_path: Path) -> None:
    claims = of_price("one", '"0.5" = 70'), PRICE, PRICE_CAME
    page, *texts = printed(empty_ledger, tmp_path, *claims)
    assert page.card.scored == 1
    for text in (*texts, *page.card.reasons.values()):
        assert "nothing is scored" not in text
        assert "nothing scored" not in text
    assert "CRPS 10.00 dollars" in texts[1]


def test_the_number_of_questions_beside_brier_is_not_that_of_all_scored(empty_ledger: Ledger, tmp_path: Path) -> None:
    claims = PREDICTION, of_price("one", '"0.5" = 70'), QUESTION, PRICE, RESOLUTION, PRICE_CAME
    page, html, *_ = printed(empty_ledger, tmp_path, *claims)
    assert (page.card.scored, page.card.brier_n) == (2, 1)
    assert "Mean over 1 question with a Brier score. 1 more is scored by CRPS." in html


def test_coverage_tells_of_how_many_intervals_and_what_they_promised(empty_ledger: Ledger, tmp_path: Path) -> None:
    questions = [PRICE.replace('"price"', f'"price-{at}"') for at in range(3)]
    outcomes = [PRICE_CAME.replace('"price"', f'"price-{at}"') for at in range(3)]
    inside, outside, none = '"0.1" = 70, "0.9" = 90', '"0.1" = 90, "0.9" = 95', '"0.5" = 80'
    claims = [
        of_price(f"one-{at}", quantiles).replace('"price"', f'"price-{at}"')
        for at, quantiles in enumerate((inside, outside, none))
    ]
    page, html, _, markdown, _ = printed(empty_ledger, tmp_path, *questions, *outcomes, *claims)
    (crps,) = page.card.crps
    assert (crps.n, crps.intervals, crps.coverage) == (3, 2, 0.5)
    assert crps.promised == pytest.approx(0.8)
    assert crps.interval_score == pytest.approx((20 + 5 + 2 / 0.2 * 10) / 2)
    told = "of 2 stated intervals 1 held the outcome, 1.6 promised, interval score 62.50"
    assert told in html
    assert told in markdown


def test_proxies_that_came_out_are_scored_apart(empty_ledger: Ledger, tmp_path: Path) -> None:
    near = said("near", ('claim = "They', 'fit = "proxy"\nclaim = "They'))
    page, html, _, markdown, _ = printed(empty_ledger, tmp_path, near, QUESTION, RESOLUTION)
    assert (page.card.brier, page.card.proxies_scored) == (None, 1)
    assert page.card.proxies_brier == pytest.approx(0.01)
    told = "1 scored apart, mean Brier score 0.01"
    assert told in html
    assert f"{BUCKETS[Bucket.PROXIES].label.capitalize()}: {told}" in markdown


@pytest.mark.parametrize(
    ("bases", "numbers", "coded"),
    [
        (["analyst"], "read from the words", "was read and given a number"),
        (["stated"], "stated", "was recorded"),
        (
            ["stated", "analyst"],
            "stated or read from the words",
            "were read (and given a number where none was stated)",
        ),
    ],
)
def test_a_number_that_the_source_stated_was_not_read_from_its_words(
    empty_ledger: Ledger, tmp_path: Path, bases: Sequence[str], numbers: str, coded: str
) -> None:
    texts = []
    for at, basis in enumerate(bases):
        of_it = f'"out-{at}"'
        changes = (
            ('"out"', of_it),
            ("probability = 0.9", f'probability = 0.9\nbasis = "{basis}"\ncoded_on = 2026-11-01'),
        )
        texts += [QUESTION.replace('"out"', of_it), RESOLUTION.replace('"out"', of_it), said(f"p{at}", *changes)]
    page, *_ = printed(empty_ledger, tmp_path, *texts)
    assert f"if the numbers {numbers} are right" in page.card.doubt
    assert f"claim{'s' if len(bases) > 1 else ''} {coded}" in page.card.hindsight


def test_whose_a_claim_is_stands_beside_it(empty_ledger: Ledger, tmp_path: Path) -> None:
    joint = said(
        "joint", ('["seer"]', '["seer", "house"]'), ("claim", 'attribution = "inferred"\nvia = ["paper"]\nclaim')
    )
    _, html, _, markdown, _ = printed(empty_ledger, tmp_path, joint, PREDICTION, QUESTION, RESOLUTION)
    told = "Said jointly by A. Seer and The House; it was worked out whose it is; it came by way of The Paper."
    assert html.count(told) == 1
    assert markdown.replace("\\", "").count(f"- Whose: {told}") == 1


def test_on_an_outlets_card_stands_who_said_it(empty_ledger: Ledger, tmp_path: Path) -> None:
    texts = PREDICTION, QUESTION, RESOLUTION
    load_packs(empty_ledger, LoadPacks(paths=(pack(tmp_path, HEAD, PEOPLE, *texts),)))
    for by, told in ((Role.OUTLET, "Said by A. Seer."), (Role.AUTHOR, ""), (Role.SPEAKER, "")):
        (page,) = publish(empty_ledger, ScoreFilters(by=by)).pages
        assert page.grounds.whose == {"p1": told}


def test_a_diagram_leaves_out_what_came_out_before_its_deadline(empty_ledger: Ledger, tmp_path: Path) -> None:
    questions = [
        QUESTION.replace('"out"', f'"out-{at}"').replace("resolves_on = 2022-01-23", f"resolves_on = {year}-01-23")
        for at, year in enumerate([2022, 2022, 2199])
    ]
    came = [RESOLUTION.replace('"out"', f'"out-{at}"') for at in range(3)]
    page, *_ = printed(
        empty_ledger, tmp_path, *questions, *came, *(said(f"p{at}", ('"out"', f'"out-{at}"')) for at in range(3))
    )
    assert (page.card.binary_n, page.card.calibration_n, page.diagram.n) == (3, 2, 2)


def test_a_source_that_shares_no_question_is_in_no_component(empty_ledger: Ledger, tmp_path: Path) -> None:
    page, html, _, markdown, _ = printed(empty_ledger, tmp_path, PREDICTION, QUESTION, RESOLUTION)
    assert page.card.component is None
    assert "Component" not in html + markdown


def test_what_would_read_as_no_chance_at_all_is_said_to_be_below_the_least_that_is_shown() -> None:
    assert [chance(value, 3) for value in (None, 0.0, 0.0004, 0.0006)] == ["–", "0.000", "below 0.001", "0.001"]
    assert FIGURES["overconfidence_p"].shown(1e-6) == "below 0.001"
    assert FIGURES["brier"].shown(1e-6) == "0.000"


def test_the_index_says_what_is_true_of_those_that_are_not_ranked(empty_ledger: Ledger, tmp_path: Path) -> None:
    even = said("even", ("probability = 0.9", "probability = 0.5"), ('"out"', '"even"'))
    asked, came = (text.replace('"out"', '"even"') for text in (QUESTION, RESOLUTION))
    texts = PREDICTION, QUESTION, RESOLUTION, even, asked, came
    _, html, index, _, contents = printed(empty_ledger, tmp_path, *texts)
    for text in (index, contents):
        assert "firm: 1 right, 0 wrong" in text
        assert TIES in text
    assert TIES in html
    headings = [line for line in contents.splitlines() if line.startswith(("## ", "| Rank"))]
    assert headings[-2] == "## Sources"
    assert headings[-1].startswith("| Rank")
    assert f"Ranked by {FIGURES['brier'].label}" in contents


def test_nothing_is_said_of_a_source_without_a_prediction() -> None:
    assert Scorecard("seer", "A. Seer", kind=None).what_is_true == "no prediction of its own here"  # type: ignore[arg-type]
