import json
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger

from .common import CrmExtensionCommon

MUTED = ("odoo.addons.base.partner.merge", "odoo.models.unlink")
# Changed by every write, and by what a merge and its undo say in the chatter.
IGNORED = {"write_date", "write_uid"}
PIXEL = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    b"rkJggg=="
)


class MergeCommon(CrmExtensionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twins = cls.env["res.partner"].create(
            [
                {
                    "name": f"Rosen Schulz {n}",
                    "is_company": True,
                    "phone": f"+49 30 90182{n}",
                    "email": "info@rosen-schulz.de",
                }
                for n in range(4)
            ]
        )
        cls.first, cls.second = cls.twins[:2]

    def fill(self, partner, other=None):
        """Everything that points at a customer, by key, by pair, by link table."""
        contact = self.make_contact(partner, f"Anna {partner.id}")
        self.log(partner, user=self.manager)
        self.log(contact, user=self.manager)
        self.make_order(partner).action_confirm()
        self.make_lead(partner)
        self.plan(partner)
        partner.message_post(body="Hello")
        partner.message_subscribe((self.seller | self.manager).partner_id.ids)
        partner.category_id = self.env["res.partner.category"].create(
            [{"name": f"Own {partner.id}"}, {"name": "Both"}]
        )
        self.env["ir.attachment"].create(
            {
                "name": "Contract",
                "raw": b"%d" % partner.id,
                "res_model": "res.partner",
                "res_id": partner.id,
            }
        )
        self.env["res.partner.bank"].create(
            {"acc_number": f"DE{partner.id}", "partner_id": partner.id}
        )
        self.env["ir.model.data"].create(
            {
                "module": "__import__",
                "name": f"p{partner.id}",
                "model": "res.partner",
                "res_id": partner.id,
            }
        )
        partner.property_payment_term_id = self.env["account.payment.term"].create(
            {"name": f"Term {partner.id}"}
        )
        if other:
            other.message_subscribe(contact.ids)
            self.env.cr.flush()

    def dump(self, ids):
        """``{table: rows}``: all rows that are or point at some partners."""
        self.env.flush_all()
        schema = self.env["crm.merge.schema"]
        found = {}
        for table, condition in schema._conditions(ids, own=True).items():
            rows = self.env.execute_query(
                SQL(
                    "SELECT to_jsonb(t) FROM %s t WHERE %s",
                    SQL.identifier(table),
                    condition,
                )
            )
            texts = sorted(
                json.dumps(
                    {k: v for k, v in row.items() if k not in IGNORED}, sort_keys=True
                )
                for (row,) in rows
            )
            found[table] = texts
        return found

    def merge(self, partners=None, survivor=None, user=None, choices=None):
        partners = partners or self.first | self.second
        merger = self.env["crm.partner.merge"].with_user(user or self.manager)
        with mute_logger(*MUTED):
            log = merger.merge(partners.ids, (survivor or partners[0]).id, choices)
        return self.env["crm.merge.log"].with_user(user or self.manager).browse(log)


@tagged("post_install", "-at_install")
class TestMergeUndo(MergeCommon):
    """X15: a merge is logged row by row and can be taken back."""

    def assertUndone(self, before, ids):
        """All rows are as before the merge, apart from what the chatter says."""
        after = self.dump(ids)
        chatter = {"mail_message"}
        self.assertEqual(before.keys(), after.keys())
        for table in before.keys() - chatter:
            self.assertEqual(after[table], before[table], table)
        for table in chatter:
            self.assertLessEqual(set(before[table]), set(after[table]), table)

    def test_merge_and_undo_is_nothing(self):
        """X15: every foreign key, link table and model/id pair, by the schema."""
        for partner, other in ((self.first, self.second), (self.second, self.first)):
            self.fill(partner, other)
        common = self.second.category_id[1]
        self.first.category_id |= common
        self.second.image_1920 = PIXEL
        ids = (self.first | self.second | self.twins.child_ids).ids
        before = self.dump(ids)
        image = self.second.image_1920
        log = self.merge()
        self.assertFalse(self.second.exists())
        self.assertNotEqual(self.dump(ids), before)
        self.env["ir.attachment"]._gc_file_store_unsafe()
        log.action_undo()
        self.assertTrue(self.second.exists())
        self.assertUndone(before, ids)
        self.assertEqual(self.second.image_1920, image)

    def test_nothing_is_lost_by_the_merge(self):
        """X15: interactions, orders, to-dos, files, followers and links move."""
        self.fill(self.first)
        self.fill(self.second, self.first)
        history = self.history(self.first) | self.history(self.second)
        followers = (self.first | self.second).message_partner_ids
        orders = (self.first | self.second).sale_order_ids
        categories = (self.first | self.second).category_id
        self.merge()
        self.assertLessEqual(history, self.history(self.first))
        self.assertEqual(orders.partner_id, self.first)
        self.assertEqual(self.first.category_id, categories)
        self.assertLessEqual(followers, self.first.message_partner_ids)
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "res.partner"), ("res_id", "=", self.first.id)]
        )
        self.assertEqual(len(files), 2)
        self.assertEqual(len(self.first.activity_ids), 2)

    def test_later_rows_stay_with_the_survivor(self):
        """X15: what was created or changed after the merge is not touched."""
        order = self.make_order(self.second)
        self.first.comment = False
        log = self.merge()
        later = self.make_order(self.first)
        self.first.phone = "+49 30 111111"
        order.note = "Changed later"
        log.action_undo()
        self.assertEqual(later.partner_id, self.first)
        self.assertEqual(order.partner_id, self.second)
        self.assertIn("Changed later", str(order.note))
        self.assertEqual(self.first.phone, "+49 30 111111")

    def test_what_vanished_since_is_left_out(self):
        """X15: deleted tags, users and orders do not stop the undo."""
        self.fill(self.second)
        order = self.make_order(self.second)
        log = self.merge()
        self.first.category_id.unlink()
        order.unlink()
        log.action_undo()
        self.assertTrue(self.second.exists())
        self.assertFalse(self.second.category_id)

    def test_more_than_three(self):
        """X15: no cap of three for managers; one entry, one undo."""
        for partner in self.twins:
            self.make_order(partner)
        ids = self.twins.ids
        before = self.dump(ids)
        log = self.merge(self.twins)
        self.assertEqual(len(self.first.sale_order_ids), 4)
        self.assertEqual(len(log.src_ids), 3)
        log.action_undo()
        self.assertUndone(before, ids)

    def test_odoos_own_merge_is_logged(self):
        """X15: from Odoo's list action, too."""
        ids = (self.first | self.second).ids
        self.make_order(self.second)
        before = self.dump(ids)
        with mute_logger(*MUTED):
            self.env["base.partner.merge.automatic.wizard"]._merge(ids, self.first)
        log = self.env["crm.merge.log"].search([], limit=1)
        self.assertEqual(log.dst_id, self.first.id)
        log.with_user(self.manager).action_undo()
        self.assertUndone(before, ids)

    def test_refused_when_it_cannot_be(self):
        """X15: too late, twice, in the wrong order, not by salespeople."""
        one = self.merge(self.first | self.second)
        two = self.merge(self.first | self.twins[2])
        with self.assertRaisesRegex(UserError, "later"):
            one.action_undo()
        with self.assertRaises(AccessError):
            two.with_user(self.seller).action_undo()
        with self.assertRaises(AccessError):
            two.with_user(self.boss).action_undo()
        two.action_undo()
        with self.assertRaisesRegex(UserError, "already"):
            two.action_undo()
        old = fields.Datetime.now() - timedelta(days=31)
        self.env.cr.execute("UPDATE crm_merge_log SET create_date = %s", (old,))
        one.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "too late"):
            one.action_undo()

    def test_crash_in_the_middle(self):
        """X15: an error while merging or undoing leaves everything as it was."""
        self.fill(self.second)
        ids = (self.first | self.second | self.twins.child_ids).ids
        before = self.dump(ids)
        path = "odoo.addons.crm_extension.models.crm_merge_log.CrmMergeLog._finish"
        with self.assertRaises(ValueError), self.env.cr.savepoint():
            with patch(path, side_effect=ValueError("power cut")):
                self.merge()
        self.env.invalidate_all()
        self.assertEqual(self.dump(ids), before)
        self.assertFalse(self.env["crm.merge.log"].search([]))

    def test_facts_and_keys_follow(self):
        """X15: derived tables are written anew by merge and undo."""
        self.log(self.second, user=self.manager)
        log = self.merge()
        stat = self.env["crm.customer.stat"]
        self.assertEqual(
            stat._by_customer(self.first)[self.first.id]["contact_count"], 1
        )
        log.action_undo()
        self.assertEqual(
            stat._by_customer(self.first)[self.first.id]["contact_count"], 0
        )
        self.assertEqual(
            stat._by_customer(self.second)[self.second.id]["contact_count"], 1
        )
        [found] = self.env["crm.duplicate"]._find([{"name": "Rosen Schulz 1"}])
        self.assertEqual(found[0]["partner_id"], self.second.id)


@tagged("post_install", "-at_install")
class TestMergePreview(MergeCommon):
    """X15: what a merge will do is seen before."""

    def preview(self, partners=None, user=None):
        merger = self.env["crm.partner.merge"].with_user(user or self.manager)
        return merger.preview((partners or self.first | self.second).ids)

    def test_side_by_side(self):
        self.make_order(self.second)
        self.second.city = "Berlin"
        preview = self.preview()
        rows = {row["name"]: row for row in preview["fields"]}
        self.assertEqual(rows["name"]["values"], ["Rosen Schulz 0", "Rosen Schulz 1"])
        self.assertTrue(rows["name"]["differs"])
        self.assertFalse(rows["email"]["differs"])
        self.assertEqual(rows["city"]["best"], self.second.id)
        moves = {row["label"]: row["counts"] for row in preview["moves"]}
        self.assertEqual(moves["Sales Order"], [0, 1])
        self.assertFalse(preview["refusals"])

    def test_choices(self):
        """X15: per field the value of whom one likes."""
        self.merge(choices={"name": self.second.id, "phone": self.second.id})
        self.assertEqual(self.first.name, "Rosen Schulz 1")
        self.assertEqual(self.first.phone, "+49 30 901821")

    def test_refusals(self):
        """X15: in words, before and at the merge."""
        other = self.env["res.company"].create({"name": "Other Company"})
        contact = self.make_contact(self.first, "Anna")
        cases = (
            (self.first | self.second, {"vat": ("DE123456788", "DE136695976")}, "tax"),
            (self.first | contact, {}, "belongs to another"),
            (self.first | self.seller.partner_id, {}, "colleague"),
            (self.first | self.company.partner_id, {}, "company or a colleague"),
        )
        for partners, vals, words in cases:
            for name, values in vals.items():
                for partner, value in zip(partners, values, strict=True):
                    partner[name] = value
            self.assertIn(words, " ".join(self.preview(partners)["refusals"]))
            with self.assertRaisesRegex(UserError, words):
                self.merge(partners)
        self.first.vat = False
        self.first.company_id, self.second.company_id = self.company, other
        self.manager.company_ids |= other
        self.assertIn("companies", " ".join(self.preview()["refusals"]))

    def test_portal_login_remains(self):
        user = new_test_user(self.env, "dup_customer", groups="base.group_portal")
        partners = self.first | user.partner_id
        self.assertEqual(self.preview(partners)["survivor"], user.partner_id.id)
        with self.assertRaisesRegex(UserError, "portal must remain"):
            self.merge(partners, survivor=self.first)
        self.merge(partners, survivor=user.partner_id)
        self.assertTrue(user.partner_id.exists())

    def test_rights(self):
        """X15: managers only; other companies' customers are out of reach."""
        for user in (self.seller, self.mate, self.boss):
            with self.assertRaises(AccessError):
                self.preview(user=user)
            with self.assertRaises(AccessError):
                self.merge(user=user)
        self.second.company_id = self.env["res.company"].create({"name": "Other"})
        with self.assertRaises(AccessError):
            self.preview()

    def test_hostile(self):
        merger = self.env["crm.partner.merge"].with_user(self.manager)
        ids = (self.first | self.second).ids
        for wrong in (
            None,
            5,
            "x",
            [],
            [self.first.id],
            ["1", "2"],
            [0, -1],
            [[1], [2]],
        ):
            with self.assertRaises(UserError):
                merger.preview(wrong)
        for survivor, choices in (
            (0, {}),
            (self.twins[3].id, {}),
            ("x", {}),
            (self.first.id, {"user_ids": self.second.id}),
            (self.first.id, {"name": self.twins[3].id}),
            (self.first.id, {"signup_token": self.first.id}),
        ):
            with self.assertRaises(UserError):
                merger.merge(ids, survivor, choices)


@tagged("post_install", "-at_install")
class TestDuplicateGroup(MergeCommon):
    """X15: possible duplicates are listed for managers and stay judged."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second.name = "Rosen-Schulz 0 GmbH"
        cls.groups = cls.env["crm.duplicate.group"]
        cls.env.flush_all()

    def find(self):
        while self.groups._find_batch():
            pass
        self.groups._drop_settled()
        return self.groups.search([("partner_ids", "in", self.first.ids)])

    def test_found_once(self):
        """X15: a second run and a changed customer list nothing twice."""
        group = self.find()
        self.assertEqual(len(group), 1)
        self.assertLessEqual(self.first | self.second, group.partner_ids)
        self.assertIn("Same", group.with_user(self.manager).reasons)
        self.second.phone = "+49 30 901829"
        self.assertEqual(self.find(), group)

    def test_not_a_duplicate_is_remembered(self):
        """X15: judged once, it is not listed again."""
        group = self.find().with_user(self.manager)
        group.action_ignore()
        self.second.phone = "+49 30 901829"
        self.assertEqual(self.find().mapped("state"), ["ignored"])
        group.action_reopen()
        self.assertEqual(group.state, "open")

    def test_merged_is_settled(self):
        group = self.find()
        self.merge(group.partner_ids)
        self.groups._drop_settled()
        self.assertFalse(group.exists())

    def test_only_managers(self):
        group = self.find()
        for user in (self.seller, self.boss):
            with self.assertRaises(AccessError):
                group.with_user(user).action_ignore()
            with self.assertRaises(AccessError):
                group.with_user(user).action_find()

    def test_a_huge_cluster_is_bounded(self):
        """X15: hundreds of customers called the same are not one group of hundreds."""
        self.env["res.partner"].create(
            [{"name": "Test Customer", "is_company": True} for _n in range(60)]
        )
        self.env.flush_all()
        self.find()
        self.assertLessEqual(max(self.groups.search([]).mapped("partner_count")), 21)
