"""Resolving, putting aside, reopening and taking back: ask, do it in a thread, say what it did to whom."""

from datetime import UTC, datetime
from functools import partial

from textual.content import Content

from forecasts import services
from forecasts.domain.form_values import form_texts
from forecasts.domain.formats import counted, time_text
from forecasts.domain.intents import RemindLater, ReopenQuestion, ResolveQuestion, UndoChange
from forecasts.domain.views import ChangeEffect, HistoryRow, QuestionPage
from forecasts.errors import ConflictError
from forecasts.services.ledger import Ledger
from forecasts.text import safe
from forecasts.tui.background import ServiceApp
from forecasts.tui.dialogs.base import ConfirmDialog
from forecasts.tui.dialogs.conflict import ConflictDialog, differences
from forecasts.tui.dialogs.form import FormDialog
from forecasts.tui.dialogs.form_fields import Attempt, DraftFile, form_fields
from forecasts.tui.dialogs.resolve import ResolveDialog
from forecasts.tui.dialogs.resolve_check import LABELS, resolution_in_words, texts_in_force, void_texts
from forecasts.tui.dialogs.short_forms import ReasonDialog, RemindDialog
from forecasts.tui.flows.form_flow import Filling, Version, fill_in
from forecasts.tui.show import MUTED, styled


async def resolve(app: ServiceApp, slug: str, *, void: bool = False) -> None:
    """Ask what happened and record it."""
    page = await app.call(partial(_question, slug))
    draft = DraftFile.of(app.address, f"resolve {slug}")
    begun = void_texts(page.question) if void else {}
    await _Resolving(app, slug).fill_in(Version(record=page, begun=begun, draft=draft))


def _question(slug: str, ledger: Ledger) -> QuestionPage:
    return services.browse.question_page(ledger, slug)


class _Resolving(Filling["QuestionPage", ResolveQuestion]):
    title = "Resolve"
    stays = "What you typed stands on the newest version of the question."

    def __init__(self, app: ServiceApp, slug: str) -> None:
        super().__init__(app)
        self._slug = slug

    async def stored(self) -> Version[QuestionPage]:
        page = await self.app.call(partial(_question, self._slug))
        return Version(record=page, begun=texts_in_force(page))

    def form(self, on: Version[QuestionPage], attempt: Attempt) -> ResolveDialog:
        async def look_ahead(intent: ResolveQuestion) -> ChangeEffect:
            return await self.app.call(lambda ledger: services.resolve.preview_resolution(ledger, intent))

        now = self.app.clock() if self.app.clock else datetime.now(UTC)
        return ResolveDialog(on.record, look_ahead, now, on.begun, attempt, draft=on.draft)

    async def do(self, dialog: FormDialog[ResolveQuestion], answer: ResolveQuestion, on: Version[QuestionPage]) -> None:
        del dialog, on
        effect = await self.app.call(lambda ledger: services.resolve.resolve_question(ledger, answer))
        _tell(self.app, f"Resolved: {effect.outcome}" if answer.void is None else "Void", effect)

    async def compared(self, mine: Version[QuestionPage], theirs: Version[QuestionPage]) -> ConflictDialog:
        change = await self.app.call(lambda ledger: services.history.last_change(ledger, "question", self._slug))
        question = mine.record.question
        was, now = form_texts(question), form_texts(theirs.record.question)
        asked = differences([(one.name, f"Question: {one.label}") for one in form_fields("question")], was, was, now)
        begun, typed, stored = (
            resolution_in_words(texts, question)
            for texts in (texts_in_force(mine.record), mine.typed or mine.begun, theirs.begun)
        )
        found = differences(LABELS.items(), begun, typed, stored)
        return ConflictDialog(question.title, (*asked, *found), len(LABELS) - len(found), change)


async def load_references(app: ServiceApp) -> None:
    """Resolve what the seed resolves, but for what was resolved here; a record without the seed stays as it is."""
    report = await app.call(services.setup.load_references)
    if report is None or report.entry is None:
        why = "they are there already" if report else "this record was begun without the seed, whose they are"
        app.notify(f"Nothing was added: {why}.")
    else:
        added = counted(report.added.get("resolution", 0), "resolution")
        app.notify_change("Loaded", f"Added {added} of the seeded record.", report.entry)


async def reopen(app: ServiceApp, slug: str) -> None:
    """Take the resolution in force back, with a reason."""
    page = await app.call(partial(_question, slug))
    draft = DraftFile.of(app.address, f"reopen {slug}")

    def form(attempt: Attempt) -> ReasonDialog:
        why = "Why is the resolution taken back? It stays in the record."
        return ReasonDialog("Reopen", page.question.title, why, attempt, draft)

    async def do(reason: str) -> ChangeEffect:
        nonlocal page
        intent = ReopenQuestion(question=slug, reason=reason, expected_version=page.version)
        try:
            return await app.call(lambda ledger: services.resolve.reopen_question(ledger, intent))
        except ConflictError as error:
            page = await app.call(partial(_question, slug))
            said = f"What you typed is still here, and the question is shown as it is now.\n{error}"
            raise ConflictError(said) from error

    effect = await fill_in(app, form, do, draft)
    if effect:
        _tell(app, "Reopened", effect)


async def remind(app: ServiceApp, slug: str) -> None:
    """Put a question aside until a day; its deadline does not move."""
    page = await app.call(partial(_question, slug))
    title = page.question.title
    day = await app.push_screen_wait(RemindDialog(title, app.today(), Attempt()))
    if day is not None:
        intent = RemindLater(question=slug, remind_on=day, expected_version=page.version)
        entry = await app.call(lambda ledger: services.resolve.remind_later(ledger, intent))
        app.notify_change(f"Put aside until {day}", title, entry)


def _tell(app: ServiceApp, title: str, effect: ChangeEffect) -> None:
    app.notify_change(title, effect.title, effect.entry, effect.moves)


async def undo(app: ServiceApp) -> None:
    """Take back one's own last change that is not taken back yet, after a question."""
    row = await app.call(lambda ledger: services.undo.find_undoable(ledger))
    if row is None:
        app.notify("There is no change of yours to take back. Others' are taken back from the History (6).")
    else:
        await _take_back(app, row)


async def undo_entry(app: ServiceApp, number: int) -> None:
    """Take one entry of the history back, after a question; where that is refused, say why."""
    await _take_back(app, await app.call(lambda ledger: services.history.read_history_entry(ledger, number)))


async def _take_back(app: ServiceApp, row: HistoryRow) -> None:
    if await app.push_screen_wait(ConfirmDialog("Undo", _what_it_was(row))):
        undone = await app.call(lambda ledger: services.undo.undo_change(ledger, UndoChange(entry=row.entry)))
        app.notify_change("Undone", f"Taken back: {row.summary}", undone.entry, undone.moves, can_undo=False)


def _what_it_was(row: HistoryRow) -> Content:
    return styled(
        ("Take back this change?\n\n", "bold"),
        f"{safe(row.summary)}\n",
        (f"entry {row.entry}, {time_text(row.at)}, by {safe(row.who)}\n\n", MUTED),
        "It is undone by a new entry; nothing is erased from the history.",
    )
