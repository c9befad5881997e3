from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..hooks import FILE_MODELS, uninstall_hook
from .contract_common import DAY, PDF, TODAY, ContractCase, as_base64

TOKEN = "0123456789abcdef"


@tagged("post_install", "-at_install")
class TestContractFiles(ContractCase):
    """X11: files with versions: numbered, kept, one of them current."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract = cls().make_contract()

    def upload(self, name="Contract.pdf", data=PDF, user=None, **options):
        contract = self.contract.with_user(user or self.seller)
        return contract.file_upload(name, as_base64(data), **options)["files"]

    def test_versions(self):
        """X11: each upload is a version with author, day and note; the newest holds."""
        [file] = self.upload()
        self.assertEqual(file["name"], "Contract")
        [file] = self.upload("Contract signed.pdf", file_id=file["id"], note="signed")
        shown = [(v["number"], v["is_current"], v["note"]) for v in file["versions"]]
        self.assertEqual(shown, [(2, True, "signed"), (1, False, "")])
        self.assertEqual(file["versions"][0]["user"], self.seller.name)
        annex = self.upload("Annex.pdf")[1]
        self.assertEqual((annex["name"], len(annex["versions"])), ("Annex", 1))
        self.assertEqual(self.contract.file_count, 2)

    def test_uninstall(self):
        """X11: with the addon go the files of its contracts, versions in front."""
        self.upload()
        uninstall_hook(self.env)
        files = self.env["ir.attachment"].search([("res_model", "in", FILE_MODELS)])
        self.assertFalse(files)

    def test_back_to_an_older_one(self):
        """X11: an older version can be made the current one; a new upload wins again."""
        [file] = self.upload()
        [file] = self.upload(file_id=file["id"])
        first = file["versions"][1]["id"]
        [file] = self.contract.file_choose(first)["files"]
        self.assertEqual([v["is_current"] for v in file["versions"]], [False, True])
        [file] = self.upload(file_id=file["id"])
        self.assertEqual(
            [(v["number"], v["is_current"]) for v in file["versions"]],
            [(3, True), (2, False), (1, False)],
        )

    def test_sent_twice_kept_once(self):
        """X11: a repeated request adds nothing."""
        self.upload(token=TOKEN)
        [file] = self.upload(token=TOKEN)
        self.assertEqual(len(file["versions"]), 1)

    def test_kept_as_they_came(self):
        """X11: the bytes are what was sent, and stay it."""
        [file] = self.upload(data=PDF + b"tail")
        version = self.contract.file_ids.version_ids
        self.assertEqual(version.attachment_id.raw, PDF + b"tail")
        self.assertEqual(version.attachment_id.mimetype, "application/pdf")
        mine = version.with_user(self.seller)
        mine.note = "as signed"
        for vals in (
            {"attachment_id": version.attachment_id.copy().id},
            {"number": 7},
            {"filename": "x.pdf"},
        ):
            with self.assertRaises(UserError):
                mine.write(vals)
        with self.assertRaises(UserError):
            mine.file_id.contract_id = self.make_contract()
        with self.assertRaises(AccessError):
            mine.unlink()
        mine.file_id.name = "The text"
        self.assertEqual(self.contract.files_fetch()["files"][0]["name"], "The text")

    def test_taking_away(self):
        """X11: a wrong file within a day by who uploaded it, later by a manager."""
        self.upload()
        [file] = self.upload(file_id=self.contract.file_ids.id)
        newest = file["versions"][0]["id"]
        with self.assertRaises(AccessError):
            self.contract.with_user(self.mate).file_remove(newest)
        attachment = self.env["crm.contract.version"].browse(newest).attachment_id
        [file] = self.contract.with_user(self.seller).file_remove(newest)["files"]
        self.assertFalse(attachment.exists())
        self.assertEqual([v["number"] for v in file["versions"]], [1])
        self.assertTrue(file["versions"][0]["is_current"])
        with self.on(TODAY + 2 * DAY):
            with self.assertRaises(AccessError):
                self.contract.with_user(self.seller).file_remove(
                    file["versions"][0]["id"]
                )
            left = self.contract.with_user(self.manager).file_remove(
                file["versions"][0]["id"]
            )
        self.assertEqual(left["files"], [])
        self.assertFalse(self.contract.file_ids)

    def test_refused_with_a_sentence(self):
        """X11: what is no document is refused, nothing is left behind."""
        for name, data, words in (
            ("run.exe", PDF, "not taken"),
            ("a.pdf", b"", "is empty"),
            ("a.pdf", b"MZ", "not what its ending says"),
            ("", PDF, "no file name"),
            (None, PDF, "no file name"),
            (7, PDF, "no file name"),
        ):
            with self.subTest(name=name), self.assertRaisesRegex(UserError, words):
                self.upload(name, data)
        with self.assertRaisesRegex(UserError, "arrive whole"):
            self.contract.file_upload("a.pdf", "no base64!")
        with self.assertRaisesRegex(UserError, "arrive whole"):
            self.contract.file_upload("a.pdf", {"x": 1})
        self.assertFalse(self.contract.file_ids)

    def test_other_peoples_files(self):
        """X26: files are read and written with their contract, by id or by list."""
        [file] = self.upload()
        version = self.contract.file_ids.version_ids
        other = self.make_contract()
        stranger = self.colleague
        for record in (version, version.file_id, version.attachment_id):
            with self.assertRaises(AccessError):
                record.with_user(stranger).read(["id", "create_date"])
            found = record.with_user(stranger).search([("id", "=", record.id)])
            self.assertFalse(found)
        for call in (
            lambda: self.upload(user=stranger),
            lambda: self.contract.with_user(stranger).files_fetch(),
        ):
            with self.assertRaises(AccessError):
                call()
        for hostile in (version.id, 10**9, "1", [1], None, True):
            with self.assertRaises(UserError):
                other.file_remove(hostile)
        for hostile in (file["id"], 10**9, "1", [1], True):
            with self.assertRaises(UserError):
                other.file_upload("a.pdf", as_base64(PDF), file_id=hostile)
        self.customer._crm_share(stranger)
        self.env.invalidate_all()
        self.assertTrue(version.attachment_id.with_user(stranger).raw)
        with self.assertRaises(AccessError):
            self.upload(user=stranger)

    def test_deleted_with_the_contract(self):
        """X11: no bytes stay behind when a manager deletes a contract."""
        self.upload()
        attachment = self.contract.file_ids.version_ids.attachment_id
        self.contract.with_user(self.manager).unlink()
        self.assertFalse(attachment.exists())

    def test_queries(self):
        """X11: many versions cost as many queries as few."""

        def fetch():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.contract.with_user(self.seller).files_fetch()
            return self.env.cr.sql_log_count - before

        [file] = self.upload()
        self.upload("b.pdf")
        fetch()
        few = fetch()
        for _number in range(6):
            self.upload(file_id=file["id"])
        self.upload("c.pdf")
        self.assertEqual(fetch(), few)
