from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

# A unit walks through these places; the order is the order of the board.
PLACES = [
    ("received", "Received"),
    ("diagnosis", "Diagnosis"),
    ("waiting_parts", "Waiting for Parts"),
    ("vendor", "At Vendor"),
    ("bench", "Bench"),
    ("test", "Test"),
    ("ready", "Ready"),
]


class StockLocation(models.Model):
    _inherit = "stock.location"

    is_customer_goods = fields.Boolean(
        string="Customer Goods",
        compute="_compute_rma_inherited",
        store=True,
        readonly=False,
        recursive=True,
        precompute=True,
        help="What lies here belongs to customers: it is no stock of ours, is not "
        "counted in the stock value and is never offered to another order.",
    )
    rma_place = fields.Selection(
        PLACES,
        string="After-Sales Place",
        compute="_compute_rma_inherited",
        store=True,
        readonly=False,
        recursive=True,
        precompute=True,
        help="The progress of a returned unit is the place it lies in.",
    )
    rma_warehouse_id = fields.Many2one(
        "stock.warehouse",
        string="After-Sales of Warehouse",
        compute="_compute_rma_inherited",
        store=True,
        readonly=False,
        recursive=True,
        precompute=True,
        index="btree_not_null",
        check_company=True,
    )

    rma_expense = fields.Selection(
        [("warranty", "Warranty"), ("goodwill", "Goodwill")],
        string="After-Sales Expense",
        help="Parts that are used in a repair go here: their cost is that of warranty, "
        "or of goodwill. Set the expense account beside it.",
    )

    @api.depends(
        "location_id.is_customer_goods",
        "location_id.rma_place",
        "location_id.rma_warehouse_id",
    )
    def _compute_rma_inherited(self):
        """A shelf put under a place is part of that place. Where parts are spent
        stays with its warehouse wherever it lies."""
        changed = self.browse()
        for location in self:
            parent = location.location_id
            spent_by = location.rma_expense and location.rma_warehouse_id
            if location.id and location.is_customer_goods != parent.is_customer_goods:
                changed |= location
            location.is_customer_goods = parent.is_customer_goods
            location.rma_place = location.rma_place or parent.rma_place
            location.rma_warehouse_id = parent.rma_warehouse_id or spent_by
        changed._check_holds_nothing()

    def write(self, vals):
        if "is_customer_goods" in vals:
            is_goods = bool(vals["is_customer_goods"])
            changed = self.filtered(lambda place: place.is_customer_goods != is_goods)
            changed._check_holds_nothing()
        return super().write(vals)

    def _check_holds_nothing(self):
        """Whose goods these are decides about value: it cannot change under lying ones.

        :raise ValidationError: naming the first location that holds something
        """
        quants = (
            self.env["stock.quant"]
            .sudo()
            .search([("location_id", "in", self.ids), ("quantity", "!=", 0)], limit=1)
        )
        if quants:
            raise ValidationError(
                self.env._(
                    "%s holds goods: empty it before you change whose goods lie there.",
                    quants.location_id.complete_name,
                )
            )

    def _is_outgoing(self):
        """What lies with us was not delivered; Odoo would look for its parents once
        for every move."""
        ours = self.is_customer_goods or self.warehouse_id
        return not (self.usage == "internal" and ours) and super()._is_outgoing()

    def _should_be_valued(self):
        """Customers' goods are not ours and have no value in our books."""
        return super()._should_be_valued() and not self.is_customer_goods

    def _search_is_valued(self, operator, value):
        """Keep the search in step with :meth:`_should_be_valued`."""
        domain = Domain(super()._search_is_valued(operator, value))
        goods = Domain("is_customer_goods", "=", True)
        return domain & ~goods if (operator == "=") == bool(value) else domain | goods
