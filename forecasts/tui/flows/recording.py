"""Entering, removing and merging records: ask in a form, do it in a thread, say what it did."""

from __future__ import annotations

import hashlib
import json
from functools import partial
from typing import TYPE_CHECKING, Any

from forecasts.domain.intents import AddRecords, MergeSources, RemoveRecord
from forecasts.errors import ConflictError, ForecastsError, InvalidInputError
from forecasts.text import safe
from forecasts.tui.dialogs.form import FormDialog
from forecasts.tui.dialogs.form_fields import REASON, FormField, edited_fields, form_fields
from forecasts.tui.drafts import DraftFile
from forecasts.tui.effects import moves_in_words
from forecasts.tui.flows import record_calls as calls

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from forecasts.domain.records import Phrase, Record
    from forecasts.domain.views import RecordsChanged
    from forecasts.tui.work import ServiceApp

KINDS = ("source", "article", "scenario", "question", "prediction", "passage")
_OFFERS = 5
_TITLE = 60

Texts = dict[str, str]


async def record(app: ServiceApp, kind: str, initial: Mapping[str, Any] | None = None) -> str:
    """Enter a new record; returns its slug, or an empty string where nothing was recorded.

    `initial` has the pack's field names, with values as text, or as a record or a pack has them. Records that are
    entered on the way (a new speaker, a new question) are part of the same change and of its undo.
    """
    begun = await app.in_thread(partial(calls.typed_initial, kind, dict(initial or {})))
    what = f"add {kind} {json.dumps(begun, sort_keys=True)}"
    draft = DraftFile.of(app.address, what)
    entering = Entering(app, await app.ask(calls.read_phrases))
    typed: Texts | None = None
    trouble, refused = "", dict[str, str]()
    while True:
        dialog = entering.form(f"New {kind}", kind, begun, draft, typed, trouble, refused)
        typed = await app.push_screen_wait(dialog)
        if typed is None:
            return ""
        try:
            made = await entering.finished(kind, typed)
            done = await app.ask(partial(calls.add_records, intent=AddRecords(records=(*entering.others, made))))
        except ForecastsError as error:
            trouble, refused = refusal(error)
        else:
            draft.discard()
            tell_done(app, done)
            return await app.in_thread(partial(calls.name_of_record, made))


async def remove(app: ServiceApp, kind: str, slug: str) -> None:
    """Take a mistaken record out, with a reason."""
    from forecasts.tui.dialogs.reason import ReasonDialog

    found, version = await app.ask(partial(calls.find_record, kind=kind, slug=slug))
    title = await app.in_thread(partial(calls.title_of_record, found))
    draft = DraftFile.of(app.address, f"remove {kind} {slug}")
    reason, trouble = draft.load_texts({"reason": ""})["reason"], ""
    while True:
        question = f"Why is this {kind} removed? The history keeps it, and undo brings it back."
        dialog = ReasonDialog(f"Remove {kind}", title, question, reason, trouble, keep=draft.save_reason)
        answer = await app.push_screen_wait(dialog)
        if answer is None:
            return
        reason = answer
        intent = RemoveRecord(kind=kind, name=slug, reason=answer, expected_version=version)
        try:
            done = await app.ask(partial(calls.remove_record, intent=intent))
        except ConflictError as error:
            _, version = await app.ask(partial(calls.find_record, kind=kind, slug=slug))
            trouble = f"Removing it again removes it as it is now.\n{error}"
        except ForecastsError as error:
            trouble = str(error)
        else:
            draft.discard()
            tell_done(app, done)
            return


async def merge(app: ServiceApp, slug: str) -> None:
    """Make one source of two that are one."""
    found, _ = await app.ask(partial(calls.find_record, kind="source", slug=slug))
    title = await app.in_thread(partial(calls.title_of_record, found))
    kept = FormField(
        name="kept",
        label="Becomes",
        help=f"The source that stays; whatever names {title} names it from then on.",
        refers="source",
        is_needed=True,
    )
    draft = DraftFile.of(app.address, f"merge {slug}")
    typed: Texts | None = None
    trouble = ""
    while True:
        dialog = FormDialog(
            f"Merge {safe(title, _TITLE)}",
            (kept, REASON),
            {},
            check=_needed((kept, REASON)),
            find=partial(_find, app, ()),
            draft=draft,
            typed=typed,
            trouble=trouble,
        )
        typed = await app.push_screen_wait(dialog)
        if typed is None:
            return
        intent = MergeSources(gone=slug, kept=typed["kept"].strip(), reason=typed["reason"])
        try:
            done = await app.ask(partial(calls.merge_sources, intent=intent))
        except ForecastsError as error:
            trouble = str(error)
        else:
            draft.discard()
            tell_done(app, done)
            return


async def choose_and_record(app: ServiceApp) -> None:
    """Ask what kind of record is added, then enter it."""
    from forecasts.tui.dialogs.kinds import KindDialog

    kind = await app.push_screen_wait(KindDialog(KINDS))
    if kind:
        await record(app, kind)


class Entering:
    """One record being entered, and those that are entered on the way."""

    def __init__(self, app: ServiceApp, phrases: Mapping[str, Sequence[Phrase]], keeps: str = "") -> None:
        self.app = app
        self.others: list[Record] = []
        self._names: list[tuple[str, str, str]] = [("standard", slug, slug) for slug in phrases]
        self._phrases = phrases
        self._keeps = keeps

    def form(
        self,
        heading: str,
        kind: str,
        begun: Texts,
        draft: DraftFile | None,
        typed: Texts | None,
        trouble: str,
        refused: Mapping[str, str],
        *,
        edits: bool = False,
    ) -> FormDialog:
        """The form of a kind of record."""
        fields = edited_fields(kind) if edits else form_fields(kind)
        return FormDialog(
            heading,
            fields,
            begun,
            check=self._check(kind),
            find=partial(_find, self.app, self._names),
            make=self.make,
            draft=draft,
            typed=typed,
            trouble=trouble,
            refused=refused,
        )

    def _check(self, kind: str) -> Callable[[Mapping[str, str]], tuple[Mapping[str, str], Mapping[str, str]]]:
        from forecasts.services.drafting import check_texts, phrase_hint

        def check(texts: Mapping[str, str]) -> tuple[Mapping[str, str], Mapping[str, str]]:
            named = {**texts, "slug": self._keeps or texts.get("slug", "").strip() or "not-named-yet"}
            found = check_texts(kind, _of_record(kind, named), self.app.today())
            hints = dict(found.hints)
            if kind == "prediction" and (said := phrase_hint(texts, self._phrases)):
                hints["standard"] = said
            return found.wrong, hints

        return check

    async def finished(self, kind: str, texts: Texts) -> Record:
        """The record, with a slug made for it where it has none. InvalidInputError tells what is wrong."""
        taken = frozenset(slug for of, slug, _ in self._names if of == kind)
        named = _of_record(kind, texts)
        return await self.app.ask(partial(calls.finish_record, kind=kind, texts=named, taken=taken))

    async def make(self, kind: str, word: str) -> str:
        """Enter a record that another is to name; it is recorded with that one. Returns its slug."""
        name = {"source": "name"}.get(kind, "title")
        draft = DraftFile.of(self.app.address, f"make {kind} {hashlib.sha256(word.encode()).hexdigest()}")
        typed: Texts | None = None
        trouble, refused = "", dict[str, str]()
        while True:
            dialog = self.form(f"New {kind}", kind, {name: word}, draft, typed, trouble, refused)
            typed = await self.app.push_screen_wait(dialog)
            if typed is None:
                return ""
            try:
                made = await self.finished(kind, typed)
                records = (*self.others, made)
                await self.app.ask(partial(calls.preview_add, intent=AddRecords(records=records)))
            except ForecastsError as error:
                trouble, refused = refusal(error)
            else:
                draft.discard()
                self.others.append(made)
                slug = await self.app.in_thread(partial(calls.name_of_record, made))
                self._names.append((kind, slug, await self.app.in_thread(partial(calls.title_of_record, made))))
                return slug


def _of_record(kind: str, texts: Mapping[str, str]) -> Texts:
    """What was typed of the record itself, without why it is clarified."""
    own = {field.name for field in form_fields(kind)} | {"slug"}
    return {name: text for name, text in texts.items() if name in own}


async def _find(
    app: ServiceApp, also: Sequence[tuple[str, str, str]], kind: str, word: str
) -> Sequence[tuple[str, str]]:
    """What the ledger has by that name, and what is being entered with it."""
    folded = word.casefold()
    mine = [(slug, name) for of, slug, name in also if of == kind and folded in f"{slug} {name}".casefold()]
    return (*mine, *await app.in_thread(partial(calls.find_names, app.address, kind, word, _OFFERS)))[:_OFFERS]


def _needed(fields: Sequence[FormField]) -> Callable[[Mapping[str, str]], tuple[dict[str, str], dict[str, str]]]:
    def check(texts: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        wrong = {field.name: f"expected {field.help}" for field in fields if not texts.get(field.name, "").strip()}
        return wrong, {}

    return check


def refusal(error: ForecastsError) -> tuple[str, dict[str, str]]:
    """What to say above the form, and what under its fields."""
    if not isinstance(error, InvalidInputError):
        return str(error), {}
    from forecasts.services.drafting import by_field

    own = tuple(problem for problem in error.problems if not problem.name)
    others = [str(problem) for problem in error.problems if problem.name]
    return "\n".join((error.message, *others, error.advice)).strip(), by_field(own)


def tell_done(app: ServiceApp, done: RecordsChanged) -> None:
    """Say what a change did, and let every place read anew."""
    if done.entry is None:
        app.tell("That is what the record says already; nothing was changed.")
        return
    app.tell_change(done.summary, moves_in_words(done.moves) if done.moves else (), done.entry)
