"""A writer that is killed at any moment leaves the whole of an action or nothing of it."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time

import pytest

from synthesis import actions
from synthesis.model import Verb
from synthesis.store.database import reading
from synthesis.store.events import read_events
from tests.store import small_district as sd
from tests.store.conftest import ROOT, Where

KILLS = 25
# Adds goals, and changes each at once; says after each what it has done, once that is stored.
WRITER = """
import itertools, sys
from pathlib import Path
from synthesis.actions.records import add_record, change_record
from synthesis.procedure import Actor, ActorKind

actor = Actor("Ilse Marwood", ActorKind.BOARD_CLERK)
where = {"data_dir": Path(sys.argv[1]), "database_url": sys.argv[2] or None, "actor": actor}
print("ready", flush=True)
for n in itertools.count():
    name = f"G{sys.argv[3]}-{n}"
    version = add_record("district_goal", {"id": name, "text": "One."}, **where)
    print("added", name, flush=True)
    change_record("district_goal", name, {"text": "Two."}, version=version, **where)
    print("changed", name, flush=True)
"""


@pytest.mark.parametrize("seed", [0])
def test_what_was_told_is_stored_and_what_was_not_is_whole_or_nothing(where: Where, seed: int):
    sd.staff(where)
    moments = random.Random(seed)
    told: list[str] = []
    for run in range(KILLS):
        line = [sys.executable, "-c", WRITER, str(where.data_dir), where.database_url or "", str(run)]
        writer = subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(moments.uniform(0.0, 0.15))
        writer.send_signal(signal.SIGKILL)
        told += writer.communicate()[0].splitlines()
        report = actions.verify(**where.args())
        assert report.sound, report.breaks
    goals = actions.plan_records(**where.args()).by_id("district_goal")
    added = {line.split()[1] for line in told if line.startswith("added ")}
    changed = {line.split()[1] for line in told if line.startswith("changed ")}
    assert added <= set(goals)
    assert {name for name in changed if goals[name].text != "Two."} == set()
    with reading(*where) as opened:
        events = read_events(opened, (Verb.ADD_RECORD, Verb.CHANGE_RECORD))
    assert [e.subject for e in events if e.verb is Verb.ADD_RECORD] == [f"district_goal/{name}" for name in goals]
    assert sum(e.verb is Verb.CHANGE_RECORD for e in events) == sum(goal.text == "Two." for goal in goals.values())
    assert 0 <= len(goals) - len(added) <= KILLS  # stored, and killed before it was told
    sd.add(where, sd.CLERK, "district_goal", id="G", text="The next writer goes on.")
