"""The published returns addons of the Odoo Community Association, beside ours.

They are fetched into a throw-away folder, installed into a throw-away database by a
process of its own, and measured on the same fixture; nothing of them stays. Where they
cannot be had the comparison is left out, with the reason.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

PACKAGES = ("odoo-addon-rma", "odoo-addon-rma-sale", "odoo-addon-rma-delivery")
VERSION = ">=19.0,<19.1.dev0"
MODULES = ("rma", "rma_sale", "rma_delivery")
ROOT = Path(__file__).resolve().parent.parent


def measure(units, few):
    """Measure the peer; ``{name: number}``, empty when it cannot be had.

    :param units: of the batch
    :param few: of what is done one by one
    """
    import odoo

    with tempfile.TemporaryDirectory(prefix="peer-rma-") as folder:
        addons = _fetch(Path(folder))
        if not addons:
            return {}
        database = f"peer_rma_{os.getpid()}"
        command = [
            *(sys.executable, "-m", f"{__package__}.peer_rma"),
            *("--config", odoo.tools.config["config"], "--addons", addons),
            *("--database", database, "--units", units, "--few", few),
        ]
        try:
            done = subprocess.run(
                [*map(str, command)], cwd=ROOT, capture_output=True, text=True
            )
        finally:
            _drop(database)
    if done.returncode:
        print(f"the peer is left out: {_last_line(done.stderr)}")
        return {}
    return json.loads(_last_line(done.stdout))


def _fetch(folder):
    """The folder with the peer's addons; None when they cannot be had."""
    pip = [sys.executable, "-m", "pip", "install", "--no-deps", "--quiet"]
    packages = [f"{name}{VERSION}" for name in PACKAGES]
    done = subprocess.run(
        [*pip, "--no-warn-conflicts", "--target", str(folder), *packages],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        print(f"the peer is left out: {_last_line(done.stderr)}")
        return None
    return folder / "odoo" / "addons"


def _last_line(text):
    return (text.strip().splitlines() or ["it says nothing"])[-1]


def _drop(database):
    import odoo
    from odoo.tools import SQL

    with closing(odoo.sql_db.db_connect("postgres").cursor()) as cr:
        cr._cnx.autocommit = True
        name = SQL.identifier(database)
        cr.execute(SQL("DROP DATABASE IF EXISTS %s WITH (FORCE)", name))


# -----------------------------------------------------------------------------
# The peer's own process
# -----------------------------------------------------------------------------


def main(arguments):
    """Install the peer into a new database, measure, print one line of JSON."""
    parser = argparse.ArgumentParser(prog="benchmarks.peer_rma")
    for name in ("--config", "--database", "--addons"):
        parser.add_argument(name, required=True)
    for name in ("--units", "--few"):
        parser.add_argument(name, type=int, required=True)
    options = parser.parse_args(arguments)
    import odoo
    from odoo.modules.registry import Registry
    from odoo.service.db import _create_empty_database

    config = odoo.tools.config
    config.parse_config(["-c", options.config, "--log-level=critical"])
    paths = [path for path in config["addons_path"] if path != str(ROOT)]
    config["addons_path"] = [*paths, options.addons]
    odoo.modules.module.initialize_sys_path()
    _create_empty_database(options.database)
    registry = Registry.new(
        options.database, update_module=True, install_modules=MODULES
    )
    with registry.cursor() as cr:
        env = odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})
        print(json.dumps(_measure(env, options.units, options.few)))
        cr.rollback()
    return 0


def _measure(env, units, few):
    from . import fixtures, rma_flows

    env = fixtures.quiet(env)
    warehouse = env["stock.warehouse"].search(
        [("company_id", "=", env.company.id)], limit=1
    )
    batch = rma_flows.deliver(env, warehouse, units, "P")
    ms, queries = rma_flows.cost(env, _round_trip, batch)
    single = rma_flows.deliver(env, warehouse, few, "Q")
    _ms, singly = rma_flows.cost(env, _one_by_one, single)
    sold = rma_flows.invoiced(env, rma_flows.deliver(env, warehouse, few, "R"))
    rmas = _receive(env, sold, "refund")
    _ms, credits = rma_flows.cost(env, lambda _env, _goods: rmas.action_refund(), sold)
    assert all(rma.refund_id for rma in rmas)
    return {
        "batch_ms": ms / units,
        "batch_queries": queries / units,
        "single_queries": singly / few,
        "credit_queries": credits / few,
    }


def _round_trip(env, pickings, between=lambda: None):
    """Create, confirm, receive and ship back, as its lists do it for many.

    :param between: called after each step
    """
    rmas = _receive(env, pickings, "return", between)
    between()
    wizard = env["rma.delivery.wizard"].with_context(
        active_ids=rmas.ids, rma_delivery_type="return"
    )
    wizard.create({}).action_deliver()
    shipments = rmas.delivery_move_ids.picking_id
    between()
    shipments.move_ids.picked = True
    shipments.with_context(skip_sms=True).button_validate()
    assert set(shipments.mapped("state")) == {"done"}


def _one_by_one(env, pickings):
    """As people click: each step is a request of its own and knows nothing yet."""

    def forget():
        env.flush_all()
        env.invalidate_all()

    for picking in pickings:
        forget()
        _round_trip(env, picking, forget)


def _receive(env, pickings, operation, between=lambda: None):
    rmas = env["rma"].create(
        [
            {
                "partner_id": picking.partner_id.id,
                "picking_id": picking.id,
                "move_id": picking.move_ids.id,
                "product_id": picking.move_ids.product_id.id,
                "product_uom_qty": 1.0,
                "operation_id": env.ref(f"rma.rma_operation_{operation}").id,
            }
            for picking in pickings
        ]
    )
    between()
    rmas.action_confirm()
    between()
    receipts = rmas.reception_move_id.picking_id
    receipts.move_ids.picked = True
    receipts.with_context(skip_sms=True).button_validate()
    assert set(receipts.mapped("state")) == {"done"}
    return rmas


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
