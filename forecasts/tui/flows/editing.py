"""Changing a record: what is typed is never lost, and what somebody else changed meanwhile is never replaced unseen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from forecasts.domain.intents import AddRecords, EditRecord
from forecasts.errors import ConflictError, ForecastsError
from forecasts.tui.dialogs.form_fields import edited_fields
from forecasts.tui.drafts import DraftFile
from forecasts.tui.flows import record_calls as calls
from forecasts.tui.flows.recording import Entering, refusal, tell_done
from forecasts.tui.versions import differences, on_top

if TYPE_CHECKING:
    from forecasts.tui.dialogs.conflict import Settled
    from forecasts.tui.work import ServiceApp

Texts = dict[str, str]

_BEGUN = "begun with"
_STAYS = "What you typed stands on the newest version; recording it replaces what is there."
_THEIRS = "This is theirs, as it is stored. Leave it to come back to yours."


@dataclass(frozen=True, slots=True)
class _Version:
    """A form: what it began with, what is typed in it (None: nothing yet), and where its draft is kept."""

    begun: Texts
    version: int
    draft: DraftFile
    typed: Texts | None = None


async def edit(app: ServiceApp, kind: str, slug: str) -> None:
    """Change a record; criteria of a question that has predictions are clarified with a reason."""
    now = _with_draft(await _stored(app, kind, slug, f"edit {kind} {slug}"))
    entering = Entering(app, await app.ask(calls.read_phrases), keeps=slug)
    aside: list[_Version] = []  # what was typed, while theirs is looked at
    drafts = {now.draft.path: now.draft}
    trouble, refused = "", dict[str, str]()
    is_changed = now.typed is not None
    while True:
        if is_changed:
            theirs = await _stored(app, kind, slug, f"edit {kind} {slug}")
            how = await _ask(app, kind, slug, now, theirs)
            if how is None:
                _keep(app, kind, now)
                return
            trouble, refused = (_STAYS if how == "mine" else _THEIRS), {}
            if how == "theirs":
                aside.append(now)
                now = await _stored(app, kind, slug, f"edit {kind} {slug} on version {theirs.version}")
                drafts[now.draft.path] = now.draft
            else:
                typed = on_top(now.begun, now.typed or now.begun, theirs.begun)
                now = _Version(theirs.begun, theirs.version, _draft_of(now.draft, theirs.begun), typed)
                now.draft.save(typed)
            is_changed = False
        form = entering.form(f"Edit {kind}", kind, now.begun, now.draft, now.typed, trouble, refused, edits=True)
        typed_now = await app.push_screen_wait(form)
        if typed_now is None and not aside:
            return
        if typed_now is None:
            now, is_changed = aside.pop(), True
            continue
        now = _Version(now.begun, now.version, now.draft, typed_now)
        try:
            made = await entering.finished(kind, {**typed_now, "slug": slug})
            if entering.others:
                await app.ask(partial(calls.add_records, intent=AddRecords(records=tuple(entering.others))))
                entering.others.clear()
            intent = EditRecord(record=made, reason=typed_now.get("reason", ""), expected_version=now.version)
            done = await app.ask(partial(calls.edit_record, intent=intent))
        except ConflictError:
            is_changed = True
        except ForecastsError as error:
            trouble, refused = refusal(error)
        else:
            for draft in drafts.values():
                draft.discard()
            tell_done(app, done)
            return


async def _stored(app: ServiceApp, kind: str, slug: str, what: str) -> _Version:
    """The record as it is now, and the draft of a form on it."""
    found, version = await app.ask(partial(calls.find_record, kind=kind, slug=slug))
    begun = await app.in_thread(partial(calls.typed_record, found))
    return _Version(begun, version, DraftFile.of(app.address, what, {_BEGUN: begun}))


def _draft_of(draft: DraftFile, begun: Texts) -> DraftFile:
    return DraftFile(draft.path, {_BEGUN: begun})


def _with_draft(stored: _Version) -> _Version:
    """A draft that was begun on another version of the record comes back as what was typed on that version."""
    kept = stored.draft.load()
    begun = kept.pop(_BEGUN, None)
    if not kept or not isinstance(begun, dict) or begun == stored.begun:
        return stored
    was = {name: str(begun.get(name, "")) for name in stored.begun}
    typed = {name: str(text) for name, text in kept.items()}
    return _Version(was, stored.version, _draft_of(stored.draft, was), {**was, **typed})


async def _ask(app: ServiceApp, kind: str, slug: str, now: _Version, theirs: _Version) -> Settled | None:
    """Show both versions, and ask which to go on with."""
    from forecasts.tui.dialogs.conflict import ConflictDialog

    change = await app.ask(partial(calls.last_change, kind=kind, slug=slug))
    fields = [(field.name, field.label) for field in edited_fields(kind) if field.name in theirs.begun]
    found = differences(fields, now.begun, now.typed or now.begun, theirs.begun)
    title = f"{kind.capitalize()} {slug}"
    return await app.push_screen_wait(ConflictDialog(title, found, len(fields) - len(found), change))


def _keep(app: ServiceApp, kind: str, now: _Version) -> None:
    now.draft.save(now.typed or now.begun)
    app.tell("What you typed is kept; the form brings it back.", f"Edit {kind}")
