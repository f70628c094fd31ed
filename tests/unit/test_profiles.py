"""Mapping profiles: guesses on files that nobody has seen, drafts that a person completes, and what is read by them."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthesis.channels import (
    Column,
    Draft,
    Mapped,
    Profile,
    Use,
    draft,
    draft_toml,
    load_profile,
    profile_toml,
    read_export,
    read_with_profile,
)
from synthesis.channels.profiles import FLAGS, headers_of
from synthesis.errors import InputError, SchemaDrift
from synthesis.formats.parts import Row
from synthesis.model import Channel, Role, SpeakerKind, Valence, Voice
from tests.contract import layout_files as files

NOW = datetime(2026, 2, 1, tzinfo=UTC)
ROSTER = {"Corin Vale": SpeakerKind.STAFF}


def by_profile(profile: Profile, data: bytes, name: str = "x.csv", channel: Channel | None = None) -> Mapped:
    mapped = read_with_profile(
        profile,
        name,
        data,
        sha256=hashlib.sha256(data).hexdigest(),
        channel=channel,
        timezone="America/New_York",
        received_at=NOW,
        roster=ROSTER,
    )
    assert mapped.rows_in == len(mapped.contributions) + len(mapped.set_aside)
    return mapped


def read(data: bytes, *profiles: Profile, name: str = "x.csv") -> Mapped:
    return read_export(
        name, data, sha256="0" * 64, timezone="America/New_York", received_at=NOW, roster=ROSTER, profiles=profiles
    )


def uses(found: Draft) -> dict[str, str]:
    return {column.header: column.use.value for column in found.profile.columns}


def completed(found: Draft, **answers: str) -> Profile:
    """Return the draft's TOML as a person completes it: each "?" of a header (or key) by the answer, and loaded."""
    entries = draft_toml(found).split("[[column]]")
    for word, answer in answers.items():
        if word in ("channel", "voice"):
            entries[0] = entries[0].replace('channel = "?"', f'channel = "{answer}"')
            continue
        place = next(i for i, entry in enumerate(entries) if f'header = "{word}' in entry)
        before = entries[place]
        entries[place] = before.replace('"?"', answer if answer in ("true", "false") else f'"{answer}"')
        assert entries[place] != before
    return load_profile("[[column]]".join(entries), "x.toml")


def reasons(mapped: Mapped) -> dict[str, int]:
    return dict(Counter(mapped.set_aside["reason"]))


SPANISH = files.csv_bytes(
    ["Marca", "Correo", "Soy", "Escuela", "¿Qué funciona bien?", "¿Qué debemos mejorar?", "Zona"],
    ["14/10/2025 6:05 p. m.", "Ana@example.org", "Padre", "Escuela Río", "Las maestras escuchan a mi hijo siempre.", "", "N"],
    ["15/10/2025 9:05 a. m.", "", "Estudiante", "Escuela Río", "nada", "Más libros en la biblioteca, por favor, y en español.", "S"],
    ["3/11/2025 9:07 a. m.", "", "Vecino", "Primaria Sol", "Los maestros de música y de arte, y el recreo.",
     "Los autobuses llegan tarde todos los días de lluvia.", "S"],
    delimiter=";", encoding="cp1252",
)  # fmt: skip


def test_spanish_headers_semicolons_and_days_before_months() -> None:
    found = draft("other/es.csv", SPANISH)
    assert (found.encoding, found.format) == ("Windows-1252", "delimited text, parted by ;")
    assert uses(found) == {
        "Marca": "date", "Correo": "email", "Soy": "role", "Escuela": "school", "¿Qué funciona bien?": "text",
        "¿Qué debemos mejorar?": "text", "Zona": "?",
    }  # fmt: skip
    assert found.undecided() == ("Zona",)
    kept = by_profile(completed(found, Zona="ignore"), SPANISH)
    rows = kept.contributions
    assert rows[["row", "prompt_id", "valence", "role", "school"]].to_numpy().tolist() == [
        [2, "E", "positive", "family", "Escuela Río"],
        [3, "F", "negative", "student", "Escuela Río"],
        [4, "E", "positive", "unknown", "Primaria Sol"],
        [4, "F", "negative", "unknown", "Primaria Sol"],
    ]
    assert rows["received_at"].tolist()[:3] == [
        "2025-10-14T22:05:00+00:00", "2025-10-15T13:05:00+00:00", "2025-11-03T14:07:00+00:00",
    ]  # fmt: skip
    assert rows["identity"][0] == "email:ana@example.org"
    assert rows["identity"][2] == rows["identity"][3] != rows["identity"][1]
    assert (kept.rows_in, reasons(kept)) == (6, {"empty": 1, "non_answer": 1})
    assert kept.layout == "profile:es"
    assert kept.channel is Channel.OTHER


PREAMBLE = files.csv_bytes(
    ["Spring feedback report"],
    ["Generated:", "2026-01-05"],
    [""],
    ["Submission ID", "Date submitted", "Your name", "Stakeholder group", "Comments", "IP Address", "Test?"],
    [
        "S-1",
        "1/5/2026 10:00",
        "Pella Ostrander",
        "Parent",
        "The roof over the gym leaks every week.",
        "203.0.113.1",
        "",
    ],
    ["S-2", "1/13/2026 10:05", "Corin Vale", "Staff", "I answer for the district office here.", "203.0.113.2", ""],
    ["S-3", "1/14/2026 10:06", "", "Student", "testing testing testing one two three", "203.0.113.3", "TEST"],
    ["S-4", "soon", "", "Student", "The date of this one is no date at all.", "203.0.113.3", ""],
)


def test_a_preamble_and_names_of_people_and_a_bad_date() -> None:
    found = draft("x.csv", PREAMBLE)
    assert (found.header_row, found.above, found.rows) == (4, 2, 4)
    assert uses(found) == {
        "Submission ID": "record_key", "Date submitted": "date", "Your name": "person_name",
        "Stakeholder group": "role", "Comments": "text", "IP Address": "ignore", "Test?": "test",
    }  # fmt: skip
    kept = by_profile(completed(found, channel="other"), PREAMBLE)
    assert reasons(kept) == {"staff_turn": 1, "test_or_preview": 1, "broken_row": 1}
    row = kept.contributions.iloc[0]
    assert (row["identity"], row["person_name"], row["role"]) == ("name:pella ostrander", "Pella Ostrander", "family")
    assert row["record_key"] == "profile:x|S-1|comments"
    broken = kept.set_aside[kept.set_aside["reason"] == "broken_row"].iloc[0]
    assert (broken["row"], broken["column"]) == (8, "B")
    assert "soon" not in broken["detail"]


TWO_ROWS = files.csv_bytes(
    ["", "", "What should we keep?", "", "What should we change?", ""],
    ["Fecha", "Rol", "Respuesta", "Otro", "Respuesta", "Otro"],
    ["2025-10-14", "Madre", "Keep the school librarian in every building.", "", "The bus comes late each morning.", ""],
    ["2025-10-15", "Maestra", "Keep the band and the choir going.", "", "Give us more time to plan together.", ""],
)


def test_two_header_rows_with_the_same_names_below_two_questions() -> None:
    found = draft("other/two.csv", TWO_ROWS)
    assert (found.header_row, found.header_rows) == (1, 2)
    assert uses(found) == {
        "Fecha": "date", "Rol": "role", "What should we keep? / Respuesta": "text", "What should we keep? / Otro": "text",
        "What should we change? / Respuesta": "text", "What should we change? / Otro": "text",
    }  # fmt: skip
    mapped = by_profile(completed(found), TWO_ROWS)
    kept = mapped.contributions
    assert (mapped.rows_in, reasons(mapped)) == (8, {"empty": 4})
    assert kept[["row", "prompt_id", "role", "valence"]].to_numpy().tolist() == [
        [3, "C", "family", "positive"], [3, "E", "family", "negative"],
        [4, "C", "teacher", "positive"], [4, "E", "teacher", "negative"],
    ]  # fmt: skip
    assert kept["received_precision"].tolist() == ["day"] * 4


STICKIES = files.csv_bytes(
    ["Text", "X", "Y", "Colour", "Frame", "Author", "Tags"],
    ["Calmer hallways between lessons (4)", "1", "2", "yellow", "What should improve?", "", ""],
    ["Keep the garden behind the gym x2", "5", "2", "green", "What is going well?", "Jo Harrow", "green"],
    ["Parking is over there on the left", "1", "9", "yellow", "What should improve?", "Corin Vale", ""],
)


def test_a_sticky_note_export() -> None:
    found = draft("education_summit/wall.csv", STICKIES)
    assert uses(found) == {
        "Text": "text", "X": "ignore", "Y": "ignore", "Colour": "ignore", "Frame": "question", "Author": "person_name",
        "Tags": "ignore",
    }  # fmt: skip
    profile = completed(found)
    assert (profile.voice, profile.count_marks) == (Voice.GROUP_NOTE, True)
    kept = by_profile(profile, STICKIES)
    assert kept.contributions[
        ["text_raw", "dots", "speaks_for_high", "valence", "prompt_text"]
    ].to_numpy().tolist() == [
        ["Calmer hallways between lessons", 4, 5, "negative", "What should improve?"],
        ["Keep the garden behind the gym", 2, 3, "positive", "What is going well?"],
    ]
    assert reasons(kept) == {"staff_turn": 1}


MURAL = files.csv_bytes(
    ["ID", "Sticky content", "BG Color", "Position X", "Position Y", "Area", "Added by", "Last Modified", "Votes", "Link"],
    ["n1", "A shop class in both of the high schools", "#FFD966", "10.5", "-4", "Hopes", "Jo Harrow", "2025-11-01", "7", ""],
    ["n2", "Somebody who answers the phone at the office", "#FFD966", "11", "8", "Fears", "", "2025-11-01", "x3", ""],
    ["n3", "More of it, and sooner than in five years", "#A2C4C9", "12", "8", "Fears", "", "2025-11-01", "lots", ""],
)  # fmt: skip


def test_a_board_with_positions_votes_and_ids() -> None:
    found = draft("education_summit/mural.csv", MURAL)
    assert uses(found) == {
        "ID": "record_key", "Sticky content": "text", "BG Color": "ignore", "Position X": "ignore",
        "Position Y": "ignore", "Area": "room", "Added by": "person_name", "Last Modified": "ignore", "Votes": "?",
        "Link": "ignore",
    }  # fmt: skip
    kept = by_profile(completed(found, Votes="dots"), MURAL)
    assert kept.contributions[["room", "dots", "record_key"]].to_numpy().tolist() == [
        ["Hopes", 7, "profile:mural|n1|sticky content"], ["Fears", 3, "profile:mural|n2|sticky content"],
    ]  # fmt: skip
    assert reasons(kept) == {"broken_row": 1}


FORM = files.xlsx_bytes(
    Answers=[
        ["Entry #", "Submitted at", "You are…", "If you could change ONE thing\n(anything!)", "How many adults?", "Publish?",
         "Rate us"],
        [1, "2025-11-03 07:41:00", "Parent/guardian", "Start the high school later in the morning.", 2, "yes", 4],
        [2, "2025-11-03 07:44:00", "Neighbor", "Fix the crosswalk on the corner of Pell Street.", 1, "no", 2],
        [3, "2025-11-03 07:45:00", "Parent/guardian", "idk", None, "yes", 5],
    ],
    Summary=[["Total", 3]],
)  # fmt: skip


def test_a_form_with_odd_headers_and_a_second_sheet() -> None:
    found = draft("other/form.xlsx", FORM)
    assert found.sheet == "Answers"
    assert uses(found) == {
        "Entry #": "record_key", "Submitted at": "date", "You are…": "role",
        "If you could change ONE thing\n(anything!)": "text", "How many adults?": "speaks_for", "Publish?": "?",
        "Rate us": "?",
    }  # fmt: skip
    profile = completed(found, **{"Publish?": "ignore", "Rate us": "stars"})
    assert (profile.sheet, profile.texts()[0].header) == ("Answers", "If you could change ONE thing\n(anything!)")
    kept = by_profile(profile, FORM, "form.xlsx")
    columns = ["row", "sheet", "role", "speaks_for_low", "speaks_for_high", "stars"]
    assert kept.contributions[columns].to_numpy().tolist() == [
        [2, "Answers", "family", 2, 2, 4.0], [3, "Answers", "community_member", 1, 1, 2.0],
    ]  # fmt: skip
    assert reasons(kept) == {"non_answer": 1, "heading_or_layout": 1}


TALLY = files.csv_bytes(
    ["Mesa", "Lo que dijo la gente", "Cuántas veces"],
    ["1", "Menos tarea los fines de semana", "x4"],
    ["1", "Que los baños estén abiertos todo el día", "✔✔"],
    ["2", "Un traductor en cada junta de padres", ""],
    delimiter="\t",
)


def test_a_paper_tally() -> None:
    found = draft("listening_tour/tally.tsv", TALLY)
    assert found.format == "delimited text, parted by tabs"
    assert uses(found) == {"Mesa": "room", "Lo que dijo la gente": "text", "Cuántas veces": "dots"}
    kept = by_profile(completed(found), TALLY, "listening_tour/tally.tsv")
    assert kept.contributions[["room", "dots", "speaks_for_low", "speaks_for_high", "voice"]].to_numpy().tolist() == [
        ["1", 4, 1, 5, "paraphrase"], ["1", 2, 1, 3, "paraphrase"], ["2", 0, 1, 1, "paraphrase"],
    ]  # fmt: skip
    assert kept.channel is Channel.LISTENING_TOUR


TOUR = files.xlsx_bytes(
    Pell_Street=[
        ["Listening tour, winter"],
        ["Stop", "Topic", "Remark", "Who spoke", "Speaker type"],
        ["Pell Street", "What gets in the way?", "The boiler breaks down every single January.", "Jo Harrow", "Parent"],
        [
            "Pell Street",
            "What gets in the way?",
            "We have a plan for the boiler this year.",
            "Ada Birch",
            "District staff",
        ],
    ],
    Old_Ferry=[
        ["Stop", "Topic", "Remark", "Who spoke", "Speaker type"],
        ["Old Ferry", "What works well?", "The reading tutors who come on Thursdays.", "", "Parent"],
        ["Old Ferry", "What works well?", "x2", "", "Visitor"],
    ],
)


def test_a_tour_note_sheet_per_stop() -> None:
    found = draft("listening_tour/notes.xlsx", TOUR)
    assert found.sheets == (("Pell Street", 4), ("Old Ferry", 3))
    assert uses(found) == {
        "Stop": "site", "Topic": "question", "Remark": "text", "Who spoke": "person_name", "Speaker type": "speaker_kind",
    }  # fmt: skip
    assert found.profile.sheet == ""
    profile = completed(found)
    kept = by_profile(profile, TOUR, "notes.xlsx")
    assert kept.contributions[["sheet", "row", "site", "prompt_text", "valence"]].to_numpy().tolist() == [
        ["Pell Street", 3, "Pell Street", "What gets in the way?", "negative"],
        ["Old Ferry", 2, "Old Ferry", "What works well?", "positive"],
    ]
    # "Visitor" is no word of the profile: the row waits for a person to say who that is.
    assert reasons(kept) == {"staff_turn": 1, "broken_row": 1}


def test_lets_talk_under_other_headers_is_read_as_lets_talk() -> None:
    """The layout's own rules apply: a topic named after a person is a personnel matter, a recorder paraphrases."""
    renames = {"Original Message": "Original Messages", "Date Received": "Date Recieved", "Entry Point": "Entry Points"}
    head = [renames.get(name, name) for name in files.LETS_TALK_HEADER]
    data = files.csv_bytes(
        [*head, "Escalated"],
        [*files.lets_talk_row("The bus is late.", Priority="Critical"), "no"],
        [*files.lets_talk_row("He shouted at my son.", Topic="Ms. Tallow"), "no"],
        [*files.lets_talk_row("Caller likes it.", **{"Entry Point": "Recorder"}), "no"],
        ["too", "short"],
    )
    with pytest.raises(SchemaDrift) as caught:
        read(data)
    assert "“Original Messages”" in str(caught.value)
    found = draft("x.csv", data)
    assert found.profile.layout == "lets_talk"
    fields = {column.header: column.field for column in found.profile.columns if column.field}
    assert fields["Original Messages"] == "Original Message"
    assert (fields["Type"], fields["Type #2"]) == ("Type 1", "Type 2")
    columns = tuple(
        replace(column, use=Use.IGNORE) if column.use is Use.UNDECIDED else column for column in found.profile.columns
    )
    profile = load_profile(profile_toml(replace(found.profile, columns=columns)), "x.toml")
    kept = read(data, profile)
    assert kept.layout == "lets_talk:x"
    assert kept.contributions["voice"].tolist() == ["verbatim", "paraphrase"]
    assert kept.contributions["role"].tolist() == ["family", "family"]
    assert reasons(kept) == {"personnel_matter": 1, "broken_row": 1}


def test_drafts_show_no_words_of_the_public() -> None:
    for data in (SPANISH, PREAMBLE, TWO_ROWS, STICKIES, MURAL, FORM, TALLY, TOUR):
        found = draft("x.csv", data)
        place = next(i for i, column in enumerate(found.columns) if column.column.use is Use.TEXT)
        words = [row[place] for row in found.preview if len(row[place]) > 3]
        assert words
        for text in (found.explain(), draft_toml(found), repr(found)):
            assert not [word for word in words if word in text]


def test_a_role_in_somebodys_own_words_is_not_repeated() -> None:
    rows = [["Parent", f"The roof leaks in room {n}, again and again."] for n in range(3)]
    data = files.csv_bytes(
        ["Role", "Comment"], *rows, ["I clean the hall where Ms. Tallow shouts", "Please look into it."]
    )
    found = draft("x.csv", data)
    assert uses(found)["Role"] == "role"
    assert "Tallow" not in draft_toml(found)


def test_ambiguous_dates_are_left_to_a_person() -> None:
    data = files.csv_bytes(
        ["Date", "Comment"], ["3/4/2025", "Later buses would help us all."], ["5/6/2025", "More books."]
    )
    found = draft("x.csv", data)
    text = draft_toml(found).replace('channel = "?"', 'channel = "other"')
    with pytest.raises(InputError, match="day_first"):
        load_profile(text, "x.toml")
    for answer, day in (("true", "2025-04-03"), ("false", "2025-03-04")):
        kept = by_profile(load_profile(text.replace('"?"', answer), "x.toml"), data).contributions
        assert kept["received_at"][0].startswith(day)


def test_only_tables_are_drafted() -> None:
    with pytest.raises(InputError, match="docx"):
        draft("x.docx", files.tour_docx())
    with pytest.raises(InputError):
        draft("x.csv", b"")


PLAIN = """
name = "plain"
channel = "other"
[[column]]
header = "Comment"
use = "text"
[[column]]
header = "Who"
use = "role"
values = { "Mum" = "family" }
"""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("channel =", "chanel =", ["“chanel”", "Did you mean channel?"]),
        ('channel = "other"', 'channel = "?"', ["`channel` is still", "town_hall"]),
        ('channel = "other"', 'channel = "town-hall"', ["Did you mean town_hall?"]),
        ('channel = "other"', 'channel = "best_practices"', ["not in the list"]),
        ('channel = "other"', "channel = 3", ["`channel` is not text"]),
        ('name = "plain"', 'name = "../plain"', ["`name`"]),
        ('use = "text"', 'use = "texts"', ["“texts”", "Did you mean text?", "“Comment”"]),
        ('use = "text"', 'use = "?"', ["`use` is still", "“Comment”"]),
        ('use = "text"', 'use = "ignore"', ["No column is text"]),
        ('use = "text"', 'use = "date"', ["`day_first` is still"]),
        ('use = "text"', 'use = "date"\nday_first = true\ndate_format = "%d %H:%M"', ["`date_format`"]),
        ('use = "text"', 'use = "seed"', ["`yes` lists no words"]),
        ('use = "text"', 'use = "speaker_kind"', ["`values` is empty"]),
        ('"family"', '"famly"', ["“famly”", "Did you mean family?", "“Who”"]),
        ('"family"', '"?"', ["`Mum` is still"]),
        ('header = "Who"', 'header = "COMMENT"', ["named twice"]),
        ('header = "Who"', "", ["no `header`"]),
        ("[[column]]", "[[columns]]", ["“columns”"]),
        ('use = "role"', 'use = "role"\nprompt = "x"', ["“prompt”"]),
        ('use = "text"', 'use = "role"', ["More than one column is role"]),
        ('channel = "other"', 'channel = "other"\nheader_rows = 3', ["`header_rows`"]),
        ('channel = "other"', 'channel = "other"\ncount_marks = "yes"', ["`count_marks`"]),
        ('channel = "other"', 'channel = "other"\nlayout = "lets_talk"', ["“text”"]),
        ("[[column]]", "[[column]", ["not TOML", "line"]),
    ],
)
def test_strict_errors_name_the_file_the_key_and_what_to_do(old: str, new: str, words: list[str]) -> None:
    load_profile(PLAIN, "plain.toml")
    with pytest.raises(InputError) as caught:
        load_profile(PLAIN.replace(old, new), "plain.toml")
    message = str(caught.value)
    assert "file plain.toml" in message
    assert caught.value.do
    assert caught.value.exit_code == 2
    for word in words:
        assert word in message


def test_no_columns_and_a_layout_that_lacks_one() -> None:
    with pytest.raises(InputError, match="no columns"):
        load_profile('name = "x"\nchannel = "other"\n', "x.toml")
    text = 'name = "x"\nchannel = "other"\nlayout = "thoughtexchange"\n[[column]]\nheader = "Idea"\nuse = "Thought"\n'
    with pytest.raises(InputError, match="Star rating, Raters"):
        load_profile(text, "x.toml")


def test_a_profile_knows_its_file_again_and_names_what_changed() -> None:
    profile = load_profile(PLAIN, "plain.toml")
    profile = replace(profile, columns=(*profile.columns, Column("Zone", Use.IGNORE)))
    assert profile.fits(["who ", "COMMENT:", "Zone"])
    assert profile.fits(["Comment", "Who"])  # an ignored column may be absent
    drift = profile.drift(["Comments", "Who", "Extra"])
    assert drift.missing == ("Comment",)
    assert drift.renamed == (("Comment", "Comments"),)
    assert "“Comment” is missing (perhaps renamed to “Comments”)" in str(drift)
    assert "“Extra” is not in the profile" in str(drift)


@pytest.mark.parametrize(
    ("head", "row", "words"),
    [
        (["Comments", "Who"], ["The roof", "Mum"], ["“Comment” is missing", "“Comments”"]),
        (["Comment", "Who", "Phone"], ["The roof", "Mum", "555"], ["“Phone” is not in the profile"]),
        (["Comment"], ["The roof"], ["“Who” is missing"]),
    ],
)
def test_drift_from_a_profile_stores_nothing_and_names_columns(
    head: list[str], row: list[str], words: list[str]
) -> None:
    profile = load_profile(PLAIN, "plain.toml")
    data = files.csv_bytes(head, row)
    for reading in (lambda: by_profile(profile, data), lambda: read(data, profile)):
        with pytest.raises(SchemaDrift) as caught:
            reading()
        for word in words:
            assert word in str(caught.value)
        assert "plain" in str(caught.value)
        assert "The roof" not in str(caught.value)


def test_moved_columns_a_preamble_and_case_read_the_same() -> None:
    profile = load_profile(PLAIN, "plain.toml")
    plain = by_profile(profile, files.csv_bytes(["Comment", "Who"], ["The roof leaks", "mum "]))
    moved = by_profile(profile, files.csv_bytes(["Report"], ["WHO", "comment:"], ["mum ", "The roof leaks"]))
    columns = ["text_raw", "role", "identity", "record_key", "valence", "prompt_text"]
    assert plain.contributions[columns].equals(moved.contributions[columns])
    assert plain.contributions["role"].tolist() == ["family"]


def test_known_layouts_come_before_profiles_and_two_that_fit_are_refused() -> None:
    profile = load_profile(PLAIN, "plain.toml")
    data = files.csv_bytes(["Comment", "Who"], ["The roof leaks", "Mum"])
    assert read(data, profile).layout == "profile:plain"
    with pytest.raises(InputError, match="plain, other"):
        read(data, profile, replace(profile, name="other"))
    with pytest.raises(SchemaDrift, match="fit no known layout"):
        read(data)
    assert read(files.thoughtexchange(), profile).layout == "thoughtexchange"
    unrelated = files.csv_bytes(["A", "B"], ["1", "2"])
    with pytest.raises(SchemaDrift, match="fit no known layout"):
        read(unrelated, profile)


def test_a_drifted_sheet_among_fitting_ones_refuses_the_workbook() -> None:
    profile = load_profile(PLAIN, "plain.toml")
    data = files.xlsx_bytes(A=[["Comment", "Who"], ["Roof", "Mum"]], B=[["Remark", "Who"], ["Bus", "Mum"]])
    with pytest.raises(SchemaDrift, match="“Comment” is missing") as caught:
        by_profile(profile, data)
    assert "sheet B" in str(caught.value)
    with pytest.raises(SchemaDrift, match="“C”"):
        by_profile(replace(profile, sheet="C"), data)
    only = by_profile(replace(profile, sheet="A"), data)
    assert (len(only.contributions), reasons(only)) == (1, {"heading_or_layout": 2})


def test_every_field_is_read_as_the_profile_says() -> None:
    head = ["t", "id", "nr", "site", "event", "lang", "stars", "raters", "up", "down", "seed", "kind", "priv", "grade"]
    row = ["The gym floor", "p7", "r1", "Pell", "Night", "en", "4,5", "1,200", "12", "3", "", "public", "YES", "7"]
    data = files.csv_bytes(
        head, row,
        ["By us", "p8", "r2", *row[3:10], "Seed", "public", "", ""],
        ["By staff", "p8", "r3", *row[3:10], "", "ours", "", ""],
        ["Bad stars", "p8", "r4", *row[3:6], "6", *row[7:10], "", "public", "", ""],
        ["Bad count", "p8", "r5", *row[3:8], "many", "3", "", "public", "", ""],
        ["one cell"],
    )  # fmt: skip
    kinds = [Use.TEXT, Use.PERSON_ID, Use.RECORD_KEY, Use.SITE, Use.EVENT, Use.LANGUAGE, Use.STARS, Use.RATERS,
             Use.AGREES, Use.DISAGREES, Use.SEED, Use.SPEAKER, Use.PRIVATE, Use.GRADE]  # fmt: skip
    given = {
        Use.SEED: {"yes": ("seed",)},
        Use.PRIVATE: {"yes": ("yes",)},
        Use.SPEAKER: {"values": (("public", "community"), ("ours", "staff"))},
        Use.TEXT: {"prompt": "What next?", "valence": Valence.NEGATIVE},
    }
    columns = tuple(Column(header, use, **given.get(use, {})) for header, use in zip(head, kinds, strict=True))
    profile = load_profile(profile_toml(Profile("all", Channel.OTHER, columns)), "all.toml")
    kept = by_profile(profile, data)
    one = kept.contributions.iloc[0]
    assert (one["site"], one["event"], one["grade_band"], one["prompt_text"]) == ("Pell", "Night", "7", "What next?")
    assert (one["stars"], one["raters"], one["agrees"], one["disagrees"]) == (4.5, 1200, 12, 3)
    assert (one["is_private"], one["identity"], one["valence"]) == (True, "respondent:profile:all:p7", "negative")
    assert len(kept.contributions) == 1
    assert reasons(kept) == {"organiser_seed": 1, "staff_turn": 1, "broken_row": 3}
    assert kept.set_aside.loc[kept.set_aside["reason"] == "broken_row", "column"].tolist() == ["G", "I", ""]


def test_two_people_in_the_same_words_on_one_day_stay_two() -> None:
    columns = (Column("d", Use.DATE, day_first=False), Column("t", Use.TEXT))
    data = files.csv_bytes(["d", "t"], ["2025-10-14", "Smaller classes"], ["2025-10-14", "Smaller classes"])
    kept = by_profile(Profile("p", Channel.OTHER, columns), data).contributions
    assert kept["record_key"].tolist() == ["", ""]
    assert kept["contribution_id"].nunique() == 2


_HOSTILE = st.text(
    st.one_of(
        st.characters(codec="utf-8"), st.sampled_from("\"'\\\n\r\t\0\x1b\x7f\x85\u2028\u202e\ufeff\U000e0041#=[]{}?")
    ),
    min_size=1,
    max_size=30,
)
_HEADERS = st.lists(st.one_of(_HOSTILE, _HOSTILE.map(lambda text: text * 400)), min_size=1, max_size=6)


def _columns(headers: tuple[str, ...], word: str, use: Use) -> tuple[Column, ...]:
    values = ((word, Role.FAMILY.value),) if use is Use.ROLE else ((word, SpeakerKind.STAFF.value),)
    rest = tuple(Column(header, Use.IGNORE) for header in headers[2:])
    second = Column(
        headers[1],
        use,
        values=values if use in (Use.ROLE, Use.SPEAKER) else (),
        yes=(word,) if use in FLAGS else (),
        day_first=True if use is Use.DATE else None,
    )
    return (Column(headers[0], Use.TEXT, prompt=word, valence=Valence.POSITIVE), second, *rest)


@settings(max_examples=200, deadline=None)
@given(
    headers=_HEADERS,
    word=_HOSTILE.filter(lambda text: text.strip() and text != "?"),
    use=st.sampled_from([use for use in Use if use not in (Use.UNDECIDED, Use.FIELD, Use.TEXT)]),
    sheet=_HOSTILE,
)
def test_any_profile_reads_back_from_its_toml(headers: list[str], word: str, use: Use, sheet: str) -> None:
    unique = headers_of([*headers, "last"], None, [Row(2, ("x",) * (len(headers) + 1))])
    profile = Profile("p", Channel.OTHER, _columns(unique, word, use), sheet=sheet)
    assert load_profile(profile_toml(profile, lambda key: ("a comment",)), "p.toml") == profile


@settings(max_examples=60, deadline=None)
@given(headers=_HEADERS)
def test_any_header_is_drafted_completed_and_fits_its_own_file(headers: list[str]) -> None:
    names = [re.sub(r"[\x00-\x08\x0b-\x1f]", "", header) for header in headers]  # a text file may hold few of them
    data = files.csv_bytes(
        [*names, "Remark"], *[["word"] * len(names) + [f"The roof leaks in room {n}."] for n in (1, 2)]
    )
    found = draft("x.csv", data)
    text = draft_toml(found)
    if found.undecided() or found.profile.channel is None:
        with pytest.raises(InputError):
            load_profile(text, "x.toml")
    columns = tuple(Column(column.header, Use.IGNORE) for column in found.profile.columns[:-1])
    last = replace(found.profile.columns[-1], use=Use.TEXT, prompt="", values=(), yes=(), day_first=None)
    profile = replace(found.profile, channel=Channel.OTHER, columns=(*columns, last))
    assert load_profile(profile_toml(profile), "x.toml") == profile
    kept = by_profile(profile, data)
    assert kept.rows_in == found.rows
