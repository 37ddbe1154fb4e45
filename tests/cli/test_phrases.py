"""Words of likelihood, side by side under every standard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.services.explain import read_phrase

if TYPE_CHECKING:
    from forecasts.services.ledger import Ledger
    from tests.cli.conftest import Command


def test_every_standard_reads_or_says_that_it_does_not(seeded_ledger: Ledger) -> None:
    found = {row.standard: row for row in read_phrase(seeded_ledger, "It is very unlikely, they say")}
    icd = found["icd-203"].reading
    assert icd is not None
    assert (icd.term, icd.low, icd.high) == ("very unlikely", 0.05, 0.2)
    assert found["kent-1964"].reading is None
    years = [row.year or 0 for row in read_phrase(seeded_ledger, "likely")]
    assert years == sorted(years)


def test_the_table(command: Command) -> None:
    told = command.done("phrases", "VERY", "Unlikely")
    line = next(line for line in told.splitlines() if line.startswith("ICD 203"))
    assert line.split()[-6:] == ["%", "5", "%", "to", "20", "%"]


def test_words_that_nobody_lists(command: Command) -> None:
    result = command("phrases", "come", "rain", "or", "shine")
    assert result.exit_code == 0
    assert "No standard lists these words" in result.stderr


def test_a_ledger_without_standards(empty_command: Command) -> None:
    result = empty_command("phrases", "likely")
    assert result.exit_code == 0
