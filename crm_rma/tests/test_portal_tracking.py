"""The customer's page of a return: who may open it, what it says, what it does."""

import re
from datetime import timedelta
from unittest.mock import patch

from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..models import crm_visitor_hit
from .common import CrmRmaCommon

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00"
    b"\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff"
    b"\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)
#: Values of a form or an address that nobody sends by mistake.
HOSTILE = (
    "",
    "-1",
    "NaN",
    "x" * 9000,
    "'; DROP TABLE crm_rma; --",
    "[1]",
    "{}",
    "\x00",
)


class PortalCase(CrmRmaCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.email = "buyer@example.com"
        cls.lots = cls.make_lots(cls.product, ["SN-1", "SN-2"])
        cls.deliver(cls.lots)
        cls.mine = cls.rma(cls.lots[0])
        cls.stranger = cls.env["res.partner"].create(
            {"name": "Stranger", "is_company": True, "email": "other@example.com"}
        )
        theirs = cls.make_lots(cls.product, ["SN-9"])
        cls.deliver(theirs, customer=cls.stranger)
        cls.theirs = cls.rma(theirs, customer=cls.stranger)
        cls.buyer = new_test_user(
            cls.env, "buyer", groups="base.group_portal", name="Buyer"
        )
        cls.buyer.partner_id.parent_id = cls.customer

    def setUp(self):
        super().setUp()
        self.env["crm.visitor.hit"].search([]).sudo().unlink()
        self.authenticate(None, None)

    def path(self, rma, suffix="", token=None):
        token = rma._portal_token() if token is None else token
        return f"/my/returns/{rma.id}{suffix}?access_token={token}"

    def open(self, path, **kwargs):
        return self.url_open(path, allow_redirects=False, **kwargs)

    def post(self, path, data=None, **kwargs):
        """A form with its token against forged requests."""
        data = {"csrf_token": Request.csrf_token(self), **(data or {})}
        return self.open(path, data=data, method="POST", **kwargs)

    def page(self, rma):
        return re.sub(r"\s+", " ", self.open(self.path(rma)).text)


@tagged("post_install", "-at_install")
class TestPortalTracking(PortalCase):
    def test_steps_are_read_from_the_moves(self):
        """R04: the page says where the goods are, from the moves alone."""
        self.mine.warehouse_id.partner_id.tz = "UTC"
        said = [self.mine._tracking()["status"]]
        done = [self.done_steps()]
        for step in ("approve", "receive", "start_repair", "finish_repair", "ship"):
            getattr(self.mine, f"action_{step}")()
            said.append(self.mine._tracking()["status"])
            done.append(self.done_steps())
        self.assertEqual(len(set(said)), 6, "each step has its own words")
        self.assertEqual(
            done,
            [
                "request",
                "request approval",
                "request approval arrival",
                "request approval arrival",
                "request approval arrival work",
                "request approval arrival work home",
            ],
        )
        self.assertIn("on the way to you", self.page(self.mine))
        dates = {step["key"]: step["date"] for step in self.mine._tracking_steps()}
        moved = self.mine.line_ids.move_ids.filtered(lambda m: m._rma_is_receipt())
        self.assertEqual(dates["arrival"], self.mine._format_decision(moved.date))
        self.assertFalse(dates["close"])

    def done_steps(self):
        steps = self.mine._tracking_steps()
        return " ".join(step["key"] for step in steps if step["state"] == "done")

    def test_page_by_link(self):
        """R04: no login is needed with the link, and it stays with who has it."""
        answer = self.open(self.path(self.mine))
        self.assertEqual(answer.status_code, 200)
        self.assertIn("SN-1", answer.text)
        self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        live = self.open(self.path(self.mine, "/live"))
        self.assertIn("data-stamp", live.text)
        self.assertNotIn("<html", live.text)

    def test_one_answer_for_what_is_not_there(self):
        """R04: unknown, forbidden and wrong look the same."""
        self.mine.action_approve()
        token = self.mine._portal_token()
        tries = [
            self.path(self.theirs, token=token),
            self.path(self.mine, token=""),
            self.path(self.mine, token="x"),
            f"/my/returns/{self.theirs.id}",
            f"/my/returns/999999?access_token={token}",
            f"/my/returns/{2**31}?access_token={token}",
            f"/my/returns/{2**70}?access_token={token}",
            self.path(self.theirs, "/live", token),
            self.path(self.theirs, "/paper/slip", token),
            self.path(self.mine, "/paper/invoice"),
            self.path(self.mine, "/file/999999"),
        ]
        answers = [self.open(path) for path in tries]
        self.assertEqual({answer.status_code for answer in answers}, {404})
        bodies = {
            a.text.partition('id="wrap"')[2].partition("<footer")[0] for a in answers
        }
        self.assertTrue(bodies - {""})
        self.assertEqual(len(bodies), 1)

    def test_guessing_is_slowed(self):
        """R04: after some misses of one address the answer is "too many"."""
        with patch.dict(crm_visitor_hit.LIMITS, {"missed": (3, 10)}):
            codes = [self.open(f"/my/returns/{n}").status_code for n in range(4)]
        self.assertEqual(codes, [404, 404, 404, 429])
        self.assertEqual(self.open(self.path(self.mine)).status_code, 200)

    def test_tries_at_the_same_moment(self):
        """R04: of two tries at once, one below the limit, no more than one passes."""
        hits, passed = self.env["crm.visitor.hit"], []
        most = type(hits)._most

        def look(model, cr, keys, since):
            found = most(model, cr, keys, since)
            if not passed:  # the other one is through before we write
                passed.append(True)
                passed[0] = hits._take("missed", ["ip:192.0.2.1"])
            return found

        with (
            patch.dict(crm_visitor_hit.LIMITS, {"missed": (1, 10)}),
            patch.object(type(hits), "_most", look),
        ):
            own = hits._take("missed", ["ip:192.0.2.1"])
        self.assertEqual((passed, own), ([True], False))

    def test_link_turns_and_ends(self):
        """R04: the link turns when the RMA is closed, and ends some time after."""
        old = self.path(self.mine)
        self.walk(self.mine)
        self.assertEqual(self.open(old).status_code, 404)
        self.assertEqual(self.open(self.path(self.mine)).status_code, 200)
        days = self.company.rma_link_days
        self.mine.sudo().date_closed -= timedelta(days=days + 1)
        self.assertEqual(self.open(self.path(self.mine)).status_code, 404)
        self.mine.with_user(self.user).action_new_link()
        self.assertEqual(self.open(self.path(self.mine)).status_code, 404)

    def test_account_sees_its_own_company_only(self):
        """R04: list, page and counter of a portal user end at the own company."""
        self.authenticate("buyer", "buyer")
        content = self.open("/my/returns?search=SN-&sortby=x&filterby=y").text
        self.assertIn(self.mine.name, content)
        self.assertNotIn(self.theirs.name, content)
        self.assertEqual(self.open(f"/my/returns/{self.mine.id}").status_code, 200)
        self.assertEqual(self.open(f"/my/returns/{self.theirs.id}").status_code, 404)
        counters = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["return_count"]}
        )
        self.assertEqual(counters["return_count"], 1)
        for page in (7, 2**40):
            self.assertEqual(self.open(f"/my/returns/page/{page}").status_code, 200)

    def test_portal_user_of_another_company_of_ours(self):
        """R04: returns of company B are not shown to whom only A knows."""
        other = self.env["res.company"].create({"name": "B"})
        self.buyer.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.assertFalse(self.mine._is_visible_to(self.buyer))

    def test_message_with_a_picture(self):
        """R01: the customer writes and shows, and reads only what was said to them."""
        self.mine.message_post(body="between us", subtype_xmlid="mail.mt_note")
        files = [("photos", ("label.png", PNG, "image/png"))]
        answer = self.post(
            self.path(self.mine, "/message"), {"text": "<b>hi"}, files=files
        )
        self.assertEqual(answer.status_code, 303)
        content = self.page(self.mine)
        self.assertIn("&lt;b&gt;hi", content)
        self.assertNotIn("between us", content)
        file = self.mine._talk_files()
        self.assertEqual(file.name, "label.png")
        message = self.mine._talk()
        self.assertEqual(message.author_id, self.customer)
        download = self.open(self.path(self.mine, f"/file/{file.id}"))
        self.assertEqual(download.content, PNG)
        self.assertIn("attachment", download.headers["Content-Disposition"])
        self.assertEqual(download.headers["X-Content-Type-Options"], "nosniff")
        foreign = self.open(self.path(self.theirs, f"/file/{file.id}"))
        self.assertEqual(foreign.status_code, 404)

    def test_bad_files_change_nothing(self):
        """R01: types by name and content, sizes, numbers; one bad file refuses all."""
        svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"
        bad = {
            "run.exe": b"MZ1",
            "page.html": b"<html>",
            "art.png": svg,
            "photo.exe.png": PNG,
            "none.png": b"",
            "big.png": PNG + bytes(10 * 1024 * 1024),
        }
        for name, data in bad.items():
            files = [("photos", ("a.png", PNG)), ("photos", (name, data))]
            answer = self.post(
                self.path(self.mine, "/message"), {"text": "see"}, files=files
            )
            self.assertEqual(answer.status_code, 422, name)
            self.assertIn(name, answer.text)
        many = [("photos", (f"{n}.png", PNG)) for n in range(25)]
        answer = self.post(self.path(self.mine, "/message"), {}, files=many)
        self.assertEqual(answer.status_code, 422)
        self.assertFalse(self.mine._talk())
        self.assertFalse(self.mine._talk_files())

    def test_a_return_takes_twenty_files_in_all(self):
        self.mine._customer_writes("", [(f"{n}.png", PNG) for n in range(20)])
        files = [("photos", ("one_more.png", PNG))]
        answer = self.post(self.path(self.mine, "/message"), {}, files=files)
        self.assertEqual(answer.status_code, 422)

    @mute_logger("odoo.http")
    def test_forged_and_hostile_requests(self):
        """R04: changes by POST with the form's token only; unknown fields are refused."""
        self.walk(self.mine, "action_ship")
        confirm = self.path(self.mine, "/confirm")
        self.assertEqual(self.open(confirm).status_code, 405)
        forged = self.open(confirm, data={"a": "b"}, method="POST")
        self.assertEqual(forged.status_code, 400)
        for name in ("state", "partner_id", "company_id", "amount"):
            answer = self.post(confirm, {name: "1"})
            self.assertEqual(answer.status_code, 400, name)
        for value in HOSTILE:
            answer = self.post(self.path(self.mine, "/quote/1"), {"answer": value})
            self.assertEqual(answer.status_code, 400, value)
            # Odoo itself stumbles over a zero byte in an address that nobody serves
            for path in ("/my/returns/%s", "/my/returns/1/file/%s"):
                code = self.open(path % value.replace("\x00", "0")).status_code
                self.assertIn(code, (303, 404, 308), value)
        self.assertEqual(self.mine.state, "shipped")

    def test_confirm_closes_once(self):
        """R04: the customer's word closes the RMA, in the customer's name."""
        self.assertEqual(self.post(self.path(self.mine, "/confirm")).status_code, 303)
        self.assertEqual(self.mine.state, "new", "nothing to confirm yet")
        self.walk(self.mine, "action_ship")
        old = self.path(self.mine, "/confirm")
        answer = self.post(old)
        self.assertEqual(self.mine.state, "closed")
        self.assertFalse(self.mine.closed_by_id)
        self.assertIn("the customer confirmed", self.mine.next_step)
        page = self.open(answer.headers["Location"])
        self.assertEqual(page.status_code, 200)
        self.assertIn("With you again", page.text)
        self.assertEqual(self.post(old).status_code, 404, "the link has turned")

    def test_papers(self):
        """R01: slip and labels of this return can be downloaded."""
        self.assertEqual(
            self.open(self.path(self.mine, "/paper/slip")).status_code, 404
        )
        self.mine.action_approve()
        content = b"%PDF-1.7 paper"
        report = type(self.env["ir.actions.report"])
        with (
            patch.object(report, "get_wkhtmltopdf_state", lambda _self: "ok"),
            patch.object(
                report, "_render_qweb_pdf", lambda *_args, **_kw: (content, "pdf")
            ),
        ):
            for kind in ("slip", "labels"):
                answer = self.open(self.path(self.mine, f"/paper/{kind}"))
                self.assertEqual(answer.content, content)
                self.assertIn("attachment", answer.headers["Content-Disposition"])

    def test_page_speaks_the_customers_language(self):
        """R04: who has the link reads in the customer's language."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"]._load_module_terms(["crm_rma"], ["zh_CN"])
        self.customer.lang = "zh_CN"
        content = self.page(self.mine)
        self.assertIn("我们已收到您的申请", content)
        self.assertNotIn("We have your request", content)


@tagged("post_install", "-at_install")
class TestPortalQuote(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"rma_quote_first": True, "portal_confirmation_sign": False})
        cls.company.portal_confirmation_pay = False
        cls.labour = cls.make_product(
            "Work", type="service", is_storable=False, tracking="none", list_price=80.0
        )
        cls.company.rma_labour_product_id = cls.labour
        cls.plain = cls.make_lots(cls.make_product("Kettle"), ["SN-PLAIN"])
        cls.deliver(cls.plain)

    def asked(self, send=True):
        """An RMA whose customer is asked."""
        rma = self.rma(self.plain)
        self.walk(rma, "action_receive")
        rma.action_quote()
        if send:
            rma.action_send_quote()
        return rma, rma.quote_ids

    def test_draft_is_not_shown(self):
        rma, _order = self.asked(send=False)
        self.assertFalse(rma._tracking()["quotes"])
        rma.action_send_quote()
        self.assertEqual(len(rma._tracking()["quotes"]), 1)

    def test_accept(self):
        """R04: accepted on the page, the repair may start."""
        rma, order = self.asked()
        self.assertIn("Work", self.page(rma))
        path = self.path(rma, f"/quote/{order.id}")
        self.assertEqual(self.post(path, {"answer": "accept"}).status_code, 303)
        self.assertEqual(order.state, "sale")
        self.assertTrue(rma.can_repair)
        again = self.post(path, {"answer": "refuse"})
        self.assertEqual(again.status_code, 422, "answered already")
        self.assertEqual(order.state, "sale")

    def test_refuse(self):
        rma, order = self.asked()
        path = self.path(rma, f"/quote/{order.id}")
        self.assertEqual(self.post(path, {"answer": "refuse"}).status_code, 303)
        self.assertEqual(order.state, "cancel")
        self.assertFalse(rma.line_ids._open_repairs())

    def test_quote_of_another_return(self):
        """R04: a quotation of another RMA, or of no RMA, is not answered here."""
        _rma, order = self.asked()
        alien = self.sell({self.product: 1.0})
        alien.action_quotation_sent()
        for other in (order, alien):
            path = self.path(self.mine, f"/quote/{other.id}")
            self.assertEqual(self.post(path, {"answer": "accept"}).status_code, 422)
            self.assertEqual(other.state, "sent")

    def test_what_must_be_signed_is_signed(self):
        """R04: the page does not go round the signature that the company asks for."""
        rma, order = self.asked()
        order.require_signature = True
        path = self.path(rma, f"/quote/{order.id}")
        self.assertEqual(self.post(path, {"answer": "accept"}).status_code, 422)
        self.assertEqual(order.state, "sent")
        self.assertIn(f"/my/orders/{order.id}?access_token=", self.page(rma))
