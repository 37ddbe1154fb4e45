"""What a board shows: whose cards, which claim of several, which reading of the words, and which part of the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from forecasts.scoring.codes import By, Which, Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The choices behind a board. Days are ordinals; None leaves a filter open.

    by        whose cards: speaker, author or outlet
    which     the first or the last claim of a source on a question counts
    wording   each claim at its point, or at the end of its range (or the variant of its question) that serves best or
    worst since     the earliest day of a claim, inclusive
    until     the latest day of a claim, inclusive
    scenario  code of the only scenario
    basis     code of the only basis
    as_of     calibration is over deadlines before this day
    """

    by: By = "speaker"
    which: Which = "first"
    wording: Wording = "point"
    since: int | None = None
    until: int | None = None
    scenario: int | None = None
    basis: int | None = None
    as_of: int | None = None

    def __post_init__(self) -> None:
        _refuse_unless("by", self.by, get_args(By))
        _refuse_unless("which", self.which, get_args(Which))
        _refuse_unless("wording", self.wording, get_args(Wording))


def _refuse_unless(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        msg = f"{name} is {value!r}, expected one of {', '.join(allowed)}"
        raise ValueError(msg)
