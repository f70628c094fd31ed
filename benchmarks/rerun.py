"""What an ordinary re-run costs: one percent of new input, beside a full run of everything, stage by stage.

For each corpus a data folder is filled and a full run is made, with nothing kept from before. Then the new export is ingested and the
run is made again. Both are timed from the start of their process to its end, ingest and imports included; CPU seconds beside wall-clock
ones, for a machine that others use too. Last the same input is searched in full again (`--full`, with all that is kept), to see
how far the increment's themes agree with it: the adjusted Rand index over all ideas, and over the new ones.

Corpora: the sample district, with the export held back that is nearest to one percent; and surveys of the public sets in `--data`
(those of `bench scale`), in `--sizes` comments, what goes beyond the sets told anew.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.scale import public, told_anew

BAR = 0.05
SIZES = (20_000,)
SHARE = 0.01
_EXPORTS = 20
_RAW = Path("data/raw")


@dataclass(frozen=True)
class Corpus:
    """Two folders of exports: what is there first, and what comes later."""

    name: str
    first: Path
    later: Path


def sample(folder: Path, raw: Path) -> Corpus:
    """Return the sample district, with the export of nearest to one percent of the kept rows held back."""
    from synthesis import actions

    report = actions.ingest([raw], data_dir=folder / "looked", timezone="America/New_York")
    kept = sum(row.kept for row in report.stored)
    held = min(report.stored, key=lambda row: (abs(row.kept - SHARE * kept), row.name))
    corpus = Corpus(f"sample, {kept:,} comments", folder / "first", folder / "later")
    shutil.copytree(raw, corpus.first)
    target = corpus.later / held.name
    target.parent.mkdir(parents=True)
    shutil.move(corpus.first / held.name, target)
    return corpus


def surveys(folder: Path, data: Path, size: int, seed: int) -> Corpus:
    """Return surveys of the public sets with `size` comments, and one more of one percent."""
    draw = random.Random(seed)  # noqa: S311
    texts, _ = public(data)
    draw.shuffle(texts)
    new = round(SHARE * size)
    said = [text if n < len(texts) else told_anew(text, draw) for n, text in enumerate(_cycled(texts, size + new))]
    corpus = Corpus(f"public sets, {size:,} comments", folder / "first", folder / "later")
    step = -(-size // _EXPORTS)
    for number, start in enumerate(range(0, size, step)):
        _survey(corpus.first / "other" / f"survey_{number:02}.csv", said[start : min(start + step, size)], number)
    _survey(corpus.later / "other" / "survey_new.csv", said[size:], _EXPORTS)
    return corpus


def _cycled(texts: list[str], n: int) -> list[str]:
    return (texts * -(-n // len(texts)))[:n]


def _survey(path: Path, said: list[str], number: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Timestamp", "What should the district do?"])
        month, days = number % 12 + 1, 28
        writer.writerows(
            [f"2026-{month:02}-{n // 1440 % days + 1:02} {n // 60 % 24:02}:{n % 60:02}:00", text]
            for n, text in enumerate(said)
        )


class Stages:
    """CPU seconds of each stage, in the order in which they began; what comes before the first is the start."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._now, self._since = "start", 0.0

    def __call__(self, stage: str, done: int = 0, total: int = 0) -> None:
        """Note that a stage begins or goes on: progress of an action."""
        if stage != self._now:
            at = time.process_time()
            self.seconds[self._now] = self.seconds.get(self._now, 0.0) + at - self._since
            self._now, self._since = stage, at


def step(exports: Path | None, data_dir: Path, full: bool) -> dict[str, object]:
    """Ingest exports, make the run, and return the CPU seconds of each stage. Run in a process of its own."""
    stages = Stages()
    from synthesis import actions

    if exports is not None:
        actions.ingest([exports], data_dir=data_dir, timezone="America/New_York", progress=stages)
    run = actions.run(data_dir=data_dir, full=full, progress=stages)
    stages("end")
    return {
        "stages": {name: round(seconds, 2) for name, seconds in stages.seconds.items()},
        "cpu": round(time.process_time(), 1),
        "basis": run.manifest.basis,
        "ideas": run.manifest.counts["ideas"],
        "themes": run.manifest.counts["themes"],
        "places": dict(zip(run.assignments["idea_id"], run.assignments["engine_id"], strict=True)),
    }


def in_process(exports: Path | None, data_dir: Path, full: bool) -> dict[str, object]:
    """Return what a step measured, with its wall-clock seconds."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.rerun", "--step", str(data_dir)]
    command += (["--exports", str(exports)] if exports else []) + (["--full"] if full else [])
    begin = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)
    if done.returncode:
        sys.exit(f"a run failed:\n{done.stderr[-2000:]}")
    found: dict[str, object] = json.loads(done.stdout.strip().splitlines()[-1])
    return found | {"wall": round(time.perf_counter() - begin, 1)}


def measure(corpus: Corpus, folder: Path) -> dict[str, object]:
    """Return the figures of one corpus."""
    from sklearn.metrics import adjusted_rand_score

    data_dir = folder / "data"
    runs = {
        "full": in_process(corpus.first, data_dir, full=False),
        "rerun": in_process(corpus.later, data_dir, full=False),
        "full again": in_process(None, data_dir, full=True),
    }
    before, after, anew = (runs[name].pop("places") for name in ("full", "rerun", "full again"))
    ideas = sorted(set(after) & set(anew))
    new = [idea for idea in ideas if idea not in before]
    return {
        "corpus": corpus.name,
        "runs": runs,
        "new_ideas": len(new),
        "ratio_cpu": round(runs["rerun"]["cpu"] / runs["full"]["cpu"], 4),
        "ratio_wall": round(runs["rerun"]["wall"] / runs["full"]["wall"], 4),
        "increment": runs["rerun"]["basis"] is not None,
        "ari": round(float(adjusted_rand_score([after[i] for i in ideas], [anew[i] for i in ideas])), 3),
        "ari_new": round(float(adjusted_rand_score([after[i] for i in new], [anew[i] for i in new])), 3),
        "same_theme_new": round(sum(after[i] == anew[i] for i in new) / max(len(new), 1), 3),
    }


def show(found: dict[str, object]) -> None:
    """Print the figures of one corpus."""
    runs = found["runs"]
    print(f"\n{found['corpus']}; {found['new_ideas']} new ideas")
    print(f"{'CPU seconds':16} " + " ".join(f"{name:>11}" for name in runs))
    stages = dict.fromkeys(stage for run in runs.values() for stage in run["stages"])
    for stage in stages:
        print(f"{stage:16} " + " ".join(f"{run['stages'].get(stage, 0.0):11.2f}" for run in runs.values()))
    for total in ("cpu", "wall"):
        print(f"{'all, ' + total:16} " + " ".join(f"{run[total]:11.1f}" for run in runs.values()))
    kind = "an increment" if found["increment"] else "a full run"
    print(
        f"the re-run is {kind}: {found['ratio_cpu']:.1%} of the full run's CPU seconds, {found['ratio_wall']:.1%} of its time "
        f"(bar {BAR:.0%}: {'met' if max(found['ratio_cpu'], found['ratio_wall']) <= BAR else 'missed'})"
    )
    print(
        f"against a full search of the same input: adjusted Rand index {found['ari']:.3f}, of new ideas {found['ari_new']:.3f}; "
        f"{found['same_theme_new']:.0%} of the new ideas in the same theme"
    )


def main() -> None:
    """Print a table or JSON."""
    parser = argparse.ArgumentParser(prog="synthesis bench rerun", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with the public sets; without it, the sample alone")
    parser.add_argument("--sizes", type=int, nargs="*", default=list(SIZES), help="comments of the public sets")
    parser.add_argument("--raw", type=Path, default=_RAW, help="the sample's exports")
    parser.add_argument("--no-sample", action="store_true", help="leave the sample out")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--step", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--exports", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--full", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        print(json.dumps(step(arguments.exports, arguments.step, arguments.full)))
        return
    report = []
    for size in [*([] if arguments.no_sample else [0]), *(arguments.sizes if arguments.data else [])]:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            corpus = surveys(folder, arguments.data, size, arguments.seed) if size else sample(folder, arguments.raw)
            report.append(measure(corpus, folder))
        if not arguments.json:
            show(report[-1])
    if arguments.json:
        print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
