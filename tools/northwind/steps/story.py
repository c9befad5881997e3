"""What people did and will do: logged contacts and next steps."""

from .. import clock

HOUR = 14
CALL_HOUR = 10
ACTIVITY_TYPES = {
    "call": "mail.mail_activity_data_call",
    "meeting": "mail.mail_activity_data_meeting",
    "todo": "mail.mail_activity_data_todo",
}


def load(load) -> None:
    """Log the visits and calls as their salespeople, then plan the next steps."""
    _interactions(load)
    _followups(load)


def _interactions(load) -> None:
    session, rows = load.session, load.data["interactions"]
    missing = [
        row for row in rows if not session.has("interaction", row["InteractionID"])
    ]
    for row in missing:
        user = session.get("res.users", "user", [row["EmployeeID"]])
        moment = load.calendar.moment(row["Date"], HOUR)
        with clock.at(moment):
            record = (
                load.env["crm.interaction"]
                .with_user(user)
                .create(_interaction(load, row, moment, user))
            )
        session.register("interaction", [(row["InteractionID"], record.sudo())])
    load.report.progress("visits and calls", len(missing), len(rows))


def _interaction(load, row, moment, user) -> dict:
    code = row["CustomerID"]
    kind = "customer_contact"
    contact = kind if load.session.has(kind, code) else "customer"
    return {
        "partner_id": load.session.id(contact, code),
        "user_id": user.id,
        "company_id": load.session.company.id,
        "channel": row["Channel"],
        "date": moment,
        "duration": int(row["Minutes"] or 0),
        "subject": row["Subject"],
        "body": row["Body"] or False,
    }


def _followups(load) -> None:
    rows = load.data["followups"]
    model = load.env["ir.model"]._get_id("res.partner")
    created = load.session.add(
        "mail.activity",
        "followup",
        {row["FollowupID"]: _followup(load, row, model) for row in rows},
    )
    load.report.progress("follow-ups", len(created), len(rows))


def _followup(load, row, model: int) -> dict:
    """Return a next step; calls and meetings have a time of day."""
    values = {
        "res_model_id": model,
        "res_id": load.session.id("customer", row["CustomerID"]),
        "activity_type_id": load.env.ref(ACTIVITY_TYPES[row["Type"]]).id,
        "summary": row["Summary"],
        "note": row["Note"] or False,
        "user_id": load.session.id("user", row["EmployeeID"]),
        "date_deadline": load.calendar.day(row["DueDate"]),
    }
    if row["Type"] != "todo":
        values["deadline_at"] = load.calendar.moment(row["DueDate"], CALL_HOUR)
    return values
