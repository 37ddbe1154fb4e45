"""Codes that the columns hold beside those of the record's vocabularies (`forecasts.domain.kinds`)."""

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


class QuestionState(IntEnum):
    """What was written of a question. UNTESTED is never written: it is derived from conditions."""

    OPEN = 0
    RESOLVED = 1
    VOID = 2
    UNTESTED = 3
