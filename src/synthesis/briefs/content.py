"""What stands in a brief: plain data for the templates, with every number beside its unit and base."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from textwrap import shorten
from typing import Any, cast

from synthesis.briefs.sides import SIDE_LIMITS, side_rows, sided
from synthesis.groups import counts_by, minimum_cell, not_shown
from synthesis.model import Quote, Theme
from synthesis.published import PublishedRun

CHANNEL_NAMES = {
    "education_summit": "Education Summit",
    "listening_tour": "Listening Tour",
    "town_hall": "Town Hall meetings",
    "lets_talk": "Let's Talk",
    "other": "Surveys, letters and online conversations",
    "best_practices": "Best practices",
}
ROLE_NAMES = {
    "student": "Students",
    "family": "Families",
    "teacher": "Teachers",
    "support_staff": "Support staff",
    "school_leader": "School leaders",
    "central_office": "Central office",
    "board_member": "Board members",
    "alum": "Alumni",
    "community_member": "Community members",
    "business_partner": "Business partners",
    "elected_official": "Elected officials",
    "other": "Others",
    "unknown": "Role not known",
}
LANGUAGE_NAMES = {"en": "English", "es": "Spanish", "ht": "Haitian Creole", "und": "Language not known"}
RULE_NAMES = {
    "safety": "A danger to life or health",
    "discrimination": "Treated worse for who somebody is",
    "special_education": "A child with a disability kept from what others have",
    "single_school": "The matter of one school alone",
    "nominated": "Nominated by people",
}
"""The rules of the register in the order in which they are shown, which says nothing of importance."""
_SPEAKER = {
    "student": "a student",
    "family": "a family member",
    "teacher": "a teacher",
    "support_staff": "a member of support staff",
    "school_leader": "a school leader",
    "central_office": "a central office employee",
    "board_member": "a Board member",
    "alum": "a former student",
    "community_member": "a community member",
    "business_partner": "a business partner",
    "elected_official": "an elected official",
    "other": "a participant",
    "unknown": "a participant",
}

_PASSAGES, _PASSAGE = 3, 360

PlanLinks = Mapping[str, Sequence[Mapping[str, str]]]


def printable(text: str) -> str:
    """Return text without control characters and pictographs, which the briefs' typeface cannot show."""
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in {"So", "Cc", "Cs", "Cn", "Co", "Cf", "Sk"})
    return " ".join("".join(kept).split())


def people(low: int, high: int) -> str:
    """Return a count of people as words: ``41 people`` or ``41 to 44 people``."""
    return f"{low:,} people" if low == high else f"{low:,} to {high:,} people"


def set_brief(
    run: PublishedRun, district: str, plan: PlanLinks, sure: Sequence[tuple[str, str]] = ()
) -> dict[str, Any]:
    """Return the data of the brief on the whole theme set. `sure` are questions about how sure the themes are, with their answers."""
    rows = run.order()
    most = max((int(rows[t.theme_id]["people_low"]) for t in run.themes), default=1) or 1
    base = max((int(row["people_base"]) for row in rows.values()), default=0)
    themes = []
    for theme in run.themes:
        row = rows[theme.theme_id]
        themes.append(
            {
                "rank": str(int(row["rank"])),
                "rank_range": _range(int(row["rank_low"]), int(row["rank_high"])),
                "name": printable(theme.name),
                "description": printable(theme.description),
                "strands": printable(" · ".join(child.name for child in theme.subthemes[:3])),
                "people": people(int(row["people_low"]), int(row["people_high"])),
                "share": int(row["people_low"]) / most,
                "heard": f"{int(row['n_channels'])} of {run.contributions['channel'].nunique()} channels",
                "base": _base_sentence(row),
                "sides": sided(run, theme.theme_id),
                "quotes": [_quote(quote) for quote in theme.quotes[:3]],
                "plan": [printable(f"{item['label']}") for item in plan.get(theme.theme_id, ())],
            }
        )
    return {
        **_frame(run, district, "What the community told us"),
        "summary": (
            f"{len(run.themes)} themes from {len(run.contributions):,} comments of at least {base:,} people who took part, "
            "gathered through "
            + _listed([CHANNEL_NAMES[c] for c in sorted(run.contributions["channel"].unique())])
            + "."
        ),
        "facts": _set_facts(run, base),
        "themes": themes,
        "serious": _serious(run),
        "sure": [{"question": question, "answer": printable(answer)} for question, answer in sure],
        "ledger": [_ledger_row(r) for r in run.ledger],
        "ledger_note": "Each export is listed with the rows that went in, those kept as community voice or research, and those set aside, with the reason.",
        "method": _method(run),
    }


def theme_brief(run: PublishedRun, theme: Theme, district: str, plan: PlanLinks, sure: str = "") -> dict[str, Any]:
    """Return the data of the brief on one theme; `sure` tells how sure it is, empty where that was not measured."""
    rows = run.order()
    row = rows[theme.theme_id]
    most = max((int(rows[c.theme_id]["people_low"]) for c in theme.subthemes), default=1) or 1
    return {
        **_frame(run, district, printable(theme.name)),
        "eyebrow": f"{district} · theme {int(row['rank'])} of {len(run.themes)} in the order of priority",
        "theme": {
            "description": printable(theme.description),
            "quotes": [_quote(quote) for quote in theme.quotes],
        },
        "facts": [
            {
                "value": str(int(row["rank"])),
                "label": f"rank; likely between {_range(int(row['rank_low']), int(row['rank_high']), 'and')}",
            },
            {
                "value": _range(int(row["people_low"]), int(row["people_high"])),
                "label": f"people, of at least {int(row['people_base']):,} who took part",
            },
            {
                "value": f"{int(row['n_contributions']):,}",
                "label": f"comments, {int(row['n_ideas']):,} ideas in them",
            },
            {
                "value": str(int(row["n_channels"])),
                "label": f"of {run.contributions['channel'].nunique()} channels",
            },
        ],
        "subthemes": [
            {
                "name": printable(child.name),
                "people": people(int(rows[child.theme_id]["people_low"]), int(rows[child.theme_id]["people_high"])),
                "share": int(rows[child.theme_id]["people_low"]) / most,
            }
            for child in theme.subthemes
        ],
        "groups": [
            _group(run, theme.theme_id, "channel", "By channel", CHANNEL_NAMES),
            _group(run, theme.theme_id, "role", "By role", ROLE_NAMES),
        ],
        "sides": {
            "told": sided(run, theme.theme_id) if theme.level == 1 else "",
            "rows": side_rows(run, theme.theme_id),
            "limits": SIDE_LIMITS,
        },
        "regarded": regarded(run.regard.set_index("theme_id").to_dict("index")[theme.theme_id]),
        "sure": printable(sure),
        "practices": _practices(run, theme.theme_id),
        "plan": [
            {k: printable(v) for k, v in item.items() if k in ("label", "text")}
            for item in plan.get(theme.theme_id, ())
        ],
        "method": _method(run),
    }


def regarded(row: Mapping[Any, Any]) -> str:
    """Return agreement and need of a theme (its row of `Regard`), in sentences."""
    rated = "Nobody rated its comments."
    if row["rated"]:
        comments = "1 comment was" if row["rated"] == 1 else f"{row['rated']:,} comments were"
        rated = f"{comments} rated, {row['raters']:,} ratings in all: {row['approval']:.0%} approval, each rating pulled to its survey's mean."
    return (
        f"{rated} {row['dots']:,} dots and check marks on paper. "
        f"In the typical channel and role {row['common_ground']:.1%} spoke to it. "
        f"Of those who spoke, {row['intense']:.0%} put it strongly; {row['serious']:.0%} raised a matter of the register."
    )


def quote_source(quote: Quote) -> str:
    """Return who said it, where, and why it was chosen, in words."""
    who = _SPEAKER.get(quote.role, "a participant")
    reason = {
        "medoid": "closest to what most said",
        "spread": "another voice in the theme",
        "dissent": "another view",
    }
    return f"{who[0].upper()}{who[1:]}, {CHANNEL_NAMES.get(quote.channel, quote.channel)} · {reason.get(quote.why, quote.why)}"


def _frame(run: PublishedRun, district: str, title: str) -> dict[str, Any]:
    """Return what every brief carries."""
    return {
        "title": title,
        "district": district,
        "run_id": run.manifest.run_id,
        "date": f"{run.manifest.created_at:%-d %B %Y}",
    }


def _quote(quote: Quote) -> dict[str, str]:
    """Return one quote for a template."""
    return {"text": printable(quote.text), "source": quote_source(quote), "why": quote.why}


def _range(low: int, high: int, word: str = "–") -> str:
    """Return a range, or one number where both ends are the same."""
    if low == high:
        return f"{low:,}"
    return f"{low:,}{word}{high:,}" if word == "–" else f"{low:,} {word} {high:,}"


def _listed(parts: Sequence[str]) -> str:
    """Return words as a list in a sentence."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _base_sentence(row: Mapping[str, Any]) -> str:
    """Return the counts of a theme with their bases."""
    return (
        f"{people(int(row['people_low']), int(row['people_high']))} of at least {int(row['people_base']):,} who took part, in "
        f"{int(row['n_contributions']):,} comments; {int(row['n_channels'])} channels, {int(row['n_roles'])} known roles."
    )


def _set_facts(run: PublishedRun, base: int) -> list[dict[str, str]]:
    """Return the headline figures of the set."""
    rows_in = sum(r.rows_in for r in run.ledger)
    return [
        {"value": f"{base:,}", "label": "people at least took part"},
        {"value": f"{len(run.contributions):,}", "label": "comments kept as community voice"},
        {"value": f"{len(run.ideas):,}", "label": "separate ideas in them, each in a theme"},
        {"value": f"{rows_in:,}", "label": f"rows read, from {len(run.ledger)} exports"},
    ]


def _serious(run: PublishedRun) -> list[dict[str, str]]:
    """Return the matters of the register, without words: those are read on the screen."""
    minimum = minimum_cell(run)
    matters = run.register.drop_duplicates(["rule", "matter"])
    rows = [
        (list(RULE_NAMES).index(rule), matter, RULE_NAMES[rule], f"fewer than {minimum}" if n < minimum else f"{n:,}")
        for rule, matter, n in zip(matters["rule"], matters["matter"], matters["people"], strict=True)
    ]
    return [{"rule": rule, "matter": printable(matter), "people": n} for _, matter, rule, n in sorted(rows)]


def _practices(run: PublishedRun, theme_id: str) -> list[dict[str, str]]:
    """Return the beginnings of the passages of best practices nearest to a theme, with the place where they stand."""
    near = run.crosswalk.loc[run.crosswalk["theme_id"].eq(theme_id), "chunk_id"].head(_PASSAGES)
    found = run.research.set_index("chunk_id").loc[near.tolist()]
    return [
        {
            "place": printable(f"{document}, {anchor.split(' > ')[-1]}"),
            "text": shorten(printable(text), _PASSAGE, placeholder=" …"),
        }
        for document, anchor, text in zip(found["document"], found["anchor"], found["text"], strict=True)
    ]


def _ledger_row(row: Any) -> dict[str, str]:
    """Return one line of the account."""
    return {
        "name": printable(row.name),
        "rows_in": f"{row.rows_in:,}",
        "kept": f"{row.kept:,}",
        "set_aside": f"{row.set_aside:,}",
        "why": ", ".join(f"{reason.replace('_', ' ')} {n:,}" for reason, n in sorted(row.reasons.items())),
    }


def _group(run: PublishedRun, theme_id: str, dimension: str, title: str, words: Mapping[str, str]) -> dict[str, Any]:
    """Return people by group, as far as they may be shown."""
    shown, hidden = counts_by(run, theme_id, dimension)
    most = max((count.people for count in shown), default=0) or 1
    return {
        "title": title,
        "heading": dimension.capitalize(),
        "rows": [
            {
                "name": words.get(count.group, count.group),
                "people": people(count.people, count.people),
                "share": count.people / most,
                "base": "not shown" if count.took_part is None else f"{count.took_part:,}",
            }
            for count in shown
        ],
        "note": not_shown(hidden, minimum_cell(run)),
    }


def _method(run: PublishedRun) -> list[str]:
    """Return the method note in plain words."""
    weights = cast(dict[str, float], run.manifest.settings["weights"])
    shown = {"reach": "reach", "channels": "breadth over channels", "roles": "breadth over roles"}
    cap = weights["channel_cap"]
    capped = f" A channel weighs no more than {cap:g} people would, however many took part in it." if cap else ""
    return [
        "Comments were cut into ideas, and ideas that say alike were put together by a program that runs on the district's own computer. "
        "No language model wrote any of this text. Names of themes are matters of school life from a written list, where most of a theme's ideas name one, and words that people used. Every idea has a theme, also where it fits badly.",
        "The order weighs " + _listed([f"{name} ({weights[key]:g})" for key, name in shown.items()]) + f".{capped} "
        "People are counted, not lines: a person counts once per theme. Where it is not known whether two remarks came from one person, a range is given. "
        "The senders of one campaign count once in the order. "
        "The range beside a rank holds the true rank in nine cases of ten, were the same kind of people asked again.",
        "These are the views of those who took part; they are no sample of all residents, and no margin of error applies. "
        f"Names and other personal data are replaced by words in square brackets. Counts of fewer than {minimum_cell(run)} people of a group are not shown, nor counts from which they could be worked out.",
    ]
