"""Units that came back: taken through the steps of the service desk."""

from contextlib import contextmanager
from datetime import timedelta

from .. import clock

HOUR = 11
#: Days after the report on which each step is taken, up to the stage of the row.
STEPS = (
    ("expected", 0, "action_approve"),
    ("received", 3, "action_receive"),
    ("bench", 4, "action_start_repair"),
    ("ready", 6, "action_finish_repair"),
    ("shipped", 7, "action_ship"),
    ("closed", 12, "action_close"),
)


def load(load) -> None:
    """Create the returns that are missing, each with all its steps at once."""
    session, rows = load.session, load.data["returns"]
    missing = [row for row in rows if not session.has("return", row["ReturnID"])]
    for row in missing:
        with _nobody_asked(load.env.company.sudo()):
            rma = _report_fault(load, row)
            _walk(load, row, rma)
        session.register("return", [(row["ReturnID"], rma.sudo())])
        session.commit()
    load.report.progress("returns", len(missing), len(rows))


@contextmanager
def _nobody_asked(company):
    """Quotations of the past are no part of Northwind's orders: the setting is off, and
    as it was before anything is committed."""
    asked = company.rma_quote_first
    company.rma_quote_first = False
    yield
    company.rma_quote_first = asked


def _report_fault(load, row):
    sold = next(
        r for r in load.data["appliance_orders"] if r["Serial"] == row["Serial"]
    )
    user = load.session.get("res.users", "user", [row["EmployeeID"]])
    with clock.at(load.calendar.moment(row["Date"], HOUR)):
        return (
            load.env["crm.rma"]
            .with_user(user)
            .create(
                {
                    "partner_id": load.session.id("customer", sold["CustomerID"]),
                    "date_reported": load.calendar.day(row["Date"]),
                    "line_ids": [
                        (
                            0,
                            0,
                            {
                                "lot_id": load.session.id("lot", row["Serial"]),
                                "fault": row["Fault"],
                            },
                        )
                    ],
                }
            )
        )


def _walk(load, row, rma) -> None:
    """Take the steps up to the stage of the row, each on its own day."""
    for stage, days, step in STEPS:
        day = row["Date"] + timedelta(days=days)
        with clock.at(load.calendar.moment(day, HOUR)):
            getattr(rma, step)()
            if stage == "bench" and row["PartID"]:
                _use_part(load, row, rma)
        if stage == row["Stage"]:
            return


def _use_part(load, row, rma) -> None:
    """Put the part on the bench document, as the technician's line does."""
    repair = rma.line_ids.repair_ids
    load.env["stock.move"].create(
        {
            "repair_id": repair.id,
            "product_id": load.session.id("product", row["PartID"]),
            "product_uom_qty": 1.0,
            "repair_line_type": "add",
            "location_id": repair.location_id.id,
            "location_dest_id": repair.location_dest_id.id,
        }
    )
