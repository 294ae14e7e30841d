"""`badges new`, `schema`, `openapi`, and what all commands share."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from cli import COMMANDS
from cli.samples import sample
from cli.terminal import in_colour
from engine.schema import schemas

from .conftest import Run


def test_a_new_badge_is_checked_and_tested_at_once(badges: Run, folder: Path) -> None:
    (folder / "rules/badges/first.yaml").unlink()
    story = folder / "rules/scenarios/story.yaml"
    story.write_text(story.read_text().replace("first, ", ""))
    result = badges("new", "badge", "quick_start")
    assert result.stdout.splitlines() == ["rules/badges/quick_start.yaml", "rules/scenarios/quick_start.yaml"]
    assert "name: Quick start\n" in (folder / "rules/badges/quick_start.yaml").read_text(encoding="utf-8")
    story.write_text(story.read_text().replace("[good]", "[good, quick_start]"))
    assert badges("check", "--strict").exit_code == 0 and badges("test").exit_code == 0


def test_a_new_badge_has_the_trigger_that_is_asked_for(badges: Run, folder: Path) -> None:
    assert badges("new", "badge", "named", "--trigger", "user.updated").exit_code == 0
    assert "trigger: user.updated\n" in (folder / "rules/badges/named.yaml").read_text(encoding="utf-8")
    assert badges("test").exit_code == 0


@pytest.mark.parametrize("words", [("good",), ("Bad-Id",), ("new_one", "--trigger", "quizz"), ("../x",)])
def test_a_new_badge_with_an_id_that_is_taken_or_none_is_refused(
    badges: Run, folder: Path, words: tuple[str, ...]
) -> None:
    before = sorted(folder.rglob("*"))
    assert badges("new", "badge", *words).exit_code == 2
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"required": ["a"], "properties": {"a": {"type": "integer", "minimum": 3}, "b": {}}}, {"a": 3}),
        ({"type": "number", "exclusiveMinimum": 3}, 4),
        ({"type": "number", "maximum": -2}, -2),
        ({"enum": ["x", "y"]}, "x"),
        ({"type": ["string", "null"], "minLength": 3}, "xxx"),
        ({"type": "string", "format": "date"}, "2026-01-01"),
        ({"type": "array", "items": {"type": "boolean"}, "minItems": 2}, [True, True]),
    ],
)
def test_a_sample_is_a_small_value_that_the_schema_accepts(schema: dict[str, Any], value: Any) -> None:
    assert sample(schema) == value


def test_schema_prints_all_or_one_or_writes_a_file_for_each(badges: Run, folder: Path) -> None:
    assert json.loads(badges("schema").stdout) == schemas()
    assert json.loads(badges("schema", "badge").stdout) == schemas()["badge"]
    assert badges("schema", "--write", "out/schemas").exit_code == 0
    written = {file.name: json.loads(file.read_text(encoding="utf-8")) for file in (folder / "out/schemas").iterdir()}
    assert written == {f"{kind}.schema.json": schema for kind, schema in schemas().items()}


def test_openapi_prints_the_document_of_the_api(badges: Run, folder: Path) -> None:
    document = json.loads(badges("openapi").stdout)
    assert document["openapi"].startswith("3.1") and "/v1/events" in document["paths"]
    assert not list(folder.glob("*.db"))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does(badges: Run, name: str) -> None:
    result = badges(name, "--help")
    assert result.exit_code == 0 and result.stdout.startswith("Usage:")


def test_an_unknown_command_exits_with_2(badges: Run) -> None:
    assert badges("chekc").exit_code == 2


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_has_colour_unless_its_user_wants_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert in_colour(Terminal()) and not in_colour(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not in_colour(Terminal())


def test_a_fault_of_the_program_itself_is_a_sentence_and_no_traceback(
    badges: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(files: object) -> None:
        raise KeyError("oops")

    monkeypatch.setattr("cli.folder.compile_rules", broken)
    result = badges("check")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("badges: this is a fault of badges itself: KeyError")
    assert "File" not in result.stderr
