from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

ITEMS_SHOWN = 20
MAX_SEARCH = 100
ROW_STATES = ("todo", "done", "skipped", "failed", "undone", "kept")


class CrmHandover(models.Model):
    """What the screens show: the steps, what there is, the preview, the progress."""

    _inherit = "crm.handover"

    progress = fields.Json(compute="_compute_progress")
    record_count = fields.Integer(string="Records", compute="_compute_progress")
    done_count = fields.Integer(string="Done", compute="_compute_progress")
    failed_count = fields.Integer(string="Failed", compute="_compute_progress")
    kept_count = fields.Integer(string="Changed since", compute="_compute_progress")
    can_undo = fields.Boolean(compute="_compute_can_undo")
    can_archive = fields.Boolean(compute="_compute_can_archive")

    # Steps

    def action_next(self):
        """The next step; the preview is planned when it is reached."""
        self.ensure_one()
        self.check_access("write")
        steps = ["who", "what", "split", "preview"]
        if self.state != "draft" or self.step not in steps[:-1]:
            raise UserError(self.env._("There is no further step before the start."))
        step = steps[steps.index(self.step) + 1]
        if step == "preview":
            self._check_split()
            self._machine()._plan()
        self.step = step

    def action_back(self):
        """The step before."""
        self.ensure_one()
        self.check_access("write")
        steps = ["who", "what", "split", "preview"]
        if self.state != "draft" or self.step not in steps[1:]:
            raise UserError(self.env._("There is no step before this one."))
        self.step = steps[steps.index(self.step) - 1]

    def action_replan(self):
        """Deal out again; what was given by hand stays."""
        self.ensure_one()
        self.check_access("write")
        self._check_draft()
        self._machine()._plan()

    def _check_split(self):
        self._check_people()
        if not self.receiver_ids:
            raise UserError(self.env._("Name at least one receiver."))

    # Preview

    @api.readonly
    def preview_fetch(self, search=None, user_id=None):
        """The plan in numbers, and the customers that matter most.

        :param search: text in the name of a customer
        :param user_id: only what goes to this person; 0: what has no receiver
        :return: dict of ``kinds`` (name, title, icon), ``receivers`` (id, name, counts
            by kind, ``customers``), ``unassigned`` and ``items`` (the first of them)
        """
        self.ensure_one()
        self.check_access("read")
        items = self.env["crm.handover.item"]
        domain = self._preview_domain(search, user_id)
        totals = self._preview_totals()
        named = self.receiver_ids.user_id
        people = named | named.browse(user for user in totals if user) - named
        return {
            "kinds": [
                {"name": name, "title": spec["title"], "icon": spec["icon"]}
                for name, spec in self._handover_specs().items()
                if any(counts.get(name) for counts in totals.values())
            ],
            "receivers": [
                {
                    "id": user.id,
                    "name": user.sudo().name,
                    "is_named": user in named,
                    "counts": totals.get(user.id, {}),
                }
                for user in people
            ],
            "unassigned": totals.get(False, {}),
            "items": [
                item._preview_item() for item in items.search(domain, limit=ITEMS_SHOWN)
            ],
            "total": items.search_count([("handover_id", "=", self.id)]),
        }

    def _preview_domain(self, search, user_id):
        domain = [("handover_id", "=", self.id)]
        if search and isinstance(search, str):
            domain.append(("name", "ilike", search.strip()[:MAX_SEARCH]))
        if isinstance(user_id, int) and not isinstance(user_id, bool):
            domain.append(("to_user_id", "=", user_id or False))
        return domain

    def _preview_totals(self):
        """Map receivers to ``{kind: records}``, ``units`` among them: one query."""
        self.item_ids.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT i.to_user_id, k.key, SUM(k.value::int)
                     FROM crm_handover_item i
               CROSS JOIN LATERAL jsonb_each_text(
                          COALESCE(i.counts, '{}') || '{"units": 1}') k
                    WHERE i.handover_id = %s GROUP BY 1, 2""",
                self.id,
            )
        )
        totals = {}
        for user_id, kind, count in rows:
            totals.setdefault(user_id or False, {})[kind] = int(count)
        return totals

    def assign(self, item_ids, user_id):
        """Give customers to a receiver by hand.

        :param item_ids: ids of ``crm.handover.item`` of this handover
        :param user_id: one of the receivers, False for nobody yet
        """
        self.ensure_one()
        self.check_access("write")
        if not isinstance(item_ids, list) or not all(type(i) is int for i in item_ids):
            raise UserError(self.env._("The customers cannot be read."))
        items = self.env["crm.handover.item"].search(
            [("id", "in", item_ids), ("handover_id", "=", self.id)]
        )
        items.write({"to_user_id": user_id})
        return True

    def action_open_items(self):
        """Every customer of the plan, to be given by hand, filtered, grouped."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_extension.crm_handover_item_action"
        )
        return {**action, "domain": [("handover_id", "=", self.id)]}

    def action_open_rows(self):
        """The audit: every record with who, when, from and to."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_extension.crm_handover_row_action"
        )
        state = self.env.context.get("row_state")
        return {
            **action,
            "domain": [("handover_id", "=", self.id)],
            "context": {f"search_default_{state}": 1} if state in ROW_STATES else {},
        }

    # Progress

    def _progress_counts(self):
        """Map states of rows to numbers: one query."""
        self.ensure_one()
        groups = (
            self.env["crm.handover.row"]
            .sudo()
            ._read_group([("handover_id", "=", self.id)], ["state"], ["__count"])
        )
        return {**dict.fromkeys(ROW_STATES, 0), **dict(groups)}

    @api.depends("state", "step", "row_ids.state")
    def _compute_progress(self):
        groups = (
            self.env["crm.handover.row"]
            .sudo()
            ._read_group(
                [("handover_id", "in", self.ids)], ["handover_id", "state"], ["__count"]
            )
        )
        counts = {(handover.id, state): count for handover, state, count in groups}
        for handover in self:
            mine = {state: counts.get((handover.id, state), 0) for state in ROW_STATES}
            total = sum(mine.values())
            left = mine["done"] if handover.state == "undoing" else mine["todo"]
            handover.record_count = total
            handover.done_count = mine["done"]
            handover.failed_count = mine["failed"]
            handover.kept_count = mine["kept"]
            handover.progress = {
                **mine,
                "total": total,
                "percent": round(100 * (total - left) / total, 1) if total else 0,
            }

    @api.depends("state", "undo_until")
    def _compute_can_undo(self):
        now = fields.Datetime.now()
        for handover in self:
            until = handover.undo_until
            handover.can_undo = handover.state in ("done", "stopped") and (
                not until or now <= until
            )

    @api.depends("state", "kind", "from_user_id.active")
    @api.depends_context("uid")
    def _compute_can_archive(self):
        may = self.env["res.users"].has_access("write")
        for handover in self:
            handover.can_archive = (
                may
                and handover.kind == "leave"
                and handover.state == "done"
                and handover.from_user_id.active
            )

    def action_archive_person(self):
        """Archive whoever left, now that nothing is open."""
        self.ensure_one()
        self.from_user_id.with_env(self.env).action_archive()


class CrmHandoverItem(models.Model):
    _inherit = "crm.handover.item"

    def _preview_item(self):
        """One line of the preview as plain data."""
        reasons = dict(self._fields["reason"]._description_selection(self.env))
        return {
            "id": self.id,
            "name": self.title or "",
            "partner_id": self.partner_id.id,
            "level": self.level_id.name or "",
            "color": self.level_id.color,
            "contents": self.contents,
            "user_id": self.to_user_id.id,
            "user": self.to_user_id.sudo().name or "",
            "reason": reasons.get(self.reason, ""),
            "is_pinned": self.is_pinned,
        }
