"""How many links each element has to each recorded theme, counted when links are written."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and count the links that are there."""
    by = ("theme_id", "as_of", "source_kind", "source_id")
    op.create_table(
        "link_count",
        *(sa.Column(name, sa.Text(), primary_key=True) for name in by),
        sa.Column("links", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("link_count_by_source", "link_count", ["source_kind", "source_id"])
    named = ", ".join(by)
    op.execute(
        f"INSERT INTO link_count ({named}, links) SELECT {named}, count(*) FROM evidence_link GROUP BY {named}"  # noqa: S608 - names of columns
    )
