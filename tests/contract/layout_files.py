"""Small exports, one per layout, built with the libraries that real exports come from."""

from __future__ import annotations

import csv
import io
import json
import mailbox
from email.message import EmailMessage
from pathlib import Path

import docx
import openpyxl
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject


def csv_bytes(*rows: list[str], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_bytes(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title.replace("_", " "))
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def docx_bytes(*parts: tuple[str, str] | list[list[str]]) -> bytes:
    """Each part is (style, text) or a table's rows."""
    document = docx.Document()
    for part in parts:
        if isinstance(part, list):
            table = document.add_table(rows=len(part), cols=len(part[0]))
            for r, row in enumerate(part):
                for c, text in enumerate(row):
                    table.cell(r, c).text = text
        else:
            document.add_paragraph(part[1], style=part[0])
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf_bytes(*pages: str) -> bytes:
    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    for text in pages:
        page = writer.add_blank_page(300, 300)
        fonts = DictionaryObject({NameObject("/F1"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode())
        page[NameObject("/Contents")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


LETS_TALK_HEADER = [
    "Name", "Phone", "Email", "Type", "Priority", "Status", "Type", "Entry Point", "Topic", "Owner", "Team Members",
    "Tags", "Attachments", "Original Message", "Date Received", "Dialogue Age", "Timeline", "Private",
]  # fmt: skip


def lets_talk_row(message: str, **given: str) -> list[str]:
    row = dict.fromkeys(LETS_TALK_HEADER, "") | {
        "Name": "Odalys Brennick", "Email": "Odalys@example.org", "Priority": "P2 (Normal)", "Status": "Closed",
        "Entry Point": "District website", "Topic": "Transportation", "Date Received": "11/4/25 6:22 pm",
        "Private": "No",
        "Timeline": "Staff: we will look into it",
    } | given  # fmt: skip
    cells = [row[name] for name in LETS_TALK_HEADER]
    cells[3], cells[6] = given.get("person", "Parent"), given.get("dialogue", "Concern")
    cells[13] = message
    return cells


def lets_talk() -> bytes:
    return xlsx_bytes(
        Dialogues=[
            LETS_TALK_HEADER,
            lets_talk_row("The bus is late.\r\nAgain.", Priority="Critical"),
            lets_talk_row("He shouted at my son.", Topic="Ms. Tallow"),
            lets_talk_row("Caller likes the new playground.", **{"Entry Point": "Recorder"}, dialogue="Compliment"),
            lets_talk_row("Please keep this quiet.", Private="Yes"),
            lets_talk_row("n/a"),
            lets_talk_row("Date is odd.", **{"Date Received": "soon"}),
        ]
    )


def lets_talk_old() -> bytes:
    header = ["Interest Area" if name == "Topic" else name for name in LETS_TALK_HEADER]
    swapped = lets_talk_row("Where is my bus?", person="Question", dialogue="Parent")
    return csv_bytes(["Let's Talk report"], header, swapped, encoding="cp1252")


def qualtrics() -> bytes:
    header = ["StartDate", "EndDate", "Status", "RecordedDate", "ResponseId", "DistributionChannel", "UserLanguage",
              "Q_BallotBoxStuffing", "Q1", "Q1_5_TEXT", "Q2", "Q3"]  # fmt: skip
    labels = ["Fecha", "End Date", "Response Type", "Recorded Date", "Response ID", "Distribution Channel", "Language",
              "Q_BallotBoxStuffing", "I am a... - Selected Choice", "I am a... - Other - Text",
              "What is going well in our schools?", "What most needs to improve?"]  # fmt: skip
    ids = ["startDate", "endDate", "status", "recordedDate", "_recordId", "distributionChannel", "userLanguage",
           "Q_BallotBoxStuffing", "QID1", "QID1_5_TEXT", "QID2_TEXT", "QID3_TEXT"]  # fmt: skip
    imports = [
        json.dumps({"ImportId": i} | ({"timeZone": "America/Denver"} if "Date" in i else {}), separators=(",", ":"))
        for i in ids
    ]

    def row(
        n: int, role: str, good: str, bad: str, status: str = "0", via: str = "anonymous", again: str = ""
    ) -> list[str]:
        date = f"2025-10-14 06:{n:02d}:00"
        return [date, date, status, date, f"R_{n}", via, "EN", again, role, "", good, bad]

    return csv_bytes(
        header,
        labels,
        imports,
        row(1, "Parent/Guardian", "The teachers, and the band.", "N/A"),
        row(2, "Paraprofessional", "", "Nothing is going well, so start anywhere."),
        row(3, "Parent/Guardian", "testing", "testing", status="1", via="preview"),
        row(4, "Parent/Guardian", "Same device.", "Same device again.", again="true"),
        encoding="utf-8-sig",
    )


def qualtrics_legacy() -> bytes:
    head = ["V1", "V2", "V3", "V7", "V8", "V9", "Q1", ""]
    labels = [
        "ResponseID",
        "ResponseSet",
        "Name",
        "Status",
        "StartDate",
        "EndDate",
        "What do you wish we had known?",
        "",
    ]
    row = ["R_9", "Default", "Anonymous", "0", "2025-10-14 10:00:00", "2025-10-14 10:05:00", "How long the day is.", ""]
    return csv_bytes(head, labels, row, [*row[:6], ".", ""], encoding="utf-8-sig")


def surveymonkey() -> bytes:
    head = ["Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address", "First Name",
            "Last Name", "Custom Data 1", "Which best describes you?", "", "What should we change?"]  # fmt: skip
    sub = [""] * 9 + ["Response", "Other (please specify)", "Open-Ended Response"]

    def row(n: str, collector: str, role: str, text: str) -> list[str]:
        return [n, collector, "10/14/2025 10:00:00 AM", "10/14/2025 10:05:00 AM", "", "", "", "", "", role, "", text]

    return csv_bytes(
        head, sub,
        row("118000000001", "411", "Teacher", "Salary"),
        row("1.14E+11", "411", "Student", "Start later, please."),
        row("118000000003", "TEST", "Student", "Testing the link."),
    )  # fmt: skip


def ms_forms() -> bytes:
    head = [
        "ID",
        "Start time",
        "Completion time",
        "Email",
        "Name",
        "I am a",
        "What is\u00a0going well?\n",
        "What should improve?",
    ]
    return xlsx_bytes(
        Sheet1=[
            head,
            [1, 45943.376, 45943.38, "anonymous", "", "Student", "Shop class", "none"],
            [
                2,
                45943.4,
                45943.41,
                "anonymous",
                "",
                "Teacher",
                "My class of 19, the smallest I ever had",
                "Copier paper runs out by March",
            ],
        ]
    )


def google_forms() -> bytes:
    head = ["Timestamp", "¿Cuál es su rol?", "¿Qué debería mejorar el distrito? / Kisa distri a ta dwe amelyore?"]
    return csv_bytes(
        head,
        ["2025/10/13 9:02:11 AM EST", "Padre / madre", "Más intérpretes en las reuniones."],
        ["10/13/2025 21:02:11", "Estudiante", "nada"],
    )


def thoughtexchange() -> bytes:
    return csv_bytes(
        ["Thought", "Average Star Rating", "Number of Raters", "Theme", "Role"],
        ["Keep the librarian", "4.6", "41", "Reading", "Parent"],
        ["Idk", "2.0", "3", "", "Student"],
        ["Impossible mean", "7", "3", "", "Student"],
    )


def polis_2018() -> bytes:
    head = ["timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees", "moderated", "comment-body"]
    return csv_bytes(
        head,
        ["1518501496471", "Tue", "1", "7", "48", "8", "1", "Widen the road, (left turn), please"],
        ["1518501496472", "Tue", "2", "8", "1", "8", "-1", "Rejected words"],
    )


def polis_2024() -> bytes:
    head = ["timestamp", "comment-id", "author-id", "agrees", "disagrees", "moderated", "is-meta", "is-seed",
            "group-informed-consensus", "comment-body"]  # fmt: skip
    return csv_bytes(
        head,
        ["1726860676783", "2", "0", "57", "0", "1", "false", "true", "0.6", "Organiser's seed"],
        ["1726866816977", "42", "11", "58", "2", "1", "false", "false", "0.7", "Later buses\r\nfor sport"],
        ["yesterday", "43", "12", "5", "2", "1", "false", "false", "0.7", "Bad time"],
    )


def polis_companion() -> bytes:
    return csv_bytes(["timestamp", "datetime", "comment-id", "voter-id", "vote"], ["1726860676783", "x", "2", "0", "1"])


def roster() -> bytes:
    return csv_bytes(["name", "kind"], ["Corin Vale", "staff"], ["Ilse Marwood", "board"])


ZOOM_VTT = """WEBVTT

1
00:00:01.000 --> 00:00:03.000
Corin Vale: Welcome, everybody.

2
00:00:04.000 --> 00:00:06.000
Pella Ostrander: The heating failed

3
00:00:06.000 --> 00:00:08.000
on three mornings, honestly: three.

4
00:00:09.000 --> 00:00:11.000
iPad (2): Why not phones?
"""
TEAMS_VTT = """WEBVTT

8d2f-1/12-0
00:00:01.000 --> 00:00:03.000
<v Ilse Marwood>The board thanks you.</v>

8d2f-1/13-0
00:00:03.000 --> 00:00:05.000
<v Pella Ostrander>My son waits
for an aide.

8d2f-1/14-0
00:00:05.000 --> 00:00:07.000
<v Pella Ostrander>Since May &amp; June.</v>
"""
ZOOM_CHAT = (
    "18:03:11 From Pella Ostrander to Everyone: Fix Bus 14\n"
    "18:03:40 From Corin Vale to Everyone:\n\tThank you all\n"
    "18:04:01 From Pella Ostrander to Jo Harrow(Direct Message):\n\tsecret words\n"
    '18:04:09 From Jo Harrow to Everyone:\n\tReacted to "Fix Bus 14" with 👍\n'
    '18:05:09 From Jo Harrow to Everyone:\n\tReplying to "Fix Bus 14"\n\t\n\tAnd Bus 6\n\tas well\n'
)
ZOOM_CHAT_CLOUD = "00:01:02\tPella Ostrander:\tWho pays?\n00:01:09\tCorin Vale:\tThe state.\n"


def teams_docx() -> bytes:
    return docx_bytes(
        ("Title", "Town hall"),
        ("Normal", "Ilse Marwood   0:03"),
        ("Normal", "Good evening."),
        ("Normal", "Pella Ostrander   1:02:11"),
        ("Normal", "Classes are too big."),
        ("Normal", "Thirty-four in one room."),
    )


def zoom_qa() -> bytes:
    return (
        b'Q&A Report\nTopic,Webinar ID\nTown hall,"811 0000"\n\n#,Question,Asker Name,Asker Email,Answer(s)\n'
        b"1,When do doors get fixed?,Pella Ostrander,pella@example.org,Soon, we hope, by May\n"
        b"2,Any news?,Corin Vale,,\n3\n"
    )


def zoom_poll() -> bytes:
    pre = [["Poll Report"], ["Report Generated:", "now"], ["Topic", "ID"], ["Town hall", "1"], ["Poll Details"], [""]]
    head = ["#", "User Name", "User Email", "Submitted Date/Time"]
    when = "Oct 13, 2025 18:03:11"
    say = "What should we fix first?"
    return csv_bytes(
        *pre,
        head,
        ["1", "Pella Ostrander", "p@example.org", when, "Are you a parent?", "Yes", say, "The roof over the gym"],
        ["2", "Anonymous", "", when, "Are you a parent?", "No", say, "idk"],
        ["3", "Jo Harrow", "", when, "Are you a parent?", "Yes", say, "Lunch lines that eat the whole lunch"],
    )


def summit_docx() -> bytes:
    return docx_bytes(
        ("Title", "Education Summit 2025"),
        ("Heading 1", "Room 3: Early Literacy"),
        ("Normal", "Facilitator: Corin Vale"),
        ("Normal", "Attendance: 41"),
        ("Normal", "Date: October 18, 2025"),
        ("Heading 2", "What is going well?"),
        ("List Bullet", "Librarian reads aloud ✔✔✔"),
        ("List Bullet 2", "every Friday (3)"),
        ("List Number", "More books at home x4 +1"),
        ("List Bullet", "+1"),
        ("Heading 2", "What should improve?"),
        [["Table", "Notes", "Votes"], ["1", "Phonics in grade 3", "5"], ["2", "A 504 plan takes a year (504)", ""]],
    )


def tour_docx() -> bytes:
    return docx_bytes(
        ("Title", "Listening Tour – Old Ferry Elementary"),
        ("Heading 2", "What gets in the way of learning?"),
        ("List Bullet", "The boiler"),
        ("List Bullet", "No comment"),
    )


def summit_xlsx() -> bytes:
    head = ["Table", "Question", "Note", "Votes"]
    return xlsx_bytes(
        Room_1_Arts=[
            ["Education Summit"],
            head,
            [1, "What works well?", "Drama club", 6],
            [2, "What works well?", "", None],
        ],
        Room_2_Buses=[
            head,
            [1, "What should change?", "Bus 6 x2", "many"],
            [1, "What should change?", "Bus 14 x2", "✔✔"],
        ],
        Key=[["Ask Corin about the marks"]],
    )


def summit_xlsx_columns() -> bytes:
    return xlsx_bytes(
        Room_4=[["Question", "Table 1", "Table 2"], ["What should change?", "Bells", "Lunch x3"], ["", "", "Hallways"]]
    )


def sticky_csv() -> bytes:
    return csv_bytes(
        ["Text", "X", "Y", "Colour", "Frame", "Author", "Tags", "Dots"],
        ["Calmer hallways", "1", "2", "yellow", "What should improve?", "", "", "4"],
        ["Parking here", "1", "2", "yellow", "Room 2", "Corin Vale", "", ""],
    )


def email_mbox(folder: Path) -> bytes:
    box = mailbox.mbox(folder / "box")
    for sender, body in (
        (
            "Pella Ostrander <Pella@example.org>",
            "Please mend the roof.\n\nOn Tue, Oct 14, 2025, Corin wrote:\n> quoted words\n",
        ),
        ("Corin Vale <corin@example.org>", "We will.\n"),
    ):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, "board@example.org", "Roof"
        mail["Date"] = "Tue, 14 Oct 2025 09:00:00 -0400"
        mail.set_content(body)
        box.add(mail)
    box.close()
    return (folder / "box").read_bytes()


def minutes_docx() -> bytes:
    return docx_bytes(
        ("Title", "Board of Education – Minutes, October 14, 2025"),
        ("Heading 1", "Call to order"),
        ("Normal", "The board met at 6 p.m."),
        ("Heading 1", "Public comment"),
        ("Normal", "Pella Ostrander (parent, Old Ferry): spoke about the boiler."),
        ("Normal", "Ilse Marwood (board member): replied."),
        ("Heading 1", "Adjournment"),
        ("Normal", "Motion carried."),
    )


MARKDOWN = "# Attendance\n\nIntro text here.\n\n## Evidence\n\n" + "Calls home work well. " * 60 + "\n\n- one point\n"
