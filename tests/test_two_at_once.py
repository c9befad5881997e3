"""Two people at the same moment: the same step in two real processes of the database.

Odoo's test cursor is one connection, so these stories run in a copy of the warmed database,
each worker a process of its own with its own registry and transaction. Both wait at the
same barrier, then do the same thing; a request that meets a serialisation failure is run
again, as Odoo's server does it.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import pytest

from odoo.tests import BaseCase, tagged

from .common import ROOT, database_copy, odoo_command, template
from .northwind import config_file

pytestmark = pytest.mark.databases

#: Takes one step after the other, each in a transaction of its own that has already read
#: when the other side gets ready. The barriers are files.
WORKER = """
import json, sys, time
from pathlib import Path
from odoo import SUPERUSER_ID, api, tools
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying

config, database, folder, mine, other, steps, story = sys.argv[1:]
tools.config.parse_config(["-c", config, "-d", database, "--no-http"])
registry, story = Registry(database), json.loads(story)
for name, code in json.loads(steps).items():
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        env["crm.rma"].browse(story["rmas"]).mapped("next_step")
        (Path(folder) / f"{name}-{mine}").touch()
        end = time.monotonic() + 120
        while not (Path(folder) / f"{name}-{other}").exists() and time.monotonic() < end:
            time.sleep(0.002)
        try:
            names = {"env": env, "story": story, "mine": mine}
            retrying(lambda: exec(code, names), env)
            print(name, "done")
        except UserError as error:
            cr.rollback()
            print(name, "told", error)
"""
PREPARE = """
import json
warehouse = env["stock.warehouse"].search([], limit=1)
customer = env["res.partner"].create({"name": "Two at once"})
product = env["product.product"].create({
    "name": "Oven", "type": "consu", "is_storable": True, "tracking": "serial",
})
rmas = env["crm.rma"]
env.company.rma_quote_first = False
for number in range(4):
    lot = env["stock.lot"].create({"name": f"TWO-{number}", "product_id": product.id})
    rmas |= env["crm.rma"].create({
        "partner_id": customer.id,
        "warehouse_id": warehouse.id,
        "line_ids": [(0, 0, {"lot_id": lot.id, "origin_reason": "Test"})],
    })
rmas.action_approve()
rmas[1:].action_receive()
group = env.ref("sales_team.group_sale_salesman")
people = env["res.users"].with_context(no_reset_password=True).create([
    {"name": f"Claimer {n}", "login": f"claimer_{n}", "group_ids": [(6, 0, group.ids)]}
    for n in range(3)
])
pool = env["crm.pool"].create({"name": "Two", "user_ids": [(6, 0, people.ids)], "claim_limit": 1})
pooled = env["res.partner"].create([
    {"name": f"Pooled {n}", "is_company": True, "pool_id": pool.id} for n in range(3)
])
env.cr.commit()
print("STORY", json.dumps({
    "rmas": rmas.ids, "customer": customer.id, "pooled": pooled.ids,
    "claimers": dict(zip("ab", people.ids)), "limited": people.ids[2],
}))
"""
RECEIVE = "env['crm.rma'].browse(story['rmas'][0]).action_receive()"
REPAIR = "env['crm.rma'].browse(story['rmas'][1]).action_start_repair()"
DECIDE = """
line = env["crm.rma"].browse(story["rmas"][3]).line_ids
env["crm.rma.decide"].create({
    "rma_id": line.rma_id.id,
    "consent_by": "Owner",
    "line_ids": [(0, 0, {"line_id": line.id, "kind": "scrap", "quantity": 1})],
}).action_decide()
"""
PROJECT = """
env["crm.interaction"]._project([{
    "partner_id": story["customer"], "date": "2026-01-01 10:00:00", "channel": "service",
    "event_args": {"rma": "RMA"}, "company_id": env.company.id,
    "source_key": f"crm.rma,{story['rmas'][2]}:approved:9",
}])
"""
# Two people want one customer; one person takes two customers but may take one a day
CLAIM = """
claimer = env["res.users"].browse(story["claimers"][mine])
env(user=claimer)["res.partner"].browse(story["pooled"][0]).action_pool_claim()
"""
QUOTA = """
claimer = env["res.users"].browse(story["limited"])
customer = story["pooled"][1 if mine == "a" else 2]
env(user=claimer)["res.partner"].browse(customer).action_pool_claim()
"""
STEPS = {
    "receive": RECEIVE,
    "repair": REPAIR,
    "decide": DECIDE,
    "project": PROJECT,
    "claim": CLAIM,
    "quota": QUOTA,
}
#: What whoever comes second may be told.
TOLD = {
    "decide": "^told (Somebody else is working on|.* is not with us)",
    "claim": "^told (Somebody else is just taking Pooled 0|Pooled 0 was given to Claimer)",
    "quota": "^told You have claimed 1 of 1 customers today",
}
LOOK = """
import json
first, second, _third, fourth = env["crm.rma"].browse(%s)
found = {
    "received": [first.line_ids.qty_received, first.state],
    "receipts": len(first.line_ids.move_ids.filtered(lambda m: m.state == "done")),
    "repairs": [second.repair_count, second.line_ids.place, len(second.line_ids.outcome_ids)],
    "decided": [fourth.state, len(fourth.outcome_ids), len(fourth.outcome_ids.move_ids)],
    "events": env["crm.interaction"].search_count([("source_key", "=like", "crm.rma,%%:approved:9")]),
    "claims": [
        env["crm.pool.move"].search_count([("kind", "=", "claimed"), ("partner_id.name", "=like", name)])
        for name in ("Pooled 0", "Pooled _")
    ],
}
print("FOUND", json.dumps(found))
"""


@tagged("post_install", "-at_install")
class TestTwoProcesses(BaseCase):
    """R04, X04, X09: who comes second changes nothing and gets no traceback."""

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

    def both(self, story: dict) -> list[str]:
        """Let two processes take all steps at the same moments; what each one said."""
        workers = [
            subprocess.Popen(
                [
                    *(sys.executable, "-c", WORKER, self.config, self.database),
                    *(self.folder, mine, other, json.dumps(STEPS), json.dumps(story)),
                ],
                cwd=ROOT,
                env={
                    **os.environ,
                    "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                },
                stdout=subprocess.PIPE,
                text=True,
            )
            for mine, other in (("a", "b"), ("b", "a"))
        ]
        said = [worker.communicate(timeout=900)[0] for worker in workers]
        self.assertEqual([worker.returncode for worker in workers], [0, 0], said)
        return said

    def test_the_same_step_twice_at_once(self):
        """R04, R07, X09: goods are received once, one repair is opened, one decision is
        carried out, one event is told; of two who claim a customer one gets it, and
        nobody claims more than allowed.

        The second one finds it done, or is told that somebody else is at it.
        """
        story = self.shell(PREPARE, "STORY")
        said = self.both(story)
        for name in STEPS:
            ends = [re.search(rf"^{name} (.*)", text, re.M).group(1) for text in said]
            self.assertIn("done", ends)
            if name in TOLD:
                self.assertEqual(ends.count("done"), 1, name)
            for end in set(ends) - {"done"}:
                told = TOLD.get(name, "^told Somebody else is working on")
                self.assertRegex(end, told)
        self.assertEqual(
            self.shell(LOOK % story["rmas"], "FOUND"),
            {
                "received": [1.0, "received"],
                "receipts": 1,
                "repairs": [1, "bench", 1],
                "decided": ["left", 1, 1],
                "events": 1,
                "claims": [1, 2],
            },
        )
