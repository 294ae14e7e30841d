"""Writes the generated parts of the documents: ``python -m docs.generate``.

Between ``<!-- generated: keys badge -->`` and ``<!-- end -->`` stands a table, after each command of a ``console``
block its answer, and in ``docs/schemas`` the JSON Schemas of rule files. A test fails when any of it is not current.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from engine.schema import schemas

from . import tables
from .pages import PAGES, ROOT

_GENERATED = re.compile(r"(<!-- generated: (\w+)(?: (\w+))? -->\n).*?(<!-- end -->)", re.DOTALL)


def texts() -> Iterator[tuple[str, str]]:
    """Every file with something generated in it, as it should be: path and text."""
    for kind, schema in schemas().items():
        yield f"docs/schemas/{kind}.schema.json", json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    for page in PAGES:
        yield page, with_tables((ROOT / page).read_text(encoding="utf-8"))


def with_tables(text: str) -> str:
    """A page with its tables as they should be."""
    return _GENERATED.sub(lambda m: m[1] + getattr(tables, m[2])(*filter(None, [m[3]])) + "\n" + m[4], text)


def main() -> None:
    """Write what is not current."""
    for path, text in texts():
        file = ROOT / path
        file.parent.mkdir(exist_ok=True)
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
