"""What the predictions are narrowed to: a source, a scenario, a status."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.widgets import Select

from forecasts.domain.glossary import label
from forecasts.domain.kinds import QuestionStatus
from forecasts.domain.views import PredictionQuery
from forecasts.tui.dialogs.base import CANCEL, Dialog
from forecasts.tui.keys import Action, bindings
from forecasts.tui.show import line
from forecasts.tui.widgets.choice import Choice
from forecasts.tui.widgets.field import Field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual.content import Content
    from textual.widget import Widget

_STATUSES = (None, *QuestionStatus)


def record_select(names: Mapping[str, str], chosen: str, prompt: str) -> Select[str]:
    """A list of records by name, in alphabetical order; one types to search."""
    options: list[tuple[Content, str]] = [
        (line(name), slug) for slug, name in sorted(names.items(), key=lambda item: item[1].casefold())
    ]
    value = chosen if chosen in names else Select.NULL
    return Select(options, prompt=prompt, value=value, compact=True)


class NarrowDialog(Dialog[PredictionQuery]):
    """Answers with the query, narrowed."""

    HEADING = "Narrow the predictions"
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(id="narrow.accept", keys="ctrl+s", action="accept", title="Show", help="Show what is left"),
        CANCEL,
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self, query: PredictionQuery, sources: Mapping[str, str], scenarios: Mapping[str, str]) -> None:
        super().__init__()
        self._query = query
        self._source = record_select(sources, query.source, "every source")
        self._scenario = record_select(scenarios, query.scenario, "every scenario")
        labels = ["any", *(label(status) for status in QuestionStatus)]
        self._status = Choice(labels, _STATUSES.index(query.status))

    def compose_body(self) -> Iterable[Widget]:
        """The three choices."""
        yield Field("Source", self._source)
        yield Field("Scenario", self._scenario)
        yield Field("Status", self._status)

    def action_accept(self) -> None:
        """Answer with what was chosen."""
        self.dismiss(
            replace(
                self._query,
                source=str(self._source.value) if self._source.value is not Select.NULL else "",
                scenario=str(self._scenario.value) if self._scenario.value is not Select.NULL else "",
                status=_STATUSES[self._status.chosen],
            )
        )
