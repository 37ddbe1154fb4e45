"""Every importer against a corpus of hostile files and texts: refused clearly with nothing changed, or kept as text."""

from __future__ import annotations

import copy
import json
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from forecasts.db.store import Store
from forecasts.domain.intents import LoadPacks
from forecasts.domain.records import Question
from forecasts.errors import ForecastsError
from forecasts.services.check import check_ledger
from forecasts.services.history import list_history
from forecasts.services.import_records import FORMS, ImportOptions, import_records
from forecasts.services.load import load_packs
from tests.hostile import FILES, TEXTS, pack
from tests.imports.documents import (
    FATEBOOK,
    MANIFOLD,
    METACULUS_QUESTIONS,
    PREDICTIONBOOK,
    SIMPLE,
    json_file,
    metaculus_zip,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from forecasts.services.ledger import Ledger

OPTIONS = ImportOptions(scale="percent", strict=True)
ALL = (*FORMS, "pack")
SAID = "Text that somebody else wrote"


def test_the_corpus_is_large() -> None:
    assert len(TEXTS) + len(FILES) >= 100


def _load(ledger: Ledger, form: str, path: Path, options: ImportOptions) -> None:
    if form == "pack":
        load_packs(ledger, LoadPacks(paths=(str(path.parent),)))
    else:
        import_records(ledger, form, path, options)


def _refusal(ledger: Ledger, form: str, path: Path, options: ImportOptions = OPTIONS) -> str:
    """What is told of a file that is refused, or nothing; anything but an error of ours fails the test."""
    try:
        _load(ledger, form, path, options)
    except ForecastsError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("form", ALL)
@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_hostile_file_is_refused_and_changes_nothing(empty_ledger: Ledger, tmp_path: Path, form: str) -> None:
    path = tmp_path / ("pack.toml" if form == "pack" else "file")
    accepted = []
    for name, data in FILES.items():
        path.write_bytes(data)
        told = _refusal(empty_ledger, form, path)
        if not told:
            accepted.append(name)
    assert accepted == []
    assert list_history(empty_ledger, limit=1) == ()


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _in_csv(path: Path, text: str) -> None:
    path.write_text(SIMPLE.replace("Will X resign?", _cell(text)), "utf-8", "surrogatepass", newline="")


def _in_fatebook(path: Path, text: str) -> None:
    path.write_text(FATEBOOK.replace('"Will X resign?"', _cell(text)), "utf-8", "surrogatepass", newline="")


def _in_metaculus(path: Path, text: str) -> None:
    first, *rest = METACULUS_QUESTIONS
    metaculus_zip(path, questions=[{**first, "Question Title": SAID}, *rest])
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data.replace(SAID.encode(), _cell(text).encode("utf-8", "surrogatepass")))


def _in_predictionbook(path: Path, text: str) -> None:
    document: dict[str, Any] = copy.deepcopy(PREDICTIONBOOK)
    document["predictions"][0]["description"] = text
    json_file(path, document)


def _in_manifold(path: Path, text: str) -> None:
    document = copy.deepcopy(MANIFOLD)
    document[0]["question"] = text
    json_file(path, document)


def _in_pack(path: Path, text: str) -> None:
    path.write_text(pack(text), "utf-8")


WAYS: dict[str, Callable[[Path, str], None]] = {
    "csv": _in_csv,
    "fatebook": _in_fatebook,
    "metaculus": _in_metaculus,
    "predictionbook": _in_predictionbook,
    "manifold": _in_manifold,
    "pack": _in_pack,
}


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("form", ALL)
@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_hostile_text_is_refused_with_its_place_or_kept_as_text(
    empty_ledger: Ledger, tmp_path: Path, form: str, strict: bool
) -> None:
    refused = 0
    for number, text in enumerate(TEXTS.values()):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = folder / ("pack.toml" if form == "pack" else "file")
        WAYS[form](path, text)
        told = _refusal(empty_ledger, form, path, replace(OPTIONS, strict=strict))
        refused += bool(told)
        assert "Traceback" not in told
    if strict:
        assert 10 <= refused < len(TEXTS), "what no text may hold is refused, and words are words"
    assert check_ledger(empty_ledger).findings == ()
    with empty_ledger.read() as connection:
        kept = json.dumps([str(record) for record in Store(connection).all(Question)])
    assert "\\u001b" not in kept
    assert "\\u0000" not in kept
