from odoo import api, fields, models
from odoo.tools import email_normalize

from ..tools.phone import parse_phones

#: Texts of a row of the file, as they were typed
TEXT_FIELDS = (
    "company_name",
    "contact_name",
    "function",
    "email",
    "phone",
    "website",
    "vat",
    "street",
    "city",
    "zip",
    "industry",
    "note",
)
GRADES = [("a", "A"), ("b", "B"), ("c", "C"), ("d", "D")]


class CrmProspect(models.Model):
    """An address of the external repository: bought, collected, not yet ours.

    Prospects live apart from the company's own customers and leads. They are graded,
    assigned and checked here; *Upgrade* makes a lead out of one and takes its notes,
    to-dos, numbers and visit source along. Odoo's leads carry on from there.
    """

    _name = "crm.prospect"
    _description = "Prospect"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "import_id desc, row_number, id"
    _rec_names_search = ["company_name", "contact_name", "email", "phone"]
    _check_company_auto = True

    active = fields.Boolean(default=True)
    import_id = fields.Many2one(
        "crm.prospect.import",
        ondelete="cascade",
        index="btree_not_null",
        readonly=True,
        check_company=True,
    )
    row_number = fields.Integer(
        string="Row", readonly=True, help="Row of the file, the headings are row 1."
    )
    # Who
    company_name = fields.Char(tracking=True)
    contact_name = fields.Char(string="Contact")
    function = fields.Char(string="Job Position")
    email = fields.Char()
    phone = fields.Char(help="As it was typed; several numbers are understood.")
    website = fields.Char()
    vat = fields.Char(string="Tax ID")
    street = fields.Char()
    city = fields.Char()
    zip = fields.Char()
    country_id = fields.Many2one("res.country", ondelete="restrict")
    industry = fields.Char()
    note = fields.Text()
    # What we think of it
    grade = fields.Selection(GRADES, tracking=True, help="A is the most promising.")
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        ondelete="set null",
        index="btree_not_null",
        tracking=True,
        check_company=True,
        domain=[("share", "=", False)],
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="set null",
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, ondelete="cascade"
    )
    source_id = fields.Many2one(
        "utm.source", ondelete="set null", index="btree_not_null"
    )
    campaign_id = fields.Many2one("utm.campaign", ondelete="set null")
    medium_id = fields.Many2one("utm.medium", ondelete="set null")
    # Where it stands
    key = fields.Char(
        compute="_compute_key",
        store=True,
        precompute=True,
        help="Two rows with the same key are the same address.",
    )
    phone_keys = fields.Char(
        compute="_compute_key",
        store=True,
        precompute=True,
        help="All numbers, a line each: with one of them in common, rows of which one"
        " names no e-mail are the same address.",
    )
    lead_id = fields.Many2one(
        "crm.lead",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        copy=False,
    )

    _import_row_uniq = models.UniqueIndex(
        "(import_id, row_number) WHERE import_id IS NOT NULL",
        "This row of the file has been read already.",
    )
    _key_idx = models.Index("(key) WHERE key IS NOT NULL")
    _phone_keys_idx = models.Index(
        "USING gin (string_to_array(phone_keys, E'\\n')) WHERE phone_keys IS NOT NULL"
    )

    @api.depends("company_name", "contact_name", "email")
    def _compute_display_name(self):
        for prospect in self:
            names = filter(None, (prospect.company_name, prospect.contact_name))
            known = ", ".join(names) or prospect.email or prospect.phone
            prospect.display_name = known or self.env._("Nameless")

    @api.depends("user_id")
    def _compute_team_id(self):
        for prospect in self:
            team = prospect.user_id.sudo().sale_team_id
            if not prospect.team_id and (
                not team.company_id or team.company_id == prospect.company_id
            ):
                prospect.team_id = team

    @api.depends("company_name", "contact_name", "email", "phone", "country_id")
    def _compute_key(self):
        """E-mail, else the first number, else the names: what makes it one address."""
        for prospect in self:
            numbers = prospect._read_numbers()
            prospect.key = prospect._make_key(numbers)
            prospect.phone_keys = "\n".join(numbers) or False

    def _read_numbers(self):
        """The numbers of the row in their international spelling, each once."""
        self.ensure_one()
        countries = self.country_id | self.env.company.country_id
        numbers = parse_phones(self.phone, countries.mapped("code"))
        return list(dict.fromkeys(n.e164 for n in numbers if n.e164))

    def _make_key(self, numbers):
        self.ensure_one()
        if email := email_normalize(self.email):
            return f"email:{email}"
        if numbers:
            return f"phone:{numbers[0]}"
        names = [self.company_name, self.contact_name]
        text = " ".join(" ".join(filter(None, names)).casefold().split())
        return f"name:{text}" if text else False

    def action_open_lead(self):
        """Open the lead that this prospect has become."""
        self.ensure_one()
        return self.lead_id.get_formview_action()
