"""What scoring reads of the ledger, as columns of plain values: tuples of equal length, straight from the driver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlalchemy as sa

Rows = list[Any]

QUERIES: dict[str, str] = {
    "source": "SELECT id, slug, name, kind, anonymous FROM source ORDER BY id",
    "article": (
        "SELECT id, published_first_on, published_last_on, outlet_id, coverage, slug, title FROM article ORDER BY id"
    ),
    "article_author": "SELECT article_id, source_id FROM article_author ORDER BY article_id, position",
    "scenario": "SELECT id, slug, title FROM scenario ORDER BY id",
    "question": (
        "SELECT id, kind, opens_on, COALESCE(closes_on, resolves_on), resolves_on, unit, range_low, range_high,"
        " scenario_id, variant_of_id, written_on, condition_question_id, condition_outcome, slug, title"
        " FROM question ORDER BY id"
    ),
    "question_option": "SELECT question_id, name FROM question_option ORDER BY question_id, position",
    "question_reference": (
        "SELECT question_id, as_of, probability, basis FROM question_reference ORDER BY question_id, position"
    ),
    "resolution": (
        "SELECT question_id, outcome, outcome_number, outcome_on, void, known_first_on"
        " FROM resolution WHERE superseded_reason = '' ORDER BY question_id"
    ),
    "prediction": (
        "SELECT id, question_id, article_id, made_first_on, made_last_on, claim_type, fit, attribution, fidelity,"
        " endorsement, basis, unscorable, restates_id, supersedes_id, paragraph, slug, probability, low, high,"
        " phrase_about, phrase, coded_on FROM prediction ORDER BY id"
    ),
    "prediction_speaker": "SELECT prediction_id, source_id FROM prediction_speaker ORDER BY prediction_id, position",
    "prediction_condition": (
        "SELECT prediction_id, question_id, outcome FROM prediction_condition ORDER BY prediction_id, position"
    ),
    "prediction_option": (
        "SELECT o.prediction_id, o.probability FROM prediction_option AS o"
        " JOIN prediction AS p ON p.id = o.prediction_id"
        " JOIN question_option AS q ON q.question_id = p.question_id AND q.name = o.name"
        " ORDER BY o.prediction_id, q.position"
    ),
    "prediction_quantile": (
        "SELECT prediction_id, level, value FROM prediction_quantile ORDER BY prediction_id, level"
    ),
}


@dataclass(frozen=True, slots=True)
class ScoringRows:
    """Rows by query name, as the driver gives them."""

    rows: dict[str, Rows]

    def columns(self, name: str) -> tuple[tuple[Any, ...], ...]:
        """The rows of a query turned into columns; as many empty ones where there are no rows."""
        found = self.rows[name]
        if found:
            return tuple(zip(*found, strict=True))
        width = QUERIES[name].split(" FROM ", 1)[0].replace("COALESCE(closes_on, resolves_on)", "closes_on").count(",")
        return ((),) * (width + 1)


def read_scoring_rows(connection: sa.Connection) -> ScoringRows:
    """Everything that scoring needs, in one moment of the ledger. Dates are as the driver gives them."""
    return ScoringRows({name: list(connection.exec_driver_sql(query)) for name, query in QUERIES.items()})
