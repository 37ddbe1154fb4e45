"""Every figure leads to its paragraph of docs/scoring.md, and to no other text."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from forecasts.domain.kinds import Bucket
from forecasts.domain.scorecards import Scorecard
from forecasts.errors import InvalidInputError
from forecasts.services.explain import paragraphs, place_of

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "scoring.md"
NO_FIGURES = {"source", "name", "kind", "anonymous", "reasons", "claims", "revisions", "objections", "carried"}


def title_of(figure: str) -> str:
    found = paragraphs()
    return found[place_of(figure, found)].title


def test_the_paragraphs_are_the_document() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert [paragraph.title for paragraph in paragraphs()] == [
        line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")
    ]
    assert all(paragraph.text and paragraph.text in text for paragraph in paragraphs())


@pytest.mark.parametrize("figure", sorted({field.name for field in fields(Scorecard)} - NO_FIGURES))
def test_every_figure_of_a_card_has_its_paragraph(figure: str) -> None:
    assert title_of(figure)


@pytest.mark.parametrize(
    ("figure", "title"),
    [
        ("brier", "Brier score"),
        ("Brier score", "Brier score"),
        ("log_loss", "Log loss"),
        ("difficulty_adjusted_brier", "Difficulty-adjusted Brier"),
        ("brier_low", "Sampling interval"),
        ("crps days", "CRPS"),
        ("#coding-interval", "Coding interval"),
        ("pooled", "Pooled views"),
        *((bucket.value, "Which predictions count") for bucket in Bucket),
    ],
)
def test_by_key_by_name_and_by_anchor(figure: str, title: str) -> None:
    assert title_of(figure) == title


def test_links_within_the_document_lead_somewhere() -> None:
    found = paragraphs()
    anchors = {paragraph.anchor for paragraph in found}
    links = {part.split(")")[0] for paragraph in found for part in paragraph.text.replace("\n", "").split("](#")[1:]}
    assert links
    assert links <= anchors
    assert {found[place_of(link, found)].anchor for link in links} == links


@pytest.mark.parametrize("figure", ["", "no such figure", "#"])
def test_what_is_no_figure_is_refused(figure: str) -> None:
    with pytest.raises(InvalidInputError, match="Brier score"):
        title_of(figure)
