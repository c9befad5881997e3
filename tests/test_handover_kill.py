"""A handover whose process is killed again and again, in a real database.

One process loads the registry and forks a worker for each turn. A worker runs the
scheduled action with small batches and is killed with SIGKILL in the middle of one; the
last one may finish. Whatever the moment, every customer has one owner and everything is
told once.
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from odoo.tests import BaseCase, tagged

from .common import ROOT, database_copy, template
from .northwind import config_file

CUSTOMERS = 60
#: After how many commits each worker is killed.
KILLS = [1, 3, 2, 5]
STORY = """
import json, os, signal, sys, time
from odoo import SUPERUSER_ID, api, sql_db, tools
from odoo.modules.registry import Registry
from odoo.tests import new_test_user

config, database, customers, kills = sys.argv[1:]
tools.config.parse_config(["-c", config, "-d", database, "--no-http"])
registry = Registry(database)
from odoo.addons.crm_extension.models import crm_handover_run
crm_handover_run.BATCH = 5

def prepare(env):
    group = "sales_team.group_sale_salesman"
    giver = new_test_user(env, "kill_giver", groups=group)
    heirs = [new_test_user(env, f"kill_heir_{n}", groups=group) for n in range(3)]
    partners = env["res.partner"].create([
        {"name": f"Kill {n}", "is_company": True, "user_id": giver.id}
        for n in range(int(customers))
    ])
    env["crm.lead"].create([
        {"name": "Lead", "partner_id": partner.id, "user_id": giver.id}
        for partner in partners[::2]
    ])
    handover = env["crm.handover"].create({
        "from_user_id": giver.id,
        "receiver_ids": [(0, 0, {"user_id": heir.id}) for heir in heirs],
    })
    handover._plan()
    handover.write({"state": "running", "step": "run", "started_by_id": env.uid})
    return handover.id, giver.id, partners.ids

def look(env):
    handover = env["crm.handover"].browse(handover_id)
    partners = env["res.partner"].browse(partner_ids)
    leads = env["crm.lead"].search([("partner_id", "in", partner_ids)])
    told = env["crm.interaction"].search([
        ("event", "=", "crm.handover.item:handed_over"),
        ("commercial_partner_id", "in", partner_ids),
    ])
    done = handover.item_ids.filtered(lambda item: item.state == "done")
    return {
        "state": handover.state,
        "rows": handover.row_ids.mapped("state"),
        "left": len(partners.filtered(lambda p: p.user_id.id == giver_id)),
        "nobodys": len(partners.filtered(lambda p: not p.user_id)),
        "owners": len(partners.user_id),
        "torn": len(done.filtered(lambda i: i.partner_id.user_id != i.to_user_id)),
        "leads": sum(lead.user_id == lead.partner_id.user_id for lead in leads),
        "done": len(done),
        "told": [len(told), len(told.commercial_partner_id)],
        "periods": env["crm.customer.owner"].search_count(
            [("partner_id", "in", partner_ids), ("date_to", "=", False)]
        ),
    }

def work(env, say):
    commit = type(env["ir.cron"])._commit_progress
    def told(self, *args, **kwargs):
        commit(self, *args, **kwargs)
        say()
        return 1
    type(env["ir.cron"])._commit_progress = told
    env["crm.handover"]._cron_run()

def within(function, *args):
    with registry.cursor() as cr:
        return function(api.Environment(cr, SUPERUSER_ID, {}), *args)

handover_id, giver_id, partner_ids = within(prepare)
seen = []
for commits in [*json.loads(kills), None]:
    sql_db.close_all()
    read, write = os.pipe()
    child = os.fork()
    if not child:
        within(work, lambda: os.write(write, b"."))
        os._exit(0)
    os.close(write)
    while os.read(read, 1):
        commits = commits and commits - 1
        if commits == 0:
            time.sleep(0.02)  # in the middle of the next batch
            os.kill(child, signal.SIGKILL)
            break
    _pid, status = os.waitpid(child, 0)
    os.close(read)
    seen.append({"killed": os.WIFSIGNALED(status), **within(look)})
print("SEEN", json.dumps(seen))
"""


@tagged("post_install", "-at_install")
class TestHandoverKill(BaseCase):
    """X08, case 97: killed half-way, the handover resumes; each customer has one owner."""

    def test_killed_and_resumed(self):
        try:
            source = template("CRM_LOOP_ADDONS")
        except KeyError as error:
            raise unittest.SkipTest(str(error)) from None
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        database = self.enterContext(database_copy(source, "kill"))
        *killed, last = self.story(config_file(folder), database)
        for number, seen in enumerate(killed):
            with self.subTest(kill=number):
                self.assertTrue(seen["killed"])
                self.assertEqual(seen["state"], "running")
                self.assertLess(0, seen["left"])
                self.assertEqual((seen["nobodys"], seen["torn"]), (0, 0))
                self.assertEqual(seen["told"], [seen["done"]] * 2)
                self.assertEqual(seen["periods"], CUSTOMERS)
        self.assertFalse(last["killed"])
        self.assertEqual(last["state"], "done")
        self.assertEqual(last["rows"], ["done"] * (CUSTOMERS + CUSTOMERS // 2))
        self.assertEqual((last["left"], last["nobodys"], last["torn"]), (0, 0, 0))
        self.assertEqual((last["owners"], last["leads"]), (3, CUSTOMERS // 2))
        self.assertEqual(last["told"], [CUSTOMERS, CUSTOMERS])
        self.assertEqual(last["periods"], CUSTOMERS)

    def story(self, config, database) -> list[dict]:
        """Run the story in a process of its own; what it saw after each turn."""
        arguments = [config, database, str(CUSTOMERS), json.dumps(KILLS)]
        said = subprocess.run(
            [sys.executable, "-c", STORY, *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=400,
        ).stdout
        line = next(ln for ln in said.splitlines() if ln.startswith("SEEN"))
        return json.loads(line.removeprefix("SEEN"))
