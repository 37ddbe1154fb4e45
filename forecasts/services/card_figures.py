"""From the arrays of a board to plain scorecards and pooled views, a column at a time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from itertools import repeat
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from forecasts.domain.card_claims import CrpsFigure
from forecasts.domain.fields import maker, record_fields
from forecasts.domain.formats import percent
from forecasts.domain.glossary import HINDSIGHT
from forecasts.domain.kinds import Bucket, ClaimType, SourceKind
from forecasts.domain.scorecards import Carried, PooledRow, PooledView, Scorecard
from forecasts.scoring import LEAD_TIMES, REASON_TEXT, WORDING_BANDS, Reason, Scorecards, carried, pooled
from forecasts.scoring import Carried as CarriedClaims
from forecasts.scoring.cards.benefit_of_doubt import Doubt, benefit_of_doubt
from forecasts.scoring.cards.comparison import Grouping, Pooled
from forecasts.scoring.cards.ranking import REASONS as MISSING
from forecasts.scoring.counting.scored import Scored
from forecasts.scoring.counting.view import View
from forecasts.services.columns import LedgerColumns, nan_to_none, nans_to_none

REASONS = tuple(REASON_TEXT[reason] for reason in Reason)

_CARRIED = tuple(f"{what}_brier{end}" for what in ("relayed", "disputed") for end in ("", "_low", "_high"))
_NONE_IS_ZERO = ("rank", "rank_low", "rank_high", "component")
_SEVERAL = "several"
GROUPINGS: tuple[Grouping, ...] = get_args(Grouping)
_UNSURE, _SURE = (percent(band) for band in WORDING_BANDS)
_WORDING = (f"up to {_UNSURE}", f"{_UNSURE} to {_SURE}", f"above {_SURE}")
_LEAD_TIME = (f"under {LEAD_TIMES[0]} days", f"{LEAD_TIMES[0]} days to a year", "a year or longer")
_NO_SCENARIO = "(none)"


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands on cards beside the figures of a board, by the position of the source.

    proposed  how many of its claims a program proposed first
    carried   what outlets carried, on a board of outlets
    doubt     the fields of Doubt, shape (sources, 3), NaN where they were not asked for; None for none at all
    """

    proposed: NDArray[np.int64]
    carried: CarriedClaims | None
    doubt: NDArray[np.float64] | None

    def undoubted(self) -> "Beside":
        return replace(self, doubt=None)


def beside_of(
    data: LedgerColumns, cards: Scorecards, proposed: NDArray[np.int64], doubted: NDArray[np.intp] | None
) -> Beside:
    """The same of a board that is open. `proposed` are the keys of the predictions that a program proposed first,
    `doubted` the sources whose benefit of the doubt is asked for, None where it is on no card.
    """
    by_program = np.isin(data.prediction_keys[cards.claims.prediction], proposed)
    return beside_claims(data, cards.view, cards.claims.source[by_program], cards.scored, doubted)


def beside_claims(
    data: LedgerColumns, view: View, proposed: NDArray[np.int32], scored: Scored, doubted: NDArray[np.intp] | None
) -> Beside:
    """The same of the claims in a view. `proposed` is the source of each claim that a program proposed first."""
    doubt = None
    if doubted is not None:
        doubt = np.full((len(data.sources), len(Doubt._fields)), np.nan)
        found = benefit_of_doubt(data.columns, scored, view.by, doubted.tolist())
        doubt[doubted] = np.reshape(found, (-1, len(Doubt._fields)))
    return Beside(
        proposed=np.bincount(proposed, minlength=len(data.sources)),
        carried=carried(data.columns, view) if view.by == "outlet" else None,
        doubt=doubt,
    )


def scorecards_of(
    data: LedgerColumns, cards: Scorecards, positions: NDArray[np.intp], beside: Beside
) -> list[Scorecard]:
    """The scorecards of the sources at these positions, without the claims behind them."""
    named = [data.sources[position] for position in positions.tolist()]
    arrays = {name: getattr(cards, name)[positions] for name in _shared_fields()}
    figures: dict[str, list[Any]] = {
        name: nans_to_none(values) for name, values in arrays.items() if values.dtype.kind == "f"
    }
    if beside.doubt is not None:
        doubts = zip(Doubt._fields, beside.doubt[positions].T, strict=True)
        figures |= {name: nans_to_none(values) for name, values in doubts}
    figures |= {name: [rank or None for rank in arrays[name].tolist()] for name in _NONE_IS_ZERO}
    columns: dict[str, Sequence[Any]] = {
        **{name: values.tolist() for name, values in arrays.items() if name not in figures},
        **figures,
        **{bucket.value: cards.buckets[positions, bucket.code].tolist() for bucket in Bucket},
        "source": [slug for slug, _, _ in named],
        "name": [name for _, name, _ in named],
        "kind": _kinds([kind for _, _, kind in named]),
        "anonymous": data.columns.sources.anonymous[positions].tolist(),
        "reference": [
            data.references[code] if code >= 0 else _SEVERAL if code < -1 else None
            for code in cards.reference[positions].tolist()
        ],
        **{name: getattr(cards.hindsight, name.removeprefix("hindsight_"))[positions].tolist() for name in HINDSIGHT},
        "proposed": beside.proposed[positions].tolist(),
        "why_not_ranked": [cards.why_not_ranked(position) or "" for position in positions.tolist()],
        "crps": _crps(data, cards, positions),
        "carried": _carried(beside.carried, positions) if beside.carried else [None] * positions.size,
        "reasons": _reasons(cards, figures, positions),
    }
    values = (columns[field.name] if field.name in columns else repeat(field.default) for field in fields(Scorecard))
    return list(map(maker(Scorecard), *values))


@cache
def _shared_fields() -> tuple[str, ...]:
    """The figures and counts of a card that are arrays of a board under the same name."""
    of_board = {"predictions", *(field.name for field in fields(Scorecards))}
    return tuple(
        name
        for name, spec in record_fields(Scorecard).items()
        if name in of_board - set(Bucket) and spec.type in (float, int, bool)
    )


def _kinds(kinds: Sequence[str]) -> list[SourceKind]:
    of_word = {kind: SourceKind(kind) for kind in set(kinds)}
    return [of_word[kind] for kind in kinds]


def _reasons(cards: Scorecards, figures: dict[str, list[Any]], positions: NDArray[np.intp]) -> list[dict[str, str]]:
    """For each source, why a figure does not exist, by the figures that do not."""
    found: list[dict[str, str]] = [{} for _ in range(positions.size)]
    for name, values in ((name, figures[name]) for name in MISSING if name in figures):
        codes = cards.reason(name)[positions].tolist()
        for reasons, value, code in zip(found, values, codes, strict=True):
            if value is None:
                reasons[name] = REASONS[code]
    return found


def _crps(data: LedgerColumns, cards: Scorecards, positions: NDArray[np.intp]) -> list[tuple[CrpsFigure, ...]]:
    table = cards.crps
    of_source: dict[int, list[CrpsFigure]] = defaultdict(list)
    for row, source in enumerate(table.source.tolist()):
        of_source[source].append(
            CrpsFigure(
                unit=data.unit_name(int(table.unit[row])),
                n=int(table.n[row]),
                mean=float(table.mean[row]),
                intervals=int(table.interval_n[row]),
                coverage=nan_to_none(float(table.coverage[row])),
                promised=nan_to_none(float(table.promised[row])),
                interval_score=nan_to_none(float(table.interval_score[row])),
            )
        )
    return [tuple(of_source.get(position, ())) for position in positions.tolist()]


def _carried(table: CarriedClaims, positions: NDArray[np.intp]) -> list[Carried]:
    return [
        Carried(
            relayed=int(table.relayed_n[position]),
            disputed=int(table.disputed_n[position]),
            **{name: nan_to_none(getattr(table, name)[position]) for name in _CARRIED},
        )
        for position in positions.tolist()
    ]


def pooled_of(data: LedgerColumns, cards: Scorecards) -> tuple[PooledView, ...]:
    """The views of the claims behind a board; groups without a resolved claim are left out."""
    return tuple(PooledView(grouping=grouping, rows=pooled_rows(data, cards, grouping)) for grouping in GROUPINGS)


def pooled_rows(
    data: LedgerColumns, cards: Scorecards, grouping: Grouping, source: int | None = None
) -> tuple[PooledRow, ...]:
    """One view, of all claims or of one source's."""
    return named_rows(data, pooled(data.columns, cards, grouping, source), grouping)


def named_rows(data: LedgerColumns, table: Pooled, grouping: Grouping) -> tuple[PooledRow, ...]:
    return tuple(
        PooledRow(
            group=_group_name(data, int(table.group[row]), grouping),
            n=int(table.n[row]),
            came_true=float(table.came_true[row]),
            expected=nan_to_none(table.expected[row]),
            brier=nan_to_none(table.brier[row]),
            brier_low=nan_to_none(table.brier_low[row]),
            brier_high=nan_to_none(table.brier_high[row]),
        )
        for row in range(table.group.size)
    )


def _group_name(data: LedgerColumns, group: int, grouping: Grouping) -> str:
    if grouping == "wording":
        return _WORDING[group]
    if grouping == "lead_time":
        return _LEAD_TIME[group]
    if grouping == "claim_type":
        return list(ClaimType)[group].value
    return data.scenarios[group] if group >= 0 else _NO_SCENARIO
