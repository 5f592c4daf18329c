"""Tables as Parquet, by pyarrow where it is installed."""

import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from .table import Column, Kind, Table
from .whole_file import whole_file

MISSING_TEXT = "Parquet needs pyarrow: pip install 'solidcell[parquet]'"


class ParquetMissingError(Exception):
    """pyarrow is not installed. Says how to get it."""


def parquet_is_available() -> bool:
    """Whether Parquet can be written here; imports nothing."""
    return find_spec("pyarrow") is not None


def write_parquet_table(path: Path, table: Table, about: Mapping[str, Any]) -> int:
    """Write a table and return how many rows it has. ``path`` appears whole or not at all.

    A missing value is null. Unit and meaning of a column stand in the metadata of its field,
    ``about`` as JSON under ``solidcell`` in that of the schema. A page is a row group. Raises
    ``ParquetMissingError`` without pyarrow.
    """
    if not parquet_is_available():
        raise ParquetMissingError(MISSING_TEXT)
    import pyarrow as pa
    from pyarrow import parquet as pq

    told = {b"solidcell": json.dumps(about, ensure_ascii=False, allow_nan=False).encode()}
    schema = pa.schema([_field(pa, column) for column in table.columns], metadata=told)
    rows = 0
    with whole_file(path) as draft, pq.ParquetWriter(draft, schema, **_how(table)) as writer:
        for page in table.pages():
            arrays = [
                pa.array(values, type=field.type, from_pandas=True)  # NaN becomes null
                for field, values in zip(schema, page, strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            rows += len(page[0])
    return rows


def _field(pa: Any, column: Column) -> Any:
    types = {Kind.INTEGER: pa.int64(), Kind.REAL: pa.float64(), Kind.TEXT: pa.string()}
    told = {"unit": column.unit, "meaning": column.meaning, "term": column.term}
    return pa.field(
        column.name,
        types[column.kind],
        metadata={name: word for name, word in told.items() if word},
    )


def _how(table: Table) -> dict[str, Any]:
    """What packs each kind of column tightest: noise does not repeat, but its high bytes do."""
    encodings = {Kind.INTEGER: "DELTA_BINARY_PACKED", Kind.REAL: "BYTE_STREAM_SPLIT"}
    return {
        "compression": "zstd",
        "compression_level": 9,
        "use_dictionary": [c.name for c in table.columns if c.kind is Kind.TEXT],
        "column_encoding": {
            c.name: encodings[c.kind] for c in table.columns if c.kind in encodings
        },
    }
