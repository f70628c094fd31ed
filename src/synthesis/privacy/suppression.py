"""Small cells: which counts of a table may be shown, so that nobody can work out a count under the minimum.

A count under the minimum is hidden. Then further counts are hidden until an audit finds that what is shown leaves every such
count anywhere from the least to just under the minimum. The audit is the attacker's own tool: the least and the largest
value that a hidden cell can have, given all that is shown, by linear programming (Fischetti and Salazar 2000, "Models and
algorithms for optimizing cell suppression in tabular data", Management Science 46). The total of a table is always shown.

An answer about a choice of groups must be made of shown counts alone; then no subtraction of answers tells more than the
table itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Place = tuple[int, int]
_SLACK = 1e-6


def with_margins(counts: Counts) -> Counts:
    """Return a table ``[rows, columns]`` with a last row and a last column of sums."""
    tall = np.vstack([counts, counts.sum(axis=0)])
    return np.hstack([tall, tall.sum(axis=1, keepdims=True)])


def protect(counts: Counts, minimum: int, *, took_part: Counts | None = None, public: Mask | None = None) -> Mask:
    """Return which cells of `with_margins(counts)` may be shown. A sum of one cell is shown where that cell is.

    `public` (shape of the result) marks what another table shows already: it cannot be hidden any more, and the attacker has it.
    What public cells alone give away is out of reach here; nothing that is shown besides tells more.

    `counts` is ``int[rows, columns]``, not negative. With `took_part` (same shape), a count is of some of those who took
    part: it is zero where nobody did, and a zero elsewhere is hidden like any small count. Without it, the counts
    are of those who took part themselves, and that nobody did is shown.
    """
    possible = (counts if took_part is None else took_part) > 0
    least = 1.0 if took_part is None else 0.0
    table, open_ = with_margins(counts), with_margins(possible.astype(np.int64)) > 0
    shown = (table >= minimum) | ~open_
    shown[-1, -1] = True
    public = np.zeros_like(shown) if public is None else public
    _tie(shown, possible)
    shown |= public
    audit = _Audit(table, possible, least, public)
    for row, column in np.argwhere(open_ & (table < minimum) & ~shown):
        while telling := audit.telling(shown, (row, column), minimum):
            shown[_cheapest(telling, table)] = False
            _tie(shown, possible)
            shown |= public
    # What is hidden for a later cell cannot harm an earlier one: it only widens what that may be.
    return shown


class _Audit:
    """The attacker. Remembers the least and largest value that each cell had in any table that fits what is shown."""

    def __init__(self, table: Counts, possible: Mask, least: float, public: Mask) -> None:
        rows, columns = possible.shape
        self._table = table
        self._bounds = np.where(possible.ravel()[:, None], (least, np.inf), (0.0, 0.0))
        inside = np.arange(rows * columns).reshape(rows, columns)
        lines = np.zeros((rows + 1, columns + 1, rows * columns))
        for i, j in np.ndindex(rows + 1, columns + 1):
            lines[i, j, inside[_part(i, rows), _part(j, columns)].ravel()] = 1
        self._lines = lines
        # What cannot be hidden: the total, what is public, and places where there can be nobody.
        self._given = public | ~with_margins(possible.astype(np.int64)).astype(bool)
        self._given[-1, -1] = True
        self._least = table.astype(float)
        self._most = table.astype(float)

    def telling(self, shown: Mask, place: Place, minimum: int) -> list[Place]:
        """Return the cells that may be hidden and tell too much of a hidden one: none where it may still be anything small.

        What fitted before something more was hidden fits still, so earlier answers are used again.
        """
        floor = float(self._bounds[:, 0] @ self._lines[place])
        # No part can be larger than the whole leaves room for, and that is no secret.
        room = float(self._table[-1, -1] - (self._bounds[:, 0].sum() - floor))
        if self._least[place] > floor + _SLACK:
            least, telling = self.end(shown, place, 1.0)
            if least > floor + _SLACK:
                return telling
        if self._most[place] < min(minimum - 1, room) - _SLACK:
            most, telling = self.end(shown, place, -1.0)
            if most < min(minimum - 1, room) - _SLACK:
                return telling
        return []

    def end(self, shown: Mask, place: Place, sign: float) -> tuple[float, list[Place]]:
        """Return a cell's least (`sign` 1) or largest (-1) value, and the shown cells that keep it from going further."""
        found = linprog(
            sign * self._lines[place],
            A_eq=csr_matrix(self._lines[shown]),
            b_eq=self._table[shown],
            bounds=self._bounds,
            method="highs",
        )
        fits = self._lines @ found.x
        self._least, self._most = np.minimum(self._least, fits), np.maximum(self._most, fits)
        binding = np.argwhere(shown)[np.abs(found.eqlin.marginals) > _SLACK]
        cells = [(int(i), int(j)) for i, j in binding if not self._given[i, j]]
        return float(sign * found.fun), cells


def _part(place: int, end: int) -> slice:
    """Return the rows (columns) that a place of a table with margins stands for."""
    return slice(None) if place == end else slice(place, place + 1)


def _tie(shown: Mask, possible: Mask) -> None:
    """Show a sum of one cell exactly where the cell is shown."""
    for i in map(int, np.flatnonzero(possible.sum(axis=1) == 1)):
        j = int(np.flatnonzero(possible[i])[0])
        shown[i, j] = shown[i, -1] = shown[i, j] and shown[i, -1]
    for j in map(int, np.flatnonzero(possible.sum(axis=0) == 1)):
        above = int(np.flatnonzero(possible[:, j])[0])
        shown[above, j] = shown[-1, j] = shown[above, j] and shown[-1, j]


def _cheapest(cells: list[Place], table: Counts) -> Place:
    """Return the cell that is missed least: a part before a sum, the smaller first."""
    rows, columns = table.shape[0] - 1, table.shape[1] - 1
    return min(cells, key=lambda at: ((at[0] == rows) + (at[1] == columns), table[at], at))
