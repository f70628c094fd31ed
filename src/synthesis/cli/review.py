"""The verbs by which people decide about rows, urgent items, quotes, campaigns and translations."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from synthesis import actions
from synthesis.cli.screen import Json, print_json, register_lines, rows_table, save_table, screen
from synthesis.procedure import plain

By = Annotated[str, typer.Option("--by", help="Who decides.")]
Why = Annotated[str, typer.Option("--reason", help="Why; kept with the decision.")]

aside = typer.Typer(help="Rows that were set aside: see them, put one back.", no_args_is_help=True)
urgent = typer.Typer(help="Urgent items: who handled them and how.", no_args_is_help=True)
quotes = typer.Typer(help="Comments whose words wait for a person before they are quoted.", no_args_is_help=True)
campaigns = typer.Typer(help="Copy-paste campaigns: see them, break one up.", no_args_is_help=True)
register = typer.Typer(help="What is small but serious: by rule, and by nomination.", no_args_is_help=True)
translate = typer.Typer(help="Translations: out as a table, back with method and reviewer.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    groups = {
        "aside": aside,
        "urgent": urgent,
        "quotes": quotes,
        "campaigns": campaigns,
        "register": register,
        "translate": translate,
    }
    for name, group in groups.items():
        app.add_typer(group, name=name)


@aside.command("list")
def aside_list(
    ctx: typer.Context,
    reason: Annotated[str | None, typer.Option(help="Only rows set aside for this reason.")] = None,
    save: Annotated[Path | None, typer.Option(help="Write the list to this file instead (.csv or .xlsx).")] = None,
    as_json: Json = False,
) -> None:
    """List the rows that are set aside: where they stand and why. Their words are not shown."""
    found = actions.set_aside(ctx.obj.data_dir, reason=reason, database_url=ctx.obj.database_url)
    headings = ["id", "export", "sheet", "row", "column", "reason", "detail"]
    rows = [[r.aside_id, r.export, r.sheet, r.row, r.column, r.reason, r.detail] for r in found]
    if save is not None:
        save_table(save, "Set aside", headings, rows)
    elif as_json:
        print_json([asdict(row) for row in found])
    else:
        rows_table(headings, rows, right=("row",))


@aside.command("show")
def aside_show(ctx: typer.Context, aside_id: str) -> None:
    """Show one row's words as received, on this screen only."""
    screen.print(
        actions.words_aside(aside_id, data_dir=ctx.obj.data_dir, database_url=ctx.obj.database_url), markup=False
    )


@aside.command("put-back")
def aside_put_back(ctx: typer.Context, aside_id: str, by: By, reason: Why) -> None:
    """Count a row that was set aside, from the next run on."""
    actions.put_back(aside_id, by=by, reason=reason, data_dir=ctx.obj.data_dir, database_url=ctx.obj.database_url)
    screen.print(f"{aside_id} counts from the next run on (synthesis run).", markup=False)


@aside.command("take-back")
def aside_take_back(ctx: typer.Context, aside_id: str, by: By, reason: Why) -> None:
    """Set a row aside again that was put back."""
    actions.set_aside_again(
        aside_id, by=by, reason=reason, data_dir=ctx.obj.data_dir, database_url=ctx.obj.database_url
    )
    screen.print(f"{aside_id} is set aside again from the next run on (synthesis run).", markup=False)


@urgent.command("list")
def urgent_list(ctx: typer.Context, as_json: Json = False) -> None:
    """List the urgent items, those that nobody handled first. Their words are not shown."""
    items = actions.urgent_items(ctx.obj.data_dir, ctx.obj.database_url)
    if as_json:
        print_json([asdict(item) for item in items])
        return
    rows = []
    for item in items:
        done = "OPEN" if item.handled is None else f"{item.handled.at:%Y-%m-%d %H:%M} {item.handled.by}"
        note = "" if item.handled is None else item.handled.reason
        rows.append([item.item_id, plain(item.kind), item.export, item.sheet, item.row, done, note])
    rows_table(["id", "kind", "export", "sheet", "row", "handled", "note"], rows, right=("row",))


@urgent.command("show")
def urgent_show(ctx: typer.Context, item_id: str) -> None:
    """Show one item's words as received, on this screen only."""
    aside_show(ctx, item_id)


@urgent.command("handle")
def urgent_handle(ctx: typer.Context, item_id: str, by: By, reason: Why) -> None:
    """Record who handled an item and what was done."""
    actions.handle_urgent(item_id, by=by, reason=reason, data_dir=ctx.obj.data_dir, database_url=ctx.obj.database_url)
    screen.print(f"{item_id}: recorded.", markup=False)


@quotes.command("list")
def quotes_list(ctx: typer.Context, as_json: Json = False) -> None:
    """List the comments whose words wait, undecided ones first."""
    waiting = actions.quotes_waiting(ctx.obj.data_dir, ctx.obj.database_url)
    if as_json:
        print_json([asdict(quote) for quote in waiting])
        return
    rows = [
        [
            quote.contribution_id,
            quote.why,
            quote.theme,
            "waits" if quote.decision is None else f"{quote.decision.verb.value} by {quote.decision.by}",
            quote.text,
        ]
        for quote in waiting
    ]
    rows_table(["id", "why it waits", "theme", "decision", "public text"], rows)


@quotes.command("release")
def quotes_release(ctx: typer.Context, contribution_id: str, by: By, reason: Why) -> None:
    """Let a comment's words be quoted, from the next run on."""
    _quote(ctx, contribution_id, by, reason, release=True)


@quotes.command("withhold")
def quotes_withhold(ctx: typer.Context, contribution_id: str, by: By, reason: Why) -> None:
    """Keep a comment's words out of quotes, from the next run on. Works for any comment."""
    _quote(ctx, contribution_id, by, reason, release=False)


def _quote(ctx: typer.Context, contribution_id: str, by: str, reason: str, *, release: bool) -> None:
    actions.decide_quote(
        contribution_id,
        release=release,
        by=by,
        reason=reason,
        data_dir=ctx.obj.data_dir,
        database_url=ctx.obj.database_url,
    )
    screen.print(f"{contribution_id}: {'released' if release else 'withheld'} from the next run on.", markup=False)


@campaigns.command("list")
def campaigns_list(ctx: typer.Context, as_json: Json = False) -> None:
    """List the campaigns of the published run."""
    found = actions.campaigns(ctx.obj.data_dir)
    if as_json:
        print_json(found)
        return
    rows = [[c["campaign_id"], c["primary"], c["n_members"], c["n_people"], str(c["text"])[:120]] for c in found]
    rows_table(["campaign", "primary", "members", "people", "begins"], rows, right=("members", "people"))


@campaigns.command("break-up")
def campaigns_break_up(ctx: typer.Context, primary: str, by: By, reason: Why) -> None:
    """Count the members of a campaign as comments of their own, from the next run on."""
    _campaign(ctx, primary, by, reason, break_up=True)


@campaigns.command("restore")
def campaigns_restore(ctx: typer.Context, primary: str, by: By, reason: Why) -> None:
    """Count them as a campaign again, from the next run on."""
    _campaign(ctx, primary, by, reason, break_up=False)


def _campaign(ctx: typer.Context, primary: str, by: str, reason: str, *, break_up: bool) -> None:
    actions.decide_campaign(
        primary, break_up=break_up, by=by, reason=reason, data_dir=ctx.obj.data_dir, database_url=ctx.obj.database_url
    )
    screen.print(f"{primary}: recorded; it shows from the next run on (synthesis run).", markup=False)


@register.command("list")
def register_list(ctx: typer.Context, as_json: Json = False) -> None:
    """List what few people raised and nobody may overlook; in no order of importance."""
    found = actions.serious_matters(ctx.obj.data_dir, ctx.obj.database_url)
    if as_json:
        print_json(found)
    else:
        register_lines(found)


@register.command("nominate")
def register_nominate(ctx: typer.Context, idea_id: str, by: By, reason: Why) -> None:
    """Enter an idea in the register."""
    actions.nominate(idea_id, by=by, reason=reason, data_dir=ctx.obj.data_dir, database_url=ctx.obj.database_url)
    screen.print(f"{idea_id} stands in the register.", markup=False)


@register.command("withdraw")
def register_withdraw(ctx: typer.Context, idea_id: str, by: By, reason: Why) -> None:
    """Take a nomination back."""
    actions.withdraw_nomination(
        idea_id, by=by, reason=reason, data_dir=ctx.obj.data_dir, database_url=ctx.obj.database_url
    )
    screen.print(f"{idea_id} is nominated no more.", markup=False)


@translate.command("export")
def translate_export(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(help="CSV to write.")],
    every: Annotated[bool, typer.Option("--all", help="Translated comments too.")] = False,
) -> None:
    """Write what awaits a translation as CSV, for a translator to fill in."""
    written = actions.export_translations(
        path, data_dir=ctx.obj.data_dir, database_url=ctx.obj.database_url, every=every
    )
    screen.print(f"{written} comments written to {path}; fill in translation, method and reviewer.", markup=False)


@translate.command("import")
def translate_import(ctx: typer.Context, path: Annotated[Path, typer.Argument(help="The filled-in CSV.")]) -> None:
    """Read the filled-in table back: all of it or nothing."""
    read = actions.import_translations(path, data_dir=ctx.obj.data_dir, database_url=ctx.obj.database_url)
    screen.print(f"{read} translations stored; they serve from the next run on (synthesis run).", markup=False)
