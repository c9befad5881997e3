"""Text messages: which numbers take one, and into how many parts a text is cut.

A text of the GSM alphabet (3GPP TS 23.038) has 160 places, 153 in each part of a longer
one; any other sign makes the whole text UCS-2 with 70 and 67 places. Signs of the GSM
extension table take two places, those beyond the basic plane two of UCS-2 (emoji); a
pair is never cut.
"""

from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = frozenset("\f^{}\\[~]|€")
GSM = ("GSM-7", 160, 153)
UCS2 = ("UCS-2", 70, 67)
SMS_TYPES = {
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.PERSONAL_NUMBER,
}


@dataclass(frozen=True)
class SmsSize:
    """``encoding`` (GSM-7 or UCS-2), ``length`` in places, ``parts``, ``left`` in the
    last part."""

    encoding: str
    length: int
    parts: int
    left: int


def sms_size(text: str) -> SmsSize:
    """Measure a text as a phone network would: an empty one has no part."""
    text = text or ""
    if all(sign in GSM_BASIC or sign in GSM_EXTENDED for sign in text):
        (encoding, single, part), widths = GSM, [1 + (s in GSM_EXTENDED) for s in text]
    else:
        (encoding, single, part), widths = UCS2, [1 + (ord(s) > 0xFFFF) for s in text]
    length = sum(widths)
    if length <= single:
        return SmsSize(encoding, length, int(bool(text)), single - length)
    parts, used = 1, 0
    for width in widths:
        if used + width > part:
            parts, used = parts + 1, 0
        used += width
    return SmsSize(encoding, length, parts, part - used)


def takes_sms(e164: str) -> bool:
    """Whether a number in international form may belong to a mobile phone."""
    try:
        number = phonenumbers.parse(e164 or "")
    except NumberParseException:
        return False
    valid = phonenumbers.is_valid_number(number)
    return valid and phonenumbers.number_type(number) in SMS_TYPES
