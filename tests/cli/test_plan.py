"""Commands that change rules in service: plan, apply, rollback; real processes where one is killed or serves."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from .conftest import Run
from .processes import call, post_quiz, running, serving
from .test_database import line
from .test_serve import eventually

MANY = 40
SLOW_APPLY = """
import sys, time
from pathlib import Path
from cli.folder import read_folder
from cli.options import opened
from engine.service import rebuilding
rebuilding.FEWEST = rebuilding.MOST = 1
def report(done):
    print("done", done, flush=True)
    time.sleep(0.02)
with opened("sqlite:///badges.db") as service:
    service.apply(read_folder(Path("rules")).files, "test", report=report)
"""


@pytest.fixture
def stored(badges: Run, folder: Path) -> Path:
    """Rules in service, and a quiz of 60 of ada, one of 90 of bob; the threshold of `good` is then lower."""
    badges("apply")
    badges("import", "-", input=line("1", 60) + line("1", 90, subject="bob"))
    rule = folder / "rules/badges/good.yaml"
    rule.write_text(rule.read_text().replace("80", "60"))
    return folder


# plan


def test_a_plan_says_what_changes_and_who_gains_and_writes_nothing(badges: Run, stored: Path) -> None:
    before = badges("export").stdout, badges("history").stdout
    result = badges("plan")
    assert result.exit_code == 0
    assert "good: looser:" in result.stdout
    assert "good\n  1 user gains it now: ada (2026-01-01)\n" in result.stdout
    assert "To rebuild: 2 of 2 users, from 2 events, in less than a second." in result.stdout
    assert (badges("export").stdout, badges("history").stdout) == before


def test_a_plan_says_who_would_not_qualify_and_what_hangs_on_it(badges: Run, stored: Path) -> None:
    rule = stored / "rules/badges/good.yaml"
    rule.write_text(rule.read_text().replace("60", "95"))
    (stored / "rules/badges/next.yaml").write_text("name: Next\ntrigger: quiz\nprerequisites: [good]\n")
    told = badges("plan").stdout
    assert "1 user would not qualify today and keeps it: bob (2026-01-01)" in told
    assert "what hangs on it: next" in told
    assert "next\n  1 user gains it now: bob (2026-01-01)" in told


def test_json_and_markdown_are_all_that_is_printed(badges: Run, stored: Path) -> None:
    plan = json.loads(badges("plan", "--format", "json").stdout)
    [good] = plan["badges"]
    assert (good["badge"], good["gains"]["users"], good["gains"]["examples"][0]["user"]) == ("good", 1, "ada")
    assert (plan["rebuilt"], plan["events"], plan["refused"]) == (2, 2, False)
    markdown = badges("plan", "--format", "markdown").stdout
    assert markdown.startswith("**") and "- `good`: 1 user gains it now: ada" in markdown


def test_a_plan_of_what_is_in_service_says_so(badges: Run, stored: Path) -> None:
    badges("apply")
    result = badges("plan")
    assert result.exit_code == 0 and "in service already" in result.stdout


def test_a_plan_of_the_first_rules_says_that_nothing_is_in_service(badges: Run, folder: Path) -> None:
    result = badges("plan")
    assert result.exit_code == 0 and "The first rule set" in result.stdout


def test_a_plan_of_rules_with_an_error_exits_with_1(badges: Run, stored: Path) -> None:
    (stored / "rules/badges/good.yaml").write_text("name: Good\ntrigger: quizz\n")
    result = badges("plan")
    assert (result.exit_code, result.stdout) == (1, "") and "unknown-event" in result.stderr


def test_a_plan_says_that_an_apply_would_refuse_to_remove_a_badge(badges: Run, stored: Path) -> None:
    (stored / "rules/badges/good.yaml").unlink()
    story = stored / "rules/scenarios/story.yaml"
    story.write_text(story.read_text().replace(", good", ""))
    refused, allowed = badges("plan"), badges("plan", "--allow-remove")
    assert refused.exit_code == allowed.exit_code == 0
    assert "An apply refuses this. People hold badges that this rule set removes: good (1 person)." in refused.stdout
    assert "refuses" not in allowed.stdout and "1 user loses it: bob (2026-01-01)" in allowed.stdout


# apply and rollback


def test_an_apply_lists_its_awards_if_it_announces_them(badges: Run, stored: Path) -> None:
    told = badges("apply", "--announce").stdout.splitlines()
    assert told[0] == "ada: good, of 2026-01-01T01:00:00Z"
    assert told[1].endswith("2 users rebuilt, 1 award given.")


def test_a_rollback_puts_the_version_before_in_service_again(badges: Run, stored: Path) -> None:
    first = json.loads(badges("history", "--format", "json").stdout)[0]["version"]
    badges("apply")
    result = badges("rollback")
    assert result.exit_code == 0 and f"Version {first} is in service" in result.stdout
    told = badges("history").stdout.splitlines()
    assert told[1].startswith("3") and told[1].endswith("in service, as number 1")
    assert badges("verify").exit_code == 0


def test_a_rollback_to_what_there_is_not_exits_with_1(badges: Run, stored: Path) -> None:
    for words in (["rollback"], ["rollback", "17"]):
        result = badges(*words)
        assert (result.exit_code, result.stdout) == (1, "") and "no version" in result.stderr


def test_an_apply_that_is_killed_half_way_is_finished_by_the_next_one(badges: Run, folder: Path) -> None:
    badges("apply")
    badges("import", "-", input="".join(line("1", 60, subject=f"user{number:02}") for number in range(MANY)))
    rule = folder / "rules/badges/good.yaml"
    rule.write_text(rule.read_text().replace("80", "60"))
    with running(folder, SLOW_APPLY) as process:
        process.wait_for(r"done [4-9]")
        process.end(signal.SIGKILL)
    verified = badges("verify")
    assert verified.exit_code == 1 and "not yet brought to the rules in service" in verified.stdout
    told = badges("apply").stdout
    rebuilt = int(told.split("; ")[1].split()[0])
    assert "was in service already" in told and 0 < rebuilt <= MANY - 4
    assert "0 users rebuilt" in badges("apply").stdout
    assert badges("verify").exit_code == 0


def test_a_server_takes_events_in_while_another_process_applies(badges: Run, folder: Path) -> None:
    badges("apply")
    badges("import", "-", input="".join(line("1", 60, subject=f"user{number:02}") for number in range(MANY)))
    rule = folder / "rules/badges/good.yaml"
    with serving(folder) as (_, address):
        rule.write_text(rule.read_text().replace("80", "60"))
        with running(folder, SLOW_APPLY) as process:
            process.wait_for("done 2")
            assert post_quiz(address, "1", 70) == ["first", "good"]
            assert call(address, "/v1/users/user39/badges/count")["count"] == 2
            process.wait_for(f"done {MANY - 2}")
            assert process.wait(30) == 0
        assert call(address, "/v1/rules")["rebuilding"] is False
    assert badges("verify").exit_code == 0


def test_a_server_says_which_edit_it_refused_until_it_is_mended(folder: Path) -> None:
    rule = folder / "rules/badges/good.yaml"
    good = rule.read_text()
    with serving(folder, "--watch") as (_, address):
        version = call(address, "/v1/rules")["version"]
        rule.write_text(good.replace("score", "scroe"))
        eventually(lambda: call(address, "/v1/rules")["refused"] is None, False)
        status = call(address, "/v1/rules")
        assert status["version"] == version and status["refused"]["problems"][0]["code"] == "unknown-field"
        rule.write_text(good)
        eventually(lambda: call(address, "/v1/rules")["refused"], None)
