"""Keys by which two spellings of one customer are found equal.

A record is turned into a small set of :class:`Key`; two records that share a key may be
the same customer, and the kinds they share say why::

    >>> name_key("上海市華為技術（集團）有限公司") == name_key("上海华为技术有限公司")
    True
    >>> name_key("Müller & Söhne GmbH & Co. KG") == name_key("MULLER SOHNE")
    True

How it works: a text is folded (width, case, accents, traditional characters), cut into
tokens, and legal forms are taken off its ends. What remains is written in ASCII, three
signs for each character that is not Latin, so that PostgreSQL's trigrams work for any
script in a database of any locale (with ``C`` they ignore Chinese altogether).

``core`` is the name without the place in front or behind ("Shanghai", "北京市") and
therefore weak; ``person`` sorts the words, since given and family names change places.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .chinese import TO_SIMPLIFIED
from .company_words import (
    FREE_MAIL,
    LEGAL_AFTER,
    LEGAL_BEFORE,
    LEGAL_CJK,
    LINKS,
    PLACES,
    PLACES_CJK,
)
from .phone import BAD, parse_phones

MAX_LENGTH = 500
MIN_NAME, MIN_CODE, MIN_DIGITS = 2, 6, 7
#: Digits at the end of a number by which a spelling without country code is found.
TAIL = 9
#: A name that is at least so long is hardly shared by chance.
TELLING_NAME = 6

#: How sure a shared key makes us, in percent.
WEIGHTS = {
    "tax": 95,
    "registry": 90,
    "email": 90,
    "phone": 80,
    "name": 75,
    "domain": 60,
    "core": 55,
    "tail": 50,
    "person": 45,
}
KINDS = tuple(WEIGHTS)

_CJK = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
_IS_CJK = re.compile(f"[{_CJK}]")
_TOKEN = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_DOTTED = re.compile(r"\b(?:\w\.){2,}|\b(?:\w\.)+\w\b")
_APOSTROPHE = re.compile(r"(?<=\w)['’`´](?=\w)")
_SLASHED = re.compile(r"\b(a|k|i|p)/(s)\b")
_CJK_MARK = re.compile(r"[(（][株有合주유][)）]")
_LEGAL_CJK = re.compile(f"(?:{'|'.join(LEGAL_CJK)})$")
_LEGAL_CJK_BEFORE = re.compile("^(?:株式会社|有限会社|合同会社|주식회사|유한회사)")
_PLACE_CJK = re.compile(f"^(?:{'|'.join(PLACES_CJK)})(?:特别行政区|自治区|省|市)?")
_EMAIL = re.compile(r"[^@\s<>,;]{1,64}@[^@\s<>,;]+\.[^@\s<>,;]{2,}")
_ZEROS = re.compile(r"(^\s*|[/、,;|]\s*)00(?=[1-9]\d)")
_CREDIT_CODE = re.compile(r"[0-9A-Z]{2}\d{6}[0-9A-Z]{10}")
_EU_TAX = re.compile(
    "(?:AT|BE|BG|CHE|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|GR|HR|HU|IE|IT|LT|LU|LV|MT|NL|NO"
    "|PL|PT|RO|SE|SI|SK|XI)(?=[A-Z0-9]*[0-9]{5})"
)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LATIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"}
)


class Key(NamedTuple):
    """One reason to be found: what kind of thing is equal, and its normal form."""

    kind: str
    value: str


def fold(text: str | None) -> str:
    """Return the text without differences of width, case, accent and script."""
    plain = unicodedata.normalize("NFKC", (text or "")[:MAX_LENGTH]).casefold()
    plain = plain.translate(TO_SIMPLIFIED).translate(_LATIN)
    parts = unicodedata.normalize("NFD", plain)
    return unicodedata.normalize(
        "NFC", "".join(c for c in parts if not "\u0300" <= c <= "\u036f")
    )


def tokens(name: str | None) -> list[str]:
    """Return the words of a name without its legal form; never nothing of something."""
    words = _words(_CJK_MARK.sub(" ", fold(name)))
    return _without_ends(words) or words


def _words(plain: str) -> list[str]:
    plain = _SLASHED.sub(r"\1\2", _APOSTROPHE.sub("", plain))
    plain = _DOTTED.sub(lambda match: match[0].replace(".", ""), plain)
    return _TOKEN.findall(plain)


def _without_ends(words: list[str]) -> list[str]:
    """Take legal forms off both ends, and inside Chinese words off their end."""
    words = [bare for word in words if (bare := _bare_cjk(word))]
    words = [word for word in words if word not in LINKS]
    while len(words) > 1 and words[-1] in LEGAL_AFTER:
        words.pop()
    while len(words) > 1 and words[0] in LEGAL_BEFORE:
        words.pop(0)
    return words


def _bare_cjk(word: str) -> str:
    """Return a Chinese, Japanese or Korean word without its legal forms."""
    if not _IS_CJK.match(word):
        return word
    word = _LEGAL_CJK_BEFORE.sub("", word)
    while (bare := _LEGAL_CJK.sub("", word)) != word:
        word = bare
    return word


def ascii_form(text: str) -> str:
    """Return Latin letters and digits as they are, others as three signs each."""
    return "".join(c if c.isascii() else _three_signs(ord(c)) for c in text)


def _three_signs(code: int) -> str:
    high, low = divmod(code % 36**3, 36)
    return _DIGITS[high // 36] + _DIGITS[high % 36] + _DIGITS[low]


def is_telling(text: str) -> bool:
    """Tell whether a folded text is long enough to be compared."""
    return len(text) >= MIN_NAME


def name_key(name: str | None) -> str:
    """Return the name without legal form, blanks and signs; "" when too short."""
    joined = "".join(tokens(name))
    return ascii_form(joined) if is_telling(joined) else ""


def core_key(name: str | None) -> str:
    """Return the name without the place at its ends too; "" when little remains."""
    words = [bare for w in tokens(name) if (bare := _PLACE_CJK.sub("", w))]
    while words and words[-1] in PLACES:
        words.pop()
    while words and words[0] in PLACES:
        words.pop(0)
    joined = "".join(words)
    return ascii_form(joined) if is_telling(joined) else ""


def person_key(name: str | None) -> str:
    """Return the words of a person's name in alphabetical order."""
    joined = "".join(sorted(_words(fold(name))))
    return ascii_form(joined) if is_telling(joined) else ""


def email_key(email: str | None) -> str:
    """Return the first address in a text, in lower case; "" without one."""
    found = _EMAIL.search(fold(email))
    return found[0].strip(".") if found else ""


def domain_key(address: str | None) -> str:
    """Return the domain of an e-mail address or web site that belongs to one company.

    Domains of mail providers, where anybody has an address, give "".
    """
    plain = fold(address).strip()
    domain = plain.rpartition("@")[2] if "@" in plain else plain
    domain = re.sub(r"^[a-z]+://", "", domain)
    domain = re.split(r"[/:?#\s>,;]", domain, maxsplit=1)[0].strip(".")
    domain = re.sub(r"^(?:www\d?|mail|smtp|mx|e?mail)\.(?=.+\.)", "", domain)
    return "" if "." not in domain or _is_free_mail(domain) else domain


def _is_free_mail(domain: str) -> bool:
    labels = domain.split(".")
    return bool({domain, ".".join(labels[-2:]), labels[0]} & FREE_MAIL) or (
        len(labels) > 2 and labels[-3] in FREE_MAIL
    )


def code_key(code: str | None) -> str:
    """Return a tax or registration number without signs and country prefix."""
    plain = re.sub(r"[^0-9A-Z]", "", fold(code).upper())
    plain = re.sub(r"(?<=\d)(?:MWST|TVA|IVA|MVA)$", "", _EU_TAX.sub("", plain))
    useless = (
        len(plain) < MIN_CODE or len(set(plain)) < 2 or not re.search(r"\d", plain)
    )
    return "" if useless else plain


def code_keys(tax: str | None, registry: str | None) -> set[Key]:
    """Return the keys of both numbers; a Chinese credit code is always a tax number."""
    found = {Key("tax", code_key(tax))}
    number = code_key(registry)
    is_credit_code = bool(_CREDIT_CODE.fullmatch(number))
    return _telling(found | {Key("tax" if is_credit_code else "registry", number)})


def phone_keys(texts: Iterable[str | None], regions: Sequence[str] = ()) -> set[Key]:
    """Return the numbers in some texts as E.164, or as digits when they are not valid."""
    where = tuple(regions) or ("CN",)
    plain = [_ZEROS.sub(r"\1+", (text or "")[:200]) for text in texts]
    phones = [phone for text in plain for phone in parse_phones(text, where)]
    values = set(map(_phone_value, phones))
    tails = {value[-TAIL:] for value in values if len(value) >= TAIL}
    return _telling(
        {Key("phone", value) for value in values}
        | {Key("tail", tail) for tail in tails}
    )


def _phone_value(phone) -> str:
    if phone.e164 and phone.status != BAD:
        return phone.e164
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", phone.raw))
    return digits[:20] if len(digits) >= MIN_DIGITS and len(set(digits)) > 1 else ""


def name_keys(company: str | None, person: str | None) -> set[Key]:
    """Return the keys of a company's name and of a person's name."""
    core, name = core_key(company), name_key(company)
    return _telling(
        {
            Key("name", name),
            Key("core", core or name),
            Key("person", person_key(person)),
        }
    )


def address_keys(emails: Iterable[str | None], website: str | None = None) -> set[Key]:
    """Return the keys of e-mail addresses and of a web site."""
    found = {Key("domain", domain_key(website))}
    for address in map(email_key, emails):
        found |= {Key("email", address), Key("domain", domain_key(address))}
    return _telling(found)


def _telling(keys: set[Key]) -> set[Key]:
    return {key for key in keys if key.value}


def similarity_weight(similarity: float) -> int:
    """Return how sure a similar name makes us, in percent."""
    return round(30 + 40 * similarity)


def combined(weights: Iterable[int]) -> int:
    """Return the certainty of several independent reasons together, 0 to 99."""
    doubt = 1.0
    for weight in weights:
        doubt *= 1 - weight / 100
    return min(99, round(100 * (1 - doubt)))
