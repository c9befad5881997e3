"""The public pool: whoever buys stays, the customers without an order wait in it."""

from odoo import Command


def load(load) -> None:
    """Create the pool with its rule, and put in who never had a salesperson."""
    session, data = load.session, load.data
    people = [session.id("user", row["EmployeeID"]) for row in data["employees"]]
    pool = session.add(
        "crm.pool",
        "pool",
        {
            "public": {
                "name": "Public Pool",
                "company_id": session.company.id,
                "user_ids": [Command.set(people)],
                "keep_deal": True,
            }
        },
    )
    waiting = load.env["res.partner"]
    if pool:
        customers = [row["CustomerID"] for row in data["customers"]]
        customers = session.get("res.partner", "customer", customers)
        waiting = customers.filtered(lambda customer: not customer.user_id)
        waiting.pool_id = pool
    load.report.progress("customers in the pool", len(waiting), len(waiting))
