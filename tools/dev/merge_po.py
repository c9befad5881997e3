"""Bring translation files up to date with their template; run by `./dev i18n`.

Runs in the environment of Odoo, because it needs polib: `merge_po.py I18N_FOLDER ...`.
What was translated stays, what is gone goes. A new text that another of the folders
translates already is taken from there: one term, one word. A comma or colon behind a
Chinese character becomes the Chinese one.
"""

import re
import sys
from pathlib import Path

import polib

LANGUAGES = ("zh_CN", "zh_TW")
#: A mark of the ASCII keyboard behind a Chinese character, or behind a placeholder that
#: follows one, with the space after it.
ASCII_MARK = re.compile(
    r"(?P<before>[\u4e00-\u9fff”’）」』](?:%\(\w+\)[sd]|%[sd])?)(?P<mark>[,:;?!]) ?"
)
CHINESE_MARKS = dict(zip(",:;?!", "，：；？！", strict=True))


def merge(folders):
    """Write the files of all folders anew; return {file: source texts left to do}."""
    missing = {}
    for language in LANGUAGES:
        files = {folder: folder / f"{language}.po" for folder in folders}
        catalogues = {
            folder: polib.pofile(file)
            for folder, file in files.items()
            if file.exists()
        }
        known = {
            entry.msgid: entry.msgstr
            for catalogue in catalogues.values()
            for entry in catalogue.translated_entries()
        }
        for folder, catalogue in catalogues.items():
            missing[files[folder]] = update(folder, catalogue, known)
            catalogue.save()
    return missing


def update(folder, catalogue, known):
    """Merge the template of a folder into one catalogue; return what is left to do."""
    [template] = folder.glob("*.pot")
    catalogue.merge(polib.pofile(template))
    for entry in catalogue.obsolete_entries():
        catalogue.remove(entry)
    for entry in catalogue.untranslated_entries():
        entry.msgstr = known.get(entry.msgid, "")
    for entry in catalogue.translated_entries():
        entry.msgstr = with_chinese_marks(entry.msgstr)
    catalogue.sort(key=lambda entry: entry.msgid)
    return [entry.msgid for entry in catalogue.untranslated_entries()]


def with_chinese_marks(text):
    """``完成:%s`` -> ``完成：%s``; what stands between Latin letters stays.

    >>> with_chinese_marks("没有下一步?请选择, 或说明原因: 10:30")
    '没有下一步？请选择，或说明原因：10:30'
    """
    return ASCII_MARK.sub(lambda m: m["before"] + CHINESE_MARKS[m["mark"]], text)


if __name__ == "__main__":
    for path, texts in merge([Path(folder) for folder in sys.argv[1:]]).items():
        print(f"{path}\t{len(texts)}")
        for text in texts:
            print(f"\t{text!r}")
