from odoo import api, fields, models, tools
from odoo.exceptions import UserError


class SaleOrderLine(models.Model):
    """A line may sell an extended warranty: for which units, is said here."""

    _inherit = "sale.order.line"

    is_extension = fields.Boolean(compute="_compute_is_extension")
    warranty_lot_ids = fields.Many2many(
        "stock.lot",
        string="Covered Serial Numbers",
        check_company=True,
        copy=False,
        domain="[('registration_ids.partner_id', '=', commercial_partner_id)]",
        help="The units the customer has already that this extended warranty is for.",
    )
    warranty_goods_line_id = fields.Many2one(
        "sale.order.line",
        string="Covered Order Line",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        domain="[('order_id', '=', order_id), ('product_id.type', '=', 'consu')]",
        help="The goods of this order that this extended warranty is for.",
    )
    commercial_partner_id = fields.Many2one(
        related="order_partner_id.commercial_partner_id"
    )
    extension_ids = fields.One2many(
        "warranty.extension", "sale_line_id", string="Extended Warranties"
    )

    @api.depends("product_id.extension_term_id")
    def _compute_is_extension(self):
        for line in self:
            line.is_extension = bool(line.product_id.extension_term_id)

    @api.model
    @tools.ormcache()
    def _any_extension(self):
        """Whether an extended warranty can be sold at all: else it costs nothing."""
        products = self.env["product.template"].sudo()
        products = products.with_context(active_test=False)
        domain = [("extension_term_id", "!=", False)]
        return bool(products.search_count(domain, limit=1))

    def _warranty_extend(self):
        """Start the extensions of confirmed lines for units the customer has.

        Those of goods in the same order start with their delivery.

        :raise UserError: nobody can say which units are covered
        """
        if not self._any_extension():
            return
        lines = self.filtered("product_id.extension_term_id")
        for line in lines:
            line._warranty_check_chosen()
        self.env["warranty.extension"]._start(
            [
                (line.sudo(), registration, line._warranty_day())
                for line in lines
                for registration in line._warranty_chosen()
            ]
        )

    def _warranty_check_chosen(self):
        """An extended warranty covers units that somebody has named."""
        self.ensure_one()
        if not self.warranty_lot_ids and not self.warranty_goods_line_id:
            self.warranty_goods_line_id = self._warranty_only_goods()
        lots, goods = self.warranty_lot_ids, self.warranty_goods_line_id
        if not lots and not goods:
            raise UserError(
                self.env._(
                    "%s: choose the serial numbers, or the order line, that this "
                    "extended warranty is for.",
                    self.product_id.display_name,
                )
            )
        units = len(lots) if lots else goods.product_uom_qty
        if self.product_uom_id.compare(self.product_uom_qty, units):
            raise UserError(
                self.env._(
                    "%(product)s: %(sold)s are sold, but they are to cover %(units)s "
                    "units.",
                    product=self.product_id.display_name,
                    sold=f"{self.product_uom_qty:g}",
                    units=f"{units:g}",
                )
            )

    def _warranty_only_goods(self):
        """The one goods line of the order that it can be for."""
        goods = self.order_id.order_line.filtered(
            lambda line: line.product_id.type == "consu" and not line.display_type
        )
        return goods if len(goods) == 1 else goods.browse()

    def _warranty_day(self):
        """The day of the sale where the company is."""
        registrations = self.env["warranty.registration"]
        return registrations._local_day(fields.Datetime.now(), self.company_id)

    def _warranty_chosen(self):
        """The warranties of the chosen serial numbers, and of goods of this order that
        were delivered before the order was confirmed again."""
        registrations = self.env["warranty.registration"].sudo()
        chosen = registrations
        for lot in self.warranty_lot_ids:
            chosen |= lot._warranty_or_bare(self)
        if self.warranty_goods_line_id:
            chosen |= registrations.search(
                [
                    ("move_id.sale_line_id", "=", self.warranty_goods_line_id.id),
                    ("date_closed", "=", False),
                ]
            )
        return chosen

    def _warranty_cancel(self):
        """The order is cancelled: what it extended is taken back."""
        if self._any_extension():
            extensions = self.sudo().extension_ids.filtered(
                lambda extension: not extension.date_given_back
            )
            for line, found in extensions.grouped("sale_line_id").items():
                found._give_back(line._warranty_day())
