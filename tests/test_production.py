"""The example of a production's configuration says nothing that Odoo does not know."""

import re
from configparser import ConfigParser

from odoo.tests import BaseCase, tagged
from odoo.tools import config

from .common import ROOT

EXAMPLE = ROOT / "docs" / "odoo.conf.example"
PAGE = ROOT / "docs" / "production.md"


@tagged("post_install", "-at_install")
class TestProduction(BaseCase):
    """docs/odoo.conf.example, and the page that explains it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        parser = ConfigParser(interpolation=None)
        parser.read_string(EXAMPLE.read_text(encoding="utf-8"))
        cls.options = dict(parser["options"])

    def test_each_line_is_an_option_of_odoo(self):
        """Odoo knows each option, and reads its value as it is meant."""
        for name, text in self.options.items():
            with self.subTest(option=name):
                option = config.options_index.get(name)
                self.assertTrue(
                    option and option.file_loadable, "Odoo has no such option"
                )
                if name != "addons_path":  # its folders exist on the reader's machine
                    config.parse(name, text)

    def test_what_the_page_explains_is_there(self):
        """Workers, cron, proxy and replica: each option of the table is in the file."""
        explained = re.findall(
            r"^\| `(\w+)` \|", PAGE.read_text(encoding="utf-8"), re.M
        )
        self.assertGreaterEqual(
            set(explained), {"workers", "proxy_mode", "db_replica_host"}
        )
        self.assertLessEqual(set(explained), set(self.options))
