"""The frame of the tests across the addons: databases, screenshots, and no warning.

A warning of Odoo is an early error: an ignored option, a view that half works, an API
that leaves with the next version. A test during which Odoo logs one therefore fails;
what a test provokes on purpose it mutes (``mute_logger``) or expects (``assertLogs``).
"""

import logging
from collections.abc import Iterator

import pytest

WATCHED = ("odoo", "py.warnings")
#: Warnings that say something about the machine or about core, never about our code.
ALLOWED_WARNINGS = (
    "Running as user 'root' is a security risk",
    "selfie_segmentation.js",
    "function 'unaccent' is present but not immutable",
)


class WarningCollector(logging.Handler):
    """Keep the warnings of the watched loggers that nobody expected."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.messages = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.partition(".")[0] not in ("odoo", "py"):
            return
        message = f"{record.levelname} {record.name}: {record.getMessage()}"
        if not any(text in message for text in ALLOWED_WARNINGS):
            self.messages.append(message)

    def report(self) -> str:
        """What was collected since the last report."""
        messages, self.messages = self.messages, []
        return "\n".join(messages)


collector = WarningCollector()


def pytest_configure(config: pytest.Config) -> None:
    """Let warnings through, whatever level the command line asked for."""
    logging.getLogger().addHandler(collector)
    for name in WATCHED:
        logger = logging.getLogger(name)
        if logger.getEffectiveLevel() > logging.WARNING:
            logger.setLevel(logging.WARNING)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave logging as it was found."""
    logging.getLogger().removeHandler(collector)


def _fail_on_warnings() -> None:
    if report := collector.report():
        pytest.fail(f"Odoo warned during this test:\n{report}", pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """What was logged before belongs to nobody; what a class setup logs is a failure."""
    collector.report()
    result = yield
    _fail_on_warnings()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Turn a warning that Odoo logged during the test into its failure."""
    result = yield
    _fail_on_warnings()
    return result


@pytest.fixture(scope="session", autouse=True)
def complete_bundles(request: pytest.FixtureRequest) -> None:
    """Make the browser bundles complete where the Odoo at hand lacks a file."""
    if not _on_a_database(request):
        return
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.tests.common import get_db_name

    from .common import remove_absent_assets

    request.getfixturevalue("load_registry")
    with Registry(get_db_name()).cursor() as cr:
        remove_absent_assets(api.Environment(cr, SUPERUSER_ID, {}))


@pytest.fixture(scope="session", autouse=True)
def screenshots(request: pytest.FixtureRequest) -> None:
    """Send the pictures of failed tours to the folder of all pictures."""
    if not _on_a_database(request):
        return
    from odoo.tools import config

    from .common import SCREENSHOTS

    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    config["screenshots"] = str(SCREENSHOTS)


@pytest.fixture(scope="session")
def northwind_company() -> Iterator:
    """Load the whole demo company once, for all classes that only look at it."""
    from .northwind import whole_company

    with whole_company() as place:
        yield place


@pytest.fixture(scope="class")
def northwind(request: pytest.FixtureRequest, northwind_company) -> None:
    """Show the classes of unittest where the company is."""
    request.cls.settle(northwind_company)


def _on_a_database(request: pytest.FixtureRequest) -> bool:
    """The launcher's own tests run without Odoo; everything else has a database."""
    return bool(request.config.getoption("--odoo-database", default=None))
