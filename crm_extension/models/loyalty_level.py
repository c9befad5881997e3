from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class LoyaltyProgram(models.Model):
    """Programs and special offers for customers of some levels."""

    _inherit = "loyalty.program"

    customer_level_ids = fields.Many2many(
        "crm.customer.level",
        "crm_level_loyalty_program_rel",
        string="Customer Levels",
        help="Only customers of these levels collect points and get rewards here. "
        "Empty: everybody.",
    )

    @api.model
    def _crm_level_domain(self, level, path=""):
        """Domain of the programs that are open to a level.

        :param level: ``crm.customer.level``, empty for customers without one
        :param path: what leads from the model searched to the program, ``"x_id."``
        """
        name = f"{path}customer_level_ids"
        return Domain(name, "=", False) | Domain(name, "in", level.ids)


class LoyaltyReward(models.Model):
    _inherit = "loyalty.reward"

    customer_level_ids = fields.Many2many(
        "crm.customer.level",
        "crm_level_loyalty_reward_rel",
        string="Customer Levels",
        help="Only customers of these levels may choose this reward. Empty: everybody "
        "in the program.",
    )

    def _crm_is_for(self, level):
        """Whether customers of a level may have this reward."""
        self.ensure_one()
        return not self.customer_level_ids or level in self.customer_level_ids


class SaleOrder(models.Model):
    """The level of the customer decides which programs and rewards an order sees; it is
    asked again whenever the rewards are updated."""

    _inherit = "sale.order"

    def _crm_level(self):
        self.ensure_one()
        return self.partner_id.sudo().commercial_partner_id.customer_level_id

    def _get_program_domain(self):
        programs = self.env["loyalty.program"]
        return [
            *super()._get_program_domain(),
            *programs._crm_level_domain(self._crm_level()),
        ]

    def _get_trigger_domain(self):
        programs = self.env["loyalty.program"]
        return [
            *super()._get_trigger_domain(),
            *programs._crm_level_domain(self._crm_level(), "program_id."),
        ]

    def _get_claimable_rewards(self, forced_coupons=None):
        """Without the rewards of other levels."""
        level = self._crm_level()
        claimable = super()._get_claimable_rewards(forced_coupons=forced_coupons)
        for coupon in list(claimable):
            rewards = claimable[coupon].filtered(lambda r: r._crm_is_for(level))
            if rewards:
                claimable[coupon] = rewards
            else:
                del claimable[coupon]
        return claimable

    def _get_reward_line_values(self, reward, coupon, **kwargs):
        """A reward of another level is refused, and leaves an order whose customer has
        changed its level: Odoo drops the lines of rewards that raise here."""
        if not reward._crm_is_for(self._crm_level()):
            raise UserError(
                self.env._(
                    "The reward “%(reward)s” is for other customer levels.",
                    reward=reward.description,
                )
            )
        return super()._get_reward_line_values(reward, coupon, **kwargs)
