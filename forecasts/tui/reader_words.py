"""An article as blocks of text: what was recorded marked in place, likely words as stops, and notes under them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from operator import attrgetter

from forecasts.domain.article_views import ArticleReading, PassageInText, PredictionInText, ReadParagraph
from forecasts.domain.candidates import Candidate, Lexicon, find_candidates, phrase_at
from forecasts.domain.formats import counted
from forecasts.domain.glossary import label, vague_because
from forecasts.domain.marks import RECORDED, REJECTED, every_number, says
from forecasts.domain.proposals import PlacedProposal
from forecasts.domain.values import recordable
from forecasts.text import safe, safe_block
from forecasts.tui.show import outcome_in_words
from forecasts.tui.widgets.text_blocks import Block, Note, Spot

_NAME = 60
_SEARCHED_AT_ONCE = 50_000
_TITLE = 160
_JOINED = re.compile(r"\b(?:and|but|or|и|но|или|және)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, repr=False)  # Textual describes a worker by all that it is called with
class ReadPage:
    """An article ready to be shown, with the words it is searched for.

    `found` are the likely places of each of the first blocks, as far as the search has come; these have their stops.
    """

    reading: ArticleReading
    lexicon: Lexicon
    blocks: tuple[Block, ...]
    found: tuple[tuple[Candidate, ...], ...] = ()
    proposals: tuple[PlacedProposal, ...] = ()

    @property
    def is_searched(self) -> bool:
        """Whether every block has its stops."""
        return len(self.found) == len(self.blocks)

    def passages_of(self, number: int) -> tuple[PassageInText, ...]:
        """What was rejected in a paragraph."""
        return next((one.passages for one in self.reading.paragraphs if one.number == number), ())

    def proposal_at(self, number: int, start: int) -> PlacedProposal | None:
        """The open proposal whose words begin at a place of a paragraph."""
        return next((one for one in self.proposals if (one.paragraph, one.start) == (number, start)), None)

    def text_of(self, number: int) -> str:
        """A paragraph, as words of it can be recorded."""
        return recordable(next((one.text for one in self.reading.paragraphs if one.number == number), ""))


@dataclass(frozen=True, slots=True, repr=False)
class Marked:
    """Words of a paragraph from which something is to be recorded, about where in it they begin, and the proposal that
    they are of, if one is."""

    number: int
    phrase: str
    near: int = 0
    proposal: PlacedProposal | None = None


def make_page(
    reading: ArticleReading,
    lexicon: Lexicon,
    before: ReadPage | None = None,
    proposals: tuple[PlacedProposal, ...] = (),
) -> ReadPage:
    """An article, searched so far as takes no time; what was found `before` in the same words is not searched again.

    Of the proposals those that are open are stops, before likely words.
    In a paragraph whose safe text is another than the text that is kept, places are looked for in that.
    """
    proposals = tuple(one for one in proposals if one.state == "open")
    here = {one.number: [said for said in proposals if said.paragraph == one.number] for one in reading.paragraphs}
    blocks = tuple(_block(one, here[one.number]) for one in reading.paragraphs)
    known: dict[str, tuple[Candidate, ...]] = {}
    if before is not None and before.lexicon.terms == lexicon.terms:
        known = {block.text: found for block, found in zip(before.blocks, before.found, strict=False)}
    found = tuple(known[block.text] for block in takewhile(lambda block: block.text in known, blocks))
    blocks = _with_stops(blocks, 0, found, proposals)
    return search_on(ReadPage(reading, lexicon, blocks, found, proposals), at_least=0)


def search_on(page: ReadPage, at_least: int = 1) -> ReadPage:
    """The page with the likely places of some more of its blocks, of `at_least` so many however long they are."""
    found: list[tuple[Candidate, ...]] = []
    first = len(page.found)
    room = _SEARCHED_AT_ONCE
    for block in page.blocks[first:]:
        room -= len(block.text) + 1
        if room < 0 and len(found) >= at_least:
            break
        found.append(find_candidates(block.text, page.lexicon.terms, page.lexicon.is_future))
    blocks = _with_stops(page.blocks, first, found, page.proposals)
    return replace(page, blocks=blocks, found=(*page.found, *found))


def _with_stops(
    blocks: tuple[Block, ...], first: int, found: Sequence[tuple[Candidate, ...]], proposals: tuple[PlacedProposal, ...]
) -> tuple[Block, ...]:
    """The blocks, of which those from `first` have what was found in them as stops, but for what is marked already."""
    last = first + len(found)
    pairs = zip(blocks[first:last], found, strict=True)
    changed = (block._replace(stops=_stops(block, of, proposals)) for block, of in pairs)
    return (*blocks[:first], *changed, *blocks[last:])


def _stops(block: Block, found: tuple[Candidate, ...], proposals: tuple[PlacedProposal, ...]) -> tuple[Spot, ...]:
    stops: list[Spot] = []
    for proposal in proposals:
        here = proposal.paragraph == block.number and proposal.end <= len(block.text)
        if here and not _meets(proposal.start, proposal.end, stops):
            stops.append(Spot(proposal.start, proposal.end, "candidate"))
    for one in found:
        if not _meets(one.start, one.end, (*block.spots, *stops)) and not _is_said(block, one):
            stops.append(Spot(one.start, one.end, "candidate"))
    return tuple(sorted(stops, key=attrgetter("start")))


def _is_said(block: Block, place: Candidate) -> bool:
    """Whether what was recorded, or rejected, begins in the words of a place, with nothing said in between."""
    begun = [spot.start for spot in block.spots if spot.start >= place.end]
    if not begun:
        return False
    end = place.start + len(phrase_at(block.text, place))
    return min(begun) < end and not _JOINED.search(block.text, place.end, min(begun))


def _meets(start: int, end: int, spots: Iterable[Spot]) -> bool:
    return any(spot.start < end and start < spot.end for spot in spots)


def _block(paragraph: ReadParagraph, proposals: Sequence[PlacedProposal]) -> Block:
    text = safe_block(paragraph.text)
    spots = [
        *(_spot(claim.record.phrase, claim.words, text, paragraph.text, "recorded") for claim in paragraph.predictions),
        *(_spot(one.record.phrase, one.words, text, paragraph.text, "rejected") for one in paragraph.passages),
    ]
    recorded = (*map(_claim_note, paragraph.predictions), *map(_passage_note, paragraph.passages))
    notes = (*recorded, *map(_proposal_note, proposals))
    return Block(paragraph.number, text, tuple(spot for spot in spots if spot is not None), notes, ())


def _spot(phrase: str, words: tuple[int, int] | None, shown: str, kept: str, look: str) -> Spot | None:
    if words is None:
        return None
    if shown == kept:
        return Spot(*words, look)
    start = shown.find(safe_block(phrase))
    return None if start < 0 else Spot(start, start + len(safe_block(phrase)), look)


def _claim_note(claim: PredictionInText) -> Note:
    record, number = claim.record, claim.number
    other = every_number(record.probabilities, record.quantiles)
    shown = says(record.claim_type, number.probability, other, number.low, number.high)
    state = outcome_in_words(claim.outcome) or (label(claim.status) if claim.status else "")
    about = claim.question_title or vague_because(record.unscorable).removeprefix(f"{shown}: ")
    who = ", ".join(safe(name, _NAME) for name in claim.speaker_names) or "somebody"
    words = "" if claim.words else f" “{safe(record.phrase)}”" if record.phrase else f" {safe(record.claim, _TITLE)}"
    parts = [f"{RECORDED} {who} {shown}{words}", safe(about, _TITLE), safe(claim.only_if, _TITLE), safe(state, _NAME)]
    if record.endorsement.value != "own":
        parts.insert(1, record.endorsement.value)
    return Note(" · ".join(part for part in parts if part))


def _proposal_note(one: PlacedProposal) -> Note:
    said = one.proposal
    what = f"no prediction, {said.not_a_prediction}" if said.not_a_prediction else safe(said.claim, _TITLE)
    words = f"◇ proposed by {safe(said.by.name, _NAME)}: “{safe(said.exact, _TITLE)}”"
    return Note(f"{words} {what}".rstrip())


def _passage_note(passage: PassageInText) -> Note:
    record = passage.record
    why = f": {safe(record.note, _TITLE)}" if record.note else ""
    return Note(
        f"{REJECTED} no prediction, {record.reason.value.replace('-', ' ')} “{safe(record.phrase)}”{why}",
        "note-rejected",
    )


def summary(page: ReadPage) -> str:
    """What was recorded from an article, in one line."""
    reading = page.reading
    claims = sum(len(paragraph.predictions) for paragraph in reading.paragraphs)
    passages = sum(len(paragraph.passages) for paragraph in reading.paragraphs)
    parts = [counted(claims, "prediction"), f"{passages:,} rejected"]
    if reading.text is not None:
        left = sum(len(block.stops) for block in page.blocks)
        parts.append(f"{counted(left, 'likely place')} {'left' if page.is_searched else 'so far'}")
    else:
        parts.append("text not attached")
    parts += [str(reading.article.published_on), ", ".join(reading.author_names) or reading.outlet_name]
    return " · ".join(part for part in parts if part)
