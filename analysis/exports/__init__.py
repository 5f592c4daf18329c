"""Runs in other formats: Battery Data Format, CSV, Parquet; read page by page."""

from .export import Exported, Format, export_run, write_parquet_tables
from .parquet_table import ParquetMissingError, parquet_is_available

__all__ = [
    "Exported",
    "Format",
    "ParquetMissingError",
    "export_run",
    "parquet_is_available",
    "write_parquet_tables",
]
