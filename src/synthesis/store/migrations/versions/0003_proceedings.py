"""Meetings, decisions, terms, District Goals served, findings accepted and what is refused."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BEFORE = (
    "plan_cycle", "step", "committee_member", "direction", "enduring_value", "strategic_boundary", "strategy",
    "evidence_link", "team", "team_member", "action_plan", "action_step", "cost_benefit", "coherence_review",
    "district_goal", "board_action", "implementation_item", "progress_update", "plan_change",
)  # fmt: skip


def upgrade() -> None:
    """Make the tables. The column that keeps the workbook's order gets a name that no field has."""
    for kind in _BEFORE:
        op.execute(f'ALTER TABLE {kind} RENAME COLUMN "position" TO ordinal')
    op.create_table(
        "body",
        sa.Column("id", sa.Text(), nullable=False, primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("appointed_by", sa.Text(), nullable=False),
        sa.Column("charge", sa.Text(), nullable=False),
        sa.Column("board_members", sa.Integer(), nullable=False),
        sa.Column("board_size", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
    )
    op.create_table(
        "term",
        sa.Column("id", sa.Text(), nullable=False, primary_key=True),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("start", sa.Date(), nullable=True),
        sa.Column("end", sa.Date(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
    )
    op.create_table(
        "meeting",
        sa.Column("id", sa.Text(), nullable=False, primary_key=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("noticed_on", sa.Date(), nullable=True),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
    )
    op.create_table(
        "attendance",
        sa.Column("id", sa.Text(), nullable=False, primary_key=True),
        sa.Column("meeting", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("presence", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Text(), nullable=False, primary_key=True),
        sa.Column("meeting", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
    )
    op.create_table(
        "stand",
        sa.Column("id", sa.Text(), nullable=False, primary_key=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
    )
    op.create_table(
        "acceptance",
        sa.Column("id", sa.Text(), nullable=False, primary_key=True),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=False),
    )
    op.create_table(
        "goal_link",
        sa.Column("id", sa.Text(), nullable=False, primary_key=True),
        sa.Column("strategy", sa.Text(), nullable=False),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
    )
    op.create_table(
        "refusal",
        sa.Column("id", sa.Text(), nullable=False, primary_key=True),
        sa.Column("theme_id", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=False),
    )
