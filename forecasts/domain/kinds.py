"""The closed vocabularies of the record. Each value is written in packs, columns, JSON and screens exactly as here."""

from enum import StrEnum
from functools import cached_property

SET_UP, LOAD, IMPORT = "set up", "load pack", "import"
"""The intents with which a ledger begins and by which records come from elsewhere (an import with its form); the others
are named after what was asked for."""


class CodedWord(StrEnum):
    """A word that counts for scores: arrays hold its place in its vocabulary."""

    @cached_property
    def code(self) -> int:
        return list(type(self)).index(self)


class SourceKind(StrEnum):
    PERSON = "person"
    OUTLET = "outlet"
    ORGANISATION = "organisation"
    OFFICIAL = "official"
    GROUP = "group"
    UNKNOWN = "unknown"


class ArticleAttribution(StrEnum):
    """How an article's outlet and authors are known."""

    STATED = "stated"
    INFERRED = "inferred"


class DateBasis(StrEnum):
    """How a date of publication is known."""

    STATED = "stated"
    INFERRED = "inferred"


class Coverage(StrEnum):
    """Whether all predictions of an article were recorded; a selected article never enters rates."""

    FULL = "full"
    SELECTED = "selected"


class QuestionKind(CodedWord):
    BINARY = "binary"
    MULTIPLE_CHOICE = "multiple_choice"
    ORDERED = "ordered"
    NUMERIC = "numeric"
    DATE = "date"


OPTION_KINDS = frozenset({QuestionKind.MULTIPLE_CHOICE, QuestionKind.ORDERED})
QUANTILE_KINDS = frozenset({QuestionKind.NUMERIC, QuestionKind.DATE})


class DeadlineBasis(StrEnum):
    """Whose deadline a question has."""

    STATED = "stated"
    IMPLIED = "implied"
    ANALYST = "analyst"


class Attribution(CodedWord):
    """How a prediction's speaker is known; an ambiguous one is on no speaker's card."""

    STATED = "stated"
    INFERRED = "inferred"
    AMBIGUOUS = "ambiguous"


class Fidelity(CodedWord):
    """Whether a relayed prediction is still what the speaker said."""

    VERBATIM = "verbatim"
    FAITHFUL = "faithful"
    HARDENED = "hardened"
    SOFTENED = "softened"
    UNVERIFIED = "unverified"


class Endorsement(CodedWord):
    """What the article does with a prediction."""

    OWN = "own"
    RELAYED = "relayed"
    ENDORSED = "endorsed"
    DISPUTED = "disputed"


class ClaimType(CodedWord):
    """What kind of claim the words make, told by the words and not by the number."""

    FORECAST = "forecast"
    POSSIBILITY = "possibility"
    ANNOUNCEMENT = "announcement"
    PRESUPPOSITION = "presupposition"


class Side(StrEnum):
    """The outcome of a binary question: what a phrase speaks of, or what happened."""

    YES = "yes"
    NO = "no"


class Fit(CodedWord):
    """How well the question is what was said."""

    EXACT = "exact"
    OPERATIONALISED = "operationalised"
    PROXY = "proxy"


class Basis(CodedWord):
    """Who chose a prediction's number."""

    STATED = "stated"
    STANDARD = "standard"
    SURVEY = "survey"
    ANALYST = "analyst"


class PassageReason(StrEnum):
    """Why a passage was judged to be no prediction."""

    PAST_EVENT = "past-event"
    PLAN_REPORTED = "plan-reported"
    NORM = "norm"
    MOTIVE = "motive"
    PRESENT_STATE = "present-state"
    RHETORICAL = "rhetorical"
    TRANSLATION = "translation"
    RETROSPECTIVE = "retrospective"


class VoidReason(StrEnum):
    """Why a question scores nobody. A condition that was not met is derived, never written."""

    UNCLEAR_FACTS = "unclear-facts"
    BAD_QUESTION = "bad-question"


class Certainty(StrEnum):
    """How sure a resolution is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


NOT_BY_DEADLINE = "not-by-deadline"


class QuestionStatus(StrEnum):
    """Where a question stands on a day: due is open past its deadline, untested hangs on a condition that failed."""

    OPEN = "open"
    DUE = "due"
    RESOLVED = "resolved"
    VOID = "void"
    UNTESTED = "untested"


class Bucket(CodedWord):
    """The one bucket a claim is in for a source; the buckets add up to the source's predictions."""

    SCORED = "scored"
    OPEN = "open"
    VOID = "void"
    UNTESTED = "untested"
    LATE = "late"
    UNSCORABLE = "unscorable"
    POSSIBILITIES = "possibilities"
    ANNOUNCEMENTS = "announcements"
    PROXIES = "proxies"
    SET_ASIDE = "set_aside"
    REPEATS = "repeats"


class Role(StrEnum):
    """Whose card a prediction is read onto."""

    SPEAKER = "speaker"
    AUTHOR = "author"
    OUTLET = "outlet"


class Which(StrEnum):
    """Which of a source's predictions on one question counts."""

    FIRST = "first"
    LAST = "last"


class Wording(StrEnum):
    """Which end of the range that the wording allows is scored."""

    BEST = "best"
    POINT = "point"
    WORST = "worst"
