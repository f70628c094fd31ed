"""Schemas of the many-row tables (pandera). A frame that crosses a module boundary is validated against one of them.

Text columns hold Python strings without nulls: an unknown is the empty string or the word ``unknown``, so that the
answer "NA" is never mistaken for a missing value. Times are UTC.
"""

from __future__ import annotations

from hashlib import sha256

import pandera.pandas as pa
from pandera.typing.pandas import Series

from synthesis.model import Channel, Reason, Role, SpeakerKind, Stance, Valence, Voice


class _Strict(pa.DataFrameModel):
    """Shared settings: exactly these columns, in this order, without coercion of text."""

    class Config:
        """Pandera's settings."""

        strict = True
        ordered = True
        coerce = True


class _Origin(_Strict):
    """Where a contribution came from and who it stands for; common to the vault's and the public frame."""

    contribution_id: Series[str] = pa.Field(unique=True)
    export_sha256: Series[str]
    sheet: Series[str]
    row: Series[int] = pa.Field(ge=1, description="row, paragraph, line or cue, from 1, in its sheet")
    cue: Series[str] = pa.Field(description="cue times or page and heading anchor, or empty")
    channel: Series[str] = pa.Field(isin=[c.value for c in Channel])
    instrument: Series[str] = pa.Field(description="the layout's name")
    event: Series[str]
    site: Series[str]
    room: Series[str]
    prompt_id: Series[str]
    prompt_text: Series[str]
    valence: Series[str] = pa.Field(isin=[v.value for v in Valence])
    received_at: Series[str] = pa.Field(description="ISO 8601 in UTC, or empty")
    received_precision: Series[str] = pa.Field(isin=["second", "minute", "day", "unknown"])
    voice: Series[str] = pa.Field(isin=[v.value for v in Voice])
    speaks_for_low: Series[int] = pa.Field(ge=0)
    speaks_for_high: Series[int] = pa.Field(ge=0)
    role: Series[str] = pa.Field(isin=[r.value for r in Role])
    school: Series[str]
    grade_band: Series[str]
    agrees: Series[int] = pa.Field(ge=0)
    disagrees: Series[int] = pa.Field(ge=0)
    stars: Series[float] = pa.Field(ge=0, le=5, description="mean rating 1-5, 0 when not rated")
    raters: Series[int] = pa.Field(ge=0)
    dots: Series[int] = pa.Field(ge=0, description="dots, check marks, x4: endorsements on paper")
    speaker_kind: Series[str] = pa.Field(isin=[k.value for k in SpeakerKind])
    is_private: Series[bool]


class RawContributions(_Origin):
    """Vault only: what a channel's mapper makes of an export. `identity` says who spoke as far as the export knows.

    `identity` is ``kind:value`` (``email:…``, ``respondent:…``, ``name:…``) or empty when unknown; `person_name` is the
    display name, which the privacy step uses as a roster. `record_key` tells the record within its source system, so
    that overlapping exports can be recognised (vendor's id, or identity + time), or is empty.
    """

    text_raw: Series[str]
    identity: Series[str]
    person_name: Series[str]
    record_key: Series[str]


class HeldContributions(RawContributions):
    """Vault only: rows that were set aside although they are whole. `aside_id` names the row of `SetAside`."""

    aside_id: Series[str]


class Contributions(_Origin):
    """The public frame: redacted text and pseudonymous participants. Safe to publish within the district."""

    text_public: Series[str]
    language: Series[str] = pa.Field(description="en, es, ht … or und")
    participant_key: Series[str] = pa.Field(description="pseudonym; one per row where the person is unknown")
    campaign_id: Series[str] = pa.Field(description="empty, or the campaign that this text belongs to")
    duplicate_of: Series[str] = pa.Field(description="empty, or the contribution_id of the primary")
    n_redactions: Series[int] = pa.Field(ge=0)
    translation: Series[str] = pa.Field(description="the public text in English, where people imported one, or empty")
    translation_method: Series[str] = pa.Field(isin=["", "human", "machine", "machine_reviewed"])
    hold: Series[str] = pa.Field(description="empty, or why its words wait for a person before they are quoted")
    retention_class: Series[str] = pa.Field(isin=["voice", "sensitive"])


class SetAside(_Strict):
    """One row for each input row that is not counted as voice. Vault only while `text_raw` is filled."""

    export_sha256: Series[str]
    sheet: Series[str]
    row: Series[int] = pa.Field(ge=1)
    column: Series[str]
    reason: Series[str] = pa.Field(isin=[r.value for r in Reason])
    detail: Series[str] = pa.Field(description="what was wrong and what to do; never words of the public")
    text_raw: Series[str]


def aside_id(export_sha256: str, sheet: str, row: int, column: str) -> str:
    """Return the id of a row that was set aside, made of its place."""
    return f"S{sha256(f'{export_sha256}|{sheet}|{row}|{column}'.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


class Research(_Strict):
    """Chunks of best-practice documents, with anchors; never counted as voice."""

    chunk_id: Series[str] = pa.Field(unique=True)
    export_sha256: Series[str]
    document: Series[str]
    anchor: Series[str] = pa.Field(description="page 3, or the heading path")
    row: Series[int] = pa.Field(ge=1)
    text: Series[str]


class Ideas(_Strict):
    """`text == contribution.text_public[start:end]`, always."""

    idea_id: Series[str] = pa.Field(unique=True)
    contribution_id: Series[str]
    start: Series[int] = pa.Field(ge=0)
    end: Series[int] = pa.Field(ge=1)
    text: Series[str]


class Assignments(_Strict):
    """One row per idea: its theme, how firmly it belongs there, the runner-up, and the words that tell them apart.

    `engine_id` is the theme that the idea had before people's edits; `placed_by` says who placed it at last:
    the engine, the frame of adopted themes, the head that learned from people, or a person. `strength` and `margin` are of
    the theme in which the machine alone had put it.
    """

    idea_id: Series[str] = pa.Field(unique=True)
    theme_id: Series[str]
    engine_id: Series[str]
    placed_by: Series[str] = pa.Field(isin=["engine", "frame", "head", "person"])
    subtheme_id: Series[str]
    strength: Series[float] = pa.Field(ge=0, le=1)
    runner_up_id: Series[str]
    margin: Series[float] = pa.Field(ge=0, le=1)
    unclear: Series[bool]
    second_id: Series[str] = pa.Field(
        description="a theme that it truly speaks to as well, or empty; nobody is counted there"
    )
    words: Series[str] = pa.Field(
        description="its own words that place it, against the runner-up; best first, by blanks"
    )


class ThemeQuality(_Strict):
    """One row per theme: how it stands against the rules for a theme set (`synthesis.themes.rules`). Intervals are of 90 %.

    All but the stability are of ideas that repeat no other comment. `broken` and `unsure` name rules.
    """

    theme_id: Series[str] = pa.Field(unique=True)
    n_distinct: Series[int] = pa.Field(ge=1, description="ideas that repeat no other comment")
    size_bar: Series[int] = pa.Field(ge=1, description="the fewest that a theme should have")
    nearest_id: Series[str] = pa.Field(
        description="the theme whose middle is nearest, of all; empty for a single theme"
    )
    sibling_cosine: Series[float] = pa.Field(ge=0, le=1, description="cosine of both middles")
    sibling_cosine_low: Series[float]
    sibling_cosine_high: Series[float]
    overlap_id: Series[str] = pa.Field(description="the theme that most of its ideas would fit as well, of all")
    overlap: Series[float] = pa.Field(ge=0, le=1, description="share of its ideas that would")
    overlap_low: Series[float]
    overlap_high: Series[float]
    stability: Series[float] = pa.Field(
        ge=0, le=1, description="mean overlap with its likest community in perturbed runs"
    )
    stability_low: Series[float]
    stability_high: Series[float]
    stability_runs: Series[int] = pa.Field(ge=0, description="runs behind it; 0 where it was never measured")
    unclear_share: Series[float] = pa.Field(ge=0, le=1, description="share of its ideas that fit it badly")
    unclear_share_low: Series[float]
    unclear_share_high: Series[float]
    cohesion: Series[float] = pa.Field(ge=-1, le=1, description="mean cosine of two of its ideas")
    cohesion_low: Series[float]
    cohesion_high: Series[float]
    cohesion_bar: Series[float] = pa.Field(
        description="mean cosine of one of its ideas and one of the nearest other theme"
    )
    grounded_share: Series[float] = pa.Field(ge=0, le=1, description="share of its ideas that hold a word of its name")
    grounded_share_low: Series[float]
    grounded_share_high: Series[float]
    broken: Series[str] = pa.Field(description="rules that it breaks, parted by blanks")
    unsure: Series[str] = pa.Field(description="rules whose bar lies inside its interval, parted by blanks")


class Coverage(_Strict):
    """Would more listening bring anything new? One row per level (themes, strands) and part of the input.

    A unit is a voice (a person; a note where nobody knows who spoke; a campaign), in the scope ``sessions`` a session. ``*`` stands for
    all. A voice is in one channel and one session: where it said most. Intervals are of 90 %.
    """

    level: Series[str] = pa.Field(isin=["theme", "strand"])
    scope: Series[str] = pa.Field(isin=["all", "sessions", "channel", "session"])
    channel: Series[str]
    session: Series[str] = pa.Field(description="event and site, or the export's name where it names neither")
    shown: Series[bool] = pa.Field(description="false where the count, or what it gives away, is under the minimum")
    units: Series[int] = pa.Field(ge=0, description="0 where not shown, as all that follows")
    raised: Series[int] = pa.Field(ge=0, description="(sub)themes that they raised")
    published: Series[int] = pa.Field(ge=0, description="(sub)themes of the whole run")
    coverage: Series[float] = pa.Field(
        ge=0, le=1, description="share of what the next unit raises that was raised before"
    )
    coverage_low: Series[float] = pa.Field(ge=0, le=1)
    coverage_high: Series[float] = pa.Field(ge=0, le=1)
    step: Series[int] = pa.Field(ge=0, description="units looked back and ahead")
    last_new: Series[float] = pa.Field(
        ge=0, description="(sub)themes that the last `step` units raised first, over all orders"
    )
    next_new: Series[float] = pa.Field(ge=0, description="(sub)themes to be expected from `step` more")
    next_low: Series[float] = pa.Field(ge=0)
    next_high: Series[float] = pa.Field(ge=0)


class Discovery(_Strict):
    """Curves of discovery, of the rows of `Coverage` that are shown: so many units raise so many (sub)themes."""

    level: Series[str] = pa.Field(isin=["theme", "strand"])
    scope: Series[str] = pa.Field(isin=["all", "sessions", "channel", "session"])
    channel: Series[str]
    session: Series[str]
    units: Series[int] = pa.Field(ge=1)
    raised: Series[float] = pa.Field(ge=0, description="mean over all orders; to be expected where not heard")
    heard: Series[bool] = pa.Field(description="false beyond the units that there are")


class Stances(_Strict):
    """One row per idea: on which side of its theme it stands (`synthesis.themes.stance`).

    "For" is what more people of the theme want. `because` names what told it first of all: the words, the prompt's valence, a
    written argument, what the prompt proposes, or neighbors in the theme.
    """

    idea_id: Series[str] = pa.Field(unique=True)
    stance: Series[str] = pa.Field(isin=[s.value for s in Stance])
    certainty: Series[float] = pa.Field(ge=0, le=1, description="chance of the side called; 0 for mixed and unknown")
    because: Series[str] = pa.Field(isin=["", "words", "prompt", "argument", "proposal", "neighbors"])
    argument: Series[str] = pa.Field(description="the written argument that it is most like, empty where none is near")


class Placements(_Strict):
    """One row per idea of a full run: where it stood before people's edits. Increments lay new ideas beside these."""

    idea_id: Series[str] = pa.Field(unique=True)
    read: Series[str] = pa.Field(description="a hash of what was read of it")
    engine_id: Series[str]
    sub_id: Series[str]
    strength: Series[float] = pa.Field(ge=0, le=1)
    runner_up: Series[str]
    margin: Series[float] = pa.Field(ge=0, le=1)
    unclear: Series[bool]
    by_frame: Series[bool]


class Lineage(_Strict):
    """One row per theme of this run or the one before: what became of it, and on what evidence. Counts are of ideas."""

    theme_id: Series[str] = pa.Field(unique=True)
    change: Series[str] = pa.Field(isin=["kept", "grew", "shrank", "split", "merged", "born", "retired"])
    others: Series[str] = pa.Field(description="ids of themes that it came from or went into, parted by blanks")
    before: Series[int] = pa.Field(ge=0)
    after: Series[int] = pa.Field(ge=0)
    shared: Series[int] = pa.Field(ge=0)
    overlap: Series[float] = pa.Field(ge=0, le=1, description="Jaccard's, over ideas that both runs hold")
    weak: Series[bool] = pa.Field(description="a person should look whether it is still the same theme")


class Priorities(_Strict):
    """One row per theme and subtheme, every component of the order a column. Counts are of people unless named otherwise."""

    theme_id: Series[str] = pa.Field(unique=True)
    level: Series[int] = pa.Field(isin=[1, 2])
    rank: Series[int] = pa.Field(ge=1, description="among themes of its level (subthemes: within the parent)")
    rank_low: Series[int] = pa.Field(ge=1)
    rank_high: Series[int] = pa.Field(ge=1)
    p_top5: Series[float] = pa.Field(ge=0, le=1, description="chance that the theme truly is among the first five")
    p_above_next: Series[float] = pa.Field(ge=0, le=1, description="chance that it truly stands above the next theme")
    rank_by_people: Series[int] = pa.Field(
        ge=1, description="by people alone: no cap on a channel, no breadth; a campaign is one"
    )
    rank_with_campaigns: Series[int] = pa.Field(ge=1, description="with every sender of a campaign as a voice")
    rank_weights_low: Series[int] = pa.Field(ge=1, description="ranks under 90 % of all possible weights")
    rank_weights_high: Series[int] = pa.Field(ge=1)
    share_weightings_top5: Series[float] = pa.Field(ge=0, le=1)
    influence_participant: Series[int] = pa.Field(ge=0, description="most places it moves without any one participant")
    influence_campaign: Series[int] = pa.Field(ge=0, description="… without any one campaign")
    influence_channel: Series[int] = pa.Field(ge=0, description="… without any one channel")
    score: Series[float]
    people_low: Series[int] = pa.Field(ge=0)
    people_high: Series[int] = pa.Field(ge=0)
    people_base: Series[int] = pa.Field(ge=0, description="people who took part, low count: the base of share_people")
    share_people: Series[float] = pa.Field(ge=0, le=1)
    n_contributions: Series[int] = pa.Field(ge=0)
    n_ideas: Series[int] = pa.Field(ge=0)
    n_channels: Series[int] = pa.Field(ge=0)
    n_roles: Series[int] = pa.Field(ge=0, description="known roles only")
    n_schools: Series[int] = pa.Field(ge=0, description="known schools only")
    effective_channels: Series[float] = pa.Field(ge=0)
    effective_roles: Series[float] = pa.Field(ge=0)
    reach: Series[float] = pa.Field(ge=0, le=1, description="share of people, within channels, channels capped")
    reach_component: Series[float] = pa.Field(description="reach as a part of the largest reach")
    channels_component: Series[float]
    roles_component: Series[float]


class Cues(_Strict):
    """What the words of an idea tell beside its matter. An idea has a row for each serious matter that it raises, or one row."""

    idea_id: Series[str]
    intense: Series[bool] = pa.Field(description="puts it strongly")
    rule: Series[str] = pa.Field(isin=["", "safety", "discrimination", "special_education"])
    matter: Series[str] = pa.Field(description="the serious matter that it raises, or empty")


class Regard(_Strict):
    """One row per theme and subtheme: agreement and need, each apart and none of them part of the order.

    Shares are of the people who spoke to the theme (low count) unless named otherwise.
    """

    theme_id: Series[str] = pa.Field(unique=True)
    level: Series[int] = pa.Field(isin=[1, 2])
    rated: Series[int] = pa.Field(ge=0, description="comments that others rated: agree, disagree or stars")
    raters: Series[int] = pa.Field(ge=0, description="ratings behind them; one person may have rated several")
    approval: Series[float] = pa.Field(
        ge=0, le=1, description="mean rating, each shrunk to its export's; 0 when not rated"
    )
    dots: Series[int] = pa.Field(ge=0, description="dots, check marks, x4 on paper")
    common_ground: Series[float] = pa.Field(
        ge=0, le=1, description="geometric mean over channels and known roles of the share of each who spoke to it"
    )
    common_channels: Series[float] = pa.Field(ge=0, le=1)
    common_roles: Series[float] = pa.Field(ge=0, le=1)
    asked_well: Series[float] = pa.Field(ge=0, le=1, description="share who answered what goes well, or complimented")
    asked_wrong: Series[float] = pa.Field(
        ge=0, le=1, description="share who answered what should improve, or had a concern"
    )
    intense: Series[float] = pa.Field(ge=0, le=1, description="share who put it strongly")
    serious: Series[float] = pa.Field(ge=0, le=1, description="share who raised a matter of the register")


class Sides(_Strict):
    """People by theme and stance, four rows a theme (subthemes have none). A person has one; the four add up to the theme's people."""

    theme_id: Series[str]
    stance: Series[str] = pa.Field(isin=[s.value for s in Stance])
    shown: Series[bool] = pa.Field(description="false where the count, or what it gives away, is under the minimum")
    few: Series[bool] = pa.Field(description="those against are not shown, and it may be told that they are few")
    people: Series[int] = pa.Field(ge=0, description="low count; 0 where not shown")


class Register(_Strict):
    """Small but serious: one row per matter and idea, in no order of importance."""

    rule: Series[str] = pa.Field(isin=["safety", "discrimination", "special_education", "single_school"])
    matter: Series[str]
    idea_id: Series[str]
    people: Series[int] = pa.Field(ge=0, description="who raised the matter, low count; the same in all its rows")
    small: Series[bool] = pa.Field(description="few raised it; the same in all its rows")


class Crosswalk(_Strict):
    """Which best practices speak to which theme: one row per pair."""

    theme_id: Series[str]
    chunk_id: Series[str]
    similarity: Series[float] = pa.Field(ge=-1, le=1, description="cosine of the theme's middle and the chunk")


class Groups(_Strict):
    """People by theme and group, in three tables that add up: channel x role, school, language.

    ``*`` stands for all of a dimension, an empty ``theme_id`` for all who took part. A person is in one cell of a table.
    """

    theme_id: Series[str]
    channel: Series[str]
    role: Series[str]
    school: Series[str]
    language: Series[str]
    shown: Series[bool] = pa.Field(description="false where the count, or what it gives away, is under the minimum")
    people: Series[int] = pa.Field(ge=0, description="low count; 0 where not shown")
