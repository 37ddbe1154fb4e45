"""What is wrong with an archive is named, and nothing is written; one is put in place whole or not at all."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet

from forecasts.domain.scorecards import ScoreFilters
from forecasts.errors import ForecastsError, InvalidInputError, OutputRefusedError
from forecasts.paths import installing
from forecasts.services.archive import export_archive, merge_archives, score_archive
from forecasts.services.archive_files import open_archive
from forecasts.services.export import export_archived
from forecasts.services.ledger import open_ledger
from tests.archive.ledgers import named_ledger, write
from tests.conftest import ANALYST
from tests.scoring.ledger import random_ledger

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecasts.services.ledger import Ledger

DOCUMENT = Path(__file__).parents[2] / "docs" / "archive.md"
CLAIMS = "claims/by-speaker/0001.parquet"


@pytest.fixture
def folder(resolved_file: Path, tmp_path: Path) -> Path:
    ledger = open_ledger(str(resolved_file), analyst=ANALYST)
    export_archive(ledger, tmp_path / "archive")
    ledger.close()
    return tmp_path / "archive"


def _remove(path: Path) -> None:
    path.unlink()


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _change_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _as_another_version(path: Path) -> None:
    said = json.loads(path.read_bytes())
    del said["sha256"]
    said["version"] += 1
    path.write_text(json.dumps(said | {"sha256": sha256(json.dumps(said).encode()).hexdigest()}))


def _change_a_count(path: Path) -> None:
    path.write_text(path.read_text().replace('"predictions": ', '"predictions": 1'))


@pytest.mark.parametrize(
    ("name", "harm"),
    [
        *((name, harm) for name in (CLAIMS, "questions.parquet") for harm in (_remove, _cut, _change_a_byte)),
        *(("archive.json", harm) for harm in (_remove, _cut, _as_another_version, _change_a_count)),
    ],
)
def test_a_file_that_is_not_as_it_was_written_is_named(folder: Path, name: str, harm: Callable[[Path], None]) -> None:
    harm(folder / name)
    for work in (
        lambda: score_archive(folder, ScoreFilters(), date(2026, 1, 1)),
        lambda: merge_archives(folder.with_name("merged"), (folder,)),
    ):
        with pytest.raises(InvalidInputError, match=name):
            work()
    assert sorted(path.name for path in folder.parent.iterdir() if "merged" in path.name) == []


@pytest.mark.parametrize(
    ("name", "column", "value", "is_met_by_merging"),
    [
        (CLAIMS, "question", 99_999, True),
        (CLAIMS, "sources", [99_999], True),
        (CLAIMS, "prediction", "one", True),
        ("resolutions.parquet", "question", 99_999, True),
        ("sources.parquet", "bucket", 3, False),
        ("sources.parquet", "name", None, False),
        ("phrases.parquet", "low", None, False),
    ],
)
def test_what_is_no_ledgers_is_told_though_its_hashes_are_right(
    folder: Path, name: str, column: str, value: object, *, is_met_by_merging: bool
) -> None:
    table, said = parquet.read_table(folder / name), open_archive(folder).manifest
    assert table.num_rows
    place, kind = table.schema.get_field_index(column), table.schema.field(column).type
    forged = pa.array([value] * table.num_rows, pa.string() if isinstance(value, str) else kind)
    parquet.write_table(table.set_column(place, column, forged), folder / name)
    digest = sha256((folder / name).read_bytes()).hexdigest()
    files = {**said.files, name: (digest, table.num_rows)}
    (folder / "archive.json").write_text(replace(said, files=files).text())
    with pytest.raises(InvalidInputError, match="no ledger's"):
        score_archive(folder, ScoreFilters(standard="icd-203"), date(2026, 1, 1))
    if is_met_by_merging:
        with pytest.raises(InvalidInputError, match="no ledger's"):
            merge_archives(folder.with_name("merged"), (folder,))
        assert [path.name for path in folder.parent.iterdir() if "merged" in path.name] == []


def test_the_program_ends_with_status_1_and_prints_nothing(folder: Path) -> None:
    _change_a_byte(folder / CLAIMS)
    command = [sys.executable, "-m", "forecasts", "scores", "--json", "--archive", str(folder)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert CLAIMS in ended.stderr


@pytest.mark.parametrize(("library", "words"), [("pyarrow", ()), ("distributed", ("--scheduler", "tcp://127.0.0.1:9"))])
def test_what_is_not_installed_is_said(folder: Path, library: str, words: tuple[str, ...]) -> None:
    program = f"import sys; sys.modules['{library}'] = None; from forecasts.cli.main import run; sys.exit(run())"
    command = [sys.executable, "-c", program, "scores", "--archive", str(folder), *words]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert f"Archives need {library}, which is not installed." in ended.stderr
    assert installing("archive") in ended.stderr


@pytest.mark.parametrize("room", [100, 1000])
def test_a_disk_that_is_full_meanwhile_gives_no_short_answer(tmp_path: Path, room: int) -> None:
    folder = tmp_path / "archive"
    write(named_ledger(random_ledger(5, predictions=900, questions=60, sources=9).columns()), folder, 2, 900)
    program = "import resource, sys; from forecasts.cli.main import run; sys.dont_write_bytecode = True; "
    program += f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room})); sys.exit(run())"
    command = [sys.executable, "-c", program, "scores", "--json", "--archive", str(folder)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "TMPDIR" in ended.stderr


def test_what_is_no_archive_is_left_alone(seeded_ledger: Ledger, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(OutputRefusedError, match="mine"):
        export_archive(seeded_ledger, folder)
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]
    with pytest.raises(InvalidInputError, match="power of two"):
        export_archive(seeded_ledger, tmp_path / "archive", buckets=3)
    assert not (tmp_path / "archive").exists()


def test_files_of_ones_own_in_an_archive_are_left_alone(folder: Path, seeded_ledger: Ledger) -> None:
    (folder / "cards").mkdir()
    (folder / "cards" / "notes.txt").write_text("mine")
    before = (folder / "archive.json").read_bytes()
    with pytest.raises(OutputRefusedError, match=r"cards/notes\.txt"):
        export_archive(seeded_ledger, folder)
    assert ((folder / "cards" / "notes.txt").read_text(), (folder / "archive.json").read_bytes()) == ("mine", before)


@pytest.mark.parametrize(
    "words",
    [
        ("--workers", "2", "--scheduler", "tcp://127.0.0.1:1"),
        ("--tls-cert", "cert.pem"),
        ("--workers", "2", "--tls-ca-file", "ca.pem"),
    ],
)
def test_options_that_would_do_nothing_are_refused(folder: Path, words: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "forecasts", "scores", "--json", "--archive", str(folder), *words]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "--scheduler" in ended.stderr


def test_an_export_that_fails_leaves_the_older_archive(folder: Path, resolved_file: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    room = max(map(len, before.values())) - 1
    ledger = open_ledger(str(resolved_file), analyst=ANALYST)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with ledger.snapshot():  # SQLite's own files have their size already
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
        try:
            with pytest.raises(OutputRefusedError, match="File too large"):
                export_archive(ledger, folder)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    ledger.close()
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert [path.name for path in folder.parent.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("name", ["record/article.parquet", "record/prediction/0000.parquet"])
def test_cards_name_a_damaged_file_that_scoring_does_not_read(folder: Path, name: str) -> None:
    _change_a_byte(folder / name)
    day = date(2026, 1, 1)
    assert score_archive(folder, ScoreFilters(), day).scorecards
    cards = folder.with_name("cards")
    with pytest.raises(InvalidInputError, match=name):
        export_archived(folder, form="json", output=cards, filters=ScoreFilters(), today=day)
    assert not cards.exists()


def test_an_older_archive_that_stays_is_told(
    folder: Path, resolved_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = open_ledger(str(resolved_file), analyst=ANALYST)
    monkeypatch.setattr("shutil.rmtree", lambda *_, **__: None)
    with pytest.raises(ForecastsError, match=r"cannot be removed\.\nIt is .*\.archive\.old-"):
        export_archive(ledger, folder, buckets=2)
    ledger.close()
    assert open_archive(folder).manifest.buckets == 2


def test_what_is_advised_where_the_list_of_files_is_damaged_works(folder: Path, resolved_file: Path) -> None:
    text = (folder / "archive.json").read_text()
    (folder / "archive.json").write_text(text[: len(text) // 2])
    with pytest.raises(InvalidInputError, match="again into a new folder"):
        score_archive(folder, ScoreFilters(), date(2026, 1, 1))
    ledger = open_ledger(str(resolved_file), analyst=ANALYST)
    with pytest.raises(OutputRefusedError, match="Name a new folder"):
        export_archive(ledger, folder)
    export_archive(ledger, folder.with_name("again"))
    ledger.close()


def test_exporting_again_replaces_the_archive(folder: Path, resolved_file: Path) -> None:
    ledger = open_ledger(str(resolved_file), analyst=ANALYST)
    export_archive(ledger, folder, buckets=2)
    ledger.close()
    assert len(list((folder / "claims" / "by-speaker").iterdir())) == 2
    assert [path.name for path in folder.parent.iterdir() if path.name.startswith(".")] == []


def test_the_queries_of_the_documentation_run_and_count_each_prediction_once(
    folder: Path, resolved_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.rename(folder.with_name("press"))
    monkeypatch.chdir(folder.parent)
    briers, words, worst, opened = (
        duckdb.sql(query).fetchall() for query in re.findall(r"```sql\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    )
    ledger = open_ledger(str(resolved_file), analyst=ANALYST)
    with ledger.reader() as reader:
        said = "FROM prediction AS p JOIN prediction_speaker AS s ON s.prediction_id = p.id"
        told = "JOIN resolution AS r ON r.question_id = p.question_id AND r.superseded_reason = '' AND r.void = ''"
        numbers = reader.rows(
            f"SELECT o.name, COUNT(*) {said} {told} JOIN source AS o ON o.id = s.source_id"
            " WHERE p.probability IS NOT NULL GROUP BY o.name"
        )
        phrased = reader.rows("SELECT phrase, COUNT(*) FROM prediction WHERE probability IS NOT NULL GROUP BY phrase")
    ledger.close()
    assert briers
    assert {(name, n) for name, n, _ in briers} <= set(numbers)
    assert {(phrase, n) for phrase, n, _ in words} <= set(phrased)
    assert worst[0][2] >= worst[-1][2] > 0
    assert all(n > 0 for _, n in opened)
