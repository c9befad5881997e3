from odoo.modules.migration import load_script
from odoo.tests import new_test_user, tagged
from odoo.tools import file_path

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestInteractionEvent(CrmRmaCommon):
    """X02, R04: deliveries, warranties and returns in the language of the reader."""

    def _rows(self):
        lot = self.make_lots(self.product, ["E-1"])
        self.deliver(lot)
        self.walk(self.rma(lot))
        rows = self.env["crm.interaction"].search(
            [("commercial_partner_id", "=", self.customer.id)]
        )
        return rows.filtered(lambda row: row.event.split(":")[0] in self.MODELS)

    MODELS = ("stock.picking", "warranty.registration", "crm.rma")

    def test_every_step_has_its_sentence(self):
        rows = self._rows()
        sentences = self.env["crm.interaction"]._event_sentences()
        self.assertEqual(
            set(rows.mapped("event")),
            {event for event in sentences if event.split(":")[0] in self.MODELS}
            - {"warranty.registration:extended", "warranty.registration:replaced"}
            - {f"crm.rma:{event}" for event in self.OTHER_WAYS},
        )
        self.assertEqual(rows.mapped("headline"), rows.mapped("subject"))

    #: What does not happen on the straight way.
    OTHER_WAYS = (
        "accepted",
        "declined",
        "refused",
        "missing",
        "reopened",
        "replace",
        "credit",
        "nff",
        "refuse",
        "scrap",
        "vendor",
        "vendor_repaired",
        "vendor_exchanged",
        "vendor_refused",
        "vendor_lost",
        "advance",
        "charge_back",
    )

    def test_other_ways_have_a_sentence_each(self):
        """R07: every decision is told in words of its own."""
        lot = self.make_lots(self.product, ["E-2"])
        self.deliver(lot)
        rma = self.rma(lot)
        line = rma.line_ids
        rows = line._project_events([(line, event, 1) for event in self.OTHER_WAYS])
        told = rows.mapped("headline")
        self.assertEqual(len(set(told)), len(self.OTHER_WAYS))
        for sentence in told:
            self.assertTrue(sentence.startswith(f"{rma.name}: "), sentence)

    def test_rows_of_before_learn_their_event(self):
        rows = self._rows()
        before = {row: (row.event, row.headline) for row in rows}
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_interaction SET event = NULL, event_args = NULL"
        )
        for module in ("crm_extension", "crm_rma"):
            path = file_path(f"{module}/migrations/19.0.1.1.0/post-events.py")
            load_script(path, "post-events").migrate(self.env.cr, "19.0.1.0.0")
        self.env.cr.execute("UPDATE crm_interaction SET subject = 'of then'")
        self.env.invalidate_all()
        after = {row: (row.event, row.headline) for row in rows}
        self.assertEqual(after, before)

    def test_x02_back_fill_tells_the_same(self):
        """X02: what was missed is told later, and what is known not again."""
        rows = self._rows()
        before = sorted(rows.mapped(lambda row: (row.source_key, row.headline)))
        backfill = self.env["crm.interaction.backfill"]
        sources = backfill.search([("source", "in", self.SOURCES)])
        self.assertEqual(len(sources), len(self.SOURCES))
        for expected in ([], before):
            written = rows.browse()
            for source in sources:
                ids = source._backfill_records().search(
                    source._backfill_source()["domain"]
                )
                method = getattr(backfill, f"_backfill_{source.source}")
                written |= method(ids)
            written = written.filtered(
                lambda row: row.commercial_partner_id == self.customer
            )
            again = sorted(written.mapped(lambda row: (row.source_key, row.headline)))
            self.assertEqual(again, expected)
            (rows if not expected else written).unlink()

    SOURCES = ("delivery", "return", "warranty")

    def test_money_is_not_for_the_desk(self):
        """The desk reads what happened to the goods, not what was paid."""
        rows = self.env["crm.interaction"]._project(
            [
                {
                    "source_key": f"{model},1:posted:1",
                    "partner_id": self.customer.id,
                    "res_model": model,
                    "res_id": 1,
                    "user_id": self.user.id,
                }
                for model in ("account.move", "account.payment", "stock.picking")
            ]
        )
        seen = rows.with_user(self.user)._filtered_access("read")
        self.assertEqual(seen.mapped("res_model"), ["stock.picking"])
        seller = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        self.assertEqual(len(rows.with_user(seller)._filtered_access("read")), 3)
