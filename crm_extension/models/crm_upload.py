import base64
import binascii

from odoo import api, models
from odoo.exceptions import UserError

from ..tools.uploads import UploadRefused, check_upload, check_uploads


class CrmUpload(models.AbstractModel):
    """The rules of :mod:`..tools.uploads` in words: what is refused says why."""

    _name = "crm.upload"
    _description = "Check of Uploaded Files"

    @api.model
    def _check(self, name, data, limits=None):
        """The cleaned name and media type of a file.

        :param name: file name; :param data: bytes
        :param limits: ``UploadLimits``, by default those of documents
        :return: ``Upload``
        :raises UserError: one sentence that says which file and why
        """
        try:
            return check_upload(name, data, limits)
        except UploadRefused as refused:
            raise UserError(self._sentence(refused)) from refused

    @api.model
    def _check_batch(self, files, limits):
        """Check ``[(name, bytes)]``; one bad file refuses all of them."""
        try:
            return check_uploads(files, limits)
        except UploadRefused as refused:
            raise UserError(self._sentence(refused)) from refused

    @api.model
    def _decode(self, data, name="?"):
        """Bytes of a file that a client sends as base64 text."""
        try:
            if not isinstance(data, (str, bytes)):
                raise ValueError(type(data))
            return base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError) as error:
            raise UserError(
                self.env._("%(file)s did not arrive whole. Send it again.", file=name)
            ) from error

    @api.model
    def _sentence(self, refused):
        """Why a file is refused, in the reader's language."""
        _ = self.env._
        sentences = {
            "name": _("“%(file)s” is no file name: it needs a name and an ending."),
            "type": _(
                "“%(file)s”: files of this type are not taken. Send a PDF, an office "
                "document, a text or a picture."
            ),
            "empty": _("“%(file)s” is empty."),
            "size": _("“%(file)s” is too large: at most %(detail)s MB."),
            "content": _(
                "“%(file)s” is not what its ending says: no .%(detail)s file."
            ),
            "macro": _("“%(file)s” holds macros. Save it without them, or as a PDF."),
            "bomb": _("“%(file)s” would grow beyond all bounds when it is opened."),
            "virus": _("“%(file)s” holds the signature of a virus test."),
            "many": _("At most %(detail)s files at once: “%(file)s” is one too many."),
        }
        return sentences[refused.code] % {
            "file": refused.name[:100],
            "detail": refused.detail,
        }

    @api.model
    def _store(self, name, data, res_model, res_id, limits=None):
        """Check a file and keep it as it is (sudo: the caller checked the record).

        Pictures are not scaled down: a signed page must stay readable.
        """
        upload = self._check(name, data, limits)
        attachments = self.env["ir.attachment"].sudo()
        return attachments.with_context(image_no_postprocess=True).create(
            {
                "name": upload.name,
                "raw": data,
                "mimetype": upload.mimetype,
                "res_model": res_model,
                "res_id": res_id,
            }
        )
