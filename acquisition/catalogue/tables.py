"""The tables of the catalogue, the same on SQLite and PostgreSQL. SI units.

Alembic makes them (``versions``); a test sees that both say the same.
"""

from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

JSON_COLUMN: Final = sa.JSON().with_variant(JSONB(), "postgresql")


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware point of time, kept as plain UTC: the same order in either database."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> Any:  # noqa: ARG002
        """Give the database plain UTC."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Give an aware time back."""
        return None if value is None else value.replace(tzinfo=UTC)


METADATA: Final = sa.MetaData()

CELL: Final = sa.Table(
    "cell",
    METADATA,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_folded", sa.Text, nullable=False, index=True),
    sa.Column("electrolyte", sa.Text, nullable=False),
    sa.Column("electrolyte_folded", sa.Text, nullable=False, index=True),
    sa.Column("batch", sa.Text),
    sa.Column("electrode_area_m2", sa.Double),
    sa.Column("thickness_m", sa.Double),
    sa.Column("temperature_k", sa.Double),
    sa.Column("stack_pressure_pa", sa.Double),
    sa.Column("record", JSON_COLUMN, nullable=False),
)
"""A cell record: ``digest`` is of its content, so that an edited record is another row."""

RUN: Final = sa.Table(
    "run",
    METADATA,
    sa.Column("key", sa.String(36), primary_key=True),
    sa.Column("uuid", sa.String(36), index=True),
    sa.Column("bench", sa.Text),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("run_id", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("channel_folded", sa.Text, nullable=False),
    sa.Column("operator", sa.Text, nullable=False),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("software_version", sa.Text, nullable=False),
    sa.Column("clock_speed", sa.Double),
    sa.Column("created_utc", sa.Text, nullable=False),
    sa.Column("created", UtcDateTime, index=True),
    sa.Column("ended", UtcDateTime),
    sa.Column("reason", sa.Text, index=True),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("safe", sa.Boolean, nullable=False),
    sa.Column("elapsed_s", sa.Double, nullable=False),
    sa.Column("last_seq", sa.BigInteger, nullable=False),
    sa.Column("segments", sa.BigInteger, nullable=False),
    sa.Column("spectra", sa.BigInteger, nullable=False),
    sa.Column("readings", sa.BigInteger, nullable=False),
    sa.Column("impedance_points", sa.BigInteger, nullable=False),
    sa.Column("charge_c", sa.Double, nullable=False),
    sa.Column("moved_charge_c", sa.Double, nullable=False),
    sa.Column("protocol_kind", sa.Text, nullable=False),
    sa.Column("protocol_kind_folded", sa.Text, nullable=False),
    sa.Column("protocol_name", sa.Text, nullable=False),
    sa.Column("protocol_name_folded", sa.Text, nullable=False),
    sa.Column("protocol", JSON_COLUMN, nullable=False),
    sa.Column("cell_digest", sa.String(64), sa.ForeignKey("cell.digest"), index=True),
    sa.Column("sealed", sa.Boolean, nullable=False),
    sa.Column("problem", sa.Text),
    sa.Column("search_text", sa.Text, nullable=False),
    sa.Column("content_sha256", sa.String(64), nullable=False),
)
"""A run file. In a laboratory's catalogue ``key`` is ``uuid``, ``bench`` and ``path`` say where
the record lies, and ``fingerprint`` is empty; in a bench's own, ``path`` is relative to the data
folder. ``reason`` is NULL until an end was recorded."""

RESULT: Final = sa.Table(
    "result",
    METADATA,
    sa.Column("run_key", sa.String(36), sa.ForeignKey("run.key"), primary_key=True),
    sa.Column("kind", sa.String(32), primary_key=True),
    sa.Column("passed_a_m2", sa.Double),
    sa.Column("failed_a_m2", sa.Double),
    sa.Column("failure", sa.Text),
    sa.Column("evidence_grade", sa.Text),
    sa.Column("software_version", sa.Text, nullable=False),
    sa.Column("input_sha256", sa.Text, nullable=False),
    sa.Column("input_whole", sa.Boolean, nullable=False),
    sa.Column("made", UtcDateTime),
    sa.Column("body", JSON_COLUMN, nullable=False),
    sa.Column("content_sha256", sa.String(64), nullable=False),
)
"""What a report says of a run. ``input_sha256`` is of the run file that was analysed, and
``input_whole`` whether the run had ended by then; the numbers are filled in for the kind
``critical_current`` alone."""
