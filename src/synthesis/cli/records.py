"""The verbs that write the plan: records added, changed and moved on; decisions; ballots; offices.

Nobody signs in here: `--as` says who acts, and the operating system vouches for whoever may write to the data folder. What that
person may do is checked all the same, by the offices, seats and teams that are recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from synthesis import actions
from synthesis.cli.plan import plan_app
from synthesis.cli.screen import Json, print_json, rows_table, screen, tree
from synthesis.errors import InputError
from synthesis.procedure import Actor, ActorKind, plain

As = Annotated[str, typer.Option("--as", help="Who acts: a person with an office, a seat or a place on a team.")]
In = Annotated[
    ActorKind | None, typer.Option("--in", help="In which capacity; without it, in the first that is allowed.")
]
Because = Annotated[str, typer.Option("--because", help="Why; kept with the action.")]
On = Annotated[
    datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The day on which it was done; today by default.")
]
Fields = Annotated[
    list[str], typer.Argument(metavar="FIELD=VALUE...", help="Fields as a cell of the workbook holds them.")
]

ballot_app = typer.Typer(help="The committee's private first ranking.", no_args_is_help=True)
office_app = typer.Typer(help="Who holds which office.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line; those of the plan go to its own."""
    app.add_typer(ballot_app, name="ballot")
    app.add_typer(office_app, name="offices")
    for name, verb in (
        ("add", plan_add), ("set", plan_set), ("remove", plan_remove), ("do", plan_do), ("get", plan_get), ("conclude", plan_conclude),
        ("publish", plan_publish), ("accept", plan_accept), ("coherence", plan_coherence),
    ):  # fmt: skip
        plan_app.command(name)(verb)


def as_person(ctx: typer.Context, person: str, capacity: ActorKind | None, do: Callable[[Actor], Any]) -> Any:
    """Do something as a person, in one capacity or in the first in which it is allowed."""
    held = actions.actors(person, **_where(ctx))
    chosen = [actor for actor in held if capacity is None or actor.kind is capacity]
    return actions.as_any(chosen, do)


def fields_of(given: list[str]) -> dict[str, str]:
    """Return field → value from ``field=value`` words; ``\\n`` begins a new line. Raises InputError for other words."""
    found = {}
    for word in given:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise InputError(f"This is no field with its value: {word!r}.", expected="field=value")
        found[name] = value.replace("\\n", "\n")
    return found


def _where(ctx: typer.Context) -> dict[str, Any]:
    """Return where the records are kept."""
    return {"data_dir": ctx.obj.data_dir, "database_url": ctx.obj.database_url}


def _limits(ctx: typer.Context) -> actions.Limits:
    """Return the district's limits of coherence."""
    return actions.Limits(**ctx.obj.limits())


def plan_add(
    ctx: typer.Context, kind: str, fields: Fields, person: As, capacity: In = None, because: Because = ""
) -> None:
    """Add a record to the plan."""
    values = fields_of(fields)
    number = as_person(
        ctx, person, capacity, lambda a: actions.add_record(kind, values, actor=a, because=because, **_where(ctx))
    )
    screen.print(f"Added {plain(kind)} {values.get('id', '')} (version {number}).", markup=False)


def plan_set(
    ctx: typer.Context,
    kind: str,
    record_id: Annotated[str, typer.Argument(metavar="ID")],
    fields: Fields,
    version: Annotated[int, typer.Option(help="The version that you have seen (synthesis plan get KIND ID).")],
    person: As,
    capacity: In = None,
    because: Because = "",
) -> None:
    """Change fields of a record. Refused where somebody changed it after the version that you have seen."""
    values = fields_of(fields)
    where = _where(ctx) | {"version": version, "because": because}
    number = as_person(
        ctx, person, capacity, lambda a: actions.change_record(kind, record_id, values, actor=a, **where)
    )
    screen.print(f"Changed {plain(kind)} {record_id} (version {number}).", markup=False)


def plan_remove(
    ctx: typer.Context,
    kind: str,
    record_id: Annotated[str, typer.Argument(metavar="ID")],
    version: Annotated[int, typer.Option(help="The version that you have seen (synthesis plan get).")],
    because: Annotated[str, typer.Option("--because", help="Why; kept with all that the record said.")],
    person: As,
    capacity: In = None,
) -> None:
    """Remove a record that was entered by mistake, while it is a draft and nothing rests on it."""
    where = _where(ctx) | {"version": version, "because": because}
    number = as_person(ctx, person, capacity, lambda a: actions.remove_record(kind, record_id, actor=a, **where))
    screen.print(
        f"Removed {plain(kind)} {record_id} (event {number}); plan get still shows what it said.", markup=False
    )


def plan_do(
    ctx: typer.Context,
    kind: str,
    record_id: Annotated[str, typer.Argument(metavar="ID")],
    action: Annotated[str, typer.Argument(help="An action of the tables in docs/plan.md.")],
    person: As,
    capacity: In = None,
    because: Because = "",
    on: On = None,
) -> None:
    """Move a record on: an action of the table of states of its kind."""
    where = _where(ctx) | {"because": because, "on": None if on is None else on.date()}
    state = as_person(ctx, person, capacity, lambda a: actions.act(kind, record_id, action, actor=a, **where))
    screen.print(f"{plain(kind)} {record_id}: {plain(state)}.", markup=False)


def plan_get(
    ctx: typer.Context, kind: str, record_id: Annotated[str, typer.Argument(metavar="ID")], as_json: Json = False
) -> None:
    """Show one record with its version, who wrote it last, when, and what may be done with it now."""
    found = actions.record_report(kind, record_id, **_where(ctx))
    if as_json:
        print_json(found)
    else:
        tree(found)


def plan_conclude(
    ctx: typer.Context, decision_id: Annotated[str, typer.Argument(metavar="ID")], person: As, capacity: In = None
) -> None:
    """Count the stands on a decision by its rule."""
    result, why = as_person(
        ctx, person, capacity, lambda a: actions.conclude_decision(decision_id, actor=a, **_where(ctx))
    )
    screen.print(f"{plain(result)}: {why}", markup=False)


def plan_publish(
    ctx: typer.Context,
    month: Annotated[str, typer.Argument(help="A month such as 2026-09.")],
    person: As,
    capacity: In = None,
    on: On = None,
) -> None:
    """Publish all updates of a month. From then on it is frozen."""
    day = None if on is None else on.date()
    ids = as_person(ctx, person, capacity, lambda a: actions.publish_month(month, actor=a, on=day, **_where(ctx)))
    screen.print(f"Published {len(ids)} updates of {month}: {', '.join(ids)}.", markup=False)


def plan_coherence(ctx: typer.Context, as_json: Json = False) -> None:
    """List every finding of the coherence rules, with the key by which it is accepted."""
    found = actions.plan_coherence(limits=_limits(ctx), **_where(ctx))
    if as_json:
        print_json(found)
        return
    rows = [
        [f["key"], ", ".join(f"{kind} {i}" for kind, i in f["records"]), f["problem"], "yes" if f["accepted"] else ""]
        for f in found
    ]
    rows_table(["key", "records", "problem", "accepted"], rows)


def plan_accept(
    ctx: typer.Context,
    finding: Annotated[str, typer.Argument(help="The key of a finding (synthesis plan coherence).")],
    because: Annotated[str, typer.Option("--because", help="Why it may stay so.")],
    person: As,
    capacity: In = None,
) -> None:
    """Accept a finding of the coherence rules, with the reason."""
    where = _where(ctx) | {"because": because, "limits": _limits(ctx)}
    as_person(ctx, person, capacity, lambda a: actions.accept_finding(finding, actor=a, **where))
    screen.print(f"Accepted {finding}, as long as it says the same.", markup=False)


@ballot_app.command("open")
def ballot_open(
    ctx: typer.Context,
    ballot_id: Annotated[str, typer.Argument(metavar="ID")],
    person: As,
    capacity: In = None,
    theme: Annotated[list[str] | None, typer.Option(help="Only this theme; may be given more than once.")] = None,
) -> None:
    """Open a ballot on the themes of the published run."""
    number = as_person(
        ctx, person, capacity, lambda a: actions.open_ballot(ballot_id, actor=a, themes=theme or (), **_where(ctx))
    )
    screen.print(f"{ballot_id} is open on {number} themes.", markup=False)


@ballot_app.command("paper")
def ballot_paper(ctx: typer.Context, ballot_id: Annotated[str, typer.Argument(metavar="ID")], person: As) -> None:
    """Show a member's paper: the themes in an order of its own, and the own ranking."""
    paper = actions.ballot_paper(ballot_id, person, **_where(ctx))
    rows = [[theme, name, paper.own.index(theme) + 1 if theme in paper.own else ""] for theme, name in paper.themes]
    rows_table(["theme", "", "your place"], rows, right=("your place",))


@ballot_app.command("rank")
def ballot_rank(
    ctx: typer.Context,
    ballot_id: Annotated[str, typer.Argument(metavar="ID")],
    themes: Annotated[
        list[str], typer.Argument(metavar="THEME...", help="The most pressing first; as many as wished.")
    ],
    person: As,
) -> None:
    """Cast a member's own ranking; it may be cast again until the ballot is sealed."""
    as_person(ctx, person, None, lambda a: actions.cast_ranking(ballot_id, themes, actor=a, **_where(ctx)))
    screen.print(f"Your ranking of {len(themes)} themes is cast.", markup=False)


@ballot_app.command("seal")
def ballot_seal(
    ctx: typer.Context, ballot_id: Annotated[str, typer.Argument(metavar="ID")], person: As, capacity: In = None
) -> None:
    """Seal a ballot: nothing is added or changed from then on."""
    cast = as_person(ctx, person, capacity, lambda a: actions.seal_ballot(ballot_id, actor=a, **_where(ctx)))
    screen.print(f"{ballot_id} is sealed; {cast} have ranked.", markup=False)


@ballot_app.command("reveal")
def ballot_reveal(
    ctx: typer.Context, ballot_id: Annotated[str, typer.Argument(metavar="ID")], person: As, capacity: In = None
) -> None:
    """Reveal the map of disagreement, and the data's order beside it."""
    as_person(ctx, person, capacity, lambda a: actions.reveal_ballot(ballot_id, actor=a, **_where(ctx)))
    _result(ctx, ballot_id)


@ballot_app.command("show")
def ballot_show(
    ctx: typer.Context, ballot_id: Annotated[str, typer.Argument(metavar="ID")], as_json: Json = False
) -> None:
    """Show where a ballot stands, and what came of it once it is revealed."""
    if as_json:
        print_json(actions.ballot_result(ballot_id, **_where(ctx)))
    else:
        _result(ctx, ballot_id)


def _result(ctx: typer.Context, ballot_id: str) -> None:
    """Print what a ballot shows."""
    found = actions.ballot_result(ballot_id, **_where(ctx))
    screen.print(f"{ballot_id} is {found['state']}; {found['cast']} have ranked.", markup=False)
    if "map" in found:
        columns = ("theme_id", "data_rank", "median", "low", "high", "ranked_by")
        rows_table(list(columns), [[row[name] for name in columns] for row in found["map"]], right=columns[1:])
        for sentence in found["says"]:
            screen.print(sentence, markup=False)


@office_app.command("give")
def offices_give(
    ctx: typer.Context,
    person: Annotated[str, typer.Argument(help="Who is to hold it.")],
    office: ActorKind,
    by: Annotated[str, typer.Option("--as", help="Who gives it: superintendent or secretary.")],
    because: Because = "",
) -> None:
    """Record that somebody holds an office. The first is the superintendent's."""
    actions.give_office(person, office, by=by, reason=because, **_where(ctx))
    screen.print(f"{person} acts as {plain(office)} from today on.", markup=False)


@office_app.command("end")
def offices_end(
    ctx: typer.Context,
    person: Annotated[str, typer.Argument(help="Who holds it.")],
    office: ActorKind,
    by: Annotated[str, typer.Option("--as", help="Who ends it: superintendent or secretary.")],
    because: Because = "",
) -> None:
    """Record that somebody holds an office no more."""
    actions.end_office(person, office, by=by, reason=because, **_where(ctx))
    screen.print(f"{person} acts as {plain(office)} no more.", markup=False)


@office_app.command("list")
def offices_list(ctx: typer.Context, as_json: Json = False) -> None:
    """List who holds which office, and who held it before."""
    found = actions.offices(**_where(ctx))
    if as_json:
        print_json([asdict(office) for office in found])
    else:
        rows_table(
            ["person", "office", "since", "until"], [[o.person, plain(o.kind), o.since, o.until or ""] for o in found]
        )
