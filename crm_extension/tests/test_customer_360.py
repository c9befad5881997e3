from ast import literal_eval
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CrmExtensionCommon

# The page of any customer, however big: what its frame and each card of any addon
# may ask for.
FRAME_QUERIES = 30
CARD_QUERIES = 7


class Customer360Common(CrmExtensionCommon):
    """Looks at the page of a customer as somebody."""

    def fetch(self, partner=None, user=None):
        view = self.env["crm.customer.view"].with_user(user or self.seller)
        return view.customer_fetch((partner or self.customer).id)

    def section(self, name, page=None, **options):
        page = page or self.fetch(**options)
        found = [part["data"] for part in page["sections"] if part["name"] == name]
        return found[0] if found else None

    def groups(self, **options):
        return {
            group["name"]: group for group in self.section("open", **options)["groups"]
        }

    def alerts(self, **options):
        return {alert["name"]: alert for alert in self.fetch(**options)["alerts"]}


@tagged("post_install", "-at_install")
class TestCustomer360(Customer360Common):
    """X03: one page answers who this is and what is next."""

    def test_empty_new_customer_has_a_whole_page(self):
        page = self.fetch(self.make_customer("New", user_id=self.seller.id))
        header = page["header"]
        self.assertEqual((header["name"], header["state"]), ("New", "prospect"))
        self.assertFalse(
            header["last_contact"] or header["next_step"] or header["phones"]
        )
        self.assertEqual(page["alerts"], [])
        self.assertEqual(page["phases"], {"before": 0, "during": 0, "after": 0})
        self.assertLessEqual(
            {"money", "open", "buys", "people", "feels", "profile", "files"},
            {section["name"] for section in page["sections"]},
        )
        for section in page["sections"]:
            if section["name"] != "owners":  # the new customer has one
                self.assertEqual(section["data"]["items"], [], section["name"])

    def test_header_says_who_when_and_what_next(self):
        level = self.env.ref("crm_extension.crm_customer_level_a")
        self.customer.write({"phone": "+43 662 123456", "customer_level_id": level.id})
        self.contact.phone = "+43 662 123456-22"
        self.log(user=self.seller)
        self.plan(self.contact, self.seller, summary="Send samples")
        header = self.fetch()["header"]
        self.assertEqual(header["owner"]["id"], self.seller.id)
        self.assertEqual(header["level"]["rhythm_days"], 14)
        self.assertEqual(
            [(phone["href"], phone["who"]) for phone in header["phones"]],
            [("tel:+43662123456", ""), ("tel:+4366212345622", "Roland Mendel")],
        )
        self.assertEqual(header["last_contact"]["channel"], "call")
        self.assertEqual(header["last_contact"]["user"], self.seller.name)
        self.assertEqual(header["next_step"]["summary"], "Send samples")

    def test_contact_opens_the_page_of_its_company(self):
        page = self.fetch(self.contact)
        self.assertEqual(
            (page["id"], page["contact_id"]), (self.customer.id, self.contact.id)
        )
        action = self.contact.with_user(self.seller).action_open_customer_360()
        self.assertEqual(action["tag"], "crm_extension.customer_360")
        self.assertEqual(action["params"], {"partner_id": self.customer.id})

    def test_before_during_and_after_the_sale(self):
        self.make_lead(self.customer, user_id=self.seller.id)
        self.make_order(user=self.seller)
        self.make_order(self.contact, user=self.seller).action_confirm()
        page = self.fetch()
        phases, groups = page["phases"], self.groups(page=page)
        self.assertEqual((phases["before"], phases["after"]), (2, 0))
        self.assertGreaterEqual(phases["during"], 1)
        self.assertEqual(list(groups)[:3], ["leads", "quotations", "orders"])
        self.assertEqual(
            [groups[name]["phase"] for name in ("leads", "quotations", "orders")],
            ["before", "before", "during"],
        )
        self.assertIn("60.00", groups["quotations"]["items"][0]["value"])

    def test_expired_quotation_says_so(self):
        day = fields.Date.today() - timedelta(days=1)
        self.make_order(user=self.seller).validity_date = day
        [item] = self.groups()["quotations"]["items"]
        self.assertEqual(item["tone"], "danger")

    def test_many_open_documents_are_counted_not_listed(self):
        for _number in range(6):
            self.make_order(user=self.seller)
        group = self.groups()["quotations"]
        self.assertEqual((group["count"], len(group["items"])), (6, 4))
        self.assertEqual(
            self.env["sale.order"].search_count(group["action"]["domain"]), 6
        )

    def test_names_are_data_not_markup(self):
        """A name is handed out as it was typed; the page shows it as text."""
        name = "<img src=x onerror=alert(1)>"
        self.customer.name = name
        self.contact.name = name
        page = self.fetch()
        self.assertEqual(page["header"]["name"], name)
        self.assertEqual(self.section("people", page)["items"][0]["title"], name)

    def test_phone_link_holds_dialling_characters_only(self):
        self.customer.phone = 'javascript:alert(1)" onclick="x(+43)'
        phones = self.fetch()["header"]["phones"]
        self.assertTrue(phones)
        for phone in phones:
            self.assertRegex(phone["href"], r"^tel:[0-9+*#;=a-z]*$")

    # Rights

    def test_hostile_ids_get_a_clear_sentence(self):
        view = self.env["crm.customer.view"].with_user(self.seller)
        gone = self.make_customer("Gone")
        gone_id = gone.id
        gone.unlink()
        for wrong in (0, -1, True, None, "34", [34], 2**40, {"id": 1}, gone_id, 1.5):
            with self.assertRaises(UserError):
                view.customer_fetch(wrong)

    def test_other_company_is_closed(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.customer.company_id = other
        with self.assertRaises(AccessError):
            self.fetch()

    def test_lowest_rights(self):
        nobody = self.make_user("nobody", "base.group_user")
        with self.assertRaises(AccessError):
            self.fetch(user=nobody)
        with self.assertRaises(AccessError):
            self.env["crm.customer.view"].with_user(nobody).customer_layout_save({})

    def test_history_reader_without_sales_sees_no_documents(self):
        reader = self.make_user("reader", "crm_extension.crm_extension_group_history")
        self.make_order(user=self.seller)
        page = self.fetch(user=reader)
        names = {section["name"] for section in page["sections"]}
        self.assertFalse(names & {"money", "buys"})
        self.assertEqual(self.section("open", page)["groups"], [])
        self.assertEqual(page["header"]["levels"], [])

    def test_own_documents_only(self):
        self.make_order(user=self.seller)
        self.assertIn("quotations", self.groups())
        self.assertNotIn("quotations", self.groups(user=self.colleague))
        self.assertIn("quotations", self.groups(user=self.boss))

    def test_x26_masked_customer_shows_no_personal_data(self):
        self.customer.write({"phone": "+43 662 123456", "email": "office@eh.example"})
        self.contact.phone = "+43 662 654321"
        for mode in ("masked", "strict"):
            self.company.crm_masking = mode
            try:
                page = self.fetch(user=self.colleague)
            except AccessError:
                continue
            told = str(page)
            for secret in ("662", "office@", "Roland"):
                self.assertNotIn(secret, told, mode)
            self.assertTrue(page["header"]["masked"])
            self.assertFalse(
                {"people", "profile", "files", "feels"}
                & {section["name"] for section in page["sections"]}
            )
        self.assertIn("662", str(self.fetch()))

    # Layout

    def test_x25_layout_is_the_users_own(self):
        view = self.env["crm.customer.view"]
        wanted = {"order": ["open", "money"], "folded": ["buys"], "hidden": ["files"]}
        view.with_user(self.seller).customer_layout_save(wanted)
        self.assertEqual(self.fetch()["layout"], wanted)
        self.assertEqual(
            self.fetch(user=self.boss)["layout"],
            {"order": [], "folded": [], "hidden": []},
        )
        # The dialog offers all cards, also those this customer has nothing for.
        page = self.fetch()
        names = [card["name"] for card in page["cards"]]
        self.assertLessEqual({s["name"] for s in page["sections"]}, set(names))
        self.assertEqual(names, list(view._readable_sections()))

    def test_layout_keeps_known_names_only(self):
        view = self.env["crm.customer.view"].with_user(self.seller)
        kept = view.customer_layout_save(
            {"order": ["open", "open", 3, None, "x" * 9999], "folded": "open", "y": 1}
        )
        self.assertEqual(kept, {"order": ["open"], "folded": [], "hidden": []})
        for wrong in (None, [], "x", 5):
            with self.assertRaises(UserError):
                view.customer_layout_save(wrong)

    # Cost

    def test_queries_are_bounded(self):
        self._make_busy(3)
        self.fetch()
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        page = self.fetch()
        few = self.env.cr.sql_log_count - start
        self._make_busy(6)
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        self.fetch()
        many = self.env.cr.sql_log_count - start
        limit = FRAME_QUERIES + CARD_QUERIES * len(page["sections"])
        self.assertLessEqual(few, limit)
        self.assertLessEqual(many, few + 4)

    def _make_busy(self, number):
        """A customer with documents, people, facts and files."""
        orders = self.env["sale.order"].with_user(self.seller)
        for index in range(number):
            person = self.make_contact(
                self.customer, f"Person {index}", phone=f"+4366{index}"
            )
            orders += self.make_order(person, user=self.seller)
            self.make_order(user=self.seller)
            self.make_lead(person, user_id=self.seller.id)
            self.plan(person, self.seller)
            self.log(person, user=self.seller)
            self.env["ir.attachment"].create(
                {
                    "name": "f.txt",
                    "raw": b"x",
                    "res_model": "res.partner",
                    "res_id": person.id,
                }
            )
            self.env["crm.important.date"].create(
                {"partner_id": person.id, "month": "05", "day": index % 28 + 1}
            )
        orders.action_confirm()

    def test_hundreds_of_rows_are_bounded(self):
        """A page, not the life of the customer, is brought over."""
        self.make_order(user=self.seller).action_confirm()
        self._multiply_orders(500)
        page = self.fetch()
        for section in page["sections"]:
            self.assertLessEqual(len(section["data"]["items"]), 60, section["name"])
        self.assertEqual(self.groups(page=page)["orders"]["count"], 100)
        bought = self.section("buys", page)["items"]
        self.assertEqual(len(bought), 3)

    def _multiply_orders(self, number):
        """Rows of the orders of the customer by SQL: building them is not the subject."""
        self.env.flush_all()
        order = self.env["sale.order"].search([("partner_id", "=", self.customer.id)])
        for table, column, values in (
            ("sale_order", "id", [order.id]),
            ("sale_order_line", "order_id", [order.id]),
        ):
            self.env.cr.execute(
                """SELECT string_agg(quote_ident(column_name), ',')
                     FROM information_schema.columns
                    WHERE table_name = %s AND column_name NOT IN ('id')""",
                [table],
            )
            columns = self.env.cr.fetchone()[0]
            self.env.cr.execute(
                f"""INSERT INTO {table} ({columns})
                    SELECT {columns} FROM {table}, generate_series(1, %s) n
                     WHERE {column} = ANY(%s) ORDER BY n""",
                [number, values],
            )
        self.env.cr.execute("ANALYZE sale_order, sale_order_line")
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestCustomer360People(Customer360Common):
    """X10: people, preferences, days and messengers on the page."""

    def test_people_as_a_chart(self):
        chief = self.make_contact(
            self.customer, "Zacharias Huber", attitude="supporter"
        )
        self.contact.write({"reports_to_id": chief.id, "decision_role": "buyer"})
        items = self.section("people")["items"]
        self.assertEqual(
            [(item["title"], item["depth"]) for item in items],
            [("Zacharias Huber", 0), ("Roland Mendel", 1)],
        )
        self.assertEqual(items[1]["role_label"], "Buyer")
        self.assertEqual(items[0]["attitude_label"], "Supporter")

    def test_profile_tells_habits_days_and_messengers(self):
        today = fields.Date.today()
        self.env["crm.preference"].create(
            {
                "partner_id": self.contact.id,
                "topic_id": self.env.ref("crm_extension.crm_preference_topic_likes").id,
                "value": "Green tea",
            }
        )
        self.env["crm.important.date"].create(
            {
                "partner_id": self.contact.id,
                "month": f"{today.month:02}",
                "day": today.day,
            }
        )
        self.env["crm.im.id"].create(
            {"partner_id": self.customer.id, "kind": "whatsapp", "value": "+43 1"}
        )
        page = self.fetch()
        tea, birthday, chat = self.section("profile", page)["items"]
        self.assertEqual((tea["title"], tea["who"]), ("Green tea", "Roland Mendel"))
        self.assertEqual(birthday["days"], 0)
        self.assertEqual((chat["url"], chat["who"]), ("https://wa.me/431", ""))
        self.assertEqual(
            [alert["icon"] for alert in page["alerts"]], ["fa-birthday-cake"]
        )

    def test_feels_tells_the_last_outcomes(self):
        outcome = self.env.ref("crm_extension.crm_interaction_outcome_no_answer")
        self.log(user=self.seller, outcome_id=outcome.id)
        self.log(user=self.seller)
        [item] = self.section("feels")["items"]
        self.assertEqual((item["title"], item["tone"]), ("No answer", "bad"))

    def test_files_of_customer_people_and_orders(self):
        order = self.make_order(user=self.seller)
        foreign = self.make_order(self.other_customer)
        for record in (self.customer, self.contact, order, foreign):
            self.env["ir.attachment"].create(
                {
                    "name": record._name,
                    "raw": b"x",
                    "res_model": record._name,
                    "res_id": record.id,
                }
            )
        names = {item["title"] for item in self.section("files")["items"]}
        self.assertEqual(names, {"res.partner", "sale.order"})
        self.assertEqual(len(self.section("files")["items"]), 3)


@tagged("post_install", "-at_install")
class TestCustomer360Rhythm(Customer360Common):
    """X03: what they buy, how often, and what is missing."""

    def _ordered(self, *days_ago, products=None, **vals):
        now = fields.Datetime.now()
        for days in days_ago:
            order = self.make_order(user=self.seller, products=products, **vals)
            order.action_confirm()
            order.date_order = now - timedelta(days=days)

    def test_rhythm_and_what_is_due(self):
        self._ordered(41, 31, 21, 11, 1, products=self.products[0])
        self._ordered(5, products=self.products[1])
        first, second = self.section("buys")["items"]
        self.assertEqual((first["rhythm"], first["due"], first["orders"]), (10, 9, 5))
        self.assertIn("10.00", first["price"])
        self.assertEqual((second["rhythm"], second["due"]), (None, None))

    def test_last_price_is_the_last_orders(self):
        self._ordered(30, products=self.products[0])
        order = self.make_order(user=self.seller, products=self.products[0])
        order.order_line.write({"price_unit": 8, "discount": 50})
        order.action_confirm()
        [item] = self.section("buys")["items"]
        self.assertIn("4.00", item["price"])

    def test_who_stopped_buying_is_not_due(self):
        self._ordered(400, 390, 380, 370, products=self.products[0])
        self.assertIsNone(self.section("buys")["items"][0]["due"])

    def test_falling_rhythm_is_told(self):
        self._ordered(70, 60, 50, 40)
        alert = self.alerts()["rhythm"]
        self.assertIn("10", alert["text"])
        self._ordered(1)
        self.assertNotIn("rhythm", self.alerts())

    def test_silence_is_told_by_the_level(self):
        level = self.env.ref("crm_extension.crm_customer_level_a")
        self.customer.customer_level_id = level
        self.log(user=self.seller, date=fields.Datetime.now() - timedelta(days=20))
        self.assertIn("20", self.alerts()["silent"]["text"])
        level.rhythm_days = 30
        self.assertNotIn("silent", self.alerts())

    def test_years_old_orders_do_not_count(self):
        self._ordered(365 * 4, products=self.products[0])
        self.assertEqual(self.section("buys")["items"], [])

    def test_possible_duplicate_is_told_when_it_may_be_read(self):
        twin = self.make_customer("Ernst Handel GmbH", vat="ATU12345675")
        self.customer.vat = "ATU12345675"
        self.assertEqual(self.alerts()["duplicate"]["id"], twin.id)
        twin.company_id = self.env["res.company"].create({"name": "Elsewhere"})
        self.assertNotIn("duplicate", self.alerts())

    def test_monthly_numbers_start_on_the_first(self):
        """Guards the window of the twelve months in a short month."""
        today = fields.Date.today()
        first = today.replace(day=1) - relativedelta(months=11)
        page = self.fetch()
        self.assertEqual(first.day, 1)
        self.assertEqual(self.section("money", page)["items"], [])


@tagged("post_install", "-at_install")
class TestCustomerLists(CrmExtensionCommon):
    """X03: the list of customers holds customers and prospects, no suppliers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplier = cls.make_customer("Supplier", supplier_rank=1)
        cls.buyer = cls.make_customer("Buyer")
        cls.make_order(cls.make_contact(cls.buyer, "Max Buyer")).action_confirm()
        cls.asked = cls.make_customer("Asked")
        cls.make_lead(cls.asked)

    def _listed(self, domain=()):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_extension.res_partner_action_customer"
        )
        ours = self.supplier | self.buyer | self.asked | self.customer | self.contact
        return (
            self.env["res.partner"]
            .with_user(self.seller)
            .search([*literal_eval(action["domain"]), *domain, ("id", "in", ours.ids)])
        )

    def test_customers_and_prospects(self):
        self.assertEqual(self._listed(), self.buyer | self.asked | self.customer)
        self.assertEqual(
            self._listed([("customer_state", "=", "customer")]), self.buyer
        )
        self.assertEqual(
            self._listed([("customer_state", "=", "prospect")]),
            self.asked | self.customer,
        )

    def test_computed_and_searched_states_agree(self):
        partners = self.supplier | self.buyer | self.asked | self.customer
        self.assertEqual(
            partners.with_user(self.seller).mapped("customer_state"),
            [False, "customer", "prospect", "prospect"],
        )
        nobody = self.env["res.partner"].search(
            [("customer_state", "=", False), ("id", "in", partners.ids)]
        )
        self.assertEqual(nobody, self.supplier)

    def test_colleagues_customer_is_a_customer_for_everybody(self):
        self.assertEqual(
            self.buyer.with_user(self.colleague).customer_state, "customer"
        )

    def test_next_step_of_the_customer_and_its_documents(self):
        today = fields.Date.today()
        self.plan(
            self.customer, summary="Later", date_deadline=today + timedelta(days=9)
        )
        order = self.make_order(user=self.seller)
        self.plan(order, self.seller, summary="Call", date_deadline=today)
        self.assertEqual(self.customer.with_user(self.seller).next_step, "Call")
        self.assertEqual(self.contact.next_step_date, today)
        self.assertFalse(self.asked.next_step)

    def test_columns_cost_no_query_for_each_row(self):
        columns = {
            name: {}
            for name in (
                "complete_name",
                "last_contact_date",
                "next_step",
                "next_step_date",
            )
        }
        columns |= {
            name: {"fields": {"display_name": {}}}
            for name in ("customer_level_id", "user_id")
        }
        customers = self.env["res.partner"].browse()
        for index in range(30):
            customers |= self.make_customer(f"C{index}", user_id=self.seller.id)
        self.plan(customers[0], self.seller)
        self.plan(customers[20], self.seller)

        def cost(records):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            records.with_user(self.seller).web_read(columns)
            return self.env.cr.sql_log_count - start

        cost(customers)
        self.assertLessEqual(cost(customers), cost(customers[:2]) + 2)
