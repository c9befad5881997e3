from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.uploads import DOCUMENTS

VERSION = "crm.contract.version"
MAX_NOTE = 200


class CrmContract(models.Model):
    """Files of a contract: drop one, and it is version 1 or the next one."""

    _inherit = "crm.contract"

    file_ids = fields.One2many("crm.contract.file", "contract_id", copy=False)
    file_count = fields.Integer(compute="_compute_file_count")

    @api.depends("file_ids")
    def _compute_file_count(self):
        for contract in self:
            contract.file_count = len(contract.file_ids)

    @api.readonly
    def files_fetch(self):
        """Files of one contract with their versions, the newest first."""
        self.ensure_one()
        self.check_access("read")
        self.file_ids.version_ids.fetch(["number", "filename", "note", "date"])
        return {
            "writable": self.has_access("write"),
            "limit": DOCUMENTS.size,
            "files": [file._read_file() for file in self.file_ids],
        }

    def file_upload(self, name, data, file_id=None, note=None, token=None):
        """Keep a file: a new one, or the next version of one.

        :param name: file name, with its ending
        :param data: the file as base64
        :param file_id: ``crm.contract.file`` that gets a new version, None for a new one
        :param note: what is new in it
        :param token: unique text of the upload: a second request with it does nothing
        :return: what :meth:`files_fetch` returns
        """
        self.ensure_one()
        self.check_access("write")
        if token and not self.env["crm.request.token"]._claim(token):
            return self.files_fetch()
        content = self.env["crm.upload"]._decode(data, name)
        self._add_version(name, content, file_id=file_id, note=note)
        return self.files_fetch()

    def file_choose(self, version_id):
        """Go back to an older version, or forward to the newest: it is the current one.

        :return: what :meth:`files_fetch` returns
        """
        version = self._own_version(version_id)
        version.file_id.version_ids.sudo().write({"is_chosen": False})
        version.sudo().is_chosen = True
        self._message_log(
            body=self.env._(
                "Version %(number)s of “%(file)s” is the current one",
                number=version.number,
                file=version.file_id.name,
            )
        )
        return self.files_fetch()

    def file_remove(self, version_id):
        """Take away a version that was uploaded by mistake.

        :return: what :meth:`files_fetch` returns
        """
        version = self._own_version(version_id)
        if not version._can_remove():
            raise AccessError(
                self.env._(
                    "Old versions are kept. Who uploaded a file can take it away for a "
                    "day, after that a sales manager can."
                )
            )
        body = self.env._(
            "Version %(number)s of “%(file)s” was taken away",
            number=version.number,
            file=version.file_id.name,
        )
        file = version.file_id.sudo()
        version.sudo().unlink()
        if not file.version_ids:
            file.unlink()
        self._message_log(body=body)
        return self.files_fetch()

    def _own_version(self, version_id):
        """A version of this contract that the user may change."""
        self.ensure_one()
        self.check_access("write")
        is_id = isinstance(version_id, int) and not isinstance(version_id, bool)
        version = self.env[VERSION].browse(version_id if is_id else []).exists()
        if version.contract_id != self:
            raise UserError(self.env._("This version does not exist any more."))
        return version

    def _add_version(self, name, content, file_id=None, note=None, generated=False):
        """Number and keep a file; the caller checked the right to write.

        :param content: bytes; a generated file is ours and is not checked
        :return: ``crm.contract.version``
        """
        self.lock_for_update(allow_referencing=True)
        file = self._own_file(file_id) if file_id else False
        store = self._store_generated if generated else self.env["crm.upload"]._store
        attachment = store(name, content, VERSION, 0)
        file = file or self._new_file(attachment.name)
        version = (
            self.env[VERSION]
            .sudo()
            .create(
                {
                    "contract_id": self.id,
                    "file_id": file.id,
                    "number": max(file.version_ids.mapped("number"), default=0) + 1,
                    "attachment_id": attachment.id,
                    "filename": attachment.name,
                    "user_id": self.env.uid,
                    "note": note.strip()[:MAX_NOTE] if isinstance(note, str) else False,
                    "is_generated": generated,
                }
            )
        )
        attachment.res_id = version.id
        file.version_ids.is_chosen = False
        self._message_log(
            body=self.env._(
                "Version %(number)s of “%(file)s” was added",
                number=version.number,
                file=file.name,
            )
        )
        return version.sudo(False)

    def _own_file(self, file_id):
        """A file of this contract (sudo)."""
        is_id = isinstance(file_id, int) and not isinstance(file_id, bool)
        file = self.env["crm.contract.file"].sudo().browse(file_id if is_id else [])
        if file.exists().contract_id != self:
            raise UserError(self.env._("This file does not exist any more."))
        return file

    def _new_file(self, name):
        """A file that is named after what was uploaded (sudo)."""
        title = name.rpartition(".")[0].strip() or self.name
        files = self.env["crm.contract.file"].sudo()
        return files.create({"contract_id": self.id, "name": title})

    def _store_generated(self, name, content, res_model, res_id):
        """Keep a file that we made (sudo)."""
        return (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": name,
                    "raw": content,
                    "res_model": res_model,
                    "res_id": res_id,
                }
            )
        )

    def unlink(self):
        """The bytes go, too: the database would only drop the rows."""
        self.sudo().file_ids.version_ids.unlink()
        return super().unlink()
