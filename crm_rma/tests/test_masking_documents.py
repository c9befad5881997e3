from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged

STREET, PHONE, EMAIL = "Kirchgasse 6", "+43 316 5550123", "buyer@ernst.example.com"
SALES = "sales_team.group_sale_salesman"
STOCK = "stock.group_stock_user"
INVOICING = "account.group_account_invoice"
CONTACTS = "base.group_partner_manager"


@tagged("post_install", "-at_install")
class TestMaskingDocuments(TransactionCase):
    """X26: masking never stops the warehouse, the accountant or a document."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.owner = new_test_user(cls.env, "mask_owner", groups=SALES)
        cls.clerk = new_test_user(cls.env, "mask_clerk", groups=STOCK)
        cls.accountant = new_test_user(
            cls.env, "mask_accountant", groups=f"{INVOICING},{CONTACTS}"
        )
        cls.both = new_test_user(
            cls.env, "mask_both", groups=f"{SALES},{STOCK},{INVOICING}"
        )
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Ernst Handel",
                "is_company": True,
                "user_id": cls.owner.id,
                "street": STREET,
                "city": "Graz",
                "country_id": cls.env.ref("base.at").id,
                "phone": PHONE,
                "email": EMAIL,
            }
        )
        cls.product = cls.env["product.product"].create(
            {
                "name": "Chai",
                "type": "consu",
                "is_storable": True,
                "list_price": 18,
                "taxes_id": [Command.clear()],
                "invoice_policy": "order",
            }
        )
        warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.env["stock.quant"]._update_available_quantity(
            cls.product, warehouse.lot_stock_id, 50
        )

    def set_mode(self, mode):
        self.company.crm_masking = mode
        self.env.invalidate_all()

    def make_order(self, user):
        return self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "user_id": user.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.product.id, "product_uom_qty": 2}
                    )
                ],
            }
        )

    def deliver(self, order, user):
        picking = order.picking_ids.with_user(user)
        picking.action_assign()
        picking.move_ids.quantity = 2
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        return picking

    def invoice(self, order, user):
        invoice = order._create_invoices().with_user(user)
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")
        return invoice

    def render(self, report, record):
        """The document as the user of the record gets it."""
        html, _kind = record.env["ir.actions.report"]._render_qweb_html(
            report, record.ids
        )
        return html.decode()

    def test_x26_stock_clerk_delivers_with_the_address(self):
        for mode in ("masked", "strict"):
            self.set_mode(mode)
            order = self.make_order(self.owner)
            order.action_confirm()
            picking = self.deliver(order, self.clerk)
            row = self.customer.with_user(self.clerk).read(["street", "phone"])[0]
            self.assertEqual((row["street"], row["phone"]), (STREET, PHONE))
            self.assertIn(STREET, self.render("stock.report_deliveryslip", picking))

    def test_x26_accountant_invoices_with_the_address(self):
        for mode in ("masked", "strict"):
            self.set_mode(mode)
            order = self.make_order(self.owner)
            order.action_confirm()
            invoice = self.invoice(order, self.accountant)
            self.assertIn(STREET, self.render("account.report_invoice", invoice))
            partner = self.customer.with_user(self.accountant)
            self.assertEqual(partner.read(["email"])[0]["email"], EMAIL)
            partner.street = "Neugasse 7"
            partner.street = STREET

    def test_x26_salesperson_with_stock_and_invoicing_works_with_masked_names(self):
        """Their documents hold the address; lists and forms of contacts do not."""
        for mode in ("masked", "strict"):
            self.set_mode(mode)
            order = self.make_order(self.both)
            mine = order.with_user(self.both)
            mine.action_confirm()
            picking = self.deliver(order, self.both)
            invoice = self.invoice(order, self.both)
            for report, record in (
                ("sale.report_saleorder", mine),
                ("stock.report_deliveryslip", picking),
                ("account.report_invoice", invoice),
            ):
                with self.subTest(mode=mode, report=report):
                    self.assertIn(STREET, self.render(report, record))
                    partner = {
                        "fields": {"display_name": {}, "street": {}, "phone": {}}
                    }
                    [row] = record.web_read({"partner_id": partner})
                    self.assertEqual(row["partner_id"]["display_name"], "Ernst Handel")
                    self.assertNotIn(STREET, str(row))
                    self.assertNotIn(PHONE, str(row))

    def test_x26_quotation_mail_goes_to_the_real_address(self):
        for mode in ("masked", "strict"):
            self.set_mode(mode)
            order = self.make_order(self.both).with_user(self.both)
            action = order.action_quotation_send()
            composer = (
                self.env["mail.compose.message"]
                .with_user(self.both)
                .with_context(**action["context"])
                .create({})
            )
            self.assertIn(self.customer, composer.partner_ids)
            composer.action_send_mail()
            self.env.cr.flush()
            mail = order.message_ids[0].sudo().notification_ids
            self.assertIn(self.customer, mail.res_partner_id)
            sent = self.env["mail.mail"].search(
                [("mail_message_id", "in", order.message_ids.ids)]
            )
            outgoing = sent._prepare_outgoing_list() if sent else []
            for values in outgoing:
                self.assertNotIn("•", str(values["email_to"]))
            self.assertNotEqual(self.customer.email, "•••••")

    def test_x26_report_by_link_of_a_document_that_is_not_mine(self):
        """The report checks the document, so it is no way around the mask."""
        self.set_mode("strict")
        order = self.make_order(self.owner)
        self.assertFalse(order.with_user(self.both).has_access("read"))
