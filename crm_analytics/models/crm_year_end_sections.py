from odoo import fields, models
from odoo.tools.misc import formatLang


class CrmYearEnd(models.Model):
    """The frozen figures as tables in the reader's language: page, PDF and workbook.

    A section is a dict of ``title``, ``notes`` (sentences), ``columns`` (label and
    kind, see :class:`~..tools.xlsx.Workbook`), ``rows`` and ``total``. The three
    outputs show the same sections, so they cannot say different things.
    """

    _inherit = "crm.year.end"

    def _get_sections(self):
        self.ensure_one()
        if not self.content:
            return []
        return [
            self._section_summary(),
            self._section_months(),
            self._section_owners("teams", self.env._("Sales Teams")),
            self._section_owners("people", self.env._("Salespeople")),
            self._section_customers("top", self.env._("Customers")),
            self._section_classes(),
            self._section_customers("new", self.env._("New Customers")),
            self._section_customers("lost", self.env._("Lost Customers")),
            self._section_top("categories", self.env._("Product Categories")),
            self._section_top("products", self.env._("Products")),
            self._section_service(),
            self._section_currencies(),
            self._section_reconciliation(),
            *self._sections_of_changes(),
        ]

    # ------------------------------------------------------------------
    # Sections
    # ------------------------------------------------------------------

    def _section_summary(self):
        content = self.content
        parameters, total = content["parameters"], content["months"]["total"]
        kinds = content["documents"]["kinds"]
        rows = [
            [label, total[name], total[f"{name}_ly"], *self._change(total, name), count]
            for name, label, count in (
                (
                    "booked",
                    self.env._("Booked"),
                    kinds.get("booked", {}).get("count", 0),
                ),
                (
                    "invoiced",
                    self.env._("Invoiced"),
                    kinds.get("invoiced", {}).get("count", 0),
                ),
                ("delivered", self.env._("Delivered Goods"), None),
                ("invoiced_margin", self.env._("Margin"), None),
            )
        ]
        notes = [
            self.env._(
                "%(company)s, %(start)s to %(end)s, in %(currency)s, version %(version)s.",
                company=parameters["company"],
                start=self._day(parameters["from"]),
                end=self._day(parameters["to"]),
                currency=parameters["currency"],
                version=parameters["version"],
            ),
            self.env._(
                "Frozen by %(author)s on %(moment)s (UTC).",
                author=parameters["author"],
                moment=parameters["frozen"],
            ),
            self._get_alignment_note(parameters),
        ]
        if self.state == "signed":
            notes.append(
                self.env._(
                    "Signed off by %(name)s on %(moment)s (UTC).",
                    name=self.sudo().signed_user_id.name,
                    moment=fields.Datetime.to_string(self.date_signed),
                )
            )
        notes.append(self.env._("Fingerprint: %(hash)s", hash=self.content_hash or ""))
        columns = [
            (self.env._("Figure"), "text"),
            (self._get_frozen_year(), "money"),
            (self.env._("Last Year"), "money"),
            (self.env._("Change on Last Year"), "money"),
            (self.env._("Growth %"), "percent"),
            (self.env._("Documents"), "number"),
        ]
        return self._section(self.env._("The Year"), columns, rows, notes=notes)

    def _get_frozen_year(self):
        return self.content["parameters"]["year"]

    def _get_alignment_note(self, parameters):
        labels = dict(
            self.env["res.company"]
            ._fields["analytics_alignment"]
            ._description_selection(self.env)
        )
        return self.env._(
            "Compared with last year by: %(alignment)s.",
            alignment=labels.get(parameters["alignment"], ""),
        )

    def _section_months(self):
        content = self.content["months"]
        columns = [(self.env._("Month"), "text"), *self._figure_columns()]
        rows = [[row["month"][:7], *self._figures(row)] for row in content["rows"]]
        total = [self.env._("Total"), *self._figures(content["total"])]
        return self._section(self.env._("By Month"), columns, rows, total)

    def _section_owners(self, part, title):
        measure = self.content["parameters"]["target_measure"]
        labels = self.env["crm.target"]._fields["measure"]
        label = dict(labels._description_selection(self.env))[measure]
        source = {"margin": "invoiced_margin"}.get(measure, measure)
        rows = []
        for row in self.content[part]:
            actual, target = row.get(source), row["target"]
            share = 100 * actual / target if target and actual is not None else None
            rows.append([self._name_of(row), *self._figures(row), target, share])
        columns = [
            (title, "text"),
            *self._figure_columns(),
            (self.env._("Target"), "money"),
            (self.env._("Of target"), "percent"),
        ]
        total = [
            self.env._("Total"),
            *self._figures(self.content["months"]["total"]),
            None,
            None,
        ]
        notes = [self.env._("The target is that of: %(measure)s.", measure=label)]
        return self._section(title, columns, rows, total, notes)

    def _section_customers(self, part, title):
        content = self.content["customers"]
        columns = [
            (self.env._("Customer"), "text"),
            (self.env._("Class"), "text"),
            *self._figure_columns(),
        ]
        rows = [
            [self._name_of(row), row["class"], *self._figures(row)]
            for row in content[part]
        ]
        notes = {
            "top": self.env._(
                "%(count)s customers were invoiced; the best fifth of them makes "
                "%(share)s %%.",
                count=content["count"],
                share=content["share_of_fifth"],
            ),
            "new": self.env._(
                "%(count)s customers ordered for the first time.",
                count=content["new_count"],
            ),
            "lost": self.env._(
                "%(count)s customers of last year neither ordered nor were invoiced; "
                "last year they made %(amount)s.",
                count=content["lost_count"],
                amount=self._print("money", content["lost_amount"]),
            ),
        }
        return self._section(title, columns, rows, notes=[notes[part]])

    def _section_classes(self):
        total = sum(row["invoiced"] for row in self.content["customers"]["classes"])
        rows = [
            [
                row["class"],
                row["count"],
                row["invoiced"],
                100 * row["invoiced"] / total if total else None,
            ]
            for row in self.content["customers"]["classes"]
        ]
        columns = [
            (self.env._("Class"), "text"),
            (self.env._("Customers"), "number"),
            (self.env._("Invoiced"), "money"),
            (self.env._("Share"), "percent"),
        ]
        note = self.env._(
            "A: those who make the first 80 %, B: up to 95 %, C: the rest."
        )
        return self._section(self.env._("ABC Classes"), columns, rows, notes=[note])

    def _section_top(self, part, title):
        content = self.content[part]
        rows = [[self._name_of(row), *self._figures(row)] for row in content["rows"]]
        if content["rest_count"]:
            name = self.env._("%(count)s others", count=content["rest_count"])
            rows.append([name, *self._figures(content["rest"])])
        columns = [(title, "text"), *self._figure_columns()]
        return self._section(title, columns, rows)

    def _section_service(self):
        content = self.content["service"]
        back = self.content["documents"]["kinds"]
        rows = [
            [
                self.env._("Credit notes"),
                back.get("invoiced", {}).get("back", 0),
                back.get("invoiced", {}).get("amount_back", 0.0),
                None,
            ],
            [
                self.env._("Goods that came back"),
                back.get("delivered", {}).get("back", 0),
                back.get("delivered", {}).get("amount_back", 0.0),
                None,
            ],
            [self.env._("RMAs"), content["returns"], None, None],
            [self.env._("Units in RMAs"), content["units"], None, None],
            [self.env._("Service cost"), None, content["cost"], content["cost_ly"]],
        ]
        columns = [
            (self.env._("Figure"), "text"),
            (self.env._("Number"), "number"),
            (self.env._("Amount"), "money"),
            (self.env._("Last Year"), "money"),
        ]
        return self._section(self.env._("Returns and Service"), columns, rows)

    def _section_currencies(self):
        columns = [
            (self.env._("Currency"), "text"),
            (self.env._("Invoices"), "number"),
            (self.env._("In That Currency"), "text"),
            (self.env._("Invoiced"), "money"),
        ]
        rows = [
            [
                row["currency"],
                row["count"],
                formatLang(self.env, row["amount"], digits=row["decimals"]),
                row["invoiced"],
            ]
            for row in self.content["currencies"]
        ]
        total = [
            self.env._("Total"),
            sum(row["count"] for row in self.content["currencies"]),
            None,
            sum(row["invoiced"] for row in self.content["currencies"]),
        ]
        return self._section(self.env._("Currencies"), columns, rows, total)

    def _section_reconciliation(self):
        content = self.content["reconciliation"]
        reasons = {
            "missing": self.env._("posted, but not among the figures"),
            "not_posted": self.env._("among the figures, but not posted in the year"),
            "amount": self.env._("another amount"),
        }
        columns = [
            (self.env._("Invoice"), "text"),
            (self.env._("Date"), "text"),
            (self.env._("Why"), "text"),
            (self.env._("Posted"), "money"),
            (self.env._("In the Figures"), "money"),
            (self.env._("Difference"), "money"),
        ]
        rows = [
            [
                row["name"] or "",
                self._day(row["date"]),
                reasons[row["reason"]],
                row["posted"],
                row["frozen"],
                row["difference"],
            ]
            for row in content["lines"]
        ]
        total = [
            self.env._(
                "%(count)s posted invoices and credit notes", count=content["count"]
            ),
            None,
            None,
            content["posted"],
            content["frozen"],
            content["difference"],
        ]
        note = (
            self.env._("The difference is explained by the invoices below.")
            if rows
            else self.env._(
                "Every posted invoice of the year is in the figures: no difference."
            )
        )
        return self._section(self.env._("Reconciliation"), columns, rows, total, [note])

    def _sections_of_changes(self):
        """What changed since the version before, when there was one."""
        if not self.previous_id:
            return []
        Change = self.env["crm.year.end.change"]
        kinds = dict(Change._fields["kind"]._description_selection(self.env))
        changes = dict(Change._fields["change"]._description_selection(self.env))
        columns = [
            (self.env._("Number"), "text"),
            (self.env._("Counted When"), "text"),
            (self.env._("What Happened"), "text"),
            (self.env._("Customer"), "text"),
            (self.env._("Salesperson before"), "text"),
            (self.env._("Salesperson now"), "text"),
            (self.env._("Amount before"), "money"),
            (self.env._("Amount now"), "money"),
            (self.env._("Difference"), "money"),
        ]
        rows = [
            [
                row.name or "",
                kinds[row.kind],
                changes[row.change],
                row.partner_name or row.old_partner_name or "",
                row.old_user_name or "",
                row.user_name or "",
                row.old_amount,
                row.amount,
                row.difference,
            ]
            for row in self.change_ids
        ]
        note = self.env._(
            "%(count)s documents changed since version %(version)s.",
            count=len(rows),
            version=self.previous_id.version,
        )
        title = self.env._("Changes since the Version before")
        return [self._section(title, columns, rows, notes=[note])]
