from odoo import api, fields, models
from odoo.tools import SQL, format_date

EVENT = "crm.handover.item"


class CrmHandover(models.Model):
    """Who must know: the history of the customer, the receivers, the customer."""

    _inherit = "crm.handover"

    # Items that are done

    def _finish_items(self, items):
        """Items with no record left to move are done: it stands in the history of the
        customer, and the customer gets a letter when that was asked for."""
        done = items - self._items_with("todo", items)
        if not done:
            return
        done.write({"state": "done", "date_done": fields.Datetime.now()})
        customers = done.filtered("partner_id")
        taken = self._items_with("done", customers, kind="customers")
        self.env["crm.interaction"]._project(
            [item._prepare_event(item in taken) for item in customers]
        )
        self._send_letters(taken)

    def _items_with(self, state, items, kind=None):
        """Those of the items that have a row in this state (of this kind)."""
        rows = self.env["crm.handover.row"]
        domain = [("item_id", "in", items.ids), ("state", "=", state)]
        if kind:
            domain.append(("kind", "=", kind))
        groups = rows._read_group(domain, ["item_id"])
        return items.browse(item.id for (item,) in groups)

    def _finish_undone_items(self, items):
        """Items of which nothing is with the receiver any more, but for what is kept."""
        undone = items - self._items_with("done", items)
        undone = undone & self._items_with("undone", undone)
        undone.write({"state": "undone"})
        self._drop_letters(undone)
        taken = self._items_with("undone", undone, kind="customers")
        self.env["crm.interaction"]._project(
            [item._prepare_event_back() for item in taken.filtered("partner_id")]
        )
        if self.kind == "cover":
            self._bring_todos_back(undone)

    def _bring_todos_back(self, items):
        """What somebody who stood in has planned meanwhile for these customers."""
        spec = self._handover_specs(every=True)["todos"]
        for (giver, receiver), batch in (
            items.filtered("partner_id")
            .grouped(lambda item: (item.from_user_id, item.to_user_id))
            .items()
        ):
            query = self.with_context(handover_all_todos=True)._handover_query(
                {**spec, "domain": [("active", "=", True)]}, receiver.ids
            )
            query.add_where(
                SQL(
                    "%s = ANY(%s) AND %s >= %s",
                    self._handover_customer_todo(query.table),
                    batch.partner_id.ids,
                    SQL.identifier(query.table, "create_date"),
                    self.date_run,
                )
            )
            todos = self.env["mail.activity"].sudo().browse(query.get_result_ids())
            if todos and giver:
                self._handover_write_todos(self._quiet(todos), giver, "user_id")

    # Receivers

    def _tell_people(self):
        """A to-do for everybody who received something, once, and a word to the one who
        started it."""
        groups = self.env["crm.handover.item"]._read_group(
            [("handover_id", "=", self.id), ("state", "=", "done")],
            ["to_user_id"],
            ["partner_id:count_distinct", "record_count:sum"],
        )
        if self.state == "done":
            self.env["mail.activity"].with_context(
                mail_activity_quick_update=True
            ).create(
                [
                    self._prepare_receiver_todo(user, *counts)
                    for user, *counts in groups
                    if user and user != self.started_by_id
                ]
            )
        people = self.item_ids.to_user_id | self.item_ids.from_user_id
        people._workbench_changed()
        self._tell_starter()

    def _prepare_receiver_todo(self, user, customers, records):
        """Values of the to-do that tells a receiver what came, in their language."""
        reader = self.with_context(lang=user.lang or self.env.lang)
        values = {
            "customers": customers,
            "records": records or 0,
            "person": self.from_user_id.name or "",
        }
        if not self.from_user_id:
            summary = reader.env._("%(customers)s customers are yours now", **values)
        elif self.kind == "cover":
            until = format_date(reader.env, self.date_end)
            summary = reader.env._(
                "You stand in for %(person)s until %(until)s: %(customers)s customers",
                **values,
                until=until,
            )
        else:
            summary = reader.env._(
                "%(customers)s customers of %(person)s are yours now", **values
            )
        return {
            "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
            "user_id": user.id,
            "summary": summary,
            "note": self._notes_for(user) or False,
            "date_deadline": fields.Date.context_today(self),
        }

    def _notes_for(self, user):
        """The note to everybody, then that to one receiver."""
        own = self.receiver_ids.filtered(lambda line: line.user_id == user).note
        return "\n".join(filter(None, (self.note, own)))

    def _tell_starter(self):
        counts = self._progress_counts()
        reader = self.with_context(lang=self.started_by_id.lang or self.env.lang)
        if self.state == "undone":
            message = reader.env._(
                "%(name)s: %(undone)s records are back, %(kept)s were changed since.",
                name=reader.display_name,
                **counts,
            )
        else:
            message = reader.env._(
                "%(name)s: %(done)s records handed over, %(failed)s failed.",
                name=reader.display_name,
                **counts,
            )
        self.started_by_id._bus_send(
            "simple_notification",
            {"type": "info", "title": reader.env._("Handover"), "message": message},
        )

    # Letters: the outbox sends them

    def _send_letters(self, items):
        """Hook: write to customers that have another salesperson now."""

    def _drop_letters(self, items):
        """Hook: letters that have not left are not sent any more."""


class CrmHandoverItem(models.Model):
    _inherit = "crm.handover.item"

    def _prepare_event(self, is_taken):
        """Values of the history row of a customer.

        :param is_taken: the customer itself changed hands, not only work on it
        """
        self.ensure_one()
        handover = self.handover_id
        args = {"from": self.from_user_id.name or "", "to": self.to_user_id.name}
        event = "handed_over" if is_taken else "work_handed_over"
        if handover.kind == "cover":
            event = "covered"
            args["until"] = ["date", fields.Date.to_string(handover.date_end)]
        elif is_taken and not self.from_user_id:
            event = "given"
        return {
            **self._prepare_event_shared(event),
            "event_args": args,
            "preview": handover._notes_for(self.to_user_id) or False,
        }

    def _prepare_event_back(self):
        return {
            **self._prepare_event_shared("returned"),
            "event_args": {
                "from": self.to_user_id.name or "",
                "to": self.from_user_id.name or "",
            },
        }

    def _prepare_event_shared(self, event):
        runner = self.handover_id.started_by_id
        return {
            "source_key": f"{EVENT},{self.id}:{event}:1",
            "partner_id": self.partner_id.id,
            "company_id": self.partner_id.company_id.id,
            "channel": "note",
            "user_id": runner.id,
        }


class CrmInteraction(models.Model):
    _inherit = "crm.interaction"

    @api.model
    def _event_sentences(self):
        _ = self.env._
        return {
            **super()._event_sentences(),
            f"{EVENT}:handed_over": _("Handed over by %(from)s to %(to)s"),
            f"{EVENT}:work_handed_over": _(
                "Open work of %(from)s handed over to %(to)s"
            ),
            f"{EVENT}:given": _("Given to %(to)s"),
            f"{EVENT}:covered": _("%(to)s stands in for %(from)s until %(until)s"),
            f"{EVENT}:returned": _("Back from %(from)s with %(to)s"),
        }
