"""Recording what stands in a text: ask, do it in a thread, and on an error ask again with everything as it was."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from forecasts.domain.claims import Picked
from forecasts.errors import ForecastsError
from forecasts.text import safe
from forecasts.tui.dialogs.claim import ClaimDialog
from forecasts.tui.dialogs.claim_draft import ClaimDraft, ClaimGround
from forecasts.tui.dialogs.passage import PassageDialog
from forecasts.tui.effects import moves_in_words
from forecasts.tui.flows import calls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasts.domain.claims import Pick
    from forecasts.domain.records import Passage
    from forecasts.domain.views import RecordsChanged
    from forecasts.tui.reader_words import ReadPage
    from forecasts.tui.work import ServiceApp

_SUMMARY = 100


async def record_claim(
    app: ServiceApp, page: ReadPage, number: int, phrase: str, drafts: dict[tuple[int, str], ClaimDraft]
) -> None:
    """Ask for the claim and record it. What is typed and not recorded stays in `drafts`."""
    article = page.reading.article
    ground = ClaimGround(
        article.slug, article.authors, number, page.text_of(number), article.published_on.last, page.lexicon
    )

    async def sources(words: str) -> Sequence[Pick]:
        return await app.ask(partial(calls.offered_sources, words=words, article=article.slug))

    async def questions(words: str) -> Sequence[Pick]:
        return await app.ask(partial(calls.offered_questions, words=words, article=article.slug))

    key = (number, phrase)
    first = ClaimDraft(phrase=phrase, speaker=_author(page))
    trouble = ""
    while True:
        dialog = ClaimDialog(ground, drafts.get(key, first), sources, questions, trouble)
        intent = await app.push_screen_wait(dialog)
        drafts[key] = dialog.draft
        if intent is None:
            if dialog.draft == first:
                del drafts[key]
            else:
                app.tell(f"What you typed is kept until you leave this article: {app.key_of('reader.record')} again.")
            return
        try:
            done = await app.ask(partial(calls.record_claim, intent=intent))
        except ForecastsError as error:
            trouble = str(error)
        else:
            del drafts[key]
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
    draft: Passage | None = None
    trouble = ""
    while True:
        dialog = PassageDialog(page.reading.article.slug, number, page.text_of(number), phrase, draft, trouble)
        passage = await app.push_screen_wait(dialog)
        if passage is None:
            return
        try:
            done = await app.ask(partial(calls.reject_passage, passage=passage))
        except ForecastsError as error:
            draft, trouble = passage, str(error)
        else:
            _tell(app, "Rejected", done)
            return


def _tell(app: ServiceApp, title: str, done: RecordsChanged) -> None:
    lines = (
        [safe(done.summary, _SUMMARY), *moves_in_words(done.moves)] if done.moves else [safe(done.summary, _SUMMARY)]
    )
    app.tell("\n".join((*lines, f"{app.key_of('app.undo')} takes it back.")), title)
    app.ledger_changed.publish(done.entry or 0)
