"""What a figure means, on the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from forecasts.services.explain import paragraphs

if TYPE_CHECKING:
    from tests.cli.conftest import Command


def test_one_figure(command: Command) -> None:
    told = command.done("explain", "log", "loss")
    assert told.startswith("Log loss\n")
    assert "Minus the logarithm" in told
    assert json.loads(command.done("explain", "log_loss", "--json"))["title"] == "Log loss"


def test_all_of_them(command: Command) -> None:
    assert command.done("explain").splitlines() == [paragraph.title for paragraph in paragraphs()]
    assert len(json.loads(command.done("explain", "--json"))) == len(paragraphs())


def test_no_such_figure(command: Command) -> None:
    assert "Brier score" in command.refused("explain", "luck")
