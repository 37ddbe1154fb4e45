"""Setting up: one command from nothing to a whole ledger, safe to repeat, to race and to interrupt."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

import pytest

from forecasts.db.address import NEWEST_REVISION, read_address
from forecasts.domain.dates import Span
from forecasts.domain.intents import AddRecords, DescribeRecord, UndoChange
from forecasts.domain.kinds import Basis, SourceKind
from forecasts.domain.records import Article, Pack, Phrase, Prediction, Question, Source, Standard
from forecasts.errors import DatabaseUnusableError, InvalidInputError, OutputRefusedError, RuleBrokenError
from forecasts.paths import seed_folder
from forecasts.services.backup import back_up
from forecasts.services.check import check_ledger
from forecasts.services.export import export_pack
from forecasts.services.ledger import open_ledger
from forecasts.services.overview import first_page, ledger_status
from forecasts.services.record import add_records, describe_record, find_description
from forecasts.services.setup import set_up
from forecasts.services.undo import undo_change
from tests.conftest import ANALYST, ENGINES, NOW, HeldClock
from tests.services.looking import entries, every_row, records
from tests.services.packs import HEAD, WHOLE, contents, pack

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = textwrap.dedent(
    """
    import sys
    from forecasts.services.setup import set_up
    report = set_up(sys.argv[1], analyst=sys.argv[2])
    print(report.created, sum(report.loads[0].added.values()))
    """
)


def _export(address: str, folder: Path) -> dict[str, bytes]:
    ledger = open_ledger(address, analyst=ANALYST, clock=HeldClock())
    export_pack(ledger, folder)
    ledger.close()
    return contents(folder)


@pytest.mark.no_engine_decides
def test_a_ledger_begins_and_is_copied_where_files_have_one_name_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)  # as exFAT has none
    address, copy = tmp_path / "led.db", tmp_path / "copy.db"
    assert set_up(str(address), analyst=ANALYST, packs=(), clock=HeldClock()).created
    assert not set_up(str(address), analyst=ANALYST, packs=(), clock=HeldClock()).created
    back_up(str(address), copy)
    assert ledger_status(str(copy), today=NOW.date()).newest
    with pytest.raises(OutputRefusedError, match="is there already"):
        back_up(str(address), copy)
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".db") == ["copy.db", "led.db"]


def test_first_set_up_makes_the_seeded_record(new_address: str) -> None:
    assert first_page(new_address, today=NOW.date()) is None
    report = set_up(new_address, analyst=ANALYST, clock=HeldClock())
    assert (report.created, report.revision_before, report.revision) == (True, "", NEWEST_REVISION)
    assert report.backup == ""
    (load,) = report.loads
    assert (load.entry, load.conflicts, load.updated, load.unchanged) == (1, (), {}, {})
    assert load.added["prediction"] >= 24
    assert first_page(new_address, today=NOW.date()) is not None
    status = ledger_status(new_address, today=NOW.date())
    assert status.newest
    assert status.counts["predictions"] == load.added["prediction"]
    assert status.counts["resolutions"] == 0
    assert status.due > 0


def test_second_set_up_changes_nothing(seeded_address: str, tmp_path: Path) -> None:
    before = _export(seeded_address, tmp_path / "before")
    ledger = open_ledger(seeded_address, analyst=ANALYST)
    rows = every_row(ledger)
    report = set_up(seeded_address, analyst="somebody else", clock=HeldClock(NOW.add(days=1)))
    assert not report.created
    assert (report.loads[0].entry, report.loads[0].added, report.loads[0].updated) == (None, {}, {})
    assert every_row(ledger) == rows
    ledger.close()
    assert _export(seeded_address, tmp_path / "after") == before


def test_reference_resolutions_come_when_asked_for(seeded_address: str) -> None:
    report = set_up(seeded_address, analyst=ANALYST, with_resolutions=True, clock=HeldClock())
    assert set(report.loads[0].added) == {"resolution"}
    assert report.loads[0].entry == 2
    again = set_up(seeded_address, analyst=ANALYST, with_resolutions=True, clock=HeldClock())
    assert again.loads[0].entry is None


def test_set_up_without_packs_is_an_empty_ledger(new_address: str) -> None:
    report = set_up(new_address, analyst=ANALYST, packs=(), clock=HeldClock())
    assert report.created
    assert report.loads[0].entry is None
    assert set(ledger_status(new_address, today=NOW.date()).counts.values()) == {0}


def test_several_packs_are_one_set_up(new_address: str, tmp_path: Path) -> None:
    first = tmp_path / "one"
    first.mkdir()
    (first / "pack.toml").write_text(WHOLE, encoding="utf-8")
    second = pack(tmp_path, HEAD.replace("small", "other"), '[[scenario]]\nslug = "s"\ntitle = "S"', name="two")
    report = set_up(new_address, analyst=ANALYST, packs=(first, tmp_path / "two"), clock=HeldClock())
    assert second == str(tmp_path / "two")
    assert report.loads[0].added == {
        "pack": 1,
        "source": 2,
        "article": 1,
        "question": 1,
        "prediction": 1,
        "scenario": 1,
    }
    ledger = open_ledger(new_address, analyst=ANALYST)
    (entry,) = entries(ledger)
    ledger.close()
    assert entry.intent == "set up"
    assert entry.change_count == 7


@pytest.mark.parametrize("engine", ["sqlite"])
def test_bad_pack_leaves_no_file(engine: str, new_address: str, tmp_path: Path) -> None:
    bad = pack(tmp_path, WHOLE.replace("0.9", "1.2"))
    path = read_address(new_address).path
    assert path is not None, engine
    with pytest.raises(InvalidInputError, match=r"1\.2"):
        set_up(new_address, analyst=ANALYST, packs=(tmp_path / "pack",), clock=HeldClock())
    assert bad == str(tmp_path / "pack")
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["home", "pack"]


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize("what", ["zero bytes", "an empty database"])
def test_empty_file_becomes_a_ledger(engine: str, what: str, new_address: str) -> None:
    with closing(sqlite3.connect(new_address)) as connection:
        if what != "zero bytes":
            connection.execute("VACUUM")
            connection.execute("PRAGMA user_version = 7")
    report = set_up(new_address, analyst=ANALYST, packs=(), clock=HeldClock())
    assert report.created, engine
    assert ledger_status(new_address, today=NOW.date()).newest


@pytest.mark.parametrize("what", ["a folder", "text", "another program's"])
def test_what_is_not_ours_is_left_alone(what: str, tmp_path: Path) -> None:
    place = tmp_path / "place.db"
    if what == "a folder":
        place.mkdir()
    elif what == "text":
        place.write_text("a letter to my aunt, which is longer than the header of a database\n" * 20, encoding="utf-8")
    else:
        with closing(sqlite3.connect(place)) as connection:
            connection.execute("CREATE TABLE aunt (name)")
    before = place.read_bytes() if place.is_file() else b""
    with pytest.raises(DatabaseUnusableError) as refused:
        set_up(str(place), analyst=ANALYST, clock=HeldClock())
    assert str(place) in refused.value.message
    assert refused.value.advice
    assert (place.read_bytes() if place.is_file() else b"") == before
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["home", "place.db"]


def test_first_starts_at_once_all_work(new_address: str) -> None:
    """One makes the ledger, the others find it made; nothing is there twice."""
    starts = 3

    def start(number: int) -> tuple[str, str, int]:
        command = [sys.executable, "-c", PROGRAM, new_address, f"analyst {number}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        return done.stdout, done.stderr, done.returncode

    with ThreadPoolExecutor(starts) as pool:
        ended = list(pool.map(start, range(starts)))
    assert [(error, status) for _, error, status in ended] == [("", 0)] * starts
    added = sorted(int(output.split()[1]) for output, _, _ in ended)
    assert added[:-1] == [0] * (starts - 1)
    with closing(open_ledger(new_address, analyst=ANALYST)) as ledger:
        report = check_ledger(ledger)
    assert (report.findings, report.entries) == ((), 1)
    assert sum(ledger_status(new_address, today=NOW.date()).counts.values()) > 100
    path = read_address(new_address).path
    if path is not None:
        assert sorted(output.split()[0] for output, _, _ in ended) == ["False"] * (starts - 1) + ["True"]
        assert [entry.name for entry in path.parent.iterdir() if ".new-" in entry.name] == []


@pytest.mark.parametrize(
    ("engine", "step"),
    [
        ("sqlite", "Making the database"),  # of a server there is none
        *((engine, step) for engine in ENGINES for step in ("Reading", "Comparing records", "Storing records")),
    ],
)
def test_interrupted_set_up_leaves_no_ledger_and_the_next_one_works(new_address: str, step: str) -> None:
    """Killed at each step that it tells of; a server keeps the empty schema at most."""
    program = textwrap.dedent(
        """
        import os, signal, sys
        from forecasts.services.setup import set_up
        def progress(what, done, total):
            if what.startswith(sys.argv[2]) and done in (0, 20):
                os.kill(os.getpid(), signal.SIGKILL)
        set_up(sys.argv[1], analyst="a", progress=progress)
        """
    )
    command = [sys.executable, "-c", program, new_address, step]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    path = read_address(new_address).path
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert path is None or not os.path.lexists(path)
    left = [] if path is None else list(path.parent.glob(".*.new-*"))
    for file in left:
        os.utime(file, (0, 0))
    set_up(new_address, analyst=ANALYST, clock=HeldClock())
    assert not [file for file in left if file.exists()]
    assert path is None or left or step == "Making the database"
    status = ledger_status(new_address, today=NOW.date())
    assert status.newest
    assert status.counts["predictions"] >= 24


def _own(address: str) -> None:
    """Describe the record, and enter something that is read by a standard of the program's."""
    ledger = open_ledger(address, analyst=ANALYST, clock=HeldClock())
    try:
        said = DescribeRecord(title="My own record", description="Of one town.", selection="All of its paper.")
        describe_record(ledger, said)
        source = Source(slug="own-seer", name="Own Seer", kind=SourceKind.PERSON)
        article = Article(slug="own-text", title="Own", authors=(source.slug,), published_on=Span.of(date(2026, 1, 1)))
        question = Question(slug="own-question", title="Own?", criteria="It is.", resolves_on=date(2027, 1, 1))
        claim = Prediction(
            slug="own-claim",
            question=question.slug,
            speakers=(source.slug,),
            article=article.slug,
            claim="It will be.",
            phrase="likely",
            basis=Basis.STANDARD,
            standard="icd-203",
        )
        add_records(ledger, AddRecords(records=(source, article, question, claim)))
    finally:
        ledger.close()


def test_a_record_of_ones_own_begins_with_the_standards_of_wording(new_address: str) -> None:
    report = set_up(new_address, analyst=ANALYST, packs=(), standards=True, clock=HeldClock())
    assert set(report.loads[0].added) == {"standard", "phrase"}
    again = set_up(new_address, analyst=ANALYST, packs=(), standards=True, clock=HeldClock())
    assert again.loads[0].entry is None
    _own(new_address)


def test_with_the_seed_removed_what_is_exported_is_as_if_it_had_never_been_there(
    engine: str, new_address: str, tmp_path: Path
) -> None:
    set_up(new_address, analyst=ANALYST, packs=(), standards=True, clock=HeldClock())
    _own(new_address)
    never = _export(new_address, tmp_path / "never")
    set_up(new_address, analyst=ANALYST, standards=True, clock=HeldClock())
    assert _export(new_address, tmp_path / "upgraded") == never
    set_up(new_address, analyst=ANALYST, packs=(seed_folder(),), clock=HeldClock())
    assert _export(new_address, tmp_path / "with") != never
    ledger = open_ledger(new_address, analyst=ANALYST, clock=HeldClock())
    try:
        loaded = entries(ledger)[0]
        assert loaded.is_beginning
        assert find_description(ledger).title == "My own record"
        undone = undo_change(ledger, UndoChange(entry=loaded.entry))
        assert not any(undone.kept.values())
        assert check_ledger(ledger).findings == ()
    finally:
        ledger.close()
    assert _export(new_address, tmp_path / "removed") == never


def test_the_seed_is_not_undone_by_chance(seeded_address: str) -> None:
    ledger = open_ledger(seeded_address, analyst=ANALYST, clock=HeldClock())
    try:
        with pytest.raises(RuleBrokenError, match="nothing to undo"):
            undo_change(ledger, UndoChange())
        undo_change(ledger, UndoChange(entry=1))
        kinds = {kind for kind, found in records(ledger).items() if found}
    finally:
        ledger.close()
    assert kinds == {"standard", "phrase"}


def test_standards_come_before_packs_of_ones_own(new_address: str, tmp_path: Path) -> None:
    words = '[[scenario]]\nslug = "s"\ntitle = "S"'
    pack(tmp_path, HEAD, words)
    report = set_up(new_address, analyst=ANALYST, packs=(tmp_path / "pack",), standards=True, clock=HeldClock())
    (load,) = report.loads
    assert load.added["scenario"] == load.added["pack"] == 1
    ledger = open_ledger(new_address, analyst=ANALYST)
    with ledger.records() as records:
        assert [one.name for one in records.all(Pack)] == ["small"]
        assert len(records.all(Standard)) == load.added["standard"] > 3
        assert len(records.all(Phrase)) == load.added["phrase"] > 50
    ledger.close()
    assert set_up(new_address, analyst=ANALYST, packs=(tmp_path / "pack",), standards=True).loads[0].entry is None
