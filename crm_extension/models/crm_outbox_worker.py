import logging
import time
from dataclasses import replace
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL, mute_logger

from ..tools.guard import guarded
from ..tools.outcome import Outcome
from .crm_outbox import CRON

_logger = logging.getLogger(__name__)

# Minutes until the next attempt; after the last one the message has failed.
DELAYS = (1, 5, 15, 60, 240, 720)
# An answer that has not come after so many seconds is lost (parameter
# ``crm_extension.outbox_lease``): longer than any gateway or mail server may take.
LEASE_SECONDS = 240
# How often a statement that met another transaction is repeated.
TRIES = 5
# What the text of an error may fill
DETAIL_LENGTH = 500


class CrmOutbox(models.Model):
    """The worker: claim, commit, call the gateway for one message, commit.

    Several may run at once; each message is claimed under a row lock by one of them.
    Only the claim and the answer are transactions of ours: while a gateway is called
    no lock is held that anybody could wait for.
    """

    _inherit = "crm.outbox"

    @api.model
    def _cron_send(self):
        """Send what is due, one after the other, until the time of the job is over."""
        progress = self.env["ir.cron"]._commit_progress
        self._reap()
        progress(remaining=self._count_due())
        while message := self._claim():
            message._deliver()
            if not progress(1):
                break
        else:  # nothing is due any more, whoever sent it
            progress(remaining=0)
        self._tell_rest()
        self._wake_later()

    # Claim

    @api.model
    def _claim(self):
        """Take the next message that is due; empty when there is none.

        What may not be sent (too late, no consent, not at this hour) is settled on
        the way.
        """
        while True:
            message = self._retry_conflicts(self._next_due)
            if not message or message._claim_one():
                return message

    def _claim_one(self):
        """Claim this locked message and commit; True when it is to be sent now."""
        try:
            is_taken = self._take()
            self.env.flush_all()
        except psycopg2.OperationalError:  # another transaction was faster
            self.env.cr.rollback()
            return False
        # one bad message, whatever is wrong with it, must not stop the others
        except Exception as error:
            _logger.exception("Outbox: %s cannot be sent", self.key)
            self.env.cr.rollback()
            self._settle(Outcome("failed", "unknown", self._error_text(error)))
            self.env["ir.cron"]._commit_progress(1)
            return False
        self.env["ir.cron"]._commit_progress(0 if is_taken else 1)
        return is_taken

    @api.model
    def _retry_conflicts(self, step):
        """Call a step that begins a transaction, again after a conflict."""
        for _attempt in range(TRIES - 1):
            try:
                return step()
            except psycopg2.OperationalError:
                self.env.cr.rollback()
        return step()

    @api.model
    def _next_due(self):
        """The next message, locked, in a transaction that has read nothing before."""
        self.env.invalidate_all()
        found = self.env.execute_query(
            SQL(
                """SELECT m.id FROM crm_outbox m
                    WHERE %s
                    ORDER BY m.priority DESC, m.next_try, m.id
                    LIMIT 1 FOR UPDATE OF m SKIP LOCKED""",
                self._due_sql(),
            )
        )
        return self.browse(row[0] for row in found)

    @api.model
    def _due_sql(self):
        """SQL condition on ``m``: due, and its channel is open."""
        return SQL(
            """m.state = 'todo' AND m.next_try <= %(now)s
               AND NOT EXISTS (
                   SELECT 1 FROM crm_outbox_channel c
                    WHERE c.company_id = m.company_id AND c.channel = m.channel
                      AND (c.is_stopped OR c.paused_until > %(now)s))""",
            now=fields.Datetime.now(),
        )

    @api.model
    def _count_due(self):
        query = SQL("SELECT COUNT(*) FROM crm_outbox m WHERE %s", self._due_sql())
        return self.env.execute_query(query)[0][0]

    def _take(self):
        """Claim the message, or settle why it is not sent now. True when claimed."""
        if not self:
            return False
        now = fields.Datetime.now()
        if self.expires and self.expires < now:
            return self._skip("too_late")
        opens = self._next_hour(now)
        if opens > now:
            self.next_try = opens
            return False
        address, refusal = self._find_address()
        refusal = refusal or self._refusal(address)
        if refusal:
            return self._skip(refusal)
        if not self._own_address(address):
            return self._skip("same_address")
        self.write(
            {
                "state": "sending",
                "address": address,
                "attempts": self.attempts + 1,
                "lease_until": now + timedelta(seconds=self._lease_seconds()),
                "reason": False,
                "detail": False,
            }
        )
        return True

    def _skip(self, reason):
        self.write({"state": "skipped", "reason": reason})
        self._after_settle()
        return False

    def _own_address(self, address):
        """Whether this message is the one of its group that this address gets."""
        if not self.address_group:
            return True
        key = f"{self.address_group}|{address}"
        try:
            # whoever comes second is no error for the log of the server
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self.address_key = key
                self.flush_recordset(["address_key"])
        except psycopg2.IntegrityError:
            self.invalidate_recordset(["address_key"], flush=False)
            return False
        return True

    @api.model
    def _lease_seconds(self):
        get_param = self.env["ir.config_parameter"].sudo().get_param
        value = str(get_param("crm_extension.outbox_lease", LEASE_SECONDS))
        return int(value) if value.isdigit() else LEASE_SECONDS

    # Call and answer

    def _deliver(self):
        """Call the gateway for this claimed message and keep what it answers."""
        try:
            outcome = getattr(self, f"_send_{self.channel}")()
        # whatever goes wrong while a gateway is called: nobody knows what it did
        except Exception as error:
            _logger.exception("Outbox: %s is in doubt", self.key)
            self.env.cr.rollback()
            outcome = Outcome("uncertain", "unknown", self._error_text(error))
        if self._settle(outcome) and outcome.state == "sent":
            self._tell_now()

    def _settle(self, outcome):
        """Write the answer and commit; again when another transaction interferes."""
        for attempt in range(TRIES):
            try:
                self._write_outcome(outcome)
                self.env.flush_all()
                self.env["ir.cron"]._commit_progress()
            except psycopg2.OperationalError:
                self.env.cr.rollback()
                outcome = replace(outcome, message_id=0)
                time.sleep(0.05 * 2**attempt)
            else:
                return True
        _logger.error("Outbox: the answer for %s could not be kept", self.key)
        return False

    def _write_outcome(self, outcome):
        """The state after an attempt. What a delivery report has settled stays."""
        self.env.invalidate_all()
        channel = self.env["crm.outbox.channel"]._of(self.company_id, self.channel)
        channel._note(outcome)
        if self.state not in ("todo", "sending", "uncertain"):
            return
        self.write(
            {
                "reason": outcome.reason,
                "detail": outcome.detail[:DETAIL_LENGTH] or False,
                "lease_until": False,
                **getattr(self, f"_outcome_{outcome.state}")(outcome),
            }
        )
        self._after_settle()

    def _outcome_sent(self, outcome):
        return {
            "state": "sent",
            "reason": False,
            "sent_date": fields.Datetime.now(),
            "reference": outcome.reference or False,
            "delivery": self.delivery or "accepted",
            "mail_message_id": outcome.message_id,
        }

    def _outcome_retry(self, outcome):
        if self.attempts > len(DELAYS):
            return self._outcome_failed(outcome)
        delay = timedelta(minutes=DELAYS[self.attempts - 1])
        return {"state": "todo", "next_try": fields.Datetime.now() + delay}

    def _outcome_blocked(self, outcome):
        """The message waits for its channel and is not to blame."""
        return {"state": "todo", "attempts": self.attempts - 1}

    def _outcome_failed(self, outcome):
        return {"state": "failed", "address_key": False}

    def _outcome_uncertain(self, outcome):
        return {"state": "uncertain"}

    @api.model
    def _error_text(self, error):
        return " ".join(f"{type(error).__name__}: {error}".split())[:DETAIL_LENGTH]

    # What is left over

    @api.model
    def _reap(self):
        """Messages whose worker died while it called the gateway are in doubt."""
        domain = [
            ("state", "=", "sending"),
            ("lease_until", "<", fields.Datetime.now()),
        ]
        lost = self.search(domain).try_lock_for_update().filtered_domain(domain)
        lost.write({"state": "uncertain", "reason": "crash", "lease_until": False})
        lost._after_settle()

    @api.model
    def _wake_later(self):
        """Be there when the next message is due or a paused channel opens."""
        now = fields.Datetime.now()
        moments = self.env.execute_query(
            SQL(
                """SELECT min(next_try) FROM crm_outbox
                    WHERE state = 'todo' AND next_try > %(now)s
                    UNION ALL SELECT min(paused_until) FROM crm_outbox_channel
                    WHERE paused_until > %(now)s
                    UNION ALL SELECT min(lease_until) FROM crm_outbox
                    WHERE state = 'sending'""",
                now=now,
            )
        )
        later = [max(moment, now) for [moment] in moments if moment]
        if later:
            self.env.ref(CRON).sudo()._trigger(at=min(later) + timedelta(seconds=1))

    def _tell_now(self):
        with guarded(self.env, f"telling of {self.key}"):
            self._tell()
        self.env["ir.cron"]._commit_progress()

    @api.model
    def _tell_rest(self):
        """What was sent and not told, because the server stopped in between."""
        domain = [("state", "=", "sent"), ("is_told", "=", False)]
        for message in self.search(domain, limit=100).try_lock_for_update():
            with guarded(self.env, f"telling of {message.key}"):
                message._tell()
