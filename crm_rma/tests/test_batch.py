import logging

from odoo.tests import tagged

from .common import STEPS, CrmRmaCommon

UNITS = 20
_logger = logging.getLogger(__name__)


@tagged("post_install", "-at_install")
class TestBatch(CrmRmaCommon):
    """R03: everything takes recordsets; queries are counted per unit."""

    def queries(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        result = function()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before, result

    def make_batch(self, units, prefix):
        lots = self.make_lots(self.product, [f"{prefix}-{n}" for n in range(units)])
        self.deliver(lots)
        return lots

    def create_batch(self, lots):
        return self.env["crm.rma"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "warehouse_id": self.warehouse.id,
                    "line_ids": [(0, 0, {"lot_id": lot.id})],
                }
                for lot in lots
            ]
        )

    def test_whole_cycle(self):
        """R03: twenty RMAs at once: the queries per unit and step stay low."""
        lots = self.make_batch(UNITS, "B")
        counts = {}
        counts["create"], rmas = self.queries(lambda: self.create_batch(lots))
        for step in STEPS:
            counts[step], _result = self.queries(getattr(rmas, step))
        per_unit = {step: count / UNITS for step, count in counts.items()}
        self.assertEqual(set(rmas.mapped("state")), {"closed"})
        _logger.info("queries per unit: %s, sum %s", per_unit, sum(per_unit.values()))
        self.assertLessEqual(sum(per_unit.values()), 100, per_unit)
        without_repair = sum(per_unit.values()) - sum(
            per_unit[step] for step in ("action_start_repair", "action_finish_repair")
        )
        self.assertLessEqual(without_repair, 60, per_unit)

    def test_one_request_many_units(self):
        """R01: one RMA of many serials is one receipt and one delivery."""
        lots = self.make_batch(UNITS, "M")
        rma = self.rma(lots)
        self.walk(rma)
        self.assertEqual(rma.picking_count, 2)
        self.assertEqual(len(rma.line_ids), UNITS)

    def test_list_queries_do_not_grow(self):
        """A page of RMAs costs the same for few and for many."""
        names = ["name", "state", "product_names", "serial_names", "warranty_status"]
        rmas = self.create_batch(self.make_batch(12, "L"))
        small, _rows = self.queries(lambda: rmas[:3].read(names))
        large, _rows = self.queries(lambda: rmas.browse(rmas.ids).read(names))
        self.assertEqual(large, small)
        self.assertLessEqual(large, 8)

    def test_names_of_many_units(self):
        """A return of many units shows the first ones and how many more there are."""
        lots = self.make_batch(5, "N")
        rma = self.rma(lots)
        shown = ", ".join(lots[:3].mapped("name"))
        self.assertEqual(rma.serial_names, f"{shown} +2")
        self.assertEqual(rma.product_names, lots.product_id.display_name)

    def test_form_queries(self):
        """The form opens in a bounded number of queries."""
        rma = self.walk(
            self.create_batch(self.make_batch(1, "F")), until="action_finish_repair"
        )
        view = self.env["crm.rma"].get_view(
            self.env.ref("crm_rma.crm_rma_view_form").id, "form"
        )
        names = [
            name
            for name in view["models"]["crm.rma"]
            if not name.startswith(("message_", "activity_"))
        ]
        count, _rows = self.queries(lambda: rma.read(names))
        self.assertLessEqual(count, 60)
