"""The plan as it is read on the command line: what to look at, meetings, goals, a year's proposal, the update of a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from synthesis import actions
from synthesis.cli.plan import plan_app
from synthesis.cli.screen import Json, print_json, rows_table, screen
from synthesis.procedure import plain
from synthesis.settings import Settings

_SAID = {"we_did": "we did", "not_yet": "not yet", "wont": "we won't, because", "no_answer": "not answered yet"}


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    plan_app.command("check")(plan_check)
    plan_app.command("goals")(plan_goals)
    plan_app.command("minutes")(plan_minutes)
    plan_app.command("schedule")(plan_schedule)
    app.command("update")(update)


def plan_check(ctx: typer.Context, as_json: Json = False) -> None:
    """Tell what to look at in teams, seats, meetings, decisions, the Board's acts, goals, updates and changes."""
    plan = actions.plan_records(data_dir=ctx.obj.data_dir, database_url=ctx.obj.database_url)
    found = actions.plan_findings(plan)
    if as_json:
        print_json([asdict(finding) for finding in found])
        return
    for finding in found:
        screen.print(f"{plain(finding.kind)} {finding.record_id}: {finding.problem}.", markup=False)
    screen.print(f"{len(found)} to look at." if found else "Nothing to look at.", markup=False)


def plan_goals(ctx: typer.Context, as_json: Json = False) -> None:
    """Show which District Goals each strategy serves, and what serves none."""
    found = actions.goals_served(data_dir=ctx.obj.data_dir, database_url=ctx.obj.database_url)
    if as_json:
        print_json(found)
        return
    goals = [goal["id"] for goal in found["goals"]]
    rows = [[s["id"], *("yes" if goal in s["serves"] else "" for goal in goals)] for s in found["strategies"]]
    rows_table(["strategy", *goals], rows)
    for goal in found["goals"]:
        screen.print(f"{goal['id']}: {goal['text']}", markup=False)
    for problem in found["not_aligned"]:
        screen.print(f"look at {problem}.", markup=False)


def plan_minutes(
    ctx: typer.Context, meeting: Annotated[str, typer.Argument(help="The meeting's id.")], as_json: Json = False
) -> None:
    """Show a meeting: who was there, what was decided by which rule, and who stood aside or blocked, and why."""
    found = actions.meeting_report(meeting, data_dir=ctx.obj.data_dir, database_url=ctx.obj.database_url)
    if as_json:
        print_json(found)
        return
    screen.print(f"{found['body']}, {found['day']}: {found['title']}", style="bold", markup=False)
    screen.print(f"Announced on {found['noticed_on']}. {found['minutes']}.", markup=False)
    screen.print(f"{found['present']} present of {found['seats']} seats; {found['quorum']} are a quorum.", markup=False)
    for presence in ("remote", "excused", "absent"):
        if found["attendance"][presence]:
            screen.print(f"{presence.capitalize()}: {', '.join(found['attendance'][presence])}.", markup=False)
    for decision in found["decisions"]:
        _decision(decision)


def _decision(decision: dict[str, Any]) -> None:
    """Print a decision of a meeting."""
    screen.print(f"\n{decision['id']}, on {decision['object']}: {decision['proposal']}", style="bold", markup=False)
    stood = {position: len(members) for position, members in decision["positions"].items()}
    counted = ", ".join(f"{n} {plain(position)}" for position, n in stood.items() if n)
    screen.print(f"  {plain(decision['result'])} ({plain(decision['rule'])}): {counted}.", markup=False)
    if decision["why"]:
        screen.print(f"  Why: {decision['why']}", markup=False)
    for position in ("stand_aside", "block"):
        for one in decision["positions"][position]:
            screen.print(f"  {one['member']} ({plain(position)}): {one['reason']}", markup=False)


def plan_schedule(
    ctx: typer.Context,
    year: Annotated[str, typer.Option(help="The school year, such as 2026-27 (July to June).")],
    fund: Annotated[
        list[str] | None, typer.Option(help="What a fund has in the year, such as general=600000; may be repeated.")
    ] = None,
    owner_load: Annotated[float, typer.Option(help="Plans that one owner can carry in any month.")] = 3.0,
    take: Annotated[list[str] | None, typer.Option("--in", help="A plan that is chosen; may be repeated.")] = None,
    leave: Annotated[
        list[str] | None, typer.Option("--out", help="A plan that is left out, and why: AP07=a later year.")
    ] = None,
    as_scheduled: Annotated[
        bool, typer.Option("--as-scheduled", help="Keep every plan that is on the year's schedule; show conflicts.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Propose which plans begin in a year: most priority served within money and what owners can carry. People decide."""
    settings: Settings = ctx.obj
    found = actions.schedule_proposal(
        year,
        data_dir=settings.data_dir,
        database_url=settings.database_url,
        funds=_pairs(fund),
        owner_load=owner_load,
        take=take or (),
        leave=_pairs(leave),
        as_scheduled=as_scheduled,
    )
    if as_json:
        print_json(found)
    else:
        _proposal(found)


def _pairs(given: Sequence[str] | None) -> dict[str, str]:
    """Return what was given as ``name=value``."""
    parts = (text.partition("=") for text in given or ())
    return {name.strip(): value.strip() for name, _, value in parts}


def _proposal(found: dict[str, Any]) -> None:
    """Print a proposal: what begins when, what is left out and why, money."""
    if found["conflicts"]:
        screen.print("What people have chosen cannot be kept together:", style="bold", markup=False)
        for conflict in found["conflicts"]:
            screen.print(f"  {conflict}", markup=False)
        return
    rows = [
        [p["plan"], p["first"], p["last"], p["owner"], f"{p['priority']:.2f}", "chosen" if p["chosen"] else ""]
        for p in found["proposed"]
    ]
    rows_table(["plan", "begins", "ends", "owner", "serves", ""], rows, right=("serves",))
    screen.print(f"\nServed: {found['served']:.2f} of {found['asked']:.2f} priority.", markup=False)
    if not found["proven"]:
        screen.print("So many schedules are possible that a better one was not ruled out.", markup=False)
    money = [[f["fund"], _money(f["asked"]), _money(f["there"])] for f in found["funds"]]
    rows_table(["fund", "asked", "there"], money, right=("asked", "there"))
    for left in found["left_out"]:
        screen.print(f"\nLeft out: {left['plan']}. {left['why']}", markup=False)


def _money(amount: float | None) -> str:
    """Return an amount for people; a fund without a limit has none."""
    return "no limit" if amount is None else f"{amount:,.0f}"


def update(
    ctx: typer.Context,
    month: Annotated[str, typer.Argument(help="The month, such as 2026-11.")],
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Late as of this day; the month's last without it.")
    ] = None,
    save: Annotated[Path | None, typer.Option(help="Write it as an accessible PDF to this file instead.")] = None,
    as_json: Json = False,
) -> None:
    """Tell a month: items by strategy, money, what is late, what changed, and what became of what people said."""
    settings: Settings = ctx.obj
    day = None if on is None else on.date()
    if save is not None:
        actions.write_update(month, save, on=day, data_dir=settings.data_dir, database_url=settings.database_url)
        screen.print(f"Written to {save}", markup=False)
        return
    found = actions.monthly_update(month, on=day, data_dir=settings.data_dir, database_url=settings.database_url)
    if as_json:
        print_json(found)
    else:
        _month(found)


def _month(found: dict[str, Any]) -> None:
    """Print a month."""
    state = f"published on {found['published']}" if found["published"] else "not published yet"
    screen.print(f"{found['district']}: update of {found['period']}, {state}", style="bold", markup=False)
    told = [f"{n} {plain(state)}" for state, n in found["counts"].items() if n]
    screen.print(f"Items: {', '.join(told)}.", markup=False)
    money = [[f["fund"], _money(f["spent"]), _money(f["budget"])] for f in found["budget"]]
    rows_table(["fund", "spent", "of"], money, right=("spent", "of"))
    for strategy in found["strategies"]:
        if strategy["items"]:
            screen.print(f"\nStrategy {strategy['number']}. {strategy['text']}", style="bold", markup=False)
        for item in strategy["items"]:
            _item(item)
    _late(found)
    _change_log(found)
    _answers(found["answers"])


def _item(item: dict[str, Any]) -> None:
    """Print an item of a month."""
    was = "" if item["status"] == item["status_before"] else f" (was {plain(item['status_before'])})"
    told = "" if item["told"] else "; no update this month"
    screen.print(
        f"  {item['item']} {plain(item['status'])}{was}, {item['percent']} %{told}. {item['owner']}, due {item['due']}",
        markup=False,
    )
    for mark, words in (
        ("+", item["successes"]),
        ("!", item["roadblocks"]),
        (">", [item["next_steps"]] if item["next_steps"] else []),
    ):
        for word in words:
            screen.print(f"    {mark} {word}", markup=False)


def _late(found: dict[str, Any]) -> None:
    """Print which updates are asked for, and what is late."""
    if found["requests"]:
        screen.print("\nUpdates that are asked for", style="bold", markup=False)
        rows = [[r["item"], r["owner"], r["period"], r["days_late"]] for r in found["requests"]]
        rows_table(["item", "owner", "month", "days late"], rows, right=("days late",))
    if found["late"]:
        screen.print("\nLate", style="bold", markup=False)
        rows = [[w["id"], w["who"], w["due"], w["days_late"], plain(w["status"])] for w in found["late"]]
        rows_table(["", "who", "due", "days late", "status"], rows, right=("days late",))


def _change_log(found: dict[str, Any]) -> None:
    """Print what changed with whose authority, and what the Board has before it."""
    if found["changes"]:
        screen.print("\nChanges", style="bold", markup=False)
    for change in found["changes"]:
        screen.print(f"  {change['of']}: {change['what']}. Why: {change['why']} ({change['by']})", markup=False)
    if found["decisions"]:
        screen.print("\nBefore the Board", style="bold", markup=False)
    for asked in found["decisions"]:
        screen.print(f"  {asked['meeting_date']}, for {asked['agenda_kind']}: {asked['motion']}", markup=False)


def _answers(rows: list[dict[str, Any]]) -> None:
    """Print the register: you said, we did, not yet, we won't because."""
    said = ""
    for row in rows:
        if row["you_said"] != said:
            said = row["you_said"]
            screen.print(f"\nYou said: {said}", style="bold", markup=False)
        told = " ".join(text for text in (row["words"], row["because"]) if text)
        if row["reason_missing"]:
            told += " (not to be published before its reason is recorded)"
        screen.print(f"  {_SAID[row['answer']]}: {told}" if told else f"  {_SAID[row['answer']]}", markup=False)
