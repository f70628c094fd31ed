"""The plan workbook as a secretary meets it: laid out to be filled in, every wrong cell named at once, the same after a round trip."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthesis import actions
from synthesis.errors import InputError, WrongCells
from synthesis.plan import KINDS, Plan, column_type
from synthesis.plan import records as r
from synthesis.plan.cells import from_cell, to_cell
from synthesis.plan.schema import json_schema, to_json
from synthesis.store.database import connection
from synthesis.store.filled_in import read_workbook
from synthesis.store.plans import write_plan
from synthesis.store.workbook import write_workbook
from tests.store.test_plans import FORMULAS, changed, small_plan

ROOT = Path(__file__).resolve().parents[2]


def stored(data_dir: Path, plan: Plan) -> Path:
    """Put a plan into a data folder."""
    with connection(data_dir) as opened:
        write_plan(opened, plan)
    return data_dir


def cell_of(book: Any, sheet: str, column: str, row: int) -> Any:
    headings = [cell.value for cell in book[sheet][1]]
    return book[sheet].cell(row, headings.index(column) + 1)


# sheet, column, row, what is typed there: each is wrong in a way of its own
TYPED: tuple[tuple[str, str, int, Any], ...] = (
    ("plan_cycle", "end", 2, date(2025, 6, 30)),  # before its start
    ("step", "status", 2, "nearly"),  # no choice
    ("step", "number", 2, 13),  # over the twelve steps
    ("step", "started", 3, "next spring"),  # no day
    ("step", "finished", 3, datetime(2026, 2, 4, 9, 30)),  # noqa: DTZ001  # a time with the day
    ("committee_member", "appointed_on", 2, "46000"),  # a number where a day belongs
    ("committee_member", "person", 2, "   "),  # blanks only
    ("direction", "adopted_on", 2, date(2206, 5, 1)),  # a slip of the year
    ("direction", "mission", 2, time(9, 30)),  # a time of day where text belongs
    ("enduring_value", "id", 2, "V 1"),  # an id with a blank
    ("strategic_boundary", "text", 2, "=1+1"),  # a formula
    ("strategy", "number", 2, "one"),  # text where a number belongs
    ("strategy", "sponsor", 2, True),  # yes or no where text belongs
    ("evidence_link", "source_kind", 2, "wish"),  # no kind
    ("evidence_link", "theme_words", 3, None),  # names nothing
    ("team", "strategy", 2, "S9"),  # a reference to nothing
    ("team_member", "trained_on", 2, "2026-02-30"),  # no day of the calendar
    ("action_plan", "specific_result", 2, None),  # required and empty
    ("action_plan", "date", 2, "31/12/2026 10:00"),  # another way to write a day and a time
    ("action_step", "depends_on", 3, "AS1\nAS9"),  # one of two references to nothing
    ("cost_benefit", "tangible_costs", 2, "what: bus | cheap"),  # an entry without a colon
    ("coherence_review", "checks", 2, "mission: yes\nmission: no"),  # a name twice
    ("board_action", "ayes", 2, -7),  # negative
    ("board_action", "nays", 2, 1.5),  # a fraction
    ("board_action", "absent", 2, date(2026, 1, 2)),  # a day where a number belongs
    ("implementation_item", "owner", 2, "Corin Vale and Ilse Marwood"),  # two owners
    ("implementation_item", "school_year", 2, "2026-28"),  # no school year
    ("implementation_item", "budgets", 2, "General fund 120000"),  # a pair without a colon
    ("progress_update", "percent", 3, 140),  # more than all
    ("progress_update", "period", 3, "2026-13"),  # no month
    ("plan_change", "authority", 2, "mayor"),  # another choice
)  # fmt: skip


def spoilt(book: Any) -> None:
    """Make 38 mistakes of different kinds."""
    book["progress_update"].append(["U2", "I1", "2026-10", "on_track", 50])
    for sheet, column, row, value in TYPED:
        cell_of(book, sheet, column, row).value = value
    cell_of(book, "strategic_boundary", "text", 2).data_type = "f"
    book["district_goal"].append(["G1", "The same id again."])
    book["district_goal"].append(["", "A goal without an id."])
    book["district_goal"]["C1"] = "wishes"  # an unknown heading
    book["team"]["C1"] = "id"  # a heading twice, and the one that stood there is missing
    cell_of(book, "progress_update", "next_steps", 2).value = "Rewritten after it was published."
    book.create_sheet("strategie")
    error = cell_of(book, "plan_change", "reason", 2)
    error.value, error.data_type = "#REF!", "e"


def test_every_wrong_cell_is_named_at_once_and_nothing_is_imported(tmp_path: Path):
    data_dir = stored(tmp_path / "data", small_plan())
    book = changed(spoilt, tmp_path / "wrong.xlsx")
    wanted = {(sheet, column, row) for sheet, column, row, _ in TYPED} | {
        ("district_goal", "id", 3), ("district_goal", "id", 4), ("progress_update", "status", 2), ("plan_change", "reason", 2),
    }  # fmt: skip
    for dry_run in (True, False):
        with pytest.raises(WrongCells) as caught:
            actions.import_plan(book, data_dir=data_dir, dry_run=dry_run)
        found = caught.value.cells
        named = {(c.place.sheet, c.place.column, c.place.row) for c in found if c.place.column}
        assert named == wanted
        headings = {(c.place.sheet, c.cell) for c in found if not c.place.column}
        assert headings == {("strategie", "A1"), ("district_goal", "C1"), ("team", "C1"), ("team", "D1")}
        assert len(found) == len(wanted) + len(headings) >= 38
        assert all(c.place.file == "wrong.xlsx" and c.expected and c.problem for c in found)
        assert actions.plan_records(data_dir=data_dir) == small_plan()
    workbook = openpyxl.load_workbook(book)
    for wrong in found:  # the cell that is named is the cell of that column and row
        if wrong.place.column:
            cell = cell_of(workbook, wrong.place.sheet, wrong.place.column, wrong.place.row)
            assert cell.coordinate == wrong.cell
    said = str(caught.value)
    assert "implementation_item, E2, owner: does not hold what its column asks for. Expected: the one person" in said
    assert said.count("\n") == len(found) + 1


def test_the_first_import_of_a_wrong_workbook_makes_no_database(tmp_path: Path):
    book = changed(spoilt, tmp_path / "wrong.xlsx")
    with pytest.raises(WrongCells):
        actions.import_plan(book, data_dir=tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_a_dry_run_tells_what_would_change_and_stores_nothing(tmp_path: Path):
    data_dir = stored(tmp_path / "data", small_plan())

    def change(book: Any) -> None:
        book["strategy"].append(["S2", 2, "Libraries that stay open."])
        cell_of(book, "district_goal", "text", 2).value = "Attendance above 96 %."
        book["enduring_value"].delete_rows(2)

    book = changed(change, tmp_path / "plan.xlsx")
    report = actions.import_plan(book, data_dir=data_dir, dry_run=True)
    assert not report.stored
    told = {k.kind: (k.added, k.changed, k.removed) for k in report.kinds if k.added or k.changed or k.removed}
    assert told == {
        "strategy": (("S2",), (), ()),
        "district_goal": ((), ("G1",), ()),
        "enduring_value": ((), (), ("V1",)),
    }
    assert actions.plan_records(data_dir=data_dir) == small_plan()
    assert actions.import_plan(book, data_dir=data_dir).stored
    plan = actions.plan_records(data_dir=data_dir)
    assert [s.id for s in plan.of("strategy")] == ["S1", "S2"]
    assert plan.of("enduring_value") == ()


def test_a_sheet_that_is_not_there_leaves_its_records(tmp_path: Path):
    data_dir = stored(tmp_path / "data", small_plan())

    def change(book: Any) -> None:
        for sheet in book.sheetnames:
            if sheet != "plan_change":
                del book[sheet]
        cell_of(book, "plan_change", "reason", 2).value = "Too few drivers."

    actions.import_plan(changed(change, tmp_path / "one.xlsx"), data_dir=data_dir)
    plan = actions.plan_records(data_dir=data_dir)
    assert plan.of("plan_change")[0].reason == "Too few drivers."
    assert {k: v for k, v in plan.records.items() if k != "plan_change"} == {
        k: v for k, v in small_plan().records.items() if k != "plan_change"
    }


def test_what_is_removed_by_the_workbook_and_still_pointed_to_is_named_where_it_is_pointed_to(tmp_path: Path):
    data_dir = stored(tmp_path / "data", small_plan())
    book = changed(lambda b: b["strategy"].delete_rows(2), tmp_path / "plan.xlsx")
    with pytest.raises(WrongCells) as caught:
        actions.import_plan(book, data_dir=data_dir)
    assert {(c.place.sheet, c.cell) for c in caught.value.cells} == {
        ("team", "B2"),
        ("action_plan", "B2"),
        ("evidence_link", "C2"),
        ("goal_link", "B2"),
    }


def test_a_published_month_is_not_removed_by_deleting_its_row(tmp_path: Path):
    data_dir = stored(tmp_path / "data", small_plan())
    book = changed(lambda b: b["progress_update"].delete_rows(2), tmp_path / "plan.xlsx")
    with pytest.raises(WrongCells, match=r"U1 is gone, but its month 2026-09 is published"):
        actions.import_plan(book, data_dir=data_dir)


# -- the layout ---------------------------------------------------------------------------------------------------


def test_every_sheet_is_laid_out_to_be_filled_in():
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(small_plan())))
    assert book.sheetnames == ["read_me", *(cls.kind for cls in KINDS), "lists"]
    assert book["lists"].sheet_state == "hidden"
    explained = {row[0]: row[1] for row in book["read_me"].iter_rows(values_only=True)}
    for cls in KINDS:
        sheet = book[cls.kind]
        assert sheet.freeze_panes == "B2"
        assert explained[cls.kind]
        assert sheet.protection.sheet
        assert all(cell.protection.locked and cell.comment.text for cell in sheet[1])
        assert not any(cell.protection.locked for row in sheet.iter_rows(min_row=2) for cell in row)
        assert not any(sheet.column_dimensions[cell.column_letter].protection.locked for cell in sheet[1])


def test_choices_references_days_and_numbers_are_checked_by_the_spreadsheet_itself():
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(small_plan())))

    def rule(sheet: str, column: str) -> Any:
        cell = cell_of(book, sheet, column, 2).coordinate
        [found] = [v for v in book[sheet].data_validations.dataValidation if cell in v.sqref]
        return found

    status = rule("action_plan", "status")
    letter = status.formula1.split("$")[1]
    words = [cell.value for cell in book["lists"][letter] if cell.value]
    assert (status.type, tuple(words)) == ("list", r.PLAN_STATES)
    assert rule("team", "strategy").formula1 == "strategy!$A$2:$A$5000"
    assert rule("action_plan", "date").type == "date"
    assert (rule("progress_update", "percent").formula1, rule("progress_update", "percent").formula2) == ("0", "100")
    assert cell_of(book, "action_plan", "date", 2).number_format == "yyyy-mm-dd"
    assert "ids of the sheet action_step" in cell_of(book, "action_step", "depends_on", 1).comment.text


def test_the_same_plan_is_the_same_file():
    assert write_workbook(small_plan()) == write_workbook(small_plan())


@pytest.mark.parametrize("text", FORMULAS)
def test_text_in_any_kind_of_cell_stays_text(text: str):
    plan = Plan(
        {
            "team": (r.Team("TM1", "", (text, "b")),),
            "coherence_review": (r.CoherenceReview("CR1", "AP1", None, {text: text}, text),),
            "cost_benefit": (r.CostBenefit("CB1", "AP1", ({text: text},)),),
        }
    )
    data = write_workbook(plan)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert not [c.coordinate for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert b"<f>" not in b"".join(_parts(data).values())
    assert {k: v for k, v in read_workbook("p.xlsx", data).records.items() if v} == plan.records


def test_text_that_no_cell_can_hold_is_refused_by_name():
    plan = Plan({"district_goal": (r.DistrictGoal("G1", "x" * 32_768),)})
    with pytest.raises(InputError, match="text of district_goal G1 is too long"):
        write_workbook(plan)


# -- the round trip -----------------------------------------------------------------------------------------------


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("which", ["small", "sample"])
def test_export_import_export_is_the_same_byte_for_byte(tmp_path: Path, which: str):
    if which == "small":
        stored(tmp_path / "a", small_plan())
    else:
        actions.import_plan(ROOT / "data" / "plan" / "plan_workbook.xlsx", data_dir=tmp_path / "a")
    first = actions.export_plan(data_dir=tmp_path / "a")
    book = tmp_path / "plan.xlsx"
    book.write_bytes(first)
    report = actions.import_plan(book, data_dir=tmp_path / "a")
    assert not any(k.added or k.changed or k.removed for k in report.kinds)
    second = actions.export_plan(data_dir=tmp_path / "a")
    assert _parts(second) == _parts(first)
    assert second == first
    actions.import_plan(book, data_dir=tmp_path / "b")  # elsewhere all is the same but who wrote it when
    plans = [actions.plan_records(data_dir=tmp_path / folder) for folder in "ab"]
    assert write_workbook(plans[0]) == write_workbook(plans[1])


def test_what_somebody_else_changed_added_or_removed_since_is_not_undone(tmp_path: Path):
    data_dir = tmp_path / "data"
    first = tmp_path / "first.xlsx"
    first.write_bytes(write_workbook(small_plan()))
    actions.import_plan(first, data_dir=data_dir)
    old = tmp_path / "old.xlsx"
    old.write_bytes(actions.export_plan(data_dir=data_dir))

    def by_another(book: Any) -> None:
        cell_of(book, "district_goal", "text", 2).value = "Attendance above 97 %."
        book["enduring_value"].append(["V2", "Those who are asked are owed an answer."])
        book["plan_change"].delete_rows(2)

    actions.import_plan(changed_in(old, by_another, tmp_path / "new.xlsx"), data_dir=data_dir)
    now = actions.plan_records(data_dir=data_dir)

    def mine(book: Any) -> None:
        cell_of(book, "district_goal", "text", 2).value = "Attendance above 96 %."
        cell_of(book, "strategy", "text", 2).value = "Nobody else changed this one."

    with pytest.raises(WrongCells) as caught:
        actions.import_plan(changed_in(old, mine, tmp_path / "mine.xlsx"), data_dir=data_dir)
    assert {(c.place.sheet, c.cell) for c in caught.value.cells} == {
        ("district_goal", "C2"), ("enduring_value", ""), ("plan_change", "H2"),
    }  # fmt: skip
    assert "V2 was added by somebody else" in str(caught.value)
    assert actions.plan_records(data_dir=data_dir) == now
    fresh = tmp_path / "fresh.xlsx"
    fresh.write_bytes(actions.export_plan(data_dir=data_dir))
    assert actions.import_plan(changed_in(fresh, mine, tmp_path / "mine.xlsx"), data_dir=data_dir).stored


def changed_in(source: Path, change: Any, path: Path) -> Path:
    """Write a workbook with a change by hand."""
    book = openpyxl.load_workbook(source)
    change(book)
    book.save(path)
    return path


TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
VALUES = {
    "text": TEXT,
    "lines": st.lists(TEXT, max_size=3).map(tuple),
    "pairs": st.dictionaries(TEXT, TEXT, max_size=3),
    "entries": st.lists(st.dictionaries(TEXT, TEXT, max_size=3), max_size=3).map(tuple),
    "whole": st.integers(0, 10**6),
    "day": st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31)),
}


@pytest.mark.parametrize("kind", VALUES)
def test_what_is_written_is_read_and_written_again_the_same(kind: str):
    @settings(max_examples=200, deadline=None)
    @given(VALUES[kind])
    def holds(value: Any) -> None:
        if kind in ("pairs", "entries"):  # a pair has a name, and names differ also without blanks around them
            for pairs in (value,) if kind == "pairs" else value:
                names = [to_cell(name, "text") for name in pairs]
                if None in names or len(set(names)) < len(names):
                    return
        cell = to_cell(value, kind)
        assert to_cell(from_cell(cell, kind), kind) == cell

    holds()


def test_what_stands_inside_an_entry_is_not_taken_for_the_notation():
    entries = ({"a: b": "c | d", "e\\": "f\\n\ng"}, {"h": "| i |"})
    assert from_cell(to_cell(entries, "entries"), "entries") == entries
    assert from_cell(to_cell(("two\nlines", "C:\\new"), "lines"), "lines") == ("two\nlines", "C:\\new")


# -- JSON ---------------------------------------------------------------------------------------------------------


def test_the_published_schema_is_the_records_own():
    page = ROOT / "docs" / "plan.schema.json"
    assert page.read_text("utf-8") == actions.json_text(json_schema()), "synthesis plan schema > docs/plan.schema.json"
    jsonschema.Draft202012Validator.check_schema(json_schema())


def test_the_exported_plan_is_valid_and_whole():
    exported = json.loads(actions.json_text(to_json(small_plan())))
    validator = jsonschema.Draft202012Validator(json_schema(), format_checker=jsonschema.FormatChecker())
    validator.validate(exported)
    for cls in KINDS:
        for record, raw in zip(small_plan().of(cls.kind), exported[cls.kind], strict=True):
            assert list(raw) == [name for name in cls.__dataclass_fields__ if name != "kind"]
            for name, value in raw.items():
                own = getattr(record, name)
                days = column_type(cls, name) == "day"
                assert value == (own.isoformat() if days and own else json.loads(json.dumps(own)))


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [("step", "status", "nearly"), ("strategy", "number", "one"), ("strategy", "text", ""), ("team", "co_chairs", "A"),
     ("step", "started", "spring"), ("progress_update", "percent", 101), ("district_goal", "wish", "x")],
)  # fmt: skip
def test_the_schema_refuses_what_the_plan_would(kind: str, field: str, value: Any):
    exported = json.loads(actions.json_text(to_json(small_plan())))
    exported[kind][0][field] = value
    validator = jsonschema.Draft202012Validator(json_schema(), format_checker=jsonschema.FormatChecker())
    assert [list(error.absolute_path)[:2] for error in validator.iter_errors(exported)] == [[kind, 0]]
