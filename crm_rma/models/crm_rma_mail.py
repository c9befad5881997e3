from email.utils import parseaddr

from odoo import api, models
from odoo.fields import Command, Domain
from odoo.tools import email_normalize, html2plaintext

from ..tools.serials import SEPARATORS

# Of one mail
MAX_CLAIMS = 50
MAX_WORDS = 5000
MAX_SERIAL = 64
# What a mailbox may decide about a request; nothing of the mail decides more.
FROM_MAILBOX = ("company_id", "team_id", "user_id")


class CrmRma(models.Model):
    """A mail to one of the mailboxes becomes a request.

    Only subject, text, sender and attachments are read. A sender can be forged, so
    nothing is promised: serial numbers of ours that stand in the text are proposed to
    the desk, which looks them up.
    """

    _inherit = "crm.rma"

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        self.check_access("create")  # the gateway is superuser; nobody else goes round
        given = custom_values or {}
        values = {name: given[name] for name in FROM_MAILBOX if given.get(name)}
        company = self.env["res.company"].browse(values.get("company_id"))
        company = company or self.env.company
        desk = self.sudo().with_company(company)
        sender = desk._mail_sender(msg_dict, company)
        words = f"{msg_dict.get('subject') or ''} {html2plaintext(msg_dict.get('body') or '')}"
        rma = super(CrmRma, desk).message_new(
            msg_dict,
            custom_values={
                "user_id": False,
                **values,
                "name": self.env._("New"),
                "partner_id": sender.commercial_partner_id.id,
                "contact_id": sender.id
                if sender != sender.commercial_partner_id
                else False,
                "company_id": company.id,
                "warehouse_id": desk._request_warehouse(company).id,
                "origin_channel": "mail",
                "claim_ids": [
                    Command.create({"name": serial})
                    for serial in desk._serials_in(words, company)
                ],
            },
        )
        self.env["crm.rma.notice"]._tell([(rma, "requested", "1")])
        return rma.with_env(self.env)

    @api.model
    def _mail_sender(self, msg_dict, company):
        """The contact who wrote; a new one for an address that nobody has."""
        partners = self.env["res.partner"].sudo()
        text = msg_dict.get("email_from") or ""
        address = email_normalize(text)
        if address:
            known = partners.search(
                Domain("email_normalized", "=", address)
                & Domain("company_id", "in", (False, company.id)),
                order="is_company, id",
                limit=1,
            )
            if known:
                return known
        name = parseaddr(text)[0] or address or self.env._("Unknown Sender")
        return partners.create({"name": name[:100], "email": address or False})

    @api.model
    def _serials_in(self, text, company):
        """Serial numbers of ours that stand in a text, in their order: one query."""
        words = SEPARATORS.split(text)[:MAX_WORDS]
        words = [word.strip(".:()[]<>\"'。：（）") for word in words]
        words = [
            word
            for word in dict.fromkeys(words)
            if 3 <= len(word) <= MAX_SERIAL and any(c.isdigit() for c in word)
        ]
        lots = self.env["stock.lot"].sudo()
        known = lots.search(
            Domain("name", "in", words)
            & Domain("company_id", "in", (False, company.id))
        )
        names = set(known.mapped("name"))
        return [word for word in words if word in names][:MAX_CLAIMS]

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        """Requests of one address: too many within two hours are a loop."""
        return [
            ("origin_channel", "=", "mail"),
            "|",
            ("partner_id.email_normalized", "=", email_from_normalized),
            ("contact_id.email_normalized", "=", email_from_normalized),
        ]


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """An automatic answer is no request for a return."""
        if _is_automatic(message):
            routes = [
                route for route in routes or () if route[0] != "crm.rma" or route[1]
            ]
        return super()._message_route_process(message, message_dict, routes)


def _is_automatic(message):
    """Whether a program wrote the mail: RFC 3834, and what programs did before it.

    :param message: ``email.message.EmailMessage``
    """
    automatic = (message.get("Auto-Submitted") or "no").strip().lower()
    precedence = (message.get("Precedence") or "").strip().lower()
    return (
        not automatic.startswith("no")
        or precedence in ("auto_reply", "bulk", "junk", "list")
        or bool(message.get("X-Autoreply") or message.get("X-Autorespond"))
    )
