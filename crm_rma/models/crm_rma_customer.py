from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from odoo.addons.crm_extension.tools.uploads import EVIDENCE

MAX_WORDS = 4000


class CrmRma(models.Model):
    """What a customer does on the page of a return: each is a step like any other,
    under the same locks; done twice, it does nothing twice."""

    _inherit = "crm.rma"

    date_confirmed = fields.Datetime(
        string="Confirmed by the Customer",
        readonly=True,
        copy=False,
        help="The customer said on the web that all is well, which closed the RMA.",
    )

    def _explain_next_step(self):
        if self.state == "closed" and self.date_confirmed:
            return self.env._(
                "Closed: the customer confirmed on %s that all is well.",
                self._format_decision(self.date_confirmed),
            )
        return super()._explain_next_step()

    def _customer_confirms(self):
        """All is well: the RMA is closed.

        :return: False when there was nothing to confirm
        """
        todo = self.sudo()._begin("can_close")
        if todo:
            user = self.env.user
            known = user._is_internal() and user.id
            now = fields.Datetime.now()
            todo._close(
                {"closed_by_id": known, "date_confirmed": False if known else now}
            )
        return bool(todo)

    def _customer_answers(self, order_id, accepts):
        """Accept or refuse a quotation that was sent for this return.

        What must be signed or paid is accepted on its own page only.

        :return: False for a quotation that does not wait for an answer here
        """
        todo = self.sudo()._begin("can_answer_quote")
        order = todo._tracking_open_quotes().filtered(lambda o: o.id == order_id)
        if not order:
            return False
        signed = order._has_to_be_signed() or order._has_to_be_paid()
        if accepts and (signed or order.is_expired):
            return False
        if accepts:
            order.action_confirm()
            words = self.env._("Accepted on the web page of the return.")
        else:
            order._action_cancel()
            words = self.env._("Refused on the web page of the return.")
        for document in (order, todo):
            document._message_log(body=words, author_id=self._portal_author().id)
        return True

    def _portal_author(self):
        """Who acts: the person who is logged in, else whom we talk to."""
        user = self.env.user
        return self.sudo()._portal_partner() if user._is_public() else user.partner_id

    def _customer_writes(self, text, files=()):
        """A message of the customer, with pictures; the technician is told.

        :param text: plain text
        :param files: ``[(name, bytes)]``; one bad file refuses all of it
        :raises UserError: one sentence that says what is wrong
        """
        self.ensure_one()
        rma = self.sudo()
        text = text.strip()
        if not text and not files:
            raise UserError(self.env._("Write something first, or choose a picture."))
        if len(text) > MAX_WORDS:
            raise UserError(
                self.env._("At most %s characters, please.", f"{MAX_WORDS}")
            )
        return rma.with_context(image_no_postprocess=True).message_post(
            body=plaintext2html(text) if text else Markup(""),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self._portal_author().id,
            attachments=rma._check_files(files),
        )

    def _check_files(self, files):
        """Check what a customer sends, within what one return may have in all.

        :param files: ``[(name, bytes)]``
        :return: the same with clean names
        """
        if not files:
            return []
        uploads = self.env["crm.upload"]._check_batch(list(files), EVIDENCE)
        if len(self._talk_files()) + len(files) > EVIDENCE.count:
            raise UserError(
                self.env._("A return takes %s files in all.", f"{EVIDENCE.count}")
            )
        return [
            (upload.name, data)
            for upload, (_name, data) in zip(uploads, files, strict=True)
        ]

    def _talk_files(self):
        """The files that the customer may open: those of the messages between us."""
        return self._talk().attachment_ids
