from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_interaction_source import UTM_FIELDS

FIRST_FIELDS = ("first_campaign_id", "first_source_id", "first_medium_id")
LAST_FIELDS = ("last_campaign_id", "last_source_id", "last_medium_id")
# A customer who comes from the same source again moves the date once a day: the row
# of a customer is not written at every contact.
TOUCH_STEP = timedelta(days=1)


class ResPartner(models.Model):
    """Visit source of a customer: the first touch, which stays, and the last one.

    Held by the commercial entity. A touch is a lead, a quotation or an interaction
    that has a campaign or a source. The first one is never overwritten; only a merge
    or a contact that joins a company may bring an earlier one.
    """

    _inherit = "res.partner"

    first_source_id = fields.Many2one(
        "utm.source",
        string="Visit Source",
        ondelete="set null",
        index="btree_not_null",
        copy=False,
        help="Where the customer came from at first. It stays once it is known.",
        prefetch="crm_customer",
    )
    first_medium_id = fields.Many2one(
        "utm.medium",
        ondelete="set null",
        copy=False,
        help="By which way the customer came at first: phone, website, fair ...",
        prefetch="crm_customer",
    )
    first_campaign_id = fields.Many2one(
        "utm.campaign", ondelete="set null", copy=False, prefetch="crm_customer"
    )
    first_touch_date = fields.Datetime(
        string="First Touch", copy=False, prefetch="crm_customer"
    )
    last_source_id = fields.Many2one(
        "utm.source",
        string="Last Visit Source",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="Where the customer came from the last time.",
        prefetch="crm_customer",
    )
    last_medium_id = fields.Many2one(
        "utm.medium",
        ondelete="set null",
        readonly=True,
        copy=False,
        prefetch="crm_customer",
    )
    last_campaign_id = fields.Many2one(
        "utm.campaign",
        ondelete="set null",
        readonly=True,
        copy=False,
        prefetch="crm_customer",
    )
    last_touch_date = fields.Datetime(
        string="Last Touch", readonly=True, copy=False, prefetch="crm_customer"
    )
    is_first_touch_locked = fields.Boolean(compute="_compute_is_first_touch_locked")

    @api.depends_context("uid")
    @api.depends("first_source_id", "first_campaign_id", "first_medium_id")
    def _compute_is_first_touch_locked(self):
        manager = self.env.su or self.env.user.has_group(
            "sales_team.group_sale_manager"
        )
        for partner in self:
            known = any(partner._origin[name] for name in FIRST_FIELDS)
            partner.is_first_touch_locked = known and not manager

    @api.model_create_multi
    def create(self, vals_list):
        """A source that is typed with a new customer is its first and last touch."""
        now = fields.Datetime.now()
        for vals in vals_list:
            if any(vals.get(name) for name in FIRST_FIELDS):
                vals.setdefault("first_touch_date", now)
        return super().create(vals_list)

    def write(self, vals):
        """The first touch stays once it is known; a manager may correct it."""
        typed = {name for name in FIRST_FIELDS if name in vals}
        if typed:
            self._check_first_touch(typed, vals)
            if any(vals[name] for name in typed):
                self._date_first_touch(vals)
        return super().write(vals)

    def _check_first_touch(self, names, vals):
        for partner in self.filtered("is_first_touch_locked"):
            changed = [n for n in names if partner[n].id != (vals[n] or False)]
            if changed:
                raise UserError(
                    self.env._(
                        "The first visit source of %(customer)s is known already and "
                        "stays. A sales manager can correct it.",
                        customer=partner.display_name,
                    )
                )

    def _date_first_touch(self, vals):
        undated = self.filtered(lambda partner: not partner.first_touch_date)
        if undated and "first_touch_date" not in vals:
            # past our own write(), which calls this
            # pylint: disable-next=super-method-mismatch
            super(ResPartner, undated).write(
                {"first_touch_date": fields.Datetime.now()}
            )

    @api.model
    @api.private
    def _record_touches_of(self, records, date_field):
        """Remember the sources of leads, orders or interactions on their customers."""
        self._record_touches(self._touches_of(records, date_field))

    @api.model
    def _touches_of(self, records, date_field):
        """Touches of the records that have a customer and a source."""
        return [
            {
                "partner_id": record.partner_id.id,
                "date": record[date_field],
                **{name: record[name].id for name in UTM_FIELDS},
            }
            for record in records.sudo()
            if record.partner_id and (record.source_id or record.campaign_id)
        ]

    @api.model
    @api.private
    def _record_touches(self, touches):
        """Remember touches of customers, whoever the user is.

        :param touches: dicts with ``partner_id``, ``date`` and the three UTM ids. A
            customer gets its first touch if it has none, its last one if it is newer.
        """
        partners = self.sudo().browse([touch["partner_id"] for touch in touches])
        by_customer, by_values = {}, {}
        for partner, touch in zip(partners, touches, strict=True):
            by_customer.setdefault(partner.commercial_partner_id, []).append(touch)
        for customer, rows in by_customer.items():
            vals = customer._prepare_touches(sorted(rows, key=lambda r: r["date"]))
            same = tuple(vals.items())
            by_values[same] = by_values.get(same, self.browse()) | customer
        for vals, customers in by_values.items():
            customers.sudo().with_context(tracking_disable=True).write(dict(vals))

    def _prepare_touches(self, touches):
        """Values of one customer from its touches, the oldest first."""
        first = self._prepare_first_touch(touches[0])
        return first | self._prepare_last_touch(touches[-1])

    def _prepare_first_touch(self, touch):
        self.ensure_one()
        if self.first_touch_date or any(self[name] for name in FIRST_FIELDS):
            return {}
        return _touch_values("first", touch)

    def _prepare_last_touch(self, touch):
        self.ensure_one()
        since = self.last_touch_date
        if since and touch["date"] < since:
            return {}
        same = all(self[f"last_{name}"].id == touch[name] for name in UTM_FIELDS)
        if since and same and touch["date"] - since < TOUCH_STEP:
            return {}
        return _touch_values("last", touch)

    def _prepare_touch_fold(self, others):
        """Values of one customer that takes in others: earliest first touch, latest
        last touch, each as a whole."""
        self.ensure_one()
        partners = (self | others).sudo()
        first = partners.filtered("first_touch_date").sorted("first_touch_date")[:1]
        last = partners.filtered("last_touch_date").sorted("last_touch_date")[-1:]
        return {
            name: partner._fields[name].convert_to_write(partner[name], partner)
            for partner, names in (
                (first, (*FIRST_FIELDS, "first_touch_date")),
                (last, (*LAST_FIELDS, "last_touch_date")),
            )
            for name in (names if partner else ())
        }


def _touch_values(prefix, touch):
    values = {f"{prefix}_{name}": touch[name] or False for name in UTM_FIELDS}
    return {**values, f"{prefix}_touch_date": touch["date"]}
