from odoo import api, fields, models
from odoo.exceptions import UserError

MAX_IDS = 1000
PLAN_STATES = [("started", "Started"), ("declined", "Not needed")]


class CrmLeadPart(models.AbstractModel):
    """What belongs to one lead."""

    _name = "crm.lead.part"
    _description = "Part of a Lead"
    _inherit = ["crm.part.mixin"]

    _part_of = "lead_id"

    user_id = fields.Many2one(
        "res.users", string="By", readonly=True, ondelete="set null"
    )
    date = fields.Datetime(
        string="On", required=True, readonly=True, default=fields.Datetime.now
    )


class CrmLeadCheck(models.Model):
    """An item of the checklist that was ticked on a lead: who and when."""

    _name = "crm.lead.check"
    _description = "Ticked Checklist Item"
    _inherit = ["crm.lead.part"]
    _order = "date desc, id desc"
    _rec_name = "check_id"

    lead_id = fields.Many2one("crm.lead", required=True, ondelete="cascade", index=True)
    check_id = fields.Many2one(
        "crm.stage.check", required=True, ondelete="cascade", index=True, readonly=True
    )

    _date_idx = models.Index("(date DESC, id DESC)")
    _once_uniq = models.UniqueIndex("(lead_id, check_id)", "This is ticked already.")

    def copy_data(self, default=None):
        raise UserError(self.env._("A tick is not copied: tick the item."))


class CrmLeadPlan(models.Model):
    """What became of the plan of a stage on a lead: it is offered once."""

    _name = "crm.lead.plan"
    _description = "Plan of a Stage on a Lead"
    _inherit = ["crm.lead.part"]
    _order = "date desc, id desc"
    _rec_name = "stage_id"

    lead_id = fields.Many2one("crm.lead", required=True, ondelete="cascade", index=True)
    stage_id = fields.Many2one(
        "crm.stage", required=True, ondelete="cascade", index=True, readonly=True
    )
    state = fields.Selection(PLAN_STATES, required=True, readonly=True)

    _date_idx = models.Index("(date DESC, id DESC)")
    _once_uniq = models.UniqueIndex(
        "(lead_id, stage_id)", "The plan of this stage was answered already."
    )

    def copy_data(self, default=None):
        raise UserError(self.env._("A plan is started on the lead, not copied."))


class CrmLead(models.Model):
    """The sales kit of the stage on the lead."""

    _inherit = "crm.lead"

    kit_check_ids = fields.One2many("crm.lead.check", "lead_id", copy=False)
    kit_plan_ids = fields.One2many("crm.lead.plan", "lead_id", copy=False)

    @api.readonly
    def kit_fetch(self):
        """The kit of the stage of one lead, for the panel.

        :return: dict of ``stage``, ``checks``, ``documents``, ``plan`` (False without
            one), ``writable``, ``can_configure``
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "stage": {
                "id": self.stage_id.id,
                "name": self.stage_id.name or "",
                "requirements": self.stage_id.requirements or "",
            },
            "checks": self._kit_checks(),
            "documents": self._kit_documents(),
            "plan": self._kit_plan(),
            "writable": self.has_access("write"),
            "can_configure": self.env["crm.stage"].has_access("write"),
        }

    # Checklist

    def _kit_items(self, stage=None):
        """The items of a stage that concern the team of the lead."""
        items = (stage or self.stage_id).kit_check_ids
        return items.filtered(lambda item: item._is_for(self))

    def _kit_checks(self):
        ticks = {tick.check_id: tick for tick in self.kit_check_ids}
        return [
            {
                "id": item.id,
                "name": item.name,
                "help": item.help or "",
                "is_required": item.is_required,
                "done": self._kit_tick_facts(ticks.get(item)),
            }
            for item in self._kit_items()
        ]

    def _kit_tick_facts(self, tick):
        return bool(tick) and {
            "user": tick.sudo().user_id.name or "",
            "date": fields.Datetime.to_string(tick.date),
        }

    def kit_tick(self, check_id, done=True):
        """Tick an item, or take the tick back; twice is the same as once.

        :return: what :meth:`kit_fetch` returns
        """
        self.ensure_one()
        self.check_access("write")
        is_id = isinstance(check_id, int) and not isinstance(check_id, bool)
        item = self._kit_items().filtered(lambda item: is_id and item.id == check_id)
        if not item:
            raise UserError(
                self.env._("This item is not on the checklist of the stage any more.")
            )
        self.lock_for_update(allow_referencing=True)
        tick = self.kit_check_ids.sudo().filtered(lambda tick: tick.check_id == item)
        if done and not tick:
            tick.create(
                {"lead_id": self.id, "check_id": item.id, "user_id": self.env.uid}
            )
        elif not done:
            tick.unlink()
        self.invalidate_recordset(["kit_check_ids"])
        return self.kit_fetch()

    # Moving on

    @api.model
    @api.readonly
    def kit_open_items(self, lead_ids, stage_id):
        """Required items that are open on leads which shall move on to a stage.

        :param stage_id: id of the stage, or ``"won"``
        :return: dict of ``guard`` (``warn`` or ``block``) and ``items`` (texts)
        """
        leads = self._kit_browse(lead_ids)
        stages = self.env["crm.stage"]
        is_id = isinstance(stage_id, int) and not isinstance(stage_id, bool)
        stage = stages.browse(stage_id if is_id else []).exists()
        if stage_id == "won":
            stage = stages.search([("is_won", "=", True)], limit=1)
        open_items = leads._kit_required_open(stage)
        guards = {lead.stage_id.kit_guard for lead in open_items}
        names = [item.name for items in open_items.values() for item in items]
        return {
            "guard": "block" if "block" in guards else "warn",
            "items": list(dict.fromkeys(names)),
        }

    @api.model
    def _kit_browse(self, lead_ids):
        """Leads that a client names, when the user may read them."""
        ids = lead_ids if isinstance(lead_ids, list) else []
        ids = [
            i for i in ids[:MAX_IDS] if isinstance(i, int) and not isinstance(i, bool)
        ]
        leads = self.browse(ids).exists()
        leads.check_access("read")
        return leads

    def _kit_required_open(self, stage):
        """Map leads that would move on to ``stage`` to their open required items."""
        found = {}
        for lead in self.filtered(lambda lead: lead._kit_moves_on(stage)):
            done = lead.kit_check_ids.check_id
            items = lead._kit_items().filtered("is_required") - done
            if items:
                found[lead] = items
        return found

    def _kit_moves_on(self, stage):
        """Going back, or to a stage at the same place, needs nothing."""
        old = self.stage_id
        return bool(
            stage
            and old
            and stage != old
            and (stage.is_won or stage.sequence > old.sequence)
        )

    def write(self, vals):
        """Where the stage says "refuse", nobody moves on with required items open."""
        if vals.get("stage_id") and not self.env.su:
            stage = self.env["crm.stage"].browse(vals["stage_id"])
            for lead, items in self._kit_required_open(stage).items():
                if lead.stage_id.kit_guard == "block":
                    raise UserError(
                        self.env._(
                            "%(lead)s stays in %(stage)s until this is done: %(items)s",
                            lead=lead.name,
                            stage=lead.stage_id.name,
                            items=", ".join(items.mapped("name")),
                        )
                    )
        return super().write(vals)

    def _merge_dependences(self, opportunities):
        """Ticks and plans of merged leads count on the one that remains."""
        result = super()._merge_dependences(opportunities)
        master = self.sudo()
        leads = opportunities.sudo()
        (leads | master).fetch(["kit_check_ids", "kit_plan_ids"])
        self._kit_take_over(leads.kit_check_ids, master.kit_check_ids, "check_id")
        self._kit_take_over(leads.kit_plan_ids, master.kit_plan_ids, "stage_id")
        return result

    def _kit_take_over(self, parts, own, field):
        """Parts that this lead has not yet, the oldest first."""
        known = own[field]
        for part in parts.sorted("date"):
            if part[field] not in known:
                known |= part[field]
                part.lead_id = self
