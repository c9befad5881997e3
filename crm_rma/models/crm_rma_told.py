from odoo import api, fields, models

# Steps that are told for a transfer as a whole, whatever number of units it carries
BY_TRANSFER = ("received", "shipped")


class CrmRma(models.Model):
    _inherit = "crm.rma"

    parcel_numbers = fields.Char(
        compute="_compute_parcel_numbers",
        compute_sudo=True,
        help="With which number the parcels home can be followed.",
    )
    can_send_quote = fields.Boolean(compute="_compute_can_send_quote")

    @api.depends("line_ids.move_ids.state", "outcome_ids.move_ids.state")
    def _compute_parcel_numbers(self):
        for rma in self:
            sent = rma._tracking_moves(
                lambda move: move._rma_is_shipment() or move._rma_is_replacement()
            )
            numbers = rma._tracking_numbers(sent.picking_id)
            rma.parcel_numbers = ", ".join(numbers)

    @api.depends("is_open", "line_ids.repair_ids.sale_order_id.state")
    def _compute_can_send_quote(self):
        for rma in self:
            orders = rma.line_ids._asked_repairs().sale_order_id
            rma.can_send_quote = rma.is_open and "draft" in orders.mapped("state")

    def action_send_quote(self):
        """The quotation is complete: the customer is told and may answer on the page."""
        todo = self._begin("can_send_quote")
        if not todo:
            return self._nothing_to_do()
        orders = todo.line_ids._asked_repairs().sale_order_id.sudo()
        orders.filtered(lambda order: order.state == "draft").action_quotation_sent()
        return True

    def _is_worth_telling(self, event):
        """Of a return of many units: repaired is told when nothing is on the bench."""
        self.ensure_one()
        return event != "repaired" or not self.sudo().line_ids._open_repairs()


class CrmRmaLine(models.Model):
    _inherit = "crm.rma.line"

    def _project_events(self, events):
        """Whatever enters the customer's history is told to the customer, too.

        Events with a date of their own are of the past: nobody is written to.
        """
        rows = super()._project_events(events)
        told = [event for event in events if event[0] and len(event) == 3]
        self.env["crm.rma.notice"]._tell(self._told_steps(told))
        return rows

    def _told_steps(self, events):
        """What the customer hears of some events, each only once.

        :return: ``[(crm.rma, step, document)]``
        """
        known = dict(self.env["crm.rma.notice"]._selection_step())
        steps = {}
        for line, event, occurrence in events:
            if event in known and line.rma_id._is_worth_telling(event):
                document = self._told_document(line, event, occurrence)
                steps[line.rma_id.id, event, document] = line.rma_id
        return [(rma, step, document) for (_id, step, document), rma in steps.items()]

    def _told_document(self, line, event, occurrence):
        """What a message is about: the transfer, else the occurrence itself."""
        if event in BY_TRANSFER:
            move = self.env["stock.move"].sudo().browse(occurrence)
            return f"p{move.picking_id.id}" if move.picking_id else f"m{move.id}"
        if event == "repaired":
            return f"r{max(line.rma_id.sudo().line_ids.repair_ids.ids)}"
        return f"{occurrence}"


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def write(self, vals):
        """A quotation for a repair that is ready is told, whoever says so: the button
        of the RMA or the one of the quotation."""
        result = super().write(vals)
        if vals.get("state") == "sent" and not self.env.context.get("mark_so_as_sent"):
            self.env["crm.rma.notice"]._tell(
                [
                    (rma, "quote", f"{order.id}")
                    for order in self.sudo()
                    for rma in order._rma_asked_lines().rma_id
                ]
            )
        return result
