"""The mixed-integer program behind the schedule: which tasks begin in which month. By SciPy's `milp` (HiGHS).

One column per task says whether it is in, one per task and month whether it begins then. Goals are whole numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp

from synthesis.errors import RunError

_EPSILON = 1e-9
_NODES = 2_000
"""So many branches are tried at most: a number of branches, unlike a time, gives the same answer on every machine."""
_IMPOSSIBLE = 2
Floats = npt.NDArray[np.float64]
Line = tuple[dict[int, float], float, float]
"""A row of the program: column → coefficient, lower limit, upper limit."""


@dataclass(frozen=True, slots=True)
class Task:
    """A task: its value (a whole number), its costs, and the months in which it may begin.

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
    """The chosen tasks with the months in which they begin; `proven` where no better choice is possible."""

    starts: Mapping[str, int]
    proven: bool


def solve(tasks: Sequence[Task], caps: Mapping[str, float], loads: Mapping[str, float], months: int) -> Solution | None:
    """Return the best choice of tasks, or None where the tasks that must be in do not fit.

    Of all that keep `caps` (fund → money) and `loads` (owner → load in any month): most value, then most tasks; these then begin
    as early as they can. Tasks are to be given in a fixed order; the answer is then always the same. Raises RunError where neither
    a choice nor a proof that there is none was found.
    """
    if not tasks:
        return Solution({}, True)
    program = _Program(tasks, caps, loads, months)
    value = {n: -float(task.value) for n, task in enumerate(tasks)}
    best = program.minimum(value, ())
    if best is None:
        return None
    kept: Line = (value, -math.inf, sum(value[n] for n in best.inside) + 0.5)
    most = program.minimum(dict.fromkeys(value, -1.0), (kept,)) or best
    fixed = [({n: 1.0}, float(n in most.inside), float(n in most.inside)) for n in range(len(tasks))]
    begins = {column: float(month) for column, (_, month) in program.columns.items()}
    placed = program.minimum(begins, fixed) or most
    return Solution(placed.starts, best.proven and most.proven and placed.proven)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one goal gives: the tasks inside, their months, and whether the goal is proven to be the best."""

    inside: frozenset[int]
    starts: dict[str, int]
    proven: bool


class _Program:
    """The constraints, once; goals are tried on them one after the other."""

    def __init__(
        self, tasks: Sequence[Task], caps: Mapping[str, float], loads: Mapping[str, float], months: int
    ) -> None:
        self.tasks = tasks
        begin = [(n, month) for n, task in enumerate(tasks) for month in task.months]
        self.columns = dict(enumerate(begin, start=len(tasks)))
        self.of_task: list[list[tuple[int, int]]] = [[] for _ in tasks]
        for column, (n, month) in self.columns.items():
            self.of_task[n].append((column, month))
        self.lines = [*self._choices(), *self._money(caps), *self._load(loads, months), *self._order(months)]

    def minimum(self, goal: Mapping[int, float], more: Sequence[Line]) -> _Answer | None:
        """Return the answer with the smallest goal, or None where nothing keeps the constraints."""
        width = len(self.tasks) + len(self.columns)
        lines = [*self.lines, *more]
        rows = np.zeros((len(lines), width))
        for place, (coefficients, _, _) in enumerate(lines):
            for column, coefficient in coefficients.items():
                rows[place, column] = coefficient
        target = np.zeros(width)
        for column, coefficient in goal.items():
            target[column] = coefficient
        result = milp(
            target,
            constraints=LinearConstraint(rows, [low for _, low, _ in lines], [high for _, _, high in lines]),
            integrality=np.ones(width),
            bounds=Bounds(0, 1),
            # With its presolve on, HiGHS 1.12 writes lines of its own to the standard output, which may be somebody's JSON.
            options={"mip_rel_gap": 0.0, "node_limit": _NODES, "presolve": False},
        )
        if result.status == _IMPOSSIBLE:
            return None
        if result.x is None:
            raise RunError(
                f"No schedule was found among {_NODES} tries, and none was ruled out.",
                do="Fix some choices, or leave plans out that cannot begin this year; then ask again.",
            )
        taken: Floats = np.round(result.x)
        starts = {self.tasks[n].key: month for column, (n, month) in self.columns.items() if taken[column]}
        return _Answer(frozenset(np.flatnonzero(taken[: len(self.tasks)]).tolist()), starts, result.status == 0)

    def _choices(self) -> Iterator[Line]:
        """Yield that a task that is in begins in one month, and that people's choices are kept."""
        for n, task in enumerate(self.tasks):
            yield {n: -1.0} | {column: 1.0 for column, _ in self.of_task[n]}, 0.0, 0.0
            if task.choice:
                yield {n: 1.0}, float(task.choice == "in"), float(task.choice == "in")

    def _money(self, caps: Mapping[str, float]) -> Iterator[Line]:
        """Yield that no fund is asked for more than it has."""
        for fund, there in caps.items():
            asked = {n: dict(task.costs).get(fund, 0.0) for n, task in enumerate(self.tasks)}
            scale = max([*asked.values(), there, 1.0])  # figures near one keep the solver's tolerance meaningful
            yield {n: amount / scale for n, amount in asked.items()}, -math.inf, there / scale + _EPSILON

    def _load(self, loads: Mapping[str, float], months: int) -> Iterator[Line]:
        """Yield that nobody carries more than can be carried, in any month."""
        for owner, most in loads.items():
            own = [n for n, task in enumerate(self.tasks) if task.owner == owner]
            for month in range(months) if not math.isinf(most) else ():
                line = {
                    column: self.tasks[n].load
                    for n in own
                    for column, start in self.of_task[n]
                    if start <= month < start + self.tasks[n].length
                }
                if line:
                    yield line, -math.inf, most + _EPSILON

    def _order(self, months: int) -> Iterator[Line]:
        """Yield that a task has begun by a month only if what it needs has ended before that month."""
        index = {task.key: n for n, task in enumerate(self.tasks)}
        for n, task in enumerate(self.tasks):
            for needed in (index.get(need) for need in task.needs):
                ended = self.of_task[needed] if needed is not None else []
                length = self.tasks[needed].length if needed is not None else 0
                for month in range(months):
                    begun = {column: 1.0 for column, start in self.of_task[n] if start <= month}
                    before = {column: -1.0 for column, start in ended if start + length <= month}
                    if begun:
                        yield begun | before, -math.inf, 0.0
