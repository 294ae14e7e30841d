"""Values as YAML writes them within a line, with as few quotes as it can."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .nodes import TEXT
from .reader import parse


def flow(value: Any) -> str:
    """A value of JSON: ``{score: 9, tags: [a, "1"]}``."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value) if isinstance(value, str) else json.dumps(value)


def scalar(text: str) -> str:
    """A text: in quotes only if it would be anything else without them."""
    quoted = json.dumps(text, ensure_ascii=not text.isprintable())
    return text if _is_plain(text) else quoted


def _is_plain(text: str) -> bool:
    """Whether a text means itself, alone and between brackets."""
    if not text[:1].isalnum() or not text.isprintable():
        return False
    inside, alone = parse("", f"[{text}, x]")[0], parse("", text)[0]
    both = [alone, inside.value[0]] if inside is not None and len(inside.value) == 2 and alone is not None else []
    return bool(both) and all(node.kind == TEXT and node.value == text for node in both)
