"""Those who took part against the district's own numbers: reads the benchmark file, compares, re-weights."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path
from typing import Any

from synthesis.errors import InputError, Place
from synthesis.groups import minimum_cell
from synthesis.priority import Population, Weights, represent
from synthesis.priority.representation import missing_voices
from synthesis.store.runs import read_run

_BY = ("role", "school", "language", "grade_band", "channel")
_COLUMNS = ("population", "by", "group", "people")
_KEYS = {"name", "by", "people", "among", "values", "source"}


def representation(benchmark: Path, *, data_dir: Path) -> dict[str, Any]:
    """Return how those who took part compare with the district, who is missing, and the order re-weighted.

    ``{"run_id", "people", "effective_people", "trimmed", "kendall_distance", "missing": [sentence], "groups": […],
    "themes": [{"theme_id", "name", "rank", "rank_reweighted"}]}``. In `groups`, ``people`` and ``share`` (of the
    groups that are shown) are null under the minimum cell. For the district's staff: beside other tables of the run, counts of those
    who are in no group could be worked out.
    Raises InputError for a file that does not fit, RunError before the first run.
    """
    populations = read_populations(benchmark)
    run = read_run(data_dir)
    weights = Weights(**run.manifest.settings["weights"])  # type: ignore[arg-type]
    found = represent(run.contributions, run.ideas, run.assignments, populations, weights=weights)
    minimum = minimum_cell(run)
    names = {str(theme.theme_id): theme.name for theme in run.themes}
    small = found.groups["people"].between(1, minimum - 1)
    counted = found.groups.drop(columns="known")
    # A share of all would give the small counts away: it is of the groups that are shown.
    shown = counted["people"].mask(small, 0).groupby(counted["population"]).transform("sum").clip(lower=1)
    counted["share"] = (counted["people"] / shown).round(4)
    groups = counted.to_dict("records")
    for row, hide in zip(groups, small, strict=True):
        if hide:
            row["people"] = row["share"] = None
    return {
        "run_id": run.manifest.run_id,
        "people": found.people,
        "effective_people": round(found.effective_people),
        "trimmed": found.trimmed,
        "kendall_distance": round(found.kendall_distance, 3),
        "missing": missing_voices(found.groups, minimum),
        "groups": groups,
        "themes": [{**row, "name": names[str(row["theme_id"])]} for row in found.order.to_dict("records")],
    }


def read_populations(path: Path) -> list[Population]:
    """Return the populations of a benchmark file, TOML or CSV. Raises InputError with the place and what to do."""
    if not path.is_file():
        raise InputError(
            f"There is no file {path.name}.", place=Place(file=path.name), do="Name a benchmark file, TOML or CSV."
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
        entries = _from_csv(path.name, text) if path.suffix.casefold() == ".csv" else tomllib.loads(text)["population"]
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError) as error:
        raise InputError(
            f"{path.name} cannot be read as a benchmark.",
            place=Place(file=path.name),
            expected="TOML in UTF-8 with a [[population]] table for each population, or CSV",
            do="See docs/guide.md, “Who is missing”.",
        ) from error
    if not isinstance(entries, list) or not entries:
        raise InputError(
            "The benchmark names no population.", place=Place(file=path.name), do="Add a [[population]] table."
        )
    return [_population(path.name, number, entry) for number, entry in enumerate(entries, start=1)]


def _from_csv(name: str, text: str) -> list[dict[str, Any]]:
    """Return the entries of a CSV with columns population, by, group, people, and where wished among and source."""
    reader = csv.DictReader(io.StringIO(text))
    missing = [column for column in _COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise InputError(
            f"The columns {', '.join(missing)} are missing.",
            place=Place(file=name, row=1),
            expected="population, by, group, people; and where wished among (role=family), source",
        )
    entries: dict[tuple[str, str], dict[str, Any]] = {}
    for row in reader:
        key = (row["population"], row["by"])
        among = dict([row["among"].split("=", 1)]) if "=" in (row.get("among") or "") else {}
        fresh = {"name": key[0], "by": key[1], "people": {}, "among": among, "source": row.get("source") or ""}
        people = (row["people"] or "").replace(",", "").strip()
        if not people.isdecimal():
            raise InputError(
                f"{row['people']!r} is no count of people.",
                place=Place(file=name, row=reader.line_num, column="people"),
                do="Write a whole number.",
            )
        entries.setdefault(key, fresh)["people"][row["group"]] = int(people)
    return list(entries.values())


def _population(name: str, number: int, entry: object) -> Population:
    """Return one population, checked."""
    where = f"population {number}"
    if not isinstance(entry, dict) or not {"name", "by", "people"} <= set(entry) or set(entry) - _KEYS:
        raise InputError(
            f"In {where}, keys are missing or unknown.", place=Place(file=name), expected=", ".join(sorted(_KEYS))
        )
    among, values, people = entry.get("among", {}), entry.get("values", {}), entry["people"]
    unknown = [column for column in (entry["by"], *among) if column not in _BY]
    if unknown:
        raise InputError(
            f"In {where}, {unknown[0]!r} is nothing to compare by.", place=Place(file=name), expected=", ".join(_BY)
        )
    counts = isinstance(people, dict) and all(isinstance(n, int) and n >= 0 for n in people.values())
    if not counts or sum(people.values()) == 0:
        raise InputError(
            f"In {where}, people must be whole numbers, not all zero.", place=Place(file=name, column="people")
        )
    if set(values) - set(people):
        raise InputError(
            f"In {where}, values names a group without a count of people.", place=Place(file=name, column="values")
        )
    return Population(
        name=str(entry["name"]),
        by=entry["by"],
        people=people,
        among={str(column): str(value) for column, value in among.items()},
        values={group: tuple(map(str, said)) for group, said in values.items()},
        source=str(entry.get("source", "")),
    )
