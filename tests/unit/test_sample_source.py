"""The sample district: strict source, equal bytes each time, truth that fits the texts, and enough of it."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import lay_out_sample  # noqa: E402
from sample.source import CODES, SourceError, read_source  # noqa: E402
from sample.truth import distinct_sentences  # noqa: E402


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    csv.field_size_limit(1_000_000)
    with (folder / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    assert lay_out_sample.main(["--out", str(folder / "raw"), "--truth", str(folder / "truth")]) == 0
    return folder


def test_laying_out_twice_gives_equal_bytes(laid_out: Path, tmp_path: Path) -> None:
    lay_out_sample.main(["--out", str(tmp_path / "raw"), "--truth", str(tmp_path / "truth")])
    assert tree(tmp_path) == tree(laid_out)


def test_the_files_in_the_repository_are_the_ones_the_source_gives(laid_out: Path) -> None:
    for made, kept in ((laid_out / "raw", ROOT / "data" / "raw"), (laid_out / "truth", ROOT / "tests" / "truth")):
        stored = tree(kept)
        different = [name for name, data in tree(made).items() if stored.get(name) != data]
        assert not different, "run scripts/lay_out_sample.py again"


def test_truth_offsets_fit_the_texts(laid_out: Path) -> None:
    truth = laid_out / "truth"
    texts = {row["contribution"]: row["text"] for row in rows(truth, "contributions.csv")}
    ideas, marks = rows(truth, "ideas.csv"), rows(truth, "personal_data.csv")
    assert ideas
    assert marks
    assert all(texts[i["contribution"]][int(i["start"]) : int(i["end"])] == i["text"] for i in ideas)
    assert all(texts[m["contribution"]][int(m["start"]) : int(m["end"])] == m["words"] for m in marks)


def test_the_sample_is_rich_enough(laid_out: Path) -> None:
    truth = laid_out / "truth"
    assert len(rows(truth, "contributions.csv")) >= 1400
    counts = {row["code"]: int(row["n_ideas"]) for row in rows(truth, "codes.csv")}
    assert {code: counts[code] for code in CODES if counts[code] < 30} == {}
    laid = lay_out_sample.lay_out(ROOT / "data" / "source")
    assert len(distinct_sentences(laid.items)) >= 900


def test_every_same_as_names_a_contribution(laid_out: Path) -> None:
    found = rows(laid_out / "truth", "contributions.csv")
    ids = {row["id"] for row in found}
    assert [row["same_as"] for row in found if row["same_as"] and row["same_as"] not in ids] == []


def test_no_mark_of_the_source_is_left_in_a_file(laid_out: Path) -> None:
    for path in (laid_out / "raw").rglob("*.*"):
        assert b"{{" not in path.read_bytes() or path.suffix in {".xlsx", ".docx", ".pdf"}, path.name


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("busses +: late again", "not a code"),
        ("buses: late again", "expected 'code stance: text'"),
        ("buses +:", "empty"),
        ("buses +: ask {{person|Mr. Nobody", "not closed"),
        ("buses +: ask {{nickname|Bo}}", "kind of personal data"),
        ("= role: parent", "not one of"),
        ("= role: family; date: 12/3/2025", "expected YYYY-MM-DD"),
        ("= role: family; role: teacher", "twice"),
    ],
)
def test_a_malformed_line_names_file_and_line(tmp_path: Path, line: str, words: str) -> None:
    path = tmp_path / "voices.txt"
    path.write_text(f"%% layout: google_forms\n%% file: a.csv\n= role: family; who: a\n{line}\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"voices\.txt, line 4: ") as caught:
        read_source(path)
    assert words in str(caught.value)


def test_ideas_join_by_a_blank_and_continuations_by_a_line_break(tmp_path: Path) -> None:
    path = tmp_path / "voices.txt"
    path.write_text(
        "%% layout: google_forms\n= role: family\n"
        "buses +: Ask {{person|Ms. Tarn}}.\n  | She knows.\nlunch -: And the peas\n",
        encoding="utf-8",
    )
    record = read_source(path)[0].records[0]
    assert record.text == "Ask Ms. Tarn.\nShe knows. And the peas"
    assert [record.text[i.start : i.end] for i in record.ideas] == ["Ask Ms. Tarn.\nShe knows.", "And the peas"]
    assert [(m.kind, record.text[m.start : m.end]) for m in record.marks] == [("person", "Ms. Tarn")]
