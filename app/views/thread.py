"""From voice to plan, and from plan to voice: which themes the plan answers and where, and what hangs in the air."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pandas as pd
import streamlit as st

from app import data
from app.parts.words import counted, people, plain

_COLUMNS = {
    "Direction": ("mission", "student_performance_statement", "enduring_value", "strategic_boundary"),
    "Strategies": ("strategy",),
    "Action plans": ("action_plan",),
    "Scheduled": ("implementation_item",),
}
_WHOLE = {"mission": "Mission", "student_performance_statement": "Student performance statement"}


def show() -> None:
    """Show what each theme led to, what found no home, what no voice stands behind, and where the plan falls apart."""
    run = data.run()
    st.title("From voice to plan")
    report = data.trace(run.manifest.run_id)
    if not report["columns"]:
        st.write("No plan records yet. Import the plan workbook; this page then shows which themes it answers.")
        st.code("synthesis plan import WORKBOOK.xlsx", language="shell")
        return
    answered = [theme for theme in report["themes"] if theme["links"]]
    refused = [theme for theme in report["themes"] if theme["refused"]]
    only_refused = sum(not theme["links"] for theme in refused)
    open_ones = [theme for theme in report["themes"] if not theme["refused"] and not theme["links"]]
    st.write(
        f"The plan names **{len(answered)} of {len(report['themes'])} themes**. To {only_refused:,} more it says no, with a reason; "
        f"without an answer: {len(open_ones)}."
    )
    matrix, astray, coherent = st.tabs(["What each theme led to", "What hangs in the air", "Does it hold together?"])
    with matrix:
        _matrix(report)
    with astray:
        _in_the_air(report, open_ones, refused)
    with coherent:
        _coherence(run.manifest.run_id)


def _matrix(report: dict[str, Any]) -> None:
    """Show for each theme, in the order of priority, where the plan names it."""
    linked = {answer["kind"] for theme in report["themes"] for answer in theme["answered_by"]}
    columns = {name: kinds for name, kinds in _COLUMNS.items() if linked & set(kinds)}
    rows = []
    for theme in report["themes"]:
        named = {
            name: [_WHOLE.get(each["kind"], each["id"]) for each in theme["answered_by"] if each["kind"] in kinds]
            for name, kinds in columns.items()
        }
        rows.append(
            {
                "Rank": theme["rank"],
                "Theme": plain(theme["name"]),
                "Spoke to it": people(theme["people_low"], theme["people_high"]),
                **{name: plain(", ".join(ids)) or "–" for name, ids in named.items()},
                "Refused": _refused(theme),
            }
        )
    st.table(pd.DataFrame(rows).set_index("Rank"))
    st.caption(
        "V values, B boundaries, S strategies, AP action plans, as they are numbered in the plan. One is named where it, or a part of it, is linked "
        "to the theme, its strands or ideas of it. Why something is refused stands under “What hangs in the air”."
    )


def _refused(theme: dict[str, Any]) -> str:
    """Say whether the plan refuses what a theme asks for, all of it or a part."""
    if not theme["refused"]:
        return "–"
    return "in part, with a reason" if theme["links"] else "with a reason"


def _in_the_air(report: dict[str, Any], open_ones: list[dict[str, Any]], refused: list[dict[str, Any]]) -> None:
    """Show themes and comments that nothing answers, and elements behind which no voice stands."""
    home = report["no_home"]
    st.subheader("Said, and not answered")
    for theme in open_ones:
        spoke = people(theme["people_low"], theme["people_high"])
        st.markdown(f"- **{plain(theme['name'])}**, rank {theme['rank']:,}, {plain(spoke)}")
    if not open_ones:
        st.write("Every theme is named by the plan, or refused with a reason.")
    st.write(
        f"{counted(home['contributions'], 'comment')} with {counted(home['ideas'], 'idea')} stand in themes that nothing in the plan names; "
        f"{counted(home['unclear'], 'idea')} of them fit no theme well. Rows that were set aside from the analysis, and why, stand in the ledger."
    )
    st.subheader("Said, and refused with a reason")
    for theme in refused:
        st.markdown(f"- **{plain(theme['name'])}**: {plain(theme['refused'])}")
    if not refused:
        st.write("The plan refuses nothing.")
    st.subheader("Planned, and asked for by nobody")
    for element in report["no_voice"]:
        st.markdown(f"- **{plain(element['label'])}**: {plain(element['text'])}")
    if not report["no_voice"]:
        st.write("A voice, an idea or research stands behind every element of the plan.")
    for link in report["astray"]:
        st.warning(plain(f"{counted(link['links'], 'link')} to theme {link['theme_id']}: {link['happened']}"))


def _coherence(run_id: str) -> None:
    """Show the findings of the coherence rules, by rule; those that the committee accepted with its reason."""
    findings = data.coherence(run_id)
    waiting = [finding for finding in findings if finding["accepted"] is None]
    st.write(
        f"{len(waiting)} to look at, {len(findings) - len(waiting):,} accepted with a reason. "
        "They are found by written rules: each is for a person to judge."
    )
    for asks, of_rule in groupby(findings, key=lambda finding: finding["asks"]):
        st.subheader(plain(asks))
        for finding in of_rule:
            with st.container(border=True):
                st.text(_sentence(finding["problem"]))
                records = ", ".join(f"{kind.replace('_', ' ')} {name}" for kind, name in finding["records"])
                st.caption(plain(f"{records} · {finding['key']}"))
                if finding["accepted"]:
                    said = finding["accepted"]
                    st.caption(plain(f"Accepted by {said['by']} on {said['on']:%-d %b %Y}: {said['reason']}"))
    if findings:
        st.caption("Accepted with: synthesis plan accept KEY --because REASON --as NAME")


def _sentence(text: str) -> str:
    """Return a finding as a sentence."""
    return f"{text[:1].upper()}{text[1:]}."
