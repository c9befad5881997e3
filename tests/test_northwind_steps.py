"""The demo company's orders, deliveries and invoices are loaded in three processes.

When one of them comes to grief the others end, too, one sentence says why, and the next
run completes the company.
"""

import subprocess
import time

import psutil
import psycopg2
import pytest

from odoo.sql_db import connection_info_for
from odoo.tests import tagged

from .common import ROOT
from .northwind import NorthwindCase, command, environment, run, small_company

pytestmark = pytest.mark.databases

#: What a new transfer meets in the database.
GATE = """
    CREATE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN {} RETURN NEW; END $$;
    CREATE TRIGGER gate BEFORE INSERT ON stock_picking
        FOR EACH ROW EXECUTE FUNCTION gate()
"""


@tagged("post_install", "-at_install")
class TestNorthwindSteps(NorthwindCase):
    """A few orders, whose deliveries fail, or are killed, and follow afterwards."""

    suffix = "steps"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        small_company(cls.folder / "data")
        cls.options = (*cls.options, "--data", cls.folder / "data")

    def execute(self, statement: str) -> None:
        """Change the schema of the loaded database."""
        _name, options = connection_info_for(self.database)
        connection = psycopg2.connect(**options)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.close()

    def documents(self) -> tuple[int, int, int]:
        """How many orders, transfers and posted invoices there are."""
        return self.query(
            """SELECT (SELECT count(*) FROM sale_order),
                      (SELECT count(*) FROM stock_picking WHERE state = 'done'),
                      (SELECT count(*) FROM account_move WHERE state = 'posted')"""
        )[0]

    def people(self) -> tuple[int, int]:
        """How many employees of the company are users, and how many can log in."""
        return self.query(
            """SELECT count(*), count(password) FROM res_users
                WHERE login ~ 'northwind.example$'"""
        )[0]

    def test_steps_that_fail(self):
        """Crash: a step that fails or is killed ends the load; the next run goes on.

        Nobody of the company has a password before the loader is told to give them one.
        """
        self.execute(GATE.format("RAISE EXCEPTION 'the gate is closed';"))
        result = run(*self.options)
        self.assertEqual(result.returncode, 1)
        self.assertIn("The load stopped: the gate is closed", result.stderr)
        self.assertNotIn("Traceback", result.stderr)
        self.assertEqual(self.documents(), (11, 0, 0))

        self.execute("DROP FUNCTION gate CASCADE")
        self.execute(GATE.format("PERFORM pg_sleep(3);"))
        self.assertIn("A step of the load was killed", self.run_and_kill_a_step())
        self.assertEqual(self.documents(), (11, 0, 0))
        self.assertEqual(self.people(), (9, 0))

        self.execute("DROP FUNCTION gate CASCADE")
        result = run(*self.options, "--passwords")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertEqual(self.documents(), (11, 11, 11))
        self.assertEqual(self.people(), (9, 9))

    def run_and_kill_a_step(self) -> str:
        """Kill the deliveries in their first batch; return what the loader says."""
        with subprocess.Popen(
            command(*self.options),
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as loader:
            deliveries = self.wait_for_the_gate(loader)
            deliveries.kill()
            said = loader.stdout.read()
        self.assertEqual(loader.returncode, 1, said)
        self.assertFalse(deliveries.is_running(), "a step outlives the load")
        return said

    def wait_for_the_gate(self, loader: subprocess.Popen) -> psutil.Process:
        """Return the step whose transaction sleeps in the database."""
        while loader.poll() is None:
            steps = psutil.Process(loader.pid).children()
            asleep = self.query(
                """SELECT client_port FROM pg_stat_activity
                    WHERE datname = %s AND wait_event = 'PgSleep'""",
                self.database,
            )
            if asleep and len(steps) == 2:
                # started last; the clock of the kernel is too coarse for the two alone
                return max(steps, key=lambda step: (step.create_time(), step.pid))
            time.sleep(0.1)
        raise AssertionError(loader.stdout.read())
