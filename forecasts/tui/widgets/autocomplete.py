"""Autocomplete of records: one types a part of a name, arrows move in what matches, enter or tab takes it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import events, getters, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from forecasts.domain.article_views import AnswerFormat, Selection, Suggestion
from forecasts.domain.dates import MONTHS
from forecasts.domain.kinds import QuestionKind
from forecasts.domain.speakers import word_set
from forecasts.text import safe
from forecasts.tui.background import ServiceApp
from forecasts.tui.keys import Action, quiet
from forecasts.tui.widgets.columns import fit
from forecasts.tui.widgets.inputs import TextInput

if TYPE_CHECKING:
    Find = Callable[[str], Awaitable[Sequence[Suggestion]]]

_NOTE = 14
_RELATED_BY = 3
_RELATED = 6
_SHORT = 4
_OF_MANY = word_set(
    "will about before after within least more than have been their with from that this next year years month months "
    + " ".join(MONTHS)
)
_LAST = re.compile(r"[^;,]*$")


def telling_words(name: str) -> list[str]:
    """The longest words of a name by which another may be like it: no months, and none that every question has."""
    words = set(re.findall(r"[^\W\d_]{4,}", name.casefold())) - _OF_MANY
    return sorted(words, key=lambda word: (-len(word), word))[:_RELATED_BY]


def selection_text(picked: Selection) -> str:
    """A choice as the text of a form's field; empty where there is none."""
    return json.dumps(asdict(picked), ensure_ascii=False) if picked != Selection() else ""


def read_selection(text: str) -> Selection:
    """The choice that a field's text stands for; none where it stands for none."""
    try:
        plain = json.loads(text)
        asked = AnswerFormat(**plain.pop("asked"))
        asked = replace(asked, kind=QuestionKind(asked.kind), options=tuple(asked.options))
        picked = Selection(**plain, asked=asked)
        if asked.due:
            date.fromisoformat(asked.due)
    except (AttributeError, KeyError, TypeError, ValueError):
        return Selection()
    texts = (picked.text, picked.slug, asked.unit, *picked.asked.options)
    return picked if all(isinstance(one, str) for one in texts) and isinstance(picked.is_new, bool) else Selection()


class _Words(TextInput):
    """What is typed; its arrows move among what is offered, and enter takes it."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        quiet("pick.take", "enter", "take", "Take"),
        quiet("pick.complete", "tab", "complete", "Take"),
        quiet("pick.down", "down", "move(1)", "Next"),
        quiet("pick.up", "up", "move(-1)", "Previous"),
    )

    def __init__(self, owner: Autocomplete, value: str, placeholder: str) -> None:
        super().__init__(value, placeholder=placeholder, compact=True)
        self._owner = owner

    def action_take(self) -> None:
        """Take what the list stands on, and go on."""
        self._owner.take()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Tab goes on where there is nothing to take."""
        return self._owner.is_typed if action == "complete" else super().check_action(action, parameters)

    def action_complete(self) -> None:
        """Take what the list stands on, where a word was typed, and go on."""
        self._owner.take()

    def action_move(self, step: int) -> None:
        self._owner.move(step)


class _Offers(Widget):
    """The records that match, one line each, the one that enter takes marked."""

    ALLOW_SELECT = False

    def __init__(self, owner: Autocomplete) -> None:
        super().__init__(classes="offers")
        self._owner = owner

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """As many lines as there are to choose from."""
        del container, viewport, width
        return len(self._owner.lines)

    def render(self) -> Content:
        width = max(self.size.width - 2, 1)
        shown = []
        for place, (text, note) in enumerate(self._owner.lines):
            is_here = place == self._owner.place
            tail = f"  {note}" if note and width > 2 * _NOTE else ""
            said = f"{'▸ ' if is_here else '  '}{fit(text, max(width - cell_len(tail), _NOTE))}{tail}"
            style = "bold $block-cursor-foreground on $block-cursor-background" if is_here else "$foreground"
            shown.append(Content.styled(said, style))
        return Content("\n").join(shown)

    def on_click(self, event: events.Click) -> None:
        if 0 <= event.y < len(self._owner.lines):
            self._owner.place = event.y
            self._owner.take()


class Autocomplete(Vertical):
    """Holds slugs as typed, or where one may be made (`new` says what) the choice of one record by its name.

    `find` answers with what matches the words. A choice offers what is at hand before anything is typed.
    """

    app = getters.app(ServiceApp)

    class Changed(Message):
        """Something else was typed or taken."""

        def __init__(self, control: Autocomplete) -> None:
            super().__init__()
            self.autocomplete = control

        @property
        def control(self) -> Autocomplete:
            """The widget, so that handlers can name it."""
            return self.autocomplete

    class Taken(Changed):
        """Enter or a click chose it: it is another field's turn."""

    def __init__(
        self,
        text: str,
        find: Find,
        *,
        many: bool = False,
        new: str = "",
        placeholder: str = "",
        id: str | None = None,  # noqa: A002 - Textual's name for it
    ) -> None:
        super().__init__(id=id)
        self.selection = read_selection(text) if new else Selection()
        self.place = -1
        """The offer that enter takes; -1: none, where nothing is typed and no arrow was pressed."""
        self._find = find
        self._many = many
        self._new = new
        self._found: tuple[Suggestion, ...] = ()
        self._found_for: str | None = None
        self._takes_next = False
        self.input = _Words(self, self.selection.text if new else text, placeholder)
        self._proposed = "" if self.selection.slug or self.selection.is_new else self.selection.text
        self._answered = self.input.value
        self._list = _Offers(self)

    def compose(self) -> ComposeResult:
        """The field, and the list while one is in it."""
        yield self.input
        yield self._list

    def on_mount(self) -> None:
        """The list shows only while one types."""
        self._list.display = False

    @property
    def value(self) -> str:
        """The choice, or the slugs, as the text of a form's field."""
        return selection_text(self.selection) if self._new else self.input.value

    @value.setter
    def value(self, text: str) -> None:
        if self._new:
            self.selection = read_selection(text)
        with self.prevent(Input.Changed):
            self.input.value = self.selection.text if self._new else text
        self.input.cursor_position = len(self.input.value)
        self._answered = self.input.value
        self._found, self._found_for = (), None
        self._list.display = False
        self.post_message(self.Changed(self))

    @property
    def word(self) -> str:
        """The words that are looked for: of several slugs the last."""
        found = _LAST.search(self.input.value) if self._many else None
        return (found.group() if found else self.input.value).strip()

    @property
    def lines(self) -> list[tuple[str, str]]:
        """What there is to choose from: records, and one that is new."""
        found = [(safe(pick.name), safe(pick.note)) for pick in self._found]
        if self._new and self.word and all(pick.name.casefold() != self.word.casefold() for pick in self._found):
            found.append((f"+ {self._new}: {safe(self.word)}", ""))
        return found

    def move(self, step: int) -> None:
        """Another offer, around the ends."""
        if count := len(self.lines):
            self.place = (self.place + step) % count if self.place >= 0 else min(step, 0) % count
            self._list.refresh()

    def take(self) -> None:
        """Take what the list stands on; while it is being looked up, take it then, before another key."""
        if self._is_settled or (not self.word and (self.place < 0 or not self._new)):
            self.post_message(self.Taken(self))
        elif self._found_for != self.word:
            self._takes_next = True
            self.app.keys.hold()
            self._look()
        elif self.place < len(self._found):
            self.take_record(self._found[self.place])
        elif self._new and self.word:
            self._put(Selection(self.word, is_new=True))

    @property
    def is_typed(self) -> bool:
        """Whether it holds words of which one record is still to be chosen."""
        return bool(self._new and self.word) and not (self._is_settled or self.is_proposed)

    @property
    def is_proposed(self) -> bool:
        """Whether it holds a name that was proposed, and nothing was taken."""
        return bool(self._proposed) and self.selection == Selection(self._proposed)

    async def take_proposed(self) -> None:
        """Take the record of that name, else a new one."""
        found = {record.name.casefold(): record for record in await self._find(self._proposed)}
        record = found.get(self._proposed.casefold())
        picked = Selection(record.name, record.slug, asked=record.asked) if record else None
        self.value = selection_text(picked or Selection(self._proposed, is_new=True))

    def take_record(self, record: Suggestion) -> None:
        """Put a record in the place of the words that are being typed."""
        if self._new:
            self._put(Selection(record.name, record.slug, asked=record.asked))
            return
        kept = _LAST.sub("", self.input.value).rstrip() if self._many else ""
        self.value = f"{kept} {record.slug}".strip()
        self.post_message(self.Taken(self))

    @property
    def _is_settled(self) -> bool:
        if self._new:
            return bool(self.selection.slug or self.selection.is_new)
        return self._answered == self.input.value or (self._found_for == self.word and not self._found)

    def _put(self, picked: Selection) -> None:
        self.value = selection_text(picked)
        self.post_message(self.Taken(self))

    def _look(self) -> None:
        is_asked = (
            not (self.selection.slug or self.selection.is_new) if self._new else self.input.value != self._answered
        )
        if is_asked and (self.word or self._new):
            self.app.run_task(self._look_up(self.word))
        else:
            self._list.display = False

    async def _look_up(self, word: str) -> None:
        try:
            found = tuple(await self._find(word))
            is_proposed = bool(word) and word == self._proposed and not found
            if is_proposed:  # what nobody has: beside it what speaks of the same, and it is the one that enter takes
                found = await self._related(word) or tuple(await self._find(""))
        finally:
            takes, self._takes_next = self._takes_next and word == self.word, self._takes_next and word != self.word
            if takes:
                self.app.keys.release()
        if word != self.word or not self.is_mounted:
            return
        is_slug = not self._new and any(record.slug == word for record in found)
        self._found, self._found_for = () if is_slug else found, word
        self.place = len(found) if is_proposed else 0 if word else -1
        self._list.display = self.input.has_focus and bool(self.lines)
        self._list.refresh(layout=True)
        if takes:
            self.take()

    async def _related(self, name: str) -> tuple[Suggestion, ...]:
        """The records that share one of the longest words of a name from its beginning, those that share most first."""
        shared: Counter[Suggestion] = Counter()
        for word in telling_words(name):
            is_whole = "" if len(word) > _SHORT else r"\b"
            found = await self._find(word)
            shared.update(one for one in found if re.search(rf"\b{word}{is_whole}", one.name, re.IGNORECASE))
        return tuple(record for record, _ in shared.most_common(_RELATED))

    def on_descendant_focus(self) -> None:
        if self._new:
            self._look()

    def on_descendant_blur(self) -> None:
        """What is offered goes with the focus."""
        self._list.display = False

    @on(Input.Changed)
    def follow(self, event: Input.Changed) -> None:
        """Other words are another choice."""
        event.stop()
        if self._new and event.value == self.selection.text:
            return
        if self._new:
            self.selection = Selection(event.value)
        self.post_message(self.Changed(self))
        self._look()
