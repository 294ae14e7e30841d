"""The text of an expression as tokens, each with its place in characters.

What no expression may hold (an odd character, a quote that is not closed, ``0x1F``) becomes a ``bad`` token that
carries its fault: the parser reports it when it comes to it, so that the first token that cannot stand is reported.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Callable
from typing import Any, NamedTuple

from ..numeric import LARGEST_INTEGER
from .nouns import Fault

NUMBER, TEXT, NAME, WORD, SIGN, BAD, END = "number", "text", "name", "word", "sign", "bad", "end"

WORDS = frozenset(keyword.kwlist) - {"True", "False", "None"}
"""Words of the host language, none of which can be a name."""

_SPACES = " \t\r\n\f"
_TOKEN = re.compile(
    r"""[ \t\r\n\f]*(?:
        (?P<number> \.?[0-9](?:[eE][+-]|[\w.])*)
      | (?P<name> [^\W\d]\w*)
      | (?P<text> '(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*")
      | (?P<sign> === | !== | \.\.\. | <=> | \*\* | // | <= | >= | == | != | => | =< | <> | && | \|\|
                | << | >> | := | -> | =~ | [-+*/%()\[\]{},:.<>=!&|^~@;?$])
      | (?P<odd> [^ \t\r\n\f])
    )""",
    re.DOTALL | re.VERBOSE,
)
_DECIMAL = re.compile(r"(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_HOST_NUMBER = re.compile(r"0[xXoObB]\w*|[0-9][0-9_.eE+-]*[jJ]|[0-9][0-9.eE+-]*_[0-9_.eE+-]*")
_PREFIX = re.compile(r"[fbru]|fr|rf|br|rb", re.IGNORECASE)
_ESCAPE = re.compile(
    r"\\(?:(?P<one>[\\'\"abfnrtv])|(?P<hex>x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})|.)", re.DOTALL
)
_ESCAPES = {"\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_QUOTES = ("'", '"')
_CURLY = frozenset("“”„‟‘’‚‛«»‹›`´")


class Token(NamedTuple):
    """A piece of an expression; ``value`` is that of a number or a text."""

    kind: str
    text: str
    start: int
    end: int
    sign: str = ""
    """The text of a sign or a word, which means what it says; of all else nothing."""
    value: Any = None
    fault: Fault | None = None


_made = tuple.__new__
"""Makes a token at half the cost of calling its class."""


def tokens_of(text: str) -> list[Token]:
    """The tokens of an expression; the last one is ``end``, behind the last character that is not a space."""
    tokens: list[Token] = []
    at: int | None = 0
    while at is not None:
        at = _read(text, at, tokens.append)
    end = tokens[-1].end if tokens else 0
    tokens.append(Token(END, "", end, end))
    return tokens


def _read(text: str, begin: int, add: Callable[[Token], None]) -> int | None:
    """Add the tokens from an offset on, up to one that ends elsewhere than its pattern does: where to go on, if so."""
    for match in _TOKEN.finditer(text, begin, len(text.rstrip(_SPACES))):
        kind = match.lastgroup or ""
        start, end = match.span(kind)
        written = text[start:end]
        if kind == SIGN:
            add(_made(Token, (SIGN, written, start, end, written, None, None)))
        elif kind == NAME and written not in WORDS and text[end : end + 1] not in _QUOTES:
            add(_made(Token, (kind, written, start, end, "", None, None)))
        else:
            token = _token(text, kind, written, start)
            add(token)
            if token.end != end:
                return token.end
    return None


def _token(text: str, kind: str, written: str, at: int) -> Token:
    if kind == NAME:
        return _name(text, written, at)
    if kind == NUMBER:
        return number_of(written, at)
    return _text(written, at) if kind == TEXT else _odd(text, written, at)


def _bad(code: str, message: str, text: str, at: int, help: str | None = None) -> Token:
    return Token(BAD, text, at, at + len(text), fault=Fault(code, message, at, at + len(text), help))


def number_of(written: str, at: int) -> Token:
    """The token of a number as it is written at an offset, or of what only looks like one."""
    if _DECIMAL.fullmatch(written):
        return _decimal(written, at)
    if _HOST_NUMBER.fullmatch(written):
        return _bad("forbidden-expression", f"{written} is not a decimal number", written, at, _plainly(written))
    return _bad("expression-syntax", f"{written} is not a number", written, at, _digits(written))


def _decimal(written: str, at: int) -> Token:
    number = float(written)
    whole = int(written) if written.isdigit() else int(number) if number.is_integer() else None
    if number in (float("inf"), float("-inf")) or (written.isdigit() and int(written) > LARGEST_INTEGER):
        message = f"{written[:40]} is too large: whole numbers go up to {LARGEST_INTEGER}"
        return _bad("forbidden-expression", message, written, at)
    exact = whole is not None and abs(whole) <= LARGEST_INTEGER
    return Token(NUMBER, written, at, at + len(written), value=whole if exact else number)


def _plainly(written: str) -> str | None:
    try:
        return f"write {int(written, 0)}"
    except ValueError:
        return "write it in plain decimal digits"


def _digits(written: str) -> str | None:
    digits = re.match(r"0*([0-9]+(?:\.[0-9]+)?)", written)
    return f"write {digits[1]}" if digits else None


def _name(text: str, name: str, at: int) -> Token:
    """A name, or a word of the language, or what texts begin with in the host language."""
    end = at + len(name)
    if text[end : end + 1] in _QUOTES and _PREFIX.fullmatch(name):
        match = _TOKEN.match(text, end)
        written = text[at : match.end() if match and match.lastgroup == TEXT else len(text)]
        return _bad("forbidden-expression", f"a text cannot begin with {name}", written, at, "write it in plain quotes")
    return Token(WORD, name, at, end, name) if name in WORDS else Token(NAME, name, at, end)


def _text(written: str, at: int) -> Token:
    end = at + len(written)
    inside = written[1:-1]
    if "\\" not in inside and "\n" not in inside and "\r" not in inside:
        return Token(TEXT, written, at, end, value=inside)
    value, fault = _unescape(inside, at + 1)
    return Token(BAD, written, at, end, fault=fault) if fault else Token(TEXT, written, at, end, value=value)


def _unescape(inside: str, at: int) -> tuple[str, Fault | None]:
    for match in _ESCAPE.finditer(inside):
        if _escaped(match) is None:
            start = at + match.start()
            message = f"{match[0]} is no character"
            return "", Fault("expression-syntax", message, start, start + len(match[0]), "write \\\\ for a backslash")
    plain = re.sub(r"\r\n|\r|\n", " ", inside)
    return _ESCAPE.sub(lambda match: _escaped(match) or "", plain), None


def _escaped(match: re.Match[str]) -> str | None:
    if match["one"]:
        return _ESCAPES[match["one"]]
    point = int(match["hex"][1:], 16) if match["hex"] else 0
    return chr(point) if 0 < point < 0xD800 or 0xDFFF < point <= 0x10FFFF else None


def _odd(text: str, char: str, at: int) -> Token:
    if char in "'\"":
        return _bad("expression-syntax", "this text is not closed", text[at:].rstrip(), at, f"end it with {char}")
    if char in _CURLY:
        return _bad("expression-syntax", f"{char} does not begin a text", char, at, "write plain quotes: '…' or \"…\"")
    if char == "#":
        return _bad("expression-syntax", "a comment cannot stand in an expression", char, at, "put it on a line before")
    if char.isprintable():
        return _bad("expression-syntax", f"{char} has no meaning in an expression", char, at, _look_alike(char))
    name = f"U+{ord(char):04X}"
    return _bad("expression-syntax", f"an invisible character ({name}) stands here", char, at, "write a plain space")


def _look_alike(char: str) -> str | None:
    known = {"≥": ">=", "≤": "<=", "≠": "!=", "×": "*", "÷": "/", "−": "-", "–": "-", "—": "-", "·": "*"}
    plain = known.get(char) or unicodedata.normalize("NFKC", char)
    return f"write {plain}" if plain != char else None
