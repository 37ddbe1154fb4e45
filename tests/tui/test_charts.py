"""Charts in characters: what they draw follows from the numbers, in any width, and reads without colours."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.domain.card_pages import ReliabilityDiagram, ReliabilityPoint, means_so_far
from forecasts.tui.charts import (
    Canvas,
    Run,
    bars,
    beside,
    inked,
    is_outside,
    over_time_lines,
    point_lines,
    reliability_lines,
    sparkline,
    text_of,
    width_of,
)

SHARES = st.floats(0, 1)


def point(given_: float, fitted: float, low: float, high: float, count: int = 4) -> ReliabilityPoint:
    happened = round(fitted * count)
    return ReliabilityPoint(probability=given_, count=count, happened=happened, fitted=fitted, low=low, high=high)


THREE = ReliabilityDiagram(
    points=(point(0.1, 0.0, 0.0, 0.5), point(0.5, 0.5, 0.0, 1.0, 10), point(0.9, 0.5, 0.75, 1.0)),
    bins=(4, 0, 0, 0, 10, 0, 0, 0, 4, 0),
)


@st.composite
def diagrams(draw: st.DrawFn) -> ReliabilityDiagram:
    given_ = sorted(draw(st.sets(st.integers(0, 1000), min_size=1, max_size=40)))
    fitted = sorted(draw(st.lists(SHARES, min_size=len(given_), max_size=len(given_))))
    bands = draw(st.lists(st.tuples(SHARES, SHARES), min_size=len(given_), max_size=len(given_)))
    points = tuple(
        point(share / 1000, fit, min(band), max(band)) for share, fit, band in zip(given_, fitted, bands, strict=True)
    )
    return ReliabilityDiagram(points=points, bins=tuple(draw(st.lists(st.integers(0, 9999), min_size=10, max_size=10))))


class TestReliability:
    def test_the_diagram_as_it_looks(self) -> None:
        assert text_of(reliability_lines(THREE, 37, 7)).splitlines() == [
            "came true, % ↑   given to YES, % →",
            "100 ┤             ░░░░░░░░░░░░░░░···",
            "    │          ░░░░░░░░░░░░░·····",
            "    │     ░░░░░░░░░░░░░·····░░░░░",
            " 50 ┤   ░░░░░░░░░░·╭●───────────◆",
            "    │   ░░░░░·╭────╯░░░░░░░",
            "    │   ···╭──╯░░░░░░░░░",
            "  0 ┤···●──╯░░░░░░░░░░",
            "    └┬──────────────┬──────────────┬",
            "     0             50            100",
            "                  ██",
            "      ▇▇          ██          ▇▇",
            "      4           10          4",
        ]

    def test_a_point_outside_the_band_has_another_sign_and_a_word(self) -> None:
        assert [is_outside(each) for each in THREE.points] == [False, False, True]
        assert text_of(reliability_lines(THREE)).count("◆") == 1
        said = text_of(point_lines(THREE)).splitlines()
        assert said[1].split() == ["10", "%", "4", "0", "0", "%", "0–50", "%"]
        assert said[3].split() == ["90", "%", "4", "2", "50", "%", "75–100", "%", "◆", "low"]

    def test_without_points_there_is_nothing(self) -> None:
        assert reliability_lines(ReliabilityDiagram()) == point_lines(ReliabilityDiagram()) == ()

    def test_too_small_is_refused(self) -> None:
        with pytest.raises(ValueError, match="cannot be read"):
            reliability_lines(THREE, 25, 12)
        with pytest.raises(ValueError, match="cannot be read"):
            reliability_lines(THREE, 46, 5)

    @given(diagrams(), st.integers(26, 100), st.integers(6, 30))
    def test_it_stays_in_its_room_and_shows_the_last_point(
        self, diagram: ReliabilityDiagram, width: int, height: int
    ) -> None:
        lines = reliability_lines(diagram, width, height)
        assert width_of(lines[1:]) <= width
        last = diagram.points[-1]
        canvas = Canvas(10 * ((width - 6) // 10) + 1, height)
        drawn = text_of(lines).splitlines()[1 + canvas.row(last.fitted)]
        assert drawn[5 + canvas.column(last.probability)] == ("◆" if is_outside(last) else "●")

    @given(diagrams(), st.integers(2, 20))
    def test_the_largest_points_are_named(self, diagram: ReliabilityDiagram, most: int) -> None:
        lines = point_lines(diagram, most)
        assert len(lines) <= most + 1
        hidden = len(diagram.points) - (len(lines) - 2 if len(diagram.points) > most else len(lines) - 1)
        if hidden:
            assert text_of(lines).endswith(f"and {hidden} with fewer forecasts")


class TestOverTime:
    def test_the_chart_as_it_looks(self) -> None:
        points = [(date(2022, 1, 1), 1.0), (date(2022, 1, 11), 0.0), (date(2022, 1, 31), 0.5)]
        assert text_of(over_time_lines(points, 36, 5)).splitlines() == [
            "Brier score, lower is better",
            "  1 ┤○─────────╮",
            "    │          │",
            "    │          ╰───────────────────○",
            ".25 ┤╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌",
            "  0 ┤          ○",
            "    └───────────────────────────────",
            "     2022-01-01           2022-01-31",
        ]

    def test_one_day_stands_in_the_middle(self) -> None:
        lines = text_of(over_time_lines([(date(2022, 1, 1), 0.0), (date(2022, 1, 1), 1.0)], 30, 5)).splitlines()
        assert [line.index("○") for line in lines if "○" in line] == [17, 17]

    def test_nothing_and_too_little_room(self) -> None:
        assert over_time_lines([]) == ()
        with pytest.raises(ValueError, match="cannot be read"):
            over_time_lines([(date(2022, 1, 1), 0.5)], 10, 9)

    @given(st.lists(st.tuples(st.integers(0, 9000), SHARES), min_size=1, max_size=60), st.integers(26, 120))
    def test_it_stays_in_its_room(self, found: list[tuple[int, float]], width: int) -> None:
        points = sorted((date(2000, 1, 1) + timedelta(days=days), score) for days, score in found)
        assert width_of(over_time_lines(points, width, 9)[1:]) <= width

    def test_outcomes_of_one_day_are_one_step(self) -> None:
        points = [(date(2022, 1, 1), 0.0), (date(2022, 1, 1), 1.0), (date(2022, 2, 1), 0.2)]
        assert means_so_far(points) == [(date(2022, 1, 1), 0.5), (date(2022, 2, 1), pytest.approx(0.4))]


class TestSparkline:
    def test_height_is_the_score(self) -> None:
        assert sparkline([0.0, 0.13, 0.5, 1.0]) == "▁▂▅█"

    def test_many_scores_are_means_in_their_order(self) -> None:
        assert sparkline([0.0] * 50 + [1.0] * 50, 4) == "▁▁██"
        assert sparkline([]) == ""

    @given(st.lists(SHARES, max_size=100), st.integers(1, 20))
    def test_as_long_as_there_are_scores_and_cells(self, scores: list[float], cells: int) -> None:
        assert len(sparkline(scores, cells)) == min(len(scores), cells)


def test_bars_fill_their_lines() -> None:
    assert bars([0, 1, 8], 2, 3) == ("      ██", "   ▂▂ ██")
    assert bars([0, 0], 2, 3) == ()


def test_blocks_stand_side_by_side() -> None:
    left, right = ((Run("ab"),), (Run("c"),)), ((Run("1"),), (Run("2"),), (Run("3"),))
    assert text_of(beside(left, right, 2)) == "ab  1\nc   2\n    3"


def test_ink_changes_no_character() -> None:
    lines = reliability_lines(THREE)
    assert [line.rstrip() for line in inked(lines).plain.splitlines()] == text_of(lines).splitlines()
