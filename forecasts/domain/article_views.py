"""Views of articles and of their texts; what an analyst says of a claim in one, and what there is to choose from."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from forecasts.domain.kinds import QuestionKind, QuestionStatus
from forecasts.domain.records import Article, Passage, Prediction, Question, Scenario, Source
from forecasts.domain.values import tidy
from forecasts.domain.wording import NumberRead


@dataclass(frozen=True, slots=True, kw_only=True)
class TextParagraph:
    """A paragraph and its number, counted over the non-empty lines of the article's file, from 1."""

    number: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedText:
    """An article's own paragraphs, out of the copy of its file that is kept here. `size` is the file's, in bytes."""

    article: str
    sha256: str
    size: int
    paragraphs: tuple[TextParagraph, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionInText:
    """A prediction where it was read. `words` are the offsets of its phrase in the paragraph; None: not found there.

    `conditions` are titles of the questions on which it hangs, each with what it must come to.
    """

    record: Prediction
    speaker_names: tuple[str, ...]
    question_title: str
    status: QuestionStatus | None
    outcome: str
    number: NumberRead
    words: tuple[int, int] | None
    conditions: tuple[tuple[str, str], ...] = ()

    @property
    def only_if(self) -> str:
        """What must come first, in words; empty where nothing must."""
        return " and ".join(f"only if “{title}” comes to {outcome}" for title, outcome in self.conditions)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageInText:
    """A passage that was judged to be no prediction, where it was read."""

    record: Passage
    words: tuple[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadParagraph:
    """A paragraph with what was recorded from it. `number` 0 holds what names no paragraph; `text` is then empty."""

    number: int
    text: str
    predictions: tuple[PredictionInText, ...]
    passages: tuple[PassageInText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleReading:
    """An article as it is read: its paragraphs in order, each with its predictions and rejected passages.

    Where the text is not attached (`text` None) only the paragraphs are there from which something was recorded.
    """

    article: Article
    version: int
    outlet_name: str
    author_names: tuple[str, ...]
    text: AttachedText | None
    paragraphs: tuple[ReadParagraph, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextAttached:
    """What attaching a text did: to which articles (all that share the file), and which of their words it lacks.

    `entry` None: it was attached already, and nothing was changed.
    """

    entry: int | None
    articles: tuple[str, ...]
    sha256: str
    size: int
    paragraphs: int
    not_found: tuple[str, ...]


def paragraphs(text: str) -> tuple[str, ...]:
    """The non-empty lines of a file, without the blanks around them; the first is paragraph 1."""
    lines = (line.strip() for line in tidy(text.removeprefix("\ufeff")).splitlines())
    return tuple(line for line in lines if line)


def own_paragraphs(count: int, lines: tuple[int, ...]) -> range:
    """The numbers of an article's own paragraphs in a file of `count`: all of them, or those that `lines` names."""
    first, last = lines if len(lines) == 2 else (1, count)
    return range(first, min(last, count) + 1)


def find_words(phrase: str, paragraph: str, near: int = 0) -> tuple[int, int] | None:
    """Where the words stand, as offsets of the first and behind the last character; None where they do not. Of several
    places that which begins nearest to an offset.

    What cannot be seen is no difference: kinds of white space, soft hyphens and other signs without width or what is
    shown in their place, ligatures, and the shape of quotation marks, apostrophes and hyphens.
    """
    start = _nearest(phrase, paragraph, near) if phrase else -1
    if start >= 0:
        return start, start + len(phrase)
    sought = "".join(sign for sign, _ in _folded(phrase)).strip()
    if not sought:
        return None
    signs = list(_folded(paragraph))
    at = _nearest(sought, "".join(sign for sign, _ in signs), sum(at < near for _, at in signs))
    return None if at < 0 else (signs[at][1], signs[at + len(sought) - 1][1] + 1)


def _nearest(sought: str, text: str, near: int) -> int:
    """Where it stands nearest to an offset; -1 where it does not."""
    before, behind = text.rfind(sought, 0, near + len(sought) - 1), text.find(sought, near)
    return before if behind < 0 or (before >= 0 and near - before < behind - near) else behind


def as_kept(words: str, paragraph: str, near: int) -> str:
    """Words that are shown as the paragraph has them; as they are where they do not stand there."""
    place = find_words(words, paragraph, near)
    return paragraph[slice(*place)] if place else words


_SHOWN_INSTEAD = {*map(chr, range(0x2400, 0x2422)), "\N{REPLACEMENT CHARACTER}"}
_SAME = str.maketrans({
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc`\u00b4", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033", '"'),
    **dict.fromkeys("\u2010\u2011\u2212", "-"),
})  # fmt: skip


def _folded(text: str) -> Iterator[tuple[str, int]]:
    """The signs of a text by which words are compared, each with the offset of the character that it is of."""
    was_blank = False
    for at, character in enumerate(text):
        is_unseen = unicodedata.category(character) in ("Cf", "Cc") and not character.isspace()
        if is_unseen or character in _SHOWN_INSTEAD:
            continue
        if character.isspace():
            if not was_blank:
                yield " ", at
            was_blank = True
            continue
        was_blank = False
        for sign in unicodedata.normalize("NFKC", character.translate(_SAME)):
            yield sign, at


_WORD = re.compile(r"[^\W_]+(?:['’‘ʼ.,-][^\W_]+)*%?")


def moved_end(text: str, start: int, end: int, step: int, *, is_first: bool) -> tuple[int, int]:
    """A stretch of a text with its first or its last word another: the next one (step 1) or the one before (-1).

    One word stays; at the text's ends nothing moves.
    """
    words = [match.span() for match in _WORD.finditer(text)]
    if is_first:
        later = (first for first, last in words if start < first and last <= end)
        earlier = (first for first, _ in reversed(words) if first < start)
        return next(later if step > 0 else earlier, start), end
    later = (last for _, last in words if last > end)
    earlier = (last for first, last in reversed(words) if last < end and first >= start)
    return start, next(later if step > 0 else earlier, end)


def whole_words(text: str, start: int, end: int) -> str:
    """A stretch of a text without the blanks around it, the words that it cuts into taken whole."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while 0 < start < end and _is_inside_word(text, start):
        start -= 1
    while start < end < len(text) and _is_inside_word(text, end):
        end += 1
    return text[start:end]


def _is_inside_word(text: str, at: int) -> bool:
    """Whether the characters before and at an offset belong to one word; a mark belongs to the letter before it."""
    return unicodedata.combining(text[at]) != 0 or (_is_of_word(text[at - 1]) and _is_of_word(text[at]))


def _is_of_word(sign: str) -> bool:
    return sign.isalnum() or unicodedata.combining(sign) != 0 or sign in "'’‘ʼ"


def has_its_phrase(claim: str, phrase: str) -> bool:
    """Whether a claim's words are its phrase, or quote it, so that it need not be said beside them."""
    return bool(phrase) and (claim == phrase or f"“{phrase}”" in claim)


@dataclass(frozen=True, slots=True)
class AnswerFormat:
    """How a question is answered: its kind, its options or its unit, and until which day; empty: not known yet."""

    kind: QuestionKind = QuestionKind.BINARY
    options: tuple[str, ...] = ()
    unit: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A record that one can choose by typing: its slug, its name or title, and a word beside it.

    `asked` is how a question is answered.
    """

    slug: str
    name: str
    note: str = ""
    asked: AnswerFormat = AnswerFormat()


@dataclass(frozen=True, slots=True)
class Selection:
    """What stands in a field that one chooses a record in: its text, the record's slug, or that it is to be made."""

    text: str = ""
    slug: str = ""
    is_new: bool = False
    asked: AnswerFormat = AnswerFormat()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordClaim:
    """Record a prediction from a paragraph of an article, with its speaker and questions: slugs, or records that are
    made with it.

    `scenario` is that of a new question, or of a claim too vague to have one. `condition` is the question on which it
    hangs, which came to `condition_is`. The prediction and what is made are named, and the prediction gets its speaker,
    question and condition, when it is recorded.
    """

    prediction: Prediction
    speaker: str | Source
    question: str | Question
    condition: str | Question = ""
    condition_is: str = ""
    scenario: str | Scenario = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow:
    """An article in a list, with how much was recorded from it and whether its text is kept here."""

    slug: str
    title: str
    outlet: str
    authors: str
    published_on: str
    claims: int
    passages: int
    has_text: bool
    coverage: str
