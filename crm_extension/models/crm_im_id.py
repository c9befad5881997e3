import re
from urllib.parse import quote

from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [
    ("wechat", "WeChat"),
    ("wecom", "WeCom"),
    ("qq", "QQ"),
    ("whatsapp", "WhatsApp"),
    ("line", "LINE"),
    ("telegram", "Telegram"),
    ("signal", "Signal"),
    ("viber", "Viber"),
    ("zalo", "Zalo"),
    ("messenger", "Messenger"),
    ("dingtalk", "DingTalk"),
    ("other", "Other"),
]
# Where a conversation can be opened by an address. WeChat and WeCom have none.
LINKS = {
    "qq": "mqqwpa://im/chat?chat_type=wpa&uin={digits}",
    "whatsapp": "https://wa.me/{digits}",
    "line": "https://line.me/R/ti/p/~{name}",
    "telegram": "https://t.me/{name}",
    "signal": "https://signal.me/#p/+{digits}",
    "viber": "viber://chat?number=%2B{digits}",
    "zalo": "https://zalo.me/{digits}",
    "messenger": "https://m.me/{name}",
    "dingtalk": "dingtalk://dingtalkclient/action/sendmsg?dingtalk_id={name}",
}
MAX_LENGTH = 128


class CrmImId(models.Model):
    """An account of a person in a messenger."""

    _name = "crm.im.id"
    _description = "Messenger Account"
    _order = "sequence, id"
    _rec_name = "value"

    partner_id = fields.Many2one(
        "res.partner", string="Contact", required=True, ondelete="cascade", index=True
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", store=True, index=True
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(KINDS, string="Messenger", required=True, default="wechat")
    value = fields.Char(
        string="Account", required=True, index=True, help="Number or name there."
    )
    url = fields.Char(
        compute="_compute_url",
        string="Link",
        help="Opens a conversation where the messenger has an address for it.",
    )

    @api.depends("kind", "value")
    def _compute_url(self):
        for account in self:
            account.url = account._link()

    def _link(self):
        """Address of a conversation, built from the account only: never a scheme that
        somebody typed."""
        pattern = LINKS.get(self.kind)
        if not pattern or not self.value:
            return False
        digits = re.sub(r"\D", "", self.value)
        if "{digits}" in pattern and not digits:
            return False
        name = quote(self.value.strip().removeprefix("@"), safe="")
        return pattern.format(digits=digits, name=name)

    @api.constrains("value")
    def _check_value(self):
        for account in self:
            if not account.value.strip() or len(account.value) > MAX_LENGTH:
                raise ValidationError(
                    self.env._(
                        "An account has between 1 and %(limit)s characters.",
                        limit=MAX_LENGTH,
                    )
                )

    @api.depends("kind", "value")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for account in self:
            account.display_name = (
                f"{labels.get(account.kind, '')} {account.value or ''}"
            )
