"""What a scoreboard is made of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widgets import Input, Select

from forecasts.domain.date_words import read_day
from forecasts.domain.kinds import Basis, Role, Which, Wording
from forecasts.domain.score_filters import ScoreFilters
from forecasts.tui.dialogs.base import CANCEL, Dialog
from forecasts.tui.dialogs.narrow import record_select
from forecasts.tui.keys import Action, bindings
from forecasts.tui.show import long_day
from forecasts.tui.widgets.choice import Choice
from forecasts.tui.widgets.field import Field
from forecasts.tui.widgets.inputs import TextInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from textual.widget import Widget

_BASES = (None, *Basis)
_DAYS = {"since": "Made since", "until": "Made until", "as_of": "As of"}


class ScoreFiltersDialog(Dialog[ScoreFilters]):
    """Answers with the filters."""

    HEADING = "What the scores are made of"
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="scores.accept", keys="ctrl+s", action="accept", title="Show", help="Show the scoreboard so"),
        CANCEL,
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, filters: ScoreFilters, scenarios: Mapping[str, str], standards: Mapping[str, str]) -> None:
        super().__init__()
        self._filters = filters
        self._by = Choice([role.value for role in Role], tuple(Role).index(filters.by))
        self._which = Choice([which.value for which in Which], tuple(Which).index(filters.which))
        self._wording = Choice([wording.value for wording in Wording], tuple(Wording).index(filters.wording))
        self._basis = Choice([basis or "any" for basis in _BASES], _BASES.index(filters.basis))
        self._scenario = record_select(scenarios, filters.scenario, "every scenario")
        self._standard = record_select(standards, filters.standard, "the standard of each claim")
        self._days = {
            name: TextInput(
                str(getattr(filters, name) or ""), compact=True, placeholder="2025-12-31, end of 2025, 6 months ago"
            )
            for name in _DAYS
        }
        self._day_fields = {name: Field(label, self._days[name]) for name, label in _DAYS.items()}

    def compose_body(self) -> Iterable[Widget]:
        """Every choice."""
        yield Field("By", self._by)
        yield Field("Which counts", self._which)
        yield Field("Wording", self._wording)
        yield Field("Who chose p", self._basis)
        yield Field("Scenario", self._scenario)
        yield Field("Read under", self._standard)
        yield from self._day_fields.values()

    @on(Input.Changed)
    def check_days(self) -> None:
        """Say under each day what is wrong with it."""
        self._read_days()

    def _read_days(self) -> dict[str, date | None] | None:
        days: dict[str, date | None] = {}
        for name, box in self._days.items():
            text = box.value.strip()
            try:
                day = days[name] = read_day(text, self.app.today()) if text else None
            except ValueError as error:
                self._day_fields[name].say(f"expected {error}")
            else:
                self._day_fields[name].say(hint=long_day(day) if day else "")
        return days if len(days) == len(_DAYS) else None

    def action_accept(self) -> None:
        """Answer with what was chosen, if every day can be read."""
        days = self._read_days()
        if days is None:
            return
        self.dismiss(
            replace(
                self._filters,
                by=tuple(Role)[self._by.chosen],
                which=tuple(Which)[self._which.chosen],
                wording=tuple(Wording)[self._wording.chosen],
                basis=_BASES[self._basis.chosen],
                scenario=str(self._scenario.value) if self._scenario.value is not Select.NULL else "",
                standard=str(self._standard.value) if self._standard.value is not Select.NULL else "",
                since=days["since"],
                until=days["until"],
                as_of=days["as_of"],
            )
        )
