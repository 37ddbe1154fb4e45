"""An article as blocks of text: what was recorded marked in place, likely words as stops, and notes under them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecasts.domain.article_views import ArticleReading
from forecasts.domain.candidates import Lexicon, find_candidates
from forecasts.text import safe, safe_block
from forecasts.tui.show import STATUS_WORDS, counted, percent, percent_range
from forecasts.tui.widgets.text_view import Block, Note, Spot

if TYPE_CHECKING:
    from forecasts.domain.article_views import PassageInText, PredictionInText, ReadParagraph

_NAME = 60
_TITLE = 160


@dataclass(frozen=True, slots=True)
class ReadPage:
    """An article ready to be shown, with the words it was searched for."""

    reading: ArticleReading
    lexicon: Lexicon
    blocks: tuple[Block, ...]

    def text_of(self, number: int) -> str:
        """A paragraph as it is kept."""
        return next((one.text for one in self.reading.paragraphs if one.number == number), "")


def make_page(reading: ArticleReading, lexicon: Lexicon) -> ReadPage:
    """The blocks of an article. In a paragraph whose safe text is another, places are looked for in that."""
    return ReadPage(reading, lexicon, tuple(_block(paragraph, lexicon) for paragraph in reading.paragraphs))


def _block(paragraph: ReadParagraph, lexicon: Lexicon) -> Block:
    text = safe_block(paragraph.text)
    spots = [
        *(_spot(claim.record.phrase, claim.words, text, paragraph.text, "recorded") for claim in paragraph.predictions),
        *(_spot(one.record.phrase, one.words, text, paragraph.text, "rejected") for one in paragraph.passages),
    ]
    kept = tuple(spot for spot in spots if spot is not None)
    stops = tuple(
        Spot(found.start, found.end, "candidate")
        for found in find_candidates(text, lexicon.terms)
        if not any(spot.start < found.end and found.start < spot.end for spot in kept)
    )
    notes = (*map(_claim_note, paragraph.predictions), *map(_passage_note, paragraph.passages))
    return Block(paragraph.number, text, kept, notes, stops)


def _spot(phrase: str, words: tuple[int, int] | None, shown: str, kept: str, look: str) -> Spot | None:
    if words is None:
        return None
    if shown == kept:
        return Spot(*words, look)
    start = shown.find(safe_block(phrase))
    return None if start < 0 else Spot(start, start + len(safe_block(phrase)), look)


def _claim_note(claim: PredictionInText) -> Note:
    record, number = claim.record, claim.number
    allowed = f" ({percent_range(number.low, number.high)})" if number.low is not None else ""
    shown = f"{percent(number.probability)}{allowed}" if number.probability is not None else record.claim_type.value
    state = claim.outcome or (STATUS_WORDS[claim.status] if claim.status else "")
    about = claim.question_title or f"unscorable: {record.unscorable}"
    who = ", ".join(safe(name, _NAME) for name in claim.speaker_names) or "somebody"
    words = "" if claim.words else f" “{safe(record.phrase)}”" if record.phrase else f" {safe(record.claim, _TITLE)}"
    parts = [f"● {who} {shown}{words}", safe(about, _TITLE), safe(state, _NAME)]
    if record.endorsement.value != "own":
        parts.insert(1, record.endorsement.value)
    return Note(" · ".join(part for part in parts if part))


def _passage_note(passage: PassageInText) -> Note:
    record = passage.record
    why = f": {safe(record.note, _TITLE)}" if record.note else ""
    return Note(f"× no prediction, {record.reason.value} “{safe(record.phrase)}”{why}", "note-rejected")


def summary(page: ReadPage) -> str:
    """What was recorded from an article, in one line."""
    reading = page.reading
    claims = sum(len(paragraph.predictions) for paragraph in reading.paragraphs)
    passages = sum(len(paragraph.passages) for paragraph in reading.paragraphs)
    parts = [counted(claims, "claim"), f"{passages:,} rejected"]
    if reading.text is not None:
        left = sum(len(block.stops) for block in page.blocks)
        parts.append(f"{counted(left, 'likely place')} left")
    else:
        parts.append("text not attached")
    parts += [str(reading.article.published_on), ", ".join(reading.author_names) or reading.outlet_name]
    return " · ".join(part for part in parts if part)
