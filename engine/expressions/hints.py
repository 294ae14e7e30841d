"""What to write instead of a token that cannot stand where it does."""

from __future__ import annotations

from .nouns import Fault
from .tokens import BAD, END, NUMBER, SIGN, TEXT, WORD, Token

_INSTEAD = {
    "&&": "and",
    "||": "or",
    "&": "and",
    "|": "or",
    "!": "not",
    "=": "==",
    "===": "==",
    "=~": "==",
    "!==": "!=",
    "<>": "!=",
    "=>": ">=",
    "=<": "<=",
    "is": "==",
    "is not": "!=",
}
_WAYS_OUT = {
    "?": "write: a if condition else b",
    ":": "write: a if condition else b",
    "**": "write the multiplication out: x * x",
    "^": "write the multiplication out: x * x",
    "{": "write a list: [..]",
}
SPLIT = "shorten it: one in [..] for many ==, or a part of it as another criterion"
"""The way out of an expression that is too large."""
_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})
WORDS_OF_THE_LANGUAGE = frozenset({"and", "or", "not", "in", "if", "else"})
HOST_WORDS = frozenset({"lambda", "await", "yield", "async", "is", "for"})
HOST_SIGNS = frozenset({"**", "&", "|", "^", "~", "<<", ">>", "@", ":=", "...", "{", "->"})
"""What the host language has, and an expression has not."""


def instead_of(written: str) -> str | None:
    """``write and instead of &&``, where that is known."""
    if written in _INSTEAD:
        return f"write {_INSTEAD[written]} instead of {written}"
    if written.lower() in WORDS_OF_THE_LANGUAGE and written not in WORDS_OF_THE_LANGUAGE:
        return f"write {written.lower()} instead of {written}"
    return _WAYS_OUT.get(written)


def is_miscased(token: Token) -> bool:
    """Whether the token is ``AND``, ``Or``, ``NOT`` …"""
    return token.text not in WORDS_OF_THE_LANGUAGE and token.text.lower() in WORDS_OF_THE_LANGUAGE


def forbidden(token: Token) -> Fault:
    """The fault of a sign or word that only the host language has."""
    return Fault(
        "forbidden-expression",
        f"{token.text} is not part of expressions",
        token.start,
        token.end,
        instead_of(token.text),
    )


def misplaced(token: Token, after: Token | None, opened: Token | None) -> Fault:
    """The fault of a token that cannot stand where it does; ``opened`` is the bracket it stands in."""
    if token.kind == BAD and token.fault:
        return token.fault
    if token.kind == END:
        return _unfinished(token, after, opened)
    if _is_percent(token, after):
        return _percent(after or token)
    if (token.kind == WORD and token.text in HOST_WORDS) or (token.kind == SIGN and token.text in HOST_SIGNS):
        return forbidden(token)
    if token.kind == TEXT and after and after.kind == TEXT:
        help = "write + between two texts to join them"
        return Fault("forbidden-expression", "two texts stand side by side", token.start, token.end, help)
    return Fault(
        "expression-syntax", f"{token.text} cannot stand here", token.start, token.end, _help(token, after, opened)
    )


def _is_percent(token: Token, after: Token | None) -> bool:
    ends = token.text in _COMPARISONS or token.text in (")", "]", ",", "and", "or", "if", "else")
    return ends and after is not None and after.text == "%"


def _percent(sign: Token) -> Fault:
    message = "% divides and keeps the remainder: a number must follow"
    return Fault("expression-syntax", message, sign.start, sign.end, "write 90 for 90 percent, without the sign")


def _unfinished(token: Token, after: Token | None, opened: Token | None) -> Fault:
    if after is None:
        return Fault("expression-syntax", "an expression is missing", token.start, token.end)
    if after.text == "%":
        return _percent(after)
    closing = {"(": ")", "[": "]"}.get(opened.text) if opened else None
    help = f"close the bracket with {closing}" if closing else None
    return Fault(
        "expression-syntax", f"the expression ends too early, after {after.text}", token.start, token.end, help
    )


def _help(token: Token, after: Token | None, opened: Token | None) -> str | None:
    if token.text == "," and after and after.kind == NUMBER and opened is None:
        return "numbers have a point, and no separators: 0.5, 1000"
    if token.text in _COMPARISONS and after and after.text in ("and", "or", "not"):
        return f"repeat what is compared: {after.text} … {token.text}"
    if token.text in (")", "]") and opened is None:
        return "no bracket is open here"
    if token.text == "not":
        return "put brackets around: (not …)"
    return instead_of(token.text)
