"""Two people at the same moment: the same step in two real processes of the database.

Odoo's test cursor is one connection, so these stories run in a copy of the warmed database,
each worker a process of its own with its own registry and transaction. Both wait at the
same barrier, then do the same thing; a request that meets a serialisation failure is run
again, as Odoo's server does it.
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from odoo.tests import BaseCase, tagged

from .common import ROOT, database_copy, odoo_command, template
from .northwind import config_file

#: What both processes share: ids are given as JSON, the barrier is a pair of files.
WORKER = """
import json, os, sys, time
from pathlib import Path
from odoo import SUPERUSER_ID, api, tools
from odoo.modules.registry import Registry
from odoo.service.model import retrying

config, database, mine, other, work, story = sys.argv[1:]
tools.config.parse_config(["-c", config, "-d", database, "--no-http"])
story = json.loads(story)
with Registry(database).cursor() as cr:
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["crm.rma"].search([]).mapped("next_step")
    Path(mine).touch()
    end = time.monotonic() + 120
    while not os.path.exists(other) and time.monotonic() < end:
        time.sleep(0.002)

    def step():
        scope = {"env": env, "story": story}
        exec(work, scope)

    retrying(step, env)
print("WORKER", "DONE")
"""
PREPARE = """
import json
warehouse = env["stock.warehouse"].search([], limit=1)
customer = env["res.partner"].create({"name": "Two at once"})
product = env["product.product"].create({
    "name": "Oven", "type": "consu", "is_storable": True, "tracking": "serial",
})
rmas = env["crm.rma"]
for number in range(3):
    lot = env["stock.lot"].create({"name": f"TWO-{number}", "product_id": product.id})
    rmas |= env["crm.rma"].create({
        "partner_id": customer.id,
        "warehouse_id": warehouse.id,
        "line_ids": [(0, 0, {"lot_id": lot.id, "origin_reason": "Test"})],
    })
rmas.action_approve()
rmas[1:].action_receive()
env.cr.commit()
print("STORY", json.dumps({"rmas": rmas.ids, "customer": customer.id}))
"""
RECEIVE = "env['crm.rma'].browse(story['rmas'][0]).action_receive()"
REPAIR = "env['crm.rma'].browse(story['rmas'][1]).action_start_repair()"
PROJECT = """
env["crm.interaction"]._project([{
    "partner_id": story["customer"], "date": "2026-01-01 10:00:00", "channel": "service",
    "event_args": {"rma": "RMA"}, "company_id": env.company.id,
    "source_key": f"crm.rma,{story['rmas'][2]}:approved:9",
}])
"""
LOOK = """
import json
first, second = env["crm.rma"].browse(%s)
found = {
    "received": [first.line_ids.qty_received, first.state],
    "receipts": len(first.line_ids.move_ids.filtered(lambda m: m.state == "done")),
    "repairs": [second.repair_count, second.line_ids.place, len(second.line_ids.outcome_ids)],
    "events": env["crm.interaction"].search_count([("source_key", "=like", "crm.rma,%%:approved:9")]),
}
print("FOUND", json.dumps(found))
"""


@tagged("post_install", "-at_install")
class TestTwoProcesses(BaseCase):
    """R04, X04: who comes second changes nothing and gets no traceback."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        try:
            source = template("CRM_LOOP_ADDONS")
        except KeyError as error:
            raise unittest.SkipTest(str(error)) from None
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.database = cls.enterClassContext(database_copy(source, "two"))
        cls.config = config_file(cls.folder)

    def shell(self, code: str, word: str) -> dict:
        """Run code in Odoo's shell and return what it printed as JSON after `word`."""
        said = odoo_command(
            *("shell", "-c", str(self.config), "-d", self.database),
            *("--no-http", "--log-level=warn"),
            stdin=code,
        )
        line = next(ln for ln in said.splitlines() if ln.partition(word)[1])
        return json.loads(line.partition(word)[2])

    def both(self, name: str, work: str, story: dict) -> None:
        """Let two processes do the same work at the same moment."""
        marks = [self.folder / f"{name}-{side}" for side in ("a", "b")]
        workers = [
            subprocess.Popen(
                [
                    *(sys.executable, "-c", WORKER, self.config, self.database),
                    *(mine, other, work, json.dumps(story)),
                ],
                cwd=ROOT,
                env={
                    **os.environ,
                    "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                },
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for mine, other in (marks, marks[::-1])
        ]
        for worker in workers:
            said, _nothing = worker.communicate(timeout=240)
            self.assertIn("WORKER DONE", said)

    def test_the_same_step_twice_at_once(self):
        """R04: goods are received once, one repair is opened, one event is told."""
        story = self.shell(PREPARE, "STORY")
        for name, work in (
            ("receive", RECEIVE),
            ("repair", REPAIR),
            ("project", PROJECT),
        ):
            self.both(name, work, story)
        self.assertEqual(
            self.shell(LOOK % story["rmas"][:2], "FOUND"),
            {
                "received": [1.0, "received"],
                "receipts": 1,
                "repairs": [1, "bench", 1],
                "events": 1,
            },
        )
