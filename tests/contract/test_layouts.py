"""Every layout: recognised by content, counted in full, mapped as the vendor means it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from synthesis.channels import Mapped, layouts, read_export, read_roster
from synthesis.channels.lets_talk import looks_like_person
from synthesis.channels.non_answers import is_non_answer
from synthesis.errors import InputError, SchemaDrift
from synthesis.frames import RawContributions, Research, SetAside
from synthesis.model import Channel, SpeakerKind
from tests.contract import layout_files as files

NOW = datetime(2026, 2, 1, tzinfo=UTC)
ROSTER = {"Corin Vale": SpeakerKind.STAFF, "Ilse  MARWOOD": SpeakerKind.BOARD}


def read(name: str, data: bytes, channel: Channel | None = None) -> Mapped:
    sha256 = hashlib.sha256(data).hexdigest()
    return read_export(
        name, data, sha256=sha256, channel=channel, timezone="America/New_York", received_at=NOW, roster=ROSTER
    )


def reasons(mapped: Mapped) -> dict[str, int]:
    return dict(Counter(mapped.set_aside["reason"]))


# layout, file name (deliberately telling nothing), bytes, rows in, kept, reasons
CASES: list[tuple[str, str, Callable[[], bytes], int, int, dict[str, int]]] = [
    ("lets_talk", "a.xlsx", files.lets_talk, 6, 3, {"personnel_matter": 1, "non_answer": 1, "broken_row": 1}),
    ("lets_talk_old", "a.csv", files.lets_talk_old, 1, 1, {}),
    ("qualtrics", "a.csv", files.qualtrics, 8, 2,
     {"non_answer": 1, "empty": 1, "test_or_preview": 2, "repeated_ballot": 2}),
    ("qualtrics_legacy", "a.csv", files.qualtrics_legacy, 2, 1, {"non_answer": 1}),
    ("surveymonkey", "a.csv", files.surveymonkey, 3, 2, {"test_or_preview": 1}),
    ("ms_forms", "a.xlsx", files.ms_forms, 4, 3, {"non_answer": 1}),
    ("google_forms", "a.csv", files.google_forms, 2, 1, {"non_answer": 1}),
    ("thoughtexchange", "a.csv", files.thoughtexchange, 3, 1, {"non_answer": 1, "broken_row": 1}),
    ("polis_2018", "a.csv", files.polis_2018, 2, 1, {"rejected_by_moderator": 1}),
    ("polis_2024", "a.csv", files.polis_2024, 3, 1, {"organiser_seed": 1, "broken_row": 1}),
    ("polis_companion", "a.csv", files.polis_companion, 0, 0, {}),
    ("roster", "a.csv", files.roster, 0, 0, {}),
    ("zoom_vtt", "a.vtt", files.ZOOM_VTT.encode, 3, 2, {"staff_turn": 1}),
    ("teams_vtt", "a.vtt", files.TEAMS_VTT.encode, 2, 1, {"staff_turn": 1}),
    ("teams_docx", "a.docx", files.teams_docx, 2, 1, {"staff_turn": 1}),
    ("zoom_chat", "a.txt", files.ZOOM_CHAT.encode, 5, 2, {"staff_turn": 1, "direct_message": 1, "reaction": 1}),
    ("zoom_chat_cloud", "a.txt", files.ZOOM_CHAT_CLOUD.encode, 2, 1, {"staff_turn": 1}),
    ("zoom_qa", "a.csv", files.zoom_qa, 3, 1, {"staff_turn": 1, "broken_row": 1}),
    ("zoom_poll", "a.csv", files.zoom_poll, 3, 2, {"non_answer": 1}),
    ("summit_docx", "a.docx", files.summit_docx, 9, 5, {"heading_or_layout": 3, "reaction": 1}),
    ("tour_docx", "a.docx", files.tour_docx, 2, 1, {"non_answer": 1}),
    ("summit_xlsx", "a.xlsx", files.summit_xlsx, 5, 2, {"empty": 1, "broken_row": 1, "heading_or_layout": 1}),
    ("summit_xlsx_columns", "a.xlsx", files.summit_xlsx_columns, 3, 3, {}),
    ("sticky_csv", "a.csv", files.sticky_csv, 2, 1, {"staff_turn": 1}),
    ("minutes_docx", "a.docx", files.minutes_docx, 4, 1, {"staff_turn": 3}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("layout", "name", "build", "rows_in", "kept", "set_aside"), CASES, ids=[case[0] for case in CASES]
)
def test_every_row_is_kept_or_set_aside_with_a_reason(
    layout: str, name: str, build: Callable[[], bytes], rows_in: int, kept: int, set_aside: dict[str, int]
) -> None:
    mapped = read(name, build())
    assert mapped.layout == layout
    assert mapped.rows_in == rows_in == kept + sum(set_aside.values())
    assert len(mapped.contributions) == kept, mapped.contributions["text_raw"].tolist()
    assert reasons(mapped) == set_aside
    RawContributions.validate(mapped.contributions)
    SetAside.validate(mapped.set_aside)
    Research.validate(mapped.research)


@pytest.mark.parametrize(("layout", "name", "build"), [case[:3] for case in CASES], ids=[case[0] for case in CASES])
def test_reading_again_gives_the_same_frames(layout: str, name: str, build: Callable[[], bytes]) -> None:
    data = build()
    first, again = read(name, data), read(f"renamed_{name}", data)
    pd.testing.assert_frame_equal(first.contributions, again.contributions)
    pd.testing.assert_frame_equal(first.set_aside, again.set_aside)


def test_the_cases_cover_every_layout() -> None:
    assert {case[0] for case in CASES} | {"email_mbox", "best_practices"} == set(layouts())


def test_lets_talk_fields() -> None:
    kept = read("lets_talk/x.xlsx", files.lets_talk()).contributions
    assert kept["text_raw"].tolist()[0] == "The bus is late.\nAgain."
    assert kept["voice"].tolist() == ["verbatim", "paraphrase", "verbatim"]
    assert kept["is_private"].tolist() == [False, False, True]
    assert kept["valence"].tolist() == ["negative", "positive", "negative"]
    assert set(kept["role"]) == {"family"}
    assert kept["received_at"][0] == "2025-11-04T23:22:00+00:00"
    assert kept["identity"][0] == "email:odalys@example.org"
    assert not kept["text_raw"].str.contains("Staff").any()


def test_lets_talk_tells_the_two_type_columns_by_their_values() -> None:
    kept = read("a.csv", files.lets_talk_old()).contributions
    assert kept["role"].tolist() == ["family"]


def test_qualtrics_reads_ids_zones_roles_and_prompts() -> None:
    kept = read("a.csv", files.qualtrics()).contributions
    assert kept["prompt_id"].tolist() == ["QID2_TEXT", "QID3_TEXT"]
    assert kept["valence"].tolist() == ["positive", "negative"]
    assert kept["role"].tolist() == ["family", "support_staff"]
    assert kept["received_at"][0] == "2025-10-14T12:01:00+00:00"  # 06:01 in Denver
    assert kept["row"].tolist() == [4, 5]
    assert kept["identity"][0] == "respondent:qualtrics:R_1"


def test_a_rounded_respondent_id_is_nobodys() -> None:
    kept = read("a.csv", files.surveymonkey()).contributions
    assert kept["identity"].tolist() == ["respondent:surveymonkey:118000000001", ""]
    assert kept["text_raw"].tolist() == ["Salary", "Start later, please."]


def test_forms_times_and_prompts() -> None:
    kept = read("a.xlsx", files.ms_forms()).contributions
    assert kept["prompt_text"][0] == "What is going well?"
    google = read("a.csv", files.google_forms()).contributions
    assert google["received_at"].tolist() == ["2025-10-13T14:02:11+00:00"]
    assert google["role"].tolist() == ["family"]


def test_polis_counts_and_seed_text_stay_out() -> None:
    mapped = read("other/polis_future/comments.csv", files.polis_2024())
    row = mapped.contributions.iloc[0]
    assert (row["agrees"], row["disagrees"], row["text_raw"]) == (58, 2, "Later buses\nfor sport")
    assert row["identity"] == "respondent:polis:polis_future:11"


def test_turns_of_one_speaker_are_merged_and_devices_are_no_people() -> None:
    kept = read("a.vtt", files.ZOOM_VTT.encode()).contributions
    assert kept["text_raw"].tolist() == ["The heating failed on three mornings, honestly: three.", "Why not phones?"]
    assert kept["identity"].tolist() == ["name:pella ostrander", ""]
    assert kept["cue"][0] == "00:00:04.000 --> 00:00:08.000"
    teams = read("a.vtt", files.TEAMS_VTT.encode()).contributions
    assert teams["text_raw"].tolist() == ["My son waits for an aide. Since May & June."]


def test_chat_replies_lose_their_quote_and_direct_messages_their_words() -> None:
    mapped = read("a.txt", files.ZOOM_CHAT.encode())
    assert mapped.contributions["text_raw"].tolist() == ["Fix Bus 14", "And Bus 6\nas well"]
    direct = mapped.set_aside[mapped.set_aside["reason"] == "direct_message"]
    assert direct["text_raw"].tolist() == [""]
    assert not mapped.contributions["text_raw"].str.contains("secret").any()


def test_summit_notes_carry_place_prompt_and_endorsements() -> None:
    kept = read("education_summit/x.docx", files.summit_docx()).contributions
    assert dict(zip(kept["text_raw"], kept["dots"], strict=True)) == {
        "Librarian reads aloud": 3,
        "every Friday": 3,
        "More books at home": 5,
        "Phonics in grade 3": 5,
        "A 504 plan takes a year (504)": 0,
    }
    assert set(kept["room"]) == {"Room 3: Early Literacy"}
    assert kept["valence"].tolist() == ["positive"] * 3 + ["negative"] * 2
    assert set(kept["received_precision"]) == {"day"}
    assert (kept["speaks_for_high"] == 1 + kept["dots"]).all()


def test_tour_notes_know_their_site() -> None:
    mapped = read("listening_tour/x.docx", files.tour_docx())
    assert mapped.channel is Channel.LISTENING_TOUR
    assert mapped.contributions["site"].tolist() == ["Old Ferry Elementary"]
    assert mapped.contributions["voice"].tolist() == ["paraphrase"]


def test_summit_workbooks() -> None:
    rooms = read("a.xlsx", files.summit_xlsx()).contributions
    assert rooms[["room", "text_raw", "dots"]].to_numpy().tolist() == [
        ["Room 1 Arts", "Drama club", 6],
        ["Room 2 Buses", "Bus 14", 4],
    ]
    columns = read("a.xlsx", files.summit_xlsx_columns()).contributions
    assert columns[["text_raw", "dots", "valence"]].to_numpy().tolist() == [
        ["Bells", 0, "negative"],
        ["Lunch", 3, "negative"],
        ["Hallways", 0, "negative"],
    ]


def test_mail_without_quotes(tmp_path: Path) -> None:
    mapped = read("a.mbox", files.email_mbox(tmp_path))
    assert (mapped.layout, mapped.rows_in, reasons(mapped)) == ("email_mbox", 2, {"staff_turn": 1})
    assert mapped.contributions["text_raw"].tolist() == ["Please mend the roof."]
    assert mapped.contributions["identity"].tolist() == ["email:pella@example.org"]
    assert mapped.contributions["received_at"].tolist() == ["2025-10-14T13:00:00+00:00"]


def test_research_is_chunked_with_anchors_and_never_counted() -> None:
    mapped = read("best_practices/x.md", files.MARKDOWN.encode())
    assert mapped.layout == "best_practices"
    assert mapped.contributions.empty
    assert mapped.rows_in == len(mapped.research) >= 3
    assert mapped.research["anchor"].tolist()[:2] == ["Attendance", "Attendance > Evidence"]
    assert mapped.research["text"].str.split().str.len().max() <= 180


def test_research_in_pdf_is_anchored_by_page() -> None:
    mapped = read("best_practices/x.pdf", files.pdf_bytes("Attendance improves.", "Tutoring helps."))
    assert mapped.layout == "best_practices"
    assert mapped.research["anchor"].tolist() == ["page 1, paragraph 1", "page 2, paragraph 1"]
    assert mapped.research["text"].tolist() == ["Attendance improves.", "Tutoring helps."]


def test_channel_comes_from_argument_then_folder_then_layout() -> None:
    data = files.thoughtexchange()
    assert read("town_hall/x.csv", data, Channel.LETS_TALK).channel is Channel.LETS_TALK
    assert read("town_hall/x.csv", data).channel is Channel.TOWN_HALL
    assert read("x.csv", data).channel is Channel.OTHER


def test_unknown_columns_name_themselves_and_the_nearest_layout() -> None:
    data = files.csv_bytes(
        ["Respondent", "Colector", "Start Dat", "IP Addres", "Q"], ["1", "2", "3", "4", "secret words"]
    )
    with pytest.raises(SchemaDrift) as caught:
        read("x.csv", data)
    message = str(caught.value)
    assert "Colector" in message
    assert "nearest known layout: surveymonkey" in message
    assert "secret words" not in message


@pytest.mark.parametrize("renamed", ["comment-body", "comment-id", "agrees"])
def test_a_renamed_column_is_drift(renamed: str) -> None:
    with pytest.raises(SchemaDrift):
        read("x.csv", files.polis_2024().replace(renamed.encode(), b"something-else"))


def test_one_broken_row_does_not_take_others_with_it() -> None:
    head = ["Timestamp", "What should improve?"]
    rows = [["10/13/2025 9:00:00", f"Answer number {n} is its own"] for n in range(6)]
    rows[1].append("one cell too many")
    rows[2] = ["10/13/2025 9:00:00"]
    rows[3][0] = "last week"
    rows[4][1] = "x" * 100_001
    rows[5][1] = "with\0nul"
    mapped = read("x.csv", files.csv_bytes(head, *rows))
    assert mapped.contributions["text_raw"].tolist() == ["Answer number 0 is its own"]
    assert reasons(mapped) == {"broken_row": 5}
    assert mapped.set_aside["row"].tolist() == [3, 4, 5, 6, 7]
    assert all(f"row {row}" in detail for row, detail in zip(range(3, 8), mapped.set_aside["detail"], strict=True))


def test_roster_is_read_with_folded_names() -> None:
    assert read_roster(files.roster()) == {"corin vale": SpeakerKind.STAFF, "ilse marwood": SpeakerKind.BOARD}
    with pytest.raises(SchemaDrift):
        read_roster(b"name,kind\nSomebody,wizard\n")


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old"]
)
def test_files_that_are_not_exports(data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read("x.csv", data)
    assert caught.value.exit_code == 2


def test_no_words_of_the_public_in_details() -> None:
    for _, name, build, *_ in CASES:
        mapped = read(name, build())
        for detail, text in zip(mapped.set_aside["detail"], mapped.set_aside["text_raw"], strict=True):
            assert not (len(text) > 3 and text in detail)


NON_ANSWERS = [
    "N/A",
    ".",
    "none",
    "No comment",
    "...",
    "idk",
    "nada",
    "nothing really",
    "anyen",
    "-",
    "?",
    "test",
    "(blank)",
]


@pytest.mark.parametrize("text", [*NON_ANSWERS, " None. "])
def test_non_answers(text: str) -> None:
    assert is_non_answer(text)


@pytest.mark.parametrize(
    "text", ["Testing", "Salary", "Nothing is going well", "No homework", "Teacher pay", "👍", "Not much"]
)
def test_answers_that_only_look_like_non_answers(text: str) -> None:
    assert not is_non_answer(text)


@pytest.mark.parametrize("topic", ["Ms. Tallow", "Corin Vale", "Principal Dana Orrick", "Odalys M. Brennick"])
def test_topics_named_after_people(topic: str) -> None:
    assert looks_like_person(topic)


@pytest.mark.parametrize(
    "topic", ["Transportation", "Human Resources", "Larkmoor High", "Pell Street Academy", "Superintendent's Office"]
)
def test_topics_named_after_departments_and_schools(topic: str) -> None:
    assert not looks_like_person(topic)
