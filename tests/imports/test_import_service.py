"""Imports into a ledger: whole or not at all, idempotent, and by the loading rules of packs."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from forecasts.domain.intents import LoadPacks, ResolveQuestion
from forecasts.domain.kinds import Role, Which
from forecasts.domain.records import Reading
from forecasts.domain.scorecards import ScoreFilters
from forecasts.errors import InvalidInputError
from forecasts.paths import seed_folder
from forecasts.services.check import check_ledger
from forecasts.services.export import export_pack, export_table
from forecasts.services.history import list_history
from forecasts.services.import_records import FORMS, ImportOptions, import_records
from forecasts.services.ledger import open_ledger
from forecasts.services.load import load_packs
from forecasts.services.resolve import resolve_question
from forecasts.services.scoreboard import scorecard_document
from forecasts.services.setup import set_up
from tests.conftest import ANALYST
from tests.imports.documents import FATEBOOK, MANIFOLD, PREDICTIONBOOK, SIMPLE, json_file, metaculus_zip
from tests.services.looking import read_body

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.domain.views import LoadReport
    from forecasts.services.ledger import Ledger
    from tests.conftest import HeldClock

OPTIONS = ImportOptions(scale="percent")


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """One file of each form."""
    for name, text in (("csv.csv", SIMPLE), ("fatebook.csv", FATEBOOK)):
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    return {
        "csv": tmp_path / "csv.csv",
        "fatebook": tmp_path / "fatebook.csv",
        "metaculus": metaculus_zip(tmp_path / "metaculus.zip"),
        "predictionbook": json_file(tmp_path / "predictionbook.json", PREDICTIONBOOK),
        "manifold": json_file(tmp_path / "manifold.json", MANIFOLD),
    }


@pytest.mark.parametrize("form", FORMS)
def test_repetition_changes_nothing(empty_ledger: Ledger, files: dict[str, Path], form: str) -> None:
    rehearsed = import_records(empty_ledger, form, files[form], OPTIONS, dry_run=True)
    assert rehearsed.load.entry is None
    assert list_history(empty_ledger, limit=1) == ()
    first = import_records(empty_ledger, form, files[form], OPTIONS)
    assert first.load.entry == 1
    assert first.load.added == rehearsed.load.added
    again = import_records(empty_ledger, form, files[form], OPTIONS)
    assert (again.load.entry, again.load.added, again.load.updated, again.load.conflicts) == (None, {}, {}, ())
    assert (again.read, again.skipped) == (first.read, first.skipped)
    assert check_ledger(empty_ledger).findings == ()


FIGURES: dict[str, dict[str, tuple[int, float | None]]] = {
    "csv": {"Ana Silva": (1, 0.49), "Қасым": (1, 0.0049)},
    "fatebook": {"Ana": (3, round((0.49 + 0.16 + 0.09) / 3, 10)), "Бо": (1, 0.01)},
    "metaculus": {"ana": (2, round((0.63**2 + (0.3**2 + 0.3**2) / 2) / 2, 10)), "bo": (1, 0.16)},
    "predictionbook": {"ana": (1, 0.16), "bo": (1, 1.0), "user 12": (0, None)},
    "manifold": {"Ana": (0, None), "Bo": (0, None)},
}


@pytest.mark.parametrize("form", FORMS)
def test_the_figures_are_those_of_the_file(empty_ledger: Ledger, files: dict[str, Path], form: str) -> None:
    import_records(empty_ledger, form, files[form], OPTIONS)
    cards = scorecard_document(empty_ledger, ScoreFilters()).scorecards
    found = {card.name: (card.scored - sum(i.n for i in card.crps), _rounded(card.brier)) for card in cards}
    assert found == FIGURES[form]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 10)


def test_continuous_forecasts_are_scored_by_their_points(empty_ledger: Ledger, files: dict[str, Path]) -> None:
    import_records(empty_ledger, "metaculus", files["metaculus"])
    (ana,) = (card for card in scorecard_document(empty_ledger, ScoreFilters()).scorecards if card.name == "ana")
    # uniform on 0-100, outcome 30: (30^3/3 + 70^3/3) / 100^2 = 12.33 of 100
    scaled = next(item for item in ana.crps if item.unit == "share of the range")
    assert scaled.n == 3


def test_an_error_on_the_last_line_is_left_out_or_changes_nothing(empty_ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(SIMPLE + "Ana Silva,Will X resign?,700,2025-07-01,2025-12-31,,\r\n", encoding="utf-8")
    with pytest.raises(InvalidInputError) as caught:
        import_records(empty_ledger, "csv", path, replace(OPTIONS, strict=True))
    assert [problem.name for problem in caught.value.problems] == ["line 5"]
    assert list_history(empty_ledger, limit=1) == ()
    report = import_records(empty_ledger, "csv", path, OPTIONS)
    assert report.load.added["prediction"] == 3
    (skipped,) = report.skipped
    assert (skipped.count, skipped.examples) == (1, ("line 5: found '700'",))
    assert "0 to 100" in skipped.why


def test_a_resolution_applies_only_to_a_question_that_never_had_one(
    empty_ledger: Ledger, files: dict[str, Path], tmp_path: Path
) -> None:
    path = tmp_path / "open.csv"
    path.write_text(SIMPLE.replace(",no,2026-01-02", ",,"), encoding="utf-8")
    import_records(empty_ledger, "csv", path, OPTIONS)
    (question,) = read_body(empty_ledger).questions
    intent = ResolveQuestion(question=question.slug, outcome="yes", known_on=_span("2026-02-01"), note="Seen.")
    resolve_question(empty_ledger, intent)
    report = import_records(empty_ledger, "csv", files["csv"], OPTIONS)
    (conflict,) = report.load.conflicts
    assert conflict == f"question {question.slug} was resolved (yes) here, and what is brought (no) is not added"


def _span(text: str) -> Any:
    from forecasts.domain.dates import read_span

    return read_span(text)


def test_an_import_is_one_change(empty_ledger: Ledger, files: dict[str, Path]) -> None:
    import_records(empty_ledger, "predictionbook", files["predictionbook"])
    (entry,) = list_history(empty_ledger, limit=5)
    assert (entry.intent, entry.summary) == (
        "import predictionbook", "Imported 4 predictions from predictionbook.json",
    )  # fmt: skip


def test_a_name_of_the_ledger_leads_to_its_source_and_another_is_refused(seeded_ledger: Ledger, tmp_path: Path) -> None:
    header = "source,source_name,question,probability,made_on\n"
    path = tmp_path / "x.csv"
    path.write_text(header + "CHAN KUNG,,csto-out-by-2022-01-23,0.2,2022-01-08\n", encoding="utf-8")
    report = import_records(seeded_ledger, "csv", path, ImportOptions(scale="share"))
    assert (report.load.added, report.load.updated) == ({"article": 1, "prediction": 1}, {})
    path.write_text(header + "chan-kung,Somebody Else,csto-out-by-2022-01-23,0.2,2022-01-08\n", encoding="utf-8")
    with pytest.raises(InvalidInputError, match="the name of chan-kung in the ledger"):
        import_records(seeded_ledger, "csv", path, ImportOptions(scale="share"))


def test_a_deadline_of_the_ledger_is_not_moved_by_a_table(seeded_ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("source,question,resolves_on\n,csto-out-by-2022-01-23,2023-01-01\n", encoding="utf-8")
    report = import_records(seeded_ledger, "csv", path)
    assert "deadline was moved from 2022-01-23 to 2023-01-01" in report.load.conflicts[0]
    assert report.load.updated == {}


def _without_readings(ledger: Ledger) -> None:
    ledger.change("test", lambda unit: unit.remove(*unit.store.all(Reading)))


def test_a_table_read_back_is_the_same_table_and_the_same_figures(
    seeded_ledger: Ledger, empty_ledger: Ledger, tmp_path: Path
) -> None:
    load_packs(seeded_ledger, LoadPacks(paths=(str(seed_folder()),), with_resolutions=True))
    _without_readings(seeded_ledger)  # a table has one number of each claim, that of who read it first
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    export_table(seeded_ledger, first)
    assert import_records(seeded_ledger, "csv", first).load.entry is None
    report = import_records(empty_ledger, "csv", first)
    assert report.load.added["prediction"] == len(read_body(seeded_ledger).predictions)
    export_table(empty_ledger, second)
    assert first.read_bytes() == second.read_bytes()
    for role in (Role.SPEAKER, Role.AUTHOR):
        there, here = (
            {card.source: asdict(card) for card in scorecard_document(ledger, ScoreFilters(by=role)).scorecards}
            for ledger in (seeded_ledger, empty_ledger)
        )
        assert there == here


def test_nothing_of_another_form_is_read(empty_ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        import_records(empty_ledger, "excel", tmp_path / "x")
    with pytest.raises(InvalidInputError, match="no file"):
        import_records(empty_ledger, "csv", tmp_path / "none.csv")
    (tmp_path / "x.json").write_text(json.dumps({}), encoding="utf-8")
    with pytest.raises(InvalidInputError, match="no market"):
        import_records(empty_ledger, "manifold", tmp_path / "x.json")


def test_what_depends_on_a_question_left_alone_is_left_alone_with_it(empty_ledger: Ledger, tmp_path: Path) -> None:
    def load(options: str, more: str) -> LoadReport:
        path = tmp_path / "pack.toml"
        path.write_text(
            '[pack]\nformat = 1\nname = "p"\n[[source]]\nslug = "ana"\nname = "Ana"\nkind = "person"\n'
            '[[article]]\nslug = "a"\ntitle = "A"\nauthors = ["ana"]\npublished_on = 2025-01-01\n'
            f'[[question]]\nslug = "q"\ntitle = "Which?"\nkind = "multiple_choice"\noptions = {options}\n'
            f'criteria = "As said."\nresolves_on = 2025-02-01\n{more}',
            encoding="utf-8",
        )
        return load_packs(empty_ledger, LoadPacks(paths=(str(path),), with_resolutions=True))

    said = '[[prediction]]\nslug = "{}"\nquestion = "q"\nspeakers = ["ana"]\narticle = "a"\nclaim = "So."\n'
    load('["Red", "Blue"]', said.format("one") + "probabilities = { Red = 0.5, Blue = 0.5 }\n")
    report = load(
        '["Red", "Azure"]',
        said.format("two")
        + "probabilities = { Red = 0.5, Azure = 0.5 }\n"
        + '[[resolution]]\nquestion = "q"\noutcome = "Azure"\nknown_on = 2025-02-01\n'
        + 'resolved_at = 2025-02-02T00:00:00Z\nanalyst = "x"\nnote = "Seen."\n',
    )
    assert len(report.conflicts) == 3, report.conflicts
    assert report.added == {}
    assert check_ledger(empty_ledger).findings == ()
    assert scorecard_document(empty_ledger, ScoreFilters()).scorecards


ONE_DAY = """prediction,source,question,probability,made_on,resolves_on,outcome,known_on
row-9,Ann,Q one,0.10,2025-03-01,2025-12-31,yes,2026-01-02
x,Bo,Q one,0.30,2025-03-01,2025-12-31,yes,2026-01-02
row-10,Ann,Q one,0.90,2025-03-01,2025-12-31,yes,2026-01-02
row-11,Ann,Q one,0.50,2025-03-02,2025-12-31,yes,2026-01-02
"""


def _briers(ledger: Ledger, which: Which) -> dict[str, float | None]:
    cards = scorecard_document(ledger, ScoreFilters(which=which, until=date(2025, 3, 1))).scorecards
    return {card.name: _rounded(card.brier) for card in cards if card.brier is not None}


def test_of_one_day_the_order_of_the_file_decides_wherever_the_records_go(
    empty_ledger: Ledger, tmp_path: Path, clock: HeldClock
) -> None:
    table = tmp_path / "one-day.csv"
    table.write_text("\n".join(ONE_DAY.splitlines()[:-1]), encoding="utf-8")
    import_records(empty_ledger, "csv", table, ImportOptions(scale="share"))
    first, last = {"Ann": 0.81, "Bo": 0.49}, {"Ann": 0.01, "Bo": 0.49}
    assert (_briers(empty_ledger, Which.FIRST), _briers(empty_ledger, Which.LAST)) == (first, last)
    again = import_records(empty_ledger, "csv", table, ImportOptions(scale="share"))
    assert (again.load.added, again.load.updated) == ({}, {})
    export_pack(empty_ledger, tmp_path / "pack")
    export_table(empty_ledger, tmp_path / "all.csv")
    set_up(str(tmp_path / "a.db"), analyst=ANALYST, packs=(tmp_path / "pack",), with_resolutions=True, clock=clock)
    set_up(str(tmp_path / "b.db"), analyst=ANALYST, packs=(), clock=clock)
    for place in ("a.db", "b.db"):
        other = open_ledger(str(tmp_path / place), analyst=ANALYST, clock=clock)
        if place == "b.db":
            import_records(other, "csv", tmp_path / "all.csv", ImportOptions())
        assert (_briers(other, Which.FIRST), _briers(other, Which.LAST)) == (first, last)
        other.close()


def test_the_time_of_day_goes_before_the_order_of_the_file(empty_ledger: Ledger, tmp_path: Path) -> None:
    lines = ONE_DAY.splitlines()
    times = ("made_at", "2025-03-01T18:00Z", "", "2025-03-01T09:00:00+03:00", "2025-03-02T00:00Z")
    text = "\n".join(f"{line},{time}" for line, time in zip(lines, times, strict=True))
    (tmp_path / "timed.csv").write_text(text, encoding="utf-8")
    import_records(empty_ledger, "csv", tmp_path / "timed.csv", ImportOptions(scale="share"))
    assert _briers(empty_ledger, Which.FIRST) == {"Ann": 0.01, "Bo": 0.49}


def test_a_time_beside_the_day_tells_two_of_one_day_apart(empty_ledger: Ledger, tmp_path: Path) -> None:
    days = ("2025-03-01 18:00", "2025-03-01T09:00:00+03:00")
    rows = "".join(f"Ann,Q one,{p},{day},2025-12-31,yes,2026-01-02\n" for p, day in zip((0.9, 0.1), days, strict=True))
    (tmp_path / "timed.csv").write_text(
        ONE_DAY.splitlines()[0].removeprefix("prediction,") + "\n" + rows, encoding="utf-8"
    )
    import_records(empty_ledger, "csv", tmp_path / "timed.csv", ImportOptions(scale="share"))
    assert _briers(empty_ledger, Which.FIRST) == {"Ann": 0.81}
    assert _briers(empty_ledger, Which.LAST) == {"Ann": 0.01}
