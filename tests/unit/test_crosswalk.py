"""The crosswalk of themes and best practices."""

from __future__ import annotations

import numpy as np
import pandas as pd

from synthesis.themes.crosswalk import crosswalk, readable


def research(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["document", "anchor", "text"])


def test_headings_say_what_a_chunk_is_about_and_a_title_page_says_nothing():
    texts, says = readable(
        research(
            ("Keeping teachers", "Keeping teachers", "2023"),
            ("Keeping teachers", "Keeping teachers > What holds", "A mentor in the same building with a lighter load."),
            ("02_bells.pdf", "page 1, paragraph 1", "Students slept 25 to 45 minutes longer on school nights."),
        )
    )
    assert texts[1] == "Keeping teachers. What holds. A mentor in the same building with a lighter load."
    assert texts[2].startswith("Students slept")
    assert says.tolist() == [False, True, True]


def test_a_chunk_speaks_to_the_theme_that_lies_its_way_from_the_middle():
    common = np.array([5.0, 0, 0, 0])
    ideas = np.stack([common + np.eye(4)[1 + n % 3] for n in range(30)])
    themes = [f"T0{1 + n % 3}" for n in range(30)]
    chunks = np.stack([common + np.eye(4)[1], common + np.eye(4)[2], common + np.array([0, 1, 1, 1.0])])
    found = crosswalk(ideas, themes, chunks, ["R1", "R2", "R3"], np.array([True, False, True]))
    assert found[["theme_id", "chunk_id"]].values.tolist() == [["T01", "R1"]]
    assert found["similarity"].between(0.45, 1).all()


def test_without_research_there_is_no_pair():
    assert crosswalk(np.ones((3, 2)), ["T01"] * 3, np.ones((0, 2)), [], np.zeros(0, dtype=bool)).empty
