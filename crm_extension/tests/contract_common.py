"""Contracts of a small sales department, on a frozen Wednesday."""

import base64
from datetime import date, datetime, timedelta

from freezegun import freeze_time

from .common import CrmExtensionCommon

NOW = datetime(2026, 6, 10, 10)
TODAY = NOW.date()
DAY = timedelta(days=1)
PDF = b"%PDF-1.7\n%%EOF"


def as_base64(data):
    return base64.b64encode(data).decode()


class ContractCase(CrmExtensionCommon):
    """``make_contract``, ``make_letter``: drafts of the seller's customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clock = freeze_time(NOW)
        clock.start()
        cls.addClassCleanup(clock.stop)
        cls.Contract = cls.env["crm.contract"]
        cls.company.partner_id.tz = "UTC"

    def kind(self, name):
        return self.env.ref(f"crm_extension.crm_contract_kind_{name}")

    def make_contract(self, name="Supply of boxes", kind="sale", user=None, **vals):
        contracts = self.Contract.with_user(user or self.seller)
        return contracts.create(
            {
                "name": name,
                "kind_id": self.kind(kind).id,
                "partner_id": self.customer.id,
                **vals,
            }
        )

    def make_running(self, start=date(2026, 1, 1), end=date(2026, 12, 31), **vals):
        """A signed contract, this year by default."""
        contract = self.make_contract(date_start=start, date_end=end, **vals)
        contract.action_sign()
        return contract

    def events(self, contract):
        """Events of the contract in the history, the oldest first."""
        rows = self.env["crm.interaction"].search(
            [("res_model", "=", "crm.contract"), ("res_id", "=", contract.id)],
            order="id",
        )
        return [row.event.partition(":")[2] for row in rows]

    def on(self, day):
        """Another day, at ten."""
        return freeze_time(datetime.combine(day, NOW.time()))

    def todos(self, contract):
        return self.env["mail.activity"].search(
            [("res_model", "=", "crm.contract"), ("res_id", "=", contract.id)]
        )

    def run_cron(self):
        """The daily round, as the scheduler does it."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("crm_extension.ir_cron_contracts").method_direct_trigger()
        self.env.invalidate_all()
