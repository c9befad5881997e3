"""A salesperson's workbench on a frozen Wednesday."""

from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .common import CrmExtensionCommon

NOW = datetime(2025, 6, 11, 10)  # a Wednesday, 10:00 UTC
TODAY = NOW.date()
DAY = timedelta(days=1)
TOKEN = "0123456789abcdef"


@tagged("post_install", "-at_install")
class WorkbenchCase(CrmExtensionCommon):
    """The seller's workbench on a Wednesday at ten."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clock = freeze_time(NOW)
        clock.start()
        cls.addClassCleanup(clock.stop)
        cls.bench = cls.env["crm.workbench"].with_user(cls.seller)
        cls.log(cls.customer, user=cls.seller, date=NOW - DAY)
        cls.env.flush_all()
        cls.env["res.partner"].search(
            [("user_id", "=", cls.seller.id)]
        ).user_assigned_date = NOW - 40 * DAY

    def count(self, name, user=None):
        bench = self.bench.with_user(user) if user else self.bench
        return {b["name"]: b["count"] for b in bench.counts()["buckets"]}[name]

    def rows(self, name, **kwargs):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.bench.bucket(name, **kwargs)["rows"]

    def key(self, model, record):
        return {"model": model, "res_id": record.id}

    def assertIn1(self, name, record, message=None):
        """The record is in the bucket, and the count says so."""
        found = [(row["model"], row["res_id"]) for row in self.rows(name)]
        self.assertIn((record._name, record.id), found, message)
        self.assertEqual(self.count(name), len(found))

    def assertGone(self, name, record, message=None):
        found = [(row["model"], row["res_id"]) for row in self.rows(name)]
        self.assertNotIn((record._name, record.id), found, message)
        self.assertEqual(self.count(name), len(found))

    def todo(self, document=None, user=None, **vals):
        document = self.customer if document is None else document
        return self.plan(document, user or self.seller, **vals)
