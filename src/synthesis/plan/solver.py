"""The mixed-integer program behind the schedule: which tasks begin in which month. By SciPy's `milp` (HiGHS)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, vstack

_EPSILON = 1e-6
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Task:
    """A task: its value (a whole number, so that sums are exact), its costs, and the months in which it may begin.

    `length` is in months; what runs beyond the year loads the year's months only. `choice` is in, out or empty.
    """

    key: str
    value: int
    costs: tuple[tuple[str, float], ...]
    owner: str
    load: float
    length: int
    months: tuple[int, ...]
    needs: tuple[str, ...]
    choice: str


@dataclass(frozen=True, slots=True)
class Solution:
    """The chosen tasks with the months in which they begin."""

    starts: Mapping[str, int]


def solve(tasks: Sequence[Task], caps: Mapping[str, float], loads: Mapping[str, float], months: int) -> Solution | None:
    """Return the best choice of tasks, or None where the tasks that must be in do not fit.

    Of all that keep `caps` (fund → money) and `loads` (owner → load in any month): most value, then most tasks, then earliest
    months. Tasks are to be given in a fixed order; the answer is then always the same.
    """
    columns = [(n, month) for n, task in enumerate(tasks) for month in task.months]
    if any(task.choice == "in" and not task.months for task in tasks):
        return None
    if not columns:
        return Solution({})
    rows, low, high = _constraints(tasks, columns, caps, loads, months)
    values = np.array([tasks[n].value for n, _ in columns], dtype=float)
    ones = np.ones(len(columns))
    begins = np.array([month for _, month in columns], dtype=float)
    chosen: Floats | None = None
    for goal in (-values, -ones, begins):
        chosen = _minimum(goal, rows, low, high)
        if chosen is None:
            return None
        # What is reached is kept: all goals are whole numbers, so that half of one is room for rounding.
        rows, low, high = _with(rows, low, high, goal, float(goal @ chosen) + 0.5)
    assert chosen is not None  # noqa: S101 - there are three goals
    return Solution({tasks[n].key: month for (n, month), taken in zip(columns, chosen, strict=True) if taken > 0.5})


def _minimum(goal: Floats, rows: csr_array, low: Floats, high: Floats) -> Floats | None:
    """Return the columns that are taken, as 0 and 1, for the smallest goal; None where nothing keeps the constraints."""
    scale = max(float(np.abs(goal).max()), 1.0)
    result = milp(
        goal / scale,
        constraints=LinearConstraint(rows, low, high),
        integrality=np.ones(len(goal)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    return None if result.x is None else np.round(result.x)


def _constraints(
    tasks: Sequence[Task],
    columns: Sequence[tuple[int, int]],
    caps: Mapping[str, float],
    loads: Mapping[str, float],
    months: int,
) -> tuple[csr_array, Floats, Floats]:
    """Return the rows of the program with their lower and upper limits."""
    rows: list[list[float]] = []
    low: list[float] = []
    high: list[float] = []

    def add(row: list[float], least: float, most: float) -> None:
        rows.append(row)
        low.append(least)
        high.append(most)

    for n, task in enumerate(tasks):
        least = 1.0 if task.choice == "in" else 0.0
        add([float(k == n) for k, _ in columns], least, 0.0 if task.choice == "out" else 1.0)
    for fund, there in caps.items():
        add([dict(tasks[n].costs).get(fund, 0.0) for n, _ in columns], -math.inf, there + _EPSILON)
    for owner, most in loads.items():
        if math.isinf(most):
            continue
        for month in range(months):
            row = [
                tasks[n].load if tasks[n].owner == owner and start <= month < start + tasks[n].length else 0.0
                for n, start in columns
            ]
            if any(row):
                add(row, -math.inf, most + _EPSILON)
    index = {task.key: n for n, task in enumerate(tasks)}
    for n, task in enumerate(tasks):
        for need in task.needs:
            _add_need(add, columns, n, index.get(need), tasks, months)
    return csr_array(np.array(rows)), np.array(low), np.array(high)


def _add_need(
    add: Callable[[list[float], float, float], None],
    columns: Sequence[tuple[int, int]],
    n: int,
    needed: int | None,
    tasks: Sequence[Task],
    months: int,
) -> None:
    """Add that a task has begun by a month only if what it needs has ended before that month."""
    for month in range(months):
        row = []
        for k, start in columns:
            if k == n and start <= month:
                row.append(1.0)
            elif needed is not None and k == needed and start + tasks[needed].length <= month:
                row.append(-1.0)
            else:
                row.append(0.0)
        add(row, -math.inf, 0.0)


def _with(rows: csr_array, low: Floats, high: Floats, goal: Floats, most: float) -> tuple[csr_array, Floats, Floats]:
    """Return the constraints with one more: a goal stays below a limit."""
    more = csr_array(goal.reshape(1, -1))
    return vstack([rows, more], format="csr"), np.append(low, -np.inf), np.append(high, most)
