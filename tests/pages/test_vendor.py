"""What is taken from others as it is: pinned, with its licences, and loaded where it is needed only."""

from __future__ import annotations

import json
from pathlib import Path

from api.pages.assets import FOLDER as STATIC

EDITOR = Path(__file__).parents[2] / "vendor" / "editor"
LIMIT = 150 * 1024
"""Bytes of a page with all that it loads, but for the editor."""


def test_every_package_in_the_editor_is_pinned_by_a_hash_and_its_licence_is_there() -> None:
    lock = json.loads((EDITOR / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    licences = (STATIC / "vendor" / "codemirror.LICENSE.txt").read_text(encoding="utf-8")
    bundled = {path.removeprefix("node_modules/"): each for path, each in lock.items() if path and not each.get("dev")}
    assert len(bundled) > 10
    for name, each in bundled.items():
        assert each["integrity"].startswith("sha512-") and each["license"] == "MIT", name
        assert f"{name} {each['version']}\n\n" in licences


def test_the_versions_that_are_wanted_are_exact() -> None:
    wanted = json.loads((EDITOR / "package.json").read_text(encoding="utf-8"))
    for name, version in {**wanted["dependencies"], **wanted["devDependencies"]}.items():
        assert version[0].isdigit(), name


def test_the_studio_without_its_editor_is_small_and_no_other_page_loads_it() -> None:
    frame = [STATIC / name for name in ("api.js", "base.css", "icon.svg", "look.css", "page.js", "theme.js")]
    assert sum(path.stat().st_size for path in (*frame, *(STATIC / "studio").iterdir())) < LIMIT
    others = [path for path in STATIC.glob("*.js") if "vendor/" in path.read_text(encoding="utf-8")]
    assert others == []
