"""The states of the plan records: every state, action and role, from one table; and what no way through them may break."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from synthesis.errors import IllegalTransition, NotAllowed, RuleError
from synthesis.plan import MACHINES, advance
from synthesis.plan.states import machine_of
from synthesis.procedure import NOTHING, Actor, ActorKind

# Who may do what, by role, written from the planning process: kind, role, then `state action next state` on each line.
MAY = {
    ("plan_cycle", "superintendent"): """
        - open listening
        listening seat_committee direction""",
    ("plan_cycle", "board_clerk"): """
        direction authorize_teams action_planning
        action_planning adopt adopted
        adopted authorize_schedule implementation
        implementation complete completed
        adopted supersede superseded
        implementation supersede superseded
        completed supersede superseded""",
    ("direction", "superintendent"): """
        committee_consensus open_community_review community_review
        community_review submit_to_board submitted_to_board""",
    ("direction", "committee_chair"): """
        - begin draft
        draft edit draft
        draft reach_consensus committee_consensus
        committee_consensus reopen draft
        community_review reopen draft
        returned supersede superseded""",
    ("direction", "committee_member"): "draft edit draft",
    ("direction", "secretary"): """
        draft reach_consensus committee_consensus
        committee_consensus open_community_review community_review""",
    ("direction", "board_clerk"): """
        submitted_to_board adopt adopted
        submitted_to_board return returned
        adopted supersede superseded
        returned supersede superseded""",
    ("action_plan", "superintendent"): """
        - assign assigned
        assigned assign_owner assigned
        drafting assign_owner drafting
        team_consensus assign_owner team_consensus
        submitted assign_owner submitted
        coherence_review assign_owner coherence_review
        accepted assign_owner accepted
        accepted_with_edits assign_owner accepted_with_edits
        returned_to_team assign_owner returned_to_team
        board_submitted assign_owner board_submitted
        accepted_by_board assign_owner accepted_by_board
        returned assign_owner returned
        scheduled assign_owner scheduled
        deferred assign_owner deferred
        in_progress assign_owner in_progress
        accepted submit_to_board board_submitted
        accepted_with_edits submit_to_board board_submitted""",
    ("action_plan", "team_member"): """
        - add drafting
        assigned begin_draft drafting
        drafting edit drafting
        drafting reach_consensus team_consensus
        team_consensus reopen drafting
        team_consensus submit submitted
        returned_to_team resume drafting
        returned resume drafting""",
    ("action_plan", "committee_chair"): """
        submitted begin_review coherence_review
        coherence_review accept accepted
        coherence_review accept_with_edits accepted_with_edits
        coherence_review return_to_team returned_to_team
        coherence_review decline declined""",
    ("action_plan", "secretary"): """
        submitted begin_review coherence_review
        coherence_review accept accepted
        coherence_review accept_with_edits accepted_with_edits
        coherence_review return_to_team returned_to_team
        coherence_review decline declined""",
    ("action_plan", "board_clerk"): """
        board_submitted accept_by_board accepted_by_board
        board_submitted return_by_board returned
        scheduled discontinue discontinued
        deferred discontinue discontinued
        in_progress discontinue discontinued""",
    ("action_plan", "senior_leadership"): """
        accepted_by_board schedule scheduled
        deferred schedule scheduled
        accepted_by_board defer deferred
        scheduled defer deferred
        scheduled start in_progress
        in_progress complete completed""",
    ("board_item", "superintendent"): "- place information",
    ("board_item", "board_clerk"): """
        - place information
        information move_to_discussion discussion
        discussion move_to_action action
        action adopt adopted
        action adopt_as_amended adopted_as_amended
        action table tabled
        action fail failed
        tabled take_up action""",
    ("implementation_item", "senior_leadership"): "\n".join(
        ["- list not_started", "not_started report_not_started not_started"]
        + [
            f"{state} report_{to} {to}"
            for state in ("not_started", "on_track", "at_risk", "off_track", "paused", "complete")
            for to in ("on_track", "at_risk", "off_track", "complete")
        ]
        + [
            f"{state} report_{to} {to}"
            for state in ("not_started", "on_track", "at_risk", "off_track", "paused")
            for to in ("paused", "discontinued")
        ]
    ),
    ("progress_update", "senior_leadership"): """
        - begin draft
        draft edit draft
        draft publish published""",
    ("progress_update", "superintendent"): "draft publish published",
}
ALLOWED = {
    (kind, NOTHING if state == "-" else state, action, role): to
    for (kind, role), lines in MAY.items()
    for state, action, to in (line.split() for line in lines.strip().splitlines())
}
READY = {"plan_cycle": "implementation", "direction": "adopted", "action_plan": "in_progress"}
"""States of the records beside, under which every row's condition is fulfilled, but for those in `OTHERWISE`."""
OTHERWISE = {("action_plan", "accept_by_board"): {"plan_cycle": "adopted"}}
NO_KIND_MAY = {"steward", "public_reader"}


def test_the_table_names_every_state_and_knows_no_other():
    for kind, machine in MACHINES.items():
        named = {state for k, state, _, _ in ALLOWED if k == kind} | {
            to for (k, *_), to in ALLOWED.items() if k == kind
        }
        assert named == set(machine.states) | {NOTHING}, kind
        assert set(machine.says) == set(machine.actions()), kind


@pytest.mark.parametrize("kind", MACHINES)
def test_every_state_action_and_role(kind: str):
    machine = MACHINES[kind]
    everything = sorted({action for m in MACHINES.values() for action in m.actions()} | {"delete", ""})
    cells = 0
    for state, action, role in product((NOTHING, *machine.states, "nonsense"), everything, ActorKind):
        cells += 1
        actor = Actor("Somebody", role, "S1")
        beside = OTHERWISE.get((kind, action), READY)
        wanted = ALLOWED.get((kind, state, action, role.value))
        if wanted is not None:
            assert advance(kind, state, action, actor, strategy="S1", beside=beside) == wanted
            continue
        known = any(k == kind and a == action for k, _, a, _ in ALLOWED)
        ever = any(k == kind and a == action and r == role.value for k, _, a, r in ALLOWED)
        here = any((k, s, a) == (kind, state, action) for k, s, a, _ in ALLOWED)
        error = NotAllowed if known and (not ever or here) else IllegalTransition
        with pytest.raises(error) as caught:
            advance(kind, state, action, actor, strategy="S1", beside=beside)
        assert type(caught.value) is error
        assert caught.value.expected
    assert cells == (len(machine.states) + 2) * len(everything) * len(ActorKind)


@pytest.mark.parametrize("role", sorted(NO_KIND_MAY))
def test_stewards_and_readers_move_no_record(role: str):
    actor = Actor("Somebody", ActorKind(role), "S1")
    for machine in MACHINES.values():
        for state in (NOTHING, *machine.states):
            assert machine.open_to(state, actor, strategy="S1", beside=READY) == ()


@pytest.mark.parametrize("kind", MACHINES)
def test_a_condition_on_another_record_holds_in_every_one_of_its_states(kind: str):
    for row in MACHINES[kind].rows:
        actor = Actor("Somebody", min(row.by), "S1")
        for other, wanted in row.beside.items():
            for state in (NOTHING, *MACHINES[other].states):
                if state in wanted:
                    assert advance(kind, row.state, row.action, actor, strategy="S1", beside={other: state}) == row.to
                else:
                    with pytest.raises(IllegalTransition, match=other.replace("_", " ")):
                        advance(kind, row.state, row.action, actor, strategy="S1", beside={other: state})
            with pytest.raises(IllegalTransition):
                advance(kind, row.state, row.action, actor, strategy="S1")


@pytest.mark.parametrize(("own", "record"), [("S2", "S1"), ("", "S1"), ("S1", ""), ("", "")])
def test_a_team_writes_for_its_own_strategy_only(own: str, record: str):
    actor = Actor("Somebody", ActorKind.TEAM_MEMBER, own)
    for row in MACHINES["action_plan"].rows:
        if ActorKind.TEAM_MEMBER in row.by:
            with pytest.raises(NotAllowed, match="own strategy"):
                advance("action_plan", row.state, row.action, actor, strategy=record, beside=READY)


def test_no_row_lets_a_team_touch_the_direction_or_the_plan_cycle():
    for kind in ("direction", "plan_cycle", "board_item", "implementation_item", "progress_update"):
        assert all(ActorKind.TEAM_MEMBER not in row.by for row in MACHINES[kind].rows)


def test_what_is_final_is_final_and_a_published_update_is_frozen():
    ends = {kind: set(machine.ends()) for kind, machine in MACHINES.items()}
    assert ends == {
        "plan_cycle": {"superseded"},
        "direction": {"superseded"},
        "action_plan": {"declined", "completed", "discontinued"},
        "board_item": {"adopted", "adopted_as_amended", "failed"},
        "implementation_item": {"discontinued"},
        "progress_update": {"published"},
    }
    assert not [row for row in MACHINES["progress_update"].rows if row.state == "published"]


def test_an_unknown_kind_has_no_states():
    with pytest.raises(IllegalTransition, match="wish"):
        machine_of("wish")


ACTORS = [Actor(f"{kind}", kind) for kind in ActorKind if kind is not ActorKind.TEAM_MEMBER] + [
    Actor(f"team {strategy}", ActorKind.TEAM_MEMBER, strategy) for strategy in ("S1", "S2")
]


ROLES = {actor.kind: actor for actor in ACTORS if not actor.strategy}
CLERK, CHIEF, CHAIR, SECRETARY, LEAD = (
    ROLES[kind]
    for kind in (
        ActorKind.BOARD_CLERK, ActorKind.SUPERINTENDENT, ActorKind.COMMITTEE_CHAIR, ActorKind.SECRETARY,
        ActorKind.SENIOR_LEADERSHIP,
    )
)  # fmt: skip
TEAM = ACTORS[-2]
THE_WAY = [
    ("cycle", "open", CHIEF), ("cycle", "seat_committee", CHIEF), ("direction", "begin", CHAIR),
    ("direction", "edit", CHAIR), ("direction", "reach_consensus", SECRETARY),
    ("direction", "open_community_review", CHIEF), ("direction", "submit_to_board", CHIEF),
    ("cycle", "authorize_teams", CLERK), ("AP1", "assign", CHIEF), ("AP1", "assign_owner", CHIEF),
    ("AP1", "begin_draft", TEAM), ("AP1", "edit", TEAM), ("AP1", "reach_consensus", TEAM), ("AP1", "submit", TEAM),
    ("AP1", "begin_review", SECRETARY), ("AP1", "return_to_team", SECRETARY), ("AP1", "resume", TEAM),
    ("AP1", "reach_consensus", TEAM), ("AP1", "submit", TEAM), ("AP1", "begin_review", CHAIR),
    ("AP1", "accept_with_edits", CHAIR), ("AP1", "submit_to_board", CHIEF), ("direction", "adopt", CLERK),
    ("cycle", "adopt", CLERK), ("AP1", "accept_by_board", CLERK), ("cycle", "authorize_schedule", CLERK),
    ("AP1", "schedule", LEAD), ("IT1", "list", LEAD), ("AP1", "start", LEAD), ("IT1", "report_on_track", LEAD),
    ("U1", "begin", LEAD), ("U1", "publish", CHIEF), ("IT1", "report_complete", LEAD), ("AP1", "complete", LEAD),
    ("cycle", "complete", CLERK),
]  # fmt: skip


class Planning(RuleBasedStateMachine):
    """A plan, its direction, two action plans for two strategies, an item of each, two months of updates, a Board item.

    What the records hold is told by a counter that an edit raises.
    """

    def __init__(self) -> None:
        super().__init__()
        self.kinds = {
            "cycle": "plan_cycle", "direction": "direction", "AP1": "action_plan", "AP2": "action_plan",
            "IT1": "implementation_item", "IT2": "implementation_item", "U1": "progress_update", "U2": "progress_update",
            "BI": "board_item",
        }  # fmt: skip
        self.state = dict.fromkeys(self.kinds, NOTHING)
        self.edits = dict.fromkeys(self.kinds, 0)
        self.log: list[tuple[str, str, Actor, dict[str, str]]] = []

    def beside(self, record: str) -> dict[str, str]:
        return {
            "plan_cycle": self.state["cycle"],
            "direction": self.state["direction"],
            "action_plan": self.state["AP" + record[-1]] if record[-1] in "12" else NOTHING,
        }

    def attempt(self, record: str, action: str, actor: Actor) -> bool:
        strategy = "S" + record[-1] if self.kinds[record] == "action_plan" else ""
        before = self.state[record]
        try:
            after = advance(self.kinds[record], before, action, actor, strategy=strategy, beside=self.beside(record))
        except RuleError:
            assert self.state[record] == before
            return False
        self.log.append((record, action, actor, dict(self.state)))
        self.state[record] = after
        self.edits[record] += action == "edit"
        return True

    @initialize(length=st.integers(0, len(THE_WAY)))
    def some_of_the_way_is_gone(self, length: int) -> None:
        for step in THE_WAY[:length]:
            assert self.attempt(*step), step

    @rule(data=st.data())
    def anybody_tries_anything(self, data: st.DataObject) -> None:
        record = data.draw(st.sampled_from(sorted(self.kinds)))
        actions = sorted({action for machine in MACHINES.values() for action in machine.actions()})
        self.attempt(record, data.draw(st.sampled_from(actions)), data.draw(st.sampled_from(ACTORS)))

    @rule(data=st.data())
    def somebody_does_what_is_possible(self, data: st.DataObject) -> None:
        possible = [
            (record, action, actor)
            for record, kind in self.kinds.items()
            for actor in ACTORS
            for action in MACHINES[kind].open_to(
                self.state[record],
                actor,
                strategy="S" + record[-1] if kind == "action_plan" else "",
                beside=self.beside(record),
            )
            if MACHINES[kind].row(self.state[record], action).to != self.state[record] or action == "edit"  # type: ignore[union-attr]
        ]
        if possible:
            assert self.attempt(*data.draw(st.sampled_from(possible)))

    def done(self, record: str, action: str) -> list[tuple[Actor, dict[str, str]]]:
        return [(actor, states) for r, a, actor, states in self.log if (r, a) == (record, action)]

    @invariant()
    def states_are_known(self) -> None:
        for record, state in self.state.items():
            assert state in (NOTHING, *MACHINES[self.kinds[record]].states)

    @invariant()
    def no_plan_is_scheduled_before_the_board_accepted_it_and_authorized_the_schedule(self) -> None:
        for plan in ("AP1", "AP2"):
            if self.state[plan] in ("scheduled", "deferred", "in_progress", "completed", "discontinued"):
                assert self.done(plan, "accept_by_board")
                assert self.done("cycle", "authorize_schedule")
                assert self.done("direction", "adopt")
            for _, states in self.done(plan, "schedule"):
                assert states["cycle"] == "implementation"
            for _, states in self.done(plan, "accept_by_board"):
                assert states["cycle"] in ("adopted", "implementation")

    @invariant()
    def the_board_sees_no_plan_that_the_committee_did_not_accept(self) -> None:
        for plan in ("AP1", "AP2"):
            if self.done(plan, "submit_to_board"):
                assert self.done(plan, "accept") or self.done(plan, "accept_with_edits")

    @invariant()
    def a_team_writes_its_own_plans_and_nothing_else(self) -> None:
        for record, _, actor, _ in self.log:
            if actor.kind is ActorKind.TEAM_MEMBER:
                assert record == "AP" + actor.strategy[-1]

    @invariant()
    def the_direction_is_written_by_the_committee_while_a_draft(self) -> None:
        for actor, states in self.done("direction", "edit"):
            assert states["direction"] == "draft"
            assert actor.kind in (ActorKind.COMMITTEE_CHAIR, ActorKind.COMMITTEE_MEMBER)

    @invariant()
    def published_months_stay_as_they_were(self) -> None:
        for update in ("U1", "U2"):
            published = [n for n, (r, a, *_) in enumerate(self.log) if (r, a) == (update, "publish")]
            later = [entry for entry in self.log[published[0] + 1 :] if entry[0] == update] if published else []
            assert not later
            assert len(published) <= 1

    @invariant()
    def items_stand_under_a_plan_that_is_on_the_schedule(self) -> None:
        for item in ("IT1", "IT2"):
            if self.state[item] != NOTHING:
                assert self.done("AP" + item[-1], "schedule")

    @invariant()
    def only_the_board_adopts_accepts_and_authorizes(self) -> None:
        for _, action, actor, _ in self.log:
            if action in ("adopt", "accept_by_board", "authorize_schedule", "authorize_teams", "return_by_board"):
                assert actor.kind is ActorKind.BOARD_CLERK

    @invariant()
    def a_vote_follows_an_action_agenda(self) -> None:
        if self.state["BI"] in ("adopted", "adopted_as_amended", "tabled", "failed"):
            assert self.done("BI", "move_to_discussion")
            assert self.done("BI", "move_to_action")


TestPlanning = Planning.TestCase
TestPlanning.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)


def test_the_way_can_be_gone_to_its_end_and_is_then_closed():
    way = Planning()
    way.some_of_the_way_is_gone(len(THE_WAY))
    assert (way.state["AP1"], way.state["cycle"], way.state["IT1"]) == ("completed", "completed", "complete")
    assert not way.attempt("U1", "edit", LEAD)
    assert not way.attempt("AP1", "edit", TEAM)
