"""Minimum of a function of a few variables without derivatives (Nelder & Mead, 1965).

The likelihoods of this package have two to four parameters and cost milliseconds, so
the plain method with the usual coefficients is enough; a restart from the point found
guards against a collapsed simplex.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

Point = list[float]


def minimise(
    function: Callable[[Sequence[float]], float],
    start: Sequence[float],
    step: float = 0.5,
    tolerance: float = 1e-6,
    evaluations: int = 2000,
) -> tuple[Point, float]:
    """Return the point with the lowest value found, and the value.

    :param step: edge of the first simplex
    :param tolerance: ends when the values at the corners lie this close together
    :param evaluations: most calls of ``function``; the best point so far is returned
    """
    search = _Search(function, evaluations)
    point, value = search.descend(list(start), step, tolerance)
    again, better = search.descend(point, step / 5, tolerance)
    return (again, better) if better <= value else (point, value)


class _Search:
    """One budget of evaluations, shared by the descents."""

    def __init__(self, function: Callable[[Sequence[float]], float], budget: int):
        self.function = function
        self.budget = budget

    def value(self, point: Point) -> float:
        self.budget -= 1
        return self.function(point)

    def descend(self, start: Point, step: float, tolerance: float):
        corners = [start]
        for axis in range(len(start)):
            corner = list(start)
            corner[axis] += step
            corners.append(corner)
        simplex = sorted(
            ((self.value(c), c) for c in corners), key=lambda pair: pair[0]
        )
        while self.budget > 0 and simplex[-1][0] - simplex[0][0] > tolerance:
            self._step(simplex)
            simplex.sort(key=lambda pair: pair[0])
        value, point = simplex[0]
        return point, value

    def _step(self, simplex: list[tuple[float, Point]]) -> None:
        """Replace the worst corner, or pull all corners towards the best one."""
        worst_value, worst = simplex[-1]
        others = [corner for _value, corner in simplex[:-1]]
        centre = [sum(axis) / len(others) for axis in zip(*others, strict=True)]

        def along(factor: float) -> tuple[float, Point]:
            point = [c + factor * (w - c) for c, w in zip(centre, worst, strict=True)]
            return self.value(point), point

        reflected = along(-1.0)
        if reflected[0] < simplex[0][0]:
            expanded = along(-2.0)
            simplex[-1] = min(expanded, reflected, key=lambda pair: pair[0])
        elif reflected[0] < simplex[-2][0]:
            simplex[-1] = reflected
        else:
            contracted = along(-0.5 if reflected[0] < worst_value else 0.5)
            if contracted[0] < min(reflected[0], worst_value):
                simplex[-1] = contracted
            else:
                self._shrink(simplex)

    def _shrink(self, simplex: list[tuple[float, Point]]) -> None:
        best = simplex[0][1]
        for number, (_value, corner) in enumerate(simplex[1:], start=1):
            point = [(b + c) / 2 for b, c in zip(best, corner, strict=True)]
            simplex[number] = (self.value(point), point)
