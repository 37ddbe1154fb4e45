"""Metaculus' download: a zip or folder of CSV files whose lists are Python's."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from forecasts.domain.kinds import QuestionKind, VoidReason
from forecasts.errors import InvalidInputError
from forecasts.interchange.imports.files import open_folder
from forecasts.interchange.imports.metaculus import read_metaculus
from forecasts.interchange.imports.metaculus_numbers import read_python_list
from forecasts.interchange.imports.reports import Imported, ImportOptions, Problems
from forecasts.interchange.imports.tables import open_table
from tests.imports.documents import (
    FORECAST_HEADER,
    METACULUS_QUESTIONS,
    csv_text,
    forecast,
    metaculus_zip,
    question,
)

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.domain.records import Question, Resolution


@pytest.fixture
def imported(tmp_path: Path) -> Imported:
    return read_metaculus(metaculus_zip(tmp_path / "m.zip"), "m.zip", ImportOptions())


def _resolution(imported: Imported, number: int) -> Resolution:
    return next(item for item in imported.body.resolutions if item.question == f"metaculus-{number}")


def _question(imported: Imported, number: int) -> Question:
    return next(item for item in imported.body.questions if item.slug == f"metaculus-{number}")


def test_everything_is_read_and_what_is_left_out_is_told(imported: Imported) -> None:
    assert imported.read == {"questions": 8, "forecasts": 12}
    assert (len(imported.body.questions), len(imported.body.predictions)) == (7, 10)
    assert {(item.what, item.why, item.count) for item in imported.skipped} == {
        ("question", "its type 'conditional' is none that can be scored", 1),
        ("forecast", "its question is not taken", 1),
        ("forecast", "an aggregate of the platform (--aggregates takes them)", 1),
    }


def test_a_row_of_an_open_question_lacks_its_last_cell(tmp_path: Path) -> None:
    shorter = csv_text(FORECAST_HEADER, [forecast(101, {"Probability Yes": 0.63})]).removesuffix(",\r\n")
    path = metaculus_zip(tmp_path / "whole.zip", [question(101, "binary")])
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(tmp_path / "m.zip", "w") as lacking:
        lacking.writestr("question_data.csv", whole.read("question_data.csv"))
        lacking.writestr("forecast_data.csv", shorter)
    (prediction,) = read_metaculus(tmp_path / "m.zip", "m.zip", ImportOptions(strict=True)).body.predictions
    assert prediction.probability == 0.63


def test_aggregates_are_taken_when_asked_for(tmp_path: Path) -> None:
    taken = read_metaculus(metaculus_zip(tmp_path / "m.zip"), "m", ImportOptions(aggregates=True))
    (source,) = [item for item in taken.body.sources if item.kind.value == "group"]
    assert source.name == "Metaculus aggregate (recency_weighted)"
    assert len(taken.body.predictions) == 11


def test_ambiguous_and_annulled_are_different_voids(imported: Imported) -> None:
    assert _resolution(imported, 102).void is VoidReason.UNCLEAR_FACTS
    assert _resolution(imported, 103).void is VoidReason.BAD_QUESTION


def test_the_page_is_that_of_the_post_as_it_is_written(imported: Imported) -> None:
    (evidence,) = _resolution(imported, 101).evidence
    assert evidence.url == "https://www.metaculus.com/questions/40101/x/"


def test_options_are_a_python_list_and_a_removed_one_has_nothing(imported: Imported) -> None:
    asked = _question(imported, 104)
    assert asked.options == ("A", "B, or not", "C's")
    ana, bo = (item for item in imported.body.predictions if item.question == asked.slug)
    if ana.unscorable:
        ana, bo = bo, ana
    assert [item.probability for item in ana.probabilities] == [0.3, 0.7, 0.0]
    assert (bo.unscorable, bo.probabilities) == ("options-added-later", ())
    assert _resolution(imported, 104).outcome == "B, or not"


def test_a_cdf_is_kept_point_by_point(imported: Imported) -> None:
    (prediction,) = (item for item in imported.body.predictions if item.question == "metaculus-105")
    assert len(prediction.quantiles) == 201
    assert (prediction.quantiles[100].level, prediction.quantiles[100].value) == (0.5, 50.0)
    assert (prediction.quantiles[0].level, prediction.quantiles[-1].level) == (0.0, 1.0)
    assert _question(imported, 105).range == (0.0, 100.0)


def test_days_are_days_also_where_numpy_printed_the_numbers(imported: Imported) -> None:
    asked = _question(imported, 106)
    assert asked.kind is QuestionKind.DATE
    (prediction,) = (item for item in imported.body.predictions if item.question == asked.slug)
    assert [(item.level, item.value) for item in prediction.quantiles][:2] == [
        (0.0, date(2025, 1, 1)),
        (0.005, date(2025, 1, 2)),
    ]
    assert _resolution(imported, 106).outcome == date(2025, 4, 1)


def test_percentiles_serve_where_there_is_no_cdf_and_an_outcome_beyond_the_range_is_its_end(imported: Imported) -> None:
    (prediction,) = (item for item in imported.body.predictions if item.question == "metaculus-107")
    assert [(item.level, item.value) for item in prediction.quantiles] == [(0.05, 0.1), (0.25, 1), (0.5, 2), (0.75, 3)]
    assert _resolution(imported, 107).outcome == 4.5
    assert "upper bound" in _resolution(imported, 107).note


def test_a_date_after_the_range_did_not_come_by_the_deadline(tmp_path: Path) -> None:
    asked = question(1, "date", "above_upper_bound", **{"Lower Bound": "2025-01-01", "Upper Bound": "2030-01-01"})
    imported = read_metaculus(metaculus_zip(tmp_path / "m.zip", [asked], []), "m", ImportOptions())
    assert imported.body.resolutions[0].outcome == "not-by-deadline"
    assert imported.body.questions[0].resolves_on == date(2030, 1, 1)
    assert imported.body.questions[0].close == date(2025, 12, 31)


def test_a_forecaster_may_be_a_digest(tmp_path: Path) -> None:
    header = ["Question ID", "Forecaster (Anonymized)", *FORECAST_HEADER[3:]]
    rows = [
        {"Question ID": 101, "Forecaster (Anonymized)": who, "Start Time": "2025-03-01 09:00:00+00:00",
         "Probability Yes": 0.5}
        for who in ("ab" * 32, "recency_weighted")
    ]  # fmt: skip
    imported = read_metaculus(
        metaculus_zip(tmp_path / "m.zip", METACULUS_QUESTIONS[:1], rows, header), "m", ImportOptions()
    )
    assert [item.name for item in imported.body.sources] == ["forecaster abababab"]


def test_a_folder_is_read_like_its_zip(tmp_path: Path, imported: Imported) -> None:
    with zipfile.ZipFile(tmp_path / "m.zip") as archive:
        archive.extractall(tmp_path / "folder")
    assert read_metaculus(tmp_path / "folder", "m.zip", ImportOptions()).body == imported.body


@pytest.mark.parametrize(
    ("rows", "where", "field"),
    [
        ([forecast(999, {"Probability Yes": 0.5})], "line 2", "Question ID"),
        ([forecast(101, {"Probability Yes": "0_1"})], "line 2", "Probability Yes"),
        ([forecast(101, {"Probability Yes": "nan"})], "line 2", "Probability Yes"),
        ([forecast(101, {"Probability Yes": 1.5})], "line 2", "Probability Yes"),
        ([forecast(101, {"Probability Yes": 0.5}, at="2025-03-01 09:00:00")], "line 2", "Start Time"),
        ([forecast(104, {"Probability Yes Per Category": "[0.5, 0.5]"})], "line 2", "Probability Yes Per Category"),
        ([forecast(104, {"Probability Yes Per Category": "[0.5, 0.1, __import__('os')]"})], "line 2",
         "Probability Yes Per Category"),
        ([forecast(105, {"Continuous CDF": str([0.5] + [0.4] * 200)})], "line 2", "Continuous CDF"),
        ([forecast(105, {"Continuous CDF": str([0.4, 0.5, 0.6])})], "line 2", "Continuous CDF"),
        ([forecast(105, {"Median": "x"})], "line 2", "Median"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_told_with_its_file_line_and_column(
    tmp_path: Path, rows: list[dict[str, Any]], where: str, field: str
) -> None:
    path = metaculus_zip(tmp_path / "m.zip", forecasts=rows)
    with pytest.raises(InvalidInputError) as caught:
        read_metaculus(path, "m.zip", ImportOptions(strict=True))
    (problem,) = caught.value.problems
    assert (problem.file, problem.name, problem.field) == ("forecast_data.csv", where, field)


@pytest.mark.parametrize(
    "more",
    [
        {"Question Type": "binary", "Resolution": "perhaps", "Resolution Known Time": "2026-01-10 15:30:00+00:00"},
        {"Question Type": "binary", "Resolution": "yes", "Resolution Known Time": ""},
        {"Question Type": "multiple_choice", "MC Options (All)": "A, B"},
        {"Question Type": "binary", "Scheduled Close Time": "soon"},
        {"Question ID": "1e3", "Question Type": "binary"},
        {"Question ID": "../x", "Question Type": "binary"},
    ],
)
def test_a_wrong_question_is_told(tmp_path: Path, more: dict[str, Any]) -> None:
    path = metaculus_zip(tmp_path / "m.zip", [{**question(1, "binary"), **more}], [])
    with pytest.raises(InvalidInputError) as caught:
        read_metaculus(path, "m.zip", ImportOptions(strict=True))
    assert [item.name for item in caught.value.problems] == ["line 2"]


def test_what_is_no_download_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK\x03\x04 no zip")
    with zipfile.ZipFile(tmp_path / "y.zip", "w") as archive:
        archive.writestr("question_data.csv", csv_text(["Question ID"], []))
    for name, found in (("x.zip", "no zip"), ("y.zip", "no forecast_data.csv")):
        with pytest.raises(InvalidInputError, match=found):
            read_metaculus(tmp_path / name, name, ImportOptions())


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("['A', None]", ["A", None]),
        ("[]", []),
        ("[\"it's\", 'a \"b\"', '\\n\\x41\\u0416']", ["it's", 'a "b"', "\nAЖ"]),
        ("[0.1, 1e-05, np.float64(0.25)]", [0.1, 1e-05, 0.25]),
        ("[1e999]", None),
        ("[nan]", None),
        ("[[1]]", None),
        ("[1,]", None),
        ("['a' 'b']", None),
        ("[" * 100_000, None),
        ("['" + "a" * 200_000 + "']", None),
        ("[__import__('os').system('x')]", None),
    ],
)
def test_python_lists_are_read_without_evaluating(text: str, items: list[Any] | None) -> None:
    assert read_python_list(text) == items


def test_one_row_again_and_again_is_not_read_for_minutes(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "m.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("question_data.csv", "Question ID\n")
        archive.writestr("forecast_data.csv", b"Question ID,Start Time,Probability Yes\n" + b"1,,\n" * 3_000_000)
    with (
        open_folder(tmp_path / "m.zip", ("forecast_data.csv",)) as folder,
        pytest.raises(InvalidInputError, match="rows that differ"),
        folder.open("forecast_data.csv"),
    ):
        pass


def test_the_files_of_a_zip_are_limited_together(tmp_path: Path) -> None:
    path = metaculus_zip(tmp_path / "m.zip")
    data = bytearray(path.read_bytes())
    for found in re.finditer(rb"PK\x01\x02", data):
        data[found.start() + 24 : found.start() + 28] = (600_000_000).to_bytes(4, "little")  # the size that it says
    path.write_bytes(data)
    with (
        pytest.raises(InvalidInputError, match="1,200,000,000 bytes in its files"),
        open_folder(path, ("forecast_data.csv", "question_data.csv")),
    ):
        pass


def test_of_a_table_in_which_nothing_is_right_the_rest_is_not_read() -> None:
    file = io.BytesIO(b"a,b,c\n" + b"1,2\n" * 300_000)
    with (
        open_table(file, "t.csv", Problems("t.csv")) as table,
        pytest.raises(InvalidInputError, match="100,000 problems") as refused,
    ):
        list(table.rows())
    assert len(refused.value.problems) == 20
    assert "not read" in str(refused.value)


OLDER = {"Scaling": "{'Range Min': %s, 'Range Max': %s, 'Zero Point': %s, 'Open Lower Bound': True}"}


def _older(folder: Path, kind: str, ends: tuple[object, ...], resolution: str) -> Imported:
    """A download as it was before Continuous Range: the range in `Scaling`, options in `MC Options`."""
    folder.mkdir()
    header = ["Question ID", "Question Title", "Question Type", "MC Options", "Scaling", "Scheduled Close Time"]
    header += ["Resolution", "Resolution Known Time"]
    row = question(1, kind, resolution, Scaling=OLDER["Scaling"] % ends)
    (folder / "question_data.csv").write_text(csv_text(header, [{name: row.get(name, "") for name in header}]), "utf-8")
    levels = [0.05 + 0.09 * place for place in range(11)]
    (folder / "forecast_data.csv").write_text(
        csv_text(["Question ID", "Forecaster ID", "Forecaster Username", "Start Time", "Probability Yes",
                  "Probability Yes Per Category", "Continuous CDF"], [forecast(1, {"Continuous CDF": str(levels)})]),
        "utf-8",
    )  # fmt: skip
    return read_metaculus(folder, "older", ImportOptions(strict=True))


@pytest.mark.parametrize(
    ("kind", "ends", "resolution", "places", "outcome"),
    [
        ("numeric", (100.0, 200.0, None), "above_upper_bound", (100.0, 150.0, 200.0), 200.0),
        ("numeric", (1.0, 1024.0, 0.0), "below_lower_bound", (1.0, 32.0, 1024.0), 1.0),
        (
            "date",
            (1735689600.0, 1736553600.0, None),
            "2025-01-04",
            (date(2025, 1, 1), date(2025, 1, 6), date(2025, 1, 11)),
            date(2025, 1, 4),
        ),
    ],
)
def test_an_older_download_has_the_ends_of_its_range(
    tmp_path: Path, kind: str, ends: tuple[object, ...], resolution: str, places: tuple[object, ...], outcome: object
) -> None:
    imported = _older(tmp_path / "older", kind, ends, resolution)
    (said,) = imported.body.predictions
    (happened,) = imported.body.resolutions
    assert tuple(said.quantiles[place].value for place in (0, 5, 10)) == pytest.approx(places)
    assert happened.outcome == outcome
    with pytest.raises(InvalidInputError, match="Scaling"):
        _older(tmp_path / "wrong", kind, (5.0, 1.0, None), resolution)
