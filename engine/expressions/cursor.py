"""Where the parser is in the tokens, and what it has found wrong so far."""

from __future__ import annotations

from collections.abc import Callable

from . import hints
from .nodes import Node, Step
from .nouns import MAX_DEPTH, Fault
from .tokens import Token, tokens_of


class Stop(Exception):
    """Nothing behind this fault can be read."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault


class Cursor:
    """The token to be read next; ``sign`` is its text if it is a sign or a word, else empty."""

    def __init__(self, text: str, inner: Callable[[Cursor], Node]) -> None:
        self.text = text
        self.read_inner = inner
        self.tokens = tokens_of(text)
        self.level = 0
        self.opened: list[Token] = []
        self.faults: list[Fault] = []
        self.move(0)

    def move(self, index: int) -> None:
        self.index = index
        self.token = self.tokens[index]
        self.sign = self.token.sign

    def take(self) -> Token:
        """The token to be read next, which then has been read."""
        token = self.token
        self.index += 1
        self.token = following = self.tokens[self.index]
        self.sign = following.sign
        return token

    def take_step(self) -> Step:
        _, text, start, end, *_ = self.take()
        return Step(start, end, text)

    def following(self) -> Token:
        """The token behind the next one; the last one is its own follower."""
        return self.tokens[min(self.index + 1, len(self.tokens) - 1)]

    @property
    def end(self) -> int:
        """Where what has been read ends."""
        return self.tokens[self.index - 1].end

    @property
    def whole(self) -> tuple[int, int]:
        return self.tokens[0].start, self.tokens[-1].end

    def expect(self, sign: str) -> None:
        if self.sign != sign:
            raise self.misplaced()
        self.take()

    def open(self) -> Token:
        """The bracket to be read next, which stays open until ``close``."""
        self.opened.append(self.token)
        return self.take()

    def close(self, sign: str) -> None:
        self.expect(sign)
        self.opened.pop()

    def nested(self, read: Callable[[Cursor], Node]) -> Node:
        """What ``read`` reads, one level deeper."""
        self.level += 1
        if self.level > MAX_DEPTH:
            raise self.too_deep()
        node = read(self)
        self.level -= 1
        return node

    def inner(self) -> Node:
        """A whole expression inside this one."""
        return self.nested(self.read_inner)

    def refuse(self, start: int, end: int, message: str, help: str | None = None) -> None:
        """Report what only the host language has, and go on."""
        self.faults.append(Fault("forbidden-expression", message, start, end, help))

    def refuse_sign(self) -> None:
        self.faults.append(hints.forbidden(self.token))

    def misplaced(self) -> Stop:
        before = self.tokens[self.index - 1] if self.index else None
        return Stop(hints.misplaced(self.token, before, self.opened[-1] if self.opened else None))

    def too_deep(self) -> Stop:
        message = f"the expression is nested more than {MAX_DEPTH} levels deep"
        return Stop(Fault("expression-too-large", message, *self.whole, hints.SPLIT))
