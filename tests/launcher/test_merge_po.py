"""Translation files follow their template and lose nothing that was translated."""

import polib

from tools.dev.merge_po import merge, with_chinese_marks


def write(path, **terms):
    """Write a catalogue with the given source texts and translations."""
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=utf-8"}
    catalogue.extend(polib.POEntry(msgid=k, msgstr=v) for k, v in terms.items())
    catalogue.save(str(path))


def texts(path):
    """Return {source text: translation} of a catalogue."""
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))}


def folder(root, name, terms, **translated):
    """Make a folder of translations: a template and one language."""
    path = root / name
    path.mkdir()
    write(path / f"{name}.pot", **dict.fromkeys(terms, ""))
    write(path / "zh_CN.po", **translated)
    return path


def test_what_is_translated_stays_and_what_is_gone_goes(tmp_path):
    one = folder(tmp_path, "one", ["Call", "Visit"], Call="电话", Letter="信函")
    missing = merge([one])
    assert texts(one / "zh_CN.po") == {"Call": "电话", "Visit": ""}
    assert missing == {one / "zh_CN.po": ["Visit"]}


def test_a_new_text_takes_the_word_of_another_addon(tmp_path):
    one = folder(tmp_path, "one", ["Call"], Call="电话")
    two = folder(tmp_path, "two", ["Call"])
    assert merge([one, two]) == {one / "zh_CN.po": [], two / "zh_CN.po": []}
    assert texts(two / "zh_CN.po") == {"Call": "电话"}


def test_a_second_run_changes_nothing(tmp_path):
    one = folder(tmp_path, "one", ["Call", "Visit"], Visit="拜访", Call="电话")
    merge([one])
    first = (one / "zh_CN.po").read_bytes()
    merge([one])
    assert (one / "zh_CN.po").read_bytes() == first


def test_marks_behind_chinese_become_chinese():
    assert with_chinese_marks("完成:%s") == "完成：%s"
    assert with_chinese_marks("督促%(user)s: 10:30, a,b") == "督促%(user)s：10:30, a,b"
    assert (
        with_chinese_marks("没有下一步? 请选择,或说明") == "没有下一步？请选择，或说明"
    )
    assert with_chinese_marks("+1 个月 (Ctrl+Enter)") == "+1 个月 (Ctrl+Enter)"
