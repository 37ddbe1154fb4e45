"""Which claims a scoreboard is made of, and how they are read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from forecasts.domain.kinds import Basis, Role, Which, Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreFilters:
    """What a scoreboard is made of; empty and None mean everything.

    `standard` re-reads the phrases. Calibration is over deadlines before `as_of`, which is today where it is not given.
    """

    by: Role = Role.SPEAKER
    which: Which = Which.FIRST
    wording: Wording = Wording.POINT
    as_of: date | None = None
    since: date | None = None
    until: date | None = None
    scenario: str = ""
    basis: Basis | None = None
    standard: str = ""
