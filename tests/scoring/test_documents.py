"""The examples in the documentation and the docstrings are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import forecasts.scoring

DOCUMENT = Path(__file__).parents[2] / "docs" / "scoring.md"
MODULES = [module.name for module in pkgutil.walk_packages(forecasts.scoring.__path__, "forecasts.scoring.")]


def test_the_examples_of_the_document_run_as_they_stand() -> None:
    failed, tried = doctest.testfile(str(DOCUMENT), module_relative=False, encoding="utf-8")
    assert tried > 15
    assert failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_the_docstrings_run_as_they_stand(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_links_inside_the_document_lead_to_headings() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    headings = {
        line[3:].lower().replace(",", "").replace(" ", "-") for line in text.splitlines() if line.startswith("## ")
    }
    linked = {part.split(")")[0] for part in text.split("](#")[1:]}
    assert linked <= headings
