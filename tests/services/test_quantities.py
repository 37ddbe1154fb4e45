"""Numbers and days from other people's files: open ends, outcomes beyond the range, tails past the deadline."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from forecasts.domain.scorecards import ScoreFilters
from forecasts.services.card_pages import claimed_document
from forecasts.services.export import export_bundle, export_scorecards
from forecasts.services.import_records import ImportOptions, import_records
from forecasts.services.scoreboard import scorecard_document

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from forecasts.services.ledger import Ledger

pytestmark = pytest.mark.no_engine_decides

OPENED, CLOSED, KNOWN = (f"2025-{day} 00:00:00+00:00" for day in ("01-01", "02-01", "02-02"))
PLACES = [100.0 + 10 * place for place in range(11)]
MOSTLY_ABOVE = [0.0] * 8 + [0.03, 0.06, 0.09]
BOTH_BEYOND = [0.3 + 0.05 * place for place in range(11)]


def table(rows: Sequence[dict[str, object]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def download(folder: Path, cdf: list[float], *outcomes: str) -> Path:
    """A Metaculus download: one question for each outcome, each answered by a forecaster of its own."""
    folder.mkdir()
    asked = [
        {"Question ID": number, "Question URL": f"https://x/{number}", "Question Title": f"How many, case {number}?",
         "Question Type": "numeric", "Lower Bound": 100, "Open Lower Bound": True, "Upper Bound": 200,
         "Open Upper Bound": True, "Continuous Range": PLACES, "Open Time": OPENED, "Scheduled Close Time": CLOSED,
         "Resolution": outcome, "Resolution Known Time": KNOWN}
        for number, outcome in enumerate(outcomes, start=1)
    ]  # fmt: skip
    said = [
        {"Question ID": number, "Forecaster ID": 4 + number, "Forecaster Username": f"seer {number}",
         "Start Time": "2025-01-02 00:00:00+00:00", "End Time": "", "Probability Yes": "",
         "Probability Yes Per Category": "", "Continuous CDF": cdf}
        for number in range(1, len(outcomes) + 1)
    ]  # fmt: skip
    (folder / "question_data.csv").write_text(table(asked), encoding="utf-8")
    (folder / "forecast_data.csv").write_text(table(said), encoding="utf-8")
    return folder


def scored(ledger: Ledger) -> dict[str, tuple[str, float]]:
    """The mean CRPS of each source and its unit."""
    cards = scorecard_document(ledger, ScoreFilters()).scorecards
    return {card.name: (crps.unit, crps.mean or 0.0) for card in cards for crps in card.crps}


def assert_recomputed(ledger: Ledger, folder: Path) -> None:
    """The bundle's script finds the same figures in the record alone."""
    with zipfile.ZipFile(export_bundle(ledger, folder / "b.zip", ScoreFilters())) as archive:
        archive.extractall(folder / "bundle")
    run = [sys.executable, "-I", "recompute.py"]
    done = subprocess.run(run, cwd=folder / "bundle", env={}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_mass_beyond_an_open_bound_lies_at_that_bound(empty_ledger: Ledger, tmp_path: Path) -> None:
    import_records(empty_ledger, "metaculus", download(tmp_path / "m", MOSTLY_ABOVE, "110.0"), ImportOptions())
    exact = (60 + (1 - 0.91**3) / 0.009) / 100  # F is 0 to 170, then rises to .09 at 200
    unit, found = scored(empty_ledger)["seer 1"]
    assert unit == "share of the range"
    assert found == pytest.approx(exact, abs=1e-9)
    assert round(exact, 3) == 0.874
    assert_recomputed(empty_ledger, tmp_path)


@pytest.mark.parametrize(
    ("words", "number"), [("below_lower_bound", "40.0"), ("above_upper_bound", "1000.0"), ("below_lower_bound", "100")]
)
def test_an_outcome_beyond_the_range_scores_alike_in_words_and_as_a_number(
    empty_ledger: Ledger, tmp_path: Path, words: str, number: str
) -> None:
    import_records(empty_ledger, "metaculus", download(tmp_path / "m", BOTH_BEYOND, words, number), ImportOptions())
    exact = (0.7**3 - 0.2**3) / 1.5 if words == "below_lower_bound" else (0.8**3 - 0.3**3) / 1.5
    found = scored(empty_ledger)
    assert [value for _, value in found.values()] == pytest.approx([exact, exact], abs=1e-9)
    assert_recomputed(empty_ledger, tmp_path)


def test_a_flat_piece_of_a_distribution_stays_flat(empty_ledger: Ledger, tmp_path: Path) -> None:
    steps = [0.0, 0.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1.0, 1.0, 1.0]
    import_records(empty_ledger, "metaculus", download(tmp_path / "m", steps, "150"), ImportOptions())
    exact = (10 * 0.25 / 3 + 50 * 0.25 + 10 * 0.25 / 3) / 100
    assert scored(empty_ledger)["seer 1"][1] == pytest.approx(exact, abs=1e-9)


DAYS = """source,question,question_kind,quantiles,made_on,resolves_on,outcome,known_on
Whole,It came,date,"0.1: 2025-03-01; 0.5: 2025-06-01; 0.9: 2026-09-01",2020-01-01,2026-01-01,2025-06-15,2025-06-15
Cut,It came,date,"0.1: 2025-03-01; 0.5: 2025-06-01; 0.9: 2026-01-01",2020-01-01,2026-01-01,2025-06-15,2025-06-15
Whole,Not,date,"0.1: 2025-03-01; 0.5: 2025-06-01; 0.9: 2026-09-01",2020-01-01,2026-01-01,not-by-deadline,2026-02-01
Cut,Not,date,"0.1: 2025-03-01; 0.5: 2025-06-01; 0.9: 2026-01-01",2020-01-01,2026-01-01,not-by-deadline,2026-02-01
"""


def test_nobody_gains_by_cutting_his_tail_at_the_deadline(empty_ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "days.csv").write_text(DAYS, encoding="utf-8")
    import_records(empty_ledger, "csv", tmp_path / "days.csv", ImportOptions())
    came = 2 * (0.1 * 106 + 0.5 * 14 + 0.1 * 200) / 3  # days from each quantile to 15 June 2025
    failed = 2 * (0.1 * 306 + 0.5 * 214 + 0.9 * 0) / 3
    found = scored(empty_ledger)
    assert {unit for unit, _ in found.values()} == {"days"}
    assert [found["Whole"][1], found["Cut"][1]] == pytest.approx([(came + failed) / 2] * 2, abs=1e-9)
    assert_recomputed(empty_ledger, tmp_path)


def test_a_card_of_numbers_alone_says_that_nobody_knows_when_its_claims_were_read(
    empty_ledger: Ledger, tmp_path: Path
) -> None:
    import_records(empty_ledger, "metaculus", download(tmp_path / "m", MOSTLY_ABOVE, "110.0"), ImportOptions())
    (card,) = claimed_document(empty_ledger, ScoreFilters()).scorecards
    assert (card.hindsight_questions, card.hindsight_questions_unknown) == (0, 0)  # the platform says when it opened
    assert (card.hindsight_predictions, card.hindsight_predictions_unknown) == (0, 1)
    for form in ("html", "markdown"):
        export_scorecards(empty_ledger, form=form, output=tmp_path / form, filters=ScoreFilters())
        written = [path.read_text(encoding="utf-8") for path in (tmp_path / form).iterdir()]
        assert any(card.hindsight in text for text in written), form
