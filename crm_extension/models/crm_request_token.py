from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

TOKEN_LENGTH = (8, 64)
KEPT_DAYS = 7


class CrmRequestToken(models.Model):
    """Requests that were carried out: the same draft is never saved twice.

    A client makes one token for each draft and sends it along, however often it has
    to try. The first transaction that claims it does the work. One that claims it at
    the same moment gets a serialization failure, which Odoo repeats, and then sees
    that the work is done.
    """

    _name = "crm.request.token"
    _description = "Request Token"
    _log_access = False

    key = fields.Char(required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True)

    _key_uniq = models.UniqueIndex("(key)")

    @api.model
    @api.private
    def _claim(self, token):
        """True for the first request of the current user with this token."""
        shortest, longest = TOKEN_LENGTH
        if not isinstance(token, str) or not shortest <= len(token) <= longest:
            raise UserError(
                self.env._("The request cannot be read. Load the page again.")
            )
        return bool(
            self.env.execute_query(
                SQL(
                    """INSERT INTO crm_request_token (key, date) VALUES (%s, %s)
                       ON CONFLICT (key) DO NOTHING RETURNING id""",
                    f"{self.env.uid}:{token}",
                    fields.Datetime.now(),
                )
            )
        )

    @api.autovacuum
    def _gc_tokens(self):
        limit = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.env.cr.execute(SQL("DELETE FROM crm_request_token WHERE date < %s", limit))
