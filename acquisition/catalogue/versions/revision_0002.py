"""What the reports of the runs found, with its provenance."""

import sqlalchemy as sa
from alembic.operations import Operations
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"

_JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade(op: Operations) -> None:
    """Make the table, and let every run file be read once more to fill it."""
    op.create_table(
        "result",
        sa.Column("run_key", sa.String(36), sa.ForeignKey("run.key"), primary_key=True),
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("passed_a_m2", sa.Double),
        sa.Column("failed_a_m2", sa.Double),
        sa.Column("failure", sa.Text),
        sa.Column("evidence_grade", sa.Text),
        sa.Column("software_version", sa.Text, nullable=False),
        sa.Column("input_sha256", sa.Text, nullable=False),
        sa.Column("input_whole", sa.Boolean, nullable=False),
        sa.Column("made", sa.DateTime),
        sa.Column("body", _JSON, nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
    )
    op.execute("UPDATE run SET fingerprint = ''")
