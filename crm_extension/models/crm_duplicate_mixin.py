from odoo import api, fields, models
from odoo.exceptions import UserError

BLOCKING = 80


class CrmDuplicateMixin(models.AbstractModel):
    """Keeps the keys of a model in ``crm.duplicate.key``: all writes end in
    ``_write_multi``, also those of computed fields."""

    _name = "crm.duplicate.mixin"
    _description = "Can Be Found as a Duplicate"

    duplicate_reason = fields.Char(
        copy=False,
        groups="sales_team.group_sale_manager",
        prefetch="crm_customer",
        help="Why a customer that is known already is created once more.",
    )

    duplicate_is_blocked = fields.Boolean(compute="_compute_duplicate_is_blocked")

    def _compute_duplicate_is_blocked(self):
        """Whether a known customer needs a reason: only until it is saved."""
        blocked = self.env["crm.duplicate"]._entry_mode() == "block"
        for record in self:
            record.duplicate_is_blocked = blocked and not record._origin

    @api.model
    def _duplicate_fields(self):
        """Hook: names of the stored fields that the keys are made of."""
        return []

    def _duplicate_keys(self):
        """Hook: read the records by SQL and return ``{id: set of Key}``."""
        return {}

    @api.model_create_multi
    def create(self, vals_list):
        if self._duplicate_is_guarded():
            self._duplicate_check_new(vals_list)
        records = super().create(vals_list)
        records._duplicate_refresh()
        return records

    def _write_multi(self, vals_list):
        super()._write_multi(vals_list)
        names = self._duplicate_fields()
        if any(vals.keys() & names for vals in vals_list):
            self._duplicate_refresh()

    def _duplicate_refresh(self):
        """The keys of the records are made anew before somebody looks for them, at
        the latest with the commit: many changes of a request cost one pass."""
        self.env["crm.duplicate.key"]._mark(self)

    def _duplicate_make(self):
        """Write the keys of the records anew, now; they must be flushed."""
        self.env["crm.duplicate.key"]._sync(self._name, self._duplicate_keys())

    # Typing a customer that is known

    @api.model
    def _duplicate_is_guarded(self):
        """Salespeople are stopped where the setting says so; the system never is."""
        return (
            not self.env.su
            and self.env.user.has_group("sales_team.group_sale_salesman")
            and self.env["crm.duplicate"]._entry_mode() == "block"
        )

    @api.model
    def _duplicate_check_new(self, vals_list):
        """Refuse what is surely known, unless a manager says why.

        :raises UserError: names the first such customer and its owner
        """
        may_explain = self.env.user.has_group("sales_team.group_sale_manager")
        asked = [
            vals
            for vals in vals_list
            if not vals.get("parent_id")
            and not (may_explain and vals.get("duplicate_reason"))
        ]
        finder = self.env["crm.duplicate"]
        for vals, found in zip(asked, finder._find(asked, fuzzy=False), strict=True):
            if found and found[0]["score"] >= BLOCKING:
                raise UserError(self._duplicate_refusal(vals, found[0], may_explain))

    @api.model
    def _duplicate_refusal(self, vals, answer, may_explain):
        model = "res.partner" if answer["partner_id"] else "crm.lead"
        record = (
            self.env[model].sudo().browse(answer["partner_id"] or answer["lead_id"])
        )
        reasons = ", ".join(self.env["crm.duplicate"]._explain(answer["reasons"]))
        owner = record._duplicate_owner().name or self.env._("nobody")
        hint = (
            self.env._("Give a reason to save it nevertheless.")
            if may_explain
            else self.env._("Check the customer and ask to share it.")
        )
        return self.env._(
            "%(name)s is known already (%(reasons)s); the owner is %(owner)s. %(hint)s",
            name=vals.get("name") or vals.get("partner_name"),
            reasons=reasons,
            owner=owner,
            hint=hint,
        )

    @api.model
    def _duplicate_is_telling(self, vals):
        """Whether enough was typed to look for a known customer."""
        return bool(self.env["crm.duplicate"]._keys_of(vals))

    # Telling who it is

    def _duplicate_visible(self):
        """Those of the records that the user may see in full."""
        readable = self._filtered_access("read")
        return readable - readable._masked_records()

    def _duplicate_names(self):
        return [(self._name, id_) for id_ in self.ids]

    def _duplicate_owner(self):
        """Salesperson of the record."""
        return self.user_id

    def _duplicate_kind(self):
        return "lead"

    # Import

    @api.model
    def load(self, fields, data):
        """Report rows of an imported file that look like known customers."""
        result = super().load(fields, data)
        if self.env.context.get("import_file") and result.get("ids"):
            result["messages"] += self._duplicate_report(result["ids"])
        return result

    @api.model
    def _duplicate_report(self, ids):
        """Messages of the import screen: which rows are known, why and to whom."""
        finder = self.env["crm.duplicate"]
        if finder._entry_mode() == "off":
            return []
        records = self.browse(ids)
        questions = [record._duplicate_question() for record in records]
        messages = []
        for row, found in enumerate(finder._find(questions, limit=1, fuzzy=False)):
            if found:
                messages.append(self._duplicate_message(row, found[0]))
        return messages

    @api.model
    def _duplicate_message(self, row, answer):
        finder = self.env["crm.duplicate"]
        [told] = finder._tell([answer]) or [{"name": False, "owner": False}]
        return {
            "type": "warning",
            "record": row,
            "rows": {"from": row, "to": row},
            "field": self._rec_name,
            "message": self.env._(
                "Row %(row)s may be known already: %(name)s, owner %(owner)s (%(reasons)s)",
                row=row + 1,
                name=told["name"] or self.env._("a customer of a colleague"),
                owner=told["owner"] or self.env._("nobody"),
                reasons=", ".join(finder._explain(answer["reasons"])),
            ),
        }
