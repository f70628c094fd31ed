"""Versions of plan records, offices, ballots with their private rankings."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_KINDS = (
    "plan_cycle", "step", "body", "committee_member", "term", "meeting", "attendance", "decision", "stand", "direction",
    "enduring_value", "strategic_boundary", "strategy", "evidence_link", "team", "team_member", "action_plan",
    "action_step", "cost_benefit", "coherence_review", "acceptance", "district_goal", "goal_link", "board_action",
    "implementation_item", "progress_update", "plan_change", "refusal",
)  # fmt: skip


def upgrade() -> None:
    """Make the columns and the tables. Records that are there already are of version 0: older than the chain."""
    for kind in _KINDS:
        op.add_column(kind, sa.Column("row_version", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "office",
        sa.Column("number", sa.Integer(), nullable=False, primary_key=True, autoincrement=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
    )
    op.create_table(
        "ballot",
        sa.Column("id", sa.Text(), nullable=False, primary_key=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("themes", sa.JSON(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
    )
    op.create_table(
        "ranking",
        sa.Column("ballot", sa.Text(), nullable=False, primary_key=True),
        sa.Column("member", sa.Text(), nullable=False, primary_key=True),
        sa.Column("order", sa.JSON(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
    )
