"""What somebody may upload: known types only, by name **and** by content, in bounds.

Plain Python: a name and bytes in, the cleaned name and the media type out, or an
:class:`UploadRefused` that says why. Nothing of a file is executed or unpacked; of
archives (every Office file is one) only the directory is read.

>>> check_upload("Offer.PDF", b"%PDF-1.7 ...").mimetype
'application/pdf'
"""

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

MEGABYTE = 1024 * 1024
NAME_LIMIT = 200
HEAD = 4096
#: An archive that unpacks to more than this, or hundredfold, is a bomb.
UNPACKED_LIMIT = 400 * MEGABYTE
UNPACKED_RATIO = 150
ARCHIVE_ENTRIES = 10_000
#: A picture of more pixels stops the browser that shows it.
PIXEL_LIMIT = 120_000_000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: The test signature of virus scanners, in two halves lest they find it here.
SCANNER_TEST = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD"
MACRO_STREAM = "_VBA_PROJECT".encode("utf-16-le")
TEXT_ENCODINGS = ("utf-8-sig", "gb18030", "big5", "cp1252")
MARKUP = re.compile(rb"<\s*(?:!doctype|\?xml|html|head|body|script|svg|iframe)", re.I)
#: Endings that a system runs when somebody opens the file: never, nor in the middle.
RUNS = frozenset(
    "app apk bat chm cmd com cpl dll docm dotm exe hta htm html iso jar js jse lnk msc "
    "msi php pif potm ppam ppsm pptm ps1 py reg scr sh svg swf url vb vbe vbs wsf xhtml "
    "xlam xlsm xltm xml".split()
)


class UploadRefused(ValueError):
    """The file is not taken.

    :ivar code: ``name``, ``type``, ``empty``, ``size``, ``content``, ``macro``,
        ``bomb``, ``virus``, ``many``
    :ivar detail: what the message needs: the ending, the limit in megabytes
    """

    def __init__(self, code: str, name: str, detail: str = ""):
        super().__init__(f"{name}: {code} {detail}".strip())
        self.code = code
        self.name = name
        self.detail = detail


@dataclass(frozen=True)
class Upload:
    """A file that may be kept: a name fit for any disk, and what it really is."""

    name: str
    mimetype: str


@dataclass(frozen=True)
class UploadLimits:
    """Which files, how large (bytes each) and how many at once."""

    endings: frozenset[str]
    size: int = 10 * MEGABYTE
    count: int = 20


def check_uploads(files: list[tuple[str, bytes]], limits: UploadLimits) -> list[Upload]:
    """Check a batch; one bad file refuses all of it, so nothing is half done."""
    if len(files) > limits.count:
        raise UploadRefused("many", files[limits.count][0], str(limits.count))
    return [check_upload(name, data, limits) for name, data in files]


def check_upload(
    name: str, data: bytes, limits: "UploadLimits | None" = None
) -> Upload:
    """The cleaned name and the media type of a file.

    :raises UploadRefused: when it may not be kept
    """
    limits = limits or DOCUMENTS
    clean = clean_name(name)
    ending = file_ending(clean)
    if ending not in limits.endings or set(_inner_endings(clean)) & RUNS:
        raise UploadRefused("type", clean, ending)
    if not data:
        raise UploadRefused("empty", clean)
    if len(data) > limits.size:
        raise UploadRefused("size", clean, f"{limits.size / MEGABYTE:g}")
    if SCANNER_TEST in data[:HEAD]:
        raise UploadRefused("virus", clean)
    mimetype, is_one = TYPES[ending]
    if not is_one(data):
        raise UploadRefused("content", clean, ending)
    _check_inside(clean, data)
    return Upload(clean, mimetype)


def clean_name(name: str) -> str:
    """A name without folders, marks that turn or hide letters, and reserved signs.

    ``invoice\\u202efdp.exe`` is shown as "invoiceexe.pdf" by many programs: without the
    mark it is what it is.
    """
    text = unicodedata.normalize("NFC", name if isinstance(name, str) else "")
    text = re.split(r"[/\\]", text)[-1]
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    text = re.sub(r'[<>:"|?*\s]+', " ", text).strip(" .")
    stem, dot, ending = text.rpartition(".")
    if not dot or not stem.strip(" ."):
        raise UploadRefused("name", text or "?")
    room = NAME_LIMIT - len(ending) - 1
    return f"{stem[: max(room, 1)].rstrip(' .')}.{ending[:NAME_LIMIT]}"


def file_ending(name: str) -> str:
    """``"Offer.v2.PDF"`` -> ``"pdf"``; full-width letters count as their plain ones."""
    ending = name.rpartition(".")[2]
    return unicodedata.normalize("NFKC", ending).strip().lower()


def _inner_endings(name: str) -> list[str]:
    """``"photo.exe.pdf"`` -> ``["exe"]``: what hides in front of the real ending."""
    parts = unicodedata.normalize("NFKC", name).lower().split(".")
    return [part.strip() for part in parts[1:-1]]


# What is inside


def _check_inside(name: str, data: bytes) -> None:
    """Refuse bombs and macros, whatever the ending promised."""
    if data.startswith(b"PK"):
        _check_archive(name, data)
    elif data.startswith(OLE) and MACRO_STREAM in data:
        raise UploadRefused("macro", name)
    if (_pixels(data) or 0) > PIXEL_LIMIT:
        raise UploadRefused("bomb", name)


def _check_archive(name: str, data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise UploadRefused("content", name, file_ending(name)) from error
    unpacked = sum(entry.file_size for entry in entries)
    if (
        len(entries) > ARCHIVE_ENTRIES
        or unpacked > UNPACKED_LIMIT
        or unpacked > max(len(data) * UNPACKED_RATIO, 10 * MEGABYTE)
    ):
        raise UploadRefused("bomb", name)
    names = [entry.filename.lower() for entry in entries]
    if any(inner.endswith("vbaproject.bin") for inner in names):
        raise UploadRefused("macro", name)
    if any(file_ending(inner) in {"exe", "dll", "bat", "js"} for inner in names):
        raise UploadRefused("content", name, file_ending(name))


def _pixels(data: bytes) -> int | None:
    """Width times height that a picture announces, where that is easy to read."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        return int.from_bytes(data[16:20]) * int.from_bytes(data[20:24])
    if data[:4] == b"GIF8" and len(data) >= 10:
        return int.from_bytes(data[6:8], "little") * int.from_bytes(
            data[8:10], "little"
        )
    if data[:2] == b"BM" and len(data) >= 26:
        width, height = (
            int.from_bytes(data[at : at + 4], "little", signed=True) for at in (18, 22)
        )
        return abs(width * height)
    if data[:2] == b"\xff\xd8":
        return _jpeg_pixels(data)
    return None


def _jpeg_pixels(data: bytes) -> int | None:
    """Walk over the segments of a JPEG to the one that holds the size."""
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if marker in range(0xC0, 0xD0) and marker not in (0xC4, 0xC8, 0xCC):
            height = int.from_bytes(data[at + 5 : at + 7])
            return height * int.from_bytes(data[at + 7 : at + 9])
        if length < 2:
            return None
        at += 2 + length
    return None


# Types


def _starts(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda data: data.startswith(signatures)


def _archive_with(*entries: str) -> Callable[[bytes], bool]:
    """An archive that holds one of these files or folders."""

    def is_one(data: bytes) -> bool:
        if not data.startswith(b"PK\x03\x04"):
            return False
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                names = archive.namelist()
        except (zipfile.BadZipFile, ValueError, OSError):
            return False
        return any(name.startswith(entries) for name in names)

    return is_one


def _open_document(mimetype: str) -> Callable[[bytes], bool]:
    """An OpenDocument file: its first, unpacked entry is its own media type."""
    # Local header (30 bytes) + "mimetype" (8), no extra field: ODF 1.2, part 3, 3.3
    return lambda data: (
        data.startswith(b"PK\x03\x04")
        and data[30:38] == b"mimetype"
        and data[38:].startswith(mimetype.encode())
    )


def _brand(*brands: bytes) -> Callable[[bytes], bool]:
    """A film or picture in boxes (ISO 14496-12) of one of these brands."""
    return lambda data: data[4:8] == b"ftyp" and data[8:12] in brands


def _webp(data: bytes) -> bool:
    return data.startswith(b"RIFF") and data[8:12] == b"WEBP"


def _plain_text(data: bytes) -> bool:
    """Text in any usual encoding that no browser would take for a page."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\x00" in data:
        return False
    else:
        encodings = TEXT_ENCODINGS
    if MARKUP.search(data[:HEAD].replace(b"\x00", b"")):
        return False
    for encoding in encodings:
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


OOXML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."
_ole = _starts(OLE)
#: Ending -> media type, and whether bytes are such a file.
TYPES: dict[str, tuple[str, Callable[[bytes], bool]]] = {
    "pdf": ("application/pdf", _starts(b"%PDF-")),
    "docx": (f"{OOXML}wordprocessingml.document", _archive_with("word/")),
    "xlsx": (f"{OOXML}spreadsheetml.sheet", _archive_with("xl/")),
    "pptx": (f"{OOXML}presentationml.presentation", _archive_with("ppt/")),
    "doc": ("application/msword", _ole),
    "xls": ("application/vnd.ms-excel", _ole),
    "ppt": ("application/vnd.ms-powerpoint", _ole),
    # Kingsoft's office, and the official Chinese page format (GB/T 33190)
    "wps": ("application/wps-office.wps", _ole),
    "et": ("application/wps-office.et", _ole),
    "dps": ("application/wps-office.dps", _ole),
    "ofd": ("application/ofd", _archive_with("OFD.xml")),
    "odt": (f"{ODF}text", _open_document(f"{ODF}text")),
    "ods": (f"{ODF}spreadsheet", _open_document(f"{ODF}spreadsheet")),
    "odp": (f"{ODF}presentation", _open_document(f"{ODF}presentation")),
    "txt": ("text/plain", _plain_text),
    "csv": ("text/csv", _plain_text),
    "jpg": ("image/jpeg", _starts(b"\xff\xd8\xff")),
    "jpeg": ("image/jpeg", _starts(b"\xff\xd8\xff")),
    "png": ("image/png", _starts(b"\x89PNG\r\n\x1a\n")),
    "gif": ("image/gif", _starts(b"GIF87a", b"GIF89a")),
    "bmp": ("image/bmp", _starts(b"BM")),
    "tif": ("image/tiff", _starts(b"II*\x00", b"MM\x00*")),
    "tiff": ("image/tiff", _starts(b"II*\x00", b"MM\x00*")),
    "webp": ("image/webp", _webp),
    "heic": ("image/heic", _brand(b"heic", b"heix", b"mif1", b"heim", b"heis")),
    "mp4": ("video/mp4", _brand(b"isom", b"iso2", b"mp41", b"mp42", b"avc1", b"M4V ")),
    "mov": ("video/quicktime", _brand(b"qt  ")),
}
PICTURES = frozenset("jpg jpeg png gif bmp webp heic".split())
FILMS = frozenset(("mp4", "mov"))
#: Contracts, letters and sales material
DOCUMENTS = UploadLimits(frozenset(TYPES) - FILMS, size=25 * MEGABYTE, count=20)
#: What a customer shows of a fault: pictures, short films, a page of paper
EVIDENCE = UploadLimits(PICTURES | FILMS | {"pdf", "txt"}, size=10 * MEGABYTE, count=20)
