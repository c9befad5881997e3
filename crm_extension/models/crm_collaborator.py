from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

RIGHTS = [("read", "Read"), ("write", "Read and Write")]


class CrmCollaborator(models.Model):
    """Somebody who works with a customer beside its salesperson.

    The right belongs to the whole customer (its commercial entity): its people, its
    history, its opportunities and quotations. It ends by itself on the day in
    ``until``; a row that has ended stays as the log of who could see what.
    """

    _name = "crm.collaborator"
    _description = "Collaborator on a Customer"
    _order = "until desc, id desc"
    _rec_name = "user_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Collaborator",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("share", "=", False)],
    )
    right = fields.Selection(
        RIGHTS,
        required=True,
        default="read",
        help="Read: sees the customer, its people, history and quotations. "
        "Read and write: may also change the customer's data.",
    )
    until = fields.Date(help="Last day of the right. Empty: until somebody ends it.")
    reason = fields.Char()
    given_by_id = fields.Many2one(
        "res.users",
        string="Given by",
        default=lambda self: self.env.user,
        readonly=True,
        ondelete="set null",
    )
    is_running = fields.Boolean(
        string="In Force", compute="_compute_is_running", search="_search_is_running"
    )
    revision = fields.Integer(readonly=True, copy=False)

    @api.depends("until")
    def _compute_is_running(self):
        today = fields.Date.context_today(self)
        for row in self:
            row.is_running = not row.until or row.until >= today

    def _search_is_running(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        running = Domain("until", "=", False) | Domain("until", ">=", today)
        return running if True in value else ~running

    @api.constrains("partner_id", "user_id", "until")
    def _check_once(self):
        """One running right for a person on a customer: it says what holds."""
        rows = self.filtered("is_running")
        others = self.sudo().search(
            [
                ("partner_id", "in", rows.partner_id.ids),
                ("user_id", "in", rows.user_id.ids),
                ("is_running", "=", True),
            ]
        )
        for (user, partner), same in others.grouped(
            lambda row: (row.user_id, row.partner_id)
        ).items():
            if len(same) > 1:
                raise ValidationError(
                    self.env._(
                        "%(user)s works with %(customer)s already. Change that row.",
                        user=user.name,
                        customer=partner.name,
                    )
                )

    @api.constrains("user_id")
    def _check_user(self):
        """Portal users see their own documents by other means."""
        if self.user_id.filtered("share"):
            raise ValidationError(self.env._("Only employees can be collaborators."))

    @api.model_create_multi
    def create(self, vals_list):
        """Give the right on the whole customer and tell it in the history."""
        ids = [vals["partner_id"] for vals in vals_list]
        partners = self.env["res.partner"].sudo().browse(ids)
        for vals, partner in zip(vals_list, partners, strict=True):
            vals["partner_id"] = partner.commercial_partner_id.id
            if not self.env.su:
                vals["given_by_id"] = self.env.uid
        rows = super().create(vals_list)
        rows._tell("shared")
        return rows

    def write(self, vals):
        """Change or end a right; whose it is stays."""
        if {"partner_id", "user_id", "given_by_id"} & vals.keys() and not self.env.su:
            raise UserError(
                self.env._("End this right and give a new one to somebody else.")
            )
        was_running = self.filtered("is_running")
        result = super().write(vals)
        if {"right", "until"} & vals.keys():
            self.filtered("is_running")._tell("shared")
            was_running.filtered(lambda row: not row.is_running)._tell("ended")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_tell(self):
        self.filtered("is_running")._tell("ended")

    def action_end(self):
        """End the right now; the row stays as a log."""
        self.write(
            {"until": fields.Date.subtract(fields.Date.context_today(self), days=1)}
        )

    def _tell(self, event):
        """Project a change of the rights into the history of the customer."""
        for row in self.sudo():
            row.revision += 1
        self.env["crm.interaction"]._project(
            [row._prepare_event(event) for row in self.sudo()]
        )

    def _prepare_event(self, event):
        """Values of one history row, with arguments that the reader's language fills."""
        args = {"user": self.user_id.name}
        if event == "shared" and self.until:
            event = "shared_until"
            args["until"] = ["date", fields.Date.to_string(self.until)]
        return {
            "source_key": f"{self._name},{self.id}:{event}:{self.revision}",
            "partner_id": self.partner_id.id,
            "company_id": self.partner_id.company_id.id,
            "channel": "note",
            "event_args": args,
            "preview": self.reason,
        }


class CrmInteraction(models.Model):
    _inherit = "crm.interaction"

    @api.model
    def _event_sentences(self):
        return {
            **super()._event_sentences(),
            "crm.collaborator:shared": self.env._("Customer shared with %(user)s"),
            "crm.collaborator:shared_until": self.env._(
                "Customer shared with %(user)s until %(until)s"
            ),
            "crm.collaborator:ended": self.env._(
                "Customer no longer shared with %(user)s"
            ),
        }


class ResPartner(models.Model):
    _inherit = "res.partner"

    collaborator_ids = fields.One2many(
        "crm.collaborator",
        "partner_id",
        string="Collaborators",
        groups="crm_extension.crm_extension_group_history",
        help="People who work with this customer beside its salesperson.",
    )

    def _crm_share(self, user, right="read", until=False, reason=False):
        """Let somebody work with these customers; the caller must own or manage them.

        :param user: ``res.users``
        :param right: ``"read"`` or ``"write"``
        :param until: last day, False until somebody ends it
        :return: the rows of ``crm.collaborator``, one for each customer. A right that
            is running is changed, not doubled.
        """
        customers = self.commercial_partner_id
        values = {"right": right, "until": until, "reason": reason}
        rows = self.env["crm.collaborator"].search(
            [
                ("partner_id", "in", customers.ids),
                ("user_id", "=", user.id),
                ("is_running", "=", True),
            ]
        )
        rows.write(values)
        return rows | rows.create(
            [
                {"partner_id": customer.id, "user_id": user.id, **values}
                for customer in customers - rows.partner_id
            ]
        )
