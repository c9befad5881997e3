"""Salespeople: users with birthdays, and a team for each manager."""

from collections import defaultdict

from odoo import Command

from ..phones import phone

#: Reserved for examples: no mail can ever arrive there.
MAIL_DOMAIN = "northwind.example"
#: Title -> groups on top of the internal user; the first word that fits counts.
GROUPS = {
    "Vice President": (
        "sales_team.group_sale_manager",
        "crm_rma.crm_rma_group_manager",
        "crm_analytics.crm_analytics_group_manager",
    ),
    "Manager": (
        "crm_extension.crm_extension_group_team",
        "crm_analytics.crm_analytics_group_user",
    ),
    "Coordinator": (
        "sales_team.group_sale_salesman_all_leads",
        "crm_rma.crm_rma_group_user",
    ),
    "": ("sales_team.group_sale_salesman",),
}


def load(load) -> None:
    """Create the users and the teams of those who have somebody reporting."""
    rows = load.data["employees"]
    created = load.session.add(
        "res.users", "user", {row["EmployeeID"]: _user(load, row) for row in rows}
    )
    _teams(load, rows)
    load.report.progress("salespeople", len(created), len(rows))


def let_in(load) -> None:
    """Give the users who have no password their login as one."""
    codes = [row["EmployeeID"] for row in load.data["employees"]]
    users = load.session.get("res.users", "user", codes)
    load.session.cursor.execute(
        "SELECT id FROM res_users WHERE password IS NULL AND id = ANY(%s)", [users.ids]
    )
    for [number] in load.session.cursor.fetchall():
        user = users.browse(number)
        user.password = user.login


def _user(load, row) -> dict:
    address = load.places.address(row)
    country = load.places.country(row["Country"])
    login = f"{row['FirstName']}.{row['LastName']}".lower().replace(" ", "")
    return {
        **address,
        "name": f"{row['FirstName']} {row['LastName']}",
        "login": f"{login}@{MAIL_DOMAIN}",
        "email": f"{login}@{MAIL_DOMAIN}",
        "function": row["Title"],
        "phone": phone(row, "HomePhone", country, load.report),
        "birthdate": row["BirthDate"],
        "lang": "en_US",
        "group_ids": [Command.set(_groups(load.env, row["Title"]))],
        "company_id": load.session.company.id,
        "company_ids": [Command.set(load.session.company.ids)],
    }


def _groups(env, title: str) -> list[int]:
    names = next(groups for word, groups in GROUPS.items() if word in title)
    return [env.ref(name).id for name in ("base.group_user", *names)]


def _teams(load, rows) -> None:
    """One team per manager; a manager is a member of his own team.

    Somebody who reports to a manager and leads a team himself belongs to his own.
    """
    session = load.session
    known = {row["EmployeeID"]: row for row in rows}
    reports = defaultdict(list)
    for row in rows:
        if row["ReportsTo"] in known:
            reports[row["ReportsTo"]].append(row["EmployeeID"])
    values = {}
    for manager, members in reports.items():
        codes = [manager, *(code for code in members if code not in reports)]
        values[manager] = {
            "name": f"Team {known[manager]['LastName']}",
            "user_id": session.id("user", manager),
            "company_id": session.company.id,
            "crm_team_member_ids": [
                Command.create({"user_id": session.id("user", code)}) for code in codes
            ],
        }
    session.add("crm.team", "team", values)
