"""Recording what stands in a text: ask, do it in a thread, and on an error ask again with everything as it was."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from forecasts.domain.claims import Picked
from forecasts.errors import ForecastsError
from forecasts.text import safe
from forecasts.tui.dialogs.claim import ClaimDialog
from forecasts.tui.dialogs.claim_draft import ClaimDraft, ClaimGround, plain_draft, read_draft
from forecasts.tui.dialogs.passage import PassageDialog
from forecasts.tui.drafts import DraftFile
from forecasts.tui.effects import moves_in_words
from forecasts.tui.flows import calls

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecasts.domain.claims import Pick
    from forecasts.domain.views import RecordsChanged
    from forecasts.tui.reader_words import ReadPage
    from forecasts.tui.work import ServiceApp

_SUMMARY = 100
_KEPT = "What you typed is kept: {} here brings it back."


async def record_claim(app: ServiceApp, page: ReadPage, number: int, phrase: str) -> None:
    """Ask for the claim and record it. What is typed and not recorded is there again the next time."""
    article = page.reading.article
    ground = ClaimGround(
        article=article.slug,
        authors=article.authors,
        paragraph=number,
        text=page.text_of(number),
        published_on=article.published_on.last,
        lexicon=page.lexicon,
        rejected=page.passages_of(number),
    )
    kept = DraftFile.of(app.address, f"claim {article.slug} {number} {phrase}")
    first = ClaimDraft(phrase=phrase, speaker=_author(page))

    async def sources(words: str) -> Sequence[Pick]:
        return await app.ask(partial(calls.offered_sources, words=words, article=article.slug))

    async def questions(words: str) -> Sequence[Pick]:
        return await app.ask(partial(calls.offered_questions, words=words, article=article.slug))

    def keep(draft: ClaimDraft) -> None:
        if draft != first:
            kept.save(plain_draft(draft))
        else:
            kept.discard()

    draft, trouble = read_draft(kept.load()) or first, ""
    is_back = draft != first
    while True:
        dialog = ClaimDialog(ground, draft, sources, questions, keep, trouble, is_back=is_back)
        intent = await app.push_screen_wait(dialog)
        draft, trouble, is_back = dialog.draft, "", False
        if dialog.begins_anew:
            kept.discard()
            draft = first
            continue
        if intent is None:
            if draft == first:
                kept.discard()
            else:
                app.tell(_KEPT.format(app.key_of("reader.record", "n")))
            return
        try:
            done = await app.ask(partial(calls.record_claim, intent=intent))
        except ForecastsError as error:
            trouble = str(error)
        else:
            kept.discard()
            _tell(app, "Recorded", done)
            return


def _author(page: ReadPage) -> Picked:
    """The article's author, where there is one: most claims are the author's own."""
    article = page.reading.article
    if len(article.authors) != 1:
        return Picked()
    return Picked(page.reading.author_names[0], article.authors[0])


async def reject_passage(app: ServiceApp, page: ReadPage, number: int, phrase: str) -> None:
    """Ask why words are no prediction and record it; on an error everything is still there."""
    slug = page.reading.article.slug
    file = DraftFile.of(app.address, f"passage {slug} {number} {phrase}")
    first = {"phrase": phrase, "reason": "", "note": ""}
    trouble = "What you typed before is back." if file.load_texts(first) != first else ""

    def keep(typed: Mapping[str, str]) -> None:
        if typed != first:
            file.save(typed)
        else:
            file.discard()

    while True:
        typed = file.load_texts(first)
        passage = await app.push_screen_wait(PassageDialog(slug, number, page.text_of(number), typed, keep, trouble))
        if passage is None:
            if file.load_texts(first) != first:
                app.tell(_KEPT.format(app.key_of("reader.reject", "x")))
            return
        try:
            done = await app.ask(partial(calls.reject_passage, passage=passage))
        except ForecastsError as error:
            trouble = str(error)
        else:
            file.discard()
            _tell(app, "Rejected", done)
            return


def _tell(app: ServiceApp, title: str, done: RecordsChanged) -> None:
    moved = moves_in_words(done.moves) if done.moves else ()
    app.tell_change(title, (safe(done.summary, _SUMMARY), *moved), done.entry)
