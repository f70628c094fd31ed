"""Decisions of the committee: by consensus or by a threshold, each member's position with its reason, the outcome with its own.

Silence is no consent: a decision is open until everyone present has taken a position.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from synthesis.errors import NotAllowed, RuleError
from synthesis.procedure import plain


class Position(StrEnum):
    """What a member says to a proposal: agrees, can live with it and stands aside, or cannot."""

    CONSENT = "consent"
    STAND_ASIDE = "stand_aside"
    BLOCK = "block"


class Result(StrEnum):
    """What came of a proposal."""

    AGREED = "agreed"
    NOT_AGREED = "not_agreed"
    OPEN = "open"
    NO_QUORUM = "no_quorum"


@dataclass(frozen=True, slots=True)
class Stand:
    """One member's position. Who stands aside or blocks says why."""

    member: str
    position: Position
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Quorum:
    """More than `share` of the seats must be present: of all seats, vacant ones too, or of the filled ones."""

    share: Fraction = Fraction(1, 2)
    of_filled: bool = False

    def needed(self, seats: int, filled: int) -> int:
        """Return how many must be present."""
        return int(self.share * (filled if self.of_filled else seats)) + 1


@dataclass(frozen=True, slots=True)
class DecisionRule:
    """How the committee decides. Recorded with every decision.

    By consensus (`threshold` is None): no more blocks than `blocks`, no more members standing aside than
    `stand_asides` (None: any number). By a threshold: at least that share of those present consent; a block counts as
    no consent and has no veto.
    """

    name: str
    threshold: Fraction | None = None
    stand_asides: int | None = None
    blocks: int = 0


EVERYONE_AGREES = DecisionRule("everyone in the room agrees", stand_asides=0)
CAN_LIVE_WITH_IT = DecisionRule("everyone in the room agrees or can live with it")
TWO_THIRDS = DecisionRule("two thirds of those present agree", threshold=Fraction(2, 3))
RULES: Mapping[str, DecisionRule] = {
    "everyone_agrees": EVERYONE_AGREES,
    "can_live_with_it": CAN_LIVE_WITH_IT,
    "two_thirds": TWO_THIRDS,
}
"""The rules by the name under which a decision records them."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was decided, by which rule, on which counts, and why; `reasons` holds who stood aside or blocked."""

    result: Result
    rule: DecisionRule
    seats: int
    quorum: int
    present: int
    consents: int
    stand_asides: int
    blocks: int
    silent: tuple[str, ...]
    reasons: tuple[Stand, ...]
    why: str

    @property
    def agreed(self) -> bool:
        """Tell whether the proposal was agreed on."""
        return self.result is Result.AGREED


def decide(
    stands: Iterable[Stand],
    *,
    present: Collection[str],
    seats: int,
    filled: int | None = None,
    rule: DecisionRule = CAN_LIVE_WITH_IT,
    quorum: Quorum | None = None,
) -> Outcome:
    """Return the outcome of a proposal. `present` are the ids of the members in the room; `filled` defaults to `seats`.

    Raises RuleError for a position without its reason or a member with two, NotAllowed for one who is not present.
    """
    taken = tuple(stands)
    _admissible(taken, frozenset(present))
    needed = (quorum or Quorum()).needed(seats, seats if filled is None else filled)
    counts = Counter(stand.position for stand in taken)
    silent = tuple(sorted(frozenset(present) - {stand.member for stand in taken}))
    result, why = _result(counts, len(frozenset(present)), len(silent), needed, rule)
    return Outcome(
        result=result,
        rule=rule,
        seats=seats,
        quorum=needed,
        present=len(frozenset(present)),
        consents=counts[Position.CONSENT],
        stand_asides=counts[Position.STAND_ASIDE],
        blocks=counts[Position.BLOCK],
        silent=silent,
        reasons=tuple(sorted((s for s in taken if s.position is not Position.CONSENT), key=lambda s: s.member)),
        why=why,
    )


def _admissible(taken: tuple[Stand, ...], present: frozenset[str]) -> None:
    """Refuse positions that cannot be counted."""
    for member, times in Counter(stand.member for stand in taken).items():
        if times > 1:
            raise RuleError(f"The member {member} has {times} positions on one proposal.", do="Keep the last one only.")
    for stand in taken:
        if stand.member not in present:
            raise NotAllowed(
                f"The member {stand.member} was not in the room, or held no seat that day.",
                expected="a position of somebody present",
                do="Record the attendance first.",
            )
        if stand.position is not Position.CONSENT and not stand.reason.strip():
            raise RuleError(
                f"The member {stand.member} gives no reason ({plain(stand.position)}).",
                do="Ask for the reason and record it in the member's own words.",
            )


def _result(
    counts: Counter[Position], present: int, silent: int, needed: int, rule: DecisionRule
) -> tuple[Result, str]:
    """Return the result and the sentence that says why."""
    consents, asides, blocks = (counts[position] for position in Position)
    if present < needed:
        return Result.NO_QUORUM, f"{present} were present; {needed} are a quorum."
    if silent:
        return Result.OPEN, f"{silent} of {present} present have taken no position; silence is no consent."
    if rule.threshold is not None:
        enough = Fraction(consents, present) >= rule.threshold
        say = f"{consents} of {present} present consent; {rule.name} is the rule."
        return (Result.AGREED if enough else Result.NOT_AGREED), say
    if blocks > rule.blocks:
        return Result.NOT_AGREED, f"{blocks} of {present} present block; {rule.name} is the rule."
    if rule.stand_asides is not None and asides > rule.stand_asides:
        return Result.NOT_AGREED, f"{asides} of {present} present stand aside; {rule.name} is the rule."
    return Result.AGREED, f"{consents} of {present} present consent, {asides} stand aside; {rule.name} is the rule."
