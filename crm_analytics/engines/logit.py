"""Logistic regression by Newton's method, for a handful of features.

Ridge-penalised maximum likelihood (iteratively reweighted least squares). Features are
standardised inside, so the penalty treats them alike and the start at zero is safe. Cost:
a few passes over the rows, each ``O(rows * features²)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt

Row = Sequence[float]


@dataclass(frozen=True)
class Logit:
    """Fitted weights: ``chance(row)`` is ``1 / (1 + exp(-(base + weights · row)))``."""

    base: float
    weights: tuple[float, ...]

    def chance(self, row: Row) -> float:
        """Probability of the outcome for one row of features."""
        score = self.base + sum(w * v for w, v in zip(self.weights, row, strict=True))
        if score < -700:
            return 0.0
        return 1.0 / (1.0 + exp(-score))


def fit(
    rows: Sequence[Row],
    outcomes: Sequence[int],
    ridge: float = 1.0,
    steps: int = 25,
    tolerance: float = 1e-6,
) -> Logit:
    """Fit the weights.

    :param ridge: penalty on the squared weights of the standardised features, in
        observations; keeps weights finite when the outcomes can be separated
    :raise ValueError: no rows, or rows and outcomes that do not match
    """
    if not rows or len(rows) != len(outcomes):
        raise ValueError("as many outcomes as rows are needed, and at least one")
    means, scales = _moments(rows)
    table = [
        (1.0, *((v - m) / s for v, m, s in zip(row, means, scales, strict=True)))
        for row in rows
    ]
    beta = [0.0] * len(table[0])
    for _step in range(steps):
        change = _newton(table, outcomes, beta, ridge)
        beta = [b + c for b, c in zip(beta, change, strict=True)]
        if max(abs(c) for c in change) < tolerance:
            break
    weights = tuple(b / s for b, s in zip(beta[1:], scales, strict=True))
    base = beta[0] - sum(w * m for w, m in zip(weights, means, strict=True))
    return Logit(base, weights)


def _moments(rows: Sequence[Row]) -> tuple[list[float], list[float]]:
    """Mean and standard deviation of each feature; 1.0 for one that never changes."""
    count = len(rows)
    means, scales = [], []
    for column in zip(*rows, strict=True):
        mean = sum(column) / count
        variance = sum((value - mean) ** 2 for value in column) / count
        means.append(mean)
        scales.append(sqrt(variance) or 1.0)
    return means, scales


def _newton(table, outcomes, beta: list[float], ridge: float) -> list[float]:
    """One step: solve ``(X'WX + ridge) change = X'(y - p) - ridge beta``."""
    size = len(beta)
    slope = [0.0] * size
    curve = [[0.0] * size for _row in beta]
    for row, outcome in zip(table, outcomes, strict=True):
        score = sum(b * v for b, v in zip(beta, row, strict=True))
        chance = 1.0 / (1.0 + exp(-score)) if score > -700 else 0.0
        weight = chance * (1.0 - chance)
        for i, value in enumerate(row):
            slope[i] += (outcome - chance) * value
            line = curve[i]
            heavy = weight * value
            for j in range(i + 1):
                line[j] += heavy * row[j]
    for i in range(size):
        for j in range(i):
            curve[j][i] = curve[i][j]
        if i:  # the base is not penalised
            curve[i][i] += ridge
            slope[i] -= ridge * beta[i]
        curve[i][i] += 1e-9
    return solve(curve, slope)


def solve(matrix: list[list[float]], vector: list[float]) -> list[float]:
    """Solve a small linear system (Gauss with partial pivoting).

    :raise ValueError: the matrix is singular
    """
    size = len(vector)
    rows = [[*line, value] for line, value in zip(matrix, vector, strict=True)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda r: abs(rows[r][column]))
        if not rows[pivot][column]:
            raise ValueError("the system has no unique solution")
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for other in range(column + 1, size):
            factor = rows[other][column] / rows[column][column]
            if factor:
                rows[other] = [
                    o - factor * c
                    for o, c in zip(rows[other], rows[column], strict=True)
                ]
    result = [0.0] * size
    for row in range(size - 1, -1, -1):
        rest = sum(rows[row][k] * result[k] for k in range(row + 1, size))
        result[row] = (rows[row][size] - rest) / rows[row][row]
    return result
