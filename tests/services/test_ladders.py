"""Ladders from packs to cards: one sentence counts once, and numbers that contradict each other are told."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from forecasts.domain.glossary import INCOHERENT
from forecasts.domain.intents import LoadPacks
from forecasts.domain.kinds import Which
from forecasts.domain.scorecards import ScoreFilters
from forecasts.services.card_pages import claimed_document
from forecasts.services.export import export_bundle, export_scorecards
from forecasts.services.load import load_packs
from tests.services.packs import HEAD, PEOPLE, PREDICTION, QUESTION, RESOLUTION, pack

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.domain.scorecards import Scorecard
    from forecasts.services.ledger import Ledger

pytestmark = pytest.mark.no_engine_decides

SOONER = QUESTION.replace("23", "16").replace('"out"', '"sooner"') + 'implies = ["out"]\n'
NOT_SOONER = RESOLUTION.replace('"out"', '"sooner"').replace('"yes"', '"no"')
OF_OPTIONS = """
[[question]]
slug = "which"
title = "Which way?"
kind = "multiple_choice"
options = ["north", "south", "west"]
criteria = "The way that is taken."
resolves_on = 2022-03-01
"""


def said(slug: str, question: str, phrase: str, number: str, more: str = "") -> str:
    """A prediction of these words, with this number, on a question."""
    text = PREDICTION.replace('"p1"', f'"{slug}"').replace('"out"', f'"{question}"').replace("will be out", phrase)
    return text.replace("probability = 0.9", number) + more


def card_of(ledger: Ledger, folder: Path, *texts: str) -> Scorecard:
    resolved = (RESOLUTION, NOT_SOONER)
    load_packs(ledger, LoadPacks(paths=(pack(folder, HEAD, PEOPLE, QUESTION, SOONER, OF_OPTIONS, *resolved, *texts),)))
    (card,) = claimed_document(ledger, ScoreFilters()).scorecards
    return card


@pytest.mark.parametrize("which", Which)
def test_a_bundle_proves_one_count_for_one_sentence(empty_ledger: Ledger, tmp_path: Path, which: Which) -> None:
    number = "probability = 0.7\nlow = 0.5\nhigh = 0.8"
    texts = (
        said("near", "out", "within days", number, 'fit = "exact"\n'),
        said("far", "sooner", "within days", number),
        said("again", "sooner", "by the sixteenth", "probability = 0.6"),
    )
    card = card_of(empty_ledger, tmp_path, *texts)
    assert {claim.prediction: claim.bucket.value for claim in card.claims} == {
        "near": "scored",
        "far": "repeats",
        "again": "scored",
    }
    assert card.brier == pytest.approx((0.3**2 + 0.6**2) / 2)
    assert card.brier_best == pytest.approx((0.2**2 + 0.6**2) / 2)
    assert card.brier_worst == pytest.approx((0.8**2 + 0.6**2) / 2)  # at its place on the sooner question, read high
    with zipfile.ZipFile(export_bundle(empty_ledger, tmp_path / "b.zip", ScoreFilters(which=which))) as archive:
        archive.extractall(tmp_path / "bundle")
    run = [sys.executable, "-I", "recompute.py"]
    done = subprocess.run(run, cwd=tmp_path / "bundle", env={}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_a_sooner_deadline_that_is_likelier_is_told_in_every_format(empty_ledger: Ledger, tmp_path: Path) -> None:
    texts = (
        said("one", "sooner", "very soon", "probability = 0.8"),
        said("two", "out", "some day", "probability = 0.6"),
        said("three", "out", "or so", "probability = 0.9"),
        said("later", "out", "no longer", "probability = 0.1", "made_on = 2022-01-11\n"),
    )
    card = card_of(empty_ledger, tmp_path, *texts)
    ((first, second, text),) = [(item.first, item.second, item.text) for item in card.incoherent]
    assert (first, second) == ("one", "two")
    assert "80 %" in text
    assert "60 %" in text
    for form in ("json", "csv", "markdown", "html"):
        export_scorecards(empty_ledger, form=form, output=tmp_path / form, filters=ScoreFilters())
        written = "".join(path.read_text(encoding="utf-8") for path in sorted((tmp_path / form).rglob("*.*")))
        assert "which is yes whenever the first is" in written, form
        assert form in ("json", "csv") or INCOHERENT in written
    (found,) = json.loads((tmp_path / "json" / "scorecards.json").read_text(encoding="utf-8"))["scorecards"]
    assert found["incoherent"] == [{"first": "one", "second": "two", "text": text}]


def test_numbers_whose_ranges_leave_room_are_told_with_that(empty_ledger: Ledger, tmp_path: Path) -> None:
    texts = (
        said("one", "sooner", "very soon", "probability = 0.8\nlow = 0.5\nhigh = 0.9"),
        said("two", "out", "some day", "probability = 0.6"),
    )
    (item,) = card_of(empty_ledger, tmp_path, *texts).incoherent
    assert "need not contradict" in item.text


def test_exclusive_options_above_one_are_told_unless_one_revises_the_other(
    empty_ledger: Ledger, tmp_path: Path
) -> None:
    north, south = (f"probabilities = {{ north = {a}, south = {b}, west = 0.1 }}" for a, b in ((0.7, 0.2), (0.2, 0.7)))
    texts = (
        said("one", "which", "north", north),
        said("two", "which", "rather south", south),
        said("three", "which", "south again", south, 'supersedes = "one"\n'),
    )
    found = card_of(empty_ledger, tmp_path, *texts).incoherent
    assert [(item.first, item.second) for item in found] == [("one", "two")]
    assert "70 % to north" in found[0].text
    assert "70 % to south" in found[0].text
