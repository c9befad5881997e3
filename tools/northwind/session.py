"""One Odoo environment for the load: batches, external ids, speed."""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import psycopg2

from odoo import SUPERUSER_ID, api, tools
from odoo.modules.registry import Registry

from .report import LoadError

if TYPE_CHECKING:
    from odoo.models import BaseModel

MODULE = "northwind"
REQUIRED = ("crm_extension", "crm_rma", "crm_analytics")
#: Rows handled in one transaction: what a killed run may have to do again, and how
#: far the deliveries and invoices stay behind the orders.
BATCH = 100
#: How often a batch is tried that somebody else's work on the database broke.
TRIES = 5
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
    # a row of the history that fails is a failure of the load, and is not left out
    "crm_interaction_strict": True,
}
#: What the database says when two transactions cannot both be right.
TO_REPEAT = (psycopg2.errors.SerializationFailure, psycopg2.errors.DeadlockDetected)
#: Keys of the locks that keep two loads out of one database: that of the load itself
#: and the one that the steps in processes of their own share.
LOCK, STEP_LOCK = 0x6E6F7274, 0x6E6F7275


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
    """Spare the garbage collector the registry, and the forked steps a copy of it."""
    gc.collect()
    gc.freeze()


class Session:
    """The environment, the external ids and the transactions of a load.

    :param step: whether it belongs to a step that follows the load in its own process
    """

    def __init__(self, cursor, step: bool = False):
        self.cursor = cursor
        self.env = api.Environment(cursor, SUPERUSER_ID, dict(QUIET))
        self._check_modules()
        self._lock(step)
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

    def _lock(self, step: bool) -> None:
        """Take the lock of this load; a killed one gives it back within seconds.

        A step of a killed load may still be in the middle of a batch: that is waited
        for, too.
        """
        try:
            self.cursor.execute("SET lock_timeout = '30s'")
            if step:
                self.cursor.execute("SELECT pg_advisory_lock_shared(%s)", [STEP_LOCK])
            else:
                self.cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
                self.cursor.execute("SELECT pg_advisory_lock(%s)", [STEP_LOCK])
                self.cursor.execute("SELECT pg_advisory_unlock(%s)", [STEP_LOCK])
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

    def batch(self, work: Callable[[], None]) -> None:
        """Do a piece of work in one transaction, all of it or nothing.

        Where somebody works on the database meanwhile, or another step of the load,
        their changes may come in between: then it is done again from its beginning.
        """
        known = dict(self.ids)
        for attempt in range(1, TRIES + 1):
            try:
                work()
                self.commit()
                return
            except TO_REPEAT:
                if attempt == TRIES:
                    raise
                self.cursor.rollback()
                self.ids = dict(known)

    def refresh(self) -> None:
        """See what other steps have done since."""
        self.cursor.commit()
        self.env.invalidate_all()
        self.ids = self._read_ids()

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
