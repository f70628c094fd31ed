import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthesis.privacy import Finder, mask, pseudonym


@pytest.fixture(scope="module")
def finder() -> Finder:
    return Finder(["Odalys Brennick", "Hope Winterbourne"], {"hope"})


@pytest.mark.parametrize(
    ("raw", "public"),
    [
        ("Call 555-0142 please", "Call [phone number] please"),
        ("Write to odalys.b@example.org", "Write to [email address]"),
        ("His number is S1047782.", "His number is [student id]."),
        ("Mrs. Tallow never calls back", "[name] never calls back"),
        ("my daughter Zephyrine cried", "my daughter [name] cried"),
        ("We live at 14 Millrace Lane now", "We live at [address] now"),
        ("I saw Odalys at the stop", "I saw [name] at the stop"),
        ("Hope they fix Old Ferry Elementary", "Hope they fix Old Ferry Elementary"),
        ("my daughter loves band", "my daughter loves band"),
    ],
)
def test_personal_data_becomes_a_placeholder_and_the_rest_stays(finder, raw, public):
    assert mask(raw, finder.find(raw)).text == public


@given(st.text(max_size=200))
def test_changes_lead_from_public_back_to_raw(finder, text):
    masked = mask(text, finder.find(text))
    rebuilt = masked.text
    for raw_start, raw_end, start, end, _, _ in reversed(masked.changes):
        rebuilt = rebuilt[:start] + text[raw_start:raw_end] + rebuilt[end:]
    assert rebuilt == text


def test_a_pseudonym_needs_the_secret():
    assert pseudonym(b"a", "email:x") == pseudonym(b"a", "email:x")
    assert pseudonym(b"a", "email:x") != pseudonym(b"b", "email:x")
    assert "x" not in pseudonym(b"a", "email:xxxxx")[2:]
