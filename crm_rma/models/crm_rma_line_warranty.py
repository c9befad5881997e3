from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# From best to worst for the customer.
WARRANTY_STATUSES = [
    ("in", "In Warranty"),
    ("partial", "Partly Covered"),
    ("limited", "Repair Warranty Only"),
    ("hold", "On Hold"),
    ("out", "Out of Warranty"),
    ("void", "Void"),
    ("none", "No Warranty"),
]


class CrmRmaLine(models.Model):
    """The warranty of a returned unit: which one, the verdict, and what is free.

    The verdict is given as of the day the fault was reported and is kept when the RMA
    is approved; goodwill is a decision beside it and does not rewrite it.
    """

    _inherit = "crm.rma.line"

    registration_id = fields.Many2one(
        "warranty.registration",
        string="Warranty Registration",
        compute="_compute_registration",
        store=True,
        precompute=True,
        readonly=False,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('product_id', '=', product_id), ('partner_id', '=', partner_id),"
        " ('lot_id', '=?', lot_id)]",
        help="Found by the serial number. For other goods the customer's latest "
        "delivery is proposed; choose another one if the unit is from there.",
    )
    warranty_status = fields.Selection(
        WARRANTY_STATUSES,
        string="Warranty",
        compute="_compute_verdict",
        store=True,
        index=True,
        help="Judged as of the day the fault was reported; kept as it was when the "
        "RMA is approved.",
    )
    warranty_until = fields.Date(
        string="Covered Until", compute="_compute_verdict", store=True
    )
    verdict = fields.Json(
        compute="_compute_verdict",
        store=True,
        help="The facts the verdict rests on, kept for good at approval.",
    )
    warranty_explanation = fields.Char(compute="_compute_warranty_explanation")
    verdict_view = fields.Json(compute="_compute_verdict_view")

    # Beside it
    goodwill_ids = fields.One2many("warranty.goodwill", "line_id")
    is_goodwill = fields.Boolean(
        compute="_compute_is_goodwill",
        store=True,
        help="A manager decided that the customer need not pay.",
    )
    vendor_warranty_id = fields.Many2one(
        "warranty.vendor",
        compute="_compute_vendor_warranty",
        store=True,
        index="btree_not_null",
        ondelete="restrict",
        help="What the vendor owes us for this unit on the day of the fault.",
    )
    vendor_claim_deadline = fields.Date(
        string="Vendor Claim Until", compute="_compute_vendor_warranty", store=True
    )
    vendor_claimed_on = fields.Date(
        string="Claimed from Vendor On",
        readonly=True,
        copy=False,
        help="Entered when the vendor was told.",
    )

    _claim_idx = models.Index(
        "(vendor_claim_deadline) WHERE vendor_claim_deadline IS NOT NULL"
        " AND vendor_claimed_on IS NULL"
    )

    @api.model
    def _warranty_statuses(self):
        return self._fields["warranty_status"]._description_selection(self.env)

    # -------------------------------------------------------------------------
    # Which warranty
    # -------------------------------------------------------------------------

    @api.depends("lot_id", "product_id", "company_id", "rma_id.commercial_partner_id")
    def _compute_registration(self):
        """By the serial number; else the customer's latest delivery of the product."""
        serials = self.filtered(lambda line: line._is_serial())
        for company, lines in serials.grouped("company_id").items():
            origins = lines.lot_id._rma_origins(company)
            for line in lines:
                origin = origins.get(line.lot_id._origin)
                line.registration_id = origin and origin.registration
        bulk = self - serials
        latest = bulk._latest_deliveries()
        for line in bulk:
            kept = line.registration_id
            if not kept or not line._fits(kept):
                found = [r for r in latest if line._fits(r)]
                line.registration_id = found[0] if found else False

    def _is_serial(self):
        return bool(self.lot_id) and self.product_id.tracking == "serial"

    def _latest_deliveries(self):
        """Open warranties of the products of these lines, the latest first."""
        registrations = self.env["warranty.registration"]
        customers = self.rma_id.partner_id.commercial_partner_id._origin
        if not self.product_id or not customers:
            return registrations
        return registrations.sudo().search(
            Domain("product_id", "in", self.product_id._origin.ids)
            & Domain("partner_id", "in", customers.ids)
            & Domain("date_closed", "=", False),
            order="date_start desc, id desc",
        )

    def _fits(self, registration):
        """Whether the goods of ``registration`` can be those of this line."""
        customer = self.rma_id.partner_id.commercial_partner_id._origin
        return (
            registration.product_id == self.product_id._origin
            and registration.partner_id == customer
            and registration.company_id == self.company_id._origin
            and registration.lot_id in (self.lot_id._origin, self.lot_id.browse())
            and (not self.lot_id or registration.lot_id == self.lot_id._origin)
        )

    @api.constrains("registration_id")
    def _check_registration(self):
        """A warranty is chosen among those of these goods and this customer."""
        for line in self:
            registration = line.registration_id.sudo()
            if registration and not line._is_serial() and not line._fits(registration):
                raise UserError(
                    self.env._(
                        "%(warranty)s is not the warranty of %(product)s that was "
                        "delivered to %(customer)s.",
                        warranty=registration.display_name,
                        product=line.product_id.display_name,
                        customer=line.partner_id.display_name,
                    )
                )

    # -------------------------------------------------------------------------
    # The verdict
    # -------------------------------------------------------------------------

    @api.depends("registration_id", "registration_id.revision", "date_reported")
    def _compute_verdict(self):
        """Judge the warranty; what was approved stays as it was judged."""
        judged = self.filtered("rma_id.date_approved")
        for line in judged:
            line.warranty_status = line.warranty_status
            line.warranty_until = line.warranty_until
            line.verdict = line.verdict
        lines = self - judged
        registrations = lines.registration_id.sudo()._origin
        facts = registrations._facts()
        for line in lines:
            known = facts.get(line.registration_id._origin.id)
            verdict = line._give_verdict(known)
            line.warranty_status = verdict["status"]
            line.warranty_until = verdict["until"]
            line.verdict = verdict

    def _give_verdict(self, facts):
        """The verdict of this line on the facts of its warranty, or on none."""
        registrations = self.env["warranty.registration"]
        day = self.date_reported or fields.Date.context_today(self)
        if facts:
            return registrations._write_verdict(facts, day)
        untracked = not self._is_serial()
        return {**registrations._no_verdict(day), "untracked": untracked}

    def _keep_verdict(self):
        """Compute what is still pending: after approval it stays as it is."""
        for line in self:
            line.verdict  # noqa: B018
        self.flush_recordset(["warranty_status", "warranty_until", "verdict"])

    @api.depends("verdict", "warranty_status")
    @api.depends_context("lang")
    def _compute_warranty_explanation(self):
        explain = self.env["warranty.explain"]
        for line in self:
            line.warranty_explanation = explain._text(
                line.verdict or line._give_verdict(None)
            )

    @api.depends("verdict", "warranty_status", "place", "is_goodwill")
    @api.depends_context("lang", "tz")
    def _compute_verdict_view(self):
        """The verdict with its picture, in the reader's language."""
        for line in self:
            line.verdict_view = line._view_verdict()

    def _view_verdict(self):
        verdict = self.verdict or self._give_verdict(None)
        view = self.env["warranty.explain"]._view(
            verdict,
            today=fields.Date.context_today(self),
            days_in_repair=self._days_with_us(),
        )
        unit = self.lot_id.name or self.product_id.display_name or ""
        return {
            **view,
            "unit": unit,
            "goodwill": self._explain_goodwill(),
            "vendor_claim": self._explain_vendor_claim(),
        }

    def _days_with_us(self):
        """How many days the unit has been with us this time; 0 when it is not."""
        if not self._origin or not self._origin._units_held():
            return 0
        receipts = self._origin.sudo().move_ids.filtered(
            lambda m: m.state == "done" and m._rma_is_receipt()
        )
        came = min(receipts.mapped("date"), default=None)
        return came and (self._today() - self._local_day(came)).days

    def _local_day(self, moment):
        """The calendar day of a UTC ``moment`` where the company is."""
        registrations = self.env["warranty.registration"]
        return registrations._local_day(moment, self.company_id)

    def _today(self):
        """Today where the company is."""
        return self._local_day(fields.Datetime.now())

    # -------------------------------------------------------------------------
    # What is free
    # -------------------------------------------------------------------------

    def _is_covered(self):
        """Whether the parts of the repair are free. Contracts extend this."""
        return bool(self._cover_of("parts"))

    def _cover_of(self, coverage):
        """Who pays for a class of this repair instead of the customer.

        :param coverage: ``parts``, ``labour``, ``transport`` or ``onsite``
        :return: ``"warranty"``, ``"goodwill"`` (booked apart) or False
        """
        self.ensure_one()
        verdict = self.verdict or {}
        day = verdict.get("day") or ""
        known = {
            row["id"]: row["kind"]
            for row in verdict.get("intervals", ())
            if row["start"] <= day <= row["end"]
        }
        for one in verdict.get("classes", ()):
            if one["name"] == coverage and one["status"] == "in":
                kinds = {
                    known[number] for number in one["intervals"] if number in known
                }
                return "goodwill" if kinds == {"goodwill"} else "warranty"
        granted = self.sudo().goodwill_ids.filtered(lambda g: g.state == "granted")
        return "goodwill" if any(granted.mapped(coverage)) else False

    @api.depends("goodwill_ids.state")
    def _compute_is_goodwill(self):
        for line in self:
            line.is_goodwill = "granted" in line.goodwill_ids.mapped("state")

    def _explain_goodwill(self):
        granted = self.goodwill_ids.filtered(lambda g: g.state == "granted")
        return " ".join(goodwill._explain() for goodwill in granted)

    def action_goodwill(self):
        """Ask for, or grant, that the customer need not pay."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Goodwill"),
            "res_model": "warranty.goodwill",
            "view_mode": "form",
            "target": "new",
            "context": {"default_line_id": self.id},
        }

    # -------------------------------------------------------------------------
    # The vendor's side
    # -------------------------------------------------------------------------

    @api.depends("lot_id", "company_id", "date_reported")
    def _compute_vendor_warranty(self):
        """What the vendor owes us on the day of the fault, and until when to claim."""
        for company, lines in self.grouped("company_id").items():
            covers = self.env["warranty.vendor"]._of_lots(lines.lot_id._origin, company)
            for line in lines:
                day = line.date_reported
                cover = covers.get(line.lot_id._origin)
                holds = cover and day and cover.date_start <= day <= cover.date_end
                line.vendor_warranty_id = cover if holds else False
                line.vendor_claim_deadline = holds and cover._claim_deadline(day)

    def _explain_vendor_claim(self):
        """One sentence while the vendor must still be told, or was told."""
        cover = self.vendor_warranty_id.sudo()
        if not cover:
            return False
        values = {
            "vendor": cover.vendor_id.name,
            "date": self.env["warranty.explain"]._day(
                self.vendor_claimed_on or self.vendor_claim_deadline
            ),
        }
        if self.vendor_claimed_on:
            return {
                "late": False,
                "done": True,
                "text": self.env._("Claimed from %(vendor)s on %(date)s.", **values),
            }
        return {
            "late": self.vendor_claim_deadline < fields.Date.context_today(self),
            "done": False,
            "text": self.env._("Claim from %(vendor)s until %(date)s.", **values),
        }

    def action_vendor_claimed(self):
        """The vendor was told today; the alert leaves the lists."""
        open_claims = self.filtered(
            lambda line: line.vendor_warranty_id and not line.vendor_claimed_on
        )
        open_claims.check_access("write")
        for line in open_claims.sudo():
            line.vendor_claimed_on = line._today()
        return True

    # -------------------------------------------------------------------------
    # The warranty of the repair
    # -------------------------------------------------------------------------

    def _start_repair_warranty(self, moves):
        """Units that go home repaired: what was done is covered for a while, and the
        law may add to its period.

        :param moves: the done moves, of which some ship these units
        """
        for line in self:
            repairs = line.repair_ids.filtered(lambda r: r.state == "done")
            if repairs or line._is_repaired_outside():
                shipments = moves.filtered(lambda m, unit=line: m.rma_line_id == unit)
                day = line._local_day(shipments[:1].date)
                line._prolong_by_law(day)
                line._add_repair_warranty(repairs, day, shipments[:1])

    def _repair_term(self):
        """``(number, unit)`` of the repair warranty: of the term, else the company."""
        term = self.registration_id.sudo().term_id
        if term.repair_duration:
            return term.repair_duration, term.repair_duration_unit
        company = self.company_id.sudo()
        return company.warranty_repair_duration, company.warranty_repair_unit

    def _add_repair_warranty(self, repairs, day, shipment):
        length = self._repair_term()
        intervals = self.env["warranty.interval"].sudo()
        if not length[0] or intervals.search_count(
            [("rma_line_id", "=", self.id), ("kind", "=", "repair")], limit=1
        ):
            return
        registration = self.registration_id.sudo() or self._bare_registration(
            day, shipment
        )
        registration._add_repair(self, repairs, day, length)

    def _bare_registration(self, day, shipment):
        """A warranty that consists of the repair alone: the unit had none."""
        return (
            self.env["warranty.registration"]
            .sudo()
            .create(
                {
                    "lot_id": self.lot_id.id,
                    "product_id": self.product_id.id,
                    "quantity": self.quantity,
                    "partner_id": self.partner_id.id,
                    "company_id": self.company_id.id,
                    "move_id": shipment.id,
                    "date_start": day,
                    "interval_ids": [],
                }
            )
        )

    def _prolong_by_law(self, day):
        """A free repair may extend the statutory period, once."""
        registration = self.registration_id.sudo()
        free = self._cover_of("parts") == "warranty"
        if registration and free:
            registration._prolong_by_repair(self, day)
