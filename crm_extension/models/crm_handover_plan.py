from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.deal import Unit, deal

#: Levels come first in the order of their sequence, customers without one last.
NO_LEVEL = 1_000_000


class CrmHandover(models.Model):
    """The plan: rows are gathered, bundled into items, and dealt out."""

    _inherit = "crm.handover"

    def _check_draft(self):
        """Refuse changes of what was started."""
        if (
            self.filtered(lambda handover: handover.state != "draft")
            and not self.env.su
        ):
            raise UserError(
                self.env._("This handover was started: nothing of it changes any more.")
            )

    def _plan(self, fresh=True):
        """Gather what there is and deal it out.

        :param fresh: forget what was dealt out before, but for what was given by hand;
            else only what is new is dealt out (a handover that begins later)
        """
        for handover in self.sudo():
            handover._drop_rows()
            if fresh:
                handover.item_ids.filtered(lambda item: not item.is_pinned).unlink()
            handover._gather()
            handover._deal()

    def _drop_rows(self):
        """Forget what was planned but not done."""
        self.row_ids.flush_model()
        self.env.cr.execute(
            SQL(
                "DELETE FROM crm_handover_row WHERE handover_id = %s AND state = 'todo'",
                self.id,
            )
        )
        self.row_ids.invalidate_model()

    def _gather(self):
        """Write a row for every open record that is not in the handover yet, and
        bundle them: some statements for each model, whatever the number.

        :return: number of new rows
        """
        self.env.flush_all()
        found = sum(
            self._gather_kind(name, spec)
            for name, spec in self._handover_specs().items()
        )
        self._bundle_customers()
        self._bundle_others()
        self._drop_empty_items()
        self._open_items()
        self._count_items()
        self.env.invalidate_all(flush=False)
        return found

    def _gather_kind(self, name, spec):
        """Insert the rows of one kind; how many are new.

        A record that was left out before, because it was somebody else's or closed,
        and is open again is to be done again.
        """
        people = self._handover_from_users()
        query = self._handover_query(spec, self._handover_owner_ids(name, people))
        table = query.table
        owner = spec["owner"]
        customer = SQL("NULL::int")
        if method := spec.get("customer"):
            customer = getattr(self, method)(table)
        rows = query.select(
            SQL("%s AS id", SQL.identifier(table, "id")),
            SQL("%s AS customer", customer),
            SQL(
                "%s AS owner", SQL.identifier(table, owner) if owner else people[:1].id
            ),
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_handover_row
                          (handover_id, kind, res_model, res_id, from_user_id, partner_id,
                           state)
                   SELECT %(handover)s, %(kind)s, %(model)s, r.id, r.owner, r.customer,
                          'todo'
                     FROM (%(rows)s) r WHERE %(chosen)s
                ON CONFLICT (handover_id, res_model, res_id) DO UPDATE
                      SET state = 'todo', error = NULL, from_user_id = excluded.from_user_id
                    WHERE crm_handover_row.state = 'skipped'""",
                handover=self.id,
                kind=name,
                model=spec["model"],
                rows=rows,
                chosen=self._handover_chosen_sql(),
            )
        )
        return self.env.cr.rowcount

    def _handover_from_users(self):
        """Whose records move; everybody's whose customers were chosen."""
        if self.from_user_id:
            return self.from_user_id
        partners = self.env["res.partner"].sudo()
        groups = partners._read_group(self._handover_partners(), ["user_id"])
        return self.env["res.users"].union(*(user for (user,) in groups))

    def _handover_owner_ids(self, name, people):
        """Ids of the people; customers of nobody can be chosen, too."""
        free = name == "customers" and not self.from_user_id
        return [*people.ids, *([False] if free else ())]

    def _handover_chosen_sql(self):
        """SQL condition on ``r``: the record belongs to a customer that was chosen."""
        if not self._is_choice():
            return SQL("TRUE")
        partners = self.env["res.partner"].sudo()._search(self._handover_partners())
        return SQL(
            "r.customer IN (SELECT c.commercial_partner_id FROM res_partner c "
            "WHERE c.id IN (%s))",
            partners.select(),
        )

    def _is_choice(self):
        """Whether only some customers move."""
        return self.kind == "transfer" and (
            not self.from_user_id or not self._handover_partners().is_true()
        )

    # Items

    def _bundle_customers(self):
        """One item for each customer and person that has something there."""
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_handover_item
                          (handover_id, partner_id, from_user_id, name, level_id,
                           level_rank, state)
                   SELECT %(handover)s, p.id, r.from_user_id, p.complete_name, l.id,
                          COALESCE(l.sequence, %(last)s), 'todo'
                     FROM (SELECT DISTINCT partner_id, from_user_id FROM crm_handover_row
                            WHERE handover_id = %(handover)s AND item_id IS NULL
                              AND partner_id IS NOT NULL) r
                     JOIN res_partner p ON p.id = r.partner_id
                LEFT JOIN crm_customer_level l ON l.id = p.customer_level_id
                    WHERE NOT EXISTS (
                          SELECT 1 FROM crm_handover_item i
                           WHERE i.handover_id = %(handover)s
                             AND i.partner_id = r.partner_id
                             AND i.from_user_id IS NOT DISTINCT FROM r.from_user_id)
                 ORDER BY 6, p.id""",
                handover=self.id,
                last=NO_LEVEL,
            )
        )
        self.env.cr.execute(
            SQL(
                """UPDATE crm_handover_row r SET item_id = i.id
                     FROM crm_handover_item i
                    WHERE r.handover_id = %(handover)s AND r.item_id IS NULL
                      AND i.handover_id = %(handover)s AND i.partner_id = r.partner_id
                      AND i.from_user_id IS NOT DISTINCT FROM r.from_user_id""",
                handover=self.id,
            )
        )

    def _bundle_others(self):
        """One item for each record without a customer."""
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_handover_item
                          (handover_id, res_model, res_id, from_user_id, level_rank, state)
                   SELECT handover_id, res_model, res_id, from_user_id, %(last)s, 'todo'
                     FROM crm_handover_row r
                    WHERE handover_id = %(handover)s AND item_id IS NULL
                      AND NOT EXISTS (
                          SELECT 1 FROM crm_handover_item i
                           WHERE i.handover_id = r.handover_id
                             AND i.res_model = r.res_model AND i.res_id = r.res_id)
                 ORDER BY id""",
                handover=self.id,
                last=NO_LEVEL,
            )
        )
        self.env.cr.execute(
            SQL(
                """UPDATE crm_handover_row r SET item_id = i.id
                     FROM crm_handover_item i
                    WHERE r.handover_id = %(handover)s AND r.item_id IS NULL
                      AND i.handover_id = %(handover)s AND i.res_model = r.res_model
                      AND i.res_id = r.res_id""",
                handover=self.id,
            )
        )

    def _drop_empty_items(self):
        """Items of which nothing is open any more."""
        self.env.cr.execute(
            SQL(
                """DELETE FROM crm_handover_item i
                    WHERE handover_id = %s AND state = 'todo' AND NOT EXISTS (
                          SELECT 1 FROM crm_handover_row r WHERE r.item_id = i.id)""",
                self.id,
            )
        )

    def _open_items(self):
        """Items that were done and got something new meanwhile."""
        self.env.cr.execute(
            SQL(
                """UPDATE crm_handover_item i SET state = 'todo'
                    WHERE handover_id = %s AND state != 'todo' AND EXISTS (
                          SELECT 1 FROM crm_handover_row r
                           WHERE r.item_id = i.id AND r.state = 'todo')""",
                self.id,
            )
        )

    def _count_items(self):
        """What belongs to each item, for the screens and for dealing out."""
        self.env.cr.execute(
            SQL(
                """UPDATE crm_handover_item i
                      SET counts = c.counts, record_count = c.total
                     FROM (SELECT item_id, jsonb_object_agg(kind, n) AS counts,
                                  SUM(n) AS total
                             FROM (SELECT item_id, kind, COUNT(*) AS n
                                     FROM crm_handover_row WHERE handover_id = %(id)s
                                 GROUP BY item_id, kind) k
                         GROUP BY item_id) c
                    WHERE i.handover_id = %(id)s AND c.item_id = i.id""",
                id=self.id,
            )
        )

    # Dealing out

    def _deal(self):
        """Give every item that has no receiver to one."""
        items = self._items_to_deal()
        shares = {line.user_id.id: line.share for line in self.receiver_ids}
        given, reasons = {}, {}
        self._deal_fixed(items, shares, given, reasons)
        if self.method == "hand":
            items = [item for item in items if not item["partner_id"]]
        units = [self._unit(item) for item in items if item["id"] not in given]
        if shares and units:
            given |= deal(units, shares, self._load())
        method = {unit.id: unit.allowed and self.method or "equal" for unit in units}
        self._write_receivers(given, {**method, **reasons})

    def _items_to_deal(self):
        """Facts of the items without receiver: one query."""
        return self.env.execute_query_dict(
            SQL(
                """SELECT i.id, i.partner_id, i.res_model, i.level_id, i.level_rank,
                          i.record_count, i.counts, i.from_user_id, t.parent_path,
                          CASE WHEN u.active THEN u.id END AS owner_id
                     FROM crm_handover_item i
                LEFT JOIN res_partner p ON p.id = i.partner_id
                LEFT JOIN res_users u ON u.id = p.user_id
                LEFT JOIN crm_territory t ON t.id = p.territory_id
                    WHERE i.handover_id = %s AND i.to_user_id IS NULL
                      AND i.state = 'todo'""",
                self.id,
            )
        )

    def _deal_fixed(self, items, shares, given, reasons):
        """What does not depend on the split: colleagues' customers, duties."""
        main = next(iter(shares), None)
        duties = {
            spec["model"]
            for spec in self._handover_specs().values()
            if spec.get("main")
        }
        for item in items:
            owner = item["owner_id"]
            if self.to_owner and owner and owner != item["from_user_id"]:
                given[item["id"]], reasons[item["id"]] = owner, "owner"
            elif main and item["res_model"] in duties:
                given[item["id"]], reasons[item["id"]] = main, "main"

    def _load(self):
        """How many customers each receiver has in the plan already."""
        groups = self.env["crm.handover.item"]._read_group(
            [("handover_id", "=", self.id), ("to_user_id", "!=", False)],
            ["to_user_id"],
            ["__count"],
        )
        return {user.id: count for user, count in groups}

    def _unit(self, item):
        return Unit(
            item["id"],
            rank=item["level_rank"],
            size=item["record_count"] or 1,
            allowed=self._allowed(item),
        )

    def _allowed(self, item):
        """Receivers whose levels or territories an item belongs to."""
        if self.method == "level":
            level_id = item["level_id"]
            lines = self.receiver_ids.filtered(lambda r: level_id in r.level_ids.ids)
            lines = lines or self.receiver_ids.filtered(lambda r: not r.level_ids)
            return tuple(lines.user_id.ids)
        if self.method == "territory" and item["parent_path"]:
            return self._allowed_in(item["parent_path"])
        return ()

    def _allowed_in(self, parent_path):
        """Receivers of the smallest territory around a customer that has one."""
        people = defaultdict(list)
        for line in self.receiver_ids:
            for territory in line.territory_ids:
                people[territory.id].append(line.user_id.id)
        for territory_id in map(int, reversed(parent_path.strip("/").split("/"))):
            if territory_id in people:
                return tuple(people[territory_id])
        return ()

    @api.model
    def _write_receivers(self, given, reasons):
        """Write who gets which item and why: one statement."""
        if not given:
            return
        self.env.cr.execute_values(
            """UPDATE crm_handover_item i SET to_user_id = v.user_id, reason = v.reason
                 FROM (VALUES %s) v(id, user_id, reason) WHERE i.id = v.id""",
            [(item, user, reasons[item]) for item, user in given.items()],
            page_size=5000,
        )
        self.env["crm.handover.item"].invalidate_model()
