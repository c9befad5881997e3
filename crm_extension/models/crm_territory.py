from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.territory import ZipError, read_zips

SIZES = [
    ("1", "1 to 9"),
    ("2", "10 to 49"),
    ("3", "50 to 249"),
    ("4", "250 to 999"),
    ("5", "1,000 and more"),
]


class CrmTerritory(models.Model):
    """A region, an industry or a channel, and who looks after the customers there.

    Conditions of one territory hold together: a country *and* an industry. A part only
    takes what lies in the territory around it. Which territory takes a customer, and
    why, is decided by ``tools/territory.py``.
    """

    _name = "crm.territory"
    _description = "Sales Territory"
    _parent_store = True
    _rec_name = "complete_name"
    _order = "complete_name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(
        string="Territory",
        compute="_compute_complete_name",
        recursive=True,
        store=True,
    )
    code = fields.Char(help="Short code of the region, for imports and reports.")
    active = fields.Boolean(default=True)
    parent_id = fields.Many2one(
        "crm.territory",
        string="Parent Territory",
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("crm.territory", "parent_id", string="Sub-Territories")
    # Who
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        ondelete="set null",
        domain=[("share", "=", False)],
        check_company=True,
        help="Gets the customers of the territory. Empty: they are dealt out among the "
        "people of the territory, else by the territory around it.",
    )
    user_ids = fields.Many2many(
        "res.users", string="Salespeople", domain=[("share", "=", False)]
    )
    team_id = fields.Many2one(
        "crm.team", string="Sales Team", ondelete="set null", check_company=True
    )
    company_id = fields.Many2one("res.company")
    # What lies in it
    country_ids = fields.Many2many("res.country", string="Countries")
    state_ids = fields.Many2many(
        "res.country.state",
        string="States",
        domain="country_ids and [('country_id', 'in', country_ids)] or []",
    )
    cities = fields.Text(
        help="One or several names, with commas or on lines of their own. Capitals, "
        "accents, traditional characters and the word for a city make no difference.",
    )
    zips = fields.Char(
        string="Postcodes", help="Ranges and beginnings: 200000-201999, 310*, SW1A1AA."
    )
    industry_ids = fields.Many2many("res.partner.industry", string="Industries")
    size_from = fields.Selection(SIZES, string="Employees, from")
    size_to = fields.Selection(SIZES, string="Employees, up to")
    channel_ids = fields.Many2many("crm.sales.channel", string="Channels")
    is_rest = fields.Boolean(
        string="Takes the Rest",
        help="Everything in the territory around it that no other part takes; without "
        "one around it, everything that no territory takes.",
    )
    priority = fields.Integer(
        help="A territory with a higher number wins over every more specific one, for "
        "example key accounts of a whole country.",
    )
    conditions = fields.Char(compute="_compute_conditions")
    overlaps = fields.Char(
        string="Overlaps With",
        compute="_compute_overlaps",
        help="Territories that are as specific and could take the same customer: the "
        "first in the list gets it. A priority decides.",
    )
    customer_count = fields.Integer(
        string="Customers", compute="_compute_customer_count"
    )

    _code_company_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0)) WHERE code IS NOT NULL",
        "Another territory has this code already.",
    )

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for territory in self:
            names = filter(None, (territory.parent_id.complete_name, territory.name))
            territory.complete_name = " / ".join(names)

    @api.depends(
        *("country_ids", "state_ids", "cities", "zips", "industry_ids", "size_from"),
        *("size_to", "channel_ids", "is_rest"),
    )
    @api.depends_context("lang")
    def _compute_conditions(self):
        """What lies in the territory, in one line."""
        for territory in self:
            territory.conditions = " · ".join(territory._condition_words())

    def _condition_words(self):
        self.ensure_one()
        sizes = dict(self._fields["size_from"]._description_selection(self.env))
        words = [
            ", ".join(records.mapped("name"))
            for records in (self.country_ids, self.state_ids)
        ]
        words += [", ".join((self.cities or "").split("\n")), self.zips]
        words.append(", ".join(self.industry_ids.mapped("name")))
        if self.size_from or self.size_to:
            ends = (sizes.get(self.size_from, "…"), sizes.get(self.size_to, "…"))
            words.append(" – ".join(ends))
        words.append(", ".join(self.channel_ids.mapped("name")))
        words.append(self.is_rest and self.env._("The rest"))
        return [word for word in words if word]

    def _compute_customer_count(self):
        """Customers of the territory and its parts that the user may read."""
        groups = self.env["res.partner"]._read_group(
            [("territory_id", "child_of", self.ids)], ["territory_id"], ["__count"]
        )
        counts = [(found.sudo().parent_path or "", count) for found, count in groups]
        for territory in self:
            path = territory._origin.parent_path
            territory.customer_count = sum(
                count for found, count in counts if path and found.startswith(path)
            )

    @api.depends(
        *("country_ids", "state_ids", "cities", "zips", "industry_ids", "size_from"),
        *("size_to", "channel_ids", "is_rest", "priority", "parent_id"),
    )
    @api.depends_context("lang", "company")
    def _compute_overlaps(self):
        """Territories that are as specific and could take the same customer."""
        others = {}
        for one, other in self._map().overlaps():
            others.setdefault(one, []).append(other)
            others.setdefault(other, []).append(one)
        for territory in self:
            found = self.browse(others.get(territory._origin.id, ())).sudo()
            territory.overlaps = ", ".join(found.mapped("complete_name"))

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("A territory cannot lie within one of its own parts.")
            )

    @api.constrains("zips")
    def _check_zips(self):
        for territory in self:
            try:
                read_zips(territory.zips)
            except ZipError as error:
                raise ValidationError(
                    self.env._(
                        "%(territory)s: the postcodes “%(part)s” cannot be read. Write "
                        "ranges like 200000-201999 or beginnings like 310*.",
                        territory=territory.display_name,
                        part=error.text,
                    )
                ) from error

    @api.constrains("size_from", "size_to")
    def _check_sizes(self):
        for territory in self:
            if (territory.size_from or "0") > (territory.size_to or "9"):
                raise ValidationError(
                    self.env._("The smallest size is bigger than the biggest one.")
                )

    def action_open_customers(self):
        """Customers of the territory and its parts."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "res.partner",
            "views": [[False, "list"], [False, "form"]],
            "domain": [("territory_id", "child_of", self.id)],
        }
