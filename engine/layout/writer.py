"""A text written anew, token by token: between them stand blanks, breaks and comments, and only these change."""

from __future__ import annotations

from dataclasses import dataclass

from ..documents import Token, tokens
from ..documents.scanner import CLOSES, EXPLICIT_KEY, KEY, OPENS_LIST, OPENS_MAPPING, SCALAR
from .scalars import refolded, reindented

STEP = 2
"""Columns of a level."""
BESIDE = 2
"""Blanks before a comment beside something, at the least."""
_MARKERS = ("---", "...", "directive")
_OPENING, _CLOSING = ("{", "["), ("}", "]")
_BLOCK_STYLES = ("|", ">")
Places = list[tuple[int, int]]
"""Columns of what a comment may belong to: as they were, and as they will be."""


@dataclass(frozen=True, slots=True)
class _Block:
    """A mapping or list that is open: its column as it was, and as it will be."""

    old: int
    new: int
    is_list: bool
    of_key: bool = False
    """A list in the column of its key: no token says where it ends."""


class Writer:
    """Writes one text. The last of ``lines`` goes on."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines: list[str] = []
        self.blocks: list[_Block] = []
        self.depth = 0
        """Of brackets."""
        self.after_key = False
        self.before: Token | None = None
        self.open_before: list[_Block] = []
        """The blocks that were open behind the token before."""
        self.at = 0
        """Where the text goes on behind what is written."""

    def written(self) -> str:
        """The whole text, laid out."""
        for token in tokens(self.text):
            if token.kind in (OPENS_MAPPING, OPENS_LIST, CLOSES, KEY):
                self._structure(token)
            else:
                self._token(token)
        self._comments(self.text[self.at :].rstrip().split("\n"), _places(self.open_before))
        return "\n".join([*self.lines, ""])

    # blocks

    def _structure(self, token: Token) -> None:
        if token.kind in (OPENS_MAPPING, OPENS_LIST):
            self.blocks.append(_Block(token.column, self._inner, token.kind == OPENS_LIST))
        elif not self.depth:
            self._close_list_of_key()
            if token.kind == CLOSES:
                self.blocks.pop()
            self.after_key = token.kind == KEY

    def _close_list_of_key(self) -> None:
        if self.blocks and self.blocks[-1].of_key:
            self.blocks.pop()

    @property
    def _inner(self) -> int:
        """The column of what stands inside of the innermost block."""
        return self.blocks[-1].new + STEP if self.blocks else 0

    def _column(self, token: Token) -> int:
        """The column of a token with which a line begins."""
        if token.kind in _MARKERS:
            return 0
        if self.depth:
            return self._inner + STEP * (self.depth - (token.kind in _CLOSING))
        of_block = token.kind in ("-", ":", EXPLICIT_KEY) or self.after_key
        return self.blocks[-1].new if of_block and self.blocks else self._inner

    # tokens

    def _token(self, token: Token) -> None:
        if token.kind == EXPLICIT_KEY and not self.depth:
            self._close_list_of_key()
        if token.kind == "-" and not self.blocks[-1].is_list:
            self.blocks.append(_Block(token.column, self._inner, is_list=True, of_key=True))
        self._gap(token)
        self._put(token)
        self.depth += (token.kind in _OPENING) - (token.kind in _CLOSING)
        self.after_key = self.after_key and token.kind not in (SCALAR, EXPLICIT_KEY)
        self.before, self.open_before = token, list(self.blocks)

    def _put(self, token: Token) -> None:
        raw = self.text[token.start : token.end]
        if token.style in _BLOCK_STYLES:
            self._put_block(token, raw)
            return
        first, *more = refolded(raw, self._inner + STEP * self.depth)
        self.lines[-1] += first
        self.lines += more
        self.at = token.end

    def _put_block(self, token: Token, raw: str) -> None:
        parent = self.blocks[-1] if self.blocks else _Block(0, 0, is_list=False)
        scalar = reindented(raw, parent.old, parent.new, at_end=token.end == len(self.text))
        self.lines[-1] += scalar.header
        self.at = token.start + len(raw.partition("\n")[0]) - len(scalar.comment)
        self._beside(scalar.comment)
        self.lines += scalar.lines
        self.at = token.start + scalar.length

    # what stands between tokens

    def _gap(self, token: Token) -> None:
        gap = self.text[self.at : token.start].split("\n")
        if self.before and len(gap) == 1:
            self.lines[-1] += _blanks(self.before, token)
            return
        column = self._column(token)
        self._comments(gap[:-1], [(token.column, column), *_places(self.open_before)])
        self.lines.append(" " * column)

    def _comments(self, gap: list[str], places: Places) -> None:
        """A comment beside what is written, then comments and empty lines of their own."""
        if self.before:
            self._beside(gap.pop(0))
        for line in gap:
            comment = line.strip()
            if comment:
                self.lines.append(" " * self._place(_indent(line), places) + comment)
            elif self.lines and self.lines[-1]:
                self.lines.append("")

    def _beside(self, comment: str) -> None:
        """A comment in the line of what it is about: in its column if there is room."""
        if comment.strip():
            start = self.at - (self.text.rfind("\n", 0, self.at) + 1)
            width = max(start + _indent(comment), len(self.lines[-1]) + BESIDE)
            self.lines[-1] = self.lines[-1].ljust(width) + comment.strip()

    def _place(self, column: int, places: Places) -> int:
        """Where a comment goes: with what begins in its column, else with what begins nearest to the left of it."""
        if self.depth:
            return self._inner + STEP * self.depth
        innermost = self.open_before[-1] if self.open_before else None
        if innermost and column > innermost.old and self.before and self.before.kind in (":", "-"):
            return innermost.new + STEP
        same = [new for old, new in places if old == column]
        left = [(old, new) for old, new in places if old < column]
        return same[0] if same else max(left, default=(0, 0))[1]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _places(blocks: list[_Block]) -> Places:
    return [(block.old, block.new) for block in reversed(blocks)]


def _blanks(left: Token, right: Token) -> str:
    """What stands between two tokens of one line."""
    if left.kind in _OPENING:
        return ""
    if right.kind in (",", *_CLOSING):
        return " " if left.kind == ":" else ""
    if right.kind == ":":
        return "" if left.kind == SCALAR else " "
    return " "
