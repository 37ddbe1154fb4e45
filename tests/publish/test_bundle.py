"""The bundle: recomputed on a bare machine, and a falsified figure is found."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from hashlib import sha256
from statistics import fmean
from typing import TYPE_CHECKING, Any

import pytest
from scipy import stats

from forecasts.domain.kinds import Basis, Bucket, Role, Which, Wording
from forecasts.domain.records import Reading
from forecasts.domain.scorecards import ScoreFilters
from forecasts.errors import OutputRefusedError
from forecasts.interchange.scorecard_files import script_text
from forecasts.services.card_pages import claimed_document
from forecasts.services.export import export_bundle, export_scorecards
from forecasts.services.import_records import import_records
from forecasts.services.ledger import open_ledger
from forecasts.services.reviews import record_reading
from forecasts.services.setup import set_up
from tests.conftest import ANALYST, HeldClock
from tests.imports.documents import METACULUS_FORECASTS, METACULUS_QUESTIONS, metaculus_zip
from tests.services.packs import HAND_COMPUTED

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.services.ledger import Ledger

FILTERS = [
    ScoreFilters(),
    ScoreFilters(by=Role.AUTHOR, which=Which.LAST),
    ScoreFilters(by=Role.OUTLET, wording=Wording.WORST),
    ScoreFilters(wording=Wording.BEST),
    ScoreFilters(standard="icd-203"),
    ScoreFilters(scenario="csto-mission", basis=Basis.ANALYST),
]


def _unpacked(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder


def _run(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "recompute.py"], cwd=folder, env={}, capture_output=True, text=True, check=False
    )


@pytest.fixture
def bundle(resolved: Ledger, tmp_path: Path) -> Path:
    return _unpacked(export_bundle(resolved, tmp_path / "b.zip", ScoreFilters()), tmp_path / "bundle")


@pytest.fixture
def hand_computed(tmp_path: Path) -> Path:
    """A bundle of the ledger whose figures were computed by hand."""
    set_up(str(tmp_path / "a.db"), analyst=ANALYST, packs=(HAND_COMPUTED,), with_resolutions=True, clock=HeldClock())
    ledger = open_ledger(str(tmp_path / "a.db"), analyst=ANALYST, clock=HeldClock())
    folder = _unpacked(export_bundle(ledger, tmp_path / "b.zip", ScoreFilters()), tmp_path / "bundle")
    ledger.close()
    return folder


@pytest.mark.parametrize("filters", FILTERS)
def test_every_figure_is_recomputed_alike(resolved: Ledger, tmp_path: Path, filters: ScoreFilters) -> None:
    done = _run(_unpacked(export_bundle(resolved, tmp_path / "b.zip", filters), tmp_path / "bundle"))
    assert done.stderr == ""
    assert done.returncode == 0, done.stdout
    assert re.fullmatch(r"[1-9]\d* figures compared: all equal\.\n", done.stdout)


@pytest.mark.parametrize("filters", FILTERS)
def test_an_exported_file_of_cards_proves_its_figures_alone(
    resolved: Ledger, tmp_path: Path, filters: ScoreFilters
) -> None:
    export_scorecards(resolved, form="json", output=tmp_path / "scorecards.json", filters=filters)
    (tmp_path / "recompute.py").write_text(script_text(), encoding="utf-8")

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-I", "recompute.py", "scorecards.json"],
            cwd=tmp_path, env={}, capture_output=True, text=True, check=False,
        )  # fmt: skip

    assert re.fullmatch(r"[1-9]\d* figures compared: all equal\.\n", run().stdout), run()
    document = json.loads((tmp_path / "scorecards.json").read_text(encoding="utf-8"))
    card = next(card for card in document["scorecards"] if card["overconfidence_p_lenient_by_scenario"] is not None)
    card["overconfidence_p_lenient_by_scenario"] += 0.001
    (tmp_path / "scorecards.json").write_text(json.dumps(document), encoding="utf-8")
    assert run().stdout.startswith(f"{card['source']}: overconfidence_p_lenient_by_scenario is published as ")


def test_second_readings_are_recomputed_alike(resolved: Ledger, tmp_path: Path) -> None:
    cards = claimed_document(resolved, ScoreFilters()).scorecards
    scored = [claim for card in cards for claim in card.claims if claim.bucket is Bucket.SCORED and claim.probability]
    readable = sorted({claim.prediction for claim in scored if claim.basis is not Basis.STATED})[:6]
    for place, slug in enumerate(readable):
        for name in ("B. Second", "C. Third")[: 1 + place % 2]:
            second = replace(resolved, analyst=name)
            record_reading(
                second, Reading(analyst="", prediction=slug, probability=0.3, low=0.1 if place % 3 else None)
            )
    for wording in Wording:
        packed = export_bundle(resolved, tmp_path / f"{wording}.zip", ScoreFilters(wording=wording))
        done = _run(_unpacked(packed, tmp_path / wording.value))
        assert (done.stderr, done.returncode) == ("", 0), done.stdout


@pytest.mark.parametrize("figure", ["", "n", "mean", "coverage"])
def test_crps_is_recomputed_by_unit_and_a_falsified_one_is_found(hand_computed: Path, figure: str) -> None:
    folder = hand_computed

    def falsify(document: dict[str, Any]) -> None:
        card = next(card for card in document["scorecards"] if card["source"] == "bob")
        card["crps"][0][figure] += 1

    if figure:
        _rewrite(folder / "figures.json", falsify)
    done = _run(folder)
    assert (done.returncode, done.stderr) == (bool(figure), "")
    assert (f"bob: CRPS in %, {figure} is published as" in done.stdout) is bool(figure)


def test_imported_forecasts_are_recomputed_alike(resolved: Ledger, tmp_path: Path) -> None:
    path = metaculus_zip(tmp_path / "m.zip", METACULUS_QUESTIONS, METACULUS_FORECASTS)
    import_records(resolved, "metaculus", path)
    for which in Which:
        output = tmp_path / f"{which}.zip"
        done = _run(_unpacked(export_bundle(resolved, output, ScoreFilters(which=which)), tmp_path / which.value))
        assert (done.returncode, done.stderr) == (0, ""), done.stdout


@pytest.mark.parametrize(
    "figure",
    [
        "brier",
        "brier_low",
        "brier_high",
        "brier_scenario_low",
        "brier_scenario_high",
        "brier_best",
        "log_loss",
        "scored",
        "possibilities",
        "clipped",
    ],
)
def test_a_falsified_figure_is_found(bundle: Path, figure: str) -> None:
    def falsify(document: dict[str, Any]) -> None:
        card = next(card for card in document["scorecards"] if card["source"] == "chan-kung")
        card[figure] += 0.0001 if isinstance(card[figure], float) else 1

    _rewrite(bundle / "figures.json", falsify)
    done = _run(bundle)
    assert done.returncode == 1
    assert f"chan-kung: {figure} is published as" in done.stdout
    assert "figures.json is not the file" in done.stdout


def _first_version(document: dict[str, Any]) -> None:
    """The figures as version 1 had them: Student's t from five questions on, nothing over scenarios."""
    document["formula_version"] = "1"
    for card in document["scorecards"]:
        del card["brier_scenario_low"], card["brier_scenario_high"]
        scores = [row["brier"] for row in card["claims"] if row["bucket"] == "scored" and row["brier"] is not None]
        card["brier_low"] = card["brier_high"] = None
        if len(scores) >= 5:
            low, high = stats.t.interval(0.95, len(scores) - 1, loc=fmean(scores), scale=stats.sem(scores))
            card["brier_low"], card["brier_high"] = max(float(low), 0.0), min(float(high), 1.0)


def test_a_bundle_of_the_first_formula_version_still_verifies(hand_computed: Path) -> None:
    bundle = hand_computed
    _rewrite(bundle / "figures.json", _first_version)
    manifest = bundle / "bundle.json"

    def vouch(document: dict[str, Any]) -> None:
        document["formula_version"] = "1"
        document["sha256"]["figures.json"] = sha256((bundle / "figures.json").read_bytes()).hexdigest()

    _rewrite(manifest, vouch)
    done = _run(bundle)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout

    def falsify(document: dict[str, Any]) -> None:
        card = next(card for card in document["scorecards"] if card["brier_low"] is not None)
        card["brier_high"] += 1e-6

    _rewrite(bundle / "figures.json", falsify)
    assert "brier_high is published as" in _run(bundle).stdout


def test_the_scripts_own_beta_distribution_is_scipys() -> None:
    script: dict[str, Any] = {"__name__": "script"}
    exec(compile(script_text(), "recompute.py", "exec"), script)  # noqa: S102 - our own script
    for a, b in ((0.5, 0.5), (1, 1), (1, 300), (0.02, 41.3), (11, 0.5), (250.5, 3_000), (40_000, 260_000)):
        for level in (0.025, 0.05, 0.5, 0.975):
            found = script["beta_quantile"](level, a, b)
            assert found == pytest.approx(float(stats.beta.ppf(level, a, b)), abs=1e-10, rel=0), (a, b, level)


def test_a_falsified_record_is_found(bundle: Path) -> None:
    path = bundle / "pack" / "resolutions.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('outcome = "yes"', 'outcome = "no"', 1), encoding="utf-8")
    done = _run(bundle)
    assert done.returncode == 1
    assert "brier is published as" in done.stdout
    assert "pack/resolutions.toml is not the file" in done.stdout


def test_a_card_left_out_is_found(bundle: Path) -> None:
    _rewrite(bundle / "figures.json", lambda document: document["scorecards"].pop())
    assert "has claims but no scorecard" in _run(bundle).stdout


def test_what_cannot_be_read_is_said(bundle: Path) -> None:
    (bundle / "figures.json").write_text("{", encoding="utf-8")
    done = _run(bundle)
    assert (done.returncode, done.stderr) == (2, "")
    assert "cannot be read" in done.stdout


def _rewrite(path: Path, change: Any) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")


def test_the_script_needs_nothing_and_is_short() -> None:
    imports = set(re.findall(r"^(?:import|from) (\w+)", script_text(), re.MULTILINE))
    assert imports <= set(sys.stdlib_module_names)
    assert len(script_text().splitlines()) < 900


def test_the_same_record_is_the_same_zip_and_nothing_else_is_overwritten(resolved: Ledger, tmp_path: Path) -> None:
    one, other = (export_bundle(resolved, tmp_path / name, ScoreFilters()) for name in ("a.zip", "b.zip"))
    assert one.read_bytes() == other.read_bytes()
    (tmp_path / "notes.zip").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputRefusedError, match="is not such a bundle"):
        export_bundle(resolved, tmp_path / "notes.zip", ScoreFilters())
    names = zipfile.ZipFile(one).namelist()
    assert {"figures.json", "receipt.txt", "bundle.json", "recompute.py", "README.txt", "pack/pack.toml"} <= set(names)
    assert "pack/standards.toml" in names
