"""Packs that are wrong: each is told as what, where and what to do, and none gives a traceback."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from forecasts.errors import InvalidInputError
from forecasts.interchange.packs import read_pack
from tests.interchange.pack_texts import FILES, PACK, small_pack, write_files

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Spoilt:
    """One thing wrong: in `file`, `old` becomes `new` ('' adds it at the end); one problem has all that is `told`."""

    name: str
    file: str
    old: str
    new: str | bytes
    told: tuple[str, ...]
    count: int = 1


def spoilt(name: str, file: str, old: str, new: str | bytes, *told: str, count: int = 1) -> Spoilt:
    return Spoilt(name, f"{file}.toml", old, new, told, count)


P1 = "[[prediction]] p1"
Q1 = "[[question]] out-by-january"
PEOPLE, QUESTIONS, PREDICTIONS, RESOLUTIONS = "people", "questions", "predictions", "resolutions"
WITH_NOTHING = "probability = 0.1\nlow = 0.02\nhigh = 0.2"

SYNTAX = [
    spoilt("unquoted word", RESOLUTIONS, '"yes"', "yes", "line 4", "`outcome = yes`", 'quotes: outcome = "yes"'),
    spoilt("unquoted no", RESOLUTIONS, '"yes"', "no", 'text in quotes: outcome = "no"'),
    spoilt("unquoted words", PREDICTIONS, '"unlikely to come true"', "unlikely", 'quotes: phrase = "unlikely"'),
    spoilt("unquoted in list", PREDICTIONS, '["chan-kung"]', "[chan-kung]", "line 5", 'text in quotes: "chan-kung"'),
    spoilt(
        "unquoted in table",
        QUESTIONS,
        "resolves_on = 2022-01-23",
        'resolves_on = 2022-01-23\ncondition = { question = "which-way", outcome = north }',
        "line 9",
        'text in quotes: outcome = "north"',
    ),
    spoilt("point first", PREDICTIONS, "= 0.1", "= .4", "line 9", "`probability = .4`", "probability = 0.4"),
    spoilt("point first, signed", PREDICTIONS, "= 0.1", "= -.4", "probability = -0.4"),
    spoilt("point last", PREDICTIONS, "= 0.1", "= 1.", "a digit after the point: probability = 1.0"),
    spoilt("bare span", PEOPLE, "2022-01-14\n", "2022-01-14/2022-01-15\n", 'published_on = "2022-01-14/2022-01-15"'),
    spoilt("curly quotes", PEOPLE, '"ANBOUND"', "“ANBOUND”", 'straight quotes: "…"'),
    spoilt("capital truth", PEOPLE, 'kind = "person"', 'kind = "person"\nanonymous = True', "anonymous = true"),
    spoilt("no value", PEOPLE, 'name = "ANBOUND"', "name =", "a value after name ="),
    spoilt("yaml colon", PEOPLE, 'name = "ANBOUND"', "name: ANBOUND", "an equals sign: name = …"),
    spoilt("unclosed text", PEOPLE, '"ANBOUND"', '"ANBOUND', "line 4", "a quote that closes the text"),
    spoilt(
        "unclosed block", PREDICTIONS, "", 'note = """\nnever ends\n', "Unterminated string, at the end of the file"
    ),
    spoilt("key twice", PEOPLE, 'name = "ANBOUND"', 'name = "A"\nname = "B"', "line 5", "Cannot overwrite"),
    spoilt("impossible date", PEOPLE, "2022-01-14\n", "2022-02-30\n", "line 18", "a day that exists"),
    spoilt("raw control", PEOPLE, "ANBOUND", "AN\x1bBOUND", "line 4", "Illegal character"),
    spoilt("not UTF-8", PEOPLE, "ANBOUND", b"AN\xffBOUND", "line 4", "the byte 0xff", "save the file as UTF-8"),
    spoilt("huge number", PREDICTIONS, "= 0.1", "= " + "9" * 5000, "a number of thousands of digits"),
    spoilt("deep lists", PREDICTIONS, "= 0.1", "= " + "[" * 100_000, "deeper nesting", "nested at most 32 deep"),
    spoilt("deep tables", PREDICTIONS, "= 0.1", "= " + "{a=" * 5000, "deeper nesting"),
    spoilt("deep dotted key", PREDICTIONS, "probability =", "a" + ".a" * 200_000 + " =", "deeper nesting"),
    spoilt("deep quoted key", PREDICTIONS, "probability =", '"a"' + '."a"' * 50_000 + " =", "deeper nesting"),
    spoilt("deep header", PREDICTIONS, "[[prediction]]", "[a" + ".a" * 50_000 + "]", "line 2", "deeper nesting"),
]

SHAPE = [
    spoilt("unknown table", PEOPLE, "[[article]]", "[[artcle]]", "[[artcle]]", "did you mean [[article]]?"),
    spoilt("foreign table", PEOPLE, "", "[[weather]]\nx = 1\n", "an unknown table", "one of: pack, standard, phrase"),
    spoilt(
        "stray field", "pack", "[pack]", 'slug = "x"\n[pack]', "slug: found a field outside any table", "[[article]]"
    ),
    spoilt("single brackets", RESOLUTIONS, "[[resolution]]", "[resolution]", "[[resolution]], in double brackets"),
    spoilt("pack in double", "pack", "[pack]", "[[pack]]", "one [pack] table, in single brackets"),
    spoilt("pack twice", PEOPLE, "", PACK, "people.toml: [[pack]]", "another one in pack.toml", "one [pack] table"),
    spoilt("no format", "pack", "format = 1\n", "", "pack.toml: [[pack]] small format", "expected format = 1"),
    spoilt("format text", "pack", "format = 1", 'format = "1"', "format: found '1', expected a whole number"),
    spoilt("unknown field", PREDICTIONS, "claim =", "clam =", f"{P1} clam", "did you mean claim?", count=2),
    spoilt("missing field", PREDICTIONS, 'article = "anbound-2022-01-14"\n', "", f"{P1} article: found nothing"),
    spoilt("missing slug", PREDICTIONS, 'slug = "p1"\n', "", "[[prediction]] number 1 slug: found nothing"),
    spoilt("bad slug", PREDICTIONS, '"p1"', '"P 1"', "slug: found 'P 1'", "a-z, 0-9 and single hyphens"),
    spoilt("long slug", PREDICTIONS, '"p1"', f'"{"p" * 81}"', "81 characters", "at most 80 characters"),
    spoilt("slug with line end", PREDICTIONS, '"p1"', '"p1\\n"', "slug: found 'p1␊'", "without control characters"),
]

VALUES = [
    spoilt("number over one", PREDICTIONS, "= 0.1", "= 1.2", f"{P1} probability: found 1.2", "from 0 to 1"),
    spoilt("number under zero", PREDICTIONS, "= 0.02", "= -0.1", f"{P1} low: found -0.1", "from 0 to 1"),
    spoilt("not a number", PREDICTIONS, "= 0.1", "= nan", "probability: found nan"),
    spoilt("infinite", PREDICTIONS, "= 0.1", "= inf", "probability: found inf"),
    spoilt("hexadecimal giant", PREDICTIONS, "= 0.1", "= 0x" + "f" * 9000, "a number of more than 20 digits"),
    spoilt("truth for number", PREDICTIONS, "= 0.1", "= true", "probability: found true, expected a number"),
    spoilt("text for number", PREDICTIONS, "= 0.1", '= "0.1"', "probability: found '0.1', expected a number"),
    spoilt("number for text", PREDICTIONS, '"unlikely to come true"', "7", "phrase: found 7, expected text"),
    spoilt("fraction for line", PREDICTIONS, "claim =", "paragraph = 7.0\nclaim =", "paragraph: found 7.0", "a whole"),
    spoilt("line zero", PREDICTIONS, "claim =", "paragraph = 0\nclaim =", "paragraph: found 0", "from 1 to 1,000,000"),
    spoilt(
        "date-time for date", PEOPLE, "2022-01-14\n", "2022-01-14T10:00:00\n", "published_on: found the date and time"
    ),
    spoilt("time for date", PEOPLE, "2022-01-14\n", "10:00:00\n", "published_on: found 10:00:00", "a date YYYY-MM-DD"),
    spoilt("early date", PEOPLE, "2022-01-14\n", "1799-12-31\n", "1799-12-31", "from 1800-01-01 to 2200-12-31"),
    spoilt("impossible in text", PEOPLE, "2022-01-14\n", '"2022-02-30"\n', "'2022-02-30'", "month"),
    spoilt("span backwards", PEOPLE, "2022-01-14\n", '"2022-01-15/2022-01-14"\n', "must not end", "begins"),
    spoilt("time without zone", RESOLUTIONS, "10:00:00Z", "10:00:00", "resolved_at", "with its offset"),
    spoilt("unknown word", PEOPLE, '"person"', '"pundit"', "kind: found 'pundit'", "one of: person, outlet,"),
    spoilt("capital word", PEOPLE, '"person"', '"Person"', "kind: found 'Person'", "one of: person"),
    spoilt("text for list", PREDICTIONS, '["chan-kung"]', '"chan-kung"', "speakers: found 'chan-kung'", "a list"),
    spoilt("empty in list", PREDICTIONS, '["chan-kung"]', '["chan-kung", ""]', "speakers[2]: found an empty text"),
    spoilt("long name", PEOPLE, '"ANBOUND"', f'"{"A" * 301}"', "name: found 301 characters", "at most 300 characters"),
    spoilt("long prose", PREDICTIONS, "They will", "x" * 10_000, "claim: found 10,0", "at most 10,000 characters"),
    spoilt(
        "many words", PREDICTIONS, "unlikely to come true", "so " * 13, "phrase: found 13 words", "at most 12 words"
    ),
    spoilt("blank name", PEOPLE, '"ANBOUND"', '"  "', "anbound name: found only blanks", "text of at most 300"),
    spoilt("NUL", PEOPLE, "ANBOUND", "AN\\u0000BOUND", "[[source]] anbound name", "without control characters"),
    spoilt(
        "escape", PREDICTIONS, "They will", "\\u001b[31mThey", "claim: found '␛[31mThey", "without control characters"
    ),
    spoilt("C1 control", PREDICTIONS, "They will", "\\u009b", "claim", "without control characters"),
    spoilt("line end in name", PEOPLE, "ANBOUND", "AN\\nBOUND", "without control characters and line breaks"),
    spoilt(
        "script address", PEOPLE, 'kind = "person"', 'kind = "person"\nhomepage = "javascript:x"', "homepage", "http or"
    ),
    spoilt(
        "user in address", PEOPLE, 'kind = "person"', 'kind = "person"\nhomepage = "http://a@b.c"', "without a user"
    ),
    spoilt("list for condition", PREDICTIONS, "claim =", "condition = []\nclaim =", "condition: found an empty list"),
    spoilt("empty all", PREDICTIONS, "claim =", "condition = { all = [] }\nclaim =", "with at least one of them"),
    spoilt(
        "level over one", PREDICTIONS, WITH_NOTHING, 'quantiles = { "1.5" = 1 }', "quantiles.1.5: found level '1.5'"
    ),
    spoilt("level a word", PREDICTIONS, WITH_NOTHING, 'quantiles = { "0_1" = 1 }', "quantiles.0_1: found level '0_1'"),
]

RULES = [
    spoilt("range upside down", PREDICTIONS, "= 0.02", "= 0.15", f"{P1} low: found 0.15, expected at most probability"),
    spoilt("no speakers", PREDICTIONS, '["chan-kung"]', "[]", "speakers: found an empty list", "ambiguous"),
    spoilt("speaker twice", PREDICTIONS, '["chan-kung"]', '["anbound", "anbound"]', "'anbound' twice", "each once"),
    spoilt("no question", PREDICTIONS, 'question = "out-by-january"\n', "", "question: found nothing", "`unscorable`"),
    spoilt("no number", PREDICTIONS, WITH_NOTHING, "", "probability: found nothing", "on a forecast"),
    spoilt("supersedes itself", PREDICTIONS, "claim =", 'supersedes = "p1"\nclaim =', "another prediction than itself"),
    spoilt(
        "closes late",
        QUESTIONS,
        "resolves_on = 2022-01-23",
        "resolves_on = 2022-01-23\ncloses_on = 2022-01-24",
        f"{Q1} closes_on: found 2022-01-24",
        "up to the deadline 2022-01-23",
    ),
    spoilt("opens late", QUESTIONS, "2022-01-06", "2022-01-24", "opens_on: found 2022-01-24", "the close", count=2),
    spoilt("one option", QUESTIONS, '["north", "south"]', '["north"]', "from 2 to 100 options"),
    spoilt("option twice", QUESTIONS, '["north", "south"]', '["north", "north"]', "'north' twice"),
    spoilt("range backwards", QUESTIONS, "[0, 100]", "[100, 0]", "range: found [100.0, 0.0]", "the lower one first"),
    spoilt("range of dates", QUESTIONS, "[0, 100]", "[2022-01-01, 2022-02-01]", "range", "two numbers"),
    spoilt("no known day", RESOLUTIONS, "known_on = 2022-01-19\n", "", "known_on: found nothing", "could be known"),
    spoilt("no evidence", RESOLUTIONS, 'note = "All were out."\n', "", "note: found nothing", "evidence, or a note"),
    spoilt("outcome and void", RESOLUTIONS, "known_on", 'void = "bad-question"\nknown_on', "not both"),
    spoilt("neither", RESOLUTIONS, '"yes"', '""', "outcome: found nothing", "the reason in `void`"),
    spoilt("known in the future", RESOLUTIONS, "2022-01-19", "2026-11-22", "up to 2026-11-21, when it was resolved"),
    spoilt(
        "path for file", PEOPLE, 'title = "On', 'file = "../a.txt"\ntitle = "On', "file: found '../a.txt'", "bare name"
    ),
    spoilt("short sha256", PEOPLE, 'title = "On', 'sha256 = "abc"\ntitle = "On', "sha256: found 'abc'", "64 of"),
    spoilt(
        "phrase upside down", PEOPLE, "low = 0.20", "low = 0.50", "icd-203 / unlikely low: found 0.5, expected at most"
    ),
]

BETWEEN = [
    spoilt(
        "dangling",
        PREDICTIONS,
        '["chan-kung"]',
        '["chan-kong"]',
        f"{P1} speakers: found 'chan-kong'",
        "did you mean chan-kung?",
    ),
    spoilt(
        "dangling inside",
        PREDICTIONS,
        "claim =",
        'condition = { question = "x-y", outcome = "yes" }\nclaim =',
        f"{P1} condition.question: found 'x-y'",
        "the slug of one question of this pack or the ledger",
    ),
    spoilt(
        "slug twice in a file",
        PEOPLE,
        "",
        '[[source]]\nslug = "anbound"\nname = "A"\nkind = "person"\n',
        "[[source]] anbound: found the same name above in this file, expected each name once in a pack",
    ),
    spoilt(
        "slug twice in two",
        "pack",
        "",
        '[[source]]\nslug = "anbound"\nname = "A"\nkind = "person"\n',
        "people.toml: [[source]] anbound",
        "the same name in pack.toml",
    ),
    spoilt(
        "words denied",
        PREDICTIONS,
        'phrase = "unlikely to come true"\n' + WITH_NOTHING,
        'phrase = "not unlikely"\nstandard = "icd-203"',
        f"{P1} phrase: found 'not unlikely'",
        "words that 'icd-203' lists (see `forecasts phrases`), or a probability",
    ),
    spoilt("probability on options", PREDICTIONS, '"out-by-january"', '"which-way"', "`probabilities` on a", count=3),
    spoilt(
        "options not covered",
        PREDICTIONS,
        'question = "out-by-january"',
        'question = "which-way"\nprobabilities = { north = 0.5, east = 0.5 }\nunscorable = "no-test"',
        "probabilities: found 'south' missing, 'east'",
        "every option of 'which-way': north, south",
        count=5,
    ),
    spoilt("sum", PREDICTIONS, WITH_NOTHING, "probabilities = { a = 0.5, b = 0.4 }", "a sum of 90 %", "to 1", count=2),
    spoilt("levels", PREDICTIONS, WITH_NOTHING, 'quantiles = { "0.5" = 1, "0.50" = 2 }', "levels that rise", count=2),
    spoilt("fall", PREDICTIONS, WITH_NOTHING, 'quantiles = { "0.5" = 3, "0.9" = 2 }', "do not fall", count=2),
    spoilt(
        "dates on count",
        PREDICTIONS,
        '"out-by-january"',
        '"how-many"\nquantiles = { "0.5" = 2022-01-01 }',
        "quantiles: found 2022-01-01, expected numbers as values on a numeric question",
        count=5,
    ),
    spoilt(
        "word for count", RESOLUTIONS, '"out-by-january"', '"how-many"', "outcome: found 'yes'", "number of soldiers"
    ),
    spoilt("maybe", RESOLUTIONS, '"yes"', '"maybe"', "outcome: found 'maybe', expected one of: yes, no"),
    spoilt(
        "after deadline",
        RESOLUTIONS,
        '"out-by-january"\noutcome = "yes"',
        '"when-out"\noutcome = 2022-07-01',
        "outcome: found 2022-07-01",
        "up to the deadline 2022-06-30, or not-by-deadline",
    ),
    spoilt(
        "known before it opens", RESOLUTIONS, "2022-01-19", "2022-01-05", "from 2022-01-06, when the question opens"
    ),
    spoilt(
        "condition of a kind",
        QUESTIONS,
        "opens_on",
        'condition = { question = "how-many", outcome = "3" }\nopens_on',
        f"{Q1} condition.question: found a numeric question",
        "a binary question or one with options",
    ),
    spoilt(
        "condition of no option",
        QUESTIONS,
        "opens_on",
        'condition = { question = "which-way", outcome = "east" }\nopens_on',
        f"{Q1} condition.outcome: found 'east', expected one of: north, south",
    ),
    spoilt(
        "implied of a kind",
        QUESTIONS,
        "opens_on",
        'implies = ["which-way"]\nopens_on',
        f"{Q1} implies: found a multiple_choice question, expected a binary question",
    ),
    spoilt(
        "variant of a kind",
        QUESTIONS,
        "opens_on",
        'variant_of = "which-way"\nopens_on',
        f"{Q1} kind",
        "multiple_choice",
    ),
    spoilt(
        "two in force",
        RESOLUTIONS,
        "",
        '[[resolution]]\nquestion = "out-by-january"\noutcome = "no"\nknown_on = 2022-01-19\n'
        'resolved_at = 2026-11-22T10:00:00Z\nnote = "No."\n',
        "superseded_reason: found nothing, and a later resolution",
    ),
    spoilt(
        "member of a circle",
        PEOPLE,
        'kind = "organisation"',
        'kind = "organisation"\nmember_of = "chan-kung"',
        "[[source]] anbound member_of: found anbound → chan-kung → anbound",
    ),
]

EVERY = SYNTAX + SHAPE + VALUES + RULES + BETWEEN


@pytest.mark.parametrize("case", EVERY, ids=lambda case: case.name)
def test_each_wrong_pack_is_told(case: Spoilt, tmp_path: Path) -> None:
    text = FILES[case.file].encode()
    new = case.new if isinstance(case.new, bytes) else case.new.encode()
    assert case.old.encode() in text
    changed = text.replace(case.old.encode(), new, 1) if case.old else text + new
    folder = write_files(small_pack(tmp_path), {case.file: changed})
    with pytest.raises(InvalidInputError) as caught:
        read_pack(folder)
    problems = [str(problem) for problem in caught.value.problems]
    assert len(problems) == case.count, problems
    assert any(all(part in problem for part in case.told) for problem in problems), problems
    assert all(problem.file for problem in caught.value.problems)


@pytest.mark.parametrize(
    "line", ["[[unknown-{0}]]\n", '[[source]]\nslug = "No Slug {0}"\n', '[[source]]\nname = "{0}"\nnmae{0} = 1\n']
)
def test_of_a_pack_in_which_hardly_anything_is_right_the_rest_is_not_read(tmp_path: Path, line: str) -> None:
    file = tmp_path / "p.toml"
    file.write_text("".join(line.format(number) for number in range(20_000)) + "[pack]\nformat = 1\nname = 'p'\n")
    with pytest.raises(InvalidInputError, match=r"more than 1,000 problems") as refused:
        read_pack(file)
    assert len(refused.value.problems) == 1_000
    assert "what comes after them was not read" in str(refused.value)
    assert len(str(refused.value)) < 500_000


def test_a_newer_pack_is_told_to_be_newer_however_much_of_it_is_unknown(tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    file.write_text("".join(f"[[unknown-{number}]]\n" for number in range(2_000)) + "[pack]\nformat = 9\nname = 'p'\n")
    with pytest.raises(InvalidInputError, match="newer version"):
        read_pack(file)


def test_of_unknown_fields_of_one_record_the_first_are_told_and_the_rest_counted(tmp_path: Path) -> None:
    fields = "".join(f"field-{number} = 1\n" for number in range(5_000))
    file = tmp_path / "p.toml"
    file.write_text(f'[pack]\nformat = 1\nname = "p"\n[[source]]\nslug = "a"\nname = "A"\nkind = "person"\n{fields}')
    with pytest.raises(InvalidInputError) as refused:
        read_pack(file)
    told = [problem.found for problem in refused.value.problems]
    assert len(told) == 21
    assert "4,980 more unknown fields" in told
