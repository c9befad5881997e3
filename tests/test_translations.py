"""Both Chinese languages are complete, say the same as the source, and use its words."""

import csv
import re

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import TranslationModuleReader

from tools.dev.merge_po import with_chinese_marks

from .common import DATA, MODULES, ROOT

LANGUAGES = ("zh_CN", "zh_TW")
PLACEHOLDER = re.compile(
    r"%\(\w+\)[sdfi]|%[sd]|\$\{[^}]*\}|\{\{[^}]*\}\}|</?[a-zA-Z][^>]*>"
)
#: Characters that only one of the two scripts has; one in the wrong file was converted.
ONLY_SIMPLIFIED = set("们说这对时维单报为来请选择设备记录务实现电话关联")
ONLY_TRADITIONAL = set("們說這對時維單報為來請選擇設備記錄務實現電話關聯")
ONLY_SIMPLIFIED, ONLY_TRADITIONAL = (
    ONLY_SIMPLIFIED - ONLY_TRADITIONAL,
    ONLY_TRADITIONAL - ONLY_SIMPLIFIED,
)
#: Words of the mainland that Taiwan says otherwise, whatever the script.
MAINLAND_WORDS = (
    "默認",
    "信息",
    "數據庫",
    "軟件",
    "網絡",
    "短信",
    "視頻",
    "打印",
    "屏幕",
    "質量",
)
#: Words that read the same in every language.
NAMES = {"crm", "csv", "excel", "id", "kpi", "ok", "pdf", "rma", "sms", "sn", "url"}
#: Keys, encodings and messengers are called the same everywhere.
NAMES |= {"ctrl", "enter", "utf", "gb", "big", "qq", "line", "signal", "telegram"}
NAMES |= {"viber", "whatsapp", "zalo"}
#: One English word for two things; each addon translates its own.
HOMONYMS = {"Open", "Outcomes", "Parts"}
CODE = re.compile(r"% ?\(?object[\w.]*\)?")


def terms(module: str, name: str) -> dict[str, polib.POEntry]:
    """The living entries of one translation file by their source text."""
    path = ROOT / module / "i18n" / name
    return {entry.msgid: entry for entry in polib.pofile(path) if not entry.obsolete}


@tagged("post_install", "-at_install", "crm_loop")
class TestTranslations(TransactionCase):
    """The template holds every term, and both languages hold the template."""

    def test_template_is_current(self):
        """Every text that Odoo would export today stands in the template."""
        for module in MODULES:
            reader = TranslationModuleReader(self.env.cr, [module])
            exported = {source for _m, _t, _n, _r, source, _v, _c in reader}
            template = set(terms(module, f"{module}.pot"))
            with self.subTest(module=module):
                self.assertFalse(exported - template, "export the terms again")
                self.assertFalse(template - exported, "terms that are gone")

    def test_complete(self):
        """Nothing is missing, fuzzy or empty in either language."""
        for module in MODULES:
            template = set(terms(module, f"{module}.pot"))
            for language in LANGUAGES:
                entries = terms(module, f"{language}.po")
                done = {key for key, entry in entries.items() if entry.translated()}
                with self.subTest(module=module, language=language):
                    self.assertFalse(template - done, "not translated")
                    self.assertFalse(set(entries) - template, "not in the template")

    def test_placeholders(self):
        """Placeholders and markup are the same before and after."""
        for module, language, entry in self._entries():
            with self.subTest(module=module, language=language, term=entry.msgid):
                self.assertEqual(
                    sorted(self._marks(entry.msgid)), sorted(self._marks(entry.msgstr))
                )

    def _marks(self, text: str) -> list[str]:
        """Placeholders, and tags without the attributes that may be translated."""
        return [
            re.match(r"</?\w+", mark)[0] if mark.startswith("<") else mark
            for mark in PLACEHOLDER.findall(text)
        ]

    def _entries(self):
        """What is translated; what is missing, ``test_complete`` says."""
        for module in MODULES:
            for language in LANGUAGES:
                for entry in terms(module, f"{language}.po").values():
                    if entry.msgstr:
                        yield module, language, entry

    def test_really_translated(self):
        """No English is left where a person would read it."""
        for module, language, entry in self._entries():
            if entry.msgid == entry.msgstr and self._words(entry.msgid) - NAMES:
                with self.subTest(module=module, language=language, term=entry.msgid):
                    self.assertRegex(entry.msgstr, r"[\u4e00-\u9fff]")

    def _words(self, text: str) -> set[str]:
        """What is left to translate without markup, placeholders and code."""
        bare = CODE.sub("", PLACEHOLDER.sub("", text))
        return {word.lower() for word in re.findall(r"[A-Za-z]{2,}", bare)}

    def test_right_script(self):
        """zh_CN is simplified; zh_TW is traditional and speaks Taiwan's words."""
        wrong = {"zh_CN": ONLY_TRADITIONAL, "zh_TW": ONLY_SIMPLIFIED}
        for module, language, entry in self._entries():
            with self.subTest(module=module, language=language, term=entry.msgid):
                self.assertFalse(wrong[language] & set(entry.msgstr))
                if language == "zh_TW":
                    for word in MAINLAND_WORDS:
                        self.assertNotIn(word, entry.msgstr)

    def test_chinese_marks(self):
        """Commas, colons and question marks of a Chinese sentence are Chinese ones."""
        for module, language, entry in self._entries():
            with self.subTest(module=module, language=language, term=entry.msgid):
                self.assertEqual(entry.msgstr, with_chinese_marks(entry.msgstr))

    def test_glossary(self):
        """A key term that stands alone is called as the glossary says."""
        with (DATA / "glossary.csv").open(encoding="utf-8", newline="") as file:
            glossary = {row["term"].lower(): row for row in csv.DictReader(file)}
        self.assertGreater(len(glossary), 20)
        for module, language, entry in self._entries():
            if row := glossary.get(entry.msgid.lower()):
                with self.subTest(module=module, language=language, term=entry.msgid):
                    self.assertIn(entry.msgstr, row[language].split("|"))

    def test_same_term_same_word(self):
        """A term is translated alike in all three addons."""
        for language in LANGUAGES:
            words = {}
            for module in MODULES:
                for entry in terms(module, f"{language}.po").values():
                    if entry.msgstr:
                        words.setdefault(entry.msgid, {})[module] = entry.msgstr
            for term in sorted(words.keys() - HOMONYMS):
                by_module = words[term]
                with self.subTest(language=language, term=term):
                    self.assertEqual(len(set(by_module.values())), 1, by_module)
