"""The workflow to copy, and the hooks: every command in them is there, and does what its step says."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from cli import main
from docs.pages import ROOT

WORKFLOW = ROOT / "docs/workflows/badges.yml"
HOOKS = ROOT / ".pre-commit-hooks.yaml"
Workflow = dict[str, Any]


def workflow() -> Workflow:
    """The workflow; YAML 1.1 reads the key `on` as a truth value."""
    loaded: Workflow = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    return loaded


def steps() -> list[Workflow]:
    return list(workflow()["jobs"]["rules"]["steps"])


def commands(script: str) -> Iterator[list[str]]:
    """The words of each `badges` command of a script, up to what the shell itself reads."""
    for line in script.splitlines():
        words = shlex.split(line)
        if words and words[0] == "badges":
            end = next((at for at, word in enumerate(words) if word in (">", ">>", "||", "&&", "|")), len(words))
            yield words[1:end]


def is_understood(words: list[str]) -> bool:
    """Whether the command line knows a command with all its options."""
    name, *rest = words
    context = click.Context(main, info_name="badges")
    command = main.get_command(context, name)
    assert command is not None, name
    try:
        command.make_context(name, rest, parent=context)
    except click.UsageError as error:
        raise AssertionError(f"{words}: {error.format_message()}") from error
    return True


def test_the_workflow_is_one_that_is_complete() -> None:
    found = workflow()
    assert found.get(True) and found["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert all(("run" in step) != ("uses" in step) for step in steps())
    assert all("@v" in step["uses"] for step in steps() if "uses" in step)


def test_no_script_is_put_together_from_what_a_stranger_wrote() -> None:
    assert [step["run"] for step in steps() if "${{" in step.get("run", "")] == []


def test_every_command_of_the_workflow_is_there() -> None:
    found = [words for step in steps() for words in commands(step.get("run", ""))]
    assert [words[0] for words in found] == ["fmt", "check", "test", "diff"]
    assert all(map(is_understood, found))


def test_every_hook_is_a_command_that_is_there() -> None:
    hooks = yaml.safe_load(HOOKS.read_text(encoding="utf-8"))
    assert [hook["id"] for hook in hooks] == ["badges-fmt", "badges-check", "badges-test"]
    for hook in hooks:
        assert {"id", "name", "description", "entry", "language", "files"} <= hook.keys()
        assert all(map(is_understood, commands(hook["entry"])))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A clone at a pull request that makes a badge harder to earn, and a shell that finds `badges`."""
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    shim = tmp_path / "bin" / "badges"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -c "from cli import main; main()" "$@"\n')
    shim.chmod(0o755)
    git(tmp_path, "init", "-q")
    commit(tmp_path)
    badge = tmp_path / "rules/badges/learning/quiz_master.yaml"
    badge.write_text(badge.read_text(encoding="utf-8").replace("threshold: 10", "threshold: 12"), encoding="utf-8")
    commit(tmp_path)
    return tmp_path


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, timeout=60)


def commit(folder: Path) -> None:
    git(folder, "add", "rules")
    git(folder, "commit", "-q", "-m", "rules")


def run(repository: Path, name: str) -> subprocess.CompletedProcess[str]:
    """Run a step as the workflow's machine does."""
    (script,) = [step["run"] for step in steps() if step.get("name") == name]
    env = {
        **os.environ,
        **workflow()["env"],
        "PATH": f"{repository / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "GITHUB_STEP_SUMMARY": str(repository / "summary.md"),
    }
    words = ["bash", "-e", "-c", script]
    return subprocess.run(words, cwd=repository, env=env, capture_output=True, text=True, timeout=120, check=False)


def test_the_steps_of_a_change_that_is_well_tested_say_what_it_means(repository: Path) -> None:
    assert run(repository, "Layout").returncode == 0
    assert run(repository, "Check").returncode == 0
    assert run(repository, "Say what the change means").returncode == 0
    assert "threshold 10 → 12" in (repository / "summary.md").read_text(encoding="utf-8")
    tested = run(repository, "Test")
    assert tested.returncode == 1 and "FAIL learning/quiz_master" in tested.stdout
    assert "<failure" in (repository / "badges-results.xml").read_text(encoding="utf-8")


def test_the_steps_of_a_change_that_is_wrong_say_where(repository: Path) -> None:
    badge = repository / "rules/badges/learning/accuracy_expert.yaml"
    badge.write_text(badge.read_text(encoding="utf-8").replace("event.score /", "event.scroe  /"), encoding="utf-8")
    commit(repository)
    checked = run(repository, "Check")
    assert checked.returncode == 1
    assert checked.stdout.startswith("::error file=rules/badges/learning/accuracy_expert.yaml,line=9,")
    assert run(repository, "Say what the change means").returncode != 0
