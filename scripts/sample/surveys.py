"""Survey exports: Qualtrics (new and legacy), Google Forms, SurveyMonkey, Microsoft Forms, Thoughtexchange."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from openpyxl import Workbook

from sample.common import (
    HOUSEHOLD,
    Item,
    Laid,
    csv_bytes,
    draw,
    one_role_words,
    reason_of,
    role_words,
    token,
    us_date,
    xlsx_bytes,
)
from sample.source import Output, Record


@dataclass(frozen=True)
class Respondent:
    """One row: the person's keys and the answers by question number, in the order of the source."""

    who: str
    keys: Record
    answers: dict[str, Record]

    @property
    def start(self) -> datetime:
        """When the form was opened: some minutes before it was sent."""
        return self.keys.when - timedelta(seconds=90 + draw("length", self.who) % 900)

    @property
    def sent(self) -> datetime:
        """When the form was sent, with seconds."""
        return self.keys.when + timedelta(seconds=draw("seconds", self.who) % 60)


def questions(output: Output) -> dict[str, str]:
    """Return the open questions by number (`%% q1: …`)."""
    found = {key[1:]: text for key, text in output.facts.items() if key[:1] == "q" and key[1:].isdigit()}
    if not found:
        raise output.error(output.line, "a survey needs at least one '%% q1:' line")
    return found


def respondents(output: Output) -> list[Respondent]:
    """Return the rows; keys that only the first record of a person gives hold for all of that person's records."""
    rows: dict[str, Respondent] = {}
    asked = questions(output)
    for record in output.records:
        who = record.get("who")
        number = record.get("q", "1")
        if not who or number not in asked:
            raise output.error(record.line, "a survey answer needs 'who' and a 'q' that the file asks")
        if who not in rows:
            if not record.get("date"):
                raise output.error(record.line, "the first answer of a person needs a 'date'")
            rows[who] = Respondent(who, record, {})
        row = rows[who]
        if number in row.answers:
            raise output.error(record.line, f"{who} answers question {number} twice")
        person = {k: v for k, v in row.keys.keys.items() if k not in {"q", "id", "same_as", "urgent", "indirect"}}
        row.answers[number] = replace(record, keys=person | record.keys)
    return list(rows.values())


def _ip(who: str) -> str:
    """Return an address of the range kept for documentation."""
    return f"203.0.113.{1 + draw('ip', who) % 254}"


def _valence(output: Output, number: str) -> str:
    return output.facts.get(f"valence{number}", "")


def qualtrics(output: Output) -> Laid:
    """Three header rows: short names, question text, ImportIds; columns are known by the third."""
    name, asked, rows = output.facts["file"], questions(output), respondents(output)
    meta = [
        ("StartDate", "Start Date"), ("EndDate", "End Date"), ("Status", "Response Type"), ("IPAddress", "IP Address"),
        ("Progress", "Progress"), ("Duration (in seconds)", "Duration (in seconds)"), ("Finished", "Finished"),
        ("RecordedDate", "Recorded Date"), ("ResponseId", "Response ID"),
        ("RecipientLastName", "Recipient Last Name"), ("RecipientFirstName", "Recipient First Name"),
        ("RecipientEmail", "Recipient Email"), ("ExternalReference", "External Data Reference"),
        ("LocationLatitude", "Location Latitude"), ("LocationLongitude", "Location Longitude"),
        ("DistributionChannel", "Distribution Channel"), ("UserLanguage", "User Language"),
    ]  # fmt: skip
    ids = {
        "StartDate": "startDate", "EndDate": "endDate", "Status": "status", "IPAddress": "ipAddress",
        "Progress": "progress", "Duration (in seconds)": "duration", "Finished": "finished",
        "RecordedDate": "recordedDate", "ResponseId": "_recordId", "RecipientLastName": "recipientLastName",
        "RecipientFirstName": "recipientFirstName", "RecipientEmail": "recipientEmail",
        "ExternalReference": "externalDataReference", "LocationLatitude": "locationLatitude",
        "LocationLongitude": "locationLongitude", "DistributionChannel": "distributionChannel",
        "UserLanguage": "userLanguage",
    }  # fmt: skip
    shift = 3
    header = [short for short, _ in meta] + ["Role", "School", "Household"]
    header += [f"Q{int(number) + shift}" for number in asked] + ["Q_BallotBoxStuffing"]
    labels = [label for _, label in meta] + ["Which describes you best?", "School", HOUSEHOLD]
    labels += [*asked.values(), "Q_BallotBoxStuffing"]
    imports = []
    for short, _ in meta:
        entry = {"ImportId": ids[short]}
        if short.endswith("Date"):
            entry["timeZone"] = "America/New_York"
        imports.append(entry)
    imports += [{"ImportId": f"QID{n}"} for n in (1, 2)] + [{"ImportId": "QID3_TEXT"}]
    imports += [{"ImportId": f"QID{int(n) + shift}_TEXT"} for n in asked] + [{"ImportId": "Q_BallotBoxStuffing"}]
    table: list[list[object]] = [list(header), list(labels)]
    table.append([json.dumps(entry, separators=(",", ":")) for entry in imports])
    laid = Laid()
    for row in rows:
        keys, preview = row.keys, row.keys.get("status") == "preview"
        cells: list[object] = [
            f"{row.start:%Y-%m-%d %H:%M:%S}", f"{row.sent:%Y-%m-%d %H:%M:%S}",
            "Survey Preview" if preview else "IP Address", "" if preview else _ip(row.who), 100,
            int((row.sent - row.start).total_seconds()), "True",
            f"{row.sent + timedelta(seconds=1):%Y-%m-%d %H:%M:%S}", "R_" + token(15, name, row.who),
            keys.get("name").rpartition(" ")[2], keys.get("name").rpartition(" ")[0], "", "", "", "",
            "preview" if preview else "anonymous", keys.get("lang", "en").upper(),
            one_role_words(keys.get("role")), keys.get("school"), keys.get("speaks_for", "1"),
        ]  # fmt: skip
        for number in asked:
            answer = row.answers.get(number)
            cells.append(answer.text if answer else "")
            if answer:
                place = f"row {len(table) + 1}, column Q{int(number) + shift}"
                laid.items.append(Item(name, place, answer, reason_of(answer)))
        cells.append("true" if any(a.get("ballot_box") == "yes" for a in row.answers.values()) else "")
        table.append(cells)
    laid.files[name] = csv_bytes(table, line_end="\n")
    return laid


def qualtrics_legacy(output: Output) -> Laid:
    """BOM, two header rows (V1 … V10 and labels), every row ends in a comma."""
    name, asked = output.facts["file"], questions(output)
    header = [f"V{i}" for i in range(1, 11)] + ["Q1", "Q2", "Q3"] + [f"Q{int(n) + 3}" for n in asked]
    labels = [
        "ResponseID", "ResponseSet", "Name", "ExternalDataReference", "EmailAddress", "IPAddress", "Status",
        "StartDate", "EndDate", "Finished", "Which describes you best?", "School", HOUSEHOLD, *asked.values(),
    ]  # fmt: skip
    table: list[list[object]] = [[*header, ""], [*labels, ""]]
    laid = Laid()
    for row in respondents(output):
        keys = row.keys
        cells: list[object] = [
            "R_" + token(15, name, row.who), "Default Response Set", keys.get("name", "Anonymous"), "", "",
            _ip(row.who), 1 if keys.get("status") == "preview" else 0, f"{row.start:%Y-%m-%d %H:%M:%S}",
            f"{row.sent:%Y-%m-%d %H:%M:%S}", 1, one_role_words(keys.get("role")), keys.get("school"),
            keys.get("speaks_for", "1"),
        ]  # fmt: skip
        for number in asked:
            answer = row.answers.get(number)
            cells.append(answer.text if answer else "")
            if answer:
                place = f"row {len(table) + 1}, column Q{int(number) + 3}"
                laid.items.append(Item(name, place, answer, reason_of(answer)))
        table.append([*cells, ""])
    laid.files[name] = csv_bytes(table, bom=True)
    return laid


def _demographics(output: Output, rows: list[Respondent]) -> list[tuple[str, str]]:
    """Return the closed questions (label, key) that at least one person of the file answers."""
    labels = [("I am a…", "role"), ("School", "school"), ("Grade", "grade"), (HOUSEHOLD, "speaks_for")]
    return [(label, key) for label, key in labels if any(row.keys.get(key) for row in rows)]


def _form_cells(row: Respondent, closed: list[tuple[str, str]], *, as_number: bool = False) -> list[object]:
    cells: list[object] = []
    for _, key in closed:
        if key == "role":
            cells.append(role_words(row.keys))
        elif key == "speaks_for":
            count = row.keys.get(key, "1")
            cells.append(int(count) if as_number and count.isdigit() else count)
        else:
            cells.append(row.keys.get(key))
    return cells


def google_forms(output: Output) -> Laid:
    """Timestamp in local time without zone, then the full questions."""
    name, asked, rows = output.facts["file"], questions(output), respondents(output)
    closed = _demographics(output, rows)
    table: list[list[object]] = [["Timestamp", *(label for label, _ in closed), *asked.values()]]
    laid = Laid()
    for row in rows:
        cells: list[object] = [us_date(row.sent), *_form_cells(row, closed)]
        for number in asked:
            answer = row.answers.get(number)
            cells.append(answer.text if answer else "")
            if answer:
                laid.items.append(
                    Item(name, f"row {len(table) + 1}, column {asked[number]}", answer, reason_of(answer))
                )
        table.append(cells)
    laid.files[name] = csv_bytes(table)
    return laid


def surveymonkey(output: Output) -> Laid:
    """Two header rows; the first is blank to the right of a question with several columns."""
    name, asked, rows = output.facts["file"], questions(output), respondents(output)
    meta = [
        "Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address", "First Name",
        "Last Name", "Custom Data 1",
    ]  # fmt: skip
    first = [*meta, "Which best describes you?", "", "Which school are you closest to?", HOUSEHOLD]
    second = [""] * len(meta) + ["Response", "Other (please specify)", "Response", "Open-Ended Response"]
    table: list[list[object]] = [[*first, *asked.values()], [*second, *["Open-Ended Response"] * len(asked)]]
    collectors = sorted({row.keys.get("collector", "web link") for row in rows})
    laid = Laid()
    for row in rows:
        keys = row.keys
        collector = keys.get("collector", "web link")
        role = keys.get("role")
        listed = role not in {"other", "unknown", ""}
        given, _, family = keys.get("name").rpartition(" ")
        cells: list[object] = [
            118_000_000_000 + draw("respondent", name, row.who) % 999_999_999,
            f"{460_112_300 + collectors.index(collector)} ({collector})",
            f"{row.start:%m/%d/%Y %I:%M:%S %p}", f"{row.sent:%m/%d/%Y %I:%M:%S %p}", _ip(row.who),
            keys.get("email"), given, family, "", one_role_words(role) if listed else "",
            "" if listed else one_role_words(role), keys.get("school"), keys.get("speaks_for"),
        ]  # fmt: skip
        for number in asked:
            answer = row.answers.get(number)
            cells.append(answer.text if answer else "")
            if answer:
                is_test = "test" in collector.lower()
                reason = "test_or_preview" if is_test else reason_of(answer)
                laid.items.append(Item(name, f"row {len(table) + 1}, column {asked[number]}", answer, reason))
        table.append(cells)
    laid.files[name] = csv_bytes(table)
    return laid


def ms_forms(output: Output) -> Laid:
    """One sheet; times are cells of a date type without zone; people are anonymous unless named."""
    name, asked, rows = output.facts["file"], questions(output), respondents(output)
    closed = _demographics(output, rows)
    book = Workbook()
    sheet = book.active
    sheet.title = "Form1"
    sheet.append(
        ["ID", "Start time", "Completion time", "Email", "Name", "Language"]
        + [label for label, _ in closed]
        + [question.replace("? ", "?\u00a0") for question in asked.values()]
    )
    laid = Laid()
    languages = {"en": "English (United States)", "es": "Español", "ht": "Kreyòl ayisyen"}
    for line, row in enumerate(rows, start=2):
        keys = row.keys
        cells: list[object] = [
            line - 1, row.start, row.sent, keys.get("email", "anonymous"), keys.get("name") or None,
            languages[keys.get("lang", "en")], *_form_cells(row, closed, as_number=True),
        ]  # fmt: skip
        for number in asked:
            answer = row.answers.get(number)
            cells.append(answer.text if answer else None)
            if answer:
                place = f"sheet Form1, row {line}, column {asked[number]}"
                laid.items.append(Item(name, place, answer, reason_of(answer)))
        sheet.append(cells)
    laid.files[name] = xlsx_bytes(book)
    return laid
