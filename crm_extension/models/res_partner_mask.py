from odoo import api, fields, models, tools
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .crm_mask_mixin import UNMASKED

# Personal data of a customer and of its people. Name, city, country, tax number and
# tags stay readable: documents, the map and the duplicate check need them.
MASKED_FIELDS = frozenset(
    {
        "phone",
        "phone_sanitized",
        "phone_mobile_search",
        "phone_number_ids",
        "phone_number_search",
        "email",
        "email_normalized",
        "email_formatted",
        "street",
        "street2",
        "zip",
        "contact_address",
        "contact_address_inline",
        "partner_latitude",
        "partner_longitude",
        "birthdate",
        "function",
        "department",
        "reports_to_id",
        "direct_report_ids",
        "decision_role",
        "attitude",
        "influence",
        "comment",
        "properties",
        "im_ids",
        "important_date_ids",
        "preference_ids",
    }
)
# In strict mode the people of the customer are not listed either.
STRICT_FIELDS = MASKED_FIELDS | {"child_ids"}
STRICT_SQL_FIELDS = STRICT_FIELDS | {"parent_id", "commercial_partner_id"}
# Who may change these decides whose customer it is, and who its people are.
OWNERSHIP_FIELDS = frozenset(
    {
        "user_id",
        "parent_id",
        "child_ids",
        "is_company",
        "company_type",
        "active",
        "company_id",
    }
)
NAME_FLAGS = ("show_address", "show_email", "show_vat")


class ResPartner(models.Model):
    """Masking of colleagues' customers, by the setting of the company."""

    _name = "res.partner"
    _inherit = ["crm.mask.mixin", "res.partner"]

    _mask_partner = "id"

    is_masked = fields.Boolean(compute="_compute_is_masked", compute_sudo=True)
    owner_sentence = fields.Char(compute="_compute_is_masked", compute_sudo=True)

    @api.depends_context("uid", "lang")
    @api.depends("customer_relation")
    def _compute_is_masked(self):
        """For the screens: the lock, and whose customer it is."""
        masked = self._crm_masked()
        for partner in self:
            partner.is_masked = partner in masked
            partner.owner_sentence = partner in masked and partner._crm_owner_sentence()

    @api.model
    def _mask_fields(self, mode):
        return STRICT_FIELDS if mode == "strict" else MASKED_FIELDS

    @api.model
    def _mask_sql_fields(self, mode):
        return STRICT_SQL_FIELDS if mode == "strict" else MASKED_FIELDS

    # Who is masked

    def _crm_masked(self):
        """Those of the partners that are masked for the user, whatever ``sudo()``.

        Empty with the setting ``open`` and for everybody who is not a salesperson
        limited to own or team documents. One query for the batch.
        """
        relations = self.env.user._crm_masked_relations()
        if not relations:
            return self.browse()
        return self.filtered(lambda partner: partner.customer_relation in relations)

    def _masked_records(self):
        return self._crm_masked()

    @api.model
    def _masked_sql(self, alias):
        relations = self.env.user._crm_masked_relations() or (None,)
        return SQL("%s IN %s", self._crm_relation_sql(alias), relations)

    def _crm_check_open(self):
        """Refuse to go on with customers that are masked for the user."""
        if masked := self._crm_masked():
            raise AccessError(masked[0]._crm_owner_sentence())

    def _crm_owner_sentence(self):
        """Whose customer it is and what to do: the words of every refusal."""
        self.ensure_one()
        partner = self.sudo()
        owner = partner.user_id or partner.commercial_partner_id.user_id
        return self.env._(
            "%(customer)s belongs to %(owner)s. Ask to share the customer.",
            customer=partner.name or partner.display_name,
            owner=owner.name,
        )

    # What is built from masked values

    @api.depends_context("uid", "crm_unmasked")
    def _compute_display_name(self):
        """No address or email in the name of a masked customer, also where Odoo
        reads names as superuser."""
        result = super()._compute_display_name()
        flags = [flag for flag in NAME_FLAGS if self.env.context.get(flag)]
        if flags and self.env.context.get("crm_unmasked") is not UNMASKED:
            masked = self._crm_masked()
            plain = masked.with_context(dict.fromkeys(flags, False))
            for partner, name in zip(masked, plain, strict=True):
                partner.display_name = name.display_name
        return result

    def _to_store(self, store, fields):
        """The chatter reads followers and authors as superuser."""
        masked = self._crm_masked()
        store.add_records_fields(self - masked, fields)
        store.add_records_fields(masked, _without_masked(fields))

    def _to_store_defaults(self, target):
        """What goes out by the bus is seen by others than the user."""
        fields = super()._to_store_defaults(target)
        if target.channel is not None and self._crm_is_masking_used():
            fields = _without_masked(fields)
        return fields

    @api.model
    @tools.ormcache()
    def _crm_is_masking_used(self):
        """Hook: True when any company masks."""
        companies = self.env["res.company"].sudo()
        return bool(companies.search_count([("crm_masking", "!=", "open")], limit=1))

    def _get_vcard_file(self):
        self._crm_check_open()
        return super()._get_vcard_file()

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """The chatter of a masked customer is part of its history."""
        operations = super()._mail_get_operation_for_mail_message_operation(
            message_operation
        )
        if message_operation == "read" and not self.env.su:
            for partner in self._crm_masked():
                del operations[partner]
        return operations

    # Writing

    def copy_data(self, default=None):
        self._crm_check_copy()
        return super().copy_data(default)

    def _crm_check_copy(self):
        if not self.env.su:
            self._crm_check_open()

    @api.model_create_multi
    def create(self, vals_list):
        """People are added by those who may see the customer."""
        if self._mask_mode():
            parents = [vals["parent_id"] for vals in vals_list if vals.get("parent_id")]
            self.browse(parents)._crm_check_open()
        return super().create(vals_list)

    def write(self, vals):
        """What cannot be seen cannot be changed; in strict mode nothing can."""
        if mode := self._mask_mode():
            vals = self._drop_masks(vals)
            self._crm_check_write(vals, mode)
        return super().write(vals)

    def _crm_check_write(self, vals, mode):
        guarded = self._mask_fields(mode) | OWNERSHIP_FIELDS
        if vals and (mode == "strict" or guarded & vals.keys()):
            self._crm_check_open()
            self._crm_check_right()
        if vals.get("parent_id"):
            self.browse(vals["parent_id"])._crm_check_open()

    def _crm_check_right(self):
        """Collaborators with the right to read change nothing."""
        shared = self.filtered(lambda partner: partner.customer_relation == "shared")
        rights = self.env["crm.collaborator"].sudo()
        readers = rights.search(
            [
                ("partner_id", "in", shared.commercial_partner_id.ids),
                ("user_id", "=", self.env.uid),
                ("right", "=", "read"),
                ("is_running", "=", True),
            ]
        )
        if readers:
            raise AccessError(readers[0].partner_id._crm_owner_sentence())

    @api.ondelete(at_uninstall=False)
    def _unlink_except_masked(self):
        if not self.env.su:
            self._crm_check_open()


def _without_masked(fields):
    """Fields of a store (names or descriptions) without those that are masked."""
    return [
        field
        for field in fields
        if isinstance(field, dict)
        or getattr(field, "field_name", field) not in MASKED_FIELDS
    ]
