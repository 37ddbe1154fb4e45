"""Views over all sources together, where numbers are real when a single source's are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from forecasts.domain.formats import percent
from forecasts.domain.scorecards import PooledRow, PooledView
from forecasts.scoring import LEAD_TIMES, WORDING_BANDS, ClaimType, pooled
from forecasts.scoring.cards.pooled import Grouping

if TYPE_CHECKING:
    from forecasts.domain.score_filters import ScoreFilters
    from forecasts.scoring import Pooled, Scorecards
    from forecasts.services.columns import LedgerColumns
    from forecasts.services.ledger import Ledger

GROUPINGS: tuple[Grouping, ...] = get_args(Grouping)
_UNSURE, _SURE = (percent(band) for band in WORDING_BANDS)
_WORDING = (f"up to {_UNSURE}", f"{_UNSURE} to {_SURE}", f"above {_SURE}")
_LEAD_TIME = (
    f"under {LEAD_TIMES[0]} days",
    f"{LEAD_TIMES[0]} days to a year",
    "a year or longer",
)
_NO_SCENARIO = "(none)"


def pooled_views(ledger: Ledger, filters: ScoreFilters) -> tuple[PooledView, ...]:
    """The claims of all sources under these filters, by wording, claim type, lead time and scenario.

    Errors: UnknownRecordError for a scenario or standard.
    """
    from forecasts.services.scoreboard import open_board

    with open_board(ledger, filters) as (_, board):
        return pooled_of(board.held, board.cards)


def pooled_of(held: LedgerColumns, cards: Scorecards) -> tuple[PooledView, ...]:
    """The views of the claims behind a board; groups without a resolved claim are left out."""
    return tuple(
        PooledView(grouping=grouping, rows=_rows(held, pooled(held.columns, cards, grouping), grouping))
        for grouping in GROUPINGS
    )


def _rows(held: LedgerColumns, table: Pooled, grouping: Grouping) -> tuple[PooledRow, ...]:
    return tuple(
        PooledRow(
            group=_name(held, int(table.group[row]), grouping),
            n=int(table.n[row]),
            came_true=float(table.came_true[row]),
            expected=known(table.expected[row]),
            brier=known(table.brier[row]),
            brier_low=known(table.brier_low[row]),
            brier_high=known(table.brier_high[row]),
        )
        for row in range(table.group.size)
    )


def _name(held: LedgerColumns, group: int, grouping: Grouping) -> str:
    if grouping == "wording":
        return _WORDING[group]
    if grouping == "lead_time":
        return _LEAD_TIME[group]
    if grouping == "claim_type":
        return ClaimType(group).name.lower()
    return held.scenarios[group] if group >= 0 else _NO_SCENARIO


def known(value: float) -> float | None:
    """A figure as a plain number, None where there is none."""
    return None if value != value else float(value)
