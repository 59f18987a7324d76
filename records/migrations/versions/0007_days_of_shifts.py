"""Shifts by the official calendar: on working days, or on the others."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("duties", schema=None) as batch_op:
        batch_op.add_column(sa.Column("days", sa.String(), nullable=False, server_default="weekdays"))
