"""Filling in a form until what it answers with is accepted, whatever is refused and whatever others do meanwhile."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from forecasts import services
from forecasts.domain.views import HistoryRow, RecordsChanged
from forecasts.errors import ConflictError, ForecastsError, InvalidInputError
from forecasts.tui.background import ServiceApp
from forecasts.tui.dialogs.base import KEPT
from forecasts.tui.dialogs.conflict import ConflictDialog, Whose, differences
from forecasts.tui.dialogs.form import FormDialog
from forecasts.tui.dialogs.form_fields import Attempt, DraftFile, Texts

T = TypeVar("T")
R = TypeVar("R")

_THEIRS = "This is theirs, as it is stored. Leave it to come back to yours."


async def fill_in(
    app: ServiceApp,
    make: Callable[[Attempt], FormDialog[T]],
    do: Callable[[T], Awaitable[R]],
    draft: DraftFile | None = None,
) -> R | None:
    """What came of the answer, or None; where it is refused, the form is back as it was typed and says why."""
    attempt = Attempt()
    while True:
        dialog = make(attempt)
        answer = await app.push_screen_wait(dialog)
        if answer is None:
            return None
        try:
            done = await do(answer)
        except ForecastsError as error:
            attempt = refused(error, dialog.texts)
        else:
            if draft:
                draft.discard()
            return done


def refused(error: ForecastsError, texts: Texts) -> Attempt:
    """The form as it comes back: what is said above it, and what under its fields."""
    if not isinstance(error, InvalidInputError):
        return Attempt(typed=texts, trouble=str(error))
    own = tuple(problem for problem in error.problems if not problem.name)
    others = [str(problem) for problem in error.problems if problem.name]
    trouble = "\n".join((error.message, *others, error.advice)).strip()
    return Attempt(typed=texts, trouble=trouble, refused=services.drafting.by_field(own))


@dataclass(frozen=True, slots=True, kw_only=True)
class Version(Generic[T]):
    """A record as a form on it begins and as it is typed (None: nothing yet), with where that is kept."""

    record: T
    begun: Texts
    typed: Texts | None = None
    draft: DraftFile | None = None


class Filling(ABC, Generic[T, R]):
    """A form on a record of type `T` that others may change meanwhile: both versions are then shown.

    What a form has of its own are its hooks.
    """

    title: str
    stays: str
    """What is said over the newest version with what was typed on it."""

    def __init__(self, app: ServiceApp) -> None:
        self.app = app

    @abstractmethod
    async def stored(self) -> Version[T]:
        """The record as it is now, with nothing typed on it."""

    @abstractmethod
    async def do(self, dialog: FormDialog[R], answer: R, on: Version[T]) -> None:
        """Record an answer. ConflictError where the record was changed since."""

    @abstractmethod
    def form(self, on: Version[T], attempt: Attempt) -> FormDialog[R]:
        """The form on a version."""

    @abstractmethod
    async def compared(self, mine: Version[T], theirs: Version[T]) -> ConflictDialog:
        """Both versions side by side."""

    def on_top(self, mine: Version[T], theirs: Version[T]) -> Version[T]:
        """The newest version with what was typed on it."""
        return replace(mine, record=theirs.record)

    async def fill_in(self, now: Version[T], *, is_changed: bool = False) -> None:
        """Ask until it is recorded or left."""
        aside: list[Version[T]] = []  # what was typed, while theirs is looked at
        drafts = [now.draft]
        attempt = Attempt(typed=now.typed)
        while True:
            if is_changed:
                theirs = await self.stored()
                how = await self.app.push_screen_wait(await self.compared(now, theirs))
                if how is None:
                    if now.draft:
                        now.draft.save(now.typed or now.begun)
                    self.app.notify(KEPT, title=self.title)
                    return
                if how is Whose.THEIRS:
                    aside.append(now)
                    now, attempt = theirs, Attempt(trouble=_THEIRS)
                    drafts.append(theirs.draft)
                else:
                    now = self.on_top(now, theirs)
                    if now.draft and now.typed:
                        now.draft.save(now.typed)
                    attempt = Attempt(typed=now.typed, trouble=self.stays)
                is_changed = False
            dialog = self.form(now, attempt)
            answer = await self.app.push_screen_wait(dialog)
            if answer is None and not dialog.is_overtaken:
                if not aside:
                    return
                now, is_changed = aside.pop(), True
                continue
            now = replace(now, typed=dialog.texts)
            try:
                if answer is not None:
                    await self.do(dialog, answer, now)
            except ConflictError:
                is_changed = True
            except ForecastsError as error:
                attempt = refused(error, dialog.texts)
            else:
                is_changed = answer is None
                if answer is not None:
                    for draft in drafts:
                        if draft:
                            draft.discard()
                    return


def conflict_dialog(
    title: str, labels: Iterable[tuple[str, str]], begun: Texts, mine: Texts, theirs: Texts, change: HistoryRow | None
) -> ConflictDialog:
    """Two versions of a record, by the labels of its fields."""
    labels = tuple(labels)
    found = differences(labels, begun, mine, theirs)
    return ConflictDialog(title, found, len(labels) - len(found), change)


def notify_done(app: ServiceApp, done: RecordsChanged) -> None:
    """Say what a change did, and let every place read anew."""
    if done.entry is None:
        app.notify("That is what the record says already; nothing was changed.")
        return
    app.notify_change(done.summary, "", done.entry, done.moves or None, notes=done.notes)
