from odoo import fields, models
from odoo.tools import SQL

#: Reading one needs the others in the database first
SOURCES = {
    "crm.prospect": ("lead_id", "import_id", "source_id", "user_id", "active"),
    "crm.lead": ("type", "partner_id", "source_id", "user_id", "won_status"),
    "sale.order": ("opportunity_id", "state", "date_order"),
}


class CrmProspectConversion(models.Model):
    """From address to order: how many come how far, by source, file, person and month.

    One row for each prospect that is no lead yet, and one for each lead, whichever way
    it came. The steps are 0 or 1, shown in percent; a step counts only with the steps
    before it, so that no rate can exceed the one before. Archived prospects count (they were
    in the file); leads that an undone import took back do not.
    """

    _name = "crm.prospect.conversion"
    _description = "Conversion"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "lead_id"

    date = fields.Datetime(string="Entered on", readonly=True)
    prospect_id = fields.Many2one("crm.prospect", readonly=True)
    lead_id = fields.Many2one("crm.lead", readonly=True)
    import_id = fields.Many2one("crm.prospect.import", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True)
    entry_count = fields.Integer(string="Addresses and Leads", readonly=True)
    is_lead = fields.Float(string="Became a Lead", aggregator="avg", readonly=True)
    is_customer = fields.Float(
        string="Became a Customer", aggregator="avg", readonly=True
    )
    is_order = fields.Float(string="Ordered", aggregator="avg", readonly=True)
    lead_count = fields.Integer(string="Leads", readonly=True)
    order_count = fields.Integer(string="With Orders", readonly=True)
    days_to_order = fields.Float(
        string="Days to the Order", aggregator="avg", readonly=True
    )

    @property
    def _table_query(self):
        """Prospects that wait, and leads with what became of them."""
        for model, names in SOURCES.items():
            self.env[model].flush_model(names)
        return SQL(
            """
            SELECT p.id * 2 AS id, p.create_date AS date, p.id AS prospect_id,
                   NULL::int AS lead_id, p.import_id, p.source_id, p.campaign_id,
                   p.medium_id, p.user_id, p.team_id, p.company_id, p.country_id,
                   1 AS entry_count, 0.0 AS is_lead, 0.0 AS is_customer, 0.0 AS is_order,
                   0 AS lead_count, 0 AS order_count, NULL::float AS days_to_order
              FROM crm_prospect p
             WHERE p.lead_id IS NULL
             UNION ALL
            SELECT l.id * 2 + 1, COALESCE(p.create_date, l.create_date), p.id,
                   l.id, p.import_id, l.source_id, l.campaign_id,
                   l.medium_id, l.user_id, l.team_id, l.company_id, l.country_id,
                   1, 1.0, c.customer, c.ordered, 1, c.ordered,
                   EXTRACT(EPOCH FROM o.date - COALESCE(p.create_date, l.create_date))
                   / 86400
              FROM crm_lead l
         LEFT JOIN LATERAL (
                   SELECT id, import_id, create_date FROM crm_prospect
                    WHERE lead_id = l.id ORDER BY id LIMIT 1) p ON TRUE
         LEFT JOIN LATERAL (
                   SELECT MIN(date_order) AS date FROM sale_order
                    WHERE opportunity_id = l.id AND state = 'sale') o ON TRUE
        CROSS JOIN LATERAL (
                   SELECT (l.partner_id IS NOT NULL)::int AS customer,
                          (l.partner_id IS NOT NULL AND o.date IS NOT NULL)::int
                          AS ordered) c
             WHERE l.active OR l.won_status = 'lost'
            """
        )
