"""Arrow: rows as tables and as streamed Parquet files, each column with its type and its description."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from forecasts.errors import DamagedValueError
from forecasts.files import Written

if TYPE_CHECKING:
    import pyarrow as pa

BATCH = 10_000
"""So many rows are in memory at once as Python has them."""

_GROUP = 10
"""So many batches are a row group of Parquet."""


def schema_of(columns: Mapping[str, tuple[str, str]], says: str, **metadata: str) -> pa.Schema:
    """The schema of columns, of each what it holds (as in `db.layout`) and what it says, which is in its metadata.

    ImportError without pyarrow.
    """
    import pyarrow as pa

    types = {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "flag": pa.bool_(),
        "day": pa.date32(),
        "instant": pa.timestamp("us", "UTC"),
    }
    fields = [
        pa.field(name, types[holds], metadata={"description": description})
        for name, (holds, description) in columns.items()
    ]
    return pa.schema(fields, {"description": says, **metadata})


def batches(schema: pa.Schema, rows: Iterable[Sequence[Any]]) -> Iterator[pa.RecordBatch]:
    """The rows as they come, days and instants as either engine has them. DamagedValueError for what is none."""
    import pyarrow as pa

    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        cells = zip(*batch, strict=True)
        yield pa.RecordBatch.from_arrays(
            [_array(field, values) for field, values in zip(schema, cells, strict=True)], schema=schema
        )


def _array(field: pa.Field, values: Sequence[Any]) -> pa.Array:
    import pyarrow as pa

    try:
        return pa.array(values).cast(field.type)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        msg = (
            f"The database holds what is no {field.type} in the place of {field.name}: it was changed past the program."
        )
        raise DamagedValueError(msg, "`forecasts check` tells where.") from error


def table_of(schema: pa.Schema, rows: Iterable[Sequence[Any]]) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_batches(batches(schema, rows), schema)


def parquet_parts(schema: pa.Schema, rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """A Parquet file as it is made, a row group at a time."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    written, made = Written(), batches(schema, rows)
    with ParquetWriter(written, schema, compression="zstd") as writer:
        while group := list(islice(made, _GROUP)):
            writer.write_table(pa.Table.from_batches(group))
            yield from written.taken()
    yield from written.taken()
