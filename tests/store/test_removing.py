"""What was entered by mistake is removed while it is a draft and nothing rests on it, and what it said is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from synthesis import actions
from synthesis.cli.main import app
from synthesis.errors import IllegalTransition, InputError, NotAllowed, RuleError, StaleVersion, SynthesisError
from synthesis.model import Verb
from synthesis.procedure import Actor
from synthesis.store.backup import backup, restore
from synthesis.store.database import connection, reading
from synthesis.store.events import read_events
from synthesis.store.plans import COUNTS, read_stored
from synthesis.store.runs import publish
from synthesis.store.verification import verify
from tests.store import small_district as sd
from tests.store.conftest import Where
from tests.store.small_run import small_run


@pytest.fixture
def drafting(where: Where) -> Where:
    """Return a district whose Direction is with the Board, and whose team drafts a plan."""
    sd.staff(where)
    sd.seat(where, members=4)
    sd.direct(where)
    sd.recruit(where, co_chairs=sd.WRITER.person)
    given = {"specific_result": "Nine of ten buses on time.", "responsible": "Bram Ostler"}
    sd.add(where, sd.WRITER, "action_plan", id="AP1", strategy="S1", **given)
    sd.add(
        where,
        sd.WRITER,
        "action_step",
        id="AS1",
        plan="AP1",
        text="Count late buses.",
        status="not_started",
        due="2027-01-15",
    )
    sd.add(
        where, sd.WRITER, "action_step", id="AS2", plan="AP1", text="Tell them.", status="not_started", depends_on="AS1"
    )
    return where


def version(where: Where, kind: str, record_id: str) -> int:
    with reading(*where) as opened:
        stored = read_stored(opened, kind, record_id)
    assert stored is not None
    return stored.version


def remove(
    where: Where, actor: Actor, kind: str, record_id: str, because: str = "Entered twice.", seen: int = 0
) -> int:
    return actions.remove_record(
        kind, record_id, version=seen or version(where, kind, record_id), actor=actor, because=because, **where.args()
    )


def events(where: Where) -> list[Any]:
    with reading(*where) as opened:
        return read_events(opened)


def refused(where: Where, error: type[SynthesisError], match: str, call: Callable[[], Any]) -> None:
    """Check that a call is refused, and that neither records nor events come of it."""
    before, told = actions.plan_records(**where.args()), events(where)
    with pytest.raises(error, match=match):
        call()
    assert actions.plan_records(**where.args()) == before
    assert events(where) == told


def test_a_draft_is_removed_by_one_event_that_holds_all_that_it_said(drafting: Where):
    where = drafting
    before, told = actions.plan_records(**where.args()), events(where)
    seen = actions.record_report("action_step", "AS2", **where.args())
    number = remove(where, sd.WRITER, "action_step", "AS2")
    after = actions.plan_records(**where.args())
    assert [step.id for step in after.of("action_step")] == ["AS1"]
    assert {kind: own for kind, own in after.records.items() if kind != "action_step"} == {
        kind: own for kind, own in before.records.items() if kind != "action_step"
    }
    [event] = events(where)[len(told) :]
    assert (event.number, event.verb, event.subject) == (number, Verb.REMOVE_RECORD, "action_step/AS2")
    assert (event.by, event.reason, event.data["removed"]) == (sd.WRITER.person, "Entered twice.", ["action_step/AS2"])
    was = json.loads(json.dumps(seen["record"], default=str))
    assert event.data["rows"] == {"action_step/AS2": was}
    kept = actions.record_report("action_step", "AS2", **where.args())
    assert (kept["state"], kept["record"], kept["version"]) == ("removed", was, number)
    assert kept["written"]["why"] == "Entered twice."
    with reading(*where) as opened:
        assert verify(opened).breaks == ()
    sd.add(where, sd.WRITER, "action_step", id="AS2", plan="AP1", text="Say it.", status="not_started")
    assert actions.record_report("action_step", "AS2", **where.args())["record"]["text"] == "Say it."
    assert actions.verify(**where.args()).sound


def test_a_stale_version_no_reason_and_nothing_there_are_refused(drafting: Where):
    where = drafting
    old = version(where, "action_step", "AS2")
    actions.change_record("action_step", "AS2", {"text": "Write."}, version=old, actor=sd.WRITER, **where.args())
    refused(
        where, StaleVersion, "Perrin Holt wrote it on", lambda: remove(where, sd.WRITER, "action_step", "AS2", seen=old)
    )
    refused(where, RuleError, "needs its reason", lambda: remove(where, sd.WRITER, "action_step", "AS2", because=" "))
    refused(where, RuleError, "There is no", lambda: remove(where, sd.WRITER, "action_step", "AS9", seen=1))
    refused(where, InputError, "no kind", lambda: remove(where, sd.WRITER, "wish", "W1", seen=1))
    refused(
        where,
        NotAllowed,
        "not recorded",
        lambda: remove(where, Actor("X", sd.ActorKind.TEAM_MEMBER, "S1"), "action_step", "AS2"),
    )


RESTING = {
    "a step on which another depends": (sd.WRITER, "action_step", "AS1", "action step AS2"),
    "a plan with steps": (sd.WRITER, "action_plan", "AP1", "action step AS1, action step AS2"),
    "a goal that an act names": (sd.CLERK, "district_goal", "G1", "board action BA1"),
    "a member with a place in meetings": (sd.SECRETARY, "committee_member", "CM01", "attendance AT1, stand SD1"),
    "a meeting that decided": (sd.SECRETARY, "meeting", "MT1", "attendance AT1, attendance AT2, decision DE1"),
    "who was there when it was decided": (sd.SECRETARY, "attendance", "AT1", "decision DE1"),
    "a team with members": (sd.SUPERINTENDENT, "team", "TM1", "team member M1"),
    "a body that met": (sd.SECRETARY, "body", "B1", "meeting MT1"),
}  # fmt: skip


@pytest.mark.parametrize("name", RESTING)
def test_what_something_rests_on_stays_and_the_error_says_what(drafting: Where, name: str):
    actor, kind, record_id, named = RESTING[name]
    match = f"not removed: {named} would lose"
    refused(drafting, RuleError, match, lambda: remove(drafting, actor, kind, record_id))


def test_what_is_no_draft_any_more_stays(drafting: Where):
    where = drafting
    for actor, kind, record_id, error, match in (
        (sd.CHAIR, "direction", "D1", IllegalTransition, "cannot be removed while it is submitted to board"),
        (sd.MEMBER, "strategy", "S2", IllegalTransition, "does not follow"),
        (sd.SECRETARY, "decision", "DE1", IllegalTransition, "cannot be removed while the decision is agreed"),
        (sd.SECRETARY, "stand", "SD1", IllegalTransition, "cannot be removed while the decision is agreed"),
        (sd.CLERK, "board_action", "BA1", IllegalTransition, "cannot be removed while it is adopted"),
        (sd.SUPERINTENDENT, "action_plan", "AP1", IllegalTransition, "cannot be removed while it is drafting"),
        (sd.LEADERSHIP, "action_step", "AS2", NotAllowed, "may not"),
        (sd.SUPERINTENDENT, "plan_cycle", "PC1", NotAllowed, "Nobody may remove"),
    ):
        refused(where, error, match, lambda a=actor, k=kind, i=record_id: remove(where, a, k, i))
    sd.do(where, sd.WRITER, "action_plan", "AP1", "reach_consensus")
    refused(where, IllegalTransition, "does not follow", lambda: remove(where, sd.WRITER, "action_step", "AS2"))


def test_links_count_as_resting_and_a_link_is_removed_with_its_count(drafting: Where):
    where = drafting
    link = {"source_kind": "action_step", "source_id": "AS2", "theme_id": "T01", "note": "They wait."}
    sd.add(where, sd.WRITER, "evidence_link", id="EL1", **link)
    refused(where, RuleError, "evidence link EL1 would lose", lambda: remove(where, sd.WRITER, "action_step", "AS2"))
    refused(where, NotAllowed, "may not", lambda: remove(where, sd.SECRETARY, "evidence_link", "EL1"))
    remove(where, sd.WRITER, "evidence_link", "EL1")
    with connection(*where) as opened:
        assert opened.execute(COUNTS.select()).all() == []
    remove(where, sd.WRITER, "action_step", "AS2")
    assert actions.verify(**where.args()).sound


def test_a_member_who_has_ranked_stays(drafting: Where):
    where = drafting
    publish(where.data_dir, small_run())
    themes = [str(theme.theme_id) for theme in small_run().themes]
    actions.open_ballot("first", actor=sd.CHAIR, **where.args())
    voter = Actor("Person 3", sd.ActorKind.COMMITTEE_MEMBER)
    actions.cast_ranking("first", themes, actor=voter, **where.args())
    refused(
        where, RuleError, "a ranking in the ballot first would lose",
        lambda: remove(where, sd.SECRETARY, "committee_member", "CM03"),
    )  # fmt: skip
    remove(where, sd.SECRETARY, "committee_member", "CM04")
    assert actions.verify(**where.args()).sound


def test_the_last_link_of_a_refusal_stays(drafting: Where):
    where = drafting
    given = {"because": "No money.", "decided_by": "Committee"}
    sd.add(where, sd.CHAIR, "refusal", id="R1", theme_id="T01", **given)
    link = {"source_kind": "refusal", "source_id": "R1", "theme_id": "T02", "note": "The same."}
    sd.add(where, sd.CHAIR, "evidence_link", id="EL1", **link)
    seen = version(where, "refusal", "R1")
    with connection(*where) as opened:  # a refusal that is told by its link alone
        from synthesis.store.plans import TABLES

        opened.execute(TABLES["refusal"].update().values(theme_id=""))
    assert version(where, "refusal", "R1") == seen
    refused(where, InputError, "names no theme", lambda: remove(where, sd.CHAIR, "evidence_link", "EL1"))


def test_removed_records_come_through_backup_and_the_command_line(drafting: Where, tmp_path: Path):
    where = drafting
    environment = {"SYNTHESIS_DATABASE_URL": where.database_url} if where.database_url else {}

    def command(*arguments: str) -> Any:
        return CliRunner().invoke(app, ["--data-dir", str(where.data_dir), *arguments], env=environment)

    seen = str(version(where, "action_step", "AS2"))
    given = ("plan", "remove", "action_step", "AS2", "--version", seen, "--as", sd.WRITER.person)
    assert command(*given).exit_code == 2  # a reason is asked for
    done = command(*given, "--because", "Entered twice.")
    assert done.exit_code == 0, (done.output, done.exception)
    assert "Removed action step AS2" in done.output
    assert isinstance(command(*given, "--because", "Again.").exception, RuleError)
    told = json.loads(command("plan", "get", "action_step", "AS2", "--json").output)
    assert (told["state"], told["record"]["text"], told["written"]["by"]) == ("removed", "Tell them.", sd.WRITER.person)
    backup(where.data_dir, where.database_url, tmp_path / "b.tar.gz")
    restored = tmp_path / "restored"
    restore(tmp_path / "b.tar.gz", restored, None)
    assert actions.record_report("action_step", "AS2", data_dir=restored)["state"] == "removed"
    assert actions.verify(data_dir=restored).sound
