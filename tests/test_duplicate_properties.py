"""What holds for the keys of duplicates whatever is typed."""

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.crm_extension.tools import duplicate_keys as keys
from odoo.addons.crm_extension.tools.chinese import SIMPLIFIED, TRADITIONAL

NAMES = st.text(max_size=60)
WORDS = st.text("abcdefghklmnprtuvwxz", min_size=3, max_size=12)
HAN = st.text("华为宏达贸易电子科创新源", min_size=3, max_size=8)
LATIN_FORMS = st.sampled_from(
    [" GmbH", ", Inc.", " LTD.", " Co., Ltd", " S.p.A.", " B.V.", " (Group)", " A/S"]
)
HAN_FORMS = st.sampled_from(
    ["有限公司", "股份有限公司", "（集团）", "集團有限公司", "有限責任公司"]
)
LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyz", "ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ"
)


@given(NAMES)
def test_keys_are_plain_and_stable(text):
    for key in keys.name_keys(text, text) | keys.address_keys([text], text):
        assert key.value and key.value == key.value.strip()
    folded = keys.fold(text)
    assert keys.name_key(text) == keys.name_key(text)
    assert keys.fold(folded) == folded or len(text) > 0


@given(WORDS, WORDS, LATIN_FORMS)
def test_legal_form_and_width_do_not_count(one, other, form):
    name = f"{one} {other}x"
    assert keys.name_key(name + form) == keys.name_key(name)
    assert keys.name_key(name.translate(LETTERS).upper()) == keys.name_key(name)


@given(HAN, HAN_FORMS)
def test_chinese_legal_form_and_script_do_not_count(name, form):
    to_traditional = str.maketrans(SIMPLIFIED, TRADITIONAL)
    assert keys.name_key(name + form) == keys.name_key(name)
    assert keys.name_key(name.translate(to_traditional) + form) == keys.name_key(name)


@settings(max_examples=50)
@given(st.lists(st.integers(0, 100), max_size=8))
def test_more_reasons_never_make_less_sure(weights):
    score = keys.combined(weights)
    assert 0 <= score <= 99
    assert keys.combined([*weights, 10]) >= score


@given(NAMES, NAMES)
def test_numbers_never_raise(tax, registry):
    for key in keys.code_keys(tax, registry) | keys.phone_keys([tax], ("CN",)):
        assert len(key.value) >= keys.MIN_CODE
