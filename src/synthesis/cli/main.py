"""The command line: the same verbs as the pipelines and the app, on the same actions."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, NoReturn

import typer

from synthesis import actions
from synthesis.cli import edit, keep, plan, quality, records, review, steps
from synthesis.cli.screen import (
    Json,
    comparison_lines,
    errors,
    ledger_table,
    practice_lines,
    print_json,
    priority_table,
    reasons,
    representation_tables,
    rows_table,
    save_table,
    screen,
    showing_progress,
    themes_table,
    tree,
    why_lines,
)
from synthesis.errors import InputError, Place, SchemaDrift, SynthesisError
from synthesis.model import Channel, Role
from synthesis.settings import Settings

app = typer.Typer(
    help="From what a community says to a plan that it recognises.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
review.add_to(app)
edit.add_to(app)
quality.add_to(app)
plan.add_to(app)
steps.add_to(app)
keep.add_to(app)
records.add_to(app)

_BENCHES = (
    "sample",
    "prepare",
    "ingest",
    "themes",
    "reading",
    "scale",
    "stability",
    "learning",
    "placing",
    "stance",
    "priority",
    "quality",
    "rules",
    "rerun",
    "store",
    "plan",
)


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
    profile: Annotated[
        str | None, typer.Option(help="Read by this mapping profile: a TOML file, or the name of a saved one.")
    ] = None,
    supersedes: Annotated[
        str | None, typer.Option(help="The stored export (name or first digits of its hash) that this file corrects.")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Who decides that it supersedes.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why it supersedes.")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be stored, and draft profiles; store nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Read exports into the vault. Every row is kept or set aside with a reason."""
    settings: Settings = ctx.obj
    chosen = None if profile is None else actions.find_profile(profile, settings.data_dir)
    with showing_progress() as progress:
        report = actions.ingest(
            paths,
            data_dir=settings.data_dir,
            timezone=settings.timezone,
            channel=channel,
            profile=chosen,
            dry_run=dry_run,
            supersedes=supersedes,
            by=by,
            reason=reason,
            database_url=settings.database_url,
            alert=_alert(settings.alert_command),
            progress=progress,
        )
    if chosen is not None and report.stored and not dry_run:
        actions.save_profile(chosen, settings.data_dir)
    if as_json:
        print_json(
            {
                "stored": actions.ledger_report(report.stored),
                "known": [row.name for row in report.known],
                "refused": [str(error) for error in report.refused],
            }
        )
    else:
        verb = "Would store" if dry_run else "Stored"
        if report.stored:
            ledger_table(actions.ledger_report(report.stored))
        if report.stored or report.known:
            screen.print(f"{verb} {len(report.stored)} exports; {len(report.known)} were stored before.", markup=False)
    drafting = dry_run and chosen is None and not as_json
    files = {path.name: path for path in paths if drafting and path.is_file()}
    for error in report.refused:
        name = Path(error.place.file or "").name
        if isinstance(error, SchemaDrift) and name in files:
            _draft_profile(files[name], error)
        else:
            errors.print(f"\n{error}", markup=False)
    if report.refused and not drafting:
        errors.print("\nNothing was stored of what was refused.", markup=False)
    if report.refused:
        raise typer.Exit(InputError.exit_code)


def _draft_profile(path: Path, error: SchemaDrift) -> None:
    """Explain a file of an unknown layout and write a draft of its profile into the working folder."""
    found = actions.draft_profile(path)
    draft = Path(f"{path.stem}.profile.toml")
    actions.write_draft(found, draft)
    screen.print(f"\n{error.problem}\n\n{found.explain()}", markup=False)
    screen.print(
        f"\nA draft of a mapping profile was written to {draft}.\n"
        f'  1. Open it in a text editor, read each guess, and put an answer in place of every "?".\n'
        f"  2. Try it:   synthesis ingest {path} --profile {draft} --dry-run\n"
        f"  3. Store it: synthesis ingest {path} --profile {draft}\n"
        "From then on files with these columns are read by it without being told.",
        markup=False,
    )


def _alert(command: tuple[str, ...]) -> Callable[[str, int], None]:
    """Return what is called for new urgent items: a line on the screen and the district's own command."""
    call = actions.command_alert(command)

    def alert(export: str, items: int) -> None:
        errors.print(f"{items} urgent items in {export}: see synthesis urgent list", style="bold red", markup=False)
        call(export, items)

    return alert


@app.command()
def ledger(
    ctx: typer.Context,
    save: Annotated[Path | None, typer.Option(help="Write it to this file instead (.csv or .xlsx).")] = None,
    as_json: Json = False,
) -> None:
    """Show the account of every export: rows in = kept + set aside."""
    settings: Settings = ctx.obj
    published = actions.read_run(settings.data_dir) if actions.current_run_id(settings.data_dir) else None
    report = actions.ledger_report(actions.ledger(settings.data_dir, settings.database_url), published)
    if save is not None:
        save_table(save, "Ledger", *actions.ledger_rows(report))
    elif as_json:
        print_json(report)
    else:
        ledger_table(report)


@app.command()
def run(
    ctx: typer.Context,
    full: Annotated[
        bool, typer.Option("--full", help="Search for themes anew, also where little is new since the last full run.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Find and rank the themes of everything that is ingested, and publish the run. A little new input is laid beside the themes there are."""
    settings: Settings = ctx.obj
    with showing_progress() as progress:
        published = actions.run(
            data_dir=settings.data_dir,
            languages=settings.languages,
            weights=actions.Weights(**settings.weights()),
            minimum_cell=settings.minimum_cell,
            seed=settings.seed,
            model=actions.model_in(settings.model_dir, settings.model_sha256, multilingual=settings.model_multilingual),
            database_url=settings.database_url,
            full=full,
            progress=progress,
        )
    if as_json:
        print_json(actions.themes_report(published))
        return
    themes_table(published)
    if published.manifest.basis is not None:
        new = int(published.manifest.quality["ideas_laid_beside"])
        said = f"An increment on the full run {published.manifest.basis}: {new} ideas that came since were laid beside its themes."
        screen.print(said, markup=False)


@app.command()
def themes(
    ctx: typer.Context,
    why: Annotated[bool, typer.Option("--why", help="With the reasons for each rank.")] = False,
    as_json: Json = False,
) -> None:
    """List the published themes in rank order."""
    published = actions.read_run(ctx.obj.data_dir)
    if as_json:
        print_json(actions.priority_report(published) if why else actions.themes_report(published))
    elif why:
        reasons(actions.priority_report(published))
    else:
        themes_table(published)


@app.command()
def priority(ctx: typer.Context, as_json: Json = False) -> None:
    """Show what the order is made of: each component, how sure it is, and what would change it."""
    report = actions.priority_report(actions.read_run(ctx.obj.data_dir))
    if as_json:
        print_json(report)
    else:
        priority_table(report)


@app.command()
def represent(
    ctx: typer.Context,
    benchmark: Annotated[Path, typer.Argument(help="TOML or CSV with the district's own numbers.", metavar="FILE")],
    as_json: Json = False,
) -> None:
    """Compare those who took part with the district: who is missing, and the order re-weighted to the district's numbers."""
    report = actions.representation(benchmark, data_dir=ctx.obj.data_dir)
    if as_json:
        print_json(report)
    else:
        representation_tables(report)


@app.command()
def compare(ctx: typer.Context, as_json: Json = False) -> None:
    """Compare groups, and channels, in how often they spoke to each theme; only what may be shown, corrected for the number compared."""
    report = actions.comparisons(actions.read_run(ctx.obj.data_dir))
    if as_json:
        print_json(report)
    else:
        comparison_lines(report)


@app.command()
def practices(ctx: typer.Context, as_json: Json = False) -> None:
    """Lay the themes beside best practices: wanted and supported, wanted and thin, there and unasked."""
    report = actions.practices(actions.read_run(ctx.obj.data_dir))
    if as_json:
        print_json(report)
    else:
        practice_lines(report)


@app.command()
def changes(
    ctx: typer.Context,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A date; without it, the run before.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show what moved in the order, and whether it is more than noise."""
    report = actions.changes_since(ctx.obj.data_dir, None if since is None else since.date())
    if as_json:
        print_json(report)
    else:
        screen.print(f"Against {report['against']}:", markup=False)
        rows_table(["theme", "", "change"], [[t["theme_id"], t["name"], t["sentence"]] for t in report["themes"]])


@app.command()
def explain(
    ctx: typer.Context,
    item_id: Annotated[str, typer.Argument(metavar="ID", help="Of a theme, idea, comment or any record of the plan.")],
    as_json: Json = False,
) -> None:
    """Tell why something stands where it stands, on what evidence, and what became of it."""
    found = actions.explain(item_id, data_dir=ctx.obj.data_dir, database_url=ctx.obj.database_url)
    if as_json:
        print_json(found)
    else:
        screen.print(f"{found['kind']} {found['id']}", style="bold", markup=False)
        rest = {key: value for key, value in found.items() if key not in ("kind", "id")}
        if found["kind"] == "idea":
            why_lines(found)
            rest = {"from": found["evidence"]["contribution"], "thread": found["thread"]}
        tree(rest)


@app.command()
def search(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(help="Words, or with --meaning a sentence.")],
    meaning: Annotated[bool, typer.Option("--meaning", help="Search by meaning instead of words.")] = False,
    channel: Annotated[
        list[Channel] | None, typer.Option(help="Only this channel; may be given more than once.")
    ] = None,
    role: Annotated[list[Role] | None, typer.Option(help="Only this role; may be given more than once.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 20,
    as_json: Json = False,
) -> None:
    """Find what people said, and the theme where it stands."""
    found = actions.search(
        query,
        data_dir=ctx.obj.data_dir,
        by_meaning=meaning,
        channels=channel or (),
        roles=role or (),
        limit=limit,
    )
    if as_json:
        print_json([asdict(hit) for hit in found])
    else:
        rows_table(
            ["idea", "theme", "channel", "role", "public text"],
            [[hit.idea_id, _stands(hit), hit.channel, hit.role, hit.text] for hit in found],
        )


def _stands(hit: actions.Hit) -> str:
    """Return where a hit stands, and to what it speaks as well."""
    also = f"; also {hit.second_id} {hit.second}" if hit.second_id else ""
    return f"{hit.theme_id} {hit.theme}{also}"


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
    with showing_progress() as progress:
        written = actions.write_briefs(
            theme_ids or (),
            every=every,
            data_dir=settings.data_dir,
            out=out,
            district=settings.district,
            database_url=settings.database_url,
            progress=progress,
        )
    for path in written:
        screen.print(str(path), markup=False)


@app.command("app")
def open_app(
    ctx: typer.Context,
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 8501,
    headless: Annotated[bool, typer.Option("--headless", help="Do not open a browser.")] = False,
    steward: Annotated[bool, typer.Option("--steward", help="With the pages on which a steward decides.")] = False,
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
    _hand_over(command, ctx.obj, {"SYNTHESIS_STEWARD": "true"} if steward else {})


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


def _hand_over(command: list[str], settings: Settings, more: Mapping[str, str] = MappingProxyType({})) -> NoReturn:
    """Run another program with these settings and end with its exit code."""
    environment = os.environ | more | {"SYNTHESIS_DATA_DIR": str(settings.data_dir.resolve()), "DO_NOT_TRACK": "1"}
    raise typer.Exit(subprocess.run(command, env=environment, check=False).returncode)


def main() -> None:
    """Run the command line; a known error is one readable block and its exit code."""
    debug = "--debug" in sys.argv
    try:
        app()
    except SynthesisError as error:
        if debug:
            raise
        errors.print(f"{error}", markup=False)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        errors.print("Stopped. What was stored before stays; start the same command again to go on.", markup=False)
        sys.exit(130)
    except PermissionError as error:
        if debug:
            raise
        errors.print(
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
