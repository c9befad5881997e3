from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_extension.tools.keyset import Keyset

MANAGER = "crm_rma.crm_rma_group_manager"


class CrmWorkbench(models.AbstractModel):
    """Warranties that end, faults the vendor must hear of, goodwill to decide."""

    _inherit = "crm.workbench"

    @api.model
    def _workbench_buckets(self):
        _ = self.env._
        buckets = super()._workbench_buckets()
        if self.env["sale.order"].has_access("create"):
            buckets["warranties"] = {
                "title": _("Warranties ending"),
                "icon": "fa-shield",
                "sequence": 85,
                "empty": _("No warranty of your customers ends soon."),
                "query": "_workbench_warranties_query",
                "rows": "_workbench_warranty_rows",
            }
        if self.env["crm.rma.line"].has_access("write"):
            buckets["vendor_claims"] = {
                "title": _("Vendor claims due"),
                "icon": "fa-industry",
                "sequence": 81,
                "tone": "warning",
                "empty": _("No vendor waits for a claim of yours."),
                "query": "_workbench_claims_query",
                "rows": "_workbench_claim_rows",
            }
        if self.env.user.has_group(MANAGER):
            buckets["goodwill"] = {
                "title": _("Goodwill to decide"),
                "icon": "fa-heart-o",
                "sequence": 82,
                "empty": _("Nobody asks you for goodwill."),
                "query": "_workbench_goodwill_query",
                "rows": "_workbench_goodwill_rows",
            }
        return buckets

    @api.model
    def _workbench_models(self):
        return super()._workbench_models() | {"warranty.registration"}

    # -------------------------------------------------------------------------
    # Warranties that end
    # -------------------------------------------------------------------------

    @api.model
    def _workbench_warranties_query(self, user, search):
        """Warranties of a person's customers that end soon and that nothing follows;
        units of one product that end on one day are one row."""
        registrations = self.env["warranty.registration"]
        today = fields.Date.context_today(self)
        limits = {
            company.id: today + timedelta(days=company.warranty_notice_days)
            for company in self.env.companies.sudo()
            if company.warranty_notice_days
        }
        domain = Domain.OR(
            Domain("company_id", "=", company_id) & Domain("date_end", "<=", limit)
            for company_id, limit in limits.items()
        )
        domain &= Domain("date_end", ">=", today) & Domain("date_void", "=", False)
        domain &= Domain("date_suspended", "=", False)
        domain &= Domain("partner_id.user_id", "=", user.id)
        domain &= self._workbench_free("warranty.registration", user)
        domain &= Domain.custom(to_sql=self._workbench_first_of_kind)
        if search:
            domain &= (
                Domain("lot_id.name", "ilike", search)
                | Domain("product_id.name", "ilike", search)
                | Domain("partner_id.complete_name", "ilike", search)
            )
        query = registrations._search(domain)
        return Keyset(query, SQL("warranty_registration.date_end::timestamp"))

    @api.model
    def _workbench_first_of_kind(self, model, alias, query):
        """SQL: no older warranty of the same customer, product and last day."""
        return SQL(
            """NOT EXISTS (
                SELECT 1 FROM warranty_registration o
                 WHERE o.partner_id = %(alias)s.partner_id
                   AND o.date_end = %(alias)s.date_end
                   AND o.product_id = %(alias)s.product_id
                   AND o.company_id = %(alias)s.company_id
                   AND o.date_void IS NULL AND o.date_suspended IS NULL
                   AND o.id < %(alias)s.id)""",
            alias=SQL.identifier(alias),
        )

    @api.model
    def _workbench_warranty_rows(self, ids, user):
        registrations = self.env["warranty.registration"].browse(ids)
        alike = registrations._count_alike()
        rows = [
            self._workbench_row(
                "warranty.registration",
                registration.id,
                document=self._workbench_document(registration),
                partner=registration.partner_id,
                date=fields.Date.to_string(registration.date_end),
                what=self._workbench_warranty(registration, alike[registration]),
                icon="fa-shield",
                can_reassign=False,
            )
            for registration in registrations
        ]
        return self._workbench_finish_rows(rows)

    @api.model
    def _workbench_warranty(self, registration, count):
        unit = registration.lot_id.name or ""
        if count > 1:
            unit = self.env._("%s units", count)
        return " · ".join(filter(None, [registration.product_id.display_name, unit]))

    # -------------------------------------------------------------------------
    # Vendor claims
    # -------------------------------------------------------------------------

    @api.model
    def _workbench_claims_query(self, user, search):
        """My RMAs with a unit whose vendor must still be told."""
        untold = Domain("vendor_claim_deadline", "!=", False) & Domain(
            "vendor_claimed_on", "=", False
        )
        mine = Domain("user_id", "=", user.id) & Domain("line_ids", "any", untold)
        return self._workbench_rma_query(user, search, mine)

    @api.model
    def _workbench_claim_rows(self, ids, user):
        rows = []
        for rma in self.env["crm.rma"].browse(ids):
            lines = rma.line_ids.filtered(
                lambda line: line.vendor_claim_deadline and not line.vendor_claimed_on
            )
            deadline = min(lines.mapped("vendor_claim_deadline"))
            vendors = lines.sudo().vendor_warranty_id.vendor_id
            rows.append(
                self._workbench_row(
                    "crm.rma",
                    rma.id,
                    document=self._workbench_document(rma),
                    partner=rma.contact_id or rma.partner_id,
                    date=fields.Date.to_string(deadline),
                    what=" · ".join([rma.name, *vendors.mapped("name")]),
                    icon="fa-industry",
                    can_reassign=False,
                )
            )
        return self._workbench_finish_rows(rows)

    # -------------------------------------------------------------------------
    # Goodwill
    # -------------------------------------------------------------------------

    @api.model
    def _workbench_goodwill_query(self, user, search):
        """RMAs for which somebody asked for goodwill; every manager sees them."""
        asked = Domain("line_ids.goodwill_ids", "any", [("state", "=", "asked")])
        return self._workbench_rma_query(user, search, asked)

    @api.model
    def _workbench_goodwill_rows(self, ids, user):
        rows = []
        for rma in self.env["crm.rma"].browse(ids):
            asked = rma.line_ids.goodwill_ids.filtered(lambda g: g.state == "asked")
            reasons = asked.reason_id.mapped("name")
            rows.append(
                self._workbench_row(
                    "crm.rma",
                    rma.id,
                    document=self._workbench_document(rma),
                    partner=rma.contact_id or rma.partner_id,
                    date=fields.Date.to_string(rma.date_reported),
                    what=" · ".join([rma.name, *reasons]),
                    icon="fa-heart-o",
                    can_reassign=False,
                )
            )
        return self._workbench_finish_rows(rows)
