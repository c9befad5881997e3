from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.keyset import Keyset

# Customers that were given to somebody longer ago are not "new" any more.
NEW_DAYS = 30
# Birthdays and other dates of the coming days
OCCASION_DAYS = 7
EPOCH = SQL("timestamp '1970-01-01'")


class CrmWorkbench(models.AbstractModel):
    """Buckets of leads and customers: new to me, silent, birthdays."""

    _inherit = "crm.workbench"

    @api.model
    def _workbench_buckets(self):
        buckets = super()._workbench_buckets()
        _ = self.env._
        if self.env["crm.lead"].has_access("read"):
            buckets["new_leads"] = {
                "title": _("New leads"),
                "icon": "fa-star-o",
                "sequence": 50,
                "tone": "warning",
                "empty": _("You have spoken with all your leads."),
                "query": "_workbench_new_leads_query",
                "rows": "_workbench_lead_rows",
            }
        buckets["new_customers"] = {
            "title": _("New customers"),
            "icon": "fa-user-plus",
            "sequence": 55,
            "empty": _("No customer is waiting for a first word from you."),
            "query": "_workbench_new_customers_query",
            "rows": "_workbench_new_customer_rows",
        }
        buckets["silent"] = {
            "title": _("Silent customers"),
            "icon": "fa-volume-off",
            "sequence": 60,
            "empty": _("None of your customers has been silent for too long."),
            "query": "_workbench_silent_query",
            "rows": "_workbench_silent_rows",
        }
        buckets["occasions"] = {
            "title": _("Birthdays"),
            "icon": "fa-birthday-cake",
            "sequence": 90,
            "empty": _("Nobody has a birthday in the coming week."),
            "query": "_workbench_occasions_query",
            "rows": "_workbench_occasion_rows",
        }
        return buckets

    # New to me

    @api.model
    def _workbench_new_leads_query(self, user, search):
        leads = self.env["crm.lead"]
        domain = Domain("user_id", "=", user.id) & Domain("date_closed", "=", False)
        domain &= Domain("user_assigned_date", "!=", False)
        domain &= self._workbench_free("crm.lead", user)
        domain &= Domain.custom(
            to_sql=lambda model, alias, query: leads._untouched_sql(alias)
        )
        names = ("name", "partner_name", "contact_name")
        domain &= self._workbench_text(names, search, "partner_id")
        return Keyset(leads._search(domain), SQL("crm_lead.user_assigned_date"))

    @api.model
    def _workbench_lead_rows(self, ids, user):
        leads = self.env["crm.lead"].browse(ids)
        rows = [
            self._workbench_row(
                "crm.lead",
                lead.id,
                document=self._workbench_document(lead),
                partner=lead.partner_id,
                name=lead.partner_name or lead.contact_name or lead.name,
                date=self._workbench_day(lead.user_assigned_date),
                what=lead.name,
                phone=lead.phone,
                icon="fa-star-o",
                badge=self.env._("new"),
            )
            for lead in leads
        ]
        return self._workbench_finish_rows(rows)

    @api.model
    def _workbench_new_customers_query(self, user, search):
        limit = fields.Datetime.now() - timedelta(days=NEW_DAYS)
        domain = Domain("user_assigned_date", ">=", limit)
        domain &= self._workbench_mine(user, search)
        domain &= Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                """NOT EXISTS (SELECT 1 FROM crm_customer_stat s
                    WHERE s.partner_id = %s AND s.last_contact_date >= %s)""",
                SQL.identifier(alias, "id"),
                SQL.identifier(alias, "user_assigned_date"),
            )
        )
        query = self.env["res.partner"]._search(domain)
        return Keyset(query, SQL("res_partner.user_assigned_date"))

    @api.model
    def _workbench_new_customer_rows(self, ids, user):
        what = self.env._("Introduce yourself")
        return self._workbench_customer_rows(
            ids, what, "user_assigned_date", "fa-user-plus"
        )

    # Silent

    @api.model
    def _workbench_silent_query(self, user, search):
        """My customers with whom nobody has spoken for longer than their rhythm; a
        customer without a contact is counted from the day it was given to me."""
        domain = self._workbench_mine(user, search)
        domain &= Domain.custom(
            to_sql=lambda model, alias, query: self._workbench_silent_sql(alias)
        )
        query = self.env["res.partner"]._search(domain)
        return Keyset(query, self._workbench_last_sql("res_partner"))

    @api.model
    def _workbench_silent_sql(self, alias):
        """SQL condition: silent for longer than the level's rhythm, or the setting."""
        days = SQL(
            """COALESCE((SELECT level.rhythm_days FROM crm_customer_level level
                          WHERE level.id = %s), %s)""",
            SQL.identifier(alias, "customer_level_id"),
            self._workbench_silent_days(),
        )
        return SQL(
            "%(days)s > 0 AND %(last)s < %(now)s - %(days)s * interval '1 day'",
            days=days,
            last=self._workbench_last_sql(alias),
            now=fields.Datetime.now(),
        )

    @api.model
    def _workbench_last_sql(self, alias):
        """SQL: when somebody last spoke with a customer, or it came to its owner."""
        return SQL(
            """COALESCE((SELECT MAX(s.last_contact_date) FROM crm_customer_stat s
                          WHERE s.partner_id = %s), %s, %s, %s)""",
            SQL.identifier(alias, "id"),
            SQL.identifier(alias, "user_assigned_date"),
            SQL.identifier(alias, "create_date"),
            EPOCH,
        )

    @api.model
    def _workbench_silent_days(self):
        """Days after which a customer without a level counts as silent (setting)."""
        get_param = self.env["ir.config_parameter"].sudo().get_param
        value = get_param("crm_extension.silent_days", "30")
        return int(value) if str(value).isdigit() else 30

    @api.model
    def _workbench_silent_rows(self, ids, user):
        what = self.env._("Get in touch again")
        return self._workbench_customer_rows(ids, what, None, "fa-volume-off")

    # Birthdays

    @api.model
    def _workbench_occasions_query(self, user, search):
        """Dates of people and customers of mine, sorted by the day of the year."""
        dates = self.env["crm.important.date"]
        today = fields.Date.context_today(self)
        last = today + timedelta(days=OCCASION_DAYS)
        domain = dates._upcoming_domain(today, last)
        domain &= Domain("commercial_partner_id.user_id", "=", user.id)
        domain &= self.env["crm.workbench.hidden"]._domain(dates._name, user)
        domain &= self._workbench_text((), search, "partner_id")
        # timestamp: what a Keyset sorts by
        moment = SQL("%s::timestamp", dates._kept_sql(dates._table, today, last))
        return Keyset(dates._search(domain), moment)

    @api.model
    def _workbench_occasion_rows(self, ids, user):
        dates = self.env["crm.important.date"].browse(ids)
        rows = [
            self._workbench_row(
                "crm.important.date",
                moment.id,
                document=self._workbench_document(moment.partner_id),
                partner=moment.partner_id,
                date=fields.Date.to_string(moment.next_date),
                what=self._workbench_occasion(moment),
                icon="fa-birthday-cake",
                can_reassign=False,
            )
            for moment in dates
        ]
        return self._workbench_finish_rows(rows)

    @api.model
    def _workbench_occasion(self, moment):
        kind = moment._kind_name()
        return f"{kind}: {moment.name}" if moment.name else kind

    # Shared

    @api.model
    def _workbench_mine(self, user, search):
        """Customers of a person for whom nothing is planned and that are not put off."""
        domain = Domain("user_id", "=", user.id)
        domain &= Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s = %s",
                SQL.identifier(alias, "id"),
                SQL.identifier(alias, "commercial_partner_id"),
            )
        )
        domain &= self._workbench_free("res.partner", user)
        if search:
            domain &= self.env["res.partner"]._named_domain(search)
        return domain

    @api.model
    def _workbench_free(self, model, user):
        """Records that are not put off and on which no to-do is open; a customer also
        when one is open on its people or leads."""
        domain = self.env["crm.workbench.hidden"]._domain(model, user)
        return domain & Domain.custom(
            to_sql=lambda records, alias, query: SQL(" AND ").join(
                SQL("NOT EXISTS (%s)", plan)
                for plan in self._workbench_plans(model, SQL.identifier(alias, "id"))
            )
        )

    @api.model
    def _workbench_plans(self, model, res_id):
        """SELECTs of what is planned for a record."""
        if model != "res.partner":
            return [
                SQL(
                    """SELECT 1 FROM mail_activity a
                        WHERE a.res_model = %s AND a.res_id = %s AND a.active""",
                    model,
                    res_id,
                )
            ]
        return [
            SQL(
                """SELECT 1 FROM res_partner c JOIN mail_activity a
                       ON a.res_model = 'res.partner' AND a.res_id = c.id AND a.active
                    WHERE c.commercial_partner_id = %s""",
                res_id,
            ),
            SQL(
                """SELECT 1 FROM res_partner c
                     JOIN crm_lead l ON l.partner_id = c.id
                     JOIN mail_activity a
                       ON a.res_model = 'crm.lead' AND a.res_id = l.id AND a.active
                    WHERE c.commercial_partner_id = %s""",
                res_id,
            ),
        ]

    @api.model
    def _workbench_customer_rows(self, ids, what, day, icon):
        """Rows of customers; ``day`` names the datetime that is their date."""
        rows = [
            self._workbench_row(
                "res.partner",
                partner.id,
                document=self._workbench_document(partner),
                partner=partner,
                date=bool(day) and self._workbench_day(partner[day]),
                what=what,
                icon=icon,
            )
            for partner in self.env["res.partner"].browse(ids)
        ]
        return self._workbench_finish_rows(rows)

    @api.model
    def _workbench_document(self, record):
        return {
            "model": record._name,
            "id": record.id,
            "name": record.display_name,
            "has_timeline": hasattr(record, "_timeline_domain"),
        }

    @api.model
    def _workbench_day(self, moment):
        """The person's day of a UTC moment."""
        if not moment:
            return False
        local = fields.Datetime.context_timestamp(self, moment)
        return fields.Date.to_string(local.date())
