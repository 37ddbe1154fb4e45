"""What a record must satisfy beyond the values of its single fields. Bad data is told, never raised.

Each check answers with problems (field, found, expected) that carry the record's table and name; a caller that knows
the file adds it. This is the one module to import the checks from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.domain.agreement import (
    condition_problems,
    prediction_problems,
    read_outcome,
    resolution_problems,
    variant_problems,
)
from forecasts.domain.checks import placed
from forecasts.domain.record_rules import combined_problems
from forecasts.domain.references import condition_cycles, cycles, nearest, reference_problems
from forecasts.domain.values import field_problems

if TYPE_CHECKING:
    from forecasts.domain.records import Record
    from forecasts.errors import Problem

__all__ = [
    "condition_cycles",
    "condition_problems",
    "cycles",
    "nearest",
    "prediction_problems",
    "read_outcome",
    "record_problems",
    "reference_problems",
    "resolution_problems",
    "rule_problems",
    "variant_problems",
]


def record_problems(record: Record) -> tuple[Problem, ...]:
    """Everything wrong with a record that the record alone shows: its single values and how they go together."""
    return placed(record, field_problems(record)) + rule_problems(record)


def rule_problems(record: Record) -> tuple[Problem, ...]:
    """How the values of a record fail to go together, each value by itself being allowed."""
    return placed(record, combined_problems(record))
