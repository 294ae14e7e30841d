"""`badges diff`: folders and git revisions, what it prints, and how it exits."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from .conftest import Run

HARDER = "name: Good\ntrigger: quiz\nwhen: event.score >= 90\n"
SENTENCE = "good: tighter: when event.score >= 80 → event.score >= 90\n"
WHO = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false")


def git(folder: Path, *words: str) -> str:
    """Git in a folder, whatever the machine's own settings are."""
    done = subprocess.run(["git", *WHO, "-C", str(folder), *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)


@pytest.fixture
def repository(folder: Path) -> Path:
    """The working folder under git: first `good` from 80, tagged v1, then from 90."""
    git(folder, "init", "--quiet", "--initial-branch", "main")
    commit(folder, "rules")
    git(folder, "tag", "v1")
    (folder / "rules/badges/good.yaml").write_text(HARDER)
    commit(folder, "harder")
    return folder


@pytest.fixture
def copy(folder: Path) -> Path:
    """A second rule set, in `copy`: the first one with a harder badge."""
    for file in (folder / "rules").rglob("*.yaml"):
        other = folder / "copy" / file.relative_to(folder / "rules")
        other.parent.mkdir(parents=True, exist_ok=True)
        other.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "copy/badges/good.yaml").write_text(HARDER)
    return folder / "copy"


def test_two_folders_that_differ_exit_with_1(badges: Run, copy: Path) -> None:
    result = badges("diff", "rules", "copy")
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.startswith(SENTENCE) and result.stdout.endswith("\n\n1 change: 1 tighter.\n")


def test_the_same_meaning_exits_with_0(badges: Run, copy: Path) -> None:
    (copy / "badges/good.yaml").write_text("# good\nwhen: event.score>=80.0\ntrigger: [quiz]\nname: Good\n")
    result = badges("diff", "rules", "copy")
    assert (result.exit_code, result.stdout) == (0, "No change in meaning.\n")
    assert badges("diff", "rules", "copy", "--format", "json").stdout == "[]\n"


def test_json_and_markdown_are_all_that_is_printed(badges: Run, copy: Path) -> None:
    (record,) = json.loads(badges("diff", "rules", "copy", "--format", "json").stdout)
    assert record["badge"] == "good" and record["direction"] == "tighter" and record["file"] == "badges/good.yaml"
    result = badges("diff", "rules", "copy", "--format", "markdown")
    assert result.exit_code == 1 and result.stdout.startswith("**1 change: 1 tighter.**\n")


@pytest.mark.parametrize("old", ["v1", "HEAD~1", "main^", "v1:rules", "HEAD~1:./rules"])
def test_a_revision_is_compared_with_another_and_with_the_working_folder(
    badges: Run, repository: Path, old: str
) -> None:
    for words in ((old, "main"), (old, "rules"), (old,)):
        result = badges("diff", *words)
        assert (result.exit_code, result.stdout.splitlines(keepends=True)[0]) == (1, SENTENCE)
    assert badges("diff", "main").exit_code == 0


def test_edits_that_are_not_committed_are_seen(badges: Run, repository: Path) -> None:
    (repository / "rules/badges/good.yaml").write_text(HARDER.replace("90", "95"))
    assert "event.score >= 90 → event.score >= 95" in badges("diff", "HEAD").stdout
    assert git(repository, "status", "--short") == "M rules/badges/good.yaml"


def test_the_folder_of_the_repository_is_the_one_it_is_compared_with(
    badges: Run, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(repository, "mv", "rules", "badge-rules")
    commit(repository, "moved")
    monkeypatch.chdir(repository.parent)
    assert badges("diff", "main", repository / "badge-rules").exit_code == 0
    assert badges("diff", "v1", repository / "badge-rules").stdout.startswith(SENTENCE)


def test_from_below_the_top_of_the_repository_rules_are_found_too(
    badges: Run, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "docs").mkdir()
    monkeypatch.chdir(repository / "docs")
    assert badges("diff", "v1", "main").stdout.startswith(SENTENCE)


def test_hidden_files_and_what_is_no_rule_file_are_left_out(badges: Run, repository: Path) -> None:
    for name in ("rules/.drafts/badges/bad.yaml", "rules/badges/.bad.yaml", "rules/README.md"):
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).write_text("nonsense: [")
    commit(repository, "more")
    assert badges("diff", "HEAD~1", "HEAD").exit_code == 0


def test_a_name_with_other_letters_and_an_empty_file_are_read(badges: Run, repository: Path) -> None:
    (repository / "rules/badges/große gruppe").mkdir()
    git(repository, "mv", "rules/badges/good.yaml", "rules/badges/große gruppe/good.yaml")
    (repository / "rules/settings.yaml").write_text("")
    commit(repository, "moved")
    assert badges("diff", "HEAD~1", "HEAD").exit_code == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nowhere", "main"), "nowhere is neither a folder nor a git revision"),
        (("main:elsewhere", "main"), "main has no folder elsewhere: name it, such as main:rules"),
        (("--", "--output=x", "main"), "--output=x is neither a folder nor a git revision"),
        (("main:rules/badges/good.yaml", "main"), "main has no folder rules/badges/good.yaml"),
        (("main:rules/scenarios/empty", "main"), "main has no folder"),
    ],
)
def test_what_is_neither_a_folder_nor_a_revision_exits_with_2(
    badges: Run, repository: Path, words: tuple[str, ...], sentence: str
) -> None:
    result = badges("diff", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"badges: {sentence}")


def test_without_a_repository_it_exits_with_2(badges: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(folder.parent))
    result = badges("diff", "main")
    assert (
        result.exit_code == 2 and "main is neither a folder nor a git revision (not a git repository" in result.stderr
    )


def test_without_git_it_exits_with_2(badges: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(folder))
    result = badges("diff", "main")
    assert (result.exit_code, result.stderr) == (
        2,
        "badges: git is not installed, and without it there are no revisions to read\n",
    )


def test_a_symbolic_link_in_a_revision_is_not_followed(badges: Run, repository: Path) -> None:
    (repository / "rules/badges/link.yaml").symlink_to("first.yaml")
    commit(repository, "link")
    result = badges("diff", "HEAD", "v1")
    assert result.exit_code == 2 and "badges/link.yaml is a symbolic link" in result.stderr


def test_a_rule_set_with_errors_is_not_compared_and_exits_with_2(badges: Run, copy: Path) -> None:
    (copy / "badges/good.yaml").write_text(HARDER.replace("score", "scroe"))
    result = badges("diff", "rules", "copy")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "badges/good.yaml:3:13: unknown-field: " in result.stderr
    assert result.stderr.endswith("badges: copy has errors: rule sets with errors cannot be compared.\n")
