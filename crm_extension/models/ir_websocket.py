import re

from odoo import models

TIMELINE_CHANNEL = re.compile(r"^crm_timeline/(res\.partner|crm\.lead)/(\d{1,9})$")


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Let people listen to the timelines of customers and leads they may read."""
        wanted, others = {}, []
        for channel in channels:
            is_text = isinstance(channel, str)
            if found := is_text and TIMELINE_CHANNEL.match(channel):
                wanted.setdefault(found[1], set()).add(int(found[2]))
            elif not is_text or not channel.startswith("crm_timeline"):
                others.append(channel)
        others += self._timeline_channels(wanted)
        return super()._build_bus_channel_list(others)

    def _timeline_channels(self, wanted):
        """Channels of ``{model: ids}`` that the user may read."""
        if not wanted or not self.env["crm.interaction"].has_access("read"):
            return []
        return [
            (record, "timeline")
            for model, ids in wanted.items()
            if self.env[model].has_access("read")
            for record in self.env[model].search([("id", "in", list(ids))])
        ]
