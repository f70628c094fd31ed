"""What confirmed ideas teach: it is used where it helps, moves nothing that people placed, and says by how much."""

from __future__ import annotations

import numpy as np

from synthesis.themes.learning import MIN_LABELS, learn


def crowds(*sizes: int, noise: float = 0.6) -> tuple[np.ndarray, list[str]]:
    """Return unit vectors around one middle each, and their true themes T01, T02, …"""
    draw = np.random.default_rng(3)
    middles = draw.normal(size=(len(sizes), 20))
    rows = np.concatenate([m + noise * draw.normal(size=(n, 20)) for m, n in zip(middles, sizes, strict=True)])
    truth = [f"T{number + 1:02d}" for number, n in enumerate(sizes) for _ in range(n)]
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), truth


def mute(vectors: np.ndarray) -> list[str]:
    """Return texts that tell nothing."""
    return ["..."] * len(vectors)


def accuracy(places: tuple[str, ...] | list[str], truth: list[str]) -> float:
    return float(np.mean([place == true for place, true in zip(places, truth, strict=True)]))


def test_confirmed_ideas_set_the_others_right() -> None:
    vectors, truth = crowds(60, 60)
    engine = ["T01"] * 90 + ["T02"] * 30  # half of the second theme stands in the first
    confirmed = {row: truth[row] for row in [*range(0, 60, 6), *range(60, 120, 6)]}
    places = [confirmed.get(row, theme) for row, theme in enumerate(engine)]
    lesson = learn(vectors, mute(vectors), places, engine, confirmed)
    assert lesson.used
    assert lesson.n_labels == 20
    assert lesson.head > lesson.engine
    assert accuracy(lesson.places, truth) > 0.95 > accuracy(places, truth)
    assert all(lesson.places[row] == theme for row, theme in confirmed.items())
    assert not lesson.taught[list(confirmed)].any()


def test_where_the_engine_is_right_nothing_is_moved() -> None:
    vectors, truth = crowds(40, 40)
    confirmed = {row: truth[row] for row in range(0, 80, 4)}
    lesson = learn(vectors, mute(vectors), truth, truth, confirmed)
    assert not lesson.used
    assert lesson.engine == 1.0
    assert lesson.places == tuple(truth)


def test_a_few_labels_teach_nothing() -> None:
    vectors, _ = crowds(40, 40)
    engine = ["T01"] * 80
    confirmed = dict.fromkeys(range(40, 40 + MIN_LABELS - 1), "T02")
    lesson = learn(vectors, mute(vectors), [confirmed.get(row, "T01") for row in range(80)], engine, confirmed)
    assert not lesson.used
    assert lesson.n_labels == 0


def test_ideas_of_themes_that_nobody_confirmed_stay_where_they_are() -> None:
    vectors, truth = crowds(50, 50, 50, 50)
    engine = ["T01"] * 75 + ["T02"] * 25 + ["T03"] * 50 + ["T04"] * 50
    confirmed = {row: truth[row] for row in [*range(0, 50, 5), *range(50, 100, 5)]}
    places = [confirmed.get(row, theme) for row, theme in enumerate(engine)]
    lesson = learn(vectors, mute(vectors), places, engine, confirmed)
    assert lesson.used
    assert accuracy(lesson.places[100:], truth[100:]) >= 0.95
    assert accuracy(lesson.places[:100], truth[:100]) > accuracy(places[:100], truth[:100])


def test_the_order_of_what_was_confirmed_changes_nothing() -> None:
    vectors, truth = crowds(40, 40)
    engine = ["T01"] * 60 + ["T02"] * 20
    rows = list(range(0, 80, 3))
    one = learn(vectors, mute(vectors), engine, engine, {row: truth[row] for row in rows})
    other = learn(vectors, mute(vectors), engine, engine, {row: truth[row] for row in reversed(rows)})
    assert one.places == other.places


def test_words_teach_what_vectors_do_not_tell() -> None:
    vectors, _ = crowds(120)
    truth = ["T01", "T02"] * 60
    texts = [f"{'bus' if theme == 'T01' else 'lunch'} {row}" for row, theme in enumerate(truth)]
    engine = ["T01"] * 120
    confirmed = {row: truth[row] for row in range(0, 120, 3)}
    places = [confirmed.get(row, theme) for row, theme in enumerate(engine)]
    lesson = learn(vectors, texts, places, engine, confirmed)
    assert lesson.used
    assert lesson.places == tuple(truth)
    assert not learn(vectors, mute(vectors), places, engine, confirmed).head > 0.7


def test_neighbours_that_nobody_confirmed_teach_too() -> None:
    """Between two confirmed crowds a bridge of ideas: what is near them counts, though no one said so."""
    vectors, truth = crowds(150, 150, noise=1.6)
    engine = ["T01"] * 300
    confirmed = {row: truth[row] for row in [*range(0, 30, 5), *range(150, 180, 5)]}
    places = [confirmed.get(row, theme) for row, theme in enumerate(engine)]
    lesson = learn(vectors, mute(vectors), places, engine, confirmed)
    from sklearn.linear_model import LogisticRegression

    rows = list(confirmed)
    alone = LogisticRegression(C=3).fit(vectors[rows], [truth[row] for row in rows]).predict(vectors)
    assert accuracy(lesson.places, truth) > accuracy(alone.tolist(), truth)
