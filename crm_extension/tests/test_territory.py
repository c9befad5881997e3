from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.modules.migration import load_script
from odoo.tests import Form, tagged
from odoo.tools import file_path

from .common import CrmExtensionCommon


class TerritoryCommon(CrmExtensionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.china = cls.env.ref("base.cn")
        cls.territories = cls.env["crm.territory"]
        cls.territories.search([]).active = False
        cls.country = cls.territories.create(
            {
                "name": "China",
                "country_ids": cls.china.ids,
                "user_id": cls.seller.id,
                "team_id": cls.team.id,
            }
        )
        cls.east = cls.territories.create(
            {
                "name": "East",
                "parent_id": cls.country.id,
                "cities": "Shanghai, 杭州市",
                "zips": "200000-201999",
            }
        )
        cls.east.write({"zips": False, "user_ids": (cls.colleague | cls.boss).ids})
        cls.env.flush_all()

    @classmethod
    def make_place(cls, name, **vals):
        return cls.make_customer(name, country_id=cls.china.id, **vals)


@tagged("post_install", "-at_install")
class TestTerritory(TerritoryCommon):
    """X17: the tree, and who belongs where."""

    def test_x17_new_customers_find_their_territory_and_people(self):
        first, second = (
            self.make_place("A", city="上海"),
            self.make_place("B", city="杭州"),
        )
        self.assertEqual(
            (first.territory_id, second.territory_id), (self.country, self.east)
        )
        self.east.cities = "上海, 杭州市"
        first, second = (
            self.make_place(name, city=city)
            for name, city in (("C", "上海"), ("D", "杭州"))
        )
        self.assertEqual((first | second).territory_id, self.east)
        self.assertEqual((first | second).user_id, self.colleague | self.boss)
        self.assertEqual(self.history_reason(first), "territory")
        north = self.make_place("N", city="Harbin")
        self.assertEqual(
            (north.territory_id, north.user_id), (self.country, self.seller)
        )
        self.assertIn("country", north.territory_reason)
        self.assertIn("more specific than China", first.territory_reason)

    def history_reason(self, customer):
        rows = self.env["crm.customer.owner"].search([("partner_id", "=", customer.id)])
        return rows[:1].reason

    def test_x17_another_address_another_territory_unless_kept(self):
        moving, kept = self.make_place("A"), self.make_place("B")
        kept.territory_id = self.country
        self.assertTrue(kept.territory_pinned)
        (moving | kept).city = "Shanghai"
        self.assertEqual(moving.territory_id, self.east)
        self.assertEqual(moving.user_id, self.seller, "the person stays")
        self.assertEqual(kept.territory_id, self.country)
        self.assertEqual(kept.territory_reason, "Kept by hand.")
        kept.territory_id = False
        self.assertFalse(kept.territory_pinned)

    def test_x17_industry_size_and_channel(self):
        industry = self.env["res.partner.industry"].search([], limit=1)
        channel = self.env["crm.sales.channel"].create({"name": "Fair"})
        key = self.territories.create(
            {"name": "Key accounts", "size_from": "4", "priority": 5}
        )
        self.territories.create(
            {
                "name": "Food",
                "parent_id": self.country.id,
                "industry_ids": industry.ids,
                "channel_ids": channel.ids,
            }
        )
        customer = self.make_place("A", industry_id=industry.id)
        self.assertEqual(customer.territory_id, self.country)
        customer.sales_channel_id = channel
        self.assertEqual(customer.territory_id.name, "Food")
        customer.employee_range = "5"
        self.assertEqual(customer.territory_id, key)
        self.assertIn("priority", customer.territory_reason)

    def test_x17_the_rest(self):
        rest = self.territories.create({"name": "World", "is_rest": True})
        abroad = self.make_customer("Z", country_id=self.env.ref("base.fr").id)
        self.assertEqual(abroad.territory_id, rest)
        self.assertEqual(self.make_place("A").territory_id, self.country)

    def test_x17_leads_go_to_their_territory(self):
        lead = self.make_lead(user_id=False, city="Shanghai", country_id=self.china.id)
        self.assertEqual(lead.territory_id, self.east)
        self.assertIn(lead.user_id, self.colleague | self.boss)
        self.assertEqual(lead.team_id, self.team, "of the territory around")
        customer = self.make_place("A")
        lead.partner_id = customer
        self.assertEqual(lead.territory_id, self.country)
        mine = self.make_lead(user_id=self.mate.id, country_id=self.china.id)
        self.assertEqual((mine.territory_id, mine.user_id), (self.country, self.mate))
        self.env["ir.config_parameter"].set_param(
            "crm_extension.territory_assign", False
        )
        self.assertFalse(
            self.make_lead(user_id=False, country_id=self.china.id).user_id
        )

    def test_x17_dealing_out_after_an_upgrade(self):
        """X17: on where there were no territories before; what was unticked later
        stays unticked, as the setting says."""
        params = self.env["ir.config_parameter"]
        path = file_path("crm_extension/migrations/19.0.1.3.0/post-territories.py")
        migrate = load_script(path, "post-territories").migrate
        for version, expected in (("19.0.1.2.0", "True"), (None, False)):
            params.set_param("crm_extension.territory_assign", False)
            self.env.flush_all()
            for _twice in range(2):
                migrate(self.env.cr, version)
            self.env.invalidate_all()
            self.env.registry.clear_cache()
            found = params.get_param("crm_extension.territory_assign")
            self.assertEqual(found, expected)

    def test_x17_what_cannot_be_is_refused(self):
        for vals in ({"zips": "310-300"}, {"size_from": "4", "size_to": "2"}):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                self.east.write(vals)
        with self.assertRaises(UserError):
            self.country.parent_id = self.east

    def test_x17_overlaps_are_told(self):
        west = self.territories.create(
            {"name": "West", "parent_id": self.country.id, "cities": "SHANGHAI"}
        )
        self.assertEqual(west.overlaps, "China / East")
        west.priority = 1
        self.assertFalse(west.overlaps)

    def test_x17_customers_of_a_territory_and_its_parts(self):
        self.make_place("A", city="Shanghai")
        self.make_place("B")
        counts = (self.country | self.east).mapped("customer_count")
        self.assertEqual(counts, [2, 1])
        self.assertEqual(
            self.env["res.partner"].search_count(
                self.country.action_open_customers()["domain"]
            ),
            2,
        )

    def test_x17_many_customers_cost_as_much_as_few(self):
        def queries(number):
            values = [
                {"name": "X", "country_id": self.china.id} for _n in range(number)
            ]
            self.env["res.partner"].create(values)
            self.env.flush_all()

        queries(1)
        counts = []
        for number in (2, 12):
            before = self.env.cr.sql_log_count
            partners = self.env["res.partner"].create(
                [{"name": f"X{n}", "is_company": True} for n in range(number)]
            )
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            partners.country_id = self.china
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)


@tagged("post_install", "-at_install")
class TestTerritoryRun(TerritoryCommon):
    """X17: preview before re-assignment."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.place = cls.make_place("Here", city="Shanghai", user_id=cls.seller.id)
        cls.pinned = cls.make_place("Pinned", city="Shanghai", user_id=cls.seller.id)
        cls.free = cls.make_place("Free", city="Shanghai", user_id=False)
        cls.all = cls.place | cls.pinned | cls.free
        cls.all.with_context(crm_territory_machine=True).write(
            {"territory_id": cls.country.id, "user_id": cls.seller.id}
        )
        cls.free.user_id = False
        cls.pinned.territory_pinned = True
        cls.quote = cls.make_order(cls.place, user_id=cls.seller.id)
        cls.lead = cls.make_lead(cls.place, user_id=cls.seller.id)
        cls.env.flush_all()

    def preview(self, user=None, **vals):
        run = self.env["crm.territory.run"].with_user(user or self.manager)
        run = run.create({"partner_domain": f"[('id', 'in', {self.all.ids})]", **vals})
        run.action_preview()
        return run

    def test_x17_the_preview_changes_nothing(self):
        run = self.preview()
        self.assertRecordValues(
            run,
            [
                {
                    "state": "preview",
                    "customer_count": 3,
                    "pinned_count": 1,
                    "line_count": 2,
                    "move_count": 2,
                    "gap_count": 0,
                }
            ],
        )
        line = run.line_ids.filtered(lambda row: row.partner_id == self.place)
        self.assertEqual(
            (line.old_territory_id, line.territory_id), (self.country, self.east)
        )
        self.assertIn("more specific than China", line.why)
        self.assertEqual(run.line_ids.user_id, self.colleague | self.boss)
        self.assertEqual(self.all.territory_id, self.country)
        self.assertEqual(self.place.user_id, self.seller)

    def test_x17_assign_and_take_back(self):
        run = self.preview()
        people = {line.partner_id: line.user_id for line in run.line_ids}
        run.action_assign()
        self.env.invalidate_all()
        self.assertEqual((run.state, run.handover_id.state), ("done", "done"))
        self.assertEqual((self.place | self.free).territory_id, self.east)
        self.assertEqual(self.pinned.territory_id, self.country)
        self.assertEqual(self.pinned.user_id, self.seller)
        for customer, user in people.items():
            self.assertEqual(customer.user_id, user)
        self.assertEqual(self.quote.user_id, people[self.place])
        self.assertEqual(self.lead.user_id, people[self.place])
        rows = self.env["crm.customer.owner"].search(
            [
                ("partner_id", "=", self.place.id),
                ("user_id", "=", self.place.user_id.id),
            ]
        )
        self.assertEqual(rows[:1].reason, "territory")
        with self.assertRaises(UserError):
            run.action_assign()
        run.action_undo()
        self.env.invalidate_all()
        self.assertEqual(self.all.territory_id, self.country)
        self.assertEqual((self.place.user_id, self.quote.user_id), (self.seller,) * 2)
        self.assertFalse(self.free.user_id)
        self.assertEqual(run.state, "undone")

    def test_x17_exceptions_are_kept(self):
        run = self.preview()
        line = run.line_ids.filtered(lambda row: row.partner_id == self.place)
        line.action_keep()
        self.assertTrue(self.place.territory_pinned)
        self.assertEqual(run.line_count, 1)
        run.action_assign()
        self.assertEqual(self.place.territory_id, self.country)
        self.assertFalse(self.preview().line_ids)

    def test_x17_what_changed_since_the_preview_stays(self):
        run = self.preview()
        self.place.user_id = self.mate
        run.action_assign()
        self.assertEqual(self.place.user_id, self.mate)
        line = run.line_ids.filtered(lambda row: row.partner_id == self.place)
        self.assertEqual(line.state, "changed")

    def test_x17_scopes(self):
        run = self.preview(scope="free")
        self.assertEqual(run.line_ids.filtered("moves").partner_id, self.free)
        run = self.preview(scope="territory")
        self.assertFalse(run.move_count)
        run.action_assign()
        self.assertEqual(self.place.territory_id, self.east)
        self.assertEqual(self.place.user_id, self.seller)
        self.assertFalse(run.handover_id)

    def test_x17_gaps_are_counted(self):
        self.free.country_id = self.env.ref("base.fr")
        self.free.city = False
        run = self.preview()
        self.assertEqual(run.gap_count, 1)
        found = self.env["res.partner"].search(run.action_open_gaps()["domain"])
        self.assertIn(self.free, found)

    def test_x26_only_managers_assign(self):
        for user in (self.seller, self.mate, self.boss):
            with self.assertRaises(AccessError):
                self.preview(user)
        run = self.preview()
        with self.assertRaises(AccessError):
            run.line_ids.with_user(self.boss).action_keep()
        with self.assertRaises(AccessError):
            run.line_ids[:1].write({"user_id": self.mate.id})
        with self.assertRaises(ValidationError):
            run.partner_domain = "[('nothing', '=', 1)]"

    def test_x17_the_form(self):
        run = self.preview()
        with Form(run) as form:
            form.scope = "territory"
        run.action_preview()
        self.assertEqual(run.line_count, 2)
        run.action_assign()
        with self.assertRaises(UserError):
            run.unlink()


@tagged("post_install", "-at_install")
class TestHandoverPins(TerritoryCommon):
    """X08: protection from the pool goes with the customer."""

    def test_x08_pins_move_before_their_customers(self):
        customer = self.make_customer("Kept", user_id=self.seller.id)
        pin = self.env["crm.pool.pin"].create(
            {"partner_id": customer.id, "user_id": self.seller.id}
        )
        self.assertTrue(customer.is_pool_pinned)
        handover = self.env["crm.handover"].create(
            {
                "kind": "transfer",
                "from_user_id": self.seller.id,
                "partner_domain": f"[('id', '=', {customer.id})]",
                "receiver_ids": [Command.create({"user_id": self.mate.id})],
            }
        )
        for _step in range(3):
            handover.action_next()
        handover.action_start()
        self.env.invalidate_all()
        self.assertEqual((customer.user_id, pin.user_id), (self.mate, self.mate))
        self.assertTrue(customer.is_pool_pinned)
        handover.action_undo()
        self.env.invalidate_all()
        self.assertEqual((customer.user_id, pin.user_id), (self.seller, self.seller))
