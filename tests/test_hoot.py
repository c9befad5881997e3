"""The unit tests of our own scripts (``static/tests/*.test.js``), run by Odoo's HOOT."""

from odoo.tests import HttpCase, no_retry, tagged

from odoo.addons.web.tests.test_js import unit_test_error_checker

from .common import MODULES, ROOT


@tagged("post_install", "-at_install", "loop")
class TestHoot(HttpCase):
    """X01 X03 X04: timeline, customer page and workbench, component by component."""

    @no_retry
    def test_desktop(self):
        """Every suite of ours succeeds in Chromium; without suites there is no test."""
        suites = [
            f"@{m}" for m in MODULES if any(ROOT.glob(f"{m}/static/tests/*.test.js"))
        ]
        self.assertTrue(suites)
        jobs = "".join(f"&id={self._job(suite)}" for suite in suites)
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=60000{jobs}",
            "",
            login="admin",
            timeout=900,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=unit_test_error_checker,
        )

    def _job(self, name: str) -> str:
        """HOOT's id of a suite: a hash of its name, 32 bits wide."""
        number = 0
        for character in name:
            number = ((number << 5) - number + ord(character)) & 0xFFFFFFFF
        return f"{number:08x}"
