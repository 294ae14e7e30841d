"""What is read line by line is what libyaml's events make of it, with the same places."""

import re
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine.documents import LIST, MAPPING, Node, events, lines, parse

ROOT = Path(__file__).parents[3]
FILES = sorted(
    file for folder in ("rules", "examples", "tests/bad_rules/base") for file in (ROOT / folder).rglob("*.yaml")
)
USUAL = r"""
KEY: 1 | KEY: x y | KEY: | KEY: | - 1 | - KEY: 1 | - KEY: | KEY: "v" | KEY: 'v' | KEY: {a: 1, b: [x, "y"]} | # c
KEY: [1, -2, "a b", c d] | - {id: a, n: 1} | KEY: v # c | KEY: 2026-01-01T10:00:00+01:00 | KEY: a:b | KEY: -3
KEY: (x) | KEY: null | KEY: true | KEY.l: 1 | KEY-n: 2 | KEY: a  b | KEY: [ ] | KEY: {} | KEY: [a,b] | KEY:   # c
KEY: {a: {b: [c]}} | - [a, b] | - "q" # c | KEY:    v | KEY: 1e5 | KEY: [yes, no, 1.50] | KEY: it's | KEY: "it's"
KEY: a, b | KEY: "\U0001f3af é" | KEY: [é, x] | KEY: a] | KEY: a?b | KEY: a\b
"""
ODD = r"""
KEY: v#c | KEY: ~ | - | KEY: .5 | KEY: 0x1F | KEY: 12345678901234567890 | KEY: 'it''s' | KEY: [a]] | KEY: [a | a b
KEY: {a: 1,} | KEY: {a:1} | KEY: [a: b] | KEY: {a} | KEY: [a?b] | <<: x | ? a | : b | "q": 1 | KEY: > | KEY: "a\nb"
KEY: &x a | KEY: *x | KEY: !x a | ... | --- | %x | KEY: a: b | KEY: a :b | a: 1 | a: 2
"""


def _pieces(written: str) -> list[str]:
    return [piece.strip() for line in written.strip().split("\n") for piece in line.split(" | ")]


def _text(rng: Random) -> str:
    """A few lines, most of them where they can stand."""
    written, column = [], 0
    for number in range(rng.randrange(1, 9)):
        piece = rng.choice(_pieces(ODD if rng.random() < 0.07 else USUAL)).replace("KEY", f"key_{number}")
        column = rng.choice([0, column + 2, rng.randrange(6)]) if rng.random() < 0.15 else column
        written.append(" " * column + piece)
        column += 2 if piece.endswith(":") else 0
    return "\n".join(written) + rng.choice(["\n"] * 8 + ["", "\n\n", " \n", "\n# end\n"])


def _told(node: Node) -> Any:
    """All that is known of a node."""
    inside: Any = node.value
    if node.kind == MAPPING:
        inside = [(key, _told(node.keys[key]), _told(child)) for key, child in node.value.items()]
    elif node.kind == LIST:
        inside = [_told(child) for child in node.value]
    style = node.style or None
    return (
        node.kind,
        type(node.value),
        inside,
        style,
        node.flawed,
        node.span,
        node.bounds,
        node.end,
        node.raw,
        node.after,
    )


def _is_read_alike(text: str) -> bool:
    """Whether a text is read line by line: then it is what comes of its events."""
    root = lines.read(text)
    if root is None:
        return False
    other, problems = events.read("x.yaml", text)
    assert other is not None and not problems, text
    assert _told(root) == _told(other), text
    return True


@pytest.mark.parametrize("seed", range(8))
def test_lines_are_read_as_their_events_are(seed: int) -> None:
    rng = Random(seed)
    read = [_is_read_alike(_text(rng)) for _ in range(150)]
    assert sum(read) > 15


def test_the_files_of_this_project_are_read_line_by_line() -> None:
    usual = [file for file in FILES if _is_read_alike(file.read_text("utf-8"))]
    assert len(usual) > 0.8 * len(FILES)


@pytest.mark.parametrize(
    "piece", ["./a #b: c", "a: b: c", "a: 'b", "a: [b", "a: b\n  c", "a: b\n c: d", "- a", "a: &b c", "a:\n- b"]
)
def test_what_may_mean_anything_else_is_left_to_the_events(piece: str) -> None:
    assert lines.read(piece + "\n") is None


def test_a_fault_is_told_at_the_line_and_column_of_what_was_read_by_lines() -> None:
    root, _ = parse("x.yaml", "name: A\n# why\ntiers:\n  - {id: gold, threshold: 3}\n")
    assert root is not None and lines.read("name: A\n") is not None
    tier = root.value["tiers"].value[0]
    assert (tier.span.line, tier.span.column, tier.span.end_column) == (4, 5, 29)
    assert (tier.keys["threshold"].span.line, tier.keys["threshold"].span.column) == (4, 16)


def test_no_group_is_matched_possessively() -> None:
    """With such groups Python 3.11.2 does not always come to an end."""
    assert not [each for each in (lines._LINE, lines._PART) if re.search(r"\)[?*+]\+", each.pattern)]
