"""Entering, changing, removing and merging records: ask in a form, do it in a thread, say what it did."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from forecasts import services
from forecasts.domain.article_views import Suggestion
from forecasts.domain.fields import entry_fields
from forecasts.domain.form_values import form_texts
from forecasts.domain.intents import AddRecords, EditRecord, MergeSources, RemoveRecord
from forecasts.domain.kinds import SourceKind
from forecasts.domain.proposals import Document
from forecasts.domain.records import KINDS as RECORDS
from forecasts.domain.records import Phrase, Record, name_of, table_of
from forecasts.domain.values import expectation
from forecasts.domain.views import RecordsChanged
from forecasts.errors import ConflictError
from forecasts.paths import typed_path
from forecasts.services.ledger import Ledger
from forecasts.text import safe
from forecasts.tui.background import ServiceApp
from forecasts.tui.dialogs.base import KindDialog
from forecasts.tui.dialogs.conflict import ConflictDialog, on_top
from forecasts.tui.dialogs.form import FormDialog
from forecasts.tui.dialogs.form_fields import Attempt, DraftFile, FormField, Texts, edited_fields, form_fields
from forecasts.tui.dialogs.record import MergeDialog, RecordDialog
from forecasts.tui.dialogs.short_forms import ArticleComes, ReasonDialog, TakeDialog
from forecasts.tui.flows.form_flow import Filling, Version, conflict_dialog, fill_in, notify_done
from forecasts.tui.flows.opening import open_article

R = TypeVar("R")
KINDS = ("source", "article", "scenario", "question", "prediction", "passage")
_OFFERS = 5
_TITLE = 60
_BEGUN = "begun with"


async def record(
    app: ServiceApp,
    kind: str,
    initial: Mapping[str, Any] | None = None,
    others: Sequence[Record] = (),
    text: str = "",
    notes: Sequence[str] = (),
) -> str:
    """Enter a new record; returns its slug, or an empty string where nothing was recorded.

    `initial` has the pack's field names, with values as text, or as a record or a pack has them. Records that are
    entered on the way (a new speaker, a new question) are part of the same change and of its undo, and so are `others`,
    to which it refers from the beginning, and an article's `text`. `notes` stand above its fields.
    """
    begun = await app.in_thread(lambda: services.drafting.typed_initial(kind, initial or {}))
    draft = DraftFile.of(app.address, f"add {kind} {json.dumps(begun, sort_keys=True)}")
    entering = await _entering(app)
    for other in others:
        entering.know(other)

    async def do(texts: Texts) -> tuple[Record, RecordsChanged]:
        made = await entering.finished(kind, texts)
        texts_of = ((name_of(made), text),) if text else ()
        intent = AddRecords(records=(*entering.others, made), texts=texts_of)
        return made, await app.call(lambda ledger: services.record.add_records(ledger, intent))

    heading, fields = f"New {kind}", form_fields(kind)
    added = await fill_in(app, lambda one: entering.form(heading, kind, fields, begun, one, draft, notes), do, draft)
    if added is None:
        return ""
    made, done = added
    notify_done(app, done)
    return name_of(made)


async def take_in(app: ServiceApp, first: str = "path") -> str:
    """Enter an article as it comes, in a file or pasted, or by hand; returns the slug of the last that was recorded.

    What it says of itself is in the form; `first` is the field that one begins with, `path` or `text`.
    """

    async def do(comes: ArticleComes) -> tuple[Document, ...]:
        taking = services.taking
        if comes.path:
            return await app.in_thread(lambda: taking.read_articles(typed_path(comes.path)))
        return await app.in_thread(lambda: taking.read_pasted(comes.text)) if comes.text.strip() else ()

    def drafted(ledger: Ledger, document: Document) -> services.taking.ArticleDraft:
        return services.taking.draft_articles(ledger, [(document, {})])[0]

    documents = await fill_in(app, lambda attempt: TakeDialog(attempt, first), do)
    if documents is None:
        return ""
    if not documents:
        return await record(app, "article")
    slug = ""
    for document in documents:
        draft = await app.call(partial(drafted, document=document))  # after what was recorded of those before it
        if draft.known_as:
            app.notify(f"Its text is there already, as the article {draft.known_as}.", title=safe(draft.document.name))
            continue
        told = [f"The file has two dates, {' and '.join(days)}: say which." for days in draft.conflicts.values()]
        told += [f"New with it: {source.name} ({source.kind})" for source in draft.sources]
        notes = (*told, *document.notes)
        slug = await record(app, "article", draft.texts, draft.sources, document.text, notes) or slug
    if slug and len(documents) == 1 and documents[0].text:
        open_article(app, slug)
    return slug


async def remove(app: ServiceApp, kind: str, slug: str) -> None:
    """Take a mistaken record out, with a reason."""
    found, version = await app.call(lambda ledger: services.record.find_record(ledger, kind, slug))
    draft = DraftFile.of(app.address, f"remove {kind} {slug}")
    title = services.record.title_of(found)

    why = f"Why is this {kind} removed? The history keeps it, and undo brings it back."

    async def do(reason: str) -> RecordsChanged:
        nonlocal version
        intent = RemoveRecord(kind=kind, name=slug, reason=reason, expected_version=version)
        try:
            return await app.call(lambda ledger: services.record.remove_record(ledger, intent))
        except ConflictError as error:
            _, version = await app.call(lambda ledger: services.record.find_record(ledger, kind, slug))
            said = f"Removing it again removes it as it is now.\n{error}"
            raise ConflictError(said) from error

    done = await fill_in(app, lambda attempt: ReasonDialog(f"Remove {kind}", title, why, attempt, draft), do, draft)
    if done is not None:
        notify_done(app, done)


async def merge(app: ServiceApp, slug: str) -> None:
    """Make one source of two that are one."""
    found, _ = await app.call(lambda ledger: services.record.find_record(ledger, "source", slug))
    title = services.record.title_of(found)
    draft = DraftFile.of(app.address, f"merge {slug}")

    heading, why = f"Merge {safe(title, _TITLE)}", f"The source that stays; whatever names {title} names it then."

    async def do(texts: Texts) -> RecordsChanged:
        intent = MergeSources(gone=slug, kept=texts["kept"].strip(), reason=texts["reason"])
        return await app.call(lambda ledger: services.merge.merge_sources(ledger, intent))

    done = await fill_in(
        app, lambda one: MergeDialog(heading, why, partial(suggest_named, app, ()), one, draft), do, draft
    )
    if done is not None:
        notify_done(app, done)


async def choose_and_record(app: ServiceApp) -> None:
    """Ask what kind of record is added, then enter it."""
    kind = await app.push_screen_wait(KindDialog(KINDS))
    if kind:
        await new_record(app, kind)


async def new_record(app: ServiceApp, kind: str, initial: Mapping[str, Any] | None = None) -> str:
    """Enter a new record, an article from its text on; returns its slug, empty where nothing was recorded."""
    return await take_in(app, "text") if kind == "article" else await record(app, kind, initial)


async def edit(app: ServiceApp, kind: str, slug: str) -> None:
    """Change a record; criteria of a question that has predictions are clarified with a reason."""
    await _EditingRecord(app, kind, slug, await _entering(app, keeps=slug)).run()


class _Entering:
    """One record being entered, and those that are entered on the way."""

    def __init__(self, app: ServiceApp, phrases: Mapping[str, Sequence[Phrase]], keeps: str) -> None:
        self.app = app
        self.others: list[Record] = []
        self._names: list[tuple[str, Suggestion]] = [("standard", Suggestion(slug, slug)) for slug in phrases]
        self._phrases = phrases
        self._keeps = keeps

    def form(
        self,
        heading: str,
        kind: str,
        fields: Sequence[Any],
        begun: Texts,
        attempt: Attempt,
        draft: DraftFile | None,
        notes: Sequence[str] = (),
    ) -> RecordDialog:
        find, check = partial(suggest_named, self.app, self._names), partial(self._check, kind)
        return RecordDialog(
            heading, fields, begun, attempt, check=check, find=find, make=self.make, draft=draft, notes=notes
        )

    def _check(self, kind: str, texts: Texts) -> tuple[Mapping[str, str], Mapping[str, str]]:
        named = {**texts, "slug": self._keeps or texts.get("slug", "").strip() or "not-named-yet"}
        found = services.drafting.check_texts(kind, _of_record(kind, named), self.app.today())
        hints = dict(found.hints)
        if kind == "prediction" and (said := services.drafting.phrase_hint(texts, self._phrases)):
            hints["standard"] = said
        key = self.app.key_of("form.new", "ctrl+n")
        expected = {spec.name: expectation(spec) for spec in entry_fields(RECORDS[kind])}
        unknown = {
            field.name: f"no {field.refers} is called so: choose one offered, or {key} makes it"
            for field in form_fields(kind)
            if field.refers and found.wrong.get(field.name, "").endswith(expected[field.name])
        }
        return {**found.wrong, **unknown}, hints

    async def finished(self, kind: str, texts: Texts) -> Record:
        """The record, with a slug made for it where it has none. InvalidInputError tells what is wrong."""
        taken = frozenset(pick.slug for of, pick in self._names if of == kind)
        own = _of_record(kind, texts)
        return await self.app.call(lambda ledger: services.drafting.finish_record(ledger, kind, own, taken))

    async def make(self, field: FormField, word: str) -> Suggestion | None:
        kind = field.refers
        begun = {{"source": "name"}.get(kind, "title"): word}
        if field.name == "outlet":
            begun["kind"] = SourceKind.OUTLET.value
        draft = DraftFile.of(self.app.address, f"make {kind} {hashlib.sha256(word.encode()).hexdigest()}")

        async def do(texts: Texts) -> Record:
            made = await self.finished(kind, texts)
            intent = AddRecords(records=(*self.others, made))
            await self.app.call(lambda ledger: services.record.preview_add(ledger, intent))
            return made

        heading, fields = f"New {kind}", form_fields(kind)
        made = await fill_in(self.app, lambda one: self.form(heading, kind, fields, begun, one, draft), do, draft)
        return None if made is None else self.know(made)

    def know(self, made: Record) -> Suggestion:
        """A record that is recorded with the one being entered, and may be named by it."""
        self.others.append(made)
        pick = Suggestion(name_of(made), services.record.title_of(made))
        self._names.append((table_of(made), pick))
        return pick


async def _entering(app: ServiceApp, keeps: str = "") -> _Entering:
    return _Entering(app, await app.call(lambda ledger: services.drafting.read_phrases(ledger)), keeps)


class Editing(Filling[tuple["Record", int], R]):
    """A form on a record that is there already."""

    stays = "What you typed stands on the newest version; recording it replaces what is there."

    def __init__(self, app: ServiceApp, kind: str, slug: str) -> None:
        super().__init__(app)
        self.title = f"Edit {kind}"
        self._kind = kind
        self._slug = slug

    @property
    def fields(self) -> Sequence[FormField]:
        """The fields of the form."""
        return edited_fields(self._kind)

    async def begun(self, record: Record) -> Mapping[str, str]:
        """What the form begins with."""
        return form_texts(record)

    def shown(self, texts: Texts) -> Texts:
        """What was typed, as both versions are shown side by side."""
        return texts

    async def run(self) -> None:
        """Ask until it is recorded or left, with the draft that there is."""
        now = _with_draft(await self.found())
        await self.fill_in(now, is_changed=now.typed is not None)

    async def found(self, *, is_theirs: bool = False) -> Version[tuple[Record, int]]:
        """The record as it is now, and the draft of a form on it."""
        found = await self.app.call(lambda ledger: services.record.find_record(ledger, self._kind, self._slug))
        begun = await self.begun(found[0])
        what = f"{self.title} {self._slug}{f' on version {found[1]}' if is_theirs else ''}"
        return Version(record=found, begun=begun, draft=DraftFile.of(self.app.address, what, {_BEGUN: begun}))

    async def stored(self) -> Version[tuple[Record, int]]:
        return await self.found(is_theirs=True)

    async def compared(self, mine: Version[Any], theirs: Version[Any]) -> ConflictDialog:
        change = await self.app.call(lambda ledger: services.history.last_change(ledger, self._kind, self._slug))
        labels = [(field.name, field.label) for field in self.fields if field.name in theirs.begun]
        was, typed, is_now = map(self.shown, (mine.begun, mine.typed or mine.begun, theirs.begun))
        return conflict_dialog(f"{self._kind.capitalize()} {self._slug}", labels, was, typed, is_now, change)

    def on_top(self, mine: Version[Any], theirs: Version[Any]) -> Version[Any]:
        """What was left alone is theirs."""
        typed = on_top(mine.begun, mine.typed or mine.begun, theirs.begun)
        draft = mine.draft and DraftFile(mine.draft.path, {_BEGUN: theirs.begun})
        return Version(record=theirs.record, begun=theirs.begun, typed=typed, draft=draft)


class _EditingRecord(Editing[dict[str, str]]):
    def __init__(self, app: ServiceApp, kind: str, slug: str, entering: _Entering) -> None:
        super().__init__(app, kind, slug)
        self._entering = entering

    def form(self, on: Version[tuple[Record, int]], attempt: Attempt) -> RecordDialog:
        return self._entering.form(self.title, self._kind, self.fields, on.begun, attempt, on.draft)

    async def do(self, dialog: FormDialog[dict[str, str]], answer: dict[str, str], on: Version[Any]) -> None:
        del dialog
        made = await self._entering.finished(self._kind, {**answer, "slug": self._slug})
        intent = EditRecord(
            record=made,
            others=tuple(self._entering.others),
            reason=answer.get("reason", ""),
            expected_version=on.record[1],
        )
        notify_done(self.app, await self.app.call(lambda ledger: services.record.edit_record(ledger, intent)))


def _with_draft(stored: Version[Any]) -> Version[Any]:
    """A draft that was begun on another version of the record comes back as what was typed on that version."""
    kept = stored.draft.load() if stored.draft else {}
    begun = kept.pop(_BEGUN, None)
    if stored.draft is None or not kept or not isinstance(begun, dict) or begun == stored.begun:
        return stored
    was = {name: str(begun.get(name, "")) for name in stored.begun}
    typed = {name: str(text) for name, text in kept.items()}
    draft = DraftFile(stored.draft.path, {_BEGUN: was})
    return replace(stored, begun=was, typed={**was, **typed}, draft=draft)


def _of_record(kind: str, texts: Texts) -> dict[str, str]:
    own = {field.name for field in form_fields(kind)} | {"slug"}
    return {name: text for name, text in texts.items() if name in own}


async def suggest_named(
    app: ServiceApp, also: Sequence[tuple[str, Suggestion]], kind: str, word: str
) -> Sequence[Suggestion]:
    """The records of a kind whose slug or name has a word, those of `also` first."""
    folded = word.casefold()
    mine = [pick for of, pick in also if of == kind and folded in f"{pick.slug} {pick.name}".casefold()]
    named = services.overview.NAMED
    found = await app.in_thread(
        lambda: services.overview.find_named(app.address, kind, word, limit=_OFFERS) if kind in named else []
    )
    shown = (*mine, *(Suggestion(slug, name) for slug, name in found))[:_OFFERS]
    return [replace(pick, note=pick.slug) for pick in shown]
