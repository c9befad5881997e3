"""A neutralised copy acts towards nobody: ours is off, too."""

import contextlib
import tempfile
import unittest
from pathlib import Path

import pytest

from odoo.sql_db import db_connect
from odoo.tests import BaseCase, tagged

from .common import MODULES, database_copy, odoo_command, template
from .northwind import config_file

pytestmark = pytest.mark.databases

STATE = """
    SELECT (SELECT count(*) FROM ir_cron c
              JOIN ir_model_data d ON d.model = 'ir.cron' AND d.res_id = c.id
             WHERE c.active AND d.module IN %(modules)s),
           (SELECT count(*) FROM digest_digest WHERE state = 'activated'
               AND (kpi_crm_customer_revenue OR kpi_crm_service_cost)),
           (SELECT count(*) FROM res_company WHERE stock_move_email_validation),
           (SELECT count(*) FROM crm_outbox WHERE state = 'todo'),
           (SELECT count(*) FROM crm_sms_gateway WHERE active)
"""
AWAKE = """
    UPDATE digest_digest SET state = 'activated', kpi_crm_service_cost = true;
    UPDATE res_company SET stock_move_email_validation = true;
    INSERT INTO crm_outbox (key, uuid, channel, origin, purpose, state, priority, body,
                            address, company_id, due, next_try)
    SELECT 'test:neutral', 'test', 'sms', 'other', 'service', 'todo', '0', 'Hello',
           '+8613800138000', min(id), now(), now() FROM res_company;
    INSERT INTO crm_sms_gateway (name, url, company_id, active, method, body_format, body,
                                 success_rule, report_uuid_path, report_status_path,
                                 report_delivered)
    SELECT 'Provider', 'https://sms.example.com', min(id), true, 'POST', 'json', '{}',
           'status == 200', 'id', 'status', 'delivered' FROM res_company;
"""


@tagged("post_install", "-at_install")
class TestNeutralize(BaseCase):
    """The production guide's try-out copy: `odoo neutralize`, then nobody hears of it."""

    def state(self, database: str) -> tuple[int, ...]:
        """Our active crons, digests with our figures, companies that mail deliveries,
        messages that wait."""
        with contextlib.closing(db_connect(database).cursor()) as cursor:
            cursor.execute(STATE, {"modules": MODULES})
            return cursor.fetchone()

    def test_nothing_of_ours_acts(self):
        try:
            source = template("CRM_LOOP_ADDONS")
        except KeyError as error:
            raise unittest.SkipTest(str(error)) from None
        with (
            tempfile.TemporaryDirectory() as folder,
            database_copy(source, "neutral") as database,
        ):
            with contextlib.closing(db_connect(database).cursor()) as cursor:
                cursor.execute(AWAKE)
                cursor.commit()
            self.assertTrue(all(self.state(database)))
            config = config_file(Path(folder))
            odoo_command("neutralize", "-c", str(config), "-d", database)
            self.assertEqual(self.state(database), (0, 0, 0, 0, 0))
