"""What is spent on an item, in its monthly update."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the column; updates that are there say nothing of it."""
    op.add_column("progress_update", sa.Column("spent", sa.JSON(), nullable=False, server_default="{}"))
