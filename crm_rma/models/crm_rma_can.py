from odoo import api, fields, models


class CrmRma(models.Model):
    """Which steps are possible now: each button is judged by itself, so that a step
    asks for no more than its own."""

    _inherit = "crm.rma"

    can_approve = fields.Boolean(compute="_compute_can_by_state")
    can_cancel = fields.Boolean(compute="_compute_can_by_state")
    can_close = fields.Boolean(compute="_compute_can_close")
    can_receive = fields.Boolean(compute="_compute_can_receive")
    can_decide = fields.Boolean(compute="_compute_can_decide")
    can_repair = fields.Boolean(compute="_compute_can_repair")
    can_finish = fields.Boolean(compute="_compute_can_finish")
    can_ship = fields.Boolean(compute="_compute_can_ship")
    can_return = fields.Boolean(compute="_compute_can_return")

    @api.depends("state", "line_ids")
    def _compute_can_by_state(self):
        for rma in self:
            rma.can_approve = rma.state == "new" and bool(rma.line_ids)
            rma.can_cancel = rma.state in ("new", "expected")

    @api.depends("state", "line_ids.move_ids.state")
    def _compute_can_close(self):
        for rma in self:
            gone = rma.state in ("shipped", "left")
            rma.can_close = gone and not rma.line_ids._open_moves()

    @api.model
    def _can_depends(self):
        """On which fields it depends what can be done with the units. Hook."""
        return (
            "state",
            "line_ids.place",
            "line_ids.qty_undecided",
            "line_ids.repair_ids.state",
            "line_ids.repair_ids.sale_order_id.state",
            "line_ids.is_goodwill",
        )

    @api.depends(lambda self: self._can_depends())
    def _compute_can_receive(self):
        self._judge_step("receive")

    @api.depends(lambda self: self._can_depends())
    def _compute_can_decide(self):
        self._judge_step("decide")

    @api.depends(lambda self: self._can_depends())
    def _compute_can_repair(self):
        self._judge_step("repair")

    @api.depends(lambda self: self._can_depends())
    def _compute_can_finish(self):
        self._judge_step("finish")

    @api.depends(lambda self: self._can_depends())
    def _compute_can_ship(self):
        self._judge_step("ship")

    @api.depends(lambda self: self._can_depends())
    def _compute_can_return(self):
        self._judge_step("return")

    def _judge_step(self, step):
        """An open RMA can do ``step`` when one of its units can."""
        for rma in self:
            lines = rma.line_ids if rma.is_open else rma.line_ids.browse()
            rma[f"can_{step}"] = any(getattr(line, f"_can_{step}")() for line in lines)
