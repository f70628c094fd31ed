"""The private first ranking, as it is kept: nobody's order is seen before its time, none is lost, and none is changed unseen."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from synthesis import actions
from synthesis.cli.main import app
from synthesis.errors import BallotClosed, NotAllowed, RuleError
from synthesis.model import Verb
from synthesis.store.backup import backup
from synthesis.store.database import connection, reading
from synthesis.store.events import read_events
from synthesis.store.runs import publish
from synthesis.store.verification import verify
from tests.store import small_district as sd
from tests.store.conftest import ROOT, Where
from tests.store.small_run import small_run

PROCESSES, EACH = 27, 40


@pytest.fixture
def opened_ballot(where: Where) -> Where:
    """Return a committee of 27 with an open ballot."""
    sd.staff(where)
    sd.seat(where, members=PROCESSES)
    publish(where.data_dir, small_run())
    assert actions.open_ballot("B1", actor=sd.CHAIR, **where.args()) == len(themes())
    return where


def themes() -> list[str]:
    return [str(theme.theme_id) for theme in small_run().themes]


OTHERS = [sd.Actor(f"Person {n}", sd.ActorKind.COMMITTEE_MEMBER) for n in (3, 4)]


def cast(where: Where, order: list[str], actor: Any = sd.MEMBER) -> int:
    return actions.cast_ranking("B1", order, actor=actor, **where.args())


def test_nobody_sees_an_order_before_it_is_revealed(opened_ballot: Where):
    where = opened_ballot
    cast(where, themes())
    cast(where, themes()[::-1], sd.CHAIR)
    cast(where, themes()[:1], OTHERS[0])
    for state in ("open", "sealed"):
        assert actions.ballot_result("B1", **where.args()) == {"ballot": "B1", "state": state, "cast": 3}
        paper = actions.ballot_paper("B1", "Tamsin Rook", **where.args())
        assert (paper.state, paper.own) == (state, tuple(themes()))
        with reading(*where) as opened:
            told = [event.data for event in read_events(opened, (Verb.CAST_RANKING,))]
        assert all(set(data) == {"as", "member", "seal"} for data in told)
        assert "ranking" not in actions.plan_json(**where.args())
        if state == "open":
            actions.seal_ballot("B1", actor=sd.SECRETARY, **where.args())
    actions.reveal_ballot("B1", actor=sd.SECRETARY, **where.args())
    shown = actions.ballot_result("B1", **where.args())
    assert [row["theme_id"] for row in shown["map"]] == themes()
    assert "CM0" not in json.dumps(shown)
    assert [tally["method"] for tally in shown["tallies"]] == ["borda", "approval", "pairwise"]


def test_a_ranking_is_refused_from_others_and_after_the_seal(opened_ballot: Where):
    where = opened_ballot
    with pytest.raises(NotAllowed):
        cast(where, themes(), sd.SECRETARY)
    with pytest.raises(NotAllowed, match="not recorded"):
        cast(where, themes(), sd.Actor("A stranger", sd.ActorKind.COMMITTEE_MEMBER))
    with pytest.raises(RuleError, match="not on the ballot"):
        cast(where, ["T99"])
    with pytest.raises(RuleError, match="Nobody has ranked"):
        actions.seal_ballot("B1", actor=sd.CHAIR, **where.args())
    with pytest.raises(RuleError, match="already"):
        actions.open_ballot("B1", actor=sd.CHAIR, **where.args())
    with pytest.raises(NotAllowed):
        actions.open_ballot("B2", actor=sd.MEMBER, **where.args())
    cast(where, themes()[:1])
    cast(where, themes())  # it may be changed while the ballot is open
    cast(where, themes(), sd.CHAIR)
    with pytest.raises(RuleError, match="would show single rankings"):
        actions.seal_ballot("B1", actor=sd.CHAIR, **where.args())
    cast(where, themes(), OTHERS[0])
    actions.seal_ballot("B1", actor=sd.CHAIR, **where.args())
    with pytest.raises(BallotClosed):
        cast(where, themes()[:1])
    assert actions.ballot_paper("B1", "Tamsin Rook", **where.args()).own == tuple(themes())


def test_ballots_are_listed_with_their_days_the_last_opened_first(opened_ballot: Where):
    where = opened_ballot
    assert actions.open_ballot("A2", actor=sd.CHAIR, themes=themes(), **where.args()) == len(themes())
    for actor in (sd.CHAIR, sd.MEMBER, *OTHERS):
        cast(where, themes(), actor)
    actions.seal_ballot("B1", actor=sd.CHAIR, **where.args())
    last, first = actions.ballots(**where.args())
    assert (last["ballot"], last["state"], last["cast"], last["sealed"]) == ("A2", "open", 0, None)
    assert (first["ballot"], first["cast"], first["seats"], first["revealed"]) == ("B1", 4, PROCESSES, None)
    assert first["opened"] == first["sealed"] is not None
    assert "map" not in first
    actions.reveal_ballot("B1", actor=sd.CHAIR, **where.args())
    shown = actions.ballots(**where.args())[1]
    assert shown["revealed"] == shown["sealed"]
    assert shown["beats_all"] == themes()[0]
    assert {key: shown[key] for key in actions.ballot_result("B1", **where.args())} == actions.ballot_result(
        "B1", **where.args()
    )


def test_a_ballot_of_two_that_was_revealed_in_an_earlier_version_shows_nothing(opened_ballot: Where):
    where = opened_ballot
    cast(where, themes())
    cast(where, themes(), sd.CHAIR)
    with connection(*where) as opened:
        opened.execute(text("UPDATE ballot SET state = 'revealed'"))
    assert actions.ballot_result("B1", **where.args()) == {"ballot": "B1", "state": "revealed", "cast": 2}


def test_a_ranking_that_was_changed_or_removed_is_found(opened_ballot: Where):
    where = opened_ballot
    number = cast(where, themes())
    other = cast(where, themes(), sd.CHAIR)
    with connection(*where) as opened:
        opened.execute(text("""UPDATE ranking SET "order" = '["T02"]' WHERE member = 'CM02'"""))
        opened.execute(text("DELETE FROM ranking WHERE member = 'CM01'"))
    with reading(*where) as opened:
        found = {(b.number, b.field): b.problem for b in verify(opened).breaks}
    assert found == {
        (number, "ranking/B1/CM02"): "the ranking is not the one that was cast",
        (other, "ranking/B1/CM01"): "the ranking that was cast is gone",
    }


# One process per member, made after the imports, which would take longer than all that is tested.
VOTERS = """
import json, os, sys
from pathlib import Path
from synthesis.actions.balloting import cast_ranking
from synthesis.procedure import Actor, ActorKind

data_dir, url, people, times, themes = (*sys.argv[1:3], *map(json.loads, sys.argv[3:]))
children = []
for person, kind in people:
    child = os.fork()
    if child:
        children.append(child)
        continue
    actor = Actor(person, ActorKind(kind))
    for n in range(times):
        turned = themes[n % len(themes) :] + themes[: n % len(themes)]
        cast_ranking("B1", turned, actor=actor, data_dir=Path(data_dir), database_url=url or None)
    os._exit(0)
sys.exit(sum(os.waitpid(child, 0)[1] != 0 for child in children))
"""


def test_a_whole_committee_casts_at_once_and_nothing_is_lost(opened_ballot: Where):
    where = opened_ballot
    members = actions.plan_records(**where.args()).of("committee_member")
    before = actions.verify(**where.args()).events
    people = [(m.person, "committee_chair" if m.role == "chair" else "committee_member") for m in members]
    given = [json.dumps(value) for value in (people, EACH, themes())]
    line = [sys.executable, "-c", VOTERS, str(where.data_dir), where.database_url or "", *given]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=500, check=False)
    assert (done.stderr, done.returncode) == ("", 0)
    report = actions.verify(**where.args())
    assert report.sound
    assert report.events - before == PROCESSES * EACH
    turn = (EACH - 1) % len(themes())
    last = tuple(themes()[turn:] + themes()[:turn])
    assert {actions.ballot_paper("B1", m.person, **where.args()).own for m in members} == {last}
    assert actions.ballot_result("B1", **where.args())["cast"] == PROCESSES


def test_the_commands_of_a_committee(where: Where, tmp_path: Any):
    publish(where.data_dir, small_run())
    environment = {"SYNTHESIS_DATABASE_URL": where.database_url} if where.database_url else {}

    def command(*arguments: str, code: int = 0) -> str:
        found = CliRunner().invoke(app, ["--data-dir", str(where.data_dir), *arguments], env=environment)
        if code:
            assert isinstance(found.exception, RuleError), found.output
            return str(found.exception)
        assert found.exit_code == 0, (found.output, found.exception)
        return found.output

    command("offices", "give", "Corin Vale", "superintendent", "--as", "Corin Vale", "--because", "Appointed.")
    command("offices", "give", "Ilse Marwood", "board_clerk", "--as", "Corin Vale")
    assert "Ilse Marwood" in command("offices", "list")
    cycle = ["id=PC1", "district=Larkmoor", "title=Plan", "start=2026-03-02"]
    command("plan", "add", "plan_cycle", *cycle, "--as", "Corin Vale")
    members = ("Odalys Brennick", "Tamsin Rook", "Jory Penhale")
    for number, person in enumerate(members, 1):
        role = "chair" if number == 1 else "member"
        seat = [f"id=CM{number}", f"person={person}", f"role={role}", "appointed_by=C"]
        command("plan", "add", "committee_member", *seat, "--as", "Corin Vale")
    told = json.loads(command("plan", "get", "plan_cycle", "PC1", "--json"))
    assert (told["state"], told["written"]["by"]) == ("listening", "Corin Vale")
    seen = str(told["version"])
    command(
        "plan",
        "set",
        "plan_cycle",
        "PC1",
        "title=The plan",
        "--version",
        seen,
        "--as",
        "Corin Vale",
        "--because",
        "Named.",
    )
    stale = command("plan", "set", "plan_cycle", "PC1", "title=x", "--version", seen, "--as", "Corin Vale", code=3)
    assert "Corin Vale wrote it on" in stale
    assert "direction." in command("plan", "do", "plan_cycle", "PC1", "seat_committee", "--as", "Corin Vale")
    assert "not recorded" in command("plan", "do", "plan_cycle", "PC1", "complete", "--as", "Nobody", code=3)
    assert "may not" in command("plan", "add", "district_goal", "id=G1", "text=x", "--as", "Corin Vale", code=3)
    command("ballot", "open", "B1", "--as", "Odalys Brennick")
    assert "T01" in command("ballot", "paper", "B1", "--as", "Odalys Brennick")
    for person in members:
        command("ballot", "rank", "B1", *themes(), "--as", person)
    assert "open; 3 have ranked" in command("ballot", "show", "B1")
    command("ballot", "seal", "B1", "--as", "Odalys Brennick")
    assert "revealed" in command("ballot", "reveal", "B1", "--as", "Odalys Brennick")
    found = json.loads(command("plan", "coherence", "--json"))
    key = found[0]["key"]
    command("plan", "accept", key, "--because", "It is to come.", "--as", "Odalys Brennick")
    accepted = json.loads(command("plan", "coherence", "--json"))[0]["accepted"]
    assert (accepted["by"], accepted["reason"]) == ("Odalys Brennick", "It is to come.")
    assert "Everything is as it was written." in command("verify")
    assert backup(where.data_dir, where.database_url, tmp_path / "b.tar.gz")["rows"]["ranking"] == 3
