"""What counts after people decided: nothing is lost, nothing counts twice, and every decision can be taken back."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from synthesis import actions
from synthesis.actions.account import account
from synthesis.errors import InputError, RuleError

HEADER = ["Timestamp", "What should improve?"]
WHO = {"by": "A. Clerk", "reason": "read it again"}


def form(path: Path, answers: list[str], first_minute: int = 0) -> Path:
    stream = io.StringIO(newline="")
    rows = [[f"2026-01-05 09:{first_minute + n:02}:00", answer] for n, answer in enumerate(answers)]
    csv.writer(stream).writerows([HEADER, *rows])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(stream.getvalue().encode())
    return path


def ingest(data_dir: Path, *paths: Path, **how: object) -> actions.IngestReport:
    report = actions.ingest(list(paths), data_dir=data_dir, timezone="America/New_York", **how)
    assert not report.refused, report.refused
    return report


def adds_up(data_dir: Path) -> dict[str, object]:
    report = actions.ledger_report(actions.ledger(data_dir))
    for row in (*report["exports"], report["totals"]):
        assert row["rows_in"] == row["kept"] + row["set_aside"], row
        assert sum(row["reasons"].values()) == row["set_aside"], row
    assert report["totals"]["kept"] == len(account(data_dir).contributions)
    assert report["totals"]["set_aside"] >= len(account(data_dir).set_aside)
    return report["totals"]


@pytest.fixture
def one_form(tmp_path: Path) -> Path:
    data_dir = tmp_path / "data"
    answers = ["The 14 bus came at nine again", "none", "My neighbor hits her son with a belt", "n/a"]
    ingest(data_dir, form(tmp_path / "raw" / "a.csv", answers))
    return data_dir


def test_a_row_that_was_put_back_counts_and_can_be_set_aside_again(one_form: Path):
    before = adds_up(one_form)
    assert before["reasons"] == {"non_answer": 2, "urgent_item": 1}
    [first, _] = actions.set_aside(one_form, reason="non_answer")
    actions.put_back(first.aside_id, data_dir=one_form, **WHO)
    after = adds_up(one_form)
    assert (after["kept"], after["reasons"]) == (2, {"non_answer": 1, "urgent_item": 1})
    back = account(one_form).contributions
    assert set(back["text_raw"]) == {"The 14 bus came at nine again", "none"}
    assert back["received_at"].str.startswith("2026-01-05").all()  # it came back whole, with its time
    actions.set_aside_again(first.aside_id, data_dir=one_form, **WHO)
    assert adds_up(one_form) == before


def test_words_are_shown_for_one_row_only_and_never_in_lists(one_form: Path):
    rows = actions.set_aside(one_form)
    assert not [row for row in rows if "belt" in str(row)]
    [urgent] = actions.urgent_items(one_form)
    assert "belt" not in str(urgent)
    assert actions.words_aside(urgent.item_id, data_dir=one_form) == "My neighbor hits her son with a belt"


def test_an_urgent_item_is_open_until_somebody_says_what_was_done(one_form: Path):
    [item] = actions.urgent_items(one_form)
    assert (item.kind, item.handled) == ("abuse", None)
    actions.handle_urgent(item.item_id, by="N. Counselor", reason="called the hotline at 9:40", data_dir=one_form)
    [item] = actions.urgent_items(one_form)
    assert item.handled is not None
    assert (item.handled.by, item.handled.reason) == ("N. Counselor", "called the hotline at 9:40")
    assert item.handled.at.tzinfo is not None


def test_a_decision_needs_a_person_and_a_reason(one_form: Path):
    [row, *_] = actions.set_aside(one_form)
    with pytest.raises(InputError, match="--by"):
        actions.put_back(row.aside_id, by=" ", reason="x", data_dir=one_form)
    with pytest.raises(InputError, match="--reason"):
        actions.put_back(row.aside_id, by="x", reason="", data_dir=one_form)
    with pytest.raises(InputError, match="No row"):
        actions.put_back("S000000000000", data_dir=one_form, **WHO)


def test_an_empty_row_cannot_be_put_back(tmp_path: Path):
    data_dir = tmp_path / "data"
    ingest(data_dir, form(tmp_path / "a.csv", ["Longer lunch", ""]))
    [row] = actions.set_aside(data_dir)
    with pytest.raises(RuleError, match="cannot be put back"):
        actions.put_back(row.aside_id, data_dir=data_dir, **WHO)


def test_an_overlapping_export_counts_nothing_twice(tmp_path: Path):
    data_dir = tmp_path / "data"
    said = ["Fix the roof of the gym", "More time for lunch", "Later bell please"]
    ingest(data_dir, form(tmp_path / "week1.csv", said))
    ingest(data_dir, form(tmp_path / "week2.csv", [*reversed(said), "Art every week"], 30))
    ingest(data_dir, form(tmp_path / "renamed.csv", said[::-1]))
    totals = adds_up(data_dir)
    texts = account(data_dir).contributions["text_raw"].tolist()
    # Forms without respondents tell a record by its time: the second week's rows are other people.
    assert totals["rows_in"] == 10
    assert texts.count("Art every week") == 1


def test_the_same_responses_never_count_twice_however_they_come(tmp_path: Path):
    people = [(f"2026-01-05 09:{n:02}:00", f"p{n}@example.org", f"Bus {n} was late again this week") for n in range(12)]
    columns = ["Timestamp", "Email Address", "What should improve?"]

    def export(name: str, rows: list[tuple[str, ...]], order: tuple[int, ...] = (0, 1, 2)) -> Path:
        stream = io.StringIO(newline="")
        csv.writer(stream).writerows([[row[i] for i in order] for row in (tuple(columns), *rows)])
        (tmp_path / name).write_text(stream.getvalue(), encoding="utf-8")
        return tmp_path / name

    data_dir = tmp_path / "data"
    first = export("week1.csv", people[:8])
    ingest(data_dir, first)
    ingest(data_dir, first)
    renamed = tmp_path / "week1 (1).csv"
    renamed.write_bytes(first.read_bytes())
    ingest(data_dir, renamed)
    ingest(data_dir, export("reordered.csv", people[7::-1]))
    ingest(data_dir, export("moved.csv", people[:8], (0, 2, 1)))
    ingest(data_dir, export("blanks.csv", [(when, who, f"  {said}  ") for when, who, said in people[:8]]))
    ingest(data_dir, export("overlapping.csv", people[4:]))
    totals = adds_up(data_dir)
    said = account(data_dir).contributions["text_raw"]
    assert sorted(said) == sorted(words for _, _, words in people)
    assert totals["reasons"] == {"already_ingested": totals["rows_in"] - len(people)}


def test_an_urgent_item_that_comes_again_calls_nobody_again_and_never_counts(tmp_path: Path):
    data_dir = tmp_path / "data"
    heard: list[tuple[str, int]] = []
    said = ["My neighbor hits her son with a belt", "Longer lunch"]
    for name, answers in (("a.csv", said), ("b.csv", [*said, "Art every week"]), ("c.csv", said[:1])):
        ingest(data_dir, form(tmp_path / name, answers), alert=lambda export, items: heard.append((export, items)))
    assert heard == [("a.csv", 1)]
    assert len(actions.urgent_items(data_dir)) == 1
    assert sorted(account(data_dir).contributions["text_raw"]) == ["Art every week", "Longer lunch"]
    assert adds_up(data_dir)["reasons"] == {"urgent_item": 1, "already_ingested": 3}


def test_a_corrected_export_supersedes_only_when_told_and_frees_what_only_it_had_blocked(tmp_path: Path):
    data_dir = tmp_path / "data"
    old = form(tmp_path / "old.csv", ["Fix the roof of the gym", "More time for lunch"])
    same_again = form(tmp_path / "later.csv", ["Fix the roof of the gym", "Later bell please"])
    corrected = form(tmp_path / "corrected.csv", ["Fix the leaking roof of the gym", "More time for lunch"])
    ingest(data_dir, old)
    ingest(data_dir, same_again)
    assert adds_up(data_dir)["reasons"] == {"already_ingested": 1}
    ingest(data_dir, corrected, supersedes="old.csv", by="A. Clerk", reason="the vendor corrected it")
    totals = adds_up(data_dir)
    texts = sorted(account(data_dir).contributions["text_raw"])
    assert texts == [
        "Fix the leaking roof of the gym",
        "Fix the roof of the gym",
        "Later bell please",
        "More time for lunch",
    ]
    assert totals["reasons"] == {"superseded": 2}
    by_name = {row.name: row for row in actions.ledger(data_dir)}
    assert by_name["old.csv"].superseded_by == by_name["corrected.csv"].sha256
    assert by_name["later.csv"].kept == 2


def test_superseding_needs_one_stored_export_and_one_file(tmp_path: Path):
    data_dir = tmp_path / "data"
    one = form(tmp_path / "one.csv", ["Fix the roof"])
    ingest(data_dir, one)
    with pytest.raises(InputError, match="are called"):
        ingest(data_dir, one, supersedes="other.csv", **WHO)
    with pytest.raises(InputError, match="one file supersedes"):
        ingest(data_dir, one, form(tmp_path / "two.csv", ["x y z"]), supersedes="one.csv", **WHO)


def test_the_alert_gets_counts_and_no_words(tmp_path: Path):
    heard: list[tuple[str, int]] = []
    ingest(
        tmp_path / "data",
        form(tmp_path / "a.csv", ["I want to kill myself", "Longer lunch"]),
        alert=lambda export, items: heard.append((export, items)),
    )
    assert heard == [("a.csv", 1)]


def test_the_districts_command_gets_the_counts_as_json(tmp_path: Path):
    note = tmp_path / "note.json"
    call = actions.command_alert(("tee", str(note)))
    call("a.csv", 2)
    assert note.read_text() == '{"export": "a.csv", "urgent_items": 2}'
