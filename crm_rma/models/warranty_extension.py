from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..tools.warranty import DAY, end_of_term, unused_share

CHAIN = ("standard", "extended", "replacement")


class WarrantyExtension(models.Model):
    """An extended warranty that was sold on an order line for one warranty.

    It owns its intervals: they begin when the running warranty ends (or on the day of
    the sale, by the term), and are cut when the rest is refunded.
    """

    _name = "warranty.extension"
    _description = "Extended Warranty"
    _order = "date_end desc, id desc"
    _rec_names_search = ["registration_id.lot_id.name", "sale_line_id.order_id.name"]
    _check_company_auto = True

    registration_id = fields.Many2one(
        "warranty.registration",
        string="Warranty",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    lot_id = fields.Many2one(related="registration_id.lot_id")
    product_id = fields.Many2one(related="registration_id.product_id", string="Goods")
    partner_id = fields.Many2one(
        related="registration_id.partner_id", store=True, index=True
    )
    company_id = fields.Many2one(
        related="registration_id.company_id", store=True, index=True, precompute=True
    )
    term_id = fields.Many2one(
        "warranty.term", required=True, ondelete="restrict", index=True
    )
    sale_line_id = fields.Many2one(
        "sale.order.line",
        string="Order Line",
        required=True,
        index=True,
        ondelete="restrict",
    )
    order_id = fields.Many2one(related="sale_line_id.order_id", string="Order")
    interval_ids = fields.One2many("warranty.interval", "extension_id")
    date_start = fields.Date(
        string="Start", compute="_compute_dates", store=True, precompute=True
    )
    date_end = fields.Date(
        string="Covered Until",
        compute="_compute_dates",
        store=True,
        precompute=True,
        index=True,
    )
    currency_id = fields.Many2one(related="sale_line_id.currency_id")
    price = fields.Monetary(
        readonly=True, help="What the customer paid for one unit, without tax."
    )
    date_given_back = fields.Date(string="Given Back On", readonly=True, copy=False)
    refund_move_id = fields.Many2one(
        "account.move",
        string="Credit Note",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    state = fields.Selection(
        [
            ("waiting", "Not Yet Started"),
            ("running", "Running"),
            ("ended", "Ended"),
            ("given_back", "Money Given Back"),
        ],
        compute="_compute_state",
    )

    # A line extends a warranty once, however often its order is confirmed.
    _sold_uniq = models.UniqueIndex(
        "(sale_line_id, registration_id) WHERE date_given_back IS NULL",
        "This order line extends this warranty already.",
    )

    @api.depends("lot_id.name", "product_id", "order_id.name")
    def _compute_display_name(self):
        for extension in self:
            unit = extension.lot_id.name or extension.product_id.display_name or ""
            order = extension.sale_line_id.sudo().order_id.name or ""
            extension.display_name = f"{order}: {unit}" if order else unit

    @api.depends("interval_ids.date_from", "interval_ids.date_to")
    def _compute_dates(self):
        for extension in self:
            intervals = extension.interval_ids
            extension.date_start = min(intervals.mapped("date_from"), default=False)
            extension.date_end = max(intervals.mapped("date_to"), default=False)

    @api.depends("date_start", "date_end", "date_given_back")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for extension in self:
            if extension.date_given_back:
                extension.state = "given_back"
            elif not extension.date_end or extension.date_end < today:
                extension.state = "ended"
            elif extension.date_start > today:
                extension.state = "waiting"
            else:
                extension.state = "running"

    # -------------------------------------------------------------------------
    # Start
    # -------------------------------------------------------------------------

    @api.model
    def _start_delivered(self, registrations):
        """Extensions that were sold with the goods start with their delivery."""
        if not self.env["sale.order.line"]._any_extension():
            return
        lines = registrations.move_id.sale_line_id
        sold = self.env["sale.order.line"].sudo()
        if lines:
            sold = sold.search(
                Domain("warranty_goods_line_id", "in", lines.ids)
                & Domain("state", "=", "sale")
            )
        self._start(
            [
                (line, registration, registration.date_delivered)
                for line in sold
                for registration in registrations
                if registration.move_id.sale_line_id == line.warranty_goods_line_id
            ]
        )

    @api.model
    def _start(self, sales):
        """Extend warranties.

        :param sales: tuples ``(sale.order.line, warranty.registration, day)``
        :return: the new extensions
        """
        if not sales:
            return self.browse()
        known = {
            (extension.sale_line_id.id, extension.registration_id.id)
            for extension in self.sudo().search(
                Domain("sale_line_id", "in", [line.id for line, _reg, _day in sales])
                & Domain("date_given_back", "=", False)
            )
        }
        extensions = self.sudo().create(
            [
                self._prepare_extension(line, registration, day)
                for line, registration, day in sales
                if (line.id, registration.id) not in known
            ]
        )
        extensions.registration_id._reckon()
        for extension in extensions:
            extension.registration_id._project_step(
                "extended", fields.Datetime.now(), extension.id
            )
        return extensions

    @api.model
    def _prepare_extension(self, line, registration, day):
        term = line.product_id.extension_term_id
        return {
            "registration_id": registration.id,
            "sale_line_id": line.id,
            "term_id": term.id,
            "price": line.price_reduce_taxexcl,
            "interval_ids": [
                Command.create(
                    {
                        **self._prepare_cover(
                            registration, term, coverage, length, day
                        ),
                        "registration_id": registration.id,
                    }
                )
                for coverage, length in term._durations().items()
            ],
        }

    @api.model
    def _prepare_cover(self, registration, term, coverage, length, day):
        """The interval of one class: after what runs, else from ``day`` on."""
        chain = registration.interval_ids.filtered(
            lambda i: i.coverage == coverage and i.kind in CHAIN and i.date_to >= day
        )
        last = chain.sorted("date_to")[-1:]
        follows = term.extension_start == "after" and bool(last)
        start = last.base_to + DAY if follows else day
        end = end_of_term(last.base_to if follows else day, *length)
        return registration._prepare_interval(
            "extended",
            coverage,
            start,
            end,
            follows=follows,
            stops=term.adds_downtime,
            term_id=term.id,
        )

    # -------------------------------------------------------------------------
    # Give back
    # -------------------------------------------------------------------------

    def _refund_amount(self, day):
        """What is paid back pro rata when it is given back on ``day``."""
        self.ensure_one()
        if not self.date_end or self.date_given_back:
            return 0.0
        share = unused_share(self.date_start, self.date_end, day)
        return self.currency_id.round(self.price * share)

    def _give_back(self, day):
        """The extension ends on ``day``; what has not begun is taken away."""
        for extension in self.sudo():
            for interval in extension.interval_ids:
                if interval.date_from > day:
                    interval.unlink()
                elif interval.date_to > day:
                    used = day - interval.date_from
                    interval.write(
                        {"base_to": interval.base_from + used, "stops": False}
                    )
            extension.date_given_back = day
        self.registration_id._reckon()

    def action_refund(self):
        """Give the extension back today: a draft credit note for the unused days.

        The accountant posts it. Without an invoice nothing is to be paid back: the
        order line is corrected by whoever sold it.
        """
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update(allow_referencing=True)
        if self.date_given_back:
            raise UserError(
                self.env._("This extended warranty was given back already.")
            )
        day = self.registration_id._local_day(fields.Datetime.now(), self.company_id)
        amount = self._refund_amount(day)
        invoiced = self._invoice_line()
        if invoiced and not self.currency_id.is_zero(amount):
            note = (
                self.env["account.move"]
                .sudo()
                .create(self._prepare_credit_note(invoiced, amount))
            )
            self.sudo().refund_move_id = note
        self._give_back(day)
        return self.action_view_refund()

    def _invoice_line(self):
        """The posted invoice line that the customer got for it."""
        lines = self.sale_line_id.sudo().invoice_lines
        return lines.filtered(
            lambda line: (
                line.parent_state == "posted" and line.move_type == "out_invoice"
            )
        )[:1]

    def _prepare_credit_note(self, invoiced, amount):
        """One unit of the invoice line, at the price of its unused days."""
        share = amount / self.price if self.price else 0.0
        move = invoiced.move_id
        return {
            "move_type": "out_refund",
            "partner_id": move.partner_id.id,
            "journal_id": move.journal_id.id,
            "currency_id": move.currency_id.id,
            "company_id": move.company_id.id,
            "fiscal_position_id": move.fiscal_position_id.id,
            "reversed_entry_id": move.id,
            "ref": self.display_name,
            "invoice_origin": self.sale_line_id.sudo().order_id.name,
            "invoice_line_ids": [
                Command.create(
                    {
                        "product_id": invoiced.product_id.id,
                        "name": invoiced.name,
                        "quantity": 1.0,
                        "price_unit": invoiced.price_unit * share,
                        "discount": invoiced.discount,
                        "account_id": invoiced.account_id.id,
                        "tax_ids": [Command.set(invoiced.tax_ids.ids)],
                        "analytic_distribution": invoiced.analytic_distribution,
                        "sale_line_ids": [Command.link(self.sale_line_id.id)],
                    }
                )
            ],
        }

    def action_view_refund(self):
        """The credit note, for those who may read it."""
        self.ensure_one()
        note = self.refund_move_id
        if not note or not note.has_access("read"):
            return True
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "view_mode": "form",
            "res_id": note.id,
        }
