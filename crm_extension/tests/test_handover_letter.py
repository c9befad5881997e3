from odoo.tests import tagged

from .handover_common import HandoverCommon


@tagged("post_install", "-at_install")
class TestHandoverLetter(HandoverCommon):
    """X08: the letter to the customer, once, in the customer's language."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.letter = cls.env.ref("crm_extension.crm_handover_letter")
        cls.letter.with_context(
            lang="zh_CN"
        ).subject = "您的新联系人:{{ object.to_user_id.name }}"
        cls.customers.lang = "en_US"
        cls.customers[1].lang = "zh_CN"
        cls.customers[1].email = "shop1@example.com"

    def letters(self, handover, channel="email"):
        keys = [item._letter_key(channel) for item in handover.item_ids]
        letters = self.env["crm.outbox"].search([("key", "in", keys)])
        return {letter.res_id: letter for letter in letters}

    def test_letters(self):
        """X08: one letter a customer, to the customer or to its first person with an
        address, in the name of the new salesperson, from the outbox."""
        handover = self.make_handover(self.heirs[0], letter_template_id=self.letter.id)
        self.assertIn("Andrew Fuller", handover.letter_preview)
        handover.action_start()
        letters = self.letters(handover)
        self.assertEqual(set(letters), set(self.customers.ids))
        first, second = letters[self.first.id], letters[self.customers[1].id]
        self.assertEqual(first.partner_id, self.person)
        self.assertEqual(first.subject, "Your contact: Andrew Fuller")
        self.assertIn("Nancy Davolio", first.body_html)
        self.assertEqual(second.partner_id, self.customers[1])
        self.assertEqual(second.subject, "您的新联系人:Andrew Fuller")
        self.assertEqual(set(map(lambda m: m.state, letters.values())), {"todo"})
        self.assertEqual(first.user_id, self.heirs[0])
        self.assertEqual((first.origin, first.purpose), ("handover", "service"))

    def test_text_message(self):
        """X08: a text message instead of a letter."""
        template = self.env.ref("crm_extension.crm_handover_sms")
        handover = self.make_handover(self.heirs[0], sms_template_id=template.id)
        handover.action_start()
        texts = self.letters(handover, "sms")
        self.assertIn("Andrew Fuller looks after you", texts[self.first.id].body)
        self.assertFalse(self.letters(handover))

    def test_only_customers_that_change_hands(self):
        """X08: no letter for a lead on a colleague's customer, and none unasked."""
        self.make_lead(self.customer, user_id=self.leaver.id)
        handover = self.make_handover(letter_template_id=self.letter.id)
        handover.action_start()
        self.assertNotIn(self.customer.id, self.letters(handover))
        handover.action_undo()
        silent = self.make_handover()
        silent.action_start()
        self.assertFalse(self.letters(silent))

    def test_undo_withdraws(self):
        """X08: letters that have not left are withdrawn with the handover."""
        handover = self.make_handover(letter_template_id=self.letter.id)
        handover.action_start()
        sent = self.letters(handover)[self.first.id]
        sent.sudo().state = "sent"
        handover.action_undo()
        states = {letter.state for letter in self.letters(handover).values()}
        self.assertEqual(states, {"sent", "skipped"})
        reasons = self.letters(handover)[self.customers[1].id].reason
        self.assertEqual(reasons, "withdrawn")

    def test_letters_cost_the_same_for_many(self):
        """X08: as many queries for twenty letters as for two."""
        handover = self.make_handover(
            self.heirs[0], letter_template_id=self.letter.id
        )._machine()
        counts = []
        items = handover.item_ids
        for size in (2, 4):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            handover._send_letters(items[:size])
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
