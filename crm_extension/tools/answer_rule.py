"""Small conditions on the answer of a gateway: ``status == 200 and Code == "OK"``.

Names are paths into the JSON answer (``data.list[0].code``); ``status`` is the HTTP
status and ``text`` the raw answer, unless the answer has keys of these names. Compared
with ``== != < <= > >= in, not in``, joined with ``and or not``. Nothing is executed: the
expression is parsed into a tree of which only these nodes are accepted.
"""

import ast
import operator
from functools import lru_cache
from typing import Any

MAX_LENGTH = 500
COMPARE = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda value, values: value in values,
    ast.NotIn: lambda value, values: value not in values,
}


class RuleError(ValueError):
    """The condition is not of this small language; the argument is the bad part."""


def check_rule(text: str) -> None:
    """Raise :class:`RuleError` unless `text` is a condition."""
    _check(_parse(text))


def check_path(text: str) -> None:
    """Raise :class:`RuleError` unless `text` is a path into an answer."""
    _check(_parse(text), path=True)


def holds(text: str, answer: Any) -> bool:
    """Tell whether a condition holds for an answer; a missing name is ``None``.

    Things that cannot be compared make the comparison false.
    """
    return bool(_value(_parse(text), answer))


def look_up(path: str, answer: Any) -> Any:
    """The value at a path of the answer, ``None`` when there is none."""
    return _value(_parse(path), answer)


@lru_cache(maxsize=256)
def _parse(text: str) -> ast.expr:
    if len(text) > MAX_LENGTH:
        raise RuleError(text[:40])
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise RuleError(text) from None


def _check(node: ast.expr, path: bool = False) -> None:
    match node:
        case ast.Name():
            return
        case ast.Attribute(value=value):
            _check(value, path=True)
        case ast.Subscript(value=value, slice=ast.Constant(value=int() | str())):
            _check(value, path=True)
        case ast.Constant() | ast.List() | ast.Tuple() if not path:
            _check_literal(node)
        case ast.BoolOp(values=values) if not path:
            for value in values:
                _check(value)
        case ast.UnaryOp(op=ast.Not(), operand=value) if not path:
            _check(value)
        case ast.Compare(left=left, ops=ops, comparators=others) if not path:
            if any(type(op) not in COMPARE for op in ops):
                raise RuleError(ast.unparse(node))
            for value in (left, *others):
                _check(value)
        case _:
            raise RuleError(ast.unparse(node))


def _check_literal(node: ast.expr) -> None:
    match node:
        case ast.Constant(value=str() | int() | float() | None):
            return
        case ast.List(elts=items) | ast.Tuple(elts=items):
            for item in items:
                _check_literal(item)
        case _:
            raise RuleError(ast.unparse(node))


def _value(node: ast.expr, answer: Any) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return [_value(item, answer) for item in items]
        case ast.Name(id=name):
            return {"true": True, "false": False, "null": None}.get(
                name, _get(answer, name)
            )
        case ast.Attribute(value=value, attr=name):
            return _get(_value(value, answer), name)
        case ast.Subscript(value=value, slice=ast.Constant(value=key)):
            return _get(_value(value, answer), key)
        case ast.BoolOp(op=ast.And(), values=values):
            return all(_value(value, answer) for value in values)
        case ast.BoolOp(op=ast.Or(), values=values):
            return any(_value(value, answer) for value in values)
        case ast.UnaryOp(op=ast.Not(), operand=value):
            return not _value(value, answer)
        case ast.Compare(left=left, ops=ops, comparators=others):
            return _compare(left, ops, others, answer)
    raise RuleError(ast.unparse(node))


def _compare(left, ops, others, answer) -> bool:
    first = _value(left, answer)
    for op, other in zip(ops, others, strict=True):
        second = _value(other, answer)
        try:
            if not COMPARE[type(op)](first, second):
                return False
        except TypeError:
            return False
        first = second
    return True


def _get(value: Any, key: Any) -> Any:
    if isinstance(value, dict):
        return value.get(key, value.get(str(key)))
    if (
        isinstance(value, list)
        and isinstance(key, int)
        and -len(value) <= key < len(value)
    ):
        return value[key]
    return None
