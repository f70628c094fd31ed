"""How records move: who acts, which action leads from which state to which, and what a rule found. No rule stands here:
`plan` and `committee` hold the tables; this module reads them. What no row of a table allows is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from synthesis.errors import IllegalTransition, NotAllowed

NOTHING = ""
"""The state of a record that does not exist yet."""


class ActorKind(StrEnum):
    """In which capacity a person acts. A person with several acts in one at a time."""

    SUPERINTENDENT = "superintendent"
    COMMITTEE_CHAIR = "committee_chair"
    COMMITTEE_MEMBER = "committee_member"
    TEAM_MEMBER = "team_member"
    BOARD_CLERK = "board_clerk"
    SENIOR_LEADERSHIP = "senior_leadership"
    SECRETARY = "secretary"
    STEWARD = "steward"
    PUBLIC_READER = "public_reader"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and as what. `strategy` is the one that the action team of a team member writes for, by id."""

    person: str
    kind: ActorKind
    strategy: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: in `state`, `action` leads to `to`, if done by one of `by`.

    With `own_strategy` a team member may do it for the strategy of the own team only. `beside` names the states that
    records beside this one must be in: kind → states.
    """

    state: str
    action: str
    to: str
    by: frozenset[ActorKind]
    own_strategy: bool = False
    beside: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Machine:
    """The states of one kind of record and the rows between them; `says` tells each action in plain words."""

    kind: str
    states: tuple[str, ...]
    rows: tuple[Row, ...]
    says: Mapping[str, str]

    def row(self, state: str, action: str) -> Row | None:
        """Return the row for an action in a state, or None where there is none."""
        return next((row for row in self.rows if row.state == state and row.action == action), None)

    def actions(self) -> tuple[str, ...]:
        """Return every action of the table, in its order."""
        return tuple(dict.fromkeys(row.action for row in self.rows))

    def ends(self) -> tuple[str, ...]:
        """Return the states out of which no row leads."""
        leading = {row.state for row in self.rows if row.to != row.state}
        return tuple(state for state in self.states if state not in leading)

    def advance(
        self, state: str, action: str, actor: Actor, *, strategy: str = "", beside: Mapping[str, str] | None = None
    ) -> str:
        """Return the state after an action. `strategy` is the record's; `beside` is kind → state of related records.

        Raises NotAllowed where the actor may not do it, IllegalTransition where it does not follow from the state.
        """
        doers = {kind for row in self.rows if row.action == action for kind in row.by}
        if doers and actor.kind not in doers:
            raise self._not_allowed(action, actor, doers)
        row = self.row(state, action)
        if row is None:
            raise self._illegal(state, action)
        if actor.kind not in row.by:
            raise self._not_allowed(action, actor, row.by)
        if row.own_strategy and actor.kind is ActorKind.TEAM_MEMBER and (not strategy or actor.strategy != strategy):
            raise NotAllowed(
                f"An action team writes for its own strategy ({actor.strategy or 'none'}), not for {strategy or 'none'}.",
                do="Ask the team of that strategy.",
            )
        for kind, wanted in row.beside.items():
            found = (beside or {}).get(kind, NOTHING)
            if found not in wanted:
                raise IllegalTransition(
                    f"{plain(action).capitalize()} ({plain(self.kind)}) has to wait for the {plain(kind)}, which is {plain(found) or 'not there'}.",
                    expected=f"{plain(kind)}: {either(wanted)}",
                )
        return row.to

    def open_to(
        self, state: str, actor: Actor, *, strategy: str = "", beside: Mapping[str, str] | None = None
    ) -> tuple[str, ...]:
        """Return the actions that an actor may do in a state, in the table's order."""
        found = []
        for row in self.rows:
            if row.state != state or actor.kind not in row.by:
                continue
            try:
                self.advance(state, row.action, actor, strategy=strategy, beside=beside)
            except (NotAllowed, IllegalTransition):
                continue
            found.append(row.action)
        return tuple(found)

    def in_words(self) -> tuple[tuple[str, str, str, str, str], ...]:
        """Return the table in plain words: what is done, from which states, to which, by whom, on which condition."""
        lines: dict[tuple[str, str, str, str], list[str]] = {}
        for row in self.rows:
            to = "stays" if row.to == row.state else plain(row.to)
            by = either(f"{kind} of the strategy's own team" if row.own_strategy else kind for kind in row.by)
            wanted = "; ".join(f"the {plain(kind)} is {either(states)}" for kind, states in row.beside.items())
            lines.setdefault((self.says[row.action], to, by, wanted), []).append(plain(row.state) or "nothing yet")
        return tuple((says, ", ".join(states), to, by, wanted) for (says, to, by, wanted), states in lines.items())

    def _not_allowed(self, action: str, actor: Actor, doers: Iterable[ActorKind]) -> NotAllowed:
        """Return the error for an actor that may not do an action."""
        return NotAllowed(
            f"{plain(actor.kind).capitalize()} may not do this: {plain(action)} ({plain(self.kind)}).",
            expected=either(doers),
        )

    def _illegal(self, state: str, action: str) -> IllegalTransition:
        """Return the error for an action that does not follow from a state."""
        possible = sorted({row.action for row in self.rows if row.state == state})
        return IllegalTransition(
            f"From “{plain(state) or 'not there yet'}” does not follow: {plain(action)} ({plain(self.kind)}).",
            expected=either(possible) if possible else "nothing: this state is final",
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about the plan: an `error` forbids the import, a warning is shown."""

    kind: str
    record_id: str
    column: str
    problem: str
    error: bool


def plain(name: str) -> str:
    """Return a name of the code in words: ``committee_member`` → ``committee member``."""
    return name.replace("_", " ")


def either(names: Iterable[str]) -> str:
    """Return names in words, as a choice: ``a, b or c``."""
    words = sorted(plain(str(name)) for name in names)
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
