"""For and against: what words and prompts tell, and where ideas are called, stay unknown, or turn with the majority."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from synthesis.model import Stance
from synthesis.text import stance as words
from synthesis.themes import stance

AXES = np.eye(8, dtype=np.float32)


def told(text: str, prompt: str = "") -> pd.Series:
    return words.signs([text], [prompt]).iloc[0]


@pytest.mark.parametrize(
    "text",
    [
        "I disagree with this plan.",
        "We are against any change here.",
        "Please leave the schedule alone.",
        "The routes are fine as they are.",
        "Do not ban anything.",
        "Enough with the drills.",
        "I don't see the need.",
        "I don’t see the need.",
        "Be honest: this is a bad idea.",
        "Careful with that rule.",
        "No estoy de acuerdo con eso.",
        "Déjenlo como está, por favor.",
        "No hace falta otro programa.",
        "Mwen pa dakò ditou.",
    ],
)
def test_words_of_objection_are_heard_in_three_languages(text):
    assert told(text)["objects"]


@pytest.mark.parametrize(
    "text",
    [
        "The doors do not close and nobody comes.",
        "There is no nurse on Mondays.",
        "We need more buses.",
        "Ask me again in a year.",
        "I agree with the last speaker.",
        "Necesitamos más maestros.",
        "Faltan libros en español.",
    ],
)
def test_a_complaint_or_a_wish_is_no_objection(text):
    assert not told(text)["objects"]
    assert not told(text)["divided"]


def test_doubts_praise_and_two_sides_are_told_apart():
    assert told("Do we really need another program?")["doubts"]
    assert told("I’d rather have a good teacher.")["doubts"]
    assert told("Thank you, our driver is wonderful.")["praises"]
    assert told("Gracias a la maestra.")["praises"]
    assert told("The table was split on this.")["divided"]
    assert told("Unos quieren policía, otros no la quieren.")["divided"]
    assert told("Oh great, another survey lol")["mocks"]
    assert told("When does the late bus leave?")["asked"]
    assert not told("When does it leave? It is always late.")["asked"]
    assert told("Teacher pay")["bare"]


@pytest.mark.parametrize(
    ("prompt", "direction"),
    [
        ("Should phones be banned at school? Why or why not?", -1),
        ("We should build a second gym", 1),
        ("The old gym must be closed", -1),
        ("We should fight for the repeal of the fee", -1),
        ("Our schools are safe", 1),
        ("Our schools are not safe", -1),
    ],
)
def test_a_prompt_that_proposes_is_known_with_its_direction(prompt, direction):
    found = words.proposal(prompt)
    assert found is not None
    assert found.direction == direction


@pytest.mark.parametrize(
    "prompt",
    [
        "What should we keep, and what should we change?",
        "What is working well?",
        "Anything else you want the Board to hear?",
        "Transportation; Larkmoor High",
        "Should we not close the gym?",
        "¿Qué debería mejorar el distrito?",
        "",
    ],
)
def test_an_open_question_proposes_nothing(prompt):
    assert words.proposal(prompt) is None


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Uniforms should be abolished, they cost too much.", 1),
        ("Uniforms should not be abolished.", -1),
        ("We should never abandon uniforms.", -1),
        ("Uniforms are harmful and unfair.", 1),
        ("Uniforms prevent bullying and crime.", -1),
        ("Abolishing uniforms would hurt poor families.", -1),
        ("My sister likes blue.", 0),
        ("Children walk to school.", 0),
    ],
)
def test_an_answer_stands_towards_what_its_prompt_proposes(text, sign):
    assert np.sign(told(text, "We should abandon school uniforms")["toward"]) == sign


def test_written_arguments_have_two_sides_and_a_wish_for_each():
    known = words.arguments()
    assert len({argument.text for argument in known}) == len(known)
    for matter in {argument.matter for argument in known}:
        assert {argument.side for argument in known if argument.matter == matter} == {1, -1}
        for side in (1, -1):
            wish = words.wish(matter, side)
            assert wish
            assert wish[-1] not in ".;"
            assert wish[0].islower()


def ideas(*texts: str, valence: str = "open", prompt: str = "", who: list[str] | None = None) -> pd.DataFrame:
    return words.signs(list(texts), [prompt] * len(texts)).assign(
        idea_id=[f"I{number:03d}" for number in range(len(texts))],
        valence=valence,
        who=who or [f"p{number}" for number in range(len(texts))],
        axis=1,
    )


def settled(frame: pd.DataFrame, lean: list[float] | None = None, vectors: np.ndarray | None = None, **options: bool):
    n = len(frame)
    vectors = AXES[np.arange(n) % 8] if vectors is None else vectors
    leaning = stance.Leanings(np.array(lean or [0.0] * n), np.array([""] * n, dtype=object))
    return stance.settle(frame, vectors, leaning, ["T01"] * n, **options)


def test_what_is_asked_is_for_what_is_objected_to_is_against_and_silence_is_unknown():
    found = settled(
        ideas("We need more buses.", "Leave the buses alone, they are fine.", "Seventeen.", "We were split on it.")
    )
    assert found["stance"].tolist() == [Stance.FOR, Stance.AGAINST, Stance.UNKNOWN, Stance.MIXED]
    assert found["because"].tolist() == ["words", "words", "", "words"]
    assert (found["certainty"].iloc[:2] >= 0.7).all()
    assert (found["certainty"].iloc[2:] == 0).all()


def test_an_answer_to_what_should_improve_asks_and_praise_takes_no_side():
    assert settled(ideas("Buses every day on our street.", valence="negative"))["stance"].tolist() == [Stance.FOR]
    praised = settled(ideas("Our driver knows every child by name.", valence="positive"))
    assert praised["stance"].tolist() == [Stance.UNKNOWN]


def test_jests_and_bare_questions_stay_unknown():
    found = settled(ideas("More surveys, must be nice lol", "When does the bus leave in the morning?"))
    assert found["stance"].tolist() == [Stance.UNKNOWN, Stance.UNKNOWN]


def test_likeness_to_a_written_argument_tells_a_side_but_not_for_a_bare_name():
    frame = ideas("He has a job after three in the afternoon.", "Somebody sleeps on every desk.", "School uniforms")
    found = settled(frame, lean=[-1.5, 0.8, -1.5])
    assert found["stance"].tolist() == [Stance.AGAINST, Stance.FOR, Stance.UNKNOWN]
    assert found["because"].tolist() == ["argument", "argument", ""]


def test_for_is_the_side_that_more_people_take_not_the_one_with_more_lines():
    texts = ["Leave it alone, it is fine as it is."] * 4 + ["We need more of it."] * 3
    by_many = settled(ideas(*texts, who=["p1", "p2", "p3", "p4", "p5", "p6", "p7"]))
    assert by_many["stance"].tolist() == [Stance.FOR] * 4 + [Stance.AGAINST] * 3
    by_one = settled(ideas(*texts, who=["p1", "p1", "p1", "p1", "p5", "p6", "p7"]))
    assert by_one["stance"].tolist() == [Stance.AGAINST] * 4 + [Stance.FOR] * 3
    kept = settled(ideas(*texts), to_majority=False)
    assert kept["stance"].tolist() == [Stance.AGAINST] * 4 + [Stance.FOR] * 3


def test_neighbours_are_heard_where_all_answer_one_proposal():
    prompt = "Should we close the old gym?"
    texts = (
        ["The old gym should be closed."] * 3
        + ["Rain comes through the windows."]
        + ["The old gym should not be closed."] * 3
    )
    texts += ["Dances were held there in spring."]
    close, keep = AXES[0], AXES[1]
    vectors = np.stack([close] * 4 + [keep] * 4) + 0.01 * AXES[np.arange(8)]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found = settled(ideas(*texts, prompt=prompt), vectors=vectors.astype(np.float32), to_majority=False)
    assert found["stance"].tolist() == [Stance.FOR] * 4 + [Stance.AGAINST] * 4
    assert found["because"].tolist() == ["proposal"] * 3 + ["neighbors"] + ["proposal"] * 3 + ["neighbors"]


def test_agreeing_with_a_proposal_to_keep_is_the_side_of_those_who_object_to_change():
    prompts = ["Should we keep the early bell?"] * 20 + [""] * 2
    toward = np.array([1.0] * 10 + [-1.0] * 10 + [0.0] * 2)
    objecting = np.array([-0.8] * 10 + [0.6] * 10 + [0.0] * 2)
    assert stance.axes(prompts, toward, objecting).tolist() == [-1] * 20 + [1] * 2
    assert set(stance.axes(prompts, toward, -objecting)) == {1}
    assert set(stance.axes(prompts[:8], toward[:8], objecting[:8])) == {1}  # too few answers tell nothing


def test_the_same_stances_in_any_order_of_rows():
    rng = np.random.default_rng(5)
    said = [
        "We need more buses.",
        "Leave it alone.",
        "I’d rather walk.",
        "Seventeen minutes.",
        "The bus is late.",
        "No more drills.",
    ]
    n = 60
    frame = ideas(*(said[k] for k in rng.integers(len(said), size=n)), who=[f"p{k}" for k in rng.integers(25, size=n)])
    vectors = rng.normal(size=(n, 12)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    arguments = vectors[:6] + 0.1
    themes = [f"T{k:02d}" for k in rng.integers(1, 4, size=n)]

    def run(order: np.ndarray) -> pd.DataFrame:
        leaning = stance.leanings(vectors[order], arguments, list("abcdef"), [1, -1] * 3)
        found = stance.settle(
            frame.iloc[order].reset_index(drop=True), vectors[order], leaning, [themes[row] for row in order]
        )
        return found.sort_values("idea_id", ignore_index=True)

    first = run(np.arange(n))
    for _ in range(5):
        pd.testing.assert_frame_equal(run(rng.permutation(n)), first)
    assert first["stance"].nunique() >= 3
