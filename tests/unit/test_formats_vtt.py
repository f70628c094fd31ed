"""Captions as meeting software and people's editors leave them: no spoken word is lost, no cue number is speech."""

from __future__ import annotations

import pytest

from synthesis.formats.vtt import looks_like_vtt, read_vtt


def cues(text: str) -> list[tuple[str, str, str, str]]:
    return [(cue.start, cue.end, cue.speaker, cue.text) for cue in read_vtt(text.encode(), "x.vtt")]


def test_header_note_style_and_region_blocks_are_no_speech() -> None:
    text = "WEBVTT - town hall\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nNOTE a comment\nover two lines\n\n"
    assert cues(text + "REGION\nid:x\n\n00:01.000 --> 00:02.000\nNote this\n") == [
        ("00:01.000", "00:02.000", "", "Note this")
    ]


@pytest.mark.parametrize("line", ["00:00:01.000 -->", "00:00:01.000 --> ", "00:00:01.000-->"])
def test_a_missing_end_time(line: str) -> None:
    assert cues(f"WEBVTT\n\n1\n{line}\nAnn: words\n") == [("00:00:01.000", "", "", "Ann: words")]


@pytest.mark.parametrize("line", ["--> 00:00:02.000", "00:00:0x.000 --> 00:00:09.000 align:start", "99 --> 1"])
def test_times_that_cannot_be_read_leave_the_words(line: str) -> None:
    assert [cue[3] for cue in cues(f"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\none\n\n2\n{line}\ntwo\n")] == [
        "one",
        "two",
    ]
    assert cues(f"WEBVTT\n\n{line}\ntwo\n")[0][:2] == ("", "")


def test_no_blank_line_between_cues() -> None:
    text = "WEBVTT\n\n1\n00:01.000 --> 00:02.000\none\n2\n00:02.000 --> 00:03.000\ntwo\n504\n"
    text += "3\n00:03.000 --> 00:04.000\nadded\n8d2f01aa-11/13-0\n00:04.000 --> 00:05.000\nfive\n"
    assert [cue[3] for cue in cues(text)] == ["one", "two 504", "added", "five"]


def test_text_behind_a_blank_line_is_a_cue_of_its_own() -> None:
    text = "WEBVTT\n\n1\n00:01.000 --> 00:02.000\none\n\nand more\n\n2\n00:02.000 --> 00:03.000\ntwo\n"
    assert [cue[3] for cue in cues(text)] == ["one", "and more", "two"]


def test_an_arrow_in_speech_is_speech() -> None:
    assert [cue[3] for cue in cues("WEBVTT\n\n00:01.000 --> 00:02.000\nfrom A --> B\nthen C\n")] == [
        "from A --> B then C"
    ]


def test_captions_in_srt_form_and_old_line_ends() -> None:
    assert looks_like_vtt("1\n00:00:01,000 --> 00:00:02,000\nx\n")
    assert [
        cue[3] for cue in cues("1\r00:00:01,000 --> 00:00:02,000\rone\r\r2\r00:00:02,000 --> 00:00:03,000\rtwo\r")
    ] == [
        "one",
        "two",
    ]


def test_entities_and_tags() -> None:
    assert cues("WEBVTT\n\n00:01.000 --> 00:02.000\n<v.a Ann &amp; Bo>R&amp;D <00:01.500><c.x>now</c> 2 < 3\n") == [
        ("00:01.000", "00:02.000", "Ann & Bo", "R&D now 2 < 3")
    ]
