"""What `discover_themes` promises, on texts that a person can check by eye."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from synthesis import discover_themes
from synthesis.errors import InputError, ModelUnavailable
from synthesis.themes.embed import verify_model
from tests.conftest import TRUTH

pytestmark = pytest.mark.model

BUSES = ["The bus is late every morning", "Our bus driver quit and the route was cancelled", "Kids wait forty minutes at the bus stop",
         "Bus 12 is overcrowded, three to a seat", "Late buses make my son miss first period", "Please hire more bus drivers",
         "The bus never comes on time in winter", "The bus route is an hour long"]  # fmt: skip
LUNCH = ["Lunch is too short to eat", "The cafeteria pizza is cold", "My daughter throws her lunch away", "More vegetables at lunch please",
         "The lunch line takes fifteen minutes", "School breakfast should be free", "Cafeteria food is gross", "Serve food that kids will eat at lunch"]  # fmt: skip
MUSIC = ["Please keep the orchestra", "Music class was cut to once a week", "The band needs new instruments", "My son loves choir",
         "Do not cut music and art", "The spring concert was wonderful", "Offer orchestra in elementary school", "Band practice is the best part of school"]  # fmt: skip


def test_three_plain_matters_become_three_named_themes():
    found = discover_themes([*BUSES, *LUNCH, *MUSIC])
    groups = [set(found.labels[i * 8 : (i + 1) * 8].tolist()) for i in range(3)]
    assert all(len(group) == 1 for group in groups)
    assert len(set.union(*groups)) == 3
    names = [found.themes[group.pop()].name.lower() for group in groups]
    assert "bus" in names[0]
    assert any(word in names[1] for word in ("lunch", "cafeteria", "food"))
    assert any(word in names[2] for word in ("music", "orchestra", "band"))


def planted(number: int) -> list[str]:
    with (TRUTH / "ideas.csv").open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file)][:number]


@pytest.mark.parametrize("number", [1, 2, 3, 5, 30, 300])
def test_any_number_of_ideas_works_and_each_has_a_theme(number):
    found = discover_themes(planted(number))
    assert len(found.labels) == len(found.sublabels) == len(found.unclear) == number
    assert found.labels.min() >= 0
    assert found.labels.max() == len(found.themes) - 1
    assert found.unclear.mean() <= 0.08
    assert sum(theme.n_ideas for theme in found.themes) == number
    names = [theme.name.casefold() for theme in found.themes]
    assert len(set(names)) == len(names)


def test_identical_texts_are_one_theme():
    found = discover_themes(["More buses please"] * 40)
    assert len(found.themes) == 1
    assert found.themes[0].n_ideas == 40


def test_no_text_is_a_clear_error():
    with pytest.raises(InputError, match="no text"):
        discover_themes([])


def test_prompts_take_the_question_out_of_the_answers():
    texts = planted(60)
    found = discover_themes(texts, prompts=["What is going well?"] * 30 + ["What must improve?"] * 30)
    assert len(found.labels) == 60


def test_embeddings_may_be_given():
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(2, 384))
    vectors = np.repeat(centres, 20, axis=0) + rng.normal(scale=0.3, size=(40, 384))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    words = [f"x{number} y{number * 7} z" for number in range(40)]
    found = discover_themes(words, embeddings=vectors)
    assert not set(found.labels[:20].tolist()) & set(found.labels[20:].tolist())


def test_an_altered_model_is_refused(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"not the model")
    with pytest.raises(ModelUnavailable, match="not the published one"):
        verify_model(tmp_path)
