"""What is wrong with a text that is no YAML, in the words of its author."""

from __future__ import annotations

import re
from typing import Any

import yaml

from ..problems import Problem, Span

_QUOTES = "put a text that holds such a character in quotes"
_SENTENCES: tuple[tuple[str, str, str | None], ...] = (
    (r"character '\\t'", "a tab stands here, where only spaces can indent", "use spaces"),
    (r"character '(.)' that cannot start", "a value cannot begin with {0} unless it is in quotes", _QUOTES),
    (r"mapping values are not allowed", "a second `: ` stands in one line", "put a text that holds `: ` in quotes"),
    (r"unknown escape character '(.)'", r"\{0} is not an escape in double quotes", "write \\\\ for a backslash"),
    (
        r"could not find expected ':'",
        "this line is no `key: value`",
        "add the `:`, or indent it as part of the line above",
    ),
    (r"unexpected end of stream", "the quote that begins here is never closed", "close it"),
    (r"unexpected document separator", "the quote that begins here is never closed", "close it"),
    (
        r"expected ',' or '(.)', but got '<stream end>'",
        "the bracket that begins here is never closed",
        "close it with {0}",
    ),
    (r"expected ',' or '(.)'", "a `,` or the closing {0} is missing before this", None),
    (
        r"expected <block end>, but found",
        "this does not line up with what stands above it",
        "indent it like its neighbours",
    ),
    (r"expected the node content", "a value is missing before this", None),
    (r"undefined alias", "this repeats a value that is not marked before", None),
)
NO_INDENT = "a space that does not indent stands here: a no-break space, or another odd one"
USE_SPACES = "use plain spaces"
_QUOTED = re.compile(r"(\s*(?:- +)*[^\s:#\"']+:\s+)(\"[^\"]*\"|'[^']*')\s*$")
_DEEPER = re.compile(r"(\s+)([\w-]+)\s*$")
_GLUED = re.compile(r"(\s*(?:- +)*)([A-Za-z_]\w*):([^\s/].*)$")
_COMMENT = re.compile(r"\s*(?:- +)*[\w-]+:\s+[^\"'#\s].*?[ \t](#\S.*)$")
_KEYED = re.compile(r"\s*[\w-]+:(\s|$)")
_AT_CONTEXT = re.compile(r"could not find expected ':'|unexpected end of stream|<stream end>|document separator")


def syntax_problem(file: str, text: str, error: yaml.YAMLError) -> Problem:
    """The fault of a text that the reader refused, told by the stricter of pyyaml's readers."""
    error = _told_better(text) or error
    said = str(getattr(error, "problem", None) or error)
    mark: Any = getattr(error, "problem_mark", None)
    if _AT_CONTEXT.search(said):
        mark = getattr(error, "context_mark", None) or mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    known = _recognised(text.split("\n"), line, column)
    if known is not None:
        return Problem("yaml-syntax", known[0], file, known[1], known[2])
    message, help = _sentence(said)
    return Problem("yaml-syntax", message, file, Span(line + 1, column + 1, column + 2), help)


def _recognised(lines: list[str], line: int, column: int) -> tuple[str, Span, str] | None:
    """What authors often write, told by the lines about the fault: a sentence, its place, and a way out."""
    here = lines[line] if line < len(lines) else ""
    above = lines[line - 1] if line else ""
    if here[:1].isspace() and here[0] not in " \t":
        return NO_INDENT, Span(line + 1, 1, 2), USE_SPACES
    if quoted := _QUOTED.match(here[:column]):
        whole = here[len(quoted[1]) :].rstrip()
        help = f"put the whole of it in quotes: {_in_quotes(whole)}"
        return "the text goes on behind its closing quote", Span(line + 1, column + 1, column + 2), help
    if _COMMENT.match(above) and _indent(here) > _indent(above) and not _KEYED.match(here):
        help = "put the whole expression in quotes: ` #` begins a comment in YAML"
        return "a comment has ended the text before this line", Span(line + 1, column + 1, column + 2), help
    for at, written in ((line, here), (line - 1, above)):
        if glued := _GLUED.match(written):
            start = len(glued[1]) + 1
            help = f"write `{glued[2]}: {glued[3].strip()}`"
            return "a blank is missing behind the `:`", Span(at + 1, start, start + len(glued[2]) + 1), help
    if here[column : column + 1] == ":" and (deeper := _DEEPER.match(here[:column])):
        start = len(deeper[1]) + 1
        message = "this line is indented deeper than the key above, so it reads as part of its value"
        return message, Span(line + 1, start, start + len(deeper[2])), "indent it like its neighbours"
    return None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _in_quotes(text: str) -> str:
    """A text as YAML quotes it."""
    return "'" + text.replace("'", "''") + "'"


def _told_better(text: str) -> yaml.YAMLError | None:
    """The same fault as the reader in Python tells it: with the character, and nearer to it."""
    try:
        for _ in yaml.parse(text, yaml.SafeLoader):
            pass
    except yaml.YAMLError as error:
        return error
    return None


def _sentence(said: str) -> tuple[str, str | None]:
    for pattern, message, help in _SENTENCES:
        match = re.search(pattern, said)
        if match:
            words = match.groups()
            return message.format(*words), help.format(*words) if help else None
    return "this is not YAML that can be read", None
