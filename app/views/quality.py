"""How good the themes are: first what a committee asks, then every rule, pair, curve and code behind the answers."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from app import data
from app.parts.curves import discovery_curves
from app.parts.words import breakable, plain
from synthesis.errors import SynthesisError

_PAIRS = 10
_BADGES = {
    "yes": "green",
    "hardly": "green",
    "not at all": "green",
    "mostly": "blue",
    "a little": "blue",
    "not known": "gray",
}
_LEVELS = {"strand": "Strands", "theme": "Themes"}
_CHANNELS = "All channels"


def show() -> None:
    """Show how good the themes of the published run are."""
    run = data.run()
    st.title("How good are the themes")
    try:
        report = data.quality(run.manifest.run_id)
    except SynthesisError as error:
        st.error(plain(str(error)))
        return
    st.write(
        f"A program put {len(run.ideas):,} ideas into {len(run.themes)} themes. This page says how far to trust that. "
        "“Likely” and brackets hold the true figure nine times of ten."
    )
    for entry in report["questions"]:
        _answer(entry)
    st.subheader("Each theme against the rules")
    _rules(report)
    st.subheader("The pairs that are most alike")
    _pairs(report)
    st.subheader("Would more listening bring anything new?")
    _listening(report)
    st.subheader("Since the run before")
    _changes(report)
    st.subheader("People and the program")
    _coding(report["coding"])


def _answer(entry: dict[str, str]) -> None:
    """Show one question with its verdict and answer."""
    with st.container(border=True):
        colour = _BADGES.get(entry["verdict"], "orange")
        st.markdown(f"**{plain(entry['question'])}** :{plain(colour)}-badge[{plain(entry['verdict'])}]")
        st.markdown(plain(entry["answer"]))


def _rules(report: dict[str, Any]) -> None:
    """Show how many themes meet each rule, how each theme stands, and every figure of one theme."""
    st.table(
        pd.DataFrame(
            {
                "Rule": [plain(rule["title"]) for rule in report["rules"]],
                "Themes that meet it": [f"{rule['met']} of {rule['of']}" for rule in report["rules"]],
                "What it asks": [plain(rule["asks"]) for rule in report["rules"]],
            }
        ).set_index("Rule")
    )
    themes = {theme["theme_id"]: theme for theme in report["themes"]}
    chosen = st.selectbox(
        "Every figure of one theme",
        list(themes),
        format_func=lambda theme_id: themes[theme_id]["name"],
        key="quality_theme",
    )
    st.table(
        pd.DataFrame(
            {
                "Rule": [plain(rule["title"]) for rule in report["rules"]],
                "Met": [_met(entry) for entry in themes[chosen]["rules"]],
                "Figure, and where it likely lies": [plain(entry["says"]) for entry in themes[chosen]["rules"]],
            }
        ).set_index("Rule")
    )
    with st.expander("All themes"):
        st.table(
            pd.DataFrame(
                {
                    "Theme": [plain(theme["name"]) for theme in report["themes"]],
                    "How it stands": [plain(theme["says"]) for theme in report["themes"]],
                }
            ).set_index("Theme")
        )


def _met(entry: dict[str, Any]) -> str:
    """Return whether a rule is met, and whether its bar lies inside the figure's interval."""
    if entry["met"]:
        return "yes" if entry["sure"] else "yes, only just"
    return "no" if entry["sure"] else "no, though close"


def _pairs(report: dict[str, Any]) -> None:
    """Show the pairs of themes that a reader may take for one another."""
    pairs = report["pairs"][:_PAIRS]
    if not pairs:
        st.write("There is a single theme.")
        return
    st.table(
        pd.DataFrame(
            {
                "Themes": [plain(" / ".join(pair["names"])) for pair in pairs],
                "Alike (1 is the same)": [_range(pair, "alike", ".2f") for pair in pairs],
                "Ideas that fit the other as well": ["; ".join(_fits(pair)) or "–" for pair in pairs],
            }
        ).set_index("Themes")
    )
    st.caption("A steward can make one theme of two: they then stay one in every later run.")


def _fits(pair: dict[str, Any]) -> list[str]:
    names = dict(zip(pair["theme_ids"], pair["names"], strict=True))
    return [
        plain(f"{fit['share']:.0%} ({fit['low']:.0%} to {fit['high']:.0%}) of {names[fit['theme_id']]}")
        for fit in pair["fits"]
    ]


def _range(entry: dict[str, Any], key: str, form: str) -> str:
    """Return a figure with its interval as text."""
    if entry[key] is None:
        return "–"
    return plain(f"{entry[key]:{form}} ({entry[f'{key}_low']:{form}} to {entry[f'{key}_high']:{form}})")


def _listening(report: dict[str, Any]) -> None:
    """Show what was raised by so many voices, of the channels or of the sessions of one channel, and what more would raise."""
    left, right = st.columns(2)
    level = left.radio("Count", list(_LEVELS), format_func=_LEVELS.__getitem__, horizontal=True, key="quality_level")
    rows = [row for row in report["coverage"] if row["level"] == level]
    channels = {row["channel"]: row["part"] for row in rows if row["scope"] == "channel"}
    chosen = right.selectbox(
        "Curves of",
        [_CHANNELS, *channels],
        format_func=lambda channel: _CHANNELS if channel == _CHANNELS else f"the sessions of {channels[channel]}",
        key="quality_channel",
    )
    inside = [
        row
        for row in rows
        if (
            row["scope"] == "channel" if chosen == _CHANNELS else row["scope"] == "session" and row["channel"] == chosen
        )
    ]
    shown = [row for row in inside if row["shown"]]
    if shown:
        points = pd.DataFrame(report["discovery"])
        parts = pd.DataFrame(shown)[["level", "scope", "channel", "session", "part"]]
        frame = parts.merge(points, on=["level", "scope", "channel", "session"], how="left", sort=False)
        discovery_curves(frame, unit="voices", level=_LEVELS[level].lower(), key="quality_curves")
        st.table(_covered(shown))
    if len(shown) < len(inside):
        st.caption(f"{len(inside) - len(shown):,} of {len(inside)} are not shown: too few took part.")
    for row in rows:
        if row["scope"] in ("all", "sessions") and row["shown"]:
            st.markdown(f"- {plain(row['says'])}")
    st.caption(plain(report["limit"]))


def _covered(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return coverage and what is to come as a table."""
    return pd.DataFrame(
        {
            "Where": [breakable(plain(row["part"])) for row in rows],
            "Voices": [f"{row['units']:,}" for row in rows],
            "Raised": [f"{row['raised']:,} of {row['published']:,}" for row in rows],
            "Said before, of what the next voice says": [_range(row, "coverage", ".0%") for row in rows],
            "New to be expected": [
                plain(
                    f"{row['next_new']:.1f} ({row['next_low']:.1f} to {row['next_high']:.1f}) from {row['step']:,} more"
                )
                for row in rows
            ],
        }
    ).set_index("Where")


def _changes(report: dict[str, Any]) -> None:
    """Show what became of each theme."""
    if not report["changes"]:
        st.write("This is the first run: there is nothing to compare with.")
        return
    stayed = [row for row in report["changes"] if row["change"] == "kept" and not row["weak"]]
    others = report["changes"][: len(report["changes"]) - len(stayed)]
    if others:
        st.table(_became(others))
    if stayed:
        with st.expander(f"{len(stayed):,} themes that stayed"):
            st.table(_became(stayed))


def _became(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return what became of themes as a table."""
    names, said = ([plain(row[key]) for row in rows] for key in ("name", "says"))
    return pd.DataFrame({"Theme": names, "What became of it": said}).set_index("Theme")


def _coding(coded: dict[str, Any]) -> None:
    """Show how far coders agree with the program, theme by theme, or how to get codes."""
    if not coded["agreement"]:
        st.write(
            "Nobody has coded ideas yet. Let two people put the same random sample of ideas into themes, each for themselves: the sheet does not "
            "show where the program put them."
        )
        st.code(
            'synthesis coding export sheet.xlsx\nsynthesis coding import sheet.xlsx --by "A. Coder" --reason "meeting of 3 March"',
            language="shell",
        )
        return
    for entry in coded["agreement"]:
        st.markdown(f"- {plain(entry['says'])}")
    st.table(
        pd.DataFrame(
            {
                "Theme": [plain(theme["name"]) for theme in coded["themes"]],
                "Program": [f"{theme['program']:,}" for theme in coded["themes"]],
                "People": [f"{theme['coders']:,}" for theme in coded["themes"]],
                "Both": [f"{theme['both']:,}" for theme in coded["themes"]],
            }
        ).set_index("Theme")
    )
    st.caption(
        "Codes of the sample, of all coders together: where the program put the idea, where people put it, where both put it."
    )
    names = {theme["theme_id"]: theme["name"] for theme in coded["themes"]}
    if coded["confusions"]:
        st.markdown("**Where people and program part most often**")
        for entry in coded["confusions"]:
            said = (
                f"“{names.get(entry['coders'], entry['coders'])}”" if entry["coders"] in names else "none of the themes"
            )
            st.markdown(
                f"- {entry['times']:,} times: program “{plain(names.get(entry['program'], entry['program']))}”, people {plain(said)}"
            )
