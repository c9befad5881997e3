from odoo import api, fields, models
from odoo.fields import Domain

# Programs that are money, not a reward
PAYMENTS = ("gift_card", "ewallet")
MAX_OFFERS = 8


class ResPartner(models.Model):
    """Points, rewards and special offers of a customer."""

    _inherit = "res.partner"

    def _crm_loyalty(self):
        """What a salesperson can offer: five queries, nothing is written.

        :return: list of dict ``program`` (record), ``points`` (text or False),
            ``rewards`` (list of ``name``, ``points``, ``missing``) and ``is_special``
            (for the customer's level only); cards with points first
        """
        self.ensure_one()
        programs = self.env["loyalty.program"]
        if not programs.has_access("read"):
            return []
        customer = self.commercial_partner_id
        level = customer.sudo().customer_level_id
        cards = self._crm_loyalty_cards(customer)
        open_programs = programs.search(
            self._crm_program_domain() & programs._crm_level_domain(level),
            limit=MAX_OFFERS,
        )
        points = cards.grouped("program_id")
        offers = [
            self._crm_offer(program, points.get(program, cards.browse()), level)
            for program in cards.program_id | open_programs
        ]
        return [offer for offer in offers if offer["rewards"] or offer["points"]]

    @api.model
    def _crm_loyalty_cards(self, customer):
        """Cards with points of the customer and its people."""
        today = fields.Date.context_today(self)
        return self.env["loyalty.card"].search(
            Domain("partner_id.commercial_partner_id", "=", customer.id)
            & Domain("points", ">", 0)
            & Domain("program_id.active", "=", True)
            & Domain("program_type", "not in", PAYMENTS)
            & Domain("company_id", "in", [*self.env.companies.ids, False])
            & (
                Domain("expiration_date", "=", False)
                | Domain("expiration_date", ">=", today)
            ),
            order="points desc, id",
        )

    @api.model
    def _crm_program_domain(self):
        """Programs that work by themselves and hold today."""
        today = fields.Date.context_today(self)
        return (
            Domain("sale_ok", "=", True)
            & Domain("trigger", "=", "auto")
            & Domain("program_type", "not in", PAYMENTS)
            & Domain("company_id", "in", [*self.env.companies.ids, False])
            & (Domain("date_from", "=", False) | Domain("date_from", "<=", today))
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", today))
        )

    @api.model
    def _crm_offer(self, program, cards, level):
        total = sum(cards.mapped("points"))
        rewards = program.reward_ids.filtered(lambda r: r._crm_is_for(level))
        open_to_level = not program.customer_level_ids or level in (
            program.customer_level_ids
        )
        return {
            "program": program,
            "points": cards and cards[0]._format_points(total),
            "is_special": bool(program.customer_level_ids) and open_to_level,
            "rewards": [
                {
                    "name": reward.description,
                    "points": cards[:1]._format_points(reward.required_points)
                    if cards
                    else False,
                    "missing": max(reward.required_points - total, 0),
                }
                for reward in (rewards if open_to_level else rewards.browse())
            ],
        }


class SaleOrder(models.Model):
    _inherit = "sale.order"

    loyalty_offer = fields.Char(
        string="Rewards",
        compute="_compute_loyalty_offer",
        help="Points of the customer and what its level is entitled to. The button "
        "Reward puts it into the quotation.",
    )

    @api.depends("partner_id", "state")
    @api.depends_context("lang", "allowed_company_ids")
    def _compute_loyalty_offer(self):
        """Told while there is something to offer; lines do not ask for it again."""
        offers = {}
        for order in self:
            partner = order.partner_id._origin
            order.loyalty_offer = False
            if order.state not in ("draft", "sent") or not partner:
                continue
            if partner not in offers:
                offers[partner] = order._crm_offer_words(partner)
            order.loyalty_offer = offers[partner]

    @api.model
    def _crm_offer_words(self, partner):
        """ "Points card: 120 points, Free kettle · VIP week: 10% on your order"."""
        words = []
        for offer in partner._crm_loyalty():
            reached = [r["name"] for r in offer["rewards"] if not r["missing"]]
            special = (
                [r["name"] for r in offer["rewards"]] if offer["is_special"] else []
            )
            told = (
                [offer["points"], *(reached or special)] if offer["points"] else special
            )
            if told:
                words.append(
                    self.env._(
                        "%(left)s: %(why)s",
                        left=offer["program"].name,
                        why=", ".join(filter(None, told)),
                    )
                )
        return " · ".join(words) or False


class CrmCustomerView(models.AbstractModel):
    """The card Rewards of the customer page."""

    _inherit = "crm.customer.view"

    @api.model
    def _customer_360_sections(self):
        return {
            **super()._customer_360_sections(),
            "loyalty": {
                "title": self.env._("Rewards"),
                "icon": "fa-gift",
                "sequence": 55,
                "column": "side",
                "models": ["loyalty.program", "loyalty.card"],
                "method": "_section_loyalty",
                "card": "generic",
                "empty": self.env._("No points and no offer for this customer."),
            },
        }

    @api.model
    def _section_loyalty(self, customer):
        return {"items": [self._loyalty_item(o) for o in customer._crm_loyalty()]}

    @api.model
    def _loyalty_item(self, offer):
        program = offer["program"]
        return {
            "id": program.id,
            "model": program._name,
            "title": program.name,
            "sub": ", ".join(reward["name"] for reward in offer["rewards"]),
            "value": offer["points"],
            "badge": offer["is_special"] and self.env._("for its level"),
            "tone": "success",
        }
