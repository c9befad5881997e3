"""Read the phone numbers out of whatever people type into a phone field.

``phonenumbers`` reads one number in one clean spelling.  Real fields hold
``张三 13800138000/13900139000``, ``010-88888888转801`` or ``(0721) 99 / 98``.
This module cuts such a text into numbers, finds extensions and labels and lets
``phonenumbers`` judge each of them::

    >>> [(n.e164, n.ext) for n in parse_phones("010-88888888转801、13800138000")]
    [('+861088888888', '801'), ('+8613800138000', '')]

How it works:

1. The text is normalised (NFKC: full-width digits and signs become plain) with a
   map back to the original, so that ``raw`` is always what was typed.
2. It is cut into tokens: digits, extension, soft separator (``/``, blanks), hard
   separator (``、 , ; |``, new line, ``或``), words.
3. Hard separators, an extension and a word between numbers end a number.  Soft
   separators may belong to one number (``030/123456``) or part two: the reading
   with the fewest numbers that are all valid wins.
4. A number that is valid in one of the regions (in their order) is taken, else one
   that is possible there, else it stays ``bad`` with a reason.
5. What is short for the number before it (``28780808/9``, ``转801/802``, a number of the
   same city or country) is completed by ``phone_shorthand``.

Nothing is ever thrown away: the ``raw`` parts together hold every letter and digit
of the input, and a text without any number gives one ``bad`` entry.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType, ValidationResult

from . import phone_shorthand

VALID, POSSIBLE, BAD = "valid", "possible", "bad"

KINDS = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "landline",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "landline",
    PhoneNumberType.TOLL_FREE: "service",
    PhoneNumberType.PREMIUM_RATE: "service",
    PhoneNumberType.SHARED_COST: "service",
    PhoneNumberType.UAN: "service",
    PhoneNumberType.VOIP: "voip",
}

REASONS = {
    ValidationResult.INVALID_COUNTRY_CODE: "invalid_country",
    ValidationResult.TOO_SHORT: "too_short",
    ValidationResult.TOO_LONG: "too_long",
    ValidationResult.INVALID_LENGTH: "invalid_length",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "no_area_code",
    ValidationResult.IS_POSSIBLE: "unknown_range",
}

#: What each ``reason`` means, for logs and reports (not translated).
REASON_TEXTS = {
    "no_number": "no number in this text",
    "too_many": "too many numbers in one field",
    "no_region": "no country known to read it with",
    "ext_only": "an extension without a number",
    "invalid_country": "unknown country code",
    "too_short": "too short for the country",
    "too_long": "too long for the country",
    "invalid_length": "no number of this length in the country",
    "no_area_code": "the area code is missing",
    "unknown_range": "this range is not in use in the country",
    "rounded": "a spreadsheet has rounded it",
}

#: Dashes, minus signs and dots that people's keyboards and phones put between digits.
_SIGNS = dict.fromkeys(map(ord, "‐‑‒–—―−ー⁃˗－﹣"), "-")
_SIGNS |= dict.fromkeys(map(ord, "·•∙⋅・｡。"), ".")
_SIGNS |= {ord("∕"): "/", ord("⁄"): "/", ord("¦"): "|", ord("؛"): ";", ord("،"): ","}

_TOKENS = re.compile(
    r"""
    (?P<ext>(?:[转轉拨撥按]?(?:分机号?|分機號?|内线|內線)|[转轉拨撥按]|;ext=
        |(?<=\d),{2,4}(?=\d)|(?<=\d),(?=\d{1,6}\#)|(?<=\d)[pw](?=\d)
        |\bext(?:ension|n)?\b\.?|\bext\.?(?=\d)
        |(?<=[\d)\s])(?:ext(?:ension|n)?\.?|x(?=\s?\d)|\#|\*))
        [\s:.]*(?P<extension>\d{1,7})(?!\d)\#?)
  | (?P<lines>\(\s?\d{1,3}\s?(?:lines?|条?线|條?線)\))
  | (?P<number>[+(]{0,4}\d(?:[\d).\-]|\((?!\d{1,3}\s?(?:line|条?线|條?線)))*)
  | (?P<hard>[、,;|&\n\r\t或]+|\b(?:or|and)\b)
  | (?P<soft>(?:[/\s]|(?<=\s)[.\-](?=\s))+)
  | (?P<word>(?:(?!(?:[转轉拨撥按]|分机|分機|内线|內線)\D{0,4}\d)[^\d+(/\s、,;|&或])+|.)
    """,
    re.VERBOSE | re.IGNORECASE,
)
#: ``010-88888888-801``, ``010-88888888(801)``
_TAIL_EXTENSION = re.compile(
    r"(?P<head>.{0,40}\d)(?:-(?P<dashed>\d{1,5})|\((?P<braced>\d{2,5})\)?)"
)
_VANITY = re.compile(r"\+?[\d().\- ]{1,12}[A-Z][A-Z\-]{2,12}", re.IGNORECASE)
#: What a spreadsheet makes of a number: ``1.38001E+10`` has lost it, ``.0`` has not.
_ROUNDED = re.compile(r"\d\.\d+E\+\d+", re.IGNORECASE)
_DECIMAL = re.compile(r"(?P<whole>\+?\d{7,15})\.0{1,2}")
#: A whole number in the numerals of Chinese texts: ``一三八零零一三八零零零``.
_NUMERALS = re.compile(r"[〇零一二三四五六七八九幺]{7,}")
_NUMERAL_DIGITS = str.maketrans("〇零一二三四五六七八九幺", "001234567891")
#: Digits that are no phone number, unless they are one beyond doubt.
_NO_PHONE = re.compile(r"\bqq\b|微信号|微信號|邮编|郵遞|邮政|传呼", re.IGNORECASE)
_FAX = re.compile(r"fax|传真|傳真", re.IGNORECASE)
_EXTENSION_WORDS = re.compile(
    r"tel:|转|轉|分机号?|分機號?|内线|內線|;ext=|ext(?:ension|n)?\.?|x(?=\s?\d)",
    re.IGNORECASE,
)
_SEARCHABLE = re.compile(r"[\d+().\-\s/#*:]+")
_PLAIN = re.compile(r"\s*\+?[0-9][0-9\s().\-]*")
#: Words that tell what a number is for, the first that is found.
_USES = {
    "fax": _FAX,
    "whatsapp": re.compile(r"whats\s?app", re.IGNORECASE),
    "wechat": re.compile(r"we\s?chat|weixin|微信", re.IGNORECASE),
    "home": re.compile(r"\bhome\b|^h$|住宅|家庭|家里|宅电|住家", re.IGNORECASE),
    "work": re.compile(r"office|\bwork\b|^w$|办公|辦公|公司|单位", re.IGNORECASE),
    "mobile": re.compile(r"mobile|\bcell|\bmob\b|手机|手機", re.IGNORECASE),
}
_PLAIN_WORDS = re.compile(
    r"\b(?:tel|phone|telephone|mobile|mob|cell|fax|office|home|work|w|h|m|t|f|ext|or|and)\b\.?"
    r"|电话|電話|手机|手機|座机|传真|傳真|办公|辦公|住宅|号码|號碼|分机|分機",
    re.IGNORECASE,
)
#: More soft separators than this in one chunk is no phone field: do not try them all.
_MAX_PARTS = 16


@dataclass(frozen=True)
class Phone:
    """One number of a field.

    raw: as typed, with the words around it; e164: ``+`` and digits, empty when bad;
    ext: digits; kind: mobile, landline, service, voip, fax, other;
    status: valid, possible (right length, not a range in use) or bad;
    reason: key of ``REASON_TEXTS`` when not valid; label: the words around it;
    region: the country it was read in.
    """

    raw: str
    e164: str = ""
    ext: str = ""
    kind: str = "other"
    status: str = BAD
    reason: str = ""
    label: str = ""
    region: str = ""

    @property
    def international(self) -> str:
        """The number to show: ``+86 10 8888 8888 ext. 801``."""
        return international(self.e164, self.ext) or self.raw

    @property
    def national(self) -> str:
        """The digits without country code, or all digits of what was typed."""
        if self.e164:
            number = phonenumbers.parse(self.e164)
            return phonenumbers.national_significant_number(number)
        return digits_of(self.raw)[:32]

    @property
    def use(self) -> str:
        """What the number is for: the words around it say, else its range."""
        for use, words in _USES.items():
            if words.search(self.label):
                return use
        return {"landline": "work", "service": "work", "voip": "work"}.get(
            self.kind, self.kind
        )

    @property
    def note(self) -> str:
        """The words around the number that say more than "phone"."""
        return _PLAIN_WORDS.sub("", self.label).strip(" :;,.()[]+-=")


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int
    extension: str = ""


def parse_phones(
    text: str | None,
    regions: Sequence[str] = ("CN",),
    area_code: str = "",
    limit: int | None = None,
) -> list[Phone]:
    """Return the numbers in `text`, in order; an empty list for an empty text.

    :param regions: ISO country codes to read national numbers in, the most likely
        first (the customer's country, then the company's when he has none).
    :param area_code: put before numbers that are typed without one.
    :param limit: with more numbers than this, all after the last is one bad text.
    """
    if not text or not text.strip():
        return []
    plain, positions = _normalise(text)
    plain = _NUMERALS.sub(lambda m: m[0].translate(_NUMERAL_DIGITS), plain)
    if _ROUNDED.fullmatch(plain.strip()):
        return [Phone(text.strip(), reason="rounded")]
    reader = _Reader(plain, tuple(filter(None, regions)), area_code)
    phones: list[tuple[int, Phone]] = []
    for chunk in _chunks(plain):
        phones += reader.read(chunk)
        if limit and len(phones) > limit:
            rest = Phone("", reason="too_many")
            phones[limit:] = [(phones[limit][0], rest)]
            break
    phones = phone_shorthand.complete(plain, phones, read=read_number)
    return _with_raw(text, positions, phones)


def international(e164: str, ext: str = "") -> str:
    """Return a number as people read it, with its extension; "" without a number."""
    if not e164:
        return ""
    spelled = phonenumbers.format_number(
        phonenumbers.parse(e164), phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return f"{spelled} ext. {ext}" if ext else spelled


def tel_uri(e164: str, ext: str = "") -> str:
    """Return what a phone dials (RFC 3966): ``tel:+861088888888;ext=801``."""
    return f"tel:{e164}{f';ext={ext}' if ext else ''}" if e164 else ""


def is_plain(raw: str, e164: str, ext: str = "") -> bool:
    """Tell whether any phone reads ``raw`` as this number: no words, no extension."""
    if ext or not e164 or not _PLAIN.fullmatch(raw):
        return False
    digits = re.sub(r"\D", "", raw)
    return not raw.lstrip().startswith("+") or f"+{digits}" == e164


def is_phone_search(text: object) -> bool:
    """Tell whether a text typed into a search box may be (the end of) a number."""
    if not isinstance(text, str) or not 4 <= len(text) <= 64:
        return False
    plain = _EXTENSION_WORDS.sub("", "".join(_normalise(text)[0]))
    return bool(_SEARCHABLE.fullmatch(plain)) and len(digits_of(plain)) >= 4


def search_keys(text: str, regions: Sequence[str]) -> tuple[list[str], str]:
    """Return what to look for: whole numbers (E.164), and the digits of a part of one.

    ``search_keys("138 0013 8000", ["CN"])`` is ``(["+8613800138000"], "13800138000")``.
    """
    phones = parse_phones(text[:200], regions, limit=5)
    whole = [phone.e164 for phone in phones if phone.e164]
    return whole, digits_of(_normalise(text[:200])[0]).lstrip("0")


def digits_of(text: str) -> str:
    """Return the digits of a text as 0-9, whichever script they are in."""
    return "".join(
        str(unicodedata.digit(character)) for character in text if character.isdecimal()
    )


def where_from(e164: str, language: str = "en") -> dict[str, str]:
    """Return ``{"country", "place", "carrier"}`` of a number, offline.

    The carrier is the one to which the range was given: numbers move. The tables are
    large, therefore they are loaded by the first caller nobody knows.
    """
    from phonenumbers import carrier, geocoder

    number = phonenumbers.parse(e164)
    tongue, _sep, script = language.partition("_")
    script = "Hant" if script in ("TW", "HK") else None
    return {
        "country": phonenumbers.region_code_for_number(number) or "",
        "place": geocoder.description_for_number(number, tongue, script),
        "carrier": carrier.name_for_number(number, tongue, script),
    }


def best_phone(phones: Iterable[Phone]) -> Phone | None:
    """Return the number to call first: a valid one before a possible one, no fax."""
    rank = {VALID: 0, POSSIBLE: 1, BAD: 2}
    return min(
        phones,
        key=lambda phone: (phone.kind == "fax", rank[phone.status]),
        default=None,
    )


def _normalise(text: str) -> tuple[str, list[int]]:
    """Return the NFKC form and for each of its characters the place in `text`.

    Marks that nobody sees (direction, zero width) are left out, all dashes are one.
    """
    plain, positions = [], []
    for position, character in enumerate(text):
        if unicodedata.category(character) in ("Cf", "Mn"):
            continue
        for part in unicodedata.normalize("NFKC", character).translate(_SIGNS):
            plain.append(part)
            positions.append(position)
    return "".join(plain), positions


def _tokens(plain: str) -> Iterator[_Token]:
    for match in _TOKENS.finditer(plain):
        kind = "ext" if match["ext"] else match.lastgroup or "word"
        kind = "word" if kind == "lines" else kind
        text, start, end = match.group(), match.start(), match.end()
        if kind == "soft" and re.search(r"\n|\r|\t", text):
            kind = "hard"
        yield _Token(kind, text, start, end, match["extension"] or "")


def _chunks(plain: str) -> Iterator[list[_Token]]:
    """Cut the text where one number surely ends; each chunk keeps its words."""
    chunk: list[_Token] = []
    words: list[_Token] = []  # after the last number: of this chunk or of the next
    seen = ended = False
    for token in _tokens(plain):
        if token.kind == "word" or (words and token.kind == "soft"):
            words.append(token)
            continue
        if token.kind == "hard":
            yield chunk + words
            chunk, words, seen, ended = [], [], False, False
            continue
        if seen and (words or (ended and token.kind == "number")):
            yield chunk
            chunk, seen, ended = [], False, False
        chunk += words
        chunk.append(token)
        words = []
        seen = seen or token.kind in ("number", "ext")
        ended = ended or token.kind == "ext"
    yield chunk + words


class _Reader:
    """Judges chunks of tokens in the given regions."""

    def __init__(self, plain: str, regions: tuple[str, ...], area_code: str):
        self.plain = plain
        self.regions = regions
        self.area_code = area_code

    def read(self, chunk: list[_Token]) -> list[tuple[int, Phone]]:
        """Return (start, number) for each number of a chunk."""
        label = " ".join(t.text for t in chunk if t.kind == "word").strip(" :()[]-.")
        vanity = self._vanity(chunk)
        if vanity:
            return [(chunk[0].start, vanity)]
        numbers = [token for token in chunk if token.kind == "number"]
        extension = "".join(t.extension for t in chunk if t.kind == "ext")
        if not numbers:
            return self._without_number(chunk, extension, label)
        parts = self._partition(numbers)
        found = [(part[0].start, self.judge(_join(part))) for part in parts]
        if _NO_PHONE.search(label):
            found = [(at, _unless_valid(phone)) for at, phone in found]
        start, last = found[-1]
        found[-1] = (start, replace(last, ext=extension or last.ext))
        found[0] = (chunk[0].start, found[0][1])
        fax = {"kind": "fax"} if _FAX.search(label) else {}
        return [(at, replace(phone, label=label, **fax)) for at, phone in found]

    def _vanity(self, chunk: list[_Token]) -> Phone | None:
        """Return the number that is spelled with letters: ``1-800-FLOWERS``."""
        spelled = "".join(token.text for token in chunk).strip()
        if not _VANITY.fullmatch(spelled):
            return None
        phone = self.judge(spelled)
        return phone if phone.status == VALID else None

    @staticmethod
    def _without_number(
        chunk: list[_Token], extension: str, label: str
    ) -> list[tuple[int, Phone]]:
        if not extension and not label:
            return []
        reason = "ext_only" if extension else "no_number"
        phone = Phone("", ext=extension, label=label, reason=reason)
        return [(chunk[0].start, phone)]

    def _partition(self, numbers: list[_Token]) -> list[list[_Token]]:
        """Return how the digit groups of a chunk make up numbers."""
        if self.judge(_join(numbers)).status == VALID:
            return [numbers]
        if len(numbers) == 1:
            return self._glued(numbers[0]) or [numbers]
        if len(numbers) <= _MAX_PARTS:
            valid = self._all_valid(numbers)
            if valid:
                return valid
        return list(self._at_clear_marks(numbers))

    def _glued(self, token: _Token) -> list[list[_Token]]:
        """Return two numbers typed with a dash or nothing between them, or nothing."""
        digits = len(re.findall(r"\d", token.text))
        if not 14 <= digits <= 48 or len(token.text) > 64:
            return []
        cuts = [match.start() for match in re.finditer("-", token.text)]
        for cut in [*cuts[:_MAX_PARTS], len(token.text) // 2]:
            parts = [_slice(token, 0, cut), _slice(token, cut, len(token.text))]
            if all(self.judge(_join([part])).status == VALID for part in parts):
                return [[part] for part in parts]
        return []

    def _all_valid(self, numbers: list[_Token]) -> list[list[_Token]]:
        """Return the shortest partition into valid numbers, or nothing."""
        best: list[list[list[_Token]] | None] = [[]]
        for end in range(1, len(numbers) + 1):
            options = [
                [*before, numbers[start:end]]
                for start, before in enumerate(best)
                if before is not None
                and self.judge(_join(numbers[start:end])).status == VALID
            ]
            best.append(min(options, key=len, default=None))
        return best[-1] or []

    def _at_clear_marks(self, numbers: list[_Token]) -> Iterator[list[_Token]]:
        """Cut at slashes and wide gaps only."""
        part = numbers[:1]
        for before, token in pairwise(numbers):
            gap = self.plain[before.end : token.start]
            if "/" in gap or len(gap) > 1:
                yield part
                part = []
            part.append(token)
        yield part

    def judge(self, digits: str) -> Phone:
        """Return what one spelled number is, best reading first."""
        readings = list(self._readings(digits))
        for status in (VALID, POSSIBLE):
            for phone in readings:
                if phone.status == status:
                    return phone
        return readings[0] if readings else Phone("", reason="no_region")

    def _readings(self, digits: str) -> Iterator[Phone]:
        for region in self.regions or ("",):
            phone = read_number(digits, region)
            yield phone
            if phone.status == VALID:
                return
            tail = _TAIL_EXTENSION.fullmatch(digits)
            if tail:
                head = read_number(tail["head"], region)
                if head.status == VALID:
                    yield replace(head, ext=tail["dashed"] or tail["braced"])
            if digits.startswith("+"):  # "+13800138000": the country was forgotten
                mobile = read_number(digits.lstrip("+"), region)
                if mobile.kind == "mobile":
                    yield mobile
                if digits.count("+") > 1:  # "+86 +86 13800138000"
                    yield read_number(digits[digits.rindex("+") :], region)
            if self.area_code and not digits.startswith(("+", "0")):
                yield read_number(self.area_code + digits, region)
            decimal = _DECIMAL.fullmatch(digits)
            if decimal:  # a column of numbers read from a spreadsheet
                yield read_number(decimal["whole"], region)


def _slice(token: _Token, start: int, end: int) -> _Token:
    """Return a part of a number token without the dash it begins with."""
    text = token.text[start:end]
    skip = len(text) - len(text.lstrip("-"))
    return _Token("number", text[skip:], token.start + start + skip, token.start + end)


def _join(numbers: list[_Token]) -> str:
    """Return the spelled number, with a blank where a separator stood."""
    return " ".join(token.text for token in numbers).strip("-.( ")


def _unless_valid(phone: Phone) -> Phone:
    """Return a number that is beyond doubt, else that this is none."""
    return phone if phone.status == VALID else Phone("", reason="no_number")


@lru_cache(maxsize=4096)
def read_number(digits: str, region: str) -> Phone:
    """Let ``phonenumbers`` read one number in one region."""
    try:
        number = phonenumbers.parse(digits, region or None)
    except NumberParseException as error:
        return Phone("", reason=_parse_reason(error), region=region)
    result = phonenumbers.is_possible_number_with_reason(number)
    valid = phonenumbers.is_valid_number(number)
    if result not in (
        ValidationResult.IS_POSSIBLE,
        ValidationResult.IS_POSSIBLE_LOCAL_ONLY,
    ):
        return Phone("", reason=REASONS[result], region=region)
    return Phone(
        "",
        e164=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        ext=number.extension or "",
        kind=KINDS.get(phonenumbers.number_type(number), "other"),
        status=VALID if valid else POSSIBLE,
        reason="" if valid else REASONS[result],
        region=phonenumbers.region_code_for_number(number) or region,
    )


def _parse_reason(error: NumberParseException) -> str:
    return {
        NumberParseException.INVALID_COUNTRY_CODE: "invalid_country",
        NumberParseException.TOO_LONG: "too_long",
        NumberParseException.TOO_SHORT_NSN: "too_short",
        NumberParseException.TOO_SHORT_AFTER_IDD: "too_short",
    }.get(error.error_type, "no_number")


def _with_raw(
    text: str, positions: list[int], phones: list[tuple[int, Phone]]
) -> list[Phone]:
    """Give each number the slice of the original text up to the next one."""
    if not phones:
        return [Phone(text.strip(), reason="no_number")]
    starts = [0, *(positions[at] for at, _phone in phones[1:]), len(text)]
    return [
        replace(phone, raw=text[start:end].strip(" \t\r\n/、，,;；|"))
        for (_at, phone), (start, end) in zip(phones, pairwise(starts), strict=True)
    ]
