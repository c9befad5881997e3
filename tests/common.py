"""What the tests across the addons share: our models, the roles, databases to spend.

Every test class outside an addon needs ``@tagged(...)``: Odoo gives default tags only to
modules below ``odoo.addons``.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

import odoo
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import SQL, config, file_path

from .conftest import ALLOWED_WARNINGS

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(__file__).resolve().parent / "data"
MODULES = ("crm_extension", "crm_rma", "crm_analytics")
SCREENSHOTS = Path(
    os.environ.get("CRM_LOOP_SCREENSHOTS", ROOT / ".dev" / "screenshots")
)

#: Role -> groups. ``company_b`` is a manager of everything, in another company.
ROLES = {
    "portal": ["base.group_portal"],
    "employee": ["base.group_user"],
    "sales_own": ["sales_team.group_sale_salesman"],
    "sales_team": ["crm_extension.crm_extension_group_team"],
    "sales_all": ["sales_team.group_sale_salesman_all_leads"],
    "sales_manager": ["sales_team.group_sale_manager"],
    "service_user": ["crm_rma.crm_rma_group_user"],
    "service_manager": ["crm_rma.crm_rma_group_manager"],
    "analytics_user": ["crm_analytics.crm_analytics_group_user"],
    "company_b": [
        "sales_team.group_sale_manager",
        "crm_rma.crm_rma_group_manager",
        "crm_analytics.crm_analytics_group_manager",
    ],
}
#: Debian's Odoo names these files in a manifest and does not ship them.
ABSENT_ASSETS = {
    "mail/static/lib/selfie_segmentation/selfie_segmentation.js": "web.assets_backend",
}


def our_models(env, *, transient: bool = True, abstract: bool = False) -> list[str]:
    """Names of the models that our addons define, in order."""
    return sorted(
        name
        for name, cls in env.registry.items()
        if cls._original_module in MODULES
        and (transient or not cls._transient)
        and (abstract or not cls._abstract)
    )


def our_records(env, model: str):
    """The records of ``model`` that our addons ship as data, archived ones included."""
    rows = (
        env["ir.model.data"]
        .sudo()
        .search_fetch([("model", "=", model), ("module", "in", MODULES)], ["res_id"])
    )
    records = env[model].sudo().with_context(active_test=False)
    return records.browse(rows.mapped("res_id")).exists()


def our_methods(env) -> Iterator[tuple[str, str]]:
    """Each (model, public method) that our addons define or override."""
    for name, cls in sorted(env.registry.items()):
        methods = set()
        for base in cls.mro():
            if getattr(base, "_module", None) in MODULES and base.__module__.startswith(
                "odoo.addons."
            ):
                methods.update(
                    key
                    for key, value in vars(base).items()
                    if callable(value) and not key.startswith("_")
                )
        for method in sorted(methods):
            if not getattr(getattr(cls, method), "_api_private", False):
                yield name, method


def remove_absent_assets(env) -> int:
    """Take files that the Odoo at hand lacks out of its bundles; safe to repeat.

    Only for test databases: in an installation it would hide a real feature.

    :return: how many entries were added
    """
    added = 0
    for path, bundle in ABSENT_ASSETS.items():
        try:
            file_path(path)
            continue
        except FileNotFoundError:
            pass
        values = {"bundle": bundle, "path": path, "directive": "remove"}
        domain = [(key, "=", value) for key, value in values.items()]
        if not env["ir.asset"].search_count(domain):
            env["ir.asset"].create({"name": f"test: {path} is absent", **values})
            added += 1
    return added


class LoopCase(TransactionCase):
    """Two companies, two teams, and one user who takes any role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.company_b = cls.env["res.company"].create({"name": "Company B"})
        teams = cls.env["crm.team"].create(
            [
                {"name": "North", "company_id": False},
                {"name": "South", "company_id": False},
                {"name": "B", "company_id": cls.company_b.id},
            ]
        )
        cls.team, cls.team_other, cls.team_b = teams
        cls.me = new_test_user(cls.env, "he_me", groups="base.group_user", tz="UTC")
        cls.mate = cls._salesperson("he_mate")
        cls.stranger = cls._salesperson("he_stranger")
        cls.foreigner = cls._salesperson("he_foreigner", company=cls.company_b)
        for team, users in (
            (cls.team, cls.me + cls.mate),
            (cls.team_other, cls.stranger),
            (cls.team_b, cls.foreigner),
        ):
            team.member_ids = users

    @classmethod
    def _salesperson(cls, login: str, company=None):
        company = company or cls.env.company
        return new_test_user(
            cls.env,
            login,
            groups="sales_team.group_sale_salesman",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    @contextmanager
    def case(self, **what) -> Iterator[None]:
        """A subtest in a savepoint: what it does or breaks, the next one never sees."""
        with self.subTest(**what), self.env.cr.savepoint() as savepoint:
            try:
                yield
            finally:
                savepoint.close(rollback=True)
                self.env.invalidate_all(flush=False)

    @classmethod
    def as_role(cls, role: str):
        """The one test user in ``role``; their records stay theirs."""
        company = cls.company_b if role == "company_b" else cls.env.company
        groups = cls.env["res.groups"]
        for xmlid in ROLES[role]:
            groups |= cls.env.ref(xmlid)
        cls.me.write({"group_ids": [(6, 0, groups.ids)]})
        cls.me.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        return cls.me


def template(variable: str) -> str:
    """The name of a prepared database, or the reason why there is none (``KeyError``)."""
    name = os.environ.get(variable)
    if not name:
        raise KeyError(f"{variable} is not set: './dev test' builds that database")
    return name


@contextmanager
def server_cursor() -> Iterator:
    """A cursor on the server's ``postgres`` database, each statement its own commit."""
    options = {key: config[f"db_{key}"] for key in ("host", "port", "user", "password")}
    connection = psycopg2.connect(
        dbname="postgres", **{key: value for key, value in options.items() if value}
    )
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def drop_database(name: str) -> None:
    """Remove a database and its files; nothing happens when there is none.

    ``WITH (FORCE)`` is refused while PostgreSQL's own autovacuum works there; a plain
    ``DROP`` sends that away by itself.
    """
    with server_cursor() as cursor:
        cursor.execute(
            """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = %s AND usename = current_user""",
            [name],
        )
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
    shutil.rmtree(config.filestore(name), ignore_errors=True)


@contextmanager
def database_copy(source: str, suffix: str) -> Iterator[str]:
    """A copy of a prepared database with its files, gone afterwards.

    The source must have no open connections: name a template, not the database under
    test.
    """
    name = f"{source}_{suffix}_{os.getpid()}"
    drop_database(name)
    with server_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    files = Path(config.filestore(source))
    if files.is_dir():
        shutil.copytree(files, config.filestore(name), dirs_exist_ok=True)
    try:
        yield name
    finally:
        odoo.sql_db.close_db(name)
        drop_database(name)


def odoo_command(*arguments: str, stdin: str | None = None, seconds: int = 900) -> str:
    """Run ``python -m odoo`` as an integrator would and give back all it said.

    :raises AssertionError: when it failed or logged a warning
    """
    run = subprocess.run(
        [sys.executable, "-m", "odoo", *arguments],
        input=stdin,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=seconds,
    )
    bad = [
        line
        for line in run.stdout.splitlines()
        if any(f" {level} " in line for level in ("WARNING", "ERROR", "CRITICAL"))
        and not any(text in line for text in ALLOWED_WARNINGS)
    ]
    if run.returncode or bad:
        said = "\n".join([" ".join(arguments), *bad, run.stdout[-8000:]])
        raise AssertionError(said)
    return run.stdout


def table_digest(env, models: list[str]) -> dict[str, str]:
    """A checksum of every row of the models' tables, to see whether anything changed."""
    env.flush_all()
    digest = {}
    for name in models:
        model = env[name]
        if model._auto and not model._abstract:
            query = SQL(
                "SELECT count(*) || ':' || coalesce(md5(string_agg(t::text, '|' ORDER BY id)), '')"
                " FROM %s t",
                SQL.identifier(model._table),
            )
            [[digest[name]]] = env.execute_query(query)
    return digest
