"""The audit chain: each event holds the hash of the one before, and no event is changed or removed."""

import sqlalchemy as sa
from alembic import op

from synthesis.store.chain import START, seal

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SQLITE = (
    "CREATE TRIGGER event_stays BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events are never changed'); END",
    "CREATE TRIGGER event_remains BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'events are never removed'); END",
    # INSERT OR REPLACE removes a row without asking the trigger above.
    "CREATE TRIGGER event_is_new BEFORE INSERT ON event WHEN EXISTS (SELECT 1 FROM event WHERE number = NEW.number)"
    " BEGIN SELECT RAISE(ABORT, 'events are never changed'); END",
    "CREATE TRIGGER head_moves_on BEFORE UPDATE ON event_head WHEN NEW.number <> OLD.number + 1"
    " BEGIN SELECT RAISE(ABORT, 'the head of the chain moves on by one'); END",
    "CREATE TRIGGER head_remains BEFORE DELETE ON event_head"
    " BEGIN SELECT RAISE(ABORT, 'the head of the chain is never removed'); END",
)
_POSTGRESQL = (
    "CREATE FUNCTION event_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'events are never changed and never removed'; END $$",
    "CREATE TRIGGER event_stays BEFORE UPDATE OR DELETE ON event FOR EACH ROW EXECUTE FUNCTION event_refuse()",
    "CREATE TRIGGER event_remains BEFORE TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION event_refuse()",
    "CREATE TRIGGER head_moves_on BEFORE UPDATE ON event_head FOR EACH ROW"
    " WHEN (NEW.number <> OLD.number + 1) EXECUTE FUNCTION event_refuse()",
    "CREATE TRIGGER head_remains BEFORE DELETE ON event_head FOR EACH ROW EXECUTE FUNCTION event_refuse()",
    "CREATE TRIGGER head_stands BEFORE TRUNCATE ON event_head FOR EACH STATEMENT EXECUTE FUNCTION event_refuse()",
)


def upgrade() -> None:
    """Chain the events that are there, and guard them from then on."""
    op.add_column("event", sa.Column("previous", sa.Text(), nullable=False, server_default=""))
    op.add_column("event", sa.Column("hash", sa.Text(), nullable=False, server_default=""))
    op.add_column("event", sa.Column("marks", sa.JSON(), nullable=False, server_default="{}"))
    head = op.create_table(
        "event_head",
        sa.Column("one", sa.Integer(), nullable=False, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("one = 1", name="event_head_is_one"),
    )
    op.bulk_insert(head, [{"one": 1} | _chained(op.get_bind())])
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)


def _chained(opened: sa.Connection) -> dict[str, object]:
    """Seal every event under the number that it has: others name it by that. Returns the head."""
    names = ("number", "at", "by", "verb", "subject", "reason", "previous", "hash")
    jsons = (sa.column(name, sa.JSON()) for name in ("data", "marks"))
    event = sa.table("event", *(sa.column(name) for name in names), *jsons)
    previous, number = START, 0
    for row in opened.execute(sa.select(event).order_by(event.c.number)).mappings().all():
        sealed = seal(dict(row), previous)
        opened.execute(event.update().where(event.c.number == row["number"]).values(**sealed))
        previous, number = sealed["hash"], row["number"]
    return {"number": number, "hash": previous}
