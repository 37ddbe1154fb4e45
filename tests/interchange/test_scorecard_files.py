"""Scorecard files: what a reader of each form finds in them, and where they may be put."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from forecasts.domain.card_claims import PARTS, CardClaim
from forecasts.domain.glossary import BUCKETS, FIGURES
from forecasts.domain.kinds import Bucket
from forecasts.domain.scorecards import Scorecard, ScorecardDocument
from forecasts.errors import OutputRefusedError
from forecasts.interchange.scorecard_csv import csv_texts
from forecasts.interchange.scorecard_files import FORMATS, write_texts
from forecasts.interchange.scorecard_json import BEHIND, DOUBTS, document_object, json_texts
from forecasts.interchange.scorecard_markdown import brier_line, escaped, markdown_texts
from forecasts.text import inert_cell
from tests.interchange.cards import DOCUMENT, EMPTY, FULL, HOSTILE, printed, texts_of

if TYPE_CHECKING:
    from pathlib import Path

# fmt: off
CONTRACT = [
    "source", "name", "kind", "anonymous", "predictions", "scored", "open", "void", "untested", "late",
    "unscorable", "possibilities", "possibilities_settled", "possibilities_realised",
    "announcements", "announcements_settled", "announcements_kept", "proxies", "proxies_scored", "proxies_brier",
    "set_aside", "repeats", "brier_n", "brier", "brier_low", "brier_high", "brier_scenario_low", "brier_scenario_high",
    "brier_best", "brier_worst", "log_loss",
    "clipped", "binary_n", "firm", "firm_right", "baseline_score", "peer_score", "gain", "skill", "reference",
    "difficulty_adjusted_brier",
    "component", "accuracy", "sharpness", "calibration_n", "calibration_brier", "miscalibration",
    "discrimination", "uncertainty", "vagueness", "hedging", "crps", "rank", "rank_low", "rank_high", "enough",
    "why_not_ranked",
]
# fmt: on


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_csv_has_crlf_a_header_and_a_row_for_each() -> None:
    texts = texts_of(csv_texts(printed(DOCUMENT)))
    assert set(texts) == {"scorecards.csv", "scorecard-predictions.csv", "scorecard-crps.csv"}
    for text in texts.values():
        assert text.endswith("\r\n")
        assert not text.startswith("\ufeff")
        columns = next(csv.reader(io.StringIO(text, newline="")))
        assert len(columns) == len(set(columns))
    cards = rows_of(texts["scorecards.csv"])
    assert [row["source"] for row in cards] == ["chan-kung", "some-media"]
    assert (cards[0]["brier"], cards[0]["peer_score"], cards[0]["enough"], cards[0]["rank"]) == (
        "0.28",
        "-12.0",
        "true",
        "1",
    )
    assert (cards[1]["brier"], cards[1]["predictions"], cards[1]["anonymous"]) == ("", "0", "true")
    assert {row["formula_version"] for row in cards} == {"2"}
    assert {(row["by"], row["as_of"], row["filter_scenario"], row["since"]) for row in cards} == {
        ("speaker", "2026-11-21", "csto-mission", "")
    }
    claims = rows_of(texts["scorecard-predictions.csv"])
    assert [(row["source"], row["prediction"], row["bucket"]) for row in claims] == [
        ("chan-kung", "p1", "scored"),
        ("chan-kung", "p2", "scored"),
        ("chan-kung", "p3", "open"),
        ("chan-kung", "p4", "possibilities"),
    ]
    assert (claims[0]["filter_scenario"], claims[0]["scenario"], claims[0]["basis"]) == (
        "csto-mission",
        "north",
        "analyst",
    )
    assert (claims[0]["brier"], claims[0]["log_loss"]) == ("0.81", "2.302585092994046")
    assert (claims[0]["made_on"], claims[0]["paragraph"], claims[0]["outcome"]) == ("2022-01-09/2022-01-10", "7", "yes")
    assert claims[2]["quantiles"] == "0.05: 2022-01-19; 0.5: 2022-03-01"
    assert {None}.isdisjoint(claims[0])


def test_csv_changes_no_number_and_disarms_formulas_in_text() -> None:
    texts = texts_of(csv_texts(printed(DOCUMENT)))
    claims = rows_of(texts["scorecard-predictions.csv"])
    assert claims[1]["claim"] == f"'{HOSTILE}"
    assert claims[1]["outcome"] == "'=2"
    assert claims[1]["probabilities"] == "'-1|x: 0.25; =2: 0.75"
    assert claims[3]["claim"] == "'@all It may split."
    cards = rows_of(texts["scorecards.csv"])
    assert cards[1]["name"] == "'+Some *media*"
    assert cards[0]["reasons"].startswith("accuracy: =evil|; skill: ")
    assert rows_of(texts["scorecard-crps.csv"])[0]["unit"] == "'=days"


@pytest.mark.parametrize("sign", list("=+-@\t\r\n＝＋－＠"))
def test_formula_signs_are_disarmed(sign: str) -> None:
    assert inert_cell(f"{sign}1") == f"'{sign}1"
    assert inert_cell(f"a{sign}1") == f"a{sign}1"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
@settings(max_examples=200, deadline=None)
def test_csv_keeps_every_text(text: str) -> None:
    claim = FULL.claims[0]._replace(claim=text, phrase=text)
    document = replace(DOCUMENT, scorecards=(replace(FULL, claims=(claim,)),))
    (row,) = rows_of(texts_of(csv_texts(printed(document)))["scorecard-predictions.csv"])
    assert row["claim"] == inert_cell(text)
    assert row["phrase"] == inert_cell(text)
    assert not row["claim"].startswith(tuple("=+-@\t\r\n"))


def test_json_is_one_ascii_document_with_all_of_the_contract() -> None:
    (text,) = texts_of(json_texts(printed(DOCUMENT))).values()
    assert text.isascii()
    found = json.loads(text)
    assert list(found)[:5] == ["formula_version", "by", "which", "wording", "as_of"]
    assert (found["since"], found["scenario"], found["standard"]) == (None, "csto-mission", None)
    card, empty = found["scorecards"]
    assert set(card) >= {*CONTRACT, *BEHIND} - {"carried"}
    assert (card["brier"], card["skill"], card["rank"]) == (0.28, None, 1)
    assert card["crps"] == [
        {
            "unit": "=days",
            "n": 1,
            "mean": 2.5,
            "intervals": 0,
            "coverage": None,
            "promised": None,
            "interval_score": None,
        }
    ]
    assert card["reasons"]["accuracy"] == "=evil|"
    assert empty["brier"] is None
    assert empty["claims"] == []
    claims = card["claims"]
    assert claims[1]["claim"] == HOSTILE
    assert claims[1]["probabilities"] == {"-1|x": 0.25, "=2": 0.75}
    assert claims[2]["quantiles"] == {"0.05": "2022-01-19", "0.5": "2022-03-01"}
    assert claims[2]["outcome"] is None
    assert claims[0]["known_on"] == "2022-01-19"
    assert card["revisions"][0]["replaced_on"] == "2022-01-19"
    assert card["objections"][0]["text"] == "I said\n\nso."


def test_document_without_claims_is_the_contract_exactly() -> None:
    found = document_object(DOCUMENT)
    head = {"formula_version", "by", "which", "wording", "as_of", "ranked_by", "scenario"}
    assert set(found) == {*head, "left_out", "scorecards"}
    assert set(found["left_out"]) == set(DOUBTS)
    assert set(found["scorecards"][0]) == set(CONTRACT)


def test_json_refuses_what_is_no_number() -> None:
    with pytest.raises(ValueError, match="Out of range float"):
        texts_of(json_texts(printed(replace(DOCUMENT, scorecards=(replace(FULL, brier=math.nan),)))))


def test_buckets_are_fields_of_a_scorecard() -> None:
    assert {bucket.value for bucket in Bucket} <= {field.name for field in fields(Scorecard)}
    assert {"bucket", "prediction", "why_not_scored"} <= set(CardClaim._fields)
    assert tuple(name for names in PARTS for name in names) == CardClaim._fields  # the order in which they are written


def test_brier_line_has_every_interval() -> None:
    assert brier_line(FULL) == "0.28 (sampling 0.11–0.50, over scenarios 0.07–0.60, coding 0.17–0.48)"
    one = replace(FULL, brier_scenario_low=None, brier_scenario_high=None)
    assert brier_line(one) == "0.28 (sampling 0.11–0.50, one scenario, coding 0.17–0.48)"
    assert brier_line(EMPTY) == "none (nothing is resolved)"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("hard to come true", "“hard to come true” (of NO)"),
        ("“hard to come true”: Out?", "“hard to come true”: Out? (of NO)"),
    ],
)
def test_markdown_says_a_claim_once_where_it_has_its_phrase(words: str, shown: str) -> None:
    claim = FULL.claims[0]._replace(claim=words)
    (page,) = (
        text for name, text in texts_of(markdown_texts(printed(_with(claim)))).items() if name != "scorecards.md"
    )
    assert f"| {shown} (`p1`, `a1` paragraph 7) |" in page
    assert page.count("hard to come true") == 1


def test_markdown_gives_a_quantity_its_crps_with_the_unit() -> None:
    claim = FULL.claims[2]._replace(bucket=Bucket.SCORED, brier=None, log_loss=None, crps=2.5, crps_unit="days|")
    (page,) = (
        text
        for name, text in texts_of(markdown_texts(printed(_with(FULL.claims[0], claim)))).items()
        if name != "scorecards.md"
    )
    scored = page[page.index("## Scored") :]
    assert "| Brier | Log loss | CRPS |" in scored
    assert "| – | – | 2.5000 days\\| |" in scored
    assert "| 0.8100 | 2.3026 | – |" in scored


def _with(*claims: CardClaim) -> ScorecardDocument:
    return replace(DOCUMENT, scorecards=(replace(FULL, claims=claims),))


def test_markdown_says_what_the_figures_are_made_of() -> None:
    texts = texts_of(markdown_texts(printed(DOCUMENT)))
    assert list(texts) == ["scorecards.md", "scorecard-chan-kung.md", "scorecard-some-media.md"]
    page = texts["scorecard-chan-kung.md"]
    for part in (
        "# Chan Kung\n",
        "**Brier score: 0.28 (sampling 0.11–0.50, over scenarios 0.07–0.60, coding 0.17–0.48).** ",
        "** From 0 to 1, lower is better.",
        "Rank 1, could be 1 to 2.",
        "Hindsight: When the outcome could be known already, 1 question was written and 2 claims were read",
        " and given a number. Of 1 claim and 1 reference it is not known whether this was before the outcome could",
        DOCUMENT.made_of,
        "| **all** | **4** |",
        f"| {FIGURES['skill'].label} | – | {FIGURES['skill'].explained} Reference: base rate | the mean reference",
        f"## Scored\n\n2 claims. {BUCKETS[Bucket.SCORED].text}\n",
        "| 2022-01-09/2022-01-10 | “hard to come true” (of NO): They will hardly be out. (`p1`, `a1` paragraph 7) |",
        "| Out by 23 January? (`q1`) | 90 % no | 80–98 % | yes | 2022-01-19 | 0.8100 | 2.3026 |",
        "5 %: 2022-01-19; 50 %: 2022-03-01",
        "the question is open |",
        "## Clarified criteria\n",
        "old \\| words",
        "| I said so. | – |",
    ):
        assert part in page, part
    empty = texts["scorecard-some-media.md"]
    assert "# +Some \\*media\\*" in empty or "# \\+Some \\*media\\*" in empty
    assert "Not ranked: 0 of 10 questions with a Brier score." in empty
    assert "## Scored" not in empty


def test_markdown_renders_to_the_words_and_nothing_else() -> None:
    render = MarkdownIt("gfm-like").render
    texts = texts_of(markdown_texts(printed(DOCUMENT)))
    page = render(texts["scorecard-chan-kung.md"])
    assert "<script>" not in page
    assert "<a " not in page
    assert page.count("<h1>") == 1
    columns = {len(re.findall("<t[hd]", row)) for row in re.findall("<tr>.*?</tr>", page, re.DOTALL)}
    assert columns == {2, 4, 5, 9}
    assert "=1+1 | **bold** &lt;script&gt;x&lt;/script&gt; [a](http://e.org) `c` www.e.org # h \\ é" in page
    index = render(texts["scorecards.md"])
    assert re.findall('href="([^"]*)"', index) == ["scorecard-chan-kung.md", "scorecard-some-media.md"]


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Cn", "Co"]), max_size=40)
    | st.text("\\`*_[]()<>|~#&!:/w.h-+=1 @\n", max_size=20)
)
@settings(max_examples=500, deadline=None)
def test_escaped_text_renders_as_itself(text: str) -> None:
    tokens = MarkdownIt("gfm-like").parse(escaped(text))
    kinds = [token.type for token in tokens]
    words = " ".join(text.split())
    assert kinds == (["paragraph_open", "inline", "paragraph_close"] if words else [])
    if words:
        inner = tokens[1].children or []
        assert {token.type for token in inner} <= {"text", "text_special"}
        assert "".join(token.content for token in inner) == words


def test_hidden_signs_are_shown() -> None:
    assert escaped("a\u202eb\u2066c\x1bd") == "a\ufffdb\ufffdc\ufffdd"


@pytest.mark.parametrize("form", ["csv", "json", "markdown"])
def test_files_are_the_texts_and_can_be_written_again(form: str, tmp_path: Path) -> None:
    for _ in range(2):
        written = write_texts(FORMATS[form](printed(DOCUMENT)), tmp_path / "out")
        texts = texts_of(FORMATS[form](printed(DOCUMENT)))
        assert {path.name: path.read_bytes().decode() for path in written} == texts
        assert {path.name for path in (tmp_path / "out").iterdir()} == set(texts)


def test_one_file_is_written_where_it_is_named(tmp_path: Path) -> None:
    assert write_texts(json_texts(printed(DOCUMENT)), tmp_path / "board.json") == (tmp_path / "board.json",)
    assert json.loads((tmp_path / "board.json").read_text())["formula_version"] == "2"


def refusal(form: str, output: Any, document: ScorecardDocument = DOCUMENT) -> OutputRefusedError:
    with pytest.raises(OutputRefusedError) as caught:
        write_texts(FORMATS[form](printed(document)), output)
    assert caught.value.advice
    return caught.value


def test_wrong_places_are_refused_and_left_as_they_were(tmp_path: Path) -> None:
    tmp_path = tmp_path / "place"
    tmp_path.mkdir()
    (tmp_path / "ledger.db").write_text("precious")
    (tmp_path / "other.json").write_text('{"mine": 1}')
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "scorecards.md").write_text("# Our own\n")
    assert "is a file" in refusal("json", tmp_path / "ledger.db").message
    assert "is a file" in refusal("csv", tmp_path / "ledger.db").message
    assert "is not a scorecard file" in refusal("json", tmp_path / "other.json").message
    assert "is not a scorecard file" in refusal("markdown", tmp_path / "docs").message
    error = refusal("markdown", tmp_path / "board.md")
    assert "names one file, but there are 3" in error.message
    assert error.advice == f"Name a folder, such as {tmp_path / 'board'}."
    assert "another form than .json" in refusal("json", tmp_path / "board.csv").message
    assert not (tmp_path / "board.csv").exists()
    refusal("csv", tmp_path / "ledger.db" / "below")
    (tmp_path / "link").mkdir()
    (tmp_path / "link" / "scorecards.json").symlink_to(tmp_path / "ledger.db")
    assert "not a plain file" in refusal("json", tmp_path / "link").message
    assert (tmp_path / "ledger.db").read_text() == "precious"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["docs", "ledger.db", "link", "other.json"]
    assert [path.name for path in (tmp_path / "docs").iterdir()] == ["scorecards.md"]
