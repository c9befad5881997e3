"""How a quantity that is given back is spread over the invoices that charged it.

Plain functions, quantities as floats in one unit of measure. The oldest invoice is
used first; nothing is ever credited twice.
"""

from dataclasses import dataclass
from typing import NamedTuple

from odoo.tools import float_compare, float_round


@dataclass(frozen=True)
class Charged:
    """One invoice line: what it charged, and what was credited on it already."""

    key: int
    quantity: float
    credited: float = 0.0


class Share(NamedTuple):
    """``quantity`` of the invoice line ``key`` is given back; ``last`` ends it."""

    key: int
    quantity: float
    last: bool


def open_quantities(
    charged: list[Charged], floating: float, digits: float
) -> dict[int, float]:
    """What each invoice line still charges.

    :param charged: the oldest first
    :param floating: quantity of credit notes that name no invoice; they are taken
        off the oldest invoices
    :param digits: rounding of the unit of measure
    :return: ``{key: quantity}`` in the same order, never below zero
    """
    left = {}
    for line in charged:
        rest = max(line.quantity - line.credited, 0.0)
        taken = min(rest, max(floating, 0.0))
        floating -= taken
        left[line.key] = float_round(rest - taken, precision_rounding=digits)
    return left


def spread(left: dict[int, float], wanted: float, digits: float) -> list[Share]:
    """Shares of ``wanted`` over what is ``left``, the first line first.

    :return: the shares; together less than ``wanted`` when not enough is left
    """
    shares = []
    for key, quantity in left.items():
        taken = min(quantity, wanted)
        if float_compare(taken, 0.0, precision_rounding=digits) <= 0:
            continue
        taken = float_round(taken, precision_rounding=digits)
        wanted = float_round(wanted - taken, precision_rounding=digits)
        last = float_compare(taken, quantity, precision_rounding=digits) == 0
        shares.append(Share(key, taken, last))
    return shares
