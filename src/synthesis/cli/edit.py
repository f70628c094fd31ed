"""The verbs by which people edit themes. Every edit shows from the next run on, and in each one after it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from synthesis import actions
from synthesis.cli.screen import Json, print_json, rows_table, screen
from synthesis.procedure import plain

By = Annotated[str, typer.Option("--by", help="Who decides.")]
Why = Annotated[str, typer.Option("--reason", help="Why; kept with the edit.")]
Seen = Annotated[
    int | None,
    typer.Option("--seen", help="Number of the last edit that you had seen: refused if somebody was first."),
]
ThemeId = Annotated[str, typer.Argument(metavar="THEME")]

edit = typer.Typer(help="Rename, merge, split, move, confirm, pin, retire; undo; history.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.add_typer(edit, name="edit")
    app.command("adopt")(adopt)
    app.command("lineage")(lineage)
    app.command("suggest-names")(suggest_names)


def _editor(ctx: typer.Context, by: str, reason: str, seen: int | None) -> actions.Editor:
    return actions.Editor(by, reason, ctx.obj.data_dir, ctx.obj.database_url, seen)


def _recorded(what: str) -> None:
    screen.print(f"{what} It shows from the next run on (synthesis run).", markup=False)


@edit.command("rename")
def rename(
    ctx: typer.Context,
    theme_id: ThemeId,
    name: Annotated[str, typer.Argument(help="The name that people give it.")],
    by: By,
    reason: Why,
    seen: Seen = None,
) -> None:
    """Give a theme a name of your own."""
    actions.rename_theme(theme_id, name, _editor(ctx, by, reason, seen))
    _recorded(f"{theme_id} is renamed.")


@edit.command("merge")
def merge(
    ctx: typer.Context,
    theme_id: ThemeId,
    into: Annotated[str, typer.Argument(help="The theme that goes on.")],
    by: By,
    reason: Why,
    seen: Seen = None,
) -> None:
    """Make one theme part of another."""
    actions.merge_themes(theme_id, into, _editor(ctx, by, reason, seen))
    _recorded(f"{theme_id} is merged into {into}.")


@edit.command("split")
def split(
    ctx: typer.Context,
    theme_id: ThemeId,
    subtheme_ids: Annotated[list[str], typer.Argument(metavar="SUBTHEME...", help="What becomes a theme of its own.")],
    by: By,
    reason: Why,
    name: Annotated[str, typer.Option(help="Its name; the subtheme's where none is given.")] = "",
    seen: Seen = None,
) -> None:
    """Make subthemes a theme of their own."""
    made = actions.split_theme(theme_id, subtheme_ids, name, _editor(ctx, by, reason, seen))
    _recorded(f"{made} is split from {theme_id}.")


@edit.command("move")
def move(
    ctx: typer.Context,
    theme_id: Annotated[str, typer.Argument(metavar="THEME", help="Where the ideas belong.")],
    idea_ids: Annotated[list[str], typer.Argument(metavar="IDEA...")],
    by: By,
    reason: Why,
    seen: Seen = None,
) -> None:
    """Put ideas where they belong."""
    actions.move_ideas(idea_ids, theme_id, _editor(ctx, by, reason, seen))
    _recorded(f"{len(idea_ids)} ideas go to {theme_id}.")


@edit.command("confirm")
def confirm(
    ctx: typer.Context,
    idea_ids: Annotated[list[str], typer.Argument(metavar="IDEA...")],
    by: By,
    reason: Why,
    seen: Seen = None,
) -> None:
    """Confirm ideas where they are: they stay there, and teach the next run."""
    actions.confirm_ideas(idea_ids, _editor(ctx, by, reason, seen))
    _recorded(f"{len(idea_ids)} ideas are confirmed.")


@edit.command("pin")
def pin(ctx: typer.Context, idea_id: Annotated[str, typer.Argument(metavar="IDEA")], by: By, reason: Why) -> None:
    """Show an idea first among its theme's quotes."""
    actions.pin_quote(idea_id, _editor(ctx, by, reason, None), pinned=True)
    _recorded(f"{idea_id} is pinned.")


@edit.command("unpin")
def unpin(ctx: typer.Context, idea_id: Annotated[str, typer.Argument(metavar="IDEA")], by: By, reason: Why) -> None:
    """Let go of a pinned quote."""
    actions.pin_quote(idea_id, _editor(ctx, by, reason, None), pinned=False)
    _recorded(f"{idea_id} is no longer pinned.")


@edit.command("retire")
def retire(ctx: typer.Context, theme_id: ThemeId, by: By, reason: Why, seen: Seen = None) -> None:
    """End a theme; its ideas go to the nearest ones."""
    actions.retire_theme(theme_id, _editor(ctx, by, reason, seen))
    _recorded(f"{theme_id} is retired.")


@edit.command("undo")
def undo(
    ctx: typer.Context,
    number: Annotated[int, typer.Argument(help="The edit's number (synthesis edit history).")],
    by: By,
    reason: Why,
) -> None:
    """Take back one edit, or the undoing of one."""
    actions.undo_edit(number, _editor(ctx, by, reason, None))
    _recorded(f"Edit {number} is undone.")


@edit.command("history")
def history(
    ctx: typer.Context,
    theme_id: Annotated[str | None, typer.Argument(metavar="[THEME]")] = None,
    as_json: Json = False,
) -> None:
    """List the edits, with who made them, when and why."""
    found = actions.edit_history(ctx.obj.data_dir, ctx.obj.database_url, theme_id)
    if as_json:
        print_json(found)
        return
    headings = ["number", "at", "by", "edit", "theme", "detail", "reason", "stands"]
    rows = [[plain(str(row[key])) if key == "edit" else row[key] for key in headings] for row in found]
    rows_table(headings, rows, right=("number",))


def adopt(
    ctx: typer.Context,
    theme_ids: Annotated[list[str], typer.Argument(metavar="THEME...")],
    by: By,
    reason: Why,
    seen: Seen = None,
) -> None:
    """Adopt themes: their ideas stay, new ideas are laid beside them, and only what fits none can become a candidate."""
    actions.adopt_themes(theme_ids, _editor(ctx, by, reason, seen))
    _recorded(f"{', '.join(theme_ids)}: adopted.")


def lineage(ctx: typer.Context, as_json: Json = False) -> None:
    """Tell what became of each theme since the run before, with the evidence."""
    run = actions.read_run(ctx.obj.data_dir)
    rows = run.lineage.to_dict("records")
    if as_json:
        print_json({"run_id": run.manifest.run_id, "previous": run.manifest.previous_run_id, "changes": rows})
        return
    names = {theme.theme_id: theme.name for theme in run.themes}
    headings = ["theme", "change", "others", "before", "after", "shared", "overlap", "name"]
    table = [
        [
            row["theme_id"],
            f"{row['change']}{' (please look)' if row['weak'] else ''}",
            row["others"],
            *(row[key] for key in ("before", "after", "shared", "overlap")),
            names.get(row["theme_id"], ""),
        ]
        for row in rows
    ]
    rows_table(headings, table, right=("before", "after", "shared", "overlap"))


def suggest_names(
    ctx: typer.Context,
    theme_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[THEME]...", help="All themes where none is named.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Ask a language model of your own for names. Only what the comments say is shown, and nothing is applied."""
    found = actions.suggest_names(
        theme_ids or (),
        namer=actions.Namer(**ctx.obj.namer()),
        data_dir=ctx.obj.data_dir,
        database_url=ctx.obj.database_url,
    )
    if as_json:
        print_json([asdict(suggestion) for suggestion in found])
        return
    for suggestion in found:
        screen.print(f"{suggestion.theme_id}  {suggestion.present}", markup=False)
        if suggestion.refused:
            screen.print(f"  refused: {suggestion.name or '(not shown)'}", markup=False)
            for reason in suggestion.refused:
                screen.print(f"    {reason}", markup=False)
        else:
            screen.print(f"  suggested: {suggestion.name}", markup=False)
            screen.print(f"    from {', '.join(suggestion.ideas)}; take it by synthesis edit rename", markup=False)
