"""The glossary is whole, the documentation says what it says, and nobody else has tables of such words."""

from __future__ import annotations

import ast
import re
from enum import StrEnum
from pathlib import Path

import pytest

import forecasts
from forecasts.domain import kinds
from forecasts.domain.glossary import BUCKETS, ENOUGH, FIGURES, HIGHER, LOWER, VOCABULARIES, label, meaning, terms
from forecasts.domain.kinds import Bucket
from forecasts.domain.marks import SIGNS, ClaimResult, Mark, legend_in_full
from forecasts.domain.scorecards import Scorecard
from forecasts.services.explain import paragraphs, place_of

PACKAGE = Path(forecasts.__file__).parent
DOCS = PACKAGE.parent / "docs"
ENUMS = {
    name: cls for name, cls in vars(kinds).items() if isinstance(cls, type) and issubclass(cls, StrEnum) and len(cls)
}
RULE_ORDER = (
    *(Bucket.SET_ASIDE, Bucket.UNSCORABLE, Bucket.POSSIBILITIES, Bucket.ANNOUNCEMENTS, Bucket.PROXIES, Bucket.LATE),
    *(Bucket.UNTESTED, Bucket.REPEATS, Bucket.VOID, Bucket.OPEN, Bucket.SCORED),
)


def test_every_bucket_and_figure_has_its_words() -> None:
    assert list(BUCKETS) == list(Bucket)
    for term in BUCKETS.values():
        assert term.label
        assert term.short
        assert term.text.endswith(".")
    assert BUCKETS[Bucket.POSSIBILITIES].counted(1) == "1 possibility"
    assert BUCKETS[Bucket.POSSIBILITIES].counted(2) == "2 possibilities"
    assert {*FIGURES} <= {*Scorecard.__dataclass_fields__}


@pytest.mark.parametrize("enum", sorted(set(ENUMS) - {"Bucket"}))
def test_every_word_of_a_vocabulary_has_a_meaning(enum: str) -> None:
    assert list(VOCABULARIES[ENUMS[enum]]) == list(ENUMS[enum])
    for member in ENUMS[enum]:
        assert label(member)
        assert meaning(member)
    assert len({term.example for term in terms(ENUMS[enum])}) == len(ENUMS[enum])


def test_the_documentation_has_the_buckets_as_they_are_here() -> None:
    rows = [line for line in (DOCS / "scoring.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    told = [f"| {BUCKETS[bucket].label} | {BUCKETS[bucket].text} |" for bucket in RULE_ORDER]
    assert rows[1 : 1 + len(told)] == told
    assert set(RULE_ORDER) == set(Bucket)


def test_the_documentation_words_what_is_late_and_what_is_ranked_as_the_glossary_does() -> None:
    late = BUCKETS[Bucket.LATE].text.rstrip(".").lower()
    pages = {path.name: " ".join(path.read_text(encoding="utf-8").split()) for path in DOCS.glob("*.md")}
    told = {name for name, text in pages.items() if re.search(r"\bis late, and never scored", text)}
    assert told == {name for name, text in pages.items() if f"never scored, that was {late}" in text}
    assert told == {"own-record.md", "imports.md"}
    assert not [name for name, text in pages.items() if re.search(r"that day or later is (?:never|not) scored", text)]
    assert f"At least {ENOUGH};" in pages["scoring.md"]


@pytest.mark.parametrize("name", [*FIGURES, *BUCKETS])
def test_the_documentation_explains_every_figure_and_bucket(name: str) -> None:
    found = paragraphs()
    text = " ".join(found[place_of(name, found)].text.split()).casefold()
    if name in FIGURES and FIGURES[name].direction and name != "calibration_brier":
        assert FIGURES[name].direction in text
        assert ({LOWER, HIGHER} - {FIGURES[name].direction}).isdisjoint({one for one in (LOWER, HIGHER) if one in text})


def _word_tables(path: Path) -> list[int]:
    """The lines of dictionaries that give words of a vocabulary a text of three words or more."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Attribute) and ast.unparse(key.value).rpartition(".")[2] in ENUMS
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value.count(" ") > 1
    ]


def test_the_signs_name_every_bucket_that_is_not_scored() -> None:
    said = legend_in_full()
    assert [said.count(SIGNS[result]) for result in ClaimResult] == [1] * len(ClaimResult)
    for bucket, term in BUCKETS.items():
        result = Mark(None, None, None, bucket).turned_out
        of_sign = said.partition(SIGNS[result])[2].partition(
            ", " if "(" not in said.partition(SIGNS[result])[2] else ")"
        )[0]
        assert term.label in of_sign or bucket in {Bucket.SCORED, Bucket.OPEN}


INSTEAD_OF = {
    "storylines?": "scenario",
    "realised": "came true",
    "(?:not |)settled": "open, resolved, or resolved or void",
}
"""Words that stood for what has a word already, and that word."""


def test_one_thing_has_one_word() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in (PACKAGE / "interchange/templates").iterdir()}
    texts |= {path.name: path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")}
    for path in PACKAGE.rglob("*.py"):
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        texts[str(path)] = "\n".join(
            node.value
            for node in nodes
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value
        )
    found = {
        (name, word) for name, text in texts.items() for word in INSTEAD_OF if re.search(rf"\b{word}\b", text, re.I)
    }
    assert not found


WITH_FORMATS_OF_THEIR_OWN = {
    "db/layout.py": "numbers in SQL",
    "domain/formats.py": "this is where it is said",
    "domain/values.py": "the ends of what a field allows",
    "interchange/documents/child.py": "seconds",
    "interchange/html_pages.py": "coordinates",
    "scoring/checks.py": "errors of the mathematics",
    "services/archive_cluster.py": "seconds",
    "services/proposing.py": "seconds",
    "tui/show.py": "how long ago",
}


def test_only_the_formats_round_numbers_into_text() -> None:
    found = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None
        if re.search("[efg%]'$", ast.unparse(node.format_spec))
    }
    assert found == WITH_FORMATS_OF_THEIR_OWN.keys()


def test_only_the_formats_say_how_many_more_there_are() -> None:
    found = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.JoinedStr) and re.search(r"\band \{.*\} more\b|'more [a-z]+'", ast.unparse(node))
    }
    assert found == {"domain/formats.py"}


def test_only_the_glossary_has_words_for_vocabularies() -> None:
    tables = {str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py") if _word_tables(path)}
    assert tables == {"domain/glossary.py"}
