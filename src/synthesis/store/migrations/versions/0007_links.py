"""Evidence links to ideas and research, the run that a link's theme is of, and what became of themes in each published run."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the columns, the table and the indices."""
    for column in ("idea_id", "research_id", "as_of"):
        op.add_column("evidence_link", sa.Column(column, sa.Text(), nullable=False, server_default=""))
    op.create_index("evidence_link_by_theme", "evidence_link", ["theme_id", "as_of", "source_kind", "source_id"])
    op.create_index("evidence_link_by_source", "evidence_link", ["source_kind", "source_id"])
    op.create_index("evidence_link_by_idea", "evidence_link", ["idea_id", "source_kind", "source_id"])
    op.create_table(
        "published_run",
        sa.Column("number", sa.Integer(), nullable=False, primary_key=True, autoincrement=False),
        sa.Column("run_id", sa.Text(), nullable=False, unique=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("fates", sa.JSON(), nullable=False),
    )
