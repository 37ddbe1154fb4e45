"""Generated ledgers as archives, without a database between: what is scored as columns, and what stands in files."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from forecasts.domain.records import Phrase
from forecasts.scoring import Columns, PredictionColumns, scorecards
from forecasts.scoring.arrays import take_rows
from forecasts.services.archive import Holders, Spread, write_others
from forecasts.services.archive_files import bucket_of, written_archive
from forecasts.services.archive_tables import (
    Named,
)
from forecasts.services.card_figures import beside_of, scorecards_of
from forecasts.services.columns import LedgerColumns
from forecasts.services.scoreboard import FORMULA_VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from forecasts.domain.scorecards import Scorecard
    from forecasts.scoring.columns import By, Which, Wording

PHRASES = (Phrase(standard="s", term="will", low=0.9, high=1.0),)


def named_ledger(columns: Columns) -> LedgerColumns:
    """The columns of a ledger with names; slugs rank as the columns say."""
    count = len(columns.questions)
    known = int(np.max(columns.questions.scenario, initial=-1)) + 1
    nobody = np.zeros(0, dtype=np.int64)
    return LedgerColumns(
        columns,
        sources=tuple((f"source-{at}", f"Source {at}", "person") for at in range(len(columns.sources))),
        scenarios=tuple(f"scenario-{at}" for at in range(known)),
        questions=tuple(f"question-{at}" for at in range(count)),
        options=tuple(
            tuple(f"option {at}" for at in range(options)) if kind else ()
            for kind, options in zip(
                columns.questions.kind.tolist(), columns.questions.option_count.tolist(), strict=True
            )
        ),
        units=("people", "metres"),
        references=("base rate", "market"),
        phrases=(),
        prediction_keys=np.arange(1, len(columns.predictions) + 1, dtype=np.int64),
        source_keys=nobody,
        article_keys=nobody,
        question_keys=nobody,
    )


def write(data: LedgerColumns, folder: Path, buckets: int, at_once: int = 7) -> None:
    """The archive of a ledger, so many predictions at once."""
    columns = data.columns
    table, numbers = columns.predictions, data.prediction_keys
    bucket = np.array([bucket_of(slug, buckets) for slug, _, _ in data.sources])
    later = np.flatnonzero(table.supersedes >= 0)
    with written_archive(folder, buckets) as writer:
        held = _part(table, later)
        spread = Spread(
            writer,
            bucket,
            columns.articles,
            numbers[later],
            numbers[table.supersedes[later]],
            Holders(held.speaker_start, held.speaker, held.article),
        )
        write_others(writer, data, bucket, PHRASES)
        for start in range(0, len(table), at_once):
            rows = np.arange(start, min(start + at_once, len(table)))
            named = Named(
                numbers[rows],
                np.zeros(rows.size, dtype=np.int64),
                np.where(table.restates[rows] >= 0, numbers[table.restates[rows]], 0),
                [f"p{rank:06d}" for rank in table.slug_rank[rows].tolist()],
                [None if at < 0 else f"article-{at}" for at in table.article[rows].tolist()],
                ["will"] * rows.size,
                (rows % 3 == 0).tolist(),
            )
            spread.add(_part(table, rows), named)
        writer.finish(FORMULA_VERSION, ("receipt",), len(table))


def _part(table: PredictionColumns, rows: NDArray[Any]) -> PredictionColumns:
    many = {"condition_question": "condition", "condition_outcome": "condition", "speaker": "speaker"}
    many |= {"option_probability": "option", "quantile_level": "quantile", "quantile_value": "quantile"}
    parts: dict[str, Any] = {}
    for field in fields(PredictionColumns):
        values = getattr(table, field.name)
        if field.name.endswith("_start"):
            parts[field.name] = np.concatenate(([0], np.cumsum(values[rows + 1] - values[rows])))
        elif field.name in many:
            parts[field.name] = values[take_rows(getattr(table, f"{many[field.name]}_start"), rows)[1]]
        else:
            parts[field.name] = values[rows]
    return PredictionColumns(**parts)


def board(data: LedgerColumns, by: By, which: Which, wording: Wording, as_of: int) -> list[Scorecard]:
    """The scorecards of the columns."""
    cards = scorecards(data.columns, by=by, which=which, wording=wording, as_of=as_of)
    shown = np.flatnonzero(cards.predictions)
    return scorecards_of(data, cards, shown, beside_of(data, cards, data.prediction_keys[::3], shown))
