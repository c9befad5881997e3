from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.pinyin import pinyin_key, pinyin_search
from ..tools.spelling import search_pattern
from ..tools.text_domain import text_domain


class ResPartner(models.Model):
    """Contacts are found by their names as people type them: in either Chinese script,
    in full width, by the sounds of a name (``huawei``) or by their initials (``hw``)."""

    _inherit = "res.partner"

    name_pinyin = fields.Char(
        "Name in Pinyin",
        compute="_compute_name_pinyin",
        store=True,
        index="trigram",
        help="Sounds and initials of a Chinese name, to search by.",
        prefetch="crm_customer",
    )

    @api.depends("name")
    def _compute_name_pinyin(self):
        for partner in self:
            partner.name_pinyin = pinyin_key(partner.name) or False

    @api.model
    def _search_display_name(self, operator, value):
        domain = super()._search_display_name(operator, value)
        if operator == "ilike" and isinstance(value, str):
            domain = Domain(domain) | self._spelled_domain(value)
        return domain

    @api.model
    def _named_domain(self, text):
        """Contacts whose name holds `text`, literally, in any of its spellings."""
        return text_domain(("complete_name",), text) | self._spelled_domain(text)

    @api.model
    def _spelled_domain(self, text):
        """What a plain comparison of the name does not find."""
        if search_pattern(text):
            return text_domain(("complete_name",), text)
        sounds = pinyin_search(text)
        return Domain("name_pinyin", "ilike", sounds) if sounds else Domain.FALSE
