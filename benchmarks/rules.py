"""How well the plan's written rules tell sound results and steps from flawed ones, and steps that break a boundary.

The examples stand in `tests/truth`: `written_first` before the rules, `held_out…` after they were tuned. What was held out and was
looked at afterwards is no longer held out; figures of the first look are in decision 0011.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import time
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from synthesis.plan.boundaries import breaks, read_boundary
from synthesis.plan.lint import lint_result, lint_step
from synthesis.plan.records import ActionStep
from synthesis.plan.schedule import Candidate, Year, propose

TRUTH = Path(__file__).resolve().parents[1] / "tests" / "truth"


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def result_rules(row: dict[str, str]) -> set[str]:
    """Return the rules that a specific result breaks."""
    flaws = lint_result(
        row["specific_result"],
        responsible=row["responsible"],
        starts=date.fromisoformat(row["starts"]),
        costs=row["costs"],
        benefits=row["benefits"],
        sufficient_return=row["sufficient_return"],
    )
    return {flaw.rule for flaw in flaws}


def step_rules(row: dict[str, str]) -> set[str]:
    """Return the rules that a step breaks."""
    step = ActionStep(row["id"], "AP", 1, row["text"], row["assigned_to"], due=_day(row["due"]), status="not_started")
    return {flaw.rule for flaw in lint_step(step)}


def boundary_rules(row: dict[str, str]) -> set[str]:
    """Return whether a step is held to break its boundary."""
    boundary = read_boundary(row["boundary"])
    return {"breaks"} if boundary and breaks(row["step"], boundary) else set()


SETS: dict[str, Callable[[dict[str, str]], set[str]]] = {
    "specific_results": result_rules,
    "action_steps": step_rules,
    "boundary_steps": boundary_rules,
}


def figures(pairs: Iterable[tuple[bool, bool]]) -> dict[str, float]:
    """Return precision, recall and F1 of pairs (is so, is said to be so)."""
    counted = list(pairs)
    hit = sum(so and said for so, said in counted)
    precision = hit / max(sum(said for _, said in counted), 1)
    recall = hit / max(sum(so for so, _ in counted), 1)
    return {
        "precision": round(precision, 3),
        "recall": round(recall, 3),
        "f1": round(2 * precision * recall / (precision + recall), 3) if hit else 0.0,
    }


def score(name: str, which: str, truth: Path = TRUTH) -> dict[str, Any]:
    """Return for one file and set of examples: flawed or not, the named fault or another, and what was missed or wrongly found."""
    rules = SETS[name]
    with (truth / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["set"] == which]
    found = [(row, rules(row)) for row in rows]
    bad = {row["id"]: row["verdict"] in ("bad", "breaks") for row in rows}
    named = [
        (row.get("fault", "breaks") == rule and bad[row["id"]], rule in seen)
        for row, seen in found
        for rule in seen | {row.get("fault", "breaks")}
        if rule
    ]
    return {
        "examples": len(rows),
        "flawed": figures((bad[row["id"]], bool(seen)) for row, seen in found),
        "named": figures(named),
        "missed": [row["id"] for row, seen in found if bad[row["id"]] and not seen],
        "wrongly_found": [row["id"] for row, seen in found if seen and not bad[row["id"]]],
    }


def speed(number: int) -> dict[str, Any]:
    """Return how long a proposal takes for so many made-up plans of six owners, of which about half can be paid."""
    draw = random.Random(number)  # noqa: S311 - made-up figures
    plans = [
        Candidate(
            f"AP{n:02d}",
            "made up",
            draw.random(),
            f"Owner {draw.randrange(6)}",
            {"general": draw.randrange(5, 300) * 1000.0},
            months=draw.randrange(1, 9),
            needs=(f"AP{draw.randrange(n):02d}",) if n and draw.random() < 0.2 else (),
        )
        for n in range(number)
    ]
    year = Year(date(2026, 8, 17), date(2027, 6, 30), funds={"general": number * 60_000.0})
    start = time.perf_counter()
    proposal = propose(plans, year)
    seconds = round(time.perf_counter() - start, 2)
    return {"plans": number, "scheduled": len(proposal.scheduled), "proven": proposal.proven, "seconds": seconds}


def main() -> None:
    """Print the figures of every set, or how long schedules take."""
    parser = argparse.ArgumentParser(prog="synthesis bench rules", description=__doc__)
    parser.add_argument("--truth", type=Path, default=TRUTH, help="the folder with the examples")
    parser.add_argument("--speed", action="store_true", help="time the schedule for 14, 40 and 80 plans instead")
    arguments = parser.parse_args()
    if arguments.speed:
        for number in (14, 40, 80):
            print(json.dumps(speed(number)), flush=True)
        return
    truth = arguments.truth
    result: dict[str, dict[str, Any]] = {}
    for name in SETS:
        with (truth / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            sets = dict.fromkeys(row["set"] for row in csv.DictReader(file))
        result[name] = {which: score(name, which, truth) for which in sets}
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
