"""A steward's edits in the app: the wrong place, the page on one theme, history and undo; stale ones refused with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from synthesis import actions
from synthesis.model import ThemeId
from synthesis.store.runs import publish
from tests.conftest import ROOT
from tests.store.small_run import small_run
from tests.unit.chat_server import ChatServer, chat_server
from tests.unit.test_reasons import placed

pytestmark = pytest.mark.filterwarnings("default")
Open = Callable[[str], AppTest]


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A theme of two strands with one idea each, and an empty second theme."""
    run = small_run()
    [theme] = run.themes
    strand = replace(theme.subthemes[0], theme_id=ThemeId("T01.2"), name="More buses", n_ideas=1)
    lunch = replace(theme, theme_id=ThemeId("T02"), name="Lunch", subthemes=(), quotes=())
    order = run.priorities
    more = order.iloc[[0, 1]].assign(theme_id=["T02", "T01.2"], rank=2)
    frames = {
        "assignments": run.assignments.assign(subtheme_id=["T01.1", "T01.2"], second_id=["T02", ""]),
        "priorities": type(order)(data=[*order.to_dict("records"), *more.to_dict("records")]),
        "regard": type(order)(
            data=[
                *run.regard.to_dict("records"),
                *run.regard.assign(theme_id=["T02", "T01.2"]).to_dict("records"),
            ]
        ),
    }
    publish(tmp_path, replace(run, themes=(replace(theme, subthemes=(*theme.subthemes, strand)), lunch), **frames))
    return tmp_path


@pytest.fixture
def page(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Open a page of the app as a steward."""
    import streamlit as st

    monkeypatch.setenv("SYNTHESIS_DATA_DIR", str(data_dir))
    monkeypatch.setenv("SYNTHESIS_STEWARD", "true")
    monkeypatch.syspath_prepend(str(ROOT))
    st.cache_resource.clear()
    st.cache_data.clear()
    yield lambda name: AppTest.from_string(f"from app.views import {name}\n{name}.show()\n", default_timeout=60).run()
    st.cache_resource.clear()
    st.cache_data.clear()


def history(data_dir: Path) -> list[tuple[object, object, object]]:
    return [(row["edit"], row["theme"], row["detail"]) for row in actions.edit_history(data_dir)]


def test_an_idea_is_moved_from_the_theme_page_and_shown_as_pending(page: Open, data_dir: Path):
    shown = page("theme")
    shown.selectbox(key="idea_choice").select("I1").run()
    assert any("ties to ideas that say alike" in text.value for text in shown.markdown)
    shown.selectbox(key="to_I1").select("T02")
    shown.text_input(key="by_I1").input("A. Clerk")
    shown.text_input(key="reason_I1").input("it is about lunch")
    shown.button(key="place_record_I1").click().run()
    assert not shown.exception
    assert [message.value for message in shown.success] == ["Moved to “Lunch”\\. It shows from the next run on\\."]
    assert history(data_dir) == [("move_ideas", "T02", "I1")]
    assert any("A\\. Clerk put it into T02" in message.value for message in shown.info)


def test_an_idea_is_confirmed_in_place_from_the_search(page: Open, data_dir: Path):
    shown = page("search")
    shown.text_input(key="search_words").input("late").run()
    assert any("also in Lunch" in text.value for text in shown.caption)
    shown.toggle(key="why_I1").set_value(True).run()
    shown.text_input(key="by_I1").input("A. Clerk")
    shown.text_input(key="reason_I1").input("it is right here")
    shown.button(key="place_record_I1").click().run()
    assert not shown.exception
    assert history(data_dir) == [("move_ideas", "T01", "I1 (confirmed)")]


def test_without_a_name_or_a_reason_nothing_is_recorded(page: Open, data_dir: Path):
    shown = page("theme")
    shown.selectbox(key="idea_choice").select("I1").run()
    shown.button(key="place_record_I1").click().run()
    assert "by" in shown.error[0].value
    assert history(data_dir) == []


def test_the_second_of_two_stewards_is_told_who_was_first_and_may_decide_again(page: Open, data_dir: Path):
    shown = page("theme")
    shown.selectbox(key="idea_choice").select("I1").run()
    actions.rename_theme("T01", "Late buses", actions.Editor("B. Clerk", "shorter", data_dir))
    shown.text_input(key="by_I1").input("A. Clerk")
    shown.text_input(key="reason_I1").input("it is right here")
    shown.button(key="place_record_I1").click().run()
    assert "B\\. Clerk was first\\: rename theme of T01" in shown.error[0].value
    assert len(history(data_dir)) == 1
    shown.button(key="place_record_I1").click().run()
    assert not shown.error
    assert len(history(data_dir)) == 2


def test_who_is_no_steward_sees_why_and_no_form(page: Open, monkeypatch: pytest.MonkeyPatch):
    import streamlit as st

    monkeypatch.setenv("SYNTHESIS_STEWARD", "false")
    st.cache_resource.clear()
    shown = page("theme")
    shown.selectbox(key="idea_choice").select("I1").run()
    assert any("ties to ideas that say alike" in text.value for text in shown.markdown)
    assert not shown.text_input


def test_ideas_that_speak_to_a_theme_as_well_are_listed_there(page: Open):
    shown = page("theme")
    assert not any(heading.value == "Also here" for heading in shown.subheader)
    shown.selectbox(key="theme_choice").select("T02").run()
    assert not shown.exception
    assert any(heading.value == "Also here" for heading in shown.subheader)


def fill(shown: AppTest, prefix: str) -> None:
    shown.text_input(key="edit_by").input("A. Clerk")
    shown.text_input(key=f"edit_{prefix}_why").input("agreed")


def test_each_edit_of_a_theme_is_made_on_its_page_and_undone(page: Open, data_dir: Path):
    shown = page("edit_theme")
    fill(shown, "name")
    shown.text_input(key="edit_name_T01").input("Late buses")
    shown.button(key="edit_rename").click().run()
    fill(shown, "merge")
    shown.selectbox(key="edit_into").select("T02")
    shown.button(key="edit_merge").click().run()
    fill(shown, "split")
    shown.multiselect(key="edit_strands").select("T01.2")
    shown.button(key="edit_split").click().run()
    for key in ("edit_pin", "edit_unpin"):
        fill(shown, "quote")
        shown.selectbox(key="edit_quote").select("I1")
        shown.button(key=key).click().run()
    for key in ("edit_adopt", "edit_retire"):
        fill(shown, "end")
        shown.button(key=key).click().run()
    fill(shown, "undo")
    shown.number_input(key="edit_number").set_value(2)
    shown.button(key="edit_undo").click().run()
    assert not shown.exception
    assert not shown.error
    assert [edit for edit, _, _ in history(data_dir)] == [
        "rename_theme", "merge_themes", "split_theme", "pin_quote", "unpin_quote", "adopt_theme", "retire_theme", "undo_edit",
    ]  # fmt: skip
    [table] = shown.table
    assert table.value["Stands"].tolist() == ["yes", "no", *["yes"] * 5, "no"]
    assert set(table.value["Who"]) == {"A\\. Clerk"}


def test_a_stale_edit_is_refused_on_the_page(page: Open, data_dir: Path):
    shown = page("edit_theme")
    actions.retire_theme("T01", actions.Editor("B. Clerk", "too small", data_dir))
    fill(shown, "name")
    shown.text_input(key="edit_name_T01").input("Late buses")
    shown.button(key="edit_rename").click().run()
    assert "B\\. Clerk was first" in shown.error[0].value
    assert len(history(data_dir)) == 1
    assert "B\\. Clerk" in shown.table[0].value["Who"].tolist()  # the page shows it now


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server() as running:
        yield running


def test_a_suggestion_is_taken_by_an_ordinary_rename(
    page: Open, data_dir: Path, server: ChatServer, monkeypatch: pytest.MonkeyPatch
):
    assert not [button for button in page("edit_theme").button if button.key == "edit_suggest"]  # off by default
    import streamlit as st

    monkeypatch.setenv("SYNTHESIS_NAMER_URL", server.url)
    monkeypatch.setenv("SYNTHESIS_NAMER_MODEL", "a-model")
    st.cache_resource.clear()
    shown = page("edit_theme")
    shown.button(key="edit_suggest").click().run()
    assert "Too few people" in shown.warning[0].value  # two people's words: nothing is sent
    assert server.asked == []
    run = placed()
    publish(data_dir, replace(run, contributions=run.contributions.assign(participant_key=[*"abcdef"])))
    st.cache_resource.clear()
    server.status = 500
    shown.button(key="edit_suggest").click().run()
    assert "status 500" in shown.error[0].value
    server.status = 200
    server.says("Late buses", "I0", "I1", "I2")
    shown.button(key="edit_suggest").click().run()
    assert shown.info[0].value.startswith("Suggested\\: Late buses")
    shown.button(key="edit_take").click().run()
    assert shown.text_input(key="edit_name_T01").value == "Late buses"
    assert history(data_dir) == []
    fill(shown, "name")
    shown.button(key="edit_rename").click().run()
    assert history(data_dir) == [("rename_theme", "T01", "Late buses")]
