from odoo import api, models, tools

from ..tools.territory import Level, Map, Place, Rule, fold, fold_zip, read_zips
from .crm_territory import SIZES

#: Fields whose change moves the borders
BORDERS = frozenset(
    {"active", "parent_id", "company_id", "country_ids", "state_ids", "cities", "zips"}
    | {"industry_ids", "size_from", "size_to", "channel_ids", "is_rest", "priority"}
    | {"name"}
)


class CrmTerritory(models.Model):
    """The map: all territories with conditions, ready to be asked."""

    _inherit = "crm.territory"

    @api.model_create_multi
    def create(self, vals_list):
        territories = super().create(vals_list)
        self.env.registry.clear_cache()
        return territories

    def write(self, vals):
        result = super().write(vals)
        if BORDERS & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @api.private
    def _map(self, company=None):
        """The map of a company, the current one by default."""
        return self._map_of((company or self.env.company).id)

    @api.model
    @tools.ormcache("company_id")
    def _map_of(self, company_id):
        territories = self.sudo().search(
            [("company_id", "in", [company_id, False])], order="complete_name, id"
        )
        rules = []
        for order, territory in enumerate(territories):
            if territory._is_rule():
                rules.append(territory._rule(order))
        return Map(rules)

    def _is_rule(self):
        return bool(self.is_rest or self._level().given())

    def _rule(self, order):
        """The conditions from the root of the tree down to the territory."""
        chain = self
        while chain[0].parent_id:
            chain = chain[0].parent_id | chain
        levels = [territory._level() for territory in chain]
        return Rule(
            self.id,
            tuple(level for level in levels if level.given()),
            depth=len(chain),
            priority=self.priority,
            order=order,
        )

    def _level(self):
        self.ensure_one()
        names = (self.cities or "").replace("\n", ",").replace("，", ",")
        names = names.replace("、", ",").replace(";", ",").split(",")
        sizes = [size for size, _name in SIZES]
        if self.size_from or self.size_to:
            first, last = self.size_from or sizes[0], self.size_to or sizes[-1]
            sizes = [size for size in sizes if first <= size <= last]
        else:
            sizes = []
        return Level(
            countries=frozenset(self.country_ids.ids),
            states=frozenset(self.state_ids.ids),
            cities=frozenset(filter(None, map(fold, names))),
            zips=read_zips(self.zips),
            industries=frozenset(self.industry_ids.ids),
            sizes=frozenset(sizes),
            channels=frozenset(self.channel_ids.ids),
        )

    # Who gets the customers

    def _owners(self):
        """People who get the customers of a territory (``res.users``, active ones)."""
        self.ensure_one()
        people = (self.user_id or self.user_ids).filtered("active")
        if people or not self.parent_id:
            return people
        return self.parent_id._owners()

    def _team(self):
        """The team of a territory, or of the one around it."""
        self.ensure_one()
        return (
            self.team_id or (self.parent_id and self.parent_id._team()) or self.team_id
        )

    # Why

    @api.model
    def _verdict_words(self, verdict):
        """Why a territory takes a customer, in one sentence in the reader's language."""
        _ = self.env._
        if not verdict.rule:
            return _("No territory takes this customer.")
        winner = self.browse(verdict.rule).sudo()
        because = ", ".join(self._condition_label(name) for name in verdict.because)
        if not because:
            return _("Nobody else takes it: the rest goes there.")
        words = [_("It fits by %(conditions)s.", conditions=because)]
        if verdict.over:
            other = self.browse(verdict.over).sudo().complete_name
            if winner.priority:
                words.append(_("Its priority wins over %(other)s.", other=other))
            else:
                words.append(_("That is more specific than %(other)s.", other=other))
        if verdict.rivals:
            others = self.browse(verdict.rivals).sudo().mapped("complete_name")
            words.append(
                _(
                    "Equally specific: %(others)s. The first in the list wins.",
                    others=", ".join(others),
                )
            )
        return " ".join(words)

    @api.model
    def _condition_label(self, name):
        _ = self.env._
        labels = {
            "cities": _("city"),
            "zips": _("postcode"),
            "states": _("state"),
            "countries": _("country"),
            "industries": _("industry"),
            "sizes": _("size"),
            "channels": _("channel"),
        }
        return labels[name]

    @api.model
    def _place(self, values):
        """A place from a dict of plain values; see :meth:`_place_values`."""
        return Place(
            country=values["country_id"] or None,
            state=values["state_id"] or None,
            city=fold(values["city"]),
            zip=fold_zip(values["zip"]),
            industry=values["industry_id"] or None,
            size=values["employee_range"] or "",
            channel=values["sales_channel_id"] or None,
        )
