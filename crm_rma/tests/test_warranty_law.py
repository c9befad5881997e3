from datetime import date

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestWarrantyLaw(CrmRmaCommon):
    """R02: statutory profiles are data: China's three guarantees, Europe's two years."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.china = cls.env.ref("crm_rma.warranty_statutory_cn")
        cls.europe = cls.env.ref("crm_rma.warranty_statutory_eu")
        profiles = cls.china | cls.europe
        cls.term.statutory_ids = [Command.set(profiles.ids)]
        cls.term.duration = 6
        cls.consumer = cls.env["res.partner"].create(
            {"name": "Li Hua", "country_id": cls.env.ref("base.cn").id}
        )

    def buy(self, name, day, country="base.cn", **values):
        """A serial delivered to a consumer; its warranty."""
        self.consumer.write({"country_id": self.env.ref(country).id, **values})
        lot = self.make_lots(self.product, [name])
        with freeze_time(f"{day} 10:00:00"):
            self.deliver(lot, customer=self.consumer)
        return self.warranties(lot)

    def rights(self, registration, day, days_in_repair=0):
        """Articles of the rights that are open for a fault of ``day``."""
        verdict = registration._verdict(date.fromisoformat(day))
        rows = self.env["warranty.explain"]._rights(verdict, days_in_repair)
        return [row["article"] for row in rows if row["open"]]

    def test_whom_it_protects(self):
        """R02: by country, and only persons: a company has no such right."""
        for partner, country, profile in (
            (self.consumer, "base.cn", self.china),
            (self.consumer, "base.de", self.europe),
            (self.consumer, "base.us", self.china.browse()),
            (self.customer, "base.de", self.china.browse()),
        ):
            partner.country_id = self.env.ref(country)
            self.assertEqual(self.term._statutory_for(partner), profile, country)

    def test_two_years_beside_six_months(self):
        """R02: our term is over, the law still covers; transport included."""
        registration = self.buy("EU-1", "2026-03-01", "base.de")
        self.assertEqual(registration.statutory_id, self.europe)
        verdict = registration._verdict(date(2027, 12, 1))
        self.assertEqual(verdict["status"], "in")
        self.assertEqual(
            self.env["warranty.explain"]._text(verdict),
            "Parts, Labour, and Transport: covered until 03/01/2028. European Union: two "
            "years from 03/01/2026.",
        )
        self.assertEqual(registration._verdict(date(2028, 3, 2))["status"], "out")

    def test_china_windows(self):
        """R02: 7 days refund, 15 days exchange, then repair (Art. 9, 10, 8, 15)."""
        registration = self.buy("CN-1", "2026-03-01")
        for day, articles in (
            ("2026-03-08", ["Art. 9", "Art. 10", "Art. 8, 15"]),
            ("2026-03-09", ["Art. 10", "Art. 8, 15"]),
            ("2026-03-16", ["Art. 10", "Art. 8, 15"]),
            ("2026-03-17", ["Art. 8, 15"]),
            ("2027-03-01", ["Art. 8, 15"]),
            ("2027-03-02", []),
        ):
            self.assertEqual(self.rights(registration, day), articles, day)

    def test_china_days_in_repair(self):
        """R02: 30 days through our own fault, 90 days for want of parts (Art. 12)."""
        registration = self.buy("CN-2", "2026-03-01")
        for days, count in ((30, 0), (31, 1), (90, 1), (91, 2)):
            articles = self.rights(registration, "2026-06-01", days)
            self.assertEqual(articles.count("Art. 12"), count, days)

    def repair(self, registration, came, left):
        with freeze_time(f"{came} 10:00:00"):
            rma = self.rma(registration.lot_id, customer=self.consumer)
            self.walk(rma, until="action_start_repair")
        with freeze_time(f"{left} 10:00:00"):
            rma.action_finish_repair()
            rma.action_ship()
            rma.action_close()
        return rma

    def test_china_two_failed_repairs(self):
        """R02: after two repairs that did not help: exchange or refund (Art. 11, 13)."""
        registration = self.buy("CN-3", "2026-03-01")
        self.repair(registration, "2026-04-01", "2026-04-05")
        self.assertNotIn("Art. 11, 13", self.rights(registration, "2026-05-01"))
        verdict = registration._verdict(date(2026, 5, 1))
        rows = self.env["warranty.explain"]._rights(verdict)
        [two] = [row for row in rows if row["article"] == "Art. 11, 13"]
        self.assertEqual(two["when"], "after 1 more repairs that do not help")
        self.repair(registration, "2026-05-01", "2026-05-05")
        self.assertIn("Art. 11, 13", self.rights(registration, "2026-06-01"))

    def test_china_time_in_repair_is_deducted(self):
        """R02: twenty days in repair move the end of the period (Art. 8)."""
        registration = self.buy("CN-4", "2026-03-01")
        self.repair(registration, "2026-04-01", "2026-04-21")
        self.assertEqual(registration.date_end, date(2027, 3, 21))
        self.assertIn("Art. 8, 15", self.rights(registration, "2027-03-21"))

    def test_china_starts_anew_after_an_exchange(self):
        """R02: the period of the new unit starts with the exchange (Art. 14)."""
        registration = self.buy("CN-5", "2026-03-01")
        rest = registration._prepare_rest(date(2026, 8, 1))
        lawful = [row for row in rest if row["kind"] == "statutory"]
        self.assertEqual({row["date_to"] for row in lawful}, {date(2027, 8, 1)})
        ours = [row for row in rest if row["kind"] == "standard"]
        self.assertEqual({row["date_to"] for row in ours}, {date(2026, 9, 1)})

    def test_europe_repair_extends_once(self):
        """R02: a free repair adds twelve months, once (Art. 10(2a), sold from
        31 July 2026)."""
        registration = self.buy("EU-2", "2026-08-01", "base.fr")
        self.repair(registration, "2026-10-01", "2026-10-11")
        self.assertEqual(registration.date_end, date(2029, 8, 1))
        self.repair(registration, "2026-12-01", "2026-12-11")
        self.assertEqual(registration.date_end, date(2029, 8, 1))

    def test_europe_sold_before(self):
        registration = self.buy("EU-3", "2026-07-30", "base.fr")
        self.repair(registration, "2026-10-01", "2026-10-11")
        self.assertEqual(registration.date_end, date(2028, 7, 30))

    def test_europe_burden_of_proof(self):
        """R02: one year in which the fault is taken to be there (Art. 11(1))."""
        registration = self.buy("EU-4", "2027-06-01", "base.fr")
        self.assertIn("Art. 11(1)", self.rights(registration, "2028-06-01"))
        self.assertNotIn("Art. 11(1)", self.rights(registration, "2028-06-02"))

    def test_law_starts_with_the_invoice(self):
        """R02: in China the period starts with the invoice, here after the delivery."""
        registration = self.buy("CN-6", "2026-03-01")
        registration.date_invoiced = date(2026, 3, 5)
        self.assertEqual(registration.date_start, date(2026, 3, 1))
        self.assertEqual(registration.date_end, date(2027, 3, 5))
        self.assertIn("Art. 9", self.rights(registration, "2026-03-12"))

    def test_kept_rights_do_not_change(self):
        """R02: the rights of an approved RMA stay when somebody edits the profile."""
        registration = self.buy("CN-7", "2026-03-01")
        rma = self.rma(
            registration.lot_id, customer=self.consumer, date_reported=date(2026, 3, 5)
        )
        rma.action_approve()
        before = rma.line_ids.verdict_view["rights"]
        self.china.right_ids.number = 1
        self.china.name = "Other"
        self.env.invalidate_all()
        self.assertEqual(rma.line_ids.verdict_view["rights"], before)
