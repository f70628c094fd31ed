"""The plan records on the command line: in and out, and where they stand."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from synthesis import actions
from synthesis.cli.screen import Json, print_json, rows_table, screen, tree
from synthesis.procedure import plain
from synthesis.settings import Settings

plan_app = typer.Typer(help="The plan records of steps 3 to 12.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.add_typer(plan_app, name="plan")
    app.command("trace")(trace)


class Format(StrEnum):
    """How the plan is written."""

    XLSX = "xlsx"
    JSON = "json"


@plan_app.command("import")
def plan_import(
    ctx: typer.Context,
    workbook: Annotated[Path, typer.Argument(help="The plan workbook (xlsx).")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell every cell to put right, or what would change; store nothing.")
    ] = False,
    by: Annotated[
        str, typer.Option("--as", help="Who imports: superintendent or secretary, once any office was given.")
    ] = "",
    because: Annotated[str, typer.Option("--because", help="Why; kept with the import.")] = "",
    as_json: Json = False,
) -> None:
    """Bring the plan to what a workbook says: all of it, or nothing and every cell that has to be put right."""
    settings: Settings = ctx.obj
    report = actions.import_plan(
        workbook,
        data_dir=settings.data_dir,
        database_url=settings.database_url,
        dry_run=dry_run,
        by=by,
        reason=because,
    )
    if as_json:
        print_json(asdict(report))
        return
    rows = [
        [plain(k.kind), k.records, len(k.added), len(k.changed), len(k.removed)]
        for k in report.kinds
        if k.records or k.removed
    ]
    numbers = ("records", "new", "changed", "removed")
    rows_table(["kind", *numbers], rows, right=numbers)
    for finding in report.findings:
        screen.print(f"look at {plain(finding.kind)} {finding.record_id}: it {finding.problem}.", markup=False)
    screen.print("Stored." if report.stored else "Nothing was stored: this was a dry run.", markup=False)


@plan_app.command("export")
def plan_export(
    ctx: typer.Context,
    out: Annotated[Path | None, typer.Argument(help="File to write; JSON is printed without one.")] = None,
    form: Annotated[Format, typer.Option("--format", help="A workbook to fill in, or JSON.")] = Format.XLSX,
) -> None:
    """Write the whole plan: a workbook that can be filled in and imported again, or JSON by the published schema."""
    settings: Settings = ctx.obj
    if form is Format.JSON:
        found = actions.plan_json(data_dir=settings.data_dir, database_url=settings.database_url)
        if out is None:
            print_json(found)
            return
        out.write_text(actions.json_text(found), "utf-8")
    else:
        out = out or Path("plan_workbook.xlsx")
        out.write_bytes(actions.export_plan(data_dir=settings.data_dir, database_url=settings.database_url))
    screen.print(f"Written to {out}", markup=False)


@plan_app.command("schema")
def plan_schema() -> None:
    """Print the JSON schema of the exported plan."""
    typer.echo(actions.json_text(actions.json_schema()), nl=False)


@plan_app.command("show")
def plan_show(ctx: typer.Context, as_json: Json = False) -> None:
    """Show the twelve steps, and each strategy with the themes that it answers."""
    overview = actions.plan_overview(data_dir=ctx.obj.data_dir, database_url=ctx.obj.database_url)
    if as_json:
        print_json(overview)
    else:
        tree(overview)


def trace(
    ctx: typer.Context,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write the matrix to this file.")] = None,
    xlsx: Annotated[
        Path | None, typer.Option("--xlsx", help="Write the matrix and its margins to this workbook.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Lay the themes beside the plan: what answers each, what has no home, and what has no voice behind it."""
    report = actions.trace_report(data_dir=ctx.obj.data_dir, database_url=ctx.obj.database_url)
    if csv is not None:
        csv.write_bytes(actions.to_csv(*actions.trace_table(report)))
    if xlsx is not None:
        xlsx.write_bytes(actions.to_workbook(actions.trace_sheets(report)))
    if as_json:
        print_json(report)
    elif csv is None and xlsx is None:
        _print_trace(report)
    for path in filter(None, (csv, xlsx)):
        screen.print(f"Written to {path}", markup=False)


def _print_trace(report: dict[str, Any]) -> None:
    """Print what answers each theme, and the margins of the matrix."""
    rows = []
    for theme in report["themes"]:
        answered = ", ".join(f"{a['label']} ({a['links']})" for a in theme["answered_by"])
        refused = f"refused: {theme['refused']}" if theme["refused"] else ""
        people = f"{theme['people_low']}-{theme['people_high']}"
        rows.append([theme["rank"], theme["theme_id"], theme["name"], people, answered or refused or "no home"])
    rows_table(["rank", "theme", "name", "people", "answered by (links)"], rows, right=("rank", "people"))
    lost = report["no_home"]
    screen.print(
        f"\nNo home: {len(lost['themes'])} themes, {lost['ideas']} ideas; {lost['contributions']} comments have no idea that has one. "
        f"Rows set aside: {sum(lost['set_aside'].values())} (synthesis ledger).",
        markup=False,
    )
    screen.print(f"\nNo voice behind it: {len(report['no_voice'])} elements", markup=False)
    rows_table(["element", "words"], [[e["label"], e["text"]] for e in report["no_voice"]])
    happened = [
        [t["theme_id"], a["label"], a["happened"]] for t in report["themes"] for a in t["answered_by"] if a["happened"]
    ]
    happened += [[a["theme_id"], f"{a['links']} links", a["happened"]] for a in report["astray"]]
    if happened:
        screen.print("\nLinks that moved with their themes: a person should look", markup=False)
        rows_table(["theme", "element", "what happened"], happened)
