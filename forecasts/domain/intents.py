"""Intents: what an analyst asks for, as plain frozen records: one is carried out whole or not at all.

`expected_version` is the row version that the analyst was shown; None means whatever is there.
"""

from dataclasses import dataclass
from datetime import date

from forecasts.domain.dates import Span
from forecasts.domain.kinds import Certainty, VoidReason
from forecasts.domain.records import Evidence, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveQuestion:
    """Say what happened (or why the question is void), since when it could be known, on what evidence.

    `outcome` is as a pack writes it; `supersede_reason` is needed where a resolution is already in force.
    """

    question: str
    outcome: str | float | date = ""
    void: VoidReason | None = None
    known_on: Span | None = None
    certainty: Certainty = Certainty.HIGH
    evidence: tuple[Evidence, ...] = ()
    note: str = ""
    supersede_reason: str = ""
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenQuestion:
    """Take the resolution in force back, with a reason; it stays in the record."""

    question: str
    reason: str
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindLater:
    """Put a due question aside until a day; its deadline does not move. None brings it back now."""

    question: str
    remind_on: date | None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadPacks:
    """Load packs: each path is a folder or a file. `supersede` takes differing resolutions as newer ones; a close that
    was moved where they come from moves here for the reason in `accept_moved`. `with_standards`: those of the seed come
    first, wherever it is not among the packs."""

    paths: tuple[str, ...]
    with_resolutions: bool = True
    supersede: bool = False
    accept_moved: str = ""
    with_standards: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoChange:
    """Take back the newest change that is not taken back yet, or the entry with that number."""

    entry: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachText:
    """Keep the analyst's copy of an article's text: the file at `path`, for every article that shares it."""

    article: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DetachText:
    """Let an article have no text here any more. What was recorded from it stays."""

    article: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddRecords:
    """Add records that may refer to one another: sources, articles, scenarios, questions, predictions, passages.

    A blank `written_on`, `coded_by` or `coded_on` becomes today and the analyst. `text_path` is a file whose text is
    attached to the article among them; `texts` are texts by the slug of theirs.
    """

    records: tuple[Record, ...]
    text_path: str = ""
    texts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EditRecord:
    """Put a record in the place of the one with its slug. `reason` says why criteria were clarified; `others` are new
    records that it names."""

    record: Record
    others: tuple[Record, ...] = ()
    reason: str = ""
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeRecord:
    """Say what the whole record is: its title, what it is about, and how its articles are chosen. It stands on all that
    is exported."""

    title: str
    description: str = ""
    selection: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveRecord:
    """Take a mistaken record out; the history keeps it. `name` is its slug, or a passage's whole name."""

    kind: str
    name: str
    reason: str
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeSources:
    """Make one source of two that are one: everything that names `gone` names `kept` from then on."""

    gone: str
    kept: str
    reason: str
