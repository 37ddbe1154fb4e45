"""Columns of an archive's tables as Arrow: words for codes, days for ordinals, lists for rows of several values."""

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from forecasts.domain.kinds import DeadlineBasis, QuestionKind
from forecasts.scoring.columns import NO_DAY, NO_TIME, NONE, VOCABULARIES, QuestionState

_UNIX_DAY: Final = 719_163  # the ordinal of the day from which Arrow counts
INT32, INT64 = pa.int32(), pa.int64()
_NOTHING: Final = {"day": NO_DAY, "number": NONE, "moment": NO_TIME}
"""What stands in a column of scoring where there is nothing, by what the column holds."""
_TYPES: Final = {
    "day": pa.date32(),
    "number": INT32,
    "moment": INT64,
    "share": pa.float64(),
    "flag": pa.bool_(),
    "text": pa.string(),
}
_WORDS: Final = {
    **{name: [str(word) for word in words] for name, words in VOCABULARIES.items()},
    "kind": [str(word) for word in QuestionKind],
    "deadline_basis": [str(word) for word in DeadlineBasis],
    "state": [state.name.lower() for state in QuestionState],
}
PREDICTION: Final = {
    "question": "number",
    "made_first": "day",
    "made_last": "day",
    "made_at": "moment",
    **dict.fromkeys(VOCABULARIES, "word"),
    "unscorable": "flag",
    "paragraph": "number",
    "probability": "share",
    "low": "share",
    "high": "share",
    "about_no": "flag",
    "sentence": "moment",
    "coded_on": "day",
    "condition_question": "number",
    "condition_outcome": "number",
    "option_probability": "share",
    "quantile_level": "share",
    "quantile_value": "share",
}
QUESTION: Final = {
    "kind": "word",
    "opens_on": "day",
    "closes_on": "day",
    "resolves_on": "day",
    "range_low": "share",
    "range_high": "share",
    "deadline_basis": "word",
    "implied": "number",
    "variant_of": "number",
    "written_on": "day",
    "condition_question": "number",
    "condition_outcome": "number",
    "reference_day": "day",
    "reference_probability": "share",
}
RESOLUTION: Final = {"state": "word", "outcome": "share", "not_by_deadline": "flag", "known_on": "day"}
_STARTS: Final = {
    "implied": "implied_start",
    "condition_question": "condition_start",
    "condition_outcome": "condition_start",
    "reference_day": "reference_start",
    "reference_probability": "reference_start",
    "option_probability": "option_start",
    "quantile_level": "quantile_start",
    "quantile_value": "quantile_start",
}
"""Where the values of each record begin, by the column that holds several."""


def _field(name: str, holds: str) -> pa.Field:
    kind = pa.dictionary(pa.int8(), pa.string()) if holds == "word" else _TYPES[holds]
    return pa.field(name, pa.list_(kind) if name in _STARTS else kind)


CLAIMS: Final = pa.schema(
    [
        ("prediction", INT64),
        ("slug", pa.string()),
        ("article", pa.string()),
        ("sources", pa.list_(INT32)),
        ("is_first_copy", pa.bool_()),
        ("published_on", pa.date32()),
        ("full_coverage", pa.bool_()),
        ("proposed", pa.bool_()),
        ("supersedes", INT64),
        ("restates", INT64),
        ("phrase", pa.string()),
        *(_field(*item) for item in PREDICTION.items()),
    ]
)
QUESTIONS: Final = pa.schema(
    [
        ("question", INT32),
        ("slug", pa.string()),
        ("scenario", pa.string()),
        ("unit", pa.string()),
        ("options", pa.list_(pa.string())),
        ("reference_name", pa.list_(pa.string())),
        *(_field(*item) for item in QUESTION.items()),
    ]
)
RESOLUTIONS: Final = pa.schema([("question", INT32), *(_field(*item) for item in RESOLUTION.items())])
SOURCES: Final = pa.schema(
    [
        ("source", INT32),
        ("slug", pa.string()),
        ("name", pa.string()),
        ("kind", pa.string()),
        ("anonymous", pa.bool_()),
        ("bucket", INT32),
    ]
)
SCENARIOS: Final = pa.schema([("slug", pa.string())])
PHRASES: Final = pa.schema(
    [
        ("standard", pa.string()),
        ("term", pa.string()),
        ("aliases", pa.list_(pa.string())),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("low_open", pa.bool_()),
        ("high_open", pa.bool_()),
        ("point", pa.float64()),
    ]
)


def to_arrow(values: NDArray[Any], name: str, holds: str) -> pa.Array:
    if holds == "word":
        return pa.DictionaryArray.from_arrays(pa.array(values, pa.int8()), pa.array(_WORDS[name]))
    if holds == "share":
        return pa.array(values, pa.float64(), from_pandas=True)
    if holds not in _NOTHING:
        return pa.array(values, _TYPES[holds])
    missing = values == _NOTHING[holds]
    if holds == "day":
        return pa.array(values - np.int32(_UNIX_DAY), INT32, mask=missing).view(pa.date32())
    return pa.array(values, _TYPES[holds], mask=missing)


def from_arrow(array: pa.Array, name: str, holds: str) -> NDArray[Any]:
    """ValueError for a word that is none."""
    if holds == "word":
        codes = pc.index_in(array.cast(pa.string()), value_set=pa.array(_WORDS[name]))
        if codes.null_count:
            msg = f"{name} has a word that is none of {', '.join(_WORDS[name])}"
            raise ValueError(msg)
        return np.array(codes.to_numpy(zero_copy_only=False), dtype=np.int8)
    if holds == "day":
        days = pc.fill_null(array.view(INT32), NO_DAY - _UNIX_DAY)
        return np.array(days.to_numpy(zero_copy_only=False), dtype=np.int32) + np.int32(_UNIX_DAY)
    if holds in _NOTHING:
        array = pc.fill_null(array, pa.scalar(_NOTHING[holds], array.type))
    return np.array(array.to_numpy(zero_copy_only=False), dtype=_TYPES[holds].to_pandas_dtype())


def one(table: pa.Table, name: str) -> pa.Array:
    column = table.column(name)
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def lists_of(starts: NDArray[Any], values: pa.Array) -> pa.Array:
    """Values as a list for each row, from where those of each begin."""
    return pa.ListArray.from_arrays(pa.array(starts.astype(np.int32)), values)


def values_of(array: pa.Array) -> tuple[NDArray[np.int64], pa.Array]:
    """Where the values of each row begin, and the values."""
    offsets = array.offsets.to_numpy().astype(np.int64)
    return offsets - offsets[0], array.flatten()


def arrays_of(columns: Any, spec: dict[str, str]) -> dict[str, pa.Array]:
    """Columns of a table of scoring as Arrow."""
    found = {}
    for name, holds in spec.items():
        values = to_arrow(getattr(columns, name), name, holds)
        found[name] = lists_of(getattr(columns, _STARTS[name]), values) if name in _STARTS else values
    return found


def columns_of(table: pa.Table, spec: dict[str, str]) -> dict[str, NDArray[Any]]:
    """Columns of a table of scoring, from Arrow. ValueError for what is none."""
    found: dict[str, NDArray[Any]] = {}
    for name, holds in spec.items():
        array = one(table, name)
        if name in _STARTS:
            found[_STARTS[name]], array = values_of(array)
        found[name] = from_arrow(array, name, holds)
    return found
