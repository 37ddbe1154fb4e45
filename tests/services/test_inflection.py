"""Likely words of Russian and Kazakh texts on which the words were not written: precision and recall by sentence."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forecasts.domain.candidates import find_candidates, likelihood_terms
from forecasts.services import explain
from forecasts.services.explain import future_words, inflected, is_russian

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MARKED = Path(__file__).parents[1] / "domain" / "marked"
DOC = Path(__file__).parents[2] / "docs" / "intake.md"
OWN = likelihood_terms(())
LANGUAGES = {"Russian": "ru", "Kazakh": "kk"}


def _sentences(language: str) -> list[tuple[bool, str]]:
    """Whether a sentence has a prediction, and the sentence."""
    lines = (line for path in sorted(MARKED.glob(f"{language}-*.txt")) for line in path.read_text("utf-8").splitlines())
    return [(line[0] == "+", line[2:]) for line in lines]


def _told(language: str, *, in_forms: bool) -> tuple[int, int, int]:
    """How many sentences with a prediction have a likely word, how many have one at all, and how many a prediction."""
    terms, is_future = (OWN | inflected(OWN), future_words()) if in_forms else (OWN, None)
    found = [(has, bool(find_candidates(text, terms, is_future))) for has, text in _sentences(language)]
    return sum(has and told for has, told in found), sum(told for _, told in found), sum(has for has, _ in found)


@pytest.mark.parametrize("name", LANGUAGES)
def test_the_documentation_has_precision_and_recall_as_they_are(name: str) -> None:
    language = LANGUAGES[name]
    both = []
    if language == "ru":
        pytest.importorskip("pymorphy3", reason="needs the extra russian")
    for in_forms in (False, True) if is_russian(" ".join(text for _, text in _sentences(language))) else (False,):
        right, told, there = _told(language, in_forms=in_forms)
        both.append(f"{right / told:.2f} ({right} of {told}) | {right / there:.2f} ({right} of {there})")
    row = " | ".join((f"| {name}", *both, *["none | none"] * (2 - len(both)))) + " |"
    assert row in DOC.read_text("utf-8")


@pytest.fixture
def _without(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    caches: tuple[Callable[[], None], ...] = (explain._analyzer.cache_clear, explain._is_future.cache_clear)
    for clear in caches:
        clear()
    monkeypatch.setitem(sys.modules, "pymorphy3", None)
    yield
    for clear in caches:
        clear()


@pytest.mark.usefixtures("_without")
def test_without_the_extra_the_listed_words_are_found_as_they_are() -> None:
    assert future_words() is None
    assert inflected(OWN) == frozenset()
    assert _told("ru", in_forms=True) == _told("ru", in_forms=False)


def test_forms_are_those_of_the_tense_and_of_known_russian_words() -> None:
    pytest.importorskip("pymorphy3", reason="needs the extra russian")
    is_future = future_words()
    assert is_future is not None
    assert [word for word in ("уйдут", "ушли", "уходят", "болады", "will", "қалады") if is_future(word)] == ["уйдут"]
    forms = inflected({("будет",), ("риск",), ("вероятно",), ("may",), ("скорее", "всего")})
    assert {("будем",), ("риска",), ("вероятный",)} <= forms
    assert not {("был",), ("быть",), ("скорее",)} & forms
    assert not is_russian("They will leave. Они уйдут, and so will we, as all of us know.")
    assert not is_russian("Келесі көктемде ескі базар жабылады.")
