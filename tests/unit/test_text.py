import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthesis.text import glossary, ideas, language, urgent


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("The bus is late. It was late eleven times in October.", 1),
        ("The bus is late every day. The cafeteria pizza is cold and gross.", 2),
        ("More art teachers please. Also the roof of the gym leaks on the stage.", 2),
        ("Salary", 1),
        ("...", 0),
        ("", 0),
        ("- safer doors at the front entrance\n- more counselors in middle school", 2),
    ],
)
def test_ideas_are_split_at_matters_not_at_every_full_stop(text, parts):
    assert len(ideas.split(text)) == parts


@given(st.text(max_size=400))
def test_ideas_are_ordered_spans_of_the_text_and_lose_no_word(text):
    spans = ideas.split(text)
    assert all(0 <= a < b <= len(text) for a, b in spans)
    assert all(left[1] <= right[0] for left, right in zip(spans, spans[1:], strict=False))
    outside = "".join(
        text[a:b] for a, b in zip([0, *(e for _, e in spans)], [*(s for s, _ in spans), len(text)], strict=True)
    )
    if spans:
        assert (
            not any(c.isalnum() and c.isascii() for c in outside.replace("and", "").replace("but", ""))
            or len(spans) > 1
        )


def test_language_is_one_of_the_districts_or_undetermined():
    texts = [
        "The bus is late every single morning",
        "El autobús llega tarde todos los días",
        "Bis la toujou an reta pou timoun yo",
        "Salary",
    ]
    assert language.detect(texts, ("en", "es", "ht")) == ["en", "es", "ht", "und"]


def test_a_gloss_carries_the_matter_over():
    assert "bus" in glossary.gloss("El autobús siempre llega tarde", "es").split()
    assert glossary.gloss("Late bus", "en") == "Late bus"
    assert glossary.gloss("Hola amigos", "es") == "Hola amigos"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Some days I don't want to be alive anymore", "self_harm"),
        ("He said he is going to shoot everyone on Friday", "threat"),
        ("My neighbor hits her son with a belt", "abuse"),
        ("mi vecino le pega a su hijo", "abuse"),
        ("The schedule is killing us and the lunch line is to die for", None),
        ("We are dying for a new gym", None),
    ],
)
def test_urgent_items_are_told_from_figures_of_speech(text, kind):
    assert urgent.kind_of(text) == kind
