from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_interaction import CHANNELS

HOURS = range(25)
# Channels that somebody logs by hand
LOGGED = [name for name, _label in CHANNELS if name not in ("document", "service")]


class ResUsersSettings(models.Model):
    _inherit = "res.users.settings"

    crm_workbench = fields.Json(
        string="Workbench", help="Buckets, first channel and quiet hours of the person."
    )


class CrmWorkbench(models.AbstractModel):
    """Personal settings: which buckets in which order, first channel, quiet hours,
    and whether the day starts here."""

    _inherit = "crm.workbench"

    @api.model
    def _workbench_settings(self, user):
        """Settings of a person, complete."""
        settings = user.sudo().res_users_settings_id.crm_workbench or {}
        return {
            "order": settings.get("order", []),
            "hidden": settings.get("hidden", []),
            "channel": settings.get("channel", False),
            "quiet_from": settings.get("quiet_from", False),
            "quiet_to": settings.get("quiet_to", False),
            "remind": settings.get("remind", True),
        }

    @api.model
    def settings(self):
        """What the dialog of the settings shows."""
        self._workbench_user()
        user = self.env.user
        settings = self._workbench_settings(user)
        buckets = self._workbench_buckets()
        place = {name: number for number, name in enumerate(settings["order"])}
        names = sorted(
            buckets, key=lambda name: (place.get(name, 999), buckets[name]["sequence"])
        )
        labels = dict(
            self.env["crm.interaction"]
            ._fields["channel"]
            ._description_selection(self.env)
        )
        return {
            **settings,
            "buckets": [
                {
                    "name": name,
                    "title": buckets[name]["title"],
                    "icon": buckets[name]["icon"],
                    "sequence": buckets[name]["sequence"],
                    "shown": name not in settings["hidden"],
                }
                for name in names
            ],
            "channels": [[name, labels[name]] for name in LOGGED],
            "start_page": user.sudo().action_id.id == self._workbench_action().id,
        }

    @api.model
    def save_settings(self, values):
        """Keep the settings of the current user.

        :param values: some of ``order`` and ``hidden`` (lists of bucket names),
            ``channel``, ``quiet_from`` and ``quiet_to`` (hours 0-24 or False),
            ``remind``, ``start_page`` (booleans)
        """
        self._workbench_user()
        if not isinstance(values, dict):
            raise UserError(self.env._("The settings cannot be read."))
        known = self._workbench_settings(self.env.user)
        chosen = {name: values[name] for name in known.keys() & values.keys()}
        self._workbench_check_settings(chosen)
        # sudo: people may not write their settings record; it is their own
        record = self.env["res.users.settings"]._find_or_create_for_user(self.env.user)
        record.sudo().crm_workbench = {**known, **chosen}
        if "start_page" in values:
            self._workbench_start_here(bool(values["start_page"]))
        return True

    @api.model
    def _workbench_check_settings(self, values):
        buckets = self._workbench_buckets()
        for name in ("order", "hidden"):
            names = values.get(name, [])
            if not isinstance(names, list) or any(
                not isinstance(item, str) or item not in buckets for item in names
            ):
                raise UserError(self.env._("There is no such list on the workbench."))
        if values.get("channel") and values["channel"] not in LOGGED:
            raise UserError(self.env._("There is no such channel."))
        for name in ("quiet_from", "quiet_to"):
            hour = values.get(name, False)
            if hour is not False and (isinstance(hour, bool) or hour not in HOURS):
                raise UserError(self.env._("Quiet hours are full hours from 0 to 24."))
        if not isinstance(values.get("remind", True), bool):
            raise UserError(self.env._("The settings cannot be read."))

    @api.model
    def _workbench_start_here(self, start):
        """Make the workbench the user's home page, or give the old one back."""
        user, action = self.env.user, self._workbench_action()
        if start:
            user.action_id = action.id
        elif user.sudo().action_id.id == action.id:
            user.action_id = False

    @api.model
    def _workbench_action(self):
        return self.env.ref("crm_extension.crm_workbench_action").sudo()


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Tell the client whether the user has a workbench (reminders)."""
        history = "crm_extension.crm_extension_group_history"
        return {
            **super().session_info(),
            "crm_workbench": self.env.user.has_group(history),
        }
