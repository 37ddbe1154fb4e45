"""Resolving, putting aside and reopening a question: ask, do it in a thread, say what it did to whom."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from forecasts.domain.intents import RemindLater, ReopenQuestion
from forecasts.errors import ConflictError, ForecastsError
from forecasts.text import safe
from forecasts.tui.effects import moves_in_words
from forecasts.tui.flows import calls

if TYPE_CHECKING:
    from forecasts.domain.intents import ResolveQuestion
    from forecasts.domain.views import ChangeEffect, QuestionPage
    from forecasts.tui.dialogs.resolve_draft import ResolveDraft
    from forecasts.tui.work import ServiceApp

_TITLE = 60


async def resolve(app: ServiceApp, slug: str, *, void: bool = False) -> None:
    """Ask what happened and record it; on an error the dialog comes back as it was typed."""
    from forecasts.tui.dialogs.resolve import ResolveDialog
    from forecasts.tui.dialogs.resolve_draft import ResolveDraft, draft_values, first_void, read_draft
    from forecasts.tui.drafts import DraftFile

    async def preview(intent: ResolveQuestion) -> ChangeEffect:
        return await app.ask(partial(calls.preview_resolution, intent=intent))

    page = await app.ask(partial(calls.question_page, slug=slug))
    file = DraftFile.of(app.address, f"resolve {slug}")
    draft: ResolveDraft | None = read_draft(file.load(), page.question)
    is_kept = draft is not None
    trouble = "What you typed before is back." if is_kept else ""
    if void and draft is None:
        draft = ResolveDraft(verdict=first_void(page.question))
    while True:
        dialog = ResolveDialog(
            page,
            preview,
            _now(app),
            draft=draft,
            trouble=trouble,
            keep=lambda typed: file.save(draft_values(typed)),
            is_kept=is_kept,
        )
        intent = await app.push_screen_wait(dialog)
        if intent is None:
            file.discard()  # one who leaves was asked
            return
        draft, is_kept = dialog.draft, True
        try:
            effect = await app.ask(partial(calls.resolve_question, intent=intent))
        except ForecastsError as error:
            page, trouble = await _after_refusal(app, page, error)
        else:
            file.discard()
            _tell(app, f"Resolved: {effect.outcome}" if intent.void is None else "Void", effect)
            return


async def _after_refusal(app: ServiceApp, page: QuestionPage, error: ForecastsError) -> tuple[QuestionPage, str]:
    """The question as it is now, and what to say: a conflict shows what somebody else did meanwhile."""
    if not isinstance(error, ConflictError):
        return page, str(error)
    fresh = await app.ask(partial(calls.question_page, slug=page.question.slug))
    return fresh, f"What you typed is still here, and the question is shown as it is now.\n{error}"


async def reopen(app: ServiceApp, slug: str) -> None:
    """Take the resolution in force back, with a reason; on an error the reason is still there."""
    from forecasts.tui.dialogs.reason import ReasonDialog
    from forecasts.tui.drafts import DraftFile

    page = await app.ask(partial(calls.question_page, slug=slug))
    draft = DraftFile.of(app.address, f"reopen {slug}")
    reason, trouble = draft.load_texts({"reason": ""})["reason"], ""
    while True:
        dialog = ReasonDialog(
            "Reopen",
            page.question.title,
            "Why is the resolution taken back? It stays in the record.",
            reason,
            trouble,
            keep=draft.save_reason,
        )
        answer = await app.push_screen_wait(dialog)
        if answer is None:
            return
        intent = ReopenQuestion(question=slug, reason=answer, expected_version=page.version)
        try:
            effect = await app.ask(partial(calls.reopen_question, intent=intent))
        except ForecastsError as error:
            reason = answer
            page, trouble = await _after_refusal(app, page, error)
        else:
            draft.discard()
            _tell(app, "Reopened", effect)
            return


async def remind(app: ServiceApp, slug: str) -> None:
    """Put a question aside until a day; its deadline does not move."""
    from forecasts.tui.dialogs.remind import RemindDialog

    page = await app.ask(partial(calls.question_page, slug=slug))
    day = await app.push_screen_wait(RemindDialog(page.question.title, app.today()))
    if day is None:
        return
    intent = RemindLater(question=slug, remind_on=day, expected_version=page.version)
    entry = await app.ask(partial(calls.remind_later, intent=intent))
    app.tell(f"{safe(page.question.title, _TITLE)}\n{app.key_of('app.undo')} takes it back.", f"Put aside until {day}")
    app.ledger_changed.publish(entry or 0)


def _tell(app: ServiceApp, title: str, effect: ChangeEffect) -> None:
    lines = [safe(effect.title, _TITLE), *moves_in_words(effect.moves), f"{app.key_of('app.undo')} takes it back."]
    app.tell("\n".join(lines), title)
    app.ledger_changed.publish(effect.entry or 0)


def _now(app: ServiceApp) -> datetime:
    return app.clock() if app.clock else datetime.now(UTC)
