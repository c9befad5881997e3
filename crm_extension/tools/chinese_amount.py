"""An amount of money in the Chinese capital numerals that contracts and cheques use.

Rules: 《支付结算办法》 annex 1 (People's Bank of China, 1997): 零 stands once for a run of
zeros inside the number, 整 closes an amount without fen.

>>> amount_in_capitals(Decimal("10500.70"))
'壹万零伍佰元柒角整'
"""

from decimal import ROUND_HALF_UP, Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿")
LIMIT = Decimal(10) ** 12
TRADITIONAL = str.maketrans("贰叁陆万亿", "貳參陸萬億")


def amount_in_capitals(amount: Decimal | float, traditional: bool = False) -> str:
    """``1234.5`` -> ``"壹仟贰佰叁拾肆元伍角整"``; a negative amount begins with 负.

    :raises ValueError: for amounts of 10^12 and more
    """
    exact = Decimal(str(amount)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    if abs(exact) >= LIMIT:
        raise ValueError("The amount is too large to be written in words")
    cents = int(abs(exact) * 100)
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    text = f"{_integer(yuan)}元" if yuan or not cents else ""
    text += _fraction(jiao, fen, bool(yuan))
    if exact < 0:
        text = f"负{text}"
    if traditional:
        return text.translate(TRADITIONAL).replace("负", "負")
    return text


def _fraction(jiao: int, fen: int, has_yuan: bool) -> str:
    if not jiao and not fen:
        return "整"
    if not fen:
        return f"{DIGITS[jiao]}角整"
    if jiao:
        return f"{DIGITS[jiao]}角{DIGITS[fen]}分"
    return f"{'零' if has_yuan else ''}{DIGITS[fen]}分"


def _integer(number: int) -> str:
    """An integer, read in groups of four digits."""
    if not number:
        return DIGITS[0]
    text, gap = "", False
    for index in reversed(range(len(GROUPS))):
        group = number // 10000**index % 10000
        if not group:
            gap = bool(text)
            continue
        if text and (gap or group < 1000):
            text += DIGITS[0]
        text += _group(group) + GROUPS[index]
        gap = False
    return text


def _group(group: int) -> str:
    """One to four digits, without leading zeros."""
    text, gap = "", False
    for place in reversed(range(4)):
        digit = group // 10**place % 10
        if not digit:
            gap = bool(text)
            continue
        text += (DIGITS[0] if gap else "") + DIGITS[digit] + PLACES[place]
        gap = False
    return text
