from odoo import api, fields, models
from odoo.fields import Domain

READERS = "crm_rma.crm_rma_group_user,sales_team.group_sale_salesman"


class CrmRmaLine(models.Model):
    """From every document to the returns it has to do with: counts and lists."""

    _inherit = "crm.rma.line"

    @api.model
    def _rma_counts(self, field, records):
        """Returns of each record by ``field`` of their units, with the user's rights.

        :return: ``{record: number of RMAs}``, one query
        """
        if not records or not self.has_access("read"):
            return {}
        return dict(
            self._read_group(
                [(field, "in", records.ids)], [field], ["rma_id:count_distinct"]
            )
        )

    @api.model
    def _rma_action(self, domain):
        """The returns with units of ``domain``: one opens, many are listed."""
        self.check_access("read")
        return self.search(domain).rma_id._action_open()


class StockPicking(models.Model):
    _inherit = "stock.picking"

    rma_count = fields.Integer(
        compute="_compute_rma_count", string="RMAs", groups=READERS
    )

    @api.depends("move_ids.rma_line_id")
    @api.depends_context("uid")
    def _compute_rma_count(self):
        """Returns that this transfer carries, or whose units once left with it."""
        lines = self._rma_lines()
        for picking in self:
            picking.rma_count = len(lines[picking.id].rma_id)

    def _rma_lines(self):
        """``{picking id: units}`` with the rights of the user, two queries."""
        Line = self.env["crm.rma.line"]
        found = dict.fromkeys(self.ids, Line)
        found.update(dict.fromkeys(self._ids, Line))
        if not self.ids or not Line.has_access("read"):
            return found
        lines = Line.search(
            Domain("move_ids.picking_id", "in", self.ids)
            | Domain("origin_move_id.picking_id", "in", self.ids)
        )
        for line in lines.sudo():
            pickings = line.move_ids.picking_id | line.origin_move_id.picking_id
            for picking_id in pickings.ids:
                if picking_id in found:
                    found[picking_id] |= line.with_env(self.env)
        return found

    def action_view_rmas(self):
        """The returns of these transfers."""
        self.check_access("read")
        return self.env["crm.rma.line"]._rma_action(
            Domain("move_ids.picking_id", "in", self.ids)
            | Domain("origin_move_id.picking_id", "in", self.ids)
        )


class ProductTemplate(models.Model):
    _inherit = "product.template"

    rma_count = fields.Integer(
        compute="_compute_rma_count", string="RMAs", groups=READERS
    )

    @api.depends_context("uid")
    def _compute_rma_count(self):
        counts = self.env["crm.rma.line"]._rma_counts(
            "product_id", self.with_context(active_test=False).product_variant_ids
        )
        for template in self:
            variants = template.with_context(active_test=False).product_variant_ids
            template.rma_count = sum(counts.get(v, 0) for v in variants)

    def action_view_rmas(self):
        """The returned units of these products."""
        self.check_access("read")
        return self.env["product.product"]._rma_units_action(
            [("product_id.product_tmpl_id", "in", self.ids)]
        )


class ProductProduct(models.Model):
    _inherit = "product.product"

    rma_count = fields.Integer(
        compute="_compute_rma_count", string="RMAs", groups=READERS
    )

    @api.depends_context("uid")
    def _compute_rma_count(self):
        counts = self.env["crm.rma.line"]._rma_counts("product_id", self)
        for product in self:
            product.rma_count = counts.get(product, 0)

    def action_view_rmas(self):
        """The returned units of these products."""
        self.check_access("read")
        return self._rma_units_action([("product_id", "in", self.ids)])

    @api.model
    def _rma_units_action(self, domain):
        self.env["crm.rma.line"].check_access("read")
        actions = self.env["ir.actions.actions"]
        action = actions._for_xml_id("crm_rma.crm_rma_line_action_list")
        return {**action, "domain": domain, "context": {}}


class AccountMove(models.Model):
    _inherit = "account.move"

    def _rma_invoiced_lines(self):
        """Units whose sale these invoices charge, with the rights of the user."""
        sold = self.invoice_line_ids.sale_line_ids
        return self.env["crm.rma.line"].search([("sale_line_id", "in", sold.ids)])

    @api.depends("rma_credit_ids", "invoice_line_ids.sale_line_ids")
    @api.depends_context("uid")
    def _compute_rma_count(self):
        """Also of an invoice: the units it charged that came back."""
        res = super()._compute_rma_count()
        invoices = self.filtered(lambda move: move.move_type == "out_invoice")
        if not invoices.ids or not self.env["crm.rma.line"].has_access("read"):
            return res
        lines = invoices.sudo()._rma_invoiced_lines().with_env(self.env)
        lines = lines._filtered_access("read").sudo()
        for move in invoices:
            sold = move.sudo().invoice_line_ids.sale_line_ids
            mine = lines.filtered(lambda line, s=sold: line.sale_line_id in s)
            move.rma_count = len(mine.rma_id)
        return res

    def action_view_rmas(self):
        """The returns of this credit note, or of the units this invoice charged."""
        if self.rma_credit_ids or self.move_type != "out_invoice":
            return super().action_view_rmas()
        self.check_access("read")
        self.env["crm.rma"].check_access("read")
        lines = self.sudo()._rma_invoiced_lines().with_env(self.env)
        return lines._filtered_access("read").rma_id._action_open()
