"""The palette: every action, done here or told where it is done, every theme, and every record by name."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from textual import getters, on
from textual.binding import ActiveBinding
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.widgets import Input
from textual.worker import Worker, WorkerCancelled

from forecasts import services
from forecasts.errors import ForecastsError
from forecasts.text import has_terms, search_key, search_terms
from forecasts.tui import flows
from forecasts.tui.background import ServiceApp
from forecasts.tui.flows.opening import open_record
from forecasts.tui.keys import Action
from forecasts.tui.show import line
from forecasts.tui.startup import areas
from forecasts.tui.widgets.record_table import RecordTable

_RECORDS_SHOWN = 12
_NAME_SHOWN = 200
_KINDS = {
    "question": "Question",
    "source": "Source",
    "article": "Article",
    "scenario": "Scenario",
    "prediction": "Prediction",
}
_DEEDS = {"resolve": ("question",), "void": ("question",), "edit": tuple(_KINDS)}
_FEWEST_LETTERS = 2
_RECORD, _DEED, _ELSEWHERE = 0.3, 0.4, 0.5
LEADS_TO = {
    "Article": "articles",
    "Question": "due",
    "Agreement": "predictions",
    "History entry": "history",
    **dict.fromkeys(("Scorecard", "Compare", "Pooled", "What it rests on", "Diagrams"), "sources"),
}
"""The places from which one comes to pages that are none."""
_WORD = re.compile(r"\w+")


class Palette(CommandPalette):
    """Textual's palette, in which enter takes what was found for all that is typed, never what stood there before."""

    app = getters.app(ServiceApp)
    _takes = False

    @property
    def _is_seeking(self) -> bool:
        return any(worker.node is self and not worker.is_finished for worker in self.workers)

    @on(Input.Submitted)
    def wait_for_what_is_sought(self, event: Input.Submitted) -> None:
        """Take it once it is there, before another key."""
        if self._is_seeking:
            event.prevent_default()
            event.stop()
            self._takes = True
            self.app.keys.hold()

    @on(Worker.StateChanged)
    def take(self) -> None:
        if self._takes and not self._is_seeking:
            self._takes = False
            self.app.keys.release()
            box = self.query_one(Input)
            box.post_message(Input.Submitted(box, box.value))

    def on_unmount(self) -> None:
        if self._takes:
            self.app.keys.release()


class _Command(NamedTuple):
    title: str
    help: str
    run: Callable[[], Any]


class Commands(Provider):
    """Finds actions by fuzzy match, and records by asking the database."""

    @property
    def _host(self) -> ServiceApp:
        app = self.app
        if not isinstance(app, ServiceApp):
            raise TypeError(type(app))
        return app

    async def discover(self) -> Hits:
        """The actions, before anything is typed."""
        for command in (*self._actions(), *self._tools()):
            yield DiscoveryHit(line(command.title), command.run, text=command.title, help=command.help)

    async def search(self, query: str) -> Hits:
        """The actions and themes that match, what is done elsewhere, then the records whose words match, or what is to
        be done to them.
        """
        matcher = self.matcher(query)
        for command in (*self._actions(), *self._tools(), *self._themes()):
            score = _said_score(query, command.title, command.help) or matcher.match(command.title)
            if score > 0:
                yield Hit(score, matcher.highlight(command.title), command.run, command.title, command.help)
        for command in self._elsewhere():
            if score := _said_score(query, command.title, command.help):
                said = matcher.highlight(command.title)
                yield Hit(_ELSEWHERE + score / 100, said, command.run, command.title, command.help)
        if len(query.strip()) >= _FEWEST_LETTERS:
            for kind, verb in _KINDS.items():
                for slug, name in await self._records(kind, query):
                    run = partial(open_record, self._host, kind, slug)
                    score = _RECORD + _said_score(query, name, "") / 100
                    yield Hit(score, line(f"{verb}: {name[:_NAME_SHOWN]}"), run, slug, slug)
        async for hit in self._deeds(query):
            yield hit

    async def _deeds(self, query: str) -> Hits:
        """What is said with a record's words: "resolve" and words of a question, in either order."""
        words = query.split()
        deed = next((word for word in map(search_key, words) if word in _DEEDS), "")
        rest = " ".join(word for word in words if search_key(word) != deed)
        if not deed or len(rest) < _FEWEST_LETTERS or self._host.is_blind:
            return
        for kind in _DEEDS[deed]:
            for slug, name in await self._records(kind, rest):
                title = line(f"{deed.capitalize()}: {name[:_NAME_SHOWN]}")
                score = _DEED + _said_score(rest, name, slug) / 100
                yield Hit(score, title, partial(self._do, deed, kind, slug), slug, slug)

    def _do(self, deed: str, kind: str, slug: str) -> None:
        host = self._host
        if deed == "edit":
            host.run_flow(flows.recording.edit(host, kind, slug), "record")
        else:
            host.run_flow(flows.resolving.resolve(host, slug, void=deed == "void"), "resolve")

    def _actions(self) -> Iterator[_Command]:
        """What the screen's keys do now, under the names that the help uses."""
        for action, active in self._active().values():
            if action.id != "app.palette":
                yield _Command(action.title, action.help, partial(self._host.run_action, action.action, active.node))

    def _active(self) -> dict[str, tuple[Action, ActiveBinding]]:
        declared = {action.id: action for action in _declared(self.screen, self._host)}
        found: dict[str, tuple[Action, ActiveBinding]] = {}
        for active in self.screen.active_bindings.values():
            action = declared.get(active.binding.id or "")
            if action is not None and action.named and active.enabled:
                found.setdefault(action.id, (action, active))
        return found

    def _elsewhere(self) -> Iterator[_Command]:
        """What is done on other pages, or here on another row: it goes to the place, and says the key."""
        told = set(self._active())
        for page, actions in areas(self._host).items() if self._host.is_set_up else ():
            place = LEADS_TO.get(page, page.lower())
            for action in actions if page else ():
                if not action.named or not action.help or action.id in told:
                    continue
                told.add(action.id)
                key = self._host.name_key(action.id, action.keys.split(",")[0])
                said = f"{action.help}: {key} in {page}"
                yield _Command(action.title, said, partial(self._go_to, place, action.title, said))

    async def _go_to(self, place: str, title: str, said: str) -> None:
        if place != self._host.current_mode:
            await self._host.run_action(f"go('{place}')")
        self._host.notify(f"{said}.", title=title)

    def _tools(self) -> Iterator[_Command]:
        if not self._host.is_set_up:
            return
        help_text = "The copies of each day and of upgrades, and putting one in the ledger's place"
        yield _Command("Restore a copy", help_text, self._restore)
        help_text = "What the seed says came of its questions; what you resolved yourself is left alone"
        yield _Command("Load the reference resolutions", help_text, self._load_resolutions)

    def _restore(self) -> None:
        self._host.run_flow(flows.restoring.choose_copy(self._host), "restore")

    def _load_resolutions(self) -> None:
        self._host.run_flow(flows.resolving.load_references(self._host), "load")

    def _themes(self) -> Iterator[_Command]:
        for name in sorted(self._host.available_themes):
            yield _Command(f"Theme: {name}", "Colours of the whole program", partial(self._host.choose_theme, name))

    async def _records(self, kind: str, words: str) -> list[tuple[str, str]]:
        try:
            return await self._host.in_thread(
                partial(services.overview.find_named, self._host.address, kind, words, limit=_RECORDS_SHOWN)
            )
        except (ForecastsError, WorkerCancelled):
            return []


def _said_score(query: str, title: str, text: str) -> int:
    """How well it is said: 4 as whole words of the title, 3 of the text, 2 together, 1 as parts of words; else 0."""
    for score, said in ((4, title), (3, f"{title} {text}")):
        if set(search_terms(query)) <= set(_WORD.findall(search_key(said))):
            return score
    if not has_terms(query, title, text):
        return 0
    return 2 if " ".join(search_terms(query)) in search_key(title, text) else 1


def _declared(screen: object, app: ServiceApp) -> tuple[Action, ...]:
    return (*getattr(screen, "ACTIONS", ()), *RecordTable.ACTIONS, *app.ACTIONS)
