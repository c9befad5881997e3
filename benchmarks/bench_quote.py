"""Forty lines of a quotation: from a paste to saved lines, and their past prices."""

import subprocess
import sys
import tempfile
import zipfile
from contextlib import contextmanager
from pathlib import Path

from odoo.api import Environment
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tests import Form
from odoo.tools import SQL

import odoo.addons

from . import fixtures
from .runner import best

NAME = "quote"
GOAL = (
    "Past prices of 40 lines are one query of at most 2 ms in the database at 5 million"
    " lines (--scale 10); 40 pasted lines are one create with at most 15 queries more"
    " than core's own of the same lines."
)
LINES = 40
HISTORY = 500_000
CUSTOMERS = 10_000
LINES_OF_ORDER = 3
FORM_LINES = 10
DATABASE_MS = 2.0
MORE_QUERIES = 15
OCA = "odoo-addon-sale-order-line-price-history"
OCA_MODULE = "sale_order_line_price_history"


def run(env, scale):
    """Write, then read prices; the peers are core's form, its copy, and OCA's wizard."""
    with _oca_installed(env) as (env, reason):
        if reason:
            print(f"  {OCA} is left out: {reason}")
        partners, products, users = fixtures.people(env, partners=1, products=LINES)
        for number, product in enumerate(products):
            product.default_code = f"BENCH-{number}"
        users[0].group_ids += env.ref("sales_team.group_sale_salesman")
        partners.user_id = users[0]
        seller = fixtures.quiet(env(user=users[0].id))
        rows = _writing(seller, partners, products)
        count = max(3000, int(HISTORY * scale))
        _fill(env, partners, products, users[0], count)
        return rows + _reading(seller, partners, products, count, not reason)


# Writing


def _writing(env, partner, products):
    asked = [
        {"product_id": p.id, "uom_id": False, "quantity": 2, "price": 5.0}
        for p in products
    ]
    commands = [
        Command.create({"product_id": p.id, "product_uom_qty": 2, "price_unit": 5.0})
        for p in products
    ]
    text = "\n".join(f"{p.default_code}\t2\t5,00" for p in products)
    old = _empty(env, partner)
    old.order_line = commands
    env.flush_all()
    works = {
        "value": lambda: _add(env, partner, asked),
        "limit": lambda: _core(env, partner, commands),
    }
    times = {name: _time(env, work) for name, work in works.items()}
    queries = {name: _count(env, work) for name, work in works.items()}
    form = _time(env, lambda: _form(env, partner, products[:FORM_LINES]), 1)
    return [
        {
            "name": f"{LINES} lines, one create (limit: core's, peer: core's copy)",
            "unit": "ms",
            **times,
            "peer": _time(env, old.copy),
            "goal": 1.5,
        },
        {
            "name": f"{LINES} lines, queries (limit: core's create, {MORE_QUERIES} more)",
            "unit": "queries",
            **queries,
            "holds": queries["value"] <= queries["limit"] + MORE_QUERIES,
        },
        {
            "name": f"{LINES} lines from the paste to saved (peer: core's form, typed)",
            "value": _time(env, lambda: _paste(env, partner, text), 3),
            "unit": "ms",
            "limit": times["limit"],
            "peer": form * LINES / FORM_LINES,
            "holds": True,
        },
        {
            "name": "the match report of 200 lines",
            "value": _time(env, lambda: _read(env, partner, text, 5), 3),
            "unit": "ms",
            "limit": times["limit"],
            "holds": True,
        },
    ]


def _empty(env, partner):
    return env["sale.order"].create({"partner_id": partner.id, "order_line": []})


def _core(env, partner, commands):
    _empty(env, partner).write({"order_line": commands})


def _add(env, partner, asked):
    order = _empty(env, partner)
    env["crm.quote"].quote_add(order.id, asked, f"benchmark-{order.id}")


def _read(env, partner, text, times=1):
    order = _empty(env, partner)
    return order, env["crm.quote"].quote_read(order.id, "\n".join([text] * times))


def _paste(env, partner, text):
    order, report = _read(env, partner, text)
    rows = [
        {
            "product_id": row["product"]["id"],
            "uom_id": row["uom_id"],
            "quantity": row["quantity"],
            "price": row["price"],
        }
        for row in report["rows"]
    ]
    env["crm.quote"].quote_add(order.id, rows, f"benchmark-{order.id}")


def _form(env, partner, products):
    """Typing into core's form: each field is an onchange."""
    form = Form(env["sale.order"])
    form.partner_id = partner
    for product in products:
        with form.order_line.new() as line:
            line.product_id = product
            line.product_uom_qty = 2
            line.price_unit = 5.0
    form.save()


# Past prices


def _fill(env, partner, products, user, count):
    """Orders of many customers, copied by SQL; ours gets those of the largest one."""
    customers = max(50, count * CUSTOMERS // HISTORY)
    order = fixtures.order(env, partner, products, 1, user_id=user.id)
    order.action_confirm()
    line = order.order_line
    env.flush_all()
    [[last]] = env.execute_query(SQL("SELECT MAX(id) FROM res_partner"))
    first = fixtures.multiply(
        env,
        partner,
        customers,
        {
            "commercial_partner_id": SQL("%s + g", last),
            "name": SQL("'Bench ' || g"),
        },
    )
    chosen = fixtures.pick_from(first, customers)
    for model in ("sale.order", "sale.order.line"):
        fixtures.without_checks(env, model)
    date = SQL(
        "NOW() AT TIME ZONE 'UTC' - (1e6 - g %% 1000000) * interval '90 seconds'"
    )
    orders = count // LINES_OF_ORDER
    first_order = fixtures.multiply(
        env,
        order,
        orders,
        {"partner_id": chosen, "date_order": date, "name": SQL("'B' || g")},
    )
    # Line number g belongs to order g / 3 and to the customer of that order.
    of_order = SQL("(g - 1) / %s + 1", LINES_OF_ORDER)
    fixtures.multiply(
        env,
        line,
        orders * LINES_OF_ORDER,
        {
            "order_id": SQL("%s + %s - 1", first_order, of_order),
            "order_partner_id": SQL(
                "(SELECT %s FROM (SELECT %s AS g) AS bench)", chosen, of_order
            ),
            "product_id": fixtures.pick(products),
            "price_unit": SQL("10 + g %% 7"),
        },
    )
    for table, column in (
        ("sale_order", "partner_id"),
        ("sale_order_line", "order_partner_id"),
    ):
        env.cr.execute(
            SQL(
                "UPDATE %s SET %s = %s WHERE %s = %s",
                SQL.identifier(table),
                SQL.identifier(column),
                partner.id,
                SQL.identifier(column),
                first,
            )
        )
    fixtures.analyze(env, "sale.order", "sale.order.line", "res.partner")
    env.invalidate_all()


def _reading(env, partner, products, count, has_oca):
    wanted = [[p.id, p.uom_id.id] for p in products]
    [[own]] = env.execute_query(
        SQL(
            "SELECT COUNT(*) FROM sale_order_line WHERE order_partner_id = %s",
            partner.id,
        )
    )
    query = _history_sql(env, partner, products)
    database = best(lambda: env.execute_query(query))
    raw = best(lambda: env.execute_query(_raw_sql(partner, products)))
    fetch = lambda: env["crm.price.history"].history_fetch(partner.id, wanted)  # noqa: E731
    oca = lambda: _oca(env, partner, products)  # noqa: E731
    return [
        {
            "name": f"past prices in the database, {own:,} of {count:,} lines"
            f" (goal: {DATABASE_MS:g} ms)",
            "value": database,
            "unit": "ms",
            "limit": raw,
            "holds": database <= DATABASE_MS,
        },
        {
            "name": f"past prices of {LINES} lines through the RPC (peer: OCA's)",
            "value": best(fetch, 5, env.invalidate_all),
            "unit": "ms",
            "limit": raw,
            "peer": best(oca, 2, env.invalidate_all) if has_oca else None,
            "holds": True,
        },
        {
            "name": f"past prices of {LINES} lines, queries (peer: OCA's)",
            "value": _count(env, fetch),
            "unit": "queries",
            "peer": _count(env, oca) if has_oca else None,
            "goal": 1.0,
        },
    ]


def _history_sql(env, partner, products):
    """The one query, with the record rules of the salesperson."""
    caught = []

    history = env["crm.price.history"]
    execute = Environment.execute_query_dict
    try:
        Environment.execute_query_dict = lambda self, query: caught.append(query) or []
        history._rows(partner, products.ids, env["sale.order"], "customer")
    finally:
        Environment.execute_query_dict = execute
    return caught[0]


def _raw_sql(partner, products):
    """What somebody would write by hand who may see everything."""
    return SQL(
        """SELECT p.product_id, l.price_unit, l.discount, o.date_order
             FROM UNNEST(%s::int[]) AS p(product_id)
       CROSS JOIN LATERAL (
               SELECT * FROM sale_order_line
                WHERE order_partner_id = %s AND product_id = p.product_id
                  AND display_type IS NULL
             ORDER BY id DESC LIMIT 40) l
             JOIN sale_order o ON o.id = l.order_id""",
        products.ids,
        partner.id,
    )


# OCA's wizard


@contextmanager
def _oca_installed(env):
    """Install OCA's published addon into this throw-away database.

    It is fetched for the run and never kept; without it the peer is left out.

    :return: the environment to go on with, and why it is not there (or None)
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            path = _download(Path(folder))
        except (OSError, subprocess.SubprocessError, IndexError) as error:
            yield env, f"it cannot be had ({error})"
            return
        places = odoo.addons.__path__
        odoo.addons.__path__ = [*places, str(path)]
        try:
            modules = env["ir.module.module"]
            modules.update_list()
            module = modules.search([("name", "=", OCA_MODULE)])
            module.button_immediate_install()
            registry = Registry(env.cr.dbname)
            yield registry and env(), None
        finally:
            odoo.addons.__path__ = places


def _download(folder):
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"),
            *("--dest", str(folder), f"{OCA}==19.0.*"),
        ],
        check=True,
        timeout=120,
        capture_output=True,
    )
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "wheel")
    return folder / "wheel" / "odoo" / "addons"


def _oca(env, partner, products):
    """Opening the wizard on each line, as people do."""
    histories = env["sale.order.line.price.history"]
    for product in products:
        history = histories.new({"product_id": product.id, "partner_id": partner.id})
        history._onchange_partner_id()
        history.line_ids.sale_order_line_id.mapped("price_unit")


# Measuring


def _time(env, work, repeat=3):
    return best(lambda: (work(), env.flush_all()), repeat, env.invalidate_all)


def _count(env, work):
    env.flush_all()
    env.invalidate_all()
    before = env.cr.sql_log_count
    work()
    env.flush_all()
    return env.cr.sql_log_count - before
