"""A request on the web: by order line, by serial number, by warranty card."""

import re
import uuid
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from ..models import crm_visitor_hit
from .test_portal_tracking import PNG, PortalCase

#: What a field may be sent instead of what the form has.
HOSTILE = (
    "",
    "-1",
    "NaN",
    "1e999",
    "x" * 9000,
    "'; DROP TABLE x; --",
    "[1]",
    "\x00",
    "l-1",
)


@tagged("post_install", "-at_install")
class TestPortalRequest(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.box = cls.make_product("Box", tracking="none", list_price=5.0)
        cls.put_in_stock(cls.box, 20)
        cls.order = cls.sell({cls.box: 5})
        cls.order.action_confirm()
        cls.ship(cls.order)
        cls.move = cls.order.picking_ids.move_ids
        cls.works = cls.env.ref("crm_rma.crm_rma_reason_defective")
        cls.damaged = cls.env.ref("crm_rma.crm_rma_reason_transport_damage")
        cls.asked = cls.damaged.question_ids.filtered("is_required")

    def setUp(self):
        super().setUp()
        self.authenticate("buyer", "buyer")

    def key(self, lot):
        return f"l{lot.id}"

    def made(self):
        """The RMAs of the last request."""
        return self.env["crm.rma"].search([("origin_channel", "in", ("web", "card"))])

    def choose(self, **data):
        return self.post("/my/returns/new", data)

    def send(self, key="all", reason=None, files=None, **data):
        reason = reason or self.works
        return self.post(
            "/my/returns/send",
            {
                "once": uuid.uuid4().hex,
                f"reason.{key}": reason.id,
                f"fault.{key}": "No heat",
                **data,
            },
            files=files,
        )

    def test_three_steps(self):
        """R01: choose a unit, say what is wrong with a picture, follow the return."""
        lot = self.lots[1]
        content = self.open("/my/returns/new").text
        self.assertIn("SN-2", content)
        self.assertNotIn("SN-9", content)
        content = self.choose(unit=self.key(lot)).text
        self.assertIn("covered until", content)
        answer = self.send(
            self.key(lot), unit=self.key(lot), files=[("photos", ("a.png", PNG))]
        )
        self.assertEqual(answer.status_code, 303)
        rma = self.made()
        self.assertRecordValues(
            rma,
            [
                {
                    "state": "new",
                    "origin_channel": "web",
                    "commercial_partner_id": self.customer.id,
                    "contact_id": self.buyer.partner_id.id,
                    "user_id": False,
                }
            ],
        )
        self.assertRecordValues(
            rma.line_ids,
            [{"lot_id": lot.id, "fault": "No heat", "reason_id": self.works.id}],
        )
        self.assertEqual(rma._talk_files().name, "a.png")
        page = self.open(answer.headers["Location"])
        self.assertIn("Your request has been sent", page.text)

    def test_goods_without_a_serial(self):
        """R01: an order line, with a quantity, from the very delivery."""
        content = self.open("/my/returns/new?search=Box").text
        self.assertIn(self.order.name, content)
        key = f"m{self.move.id}"
        self.send(key, unit=key, **{f"qty.{key}": "2"})
        line = self.made().line_ids
        self.assertRecordValues(
            line, [{"product_id": self.box.id, "quantity": 2.0, "lot_id": False}]
        )
        self.assertEqual(line.origin_move_id, self.move)

    def test_quantity_that_is_none(self):
        """R01: a wrong quantity is answered on the form, in one sentence."""
        key = f"m{self.move.id}"
        answer = self.send(key, unit=key, **{f"qty.{key}": "many"})
        self.assertEqual(answer.status_code, 422)
        self.assertIn("“many” is no quantity.", answer.text)
        self.assertIn("/my/returns/new", answer.text)
        self.assertFalse(self.made())

    def test_mixed_orders_in_one_request(self):
        """R01: several lines of several orders, each with its own trouble."""
        one, two = self.key(self.lots[1]), f"m{self.move.id}"
        question = f"q.{two}.{self.asked.id}"
        choice = self.asked._get_choices()[0]
        data = {
            "unit": [one, two],
            f"reason.{one}": self.works.id,
            f"reason.{two}": self.damaged.id,
            f"fault.{two}": "Dented",
            question: choice,
        }
        self.assertEqual(self.send(one, **data).status_code, 303)
        lines = self.made().line_ids
        self.assertEqual(len(lines), 2)
        dented = lines.filtered(lambda line: line.fault == "Dented")
        self.assertEqual(dented.reason_id, self.damaged)
        self.assertEqual(dented.answer_ids.filtered("answer").answer, choice)

    def test_required_question(self):
        """R01: what must be known is asked before the request is made."""
        key = self.key(self.lots[1])
        answer = self.send(key, self.damaged, unit=key)
        self.assertEqual(answer.status_code, 422)
        self.assertIn(self.asked.name, answer.text)
        self.assertIn("No heat", answer.text, "what was typed stays")
        self.assertFalse(self.made())

    def test_unknown_and_foreign_serials_are_alike(self):
        """R01: one answer for unknown, foreign and taken by somebody else; the
        customer learns nothing, the desk checks."""
        pages = {}
        for serial in ("SN-9", "NOBODY-9"):
            text = self.choose(serials=serial).text
            text = re.sub(r'value="[0-9a-f]{32}"|csrf_token[^/]*', "", text)
            pages[serial] = text.partition("o_rma_request")[2].replace(serial, "?")
        self.assertEqual(pages["SN-9"], pages["NOBODY-9"])
        self.assertIn("We will check", pages["SN-9"])
        self.send("all", serials="SN-9 NOBODY-9", same="1")
        rma = self.made()
        self.assertFalse(rma.line_ids)
        self.assertEqual(rma.claim_ids.mapped("name"), ["SN-9", "NOBODY-9"])
        page = self.open(f"/my/returns/{rma.id}").text
        self.assertEqual(page.count("We will check"), 2)
        self.assertNotIn("Oven", page)

    def test_same_work_for_unknown_and_foreign(self):
        """R01: the same number of queries, whatever exists."""
        rmas = self.env["crm.rma"].with_user(self.buyer)
        partner = self.buyer.partner_id.sudo()
        counts = set()
        rmas._judge_units(partner, rmas._read_units(partner, [], {}, "WARM-UP"))
        for serial in ("SN-9", "NOBODY-9", "X" * 64):
            before = self.cr.sql_log_count
            self.env.invalidate_all()
            units = rmas._read_units(partner, [], {}, serial)
            rmas._judge_units(partner, units)
            counts.add(self.cr.sql_log_count - before)
        self.assertEqual(len(counts), 1)

    def test_desk_checks_the_numbers(self):
        """R01: the desk takes a number as a unit, or drops it; approving waits."""
        self.send("all", serials="SN-9 NOBODY-9", same="1")
        rma = self.made().with_user(self.user)
        foreign, unknown = rma.claim_ids
        self.theirs.action_cancel()
        foreign.action_take()
        self.assertEqual(rma.line_ids.lot_id.name, "SN-9")
        self.assertEqual(rma.line_ids.fault, "No heat")
        with self.assertRaisesRegex(Exception, "NOBODY-9"):
            unknown.action_take()
        with self.assertRaisesRegex(Exception, "NOBODY-9"):
            rma.action_approve()
        unknown.action_drop()
        self.assertFalse(rma.claim_count)

    def test_unit_under_way(self):
        """R01: what is under way already is said and not announced again."""
        key = self.key(self.lots[0])
        text = self.choose(unit=key).text
        self.assertIn(self.mine.name, text)
        answer = self.send(key, unit=key)
        self.assertEqual(answer.headers["Location"].rpartition("/my")[2], "/returns")
        self.assertFalse(self.made())

    def test_sent_twice_made_once(self):
        """R01: a double click makes one RMA."""
        once = uuid.uuid4().hex
        key = self.key(self.lots[1])
        for _click in range(2):
            self.assertEqual(self.send(key, unit=key, once=once).status_code, 303)
        self.assertEqual(len(self.made()), 1)

    def test_foreign_goods_in_the_form(self):
        """R01: units of another customer, slipped into the form, are left out."""
        alien = self.sell({self.box: 1}, customer=self.stranger)
        alien.action_confirm()
        self.ship(alien)
        keys = [
            self.key(self.theirs.line_ids.lot_id),
            f"m{alien.picking_ids.move_ids.id}",
            f"m{self.theirs.line_ids.origin_move_id.id}",
            "m999999",
            "l999999",
        ]
        for key in keys:
            self.assertEqual(self.choose(unit=key).status_code, 422, key)
            self.send(key, unit=key)
        self.assertFalse(self.made())

    def test_hostile_forms(self):
        """R01: unknown fields and senseless values end in 400 or 422, never in 500."""
        for name in ("state", "partner_id", "company_id", "amount"):
            self.assertEqual(self.choose(serials="x", **{name: "1"}).status_code, 400)
        key = f"m{self.move.id}"
        for value in HOSTILE:
            self.env["crm.visitor.hit"].search([]).unlink()
            tries = [
                self.choose(unit=value),
                self.choose(serials=value),
                self.choose(unit=key, **{f"qty.{key}": value}),
                self.send(key, unit=key, **{f"reason.{key}": value}),
                self.send(key, unit=key, once=value[:5]),
            ]
            codes = [answer.status_code for answer in tries]
            self.assertLessEqual(set(codes), {200, 400, 422}, (value, codes))
        self.assertFalse(self.made())
        many = "\n".join(f"S{n}" for n in range(51))
        self.assertEqual(self.choose(serials=many).status_code, 422)
        self.assertEqual(self.choose(unit=[key] * 51).status_code, 400)

    def test_asking_is_slowed(self):
        """R01: the verdict is no oracle for serial numbers."""
        with patch.dict(crm_visitor_hit.LIMITS, {"asked": (2, 10)}):
            codes = [self.choose(serials=f"S{n}").status_code for n in range(3)]
        self.assertEqual(codes, [200, 200, 429])

    def test_by_warranty_card(self):
        """R01: whoever holds the card asks without a login, for this unit only."""
        self.authenticate(None, None)
        card = self.warranties(self.lots[1])
        token = card._card_token()
        page = self.open(f"/warranty/card/{card.id}?token={token}").text
        self.assertIn(f"/warranty/card/{card.id}/return?token={token}", page)
        page = self.open(f"/warranty/card/{card.id}/return?token={token}")
        self.assertIn("SN-2", page.text)
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        key = self.key(self.lots[1])
        other = self.key(self.lots[0])
        answer = self.send(key, unit=other, card=card.id, token=token)
        self.assertEqual(answer.status_code, 303)
        rma = self.made()
        self.assertEqual(rma.line_ids.lot_id, self.lots[1])
        self.assertEqual(rma.origin_channel, "card")
        self.assertEqual(self.open(answer.headers["Location"]).status_code, 200)
        for bad in ("", "x", self.mine._portal_token()):
            path = f"/warranty/card/{card.id}/return?token={bad}"
            self.assertEqual(self.open(path).status_code, 404)
            answer = self.send(key, card=card.id, token=bad)
            self.assertEqual(answer.status_code, 404)
        self.assertEqual(self.send(key, unit=key).status_code, 404)

    def test_told_that_it_arrived(self):
        self.customer.email = self.buyer.partner_id.email = "buyer@example.com"
        key = self.key(self.lots[1])
        self.send(key, unit=key)
        told = self.env["crm.outbox"].search([("res_id", "=", self.made().id)])
        self.assertEqual([row.key.split(":")[1] for row in told], ["requested"])


@tagged("post_install", "-at_install")
class TestPortalPairs(PortalCase):
    """R01 R04: the link of one return opens nothing of another document."""

    @mute_logger("odoo.http")
    def test_every_pair(self):
        """Token of A with RMA, message, file, quotation, paper of B; with B's own
        routes of Odoo; every pair is refused and changes nothing."""
        self.theirs._customer_writes("secret", [("b.png", PNG)])
        self.walk(self.theirs, "action_receive")
        order = self.theirs.line_ids.origin_move_id.sale_line_id.order_id
        invoice = order._create_invoices()
        invoice.action_post()
        picking = order.picking_ids
        # Odoo's page of transfers stumbles over an order that has no token yet
        order._portal_ensure_token()
        file = self.theirs._talk_files()
        message = self.theirs._talk()
        token = self.mine._portal_token()
        gets = [
            f"/my/returns/{self.theirs.id}",
            f"/my/returns/{self.theirs.id}/live",
            f"/my/returns/{self.theirs.id}/paper/slip",
            f"/my/returns/{self.theirs.id}/paper/labels",
            f"/my/returns/{self.theirs.id}/file/{file.id}",
            f"/my/returns/{self.mine.id}/file/{file.id}",
            f"/my/returns/{self.mine.id}/paper/slip",
            f"/my/invoices/{invoice.id}",
            f"/my/orders/{order.id}",
            f"/my/picking/pdf/{picking.id}",
            f"/web/content/{file.id}",
            f"/web/image/{file.id}",
            f"/report/pdf/crm_rma.report_crm_rma_slip/{self.theirs.id}",
            f"/mail/message/{message.id}",
        ]
        for login in (None, "buyer"):
            self.authenticate(login, login)
            for path in gets:
                if login and path.startswith(f"/my/returns/{self.mine.id}/paper"):
                    continue
                answer = self.open(f"{path}?access_token={token}&token={token}")
                # Odoo answers with a placeholder for a picture that may not be seen
                shown = 200 if path.startswith("/web/image") else 404
                self.assertIn(answer.status_code, (303, 403, 404, shown), path)
                self.assertNotIn(PNG, answer.content)
                self.assertNotIn("secret", answer.text)
            for tail in ("message", "confirm", f"quote/{order.id}"):
                path = f"/my/returns/{self.theirs.id}/{tail}?access_token={token}"
                data = {"text": "x"} if tail == "message" else {}
                data = {"answer": "accept"} if tail.startswith("quote") else data
                self.assertEqual(self.post(path, data).status_code, 404, path)
            path = f"/my/returns/{self.mine.id}/quote/{order.id}?access_token={token}"
            self.assertEqual(self.post(path, {"answer": "accept"}).status_code, 422)
        self.assertEqual(len(self.theirs._talk()), 1)

    def test_odoo_routes_take_no_token_of_ours(self):
        """The chatter's own routes know nothing of our link."""
        token = self.mine._portal_token()
        thread = {"thread_model": "crm.rma", "thread_id": self.mine.id}
        calls = {
            "/mail/message/post": {**thread, "post_data": {"body": "x"}},
            "/mail/chatter_fetch": thread,
        }
        for login in (None, "buyer"):
            self.authenticate(login, login)
            for path, params in calls.items():
                with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
                    self.make_jsonrpc_request(
                        path, {**params, "token": token, "access_token": token}
                    )
        self.assertFalse(self.mine._talk())
