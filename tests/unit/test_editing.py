"""Edits as actions: recorded with who and why, refused where they make no sense or somebody was first."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from synthesis import actions
from synthesis.errors import InputError, RuleError, StaleVersion
from synthesis.model import ThemeId
from synthesis.store.database import connection
from synthesis.store.events import read_events
from synthesis.store.runs import publish
from synthesis.themes.edits import fold
from tests.store.small_run import small_run
from tests.unit.test_cli import synthesis

WHO = ("--by", "A. Clerk", "--reason", "agreed")


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A run of two themes, the first with two subthemes that hold one idea each."""
    folder = tmp_path / "data"
    run = small_run()
    [theme] = run.themes
    second = replace(theme.subthemes[0], theme_id=ThemeId("T01.2"), name="More buses", keywords=("more",))
    other = replace(theme, theme_id=ThemeId("T02"), name="Lunch", subthemes=(), quotes=())
    assignments = run.assignments.assign(subtheme_id=["T01.1", "T01.2"])
    publish(
        folder,
        replace(run, themes=(replace(theme, subthemes=(*theme.subthemes, second)), other), assignments=assignments),
    )
    return folder


def editor(data_dir: Path, by: str = "A. Clerk", seen: int | None = None) -> actions.Editor:
    return actions.Editor(by, "agreed in the committee", data_dir, None, seen)


def test_every_edit_is_in_the_history_with_who_when_and_why(data_dir: Path) -> None:
    actions.rename_theme("T01", "  Late   buses ", editor(data_dir))
    actions.merge_themes("T02", "T01", editor(data_dir))
    made = actions.split_theme("T01", ["T01.2"], "", editor(data_dir))
    actions.move_ideas(["I2"], "T02", editor(data_dir))
    actions.pin_quote("I1", editor(data_dir), pinned=True)
    actions.retire_theme("T02", editor(data_dir))
    actions.adopt_themes(["T01", "T02"], editor(data_dir))
    actions.undo_edit(1, editor(data_dir, by="B. Clerk"))
    history = actions.edit_history(data_dir)
    assert made == "T03"
    assert [row["edit"] for row in history] == [
        "rename_theme", "merge_themes", "split_theme", "move_ideas", "pin_quote", "retire_theme", "adopt_theme",
        "adopt_theme", "undo_edit",
    ]  # fmt: skip
    assert [row["stands"] for row in history] == [False, *[True] * 7, False]
    assert history[0]["detail"] == "Late buses"
    assert (history[-1]["by"], history[0]["reason"]) == ("B. Clerk", "agreed in the committee")
    assert [row["number"] for row in actions.edit_history(data_dir, theme_id="T03")] == [3]
    assert not [row for row in history if "late, first" in str(row)]  # no words of the public


def test_the_second_of_two_editors_is_refused_and_told_who_was_first(data_dir: Path) -> None:
    actions.rename_theme("T02", "Food", editor(data_dir, by="First Editor", seen=0))
    with pytest.raises(StaleVersion, match="First Editor was first") as refused:
        actions.merge_themes("T01", "T02", editor(data_dir, by="Second Editor", seen=0))
    assert "--seen 1" in str(refused.value)
    actions.rename_theme("T01", "Buses", editor(data_dir, by="Second Editor", seen=0))  # another theme
    actions.merge_themes("T01", "T02", editor(data_dir, by="Second Editor", seen=2))
    assert len(actions.edit_history(data_dir)) == 3


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda e: actions.rename_theme("T09", "x", e), "no theme"),
        (lambda e: actions.rename_theme("T01", "   ", e), "1 to 120"),
        (lambda e: actions.merge_themes("T01", "T01", e), "into itself"),
        (lambda e: actions.merge_themes("T01", "T09", e), "no theme"),
        (lambda e: actions.split_theme("T01", ["T01.1", "T01.2"], "", e), "cannot be split"),
        (lambda e: actions.split_theme("T01", ["T02.1"], "", e), "cannot be split"),
        (lambda e: actions.split_theme("T02", [], "", e), "cannot be split"),
        (lambda e: actions.move_ideas(["I9"], "T01", e), "no idea I9"),
        (lambda e: actions.move_ideas([], "T01", e), "No idea"),
        (lambda e: actions.pin_quote("I9", e, pinned=True), "no idea"),
        (lambda e: actions.retire_theme("T01.1", e), "no theme"),
        (lambda e: actions.undo_edit(7, e), "no edit 7"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_recorded(data_dir: Path, edit, message: str) -> None:
    with pytest.raises(InputError, match=message):
        edit(editor(data_dir))
    assert actions.edit_history(data_dir) == []


def test_an_edit_is_undone_once(data_dir: Path) -> None:
    actions.rename_theme("T01", "Buses", editor(data_dir))
    actions.undo_edit(1, editor(data_dir))
    with pytest.raises(RuleError, match="undone already"):
        actions.undo_edit(1, editor(data_dir))


def test_the_verbs_of_the_command_line(data_dir: Path) -> None:
    done = synthesis(data_dir, "edit", "rename", "T01", "Late buses", *WHO)
    assert (done.returncode, done.stderr) == (0, "")
    assert "next run" in done.stdout
    stale = synthesis(data_dir, "edit", "retire", "T01", *WHO, "--seen", "0")
    assert stale.returncode == 3
    assert "A. Clerk was first" in stale.stderr
    history = json.loads(synthesis(data_dir, "edit", "history", "--json").stdout)
    assert [row["theme"] for row in history] == ["T01"]
    changes = json.loads(synthesis(data_dir, "lineage", "--json").stdout)["changes"]
    assert changes[0]["change"] == "born"
    nameless = synthesis(data_dir, "adopt", "T01", "--by", " ", "--reason", "x")
    assert nameless.returncode == 2


def test_confirmed_ideas_are_moved_to_where_they_are_and_count_as_labels(data_dir: Path) -> None:
    actions.confirm_ideas(["I2", "I1"], editor(data_dir))
    [row] = actions.edit_history(data_dir)
    assert (row["edit"], row["theme"], row["detail"]) == ("move_ideas", "T01", "I1, I2 (confirmed)")
    with connection(data_dir) as opened:
        assert fold(read_events(opened)).moved == {"I1": "T01", "I2": "T01"}
    for wrong in (["I1", "I9"], []):
        with pytest.raises(InputError, match=r"no idea I9|No idea"):
            actions.confirm_ideas(wrong, editor(data_dir))
    assert actions.last_edit(data_dir) == 1


def test_an_undoing_counts_as_an_edit_of_its_theme(data_dir: Path) -> None:
    assert actions.last_edit(data_dir) == 0
    actions.rename_theme("T01", "Buses", editor(data_dir))
    actions.undo_edit(1, editor(data_dir, by="First Editor", seen=1))
    with pytest.raises(StaleVersion, match="First Editor was first: undo edit"):
        actions.retire_theme("T01", editor(data_dir, seen=1))
    with pytest.raises(StaleVersion, match="First Editor was first"):
        actions.undo_edit(2, editor(data_dir, seen=1))
    assert [row["number"] for row in actions.edit_history(data_dir, theme_id="T01")] == [1, 2]
    assert actions.edit_history(data_dir, theme_id="T02") == []
    actions.undo_edit(2, editor(data_dir, seen=2))
    assert [row["stands"] for row in actions.edit_history(data_dir, theme_id="T01")] == [True, False, False]
