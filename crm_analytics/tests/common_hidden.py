from odoo.exceptions import AccessError


class HiddenFields:
    """For reports with figures that only a group may see: Nancy is not in it."""

    def assertHidden(self, report, names):
        """No way of asking gives a figure away, not even by the order of the rows."""
        self.nancy.group_ids += self.env.ref("base.group_allow_export")
        hidden = report.with_user(self.nancy)
        for name in names:
            for attempt, ask in self._ways_to_ask(hidden, name).items():
                with self.subTest(f"{attempt} {name}"), self.assertRaises(AccessError):
                    ask()
            self.assertNotIn(name, hidden.fields_get())

    def _ways_to_ask(self, report, name):
        total = self._get_aggregate(name)
        groups = [[], ["partner_id"], []]
        return {
            "sum": lambda: report._read_group([], [], [total]),
            "sets": lambda: report._read_grouping_sets([], [[]], [total]),
            "order of groups": lambda: report._read_group(*groups, order=total),
            "having": lambda: report._read_group(*groups, having=[(total, ">", 0)]),
            "group": lambda: report._read_group([], [name], []),
            "filter": lambda: report.search([(name, ">", 0)]),
            "order": lambda: report.search([], order=name),
            "read": lambda: report.search([]).read([name]),
            "export": lambda: report.search([]).export_data([name]),
        }
