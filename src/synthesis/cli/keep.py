"""The verbs that keep the records."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from synthesis import actions
from synthesis.cli.screen import Json, errors, print_json, screen
from synthesis.errors import RunError


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    for verb in (verify, backup, restore):
        app.command()(verb)


def verify(
    ctx: typer.Context,
    noted: Annotated[
        str | None, typer.Option(help="A head of the chain that was written down before (number:hash).")
    ] = None,
    as_json: Json = False,
) -> None:
    """Recompute the audit chain and the hashes of every run, and name what is not as it was written."""
    settings = ctx.obj
    _tell(actions.verify(data_dir=settings.data_dir, database_url=settings.database_url, noted=noted), as_json)


def backup(
    ctx: typer.Context, out: Annotated[Path, typer.Argument(metavar="FILE", help="Archive to write (.tar.gz).")]
) -> None:
    """Save records, vault, ledger, profiles and runs in one archive, while others go on working."""
    manifest = actions.backup(out, data_dir=ctx.obj.data_dir, database_url=ctx.obj.database_url)
    rows = sum(manifest["rows"].values())
    screen.print(f"Saved {rows} rows and {len(manifest['files'])} files to {out}.", markup=False)
    screen.print("It holds raw words and identities: keep it as you keep the vault.", markup=False)


def restore(
    ctx: typer.Context,
    archive: Annotated[Path, typer.Argument(metavar="FILE", help="An archive that synthesis backup wrote.")],
    as_json: Json = False,
) -> None:
    """Bring a backup back into an empty data folder, and verify it."""
    _tell(actions.restore(archive, data_dir=ctx.obj.data_dir, database_url=ctx.obj.database_url), as_json)


def _tell(report: actions.Report, as_json: bool) -> None:
    """Print what was found, and fail where something is not as it was written."""
    if as_json:
        print_json(asdict(report) | {"sound": report.sound})
    else:
        for found in report.breaks:
            where = "the chain" if found.number is None else f"row {found.number}"
            errors.print(f"{where}: {found.problem}", markup=False)
        for run_id, file, problem in report.runs:
            errors.print(f"run {run_id}: {file} {problem}", markup=False)
        verdict = "Everything is as it was written." if report.sound else "Not everything is as it was written."
        screen.print(f"{report.events} events. {verdict}", markup=False)
        if report.older:
            screen.print(f"{report.older} plan records are older than the chain; nothing tells of them.", markup=False)
        screen.print(f"Head of the chain, to write down elsewhere: {report.head}", markup=False)
    if not report.sound:
        raise typer.Exit(RunError.exit_code)
