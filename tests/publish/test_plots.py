"""Plots: what a reader of the SVG finds in it, and that it is the same each time and nothing but a picture."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET  # our own file

import pytest

from forecasts.domain.card_pages import (
    CalibrationPanel,
    MeanSoFar,
    Picture,
    PlotKind,
    ReliabilityDiagram,
    ReliabilityPoint,
    ScoreBar,
    TimelinePanel,
)
from forecasts.domain.kinds import Bucket, QuestionKind
from forecasts.domain.scorecards import ScoreFilters
from forecasts.errors import OutputRefusedError, RuleBrokenError, UnknownRecordError
from forecasts.interchange.plots import plot_bytes
from forecasts.paths import installing
from forecasts.services.card_pages import claimed_document
from forecasts.services.plots import picture_of, write_plot
from forecasts.services.receipts import ledger_receipt, receipt_of_file

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.services.ledger import Ledger

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = r"$\frac{1}{0}$ <script>alert(1)</script> & \u202e \x1b[31m ${x}$ _a^b"
POINTS = (
    ReliabilityPoint(probability=0.2, count=4, happened=1, fitted=0.25, low=0.05, high=0.5),
    ReliabilityPoint(probability=0.8, count=9, happened=8, fitted=0.9, low=0.6, high=0.95),
)
PANELS = {
    PlotKind.CALIBRATION: CalibrationPanel(name="Ana", n=13, diagram=ReliabilityDiagram(points=POINTS)),
    PlotKind.SCORES: ScoreBar(name="Ana", n=13, brier=0.4, low=0.2, high=0.6, best=0.3, worst=0.5),
    PlotKind.TIMELINE: TimelinePanel(
        name="Ana",
        scores=tuple((date(2022, 1, day), day / 10) for day in range(1, 7)),
        means=tuple(
            MeanSoFar(day=date(2022, 1, day), n=day, mean=0.3, low=0.1 if day > 4 else None, high=0.5)
            for day in range(1, 7)
        ),
    ),
}


def _picture(kind: PlotKind, name: str = "Ana") -> Picture:
    panel = replace(PANELS[kind], name=name)  # type: ignore[type-var]
    return Picture(kind=kind, panels=(panel,), made_of="By speaker.", receipt="")  # type: ignore[arg-type]


def _drawn(picture: Picture) -> ET.Element:
    return ET.fromstring(plot_bytes(picture, "svg"))  # noqa: S314 - our own file


def _texts(root: ET.Element) -> list[str]:
    return ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]


def _group(root: ET.Element, name: str) -> ET.Element:
    (found,) = (element for element in root.iter(f"{SVG}g") if element.get("id") == name)
    return found


def _ends(element: ET.Element) -> list[tuple[float, float]]:
    """The points of a line in a group."""
    path = next(path.get("d", "") for path in element.iter(f"{SVG}path"))
    return [(float(x), float(y)) for x, y in re.findall(r"[ML] (\S+) (\S+)", path)]


@pytest.mark.parametrize("kind", PlotKind)
def test_it_is_labelled_with_its_name_and_n(kind: PlotKind) -> None:
    said = "\n".join(_texts(_drawn(_picture(kind))))
    assert "Ana" in said
    assert re.search(r"n = (13|6)\b", said)
    assert "By speaker." in said


@pytest.mark.parametrize("kind", PlotKind)
def test_few_are_called_few(kind: PlotKind) -> None:
    many, few = _picture(kind), _picture(kind)
    panel = few.panels[0]
    if isinstance(panel, CalibrationPanel):
        return  # of few none is drawn
    if not isinstance(panel, TimelinePanel):
        few = replace(few, panels=(replace(panel, n=9),))
        assert "few" not in re.findall(r"n = .*", "\n".join(_texts(_drawn(many))))[0]
    assert "few" in re.findall(r"n = .*", "\n".join(_texts(_drawn(few))))[0]


def test_the_score_lies_between_the_ends_of_its_intervals_on_the_axis() -> None:
    root = _drawn(_picture(PlotKind.SCORES))
    (low, _), (high, _) = _ends(_group(root, "sampling-0"))
    (best, _), (worst, _) = _ends(_group(root, "coding-0"))
    (coin, _), _ = _ends(_group(root, "coin"))
    zero_to_coin = coin - (low - (high - low) / 2)  # 0.2 lies half of 0.2..0.6 from 0
    assert high - low == pytest.approx((0.6 - 0.2) / 0.25 * zero_to_coin, rel=1e-3)
    assert worst - best == pytest.approx((high - low) / 2, rel=1e-3)
    assert (best + worst) / 2 == pytest.approx((low + high) / 2, rel=1e-3)


def test_without_an_interval_none_is_drawn() -> None:
    bar = replace(PANELS[PlotKind.SCORES], low=None, high=None)  # type: ignore[type-var]
    root = _drawn(Picture(kind=PlotKind.SCORES, panels=(bar,), made_of="", receipt=""))  # type: ignore[arg-type]
    names = {element.get("id") for element in root.iter(f"{SVG}g")}
    assert "sampling-0" not in names
    assert "coding-0" in names


def test_every_ring_says_of_how_many() -> None:
    root = _drawn(_picture(PlotKind.CALIBRATION))
    assert {"4", "9"} <= set(_texts(root))
    assert len(list(_group(root, "forecasts").iter(f"{SVG}use"))) + len(
        list(_group(root, "forecasts").iter(f"{SVG}path"))
    ) >= len(POINTS)
    assert _group(root, "interval") is not None


def test_the_mean_so_far_has_its_interval_only_where_there_is_one() -> None:
    root = _drawn(_picture(PlotKind.TIMELINE))
    assert "95 %" in "\n".join(_texts(root))
    steps = _ends(_group(root, "mean"))
    shaded = _ends(_group(root, "interval"))
    assert min(x for x, _ in shaded) > min(x for x, _ in steps)


@pytest.mark.parametrize("kind", PlotKind)
@pytest.mark.parametrize("form", ["svg", "png"])
def test_the_same_picture_is_the_same_bytes_whatever_the_users_settings(
    kind: PlotKind, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import matplotlib as mpl

    first = plot_bytes(_picture(kind), form)
    with mpl.rc_context({"text.usetex": True, "font.size": 30.0, "svg.hashsalt": "other", "axes.facecolor": "red"}):
        assert plot_bytes(_picture(kind), form) == first
        assert mpl.rcParams["font.size"] == 30.0
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    assert plot_bytes(_picture(kind), form) == first


@pytest.mark.parametrize("kind", PlotKind)
def test_a_name_is_text(kind: PlotKind) -> None:
    content = plot_bytes(_picture(kind, HOSTILE.encode().decode("unicode_escape")), "svg").decode()
    root = ET.fromstring(content)  # noqa: S314 - our own file
    assert any(r"<script>" in said and "$" in said for said in _texts(root))
    assert "\x1b" not in content
    assert "\u202e" not in content
    assert {element.tag.removeprefix(SVG) for element in root.iter()}.isdisjoint({"script", "image", "foreignObject"})
    links = [value for element in root.iter() for name, value in element.attrib.items() if name.endswith("href")]
    assert all(link.startswith("#") for link in links)


def test_calibration_of_fewer_than_ten_is_not_drawn_and_the_reason_is_told(resolved: Ledger, tmp_path: Path) -> None:
    with pytest.raises(RuleBrokenError, match=r"of fewer than 10 forecasts .* Chan Kung \(\d\)\."):
        write_plot(resolved, PlotKind.CALIBRATION, tmp_path / "x.svg", ScoreFilters(), ("chan-kung",))
    assert not (tmp_path / "x.svg").exists()
    document = claimed_document(resolved, ScoreFilters(), sources=("chan-kung",))
    (card,) = document.scorecards
    scored = tuple(
        claim for claim in card.claims if claim.kind is QuestionKind.BINARY and claim.bucket is Bucket.SCORED
    )
    enough = replace(card, name="Enough", claims=(scored * 10)[:10])
    picture = picture_of(replace(document, scorecards=(card, enough)), PlotKind.CALIBRATION)
    assert [panel.name for panel in picture.panels] == ["Enough"]
    assert (
        f"Not drawn: of fewer than 10 forecasts of yes or no calibration shows chance: Chan Kung ({len(scored)})."
        in picture.made_of
    )


@pytest.mark.parametrize("kind", [PlotKind.SCORES, PlotKind.TIMELINE])
def test_the_seed_is_drawn_with_its_receipt(resolved: Ledger, tmp_path: Path, kind: PlotKind) -> None:
    with resolved.snapshot() as moment:
        receipt = ledger_receipt(moment.reader, resolved.today())
    for name in ("x.svg", "x.png"):
        path = write_plot(resolved, kind, tmp_path / name, ScoreFilters(), ("chan-kung",))
        assert str(receipt_of_file(path)) == receipt
        assert write_plot(resolved, kind, tmp_path / name, ScoreFilters(), ("chan-kung",)) == path
    root = ET.fromstring((tmp_path / "x.svg").read_bytes())  # noqa: S314 - our own file
    said = "\n".join(_texts(root))
    assert "Chan Kung" in said
    assert "n = 3" in said


def test_the_timeline_ends_at_the_score_and_interval_of_the_card(resolved: Ledger) -> None:
    document = claimed_document(resolved, ScoreFilters(), sources=("chan-kung",))
    (panel,) = picture_of(document, PlotKind.TIMELINE).panels
    (card,) = document.scorecards
    assert isinstance(panel, TimelinePanel)
    last = panel.means[-1]
    assert last.n == card.scored
    assert last.mean == pytest.approx(card.brier)
    assert last.low == pytest.approx(card.brier_low)
    assert last.high == pytest.approx(card.brier_high)
    assert all(mean.low is not None and mean.low <= mean.mean for mean in panel.means)


def test_what_cannot_be_drawn_is_said(resolved: Ledger, tmp_path: Path) -> None:
    with pytest.raises(OutputRefusedError, match="neither"):
        write_plot(resolved, PlotKind.SCORES, tmp_path / "x.pdf", ScoreFilters(), ())
    with pytest.raises(UnknownRecordError):
        write_plot(resolved, PlotKind.SCORES, tmp_path / "x.svg", ScoreFilters(), ("no-such",))
    with pytest.raises(RuleBrokenError, match="Nothing can be drawn"):
        write_plot(resolved, PlotKind.SCORES, tmp_path / "x.svg", ScoreFilters(), ("nikolai-vavilov",))
    (tmp_path / "mine.svg").write_text("mine")
    with pytest.raises(OutputRefusedError, match="left alone"):
        write_plot(resolved, PlotKind.SCORES, tmp_path / "mine.svg", ScoreFilters(), ())
    assert not (tmp_path / "x.svg").exists()


def test_without_the_library_the_command_says_what_to_install(
    resolved: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(OutputRefusedError, match="matplotlib") as refused:
        write_plot(resolved, PlotKind.SCORES, tmp_path / "x.svg", ScoreFilters(), ())
    assert installing("plot") in str(refused.value)


def test_the_library_is_loaded_for_a_picture_only() -> None:
    program = (
        "import sys, forecasts.services.plots, forecasts.interchange.plots, forecasts.cli.commands.exporting\n"
        "assert not [name for name in sys.modules if name.startswith('matplotlib')]\n"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stderr
