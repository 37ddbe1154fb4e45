"""Recording a claim from a text: a prediction, a passage that is none, one's own number, and the text itself."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from textual.content import Content

from forecasts import services
from forecasts.domain import limits
from forecasts.domain.article_views import (
    PredictionInText,
    RecordClaim,
    Selection,
    Suggestion,
    TextAttached,
)
from forecasts.domain.formats import counted, favoured, first_lines
from forecasts.domain.glossary import TOO_VAGUE
from forecasts.domain.intents import AttachText
from forecasts.domain.proposals import PlacedProposal
from forecasts.domain.records import Passage, Prediction, Question, Reading, Record, Scenario
from forecasts.domain.sentences import propose_record
from forecasts.domain.speakers import is_quoted
from forecasts.domain.views import ChangeEffect, RecordsChanged
from forecasts.services.ledger import Ledger
from forecasts.text import safe
from forecasts.tui.background import ServiceApp
from forecasts.tui.dialogs.base import ChooseDialog, ConfirmDialog
from forecasts.tui.dialogs.claim import (
    ClaimDialog,
    PassageDialog,
    ReadingDialog,
    begun_condition,
    begun_texts,
    claim_texts,
)
from forecasts.tui.dialogs.claim_check import ClaimGround
from forecasts.tui.dialogs.claim_fields import claim_fields
from forecasts.tui.dialogs.form import FormDialog
from forecasts.tui.dialogs.form_fields import Attempt, DraftFile, FormField, Texts
from forecasts.tui.dialogs.short_forms import AttachDialog
from forecasts.tui.flows.clipboard import prediction_of
from forecasts.tui.flows.form_flow import Version, fill_in, notify_done
from forecasts.tui.flows.recording import Editing, edit, suggest_named
from forecasts.tui.reader_words import Marked, ReadPage
from forecasts.tui.widgets.autocomplete import read_selection, selection_text

_MOST_NAMED = 3
_LINE = 60


async def record_vague(app: ServiceApp, page: ReadPage, marked: Marked) -> None:
    """Ask why the words are too vague to be tested, and record them so."""
    await record_claim(app, page, marked, vague=next(iter(TOO_VAGUE)))


async def record_claim(app: ServiceApp, page: ReadPage, marked: Marked, vague: str = "") -> None:
    """Ask for the claim, which begins as it is proposed where it is, and record it."""
    article, number, phrase, proposal = page.reading.article, marked.number, marked.phrase, marked.proposal
    ground = _ground(page, number, marked.near)
    draft = DraftFile.of(app.address, f"claim {article.slug} {number} {phrase}")
    said, author = propose_record(ground.text, phrase, ground.published_on, marked.near), _author(page)
    proposed = begun_texts(said, author.text, is_vague=bool(vague))
    proposed |= {} if vague else begun_condition(ground.text, ground.place(phrase)[0])
    by_program = _proposed(proposal, page)
    proposed = {name: text for name, text in proposed.items() if name not in by_program}
    ground = replace(ground, sentence=said, proposed=proposed)
    is_authors = not is_quoted(ground.text, ground.place(phrase)[0])
    speaker = selection_text(author) if is_authors else ""
    begun = {"phrase": phrase, "speaker": speaker, "vague": vague, **proposed, **by_program}
    begun["scenario"] = "" if vague else await _scenario_here(app, page)
    as_proposed = False

    heading, search = "Record a prediction", _search(app, article.slug)

    async def do(intent: RecordClaim) -> RecordsChanged:
        nonlocal as_proposed
        if proposal is not None:
            as_proposed = _is_as_proposed(intent, proposal)
            program = proposal.proposal.by.name[: limits.NAME]
            intent = replace(intent, prediction=replace(intent.prediction, proposed_by=program))
        return await app.call(lambda ledger: services.claims.record_claim(ledger, intent))

    done = await fill_in(app, lambda one: ClaimDialog(heading, ground, search, begun, one, draft=draft), do, draft)
    if done is not None and proposal is not None:
        await _decide(app, article.slug, proposal, "accepted", is_unchanged=as_proposed)
    _tell(app, "Recorded", done)


async def _scenario_here(app: ServiceApp, page: ReadPage) -> str:
    """The scenario of the question of which the article's last claim speaks: the next is most often of the same."""
    claims = [claim.record for one in page.reading.paragraphs for claim in one.predictions if claim.record.question]
    if not claims:
        return ""
    slug = claims[-1].question

    def read(ledger: Ledger) -> Record | None:
        question, _ = services.record.find_record(ledger, "question", slug)
        named = question.scenario if isinstance(question, Question) else ""
        return services.record.find_record(ledger, "scenario", named)[0] if named else None

    scenario = await app.call(read)
    return selection_text(Selection(scenario.title, scenario.slug)) if isinstance(scenario, Scenario) else ""


def _ground(page: ReadPage, number: int, near: int = 0) -> ClaimGround:
    article = page.reading.article
    return ClaimGround(
        article=article.slug,
        authors=article.authors,
        paragraph=number,
        text=page.text_of(number),
        near=near,
        published_on=article.published_on.last,
        lexicon=page.lexicon,
        rejected=page.passages_of(number),
    )


def _search(app: ServiceApp, article: str) -> Callable[[str, str], Awaitable[Sequence[Suggestion]]]:
    """The sources or questions that have the words, those of the article first; the scenarios that have them."""

    async def search(kind: str, words: str) -> Sequence[Suggestion]:
        claims = services.claims
        if kind == "scenario":
            return await suggest_named(app, (), kind, words)
        offered = claims.offered_sources if kind == "source" else claims.offered_questions
        return await app.call(lambda ledger: offered(ledger, words, article))

    return search


async def pick_claim(app: ServiceApp, heading: str, claims: Sequence[PredictionInText]) -> Prediction | None:
    """The claim that is meant of those of a paragraph, which is asked where there are several."""
    lines = {f"{safe(one.record.phrase or one.record.claim, _LINE)} · {one.record.slug}": one.record for one in claims}
    if len(lines) > 1:
        chosen = await app.push_screen_wait(ChooseDialog(heading, tuple(lines)))
        return lines.get(chosen or "")
    return next(iter(lines.values()), None)


async def edit_claim(app: ServiceApp, page: ReadPage, claims: Sequence[PredictionInText]) -> None:
    """Change a claim of a paragraph in the form in which it is recorded; without its text in that of the record."""
    claim = await pick_claim(app, "Edit", claims)
    if claim is None:
        return
    if page.reading.text is None or not claim.paragraph:
        await edit(app, "prediction", claim.slug)
        return
    ground = _ground(page, claim.paragraph)
    if claim.standard not in ("", ground.lexicon.standard):
        lexicon = await app.call(lambda ledger: services.explain.read_lexicon(ledger, claim.standard))
        ground = replace(ground, lexicon=lexicon)
    await _EditingClaim(app, "prediction", claim.slug, ground).run()


class _EditingClaim(Editing["RecordClaim"]):
    """A claim that is recorded, in the form in which it was."""

    def __init__(self, app: ServiceApp, kind: str, slug: str, ground: ClaimGround) -> None:
        super().__init__(app, kind, slug)
        self.title = "Edit a prediction"
        self._ground = ground

    @property
    def fields(self) -> Sequence[FormField]:
        return claim_fields(self._ground.text)

    async def begun(self, record: Record) -> Mapping[str, str]:
        if not isinstance(record, Prediction):
            raise TypeError(record)
        on = next((one.question for one in record.condition), "")
        speaker = next(iter(record.speakers), "")
        named = (("source", speaker), ("question", record.question), ("question", on), ("scenario", record.scenario))

        def read(ledger: Ledger) -> list[Any]:
            return [services.record.find_record(ledger, *one)[0] if one[1] else None for one in named]

        return claim_texts(record, *await self.app.call(read))

    def shown(self, texts: Texts) -> Texts:
        return {name: read_selection(text).text or text for name, text in texts.items()}

    def form(self, on: Version[tuple[Record, int]], attempt: Attempt) -> ClaimDialog:
        search = _search(self.app, self._ground.article)
        return ClaimDialog(self.title, self._ground, search, on.begun, attempt, draft=on.draft)

    async def do(self, dialog: FormDialog[RecordClaim], answer: RecordClaim, on: Version[Any]) -> None:
        before, version = on.record
        was = dialog.check({**dialog.texts, **on.begun}).answer
        change = services.claims.edit_claim
        notify_done(self.app, await self.app.call(lambda ledger: change(ledger, before, version, was, answer)))


def _proposed(placed: PlacedProposal | None, page: ReadPage) -> dict[str, str]:
    """What a form begins with of what a program proposes; who and which question are still to be chosen."""
    if placed is None:
        return {}
    said, question = placed.proposal, placed.proposal.question
    names = [name for name in said.speakers if name not in page.reading.author_names]
    texts = {
        "claim": said.claim,
        "claim_type": said.claim_type.value if said.claim_type else "",
        "side": said.phrase_about.value if said.phrase_about else "",
        "speaker": selection_text(Selection(names[0])) if names else "",
        "question": selection_text(Selection(question.title)) if question else "",
        "criteria": question.criteria if question else "",
        "deadline": question.resolves_on.isoformat() if question and question.resolves_on else "",
    }
    return {name: text for name, text in texts.items() if text}


def _is_as_proposed(intent: RecordClaim, placed: PlacedProposal) -> bool:
    said, taken = placed.proposal, intent.prediction
    pairs = ((said.claim, taken.claim), (said.claim_type, taken.claim_type), (said.phrase_about, taken.phrase_about))
    return all(proposed in ("", None, recorded) for proposed, recorded in pairs)


async def _decide(
    app: ServiceApp, article: str, placed: PlacedProposal, state: str, *, is_unchanged: bool = False
) -> None:
    decide = services.proposing.decide
    await app.call(lambda ledger: decide(ledger, article, placed, state, is_unchanged=is_unchanged))


async def skip_proposal(app: ServiceApp, article: str, placed: PlacedProposal) -> None:
    """Leave a proposal: it is neither a prediction nor judged to be none."""
    await _decide(app, article, placed, "skipped")
    app.ledger_changed.publish(0)


async def show_proposals(app: ServiceApp, article: str) -> None:
    """Show the proposals of an article, once the analyst has said that he has read it without them."""
    kept = await app.call(lambda ledger: services.proposing.article_proposals(ledger, article))
    if not kept.proposals:
        app.notify(f"No program has proposed anything here. `forecasts propose {article} …` takes proposals in.")
    elif kept.blind is None and not kept.is_open:
        what = f"{counted(len(kept.proposals), 'proposal')} are kept, and shown once you have read the text without."
        asked = Content(f"{what} They are held to what you have recorded by now; it is noted once.")
        if await app.push_screen_wait(ConfirmDialog("I have read it", asked)):
            kept = await app.call(lambda ledger: services.proposing.finish_blind(ledger, article))
            app.ledger_changed.publish(0)
            app.notify(f"{kept.compared()}.")
    else:
        left = sum(one.state == "open" for one in kept.proposals)
        app.notify(f"{counted(left, 'proposal')} left (◇): space goes to the next, n records, x rejects, i leaves one.")


def _author(page: ReadPage) -> Selection:
    """The article's author, where there is one: most claims are the author's own."""
    article = page.reading.article
    if len(article.authors) != 1:
        return Selection()
    return Selection(page.reading.author_names[0], article.authors[0])


async def reject_passage(app: ServiceApp, page: ReadPage, marked: Marked) -> None:
    """Ask why words are no prediction and record it."""
    number, phrase, proposal = marked.number, marked.phrase, marked.proposal
    slug, text = page.reading.article.slug, page.text_of(number)
    reason = proposal.proposal.not_a_prediction if proposal else None
    begun = {"phrase": phrase, "reason": reason.value if reason else ""}
    draft = DraftFile.of(app.address, f"passage {slug} {number} {phrase}")

    async def do(passage: Passage) -> RecordsChanged:
        return await app.call(lambda ledger: services.claims.reject_passage(ledger, passage))

    def form(attempt: Attempt) -> PassageDialog:
        return PassageDialog(slug, number, text, begun, attempt, draft, near=marked.near)

    done = await fill_in(app, form, do, draft)
    if done is not None and proposal is not None:
        await _decide(app, slug, proposal, "rejected")
    _tell(app, "Rejected", done)


def _tell(app: ServiceApp, title: str, done: RecordsChanged | None) -> None:
    if done is not None:
        app.notify_change(title, done.summary, done.entry, done.moves or None, notes=done.notes)


async def read_claim(app: ServiceApp) -> None:
    """Ask for one's own number for the claim under the cursor, and keep it beside the first."""
    slug = prediction_of(app.screen)
    if not slug:
        app.notify("Stand on a prediction: in Predictions, on a scorecard, or in the list of disagreements.")
        return
    claim = await app.call(lambda ledger: services.reviews.claim_to_read(ledger, slug))

    async def do(intent: Reading) -> tuple[Reading, ChangeEffect]:
        return intent, await app.call(lambda ledger: services.reviews.record_reading(ledger, intent))

    done = await fill_in(app, lambda attempt: ReadingDialog(claim, attempt, is_blind=app.is_blind), do)
    if done is not None:
        intent, effect = done
        moves = None if app.is_blind else effect.moves
        app.notify_change(f"Read as {favoured(intent.probability)}", claim.claim, effect.entry, moves)


async def attach(app: ServiceApp, slug: str, title: str) -> None:
    """Ask for the file of an article's text, keep a copy, and say what it lacks."""

    async def do(path: str) -> TextAttached:
        return await app.call(lambda ledger: services.texts.attach_text(ledger, AttachText(article=slug, path=path)))

    done = await fill_in(app, lambda attempt: AttachDialog(title, attempt), do)
    if done is None:
        return
    lines = [f"{counted(done.paragraphs, 'paragraph')} in the file."]
    if len(done.articles) > 1:
        lines.append(f"{counted(len(done.articles), 'article')} share it.")
    if done.not_found:
        lines.append(f"{counted(len(done.not_found), 'phrase')} not found in it:")
        lines.extend(first_lines(done.not_found, _MOST_NAMED))
    if done.entry is not None:
        lines.append(f"{app.name_key('app.undo')} takes it back.")
    app.notify("\n".join(lines), title="Text attached" if done.entry is not None else "It was attached already")
    app.ledger_changed.publish(done.entry or 0)
