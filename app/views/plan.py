"""The plan: all twelve steps, and each element beside the themes that it answers."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd
import streamlit as st

from app import data
from app.parts.words import day, plain
from synthesis import actions

_STATUS = {"done": "Done", "in_progress": "In progress", "not_started": "Not started"}


def show() -> None:
    """Show the plan records in the order of the steps."""
    run = data.run()
    plan, links, _ = data.plan(run.manifest.run_id)
    st.title("The plan")
    if not plan.of("step"):
        st.write("No plan records yet. Import the plan workbook; this page then shows it beside the themes.")
        st.code("synthesis plan import WORKBOOK.xlsx", language="shell")
        return
    for cycle in plan.of("plan_cycle"):
        st.caption(plain(f"{cycle.title}, {cycle.start:%B %Y} to {cycle.end:%B %Y}"))
    steps, direction, people, plans, progress = st.tabs(
        ["Twelve steps", "Direction", "Committee and teams", "Action plans", "Schedule and updates"]
    )
    with steps:
        _steps(plan)
    with direction:
        _direction(run, plan, links)
    with people:
        _people(plan)
    with plans:
        _plans(plan)
    with progress:
        _progress(plan)


def _steps(plan: Any) -> None:
    """Show where each of the twelve steps stands."""
    rows = [
        (s.number, plain(s.title), _STATUS[s.status], day(s.started), day(s.finished), plain(s.note))
        for s in plan.of("step")
    ]
    st.table(pd.DataFrame(rows, columns=["Step", "What", "Status", "Started", "Finished", "Note"]).set_index("Step"))


def _direction(run: actions.PublishedRun, plan: Any, links: dict[str, str]) -> None:
    """Show the direction's elements with the themes behind them."""
    themes = {theme.theme_id: theme for theme in run.all_themes()}
    by_source: dict[tuple[str, str], list[Any]] = {}
    for link in plan.of("evidence_link"):
        by_source.setdefault((link.source_kind, link.source_id), []).append(link)

    def element(title: str, text: str, key: tuple[str, str]) -> None:
        with st.container(border=True):
            if title:
                st.markdown(f"**{plain(title)}**")
            st.text(text)
            behind = [link for link in by_source.get(key, []) if link.id in links]
            for link in behind:
                theme = themes[links[link.id]]
                if st.button(
                    f"From theme: {plain(theme.name)}", key=f"link_{link.id}", type="tertiary", icon=":material/link:"
                ):
                    st.session_state["theme"] = theme.theme_id
                    st.query_params["theme"] = theme.theme_id
                    st.switch_page(st.session_state["pages"]["theme"])
                st.caption(plain(link.note))
            if not behind:
                st.caption("No theme is linked to this.")

    for version in plan.of("direction"):
        st.caption(f"Version {plain(version.version)}, {plain(version.status.replace('_', ' '))}")
        element("Mission", version.mission, ("mission", version.id))
        element(
            "Student performance statement",
            version.student_performance_statement,
            ("student_performance_statement", version.id),
        )
    st.subheader("Strategies")
    for strategy in plan.of("strategy"):
        element(f"Strategy {strategy.number}", strategy.text, ("strategy", strategy.id))
    st.subheader("Enduring values")
    for value in plan.of("enduring_value"):
        element("", value.text, ("enduring_value", value.id))
    st.subheader("Strategic boundaries")
    for boundary in plan.of("strategic_boundary"):
        element("", boundary.text, ("strategic_boundary", boundary.id))


def _people(plan: Any) -> None:
    """Show the committee's seats and the teams."""
    st.subheader(f"The committee: {len(plan.of('committee_member'))} seats")
    rows = [
        (
            plain(m.person),
            m.role.replace("_", " "),
            actions.ROLE_NAMES.get(m.stakeholder_role, m.stakeholder_role),
            plain(m.school),
        )
        for m in plan.of("committee_member")
    ]
    st.table(pd.DataFrame(rows, columns=["Member", "Seat", "Stands for", "School"]).set_index("Member"))
    st.subheader("Action planning teams")
    sizes = Counter(member.team for member in plan.of("team_member"))
    strategies = plan.by_id("strategy")
    rows = [(plain(strategies[t.strategy].text), sizes[t.id], plain(", ".join(t.co_chairs))) for t in plan.of("team")]
    st.table(pd.DataFrame(rows, columns=["Strategy", "Members", "Co-chairs"]).set_index("Strategy"))
    for finding in actions.plan_findings(plan):
        st.warning(plain(f"{finding.kind.replace('_', ' ')} {finding.record_id}: {finding.problem}"))


def _plans(plan: Any) -> None:
    """Show every action plan with its steps, by strategy."""
    for strategy in plan.of("strategy"):
        st.subheader(plain(f"{strategy.number}. {strategy.text}"))
        for item in (p for p in plan.of("action_plan") if p.strategy == strategy.id):
            with st.expander(f"{plain(item.specific_result)} — {item.status.replace('_', ' ')}"):
                st.caption(plain(f"Responsible: {item.responsible}"))
                steps = [
                    (s.number, plain(s.text), plain(s.assigned_to), day(s.due), s.status.replace("_", " "))
                    for s in plan.of("action_step")
                    if s.plan == item.id
                ]
                st.table(
                    pd.DataFrame(steps, columns=["Step", "What", "Assigned to", "Due", "Status"]).set_index("Step")
                )
                for review in (r for r in plan.of("coherence_review") if r.plan == item.id):
                    st.caption(plain(f"Coherence review {day(review.date)}: {review.outcome}. {review.note}"))


def _progress(plan: Any) -> None:
    """Show the schedule with each item's last status, and the monthly updates."""
    updates = sorted(plan.of("progress_update"), key=lambda u: u.period)
    last = {update.item: update for update in updates}
    plans = plan.by_id("action_plan")
    rows = []
    for item in plan.of("implementation_item"):
        update = last.get(item.id)
        state = f"{update.status.replace('_', ' ')}, {update.percent} %" if update else "no update yet"
        rows.append(
            (plain(plans[item.plan].specific_result), item.school_year, plain(item.owner), day(item.due), state)
        )
    st.subheader("Implementation schedule")
    st.table(pd.DataFrame(rows, columns=["Result", "School year", "Owner", "Due", "Last status"]).set_index("Result"))
    st.subheader("Monthly updates")
    periods = sorted({update.period for update in updates}, reverse=True)
    if not periods:
        st.write("No update has been published yet.")
        return
    period = st.selectbox("Month", periods, key="update_period")
    owners = plan.by_id("implementation_item")
    for update in (u for u in updates if u.period == period):
        result = plans[owners[update.item].plan].specific_result
        with st.expander(f"{plain(result)} — {update.status.replace('_', ' ')}, {update.percent} %"):
            for title, lines in (("Successes", update.successes), ("Road blocks", update.roadblocks)):
                if lines:
                    st.markdown(f"**{title}**")
                    st.text("\n".join(f"• {line}" for line in lines))
            for change in update.changes:
                st.caption(plain("Change: " + "; ".join(f"{name} {value}" for name, value in change.items())))
            if update.next_steps:
                st.caption(plain(f"Next: {update.next_steps}"))
