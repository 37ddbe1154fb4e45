"""Tables of spreadsheets and data sets, read by what is stated of them."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from forecasts.domain.scorecards import ScoreFilters
from forecasts.errors import InvalidInputError
from forecasts.services.export import export_scorecards, export_table
from forecasts.services.import_records import ImportOptions, import_records
from forecasts.services.scoreboard import scorecard_document
from tests.imports.documents import FATEBOOK
from tests.services.looking import read_body

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.domain.records import Prediction
    from forecasts.services.import_records import ImportReport
    from forecasts.services.ledger import Ledger

pytestmark = pytest.mark.no_engine_decides

HEADER = "source,question,probability,made_on,resolves_on,outcome,known_on\n"
ROW = "Ana,Q one?,70,2025-03-01,2025-12-31,no,2026-01-02\n"


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """What is read is read before the database is asked: one engine is enough."""
    return str(request.param)


def _import(ledger: Ledger, folder: Path, text: str | bytes, **options: Any) -> ImportReport:
    path = folder / "x.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return import_records(ledger, "csv", path, ImportOptions(**{"scale": "percent", **options}))


def _predictions(ledger: Ledger) -> tuple[Prediction, ...]:
    return read_body(ledger).predictions


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (HEADER + ",,,,,,\n" + ROW + ",,,,,,\n , ,,,,,\n", {}),
        ("sep=;\n" + (HEADER + ROW).replace(",", ";"), {}),
        ('"sep=;"\r\n' + (HEADER + ROW).replace(",", ";"), {"delimiter": ";"}),
        ((HEADER + ROW).replace(",", "\t"), {"delimiter": "\t"}),
        ((HEADER + ROW).replace(",", "|"), {"delimiter": "|"}),
        (
            (HEADER + ROW).replace(",", ";").replace(";70;", ";0,7;"),
            {"delimiter": ";", "decimal": ",", "scale": "share"},
        ),
        (HEADER + ROW.replace("2025-03-01", "2025-03-01 00:00:00").replace("2025-12-31", "2025-12-31T00:00:00Z"), {}),
        (HEADER + ROW.replace("2025-03-01", "3/1/25").replace("2025-12-31", "12/31/2025"), {"days": "m/d/y"}),
        (HEADER + ROW.replace("2025-03-01", "1.3.2025"), {"days": "d/m/y"}),
        (HEADER + ROW.replace("2025-03-01", "1740823200").replace("2025-12-31", "1767139200000"), {"days": "unix"}),
        ((HEADER + ROW).encode("utf-16"), {"encoding": "utf-16"}),
        ("\ufeff" + HEADER + ROW, {}),
        (("\ufeff" + HEADER + ROW).encode("utf-16-le"), {"encoding": "utf-16-le"}),
        (HEADER.replace("source,", "") + ROW.replace("Ana,", ""), {"constants": {"source": "Ana"}}),
        (HEADER + ROW.replace(",no,", ",0,"), {"outcome_words": {"0": "no"}}),
        (HEADER + ROW.replace("Q one?", '"Q\none?"'), {}),
        (HEADER + ROW + ROW.replace("Ana", "Bo"), {"only": {"source": "Ana"}}),
    ],
)
def test_a_spreadsheet_is_read_as_the_plain_table(
    empty_ledger: Ledger, tmp_path: Path, text: str | bytes, options: dict[str, Any]
) -> None:
    report = _import(empty_ledger, tmp_path, text, **options)
    assert report.load.added["prediction"] == 1
    (said,) = _predictions(empty_ledger)
    (asked,) = read_body(empty_ledger).questions
    (happened,) = read_body(empty_ledger).resolutions
    assert (said.probability, str(said.made_on), said.claim) == (0.7, "2025-03-01", "70 %: Q one?")
    assert (asked.title, str(asked.resolves_on), happened.outcome) == ("Q one?", "2025-12-31", "no")
    assert report.skipped == ()


def test_one_column_serves_two_fields_and_two_columns_one(empty_ledger: Ledger, tmp_path: Path) -> None:
    text = (
        "forecaster,year,race,p,forecast_date,election_date,won\n"
        "538 classic,2022,WY Gordon,0.99,2022-11-01,2022-11-08,1\n"
        "538 classic,2018,WY Gordon,0.98,2018-11-01,2018-11-06,1\n"
    )
    columns = {
        "source": "forecaster", "question": "year+race", "probability": "p", "made_on": "forecast_date",
        "resolves_on": "election_date", "known_on": "election_date", "outcome": "won",
    }  # fmt: skip
    options = {"scale": "share", "columns": columns, "outcome_words": {"1": "yes"}, "constants": {"basis": "stated"}}
    _import(empty_ledger, tmp_path, text, **options)
    assert sorted(one.title for one in read_body(empty_ledger).questions) == ["2018, WY Gordon", "2022, WY Gordon"]
    (card,) = scorecard_document(empty_ledger, ScoreFilters()).scorecards
    assert card.scored == 2
    assert card.brier == pytest.approx((0.01**2 + 0.02**2) / 2)
    assert {str(one.basis) for one in _predictions(empty_ledger)} == {"stated"}


def test_a_number_that_is_left_unread_makes_no_forecasts_of_questions(empty_ledger: Ledger, tmp_path: Path) -> None:
    text = "id,question_title,probability,resolves_on\nq1,Q one?,0.3,2025-12-31\n"
    _import(empty_ledger, tmp_path, text, columns={"question": "id"}, constants={"probability": ""}, scale="")
    assert [one.title for one in read_body(empty_ledger).questions] == ["Q one?"]


def test_outcome_words_are_stated_and_never_guessed(empty_ledger: Ledger, tmp_path: Path) -> None:
    text = HEADER + "".join(
        f"Ana,Q{place}?,70,2025-03-01,2025-12-31,{word},2026-01-02\n"
        for place, word in enumerate(("1", "0", "FALSE", "NA", "cancelled"))
    )
    with pytest.raises(InvalidInputError, match="--outcome-words"):
        _import(empty_ledger, tmp_path, text)
    words = {"1": "yes", "0": "no", "false": "no", "na": "", "cancelled": "bad-question"}
    _import(empty_ledger, tmp_path, text, outcome_words=words)
    outcomes = sorted((str(one.outcome), str(one.void)) for one in read_body(empty_ledger).resolutions)
    assert outcomes == [("", "bad-question"), ("no", "None"), ("no", "None"), ("yes", "None")]


def test_columns_that_were_not_read_stand_beside_the_error(empty_ledger: Ledger, tmp_path: Path) -> None:
    text = "Source,Question,Probability (%),Made On,Resolves On\nAna,Q1?,70,2025-03-01,2025-12-31\n"
    with pytest.raises(InvalidInputError, match=r"Columns not read: Probability \(%\)"):
        _import(empty_ledger, tmp_path, text)
    with pytest.raises(InvalidInputError, match=r"did you mean 'Source'"):
        _import(empty_ledger, tmp_path, text, columns={"source": "Sourc"})


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("question,made_on,resolves_on,Ana,Bo\nQ?,2025-03-01,2025-12-31,70,40\n", {"wide": ("source", ("Ana", "Bo"))}),
        (HEADER + ROW.replace("Q one", "Q") + ROW.replace("Q one", "Q").replace("Ana", "Bo").replace("70", "40"), {}),
    ],
)
def test_a_wide_table_is_a_row_for_each_source(
    empty_ledger: Ledger, tmp_path: Path, text: str, options: dict[str, Any]
) -> None:
    _import(empty_ledger, tmp_path, text, **options)
    found = {(one.speakers, one.probability) for one in _predictions(empty_ledger)}
    assert found == {(("ana",), 0.7), (("bo",), 0.4)}


def test_outcomes_that_are_numbers_or_days_are_read_as_was_stated_of_the_table(
    empty_ledger: Ledger, tmp_path: Path
) -> None:
    text = (
        "source;question;question_kind;quantiles;made_on;resolves_on;outcome;known_on\n"
        'Ana;When?;date;"0,1: 02.01.2022; 0,9: 20.01.2022";01.01.2022;31.12.2022;19.01.2022;20.01.2022\n'
        'Bo;How many?;numeric;"0,1: 1,5; 0,9: 3,5";01.01.2022;31.12.2022;2,7;20.01.2022\n'
    )
    report = _import(empty_ledger, tmp_path, text, delimiter=";", decimal=",", days="d/m/y")
    assert report.skipped == ()
    assert {one.outcome for one in read_body(empty_ledger).resolutions} == {date(2022, 1, 19), 2.7}


def test_our_own_table_comes_back_from_a_spreadsheet_of_another_language(
    resolved_ledger: Ledger, tmp_path: Path
) -> None:
    """It writes semicolons, decimal commas and its own days; the lists within cells it leaves as they were."""
    export_table(resolved_ledger, tmp_path / "out.csv")
    header, *rows = csv.reader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8")))
    assert any("0." in row[header.index("references")] for row in rows)
    saved = io.StringIO()
    writer = csv.writer(saved, delimiter=";")
    writer.writerow(header)
    for row in rows:
        numbers = (re.sub(r"^(\d)\.(\d+)$", r"\1,\2", cell) for cell in row)
        writer.writerow(re.sub(r"^(\d{4})-(\d\d)-(\d\d)$", r"\3.\2.\1", cell) for cell in numbers)
    stated = {"scale": "", "delimiter": ";", "decimal": ",", "days": "d/m/y"}
    report = _import(resolved_ledger, tmp_path, saved.getvalue(), **stated)
    assert (report.skipped, report.load.entry, report.load.conflicts) == ((), None, ())
    assert report.load.unchanged["prediction"] == len(read_body(resolved_ledger).predictions)
    with pytest.raises(InvalidInputError, match="--days"):
        _import(resolved_ledger, tmp_path, saved.getvalue(), **{**stated, "days": ""})


@pytest.mark.parametrize(
    ("text", "found", "says"),
    [
        ((HEADER + ROW).replace(",", "\t"), "one column", "--delimiter tab"),
        ((HEADER + ROW).replace(",", ";"), "one column", "--delimiter ';'"),
        ((HEADER + ROW.replace("Ana", "Анна")).encode("windows-1251"), "the byte 0xc0", "--encoding"),
        ((HEADER + ROW).encode("utf-16"), "the byte 0xff", "--encoding"),
        ((HEADER + ROW).encode("utf-16-le"), "signs that are no text", "--encoding"),
        (b"PK\x03\x04\x14\0\x08", "signs that are no text", "as text"),
        (HEADER + ROW.replace("2025-03-01", "3/1/2025"), "3/1/2025", "--days m/d/y"),
        (HEADER + ROW.replace("2025-12-31", "12/31/2025"), "12/31/2025", "--days m/d/y"),
        (HEADER + ROW.replace("2025-03-01", "2025-3-1"), "'2025-3-1'", "--days"),
        (HEADER + ROW.replace("2025-03-01", "20250301"), "'20250301'", "a date YYYY-MM-DD"),
        (HEADER + ROW.replace("2025-03-01", "2025-03"), "'2025-03'", "a date YYYY-MM-DD"),
    ],
)
def test_how_a_table_is_written_is_never_guessed_and_the_option_that_says_it_is_named(
    empty_ledger: Ledger, tmp_path: Path, text: str | bytes, found: str, says: str
) -> None:
    with pytest.raises(InvalidInputError) as raised:
        _import(empty_ledger, tmp_path, text)
    (problem,) = raised.value.problems
    assert found in problem.found
    assert says in problem.expected
    assert "line" in problem.name


WHICH = {"question_kind": "multiple_choice", "options": "Red; Blue"}
WHO = "Ana,Who?,2025-03-01,2025-12-31"


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (
            f"source,question,made_on,resolves_on,option,probability\n{WHO},Blue,30\n{WHO},Red,70\n",
            {"columns": {"option": "option"}},
        ),
        (f"source,question,made_on,resolves_on,Red,Blue\n{WHO},70,30\n", {"wide": ("option", ("Red", "Blue"))}),
    ],
)
def test_options_stand_in_rows_or_columns_of_their_own(
    empty_ledger: Ledger, tmp_path: Path, text: str, options: dict[str, Any]
) -> None:
    _import(empty_ledger, tmp_path, text, constants=WHICH, **options)
    (said,) = _predictions(empty_ledger)
    assert [(one.option, one.probability) for one in said.probabilities] == [("Red", 0.7), ("Blue", 0.3)]


def test_questions_alone_need_no_source(empty_ledger: Ledger, tmp_path: Path) -> None:
    text = "question,question_title,resolves_on,outcome,known_on\n17,Will it?,2025-12-31,yes,2025-12-01\n"
    report = _import(empty_ledger, tmp_path, text)
    assert report.load.added == {"pack": 1, "question": 1, "resolution": 1}
    assert [(one.slug, one.title) for one in read_body(empty_ledger).questions] == [("17", "Will it?")]


@pytest.mark.parametrize("kept", [("fidelity",), ("note", "criteria", "scenario")])
def test_our_own_table_is_ours_whichever_columns_are_left_in_any_order(
    empty_ledger: Ledger, tmp_path: Path, kept: tuple[str, ...]
) -> None:
    header = HEADER.strip() + ",claim,phrase\n"
    _import(
        empty_ledger,
        tmp_path,
        header + ROW.strip() + ",=sure bet,'-x\n" + ROW.strip().replace("Ana", "@pundit") + ",-x,\n",
    )
    export_table(empty_ledger, tmp_path / "out.csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8"), newline="")))
    places = [place for place, name in enumerate(rows[0]) if name not in kept]
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([row[place] for place in reversed(places)] for row in rows)
    report = _import(empty_ledger, tmp_path, buffer.getvalue(), scale="")
    assert (report.load.entry, report.load.conflicts) == (None, ())
    plain = {
        name: rows[0].index(name) for name in ("prediction", "source", "question", "claim", "probability", "made_on")
    }
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([row[place] for place in plain.values()] for row in rows)
    assert _import(empty_ledger, tmp_path, buffer.getvalue(), scale="share").load.entry is None


def test_a_claim_made_from_the_number_follows_it(empty_ledger: Ledger, tmp_path: Path) -> None:
    text = HEADER + ROW.replace(",70,", ",1,")
    report = _import(empty_ledger, tmp_path, text)
    assert any("--scale share" in note for note in report.notes)
    report = _import(empty_ledger, tmp_path, text, scale="share")
    assert not any("--scale" in note for note in report.notes)
    (said,) = _predictions(empty_ledger)
    assert (said.probability, said.claim) == (1.0, "100 %: Q one?")


def test_forecasts_that_will_score_nobody_are_told(empty_ledger: Ledger, tmp_path: Path) -> None:
    report = _import(empty_ledger, tmp_path, HEADER + ROW.replace("2026-01-02", "2025-02-01"))
    assert any("1 of 1 prediction was made" in note for note in report.notes)
    assert not _import(empty_ledger, tmp_path, HEADER + ROW.replace("Q one?", "Q two?")).notes


def test_several_on_one_day_are_told_apart_by_their_time(empty_ledger: Ledger, tmp_path: Path) -> None:
    header = HEADER.strip() + ",made_at\n"
    rows = [ROW.strip() + ",2025-03-01 09:00:00\n", ROW.strip().replace("70", "20") + ",2025-03-01 18:00:00\n"]
    _import(empty_ledger, tmp_path, header + "".join(rows))
    assert {(one.probability, f"{one.made_at:%H}") for one in _predictions(empty_ledger)} == {(0.7, "09"), (0.2, "18")}
    assert _import(empty_ledger, tmp_path, header + "".join(reversed(rows))).load.entry is None


@pytest.mark.parametrize("name", ["\u00a0", "\u200b", "\u3164", " \u200b "])
def test_a_name_that_shows_nothing_is_no_name(empty_ledger: Ledger, tmp_path: Path, name: str) -> None:
    report = _import(empty_ledger, tmp_path, HEADER + ROW + ROW.replace("Ana", name))
    assert [source.name for source in read_body(empty_ledger).sources] == ["Ana"]
    assert sum(one.count for one in report.skipped) == 1
    (tmp_path / "f").write_text(FATEBOOK.replace('"Бо"', f'"{name}"'), encoding="utf-8", newline="")
    import_records(empty_ledger, "fatebook", tmp_path / "f")
    assert {source.name for source in read_body(empty_ledger).sources} == {"Ana"}


def test_excel_shows_every_letter_of_an_export_and_it_comes_back(empty_ledger: Ledger, tmp_path: Path) -> None:
    _import(empty_ledger, tmp_path, HEADER + ROW.replace("Ana", "Анна Иванова"))
    plain, marked = tmp_path / "plain.csv", tmp_path / "marked.csv"
    export_table(empty_ledger, plain)
    for _ in range(2):  # the second replaces the first
        export_table(empty_ledger, marked, for_excel=True)
    assert marked.read_bytes() == b"\xef\xbb\xbf" + plain.read_bytes()
    assert import_records(empty_ledger, "csv", marked).load.entry is None
    for name in ("cards", "cards"):
        written = export_scorecards(
            empty_ledger, form="csv", output=tmp_path / name, filters=ScoreFilters(), for_excel=True
        )
    marks = {path.suffix: path.read_bytes().startswith(b"\xef\xbb\xbf") for path in written}
    assert {suffix for suffix, is_marked in marks.items() if is_marked} == {".csv"}
