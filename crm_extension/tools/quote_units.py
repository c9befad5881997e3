"""Units as people write them, for Odoo's units.

>>> unit_keys("Units")[0], "box" in unit_keys("箱")
('unit', True)
"""

from .duplicate_keys import fold

#: Words that mean the same unit; the name of an Odoo unit is found by any of its group.
GROUPS = (
    (
        "unit",
        "units",
        "pc",
        "pcs",
        "piece",
        "pieces",
        "ea",
        "each",
        "no",
        "nos",
        "stk",
        "stuck",
        "st",
        "unite",
        "unites",
        "unidad",
        "unidades",
        "单位",
        "个",
        "個",
        "只",
        "隻",
        "件",
        "台",
        "套",
        "支",
        "枚",
        "块",
        "塊",
        "条",
        "條",
        "根",
        "张",
        "張",
        "本",
        "颗",
        "把",
    ),
    ("dozen", "dozens", "dz", "doz", "dutzend", "打"),
    (
        "box",
        "boxes",
        "bx",
        "carton",
        "cartons",
        "ctn",
        "ctns",
        "case",
        "cases",
        "cs",
        "kiste",
        "karton",
        "caisse",
        "caja",
        "箱",
        "盒",
    ),
    ("pack", "packs", "pk", "pkg", "pkgs", "packet", "packets", "pack of", "包", "袋"),
    ("bottle", "bottles", "btl", "flasche", "bouteille", "botella", "瓶"),
    ("pallet", "pallets", "plt", "palette", "托", "托盘", "栈板", "棧板"),
    ("roll", "rolls", "rolle", "rouleau", "rollo", "卷"),
    ("pair", "pairs", "pr", "paar", "paire", "par", "双", "雙", "对", "對"),
    ("set", "sets", "satz", "组", "組"),
    ("kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "公斤", "千克"),
    ("g", "gr", "gram", "grams", "gramm", "克"),
    ("t", "ton", "tons", "tonne", "tonnes", "吨", "噸", "公吨", "公噸"),
    ("lb", "lbs", "pound", "pounds", "磅"),
    ("l", "liter", "litre", "liters", "litres", "ltr", "升", "公升"),
    ("ml", "milliliter", "millilitre", "毫升"),
    ("m", "meter", "metre", "meters", "metres", "mtr", "米", "公尺"),
    ("cm", "centimeter", "centimetre", "厘米", "公分"),
    ("mm", "millimeter", "millimetre", "毫米", "公厘"),
    ("h", "hr", "hrs", "hour", "hours", "stunde", "stunden", "小时", "小時"),
    ("day", "days", "tag", "tage", "jour", "jours", "天", "日"),
)
_GROUP = {fold(word): group for group in GROUPS for word in group}
_KEYS = {word: tuple(fold(other) for other in group) for word, group in _GROUP.items()}
WORDS = frozenset(_KEYS)


def plain_unit(text: str | None) -> str:
    """The word of a unit without blanks, dots and case."""
    return fold(text).strip(" .()（）/")


def unit_keys(text: str | None) -> tuple[str, ...]:
    """All words for the same unit; the word alone when nobody knows it."""
    word = plain_unit(text)
    return _KEYS.get(word) or ((word,) if word else ())


def is_unit(text: str) -> bool:
    """Whether a text is a word for a unit that everybody knows."""
    return plain_unit(text) in WORDS


def find_unit(typed: str, names: dict[int, list[str]]) -> int | None:
    """The unit that a text means, of some units by their names in all languages.

    The same name first, then a name of the same group, then one that begins with a word
    of the group ("Box of 12").

    >>> find_unit("箱", {1: ["Units"], 2: ["Box of 12"]})
    2
    """
    word, keys = plain_unit(typed), unit_keys(typed)
    if not word:
        return None
    plain = {number: [plain_unit(t) for t in texts] for number, texts in names.items()}
    tests = (
        lambda name: name == word,
        lambda name: name in keys,
        lambda name: any(
            name.split(" ")[0] == key or _begins(name, key) for key in keys
        ),
    )
    for test in tests:
        found = [n for n, texts in plain.items() if any(map(test, texts))]
        if found:
            return found[0]
    return None


def _begins(name: str, key: str) -> bool:
    """A Chinese name has no blanks: 箱装12 begins with 箱."""
    return not key.isascii() and name.startswith(key)
