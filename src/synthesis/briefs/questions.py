"""What a committee asks about the themes, answered in plain words, every number beside its unit and its base."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from synthesis.briefs.quality import PROGRAM, RELIABLE, TENTATIVE, agreement_says, more_to_come, part_name
from synthesis.model import QUALITY_RULES
from synthesis.published import PublishedRun

YES, MOSTLY, IN_PART, NOT_KNOWN = "yes", "mostly", "in part", "not known"
_MOST = 0.75
"""From this share of themes on, what holds for most of them is said to hold mostly."""
_NAMED = 3
"""So many themes are named where a rule is broken; the rest are counted."""
_CHANGES = {
    "kept": "as they were",
    "grew": "larger",
    "shrank": "smaller",
    "split": "split",
    "merged": "with others merged in",
    "born": "new",
    "retired": "gone",
}
_RULES = {rule.name: rule for rule in QUALITY_RULES}
_Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """A question, what is true of the themes in a word or two (`verdict`), and the answer in sentences."""

    about: str
    question: str
    verdict: str
    answer: str

    @property
    def told(self) -> str:
        """Return verdict and answer as one paragraph."""
        return f"{self.verdict.capitalize()}. {self.answer}"


def answers(run: PublishedRun, agreement: Sequence[_Row] = ()) -> list[Answer]:
    """Return the answers in the order in which a committee asks; none for a run that did not measure its themes.

    `agreement` is that of `coding_report`. Coders are numbered, for a brief goes to everybody.
    """
    if run.quality.empty:
        return []
    names = {str(theme.theme_id): theme.name for theme in run.themes}
    rows = _rows(run.quality)
    return [
        _big(rows, names),
        _apart(rows, names),
        _again(rows, names, run.manifest.quality),
        _unclear(rows, names, run.manifest.quality),
        _named(rows, names, run.manifest.quality),
        _listening(_rows(run.coverage)),
        _changed(run, names),
        _coded(agreement),
    ]


def changed_says(row: _Row, names: Mapping[str, str]) -> str:
    """Return what became of a theme since the run before (its row of `Lineage`), with the evidence in ideas."""
    others = ", ".join(f"“{names.get(other, other)}”" for other in row["others"].split())
    before, after, shared = (int(row[key]) for key in ("before", "after", "shared"))
    counts = f"{before:,} ideas before, {after:,} now"
    said = {
        "kept": f"Stayed: {counts}, {shared:,} of them the same.",
        "grew": f"Grew: {counts}, {shared:,} of them the same.",
        "shrank": f"Shrank: {counts}, {shared:,} of them the same.",
        "split": f"Split from {others}: {after:,} ideas, {shared:,} of them from there."
        if not before
        else f"Gave ideas to {others}: {counts}.",
        "merged": f"Took in {others}: {counts}.",
        "born": f"New: {after:,} ideas, none of them from a theme before.",
        "retired": f"Gone: its {before:,} ideas went to {others or 'many themes'}.",
    }[row["change"]]
    return f"{said} Please look whether it is still the same theme." if row["weak"] else said


def _big(rows: Sequence[_Row], names: Mapping[str, str]) -> Answer:
    small = _broken(rows, "size")
    bar = int(rows[0]["size_bar"])
    if small:
        told = _some(small, names, lambda row: f"{row['n_distinct']:,}")
        said = f"{len(small)} of {len(rows)} themes have fewer than {bar:,} ideas: {told}."
    else:
        least = min(int(row["n_distinct"]) for row in rows)
        said = f"The smallest of the {len(rows)} themes has {least:,} ideas; {bar:,} are asked."
    return Answer(
        "size",
        "Is every theme big enough?",
        _verdict(small, rows),
        f"{said} An idea that repeats another comment is not counted.",
    )


def _apart(rows: Sequence[_Row], names: Mapping[str, str]) -> Answer:
    question = "Are they different from each other?"
    if len(rows) < 2:
        return Answer("apart", question, YES, "There is a single theme.")
    same, double = _broken(rows, "apart"), _broken(rows, "own_ideas")
    nearest = max(rows, key=lambda row: row["sibling_cosine"])
    pair = f"“{names[nearest['theme_id']]}” and “{names[nearest['nearest_id']]}”"
    bar, figure = _RULES["apart"].bar, _between(nearest, "sibling_cosine", ".2f")
    said = (
        f"The two most alike of {len(rows)} are {pair}: {figure}, where 1 is the same and under {bar} is asked."
        if not same
        else f"{len(same)} of {len(rows)} are nearly the same as another. The most alike are {pair}: {figure}, where 1 is the same."
    )
    if double:
        told = _some(double, names, lambda row: f"{row['overlap']:.0%} of its ideas fit “{names[row['overlap_id']]}”")
        said += f" Ideas of {len(double)} of {len(rows)} would mostly fit another theme as well: {told}."
    return Answer("apart", question, _verdict([*same, *(r for r in double if r not in same)], rows), said)


def _again(rows: Sequence[_Row], names: Mapping[str, str], figures: Mapping[str, float]) -> Answer:
    question = "Would the same themes come back if the search were made again?"
    searched = [row for row in rows if row["stability_runs"]]
    if not searched:
        return Answer("stable", question, NOT_KNOWN, "Nothing was searched again since the themes were made.")
    weak = _broken(searched, "stable")
    bar = _RULES["stable"].bar
    said = (
        f"Searched {max(int(row['stability_runs']) for row in searched)} times from slightly different views, {len(searched) - len(weak)} of "
        f"{len(searched)} themes came back with an overlap of at least {bar} on the average (1 is the same theme)."
    )
    if "stability_mean_low" in figures:
        said += f" Over all themes it is {_figure(figures, 'stability_mean', '.2f')}."
    if weak:
        told = _some(weak, names, lambda row: _between(row, "stability", ".2f"))
        said += f" Where the edges lie is not sure for {told}."
    said += " The same ideas were searched each time: whether other people would have led to the same themes, this does not tell."
    return Answer("stable", question, _verdict(weak, searched), said)


def _unclear(rows: Sequence[_Row], names: Mapping[str, str], figures: Mapping[str, float]) -> Answer:
    n = sum(int(row["n_distinct"]) for row in rows)
    vague = _broken(rows, "clear")
    most = max(rows, key=lambda row: row["unclear_share"])
    said = f"{_figure(figures, 'unclear_share', '.1%')} of {n:,} ideas fit no theme well and stand where they fit least badly"
    said += f"; most in “{names[most['theme_id']]}”, {most['unclear_share']:.0%}." if most["unclear_share"] else "."
    if vague:
        said += f" In {len(vague)} of {len(rows)} themes it is more than one idea in five."
    return Answer("clear", "Do all ideas fit their theme?", _verdict(vague, rows), said)


def _named(rows: Sequence[_Row], names: Mapping[str, str], figures: Mapping[str, float]) -> Answer:
    foreign = _broken(rows, "named")
    said = (
        f"In {len(rows) - len(foreign)} of {len(rows)} themes at least half of the ideas hold a word of the theme's name; "
        f"of all ideas {_figure(figures, 'names_grounded_share', '.0%')} do."
    )
    if foreign:
        least = sorted(foreign, key=lambda row: row["grounded_share"])
        told = _some(least, names, lambda row: f"{row['grounded_share']:.0%}")
        said += f" Fewest in {told}: people say it in words of their own."
    return Answer("named", "Are they called by words that people use?", _verdict(foreign, rows), said)


def _listening(coverage: Sequence[_Row]) -> Answer:
    question = "Would more listening change the themes?"
    strands = [row for row in coverage if row["level"] == "strand" and row["shown"]]
    whole = [row for row in strands if row["scope"] == "all"]
    if not whole:
        return Answer("listening", question, NOT_KNOWN, "Too few took part to tell.")
    [row] = whole
    said = (
        f"{_number(row['units'], 'voice')} raised {_number(row['raised'], 'strand')} of the themes; {_number(row['step'], 'more voice')} of the "
        f"same kind would raise {more_to_come(row)}."
    )
    channels = sorted((r for r in strands if r["scope"] == "channel"), key=lambda r: (r["coverage"], r["channel"]))
    if channels:
        least = channels[0]
        said += (
            f" Taken alone, a channel tells less: in {part_name(least)} ({_number(least['units'], 'voice')}), the least complete, {least['coverage']:.0%} "
            f"({least['coverage_low']:.0%} to {least['coverage_high']:.0%}) of what the next voice says had been said there before."
        )
    verdict = "hardly" if row["next_high"] < 1 else "a little" if row["next_new"] < 0.05 * row["raised"] else YES
    return Answer("listening", question, verdict, f"{said} What they would say who were not heard, no number tells.")


def _changed(run: PublishedRun, names: Mapping[str, str]) -> Answer:
    question = "How did the themes change since the run before?"
    if run.manifest.previous_run_id is None:
        return Answer("changed", question, NOT_KNOWN, "This is the first run: there is nothing to compare with.")
    rows = _rows(run.lineage)
    counts = Counter(row["change"] for row in rows)
    told = ", ".join(f"{counts[change]} {words}" for change, words in _CHANGES.items() if counts[change])
    said = f"Of {len(rows)} themes of this run and the one before: {told}."
    weak = [f"“{names.get(row['theme_id'], row['theme_id'])}”" for row in rows if row["weak"]]
    if weak:
        said += f" Somebody should look whether it is still the same theme: {_counted(weak)}."
    same = counts["kept"] == len(rows)
    return Answer("changed", question, "not at all" if same else f"{len(rows) - counts['kept']} changed", said)


def _coded(agreement: Sequence[_Row]) -> Answer:
    question = "Do people put ideas where the program puts them?"
    coders = sorted({name for entry in agreement for name in entry["between"]} - {PROGRAM})
    if not coders:
        return Answer("coded", question, NOT_KNOWN, "Nobody has coded a sample of ideas by hand yet.")
    called = {PROGRAM: PROGRAM} | {name: f"coder {number}" for number, name in enumerate(coders, start=1)}
    said = [agreement_says({**entry, "between": [called[name] for name in entry["between"]]}) for entry in agreement]
    with_program = [entry["alpha"] for entry in agreement if PROGRAM in entry["between"]]
    told = [alpha for alpha in with_program if alpha is not None]
    verdict = NOT_KNOWN
    if told:
        verdict = YES if min(told) >= RELIABLE else MOSTLY if min(told) >= TENTATIVE else IN_PART
    return Answer("coded", question, verdict, " ".join(sentence[0].upper() + sentence[1:] for sentence in said))


def _broken(rows: Sequence[_Row], rule: str) -> list[_Row]:
    return [row for row in rows if rule in row["broken"].split()]


def _verdict(broken: Sequence[_Row], rows: Sequence[_Row]) -> str:
    if not broken:
        return YES
    return MOSTLY if 1 - len(broken) / len(rows) >= _MOST else IN_PART


def _some(rows: Sequence[_Row], names: Mapping[str, str], figure: Callable[[_Row], str]) -> str:
    """Return the first themes by name, each with a figure, and how many more there are."""
    return _counted([f"“{names[row['theme_id']]}” ({figure(row)})" for row in rows])


def _counted(told: Sequence[str]) -> str:
    """Return a list in a sentence: the first ones, and how many more there are."""
    more = len(told) - _NAMED
    parts = [*told[:_NAMED], *([f"{more} more"] if more > 0 else [])]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _number(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _between(row: _Row, column: str, form: str) -> str:
    return f"{row[column]:{form}}, likely {row[f'{column}_low']:{form}} to {row[f'{column}_high']:{form}}"


def _figure(figures: Mapping[str, float], name: str, form: str) -> str:
    """Return a figure of the set with its 90 % interval."""
    return f"{figures[name]:{form}} (likely {figures[f'{name}_low']:{form}} to {figures[f'{name}_high']:{form}})"


def _rows(frame: Any) -> list[_Row]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]
