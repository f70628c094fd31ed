"""A damaged export: the good rows of the source, and one broken row of each kind among them."""

from __future__ import annotations

from sample.common import Item, Laid, csv_bytes, one_role_words, reason_of, us_date
from sample.source import Output, Record
from sample.surveys import questions

CELL_LIMIT = 150_000  # characters: more than any cell of a spreadsheet holds (32,767)
_FILLER = (
    "lorem ferry dolor lock amet, consectetur millrace elit, sed do saltgrass tempor incididunt ut pell et dolore. "
)


def broken_csv(output: Output) -> Laid:
    """Timestamp, role, school, answer; broken rows stand at fixed places and are named in the truth."""
    name = output.facts["file"]
    question = next(iter(questions(output).values()))
    header: list[object] = ["Timestamp", "I am a…", "School", question]
    rows: list[tuple[list[object], Record, str]] = []
    for record in output.records:
        when = us_date(record.when) if record.get("date") else ""
        cells: list[object] = [when, one_role_words(record.get("role")), record.get("school"), record.text]
        rows.append((cells, record, reason_of(record)))
    good_date = rows[0][0][0] if rows else "1/12/2026 8:00:00"
    long_cell = (_FILLER * (CELL_LIMIT // len(_FILLER) + 1))[:CELL_LIMIT]
    planted: list[tuple[int, list[object], str, str]] = [
        (2, [good_date, "Parent or guardian", "Old Ferry Elementary", "This row has", "two cells", "too many"],
         "This row has", "broken_row"),
        (4, [good_date, "Teacher"], "", "broken_row"),
        (6, ["2/31/2026 25:61:00", "Student", "Wrenfield Middle", "This row has a day that no calendar knows."],
         "This row has a day that no calendar knows.", "broken_row"),
        (8, [good_date, "Community member", "", long_cell], long_cell[:60], "broken_row"),
        (10, [good_date, "Student", "Northlock High", "This row\x07 rings\x1b[31m and changes\x08 colour."],
         "This row\x07 rings\x1b[31m and changes\x08 colour.", "broken_row"),
        (12, ["", "", "", ""], "", "empty"),
        (14, list(header), question, "broken_row"),
    ]  # fmt: skip
    for at, bad, text, reason in planted:
        keys = {"role": "unknown", "kind": "community"}
        rows.insert(min(at, len(rows)), (bad, Record(output.path, output.line, keys, text), reason))
    items = [Item(name, f"row {line}", record, reason) for line, (_, record, reason) in enumerate(rows, start=2)]
    return Laid({name: csv_bytes([header, *(cells for cells, _, _ in rows)])}, items)
