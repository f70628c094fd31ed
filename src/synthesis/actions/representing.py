"""Those who took part against the district's own numbers: reads the benchmark file, compares, re-weights."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthesis.briefs.content import CHANNEL_NAMES, LANGUAGE_NAMES, ROLE_NAMES
from synthesis.errors import InputError, Place
from synthesis.groups import ALL, DIMENSIONS, minimum_cell
from synthesis.priority import Population, Weights, represent
from synthesis.privacy.suppression import protect
from synthesis.procedure import plain
from synthesis.store.runs import read_run

_BY = ("role", "school", "language", "grade_band", "channel")
_COLUMNS = ("population", "by", "group", "people")
_KEYS = {"name", "by", "people", "among", "values", "source"}


def representation(benchmark: Path, *, data_dir: Path) -> dict[str, Any]:
    """Return how those who took part compare with the district, who is missing, and the order re-weighted.

    ``{"run_id", "people", "effective_people", "trimmed", "kendall_distance", "missing": [sentence], "groups": […],
    "themes": [{"theme_id", "name", "rank", "rank_reweighted"}]}``. In `groups`, ``people`` and ``share`` (of the groups that are shown)
    are null where the count is not shown: under the minimum cell, or where it would give such a one away beside the run's other tables.
    Raises InputError for a file that does not fit, RunError before the first run.
    """
    populations = read_populations(benchmark)
    run = read_run(data_dir)
    weights = Weights(**run.manifest.settings["weights"])  # type: ignore[arg-type]
    found = represent(run.contributions, run.ideas, run.assignments, populations, weights=weights)
    minimum = minimum_cell(run)
    names = {str(theme.theme_id): theme.name for theme in run.themes}
    groups: list[dict[str, Any]] = []
    for population, own in zip(populations, _parts(found.groups, populations), strict=True):
        shown = _shown(population, own, found.people, run.groups, minimum)
        base = int(own["people"][shown].sum()) if shown.sum() > 1 else 0  # a share of one group says nothing
        for row, show in zip(own.to_dict("records"), shown, strict=True):
            groups.append(
                {
                    "population": population.name,
                    "group": row["group"],
                    "name": _called(row["group"]),
                    "people": row["people"] if show else None,
                    "share": round(row["people"] / base, 4) if show and base else None,
                    "few": row["people"] < minimum,
                    "benchmark": row["benchmark"],
                    "benchmark_share": row["benchmark_share"],
                    "missing": row["missing"],
                }
            )
    return {
        "run_id": run.manifest.run_id,
        "people": found.people,
        "effective_people": round(found.effective_people),
        "trimmed": found.trimmed,
        "kendall_distance": round(found.kendall_distance, 3),
        "missing": missing_voices(groups, minimum),
        "groups": groups,
        "themes": [{**row, "name": names[str(row["theme_id"])]} for row in found.order.to_dict("records")],
    }


def missing_voices(groups: Sequence[dict[str, Any]], minimum_cell: int) -> list[str]:
    """Return a sentence for each group that is missing, the most missed first. Shares are of the groups that are shown."""
    lacking = sorted(
        (row for row in groups if row["missing"]), key=lambda row: (row["share"] or 0.0) - row["benchmark_share"]
    )
    sentences = []
    for row in lacking:
        if row["share"]:
            took_part = f"{row['share']:.0%}"
        elif row["people"] is not None:
            took_part = f"{row['people']:,}" if row["people"] else "nobody"
        else:
            took_part = f"fewer than {minimum_cell} people" if row["few"] else "a number that is not shown"
        sentences.append(
            f"{row['name']}: {took_part} of those who took part and said so, {row['benchmark_share']:.0%} of {row['population']}."
        )
    return sentences


def _parts(groups: pd.DataFrame, populations: Sequence[Population]) -> list[pd.DataFrame]:
    """Return the rows of each population, which may share a name."""
    ends = np.cumsum([len(population.people) for population in populations])
    return [
        groups.iloc[end - len(p.people) : end].reset_index(drop=True) for p, end in zip(populations, ends, strict=True)
    ]


def _shown(
    population: Population, own: pd.DataFrame, everyone: int, public: pd.DataFrame, minimum: int
) -> NDArray[np.bool_]:
    """Return which counts of a population may be shown beside the `Groups` frame, which is public.

    Its rows are a table: groups (and all in none of them) x of the population or not. The attacker has the totals that the
    frame shows. A population that is a group of the frame's own is shown as there.
    """
    elsewhere = [_margin(public, population.by, population.values.get(name, (name,))) for name in own["group"]]
    if not population.among:
        known = [margin is not False for margin in elsewhere]
        counts = own[["people"]].to_numpy(dtype=np.int64)
        rest = np.array([[everyone - counts.sum()]])
        return np.asarray(protect(np.vstack([counts, rest]), minimum)[:-2, 0] & np.array(known))
    of_it = [_margin(public, column, (value,)) for column, value in population.among.items()]
    if False in of_it:
        return np.zeros(len(own), dtype=bool)
    counts = own[["people", "elsewhere"]].to_numpy(dtype=np.int64)
    among = int(own["among"].iloc[0])
    table = np.vstack([counts, np.array([among, everyone - among]) - counts.sum(axis=0)])
    given = np.zeros((len(table) + 1, 3), dtype=bool)
    given[: len(own), 2] = [margin is True for margin in elsewhere]
    given[-1, :] = len(of_it) == 1
    return protect(table, minimum, public=given)[: len(own), 0]


def _margin(public: pd.DataFrame, column: str, values: Sequence[str]) -> bool | None:
    """Return whether the `Groups` frame shows how many took part of a group; None where it does not tell of such groups."""
    if column not in DIMENSIONS or len(values) > 1:
        return None
    rest = [other for other in DIMENSIONS if other != column]
    own = public[public["theme_id"].eq("") & public[column].eq(values[0]) & public[rest].isin([ALL]).all(axis=1)]
    return bool(own["shown"].all()) if len(own) else None


def _called(group: str) -> str:
    """Return a group's name as people read it."""
    words = ROLE_NAMES.get(group) or LANGUAGE_NAMES.get(group) or CHANNEL_NAMES.get(group) or plain(group)
    return words[:1].upper() + words[1:]


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
