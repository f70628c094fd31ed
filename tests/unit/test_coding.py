"""Coding by people: the sheet goes out blind and comes back whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from synthesis import actions
from synthesis.actions.account import decisions
from synthesis.errors import InputError
from synthesis.frames import Assignments, Contributions, Ideas
from synthesis.model import ThemeId, Verb
from synthesis.published import PublishedRun
from synthesis.store.runs import publish
from tests.store.small_run import contributions, small_run

WHO = {"by": "A. Coder", "reason": "coding of 3 March"}
HOSTILE = ('=HYPERLINK("http://example.org","x")', "+1+1", "@SUM(A1)", "'quoted")


def crowd(n: int = 60) -> PublishedRun:
    """A run of n comments of one idea each, in three themes; the first ones begin like formulas."""
    run = small_run()
    texts = [*HOSTILE, *(f"Comment number {number} of the crowd." for number in range(n - len(HOSTILE)))]
    one = contributions("first").iloc[0].to_dict()
    rows = [
        one | {"contribution_id": f"C{number}", "row": number + 1, "participant_key": f"p{number}", "text_public": text}
        for number, text in enumerate(texts)
    ]
    said = Contributions.validate(pd.DataFrame(rows)[list(Contributions.to_schema().columns)])
    ideas = [(f"I{number}", f"C{number}", 0, len(text), text) for number, text in enumerate(texts)]
    placed = [
        (f"I{number}", f"T{number % 3 + 1:02d}", "T01", "engine", "", 0.9, "T01", 0.4, False, "", "")
        for number in range(n)
    ]
    theme = run.themes[0]
    return replace(
        run,
        themes=tuple(
            replace(theme, theme_id=ThemeId(f"T{k:02d}"), name=f"Matter {k}", subthemes=()) for k in (1, 2, 3)
        ),
        contributions=said,
        ideas=Ideas.validate(pd.DataFrame(ideas, columns=list(Ideas.to_schema().columns))),
        assignments=Assignments.validate(pd.DataFrame(placed, columns=list(Assignments.to_schema().columns))),
    )


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    publish(tmp_path / "data", crowd())
    return tmp_path / "data"


def sheet(path: Path) -> list[dict[str, str]]:
    lines = list(openpyxl.load_workbook(path)["coding"].values)
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def fill_in(path: Path, **cells: str) -> Path:
    """Write codes into the sheet, by idea."""
    book = openpyxl.load_workbook(path)
    for row in book["coding"].iter_rows(min_row=2):
        if row[0].value in cells:
            row[5].value = cells[row[0].value]
    book.save(path)
    return path


def placed(data_dir: Path) -> dict[str, str]:
    frame = actions.read_run(data_dir).assignments
    return dict(zip(frame["idea_id"], frame["theme_id"], strict=True))


def test_a_sheet_shows_ideas_without_the_place_where_the_program_put_them(data_dir: Path, tmp_path: Path):
    path = tmp_path / "coding.xlsx"
    assert actions.export_coding(path, data_dir=data_dir, ideas=30) == 30
    rows = sheet(path)
    assert len({row["idea_id"] for row in rows}) == 30
    assert {row["theme"] for row in rows} == {None}
    assert not [row for row in rows if any(str(cell) in ("T01", "T02", "T03") for cell in row.values())]
    places = [int(placed(data_dir)[row["idea_id"]][1:]) for row in rows]
    assert np.bincount(places)[1:].tolist() == [10, 10, 10]  # spread over themes as the ideas are
    assert places != sorted(places)
    book = openpyxl.load_workbook(path)
    assert [line[0] for line in book["themes"].values] == ["theme_id", "T01", "T02", "T03", "none"]
    [rule] = book["coding"].data_validations.dataValidation
    assert (rule.type, rule.formula1, str(rule.sqref)) == ("list", "themes!$A$2:$A$5", "F2:F31")
    again, other = tmp_path / "again.xlsx", tmp_path / "other.xlsx"
    actions.export_coding(again, data_dir=data_dir, ideas=30)
    actions.export_coding(other, data_dir=data_dir, ideas=30, seed=1)
    assert sheet(again) == rows
    assert sheet(other) != rows


def test_every_idea_has_the_same_chance_to_be_drawn(data_dir: Path, tmp_path: Path):
    times = dict.fromkeys(placed(data_dir), 0)
    for seed in range(30):
        actions.export_coding(tmp_path / "c.xlsx", data_dir=data_dir, ideas=20, seed=seed)
        for row in sheet(tmp_path / "c.xlsx"):
            times[row["idea_id"]] += 1
    assert sum(times.values()) == 30 * 20
    assert min(times.values()) >= 2
    assert max(times.values()) <= 20  # 10 each, give or take


def test_words_that_wait_and_repeats_never_leave(tmp_path: Path):
    run = crowd()
    said = run.contributions.copy()
    said.loc[said["contribution_id"].isin(["C10", "C11"]), "hold"] = "private dialogue"
    said.loc[said["contribution_id"] == "C12", "duplicate_of"] = "C13"
    publish(tmp_path / "data", replace(run, contributions=said))
    assert actions.export_coding(tmp_path / "c.xlsx", data_dir=tmp_path / "data", ideas=1000) == 57
    assert not {row["idea_id"] for row in sheet(tmp_path / "c.xlsx")} & {"I10", "I11", "I12"}


def test_hostile_words_are_no_formulas_and_come_back_as_ids_only(data_dir: Path, tmp_path: Path):
    path = tmp_path / "coding.xlsx"
    actions.export_coding(path, data_dir=data_dir, ideas=1000)
    cells = [cell for row in openpyxl.load_workbook(path)["coding"].iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    shown = {row["idea_id"]: row["idea"] for row in sheet(path)}
    assert [shown[f"I{number}"] for number in range(4)] == [f"'{text}" for text in HOSTILE]
    assert actions.import_coding(fill_in(path, I0="T02", I3="none"), data_dir=data_dir, **WHO) == 2
    [event] = decisions(data_dir, None, (Verb.CODE_IDEAS,))
    assert (event.by, event.subject, event.reason) == ("A. Coder", "A. Coder", "coding of 3 March")
    assert event.data["codes"] == {"I0": "T02", "I3": "none"}
    stored = b"".join(path.read_bytes() for path in data_dir.glob("synthesis.db*"))
    assert b"coding of 3 March" in stored
    assert b"HYPERLINK" not in stored
    assert b"Comment number" not in stored


@pytest.mark.parametrize(
    ("row", "column", "value", "where", "problem"),
    [
        (4, 6, "T09", "row 4, column theme", "no such theme"),
        (4, 6, "Matter 2", "row 4, column theme", "no such theme"),
        (4, 1, "I999", "row 4, column idea_id", "not in the published run"),
        (4, 1, "", "row 4, column idea_id", "not in the published run"),
        (4, 1, "=A1", "row 4", "cannot be read"),
        (1, 6, "code", "row 1", "column theme is missing"),
        (1, 5, "theme", "row 1", "twice"),
    ],
)
def test_a_fault_is_named_by_its_place_and_nothing_is_stored(data_dir, tmp_path, row, column, value, where, problem):
    path = tmp_path / "coding.xlsx"
    actions.export_coding(path, data_dir=data_dir, ideas=20)
    book = openpyxl.load_workbook(path)
    for number in range(2, 22):
        book["coding"].cell(number, 6).value = "T01"
    book["coding"].cell(row, column).value = value
    book.save(path)
    with pytest.raises(InputError, match=problem) as caught:
        actions.import_coding(path, data_dir=data_dir, **WHO)
    said = str(caught.value)
    assert "file coding.xlsx, sheet coding" in said
    assert where in said
    assert "do next" in said
    assert decisions(data_dir) == ()


def test_an_idea_coded_twice_in_a_sheet_is_refused(data_dir: Path, tmp_path: Path):
    path = tmp_path / "coding.xlsx"
    actions.export_coding(path, data_dir=data_dir, ideas=20)
    book = openpyxl.load_workbook(path)
    first = book["coding"].cell(2, 1).value
    book["coding"].cell(3, 1).value = first
    book["coding"].cell(2, 6).value = book["coding"].cell(3, 6).value = "T01"
    book.save(path)
    with pytest.raises(InputError, match="twice"):
        actions.import_coding(path, data_dir=data_dir, **WHO)


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("coding.xlsx", b"", "empty"),
        ("coding.xlsx", b"PK\x03\x04 broken", "damaged|container|zip"),
        ("coding.docx", b"WEBVTT\n\n00:00.000 --> 00:01.000\nhello\n", "no coding sheet"),
        ("coding.csv", b"idea_id,theme\r\nI1,\r\n", "No idea of the sheet has a code"),
    ],
)
def test_what_is_no_sheet_is_refused(data_dir: Path, tmp_path: Path, name: str, data: bytes, problem: str):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=f"(?i){problem}"):
        actions.import_coding(tmp_path / name, data_dir=data_dir, **WHO)
    with pytest.raises(InputError, match="cannot be read"):
        actions.import_coding(tmp_path / "none.xlsx", data_dir=data_dir, **WHO)


def test_who_and_why_are_asked_and_an_export_is_a_workbook(data_dir: Path, tmp_path: Path):
    path = tmp_path / "coding.xlsx"
    actions.export_coding(path, data_dir=data_dir, ideas=20)
    with pytest.raises(InputError, match="--by"):
        actions.import_coding(path, by=" ", reason="x", data_dir=data_dir)
    with pytest.raises(InputError, match=r"\.xlsx"):
        actions.export_coding(tmp_path / "coding.csv", data_dir=data_dir)


def test_coders_are_compared_with_each_other_and_with_the_program(data_dir: Path, tmp_path: Path):
    path = tmp_path / "coding.xlsx"
    actions.export_coding(path, data_dir=data_dir, ideas=30)
    ideas = sorted(row["idea_id"] for row in sheet(path))
    told = placed(data_dir)
    right = {idea: told[idea] for idea in ideas}
    off = right | {idea: "T01" for idea in ideas if right[idea] == "T02"}
    for coder, codes in (("A. Coder", right), ("B. Coder", off)):
        actions.export_coding(path, data_dir=data_dir, ideas=30)
        actions.import_coding(fill_in(path, **codes), by=coder, reason="both read alone", data_dir=data_dir)
    report = actions.coding_report(actions.read_run(data_dir), data_dir)
    assert report["coders"] == [{"coder": f"{c}. Coder", "ideas": 30, "used": 30} for c in "AB"]
    pairs = {tuple(entry["between"]): entry for entry in report["agreement"]}
    assert set(pairs) == {("A. Coder", "B. Coder"), ("A. Coder", "the program"), ("B. Coder", "the program")}
    assert pairs["A. Coder", "the program"]["alpha"] == 1.0
    both = pairs["A. Coder", "B. Coder"]
    # 60 codes: T01 30, T02 10, T03 20; 20 of 30 ideas alike. alpha = 1 - 59 * 20 / (60**2 - 30**2 - 10**2 - 20**2).
    assert both["same"] == pytest.approx(2 / 3, abs=1e-3)
    assert both["alpha"] == pytest.approx(1 - 59 * 20 / 2200, abs=1e-3)
    assert both["low"] < both["alpha"] < both["high"]
    assert "too little to build on" in both["says"]
    assert report["confusions"] == [{"program": "T02", "coders": "T01", "times": 10}]
    themes = {row["theme_id"]: (row["program"], row["coders"], row["both"]) for row in report["themes"]}
    assert themes == {"T01": (20, 30, 20), "T02": (20, 10, 10), "T03": (20, 20, 20)}


def test_the_last_code_counts_and_codes_can_be_taken_back(data_dir: Path, tmp_path: Path):
    def coded(**codes: str) -> None:
        path = tmp_path / "coding.xlsx"
        actions.export_coding(path, data_dir=data_dir, ideas=1000)
        actions.import_coding(fill_in(path, **codes), data_dir=data_dir, **WHO)

    def table() -> dict[str, int]:
        report = actions.coding_report(actions.read_run(data_dir), data_dir)
        return {row["theme_id"]: row["both"] for row in report["themes"]}

    coded(I0="T02", I1="T02")
    assert table() == {"T01": 0, "T02": 1, "T03": 0}
    coded(I0="t01", I2="T03")
    assert table() == {"T01": 1, "T02": 1, "T03": 1}
    with pytest.raises(InputError, match="Nobody"):
        actions.withdraw_codes("C. Nobody", data_dir=data_dir, **WHO)
    assert actions.withdraw_codes("A.  Coder", data_dir=data_dir, **WHO) == 3
    assert actions.coding_report(actions.read_run(data_dir), data_dir)["coders"] == []


def test_codes_outlive_the_run_merged_themes_count_for_the_other_and_a_persons_place_is_no_test(data_dir, tmp_path):
    path = tmp_path / "coding.xlsx"
    actions.export_coding(path, data_dir=data_dir, ideas=1000)
    actions.import_coding(fill_in(path, I0="T01", I1="T02", I2="T03", I3="T01"), data_dir=data_dir, **WHO)
    actions.merge_themes("T02", "T01", actions.Editor("A. Chair", "the same matter", data_dir))
    run = crowd()
    after = run.assignments.assign(theme_id=run.assignments["theme_id"].replace("T02", "T01"))
    after.loc[after["idea_id"] == "I2", "placed_by"] = "person"
    after = after[after["idea_id"] != "I3"]
    publish(data_dir, replace(run, themes=run.themes[::2], assignments=after))
    report = actions.coding_report(actions.read_run(data_dir), data_dir)
    assert report["coders"] == [{"coder": "A. Coder", "ideas": 4, "used": 3}]
    assert {row["theme_id"]: row["both"] for row in report["themes"]} == {"T01": 2, "T03": 0}
    assert report["agreement"][0]["ideas"] == 2
