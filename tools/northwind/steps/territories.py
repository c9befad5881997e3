"""Sales territories: regions, their parts, and who looks after them."""

from collections import defaultdict

from odoo import Command


def load(load) -> None:
    """Create the regions, then the territories with their salespeople."""
    data, session = load.data, load.session
    session.add(
        "crm.territory",
        "region",
        {
            row["RegionID"]: {
                "name": row["RegionDescription"],
                "code": f"R{row['RegionID']}",
                "company_id": session.company.id,
            }
            for row in data["regions"]
        },
    )
    people = defaultdict(list)
    for row in data["employee_territories"]:
        people[row["TerritoryID"]].append(session.id("user", row["EmployeeID"]))
    rows = data["territories"]
    created = session.add(
        "crm.territory",
        "territory",
        {
            row["TerritoryID"]: {
                "name": row["TerritoryDescription"],
                "code": row["TerritoryID"],
                "parent_id": session.id("region", row["RegionID"]),
                "user_ids": [Command.set(people[row["TerritoryID"]])],
                "company_id": session.company.id,
            }
            for row in rows
        },
    )
    load.report.progress("territories", len(created), len(rows))
