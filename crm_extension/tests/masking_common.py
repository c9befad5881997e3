"""A customer with secrets, and every way to read a list of partners."""

import json

from .common import CrmExtensionCommon

EXPORT = "base.group_allow_export"
SECRETS = (
    "5550123",
    "555 01 23",
    "secret@",
    "Kirchgasse",
    "8010",
    "pays late",
    "1971-05",
)


class MaskingCommon(CrmExtensionCommon):
    """A customer of ``seller`` with secrets, looked at by ``colleague``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague.group_ids |= cls.env.ref(EXPORT)
        cls.customer.write(
            {
                "phone": "+43 316 555 01 23",
                "email": "secret@ernst.example.com",
                "street": "Kirchgasse 6",
                "zip": "8010",
                "city": "Graz",
                "country_id": cls.env.ref("base.at").id,
                "comment": "pays late",
            }
        )
        cls.contact.write(
            {
                "phone": "+43 316 5550123 7",
                "email": "secret@roland.example.com",
                "birthdate": "1971-05-04",
                "function": "secret@buyer",
            }
        )
        cls.open_customer = cls.make_customer(
            "Ana Trujillo", user_id=cls.colleague.id, phone="+52 55 1234 5678"
        )
        cls.partners = cls.customer | cls.contact | cls.open_customer

    def set_mode(self, mode):
        self.company.crm_masking = mode
        self.env.invalidate_all()

    def as_user(self, records, user=None):
        return records.with_user(user or self.colleague)

    def assertNoSecret(self, payload):
        text = json.dumps(payload, default=str)
        for secret in SECRETS:
            self.assertNotIn(secret, text)

    def assertSecret(self, payload):
        self.assertIn(SECRETS[0], json.dumps(payload, default=str).replace(" ", ""))


# Every way to read a list of partners by RPC: name -> function of the recordset
def all_fields(partners):
    skipped = ("binary", "one2many", "many2many")
    fields = partners.fields_get(attributes=["type"])
    return [name for name, field in fields.items() if field["type"] not in skipped]


READERS = {
    "read": lambda p: p.read(all_fields(p)),
    "read some": lambda p: p.read(["name", "phone", "email", "street", "birthdate"]),
    "search_read": lambda p: p.search_read([("id", "in", p.ids)], ["phone", "email"]),
    "web_read": lambda p: p.web_read(
        {
            "phone": {},
            "child_ids": {"fields": {"email": {}, "phone": {}, "function": {}}},
            "parent_id": {"fields": {"display_name": {}, "phone": {}}},
        }
    ),
    "web_search_read": lambda p: p.web_search_read(
        [("id", "in", p.ids)], {"phone": {}, "email": {}, "contact_address": {}}
    ),
    "export": lambda p: p.export_data(
        ["name", "phone", "child_ids/phone", "child_ids/email", "street", "id"]
    ),
    "export compatible": lambda p: p.with_context(import_compat=True).export_data(
        ["phone", "email", "zip", "birthdate"]
    ),
    "show_email": lambda p: p.with_context(show_email=1, show_address=1).read(
        ["display_name"]
    ),
    "formatted": lambda p: p.with_context(
        formatted_display_name=1, show_email=1
    ).name_search("", domain=[("id", "in", p.ids)]),
    "many2one name": lambda p: p.web_read(
        {
            "commercial_partner_id": {
                "fields": {"display_name": {}},
                "context": {"show_address": 1, "show_email": 1},
            }
        }
    ),
    "group": lambda p: p.formatted_read_group(
        [("id", "in", p.ids)], ["phone"], ["email:array_agg", "__count"]
    ),
    "group by month": lambda p: p.formatted_read_group(
        [("id", "in", p.ids)], ["birthdate:month"], ["__count", "birthdate:max"]
    ),
    "web_read_group": lambda p: p.web_read_group(
        [("id", "in", p.ids)],
        ["email"],
        auto_unfold=True,
        unfold_read_specification={"phone": {}, "street": {}},
    ),
    "onchange": lambda p: p[:1].onchange(
        {"name": "X"}, ["name"], {"phone": {}, "email": {}, "street": {}, "name": {}}
    ),
}


class MaskedCommon(MaskingCommon):
    """The company masks the customers of colleagues."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.crm_masking = "masked"
        cls.decoy = cls.make_customer("Zzz", phone="+43 1 999", email="zzz@example.com")
        cls.env.invalidate_all()

    def finds(self, domain, model="res.partner"):
        return self.as_user(self.env[model]).search(domain)
