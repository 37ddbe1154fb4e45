"""How the claims came out that an outlet passed on without making them its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from forecasts.scoring.codes import Bucket, Endorsement
from forecasts.scoring.core.intervals import group_mean
from forecasts.scoring.counting.classify import sort_claims
from forecasts.scoring.counting.holders import holders
from forecasts.scoring.counting.scored import score_claims

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecasts.scoring.columns import Columns
    from forecasts.scoring.counting.view import View

    Floats = NDArray[np.float64]
    Ints = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Carried:
    """By source, for the outlets among them: claims they relayed and claims they disputed, one per outlet and question.

    relayed_n, disputed_n          scored claims
    relayed_brier, disputed_brier  the mean Brier score of those who made them, 0-1, NaN without any: where it is low,
                                   what the outlet relayed (or disputed) came true
    """

    relayed_n: Ints
    relayed_brier: Floats
    disputed_n: Ints
    disputed_brier: Floats


def carried(columns: Columns, view: View) -> Carried:
    """The claims each outlet carried, counted as the view counts; its `by` plays no part."""
    return Carried(*_scores(columns, view, Endorsement.RELAYED), *_scores(columns, view, Endorsement.DISPUTED))


def _scores(columns: Columns, view: View, stance: Endorsement) -> tuple[Ints, Floats]:
    claims = sort_claims(columns, *holders(columns, "outlet", (stance,)), view)[0]
    scored = score_claims(columns, claims, np.flatnonzero(claims.bucket == Bucket.SCORED), view.wording)
    count = len(columns.sources)
    return np.bincount(scored.source, minlength=count), group_mean(scored.source, scored.brier, count)
