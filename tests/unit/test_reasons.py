"""Why here: plain sentences from the run's folder, whoever placed the idea; words that wait for release are not shown."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from synthesis import actions
from synthesis.errors import InputError, RunError
from synthesis.model import ThemeId
from synthesis.published import PublishedRun
from synthesis.store.runs import publish, read_vectors
from tests.store.small_run import small_run
from tests.unit.test_cli import synthesis

WORDS = ("Late bus again", "The bus never waits", "LATE  bus again", "Held words", "Cold lunch", "Lunch is short")


def placed(**columns: list[object]) -> PublishedRun:
    """Return a run of six comments of one idea each, four of buses and two of lunch; `columns` change the assignments."""
    run = small_run()
    row = run.contributions.iloc[[0]]
    comments = pd.concat([row] * 6, ignore_index=True)
    comments = comments.assign(
        contribution_id=[f"C{n}" for n in range(6)],
        text_public=WORDS,
        hold=["", "", "", "private dialogue", "", ""],
    )
    ideas = pd.DataFrame(
        [(f"I{n}", f"C{n}", 0, len(text), text) for n, text in enumerate(WORDS)], columns=run.ideas.columns
    )
    assignments = pd.concat([run.assignments.iloc[[0]]] * 6, ignore_index=True).assign(
        idea_id=ideas["idea_id"],
        theme_id=["T01"] * 4 + ["T02"] * 2,
        engine_id=["T01"] * 4 + ["T02"] * 2,
        runner_up_id=["T02"] * 4 + ["T01"] * 2,
        words=["late bus", "bus", "late", "", "cold lunch", "lunch"],
    )
    lunch = replace(run.themes[0], theme_id=ThemeId("T02"), name="Lunch", subthemes=(), quotes=())
    return replace(
        run,
        themes=(*run.themes, lunch),
        contributions=comments,
        ideas=ideas,
        assignments=assignments.assign(**columns),
    )


VECTORS = np.array([[1, 0], [0.9, 0.1], [1, 0], [0.99, 0], [0, 1], [0.3, 0.9]], dtype=np.float32)
WHO = ("A. Clerk", "it is about lunch")


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    publish(tmp_path / "data", placed(), VECTORS)
    return tmp_path / "data"


def why(data_dir: Path, idea: str) -> actions.WhyHere:
    return actions.why_here(actions.read_run(data_dir), idea, data_dir=data_dir)


def test_the_most_alike_are_other_peoples_words_that_may_be_shown(data_dir: Path):
    found = why(data_dir, "I0")
    assert [idea.idea_id for idea in found.alike] == ["I1"]  # not the same words again, not the held ones
    assert [idea.idea_id for idea in found.alike_in_runner_up] == ["I5", "I4"]
    assert found.alike[0].likeness == pytest.approx(0.9, abs=0.01)


def test_the_sentences_say_who_placed_it_and_by_which_words(data_dir: Path):
    found = why(data_dir, "I0")
    assert found.sentences == (
        "Found by likeness: 90% of its ties to ideas that say alike are in this theme, 50% in the next, “Lunch”.",
        "Its own words that speak most for this theme against “Lunch”: late, bus.",
    )
    assert why(data_dir, "I3").sentences[1] == "None of its words speaks for this theme against “Lunch” by itself."


@pytest.mark.parametrize(
    ("columns", "first"),
    [
        ({"margin": [0.9] * 6}, "90% of its ties to ideas that say alike are in this theme, none in any other."),
        ({"placed_by": ["frame"] * 6}, "its likeness to the middle of the nearest is 0.90 (1 is the same), to the next, “Lunch”, 0.50."),
        ({"placed_by": ["head"] * 6, "engine_id": ["T02"] * 6}, "ideas like it were put here. The machine alone had put it in “Lunch”."),
        ({"placed_by": ["person"] * 6}, "A person put it here."),
    ],
)  # fmt: skip
def test_each_way_of_placing_is_told(tmp_path: Path, columns: dict[str, list[object]], first: str):
    publish(tmp_path, placed(**columns), VECTORS)
    assert first in why(tmp_path, "I0").sentences[0]


def test_unclear_ideas_and_second_themes_are_told(tmp_path: Path):
    publish(tmp_path, placed(unclear=[True] * 6, second_id=["T02"] * 6), VECTORS)
    found = why(tmp_path, "I0")
    assert "a second matter as well: “Lunch”. Its people are counted in the first theme only" in found.sentences[2]
    assert "marked unclear" in found.sentences[3]
    assert (found.second_id, found.second) == ("T02", "Lunch")


def test_what_a_person_decided_since_the_run_is_pending(data_dir: Path):
    actions.move_ideas(["I0"], "T02", actions.Editor(*WHO, data_dir))
    found = why(data_dir, "I0")
    assert "A. Clerk put it into T02, “Lunch”," in found.pending
    assert "next run" in found.pending
    actions.undo_edit(1, actions.Editor(*WHO, data_dir))
    assert why(data_dir, "I0").pending == ""


def test_a_person_who_placed_it_is_named_with_the_reason(data_dir: Path):
    actions.move_ideas(["I0"], "T02", actions.Editor(*WHO, data_dir))
    publish(data_dir, placed(placed_by=["person"] * 6, theme_id=["T02"] * 6), VECTORS)
    found = why(data_dir, "I0")
    assert found.pending == ""
    assert found.sentences[0].startswith("A. Clerk put it here on ")
    assert "“it is about lunch”. The machine alone had put it in “Buses first”." in found.sentences[0]


def test_words_of_another_language_are_told_as_read_in_english(tmp_path: Path):
    publish(tmp_path, placed(words=["phone"] * 6), VECTORS)
    assert "as read in English: phone." in why(tmp_path, "I0").sentences[1]


def test_a_run_without_vectors_is_explained_without_neighbours(tmp_path: Path):
    publish(tmp_path, placed())
    assert why(tmp_path, "I0").alike == ()
    assert read_vectors(tmp_path, "R000000000001") is None


def test_vectors_that_were_changed_are_refused(data_dir: Path):
    path = data_dir / "runs" / "R000000000001" / "vectors.npy"
    path.write_bytes(path.read_bytes()[:-2] + b"\x00\x00")
    with pytest.raises(RunError, match=r"vectors\.npy"):
        why(data_dir, "I0")


def test_an_unknown_idea_is_refused(data_dir: Path):
    with pytest.raises(InputError, match="no idea I9"):
        why(data_dir, "I9")


def test_the_command_line_prints_the_sentences_and_the_ideas(data_dir: Path):
    done = synthesis(data_dir, "explain", "I0")
    assert (done.returncode, done.stderr) == (0, "")
    for part in (
        "Late bus again",
        "In T01",
        "speak most for this theme",
        "The bus never waits",
        "Most alike in “Lunch”",
    ):
        assert part in done.stdout
    assert "Held words" not in done.stdout
    found = json.loads(synthesis(data_dir, "explain", "I0", "--json").stdout)
    assert found["why"]["words"] == ["late", "bus"]
    assert [idea["idea_id"] for idea in found["evidence"]["alike"]] == ["I1"]


def test_no_model_and_no_word_cutter_is_loaded_to_explain_or_to_edit(data_dir: Path):
    code = (
        "import sys; from pathlib import Path; from synthesis import actions; d = Path(sys.argv[1]);"
        "actions.explain('I0', data_dir=d); actions.move_ideas(['I0'], 'T02', actions.Editor('A', 'b', d));"
        "print([m for m in ('torch', 'spacy', 'bertopic', 'sklearn', 'sentence_transformers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(data_dir)], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
