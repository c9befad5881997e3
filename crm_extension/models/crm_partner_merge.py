from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, html2plaintext

from ..tools.duplicate_keys import code_key

MANAGER = "sales_team.group_sale_manager"
MOST = 20
#: What people compare; other fields keep the survivor's value or fill a gap.
FIELDS = (
    *("name", "is_company", "parent_id", "vat", "company_registry", "ref"),
    *("phone", "email", "website", "street", "street2", "zip", "city", "state_id"),
    *("country_id", "lang", "user_id", "territory_id", "function", "comment"),
)


class CrmPartnerMerge(models.AbstractModel):
    """The preview of a merge, side by side, and the merge of what was chosen."""

    _name = "crm.partner.merge"
    _description = "Merge Customers"

    @api.model
    def preview(self, partner_ids):
        """Everything that the preview shows, in one call.

        :return: ``{"partners": [{id, name, created, active}], "survivor": id,
            "fields": [{name, label, values: [text], differs, best}],
            "moves": [{label, counts}], "refusals": [sentence]}``; lists of values and
            counts are in the order of the partners
        """
        partners = self._partners(partner_ids)
        survivor = self._survivor(partners)
        return {
            "partners": [self._tell_partner(partner) for partner in partners],
            "survivor": survivor.id,
            "fields": self._compare(partners, survivor),
            "moves": self._moves(partners),
            "refusals": self._refusals(partners, survivor),
        }

    @api.model
    def merge(self, partner_ids, survivor_id, choices=None):
        """Merge customers into one of them.

        :param choices: ``{field name: id of the partner whose value stays}``
        :return: id of the ``crm.merge.log``
        :raises UserError: in words, when they cannot be merged
        """
        partners = self._partners(partner_ids)
        survivor = partners.filtered(lambda partner: partner.id == survivor_id)
        if not survivor:
            raise UserError(self.env._("Choose which of the customers remains."))
        if refusals := self._refusals(partners, survivor):
            raise UserError("\n".join(refusals))
        values = self._chosen(partners, choices or {})
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo()
        log = wizard.create({})._crm_merge(partners.sudo(), survivor.sudo(), values)
        return log.id

    @api.model
    def _partners(self, partner_ids):
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only a sales manager can merge customers."))
        if not isinstance(partner_ids, list) or not all(
            isinstance(id_, int) for id_ in partner_ids
        ):
            raise UserError(self.env._("Choose at least two customers."))
        partners = self.env["res.partner"].browse(dict.fromkeys(partner_ids)).exists()
        if not 2 <= len(partners) <= MOST:
            raise UserError(
                self.env._("Choose between 2 and %(most)s customers.", most=MOST)
            )
        partners.check_access("write")
        return partners

    @api.model
    def _survivor(self, partners):
        """The one with a login, else the active one with the most, else the oldest."""
        weights = self._weights(partners)
        return partners.sorted(
            lambda p: (not p.sudo().user_ids, not p.active, -weights[p.id], p.id)
        )[0]

    @api.model
    def _weights(self, partners):
        moves = self._moves(partners)
        return {
            partner.id: sum(row["counts"][n] for row in moves)
            for n, partner in enumerate(partners)
        }

    @api.model
    def _tell_partner(self, partner):
        return {
            "id": partner.id,
            "name": partner.display_name,
            "created": partner.create_date.date().isoformat(),
            "active": partner.active,
        }

    # Side by side

    @api.model
    def _compare(self, partners, survivor):
        """Rows of the comparison: fields in which somebody has a value."""
        labels = partners.fields_get(FIELDS, ["string"])
        rows = []
        for name in FIELDS:
            if name not in labels:
                continue
            texts = [self._text(partner, name) for partner in partners]
            if any(texts):
                rows.append(
                    {
                        "name": name,
                        "label": labels[name]["string"],
                        "values": texts,
                        "differs": len(set(filter(None, texts))) > 1,
                        "best": self._best(partners, survivor, texts),
                    }
                )
        return rows

    @api.model
    def _text(self, partner, name):
        field = partner._fields[name]
        value = partner[name]
        if field.type == "many2one":
            return value.display_name or ""
        if field.type == "boolean":
            return self.env._("Yes") if value else ""
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value) or ""
        if field.type == "html":
            return html2plaintext(value or "").strip()
        return str(value or "")

    @api.model
    def _best(self, partners, survivor, texts):
        """Whose value is taken unless the user chooses: the survivor's, or a value."""
        filled = [p.id for p, text in zip(partners, texts, strict=True) if text]
        return survivor.id if survivor.id in filled else filled[0]

    @api.model
    def _chosen(self, partners, choices):
        """Values for the survivor out of the choices of a client."""
        values = {}
        for name, partner_id in choices.items():
            source = partners.filtered(lambda p, id_=partner_id: p.id == id_)
            if name not in FIELDS or not source:
                raise UserError(
                    self.env._("This choice is not possible: %s", str(name))
                )
            value = source.sudo()[name]
            values[name] = value.id if partners._fields[name].relational else value
        return values

    # What moves

    @api.model
    def _moves(self, partners):
        """Rows of other models that point at each partner: one query for each table."""
        schema = self.env["crm.merge.schema"]
        counts = {}
        for table, column in schema._references("res_partner"):
            self._count(counts, table, SQL.identifier(column), SQL("TRUE"), partners)
        counts.pop("res_partner", None)
        self._count(
            counts, "res_partner", SQL.identifier("parent_id"), SQL("TRUE"), partners
        )
        for table, model, column in schema._pairs():
            own = SQL("%s = 'res.partner'", SQL.identifier(model))
            self._count(counts, table, SQL.identifier(column), own, partners)
        labels = schema._labels()
        rows = [
            {"label": labels[table], "counts": [found.get(p.id, 0) for p in partners]}
            for table, found in counts.items()
            if table in labels and found
        ]
        return sorted(rows, key=lambda row: -sum(row["counts"]))

    @api.model
    def _count(self, counts, table, column, condition, partners):
        rows = self.env.execute_query(
            SQL(
                "SELECT %(column)s, COUNT(*) FROM %(table)s"
                " WHERE %(column)s = ANY(%(ids)s) AND %(condition)s GROUP BY %(column)s",
                column=column,
                table=SQL.identifier(table),
                ids=partners.ids,
                condition=condition,
            )
        )
        found = counts.setdefault(table, {})
        for id_, count in rows:
            found[id_] = max(found.get(id_, 0), count)

    # Refusals

    @api.model
    def _refusals(self, partners, survivor):
        """Why these customers cannot be merged, in words; empty when they can."""
        everybody = partners.sudo().with_context(active_test=False)
        rules = (
            (
                len(everybody.company_id) > 1,
                self.env._("They belong to different companies of ours."),
            ),
            (
                self._tax_numbers(everybody) > 1,
                self.env._("They have different tax numbers: two customers, not one."),
            ),
            (
                bool(everybody & self._own_partners(everybody)),
                self.env._("One of them is a company or a colleague of ours."),
            ),
            (
                len(everybody.user_ids) > 1,
                self.env._("More than one of them can log in to the portal."),
            ),
            (
                bool((everybody - survivor).user_ids),
                self.env._("The one who can log in to the portal must remain."),
            ),
            (
                self._are_related(everybody),
                self.env._(
                    "One of them belongs to another one: a company and its contact."
                ),
            ),
        )
        return [sentence for refused, sentence in rules if refused]

    @api.model
    def _tax_numbers(self, partners):
        numbers = {
            code_key(partner.vat) for partner in partners if not partner.parent_id
        }
        return len(numbers - {""})

    @api.model
    def _own_partners(self, partners):
        among = [("partner_id", "in", partners.ids)]
        companies = self.env["res.company"].sudo().search(among)
        users = self.env["res.users"].sudo().with_context(active_test=False)
        users = users.search([("share", "=", False), *among])
        return companies.partner_id | users.partner_id

    @api.model
    def _are_related(self, partners):
        related = partners.search(
            [("id", "child_of", partners.ids), ("id", "in", partners.ids)]
        )
        return any(self._above(partner) & partners for partner in related)

    @api.model
    def _above(self, partner):
        above = partner.browse()
        while partner.parent_id and partner.parent_id not in above:
            partner = partner.parent_id
            above |= partner
        return above
