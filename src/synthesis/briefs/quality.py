"""How good the themes are, in sentences: each theme against the rules, and what more listening would bring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synthesis.briefs.content import CHANNEL_NAMES
from synthesis.groups import ALL
from synthesis.model import QUALITY_RULES, QualityRule

LISTENING_LIMIT = (
    "A voice is a person, a note where nobody knows who spoke, or a campaign; it is counted where it said most. What too few raised "
    "to make a strand of its own cannot be counted: of all input together this only says how well the published strands are covered. "
    "The channels and sessions tell more, and none of it tells what people would say who have not been heard at all."
)
_NONE = 0.05
"""Expected numbers under this are said to be none."""
PROGRAM = "the program"
RELIABLE, TENTATIVE = 0.8, 0.667
"""Customary bars for alpha (Krippendorff 2004, "Content Analysis", chapter 11)."""


def rule_asks(rule: QualityRule) -> str:
    """Return what a rule asks of a theme."""
    return {
        "size": "At least 5 ideas that repeat no other comment, and a thousandth of all.",
        "apart": f"Its middle and that of the nearest other theme are under {rule.bar} alike (1 is the same).",
        "own_ideas": f"Under {_share(rule.bar)} of its ideas would fit any one other theme as well.",
        "stable": f"Searched again from perturbed views, it comes back with an overlap of at least {rule.bar} on the average.",
        "clear": f"At most {_share(rule.bar)} of its ideas fit it badly.",
        "alike": "Two of its ideas are more alike than one of them and one of the nearest other theme.",
        "named": f"At least {_share(rule.bar)} of its ideas hold a word of its name.",
    }[rule.name]


def rule_says(rule: QualityRule, row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Return how a theme (its row of `ThemeQuality`) stands to a rule, with the 90 % interval."""
    if rule.name == "size":
        return f"{row['n_distinct']:,} ideas that repeat no other comment; {row['size_bar']:,} are asked."
    if rule.name == "stable" and not row["stability_runs"]:
        return "Not measured: nothing was searched again since the theme was made."
    if rule.name in ("apart", "own_ideas"):
        other = row["nearest_id" if rule.name == "apart" else "overlap_id"]
        if not other:
            return "There is no other theme."
        if rule.name == "apart":
            return f"The nearest, “{names[other]}”, is {_between(row, rule.column, '.2f')} alike."
        return f"{_between(row, rule.column, '.0%')} of its ideas would fit “{names[other]}” as well."
    return {
        "stable": f"Overlap {_between(row, rule.column, '.2f')} over {row['stability_runs']} searches.",
        "clear": f"{_between(row, rule.column, '.0%')} of its ideas fit badly.",
        "alike": f"Two of its ideas are {_between(row, rule.column, '.2f')} alike, across the border {row['cohesion_bar']:.2f}.",
        "named": f"{_between(row, rule.column, '.0%')} of its ideas hold a word of its name.",
    }[rule.name]


def theme_says(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Return in one paragraph which rules a theme breaks, and which it meets only just."""
    broken, unsure = row["broken"].split(), row["unsure"].split()
    rules = {rule.name: rule for rule in QUALITY_RULES}
    said = [
        f"{rules[name].title}: no{', though close' if name in unsure else ''}. {rule_says(rules[name], row, names)}"
        for name in broken
    ]
    close = [rules[name].title.lower() for name in unsure if name not in broken]
    only_just = [f"Only just: {'; '.join(close)}."] if close else []
    return " ".join([*(said or ["Meets every rule."]), *only_just])


def theme_sure(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Return how sure a theme is, for its own brief: the rules that it meets, what it misses, and the figures behind."""
    met = len(QUALITY_RULES) - len(row["broken"].split())
    told = [] if met == len(QUALITY_RULES) else [theme_says(row, names)]
    base = f"It meets {met} of the {len(QUALITY_RULES)} rules for a theme; measured on {row['n_distinct']:,} ideas that repeat no other comment."
    figures = [
        rule_says(rule, row, names)
        for rule in QUALITY_RULES
        if rule.name in ("stable", "apart", "clear") and rule.name not in row["broken"].split()
    ]
    return " ".join([base, *told, *figures, "In brackets: where the figure likely lies, nine times of ten."])


def coverage_says(row: Mapping[str, Any]) -> str:
    """Return what a part of the input (a row of `Coverage`) raised, and what more of it would bring."""
    if not row["shown"]:
        return f"{part_name(row)}: not shown, too few took part."
    unit = "session" if row["scope"] == "sessions" else "voice"
    many = row["step"] > 1
    last = f"last {row['step']:,} {unit}s" if many else f"last {unit}"
    more = f"{row['step']:,} more" if many else "one more"
    return (
        f"{part_name(row)}: {row['units']:,} {unit}s raised {row['raised']:,} of {row['published']:,} {row['level']}s. "
        f"{row['coverage']:.0%} ({row['coverage_low']:.0%} to {row['coverage_high']:.0%}) of what a next {unit} says had been raised there. "
        f"On the average over all orders, the {last} raised {_new(row['last_new']) if row['last_new'] >= _NONE else 'no'} new "
        f"{row['level']}{'' if row['last_new'] == 1 else 's'}; {more} would raise {more_to_come(row)}."
    )


def more_to_come(row: Mapping[str, Any]) -> str:
    """Return how many new themes or strands more of a part of the input (a row of `Coverage`) would raise, with the interval."""
    if row["next_new"] < _NONE:
        return (
            f"none that is new (at most {_new(row['next_high'])})" if row["next_high"] >= _NONE else "none that is new"
        )
    return f"{_new(row['next_new'])} new {row['level']}s ({_new(row['next_low'])} to {_new(row['next_high'])})"


def part_name(row: Mapping[str, Any]) -> str:
    """Return the name of a part of the input."""
    if row["scope"] in ("all", "sessions"):
        return "All input" if row["scope"] == "all" else "All input, session by session"
    return str(CHANNEL_NAMES[row["channel"]] if row["session"] == ALL else row["session"])


def agreement_says(entry: Mapping[str, Any]) -> str:
    """Return in words how far coders (``between``) agree: ``ideas, same, alpha, low, high``."""
    who = f"{', '.join(entry['between'][:-1])} and {entry['between'][-1]}"
    said = f"{who} say the same of {entry['same']:.0%} of {entry['ideas']:,} ideas"
    if entry["alpha"] is None:
        return f"{said}; they used one code only, so that agreement cannot be told from chance."
    verdict = "too little to build on"
    if entry["alpha"] >= TENTATIVE:
        verdict = "reliable" if entry["alpha"] >= RELIABLE else "enough for tentative conclusions only"
    between = f"likely {entry['low']:.2f} to {entry['high']:.2f}"
    return f"{said}; beyond chance {entry['alpha']:.2f} (Krippendorff's alpha, {between}): {verdict}."


def _between(row: Mapping[str, Any], column: str, form: str) -> str:
    """Return a figure with its interval."""
    value, low, high = (row[name] for name in (column, f"{column}_low", f"{column}_high"))
    return f"{value:{form}} ({low:{form}} to {high:{form}})"


def _share(bar: object) -> str:
    return f"{bar:.0%}" if isinstance(bar, float) else str(bar)


def _new(number: float) -> str:
    """Return an expected number as people say it."""
    return f"{number:.0f}" if number >= 10 or number == round(number) else f"{number:.1f}"
