"""Chinese names in Latin letters, for those who type the sounds of a name.

    >>> pinyin_key("重庆长安汽车")
    'chongqingchanganqiche cqcaqc'
    >>> pinyin_key("Ernst Handel")
    ''

``pypinyin`` knows words and therefore how a character sounds in them (重庆 is
"chongqing", not "zhongqing"). Its tables take some 50 MB, so that only a process that
meets a Chinese name loads them.
"""

import re

#: Longer texts are no names.
MAX_LENGTH = 200
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_NOT_LATIN = re.compile(r"[^a-z0-9]+")
_LETTERS = re.compile(r"[A-Za-z][A-Za-z0-9 ]+")


def pinyin_key(name: str | None) -> str:
    """Return a name spelled out and its initials, or "" without Chinese characters."""
    if not name or not _HAN.search(name):
        return ""
    from pypinyin import lazy_pinyin

    sounds = [
        _NOT_LATIN.sub("", sound.lower()) for sound in lazy_pinyin(name[:MAX_LENGTH])
    ]
    whole = "".join(sounds)
    initials = "".join(
        sound if sound.isdigit() else sound[:1] for sound in filter(None, sounds)
    )
    return f"{whole} {initials}"


def pinyin_search(text: str) -> str:
    """Return what to look for in such keys, or "" when `text` spells no sounds."""
    if not _LETTERS.fullmatch(text.strip()):
        return ""
    return re.sub(r"\s+", "", text).lower()
