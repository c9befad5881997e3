"""A quotation from an old order of 40 lines."""

from odoo.fields import Command

from . import fixtures
from .runner import best

NAME = "quote-again"
GOAL = (
    "Quoting again costs little more than core's plain copy of the order, which neither"
    " checks the products nor tells the history."
)
LINES = 40


def run(env, scale):
    """Compare with ``order.copy()`` and with adding line after line."""
    lines = max(5, int(LINES * scale))
    partners, products, _users = fixtures.people(env, partners=1)
    old = fixtures.order(env, partners, products, lines)
    old.action_confirm()
    env.flush_all()
    works = {
        "ours": lambda: old._quote_again("keep"),
        "limit": lambda: old.copy(),
        "peer": lambda: _line_by_line(env, old),
    }
    times = {
        name: best(lambda work=work: _flushed(env, work), 3, env.invalidate_all)
        for name, work in works.items()
    }
    queries = {name: _count(env, work) for name, work in works.items()}
    return [
        {
            "name": f"{lines} lines",
            "value": times["ours"],
            "unit": "ms",
            "limit": times["limit"],
            "peer": times["peer"],
            "goal": 1.3,
        },
        {
            "name": f"{lines} lines, queries",
            "value": queries["ours"],
            "unit": "queries",
            "limit": queries["limit"],
            "peer": queries["peer"],
            "goal": 1.5,
        },
    ]


def _line_by_line(env, old):
    """What typing the lines one after the other costs the server at least."""
    new = env["sale.order"].create({"partner_id": old.partner_id.id})
    for line in old.order_line:
        new.order_line = [
            Command.create(
                {
                    "product_id": line.product_id.id,
                    "product_uom_qty": line.product_uom_qty,
                }
            )
        ]
        env.flush_all()
    return new


def _flushed(env, work):
    work()
    env.flush_all()


def _count(env, work):
    env.invalidate_all()
    before = env.cr.sql_log_count
    _flushed(env, work)
    return env.cr.sql_log_count - before
