"""Every report is served by a real streaming replica, to companies of two currencies.

PostgreSQL copies its whole cluster (``pg_basebackup``), a second server follows it, and
Odoo reads from that one as ``db_replica_host`` says. A report that writes, or that makes a
temporary table, fails there.
"""

import json
import os
import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import pytest

from odoo.tests import BaseCase, tagged
from odoo.tools import config

from tools.dev import postgres, privileges, python_env

from .common import database_copy, odoo_command, template
from .northwind import config_file

pytestmark = pytest.mark.databases

#: Two companies of two currencies, each with an invoice; the first one also sells.
PREPARE = """
import json
from odoo import Command, fields
company = env.company
euro = env["res.currency"].with_context(active_test=False).search(
    [("name", "in", ("EUR", "USD")), ("id", "!=", company.currency_id.id)], limit=1
)
euro.active = True
daughter = env["res.company"].create({"name": "Daughter", "currency_id": euro.id})
env["res.currency.rate"].create(
    {"currency_id": euro.id, "company_id": company.id, "name": "2020-01-01", "rate": 2.0}
)
env.user.company_ids += daughter
env["account.chart.template"].try_loading("generic_coa", daughter, install_demo=False)
partner = env["res.partner"].create({"name": "Read elsewhere"})
product = env["product.product"].create({"name": "Lamp", "type": "service"})
env["sale.order"].create({
    "partner_id": partner.id,
    "order_line": [Command.create({"product_id": product.id, "price_unit": 70.0})],
}).action_confirm()
for owner in company + daughter:
    here = env(context={**env.context, "allowed_company_ids": owner.ids})
    here["account.move"].create({
        "move_type": "out_invoice",
        "partner_id": partner.id,
        "invoice_date": fields.Date.today(),
        "invoice_line_ids": [Command.create({
            "name": "x", "price_unit": 100.0, "tax_ids": [Command.clear()],
        })],
    }).action_post()
env.cr.commit()
print("STORY", json.dumps({"companies": (company + daughter).ids, "partner": partner.id}))
"""
#: The same questions to both servers.
ASK = """
import json, time
from odoo.tools import SQL
from tests.common import MODULES

story = json.loads('%s')
GROUPS = ("user_id", "partner_id", "product_id", "fiscal_year", "team_id")

def ask(cr):
    found = {}
    for name, cls in sorted(env.registry.items()):
        if cls._original_module not in MODULES or cls._auto or cls._abstract:
            continue
        context = {"allowed_company_ids": story["companies"]}
        report = env(cr=cr, context=context)[name]
        measures = [
            f"{key}:{field.aggregator}" for key, field in report._fields.items()
            if field.store and field.aggregator and key != "id"
        ]
        few = [measure for measure in measures if "quantity" not in measure]
        found[name] = [report.search_read([], limit=20)]
        for group in GROUPS:
            if group in report._fields:
                sets = [[group], []]
                found[name] += [
                    report.formatted_read_grouping_sets([], sets, some)
                    for some in (few, measures)
                ]
    return json.loads(json.dumps(found, default=str))

[[position]] = env.execute_query(SQL("SELECT pg_current_wal_lsn()::varchar"))
here = ask(env.cr)
with env.registry.cursor(readonly=True) as cr:
    end, behind = time.monotonic() + 60, True
    while behind and time.monotonic() < end:
        cr.execute(
            "SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn() < %%s::pg_lsn",
            [position],
        )
        replica, behind = cr.fetchone()
        cr.rollback()
    there = ask(cr)
print("FOUND", json.dumps({
    "replica": replica,
    "behind": behind,
    "differ": [name for name in here if here[name] != there[name]],
    "reports": sorted(there),
    "invoiced": there["crm.analytics.compare"][1][1][0]["invoiced:sum"],
}))
"""


class Replica:
    """A second server that follows the embedded one; ``folder`` holds its socket."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.data = self.folder / "data"
        self.binaries = python_env.postgres_binaries()
        self.as_user = privileges.choose([str(self.binaries / "postgres"), "--version"])
        self.server = None
        if not os.geteuid():
            os.chown(self.folder, *privileges.account())

    def __enter__(self):
        self._run(
            *("pg_basebackup", "-h", config["db_host"], "-p", str(config["db_port"])),
            *("-U", "postgres", "-D", self.data, "--checkpoint=fast", "--no-sync"),
            "--write-recovery-conf",
        )
        command = [self.binaries / "postgres", "-D", self.data, "-k", self.folder]
        for setting in ("listen_addresses=", "hot_standby=on", "logging_collector=off"):
            command += ["-c", setting]
        self.log = (self.folder / "log").open("w+")
        self.server = subprocess.Popen(
            command, cwd="/", preexec_fn=self.as_user, stdout=self.log, stderr=self.log
        )
        end = time.monotonic() + 120
        while not self._is_ready():
            if time.monotonic() > end or self.server.poll() is not None:
                self.log.seek(0)
                raise AssertionError(self.log.read()[-4000:])
            time.sleep(0.1)
        return self

    def __exit__(self, *_error):
        if self.server:
            self.server.terminate()
            self.server.wait(60)
            self.log.close()

    def _is_ready(self):
        command = [self.binaries / "pg_isready", "-q", "-h", self.folder]
        return not subprocess.run(command, check=False).returncode

    def _run(self, program, *arguments):
        done = subprocess.run(
            [self.binaries / program, *arguments],
            cwd="/",
            preexec_fn=self.as_user,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise AssertionError(f"{program}: {done.stderr[-4000:]}")


@tagged("post_install", "-at_install")
class TestReplica(BaseCase):
    """A01, A02: the reports need no server that writes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if config["db_host"] != str(postgres.socket_folder()):
            raise unittest.SkipTest("a replica is made of the embedded server only")
        try:
            source = template("CRM_LOOP_ADDONS")
        except KeyError as error:
            raise unittest.SkipTest(str(error)) from None
        folder = cls.enterClassContext(tempfile.TemporaryDirectory(prefix="crm-"))
        cls.database = cls.enterClassContext(database_copy(source, "replica"))
        cls.folder = Path(folder)
        cls.config = config_file(cls.folder)

    def _shell(self, code, word, *options):
        """Run code in Odoo's shell and return what it printed as JSON after `word`."""
        said = odoo_command(
            *("shell", "-c", str(self.config), "-d", self.database),
            *("--no-http", "--log-level=warn", *options),
            stdin=code,
        )
        line = next(ln for ln in said.splitlines() if ln.partition(word)[1])
        return json.loads(line.partition(word)[2])

    def test_a01_reports_are_read_from_a_streaming_replica(self):
        """A01, A02: the same answers from the replica, nothing is written there."""
        folder = tempfile.mkdtemp(prefix="crm-replica-")
        self.addCleanup(shutil.rmtree, folder)
        with Replica(folder):
            # written while the replica already follows: it must arrive there
            story = self._shell(PREPARE, "STORY")
            found = self._shell(
                ASK % json.dumps(story),
                "FOUND",
                *("--db_replica_host", folder, "--db_replica_port", "5432"),
            )
        self.assertTrue(found["replica"], "Odoo did not read from the replica")
        self.assertFalse(found["behind"])
        self.assertFalse(found["differ"])
        self.assertIn("crm.analytics.compare", found["reports"])
        self.assertIn("crm.customer.report.month", found["reports"])
        self.assertGreater(found["invoiced"], 100)
