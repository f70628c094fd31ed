"""The committee's private first ranking: opened before the data's order is shown, cast by each member alone, sealed, revealed.

While a ballot is open or sealed a member gets the own ranking from here and nothing else. No workbook, export or event holds
an order; an event holds a seal of it, by which `verify` finds a ranking that was changed behind the program's back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from synthesis.actions.acting import check_holds, seats_of, terms_of, today
from synthesis.committee import (
    BALLOT,
    Ranking,
    approval,
    approved,
    borda,
    cast,
    check_enough,
    concordance,
    condorcet_winner,
    disagreement,
    pairwise,
    paper_order,
    seated,
    sight,
)
from synthesis.committee import reading as in_sentences
from synthesis.errors import NotAllowed, RuleError
from synthesis.model import Verb
from synthesis.plan import Plan
from synthesis.procedure import NOTHING, Actor
from synthesis.store.ballots import (
    Ballot,
    read_ballot,
    read_ballots,
    read_rankings,
    sealed,
    write_ballot,
    write_ranking,
)
from synthesis.store.database import connection, reading
from synthesis.store.events import read_events, record
from synthesis.store.offices import read_offices
from synthesis.store.plans import TABLES, read_plan
from synthesis.store.runs import read_run

_SEATS = frozenset({"committee_member", "term"})
_OTHERS = frozenset(TABLES) - _SEATS
_FIRST = 3
"""How many themes of a ranking count as approved of."""
_DAYS = ("opened", "sealed", "revealed")
_MOVES = (Verb.OPEN_BALLOT, Verb.SEAL_BALLOT, Verb.REVEAL_BALLOT)


@dataclass(frozen=True, slots=True)
class Paper:
    """What a member sees of a ballot: its state, the themes in the paper's own order with their names, the own ranking."""

    ballot: str
    state: str
    themes: tuple[tuple[str, str], ...]
    own: tuple[str, ...]


def open_ballot(
    ballot_id: str, *, actor: Actor, data_dir: Path, database_url: str | None = None, themes: Sequence[str] = ()
) -> int:
    """Open a ballot on these themes, in the data's order; on those of the published run by default. Returns how many.

    Chair and secretary may. Raises RuleError for an id that was used before.
    """
    run = read_run(data_dir)
    rank = {str(theme_id): int(row["rank"]) for theme_id, row in run.order().items()}
    known = sorted((str(theme.theme_id) for theme in run.themes), key=lambda theme: rank[theme])
    chosen = [theme for theme in known if theme in themes] if themes else known
    unknown = sorted(set(themes) - set(known))
    if unknown or not ballot_id.strip():
        raise RuleError(f"A ballot has an id, and themes of the published run; not {', '.join(unknown) or 'no id'}.")
    with connection(data_dir, database_url) as opened:
        _check(opened, actor)
        if read_ballot(opened, ballot_id) is not None:
            raise RuleError(f"There is a ballot {ballot_id!r} already.", do="Give the new one an id of its own.")
        state = BALLOT.advance(NOTHING, "open", actor)
        number = record(
            opened, Verb.OPEN_BALLOT, ballot_id, by=actor.person, reason="", data=_said(actor, themes=chosen)
        )
        write_ballot(opened, Ballot(ballot_id, state, tuple(chosen), number))
    return len(chosen)


def cast_ranking(
    ballot_id: str, order: Sequence[str], *, actor: Actor, data_dir: Path, database_url: str | None = None
) -> int:
    """Cast a member's ranking, in place of an earlier one, until the ballot is sealed. Returns the event's number.

    Raises BallotClosed once it is sealed, NotAllowed for who holds no seat, RuleError for a ranking that cannot be counted.
    """
    with connection(data_dir, database_url) as opened:
        plan = _check(opened, actor)
        ballot = _known(read_ballot(opened, ballot_id), ballot_id)
        member = _seat(plan, actor.person)
        ranking = Ranking(member, tuple(order))
        cast(ballot.state, ranking, ballot.themes, replace(actor, person=member))
        salt, seal = sealed(ranking)
        data = _said(actor, member=member, seal=seal)
        number = record(opened, Verb.CAST_RANKING, ballot_id, by=actor.person, reason="", data=data)
        write_ranking(opened, ballot_id, ranking, salt, number)
    return number


def seal_ballot(ballot_id: str, *, actor: Actor, data_dir: Path, database_url: str | None = None) -> int:
    """Seal a ballot: nothing is added or changed from then on. Returns how many have ranked."""
    return _move(ballot_id, "seal", Verb.SEAL_BALLOT, actor, data_dir, database_url)


def reveal_ballot(ballot_id: str, *, actor: Actor, data_dir: Path, database_url: str | None = None) -> int:
    """Reveal the map of disagreement, and the data's order beside it. Returns how many have ranked."""
    return _move(ballot_id, "reveal", Verb.REVEAL_BALLOT, actor, data_dir, database_url)


def ballot_paper(ballot_id: str, person: str, *, data_dir: Path, database_url: str | None = None) -> Paper:
    """Return a member's paper: the themes in an order of its own, and the own ranking."""
    names = {str(theme.theme_id): theme.name for theme in read_run(data_dir).themes}
    with reading(data_dir, database_url) as opened:
        member = _seat(read_plan(opened, _OTHERS), person)
        ballot = _known(read_ballot(opened, ballot_id), ballot_id)
        own = next((r.order for r in read_rankings(opened, ballot_id) if r.member == member), ())
    listed = paper_order(ballot_id, member, ballot.themes)
    return Paper(ballot_id, ballot.state, tuple((theme, names.get(theme, theme)) for theme in listed), own)


def ballot_result(ballot_id: str, *, data_dir: Path, database_url: str | None = None) -> dict[str, Any]:
    """Return what a ballot shows: ``ballot, state, cast``, and once it is revealed ``map, says, concordance, tallies, names, beats_all``.

    `names` is theme id → name, `beats_all` the theme that beats every other in pairs, or None. No member is named. Before that,
    and where fewer than `committee.FEWEST` have ranked, the orders of others and of the data are not in it.
    """
    with reading(data_dir, database_url) as opened:
        ballot = _known(read_ballot(opened, ballot_id), ballot_id)
        rankings = read_rankings(opened, ballot_id)
    return _shown(ballot, rankings, data_dir)


def ballots(*, data_dir: Path, database_url: str | None = None) -> list[dict[str, Any]]:
    """Return what every ballot shows (`ballot_result`), the last opened first, with ``seats`` (held on that day), ``opened, sealed, revealed``.

    These three are the days (UTC) on which it was done, None where it is still to come.
    """
    with reading(data_dir, database_url) as opened:
        kept = [(ballot, read_rankings(opened, ballot.id)) for ballot in read_ballots(opened)]
        moved = {(e.verb, e.subject): e for e in read_events(opened, _MOVES)}
        plan = read_plan(opened, _OTHERS)
    found = []
    for ballot, rankings in kept:
        events = {name: moved.get((verb, ballot.id)) for name, verb in zip(_DAYS, _MOVES, strict=True)}
        days = {name: event.at.date() if event else None for name, event in events.items()}
        seats = len(seated(plan.of("committee_member"), terms_of(plan), days["sealed"] or today()))
        number = events["opened"].number if events["opened"] else 0
        found.append((number, _shown(ballot, rankings, data_dir) | {"seats": seats} | days))
    return [shown for _, shown in sorted(found, key=lambda pair: -pair[0])]


def _shown(ballot: Ballot, rankings: Sequence[Ranking], data_dir: Path) -> dict[str, Any]:
    """Return what a ballot shows now."""
    found: dict[str, Any] = {"ballot": ballot.id, "state": ballot.state, "cast": len(rankings)}
    if not sight(ballot.state, len(rankings)).others:
        return found
    known = {str(theme.theme_id): theme.name for theme in read_run(data_dir).themes}
    names = {theme: known.get(theme, theme) for theme in ballot.themes}
    frame = disagreement(rankings, ballot.themes)
    approvals = {ranking.member: approved(ranking, _FIRST) for ranking in rankings}
    tallies = (borda(rankings, ballot.themes), approval(approvals, ballot.themes), pairwise(rankings, ballot.themes))
    return found | {
        "names": names,
        "map": frame.to_dict("records"),
        "says": list(in_sentences(frame, names)),
        "concordance": concordance(rankings, ballot.themes),
        "beats_all": condorcet_winner(rankings, ballot.themes),
        "tallies": [
            {
                "method": t.method,
                "ballots": t.ballots,
                "tiers": [list(tier) for tier in t.tiers],
                "scores": dict(t.scores),
            }
            for t in tallies
        ],
    }


def _move(ballot_id: str, action: str, verb: Verb, actor: Actor, data_dir: Path, database_url: str | None) -> int:
    """Move a ballot on in one transaction. Returns how many have ranked."""
    with connection(data_dir, database_url) as opened:
        _check(opened, actor)
        ballot = _known(read_ballot(opened, ballot_id), ballot_id)
        state = BALLOT.advance(ballot.state, action, actor)
        rankings = read_rankings(opened, ballot_id)
        check_enough(len(rankings))
        number = record(opened, verb, ballot_id, by=actor.person, reason="", data=_said(actor, cast=len(rankings)))
        write_ballot(opened, replace(ballot, state=state, version=number))
    return len(rankings)


def _check(opened: Any, actor: Actor) -> Plan:
    """Raise NotAllowed where the actor does not hold the capacity named. Returns the seats."""
    plan = read_plan(opened, _OTHERS)
    check_holds(plan, read_offices(opened), actor, today())
    return plan


def _seat(plan: Plan, person: str) -> str:
    """Return the seat that a person holds today, by id."""
    held = seats_of(plan, person, today())
    if not held:
        raise NotAllowed(f"{person or 'Nobody'} holds no seat on the committee.", do="Record the seat first.")
    return str(held[0].id)


def _known(ballot: Ballot | None, ballot_id: str) -> Ballot:
    """Return a ballot. Raises RuleError where there is none."""
    if ballot is None:
        raise RuleError(f"There is no ballot {ballot_id!r}.", do="Chair or secretary open it: synthesis ballot open.")
    return ballot


def _said(actor: Actor, **more: Any) -> dict[str, Any]:
    """Return what an event on a ballot holds."""
    return {"as": actor.kind.value} | more
