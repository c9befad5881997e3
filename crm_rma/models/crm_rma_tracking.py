from odoo import models
from odoo.tools.misc import format_date, formatLang

# What lies with us, has left us, or never came
DONE_PLACES = ("ready", "shipped", "left", "missing")
HOME_PLACES = ("shipped", "left", "missing")
# A return of two hundred units shows so many of them one by one.
UNITS_SHOWN = 50
# What the customer and we have written to each other
TALK = ("comment", "email", "email_outgoing", "auto_comment")
TALK_SHOWN = 100


class CrmRma(models.Model):
    """What a customer reads about a return: from the moves, in plain words."""

    _inherit = "crm.rma"

    def _tracking(self):
        """Plain values of the customer's page, in the reader's language.

        :return: dict of ``number, status, steps`` (``name, state, date, text``),
            ``units`` (``name, serial, quantity, place, outcome, warranty, card``),
            ``more_units, quotes, can_confirm, papers, messages, contact``
        """
        self.ensure_one()
        rma = self.sudo()
        lines = rma.line_ids.filtered(lambda line: not line.repeat_ids)
        return {
            "number": rma.name,
            "reported": format_date(self.env, rma.date_reported),
            "status": rma._tracking_status(),
            "state": rma.state,
            "steps": rma._tracking_steps(),
            "units": [line._tracking_unit() for line in lines[:UNITS_SHOWN]],
            "more_units": max(len(lines) - UNITS_SHOWN, 0),
            "quotes": rma._tracking_quotes(),
            "can_confirm": rma.can_close,
            "papers": rma._tracking_papers(),
            "messages": rma._tracking_messages(),
            "contact": rma.user_id.name or rma.company_id.name,
            "can_write": rma._is_open_to_words(),
        }

    # -------------------------------------------------------------------------
    # Where it stands
    # -------------------------------------------------------------------------

    def _tracking_status(self):
        """One or two sentences: where the goods are and what happens next."""
        if self.state in ("refused", "closed", "cancel"):
            return self._tracking_end()
        if self._tracking_open_quotes():
            return self.env._(
                "We looked at your goods and sent you a quotation. Please answer it; "
                "we go on as soon as you have decided."
            )
        places = set(self.line_ids.mapped("place"))
        if self.state == "repair":
            return self._tracking_repair(places)
        return {
            "new": self.env._("We have your request and look at it. You hear from us."),
            "expected": self._tracking_expected(),
            "received": self.env._("Your goods are with us and are being examined."),
            "ready": self.env._("All is done: your goods go home next."),
            "shipped": self.env._(
                "Your goods are on the way to you. Tell us when all is well."
            ),
            "left": self.env._("All is settled; nothing is sent back to you."),
        }[self.state]

    def _tracking_end(self):
        if self.state == "refused":
            sentence = self.env._(
                "We could not accept this request: %s.",
                self.refusal_reason_id.name or "",
            )
            return f"{sentence} {self.refusal_note or ''}".strip()
        if self.state == "cancel":
            return self.env._("This request was cancelled.")
        return self.env._("This return is closed. Thank you.")

    def _tracking_expected(self):
        if self.date_valid:
            return self.env._(
                "Approved. Please send the goods with the return slip until %s.",
                format_date(self.env, self.date_valid),
            )
        return self.env._("Approved. Please send the goods with the return slip.")

    def _tracking_repair(self, places):
        if places == {"waiting_parts"}:
            return self.env._("Your goods are with us; the repair waits for a part.")
        if places == {"vendor"}:
            return self.env._("A partner of ours repairs your goods.")
        if "test" in places and not places & {"vendor", "bench", "waiting_parts"}:
            return self.env._("Your goods are repaired and are being tested.")
        return self.env._("Your goods are on the bench and are being repaired.")

    # -------------------------------------------------------------------------
    # Steps
    # -------------------------------------------------------------------------

    def _tracking_steps(self):
        """What has happened and what is still to come, with the dates of the moves.

        The first step that is not done is where we are now.
        """
        if self.state in ("refused", "cancel"):
            steps = [self._step_request(), self._step_stop()]
        else:
            steps = [
                self._step_request(),
                self._step_approval(),
                self._step_arrival(),
                *self._step_quote(),
                self._step_work(),
                self._step_way_back(),
                self._step_confirmation(),
            ]
        pending = "now" if self.is_open else "todo"
        for step in steps:
            step["state"] = "done" if step.pop("is_done") else pending
            if step["state"] == "now":
                pending = "todo"
        return steps

    def _step(self, key, name, is_done, date=None, text=""):
        return {
            "key": key,
            "name": name,
            "is_done": bool(is_done),
            "date": self._format_decision(date) if date else "",
            "text": text,
        }

    def _step_request(self):
        step = self._step("request", self.env._("Request"), True)
        return {**step, "date": format_date(self.env, self.date_reported)}

    def _step_stop(self):
        refused = self.state == "refused"
        name = self.env._("Not Accepted") if refused else self.env._("Cancelled")
        moment = self.date_refused if refused else self.date_cancelled
        return self._step("stop", name, True, moment)

    def _step_approval(self):
        return self._step(
            "approval", self.env._("Approval"), self.date_approved, self.date_approved
        )

    def _step_arrival(self):
        lines = self.line_ids
        came = self._tracking_moves(lambda move: move._rma_is_receipt())
        waiting = lines._open_receipts()
        absent = lines.filtered("not_come")
        text = ""
        if came and waiting:
            text = self.env._(
                "%(came)s of %(all)s arrived.",
                came=f"{sum(lines.mapped('qty_received')):g}",
                all=f"{sum(lines.mapped('quantity')):g}",
            )
        elif absent:
            text = self.env._("%s did not arrive.", f"{len(absent)}")
        is_done = self.date_approved and (came or absent) and not waiting
        return self._step(
            "arrival", self.env._("Arrival"), is_done, came[:1].date, text
        )

    def _step_quote(self):
        """Only of those whose customer is asked."""
        repairs = self.line_ids.repair_ids.filtered("sale_order_id")
        orders = repairs.sale_order_id
        if not orders:
            return []
        waiting = orders.filtered(lambda order: order.state in ("draft", "sent"))
        text = ""
        if orders.filtered(lambda order: order.state == "sent"):
            text = self.env._("Your answer is needed.")
        elif orders.filtered(lambda order: order.state == "sale"):
            text = self.env._("Accepted.")
        elif not waiting:
            text = self.env._("Refused: your goods are not repaired.")
        answered = max(orders.mapped("date_order")) if not waiting else None
        name = self.env._("Quotation")
        return [self._step("quote", name, not waiting, answered, text)]

    def _step_work(self):
        came = any(self.line_ids.mapped("qty_received"))
        places = self.line_ids.mapped("place")
        is_done = came and all(place in DONE_PLACES for place in places)
        over = self._tracking_moves(
            lambda move: (
                move.location_dest_id.rma_place == "ready"
                or move.location_id.is_customer_goods
                and not move.location_dest_id.is_customer_goods
            )
        )
        repaired = self.outcome_ids.filtered(
            lambda o: o.kind == "repair" and o.state != "cancel"
        )
        name = self.env._("Repair") if repaired else self.env._("Examination")
        return self._step("work", name, is_done, over[:1].date if is_done else None)

    def _step_way_back(self):
        places = self.line_ids.mapped("place")
        came = any(self.line_ids.mapped("qty_received"))
        is_done = came and all(place in HOME_PLACES for place in places)
        sent = self._tracking_moves(
            lambda move: move._rma_is_shipment() or move._rma_is_replacement()
        )
        numbers = self._tracking_numbers(sent.picking_id)
        text = self.env._("Parcel: %s", ", ".join(numbers)) if numbers else ""
        if is_done and not sent:
            return self._step("home", self.env._("Settled"), True)
        return self._step("home", self.env._("Way Back"), is_done, sent[-1:].date, text)

    def _step_confirmation(self):
        return self._step(
            "close", self.env._("Confirmation"), self.date_closed, self.date_closed
        )

    def _tracking_moves(self, wanted):
        """Done moves of these goods, the oldest first."""
        moves = self.line_ids.move_ids | self.outcome_ids.move_ids
        done = moves.filtered(lambda move: move.state == "done" and wanted(move))
        return done.sorted(lambda move: (move.date, move.id))

    def _tracking_numbers(self, pickings):
        """Parcel numbers, where the addon of deliveries keeps them."""
        if "carrier_tracking_ref" not in pickings._fields:
            return []
        return [ref for ref in pickings.mapped("carrier_tracking_ref") if ref]

    # -------------------------------------------------------------------------
    # Quotations, papers
    # -------------------------------------------------------------------------

    def _tracking_open_quotes(self):
        """Quotations that were sent, may be shown, and wait for the answer."""
        orders = self.line_ids._asked_repairs().sale_order_id
        return orders.filtered(
            lambda order: order.state == "sent" and not order._lacks_approval()
        )

    def _tracking_quotes(self):
        return [
            {
                "id": order.id,
                "name": order.name,
                "lines": [
                    {
                        "name": line.name,
                        "quantity": f"{line.product_uom_qty:g}",
                        "amount": formatLang(
                            self.env,
                            line.price_subtotal,
                            currency_obj=order.currency_id,
                        ),
                    }
                    for line in order.order_line.filtered(
                        lambda row: not row.display_type
                    )
                ],
                "total": formatLang(
                    self.env, order.amount_total, currency_obj=order.currency_id
                ),
                "valid": format_date(self.env, order.validity_date)
                if order.validity_date
                else "",
                "is_expired": order.is_expired,
                "url": order.get_portal_url()
                if order._has_to_be_signed() or order._has_to_be_paid()
                else "",
            }
            for order in self._tracking_open_quotes()
        ]

    def _tracking_papers(self):
        """What can be downloaded: ``[(kind, label)]``; see the controller."""
        if self.state in ("new", "refused", "cancel"):
            return []
        papers = [("slip", self.env._("Return Slip"))]
        if self.line_ids.lot_id:
            papers.append(("labels", self.env._("Labels")))
        return papers

    def _paper_report(self, kind):
        """The report behind a paper, and the records it is printed for; empty for what
        this RMA does not have."""
        if kind not in dict(self._tracking_papers()):
            return "", self.browse()
        if kind == "labels":
            return "crm_rma.action_report_rma_label", self.line_ids
        return "crm_rma.action_report_crm_rma_slip", self

    # -------------------------------------------------------------------------
    # Messages
    # -------------------------------------------------------------------------

    def _talk(self):
        """The messages that the customer may read (superuser), the oldest first."""
        self.ensure_one()
        messages = self.env["mail.message"].sudo()
        return messages.search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("message_type", "in", TALK),
                ("is_internal", "=", False),
                ("subtype_id.internal", "=", False),
            ],
            order="id desc",
            limit=TALK_SHOWN,
        ).sorted("id")

    def _tracking_messages(self):
        """What both have written, and what the outbox has sent for us."""
        ours = self.company_id.name
        rows = [
            {
                "date": message.date,
                "author": message.author_id.name or message.email_from or "",
                "is_ours": bool(message.author_id)
                and not message.author_id.partner_share,
                "body": message.body,
                "files": [(f.id, f.name) for f in message.attachment_ids],
            }
            for message in self._talk()
        ]
        rows += [
            {
                "date": sent.sent_date,
                "author": ours,
                "is_ours": True,
                "body": sent.subject or sent.body or "",
                "files": [],
            }
            for sent in self._tracking_sent()
        ]
        rows.sort(key=lambda row: row["date"])
        return [
            {**row, "date": self._format_decision(row["date"])}
            for row in rows[-TALK_SHOWN:]
        ]

    def _tracking_sent(self):
        """Messages about the steps that went out."""
        return (
            self.env["crm.outbox"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("origin", "=", "service"),
                    ("state", "=", "sent"),
                ],
                order="id desc",
                limit=TALK_SHOWN,
            )
        )

    def _is_open_to_words(self):
        """Customers write as long as the link lives."""
        return self.state != "cancel"


class CrmRmaLine(models.Model):
    _inherit = "crm.rma.line"

    def _tracking_unit(self):
        """One unit, as its owner reads about it."""
        self.ensure_one()
        registration = self.registration_id
        mine = registration.partner_id.commercial_partner_id == self.partner_id
        return {
            "name": self.product_id.with_context(
                display_default_code=False
            ).display_name,
            "serial": self.lot_id.name or "",
            "quantity": f"{self.quantity:g} {self.product_uom_id.name}"
            if self.tracking != "serial"
            else "",
            "place": self._tracking_place(),
            "warranty": not self.is_foreign and self.warranty_explanation or "",
            "card": registration._card_url() if registration and mine else "",
        }

    def _tracking_place(self):
        """Where it is, in words for somebody outside."""
        words = self._tracking_places()
        if self.place == "left":
            return self._tracking_left()
        if self.place == "shipped" and self._outcomes_of("replace"):
            return self.env._("Replaced by another unit")
        if self.place == "shipped" and not self.is_open:
            return self.env._("With you again")
        if self.place in words:
            return words[self.place]
        labels = dict(self._fields["place"]._description_selection(self.env))
        return labels.get(self.place, "")

    def _tracking_places(self):
        """Hook: the words for each place."""
        _ = self.env._
        return {
            "requested": _("Announced"),
            "expected": _("We wait for it"),
            "received": _("Arrived, waits to be examined"),
            "diagnosis": _("Is being examined"),
            "waiting_parts": _("Waits for a part"),
            "vendor": _("Is being repaired by a partner"),
            "bench": _("Is being repaired"),
            "test": _("Is being tested"),
            "ready": _("Goes home next"),
            "shipped": _("On the way to you"),
            "missing": _("Did not arrive"),
        }

    def _tracking_left(self):
        kinds = self._live_outcomes().mapped("kind")
        if "credit" in kinds:
            return self.env._("Taken back, the money is returned")
        if "replace" in kinds:
            return self.env._("Replaced by another unit")
        return self.env._("Scrapped, as agreed")
