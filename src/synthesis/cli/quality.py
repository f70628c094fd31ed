"""How good the themes are: the report, and the sheets on which people code ideas to be compared with the program."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from synthesis import actions
from synthesis.cli.screen import Json, print_json, rows_table, screen

_PAIRS = 10
coding = typer.Typer(help="Coding by people: a sheet out, and back.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.command("quality")(quality)
    app.add_typer(coding, name="coding")


def quality(ctx: typer.Context, as_json: Json = False) -> None:
    """Tell how good the themes are: each against the rules, whether more listening would change them, and how far coders agree."""
    report = actions.quality_report(ctx.obj.data_dir, ctx.obj.database_url)
    if as_json:
        print_json(report)
    else:
        _lines(report)


def _lines(report: dict[str, Any]) -> None:
    """Print the report."""
    for entry in report["questions"]:
        screen.print(Text.assemble((entry["question"], "bold"), f" {entry['verdict'].capitalize()}. {entry['answer']}"))
    screen.print(Text("\nThe rules, and how many themes meet each", style="bold"))
    rows_table(
        ["met", "rule", "what it asks"],
        [[f"{rule['met']} of {rule['of']}", rule["title"], rule["asks"]] for rule in report["rules"]],
        right=("met",),
    )
    screen.print(Text("\nThe themes", style="bold"))
    rows_table(["theme", "name", "how it stands"], [[t["theme_id"], t["name"], t["says"]] for t in report["themes"]])
    screen.print(Text("\nThe pairs that are most alike", style="bold"))
    rows_table(["alike", "themes", "fit the other as well"], [_pair(pair) for pair in report["pairs"][:_PAIRS]])
    screen.print(Text("\nSince the run before", style="bold"))
    for entry in report["changes"]:
        screen.print(f"- {entry['name']}: {entry['says']}", markup=False)
    if not report["changes"]:
        screen.print("This is the first run.")
    screen.print(Text("\nWould more listening bring anything new?", style="bold"))
    strands = [row for row in report["coverage"] if row["level"] == "strand" and row["shown"]]
    for row in strands:
        if row["scope"] != "session":
            screen.print(f"- {row['says']}", markup=False)
    headings = ["session", "voices", "strands", "covered", "last", "raised new", "more raise"]
    sessions = [
        [
            row["part"],
            row["units"],
            row["raised"],
            f"{row['coverage']:.0%}",
            row["step"],
            row["last_new"],
            f"{row['next_new']} ({row['next_low']} to {row['next_high']})",
        ]
        for row in strands
        if row["scope"] == "session"
    ]
    rows_table(headings, sessions, right=tuple(headings[1:]))
    screen.print(report["limit"], markup=False)
    screen.print(Text("\nPeople and the program", style="bold"))
    for entry in report["coding"]["agreement"]:
        screen.print(f"- {entry['says']}", markup=False)
    if not report["coding"]["agreement"]:
        screen.print("Nobody has coded ideas yet: synthesis coding export FILE.xlsx", markup=False)
    for entry in report["coding"]["confusions"]:
        screen.print(f"  {entry['times']} x the program {entry['program']}, people {entry['coders']}", markup=False)


def _pair(pair: dict[str, Any]) -> list[str]:
    """Return a pair of themes as a row."""
    names = dict(zip(pair["theme_ids"], pair["names"], strict=True))
    alike = f"{pair['alike']:.2f} ({pair['alike_low']:.2f} to {pair['alike_high']:.2f})" if pair["alike"] else ""
    fits = [
        f"{fit['share']:.0%} ({fit['low']:.0%} to {fit['high']:.0%}) of {names[fit['theme_id']]}"
        for fit in pair["fits"]
    ]
    return [alike, " / ".join(pair["names"]), "; ".join(fits)]


@coding.command("export")
def coding_export(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(help="XLSX to write.", metavar="FILE")],
    ideas: Annotated[int, typer.Option(min=1, help="How many ideas.")] = 100,
    seed: Annotated[int, typer.Option(min=0, help="Another number draws another sample.")] = 0,
) -> None:
    """Write a random sample of ideas to be coded, without the program's themes on it."""
    written = actions.export_coding(path, data_dir=ctx.obj.data_dir, ideas=ideas, seed=seed)
    screen.print(f"{written} ideas written to {path}; choose a theme for each in the last column.", markup=False)


@coding.command("import")
def coding_import(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(help="The coded sheet.", metavar="FILE")],
    by: Annotated[str, typer.Option("--by", help="Who coded.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, or in which meeting; kept with the codes.")],
) -> None:
    """Read a coded sheet back: all of it or nothing. A second sheet of the same coder adds to the first."""
    read = actions.import_coding(
        path, by=by, reason=reason, data_dir=ctx.obj.data_dir, database_url=ctx.obj.database_url
    )
    screen.print(f"{read} codes of {by} stored; see synthesis quality.", markup=False)


@coding.command("list")
def coding_list(ctx: typer.Context, as_json: Json = False) -> None:
    """List who coded how many ideas."""
    coders = actions.coding_report(actions.read_run(ctx.obj.data_dir), ctx.obj.data_dir, ctx.obj.database_url)["coders"]
    if as_json:
        print_json(coders)
    else:
        headings = ["coder", "ideas", "used"]
        rows_table(headings, [[entry[key] for key in headings] for entry in coders], right=("ideas", "used"))


@coding.command("withdraw")
def coding_withdraw(
    ctx: typer.Context,
    coder: Annotated[str, typer.Argument(help="Whose codes.")],
    by: Annotated[str, typer.Option("--by", help="Who decides.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept with the decision.")],
) -> None:
    """Take all codes of a coder back."""
    gone = actions.withdraw_codes(
        coder, by=by, reason=reason, data_dir=ctx.obj.data_dir, database_url=ctx.obj.database_url
    )
    screen.print(f"{gone} codes of {coder} count no more.", markup=False)
