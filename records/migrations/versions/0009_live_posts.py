"""Live messages of the duty bot are found without reading those that are over."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.create_index("posts_by_status", ["status", "kind"], unique=False)
