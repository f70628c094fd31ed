"""What the command line prints: plain where it is no terminal, never the public's words as markup."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

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
from synthesis.errors import InputError, Place
from synthesis.procedure import plain

screen = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
errors = Console(stderr=True, highlight=False)

Json = Annotated[bool, typer.Option("--json", help="Print stable JSON instead of a table.")]


def rows_table(headings: Sequence[str], rows: Sequence[Sequence[object]], *, right: tuple[str, ...] = ()) -> None:
    """Print rows under headings; those named in `right` are numbers."""
    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, justify="right" if heading in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(str(value)) for value in row))
    screen.print(table)


@contextmanager
def showing_progress() -> Iterator[actions.Progress]:
    """Show counts and an estimate on a terminal; say nothing elsewhere."""
    if not errors.is_terminal:
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
    with Progress(*columns, console=errors, transient=True) as bars:
        shown: dict[str, Any] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in shown:
                shown[stage] = bars.add_task(stage, total=total)
            bars.update(shown[stage], completed=done, total=total)

        yield report


def print_json(value: object) -> None:
    """Print JSON exactly, whatever the terminal's width."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def save_table(path: Path, title: str, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Write a table as CSV or XLSX, by the file's name. Raises InputError for another name."""
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise InputError("A table is written as .csv or .xlsx.", place=Place(file=str(path)), do="Name such a file.")
    as_csv = path.suffix.lower() == ".csv"
    path.write_bytes(actions.to_csv(headings, rows) if as_csv else actions.to_xlsx(title, headings, rows))
    screen.print(f"{len(rows)} rows written to {path}", markup=False)


def ledger_table(report: dict[str, Any]) -> None:
    """Print the account of exports, one a line."""
    table = Table(box=None, pad_edge=False)
    for heading in ("export", "layout"):
        table.add_column(heading, overflow="fold")
    counts = {"rows_in": "rows in", "kept": "kept", "set_aside": "set aside"}
    if any(row["duplicates"] is not None for row in report["exports"]):  # a run has read them
        counts |= {"duplicates": "kept: repeats", "campaign_members": "kept: of campaigns"}
    for heading in counts.values():
        table.add_column(heading, justify="right")
    table.add_column("reasons", overflow="fold")
    for row in report["exports"]:
        table.add_row(
            Text(row["name"]),
            row["layout"],
            *("" if row[k] is None else str(row[k]) for k in counts),
            _reasons(row["reasons"]),
        )
    totals = report["totals"]
    table.add_row(
        "all",
        f"{totals['exports']} exports",
        *(str(totals[k]) for k in counts),
        _reasons(totals["reasons"]),
        style="bold",
    )
    screen.print(table)


def _reasons(reasons: dict[str, int]) -> str:
    """Return reasons in one line."""
    return ", ".join(f"{plain(reason)} {times}" for reason, times in reasons.items())


def themes_table(run: actions.PublishedRun) -> None:
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
            str(theme["n_channels"]),
            Text(theme["name"]),
            theme["theme_id"],
        )
    screen.print(table)
    counts = run.manifest.counts
    screen.print(
        f"Run {run.manifest.run_id}: {counts['themes']} themes in {counts['ideas']} ideas of {counts['contributions']} comments, "
        f"from {counts['exports']} exports. People are those who took part.",
        markup=False,
    )


def priority_table(report: dict[str, Any]) -> None:
    """Print what the order is made of, and what moves it most (every column is in the JSON)."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    headings = (
        "rank", "likely", "first\nfive", "above\nnext", "by\npeople", "weight-\nings", "reach", "chan-\nnels", "roles",
    )  # fmt: skip
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("theme", overflow="fold")
    for theme in report["themes"]:
        table.add_row(
            str(theme["rank"]),
            _range(theme["rank_low"], theme["rank_high"]),
            f"{theme['p_top5']:.0%}",
            f"{theme['p_above_next']:.0%}",
            str(theme["rank_by_people"]),
            f"{theme['share_weightings_top5']:.0%}",
            f"{theme['reach']:.1%}",
            f"{theme['effective_channels']:.1f}",
            f"{theme['effective_roles']:.1f}",
            Text(theme["name"]),
        )
    screen.print(table)
    weights, moves = report["weights"], report["largest_moves"]
    cap = f"at most {weights['channel_cap']:,.0f} people" if weights["channel_cap"] else "all its people"
    screen.print(
        f"Weights: reach {weights['reach']:g}, breadth over channels {weights['channels']:g}, over roles {weights['roles']:g}; a channel weighs {cap}. "
        f"At most, one participant moves a theme by {_places(moves['participant'])}, one campaign by {_places(moves['campaign'])}, "
        f"one channel by {_places(moves['channel'])}. Weightings: share of all weightings under which it is among the first five.",
        markup=False,
    )


def _places(count: int) -> str:
    """Return a number of places in words."""
    return f"{count} place" if count == 1 else f"{count} places"


def representation_tables(report: dict[str, Any]) -> None:
    """Print each population beside those who took part, who is missing, and the order re-weighted."""
    groups: list[list[object]] = [
        [
            row["population"],
            row["name"],
            "not shown" if row["people"] is None else f"{row['people']:,}",
            "" if row["share"] is None else f"{row['share']:.0%}",
            f"{row['benchmark_share']:.0%}",
        ]
        for row in report["groups"]
    ]
    headings = ["population", "group", "took part", "share", "district"]
    rows_table(headings, groups, right=tuple(headings[2:]))
    screen.print("\nMissing voices:" if report["missing"] else "\nNo group is clearly missing.", style="bold")
    for sentence in report["missing"]:
        screen.print(f"- {sentence}", markup=False)
    screen.print()
    moved: list[list[object]] = [[row["rank"], row["rank_reweighted"], row["name"]] for row in report["themes"]]
    rows_table(["rank", "re-weighted", "theme"], moved, right=("rank", "re-weighted"))
    screen.print(
        f"Re-weighted, {report['people']:,} people tell as much as {report['effective_people']:,} alike; {report['trimmed']:,} had their weight cut. "
        f"{report['kendall_distance']:.0%} of all pairs of themes change places. Who took part chose to: no weighting makes them a sample.",
        markup=False,
    )


def reasons(report: dict[str, Any]) -> None:
    """Print why each theme has its rank."""
    for theme in report["themes"]:
        screen.print(Text(f"{theme['theme_id']}  {theme['name']}", style="bold"))
        told = (theme["description"], theme["sided"], theme["why"], theme["regarded"])
        screen.print("\n".join(part for part in told if part) + "\n", markup=False)


def comparison_lines(report: dict[str, Any]) -> None:
    """Print the differences that hold, and where channels differ."""
    apart = [entry for entry in report["groups"] if entry["apart"]]
    screen.print(Text(f"{len(apart)} of {report['n_compared']} comparisons of groups are apart:", style="bold"))
    for entry in apart:
        screen.print(f"  {entry['sentence']}", markup=False)
    screen.print(Text("Channels, where they differ:", style="bold"))
    for entry in report["channels"]:
        if entry["verdict"] in ("more", "less"):
            screen.print(f"  {entry['sentence']}", markup=False)


def practice_lines(report: dict[str, Any]) -> None:
    """Print themes with the places in best practices that speak to them, and documents that nobody asked for."""
    for verdict, heading in (
        ("supported", "Wanted and supported"),
        ("thin", "Wanted and thin: no document speaks to it"),
    ):
        screen.print(Text(heading, style="bold"))
        for theme in report["themes"]:
            if theme["verdict"] == verdict:
                places = "; ".join(
                    f"{chunk['document']}, {chunk['anchor'].split(' > ')[-1]}" for chunk in theme["chunks"]
                )
                screen.print(f"  {theme['rank']}. {theme['name']}" + (f": {places}" if places else ""), markup=False)
    screen.print(Text("There and unasked", style="bold"))
    for entry in report["unasked"]:
        screen.print(f"  {entry['document']}", markup=False)


def register_lines(report: dict[str, Any]) -> None:
    """Print the register of what is small but serious."""
    rule = ""
    for entry in report["matters"]:
        if entry["title"] != rule:
            rule = entry["title"]
            screen.print(Text(f"\n{rule}", style="bold"))
        people = f"fewer than {report['minimum_cell']}" if entry["people"] is None else f"{entry['people']}"
        if entry["matter"]:
            screen.print(f"  {entry['matter']} ({people} people)", markup=False)
        for comment in entry["comments"]:
            screen.print(f"    {comment['idea_id']}  {comment['text'] or '[waits for release]'}", markup=False)


def _range(low: int, high: int) -> str:
    """Return a range, or one number where both ends are the same."""
    return str(low) if low == high else f"{low}-{high}"


def why_lines(found: dict[str, Any]) -> None:
    """Print why an idea stands where it stands."""
    why, near = found["why"], found["evidence"]
    screen.print(f"{found['text']}\n", markup=False)
    screen.print(Text(f"In {why['theme_id']}  {why['theme']}", style="bold"))
    for sentence in (*why["sentences"], *filter(None, [why["pending"]])):
        screen.print(f"- {sentence}", markup=False)
    for key, heading in (
        ("alike", "Most alike in this theme"),
        ("alike_in_runner_up", f"Most alike in “{why['runner_up']}”"),
    ):
        if near[key]:
            screen.print(Text(heading, style="bold"))
        for idea in near[key]:
            screen.print(f"  {idea['idea_id']}  {idea['likeness']:.2f}  {idea['text']}", markup=False)
    screen.print()


def tree(value: object, indent: int = 0) -> None:
    """Print nested values as indented lines."""
    pad = "  " * indent
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, dict | list) and inner:
                screen.print(f"{pad}{plain(str(key))}:", markup=False)
                tree(inner, indent + 1)
            elif not isinstance(inner, dict | list):
                screen.print(f"{pad}{plain(str(key))}: {inner}", markup=False)
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, dict):
                line = "; ".join(
                    f"{plain(k)} {v}" for k, v in inner.items() if not isinstance(v, dict | list) and v != ""
                )
                screen.print(f"{pad}- {line}", markup=False)
                for key, deeper in inner.items():
                    if isinstance(deeper, dict | list) and deeper:
                        screen.print(f"{pad}  {plain(str(key))}:", markup=False)
                        tree(deeper, indent + 2)
            else:
                screen.print(f"{pad}- {inner}", markup=False)
    else:
        screen.print(f"{pad}{value}", markup=False)
