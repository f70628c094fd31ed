"""The app's pages on the sample district, run by Streamlit's own test runner."""

from __future__ import annotations

import sys

import openpyxl
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app.parts.words import breakable, plain
from synthesis import actions
from synthesis.model import Channel
from tests.conftest import ROOT

pytestmark = [pytest.mark.model, pytest.mark.filterwarnings("default")]


def test_the_app_never_loads_the_engine(page):
    page("themes")
    assert not [name for name in sys.modules if name == "umap"]


def test_themes_stand_in_rank_order(page, district):
    shown = page("themes")
    assert not shown.exception
    run = actions.read_run(district)
    labels = [button.label for button in shown.button if button.key.startswith("open_")]
    assert len(labels) == len(run.themes)
    assert [button.key for button in shown.button if button.key.startswith("open_")] == [
        f"open_{t.theme_id}" for t in run.themes
    ]


def test_a_filter_counts_only_those_people(page, district):
    shown = page("themes")
    shown.multiselect(key="filter_channels").select("other").run()
    assert not shown.exception
    said = [message.value for message in (*shown.info, *shown.warning, *shown.caption)]
    assert any("Only people of this choice are counted" in text for text in said), said


def test_a_group_under_the_minimum_is_not_shown(page, district):
    run = actions.read_run(district)
    base = run.groups[run.groups["theme_id"].eq("") & run.groups["channel"].eq("*") & run.groups["school"].eq("*")]
    small = base.loc[~base["shown"], "role"].tolist()
    assert small, "the sample has no role under the minimum cell: plant one"
    shown = page("themes")
    shown.multiselect(key="filter_roles").select(small[0]).run()
    assert [warning for warning in shown.warning if "not shown on their own" in warning.value]
    assert not [button for button in shown.button if button.key.startswith("open_")]


@pytest.mark.parametrize(
    "name",
    [
        "theme",
        "plan",
        "decisions",
        "ledger",
        "method",
        "serious",
        "missing",
        "practices",
        "changes",
        "quality",
        "thread",
    ],
)
def test_every_page_opens(page, name, monkeypatch):
    monkeypatch.chdir(ROOT)
    shown = page(name)
    assert not shown.exception
    assert not shown.error
    assert shown.title


def test_a_theme_tells_why_it_has_its_rank_and_what_stands_beside_it(page, district):
    shown = page("theme")
    written = " ".join(text.value for text in shown.markdown)
    first = actions.priority_report(actions.read_run(district))["themes"][0]
    assert plain(first["why"]) in written
    assert plain(first["regarded"]) in written
    assert "No group that may be shown" in written or "times more" in written or "others" in written


def test_the_register_shows_no_words_that_wait_for_release(page, district):
    shown = page("serious")
    run = actions.read_run(district)
    words = {text.value for text in shown.text}
    matters = actions.serious_matters(district)["matters"]
    assert {f"“{comment['text']}”" for entry in matters for comment in entry["comments"] if comment["text"]} == words
    held = set(run.contributions.loc[run.contributions["hold"].ne(""), "contribution_id"])
    assert not words & {f"“{text}”" for text in run.ideas.loc[run.ideas["contribution_id"].isin(held), "text"]}
    assert not shown.text_input  # only a steward nominates


def test_a_steward_nominates_a_comment_and_takes_it_back(page, district, monkeypatch):
    monkeypatch.setenv("SYNTHESIS_STEWARD", "true")
    shown = page("serious")
    known = {c["idea_id"] for entry in actions.serious_matters(district)["matters"] for c in entry["comments"]}
    idea = next(i for i in actions.read_run(district).ideas["idea_id"] if i not in known)
    shown.text_input(key="nominate_idea").input(idea)
    shown.button(key="nominate_enter").click().run()
    assert "--by" in shown.error[0].value.replace("\\", "")
    shown.text_input(key="nominate_idea").input(idea)
    shown.text_input(key="nominate_by").input("A. Member")
    shown.text_input(key="nominate_why").input("It is one child, every day.")
    shown.button(key="nominate_enter").click().run()
    assert not shown.exception
    assert actions.serious_matters(district)["matters"][-1]["comments"][0]["idea_id"] == idea
    shown.text_input(key="nominate_idea").input(idea)
    shown.text_input(key="nominate_by").input("A. Member")
    shown.text_input(key="nominate_why").input("Dealt with.")
    shown.button(key="nominate_withdraw").click().run()
    assert all(entry["rule"] != "nominated" for entry in actions.serious_matters(district)["matters"])


def test_a_district_without_numbers_of_its_own_is_told_what_to_do(page, tmp_path, monkeypatch):
    monkeypatch.setenv("SYNTHESIS_BENCHMARK", str(tmp_path / "none.toml"))
    shown = page("missing")
    assert not shown.exception
    assert "synthesis represent" in shown.code[0].value


def test_changes_are_told_against_a_date(page):
    shown = page("changes")
    assert not shown.exception
    assert "moved by more than noise" in " ".join(text.value for text in shown.markdown)
    assert len(shown.table) == 1


def test_how_good_the_themes_are_is_told_in_words_before_any_table(page, district):
    shown = page("quality")
    report = actions.quality_report(district)
    kinds = [element.type for element in shown.main if element.type in ("markdown", "table", "flex_container")]
    assert kinds.index("flex_container") < kinds.index("table")
    written = [text.value for text in shown.markdown]
    for entry in report["questions"]:
        assert [text for text in written if plain(entry["question"]) in text and plain(entry["verdict"]) in text]
        assert plain(entry["answer"]) in written
    assert report["limit"] in [text.value.replace("\\", "") for text in shown.caption]


def test_every_rule_of_a_chosen_theme_is_shown_with_its_figure(page, district):
    shown = page("quality")
    last = actions.quality_report(district)["themes"][-1]
    shown.selectbox(key="quality_theme").select(last["theme_id"]).run()
    assert not shown.exception
    figures = shown.table[1].value
    assert len(figures) == len(last["rules"]) == 7
    assert figures.iloc[:, 1].tolist() == [plain(rule["says"]) for rule in last["rules"]]
    assert [met.startswith("yes") for met in figures["Met"]] == [rule["met"] for rule in last["rules"]]


def test_curves_of_sessions_hold_what_may_be_shown_and_nothing_else(page, district):
    shown = page("quality")
    coverage = actions.read_run(district).coverage
    rows = coverage[
        coverage["level"].eq("strand") & coverage["scope"].eq("session") & coverage["channel"].eq("town_hall")
    ]
    assert rows["shown"].any()
    assert not rows["shown"].all()
    shown.selectbox(key="quality_channel").select("town_hall").run()
    assert not shown.exception
    [covered] = [table.value for table in shown.table if "New to be expected" in table.value.columns]
    assert sorted(covered.index) == sorted(breakable(plain(name)) for name in rows.loc[rows["shown"], "session"])
    said = f"{(~rows['shown']).sum()} of {len(rows)} are not shown: too few took part."
    assert said in [text.value for text in shown.caption]


def test_codes_of_people_stand_beside_the_programs(page, district, tmp_path):
    assert "synthesis coding export" in page("quality").code[0].value
    sheet = tmp_path / "sheet.xlsx"
    actions.export_coding(sheet, data_dir=district, ideas=30)
    book = openpyxl.load_workbook(sheet)
    places = actions.read_run(district).assignments.set_index("idea_id")["theme_id"]
    for row in book["coding"].iter_rows(min_row=2):
        row[5].value = places[row[0].value]
    book.save(sheet)
    actions.import_coding(sheet, by="A. Coder", reason="a test", data_dir=district)
    st.cache_data.clear()
    try:
        shown = page("quality")
        assert not shown.exception
        agreed = [text.value.replace("\\", "") for text in shown.markdown if "beyond chance" in text.value]
        assert [text for text in agreed if "A. Coder and the program say the same of 100% of 30 ideas" in text]
        [both] = [table.value for table in shown.table if "Both" in table.value.columns]
        assert both["Both"].astype(int).sum() == 30
    finally:
        actions.withdraw_codes("A. Coder", by="A. Coder", reason="a test", data_dir=district)


def test_a_theme_shows_its_quotes_as_text(page, district):
    shown = page("theme")
    first = actions.read_run(district).themes[0]
    words = [text.value for text in shown.text]
    assert f"“{first.quotes[0].text}”" in words


def test_the_steward_sees_what_waits_and_no_words_of_urgent_items(page, district):
    shown = page("review")
    assert not shown.exception
    items = actions.urgent_items(district)
    assert items
    words = [actions.words_aside(item.item_id, data_dir=district) for item in items]
    everything = " ".join(str(element.value) for element in (*shown.text, *shown.markdown, *shown.table))
    assert not [text for text in words if text[:30] in everything]
    waiting = [quote.text for quote in actions.quotes_waiting(district)]
    assert waiting[0] in [text.value for text in shown.text]


def test_a_decision_without_a_name_is_refused_on_the_page(page, district):
    shown = page("review")
    shown.text_input(key="aside_why").input("it says something")
    shown.button(key="aside_put_back").click().run()
    assert [error for error in shown.error if "by" in error.value]


def test_the_pages_of_the_steward_are_not_in_the_committees_explorer(district, monkeypatch):
    monkeypatch.setenv("SYNTHESIS_DATA_DIR", str(district))
    st.cache_resource.clear()
    shown = AppTest.from_file(str(ROOT / "app" / "main.py"), default_timeout=60).run()
    assert not shown.exception
    assert "review" not in shown.session_state["pages"]
    st.cache_resource.clear()


def test_a_file_of_an_unknown_layout_becomes_a_stored_export(tmp_path, monkeypatch):
    monkeypatch.setenv("SYNTHESIS_DATA_DIR", str(tmp_path))
    monkeypatch.syspath_prepend(str(ROOT))
    st.cache_resource.clear()
    wall = (
        "Card #;Pinned on;Author;Card text;State\n"
        "101;18.11.2025 17:42;Parent;The walking bus on Tollgate Road is the reason my son likes mornings.;shown\n"
        "102;18.11.2025 17:45;Teacher;Forty minutes for lunch duty and bathroom is no break, it is a queue.;shown\n"
        "103;18.11.2025 17:51;Student;more than one vegetarian lunch a week would be good;hidden\n"
    )
    shown = AppTest.from_string("from app.views import new_file\nnew_file.show()\n", default_timeout=60).run()
    shown.file_uploader(key="new_file").upload("wall.csv", wall.encode(), "text/csv").run()
    assert not shown.exception
    assert not shown.button
    assert [warning for warning in shown.warning if "channel" in warning.value]
    shown.selectbox(key="profile_channel").select(Channel.LISTENING_TOUR).run()
    assert [warning for warning in shown.warning if "use" in warning.value]
    shown.selectbox(key="use_4").select(actions.Use.PRIVATE).run()
    shown.text_input(key="yes_4").input("hidden").run()
    assert not shown.exception
    assert [success.value for success in shown.success] == ["3 rows: 3 would be kept, 0 set aside."]
    assert actions.ledger(tmp_path) == []
    shown.button(key="new_store").click().run()
    assert not shown.exception
    [row] = actions.ledger(tmp_path)
    assert (row.kept, row.channel) == (3, "listening_tour")
    st.cache_resource.clear()


def test_the_thread_says_of_every_theme_where_the_plan_names_it(page, district):
    shown = page("thread")
    assert not shown.exception
    report = actions.trace_report(data_dir=district)
    matrix = shown.table[0].value
    assert len(matrix) == len(report["themes"])
    for theme, (_, row) in zip(report["themes"], matrix.iterrows(), strict=True):
        strategies = [each["id"] for each in theme["answered_by"] if each["kind"] == "strategy"]
        assert row["Strategies"] == (", ".join(strategies) or "–")
        assert (row["Refused"] == "–") == (not theme["refused"])
    answered = sum(bool(theme["links"]) for theme in report["themes"])
    assert any(f"{answered} of {len(report['themes'])} themes" in text.value for text in shown.markdown)


def test_the_thread_shows_each_finding_once_and_who_accepted_it(page, district):
    shown = page("thread")
    findings = actions.plan_coherence(data_dir=district)
    assert findings
    said = [text.value.lower() for text in shown.text]
    assert all(any(finding["problem"].lower() in text for text in said) for finding in findings)
    accepted = [finding for finding in findings if finding["accepted"]]
    assert len([caption for caption in shown.caption if "Accepted by" in caption.value]) == len(accepted) > 0
