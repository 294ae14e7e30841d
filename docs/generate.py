"""Writes the generated parts of the documents: ``python -m docs.generate``.

Between ``<!-- generated: keys badge -->`` and ``<!-- end -->`` stands a table, after each command of a ``console``
block its answer, and in ``docs/schemas`` the JSON Schemas of rule files. A test fails when any of it is not current.
"""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path

from engine.schema import schemas

from . import tables
from .pages import PAGES, ROOT
from .sessions import replayed, without_versions

_GENERATED = re.compile(r"(<!-- generated: (\w+)(?: (\w+))? -->\n).*?(<!-- end -->)", re.DOTALL)


SCHEMAS = {f"docs/schemas/{kind}.schema.json": schema for kind, schema in schemas().items()}
PATHS = (*SCHEMAS, *PAGES)
"""Every file with something generated in it."""


def text_of(path: str) -> str:
    """A file of PATHS as it should be."""
    if path in SCHEMAS:
        return json.dumps(SCHEMAS[path], indent=2, ensure_ascii=False) + "\n"
    with tempfile.TemporaryDirectory() as folder:
        return replayed(with_tables((ROOT / path).read_text(encoding="utf-8")), Path(folder))


def with_tables(text: str) -> str:
    """A page with its tables as they should be."""
    return _GENERATED.sub(lambda m: m[1] + getattr(tables, m[2])(*filter(None, [m[3]])) + "\n" + m[4], text)


def same(old: str, new: str) -> bool:
    """Whether two texts differ at most in the hashes of rule sets, which change with every rule."""
    return without_versions(old) == without_versions(new)


def main() -> None:
    """Write what is not current."""
    for path in PATHS:
        file, text = ROOT / path, text_of(path)
        file.parent.mkdir(exist_ok=True)
        if not file.exists() or not same(file.read_text(encoding="utf-8"), text):
            file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
