"""`badges check`: what it prints, and how it exits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Run

MISSPELT = "name: Good\ntrigger: quiz\nwhen: event.scroe >= 80\n"
UNTESTED = "name: Other\ntrigger: quiz\nthreshold: 7\n"


def test_a_rule_set_without_a_problem_exits_with_0(badges: Run) -> None:
    result = badges("check")
    assert (result.exit_code, result.stdout) == (0, "No problem in 5 files.\n")


def test_an_error_exits_with_1_and_is_told_with_its_place(badges: Run, folder: Path) -> None:
    (folder / "rules/badges/good.yaml").write_text(MISSPELT)
    result = badges("check", "rules")
    assert result.exit_code == 1
    assert result.stdout.startswith("badges/good.yaml:3:13: unknown-field: ")
    assert "    3 | when: event.scroe >= 80\n      |             ^^^^^\n" in result.stdout
    assert result.stdout.endswith("1 error in 5 files.\n")


def test_a_warning_exits_with_1_only_if_strict(badges: Run, folder: Path) -> None:
    (folder / "rules/badges/other.yaml").write_text(UNTESTED)
    assert "untested-badge" in badges("check").stdout
    assert (badges("check").exit_code, badges("check", "--strict").exit_code) == (0, 1)


def test_json_is_all_that_is_printed(badges: Run, folder: Path) -> None:
    assert json.loads(badges("check", "--format", "json").stdout) == []
    (folder / "rules/badges/good.yaml").write_text(MISSPELT)
    (problem,) = json.loads(badges("check", "--format", "json").stdout)
    assert (problem["code"], problem["file"], problem["line"]) == ("unknown-field", "badges/good.yaml", 3)


def test_annotations_name_the_file_as_the_working_folder_sees_it(badges: Run, folder: Path) -> None:
    (folder / "rules/badges/good.yaml").write_text(MISSPELT)
    assert badges("check", "--format", "github").stdout.startswith("::error file=rules/badges/good.yaml,line=3,")
    assert badges("check", folder / "rules", "--format", "github").stdout.startswith("::error file=rules/badges/")
    assert '"uri": "rules/badges/good.yaml"' in badges("check", "--format", "sarif").stdout


def test_a_rule_set_outside_of_the_working_folder_is_told_by_its_own_paths(
    badges: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "rules/badges/good.yaml").write_text(MISSPELT)
    (folder / "elsewhere").mkdir()
    monkeypatch.chdir(folder / "elsewhere")
    assert badges("check", "../rules", "--format", "github").stdout.startswith("::error file=badges/good.yaml,")


def test_no_problem_prints_no_annotation(badges: Run) -> None:
    assert badges("check", "--format", "github").stdout == ""


def test_what_is_no_folder_or_has_no_rules_exits_with_2_and_a_sentence(badges: Run, folder: Path) -> None:
    (folder / "empty").mkdir()
    for name in ("nowhere", "empty", "rules/badges/good.yaml"):
        result = badges("check", name)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith(f"badges: {name} ") and "Traceback" not in result.stderr


def test_an_unknown_format_exits_with_2(badges: Run) -> None:
    assert badges("check", "--format", "xml").exit_code == 2


def test_a_file_that_is_not_utf_8_is_a_problem_with_its_place(badges: Run, folder: Path) -> None:
    (folder / "rules/badges/good.yaml").write_bytes(b"name: Good\n# caf\xe9\ntrigger: quiz\n")
    result = badges("check")
    assert result.exit_code == 1 and "badges/good.yaml:2:6: yaml-syntax: " in result.stdout


def test_hidden_files_and_other_files_are_not_read(badges: Run, folder: Path) -> None:
    (folder / "rules/badges/.draft.yaml").write_text("nonsense")
    (folder / "rules/.git").mkdir()
    (folder / "rules/.git/x.yaml").write_text("nonsense")
    (folder / "rules/README.md").write_text("# Rules")
    assert badges("check").stdout == "No problem in 5 files.\n"


def test_links_that_go_in_a_circle_are_followed_once(badges: Run, folder: Path) -> None:
    (folder / "rules/badges/again").symlink_to(folder / "rules", target_is_directory=True)
    assert badges("check").stdout == "No problem in 5 files.\n"


def test_there_is_no_colour_without_a_terminal(badges: Run, folder: Path) -> None:
    (folder / "rules/badges/good.yaml").write_text(MISSPELT)
    assert "\x1b" not in badges("check").stdout
