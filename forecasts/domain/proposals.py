"""Proposals: what a program suggests of a text before an analyst says anything of it; articles as files have them."""

from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Annotated

from forecasts.domain.fields import Code, Help, Label, Name, Number, Probability, Prose, RequiredProse, Text
from forecasts.domain.kinds import ClaimType, PassageReason, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Producer:
    """What made a proposal: proposals of one producer are counted together."""

    tool: Annotated[Name, Help("Tool", "The program that made it.")]
    model: Annotated[Label, Help("Model", "The model that the program asked, where it asked one.")] = ""
    prompt_sha256: Annotated[Code, Help("Prompt's SHA-256", "Of the words with which it was asked.")] = ""
    at: Annotated[Label, Help("At", "When it was made; ISO 8601.")] = ""

    @property
    def name(self) -> str:
        """Tool, model and the beginning of the prompt's hash: what tells producers apart."""
        return " ".join(part for part in (self.tool, self.model, self.prompt_sha256[:8]) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedQuestion:
    """The event that a proposal speaks of."""

    title: Annotated[Name, Help("Title", "The event as a question.")]
    criteria: Annotated[Prose, Help("Criteria", "What makes it yes, what no.")] = ""
    resolves_on: Annotated[date | None, Help("Deadline", "The last day that counts.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Words of a text that may carry a prediction, or that look like one and are none. There is no probability: the
    number comes from a standard, the source or the analyst.

    `exact`, `prefix` and `suffix` are a TextQuoteSelector (W3C Web Annotation Data Model, 2017, §4.2.4).
    """

    format: Annotated[int, Number(1, 1, whole=True), Help("Format", "1.")] = 1
    article: Annotated[Label, Help("Article", "The slug of the article; blank: the one that was asked for.")] = ""
    text_sha256: Annotated[Code, Help("Text's SHA-256", "Of the text that was read; another text's are refused.")] = ""
    exact: Annotated[RequiredProse, Help("Exact", "The words as they stand in the text.")]
    prefix: Annotated[Prose, Help("Prefix", "What stands before them.")] = ""
    suffix: Annotated[Prose, Help("Suffix", "What stands behind them.")] = ""
    claim: Annotated[Prose, Help("Claim", "What is predicted, in other words.")] = ""
    speakers: Annotated[tuple[Annotated[str, Text(300, required=True)], ...], Help("Speakers", "Whose it is.")] = ()
    claim_type: Annotated[ClaimType | None, Help("Claim type", "forecast, possibility, announcement …")] = None
    phrase_about: Annotated[Side | None, Help("Speaks of", "The outcome that the words speak of.")] = None
    question: Annotated[ProposedQuestion | None, Help("Question", "The event.")] = None
    not_a_prediction: Annotated[PassageReason | None, Help("No prediction", "Why the words are none.")] = None
    by: Annotated[Producer, Help("By", "What made the proposal.")]
    score: Annotated[Probability | None, Help("Score", "How sure its producer is, 0 to 1. Shown to nobody.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedProposal:
    """A proposal where it stands: the paragraph and the offsets of its words in it, and what became of it.

    `state` is open, accepted, rejected or skipped; `is_unchanged` whether it was accepted as it was proposed.
    """

    proposal: Proposal
    paragraph: int
    start: int
    end: int
    state: str = "open"
    is_unchanged: bool = False

    @property
    def says_prediction(self) -> bool:
        return self.proposal.not_a_prediction is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProducerAgreement:
    """How one producer's proposals agree with what analysts recorded blind.

    `found` are proposals whose words share some with a recorded prediction, `extra` those that do not, `missed` the
    predictions that no proposal meets. `nowhere` are quotes that stand nowhere, `repeated` those proposed twice.
    """

    producer: str
    articles: int
    found: int
    extra: int
    missed: int
    met: int
    nowhere: int
    repeated: int
    accepted: int
    unchanged: int

    @property
    def precision(self) -> tuple[float, float, float] | None:
        """Of what was proposed, the share that the analyst had recorded, with its 95 % Wilson interval."""
        return share(self.found, self.found + self.extra)

    @property
    def recall(self) -> tuple[float, float, float] | None:
        """Of what the analyst had recorded, the share that was proposed, with its 95 % Wilson interval."""
        return share(self.met, self.met + self.missed)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall."""
        if self.precision is None or self.recall is None or not (self.precision[0] + self.recall[0]):
            return None
        return 2 * self.precision[0] * self.recall[0] / (self.precision[0] + self.recall[0])


_Z = 1.959963984540054


def share(count: int, total: int) -> tuple[float, float, float] | None:
    """A share, 0 to 1, with its 95 % score interval (Wilson 1927); None of nothing."""
    if not total:
        return None
    part, z2 = count / total, _Z * _Z
    middle = (part + z2 / (2 * total)) / (1 + z2 / total)
    half = _Z * sqrt(part * (1 - part) / total + z2 / (4 * total * total)) / (1 + z2 / total)
    return part, max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Proposed:
    """What a file says that may be a field of its article, and where it says so. Of authors and outlet the name."""

    field: str
    value: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An article in a file: its paragraphs, one a line; what is proposed of it, the likeliest first; how it was read.

    `text` is empty where a reference list has no file beside it. `extractor` names what took the text out of the
    file, empty where the file is the text. `kept` is the share, 0 to 1, of the words of a page that was kept.
    """

    name: str
    text: str = ""
    extractor: str = ""
    original_sha256: str = ""
    proposed: tuple[Proposed, ...] = ()
    kept: float | None = None
    notes: tuple[str, ...] = ()

    def values(self, field: str) -> tuple[str, ...]:
        """What is proposed for a field, each value once."""
        return tuple(dict.fromkeys(one.value for one in self.proposed if one.field == field))
