"""The states of the plan records, one table per kind: in which state who may do what, and where it leads.

Each line of a table is ``states > action > next state : who``. ``own`` after a team member says that the record must
belong to the strategy of the own team; ``if kind = states`` that a record beside this one must be in one of the states.
``-`` is a record that does not exist yet, ``=`` that the state stays. What stands in no line is refused.
"""

from __future__ import annotations

from collections.abc import Mapping

from synthesis.errors import IllegalTransition
from synthesis.procedure import NOTHING, Actor, ActorKind, Machine, Row, either

WHO = {
    "superintendent": ActorKind.SUPERINTENDENT,
    "chair": ActorKind.COMMITTEE_CHAIR,
    "committee": ActorKind.COMMITTEE_MEMBER,
    "team": ActorKind.TEAM_MEMBER,
    "clerk": ActorKind.BOARD_CLERK,
    "leadership": ActorKind.SENIOR_LEADERSHIP,
    "secretary": ActorKind.SECRETARY,
    "steward": ActorKind.STEWARD,
}


def _row_of(line: str) -> tuple[Row, ...]:
    """Return the rows that one line of a table stands for, one per state."""
    change, _, rest = line.partition(" : ")
    states, action, to = (part.strip() for part in change.split(">"))
    who, _, condition = rest.partition(" if ")
    names = who.split()
    kind, _, wanted = (part.strip() for part in condition.partition("="))
    return tuple(
        Row(
            state=NOTHING if state == "-" else state,
            action=action,
            to=state if to == "=" else to,
            by=frozenset(WHO[name] for name in names if name != "own"),
            own_strategy="own" in names,
            beside={kind: frozenset(wanted.split())} if condition else {},
        )
        for state in states.split()
    )


def _machine(kind: str, states: str, table: str, says: dict[str, str]) -> Machine:
    """Return a machine from its table as written below."""
    rows = tuple(row for line in table.strip().splitlines() for row in _row_of(line.strip()))
    return Machine(kind, tuple(states.split()), rows, says)


PLAN_CYCLE = _machine(
    "plan_cycle",
    "listening direction action_planning adopted implementation completed superseded",
    """
    - > open > listening : superintendent
    listening > seat_committee > direction : superintendent
    direction > authorize_teams > action_planning : clerk if direction = submitted_to_board adopted
    action_planning > adopt > adopted : clerk if direction = adopted
    adopted > authorize_schedule > implementation : clerk
    implementation > complete > completed : clerk
    adopted implementation completed > supersede > superseded : clerk
    """,
    {
        "open": "The superintendent opens the plan; the community is heard.",
        "seat_committee": "The superintendent appoints the committee, which begins to write the Direction.",
        "authorize_teams": "The Board approves the general direction and authorizes action planning teams.",
        "adopt": "The Board adopts the plan; its Direction is adopted by then.",
        "authorize_schedule": "The Board authorizes the Administration to begin the implementation schedule.",
        "complete": "The Board closes the plan at its end.",
        "supersede": "The Board puts another plan in its place.",
    },
)

DIRECTION = _machine(
    "direction",
    "draft committee_consensus community_review submitted_to_board adopted returned superseded",
    """
    - > begin > draft : chair
    draft > edit > draft : chair committee
    draft > reach_consensus > committee_consensus : chair secretary
    committee_consensus > open_community_review > community_review : superintendent secretary
    committee_consensus community_review > reopen > draft : chair
    community_review > submit_to_board > submitted_to_board : superintendent
    submitted_to_board > adopt > adopted : clerk
    submitted_to_board > return > returned : clerk
    adopted > supersede > superseded : clerk
    returned > supersede > superseded : chair clerk
    """,
    {
        "begin": "The committee begins a version.",
        "edit": "The committee writes values, mission, boundaries, student performance statement and strategies. Nobody else does.",
        "reach_consensus": "The committee has decided by its rule; chair or secretary record it.",
        "open_community_review": "The Direction goes out to the community.",
        "reopen": "What the community says sends it back to the committee.",
        "submit_to_board": "The superintendent recommends it to the Board.",
        "adopt": "The Board adopts it, with the plan.",
        "return": "The Board returns it. What the Board has seen is not edited: the committee begins a new version.",
        "supersede": "A new version takes its place.",
    },
)

ACTION_PLAN = _machine(
    "action_plan",
    "assigned drafting team_consensus submitted coherence_review accepted accepted_with_edits returned_to_team declined"
    " board_submitted accepted_by_board returned scheduled deferred in_progress completed discontinued",
    """
    - > assign > assigned : superintendent if plan_cycle = action_planning implementation
    - > add > drafting : team own if plan_cycle = action_planning implementation
    assigned drafting team_consensus submitted coherence_review accepted accepted_with_edits returned_to_team board_submitted accepted_by_board returned scheduled deferred in_progress > assign_owner > = : superintendent
    assigned > begin_draft > drafting : team own
    drafting > edit > drafting : team own
    drafting > reach_consensus > team_consensus : team own
    team_consensus > reopen > drafting : team own
    team_consensus > submit > submitted : team own
    submitted > begin_review > coherence_review : chair secretary
    coherence_review > accept > accepted : chair secretary
    coherence_review > accept_with_edits > accepted_with_edits : chair secretary
    coherence_review > return_to_team > returned_to_team : chair secretary
    coherence_review > decline > declined : chair secretary
    returned_to_team returned > resume > drafting : team own
    accepted accepted_with_edits > submit_to_board > board_submitted : superintendent
    board_submitted > accept_by_board > accepted_by_board : clerk if plan_cycle = adopted implementation
    board_submitted > return_by_board > returned : clerk
    accepted_by_board deferred > schedule > scheduled : leadership if plan_cycle = implementation
    accepted_by_board scheduled > defer > deferred : leadership if plan_cycle = implementation
    scheduled > start > in_progress : leadership if plan_cycle = implementation
    in_progress > complete > completed : leadership
    scheduled deferred in_progress > discontinue > discontinued : clerk
    """,
    {
        "assign": "The superintendent assigns the writing of a plan for a strategy to its team.",
        "add": "The team begins a further plan for its strategy.",
        "assign_owner": "The superintendent names the one accountable owner of the plan.",
        "begin_draft": "The team begins to write.",
        "edit": "The team writes specific result, steps, costs and benefits: for its own strategy, and never the strategy itself.",
        "reach_consensus": "The team agrees on the plan.",
        "reopen": "The team takes its plan up again before handing it in.",
        "submit": "The team hands the plan in.",
        "begin_review": "The committee begins to check whether intention and plan agree.",
        "accept": "The committee accepts the plan.",
        "accept_with_edits": "The committee accepts the plan with edits that it names.",
        "return_to_team": "The committee returns the plan to its team, with what to change.",
        "decline": "The committee declines the plan, with the reason.",
        "resume": "The team takes up a plan that was returned.",
        "submit_to_board": "The superintendent recommends the plan to the Board.",
        "accept_by_board": "The Board accepts the plan, once it has adopted the strategic plan.",
        "return_by_board": "The Board returns the plan.",
        "schedule": "Senior leadership puts the plan on the schedule, once the Board has authorized it.",
        "defer": "Senior leadership leaves the plan for a later year.",
        "start": "Work begins.",
        "complete": "The specific result is reached.",
        "discontinue": "The Board ends the plan before its result is reached.",
    },
)

BOARD_ITEM = _machine(
    "board_item",
    "information discussion action adopted adopted_as_amended tabled failed",
    """
    - > place > information : superintendent clerk
    information > move_to_discussion > discussion : clerk
    discussion > move_to_action > action : clerk
    action > adopt > adopted : clerk
    action > adopt_as_amended > adopted_as_amended : clerk
    action > table > tabled : clerk
    action > fail > failed : clerk
    tabled > take_up > action : clerk
    """,
    {
        "place": "The matter is put on an agenda, for information.",
        "move_to_discussion": "The matter is on an agenda for discussion (first reading).",
        "move_to_action": "The matter is on an agenda for action: only then is there a vote.",
        "adopt": "The motion carries.",
        "adopt_as_amended": "The motion carries as amended, or on conditions, which are written down.",
        "table": "The Board puts the motion off.",
        "fail": "The motion fails.",
        "take_up": "The Board takes a tabled motion up again.",
    },
)

_UNDER_WAY = "if action_plan = scheduled in_progress"
ITEM_STATUS = _machine(
    "implementation_item",
    "not_started on_track at_risk off_track complete paused discontinued",
    f"""
    - > list > not_started : leadership {_UNDER_WAY}
    not_started > report_not_started > not_started : leadership {_UNDER_WAY}
    not_started on_track at_risk off_track paused complete > report_on_track > on_track : leadership {_UNDER_WAY}
    not_started on_track at_risk off_track paused complete > report_at_risk > at_risk : leadership {_UNDER_WAY}
    not_started on_track at_risk off_track paused complete > report_off_track > off_track : leadership {_UNDER_WAY}
    not_started on_track at_risk off_track paused complete > report_complete > complete : leadership {_UNDER_WAY} completed
    not_started on_track at_risk off_track paused > report_paused > paused : leadership {_UNDER_WAY} deferred
    not_started on_track at_risk off_track paused > report_discontinued > discontinued : leadership {_UNDER_WAY} deferred discontinued
    """,
    {
        "list": "Senior leadership puts an item on the schedule, with one owner.",
        "report_not_started": "A monthly update says that work has not begun.",
        "report_on_track": "A monthly update says that the item is on track.",
        "report_at_risk": "A monthly update says that the item may miss its date or its measure.",
        "report_off_track": "A monthly update says that the item misses its date or its measure.",
        "report_complete": "A monthly update says that the item is done. A later month may correct it, with a reason.",
        "report_paused": "A monthly update says that the item rests, why, and on whose authority.",
        "report_discontinued": "A monthly update says that the item ends undone, why, and on whose authority.",
    },
)

PROGRESS_UPDATE = _machine(
    "progress_update",
    "draft published",
    """
    - > begin > draft : leadership
    draft > edit > draft : leadership
    draft > publish > published : leadership superintendent
    """,
    {
        "begin": "The owner's month is begun.",
        "edit": "It is written until it is published.",
        "publish": "It is published, and from then on frozen: what was wrong is put right by the next month.",
    },
)

MACHINES: Mapping[str, Machine] = {
    machine.kind: machine for machine in (PLAN_CYCLE, DIRECTION, ACTION_PLAN, BOARD_ITEM, ITEM_STATUS, PROGRESS_UPDATE)
}


def advance(
    kind: str,
    state: str,
    action: str,
    actor: Actor,
    *,
    strategy: str = "",
    beside: Mapping[str, str] | None = None,
) -> str:
    """Return the state of a record after an action.

    `strategy` is the strategy that the record belongs to, by id; `beside` is kind → state of the records beside it (the
    plan cycle of an action plan, the action plan of a schedule item). Raises NotAllowed or IllegalTransition.
    """
    return machine_of(kind).advance(state, action, actor, strategy=strategy, beside=beside)


def machine_of(kind: str) -> Machine:
    """Return the table of a kind of record. Raises IllegalTransition where there is none."""
    if kind not in MACHINES:
        raise IllegalTransition(f"Records of the kind {kind!r} have no states.", expected=either(MACHINES))
    return MACHINES[kind]
