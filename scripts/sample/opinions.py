"""Rated thoughts and votes: Thoughtexchange, and Polis folders whose votes agree with the printed counts."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sample.common import Item, Laid, csv_bytes, draw, one_role_words, reason_of
from sample.source import Output, Record

_ZONE = ZoneInfo("America/New_York")


def thoughtexchange(output: Output) -> Laid:
    """One row per thought with its star mean and number of raters."""
    name = output.facts["file"]
    question = output.facts.get("q1") or output.facts.get("question", "")
    table: list[list[object]] = [
        ["Exchange Question", "Thought", "Star Rating", "Ratings Count", "Theme", "I am a…", "School", "Date Shared"]
    ]
    items = []
    for record in output.records:
        stars, raters = record.get("stars") or record.get("rating"), record.get("ratings") or record.get("raters")
        shared = f"{record.when:%Y-%m-%d}" if record.get("date") else ""
        table.append(
            [question, record.text, stars, raters, record.get("theme"), one_role_words(record.get("role")),
             record.get("school"), shared]
        )  # fmt: skip
        items.append(Item(name, f"row {len(table)}", record, reason_of(record)))
    return Laid({name: csv_bytes(table)}, items)


def _counts(output: Output, record: Record) -> tuple[int, int, int]:
    """Return how many agree, disagree and pass; passes are drawn when the source gives none."""
    try:
        agrees, disagrees = int(record.keys["agrees"]), int(record.keys["disagrees"])
        return agrees, disagrees, int(record.get("passes") or draw("passes", record.line) % 7)
    except (KeyError, ValueError) as error:
        raise output.error(record.line, "a Polis comment needs whole numbers 'agrees' and 'disagrees'") from error


def _votes(output: Output, voters: int) -> list[dict[int, int]]:
    """Return per comment who voted how (voter → 1, -1, 0): two groups lean apart, counts are exact."""
    found = []
    for number, record in enumerate(output.records):
        agrees, disagrees, passes = _counts(output, record)
        lean = draw("lean", record.line) % 2
        # a voter of the group that leans towards the comment comes earlier in the order of agreement
        order = sorted(
            range(voters),
            key=lambda voter: draw("vote", number, voter) + (0 if group_of(voter) == lean else 2**31),
        )
        votes = dict.fromkeys(order[:agrees], 1)
        votes |= dict.fromkeys(order[voters - disagrees :], -1)
        votes |= dict.fromkeys(order[agrees : agrees + min(passes, voters - agrees - disagrees)], 0)
        found.append(votes)
    return found


def group_of(voter: int) -> int:
    """Return the opinion group of a voter."""
    return int(draw("group", voter) % 5 < 2)


def _millis(when: datetime) -> int:
    return int(when.replace(tzinfo=_ZONE).timestamp() * 1000)


def _long(when: datetime) -> str:
    return when.replace(tzinfo=_ZONE).strftime("%a %b %d %H:%M:%S %Z %Y")


def _comment_rows(output: Output, votes: list[dict[int, int]], *, newer: bool) -> list[list[object]]:
    header = "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body"
    if newer:
        header = (
            "timestamp,comment-id,author-id,agrees,disagrees,moderated,is-meta,is-seed,"
            "group-informed-consensus,comment-body"
        )
    rows: list[list[object]] = [list(header.split(","))]
    for number, record in enumerate(output.records):
        agrees, disagrees, _ = _counts(output, record)
        seed = record.get("seed") == "yes"
        author = 0 if seed else 1 + number
        moderated = record.get("moderated", "1")
        start: list[object] = [_millis(record.when)] + ([] if newer else [_long(record.when)])
        middle: list[object] = [number, author, agrees, disagrees, moderated]
        if newer:
            meta = str(record.get("meta") == "yes").lower()
            middle += [meta, str(seed).lower(), f"{_consensus(votes[number]):.6f}"]
        rows.append([*start, *middle, record.text])
    return rows


def _consensus(votes: dict[int, int]) -> float:
    """Return the product over the groups of the smoothed share that agrees: (agrees + 1) / (votes + 2)."""
    product = 1.0
    for group in (0, 1):
        cast = [vote for voter, vote in votes.items() if group_of(voter) == group]
        product *= (cast.count(1) + 1) / (len(cast) + 2)
    return product


def _participant_rows(votes: list[dict[int, int]], voters: int, authors: list[int]) -> list[list[object]]:
    header = ["participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree"]
    rows: list[list[object]] = [[*header, *range(len(votes))]]
    for voter in range(voters):
        own = [votes[number].get(voter) for number in range(len(votes))]
        given = [vote for vote in own if vote is not None]
        if not given:
            continue
        counts = [authors.count(voter), len(given), given.count(1), given.count(-1)]
        rows.append([voter, group_of(voter), *counts, *("" if vote is None else vote for vote in own)])
    return rows


def _polis(output: Output, *, newer: bool) -> Laid:
    folder = output.facts["file"].rstrip("/")
    for record in output.records:
        if not record.get("date"):
            raise output.error(record.line, "a Polis comment needs a 'date'")
    totals = [sum(_counts(output, record)) for record in output.records]
    voters = max([*totals, len(totals) + 1, int(output.facts.get("voters", "0"))])
    votes = _votes(output, voters)
    comments = _comment_rows(output, votes, newer=newer)
    author_column = comments[0].index("author-id")
    authors = [int(str(row[author_column])) for row in comments[1:]]
    cast: list[list[object]] = [["timestamp", "datetime", "comment-id", "voter-id", "vote"]]
    for number, record in enumerate(output.records):
        for voter, vote in sorted(votes[number].items()):
            when = record.when + timedelta(seconds=60 + draw("cast", number, voter) % 600_000)
            cast.append([_millis(when), _long(when), number, voter, vote])
    participants = _participant_rows(votes, voters, authors)
    topic = output.facts.get("topic", "Larkmoor Valley schools")
    summary: list[list[object]] = [
        ["topic", topic], ["url", "https://polis.example.org/2larkmoor"], ["views", voters + 41], ["voters", voters],
        ["voters-in-conv", len(participants) - 1], ["commenters", len(set(authors))],
        ["comments", len(output.records)], ["groups", 2],
        ["conversation-description", output.facts.get("question") or output.facts.get("q1") or topic],
    ]  # fmt: skip
    tables = {"comments": comments, "participants-votes": participants, "votes": cast, "summary": summary}
    laid = Laid({f"{folder}/{part}.csv": csv_bytes(rows, line_end="\n") for part, rows in tables.items()})
    for number, record in enumerate(output.records):
        reason = reason_of(record)
        if not reason and record.get("moderated") == "-1":
            reason = "rejected_by_moderator"
        laid.items.append(Item(f"{folder}/comments.csv", f"row {number + 2}, comment {number}", record, reason))
    return laid


def polis_2018(output: Output) -> Laid:
    """The older Polis export: no seed column, a written date."""
    return _polis(output, newer=False)


def polis_2024(output: Output) -> Laid:
    """The newer Polis export: `is-seed`, `is-meta` and the consensus of the groups."""
    return _polis(output, newer=True)
