"""Filters: what lists and scores are narrowed to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from forecasts.domain.date_words import read_day
from forecasts.domain.kinds import Basis, QuestionStatus, Role, Which, Wording
from forecasts.domain.scorecards import ScoreFilters
from forecasts.domain.views import PredictionQuery
from forecasts.tui.dialogs.form import FormDialog, form_actions
from forecasts.tui.dialogs.form_fields import Attempt, Checked, FormField, word_field
from forecasts.tui.show import long_day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from forecasts.tui.dialogs.form_fields import Texts
    from forecasts.tui.keys import Action

_ANY = "any"
_DAYS = {"since": "Made since", "until": "Made until", "as_of": "As of"}


def _by_name(names: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(names.items(), key=lambda item: item[1].casefold()))


class NarrowDialog(FormDialog[PredictionQuery]):
    """Answers with the query, narrowed to a source, a scenario, a status."""

    heading = "Narrow the predictions"
    ACTIONS: ClassVar[tuple[Action, ...]] = form_actions("Show", "Show what is left", leave="Cancel")

    def __init__(self, query: PredictionQuery, sources: Mapping[str, str], scenarios: Mapping[str, str]) -> None:
        self._query = query
        statuses = (_ANY, *QuestionStatus)
        fields = (
            FormField(name="source", label="Source", listed=_by_name(sources), placeholder="every source"),
            FormField(name="scenario", label="Scenario", listed=_by_name(scenarios), placeholder="every scenario"),
            word_field("status", "Status", QuestionStatus, choices=statuses, default=_ANY),
        )
        status = query.status.value if query.status else _ANY
        begun = {"source": query.source, "scenario": query.scenario, "status": status}
        super().__init__(fields, begun, Attempt())

    def check(self, texts: Texts) -> Checked[PredictionQuery]:
        """Nothing can be wrong."""
        status = None if texts["status"] == _ANY else QuestionStatus(texts["status"])
        return Checked(answer=replace(self._query, source=texts["source"], scenario=texts["scenario"], status=status))


class ScoreFiltersDialog(FormDialog[ScoreFilters]):
    """Answers with what a scoreboard is made of."""

    heading = "What the scores are made of"
    ACTIONS: ClassVar[tuple[Action, ...]] = form_actions("Show", "Show the scoreboard so", leave="Cancel")

    def __init__(self, filters: ScoreFilters, scenarios: Mapping[str, str], standards: Mapping[str, str]) -> None:
        self._filters = filters
        days = "2025-12-31, end of 2025, 6 months ago"
        own = "the standard of each prediction"
        fields = (
            word_field("by", "By", Role),
            word_field("which", "Which counts", Which),
            word_field("wording", "Wording", Wording),
            word_field("basis", "Who chose p", Basis, choices=(_ANY, *Basis)),
            FormField(name="scenario", label="Scenario", listed=_by_name(scenarios), placeholder="every scenario"),
            FormField(name="standard", label="Read under", listed=_by_name(standards), placeholder=own),
            *(FormField(name=name, label=label, placeholder=days) for name, label in _DAYS.items()),
        )
        begun = {field.name: str(getattr(filters, field.name) or "") for field in fields}
        super().__init__(fields, {**begun, "basis": begun["basis"] or _ANY}, Attempt())

    def check(self, texts: Texts) -> Checked[ScoreFilters]:
        """Every day must be readable."""
        return check_filters(texts, self._filters, self.app.today())


def check_filters(texts: Texts, filters: ScoreFilters, today: date) -> Checked[ScoreFilters]:
    """What a scoreboard is made of, as it is typed."""
    wrong: dict[str, str] = {}
    days: dict[str, date | None] = {}
    for name in _DAYS:
        text = texts[name].strip()
        try:
            days[name] = read_day(text, today) if text else None
        except ValueError as error:
            wrong[name] = f"expected {error}"
    hints = {name: long_day(day) for name, day in days.items() if day}
    if wrong:
        return Checked(wrong=wrong, hints=hints)
    answer = replace(
        filters,
        by=Role(texts["by"]),
        which=Which(texts["which"]),
        wording=Wording(texts["wording"]),
        basis=None if texts["basis"] == _ANY else Basis(texts["basis"]),
        scenario=texts["scenario"],
        standard=texts["standard"],
        since=days["since"],
        until=days["until"],
        as_of=days["as_of"],
    )
    return Checked(hints=hints, answer=answer)
