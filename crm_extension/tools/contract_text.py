"""Texts with placeholders: ``{{customer.name}}``, replaced by plain values.

No expressions, no conditions, no loops: a placeholder is one of a fixed list of names,
and everything else in double braces is refused when the text is saved. Values are
texts and are escaped; only *blocks* (the table of lines) bring markup of our own and
stand alone in their paragraph.

Plain Python on lxml; nothing here knows a model.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree, html

PLACEHOLDER = re.compile(r"\{\{[ \xa0]*([a-z]+\.[a-z_]+)[ \xa0]*\}\}")
# What is left of braces when all placeholders are taken out, in any spelling: full-width
# ones of a Chinese keyboard, and what other languages of templates begin with.
STRANGE = re.compile(
    r"\{\{.{0,60}|\}\}|｛{1,2}.{0,60}|｝|\$\{.{0,60}|<%.{0,60}|\{%.{0,60}"
)
#: Elements that run something, or fetch something when they are printed.
FORBIDDEN_TAGS = frozenset(
    "script style iframe object embed form input button link meta base svg math "
    "template video audio t".split()
)
DIRECTIVE = re.compile(r"^(?:t-|on|owl-)|^t$", re.I)
FORBIDDEN_LINK = re.compile(r"^\s*(?:javascript|vbscript|file|data:text)", re.I)
#: What stands in print where a value is unknown: somebody fills it in by hand.
BLANK = "_" * 12


class TemplateError(ValueError):
    """The text cannot be a template.

    :ivar code: ``unknown`` (no such placeholder), ``braces``, ``attribute``, ``block``,
        ``code`` (a tag, a directive or a link that would run something), ``empty``
    :ivar detail: the words in question
    """

    def __init__(self, code: str, detail: str = ""):
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Filled:
    """A filled text, and the names of placeholders that had no value."""

    html: str
    missing: tuple[str, ...]


def check_template(text: str, names: Iterable[str], blocks: Iterable[str]) -> list[str]:
    """The placeholders of a template, each once, in the order of the text.

    :param names: all known placeholders, the blocks among them
    :param blocks: those that stand alone in their paragraph
    :raises TemplateError: for anything that is not plain text with known placeholders
    """
    known, alone = frozenset(names), frozenset(blocks)
    root = _parse(text)
    if not root.text_content().strip():
        raise TemplateError("empty")
    for element in root.iter():
        _check_element(element)
    found: dict[str, None] = {}
    for owner, part in _texts(root):
        for name in PLACEHOLDER.findall(part):
            if name not in known:
                raise TemplateError("unknown", f"{{{{{name}}}}}")
            if name in alone:
                _check_alone(owner, name)
            found[name] = None
        rest = STRANGE.search(PLACEHOLDER.sub("", part))
        if rest:
            raise TemplateError("braces", rest[0].strip()[:60])
    return list(found)


def fill_template(
    text: str, values: Mapping[str, str], blocks: Mapping[str, str], blank: str = BLANK
) -> Filled:
    """Replace the placeholders of a checked template.

    :param values: name to plain text; line breaks become ``<br/>``; an empty one leaves
        ``blank``
    :param blocks: name to markup of ours, which takes the place of the paragraph
    """
    root = _parse(text)
    missing: dict[str, None] = {}

    def value(match: re.Match) -> str:
        found = values.get(match[1])
        if not found:
            missing[match[1]] = None
        return found or blank

    for owner, part in list(_texts(root)):
        names = PLACEHOLDER.findall(part)
        block = next((name for name in names if name in blocks), None)
        if block:
            _replace_element(owner, blocks[block])
        elif names:
            _set_text(owner, part, PLACEHOLDER.sub(value, part))
    return Filled(_inner_html(root), tuple(missing))


# Checking


def _check_element(element) -> None:
    if not isinstance(element.tag, str):  # a comment or a processing instruction
        raise TemplateError("code", etree.tostring(element, encoding="unicode")[:60])
    if element.tag.lower() in FORBIDDEN_TAGS:
        raise TemplateError("code", f"<{element.tag}>")
    for name, content in element.attrib.items():
        if DIRECTIVE.search(name):
            raise TemplateError("code", f'{name}="{content[:40]}"')
        if PLACEHOLDER.search(content) or STRANGE.search(content):
            raise TemplateError("attribute", content[:60])
        if name in ("href", "src") and FORBIDDEN_LINK.search(content):
            raise TemplateError("code", content[:60])


def _check_alone(owner, name: str) -> None:
    element = owner[0]
    alone = PLACEHOLDER.sub("", element.text_content()).strip() == ""
    if owner[1] == "tail" or not alone or len(PLACEHOLDER.findall(_text(element))) > 1:
        raise TemplateError("block", f"{{{{{name}}}}}")


# Walking: a text is owned by an element, as its ``text`` or its ``tail``


def _parse(text: str):
    try:
        root = html.fragment_fromstring(text or "", create_parent="div")
    except (etree.ParserError, ValueError) as error:
        raise TemplateError("code", str(error)[:60]) from error
    return root


def _text(element) -> str:
    return element.text_content()


def _texts(root) -> Iterator[tuple[tuple, str]]:
    for element in root.iter():
        if isinstance(element.tag, str) and element.text:
            yield (element, "text"), element.text
        if element is not root and element.tail:
            yield (element, "tail"), element.tail


def _set_text(owner: tuple, old: str, new: str) -> None:
    """Put a text in the place of another one, with ``<br/>`` for its line breaks."""
    element, place = owner
    if place == "text" and element.tag == "pre" or new.count("\n") == old.count("\n"):
        setattr(element, place, new)
        return
    first, *rest = new.split("\n")
    setattr(element, place, first)
    parent = element if place == "text" else element.getparent()
    at = 0 if place == "text" else parent.index(element) + 1
    for number, line in enumerate(rest):
        brk = html.Element("br")
        brk.tail = line
        parent.insert(at + number, brk)


def _replace_element(owner: tuple, markup: str) -> None:
    """Put markup of ours in the place of the paragraph that holds a block."""
    element = owner[0]
    while element.getparent() is not None and element.tag in (
        "span",
        "strong",
        "b",
        "em",
    ):
        element = element.getparent()
    if element.tag in ("td", "th", "li", "div") or element.getparent() is None:
        element.text = None
        for child in list(element):
            element.remove(child)
        element.extend(html.fragments_fromstring(markup))
        return
    parent, tail = element.getparent(), element.tail
    at = parent.index(element)
    parent.remove(element)
    for number, new in enumerate(html.fragments_fromstring(markup)):
        parent.insert(at + number, new)
        new.tail = tail if number == 0 else new.tail


def _inner_html(root) -> str:
    inner = html.tostring(root, encoding="unicode")
    return inner[inner.index(">") + 1 : inner.rindex("</div>")]
