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
from forecasts.tui.versions import differences

if TYPE_CHECKING:
    from forecasts.domain.intents import ResolveQuestion
    from forecasts.domain.views import ChangeEffect, QuestionPage
    from forecasts.tui.dialogs.conflict import Settled
    from forecasts.tui.dialogs.resolve_draft import ResolveDraft
    from forecasts.tui.work import ServiceApp

_TITLE = 60
_STAYS = "What you typed stands on the newest version of the question."
_THEIRS = "This is theirs, as it is stored. Leave it to come back to yours."


async def resolve(app: ServiceApp, slug: str, *, void: bool = False) -> None:
    """Ask what happened and record it; on an error the dialog comes back as it was typed."""
    from forecasts.tui.dialogs.base import KEPT
    from forecasts.tui.dialogs.resolve import ResolveDialog
    from forecasts.tui.dialogs.resolve_draft import ResolveDraft, draft_in_force, draft_values, first_void, read_draft
    from forecasts.tui.drafts import DraftFile

    async def preview(intent: ResolveQuestion) -> ChangeEffect:
        return await app.ask(partial(calls.preview_resolution, intent=intent))

    page = await app.ask(partial(calls.question_page, slug=slug))
    file = DraftFile.of(app.address, f"resolve {slug}")
    first = ResolveDraft(verdict=first_void(page.question)) if void else ResolveDraft()
    draft, trouble = read_draft(file.load(), page.question) or first, ""
    is_back = draft != first

    def keep(typed: ResolveDraft) -> None:
        if typed != first:
            file.save(draft_values(typed))
        else:
            file.discard()

    aside: list[tuple[QuestionPage, ResolveDraft]] = []  # what was typed, while theirs is looked at
    while True:
        dialog = ResolveDialog(
            page,
            preview,
            _now(app),
            draft=draft,
            trouble=trouble,
            keep=None if aside else keep,
            is_back=is_back,
        )
        intent = await app.push_screen_wait(dialog)
        is_back = False
        if dialog.begins_anew:
            draft, trouble = (draft_in_force(page) if aside else first), ""
            if not aside:
                file.discard()
            continue
        if intent is None and not aside and not dialog.is_overtaken:
            keep(dialog.draft)
            if dialog.draft != first:
                app.tell(KEPT, "Resolve")
            return
        page, draft = (page, dialog.draft) if intent or dialog.is_overtaken else aside.pop()
        is_changed = intent is None
        if intent is not None:
            try:
                effect = await app.ask(partial(calls.resolve_question, intent=intent))
            except ConflictError:
                is_changed = True
            except ForecastsError as error:
                trouble = str(error)
            else:
                file.discard()
                _tell(app, f"Resolved: {effect.outcome}" if intent.void is None else "Void", effect)
                return
        if is_changed:
            fresh = await app.ask(partial(calls.question_page, slug=slug))
            how = await _ask(app, page, draft, fresh)
            if how is None:
                app.tell(KEPT, "Resolve")
                return
            trouble = _STAYS if how == "mine" else _THEIRS
            if how == "theirs":
                aside.append((page, draft))
                draft = draft_in_force(fresh)
            page = fresh


async def _ask(app: ServiceApp, page: QuestionPage, draft: ResolveDraft, fresh: QuestionPage) -> Settled | None:
    """Show what was typed beside what is stored now, and ask which to go on with."""
    from forecasts.tui.dialogs.conflict import ConflictDialog
    from forecasts.tui.dialogs.form_fields import form_fields
    from forecasts.tui.dialogs.resolve_draft import LABELS, draft_in_force, draft_in_words
    from forecasts.tui.flows import record_calls

    change = await app.ask(partial(record_calls.last_change, kind="question", slug=page.question.slug))
    was, now = [await app.in_thread(partial(record_calls.typed_record, one.question)) for one in (page, fresh)]
    asked = differences([(field.name, f"Question: {field.label}") for field in form_fields("question")], was, was, now)
    begun, typed, theirs = (
        draft_in_words(one, page.question) for one in (draft_in_force(page), draft, draft_in_force(fresh))
    )
    found = differences(LABELS.items(), begun, typed, theirs)
    alike = len(LABELS) - len(found)
    return await app.push_screen_wait(ConflictDialog(page.question.title, (*asked, *found), alike, change))


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
    app.tell_change(f"Put aside until {day}", (safe(page.question.title, _TITLE),), entry)


def _tell(app: ServiceApp, title: str, effect: ChangeEffect) -> None:
    app.tell_change(title, (safe(effect.title, _TITLE), *moves_in_words(effect.moves)), effect.entry)


def _now(app: ServiceApp) -> datetime:
    return app.clock() if app.clock else datetime.now(UTC)
