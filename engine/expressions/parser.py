"""Text to tree: the grammar of expressions, which is the host language's, less what rules have no use for.

A construct that only the host language has is reported, and reading goes on behind it, so that other faults are found
too; the first token that can stand nowhere ends the reading.

    conditional  disjunction ["if" disjunction "else" conditional]
    disjunction  conjunction {"or" conjunction}
    conjunction  negation {"and" negation}
    negation     "not" negation | comparison
    comparison   sum {("<" | "<=" | ">" | ">=" | "==" | "!=" | "in" | "not" "in") sum}
    sum          product {("+" | "-") product}
    product      factor {("*" | "/" | "//" | "%") factor}
    factor       "-" factor | postfix
    postfix      atom {"." name | "[" text "]" | "(" operands ")"}
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..numeric import is_number
from . import hints
from .nodes import (
    Arithmetic,
    Call,
    Compare,
    Conditional,
    Field,
    ListOf,
    Literal,
    Logic,
    Negative,
    Node,
    Not,
    Path,
    Refused,
    Step,
    depth,
)
from .nouns import MAX_CHARACTERS, MAX_DEPTH, Fault
from .tokens import END, NAME, NUMBER, SIGN, TEXT, WORD, Token, tokens_of

CONSTANTS = {"true": True, "false": False, "null": None}
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=", "in")
_RISING, _FALLING = frozenset({"<", "<=", "=="}), frozenset({">", ">=", "=="})


class _Stop(Exception):
    """Nothing behind this fault can be read."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault


def parse(text: str) -> tuple[Node | None, list[Fault]]:
    """The tree of an expression, and every fault of its form. There is no tree where reading had to end."""
    whole = (len(text) - len(text.lstrip()), len(text.rstrip()))
    if len(text) > MAX_CHARACTERS:
        message = f"an expression has at most {MAX_CHARACTERS} characters, and this one has {len(text)}"
        return None, [Fault("expression-too-large", message, *whole, "move a part of it to a metric of its own")]
    parser = _Parser(text, whole)
    try:
        return parser.parse(), parser.faults
    except _Stop as stop:
        return None, [*parser.faults, stop.fault]


class _Parser:
    def __init__(self, text: str, whole: tuple[int, int]) -> None:
        self.text = text
        self.whole = whole
        self.tokens = tokens_of(text)
        self.index = 0
        self.level = 0
        self.opened: list[Token] = []
        self.faults: list[Fault] = []

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    @property
    def before(self) -> Token | None:
        return self.tokens[self.index - 1] if self.index else None

    @property
    def end(self) -> int:
        """Where what has been read ends."""
        return self.tokens[self.index - 1].end

    def at(self, *written: str) -> bool:
        return self.token.kind in (SIGN, WORD) and self.token.text in written

    def take(self) -> Token:
        token = self.token
        self.index += 1
        return token

    def expect(self, written: str) -> Token:
        if not self.at(written):
            raise self.misplaced()
        return self.take()

    def misplaced(self) -> _Stop:
        return _Stop(hints.misplaced(self.token, self.before, self.opened[-1] if self.opened else None))

    def refuse(self, start: int, end: int, message: str, help: str | None = None) -> None:
        self.faults.append(Fault("forbidden-expression", message, start, end, help))

    def too_deep(self) -> _Stop:
        message = f"the expression is nested more than {MAX_DEPTH} levels deep"
        return _Stop(Fault("expression-too-large", message, *self.whole, "move a part of it to a metric of its own"))

    def nested(self, read: Callable[[], Node]) -> Node:
        """What ``read`` reads, one level deeper."""
        self.level += 1
        if self.level > MAX_DEPTH:
            raise self.too_deep()
        node = read()
        self.level -= 1
        return node

    def parse(self) -> Node:
        tree = self.conditional()
        if self.token.kind != END:
            raise self.misplaced()
        if depth(tree) > MAX_DEPTH:
            raise self.too_deep()
        return tree

    def conditional(self) -> Node:
        start = self.token.start
        yes = self.disjunction()
        if not self.at("if"):
            return yes
        self.take()
        test = self.disjunction()
        self.expect("else")
        no = self.nested(self.conditional)
        return Conditional(start, self.end, test, yes, no)

    def disjunction(self) -> Node:
        return self.joined("or", "|", self.conjunction)

    def conjunction(self) -> Node:
        return self.joined("and", "&", self.negation)

    def joined(self, word: str, host_sign: str, read: Callable[[], Node]) -> Node:
        start, operands, refused = self.token.start, [read()], False
        while self.at(word, host_sign):
            if self.at(host_sign):
                self.faults.append(hints.forbidden(self.token))
                refused = True
            self.take()
            operands.append(read())
        if len(operands) == 1:
            return operands[0]
        if refused:
            return Refused(start, self.end, tuple(operands))
        flat = [inner for node in operands for inner in _parts(node, word)]
        return Logic(start, self.end, word, tuple(flat))

    def negation(self) -> Node:
        if not self.at("not"):
            return self.comparison()
        start = self.take().start
        operand = self.nested(self.negation)
        return Not(start, self.end, operand)

    def comparison(self) -> Node:
        start, signs, operands = self.token.start, [], [self.sum()]
        while sign := self.comparison_sign():
            signs.append(sign)
            operands.append(self.sum())
        if not signs:
            return operands[0]
        if any(sign.name.startswith("is") for sign in signs) or not self.one_direction(signs):
            return Refused(start, self.end, tuple(operands))
        return Compare(start, self.end, tuple(signs), tuple(operands))

    def comparison_sign(self) -> Step | None:
        start = self.token.start
        if self.at(*_COMPARISONS):
            name = self.take().text
        elif self.at("not") and self.tokens[self.index + 1].text == "in" and self.tokens[self.index + 1].kind == WORD:
            self.index += 2
            name = "not in"
        elif self.at("is"):
            name = self.host_comparison()
        else:
            return None
        return Step(start, self.end, name)

    def host_comparison(self) -> str:
        start = self.take().start
        name = "is"
        if self.at("not"):
            self.take()
            name = "is not"
        self.refuse(start, self.end, f"{name} is not part of expressions", hints.instead_of(name))
        return name

    def one_direction(self, signs: Sequence[Step]) -> bool:
        """Whether a chain runs in one direction; reports the sign at which it turns."""
        if len(signs) == 1:
            return True
        for count in range(1, len(signs) + 1):
            names = {sign.name for sign in signs[:count]}
            if not (names <= _RISING or names <= _FALLING):
                sign = signs[max(count - 1, 1)]
                help = "compare two at a time and join them with and"
                self.refuse(sign.start, sign.end, f"{sign.name} cannot go on this chain of comparisons", help)
                return False
        return True

    def sum(self) -> Node:
        return self.run(("+", "-"), ("<<", ">>", "^"), self.product)

    def product(self) -> Node:
        return self.run(("*", "/", "//", "%"), ("@",), self.factor)

    def run(self, signs: tuple[str, ...], host_signs: tuple[str, ...], read: Callable[[], Node]) -> Node:
        start, first, refused = self.token.start, read(), False
        operators: list[Step] = []
        operands = [first]
        while self.at(*signs, *host_signs):
            if self.at(*host_signs):
                self.faults.append(hints.forbidden(self.token))
                refused = True
            operators.append(_step(self.take()))
            operands.append(read())
        if not operators:
            return first
        if refused:
            return Refused(start, self.end, tuple(operands))
        if isinstance(first, Arithmetic) and first.operators[0].name in signs:
            operators, operands = [*first.operators, *operators], [*first.operands, *operands[1:]]
        return Arithmetic(start, self.end, tuple(operators), tuple(operands))

    def factor(self) -> Node:
        if self.at("+", "~"):
            sign = self.take()
            self.refuse(sign.start, sign.end, f"{sign.text} cannot stand before a value", f"leave {sign.text} out")
            return Refused(sign.start, self.end, (self.nested(self.factor),))
        if not self.at("-"):
            return self.power()
        sign = self.take()
        operand = self.nested(self.factor)
        if isinstance(operand, Literal) and is_number(operand.value):
            return Literal(sign.start, self.end, -operand.value)
        return Negative(sign.start, self.end, _step(sign), operand)

    def power(self) -> Node:
        start, base = self.token.start, self.postfix()
        if not self.at("**"):
            return base
        self.faults.append(hints.forbidden(self.take()))
        return Refused(start, self.end, (base, self.nested(self.factor)))

    def postfix(self) -> Node:
        start, node = self.token.start, self.atom()
        while self.at(".", "[", "("):
            if self.at("."):
                node = self.field(start, node)
            elif self.at("["):
                node = self.subscript(start, node)
            else:
                node = self.call(start, node)
        return node

    def field(self, start: int, node: Node) -> Node:
        self.take()
        if self.token.kind == WORD:
            name = self.token.text
            message = f"{name} is a word of the language, so it cannot stand behind a point"
            help = f'write ["{name}"] instead of .{name}'
            raise _Stop(Fault("expression-syntax", message, self.token.start, self.token.end, help))
        if self.token.kind != NAME:
            raise self.misplaced()
        return self.read_from(start, node, _step(self.take()))

    def subscript(self, start: int, node: Node) -> Node:
        bracket = self.token
        self.opened.append(self.take())
        key = self.slice()
        self.expect("]")
        self.opened.pop()
        if isinstance(key, Literal) and isinstance(key.value, str):
            return self.read_from(start, node, Step(key.start, key.end, key.value))
        help = 'brackets hold the name of a field: event["name"]'
        self.refuse(bracket.start, self.end, "a value cannot be read by its position", help)
        return Refused(start, self.end, (node,) if not isinstance(node, Path) or node.steps else ())

    def slice(self) -> Node | None:
        """What stands in brackets; None for the host language's slices."""
        parts: list[Node] = []
        colons = 0
        while not self.at("]"):
            if self.at(":"):
                self.take()
                colons += 1
            elif len(parts) > colons:
                raise self.misplaced()
            else:
                parts.append(self.nested(self.conditional))
        if not parts and not colons:
            raise self.misplaced()
        return parts[0] if not colons else None

    def read_from(self, start: int, node: Node, step: Step) -> Node:
        if isinstance(node, Path):
            return Path(node.start, self.end, node.root, (*node.steps, step))
        return Field(start, self.end, node, step)

    def call(self, start: int, node: Node) -> Node:
        operands = self.operands()
        if isinstance(node, Path) and not node.steps:
            return Call(start, self.end, node.root, operands)
        return self.method(start, node, operands)

    def method(self, start: int, node: Node, operands: tuple[Node, ...]) -> Node:
        """What the host language calls on a value; a rule gives the value to a function."""
        match node:
            case Path():
                step, of = (
                    node.steps[-1],
                    self.text[node.start : node.steps[-2].end if node.steps[1:] else node.root.end],
                )
                inside: tuple[Node, ...] = (
                    (Path(node.start, node.steps[-2].end, node.root, node.steps[:-1]),) if node.steps[1:] else ()
                )
            case Field():
                step, of, inside = node.step, self.text[node.of.start : node.of.end], (node.of,)
            case _:
                self.refuse(node.start, node.end, "this is not a function")
                return Refused(start, self.end, (node, *operands))
        texts = ", ".join([of, *(self.text[operand.start : operand.end] for operand in operands)])
        help = f"write {_METHODS[step.name]}({texts})" if step.name in _METHODS else None
        self.refuse(step.start, step.end, f"{step.name} cannot be called on a value", help)
        return Refused(start, self.end, (*inside, *operands))

    def operands(self) -> tuple[Node, ...]:
        self.opened.append(self.take())
        operands: list[Node] = []
        while not self.at(")"):
            self.host_operand()
            start = self.token.start
            operands.append(self.nested(self.conditional))
            self.comprehension(start)
            if not self.at(")"):
                self.expect(",")
        self.take()
        self.opened.pop()
        return tuple(operands)

    def host_operand(self) -> None:
        if self.at("*", "**"):
            raise _Stop(hints.forbidden(self.token))
        following = self.tokens[self.index + 1] if self.token.kind == NAME else self.token
        if following.kind == SIGN and following.text == "=":
            message = "operands have no names here"
            self.refuse(self.token.start, following.end, message, "write the value alone")
            self.index += 2

    def comprehension(self, start: int) -> None:
        if self.at("for"):
            message = "a loop is not part of expressions"
            raise _Stop(Fault("forbidden-expression", message, start, self.tokens[-1].end))

    def atom(self) -> Node:
        token = self.token
        if token.kind in (NUMBER, TEXT):
            self.take()
            return Literal(token.start, token.end, token.value)
        if self.at("("):
            return self.bracketed()
        if self.at("["):
            return self.list()
        if token.kind != NAME or hints.is_miscased(token):
            raise self.misplaced()
        self.take()
        if token.text in CONSTANTS:
            return Literal(token.start, token.end, CONSTANTS[token.text])
        return Path(token.start, token.end, _step(token), ())

    def bracketed(self) -> Node:
        opening = self.take()
        self.opened.append(opening)
        inside = [] if self.at(")") else [self.nested(self.conditional)]
        self.comprehension(opening.start)
        tuple_ = not inside or self.at(",")
        while self.at(","):
            self.take()
            if not self.at(")"):
                inside.append(self.nested(self.conditional))
        self.expect(")")
        self.opened.pop()
        if not tuple_:
            return inside[0]
        help = f"write a list: [{self.text[opening.end : self.end - 1].strip()}]"
        self.refuse(opening.start, self.end, "several values stand in round brackets", help)
        return Refused(opening.start, self.end, tuple(inside))

    def list(self) -> Node:
        opening = self.take()
        self.opened.append(opening)
        items: list[Node] = []
        while not self.at("]"):
            items.append(self.nested(self.conditional))
            self.comprehension(opening.start)
            if not self.at("]"):
                self.expect(",")
        self.take()
        self.opened.pop()
        literals = tuple(item for item in items if isinstance(item, Literal))
        if len(literals) == len(items):
            return ListOf(opening.start, self.end, literals)
        for item in items:
            if not isinstance(item, Literal):
                self.refuse(item.start, item.end, "a list holds numbers and texts as they are, nothing to work out")
        return Refused(opening.start, self.end, tuple(items))


_METHODS = {name: name for name in ("lower", "upper", "startswith", "endswith", "contains", "size", "round", "abs")} | {
    "toLowerCase": "lower",
    "toUpperCase": "upper",
    "startsWith": "startswith",
    "endsWith": "endswith",
    "includes": "contains",
    "length": "size",
    "__len__": "size",
    "__contains__": "contains",
    "get": "default",
}


def _step(token: Token) -> Step:
    return Step(token.start, token.end, token.text)


def _parts(node: Node, word: str) -> tuple[Node, ...]:
    return node.operands if isinstance(node, Logic) and node.word == word else (node,)
