from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..tools.deal import Unit, deal
from .res_partner_territory import PLACE_FIELDS

SCOPES = [
    ("all", "Territory and Salesperson"),
    ("free", "Territory; Salesperson only where There Is None"),
    ("territory", "Territory Only"),
]
STATES = [
    ("draft", "Draft"),
    ("preview", "Preview"),
    ("done", "Assigned"),
    ("undone", "Taken Back"),
]


class CrmTerritoryRun(models.Model):
    """Customers are assigned to territories anew: what would change is shown first.

    The territory is written here; a new salesperson comes by a handover
    (``crm.handover``), so that leads, quotations and to-dos follow, the history says
    why, and everything can be taken back. Customers whose territory somebody keeps by
    hand stay where they are.
    """

    _name = "crm.territory.run"
    _description = "Assignment of Customers to Territories"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, default=lambda self: self._default_name())
    state = fields.Selection(STATES, required=True, default="draft", readonly=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
        help="Customers of this company and those of no company.",
    )
    scope = fields.Selection(
        SCOPES,
        string="Changes",
        required=True,
        default="all",
        help="A customer whose salesperson is one of the territory's people stays with "
        "that person. Leads, quotations and to-dos follow a new salesperson.",
    )
    partner_domain = fields.Char(
        string="Customers", default="[]", help="Empty: all customers."
    )
    line_ids = fields.One2many("crm.territory.run.line", "run_id", readonly=True)
    handover_id = fields.Many2one("crm.handover", readonly=True, ondelete="set null")
    handover_state = fields.Selection(related="handover_id.state", string="Handed Over")
    customer_count = fields.Integer(string="Customers Looked at", readonly=True)
    pinned_count = fields.Integer(string="Kept by Hand", readonly=True)
    gap_count = fields.Integer(string="Without Territory", readonly=True)
    rival_count = fields.Integer(string="More than One Fits", readonly=True)
    line_count = fields.Integer(string="Changed", compute="_compute_line_count")
    move_count = fields.Integer(string="New Salesperson", compute="_compute_line_count")
    date_done = fields.Datetime(string="Assigned on", readonly=True)
    done_by_id = fields.Many2one(
        "res.users", string="By", readonly=True, ondelete="set null"
    )

    @api.model
    def _default_name(self):
        today = format_date(self.env, fields.Date.context_today(self))
        return self.env._("Territories of %s", today)

    @api.depends("line_ids.state", "line_ids.user_id")
    def _compute_line_count(self):
        groups = self.env["crm.territory.run.line"]._read_group(
            [("run_id", "in", self.ids), ("state", "!=", "kept")],
            ["run_id", "moves"],
            ["__count"],
        )
        totals, moving = defaultdict(int), defaultdict(int)
        for run, moves, count in groups:
            totals[run.id] += count
            moving[run.id] += count if moves else 0
        for run in self:
            run.line_count = totals[run.id]
            run.move_count = moving[run.id]

    @api.constrains("partner_domain")
    def _check_partner_domain(self):
        for run in self:
            run._customer_domain()

    def _customer_domain(self):
        """Customers that are looked at.

        :raises ValidationError: the choice cannot be read
        """
        handovers = self.env["crm.handover"]
        chosen = handovers.new({"partner_domain": self.partner_domain})
        domain = chosen._handover_partners() & handovers._handover_commercial()
        domain &= Domain("partner_share", "=", True)
        return domain & Domain("company_id", "in", [self.company_id.id, False])

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        if self.filtered(lambda run: run.state in ("done", "undone")):
            raise UserError(
                self.env._("An assignment that was carried out stays as its record.")
            )

    # Preview

    def action_preview(self):
        """Find out what would change; nothing of it is written to customers."""
        self.ensure_one()
        self.check_access("write")
        self._check_open()
        run = self.sudo()
        run.line_ids.unlink()
        customers = run._customers()
        places = self.env["crm.territory"]
        world = places._map(self.company_id)
        verdicts = {c["id"]: world.find(places._place(c)) for c in customers}
        changes = run._changes(customers, verdicts)
        run.line_ids.create(changes)
        run.write(
            {
                "state": "preview",
                "customer_count": len(customers),
                "pinned_count": sum(bool(c["territory_pinned"]) for c in customers),
                "gap_count": sum(not verdicts[c["id"]].rule for c in customers),
                "rival_count": sum(bool(verdicts[c["id"]].rivals) for c in customers),
            }
        )

    def _check_open(self):
        if self.state not in ("draft", "preview"):
            raise UserError(self.env._("This assignment was carried out already."))

    def _customers(self):
        """The customers as dicts: one query."""
        partners = self.env["res.partner"]
        query = partners._search(self._customer_domain(), order="id")
        names = ("id", *PLACE_FIELDS, "user_id", "territory_id", "territory_pinned")
        columns = [
            SQL(
                "%s AS %s",
                partners._field_to_sql(query.table, name, query),
                SQL.identifier(name),
            )
            for name in names
        ]
        partners.flush_model(names[1:])
        return self.env.execute_query_dict(query.select(*columns))

    def _changes(self, customers, verdicts):
        """Values of the lines: customers whose territory or salesperson changes."""
        territories = self.env["crm.territory"].search(
            [("company_id", "in", [self.company_id.id, False])]
        )
        people = {t.id: tuple(t._owners().ids) for t in territories}
        words, changes = {}, []
        for customer in customers:
            verdict = verdicts[customer["id"]]
            if customer["territory_pinned"] or not verdict.rule:
                continue
            moves = self._moves(customer, people.get(verdict.rule, ()))
            if not moves and verdict.rule == customer["territory_id"]:
                continue
            if verdict not in words:
                words[verdict] = territories._verdict_words(verdict)
            changes.append(
                {
                    "run_id": self.id,
                    "partner_id": customer["id"],
                    "old_territory_id": customer["territory_id"],
                    "territory_id": verdict.rule,
                    "old_user_id": customer["user_id"],
                    "user_id": customer["user_id"],
                    "moves": moves,
                    "why": words[verdict],
                }
            )
        self._deal(changes, people)
        return changes

    def _moves(self, customer, people):
        """Whether the customer gets another salesperson."""
        owner = customer["user_id"]
        if self.scope == "territory" or (self.scope == "free" and owner):
            return False
        return bool(people) and owner not in people

    def _deal(self, changes, people):
        """Deal customers out among the people of their territory, so that everybody
        ends with as many as the others."""
        groups = self.env["res.partner"]._read_group(
            [("user_id", "!=", False)], ["user_id"], ["__count"]
        )
        load = {user.id: count for user, count in groups}
        by_territory = defaultdict(list)
        for number, change in enumerate(changes):
            if change["moves"]:
                by_territory[change["territory_id"]].append(number)
        for territory_id, numbers in by_territory.items():
            shares = dict.fromkeys(people[territory_id], 1)
            for number, user in deal([Unit(n) for n in numbers], shares, load).items():
                changes[number]["user_id"] = user
                load[user] = load.get(user, 0) + 1

    # Carrying out

    def action_assign(self):
        """Write what the preview shows, where nobody changed it since."""
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update(allow_referencing=True)
        self.invalidate_recordset(["state"])
        if self.state != "preview":
            raise UserError(self.env._("Look at the preview first."))
        lines = self.sudo().line_ids.filtered(lambda line: line.state == "todo")
        stale = lines.filtered(lambda line: not line._is_current())
        stale.state = "changed"
        lines -= stale
        if not lines:
            raise UserError(self.env._("Nothing is left to assign."))
        for territory, some in lines.grouped("territory_id").items():
            some.partner_id.with_context(crm_territory_machine=True).write(
                {"territory_id": territory.id}
            )
        lines.state = "done"
        self.sudo().write(
            {
                "state": "done",
                "date_done": fields.Datetime.now(),
                "done_by_id": self.env.uid,
            }
        )
        if moving := lines.filtered("moves"):
            self._hand_over(moving)

    def _hand_over(self, lines):
        """Salespeople change by a handover: documents follow, the history says why."""
        handover = self.env["crm.handover"].create(
            {
                "kind": "transfer",
                "territory_run_id": self.id,
                "company_ids": [fields.Command.set(self.company_id.ids)],
                "receiver_ids": [
                    fields.Command.create({"user_id": user.id})
                    for user in lines.user_id
                ],
            }
        )
        self.sudo().handover_id = handover
        handover.action_start()

    def action_open_handover(self):
        """The handover with its progress, its records and its undo."""
        self.ensure_one()
        return self.handover_id._get_records_action()

    def action_open_gaps(self):
        """Customers that no territory takes."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Without Territory"),
            "res_model": "res.partner",
            "views": [[False, "list"], [False, "form"]],
            "domain": list(
                Domain("territory_id", "=", False)
                & Domain("is_company", "=", True)
                & Domain("company_id", "in", [self.company_id.id, False])
            ),
        }

    # Taking back

    def action_undo(self):
        """Put territories back where nobody changed them since, and the salespeople."""
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update(allow_referencing=True)
        self.invalidate_recordset(["state"])
        if self.state != "done":
            raise UserError(self.env._("There is nothing to take back."))
        if self.handover_id:
            self.handover_id.action_undo()
        lines = self.sudo().line_ids.filtered(lambda line: line.state == "done")
        back = lines.filtered(
            lambda line: line.partner_id.territory_id == line.territory_id
        )
        (lines - back).state = "changed"
        for territory, some in back.grouped("old_territory_id").items():
            some.partner_id.with_context(crm_territory_machine=True).write(
                {"territory_id": territory.id}
            )
        back.state = "undone"
        self.sudo().state = "undone"
