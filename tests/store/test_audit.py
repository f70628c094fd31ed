"""The chain of events: what is changed, removed or inserted behind the program's back is named by its row."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from typer.testing import CliRunner

from synthesis import actions
from synthesis.cli.main import app
from synthesis.errors import InputError
from synthesis.model import Verb
from synthesis.store.chain import START, Break, breaks, seal
from synthesis.store.database import connection, reading
from synthesis.store.events import EVENTS, read_events, record
from synthesis.store.verification import Verified, verify
from tests.store.conftest import Where

DATA = {"name": "Ñandú 車 🚌", "share": 0.1, "ideas": ["I1", "I2"], "none": None, "10": 1, "2": 2}
TRIGGERS = {"event": ("event_stays", "event_remains", "event_is_new"), "event_head": ("head_moves_on", "head_remains")}


@pytest.fixture
def five(where: Where) -> Where:
    """Return a database with five events."""
    for number in range(1, 6):
        with connection(*where) as opened:
            record(opened, Verb.RENAME_THEME, f"T0{number}", by="Odalys Brennick", reason=f"Reason {number}", data=DATA)
    return where


def verified(where: Where, noted: tuple[int, str] | None = None) -> Verified:
    with reading(*where) as opened:
        return verify(opened, noted)


def tamper(where: Where, *statements: str) -> None:
    """Change the database as somebody may who can do everything: first the triggers go."""
    with connection(*where) as opened:
        for table, names in TRIGGERS.items():
            for name in names:
                on = "" if where.kind == "sqlite" else f" ON {table}"
                opened.execute(text(f"DROP TRIGGER IF EXISTS {name}{on}"))
        for statement in statements:
            opened.execute(text(statement))


def places(found: Verified) -> list[tuple[int | None, str]]:
    return [(b.number, b.field) for b in found.breaks]


def test_an_untouched_chain_verifies_and_tells_its_head(five: Where):
    found = verified(five)
    assert (found.events, found.breaks) == (5, ())
    number, _, noted = found.head.partition(":")
    assert verified(five, (int(number), noted)).breaks == ()


def test_an_empty_chain_verifies(where: Where):
    assert verified(where) == Verified(0, f"0:{START}", ())


def test_both_databases_give_the_same_hashes(five: Where):
    with reading(*five) as opened:
        rows = [dict(row) for row in opened.execute(EVENTS.select().order_by(EVENTS.c.number)).mappings()]
    previous = START
    for row in rows:
        assert {name: row[name] for name in ("previous", "hash", "marks")} == seal(row, previous)
        previous = row["hash"]
    fixed = {
        "number": 1,
        "at": "2026-09-01T12:00:00+00:00",
        "by": "Ñ",
        "verb": "v",
        "subject": "s",
        "reason": "",
        "data": DATA,
    }
    assert seal(fixed, START)["hash"][:12] == "c9ad7d2e43bd"


REFUSED = (
    "UPDATE event SET reason = 'x' WHERE number = 2",
    "DELETE FROM event WHERE number = 5",
    "UPDATE event_head SET number = 3",
    "DELETE FROM event_head",
)


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_refuses_to_change_or_remove_an_event(five: Where, statement: str):
    with pytest.raises(DatabaseError, match=r"never|moves on"), connection(*five) as opened:
        opened.execute(text(statement))
    assert verified(five).breaks == ()


def test_replacing_and_emptying_are_refused_too(five: Where):
    copy = "SELECT 2, at, 'Somebody', verb, subject, reason, data, previous, hash, marks FROM event WHERE number = 2"
    statement = f"INSERT OR REPLACE INTO event {copy}" if five.kind == "sqlite" else "TRUNCATE event"
    with pytest.raises(DatabaseError, match="never"), connection(*five) as opened:
        opened.execute(text(statement))
    assert verified(five).breaks == ()


CHANGED = {
    "UPDATE event SET reason = 'x' WHERE number = 2": [(2, "reason")],
    "UPDATE event SET at = '2020-01-01T00:00:00+00:00', \"by\" = 'Somebody' WHERE number = 4": [(4, "at"), (4, "by")],
    'UPDATE event SET data = \'{"name"\\: "x"}\' WHERE number = 5': [(5, "data")],
    "UPDATE event SET data = 'null' WHERE number = 1": [(1, "data")],
    "UPDATE event SET marks = '{}' WHERE number = 3": [(3, "marks")],
    "UPDATE event SET hash = 'ff' WHERE number = 3": [(3, "hash"), (3, "hash")],
    "UPDATE event SET previous = 'ff' WHERE number = 3": [(3, "previous")],
    "DELETE FROM event WHERE number = 3": [(3, ""), (4, "hash")],
    "DELETE FROM event WHERE number IN (1, 2)": [(1, ""), (2, ""), (3, "hash")],
    "DELETE FROM event WHERE number > 3": [(4, ""), (5, "")],
    "DELETE FROM event": [(n, "") for n in range(1, 6)],
    "DELETE FROM event_head": [(None, "head")],
    "UPDATE event SET number = 9 WHERE number = 5": [(5, ""), (9, "number"), (9, "")],
}


@pytest.mark.parametrize("statement", CHANGED)
def test_what_was_changed_is_named_by_row_and_field(five: Where, statement: str):
    tamper(five, statement)
    assert places(verified(five)) == CHANGED[statement]


def test_a_row_replaced_and_sealed_again_is_named(five: Where):
    with reading(*five) as opened:
        row = dict(opened.execute(EVENTS.select().where(EVENTS.c.number == 3)).mappings().one())
    forged = row | {"reason": "Another reason"}
    forged |= seal(forged, row["previous"])
    tamper(five, "DELETE FROM event WHERE number = 3")
    with connection(*five) as opened:
        opened.execute(EVENTS.insert().values(forged))
    assert verified(five).breaks == (
        Break(3, "hash", "the row was replaced or removed: row 4 was written after another"),
    )


def test_a_row_added_past_the_head_is_named(five: Where):
    with reading(*five) as opened:
        last = dict(opened.execute(EVENTS.select().where(EVENTS.c.number == 5)).mappings().one())
    forged = last | {"number": 6}
    forged |= seal(forged, last["hash"])
    with connection(*five) as opened:
        opened.execute(EVENTS.insert().values(forged))
    assert places(verified(five)) == [(6, "")]


def test_a_chain_sealed_anew_is_found_by_a_head_that_was_noted(five: Where):
    number, _, noted = verified(five).head.partition(":")
    tamper(five, "DELETE FROM event WHERE number = 5", "DELETE FROM event_head")
    with connection(*five) as opened:
        before = opened.execute(EVENTS.select().where(EVENTS.c.number == 4)).mappings().one()["hash"]
        opened.execute(text("INSERT INTO event_head VALUES (1, 4, :hash)"), {"hash": before})
        record(opened, Verb.RENAME_THEME, "T05", by="Odalys Brennick", reason="Another reason", data=DATA)
    assert verified(five).breaks == ()
    assert places(verified(five, (int(number), noted))) == [(5, "hash")]
    assert places(verified(five, (6, noted))) == [(6, "")]


def test_an_edited_file_is_named_by_its_row(tmp_path: Any):
    where = Where(tmp_path, None)
    for number in range(1, 4):
        with connection(*where) as opened:
            record(opened, Verb.WITHHOLD, f"T0{number}", by="Odalys", reason=f"Said in meeting {number}")
    path = tmp_path / "synthesis.db"
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    sound = path.read_bytes()
    assert sound.count(b"Said in meeting 2") == 1
    for edited in (b"Said in meeting 9", b"Said in meeting \xff"):
        path.write_bytes(sound.replace(b"Said in meeting 2", edited))
        assert places(verified(where)) == [(2, "reason")]
    page = sound.index(b"Said in meeting 2") // 4096 * 4096
    path.write_bytes(sound[:page] + bytes(4096) + sound[page + 4096 :])
    assert places(verified(where))[0] == (None, "file")


def test_what_fails_in_mid_transaction_leaves_no_event(five: Where):
    def interrupted() -> None:
        with connection(*five) as opened:
            record(opened, Verb.RENAME_THEME, "T09", by="Odalys", reason="Never")
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        interrupted()
    assert verified(five).events == 5
    with reading(*five) as opened:
        assert [event.number for event in read_events(opened)] == [1, 2, 3, 4, 5]


def test_the_command_names_what_was_changed_and_fails(five: Where):
    def command(*arguments: str) -> tuple[int, str]:
        environment = {"SYNTHESIS_DATABASE_URL": five.database_url} if five.database_url else {}
        found = CliRunner().invoke(app, ["--data-dir", str(five.data_dir), "verify", *arguments], env=environment)
        return found.exit_code, found.output

    code, said = command()
    assert (code, "5 events. Everything is as it was written." in said) == (0, True)
    head = said.split()[-1]
    assert command("--noted", head)[0] == 0
    tamper(five, "UPDATE event SET reason = 'x' WHERE number = 2")
    code, said = command("--noted", head)
    assert code == 4
    assert "row 2: the field “reason” was changed" in said
    told = json.loads(command("--json")[1])
    assert told["sound"] is False
    assert told["breaks"] == [{"number": 2, "field": "reason", "problem": "the field “reason” was changed"}]
    with pytest.raises(InputError, match="cannot be read"):
        actions.verify(**five.args(), noted="5:abc")


LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
JSONS = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3))


@given(rows=st.lists(st.tuples(st.text(), st.text(), JSONS), min_size=1, max_size=5), data=st.data())
def test_any_change_of_any_field_is_found_and_named(rows: list[tuple[str, str, Any]], data: st.DataObject):
    chain: list[dict[str, Any]] = []
    for number, (by, reason, content) in enumerate(rows, 1):
        row = {"number": number, "at": "2026", "by": by, "verb": "v", "subject": "s", "reason": reason, "data": content}
        chain.append(row | seal(row, chain[-1]["hash"] if chain else START))
    head = (len(chain), chain[-1]["hash"])
    assert list(breaks(chain, head)) == []
    place = data.draw(st.integers(0, len(chain) - 1))
    name = data.draw(st.sampled_from(["at", "by", "verb", "subject", "reason"]))
    chain[place] = chain[place] | {name: chain[place][name] + "x"}
    assert [(b.number, b.field) for b in breaks(chain, head)] == [(place + 1, name)]
