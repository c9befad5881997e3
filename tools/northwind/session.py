"""One Odoo environment for the load: batches, external ids, speed."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import psycopg2

from odoo import SUPERUSER_ID, api, tools
from odoo.modules.registry import Registry

from .report import LoadError

if TYPE_CHECKING:
    from odoo.models import BaseModel

MODULE = "northwind"
REQUIRED = ("crm_extension", "crm_rma", "crm_analytics")
#: Rows handled in one transaction: what a killed run may have to do again.
BATCH = 250
#: Nobody is mailed, nothing is tracked: the past was told to everybody already.
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "mail_auto_subscribe_no_notify": True,
    "mail_activity_quick_update": True,
    "mail_notify_force_send": False,
    "no_reset_password": True,
    "skip_sms": True,
}
#: Key of the lock that keeps two loads out of one database.
LOCK = 0x6E6F7274


def boot(config: str, database: str) -> Registry:
    """Read Odoo's configuration and return the registry of the database."""
    tools.config.parse_config(
        ["-c", config, "-d", database, "--no-http", "--log-level=warn"],
        setup_logging=True,
    )
    try:
        return Registry(database)
    except psycopg2.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise LoadError(f"Database {database} cannot be opened: {reason}.") from None


def tune() -> None:
    """Spare Python's garbage collector the registry: a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


class Session:
    """The environment, the external ids and the transactions of a load."""

    def __init__(self, cursor):
        self.cursor = cursor
        self.env = api.Environment(cursor, SUPERUSER_ID, dict(QUIET))
        self._check_modules()
        self._lock()
        self.env = self._with_company()
        self.ids = self._read_ids()

    @property
    def company(self) -> "BaseModel":
        """The company that is filled: the main company of the database."""
        return self.env.company

    def _check_modules(self) -> None:
        modules = self.env["ir.module.module"].search(
            [("name", "in", REQUIRED), ("state", "=", "installed")]
        )
        missing = sorted(set(REQUIRED) - set(modules.mapped("name")))
        if missing:
            raise LoadError(
                f"Database {self.cursor.dbname} lacks {', '.join(missing)}: "
                "install them with `odoo -i crm_analytics`."
            )

    def _lock(self) -> None:
        """Take the lock of this load; a killed one gives it back within seconds."""
        try:
            self.cursor.execute("SET lock_timeout = '30s'")
            self.cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            self.cursor.execute("SET lock_timeout = 0")
            self.cursor.commit()
        except psycopg2.errors.LockNotAvailable:
            raise LoadError(
                "Another load is running on this database: wait until it has ended."
            ) from None

    def _with_company(self) -> api.Environment:
        company = self.env.ref("base.main_company", raise_if_not_found=False)
        company = company or self.env["res.company"].search([], order="id", limit=1)
        context = {**QUIET, "allowed_company_ids": company.ids, "lang": "en_US"}
        return api.Environment(self.cursor, SUPERUSER_ID, context)

    def _read_ids(self) -> dict[str, int]:
        data = self.env["ir.model.data"].search_fetch(
            [("module", "=", MODULE)], ["name", "res_id"]
        )
        return {row.name: row.res_id for row in data}

    @staticmethod
    def name(kind: str, code: Any) -> str:
        """Return the external id of a row: ``customer_alfki``."""
        return f"{kind}_{code}".lower()

    def has(self, kind: str, code: Any) -> bool:
        """Tell whether the row is in the database already."""
        return self.name(kind, code) in self.ids

    def id(self, kind: str, code: Any) -> int:
        """Return the database id of a loaded row."""
        return self.ids[self.name(kind, code)]

    def get(self, model: str, kind: str, codes: Iterable[Any]) -> "BaseModel":
        """Return the loaded records of these codes, in their order."""
        return self.env[model].browse([self.id(kind, code) for code in codes])

    def add(
        self, model: str, kind: str, values: dict[Any, dict[str, Any]]
    ) -> "BaseModel":
        """Create the records that are missing, all in one ``create``.

        :param values: code -> values; a code that has an external id is skipped.
        :return: the created records
        """
        missing = {c: vals for c, vals in values.items() if not self.has(kind, c)}
        if not missing:
            return self.env[model]
        records = self.env[model].create(list(missing.values()))
        self.register(kind, zip(missing, records, strict=True))
        return records

    def register(self, kind: str, pairs: Iterable[tuple[Any, "BaseModel"]]) -> None:
        """Give records their external ids, in one statement."""
        named = [(self.name(kind, code), record) for code, record in pairs]
        self.env["ir.model.data"]._update_xmlids(
            [
                {"xml_id": f"{MODULE}.{name}", "record": record, "noupdate": True}
                for name, record in named
            ]
        )
        self.ids.update((name, record.id) for name, record in named)

    def commit(self) -> None:
        """End the batch: what is in stays in."""
        self.env.flush_all()
        self.cursor.commit()
        # A server that runs beside the load must forget what it has cached.
        self.env.registry.signal_changes()

    def parameter(self, name: str, default: str = "") -> str:
        """Read a remembered value of an earlier run."""
        return self.env["ir.config_parameter"].get_param(f"{MODULE}.{name}", default)

    def remember(self, name: str, value: str) -> None:
        """Keep a value for later runs."""
        self.env["ir.config_parameter"].set_param(f"{MODULE}.{name}", value)


def batches(items: Sequence, size: int = BATCH) -> Iterator[Sequence]:
    """Cut a sequence into pieces of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
