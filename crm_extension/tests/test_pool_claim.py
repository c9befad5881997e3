from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, LockError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common_pool import DAY, NOW, PoolCommon, day


@tagged("post_install", "-at_install")
class PoolClaimCommon(PoolCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.waiting = cls.make_customer(
            "Vaffeljernet", pool_id=cls.pool.id, phone="+45 31 12 34 56", city="Århus"
        )
        cls.waiting_person = cls.make_contact(cls.waiting, "Palle Ibsen")

    def claim(self, customer=None, user=None):
        customer = customer or self.waiting
        return customer.with_user(user or self.seller).action_pool_claim()

    def moves(self, customer=None):
        return self.env["crm.pool.move"].search(
            [("partner_id", "=", (customer or self.waiting).id)]
        )


class TestPoolClaim(PoolClaimCommon):
    """X09: claim, assign, give back: who may, how many, how often."""

    def test_claim(self):
        """X09: who claims a customer looks after it and its people."""
        action = self.claim()
        self.assertEqual(action["params"]["message"], "Vaffeljernet is yours now.")
        self.assertEqual(self.waiting.user_id, self.seller)
        self.assertEqual(self.waiting_person.user_id, self.seller)
        self.assertFalse(self.waiting.pool_id)
        self.assertFalse(self.waiting.pool_date)
        move = self.moves()[0]
        self.assertRecordValues(
            move,
            [
                {
                    "kind": "claimed",
                    "pool_id": self.pool.id,
                    "to_user_id": self.seller.id,
                    "user_id": self.seller.id,
                }
            ],
        )
        row = self.history(self.waiting)[0]
        self.assertEqual(
            row.headline, f"Claimed by {self.seller.name} from the pool North"
        )
        self.assertFalse(row.is_followup, "a claim is no contact")

    def test_claim_twice(self):
        """X09: the second one is told who was faster."""
        self.claim(user=self.mate)
        with self.refused(f"Vaffeljernet was given to {self.mate.name} just before"):
            self.claim()
        self.assertEqual(self.waiting.user_id, self.mate)

    def test_claim_at_the_same_moment(self):
        """X09: while somebody else holds the row the other one is told so."""
        with (
            patch.object(
                type(self.waiting), "lock_for_update", side_effect=LockError("locked")
            ),
            self.refused("Somebody else is just taking"),
        ):
            self.claim()

    def test_no_member(self):
        with self.refused("of which you are no member"):
            self.claim(user=self.colleague)
        with self.refused("is in no public pool"):
            self.claim(self.other_customer)

    def test_claim_limit(self):
        """X09: so many a day, counted over all clicks; tomorrow again."""
        self.pool.claim_limit = 2
        some = self.make_customers(3)
        some[:2].with_user(self.seller).action_pool_claim()
        with self.refused("You have claimed 2 of 2 customers"):
            self.claim(some[2])
        self.assertFalse(some[2].user_id)
        self.claim(some[2], user=self.mate)
        usage = self.env["crm.pool.usage"].search([("user_id", "=", self.seller.id)])
        usage.day = day(-1)
        self.env.flush_all()
        self.claim()

    def test_all_or_none(self):
        self.pool.claim_limit = 2
        some = self.make_customers(3)
        with self.refused("You have claimed 0 of 2 customers"):
            some.with_user(self.seller).action_pool_claim()
        self.assertFalse(some.user_id)

    def make_customers(self, count, **vals):
        return self.env["res.partner"].create(
            [
                {
                    "name": f"Customer {number}",
                    "is_company": True,
                    "pool_id": self.pool.id,
                    **vals,
                }
                for number in range(count)
            ]
        )

    def test_owned_limit(self):
        """X09: so many customers a person; those who bought do not count."""
        self.pool.owned_limit = 1
        with self.refused(
            "looks after 1 customers, the limit of the pool “North” is 1"
        ):
            self.claim()
        self.make_order().action_confirm()
        self.claim()
        self.assertEqual(self.waiting.user_id, self.seller)
        with self.refused("the limit of the pool"):
            self.other_customer.with_user(self.seller).user_id = self.seller
        with self.refused("the limit of the pool"):
            self.env["res.partner"].with_user(self.seller).create(
                {"name": "One more", "is_company": True, "user_id": self.seller.id}
            )
        self.other_customer.with_user(self.manager).user_id = self.seller
        self.pool.owned_without_deals = False
        self.assertEqual(self.seller._pool_owned(self.pool), 3)

    def test_cooling(self):
        """X09: whoever lost a customer waits before claiming it back."""
        self.customer._pool_drop(self.pool, "fell", {self.customer.id: {}})
        with self.refused("Ernst Handel was yours until"):
            self.claim(self.customer)
        self.customer.pool_date = NOW - 7 * DAY
        self.claim(self.customer)

    def test_cooling_is_for_the_previous_one_only(self):
        self.customer._pool_drop(self.pool, "fell", {self.customer.id: {}})
        self.claim(self.customer, user=self.mate)
        self.assertEqual(self.customer.user_id, self.mate)

    def test_second_thought(self):
        """X09: what somebody gave back by hand he may take again for some minutes."""
        self.customer.with_user(self.seller)._pool_give_back(self.pool, "No budget")
        self.claim(self.customer)
        self.assertEqual(self.customer.user_id, self.seller)
        self.customer.with_user(self.seller)._pool_give_back(self.pool, "No budget")
        self.customer.pool_date = NOW - timedelta(minutes=16)
        with self.refused("was yours until"):
            self.claim(self.customer)

    def test_rest(self):
        """X09: a customer that came in, or was complained about, rests for all."""
        self.pool.rest_hours = 12
        self.customer._pool_drop(self.pool, "fell", {self.customer.id: {}})
        self.assertEqual(self.customer.pool_rest_until, NOW + timedelta(hours=12))
        with self.refused("Ernst Handel rests until"):
            self.claim(self.customer, user=self.mate)
        self.pool.admin_ids = self.boss
        self.wizard(self.waiting, self.boss, what="rest", rest_days=3, note="Complaint")
        with self.refused("Vaffeljernet rests until", "Complaint"):
            self.claim()
        self.wizard(self.waiting, self.boss, what="rest", rest_days=0)
        self.claim()

    def wizard(self, customers, user, **vals):
        action = customers.with_user(user).action_pool_assign()
        wizard = self.env["crm.pool.assign"].with_user(user).browse(action["res_id"])
        wizard.write(vals)
        return wizard.action_confirm()

    # Assigning

    def test_assign(self):
        """X09: the manager of a pool gives its customers to somebody."""
        with self.refused("Only the pool managers"):
            self.wizard(self.waiting, self.mate, user_id=self.seller.id)
        self.pool.admin_ids = self.boss
        self.wizard(
            self.waiting, self.boss, user_id=self.seller.id, note="Speaks Danish"
        )
        self.assertEqual(self.waiting.user_id, self.seller)
        self.assertRecordValues(
            self.moves()[0],
            [{"kind": "assigned", "reason": "Speaks Danish", "user_id": self.boss.id}],
        )
        with self.refused("was given to"):
            self.waiting.with_user(self.boss).action_pool_assign()

    def test_assign_respects_the_limit(self):
        self.pool.write({"admin_ids": self.boss.ids, "owned_limit": 1})
        with self.refused("the limit of the pool"):
            self.wizard(self.waiting, self.boss, user_id=self.seller.id)

    def test_nobody_passes_by_the_claim(self):
        """X09: a customer in a pool is not taken by writing on its form."""
        with self.refused("is in the pool “North”. Claim it there"):
            self.waiting.with_user(self.seller).user_id = self.seller
        with self.refused("Only the managers of the pool"):
            self.waiting.with_user(self.seller).pool_id = False
        with self.refused("Only the managers of the pool"):
            self.customer.with_user(self.seller).pool_id = self.pool
        self.waiting.with_user(self.manager).user_id = self.mate
        self.assertFalse(self.waiting.pool_id)

    # Giving back

    def test_give_back(self):
        """X09: own customers go back with a reason; open to-dos on them end."""
        todo = self.plan(self.customer, self.seller)
        other = self.plan(self.customer, self.mate)
        self.contact.user_id = self.seller
        action = self.customer.with_user(self.seller).action_pool_give_back()
        wizard = self.env["crm.pool.give.back"].with_user(self.seller)
        wizard = wizard.browse(action["res_id"])
        self.assertEqual(wizard.pool_id, self.pool)
        with self.refused("Say why"):
            wizard.action_give_back()
        wizard.note = "Moved to Graz"
        wizard.action_give_back()
        self.assertRecordValues(
            self.customer,
            [
                {
                    "user_id": False,
                    "pool_id": self.pool.id,
                    "pool_date": NOW,
                    "pool_previous_user_id": self.seller.id,
                    "pool_reason": "Moved to Graz",
                }
            ],
        )
        self.assertFalse(self.contact.user_id)
        self.assertFalse(todo.exists())
        self.assertTrue(other.exists())
        self.assertEqual(
            self.history()[0].headline,
            f"Given back to the pool North by {self.seller.name}",
        )

    def test_give_back_of_others(self):
        with self.refused("is not your customer"):
            self.customer.with_user(self.mate)._pool_give_back(self.pool, "Because")
        self.customer.with_user(self.manager)._pool_give_back(self.pool, "Because")
        self.assertEqual(self.customer.pool_id, self.pool)

    # Pins

    def test_pin(self):
        """X09: a pinned customer stays; so many pins a person, for so many days."""
        self.pool.write({"pin_limit": 1, "pin_days": 90})
        mine = self.customer.with_user(self.seller)
        mine.action_pool_pin()
        mine.action_pool_pin()  # twice is once
        self.assertEqual(self.due(), day(90))
        self.assertIn("pinned until", self.words())
        other = self.make_customer("Second", user_id=self.seller.id)
        with self.refused("1 of 1 pins are used"):
            other.with_user(self.seller).action_pool_pin()
        with self.refused("is not your customer"):
            self.customer.with_user(self.mate).action_pool_pin()
        self.assertEqual(
            self.env["res.partner"].search([("is_pool_pinned", "=", True)]),
            self.customer,
        )
        mine.action_pool_unpin()
        self.assertFalse(mine.is_pool_pinned)
        self.assertEqual(self.due(), day(-70))
        other.with_user(self.seller).action_pool_pin()

    def test_pin_without_end(self):
        self.pool.pin_days = 0
        self.customer.with_user(self.seller).action_pool_pin()
        self.assertEqual(
            self.words(), "Stays with the salesperson: pinned by the salesperson"
        )
        self.customer.user_id = self.mate
        self.assertTrue(self.due(), "a pin holds for the one who set it")

    # Import

    def test_import_into_a_pool(self):
        """X09: customers are imported straight into a pool, without a salesperson."""
        partners = self.env["res.partner"].with_user(self.manager)
        partners = partners.with_context(default_user_id=self.manager.id)
        result = partners.load(
            ["name", "is_company", "pool_id"], [["Königlich Essen", "1", "North"]]
        )
        self.assertFalse(result["messages"])
        customer = partners.browse(result["ids"])
        self.assertRecordValues(
            customer,
            [{"user_id": False, "pool_id": self.pool.id, "pool_date": NOW}],
        )
        self.assertEqual(self.moves(customer).kind, "entered")
        with self.refused("either a salesperson or a pool"):
            partners.create(
                {"name": "X", "user_id": self.seller.id, "pool_id": self.pool.id}
            )
        with self.refused("Only the managers of the pool"):
            self.env["res.partner"].with_user(self.seller).create(
                {"name": "X", "pool_id": self.pool.id}
            )

    def test_other_company(self):
        self.other_customer.company_id = self.env["res.company"].create({"name": "B"})
        with self.refused("another company than the pool", error=ValidationError):
            self.other_customer.pool_id = self.pool

    def test_merge(self):
        """X09: a merged customer is either in a pool or somebody's, never both."""
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((self.customer | self.waiting).ids, self.customer, False)
        self.assertEqual(self.customer.user_id, self.seller)
        self.assertFalse(self.customer.pool_id)
        self.assertTrue(self.moves(self.customer), "the moves came along")
        owned = self.make_customer("Owned", user_id=self.mate.id)
        waiting = self.make_customer("Waiting", pool_id=self.pool.id)
        wizard._merge((owned | waiting).ids, waiting, False)
        self.assertEqual(waiting.user_id, self.mate)
        self.assertFalse(waiting.pool_id)

    def test_duplicate_check_names_the_pool(self):
        """X09, X15: whoever checks a customer learns that it waits in a pool."""
        answers = self.env["crm.duplicate"].with_user(self.seller)
        found = answers.check({"phone": "+45 31 12 34 56"})["answers"]
        self.assertEqual([answer["state"] for answer in found], ["pool"])
        self.assertFalse(found[0]["visible"], "masked until claimed")

    def test_pool_is_not_deleted_with_customers(self):
        with self.refused("1 customers are in the pool “North”"):
            self.pool.unlink()


class TestPoolMasking(PoolClaimCommon):
    """X09: the pool shows history and reasons, and keeps phones to itself."""

    def reader(self, user=None):
        return self.waiting.with_user(user or self.seller)

    def phone(self, user=None):
        self.env.invalidate_all()
        return self.reader(user).read(["phone"])[0]["phone"]

    def test_masked_until_claimed(self):
        """X09, X26: members read name, history and reason, but no phone before the
        claim; nobody opens the customer by a lead."""
        self.log(self.waiting_person, user=self.colleague, subject="Asked for irons")
        self.assertEqual(self.phone(), "•••••")
        self.assertEqual(self.phone(self.boss), "+45 31 12 34 56")
        self.assertEqual(self.reader().read(["name", "city"])[0]["city"], "Århus")
        self.assertFalse(self.reader().search([("phone", "like", "31 12")]))
        self.assertEqual(
            self.reader().owner_sentence,
            "Vaffeljernet is in the pool “North”. Claim the customer to see its data.",
        )
        with self.refused("Claim the customer", error=AccessError):
            self.env["crm.lead"].with_user(self.seller).create(
                {
                    "name": "By the back door",
                    "partner_id": self.waiting.id,
                    "user_id": self.seller.id,
                }
            )
        self.claim()
        self.assertEqual(self.phone(), "+45 31 12 34 56")

    def test_history_is_seen(self):
        """X09: the pool is no empty card: members read what was said before."""
        self.log(self.waiting_person, user=self.colleague, subject="Asked for irons")
        rows = self.env["crm.interaction"]
        domain = [("commercial_partner_id", "=", self.waiting.id)]
        self.assertIn(
            "Asked for irons",
            rows.with_user(self.seller).search(domain).mapped("subject"),
        )
        self.assertTrue(self.reader().last_contact_date)
        other_pool = self.make_pool("South", self.other_team)
        self.waiting.pool_id = other_pool
        self.assertFalse(rows.with_user(self.seller).search(domain))
        with self.assertRaises(AccessError):
            rows.with_user(self.seller).browse(self.history(self.waiting).ids).read(
                ["subject"]
            )

    def test_open_pool(self):
        self.pool.data_mode = "open"
        self.assertEqual(self.phone(), "+45 31 12 34 56")

    def test_masked_until_viewed(self):
        """X09: opening shows the data, so many customers a day."""
        self.pool.write({"data_mode": "viewed", "view_limit": 1})
        self.assertEqual(self.phone(), "•••••")
        self.reader().action_open_customer_360()
        self.assertEqual(self.phone(), "+45 31 12 34 56")
        self.reader().action_open_customer_360()  # the same one again is free
        second = self.make_customer("Second", pool_id=self.pool.id)
        with self.refused("You have opened 1 customers"):
            second.with_user(self.seller).action_pool_view()
        second.with_user(self.boss).action_open_customer_360()

    def test_view_limit_holds_for_the_history(self):
        """X09: where views are limited the history opens with the customer."""
        self.pool.view_limit = 5
        self.log(self.waiting_person, user=self.colleague)
        rows = self.env["crm.interaction"].with_user(self.seller)
        domain = [("commercial_partner_id", "=", self.waiting.id)]
        self.assertFalse(rows.search(domain))
        self.reader().action_pool_view()
        self.assertTrue(rows.search(domain))

    def test_pool_manager_sees_all(self):
        self.pool.admin_ids = self.mate
        self.assertEqual(self.phone(self.mate), "+45 31 12 34 56")
        self.assertEqual(self.phone(), "•••••")

    def test_colleagues_stay_open(self):
        """X26: a pool that masks masks nothing but its own customers."""
        self.assertEqual(self.seller._crm_mask_mode(), "masked")
        other = self.make_customer("Open", user_id=self.colleague.id, phone="+1 650 1")
        self.assertEqual(
            other.with_user(self.seller).read(["phone"])[0]["phone"], "+1 650 1"
        )

    def test_page_of_the_customer(self):
        """X09: the page shows why the customer is there, and the button to claim it."""
        view = self.env["crm.customer.view"].with_user(self.seller)
        page = view.customer_fetch(self.waiting.id)
        pool = page["header"]["pool"]
        self.assertTrue(pool["text"].startswith("In the pool “North” since"))
        self.assertEqual([a["name"] for a in pool["actions"]], ["action_pool_claim"])
        page = view.customer_fetch(self.customer.id)
        pool = page["header"]["pool"]
        self.assertEqual(pool["tone"], "danger")
        self.assertEqual(
            [a["name"] for a in pool["actions"]],
            ["action_pool_pin", "action_pool_give_back"],
        )
        self.rule.state = "off"
        self.env.invalidate_all()
        page = view.customer_fetch(self.customer.id)
        self.assertEqual(
            [a["name"] for a in page["header"]["pool"]["actions"]],
            ["action_pool_give_back"],
        )

    def test_members_of_teams_follow_the_team(self):
        self.assertTrue(self.pool.with_user(self.seller).is_member)
        self.team.crm_team_member_ids.filtered(
            lambda member: member.user_id == self.seller
        ).active = False
        self.env.invalidate_all()
        self.assertFalse(self.pool.with_user(self.seller).is_member)
        self.pool.user_ids = [Command.link(self.colleague.id)]
        self.assertTrue(self.pool.with_user(self.colleague).is_member)


class TestPoolLeads(PoolClaimCommon):
    """X09: unassigned leads are a pool by nature."""

    def test_claim_and_give_back(self):
        lead = self.make_lead(user_id=False, team_id=False)
        mine = lead.with_user(self.seller)
        self.assertTrue(mine.can_claim)
        mine.action_pool_claim()
        self.assertEqual(lead.user_id, self.seller)
        with self.refused("was given to"):
            lead.with_user(self.boss).action_pool_claim()
        with self.refused("is not your lead"):
            lead.with_user(self.boss)._pool_give_back("No")
        with self.refused("Say why"):
            mine._pool_give_back(" ")
        action = mine.action_pool_give_back()
        wizard = self.env["crm.pool.give.back"].with_user(self.seller)
        wizard = wizard.browse(action["res_id"])
        self.assertTrue(wizard.is_lead)
        wizard.note = "Wrong region"
        wizard.action_give_back()
        self.assertFalse(lead.user_id)
        self.assertIn("Wrong region", lead.message_ids[0].body)

    def test_leads_count_for_the_day(self):
        self.pool.claim_limit = 1
        leads = self.make_lead(user_id=False) | self.make_lead(user_id=False)
        with self.refused("You have taken 0 of 1 leads"):
            leads.with_user(self.seller).action_pool_claim()
        leads[0].with_user(self.seller).action_pool_claim()
        with self.refused("You have taken 1 of 1 leads"):
            leads[1].with_user(self.seller).action_pool_claim()
