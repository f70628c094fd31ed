"""Plan records: the same through workbook and database, and a mistake stores nothing."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from synthesis import actions
from synthesis.errors import InputError, UnreadableFile, WrongCells
from synthesis.plan import KINDS, Plan, check
from synthesis.plan import records as r
from synthesis.store.database import connection
from synthesis.store.filled_in import read_workbook
from synthesis.store.plans import read_plan, write_plan
from synthesis.store.workbook import write_workbook

ROOT = Path(__file__).resolve().parents[2]
DAY, LATER = date(2026, 1, 15), date(2027, 6, 30)
FORMULAS = ('=HYPERLINK("https://example.org","x")', "+1 555 0100", "-2 days", "@SUM(A1)", "=1+1")


def small_plan() -> Plan:
    """Return a plan with a record or two of every kind, each field filled somewhere."""
    found: tuple[Any, ...] = (
        r.PlanCycle("PC1", "Larkmoor Valley", "Plan 2026-2031", DAY, LATER, "implementation"),
        r.Step("ST1", 1, "Research", "done", DAY, LATER, "Ñandú, 車, 🚌"),
        r.Step("ST2", 2, "Listen", "in_progress", DAY),
        r.CommitteeMember("CM1", "Odalys Brennick", "chair", "family", "Mill School", "the Board", DAY),
        r.Direction("D1", "1.0", "adopted", "Every child belongs.", "All read by grade three.", DAY, LATER),
        r.EnduringValue("V1", "Every child can learn."),
        r.StrategicBoundary("B1", "We will never close a school in mid-year."),
        r.Strategy("S1", 1, "Buses that come on time.", "Families asked.", "Corin Vale"),
        r.EvidenceLink("E1", "strategy", "S1", "T01", "late buses", "most said"),
        r.EvidenceLink("E2", "mission", "D1", "", "belong"),
        r.Team("TM1", "S1", ("Corin Vale", "Ilse Marwood")),
        r.TeamMember("M1", "TM1", "Ilse Marwood", "co_chair", ("finance", "law"), "teacher", "Mill", "Board", DAY),
        r.ActionPlan("AP1", "S1", "1", "2", DAY, "Nine of ten buses on time.", "Why", ("ref 1", "p. 3"), "Corin Vale",
                     "accepted", "A"),
        r.ActionStep("AS1", "AP1", 1, "Count late buses.", "Ilse", DAY, LATER, DAY, (), "a clerk", "complete"),
        r.ActionStep("AS2", "AP1", 2, "Change routes.", "Ilse", DAY, LATER, None, ("AS1",), "", "on_track"),
        r.CostBenefit("CB1", "AP1", ({"what": "two buses", "amount": "240000"}, {"what": "fuel: diesel"}),
                      ("patience",), ("time",), ("trust",), ("a library",), "yes"),
        r.CoherenceReview("CR1", "AP1", DAY, {"mission": "yes", "boundaries": "yes: all"}, "accepted", "Good."),
        r.DistrictGoal("G1", "Attendance above 95 %."),
        r.BoardAction("BA1", "AP1", "2", DAY, "action", "accept", "Moved to accept.", "2026-14", "A", "B", 7, 1, 0, 1,
                      0, "carried", "none", ("G1",)),
        r.ImplementationItem("I1", "AP1", "2026-27", "high", "Corin Vale", DAY, LATER, ("routes drawn",), ("on time",),
                             {"General fund": "120000", "Levy": "1"}),
        r.ProgressUpdate("U1", "I1", "2026-09", "at_risk", 40, ("two routes",), ("drivers",),
                         ({"field": "due", "from": "May", "to": "June"},), "Hire.", "Corin Vale", DAY),
        r.PlanChange("X1", "I1", "May", "June", "No drivers.", "committee", DAY),
        r.Body("BO1", "Strategic Direction Committee", "the Superintendent", "To write the Direction.", 2, 9, 27),
        r.Term("TE1", "CM1", DAY, LATER, "moved away"),
        r.Meeting("MT1", "BO1", DAY, "First day", DAY, "minutes/1.pdf"),
        r.Attendance("AT1", "MT1", "CM1", "in_room"),
        r.Decision("DE1", "MT1", "D1", "The Direction goes out.", "can_live_with_it", "agreed", "1 of 1 consents."),
        r.Stand("SD1", "DE1", "CM1", "stand_aside", "Too long."),
        r.Acceptance("AC1", "C0123456789ab", "Its first half is done.", "Odalys Brennick", DAY),
        r.GoalLink("GL1", "S1", "G1", "Who is on time attends."),
        r.Refusal("RF1", "T02", "Turf costs two buses.", "the Board", DAY),
    )  # fmt: skip
    return Plan({cls.kind: tuple(record for record in found if isinstance(record, cls)) for cls in KINDS})


def changed(change: Callable[[Any], None], path: Path) -> Path:
    """Write the small plan's workbook with a change by hand."""
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(small_plan())))
    change(book)
    book.save(path)
    return path


def put(sheet: str, column: str, row: int, value: object) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        headings = [cell.value for cell in book[sheet][1]]
        book[sheet].cell(row, headings.index(column) + 1).value = value

    return change


def test_the_small_plan_has_every_kind_and_no_error():
    plan = small_plan()
    assert all(plan.of(cls.kind) for cls in KINDS)
    assert [finding for finding in check(plan) if finding.error] == []


def test_the_workbook_is_read_back_equal():
    found = read_workbook("plan.xlsx", write_workbook(small_plan()))
    assert Plan(found.records) == small_plan()
    assert found.wrong == []
    assert found.row("action_step", "AS2") == 3
    assert len(found.rows) == sum(len(small_plan().of(cls.kind)) for cls in KINDS)


def test_an_imported_plan_is_read_back_equal_in_the_workbooks_order(tmp_path: Path):
    book = tmp_path / "plan.xlsx"
    book.write_bytes(write_workbook(small_plan()))
    data_dir = tmp_path / "data"
    report = actions.import_plan(book, data_dir=data_dir)
    assert {k.kind: k.records for k in report.kinds} == {cls.kind: len(small_plan().of(cls.kind)) for cls in KINDS}
    assert report.stored
    assert actions.plan_records(data_dir=data_dir) == small_plan()
    assert Plan(read_workbook("again.xlsx", actions.export_plan(data_dir=data_dir)).records) == small_plan()


def test_importing_replaces_the_plan_before(tmp_path: Path):
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    before = Plan({kind: found for kind, found in small_plan().records.items() if kind != "progress_update"})
    first.write_bytes(write_workbook(before))
    actions.import_plan(first, data_dir=tmp_path)
    shorter = Plan({"district_goal": (r.DistrictGoal("G9", "Another goal."),)})
    second.write_bytes(write_workbook(shorter))
    actions.import_plan(second, data_dir=tmp_path)
    plan = actions.plan_records(data_dir=tmp_path)
    assert {kind: found for kind, found in plan.records.items() if found} == shorter.records


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path, text: str):
    plan = Plan({"district_goal": (r.DistrictGoal("G1", text),)})
    data = write_workbook(plan)
    cell = openpyxl.load_workbook(io.BytesIO(data))["district_goal"]["B2"]
    assert (cell.data_type, cell.value) == ("s", text)
    book = tmp_path / "plan.xlsx"
    book.write_bytes(data)
    actions.import_plan(book, data_dir=tmp_path)
    assert actions.plan_records(data_dir=tmp_path).of("district_goal") == plan.of("district_goal")


def test_cells_as_people_type_them_are_understood(tmp_path: Path):
    def change(book: Any) -> None:
        put("step", "started", 2, "2026-02-03")(book)
        put("step", "number", 2, "7")(book)
        put("step", "finished", 2, datetime(2026, 2, 4, 0, 0))(book)  # noqa: DTZ001
        put("action_plan", "version", 2, 3)(book)
        put("team", "co_chairs", 2, " Corin Vale \n\n Ilse Marwood ")(book)
        book["step"].append([None] * 7)
        book["read_me"]["A1"] = "What each sheet is for"

    plan = Plan(read_workbook("plan.xlsx", changed(change, tmp_path / "plan.xlsx").read_bytes()).records)
    step = plan.by_id("step")["ST1"]
    assert (step.started, step.finished, step.number) == (date(2026, 2, 3), date(2026, 2, 4), 7)
    assert len(plan.of("step")) == 2
    assert plan.by_id("action_plan")["AP1"].version == "3"
    assert plan.by_id("team")["TM1"].co_chairs == ("Corin Vale", "Ilse Marwood")


def _rename_heading(book: Any) -> None:
    book["strategy"]["C1"] = "words"


def _heading_twice(book: Any) -> None:
    book["strategy"].cell(1, 6).value = "text"


def _strange_sheet(book: Any) -> None:
    book.create_sheet("strategie")


def _id_twice(book: Any) -> None:
    book["district_goal"].append(["G1", "The same id again."])


MISTAKES = {
    "a missing heading": (_rename_heading, ("strategy", 1, None)),
    "a heading twice": (_heading_twice, ("strategy", 1, None)),
    "a sheet of no kind": (_strange_sheet, ("strategie", None, None)),
    "an id twice": (_id_twice, ("district_goal", 3, "id")),
    "an empty cell that must be filled": (put("strategy", "text", 2, None), ("strategy", 2, "text")),
    "a word that is no choice": (put("step", "status", 3, "nearly"), ("step", 3, "status")),
    "a reference to nothing": (put("team", "strategy", 2, "S9"), ("team", 2, "strategy")),
    "a list entry that refers to nothing": (put("action_step", "depends_on", 3, "AS1\nAS9"),
                                            ("action_step", 3, "depends_on")),
    "a day that is none": (put("step", "started", 2, "next spring"), ("step", 2, "started")),
    "a day that is a number": (put("step", "finished", 3, 45000), ("step", 3, "finished")),
    "a number that is a word": (put("board_action", "ayes", 2, "seven"), ("board_action", 2, "ayes")),
    "a number that is a day": (put("board_action", "ayes", 2, DAY), ("board_action", 2, "ayes")),
    "a fraction": (put("progress_update", "percent", 2, 40.5), ("progress_update", 2, "percent")),
    "a pair without a colon": (put("coherence_review", "checks", 2, "mission yes"), ("coherence_review", 2, "checks")),
    "an entry without a colon": (put("cost_benefit", "tangible_costs", 2, "what: bus | cheap"),
                                 ("cost_benefit", 2, "tangible_costs")),
    "evidence from no kind": (put("evidence_link", "source_kind", 2, "wish"), ("evidence_link", 2, "source_kind")),
    "evidence from no record": (put("evidence_link", "source_id", 2, "S9"), ("evidence_link", 2, "source_id")),
    "evidence of no theme": (put("evidence_link", "theme_words", 3, None), ("evidence_link", 3, "theme_words")),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_by_its_place_and_nothing_is_stored(tmp_path: Path, mistake: str):
    change, (sheet, row, column) = MISTAKES[mistake]
    data_dir = tmp_path / "data"
    good = tmp_path / "good.xlsx"
    good.write_bytes(write_workbook(small_plan()))
    actions.import_plan(good, data_dir=data_dir)
    wrong = changed(change, tmp_path / "wrong.xlsx")
    with pytest.raises(WrongCells) as caught:
        actions.import_plan(wrong, data_dir=data_dir)
    place = caught.value.place
    assert (place.file, place.sheet, place.row, place.column) == ("wrong.xlsx", sheet, row, column)
    assert caught.value.do
    assert actions.plan_records(data_dir=data_dir) == small_plan()


def test_what_a_cell_should_hold_is_said_without_repeating_it(tmp_path: Path):
    wrong = changed(put("board_action", "ayes", 2, "Odalys voted"), tmp_path / "wrong.xlsx")
    with pytest.raises(WrongCells) as caught:
        actions.import_plan(wrong, data_dir=tmp_path / "data")
    assert caught.value.expected == "a whole number"
    assert "Odalys" not in str(caught.value)
    assert not (tmp_path / "data").exists()


def test_what_is_no_workbook_is_refused(tmp_path: Path):
    wrong = tmp_path / "plan.xlsx"
    wrong.write_text("id,text\n")
    with pytest.raises(UnreadableFile):
        actions.import_plan(wrong, data_dir=tmp_path / "data")
    with pytest.raises(InputError, match="no such workbook"):
        actions.import_plan(tmp_path / "absent.xlsx", data_dir=tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_a_failure_in_mid_transaction_keeps_the_plan_before(tmp_path: Path):
    with connection(tmp_path) as opened:
        write_plan(opened, small_plan())

    def interrupted() -> None:
        with connection(tmp_path) as opened:
            write_plan(opened, Plan({}))
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        interrupted()
    with connection(tmp_path) as opened:
        assert read_plan(opened) == small_plan()


# Adds one to the number of a step, again and again; each time as a transaction that reads before it writes.
WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
from synthesis.plan import Plan
from synthesis.store.database import connection
from synthesis.store.plans import read_plan, write_plan

for _ in range(int(sys.argv[2])):
    with connection(Path(sys.argv[1])) as opened:
        plan = read_plan(opened)
        [step] = plan.of("step")
        write_plan(opened, Plan(plan.records | {"step": (replace(step, number=step.number + 1),)}))
"""


def test_writers_at_the_same_time_lose_nothing(tmp_path: Path):
    with connection(tmp_path) as opened:
        write_plan(opened, Plan({"step": (r.Step("ST1", 0, "Count", "in_progress"),)}))
    command = [sys.executable, "-c", WRITER, str(tmp_path), "10"]
    writers = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(8)]
    ended = [(writer.communicate(timeout=180)[1], writer.returncode) for writer in writers]
    assert ended == [("", 0)] * 8
    with connection(tmp_path) as opened:
        assert read_plan(opened).of("step")[0].number == 80


OPENER = """
import sys
from pathlib import Path
from synthesis.store.database import connection
from synthesis.store.plans import read_plan

with connection(Path(sys.argv[1])) as opened:
    assert read_plan(opened).of("step") == ()
"""


def test_those_who_meet_at_an_empty_folder_make_its_tables_once(tmp_path: Path):
    command = [sys.executable, "-c", OPENER, str(tmp_path / "new")]
    readers = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    assert [(reader.communicate(timeout=180)[1], reader.returncode) for reader in readers] == [("", 0)] * 4
