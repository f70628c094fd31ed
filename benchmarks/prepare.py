"""How well ingest and preparation meet the planted truth of the sample district, one figure for each thing planted.

Every figure is of the published run and the vault of the data folder. A planted contribution is matched to ours by its file and
its words. Interior boundaries are those between two ideas of one comment; edges are the beginnings and ends of all ideas, those
that a comment gives included; spans are whole ideas with both ends right.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.sample import TRUTH, normal, public_position
from synthesis import actions
from synthesis.actions.account import account
from synthesis.published import PublishedRun
from synthesis.settings import Settings
from synthesis.store.vault import Vault
from synthesis.text import urgent

_TOLERANCE = 3


def _read(truth: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(truth / f"{name}.csv", dtype=str, keep_default_na=False)


def f1(found: set[Any], planted: set[Any]) -> dict[str, float]:
    """Return precision, recall and F1 of a set against the planted one, and both sizes."""
    hit = len(found & planted)
    return {
        "precision": round(hit / max(len(found), 1), 3),
        "recall": round(hit / max(len(planted), 1), 3),
        "f1": round(2 * hit / max(len(found) + len(planted), 1), 3),
        "found": len(found),
        "planted": len(planted),
    }


def matched(run: PublishedRun, raw: pd.DataFrame, truth: pd.DataFrame) -> dict[str, str]:
    """Return planted contribution → contribution_id, for those that are kept."""
    names = {row.sha256: row.name for row in run.ledger}
    waiting: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for sha, contribution_id, text in zip(raw["export_sha256"], raw["contribution_id"], raw["text_raw"], strict=True):
        waiting[names[sha], normal(text)].append(contribution_id)
    found = {}
    for row in truth.to_dict("records"):
        places = waiting.get((row["file"], normal(row["text"])), [])
        if places and row["is_voice"] == "true":
            found[row["contribution"]] = places.pop(0)
    return found


def score(data_dir: Path, truth_dir: Path, database_url: str | None = None) -> dict[str, Any]:
    """Return every figure."""
    run, now = actions.read_run(data_dir), account(data_dir, database_url)
    truth = _read(truth_dir, "contributions")
    ours = matched(run, now.contributions, truth)
    public = run.contributions.set_index("contribution_id")
    voice = truth[truth["contribution"].isin(ours)]
    kept = [(row, ours[row["contribution"]]) for row in voice.to_dict("records")]
    redactions = Vault(data_dir).load("redactions")
    boundaries, edges, spans = _ideas(run, redactions, ours, _read(truth_dir, "ideas"))
    return {
        "matched": {"kept": len(ours), "planted": int(truth["is_voice"].eq("true").sum())},
        "campaigns": f1(set(public.index[public["campaign_id"].ne("")]), {own for row, own in kept if row["campaign"]}),
        "near_duplicates": _pairs(public, kept),
        "non_answers": _non_answers(run, now.set_aside, truth),
        "urgent": _urgent(now.set_aside, truth, run),
        "language": _language(public, kept),
        "personal_data": _personal(redactions, ours, _read(truth_dir, "personal_data")),
        "indirect": f1(
            set(public.index[public["hold"].str.contains("may identify")]),
            {own for row, own in kept if row["indirect"]},
        ),
        "idea_boundaries": boundaries,
        "idea_edges": edges,
        "idea_spans": spans,
    }


def _pairs(public: pd.DataFrame, kept: list[tuple[dict[str, str], str]]) -> dict[str, float]:
    """Compare pairs of near-duplicates outside campaigns: planted by `same_as`, or alike to the letter."""
    by_id = {row["id"]: own for row, own in kept if row["id"]}
    planted = {frozenset((own, by_id[row["same_as"]])) for row, own in kept if row["same_as"] in by_id}
    outside = public[public["campaign_id"].eq("") & public["duplicate_of"].ne("")]
    found = {frozenset(pair) for pair in zip(outside.index, outside["duplicate_of"], strict=True)}
    words = public["text_public"].map(lambda text: normal(text).casefold())
    alike = {pair for pair in found if len({words[one] for one in pair}) == 1}
    return f1(found - (alike - planted), planted)


def _non_answers(run: PublishedRun, aside: pd.DataFrame, truth: pd.DataFrame) -> dict[str, float]:
    """Compare rows set aside as non-answers by file and words."""
    own = aside[aside["reason"] == "non_answer"]
    found = _numbered(zip(own["name"], own["text_raw"], strict=True))
    wanted = truth[truth["reason"] == "non_answer"]
    return f1(found, _numbered(zip(wanted["file"], wanted["text"], strict=True)))


def _numbered(pairs: Any) -> set[tuple[str, str, int]]:
    """Return pairs of file and words, the same pair numbered, so that each row counts."""
    seen: defaultdict[tuple[str, str], int] = defaultdict(int)
    result = set()
    for name, text in pairs:
        key = (name, normal(text))
        seen[key] += 1
        result.add((*key, seen[key]))
    return result


def _urgent(aside: pd.DataFrame, truth: pd.DataFrame, run: PublishedRun) -> dict[str, float]:
    """Compare urgent items among voices, and count false alarms among all comments."""
    own = aside[aside["reason"] == "urgent_item"]
    found = _numbered(zip(own["name"], own["text_raw"], strict=True))
    wanted = truth[truth["urgent"].ne("") & truth["is_voice"].eq("true")]
    figures = f1(found, _numbered(zip(wanted["file"], wanted["text"], strict=True)))
    spoken = truth[truth["is_voice"].eq("true") & truth["urgent"].eq("")]
    alarms = sum(urgent.kind_of(text) is not None for text in spoken["text"])
    return figures | {"false_alarms": alarms, "false_alarm_share": round(alarms / len(spoken), 4)}


def _language(public: pd.DataFrame, kept: list[tuple[dict[str, str], str]]) -> dict[str, float]:
    """Return the share of right languages among lines over 15 characters."""
    long = [(row["language"], public.at[own, "language"]) for row, own in kept if len(row["text"]) > 15]
    right = sum(wanted == found for wanted, found in long)
    return {"accuracy": round(right / len(long), 4), "lines": len(long)}


def _personal(redactions: pd.DataFrame, ours: dict[str, str], planted: pd.DataFrame) -> dict[str, Any]:
    """Compare redacted with planted stretches: recall by kind, and the share of redactions that meet planted ones."""
    wanted: defaultdict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for row in planted.to_dict("records"):
        if row["contribution"] in ours:
            wanted[ours[row["contribution"]]].append((int(row["start"]), int(row["end"]), row["kind"]))
    hit: defaultdict[str, int] = defaultdict(int)
    total: defaultdict[str, int] = defaultdict(int)
    by_comment = dict(iter(redactions.groupby("contribution_id")))
    for own, places in wanted.items():
        changes = by_comment.get(own)
        for start, end, kind in places:
            total[kind] += 1
            if changes is not None and ((changes["raw_start"] < end) & (changes["raw_end"] > start)).any():
                hit[kind] += 1
    meets = sum(
        any(row.raw_start < end and row.raw_end > start for start, end, _ in wanted.get(row.contribution_id, []))
        for row in redactions.itertuples()
    )
    recall = {kind: f"{hit[kind]} of {total[kind]}" for kind in sorted(total)}
    return {"recall": recall, "precision": round(meets / max(len(redactions), 1), 3), "redactions": len(redactions)}


def _ideas(
    run: PublishedRun, redactions: pd.DataFrame, ours: dict[str, str], planted: pd.DataFrame
) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """Compare interior boundaries, all edges, and whole spans."""
    changes = dict(iter(redactions.groupby("contribution_id")))
    wanted: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
    for row in planted.to_dict("records"):
        own = ours.get(row["contribution"])
        if own is not None:
            change = changes.get(own)
            wanted[own].add((public_position(int(row["start"]), change), public_position(int(row["end"]), change)))
    right = cut = true_cuts = right_edges = right_spans = spans = true_spans = 0
    for own, group in run.ideas[run.ideas["contribution_id"].isin(wanted)].groupby("contribution_id"):
        found = sorted(zip(group["start"], group["end"], strict=True))
        true = sorted(wanted[str(own)])
        right += _close([s for s, _ in found[1:]], [s for s, _ in true[1:]])
        cut, true_cuts = cut + len(found) - 1, true_cuts + len(true) - 1
        right_edges += sum(_close([e[side] for e in found], [e[side] for e in true]) for side in (0, 1))
        right_spans += sum(
            any(abs(s - a) <= _TOLERANCE and abs(e - b) <= _TOLERANCE for a, b in true) for s, e in found
        )
        spans, true_spans = spans + len(found), true_spans + len(true)
    edges = _figures(right_edges, 2 * spans, 2 * true_spans)
    return _figures(right, cut, true_cuts), edges, _figures(right_spans, spans, true_spans)


def _close(found: list[int], true: list[int]) -> int:
    """Count found positions that lie within three characters of a true one, each true one used once."""
    left = list(true)
    hits = 0
    for position in found:
        near = next((other for other in left if abs(other - position) <= _TOLERANCE), None)
        if near is not None:
            left.remove(near)
            hits += 1
    return hits


def _figures(right: int, found: int, planted: int) -> dict[str, float]:
    return {
        "precision": round(right / max(found, 1), 3),
        "recall": round(right / max(planted, 1), 3),
        "f1": round(2 * right / max(found + planted, 1), 3),
        "found": found,
        "planted": planted,
    }


def main() -> None:
    """Print the figures as lines or as JSON."""
    parser = argparse.ArgumentParser(prog="synthesis bench prepare", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--truth", type=Path, default=TRUTH)
    arguments = parser.parse_args()
    settings = Settings()
    figures = score(settings.data_dir, arguments.truth, settings.database_url)
    if arguments.json:
        print(json.dumps(figures, indent=1))
        return
    for name, values in figures.items():
        print(f"{name.replace('_', ' '):18} " + ", ".join(f"{k.replace('_', ' ')} {v}" for k, v in values.items()))


if __name__ == "__main__":
    main()
