"""The verbs, one function each: what the command line, the pipelines and the app call.

Nothing is imported before it is used: the app and the reading verbs never load the theme engine.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from synthesis.actions.report import (
    CHANNEL_NAMES,
    LANGUAGE_NAMES,
    ROLE_NAMES,
    SIDE_LIMITS,
    ledger_report,
    ledger_rows,
    priority_report,
    quote_source,
    side_rows,
    sided,
    themes_report,
)
from synthesis.groups import GroupCount, counts_by, minimum_cell, not_shown, people_among, who_said
from synthesis.published import PublishedRun
from synthesis.store.runs import current_run_id, read_run

if TYPE_CHECKING:
    from synthesis.actions.acting import actors, as_any, end_office, give_office, offices
    from synthesis.actions.acts import board_record
    from synthesis.actions.balloting import (
        ballot_paper,
        ballot_result,
        ballots,
        cast_ranking,
        open_ballot,
        reveal_ballot,
        seal_ballot,
    )
    from synthesis.actions.coding import coding_report, export_coding, import_coding, withdraw_codes
    from synthesis.actions.coherence import plan_coherence
    from synthesis.actions.comparing import changes_since, comparisons, practices
    from synthesis.actions.editing import (
        Editor,
        adopt_themes,
        confirm_ideas,
        edit_history,
        last_edit,
        merge_themes,
        move_ideas,
        pin_quote,
        rename_theme,
        retire_theme,
        split_theme,
        undo_edit,
    )
    from synthesis.actions.explanation import explain
    from synthesis.actions.handouts import write_briefs
    from synthesis.actions.intake import IngestReport, Progress, command_alert, ingest, ledger, quiet
    from synthesis.actions.keeping import Report, backup, restore, verify
    from synthesis.actions.linking import lineage_now, settle_links, theme_links
    from synthesis.actions.making import run
    from synthesis.actions.meetings import committee_record, goals_served, meeting_report
    from synthesis.actions.naming import Namer, Suggestion, suggest_names
    from synthesis.actions.plan import (
        plan_findings,
        plan_overview,
        plan_records,
        thread,
    )
    from synthesis.actions.plan_files import ImportReport, export_plan, import_plan, json_text, plan_json
    from synthesis.actions.profiles import (
        draft_profile,
        find_profile,
        read_profile,
        save_profile,
        saved_profiles,
        write_draft,
    )
    from synthesis.actions.quality import quality_report
    from synthesis.actions.reasons import Alike, WhyHere, why_here
    from synthesis.actions.recorded import record_report
    from synthesis.actions.records import (
        accept_finding,
        act,
        add_record,
        change_record,
        conclude_decision,
        publish_month,
    )
    from synthesis.actions.removing import remove_record
    from synthesis.actions.representing import representation
    from synthesis.actions.review import (
        AsideRow,
        UrgentItem,
        WaitingQuote,
        campaigns,
        decide_campaign,
        decide_quote,
        handle_urgent,
        put_back,
        quotes_waiting,
        set_aside,
        set_aside_again,
        urgent_items,
        words_aside,
    )
    from synthesis.actions.schedule import schedule_proposal
    from synthesis.actions.searching import Hit, search
    from synthesis.actions.serious import nominate, serious_matters, withdraw_nomination
    from synthesis.actions.tracing import trace_report, trace_sheets, trace_table
    from synthesis.actions.translation import export_translations, import_translations
    from synthesis.actions.updating import monthly_update, write_update
    from synthesis.briefs.tables import to_csv, to_workbook, to_xlsx
    from synthesis.channels import FLAGS, USES, Column, Draft, Profile, Use, load_profile, profile_toml
    from synthesis.plan.claims import Limits
    from synthesis.plan.schema import json_schema
    from synthesis.priority import Weights
    from synthesis.themes.models import model_in

_HOME = {
    "write_briefs": "synthesis.actions.handouts",
    "schedule_proposal": "synthesis.actions.schedule",
    **dict.fromkeys(("committee_record", "goals_served", "meeting_report"), "synthesis.actions.meetings"),
    "board_record": "synthesis.actions.acts",
    **dict.fromkeys(("monthly_update", "write_update"), "synthesis.actions.updating"),
    "explain": "synthesis.actions.explanation",
    **dict.fromkeys(
        (
            "Editor",
            "adopt_themes",
            "confirm_ideas",
            "edit_history",
            "last_edit",
            "merge_themes",
            "move_ideas",
            "pin_quote",
            "rename_theme",
            "retire_theme",
            "split_theme",
            "undo_edit",
        ),
        "synthesis.actions.editing",
    ),
    **dict.fromkeys(
        ("IngestReport", "Progress", "command_alert", "ingest", "ledger", "quiet"), "synthesis.actions.intake"
    ),
    **dict.fromkeys(
        (
            "AsideRow",
            "UrgentItem",
            "WaitingQuote",
            "campaigns",
            "decide_campaign",
            "decide_quote",
            "handle_urgent",
            "put_back",
            "quotes_waiting",
            "set_aside",
            "set_aside_again",
            "urgent_items",
            "words_aside",
        ),
        "synthesis.actions.review",
    ),
    **dict.fromkeys(("export_translations", "import_translations"), "synthesis.actions.translation"),
    **dict.fromkeys(
        ("draft_profile", "find_profile", "read_profile", "save_profile", "saved_profiles", "write_draft"),
        "synthesis.actions.profiles",
    ),
    **dict.fromkeys(
        ("FLAGS", "USES", "Column", "Draft", "Profile", "Use", "load_profile", "profile_toml"), "synthesis.channels"
    ),
    "plan_coherence": "synthesis.actions.coherence",
    **dict.fromkeys(("actors", "as_any", "end_office", "give_office", "offices"), "synthesis.actions.acting"),
    **dict.fromkeys(
        ("accept_finding", "act", "add_record", "change_record", "conclude_decision", "publish_month"),
        "synthesis.actions.records",
    ),
    **dict.fromkeys(
        ("ballot_paper", "ballot_result", "ballots", "cast_ranking", "open_ballot", "reveal_ballot", "seal_ballot"),
        "synthesis.actions.balloting",
    ),
    "quality_report": "synthesis.actions.quality",
    **dict.fromkeys(("Report", "backup", "restore", "verify"), "synthesis.actions.keeping"),
    **dict.fromkeys(("coding_report", "export_coding", "import_coding", "withdraw_codes"), "synthesis.actions.coding"),
    **dict.fromkeys(("Namer", "Suggestion", "suggest_names"), "synthesis.actions.naming"),
    "record_report": "synthesis.actions.recorded",
    "remove_record": "synthesis.actions.removing",
    "representation": "synthesis.actions.representing",
    **dict.fromkeys(("changes_since", "comparisons", "practices"), "synthesis.actions.comparing"),
    **dict.fromkeys(("nominate", "serious_matters", "withdraw_nomination"), "synthesis.actions.serious"),
    **dict.fromkeys(("Hit", "search"), "synthesis.actions.searching"),
    **dict.fromkeys(("Alike", "WhyHere", "why_here"), "synthesis.actions.reasons"),
    **dict.fromkeys(("trace_report", "trace_sheets", "trace_table"), "synthesis.actions.tracing"),
    "to_csv": "synthesis.briefs.tables",
    "to_workbook": "synthesis.briefs.tables",
    "to_xlsx": "synthesis.briefs.tables",
    **dict.fromkeys(
        (
            "plan_findings",
            "plan_overview",
            "plan_records",
            "thread",
        ),
        "synthesis.actions.plan",
    ),
    **dict.fromkeys(
        ("ImportReport", "export_plan", "import_plan", "json_text", "plan_json"), "synthesis.actions.plan_files"
    ),
    **dict.fromkeys(("lineage_now", "settle_links", "theme_links"), "synthesis.actions.linking"),
    "Limits": "synthesis.plan.claims",
    "json_schema": "synthesis.plan.schema",
    "run": "synthesis.actions.making",
    "model_in": "synthesis.themes.models",
    "Weights": "synthesis.priority",
}

__all__ = [
    "CHANNEL_NAMES",
    "FLAGS",
    "LANGUAGE_NAMES",
    "ROLE_NAMES",
    "SIDE_LIMITS",
    "USES",
    "Alike",
    "AsideRow",
    "Column",
    "Draft",
    "Editor",
    "GroupCount",
    "Hit",
    "ImportReport",
    "IngestReport",
    "Limits",
    "Namer",
    "Profile",
    "Progress",
    "PublishedRun",
    "Report",
    "Suggestion",
    "UrgentItem",
    "Use",
    "WaitingQuote",
    "Weights",
    "WhyHere",
    "accept_finding",
    "act",
    "actors",
    "add_record",
    "adopt_themes",
    "as_any",
    "backup",
    "ballot_paper",
    "ballot_result",
    "ballots",
    "board_record",
    "campaigns",
    "cast_ranking",
    "change_record",
    "changes_since",
    "coding_report",
    "command_alert",
    "committee_record",
    "comparisons",
    "conclude_decision",
    "confirm_ideas",
    "counts_by",
    "current_run_id",
    "decide_campaign",
    "decide_quote",
    "draft_profile",
    "edit_history",
    "end_office",
    "explain",
    "export_coding",
    "export_plan",
    "export_translations",
    "find_profile",
    "give_office",
    "goals_served",
    "handle_urgent",
    "import_coding",
    "import_plan",
    "import_translations",
    "ingest",
    "json_schema",
    "json_text",
    "last_edit",
    "ledger",
    "ledger_report",
    "ledger_rows",
    "lineage_now",
    "load_profile",
    "meeting_report",
    "merge_themes",
    "minimum_cell",
    "model_in",
    "monthly_update",
    "move_ideas",
    "nominate",
    "not_shown",
    "offices",
    "open_ballot",
    "people_among",
    "pin_quote",
    "plan_coherence",
    "plan_findings",
    "plan_json",
    "plan_overview",
    "plan_records",
    "practices",
    "priority_report",
    "profile_toml",
    "publish_month",
    "put_back",
    "quality_report",
    "quiet",
    "quote_source",
    "quotes_waiting",
    "read_profile",
    "read_run",
    "record_report",
    "remove_record",
    "rename_theme",
    "representation",
    "restore",
    "retire_theme",
    "reveal_ballot",
    "run",
    "save_profile",
    "saved_profiles",
    "schedule_proposal",
    "seal_ballot",
    "search",
    "serious_matters",
    "set_aside",
    "set_aside_again",
    "settle_links",
    "side_rows",
    "sided",
    "split_theme",
    "suggest_names",
    "theme_links",
    "themes_report",
    "thread",
    "to_csv",
    "to_workbook",
    "to_xlsx",
    "trace_report",
    "trace_sheets",
    "trace_table",
    "undo_edit",
    "urgent_items",
    "verify",
    "who_said",
    "why_here",
    "withdraw_codes",
    "withdraw_nomination",
    "words_aside",
    "write_briefs",
    "write_draft",
    "write_update",
]


def __getattr__(name: str) -> Any:
    """Import a verb's module on first use."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
