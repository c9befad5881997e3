from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Datetime
from odoo.tests import HttpCase, new_test_user, tagged

from .common import CrmExtensionCommon
from .test_timeline_filter import TimelineCase

TOKEN = "0123456789abcdef"


@tagged("post_install", "-at_install")
class TestTimelineRow(TimelineCase):
    """X01: open, correct and archive a row where it stands."""

    def _file(self, user, name="photo.png"):
        files = self.env["ir.attachment"].with_user(user)
        return files.create({"name": name, "raw": b"content"})

    def test_x01_details_of_an_authored_row(self):
        file = self._file(self.seller)
        row = self.log(
            user=self.seller,
            body="<p>All of it</p><script>alert(1)</script>",
            participant_ids=[Command.link(self.customer.id)],
            attachment_ids=[Command.link(file.id)],
        )
        details = row.timeline_details()
        self.assertIn("All of it", details["body"])
        self.assertNotIn("script", details["body"])
        self.assertEqual(details["participants"][0]["name"], "Ernst Handel")
        self.assertEqual(details["attachments"][0]["name"], "photo.png")

    def test_x01_message_is_read_through_its_own_access(self):
        """The header of a mail on an order stays readable when the order is not."""
        clerk = new_test_user(
            self.env,
            "crm_row_clerk",
            groups="base.group_user,crm_extension.crm_extension_group_history",
        )
        self.customer.user_id = clerk
        order = self.make_order(user_id=self.colleague.id)
        order.message_post(body="The secret price", message_type="comment")
        self.flush_history()
        row = self.history(mail_message_id=order.message_ids[0].id)
        self.assertTrue(row, "the message must have a row")
        mine = row.with_user(clerk).timeline_details()
        self.assertEqual((mine["body"], mine["hidden"]), (False, True))
        theirs = row.with_user(self.boss).timeline_details()
        self.assertIn("The secret price", theirs["body"])

    def test_details_need_the_row(self):
        row = self.log(user=self.seller)
        with self.assertRaises(AccessError):
            row.with_user(self.colleague).timeline_details()

    def test_x01_archive_with_a_reason(self):
        row = self.log(user=self.seller)
        for nothing in ("", "  ", None, 5):
            with self.assertRaises(UserError):
                row.timeline_archive(nothing)
        row.timeline_archive("Wrong customer")
        self.assertRecordValues(
            row, [{"active": False, "edit_reason": "Wrong customer"}]
        )
        self.assertFalse(self.subjects())

    def test_archive_of_others_and_of_projected_rows_is_refused(self):
        row = self.log(user=self.mate)
        with self.assertRaises(UserError):
            row.with_user(self.seller).timeline_archive("Not mine")
        self.make_order(user=self.seller).action_confirm()
        projected = self.history(origin="projected")
        with self.assertRaises(UserError):
            projected.with_user(self.seller).timeline_archive("Not wanted")
        projected.with_user(self.manager).timeline_archive("Not wanted")
        self.assertFalse(projected.active)

    def test_rows_say_what_the_reader_may_do(self):
        self.make_order(user=self.seller).action_confirm()
        self.log(user=self.mate)
        for user, expected in [(self.seller, {False}), (self.manager, {True})]:
            rows = self.fetch(user=user)["rows"]
            self.assertEqual({row["archivable"] for row in rows}, expected)

    def test_x01_change_the_date(self):
        row = self.log(user=self.seller)
        row.timeline_move("2026-01-05 10:00:00")
        self.assertEqual(str(row.date), "2026-01-05 10:00:00")
        for wrong in ("x", None, "", 12, ["2026-01-01"]):
            with self.subTest(date=wrong), self.assertRaises(UserError):
                row.timeline_move(wrong)
        with self.assertRaises(UserError):
            row.timeline_move(str(Datetime.now() + timedelta(days=2))[:19])

    def test_a_late_change_says_that_it_needs_a_reason(self):
        row = self.log(user=self.seller)
        self.env.cr.execute(
            "UPDATE crm_interaction SET create_date = create_date - interval '3 days'"
            " WHERE id = %s",
            [row.id],
        )
        row.invalidate_recordset()
        (data,) = self.fetch(user=self.manager)["rows"]
        self.assertTrue(data["late"])
        late = row.with_user(self.manager)
        with self.assertRaises(UserError):
            late.timeline_move("2026-01-05 10:00:00")
        late.timeline_move("2026-01-05 10:00:00", "It was Monday")
        self.assertEqual(row.edit_user_id, self.manager)


@tagged("post_install", "-at_install")
class TestQuickLogOnce(TimelineCase):
    """X01: a double click or a repeated request logs once."""

    def _log(self, values=None, token=TOKEN, user=None, **kwargs):
        rows = self.env["crm.interaction"].with_user(user or self.seller)
        values = values or {"channel": "call", "text": "Wants samples"}
        return rows.quick_log(
            "res.partner", self.contact.id, values, token=token, **kwargs
        )

    def test_x01_the_same_token_logs_once(self):
        self.assertFalse(self._log()["repeated"])
        self.assertTrue(self._log()["repeated"])
        self.assertEqual(len(self.history()), 1)

    def test_tokens_belong_to_their_user(self):
        self._log()
        self._log(user=self.mate)
        self.assertEqual(len(self.history()), 2)

    def test_a_refused_request_leaves_its_token_free(self):
        future = str(Datetime.now() + timedelta(days=2))[:19]
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._log({"channel": "call", "text": "x", "date": future})
        self.assertFalse(self._log()["repeated"])

    def test_a_next_step_is_planned_once(self):
        step = {
            "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
            "date_deadline": "2030-01-01",
        }
        rows = self.env["crm.interaction"].with_user(self.seller)
        for _attempt in range(2):
            rows.quick_log("res.partner", self.contact.id, None, step, TOKEN)
        self.assertEqual(len(self.contact.activity_ids), 1)

    def test_old_tokens_are_removed(self):
        self._log()
        tokens = self.env["crm.request.token"]
        tokens._gc_tokens()
        self.assertEqual(tokens.search_count([("key", "like", TOKEN)]), 1)
        self.env.cr.execute(
            "UPDATE crm_request_token SET date = date - interval '8 days'"
        )
        tokens.invalidate_model()
        tokens._gc_tokens()
        self.assertFalse(tokens.search_count([]))

    def test_x01_participants_and_files(self):
        anna = self.make_contact(self.customer, "Anna Huber")
        files = self.env["ir.attachment"].with_user(self.seller)
        file = files.create({"name": "offer.pdf", "raw": b"pdf"})
        self._log(
            {
                "channel": "visit",
                "text": "Tasting",
                "partner_id": self.contact.id,
                "participant_ids": [anna.id],
                "attachment_ids": [file.id],
            }
        )
        row = self.history()
        self.assertEqual(row.participant_ids, anna)
        self.assertEqual((file.res_model, file.res_id), (row._name, row.id))

    def test_x26_wrong_values_get_a_sentence(self):
        for values, step, token in [
            ("x", None, TOKEN),
            (None, None, TOKEN),
            (None, "x", TOKEN),
            (None, {"activity_type_id": 1}, TOKEN),
            ({"channel": "call", "text": 5}, None, TOKEN),
            ({"channel": "call", "attachment_ids": "1"}, None, TOKEN),
            ({"channel": "call", "participant_ids": ["1"]}, None, TOKEN),
            ({"channel": "call", "text": "x"}, None, "short"),
            ({"channel": "call", "text": "x"}, None, 12345678),
        ]:
            with (
                self.subTest(values=values, step=step, token=token),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
            ):
                self.env["crm.interaction"].with_user(self.seller).quick_log(
                    "res.partner", self.contact.id, values, step, token
                )


@tagged("post_install", "-at_install")
class TestTimelineLive(CrmExtensionCommon):
    """X01: open timelines are told that something happened, and nothing else."""

    def _signals(self, work):
        """Signals of a transaction as (channel, payload)."""
        sent = []
        bus = type(self.env["bus.bus"])

        def note(_self, target, kind, payload):
            if kind == "crm_timeline":
                sent.append((target, payload))

        self.patch(bus, "_sendone", note)
        self.env.cr.precommit.data.pop("crm_extension.timeline_signalled", None)
        work()
        return sent

    def _channels(self, user, *wanted):
        """Which of some channels a user is let in to."""
        websocket = self.env["ir.websocket"].with_user(user)
        found = {}
        for channel in wanted:
            model, record_id = channel.split("/")[1:]
            found.setdefault(model, set()).add(int(record_id))
        return {
            (record._name, record.id)
            for record, _sub in websocket._timeline_channels(found)
        }

    def test_x01_one_signal_without_content(self):
        signals = self._signals(
            lambda: (self.log(user=self.seller), self.log(user=self.mate))
        )
        self.assertEqual(
            signals,
            [
                (
                    (self.customer, "timeline"),
                    {"model": "res.partner", "id": self.customer.id},
                )
            ],
        )

    def test_a_projected_row_signals_too(self):
        order = self.make_order(user=self.seller)
        self.assertTrue(self._signals(order.action_confirm))

    def test_an_import_does_not_shout(self):
        customers = [self.make_customer(f"Customer {number}") for number in range(60)]
        vals = [{"partner_id": customer.id, "subject": "x"} for customer in customers]
        rows = self.env["crm.interaction"]
        signals = self._signals(lambda: rows.create(vals))
        self.assertEqual(len(signals), 50)

    def test_x26_only_readers_of_the_record_may_listen(self):
        lead = self.make_lead(user_id=self.seller.id)
        customer = f"crm_timeline/res.partner/{self.customer.id}"
        channels = (customer, f"crm_timeline/crm.lead/{lead.id}")
        self.assertIn(("crm.lead", lead.id), self._channels(self.seller, *channels))
        self.assertNotIn(
            ("crm.lead", lead.id), self._channels(self.colleague, *channels)
        )
        clerk = new_test_user(self.env, "crm_live_clerk", groups="base.group_user")
        portal = new_test_user(self.env, "crm_live_portal", groups="base.group_portal")
        for user in (clerk, portal):
            self.assertFalse(self._channels(user, *channels))


@tagged("post_install", "-at_install")
class TestTimelineBus(HttpCase):
    def test_x26_channel_names_of_clients_are_replaced(self):
        """What a client asks for never is a channel itself."""
        partner = self.env["res.partner"].create({"name": "Live", "is_company": True})
        self.authenticate("admin", "admin")
        wanted = [
            f"crm_timeline/res.partner/{partner.id}",
            "crm_timeline/res.users/2",
            "crm_timeline/x",
        ]
        answer = self.make_jsonrpc_request(
            "/websocket/peek_notifications",
            {"channels": wanted, "last": 0, "is_first_poll": True},
        )
        self.assertIn("channels", answer)
        channels = [str(channel) for channel in answer["channels"]]
        self.assertFalse([name for name in channels if "crm_timeline/" in name])
        self.assertTrue(
            [
                name
                for name in channels
                if "timeline" in name and str(partner.id) in name
            ]
        )
