import io
import struct
import zipfile

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.uploads import (
    DOCUMENTS,
    EVIDENCE,
    MEGABYTE,
    NAME_LIMIT,
    SCANNER_TEST,
    TYPES,
    UploadLimits,
    UploadRefused,
    check_upload,
    check_uploads,
    clean_name,
)

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"
PNG = (
    b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + struct.pack(">II", 20, 10) + b"\x08"
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 11
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def archive(*names, content=b"x", **extra):
    """A ZIP file with these entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name in names:
            file.writestr(name, content)
        for name, data in extra.items():
            file.writestr(name, data)
    return out.getvalue()


def open_document(mimetype):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("mimetype", mimetype)
        file.writestr("content.xml", "<x/>")
    return out.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")
XLSX = archive("[Content_Types].xml", "xl/workbook.xml")


@tagged("post_install", "-at_install")
class TestUploads(BaseCase):
    """X11: only listed types, by name and by content, in bounds."""

    def assertRefused(self, code, name, data, limits=None):
        with self.assertRaises(UploadRefused, msg=name) as caught:
            check_upload(name, data, limits)
        self.assertEqual(caught.exception.code, code, name)

    def test_good_files(self):
        """What people really send is taken, with the type of its content."""
        ods = "application/vnd.oasis.opendocument.spreadsheet"
        for name, data, mimetype in (
            ("合同.pdf", PDF, "application/pdf"),
            ("Scan.JPG", JPEG, "image/jpeg"),
            ("photo.png", PNG, "image/png"),
            ("Offer v2.1.docx", DOCX, TYPES["docx"][0]),
            ("Prices.xlsx", XLSX, TYPES["xlsx"][0]),
            ("old.doc", OLE, "application/msword"),
            ("报价.wps", OLE, "application/wps-office.wps"),
            ("发票.ofd", archive("OFD.xml", "Doc_0/Document.xml"), "application/ofd"),
            ("sheet.ods", open_document(ods), ods),
            ("note.txt", "價格 10 €".encode(), "text/plain"),
            ("gbk.csv", "型号,数量\n甲,2".encode("gb18030"), "text/csv"),
            ("wide.txt", "Größe".encode("utf-16"), "text/plain"),
            ("clip.mov", b"\x00\x00\x00\x14ftypqt  ", None),
        ):
            with self.subTest(name=name):
                if mimetype is None:
                    self.assertRefused("type", name, data)
                    upload = check_upload(name, data, EVIDENCE)
                    self.assertEqual(upload.mimetype, "video/quicktime")
                    continue
                self.assertEqual(check_upload(name, data).mimetype, mimetype)

    def test_types_that_run(self):
        """Programs, pages, pictures with scripts and archives: never, under no name."""
        for name in (
            "setup.exe",
            "run.bat",
            "page.html",
            "logo.svg",
            "macro.docm",
            "all.zip",
            "noending",
            ".pdf",
            "invoice.exe.pdf",
            "a.js.txt",
            "photo.ｅｘｅ",
            "x.pdf.lnk",
        ):
            with self.subTest(name=name):
                with self.assertRaises(UploadRefused) as caught:
                    check_upload(name, PDF)
                self.assertIn(caught.exception.code, ("type", "name"))

    def test_turned_letters(self):
        """A mark that turns the letters hides no ending."""
        self.assertEqual(clean_name("offer\u202efdp.txt"), "offerfdp.txt")
        self.assertRefused("type", "offer\u202efdp.exe", PDF)
        self.assertEqual(clean_name("..\\..\\etc/pass: wd?.pdf"), "pass wd.pdf")

    def test_content_that_is_not_what_it_says(self):
        """The ending promises one thing, the bytes are another."""
        for name, data in (
            ("contract.pdf", b"MZ\x90\x00 program"),
            ("contract.pdf", b"<html>" + PDF),
            ("picture.png", SVG),
            ("picture.jpg", PNG),
            ("text.docx", XLSX),
            ("text.docx", archive("payload.bin")),
            ("text.docx", b"PK\x03\x04 broken"),
            ("table.ods", DOCX),
            ("note.txt", b"  <!DOCTYPE html><script>alert(1)</script>"),
            ("note.csv", SVG),
            ("note.txt", "<script>".encode("utf-16")),
            ("note.txt", b"MZ\x00\x00"),
            ("clip.docx", archive("word/document.xml", "word/evil.exe")),
        ):
            with self.subTest(name=name, data=data[:20]):
                self.assertRefused("content", name, data)

    def test_empty_large_and_many(self):
        """0 bytes, one byte too many, one file too many."""
        self.assertRefused("empty", "a.pdf", b"")
        limits = UploadLimits(frozenset({"pdf"}), size=len(PDF), count=2)
        check_upload("a.pdf", PDF, limits)
        self.assertRefused("size", "a.pdf", PDF + b" ", limits)
        self.assertRefused("type", "a.png", PNG, limits)
        files = [("a.pdf", PDF)] * 2
        self.assertEqual(len(check_uploads(files, limits)), 2)
        with self.assertRaises(UploadRefused) as caught:
            check_uploads([*files, ("c.pdf", PDF)], limits)
        self.assertEqual(
            (caught.exception.code, caught.exception.detail), ("many", "2")
        )

    def test_bombs(self):
        """A few kilobytes that would unpack to gigabytes, and endless pictures."""
        bomb = archive("word/document.xml", content=b"\0" * 30 * MEGABYTE)
        self.assertLess(len(bomb), MEGABYTE)
        self.assertRefused("bomb", "a.docx", bomb)
        crowd = archive("word/a.xml", *(f"{n}" for n in range(10_001)))
        self.assertRefused("bomb", "a.docx", crowd)
        wide = PNG[:16] + struct.pack(">II", 60_000, 60_000) + PNG[24:]
        self.assertRefused("bomb", "a.png", wide)
        gif = b"GIF89a" + struct.pack("<HH", 65_535, 65_535)
        self.assertRefused("bomb", "a.gif", gif)
        frame = b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", 65_000, 65_000)
        huge = b"\xff\xd8\xff\xe0\x00\x04ab" + frame + b"\x00" * 9
        self.assertRefused("bomb", "a.jpg", huge)

    def test_macros_and_virus_test(self):
        macro = archive("word/document.xml", "word/vbaProject.bin")
        self.assertRefused("macro", "a.docx", macro)
        old = OLE + "_VBA_PROJECT".encode("utf-16-le")
        self.assertRefused("macro", "a.xls", old)
        self.assertRefused("virus", "a.txt", SCANNER_TEST + b"-ANTIVIRUS")

    @settings(max_examples=300, deadline=None, derandomize=True)
    @given(st.text(max_size=300), st.sampled_from(["pdf", "docx", "exe", "txt", ""]))
    def test_any_name(self, stem, ending):
        """X11: any name is cleaned to one fit for a disk, twice the same, or refused."""
        try:
            name = clean_name(f"{stem}.{ending}")
        except UploadRefused as refused:
            self.assertEqual(refused.code, "name")
            return
        self.assertEqual(clean_name(name), name)
        self.assertLessEqual(len(name), NAME_LIMIT)
        self.assertFalse(set(name) & set('/\\<>:"|?*\n\0\u202e'))
        self.assertFalse(name.startswith("."))

    @settings(max_examples=300, deadline=None, derandomize=True)
    @given(st.binary(max_size=300), st.sampled_from(sorted(TYPES)))
    def test_any_bytes(self, data, ending):
        """X11: any bytes give an answer, never a crash."""
        for limits in (DOCUMENTS, EVIDENCE):
            try:
                check_upload(f"a.{ending}", data, limits)
            except UploadRefused as refused:
                self.assertTrue(refused.code)
