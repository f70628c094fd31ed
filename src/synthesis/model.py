"""The things that flow through the system, as frozen dataclasses and enums. Nothing here does any work."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

ExportSha = NewType("ExportSha", str)
ContributionId = NewType("ContributionId", str)
IdeaId = NewType("IdeaId", str)
ThemeId = NewType("ThemeId", str)
RunId = NewType("RunId", str)


class Channel(StrEnum):
    """Where input was collected: the four channels of the mission, other communications, and research."""

    EDUCATION_SUMMIT = "education_summit"
    LISTENING_TOUR = "listening_tour"
    TOWN_HALL = "town_hall"
    LETS_TALK = "lets_talk"
    OTHER = "other"
    BEST_PRACTICES = "best_practices"


class Role(StrEnum):
    """Stakeholder role of a participant."""

    STUDENT = "student"
    FAMILY = "family"
    TEACHER = "teacher"
    SUPPORT_STAFF = "support_staff"
    SCHOOL_LEADER = "school_leader"
    CENTRAL_OFFICE = "central_office"
    BOARD_MEMBER = "board_member"
    ALUM = "alum"
    COMMUNITY_MEMBER = "community_member"
    BUSINESS_PARTNER = "business_partner"
    ELECTED_OFFICIAL = "elected_official"
    OTHER = "other"
    UNKNOWN = "unknown"


class Voice(StrEnum):
    """How close the text is to what was said."""

    VERBATIM = "verbatim"
    TRANSCRIBED = "transcribed"
    PARAPHRASE = "paraphrase"
    GROUP_NOTE = "group_note"
    RESEARCH = "research"


class SpeakerKind(StrEnum):
    """Who is speaking. Only the community is counted."""

    COMMUNITY = "community"
    STAFF = "staff"
    BOARD = "board"
    FACILITATOR = "facilitator"
    VENDOR = "vendor"


class Valence(StrEnum):
    """What the prompt asked for: what goes well, what should improve, or neither."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    OPEN = "open"


class Stance(StrEnum):
    """Where somebody stands towards what most people of a theme want: for it, against it, both, or not told."""

    FOR = "for"
    AGAINST = "against"
    MIXED = "mixed"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why an input row is set aside. Every row that is not kept has exactly one."""

    EMPTY = "empty"
    NON_ANSWER = "non_answer"
    STAFF_TURN = "staff_turn"
    ORGANISER_SEED = "organiser_seed"
    REJECTED_BY_MODERATOR = "rejected_by_moderator"
    TEST_OR_PREVIEW = "test_or_preview"
    REPEATED_BALLOT = "repeated_ballot"
    DIRECT_MESSAGE = "direct_message"
    REACTION = "reaction"
    HEADING_OR_LAYOUT = "heading_or_layout"
    PERSONNEL_MATTER = "personnel_matter"
    URGENT_ITEM = "urgent_item"
    ALREADY_INGESTED = "already_ingested"
    SUPERSEDED = "superseded"
    BROKEN_ROW = "broken_row"


class ThemeStatus(StrEnum):
    """A theme is a candidate until people adopt it."""

    CANDIDATE = "candidate"
    ADOPTED = "adopted"
    RETIRED = "retired"


class Verb(StrEnum):
    """What a person can decide about exports, comments, quotes and themes, and do with the plan, its ballots and offices."""

    PUT_BACK = "put_back"
    SET_ASIDE_AGAIN = "set_aside_again"
    SUPERSEDE = "supersede"
    HANDLE_URGENT = "handle_urgent"
    RELEASE = "release"
    WITHHOLD = "withhold"
    BREAK_UP_CAMPAIGN = "break_up_campaign"
    RESTORE_CAMPAIGN = "restore_campaign"
    RENAME_THEME = "rename_theme"
    MERGE_THEMES = "merge_themes"
    SPLIT_THEME = "split_theme"
    MOVE_IDEAS = "move_ideas"
    PIN_QUOTE = "pin_quote"
    UNPIN_QUOTE = "unpin_quote"
    RETIRE_THEME = "retire_theme"
    ADOPT_THEME = "adopt_theme"
    UNDO_EDIT = "undo_edit"
    NOMINATE = "nominate"
    WITHDRAW_NOMINATION = "withdraw_nomination"
    CODE_IDEAS = "code_ideas"
    WITHDRAW_CODES = "withdraw_codes"
    SETTLE_LINKS = "settle_links"
    ADD_RECORD = "add_record"
    CHANGE_RECORD = "change_record"
    REMOVE_RECORD = "remove_record"
    ACT = "act"
    CONCLUDE_DECISION = "conclude_decision"
    PUBLISH_MONTH = "publish_month"
    IMPORT_PLAN = "import_plan"
    OPEN_BALLOT = "open_ballot"
    CAST_RANKING = "cast_ranking"
    SEAL_BALLOT = "seal_ballot"
    REVEAL_BALLOT = "reveal_ballot"
    GIVE_OFFICE = "give_office"
    END_OFFICE = "end_office"


@dataclass(frozen=True, slots=True)
class Event:
    """One decision: what was done to which subject, by whom, when (UTC) and why."""

    number: int
    at: datetime
    by: str
    verb: Verb
    subject: str
    reason: str
    data: dict[str, object]


@dataclass(frozen=True, slots=True)
class Translation:
    """A comment's public text in English: `method` is human, machine or machine_reviewed; `reviewer` vouches for it."""

    contribution_id: str
    text: str
    method: str
    reviewer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Export:
    """One file as received. The name is text to show, never a path to open."""

    sha256: ExportSha
    name: str
    channel: Channel
    layout: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Quote:
    """A released sentence that stands for part of a theme: `why` is medoid, spread, dissent or pinned (by a person)."""

    idea_id: IdeaId
    contribution_id: ContributionId
    text: str
    channel: str
    role: str
    why: str


OTHER_MATTERS = "Other matters"
"""The name of a subtheme that nothing names: its ideas share no matter of their own."""


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme, at level 1 (theme) or 2 (subtheme)."""

    theme_id: ThemeId
    name: str
    description: str
    level: int
    parent_id: ThemeId | None
    keywords: tuple[str, ...]
    n_ideas: int
    stability: float
    status: ThemeStatus = ThemeStatus.CANDIDATE
    quotes: tuple[Quote, ...] = ()
    subthemes: tuple[Theme, ...] = ()


@dataclass(frozen=True, slots=True)
class QualityRule:
    """One rule for a theme: which column of `ThemeQuality` must stand on which `side` of the bar.

    `side` is "at least", "at most" or "under"; the bar is a number, or the name of the column that holds the theme's own.
    """

    name: str
    title: str
    column: str
    side: str
    bar: float | str


QUALITY_RULES = (
    QualityRule("size", "Enough ideas", "n_distinct", "at least", "size_bar"),
    QualityRule("apart", "Told apart from every other theme", "sibling_cosine", "under", 0.9),
    QualityRule("own_ideas", "Its ideas fit no other theme as well", "overlap", "under", 0.7),
    QualityRule("stable", "Comes back when searched again", "stability", "at least", 0.75),
    QualityRule("clear", "Few of its ideas fit badly", "unclear_share", "at most", 0.2),
    QualityRule("alike", "Its ideas are alike", "cohesion", "at least", "cohesion_bar"),
    QualityRule("named", "Called by words that people use", "grounded_share", "at least", 0.5),
)
"""Bars of size, cosine and overlap as tools of the field have them. Stability: a cluster is stable from .75, and not to be trusted
under .6 (Hennig, documentation of `fpc::clusterboot`). One badly fitting idea in five, and every other idea for the name, are a choice."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """The account of one export: rows_in == kept + set_aside, and the reasons sum to set_aside."""

    name: str
    channel: str
    layout: str
    sha256: ExportSha
    received_at: datetime
    rows_in: int
    kept: int
    set_aside: int
    reasons: dict[str, int]
    superseded_by: str | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a run was made from and with, and what it found. Holds counts and hashes, never text of the public."""

    run_id: RunId
    created_at: datetime
    input_hashes: tuple[str, ...]
    settings: dict[str, object]
    versions: dict[str, str]
    model_sha256: str
    seed: int
    counts: dict[str, int]
    quality: dict[str, float]
    previous_run_id: RunId | None = None
    frame_hashes: dict[str, str] = field(default_factory=dict)
    basis: RunId | None = None
    """The full run on which this one is an increment; None where themes were searched anew, in full."""
