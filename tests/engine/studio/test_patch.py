"""The patch of a change is one that git takes, and makes of the old files the new ones."""

from __future__ import annotations

import subprocess
from pathlib import Path

from engine.studio.patch import patch

OLD = {
    "badges/same.yaml": "name: Same\n",
    "badges/changed.yaml": "name: One\ntrigger: a\nthreshold: 1\n",
    "badges/gone.yaml": "name: Gone\n",
    "badges/moved.yaml": "name: Moved\nicon: 🎯\n",
    "badges/bare.yaml": "name: No end of line",
    "badges/odd\u2028line.yaml": "a: 1\n",
}
NEW = {
    "badges/same.yaml": "name: Same\n",
    "badges/changed.yaml": "name: Two\ntrigger: a\nthreshold: 2",
    "badges/other/moved.yaml": "name: Moved\nicon: 🎯\n",
    "badges/bare.yaml": "name: No end of line\nicon: \u2028\n",
    "badges/new é.yaml": "name: New\n",
    "badges/empty.yaml": "",
    "badges/odd\u2028line.yaml": "a: 2\n",
}


def written(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="")


def read(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*.yaml"))
    return {path.relative_to(folder).as_posix(): path.read_bytes().decode() for path in files}


def test_git_makes_the_new_files_of_the_old_ones(tmp_path: Path) -> None:
    written(tmp_path / "our" / "rules", OLD)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    told = patch(OLD, NEW, "our/rules/")
    subprocess.run(["git", "apply", "-"], input=told.encode(), cwd=tmp_path, check=True)
    assert read(tmp_path / "our" / "rules") == NEW


def test_a_file_that_only_moved_is_renamed() -> None:
    told = patch({"badges/a.yaml": "x: 1\n"}, {"badges/b.yaml": "x: 1\n"}, "")
    assert "rename from badges/a.yaml\nrename to badges/b.yaml\n" in told
    assert "x: 1" not in told


def test_the_same_files_make_no_patch() -> None:
    assert patch(OLD, OLD) == ""
