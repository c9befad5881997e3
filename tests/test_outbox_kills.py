"""Greetings survive `kill -9`: nobody is greeted twice, nobody is lost.

A forker loads the registry once and forks real workers, each with a database connection of
its own, often two at the same moment; it kills them at random moments with SIGKILL. They
send to a real HTTP server in this process, which keeps what it got. At the end workers run
undisturbed until nothing waits, and every greeting is accounted for.

`CRM_LOOP_KILLS=100 ./dev test tests/test_outbox_kills.py` is the long version.
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from collections import Counter
from pathlib import Path

import pytest

from odoo.tests import BaseCase, tagged

from odoo.addons.crm_extension.tests.servers import HttpServer

from .common import ROOT, database_copy, odoo_command, template
from .northwind import config_file

pytestmark = pytest.mark.databases

KILLS = int(os.environ.get("CRM_LOOP_KILLS", 12))
#: More than are sent before the last kill: a worker always has something to do.
PEOPLE = 40 + 4 * KILLS
#: Seconds after which a worker is killed, at most
LIFE = 0.9

FORKER = """
import os, random, signal, sys, time
from odoo import SUPERUSER_ID, api, sql_db, tools
from odoo.modules.registry import Registry

config, database, kills, life = sys.argv[1:]
tools.config.parse_config(["-c", config, "-d", database, "--no-http"])
registry = Registry(database)
sql_db.close_all()

def work():
    sql_db._Pool = sql_db._Pool_readonly = None  # no connection of the parent
    for model, method in (("crm.greeting", "_cron_greet"), ("crm.outbox", "_cron_send")):
        with registry.cursor() as cr:
            getattr(api.Environment(cr, SUPERUSER_ID, {})[model], method)()

def start():
    pid = os.fork()
    if not pid:
        try:
            work()
        finally:
            os._exit(0)
    return pid

random.seed(19)
for number in range(int(kills)):
    pids = [start() for _worker in range(1 + number % 2)]
    for pid in pids:
        time.sleep(random.uniform(0.05, float(life)))
        os.kill(pid, signal.SIGKILL)
    for pid in pids:
        os.waitpid(pid, 0)
for _round in range(3):
    for pid in [start(), start()]:
        os.waitpid(pid, 0)
    time.sleep(2.5)
"""
PREPARE = """
import json
from odoo import fields
env["ir.config_parameter"].set_param("crm_extension.outbox_lease", "2")
env["crm.greeting.rule"].search([]).active = False
company = env.company
company.write({"crm_send_from": 0, "crm_send_to": 24})
company.partner_id.tz = "UTC"
env["crm.sms.gateway"].create({
    "name": "Here", "url": "%(url)s", "company_id": company.id,
    "body": '{"to": "{number}", "text": "{text}", "id": "{uuid}"}',
    "success_rule": 'code == "OK"',
})
today = fields.Date.today()
people = env["res.partner"].create([
    {"name": f"Person {i}", "phone": f"+86138{i:08}", "tz": "UTC"} for i in range(%(people)s)
])
dates = env["crm.important.date"].create([
    {"partner_id": person.id, "kind": "birthday", "date": today.replace(year=2000)}
    for person in people
])
env["crm.greeting.rule"].create({
    "name": "All", "kind": "birthday", "channel": "sms", "approval": "none", "hour": 0,
    "sms_text": "Happy birthday {name}", "planned_from": today, "grace_days": 2,
    "company_id": company.id,
})
env.cr.commit()
print("READY", json.dumps(dates.ids))
"""
LOOK = """
import json
greetings = env["crm.greeting"].search([("occasion_id", "in", %s)])
messages = greetings.outbox_id
print("FOUND", json.dumps({
    "greetings": len(greetings),
    "people": len(greetings.partner_id),
    "messages": {m.uuid: m.state for m in messages},
    "texts": len(env["crm.interaction"].search([("source_key", "=like", "crm.outbox,%%")])),
}))
"""


@tagged("post_install", "-at_install")
class TestOutboxKills(BaseCase):
    """X07, cases 28, 30: kills at random moments and double starts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        try:
            source = template("CRM_LOOP_ADDONS")
        except KeyError as error:
            raise unittest.SkipTest(str(error)) from None
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.database = cls.enterClassContext(database_copy(source, "kills"))
        cls.config = config_file(cls.folder)
        cls.server = cls.enterClassContext(HttpServer((200, {"code": "OK"}, 0.02)))

    def shell(self, code: str, word: str):
        """Run code in Odoo's shell and return what it printed as JSON after `word`."""
        said = odoo_command(
            *("shell", "-c", str(self.config), "-d", self.database),
            *("--no-http", "--log-level=warn"),
            stdin=code,
        )
        line = next(ln for ln in said.splitlines() if ln.partition(word)[1])
        return json.loads(line.partition(word)[2])

    def test_nobody_twice_nobody_lost(self):
        prepare = PREPARE % {"url": self.server.url, "people": PEOPLE}
        dates = self.shell(prepare, "READY")
        paths = os.pathsep.join(filter(None, sys.path))
        done = subprocess.run(
            [
                *(sys.executable, "-c", FORKER, self.config, self.database),
                *(str(KILLS), str(LIFE)),
            ],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": paths},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600 + 10 * KILLS,
        )
        self.assertEqual(done.returncode, 0, done.stdout[-3000:])
        found = self.shell(LOOK % dates, "FOUND")
        calls = Counter(request["data"]["id"] for request in self.server.requests)
        states = Counter(found["messages"].values())
        told = f"{KILLS} kills: {dict(states)}, {sum(calls.values())} calls"
        # nobody is lost: one greeting and one message for each, settled or shown
        self.assertEqual((found["greetings"], found["people"]), (PEOPLE, PEOPLE), told)
        self.assertEqual(len(found["messages"]), PEOPLE, told)
        self.assertLessEqual(set(states), {"sent", "uncertain"}, told)
        # nobody is greeted twice: also those in doubt were called once at most
        self.assertEqual(max(calls.values()), 1, told)
        self.assertLessEqual(set(calls), set(found["messages"]), told)
        for uuid, state in found["messages"].items():
            if state == "sent":
                self.assertEqual(calls[uuid], 1, told)
        # two workers run at once: one message each can be in doubt after a kill
        self.assertLessEqual(states["uncertain"], 2 * KILLS, told)
        self.assertEqual(found["texts"], states["sent"], told)
        print(told)
