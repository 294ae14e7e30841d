"""Documents as careless hands would write them: any indentation, blanks, empty lines and comments."""

from __future__ import annotations

import json
from random import Random
from typing import Any

COMMENTS = ["# why", "#no blank", "# a: b", "# - [x", "# 'quote", "#", "# ünïcode 🎯", "#\ttab"]
PLAIN = ["event.score >= 80", "a b", "x", "2026-03-01", "12:30", "1_000", "C#", "a:b", "it's", "-x", "yes", "é"]
QUOTED = ["", " lead", "trail ", "two\nlines", "a\n\nb\n", "  deep\nless", "# none", "- x", "k: v", "\ttab", "\\"]


def random_value(rng: Random, depth: int = 0) -> Any:
    """A random value; at the top a mapping that holds something."""
    kinds = ["mapping"] if depth == 0 else ["mapping", "list", "text", "text", "number", "flag", "nothing"]
    kind = rng.choice(kinds if depth < 4 else kinds[2:])
    if kind == "mapping":
        names = range(rng.randint(depth == 0, 4))
        return {f"{rng.choice('abcdxyz')}{n}": random_value(rng, depth + 1) for n in names}
    if kind == "list":
        return [random_value(rng, depth + 1) for _ in range(rng.randint(0, 4))]
    return {"text": rng.choice(PLAIN + QUOTED), "number": rng.choice([0, -3, 2.5]), "flag": True}.get(kind)


class Hand:
    """Writes values. ``style`` decides what layout keeps: brackets, quotes, breaks; ``taste`` decides the rest."""

    def __init__(self, style: Random, taste: Random, comments: bool = True) -> None:
        self.style = style
        self.taste = taste
        self.comments = comments

    def document(self, mapping: dict[str, Any]) -> str:
        """A whole file."""
        text = self.block(mapping, 0) + (self.taste.choice(["", "\n", "\n  \n"]) if self.comments else "\n")
        return text.replace("\n", "\r\n") if self.taste.random() < 0.1 else text

    def block(self, held: Any, indent: int) -> str:
        """A mapping or list, an entry a line."""
        lines = []
        for entry in held.items() if isinstance(held, dict) else held:
            key, inner = entry if isinstance(held, dict) else (None, entry)
            start = "-" if key is None else self.key(key) + self.taste.choice(["", "", " "]) + ":"
            lines.append(self.lines_before(indent) + " " * indent + start + self.inside(inner, indent, key is None))
        return "\n".join(lines)

    def inside(self, held: Any, indent: int, in_list: bool) -> str:
        """What follows ``-`` or ``key:`` of a block in the column ``indent``."""
        if not (isinstance(held, dict | list) and held and self.style.random() < 0.7):
            return self.leaf(held, indent, in_list)
        if in_list and self.style.random() < 0.6:
            blanks = self.taste.choice([1, 1, 3])
            comments, self.comments = self.comments, False
            block = self.block(held, indent + 1 + blanks).lstrip(" ")
            self.comments = comments
            return " " * blanks + block
        beside_key = isinstance(held, list) and not in_list and self.taste.random() < 0.3
        return self.beside() + "\n" + self.block(held, indent + (0 if beside_key else self.taste.choice([1, 2, 2, 4])))

    def leaf(self, held: Any, indent: int, in_list: bool) -> str:
        """A value without a block: behind what it belongs to, or on a line of its own."""
        if isinstance(held, str) and held.strip() and "\t" not in held and self.style.random() < 0.3:
            return " " + self.literal(held, indent)
        if self.style.random() < 0.1:
            blanks = self.beside() + "\n" + self.indent(indent + 1)
        else:
            blanks = self.taste.choice([" ", " ", "   "] if in_list else [" ", " ", "   ", " \t"])
        return blanks + self.flow(held, indent + 1) + self.beside()

    def literal(self, text: str, indent: int) -> str:
        """A block scalar, with an indentation indicator where its first line needs one."""
        value = text.rstrip("\n")
        breaks = len(text) - len(value)
        digit = self.style.choice([1, 2, 4]) if value[:1] in (" ", "\n") else ""
        header = "|" + str(digit) + ("-" if breaks == 0 else "+" if breaks > 1 else "")
        width = indent + (digit or self.taste.choice([1, 2, 3, 5]))
        body = [" " * width + line if line else "" for line in value.split("\n")] + [""] * (breaks - 1)
        return header + (self.beside() if self.comments else "") + "\n" + "\n".join(body)

    def flow(self, held: Any, indent: int) -> str:
        """A value in brackets, in quotes, or plain."""
        if isinstance(held, dict):
            parts = [self.key(key) + ": " + self.some() + self.flow(inner, indent) for key, inner in held.items()]
            return "{" + self.parts(parts, indent) + "}"
        if isinstance(held, list):
            return "[" + self.parts([self.flow(inner, indent) for inner in held], indent) + "]"
        return self.text(held, indent) if isinstance(held, str) else json.dumps(held)

    def parts(self, parts: list[str], indent: int) -> str:
        """What stands between brackets, on one line or on several."""
        over_lines = bool(parts) and self.style.random() < 0.2
        written = []
        for number, part in enumerate(parts, start=1):
            start = self.beside() + "\n" + self.indent(indent) if over_lines else self.some()
            written.append(start + part + self.some() + ("," if number < len(parts) else ""))
        return "".join(written) + (self.beside() + "\n" + self.indent(indent) if over_lines else self.some())

    def text(self, text: str, indent: int) -> str:
        """A text: plain where it can be, in quotes, over two lines."""
        over_lines = self.style.random() < 0.2
        if text in PLAIN and self.style.random() < 0.6:
            return text.replace(" ", self.some() + "\n" + self.indent(indent)) if over_lines else text
        if "\n" not in text and self.style.random() < 0.5:
            return "'" + text.replace("'", "''") + "'"
        quoted = json.dumps(text, ensure_ascii=False)
        return '"\\\n' + self.indent(indent) + quoted[1:] if over_lines and quoted[1] != " " else quoted

    def key(self, key: str) -> str:
        """A key, in quotes or not."""
        return self.style.choice([key, key, json.dumps(key), f"'{key}'"])

    def some(self) -> str:
        """Any number of blanks."""
        return " " * self.taste.choice([0, 0, 1, 2, 5])

    def indent(self, least: int) -> str:
        """An indentation that is deep enough."""
        return " " * (least + self.taste.choice([0, 1, 3]))

    def beside(self) -> str:
        """The end of a line: nothing, blanks, or a comment."""
        if self.comments and self.taste.random() < 0.15:
            return " " * self.taste.randint(1, 12) + self.taste.choice(COMMENTS) + self.some()
        return self.some()

    def lines_before(self, indent: int) -> str:
        """Empty lines and comments before a line."""
        lines = []
        while self.comments and self.taste.random() < 0.2:
            comment = " " * max(0, indent + self.taste.choice([0, 0, 0, 1, 2, -2])) + self.taste.choice(COMMENTS)
            lines.append(self.taste.choice([comment, comment, "", "  "]) + "\n")
        return "".join(lines)
