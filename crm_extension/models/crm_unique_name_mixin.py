from odoo import api, models
from odoo.exceptions import ValidationError

from ..tools.copies import copied_name, name_copies


class CrmUniqueNameMixin(models.AbstractModel):
    """Names of a list that stand there once, in the language of whoever reads it.

    A translated name is one JSON value with all its languages. UNIQUE(name) compares
    these as a whole: an English "NDA" may stand twice as soon as one of the two has a
    Chinese name. So each model has a unique index on the name that everybody sees who
    has no translation, and what the writer sees in their own language is checked here.
    """

    _name = "crm.unique.name.mixin"
    _description = "Name That Stands Once"

    #: Fields beside the name that tell equal names apart
    _unique_name_by = ()

    @api.constrains(lambda self: ["name", *self._unique_name_by])
    def _check_name_once(self):
        known = set()
        everyone = self.sudo().with_context(active_test=False)
        for record in everyone.search([("name", "in", self.mapped("name"))]):
            key = (record.name, *(record[name] for name in self._unique_name_by))
            if key in known:
                raise ValidationError(
                    self.env._(
                        "%(name)s exists already (perhaps archived).", name=record.name
                    )
                )
            known.add(key)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        return vals_list if "name" in (default or {}) else name_copies(self, vals_list)

    def copy_translations(self, new, excluded=()):
        """The copy has a name of its own in every language."""
        super().copy_translations(new, {*excluded, "name"})
        names = self._fields["name"]._get_stored_translations(self)
        if "name" in excluded or not names:
            return
        own = self.env.lang or "en_US"
        new.update_field_translations(
            "name",
            {
                lang: copied_name(self.with_context(lang=lang), name)
                for lang, name in names.items()
                if lang != own
            },
        )
