"""How long a ballot waits: `synthesis bench store [--postgresql]`. A committee of 27 ranks at the same time.

Twice: each member 8 times with pauses of five seconds in the mean, and each 40 times without any, as no committee ranks. Times are those of the
whole action: its transaction opened, role, ballot and ranking checked, the event chained, everything committed to disk.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

import numpy as np

from benchmarks.postgresql import cluster
from synthesis import actions
from synthesis.procedure import Actor, ActorKind
from synthesis.store.ballots import Ballot, write_ballot
from synthesis.store.database import connection

MEMBERS, THEMES = 27, 15
PACES = ((8, 5.0), (40, 0.0))
CHAIR = Actor("Person 1", ActorKind.COMMITTEE_CHAIR)


def seat(data_dir: Path, url: str | None) -> None:
    """Give the offices, and seat a committee of `MEMBERS`; open a ballot on `THEMES` themes."""
    where = {"data_dir": data_dir, "database_url": url}
    actor = Actor("Superintendent", ActorKind.SUPERINTENDENT)
    actions.give_office(actor.person, actor.kind, by=actor.person, reason="Measured.", **where)
    for n in range(1, MEMBERS + 1):
        given = {"id": f"CM{n}", "person": f"Person {n}", "role": "member" if n > 1 else "chair", "appointed_by": "x"}
        actions.add_record("committee_member", given, actor=actor, **where)
    with connection(data_dir, url) as opened:
        write_ballot(opened, Ballot("B1", "open", tuple(f"T{n:02d}" for n in range(THEMES)), 0))


def cast_all(data_dir: Path, url: str | None, times: int, pause: float) -> list[float]:
    """Have every member rank in a process of its own. Returns the seconds of each ranking."""
    children = []
    for n in range(1, MEMBERS + 1):
        reads, writes = os.pipe()
        child = os.fork()
        if child:
            os.close(writes)
            children.append((child, reads))
            continue
        os.close(reads)
        with os.fdopen(writes, "w") as out:
            out.write(json.dumps(_cast(n, data_dir, url, times, pause)))
        os._exit(0)
    taken = []
    for child, reads in children:
        with os.fdopen(reads) as told:
            taken += json.loads(told.read() or "[]")
        os.waitpid(child, 0)
    return taken


def _cast(n: int, data_dir: Path, url: str | None, times: int, pause: float) -> list[float]:
    """Rank as member `n`. Returns the seconds of each ranking."""
    chance = random.Random(n)  # noqa: S311
    kind = ActorKind.COMMITTEE_CHAIR if n == 1 else ActorKind.COMMITTEE_MEMBER
    themes = [f"T{number:02d}" for number in range(THEMES)]
    taken = []
    for _ in range(times):
        time.sleep(chance.uniform(0, 2 * pause))
        chance.shuffle(themes)
        began = time.perf_counter()
        actions.cast_ranking("B1", themes, actor=Actor(f"Person {n}", kind), data_dir=data_dir, database_url=url)
        taken.append(time.perf_counter() - began)
    return taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", action="store_true", help="on a private PostgreSQL cluster, not on SQLite")
    chosen = parser.parse_args()
    with cluster() if chosen.postgresql else nullcontext() as running:
        for times, pause in PACES:
            with tempfile.TemporaryDirectory() as folder:
                url = running.database() if running else None
                data_dir = Path(folder)
                seat(data_dir, url)
                before = actions.verify(data_dir=data_dir, database_url=url).events
                began = time.perf_counter()
                taken = cast_all(data_dir, url, times, pause)
                seconds = time.perf_counter() - began
                began = time.perf_counter()
                report = actions.verify(data_dir=data_dir, database_url=url)
                verified = time.perf_counter() - began
                lost = MEMBERS * times - (report.events - before)
                middle, high, longest = np.quantile(taken, [0.5, 0.95, 1.0]) * 1000
                print(
                    f"{'PostgreSQL' if url else 'SQLite'}, mean pause {pause} s: {len(taken)} rankings in {seconds:.1f} s, {lost} lost; "
                    f"median {middle:.1f} ms, p95 {high:.1f} ms, longest {longest:.0f} ms; "
                    f"chain {'sound' if report.sound else 'broken'}, {report.events} events verified in {verified:.2f} s; "
                    f"load {os.getloadavg()[0]:.1f}"
                )


if __name__ == "__main__":
    main()
