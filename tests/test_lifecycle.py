"""Install, upgrade, uninstall and install again, as an administrator would type it.

One copy of a database that holds only what we depend on goes through the whole life. At
each station a picture of it is taken: tables with columns, indexes and constraints, and
all records that describe the application (models, rules, menus, crons, ...). Going
forward and back must end in the same picture.

The stations are one test, because each needs the one before; it takes about two minutes.
"""

import json
import tempfile
import unittest

import psycopg2
import pytest

from odoo.tests import BaseCase, tagged
from odoo.tools import config

from .common import MODULES, database_copy, odoo_command, template

pytestmark = pytest.mark.databases

SCHEMA = {
    "columns": """
        SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
          FROM information_schema.columns WHERE table_schema = 'public'""",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    # Core declares the link of groups and rules twice, with different actions: whichever
    # addon extends one of the two models last decides, and none takes it back.
    "constraints": """
        SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace
           AND contype <> 'n' AND conname <> 'rule_group_rel_group_id_fkey'""",
    "functions": """
        SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace""",
}
#: What an uninstall must take along: a query for the name of each record that it leaves.
RECORDS = {
    "actions": "SELECT type || ' ' || (name->>'en_US') FROM ir_actions",
    "access": "SELECT name FROM ir_model_access",
    "attachments": """
        SELECT coalesce(res_model, '') || ' ' || coalesce(res_field, '') || ' ' || name
          FROM ir_attachment WHERE url IS NULL OR url NOT LIKE '/web/assets/%%'""",
    "assets": "SELECT name FROM ir_asset",
    "crons": "SELECT cron_name FROM ir_cron",
    # Core names the reflections of mixins in the mixin's module, and forgets them.
    "data": """
        SELECT module || '.' || name || ' ' || model FROM ir_model_data
         WHERE name NOT LIKE 'module_crm_%%'
           AND model NOT IN ('ir.model.inherit', 'ir.model.fields.selection')""",
    "defaults": """
        SELECT f.model || '.' || f.name FROM ir_default d
          JOIN ir_model_fields f ON f.id = d.field_id""",
    "fields": "SELECT model || '.' || name || ' ' || ttype FROM ir_model_fields",
    "groups": """
        SELECT coalesce(p.name->>'en_US', '') || '/' || (g.name->>'en_US')
          FROM res_groups g LEFT JOIN res_groups_privilege p ON p.id = g.privilege_id""",
    "implied groups": """
        SELECT (g.name->>'en_US') || ' > ' || (i.name->>'en_US')
          FROM res_groups_implied_rel r
          JOIN res_groups g ON g.id = r.gid JOIN res_groups i ON i.id = r.hid""",
    "locations": "SELECT complete_name FROM stock_location",
    "mail templates": "SELECT name->>'en_US' FROM mail_template",
    "menus": "SELECT name->>'en_US' FROM ir_ui_menu",
    # Core keeps the rows of foreign keys: they have no xmlid to be found by.
    "model constraints": "SELECT name FROM ir_model_constraint WHERE type <> 'f'",
    "models": "SELECT model FROM ir_model",
    "operation types": "SELECT name->>'en_US' FROM stock_picking_type",
    "parameters": """
        SELECT key FROM ir_config_parameter WHERE key NOT LIKE 'database.%%'""",
    "privileges": "SELECT name->>'en_US' FROM res_groups_privilege",
    "relations": "SELECT name FROM ir_model_relation",
    "routes": "SELECT name->>'en_US' FROM stock_route",
    "rules": "SELECT name FROM ir_rule",
    "selections": """
        SELECT f.model || '.' || f.name || ' ' || s.value FROM ir_model_fields_selection s
          JOIN ir_model_fields f ON f.id = s.field_id""",
    "sequences": "SELECT name FROM ir_sequence",
    "tours": "SELECT name FROM web_tour_tour",
    "views": "SELECT name || ' ' || coalesce(model, '') FROM ir_ui_view",
}
#: A sale from quotation to delivery with nothing of ours installed.
CORE_STORY = """
product = env["product.product"].create({
    "name": "Core kettle", "type": "consu", "is_storable": True, "list_price": 10.0,
})
warehouse = env["stock.warehouse"].search([], limit=1)
env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, 5)
partner = env["res.partner"].create({"name": "Core customer"})
order = env["sale.order"].create({
    "partner_id": partner.id,
    "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": 2})],
})
order.action_confirm()
picking = order.picking_ids
picking.action_assign()
picking.move_ids.write({"quantity": 2, "picked": True})
assert picking.with_context(skip_sms=True).button_validate() is True
assert order.order_line.qty_delivered == 2
partner.message_post(body="Delivered")
lead = env["crm.lead"].create({"name": "Core lead", "partner_id": partner.id})
lead.action_set_won()
for model in ("res.partner", "sale.order", "crm.lead", "stock.lot", "repair.order"):
    views = [(False, "list"), (False, "form"), (False, "search")]
    env[model].get_views(views)
print("CORE", "WORKS")
"""
#: What our addons leave in a database that was really used.
OUR_STORY = """
partner = env["res.partner"].create({"name": "Our customer", "phone": "+1 650 555 0111"})
lead = env["crm.lead"].create({"name": "Our lead", "partner_id": partner.id})
lead.message_post(body="Called", message_type="comment")
env["crm.interaction"].create({"partner_id": partner.id, "subject": "Visit"})
env.cr.commit()
print("OUR", "DATA")
"""
#: A file that belongs to a record of the first addon: it goes with it.
OUR_FILE = """
contract = env["crm.contract"].create({
    "name": "Frame",
    "partner_id": env["res.partner"].search([("name", "=", "Our customer")]).id,
    "kind_id": env["crm.contract.kind"].search([], limit=1).id,
})
contract._add_version("Frame.pdf", b"%PDF-1.4 frame", generated=True)
env.cr.commit()
print("OUR", "FILE")
"""


def picture(database: str) -> dict[str, list[str]]:
    """The schema and the describing records of a database, each list in order."""
    options = {key: config[f"db_{key}"] for key in ("host", "port", "user", "password")}
    options = {key: value for key, value in options.items() if value}
    connection = psycopg2.connect(dbname=database, **options)
    try:
        with connection.cursor() as cursor:
            lists = {}
            for name, query in {**SCHEMA, **RECORDS}.items():
                cursor.execute(query.replace("%%", "%"))
                lists[name] = sorted(str(value) for [value] in cursor.fetchall())
            return lists
    finally:
        connection.close()


def difference(before: dict, after: dict) -> dict[str, dict[str, list[str]]]:
    """What one picture has more than the other, list by list; empty when equal."""
    found = {}
    for name in before:
        left, right = list(before[name]), list(after[name])
        more = [value for value in right if value not in left or left.remove(value)]
        if left or more:
            found[name] = {"gone": left, "left over": more}
    return found


@tagged("post_install", "-at_install", "crm_loop")
class TestLifecycle(BaseCase):
    """The life of the three addons in one database."""

    def setUp(self):
        super().setUp()
        try:
            self.source = template("CRM_LOOP_DEPS")
        except KeyError as reason:
            raise unittest.SkipTest(reason.args[0]) from reason
        file = tempfile.NamedTemporaryFile("w", suffix=".conf")
        self.enterContext(file)
        self.config = self._write_config(file)

    def _write_config(self, file) -> str:
        """The connection of this run, for commands that read only a file."""
        options = {
            key: config[key] for key in ("db_host", "db_port", "db_user", "db_password")
        }
        options["data_dir"] = config["data_dir"]
        options["addons_path"] = ",".join(map(str, config["addons_path"]))
        options["max_cron_threads"] = 0
        options["http_interface"] = "127.0.0.1"
        file.write("[options]\n")
        file.writelines(f"{key} = {value}\n" for key, value in options.items() if value)
        file.flush()
        return file.name

    def _odoo(self, *arguments: str, **options) -> str:
        return odoo_command(
            *arguments, "-c", self.config, "-d", self.database, **options
        )

    def _server(self, *arguments: str) -> None:
        quiet = ("--stop-after-init", "--no-http", "--log-level=warn")
        odoo_command(*arguments, *quiet, "-c", self.config, "-d", self.database)

    def _shell(self, script: str, answer: str) -> None:
        self.assertIn(answer, self._odoo("shell", "--no-http", stdin=script))

    def assertSamePicture(self, before: dict, message: str) -> None:
        """The database looks as it did then."""
        found = difference(before, picture(self.database))
        with self.subTest(message):
            self.assertFalse(found, json.dumps(found, indent=1, ensure_ascii=False))

    def test_life(self):
        """Each addon alone, upgrade, uninstall in reverse, core again, and back."""
        with database_copy(self.source, "life") as self.database:
            stations = self._install_one_by_one()
            self._upgrade_twice(stations[-1])
            self._shell(OUR_STORY, "OUR DATA")
            self._uninstall_one_by_one(stations)
            self._shell(CORE_STORY, "CORE WORKS")
            self._server("-i", MODULES[-1])
            self.assertSamePicture(stations[-1], "installed again")

    def _install_one_by_one(self) -> list[dict]:
        """Install the chain from the left; a picture before and after each addon."""
        stations = [picture(self.database)]
        for module in MODULES:
            self._server("-i", module)
            stations.append(picture(self.database))
            with self.subTest("installed", module=module):
                self.assertTrue(difference(*stations[-2:]), "nothing was installed")
        return stations

    def _upgrade_twice(self, before: dict) -> None:
        for time in ("first", "second"):
            self._server("-u", MODULES[0])
            self.assertSamePicture(before, f"{time} upgrade")

    def _uninstall_one_by_one(self, stations: list[dict]) -> None:
        """Take the addons off from the right; nothing of them may stay."""
        for index in reversed(range(len(MODULES))):
            module = MODULES[index]
            if module == MODULES[0]:
                self._shell(OUR_FILE, "OUR FILE")
            self._odoo("module", "uninstall", module)
            self.assertSamePicture(stations[index], f"{module} uninstalled")


@tagged("post_install", "-at_install", "crm_loop")
class TestDifference(BaseCase):
    """The comparison itself can fail."""

    def test_difference(self):
        """Values count as often as they occur, in both directions."""
        self.assertEqual(difference({"a": ["x", "y"]}, {"a": ["y", "x"]}), {})
        self.assertEqual(
            difference({"a": ["x", "x"]}, {"a": ["x", "z"]}),
            {"a": {"gone": ["x"], "left over": ["z"]}},
        )
