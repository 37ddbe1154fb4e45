"""The views for other tools say what the record says, are described everywhere, and the documented analyses run."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from forecasts.db.readable import VIEWS
from forecasts.domain.kinds import Bucket, QuestionKind
from forecasts.domain.records import Reading
from forecasts.domain.scorecards import ScoreFilters
from forecasts.errors import OutputRefusedError
from forecasts.services.backup import back_up
from forecasts.services.card_pages import claimed_document
from forecasts.services.export import export_datasette
from forecasts.services.reviews import add_objection

if TYPE_CHECKING:
    from forecasts.services.ledger import Ledger

DOCS = Path(__file__).parents[2] / "docs"
QUESTION = "csto-out-by-2022-01-23"


def _rows(ledger: Ledger, query: str) -> list[tuple[object, ...]]:
    with ledger.read() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query))]


def test_scored_claims_have_the_brier_score_of_their_card(resolved_ledger: Ledger) -> None:
    """On both engines, and so the number in force, the outcome and both conditions of timeliness."""
    found = {
        row[0]: row[1:]
        for row in _rows(
            resolved_ledger,
            "SELECT prediction, squared_error, in_time, conditions_met, scenario FROM predictions"
            " WHERE squared_error IS NOT NULL",
        )
    }
    cards = claimed_document(resolved_ledger, ScoreFilters()).scorecards
    claims = [claim for card in cards for claim in card.claims if claim.kind is QuestionKind.BINARY]
    scored = [claim for claim in claims if claim.bucket is Bucket.SCORED]
    assert len(scored) >= 10
    with resolved_ledger.records() as store:
        read_again = {reading.prediction for reading in store.all(Reading)}  # the card has the mean, the view the first
    assert {claim.prediction for claim in scored} - read_again
    for claim in scored:
        error, in_time, met, scenario = found[claim.prediction]
        assert claim.prediction in read_again or error == pytest.approx(claim.brier)
        assert (in_time, met, scenario) == (1, 1, claim.scenario or None)
    untested = [claim for claim in claims if claim.bucket is Bucket.UNTESTED and claim.prediction in found]
    assert untested
    assert {found[claim.prediction][2] for claim in untested} == {0}


def test_several_speakers_and_authors_are_named_in_their_order(resolved_ledger: Ledger) -> None:
    joined = _rows(resolved_ledger, "SELECT prediction, speakers FROM predictions")
    apart = _rows(resolved_ledger, "SELECT prediction, name FROM prediction_speakers")
    names = {prediction: str(speakers).split("; ") for prediction, speakers in joined}
    assert any(len(speakers) > 1 for speakers in names.values())
    for prediction, name in apart:
        assert name in names[prediction]
    assert sum(map(len, names.values())) == len(apart)


def test_questions_resolutions_and_objections_stand_in_plain_words(resolved_ledger: Ledger) -> None:
    add_objection(resolved_ledger, question=QUESTION, by="A reader", text="No.")
    (question,) = _rows(
        resolved_ledger,
        f"SELECT standing, outcome, scenario FROM questions WHERE question = '{QUESTION}'",  # noqa: S608
    )
    assert question == ("resolved", "yes", "csto-mission")
    ((count,),) = _rows(resolved_ledger, f"SELECT count(*) FROM resolution_evidence WHERE question = '{QUESTION}'")  # noqa: S608
    assert count
    assert _rows(resolved_ledger, "SELECT prediction, question, objector, objection FROM objections") == [
        (None, QUESTION, "A reader", "No.")
    ]
    assert _rows(resolved_ledger, "SELECT entry, analyst, intent FROM history ORDER BY entry DESC")[0][1:] == (
        "tester",
        "add objection",
    )


def test_every_view_and_column_is_documented() -> None:
    text = (DOCS / "database.md").read_text(encoding="utf-8")
    for name, view in VIEWS.items():
        section = text.partition(f"## {name}\n")[2].partition("\n## ")[0]
        assert view.says in section
        documented = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", section, re.MULTILINE))
        assert documented == {column: says for column, (_, says) in view.columns.items()}
        assert list(documented) == list(view.columns)


def test_the_documented_analyses_give_the_documented_answers(resolved: Ledger, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    back_up(str(resolved.database.address.path), copy)
    text = (DOCS / "analyses.md").read_text(encoding="utf-8")
    found = re.findall(r"```sql\n([^`]*)```\n\n((?:\|.*\n)+)", text)
    assert len(found) == 3
    with closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as connection:
        for query, table in found:
            cursor = connection.execute(query)
            lines = [[column[0] for column in cursor.description], *([str(cell) for cell in row] for row in cursor)]
            documented = [line.strip("| ").split(" | ") for line in table.splitlines() if not line.startswith("|---")]
            assert lines == documented


def test_datasette_is_told_of_every_view_and_table(resolved: Ledger, tmp_path: Path) -> None:
    path = export_datasette(resolved, tmp_path / "metadata.json", database="copy")
    document = json.loads(path.read_text(encoding="utf-8"))
    tables = document["databases"]["copy"]["tables"]
    assert "forecasts-receipt v1" in document["description"]
    for name, view in VIEWS.items():
        columns = {column: says for column, (_, says) in view.columns.items()}
        assert tables[name] == {"description": view.says, "columns": columns}
    with resolved.read() as connection:
        there = connection.execute(
            sa.text("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')")
        ).all()
    assert {name for name, kind in there if kind == "table"} == {
        name for name, said in tables.items() if said == {"hidden": True}
    }
    assert export_datasette(resolved, path, database="copy") == path
    path.write_text("mine")
    with pytest.raises(OutputRefusedError, match="left alone"):
        export_datasette(resolved, path, database="copy")
