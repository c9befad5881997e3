from odoo.modules.migration import load_script
from odoo.tests import tagged
from odoo.tools import file_path

from .common import CrmExtensionCommon


@tagged("post_install", "-at_install")
class TestInteractionEvent(CrmExtensionCommon):
    """X02: what documents tell is told in the language of the reader."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")

    def _headline(self, row, lang="en_US"):
        return row.with_context(lang=lang).headline

    def _translated(self, sentences):
        """Sentences of a French addon: what a translation file would bring."""
        rows = type(self.env["crm.interaction"])
        original = rows._event_sentences

        def french(model):
            own = sentences if model.env.lang == "fr_FR" else {}
            return {**original(model), **own}

        self.patch(rows, "_event_sentences", french)

    def test_x02_order_is_told_in_the_readers_language(self):
        self._translated({"sale.order:confirmed": "Commande %(order)s confirmée"})
        order = self.make_order(user=self.seller)
        order.with_context(lang="fr_FR").action_confirm()
        row = self.history()
        self.assertEqual(row.event, "sale.order:confirmed")
        self.assertEqual(row.event_args, {"order": order.name})
        self.assertEqual(row.subject, f"Commande {order.name} confirmée")
        self.assertEqual(self._headline(row), f"Order {order.name} confirmed")
        self.assertEqual(row.with_context(lang="en_US").display_name, row.headline)
        page = (
            self.env["crm.interaction"]
            .with_user(self.seller)
            .with_context(lang="fr_FR")
            .timeline_fetch("sale.order", order.id)
        )
        self.assertEqual(
            page["rows"][0]["headline"], f"Commande {order.name} confirmée"
        )

    def test_kind_of_a_todo_without_summary_is_translated(self):
        kind = self.env.ref("mail.mail_activity_data_todo")
        kind.with_context(lang="fr_FR").name = "À faire"
        todo = self.plan(self.contact, activity_type_id=kind.id, summary=False)
        todo.action_feedback()
        row = self.history()
        self.assertEqual(self._headline(row), f"To-do done: {kind.name}")
        self.assertEqual(self._headline(row, "fr_FR"), "To-do done: À faire")

    def test_record_that_is_gone_keeps_its_name_of_then(self):
        row = self._project({"name": ["record", "mail.activity.type", 0, "Old kind"]})
        self.assertEqual(self._headline(row), "To-do done: Old kind")

    def test_dates_follow_the_reader(self):
        row = self._project({"name": ["date", "2027-02-22"]})
        self.assertEqual(self._headline(row), "To-do done: 02/22/2027")
        self.assertEqual(self._headline(row, "fr_FR"), "To-do done: 22/02/2027")

    def test_missing_argument_leaves_the_sentence_readable(self):
        self.assertEqual(self._headline(self._project({})), "To-do done: …")

    def test_other_rows_show_their_subject(self):
        row = self.log()
        self.assertFalse(row.event)
        self.assertEqual(row.headline, "Asked for samples")

    def test_headlines_of_a_page_cost_no_query_each(self):
        kind = self.env.ref("mail.mail_activity_data_todo")
        args = {"name": ["record", kind._name, kind.id, kind.name]}
        rows = self.env["crm.interaction"]._project(
            [self._vals(args, number) for number in range(50)]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(3):
            self.assertEqual(len(set(rows.mapped("headline"))), 1)

    def test_projecting_many_costs_no_query_each(self):
        kind = self.env.ref("mail.mail_activity_data_todo")
        args = {"name": ["record", kind._name, kind.id, kind.name]}
        rows = self.env["crm.interaction"]
        rows._project([self._vals(args, 0)])
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(14):
            rows._project([self._vals(args, number) for number in range(1, 101)])

    def _vals(self, args, number=1):
        return {
            "source_key": f"mail.activity,{number}:done:1",
            "partner_id": self.contact.id,
            "event_args": args,
        }

    def _project(self, args):
        return self.env["crm.interaction"]._project([self._vals(args)])


@tagged("post_install", "-at_install")
class TestEventMigration(CrmExtensionCommon):
    """Rows written before 19.0.1.1.0 learn their event."""

    def _migrate(self, rows):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_interaction SET event = NULL, event_args = NULL WHERE id IN %s",
            [tuple(rows.ids)],
        )
        path = file_path("crm_extension/migrations/19.0.1.1.0/post-events.py")
        load_script(path, "post-events").migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()

    def test_rows_of_documents(self):
        order = self.make_order(user=self.seller)
        order.action_quotation_sent()
        order.action_confirm()
        self.plan(self.contact).action_feedback()
        self.plan(self.contact, summary=False).action_feedback()
        rows = self.history()
        before = {row: (row.event, row.event_args, row.headline) for row in rows}
        self.assertEqual(len(before), 4)
        self._migrate(rows)
        after = {row: (row.event, row.event_args, row.headline) for row in rows}
        self.assertEqual(after, before)

    def test_row_of_a_deleted_document_keeps_its_sentence(self):
        order = self.make_order(user=self.seller)
        order.action_quotation_sent()
        row = self.history()
        sentence = row.subject
        order._action_cancel()
        order.with_user(self.env.ref("base.user_admin")).unlink()
        self._migrate(row)
        self.assertEqual((row.event, row.event_args), ("sale.order:sent", False))
        self.assertEqual(row.headline, sentence)

    def test_authored_rows_stay_untouched(self):
        row = self.log()
        self._migrate(row)
        self.assertFalse(row.event)
