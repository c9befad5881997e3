from datetime import timedelta

from odoo import api, fields, models

# What is told twice within so short a time is the same thing
SAME_EVENT = timedelta(minutes=2)


class CrmInteractionBackfill(models.Model):
    """Sources of this addon: the same rows as the hooks write, from what is there."""

    _inherit = "crm.interaction.backfill"

    @api.model
    def _backfill_names(self):
        """What the sources are called, in the reader's language."""
        return {
            **super()._backfill_names(),
            "todo": self.env._("To-dos that were done"),
            "meeting": self.env._("Meetings that were held"),
            "order": self.env._("Quotations and orders"),
            "invoice": self.env._("Invoices and credit notes"),
            "payment": self.env._("Payments"),
            "visit": self.env._("Visit sources of customers"),
            "chat": self.env._("Live chats"),
        }

    @api.model
    def _backfill_sources(self):
        names = self._backfill_names()
        now = fields.Datetime.now()
        sale_types = ("out_invoice", "out_refund", "out_receipt")
        sources = {
            "todo": {
                "name": names["todo"],
                "sequence": 20,
                "model": "mail.activity",
                "domain": [
                    ("active", "=", False),
                    ("date_done", "!=", False),
                    ("res_model", "in", self._backfill_models()),
                ],
            },
            "meeting": {
                "name": names["meeting"],
                "sequence": 30,
                "model": "calendar.event",
                "domain": [("active", "=", True), ("stop", "<=", now)],
            },
            "order": {
                "name": names["order"],
                "sequence": 40,
                "model": "sale.order",
                "domain": [("state", "!=", "draft")],
            },
            "invoice": {
                "name": names["invoice"],
                "sequence": 50,
                "model": "account.move",
                "domain": [("state", "=", "posted"), ("move_type", "in", sale_types)],
            },
            "payment": {
                "name": names["payment"],
                "sequence": 60,
                "model": "account.payment",
                "domain": [
                    ("state", "in", ("in_process", "paid")),
                    ("partner_type", "=", "customer"),
                ],
            },
            "visit": {
                "name": names["visit"],
                "sequence": 90,
                "model": "res.partner",
                "domain": ["|", ("parent_id", "=", False), ("is_company", "=", True)],
            },
        }
        if "livechat_end_dt" in self.env["discuss.channel"]._fields:
            sources["chat"] = {
                "name": names["chat"],
                "sequence": 70,
                "model": "discuss.channel",
                "domain": [
                    ("channel_type", "=", "livechat"),
                    ("livechat_end_dt", "!=", False),
                ],
            }
        return {**super()._backfill_sources(), **sources}

    @api.model
    def _backfill_models(self):
        """Names of the models whose documents belong to a customer."""
        return [
            name
            for name, model in self.env.items()
            if hasattr(model, "_timeline_values") and not model._abstract
        ]

    def _backfill_meeting(self, events):
        return events._timeline_project_held()

    def _backfill_invoice(self, moves):
        settled = moves.filtered(lambda move: move._timeline_is_settled())
        return moves._timeline_project_posted() | settled._timeline_project_paid()

    def _backfill_payment(self, payments):
        return payments._timeline_project_received()

    def _backfill_chat(self, channels):
        return channels._timeline_project_chats()

    def _backfill_todo(self, todos):
        """To-dos that an interaction reports are told by that."""
        rows = self.env["crm.interaction"].sudo().with_context(active_test=False)
        reported = rows.search([("activity_id", "in", todos.ids)]).activity_id
        told = todos.calendar_event_id._timeline_told()
        documents = (todos - reported)._timeline_documents()
        return rows._project(
            [
                {
                    **todo._prepare_timeline_done(document, todo.feedback, told),
                    "user_id": todo.user_id.id,
                    "date": document._timeline_moment(todo.date_done),
                }
                for todo, document in documents.items()
            ]
        )

    def _backfill_visit(self, customers):
        """First and last touch of customers from their leads and lone orders."""
        known = [("partner_id.commercial_partner_id", "in", customers.ids)]
        source = ["|", ("source_id", "!=", False), ("campaign_id", "!=", False)]
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        orders = (
            self.env["sale.order"]
            .sudo()
            .search([*known, *source, ("opportunity_id", "=", False)])
        )
        partners = self.env["res.partner"]
        touches = partners._touches_of(leads.search(known + source), "create_date")
        partners._record_touches(touches + partners._touches_of(orders, "create_date"))
        return self.env["crm.interaction"]

    def _backfill_order(self, orders):
        """Sent and viewed are told by the chatter, the others by the order."""
        events = orders._timeline_past_views() + orders._timeline_past_events()
        return self.env["crm.interaction"]._project(self._backfill_numbered(events))

    @api.model
    def _backfill_numbered(self, events):
        """Values of the events that the history does not tell yet.

        :param events: list of ``(record, event, vals, once)`` of one model; ``vals``
            has a ``date``. A milestone that can happen again gets the next number
            unless a row tells it at the same time.
        """
        told = self._backfill_told([record for record, *_rest in events])
        result = []
        for record, event, vals, once in sorted(events, key=lambda e: e[2]["date"]):
            dates = told.setdefault((record.id, f"{record._name}:{event}"), [])
            if any(once or abs(vals["date"] - date) < SAME_EVENT for date in dates):
                continue
            dates.append(vals["date"])
            key = f"{record._name},{record.id}:{event}:{len(dates)}"
            result.append({**record._timeline_values(), "source_key": key, **vals})
        return result

    @api.model
    def _backfill_told(self, records):
        """Map ``(id, event)`` to the dates at which the history tells it."""
        rows = self.env["crm.interaction"].sudo().with_context(active_test=False)
        rows = rows.search_fetch(
            [
                ("res_model", "in", [r._name for r in records[:1]]),
                ("res_id", "in", [r.id for r in records]),
                ("origin", "=", "projected"),
            ],
            ["res_id", "event", "date"],
        )
        told = {}
        for row in rows:
            told.setdefault((row.res_id, row.event), []).append(row.date)
        return told
