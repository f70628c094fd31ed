"""An attacker who may ask the explorer for any choice of groups, and subtract, learns no count under the minimum."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy.optimize import linprog

from synthesis.actions.grouping import shown_groups
from synthesis.groups import counts_by, people_among, who_said
from synthesis.privacy.suppression import protect, with_margins
from synthesis.published import PublishedRun
from tests.store.small_run import small_run
from tests.unit.test_priority import community, contribution

MINIMUM = 10
CHANNELS = ("lets_talk", "other", "town_hall")
ROLES = ("family", "student", "teacher")


def crowd(seed: int, people: int = 260) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """A community in which small and large groups are mixed; one person may speak to several themes."""
    rng = np.random.default_rng(seed)
    rows, number = [], 0
    for person in range(people):
        channel = str(rng.choice(CHANNELS, p=[0.25, 0.55, 0.2]))
        role = str(rng.choice(ROLES, p=[0.6, 0.25, 0.15]))
        for theme in rng.choice(["T01", "T02", "T03", "T04"], size=rng.integers(1, 3), replace=False):
            rows.append((contribution(number, f"p:{person}", channel, role), str(theme)))
            number += 1
    return community(*rows)


@dataclass
class Attacker:
    """Knows every answer, and that counts are not negative, fit their bases and add up."""

    run: PublishedRun

    def __post_init__(self) -> None:
        self.themes = ["", *sorted(set(self.run.groups["theme_id"]) - {""})]
        self.cells = list(itertools.product(self.themes, CHANNELS, ROLES))
        self.place = {cell: number for number, cell in enumerate(self.cells)}
        equal, least = [], []
        for channels, roles in choices():
            frame, base, whole = people_among(self.run, channels, roles)
            answers = [*frame.itertuples(index=False, name=None), ("", base, whole)]
            for theme, people, exact in answers:
                line = self.line(str(theme), channels or CHANNELS, roles or ROLES)
                (equal if exact else least).append((line, float(people)))
        for theme in self.themes[1:]:
            for dimension, others in (("channel", ROLES), ("role", CHANNELS)):
                for count in counts_by(self.run, theme, dimension)[0]:
                    groups = ([count.group], others) if dimension == "channel" else (others, [count.group])
                    equal.append((self.line(theme, *groups), float(count.people)))
        self.equal, self.least = equal, least

    def line(self, theme: str, channels, roles) -> NDArray[np.float64]:
        line = np.zeros(len(self.cells))
        line[[self.place[(theme, channel, role)] for channel in channels for role in roles]] = 1
        return line

    def ends(self, theme: str, channels, roles) -> tuple[float, float]:
        above = [-line for line, _ in self.least]
        over = [-people for _, people in self.least]
        for channel, role in itertools.product(CHANNELS, ROLES):
            base = self.line("", [channel], [role])
            each = [self.line(name, [channel], [role]) for name in self.themes[1:]]
            above += [line - base for line in each] + [base - np.sum(each, axis=0)]  # all who took part said something
            over += [0.0] * (len(each) + 1)
        found = [
            linprog(
                sign * self.line(theme, channels, roles),
                A_ub=np.array(above),
                b_ub=np.array(over),
                A_eq=np.array([line for line, _ in self.equal]),
                b_eq=np.array([people for _, people in self.equal]),
                bounds=(0, None),
                method="highs",
            )
            for sign in (1, -1)
        ]
        assert all(f.status in (0, 3) for f in found)
        return tuple(float(sign * f.fun) if f.status == 0 else np.inf for sign, f in zip((1, -1), found, strict=True))


def choices() -> Iterator[tuple[list[str], list[str]]]:
    """Every choice that the sidebar allows."""

    def some(names):
        return itertools.chain.from_iterable(itertools.combinations(names, size) for size in range(len(names) + 1))

    yield from ((list(channels), list(roles)) for channels in some(CHANNELS) for roles in some(ROLES))


def published(frames, minimum: int = MINIMUM) -> PublishedRun:
    run = small_run()
    contributions, ideas, assignments = frames
    parts = {"contributions": contributions, "ideas": ideas, "assignments": assignments}
    return PublishedRun(**{**run.__dict__, **parts, "groups": shown_groups(*frames, minimum)})


def small_counts(frames) -> Iterator[tuple[str, list[str], list[str], int]]:
    """Every true count of the tables that is under the minimum."""
    true = published(frames, minimum=0).groups
    true = true[true["school"].eq("*") & true["language"].eq("*") & true["theme_id"].ne("")]
    for row in true[true["people"] < MINIMUM].itertuples():
        yield (
            row.theme_id,
            list(CHANNELS) if row.channel == "*" else [row.channel],
            list(ROLES) if row.role == "*" else [row.role],
            int(row.people),
        )


@pytest.mark.parametrize("seed", range(4))
def test_no_subtraction_of_answers_tells_a_count_under_the_minimum(seed):
    frames = crowd(seed)
    attacker = Attacker(published(frames))
    sought = list(small_counts(frames))
    assert len(sought) >= 4
    for theme, channels, roles, _ in sought:
        low, high = attacker.ends(theme, channels, roles)
        assert low <= 1e-6, (theme, channels, roles, low)
        assert high >= MINIMUM - 1 - 1e-6, (theme, channels, roles, high)


def test_the_attacker_succeeds_where_only_the_small_counts_are_hidden():
    frames = crowd(0)
    run = published(frames, minimum=0)
    naive = run.groups.assign(shown=run.groups["people"] >= MINIMUM)
    naive.loc[~naive["shown"], "people"] = 0
    attacker = Attacker(PublishedRun(**{**run.__dict__, "groups": naive}))
    told = 0
    for theme, channels, roles, true in small_counts(frames):
        low, high = attacker.ends(theme, channels, roles)
        told += bool(abs(low - true) < 1e-6 and abs(high - true) < 1e-6)
    assert told


def test_what_may_be_shown_is_not_all_hidden():
    groups = published(crowd(1, people=900)).groups
    assert groups["shown"].mean() > 0.5
    totals = groups[groups[["channel", "role", "school", "language"]].eq("*").all(axis=1)]
    assert totals["shown"].all()


def test_listed_ideas_name_no_group_whose_count_is_hidden():
    frames = crowd(2)
    run = published(frames)
    contributions, ideas, assignments = frames
    listed = ideas.merge(assignments[["idea_id", "theme_id"]], on="idea_id").merge(
        contributions[["contribution_id", "channel", "role"]], on="contribution_id"
    )
    named = listed[["theme_id"]].assign(**who_said(run, listed))
    counted = named[named["role"].ne("")].groupby(["theme_id", "channel", "role"]).size()
    assert len(counted)
    assert (counted >= MINIMUM).all()
    by_channel = named[named["channel"].ne("")].groupby(["theme_id", "channel"]).size()
    assert (by_channel >= MINIMUM).all()


def feasible(table, shown, took_part, row: int, column: int) -> tuple[float, float]:
    """What one hidden cell can be, given the shown cells: every sum is a variable of its own."""
    rows, columns = table.shape
    index = np.arange(rows * columns).reshape(rows, columns)
    sums = []
    for i in range(rows):
        sums.append([*((index[i, j], 1.0) for j in range(columns - 1)), (index[i, -1], -1.0)])
    for j in range(columns):
        sums.append([*((index[i, j], 1.0) for i in range(rows - 1)), (index[-1, j], -1.0)])
    equal = np.zeros((len(sums), table.size))
    for line, parts in zip(equal, sums, strict=True):
        for place, sign in parts:
            line[place] += sign
    known = shown | (with_margins(took_part) == 0)
    bounds = [(n, n) if fixed else (0, None) for n, fixed in zip(table.ravel(), known.ravel(), strict=True)]
    goal = np.zeros(table.size)
    goal[index[row, column]] = 1
    found = [
        linprog(sign * goal, A_eq=equal, b_eq=np.zeros(len(sums)), bounds=bounds, method="highs") for sign in (1, -1)
    ]
    assert [f.status for f in found] == [0, 0]
    return float(found[0].fun), float(-found[1].fun)


@pytest.mark.parametrize("seed", range(12))
def test_every_hidden_small_count_may_be_anything_small(seed):
    rng = np.random.default_rng(seed)
    took_part = rng.poisson(rng.choice([0, 3, 20], size=(4, 6))) + (rng.random((4, 6)) < 0.2) * 40
    counts = rng.binomial(took_part, rng.uniform(0.1, 0.7))
    table = with_margins(counts)
    shown = protect(counts, MINIMUM, took_part=took_part)
    total = int(table[-1, -1])
    for place in np.argwhere(table < MINIMUM):
        row, column = map(int, place)
        if with_margins(took_part)[row, column] == 0 or (row, column) == (4, 6):
            continue
        assert not shown[row, column]
        low, high = feasible(table, shown, took_part, row, column)
        assert low <= 1e-6
        assert high >= min(MINIMUM - 1, total) - 1e-6


def test_a_table_of_one_column_is_protected_too():
    counts = np.array([[40], [12], [3], [55]])
    shown = protect(counts, MINIMUM)
    assert shown[:, 0].tolist() == [True, False, False, True, True]
    assert (shown[:, 0] == shown[:, 1]).all()
