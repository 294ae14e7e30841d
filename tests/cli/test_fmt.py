"""`badges fmt`: what it writes, what it names, how it exits."""

from __future__ import annotations

from pathlib import Path

from .conftest import Run

CROOKED = "# why\nname :  Good   # yes\ntrigger: [ quiz ]\nwhen:   event.score >= 80\n\n\n"
STRAIGHT = "# why\nname: Good     # yes\ntrigger: [quiz]\nwhen: event.score >= 80\n"


def test_files_are_laid_out_and_named_once(badges: Run, folder: Path) -> None:
    file = folder / "rules/badges/good.yaml"
    file.write_text(CROOKED, encoding="utf-8")
    result = badges("fmt")
    assert (result.exit_code, result.stdout) == (0, "rules/badges/good.yaml\n")
    assert result.stderr == "1 file laid out, of 5.\n"
    assert file.read_text(encoding="utf-8") == STRAIGHT
    assert badges("fmt").stdout == ""


def test_check_writes_nothing_and_exits_with_1_if_there_is_something_to_do(badges: Run, folder: Path) -> None:
    file = folder / "rules/badges/good.yaml"
    assert badges("fmt", "--check").exit_code == 0
    file.write_text(CROOKED, encoding="utf-8")
    result = badges("fmt", "--check")
    assert (result.exit_code, result.stdout) == (1, "rules/badges/good.yaml\n")
    assert result.stderr == "1 file to lay out, of 5.\n"
    assert file.read_text(encoding="utf-8") == CROOKED


def test_a_file_that_is_no_yaml_is_told_and_left_and_the_others_are_laid_out(badges: Run, folder: Path) -> None:
    broken, file = folder / "rules/badges/bad.yaml", folder / "rules/badges/good.yaml"
    broken.write_text("name:  x\n\tby: y\n", encoding="utf-8")
    file.write_text(CROOKED, encoding="utf-8")
    result = badges("fmt")
    assert (result.exit_code, result.stdout) == (1, "rules/badges/good.yaml\n")
    assert "badges/bad.yaml:2:1: yaml-syntax: " in result.stderr
    assert broken.read_text(encoding="utf-8") == "name:  x\n\tby: y\n"


def test_what_is_not_utf_8_is_left(badges: Run, folder: Path) -> None:
    file = folder / "rules/badges/good.yaml"
    file.write_bytes(b"name:  \xff\n")
    result = badges("fmt")
    assert result.exit_code == 1 and "not UTF-8" in result.stderr
    assert file.read_bytes() == b"name:  \xff\n"


def test_lines_end_alike(badges: Run, folder: Path) -> None:
    file = folder / "rules/badges/good.yaml"
    file.write_bytes(CROOKED.replace("\n", "\r\n").encode())
    assert badges("fmt").exit_code == 0
    assert file.read_bytes() == STRAIGHT.encode()


def test_one_file_may_be_named(badges: Run, folder: Path) -> None:
    for name in ("good", "first"):
        (folder / f"rules/badges/{name}.yaml").write_text(CROOKED, encoding="utf-8")
    assert badges("fmt", "rules/badges/good.yaml").stdout == "rules/badges/good.yaml\n"
    assert (folder / "rules/badges/first.yaml").read_text(encoding="utf-8") == CROOKED


def test_a_folder_without_rule_files_cannot_be_laid_out(badges: Run, folder: Path) -> None:
    (folder / "empty").mkdir()
    assert badges("fmt", "empty").exit_code == badges("fmt", "nowhere").exit_code == 2
