"""How fast the thread is followed where there is very much of it: 10,000 plan records and 1,000,000 evidence links.

The run is the published one of the data folder, or one made of the sample. Records and links are made up; they are put into a SQLite file and,
where PostgreSQL is installed, into a private cluster: never into the district's own database. A tenth of the links name themes
that were merged or split since, so that they have to be followed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.postgresql import cluster, programs
from synthesis import actions
from synthesis.plan import Plan
from synthesis.plan import records as r
from synthesis.plan.links import Fate
from synthesis.store.database import connection
from synthesis.store.plans import LINKS, count_anew, write_plan
from synthesis.store.trace import record_run

RAW = Path(__file__).resolve().parents[1] / "data" / "raw"
BARS = {"explain": 0.1, "trace": 1.0}
"""Seconds."""
_DAY = date(2026, 9, 1)
_BATCH = 20_000


def made_up(number: int) -> Plan:
    """Return a plan of about so many records: nine strategies, a tenth of the records action plans, half of them steps."""
    plans, records = max(number // 10, 1), number
    found: dict[str, list[Any]] = {
        "plan_cycle": [r.PlanCycle("PC", "Made up", "Plan", _DAY, date(2031, 6, 30), "implementation")],
        "direction": [r.Direction("D1", "1.0", "adopted", "A mission.", "A statement.", _DAY, _DAY)],
        "enduring_value": [r.EnduringValue(f"V{n}", f"Value {n}.") for n in range(6)],
        "strategic_boundary": [r.StrategicBoundary(f"B{n}", f"Boundary {n}.") for n in range(6)],
        "strategy": [r.Strategy(f"S{n}", n, f"Strategy {n}.") for n in range(1, 10)],
        "action_plan": [
            r.ActionPlan(f"AP{n}", f"S{n % 9 + 1}", str(n), "1", _DAY, f"Result {n}.", responsible="A", status="in_progress")
            for n in range(plans)
        ],
        "implementation_item": [
            r.ImplementationItem(f"IT{n}", f"AP{n}", "2026-27", "", "Owner", _DAY, budgets={"general": "1000"})
            for n in range(plans)
        ],
        "progress_update": [
            r.ProgressUpdate(f"U{n}.{m}", f"IT{n}", f"2026-{m:02d}", "on_track", 10 * m, ("A success.",), published_at=_DAY)
            for n in range(plans)
            for m in (8, 9)
        ],
        "cost_benefit": [r.CostBenefit(f"CB{n}", f"AP{n}", ({"item": "a bus", "amount": "1000"},)) for n in range(plans)],
    }  # fmt: skip
    rest = records - sum(map(len, found.values()))
    found["action_step"] = [
        r.ActionStep(f"AS{n}", f"AP{n % plans}", n // plans + 1, f"Step {n}.", "A", status="on_track")
        for n in range(rest)
    ]
    return Plan({kind: tuple(own) for kind, own in found.items()})


def links(plan: Plan, run: Any, number: int, seed: int) -> Iterator[dict[str, Any]]:
    """Yield so many links from the plan's records to themes and ideas, a tenth of them to themes that are gone since."""
    draw = random.Random(seed)  # noqa: S311 - made-up links
    sources = [(kind, record.id) for kind, own in plan.records.items() for record in own if kind != "plan_cycle"]
    sources += [("mission", "D1"), ("student_performance_statement", "D1")]
    themes = [str(theme.theme_id) for theme in run.themes]
    ideas = run.ideas["idea_id"].tolist()
    for n in range(number):
        kind, record_id = sources[draw.randrange(len(sources))]
        old = n % 10 == 0
        yield {
            "id": f"L{n}",
            "source_kind": kind,
            "source_id": record_id,
            "theme_id": f"T{draw.randrange(900, 920)}" if old else draw.choice(themes),
            "theme_words": "",
            "note": "Why this stands behind it.",
            "idea_id": draw.choice(ideas) if n % 20 == 1 else "",
            "research_id": "",
            "as_of": "R-before" if old else run.manifest.run_id,
            "ordinal": n,
            "row_version": 0,
        }


def fill(where: dict[str, Any], run: Any, records: int, number: int, seed: int) -> float:
    """Put the plan and its links into a database. Returns the seconds that it took."""
    start, plan = time.perf_counter(), made_up(records)
    themes = [str(theme.theme_id) for theme in run.themes]
    fates = [Fate(f"T{900 + n}", "merged", (themes[n % len(themes)],)) for n in range(20)]
    with connection(**where) as opened:
        write_plan(opened, plan)
        record_run(opened, "R-before", date(2026, 1, 1), ())
        record_run(opened, run.manifest.run_id, _DAY, fates)
        batch: list[dict[str, Any]] = []
        for row in links(plan, run, number, seed):
            batch.append(row)
            if len(batch) == _BATCH:
                opened.execute(LINKS.insert(), batch)
                batch.clear()
        if batch:
            opened.execute(LINKS.insert(), batch)
        count_anew(opened)
    return round(time.perf_counter() - start, 1)


def timed(act: Callable[[], object], repeat: int) -> dict[str, float]:
    """Return the median and the longest of so many times, in seconds, after one that does not count, and the processor's median.

    Of PostgreSQL the processor's time is the client's alone.
    """
    act()
    times, worked = [], []
    for _ in range(repeat):
        start, begun = time.perf_counter(), time.process_time()
        act()
        times.append(time.perf_counter() - start)
        worked.append(time.process_time() - begun)
    told = {"median": statistics.median(times), "longest": max(times), "processor": statistics.median(worked)}
    return {name: round(seconds, 4) for name, seconds in told.items()}


def measure(where: dict[str, Any], run: Any, repeat: int) -> dict[str, Any]:
    """Return the times of the questions, each beside its bar."""
    theme, idea = run.themes[0], str(run.ideas["idea_id"].iat[0])
    asked = {
        "theme": str(theme.theme_id), "idea": idea, "contribution": str(run.ideas["contribution_id"].iat[0]),
        "mission": "mission", "strategy": "S1", "action_plan": "AP7", "action_step": "AS7", "item": "IT7",
        "budget_line": "IT7#general", "cost_line": "CB7#1", "update": "U7.8", "link": "L7",
    }  # fmt: skip
    rows: dict[str, Any] = {}
    for name, item_id in asked.items():
        found = timed(lambda item_id=item_id: actions.explain(item_id, **where), repeat)  # type: ignore[misc]
        rows[f"explain {name}"] = found | {"bar": BARS["explain"], "met": found["median"] < BARS["explain"]}
    found = timed(lambda: actions.trace_report(**where), max(repeat // 4, 3))
    rows["trace matrix"] = found | {"bar": BARS["trace"], "met": found["median"] < BARS["trace"]}
    return rows


def published(folder: Path) -> Any:
    """Return a published run in a folder of its own: that of the data folder, or one of the sample."""
    kept = Path(os.environ.get("SYNTHESIS_DATA_DIR", "data/processed"))
    if actions.current_run_id(kept):
        shutil.copytree(kept / "runs", folder / "runs")
    else:
        actions.ingest([RAW], data_dir=folder, timezone="America/New_York")
        actions.run(data_dir=folder)
        (folder / "synthesis.db").unlink(missing_ok=True)
    return actions.read_run(folder)


def main() -> None:
    """Print the times on each database as JSON."""
    parser = argparse.ArgumentParser(prog="synthesis bench plan", description=__doc__)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--links", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="synthesis-bench-") as name:
        folder = Path(name)
        run = published(folder)
        size = {"records": chosen.records, "links": chosen.links}

        def told(database: str, address: str | None) -> None:
            where = {"data_dir": folder, "database_url": address}
            seconds = fill(where, run, chosen.records, chosen.links, chosen.seed)
            times = measure(where, run, chosen.repeat)
            print(
                json.dumps({"database": database, **size, "filled_in": seconds, "seconds": times}, indent=1), flush=True
            )

        told("sqlite", None)
        if programs() is not None:
            with cluster() as running:
                told("postgresql", running.database())


if __name__ == "__main__":
    main()
