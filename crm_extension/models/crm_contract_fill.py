from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

from ..tools.chinese_amount import amount_in_capitals
from ..tools.contract_text import fill_template

CHINESE = ("zh_CN", "zh_TW", "zh_HK")
CHINESE_MONEY = {"CNY": "人民币", "TWD": "新臺幣", "HKD": "港币"}


class CrmContractFill(models.AbstractModel):
    """The values of the placeholders: a fixed list, read from customer, contract,
    quotation and company, in the language of the template.

    Addons add placeholders by extending :meth:`_placeholders` and
    :meth:`_placeholder_values`.
    """

    _name = "crm.contract.fill"
    _description = "Values for Templates of Contracts"

    @api.model
    def _placeholders(self):
        """Hook: name of each placeholder -> its label in the reader's language."""
        _ = self.env._
        return {
            "customer.name": _("Customer"),
            "customer.address": _("Address of the customer"),
            "customer.vat": _("Tax number of the customer"),
            "customer.registry": _("Registry number of the customer"),
            "customer.phone": _("Phone of the customer"),
            "customer.email": _("Email of the customer"),
            "customer.bank": _("Bank account of the customer"),
            "customer.signer": _("Who signs for the customer"),
            "customer.function": _("Position of who signs for the customer"),
            "company.name": _("Our company"),
            "company.address": _("Our address"),
            "company.vat": _("Our tax number"),
            "company.registry": _("Our registry number"),
            "company.phone": _("Our phone"),
            "company.bank": _("Our bank account"),
            "company.signer": _("Who signs for us"),
            "contract.title": _("Title of the contract"),
            "contract.number": _("Number of the contract"),
            "contract.date": _("Date of the contract"),
            "contract.start": _("First day"),
            "contract.end": _("Last day"),
            "contract.notice": _("Notice period"),
            "contract.renewal": _("Renewal term"),
            "contract.amount": _("Amount"),
            "contract.amount_words": _("Amount in words"),
            "contract.parties": _("Further parties"),
            "quotation.number": _("Number of the quotation"),
            "quotation.date": _("Date of the quotation"),
            "quotation.validity": _("Quotation valid until"),
            "quotation.untaxed": _("Total without taxes"),
            "quotation.taxes": _("Taxes"),
            "quotation.total": _("Total"),
            "quotation.total_words": _("Total in words"),
            "quotation.payment": _("Payment terms"),
            "quotation.delivery": _("Delivery address"),
            "quotation.lines": _("Table of the lines"),
            "user.name": _("Responsible person"),
            "user.phone": _("Phone of the responsible person"),
            "user.email": _("Email of the responsible person"),
        }

    @api.model
    def _placeholder_blocks(self):
        """Hook: placeholders that bring markup and stand alone in their paragraph."""
        return {"quotation.lines"}

    @api.model
    def _placeholder_groups(self):
        """Hook: first part of the names -> heading of the list."""
        _ = self.env._
        return {
            "customer": _("Customer"),
            "company": _("Our Company"),
            "contract": _("Contract"),
            "quotation": _("Quotation"),
            "user": _("Responsible"),
        }

    @api.model
    def _fill(self, template, contract, order=None):
        """A filled text.

        :param template: ``crm.contract.template``
        :param contract: ``crm.contract``, possibly a new one
        :param order: ``sale.order``; needed when the text speaks of the quotation
        :return: ``Filled``: markup and the names of placeholders without a value
        """
        order = order or self.env["sale.order"]
        if template.needs_order and not order:
            raise UserError(
                self.env._(
                    "“%(template)s” speaks of the quotation: choose one.",
                    template=template.name,
                )
            )
        lang = template.lang_id.code
        fill = self.with_context(lang=lang).with_company(contract.company_id)
        contract, order = (records.with_env(fill.env) for records in (contract, order))
        return fill_template(
            template.body,
            fill._placeholder_values(contract, order),
            fill._placeholder_markup(order),
        )

    @api.model
    def _placeholder_values(self, contract, order):
        """Hook: name -> plain text; what is unknown is empty."""
        return {
            **self._values_customer(contract),
            **self._values_company(contract),
            **self._values_contract(contract),
            **self._values_order(order),
            **self._values_user(contract),
        }

    @api.model
    def _placeholder_markup(self, order):
        """Hook: block -> markup of ours."""
        lines = order and self.env["ir.qweb"]._render(
            "crm_extension.contract_lines",
            {"order": order, "money": self._money, "quantity": self._quantity},
        )
        return {"quotation.lines": lines or ""}

    # Groups of values

    @api.model
    def _values_customer(self, contract):
        customer = contract.partner_id.commercial_partner_id
        signers = contract.signer_ids
        return {
            "customer.name": customer.name,
            "customer.address": self._address(customer),
            "customer.vat": customer.vat,
            "customer.registry": customer.company_registry,
            "customer.phone": customer.phone,
            "customer.email": customer.email,
            "customer.bank": self._bank(customer),
            "customer.signer": ", ".join(signers.mapped("name")),
            "customer.function": ", ".join(filter(None, signers.mapped("function"))),
        }

    @api.model
    def _values_company(self, contract):
        company = contract.company_id.partner_id
        return {
            "company.name": company.name,
            "company.address": self._address(company),
            "company.vat": company.vat,
            "company.registry": company.company_registry,
            "company.phone": company.phone,
            "company.bank": self._bank(company),
            "company.signer": contract.our_signer_id.name,
        }

    @api.model
    def _values_contract(self, contract):
        return {
            "contract.title": contract.name,
            "contract.number": contract.number,
            "contract.date": self._date(contract.date),
            "contract.start": self._date(contract.date_start or contract.date_signed),
            "contract.end": self._date(contract.date_end),
            "contract.notice": contract.notice_count
            and contract._span_words(contract.notice_count, contract.notice_unit),
            "contract.renewal": contract.renewal_count and contract._term_words(),
            "contract.amount": contract.amount
            and self._money(contract.amount, contract.currency_id),
            "contract.amount_words": contract.amount
            and self._in_words(contract.amount, contract.currency_id),
            "contract.parties": "\n".join(
                f"{party.partner_id.name} ({party.role})"
                for party in contract.party_ids
            ),
        }

    @api.model
    def _values_order(self, order):
        if not order:
            return {}
        currency = order.currency_id
        return {
            "quotation.number": order.name,
            "quotation.date": self._date(order.date_order and order.date_order.date()),
            "quotation.validity": self._date(order.validity_date),
            "quotation.untaxed": self._money(order.amount_untaxed, currency),
            "quotation.taxes": self._money(order.amount_tax, currency),
            "quotation.total": self._money(order.amount_total, currency),
            "quotation.total_words": self._in_words(order.amount_total, currency),
            "quotation.payment": order.payment_term_id.name,
            "quotation.delivery": self._address(order.partner_shipping_id),
        }

    @api.model
    def _values_user(self, contract):
        user = contract.user_id or self.env.user
        return {
            "user.name": user.name,
            "user.phone": user.phone,
            "user.email": user.email,
        }

    # In the language of the template

    @api.model
    def _address(self, partner):
        lines = partner._display_address(without_company=True).splitlines()
        return "\n".join(line.strip() for line in lines if line.strip())

    @api.model
    def _bank(self, partner):
        bank = partner.sudo().bank_ids[:1]
        return " ".join(filter(None, (bank.bank_id.name, bank.acc_number)))

    @api.model
    def _date(self, day):
        return day and format_date(self.env, day)

    @api.model
    def _money(self, amount, currency):
        return formatLang(self.env, amount, currency_obj=currency)

    @api.model
    def _quantity(self, quantity):
        """Without zeros behind the comma that say nothing."""
        digits = next(d for d in (0, 2, 6) if round(quantity, d) == round(quantity, 6))
        return formatLang(self.env, quantity, digits=digits)

    @api.model
    def _in_words(self, amount, currency):
        """In capital numerals for Chinese, as their contracts write it."""
        lang = self.env.lang or ""
        if lang not in CHINESE:
            return currency.amount_to_text(amount)
        exact = Decimal(str(currency.round(amount)))
        if abs(exact) >= 10**12:
            return self._money(amount, currency)
        name = CHINESE_MONEY.get(currency.name, currency.full_name or currency.name)
        return f"{name}{amount_in_capitals(exact, traditional=lang != 'zh_CN')}"
