"""Packs as written: reviewable text with fixed bytes, and folders that are never spoilt."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from forecasts.domain.dates import Span
from forecasts.domain.kinds import QuestionKind
from forecasts.domain.records import Condition, Evidence, OptionProbability, Quantile, ReferenceForecast
from forecasts.errors import OutputRefusedError
from forecasts.interchange.packs import pack_texts, read_pack, write_pack
from tests.interchange.pack_texts import small_pack

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.interchange.record_sets import RecordSet


@pytest.fixture
def body(tmp_path: Path) -> RecordSet:
    return read_pack(small_pack(tmp_path / "small"))


def test_texts_are_these_bytes(body: RecordSet) -> None:
    texts = pack_texts(body)
    assert list(texts) == [
        "pack.toml",
        "standards.toml",
        "sources.toml",
        "articles.toml",
        "questions.toml",
        "predictions.toml",
        "resolutions.toml",
    ]
    assert texts["pack.toml"] == '[pack]\nformat = 1\nname = "small"\n'
    assert texts["predictions.toml"] == (
        '[[prediction]]\nslug = "p1"\nquestion = "out-by-january"\nspeakers = ["chan-kung"]\n'
        'article = "anbound-2022-01-14"\nclaim = "They will hardly be out."\nphrase = "unlikely to come true"\n'
        "probability = 0.1\nlow = 0.02\nhigh = 0.2\n"
    )
    assert texts["sources.toml"].startswith(
        '[[source]]\nslug = "anbound"\nname = "ANBOUND"\nkind = "organisation"\n\n[['
    )
    assert texts["standards.toml"] == (
        '[[standard]]\nslug = "icd-203"\ntitle = "ICD 203"\n\n'
        '[[phrase]]\nstandard = "icd-203"\nterm = "unlikely"\naliases = ["improbable"]\nlow = 0.2\nhigh = 0.45\n'
    )
    assert texts["resolutions.toml"] == (
        '[[resolution]]\nquestion = "out-by-january"\noutcome = "yes"\nknown_on = 2022-01-19\n'
        'resolved_at = 2026-11-21T10:00:00Z\nnote = "All were out."\n'
    )


def test_kind_of_values(body: RecordSet) -> None:
    prediction = replace(
        body.predictions[0],
        made_on=Span(date(2022, 1, 9), date(2022, 1, 10)),
        claim='Line "one"\n\tand \\two  \n"""',
        condition=(Condition(question="a", outcome="yes"), Condition(question="b", outcome="no")),
        note="a\rb\x1b\u202e",
        probabilities=(
            OptionProbability(option="A", probability=0.5),
            OptionProbability(option="not A", probability=0.5),
        ),
        quantiles=(Quantile(level=0.05, value=date(2022, 1, 1)),),
    )
    text = pack_texts(replace(body, predictions=(prediction,)))["predictions.toml"]
    assert 'made_on = "2022-01-09/2022-01-10"\n' in text
    assert 'claim = """\nLine "one"\n\\tand \\\\two \\u0020\n\\""\\""""\n' in text
    assert 'note = "a\\rb\\u001b\\u202e"\n' in text
    assert 'condition = { all = [{ question = "a", outcome = "yes" }, { question = "b", outcome = "no" }] }\n' in text
    assert 'probabilities = { "A" = 0.5, "not A" = 0.5 }\n' in text
    assert 'quantiles = { "0.05" = 2022-01-01 }\n' in text


def test_wide_tables_and_lists_take_a_line_for_each_item(body: RecordSet) -> None:
    options = tuple(f"option number {number}" for number in range(8))
    question = replace(
        body.questions[0],
        kind=QuestionKind.ORDERED,
        options=options,
        references=(ReferenceForecast(as_of=date(2022, 1, 1), probability=0.5, basis="x" * 100),),
    )
    text = pack_texts(replace(body, questions=(question,)))["questions.toml"]
    assert 'options = [\n  "option number 0",\n  "option number 1",\n' in text
    assert "references = [\n  { as_of = 2022-01-01, probability = 0.5, basis = " in text
    shares = tuple(OptionProbability(option=option, probability=0.125) for option in options)
    prediction = replace(body.predictions[0], probabilities=shares)
    text = pack_texts(replace(body, predictions=(prediction,)))["predictions.toml"]
    assert text.endswith("[prediction.probabilities]\n" + "".join(f'"{option}" = 0.125\n' for option in options))


def test_evidence_has_tables_of_its_own(body: RecordSet) -> None:
    evidence = (Evidence(title="A"), Evidence(title="B", url="https://b.org/", published_on=date(2022, 1, 19)))
    text = pack_texts(replace(body, resolutions=(replace(body.resolutions[0], evidence=evidence),)))["resolutions.toml"]
    assert text.endswith(
        '[[resolution.evidence]]\ntitle = "A"\n[[resolution.evidence]]\ntitle = "B"\n'
        'url = "https://b.org/"\npublished_on = 2022-01-19\n'
    )


def test_order_given_makes_no_difference(body: RecordSet) -> None:
    turned = replace(body, sources=body.sources[::-1], questions=body.questions[::-1])
    assert pack_texts(turned) == pack_texts(body)


def test_new_folder_holds_exactly_the_texts(body: RecordSet, tmp_path: Path) -> None:
    written = write_pack(body, tmp_path / "deep" / "new")
    assert {path.name: path.read_text() for path in (tmp_path / "deep" / "new").iterdir()} == pack_texts(body)
    assert {path.name for path in written} == set(pack_texts(body))


def test_pack_is_written_over_a_pack_and_loses_what_it_no_longer_has(body: RecordSet, tmp_path: Path) -> None:
    write_pack(body, tmp_path / "new")
    (tmp_path / "new" / "README.md").write_text("kept")
    write_pack(replace(body, resolutions=()), tmp_path / "new")
    assert read_pack(tmp_path / "new") == replace(body, resolutions=())
    assert (tmp_path / "new" / "README.md").read_text() == "kept"
    assert not (tmp_path / "new" / "resolutions.toml").exists()


def test_other_folders_are_refused_and_left_as_they_were(body: RecordSet, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").write_text("x")
    with pytest.raises(OutputRefusedError, match="holds other things and no pack"):
        write_pack(body, tmp_path / "letters")
    assert [path.name for path in (tmp_path / "letters").iterdir()] == ["letter.txt"]
    write_pack(body, tmp_path / "new")
    (tmp_path / "new" / "people.toml").write_text("")
    with pytest.raises(OutputRefusedError, match=r"holds people\.toml"):
        write_pack(replace(body, resolutions=()), tmp_path / "new")
    assert (tmp_path / "new" / "resolutions.toml").exists()


def test_file_in_the_place_is_refused(body: RecordSet, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine")
    with pytest.raises(OutputRefusedError, match="is a file") as caught:
        write_pack(body, tmp_path / "x")
    assert caught.value.advice == "Name a new folder."
    assert (tmp_path / "x").read_text() == "mine"
    with pytest.raises(OutputRefusedError):
        write_pack(body, tmp_path / "x" / "below")


def test_failure_leaves_no_half_written_file(body: RecordSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_pack(body, tmp_path / "new")
    before = {path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()}
    calls = []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 3:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputRefusedError, match="No space left on device"):
        write_pack(replace(body, resolutions=()), tmp_path / "new")
    assert {path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()} == before
