"""The command line: the same verbs as the pipelines and the app, on the same actions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from synthesis import actions
from synthesis.errors import InputError, Place, SynthesisError
from synthesis.model import Channel
from synthesis.settings import Settings

app = typer.Typer(
    help="From what a community says to a plan that it recognises.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
plan_app = typer.Typer(help="The plan records of steps 3 to 12.", no_args_is_help=True)
app.add_typer(plan_app, name="plan")

_out = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
_err = Console(stderr=True, highlight=False)

Json = Annotated[bool, typer.Option("--json", help="Print stable JSON instead of a table.")]
_BENCHES = ("sample", "themes")


@app.callback()
def _options(
    ctx: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    data_dir: Annotated[Path | None, typer.Option(help="Data folder (SYNTHESIS_DATA_DIR).")] = None,
) -> None:
    """Read the settings once."""
    settings = Settings() if data_dir is None else Settings(data_dir=data_dir)
    ctx.obj = settings


@app.command()
def ingest(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Files or folders of exports.")],
    channel: Annotated[
        Channel | None, typer.Option(help="Where the input was collected, if the folder does not tell.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would be stored; store nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Read exports into the vault. Every row is kept or set aside with a reason."""
    settings: Settings = ctx.obj
    with _progress() as progress:
        report = actions.ingest(
            paths,
            data_dir=settings.data_dir,
            timezone=settings.timezone,
            channel=channel,
            dry_run=dry_run,
            progress=progress,
        )
    if as_json:
        _json(
            {
                "stored": actions.ledger_report(report.stored),
                "known": [row.name for row in report.known],
                "refused": [str(error) for error in report.refused],
            }
        )
    else:
        verb = "Would store" if dry_run else "Stored"
        if report.stored:
            _ledger_table(actions.ledger_report(report.stored))
        _out.print(f"{verb} {len(report.stored)} exports; {len(report.known)} were stored before.", markup=False)
    for error in report.refused:
        _err.print(f"\n{error}", markup=False)
    if report.refused:
        raise typer.Exit(InputError.exit_code)


@app.command()
def ledger(ctx: typer.Context, as_json: Json = False) -> None:
    """Show the account of every export: rows in = kept + set aside."""
    report = actions.ledger_report(actions.ledger(ctx.obj.data_dir))
    if as_json:
        _json(report)
    else:
        _ledger_table(report)


@app.command()
def run(ctx: typer.Context, as_json: Json = False) -> None:
    """Find and rank the themes of everything that is ingested, and publish the run."""
    settings: Settings = ctx.obj
    with _progress() as progress:
        published = actions.run(
            data_dir=settings.data_dir,
            languages=settings.languages,
            weights=actions.Weights(settings.weight_reach, settings.weight_channels, settings.weight_roles),
            seed=settings.seed,
            progress=progress,
        )
    if as_json:
        _json(actions.themes_report(published))
    else:
        _themes_table(published)


@app.command()
def themes(ctx: typer.Context, as_json: Json = False) -> None:
    """List the published themes in rank order."""
    published = actions.read_run(ctx.obj.data_dir)
    if as_json:
        _json(actions.themes_report(published))
    else:
        _themes_table(published)


@app.command()
def explain(
    ctx: typer.Context,
    item_id: Annotated[str, typer.Argument(metavar="ID", help="A theme, idea or contribution.")],
    as_json: Json = False,
) -> None:
    """Tell why something stands where it stands, on what evidence, and what became of it."""
    found = actions.explain(item_id, data_dir=ctx.obj.data_dir, database_url=ctx.obj.database_url)
    if as_json:
        _json(found)
    else:
        _out.print(f"{found['kind']} {found['id']}", style="bold", markup=False)
        _tree({key: value for key, value in found.items() if key not in ("kind", "id")})


@app.command()
def brief(
    ctx: typer.Context,
    theme_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[THEME]...", help="Theme ids; none for the set.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="The whole set and one per theme.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder to write to; briefs/ in the data folder by default.")] = None,
) -> None:
    """Write briefs to hand out (accessible PDF)."""
    settings: Settings = ctx.obj
    with _progress() as progress:
        written = actions.write_briefs(
            theme_ids or (),
            every=every,
            data_dir=settings.data_dir,
            out=out,
            district=settings.district,
            minimum_cell=settings.minimum_cell,
            database_url=settings.database_url,
            progress=progress,
        )
    for path in written:
        _out.print(str(path), markup=False)


@plan_app.command("import")
def plan_import(
    ctx: typer.Context, workbook: Annotated[Path, typer.Argument(help="The plan workbook (xlsx).")]
) -> None:
    """Read the whole plan from one workbook: all of it or nothing."""
    settings: Settings = ctx.obj
    counts = actions.import_plan(workbook, data_dir=settings.data_dir, database_url=settings.database_url)
    for kind, number in counts.items():
        _out.print(f"{number:5d}  {kind.replace('_', ' ')}", markup=False)


@plan_app.command("show")
def plan_show(ctx: typer.Context, as_json: Json = False) -> None:
    """Show the twelve steps, and each strategy with the themes that it answers."""
    overview = actions.plan_overview(data_dir=ctx.obj.data_dir, database_url=ctx.obj.database_url)
    if as_json:
        _json(overview)
    else:
        _tree(overview)


@app.command("app")
def open_app(
    ctx: typer.Context,
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 8501,
    headless: Annotated[bool, typer.Option("--headless", help="Do not open a browser.")] = False,
) -> None:
    """Open the committee's explorer on this machine."""
    spec = find_spec("app.main")
    if spec is None or spec.origin is None:
        raise InputError("The app is not installed.", do="Install the project from its folder (make app does it).")
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        spec.origin,
        f"--server.port={port}",
        "--server.address=127.0.0.1",
    ]
    command += [
        f"--server.headless={str(headless).lower()}",
        "--browser.gatherUsageStats=false",
        "--client.toolbarMode=minimal",
    ]
    _hand_over(command, ctx.obj)


@app.command()
def serve(ctx: typer.Context) -> None:
    """Run the scheduled pipeline until stopped."""
    _hand_over([sys.executable, "-m", "pipelines.deployments"], ctx.obj)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench(ctx: typer.Context, name: Annotated[str, typer.Argument(help=f"One of: {', '.join(_BENCHES)}.")]) -> None:
    """Measure quality and speed; further options go to the benchmark."""
    if name not in _BENCHES:
        raise InputError(f"There is no benchmark {name!r}.", expected=", ".join(_BENCHES), do="Name one of these.")
    _hand_over([sys.executable, "-m", f"benchmarks.{name}", *ctx.args], ctx.obj)


def _hand_over(command: list[str], settings: Settings) -> NoReturn:
    """Run another program with these settings and end with its exit code."""
    environment = os.environ | {"SYNTHESIS_DATA_DIR": str(settings.data_dir.resolve()), "DO_NOT_TRACK": "1"}
    raise typer.Exit(subprocess.run(command, env=environment, check=False).returncode)


@contextmanager
def _progress() -> Iterator[actions.Progress]:
    """Show counts and an estimate on a terminal; say nothing elsewhere."""
    if not _err.is_terminal:
        yield actions.quiet
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=_err, transient=True) as bars:
        shown: dict[str, Any] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in shown:
                shown[stage] = bars.add_task(stage, total=total)
            bars.update(shown[stage], completed=done, total=total)

        yield report


def _json(value: object) -> None:
    """Print JSON exactly, whatever the terminal's width."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def _ledger_table(report: dict[str, Any]) -> None:
    """Print the account of exports, one a line."""
    table = Table(box=None, pad_edge=False)
    for heading in ("export", "layout"):
        table.add_column(heading, overflow="fold")
    for heading in ("rows in", "kept", "set aside"):
        table.add_column(heading, justify="right")
    table.add_column("reasons", overflow="fold")
    for row in report["exports"]:
        table.add_row(
            Text(row["name"]),
            row["layout"],
            *(str(row[k]) for k in ("rows_in", "kept", "set_aside")),
            _reasons(row["reasons"]),
        )
    totals = report["totals"]
    table.add_row(
        "all",
        f"{totals['exports']} exports",
        *(str(totals[k]) for k in ("rows_in", "kept", "set_aside")),
        _reasons(totals["reasons"]),
        style="bold",
    )
    _out.print(table)


def _reasons(reasons: dict[str, int]) -> str:
    """Return reasons in one line."""
    return ", ".join(f"{reason.replace('_', ' ')} {times}" for reason, times in reasons.items())


def _themes_table(run: actions.PublishedRun) -> None:
    """Print the ranked themes with people and evidence counts."""
    report = actions.themes_report(run)
    table = Table(box=None, pad_edge=False)
    for heading in ("rank", "90 %", "people", "comments", "ideas", "channels"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("theme", overflow="fold")
    table.add_column("id", no_wrap=True)
    for theme in report["themes"]:
        table.add_row(
            str(theme["rank"]),
            _range(theme["rank_low"], theme["rank_high"]),
            _range(theme["people_low"], theme["people_high"]),
            str(theme["n_contributions"]),
            str(theme["n_ideas"]),
            str(len(theme["channels"])),
            Text(theme["name"]),
            theme["theme_id"],
        )
    _out.print(table)
    counts = run.manifest.counts
    _out.print(
        f"Run {run.manifest.run_id}: {counts['themes']} themes in {counts['ideas']} ideas of {counts['contributions']} comments, "
        f"from {counts['exports']} exports. People are those who took part.",
        markup=False,
    )


def _range(low: int, high: int) -> str:
    """Return a range, or one number where both ends are the same."""
    return str(low) if low == high else f"{low}-{high}"


def _tree(value: object, indent: int = 0) -> None:
    """Print nested values as indented lines."""
    pad = "  " * indent
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, dict | list) and inner:
                _out.print(f"{pad}{str(key).replace('_', ' ')}:", markup=False)
                _tree(inner, indent + 1)
            elif not isinstance(inner, dict | list):
                _out.print(f"{pad}{str(key).replace('_', ' ')}: {inner}", markup=False)
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, dict):
                line = "; ".join(
                    f"{k.replace('_', ' ')} {v}" for k, v in inner.items() if not isinstance(v, dict | list) and v != ""
                )
                _out.print(f"{pad}- {line}", markup=False)
                for key, deeper in inner.items():
                    if isinstance(deeper, dict | list) and deeper:
                        _out.print(f"{pad}  {str(key).replace('_', ' ')}:", markup=False)
                        _tree(deeper, indent + 2)
            else:
                _out.print(f"{pad}- {inner}", markup=False)
    else:
        _out.print(f"{pad}{value}", markup=False)


def main() -> None:
    """Run the command line; a known error is one readable block and its exit code."""
    debug = "--debug" in sys.argv
    try:
        app()
    except SynthesisError as error:
        if debug:
            raise
        _err.print(f"{error}", markup=False)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _err.print("Stopped. What was stored before stays; start the same command again to go on.", markup=False)
        sys.exit(130)
    except PermissionError as error:
        if debug:
            raise
        _err.print(
            str(
                InputError(
                    "The folder may not be written to.",
                    place=Place(file=str(error.filename)),
                    do="Choose another --data-dir.",
                )
            ),
            markup=False,
        )
        sys.exit(InputError.exit_code)


if __name__ == "__main__":
    main()
