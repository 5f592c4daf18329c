"""Runs and the cells they were made on."""

import sqlalchemy as sa
from alembic.operations import Operations
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None

_JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade(op: Operations) -> None:
    """Make the two tables and what is needed to search them."""
    op.create_table(
        "cell",
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
        sa.Column("record", _JSON, nullable=False),
    )
    op.create_table(
        "run",
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
        sa.Column("created", sa.DateTime, index=True),
        sa.Column("ended", sa.DateTime),
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
        sa.Column("protocol", _JSON, nullable=False),
        sa.Column("cell_digest", sa.String(64), sa.ForeignKey("cell.digest"), index=True),
        sa.Column("sealed", sa.Boolean, nullable=False),
        sa.Column("problem", sa.Text),
        sa.Column("search_text", sa.Text, nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
    )
