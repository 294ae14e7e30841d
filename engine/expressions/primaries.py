"""The smallest parts of the grammar: values, the fields read from them, calls, brackets and lists.

postfix  atom {"." name | "[" text "]" | "(" operands ")"}
atom     number | text | name | "(" conditional ")" | "[" literals "]"
"""

from __future__ import annotations

from collections.abc import Sequence

from . import hints
from .cursor import Cursor, Stop
from .nodes import Call, Field, ListOf, Literal, Node, Path, Refused, Step
from .nouns import Fault
from .tokens import NAME, NUMBER, SIGN, TEXT, WORD

_VALUES = frozenset({NUMBER, TEXT})
CONSTANTS = {"true": True, "false": False, "null": None}
_METHODS = {
    "lower": "lower",
    "upper": "upper",
    "toLowerCase": "lower",
    "toUpperCase": "upper",
    "startswith": "startswith",
    "startsWith": "startswith",
    "endswith": "endswith",
    "endsWith": "endswith",
    "contains": "contains",
    "includes": "contains",
    "length": "size",
    "size": "size",
    "count": "size",
}
"""What other languages call on a value, and the function to give it to."""


def postfix(cursor: Cursor) -> Node:
    start, node = cursor.token.start, _atom(cursor)
    while cursor.sign in _READERS:
        node = _READERS[cursor.sign](cursor, start, node)
    return node


def _field(cursor: Cursor, start: int, node: Node) -> Node:
    cursor.take()
    if cursor.token.kind == WORD:
        raise Stop(_reserved(cursor))
    if cursor.token.kind != NAME:
        raise cursor.misplaced()
    return _read_from(cursor, start, node, cursor.take_step())


def _reserved(cursor: Cursor) -> Fault:
    word = cursor.token
    message = f"{word.text} is a word of the language, so it cannot stand behind a point"
    return Fault("expression-syntax", message, word.start, word.end, f'write ["{word.text}"] instead of .{word.text}')


def _subscript(cursor: Cursor, start: int, node: Node) -> Node:
    bracket = cursor.open()
    key = _slice(cursor)
    cursor.close("]")
    if isinstance(key, Literal) and isinstance(key.value, str):
        return _read_from(cursor, start, node, Step(key.start, key.end, key.value))
    help = 'brackets hold the name of a field: event["name"]'
    cursor.refuse(bracket.start, cursor.end, "a value cannot be read by its position", help)
    return Refused(start, cursor.end, _readable(node))


def _slice(cursor: Cursor) -> Node | None:
    """What stands in brackets; None for the host language's slices."""
    key: Node | None = cursor.inner() if cursor.sign != ":" else None
    while cursor.sign == ":":
        cursor.take()
        key = None
        if cursor.sign not in (":", "]"):
            cursor.inner()
    return key


def _readable(node: Node) -> tuple[Node, ...]:
    """The node, unless it is a bare name, which has no value."""
    return () if isinstance(node, Path) and not node.steps else (node,)


def _read_from(cursor: Cursor, start: int, node: Node, step: Step) -> Node:
    if isinstance(node, Path):
        return Path(node.start, cursor.end, node.root, (*node.steps, step), (*node.names, step.name))
    return Field(start, cursor.end, node, step)


def _call(cursor: Cursor, start: int, node: Node) -> Node:
    operands = _operands(cursor)
    if isinstance(node, Path) and not node.steps:
        return Call(start, cursor.end, node.root, operands)
    if isinstance(node, Path):
        end = node.steps[-2].end if node.steps[1:] else node.root.end
        of = Path(node.start, end, node.root, node.steps[:-1], node.names[:-1])
        return _method(cursor, start, node.steps[-1], of, operands)
    if isinstance(node, Field):
        return _method(cursor, start, node.step, node.of, operands)
    cursor.refuse(node.start, node.end, "this is not a function")
    return Refused(start, cursor.end, (node, *operands))


def _method(cursor: Cursor, start: int, step: Step, of: Node, operands: Sequence[Node]) -> Node:
    """What the host language calls on a value; a rule gives the value to a function."""
    texts = ", ".join(cursor.text[part.start : part.end] for part in (of, *operands))
    help = f"write {_METHODS[step.name]}({texts})" if step.name in _METHODS else None
    cursor.refuse(step.start, step.end, f"{step.name} cannot be called on a value", help)
    return Refused(start, cursor.end, (*_readable(of), *operands))


def _operands(cursor: Cursor) -> tuple[Node, ...]:
    cursor.open()
    operands: list[Node] = []
    while cursor.sign != ")":
        _refuse_host_operand(cursor)
        operands.append(_item(cursor, cursor.token.start))
        if cursor.sign != ")":
            cursor.expect(",")
    cursor.close(")")
    return tuple(operands)


def _refuse_host_operand(cursor: Cursor) -> None:
    if cursor.sign in ("*", "**"):
        raise Stop(hints.forbidden(cursor.token))
    following = cursor.following()
    if cursor.token.kind == NAME and following.kind == SIGN and following.text == "=":
        cursor.refuse(cursor.token.start, following.end, "operands have no names here", "write the value alone")
        cursor.move(cursor.index + 2)


def _item(cursor: Cursor, start: int) -> Node:
    """One of several values; a loop over values, from ``start``, is not read."""
    node = cursor.inner()
    if cursor.sign == "for":
        message = "a loop is not part of expressions"
        raise Stop(Fault("forbidden-expression", message, start, cursor.tokens[-1].end))
    return node


def _atom(cursor: Cursor) -> Node:
    kind, text, start, end, sign, value, _ = token = cursor.token
    if kind in _VALUES:
        cursor.take()
        return Literal(start, end, value)
    if sign == "(" or sign == "[":
        return _bracketed(cursor) if sign == "(" else _list(cursor)
    if kind != NAME or hints.is_miscased(token):
        raise cursor.misplaced()
    cursor.take()
    if text in CONSTANTS:
        return Literal(start, end, CONSTANTS[text])
    return Path(start, end, Step(start, end, text), (), (text,))


def _bracketed(cursor: Cursor) -> Node:
    opening = cursor.open()
    inside = [_item(cursor, opening.start)] if cursor.sign != ")" else []
    several = not inside
    while cursor.sign == ",":
        several = True
        cursor.take()
        if cursor.sign != ")":
            inside.append(_item(cursor, opening.start))
    cursor.close(")")
    if not several:
        return inside[0]
    help = f"write a list: [{cursor.text[opening.end : cursor.end - 1].strip()}]"
    cursor.refuse(opening.start, cursor.end, "several values stand in round brackets", help)
    return Refused(opening.start, cursor.end, tuple(inside))


def _list(cursor: Cursor) -> Node:
    opening = cursor.open()
    items: list[Node] = []
    while cursor.sign != "]":
        items.append(_item(cursor, opening.start))
        if cursor.sign != "]":
            cursor.expect(",")
    cursor.close("]")
    literals = tuple(item for item in items if isinstance(item, Literal))
    if len(literals) == len(items):
        return ListOf(opening.start, cursor.end, literals)
    for item in items:
        if not isinstance(item, Literal | Refused):
            message = "a list holds numbers and texts as they are written, nothing to work out"
            cursor.refuse(item.start, item.end, message)
    return Refused(opening.start, cursor.end, tuple(item for item in items if not isinstance(item, ListOf)))


_READERS = {".": _field, "[": _subscript, "(": _call}
