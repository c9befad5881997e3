from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.warranty import end_of_term
from ..tools.warranty_rules import Rule


class WarrantyVendor(models.Model):
    """What the vendor owes us for one serial number, beside what we owe the customer.

    It starts with our receipt and is stamped there, in one batch. A fault must be
    claimed before :meth:`_claim_deadline`. Goods without a serial or lot number have
    none: nobody can say with which receipt they came.
    """

    _name = "warranty.vendor"
    _description = "Vendor Warranty"
    _order = "date_end desc, id desc"
    _rec_names_search = ["lot_id.name", "vendor_id.name"]
    _check_company_auto = True

    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial Number",
        required=True,
        ondelete="restrict",
        check_company=True,
    )
    product_id = fields.Many2one(
        related="lot_id.product_id", store=True, index=True, precompute=True
    )
    vendor_id = fields.Many2one(
        "res.partner", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    term_id = fields.Many2one(
        "warranty.term",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        domain="[('kind', '=', 'vendor')]",
    )
    move_id = fields.Many2one(
        "stock.move",
        string="Receipt Move",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
    )
    picking_id = fields.Many2one(related="move_id.picking_id", string="Receipt")
    date_start = fields.Date(string="Start", required=True)
    date_end = fields.Date(string="Covered Until", required=True, index=True)

    _receipt_uniq = models.UniqueIndex(
        "(lot_id, move_id)", "This receipt is already registered for this serial."
    )
    _lot_idx = models.Index("(lot_id, date_start DESC, id DESC)")
    _dates_ordered = models.Constraint(
        "CHECK(date_end >= date_start)", "A warranty cannot end before it starts."
    )

    @api.depends("lot_id.name", "vendor_id.name")
    def _compute_display_name(self):
        for cover in self:
            vendor = cover.vendor_id.name or ""
            cover.display_name = f"{cover.lot_id.name}: {vendor}"

    @api.model
    def _stamp(self, move_lines):
        """Register what vendors owe us for received serials, in one batch.

        :param move_lines: done ``stock.move.line`` records
        :return: the new vendor warranties
        """
        if not self.env["warranty.term"]._any_term("vendor"):
            return self.browse()
        vals_list = [
            vals
            for line in move_lines.filtered(lambda ml: ml._starts_vendor_warranty())
            if (vals := self._prepare_stamp(line))
        ]
        if not vals_list:
            return self.browse()
        groups = self.sudo()._read_group(
            [("move_id", "in", [vals["move_id"] for vals in vals_list])],
            ["lot_id", "move_id"],
        )
        known = {(lot.id, move.id) for lot, move in groups}
        vals_list = {(v["lot_id"], v["move_id"]): v for v in vals_list}
        return self.sudo().create(
            [vals for key, vals in vals_list.items() if key not in known]
        )

    @api.model
    def _prepare_stamp(self, line):
        """Values of one vendor warranty, or ``None`` without a term."""
        move = line.move_id
        company = line.company_id or move.company_id
        vendor = (move.picking_id.partner_id or move.partner_id).commercial_partner_id
        start = self.env["warranty.registration"]._local_day(move.date, company)
        choice = self._choose(line.product_id, company, vendor, start)
        if not choice:
            return None
        term = self.env["warranty.term"].sudo().browse(choice.term)
        return {
            "lot_id": line.lot_id.id,
            "vendor_id": vendor.id,
            "company_id": company.id,
            "term_id": term.id,
            "move_id": move.id,
            "date_start": start,
            "date_end": end_of_term(start, term.duration, term.duration_unit),
        }

    @api.model
    def _choose(self, product, company, vendor, day):
        """The term of the vendor's price list entry, else that of the rules."""
        if not vendor:
            return None
        rules = self.env["warranty.rule"]
        goods = rules._prepare_goods(product, vendor, day, product.browse())
        sellers = product.sudo().seller_ids.filtered(
            lambda s: s.partner_id.commercial_partner_id == vendor
        )
        terms = sellers.warranty_term_id.filtered(
            lambda term: term._holds_in(company, "vendor")
        )
        general = [
            Rule(0, term.id, template=goods.template, partner=vendor.id)
            for term in terms[:1]
        ]
        return rules._choose(goods, company, "vendor", general)

    def _claim_deadline(self, reported):
        """The last day on which a fault reported on that day can be claimed."""
        self.ensure_one()
        days = self.term_id.claim_days
        if not days:
            return self.date_end
        return min(fields.Date.add(reported, days=days), self.date_end)

    @api.model
    def _of_lots(self, lots, company):
        """The latest vendor warranty of each serial: ``{stock.lot: warranty.vendor}``."""
        found = {}
        if lots and self.env["warranty.term"]._any_term("vendor"):
            covers = self.sudo().search(
                Domain("lot_id", "in", lots.ids)
                & Domain("company_id", "=", company.id),
                order="date_start desc, id desc",
            )
            for cover in covers:
                found.setdefault(cover.lot_id, cover)
        return found
