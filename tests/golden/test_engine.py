"""What `discover_themes` promises, on texts that a person can check by eye."""

from __future__ import annotations

import csv
import hashlib

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from synthesis import discover_themes
from synthesis.errors import InputError, ModelUnavailable
from synthesis.themes import embed_ideas
from synthesis.themes.models import Model, packaged, verify
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
        verify(Model(tmp_path, packaged().sha256))


def test_a_model_that_could_run_something_is_refused_before_it_is_read(tmp_path):
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"weights")
    (tmp_path / "pytorch_model.bin").write_bytes(b"cos\nsystem\n(S'touch pwned'\ntR.")
    with pytest.raises(ModelUnavailable, match="can run: pytorch_model"):
        verify(Model(tmp_path, hashlib.sha256(b"weights").hexdigest()))


PAIRS = {
    "bus": "autobús", "late": "tarde", "driver": "conductor", "route": "ruta", "stop": "parada",
    "lunch": "almuerzo", "food": "comida", "tray": "bandeja", "hungry": "hambre", "line": "fila",
}  # fmt: skip


def two_languages(folder):
    """Save a small static model in which a word and its translation have the same vector; return it as a `Model`."""
    vocabulary = {"[UNK]": 0}
    for word in (*PAIRS, *PAIRS.values()):
        vocabulary[word] = len(vocabulary)
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    vectors = np.random.default_rng(1).normal(size=(len(vocabulary), 64)).astype(np.float32)
    vectors[0] = 0.01
    for english, spanish in PAIRS.items():
        vectors[vocabulary[spanish]] = vectors[vocabulary[english]]
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=vectors)]).save(str(folder))
    [weights] = folder.rglob("*.safetensors")
    return Model(folder, hashlib.sha256(weights.read_bytes()).hexdigest(), multilingual=True)


def test_with_a_multilingual_model_a_theme_spans_languages(tmp_path):
    model = two_languages(tmp_path / "model")
    draw = np.random.default_rng(0)
    english = list(PAIRS)
    texts, planted_labels = [], []
    for number in range(80):
        matter = number % 2
        words = draw.choice(english[:5] if matter == 0 else english[5:], size=4, replace=False)
        texts.append(" ".join(words if number % 4 < 2 else [PAIRS[word] for word in words]) + f" {number}")
        planted_labels.append(matter)
    found = discover_themes(texts, embeddings=embed_ideas(texts, model=model, cache=tmp_path / "cache"))
    for label in set(found.labels.tolist()):
        members = [n for n in range(80) if found.labels[n] == label]
        assert len({planted_labels[n] for n in members}) == 1
    both = [
        label
        for label in set(found.labels.tolist())
        if {n % 4 < 2 for n in range(80) if found.labels[n] == label} == {True, False}
    ]
    assert both
    # Vectors of one model are never taken for those of another.
    assert embed_ideas(texts[:3], cache=tmp_path / "cache").shape == (3, 384)
