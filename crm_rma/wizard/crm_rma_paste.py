from collections import Counter

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.serials import SEPARATORS

MOST = 2000


class CrmRmaPaste(models.TransientModel):
    """A pasted list of serial numbers becomes units of an RMA.

    What is wrong stays in the box, each with its reason; the rest is taken.
    """

    _name = "crm.rma.paste"
    _description = "Paste Serial Numbers"

    rma_id = fields.Many2one("crm.rma", string="RMA", required=True, readonly=True)
    serials = fields.Text(
        string="Serial Numbers", help="Separated by lines, blanks, commas or tabs."
    )
    reason_id = fields.Many2one("crm.rma.reason", domain="[('kind', '=', 'request')]")
    fault = fields.Text(help="What the customer says is wrong, for all of them.")
    taken = fields.Integer(readonly=True)
    problems = fields.Text(readonly=True)

    def _split(self):
        """The pasted serials in their order, each once; and those pasted twice."""
        words = [word for word in SEPARATORS.split(self.serials or "") if word]
        if len(words) > MOST:
            raise UserError(
                self.env._("At most %s serial numbers at once can be pasted.", MOST)
            )
        counts = Counter(words)
        return list(counts), [word for word, count in counts.items() if count > 1]

    def action_add(self):
        """Take the good ones; show the others again with what is wrong."""
        self.ensure_one()
        self.rma_id.check_access("write")
        words, twice = self._split()
        if not words:
            raise UserError(self.env._("Paste serial numbers first."))
        found, problems = self._look_up(words)
        self.env["crm.rma.line"].create(
            [
                {
                    "rma_id": self.rma_id.id,
                    "lot_id": lot.id,
                    "reason_id": self.reason_id.id,
                    "fault": self.fault,
                }
                for lot in found
            ]
        )
        notes = [self.env._("%s: pasted twice, taken once.", word) for word in twice]
        if not problems:
            return {"type": "ir.actions.act_window_close"}
        self.write(
            {
                "taken": self.taken + len(found),
                "serials": "\n".join(problems),
                "problems": "\n".join([*problems.values(), *notes]),
            }
        )
        return self._action_again()

    def _look_up(self, words):
        """Which serials can be taken, and why the others cannot.

        :return: ``(stock.lot records, {serial: sentence})``
        """
        lots = self.rma_id._find_serials(words)
        singles = self.env["stock.lot"].browse(
            lots[word].id for word in words if len(lots.get(word, ())) == 1
        )
        lines = self.env["crm.rma.line"].sudo()
        taken = {
            line.lot_id.id: line
            for line in lines.search(
                [("lot_id", "in", singles.ids), ("is_open_serial", "=", True)]
            )
        }
        problems, good = {}, self.env["stock.lot"]
        for word in words:
            known = lots.get(word, good.browse())
            if len(known) != 1:
                problems[word] = self._explain_unknown(word, known)
            elif known.id in taken:
                line = taken[known.id].with_env(self.env)
                problems[word] = self.env["crm.rma.line"]._explain_taken(line.sudo())
            else:
                good |= known
        return good, problems

    def _explain_unknown(self, word, known):
        if known:
            return self.env._(
                "%s: several products have this serial number; enter it by hand.", word
            )
        return self.env._("%s: no product of ours has this serial number.", word)

    def _action_again(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Paste Serial Numbers"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
