"""`badges new`, `schema`, `openapi`, and what all commands share."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from cli import COMMANDS
from cli.terminal import in_colour
from engine.payloads import sample
from engine.schema import schemas

from .conftest import Run


def passes(badges: Run) -> bool:
    """Whether nothing is to be found in the rule set, its scenarios pass, and its files are laid out."""
    words = [("check", "--strict"), ("test",), ("fmt", "--check")]
    return all(badges(*command).exit_code == 0 for command in words)


@pytest.mark.parametrize("words", [("new", "badge", "quick_start"), ("new", "quick_start")])
def test_a_new_badge_is_checked_and_tested_at_once(badges: Run, folder: Path, words: tuple[str, ...]) -> None:
    result = badges(*words)
    assert result.stdout.splitlines() == ["rules/badges/quick_start.yaml", "rules/scenarios/quick_start.yaml"]
    assert "\nname: Quick start\n" in (folder / "rules/badges/quick_start.yaml").read_text(encoding="utf-8")
    assert passes(badges)


def test_a_new_badge_is_no_other_ones_rule_and_comes_in_no_other_ones_scenario(badges: Run, folder: Path) -> None:
    for id_ in ("one", "two", "three"):
        assert badges("new", id_).exit_code == 0
        assert passes(badges)
    assert "threshold: 2\n" in (folder / "rules/badges/one.yaml").read_text(encoding="utf-8")
    assert "threshold: 5\n" in (folder / "rules/badges/three.yaml").read_text(encoding="utf-8")


def test_a_new_badge_has_the_trigger_that_is_asked_for(badges: Run, folder: Path) -> None:
    assert badges("new", "badge", "named", "--trigger", "user.updated").exit_code == 0
    assert "trigger: user.updated\n" in (folder / "rules/badges/named.yaml").read_text(encoding="utf-8")
    assert passes(badges)


def test_a_new_badge_may_stand_in_folders(badges: Run, folder: Path) -> None:
    names = ["rules/badges/app/quick.yaml", "rules/scenarios/app/quick.yaml"]
    assert badges("new", "app/quick").stdout.splitlines() == names
    assert passes(badges)


@pytest.mark.parametrize("id_", ["true", "null", "on", "e1"])
def test_an_id_that_looks_like_something_else_is_put_in_quotes(badges: Run, id_: str) -> None:
    assert badges("new", id_).exit_code == 0
    assert passes(badges)


def test_a_new_metric_can_be_shared_at_once(badges: Run, folder: Path) -> None:
    assert badges("new", "metric", "quizzes").stdout.splitlines() == ["rules/metrics/quizzes.yaml"]
    assert passes(badges)


def test_a_new_event_type_happens_in_a_scenario(badges: Run, folder: Path) -> None:
    names = ["rules/events/order.paid.yaml", "rules/scenarios/order.paid.yaml"]
    assert badges("new", "event", "order.paid").stdout.splitlines() == names
    assert passes(badges)


def test_a_rule_set_begins_with_an_event_type_and_a_badge(badges: Run, folder: Path) -> None:
    assert "begin with `badges new event ID`" in badges("new", "badge", "first", "--rules", "shop").stderr
    assert badges("new", "event", "order", "--rules", "shop").exit_code == 0
    assert badges("new", "badge", "first_order", "--rules", "shop").exit_code == 0
    assert badges("check", "--strict", "shop").exit_code == badges("test", "shop").exit_code == 0


def test_new_files_name_the_schemas_that_others_name_else_those_beside_the_rule_set(badges: Run, folder: Path) -> None:
    first = "# yaml-language-server: $schema="
    result = badges("new", "one")
    assert "badges schema --rules rules --write .schemas" in result.stderr
    written = folder / "rules/badges/one.yaml"
    assert written.read_text(encoding="utf-8").startswith(f"{first}../../.schemas/badge.schema.json\n")
    assert badges("schema", "--rules", "rules", "--write", ".schemas").exit_code == 0
    assert badges("new", "app/two").stderr == ""
    assert (
        (folder / "rules/scenarios/app/two.yaml")
        .read_text(encoding="utf-8")
        .startswith(f"{first}../../../.schemas/scenario.schema.json\n")
    )


def test_new_files_name_schemas_on_a_server_as_others_do(badges: Run, folder: Path) -> None:
    first = "# yaml-language-server: $schema=https://example.org/s"
    file = folder / "rules/badges/good.yaml"
    file.write_text(f"{first}/badge.schema.json\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
    assert badges("new", "event", "order").stderr == ""
    assert (folder / "rules/events/order.yaml").read_text(encoding="utf-8").startswith(f"{first}/event.schema.json\n")


@pytest.mark.parametrize(
    "words",
    [
        ("badge", "good"),
        ("good",),
        ("Bad-Id",),
        ("new_one", "--trigger", "quizz"),
        ("new_one", "--trigger", "event.retracted"),
        ("../x",),
        (".hidden/x",),
        ("bagde", "new_one"),
        ("event", "quiz"),
        ("event", "user.updated"),
        ("event", "badge.polished"),
        ("event", "Order"),
        ("metric", "a.b"),
        ("story",),
    ],
)
def test_an_id_that_is_taken_or_none_is_refused(badges: Run, folder: Path, words: tuple[str, ...]) -> None:
    before = sorted(folder.rglob("*"))
    assert badges("new", *words).exit_code == 2
    assert sorted(folder.rglob("*")) == before


def test_a_payload_that_a_draft_cannot_satisfy_is_told(badges: Run, folder: Path) -> None:
    payload = "{type: object, required: [sku], properties: {sku: {type: string, pattern: '^[A-Z]{3}$'}}}"
    (folder / "rules/events/sale.yaml").write_text(f"payload: {payload}\n", encoding="utf-8")
    result = badges("new", "seller", "--trigger", "sale")
    assert result.exit_code == 0 and "badges: the data in the scenario needs your hand: " in result.stderr
    checked = badges("check")
    assert checked.exit_code == 1 and "the data of sale is refused: data.sku: " in checked.stdout


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


def test_schema_with_rules_knows_their_ids(badges: Run) -> None:
    trigger = json.loads(badges("schema", "badge", "--rules", "rules").stdout)["properties"]["trigger"]
    assert {"enum": ["badge.awarded", "quiz", "user.updated"]} in trigger["anyOf"]


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
