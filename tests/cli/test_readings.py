"""Second readings on the command line."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Command


def a_claim(command: Command) -> str:
    claims = json.loads(command.done("list", "predictions", "--json"))
    return next(
        str(row["slug"]) for row in claims if row["probability"] and row["basis"] != "stated" and row["question"]
    )


def test_a_reading_and_the_agreement(command: Command) -> None:
    slug = a_claim(command)
    assert "a blind reader" in command.done("agreement")
    with closing(sqlite3.connect(command.database)) as connection, connection:
        connection.execute("DELETE FROM reading")
    assert "no prediction was read by two analysts" in command.done("agreement")
    told = command.done("add", "reading", slug, "--probability", "0.31", "--low", "0.2", "--blind", "--analyst", "B")
    assert told.startswith("Read by B: 69 % no")
    found = json.loads(command.done("agreement", "--json"))
    (claim,) = found["claims"]
    assert claim["prediction"] == slug
    assert claim["used"] == "mean"
    assert claim["readings"][1] == {
        "analyst": "B", "probability": 0.31, "low": 0.2, "high": None, "blind": True, "is_first": False,
    }  # fmt: skip
    assert found["alpha"] is not None
    assert "B 69 % no" in command.done("agreement")
    again = command.done("add", "reading", slug, "--probability", "0.31", "--low", "0.2", "--blind", "--analyst", "B")
    assert "was there already" in again


def test_what_is_wrong_is_said(command: Command) -> None:
    slug = a_claim(command)
    assert "probability" in command.refused("add", "reading", slug, "--probability", "31", "--analyst", "B")
    assert "nobody" in command.refused("add", "reading", "nobody", "--probability", "0.3")
