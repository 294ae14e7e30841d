"""What the host language's parser makes of an expression is what ours makes of it, place by place."""

import warnings
from random import Random
from typing import Any

import pytest
from msgspec.structs import fields

from engine.expressions.host import tree_of
from engine.expressions.nodes import Step
from engine.expressions.parser import parse

VALUES = r"""event.score | event . total | event.place.city | user.plan | time.hour | type | catalog.levels | true
null | 2.50 | .5 | 1. | 0 | 1 | 9007199254740993 | "a" | 'b' | "it's" | [1, 2] | ["a", 'b',] | [] | [-1]
has(event.bonus) | -5 | default(event.bonus, 0) | round(event.score, 1) | size("x") | timestamp("2026-03-01").year
(event.score) | -event.score | (1 + 2) | not event.passed | now() | min(1, 2,) | x | (event.a).b"""
SIGNS = "+ | - | * | / | // | % | == | != | < | <= | > | >= | in | and | or | not in | if true else"
ODD = r"""( | ) | [ | ] | , | . | ** | is | not | lambda | # | \ | 1_0 | 0x1F | 1if | f"a" | "a"'b' | true.x | And
e["a"] | x[0] | f(a=1) | *a | `a b` | === | && | 07 | 1e5 | .2in | a.b.c() | None | True | {} | : | := | @ | ~
"\"" | 5.real | x.if"""


def _pieces(written: str) -> list[str]:
    return written.replace("\n", " | ").split(" | ")


def _written(rng: Random) -> str:
    """An expression of a few values; now and then with something that no expression has."""
    values, signs = _pieces(VALUES), _pieces(SIGNS)
    parts = [rng.choice(values)]
    for _ in range(rng.randrange(5)):
        parts += [rng.choice(signs), rng.choice(values)]
    if rng.random() < 0.3:
        parts.insert(rng.randrange(len(parts) + 1), rng.choice(_pieces(ODD)))
    return rng.choice(["", " "]).join(parts) if rng.random() < 0.2 else " ".join(parts)


def _told(node: Any) -> Any:
    """All that a node holds; of operators, which are not placed, the names."""
    if isinstance(node, tuple):
        return [_told(part) for part in node]
    if not hasattr(node, "start"):
        return node.__class__, node
    hidden = ("start", "end") if isinstance(node, Step) and not node.name.isidentifier() or _is_word(node) else ()
    return node.__class__, [_told(getattr(node, each.name)) for each in fields(node) if each.name not in hidden]


def _is_word(node: Any) -> bool:
    return isinstance(node, Step) and node.name in ("in", "not in")


@pytest.mark.parametrize("seed", range(4))
def test_both_read_the_same(seed: int) -> None:
    rng, read = Random(seed), 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for text in (_written(rng) for _ in range(500)):
            quick = tree_of(text)
            if quick is not None:
                tree, faults = parse(text)
                assert not faults and _told(quick) == _told(tree), text
                read += 1
    assert read > 150


@pytest.mark.parametrize(
    "text", ["", " a", "1 <= a < 2", "a # b", 'a == "\\n"', "a\n", "größe", "a if b", "((((((a))))))"]
)
def test_what_is_not_plain_is_left_to_our_parser(text: str) -> None:
    assert tree_of(text) is None
