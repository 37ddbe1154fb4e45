"""Integer codes for the closed vocabularies of the record, as the columns hold them.

Each member carries the name of its value in the record, in capitals: `Fit["PROXY"]` is the code of "proxy". The numbers
are internal to one run: nothing stores them.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final, Literal

By = Literal["speaker", "author", "outlet"]
Which = Literal["first", "last"]
Wording = Literal["best", "point", "worst"]

NO_DAY: Final = 2**31 - 1
"""The day that never comes: fills every int32 day column where the record gives no day."""

NONE: Final = -1
"""Fills every index column where there is nothing to point at."""

SCALED_UNIT: Final = -2
"""The unit of a CRPS that was divided by its question's range: a share of the range, without a dimension."""


class QuestionKind(IntEnum):
    BINARY = 0
    MULTIPLE_CHOICE = 1
    ORDERED = 2
    NUMERIC = 3
    DATE = 4


class QuestionState(IntEnum):
    """What was written of a question. UNTESTED is never written: it is derived from conditions."""

    OPEN = 0
    RESOLVED = 1
    VOID = 2
    UNTESTED = 3


class ClaimType(IntEnum):
    FORECAST = 0
    POSSIBILITY = 1
    ANNOUNCEMENT = 2
    PRESUPPOSITION = 3


class Fit(IntEnum):
    EXACT = 0
    OPERATIONALISED = 1
    PROXY = 2


class Attribution(IntEnum):
    STATED = 0
    INFERRED = 1
    AMBIGUOUS = 2


class Fidelity(IntEnum):
    VERBATIM = 0
    FAITHFUL = 1
    HARDENED = 2
    SOFTENED = 3
    UNVERIFIED = 4


class Endorsement(IntEnum):
    OWN = 0
    RELAYED = 1
    ENDORSED = 2
    DISPUTED = 3


class Basis(IntEnum):
    STATED = 0
    STANDARD = 1
    SURVEY = 2
    ANALYST = 3


class Bucket(IntEnum):
    """The one bucket that a claim is in for a source, in the order in which the buckets are shown."""

    SCORED = 0
    OPEN = 1
    VOID = 2
    UNTESTED = 3
    LATE = 4
    UNSCORABLE = 5
    POSSIBILITIES = 6
    ANNOUNCEMENTS = 7
    PROXIES = 8
    SET_ASIDE = 9
    REPEATS = 10
