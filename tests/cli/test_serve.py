"""`badges serve`, as a real process: starts, is killed, ends, and follows edits of the rules."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from .conftest import Run
from .processes import COMMAND_LINE, PATIENCE, ROOT, call, held, post_quiz, running, serving

LOOPBACK = "every call from this machine is staff's"


def eventually(look: Any, wanted: Any) -> None:
    """Look again until it is as wanted."""
    deadline = time.monotonic() + PATIENCE
    while look() != wanted and time.monotonic() < deadline:
        time.sleep(0.05)
    assert look() == wanted


def test_what_was_answered_is_there_after_a_kill(folder: Path) -> None:
    with serving(folder) as (process, address):
        assert post_quiz(address, "1", 90) == ["first", "good"]
        process.end(signal.SIGKILL)
    with serving(folder) as (process, address):
        assert held(address) == ["first", "good"]


def test_sigterm_ends_it_in_good_order(folder: Path) -> None:
    with serving(folder) as (process, address):
        assert post_quiz(address, "1", 90) == ["first", "good"]
        assert process.end(signal.SIGTERM) == 0
        assert "Traceback" not in process.printed


SLOW = """
import sys, time
from api.config import Config
from api.serving import Server
from cli.running import run_until_told
def app(environ, start_response):
    print("asked", flush=True)
    time.sleep(1)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"answered " * 10000]
server = Server(app, Config(), "127.0.0.1", 0, threads=1)
print("port", server.addresses[0][1], flush=True)
run_until_told(server)
"""


def test_a_request_under_way_is_answered_before_the_end(folder: Path) -> None:
    answers: list[bytes] = []
    with running(folder, SLOW) as process:
        port = process.wait_for(r"port (\d+)")[1]
        caller = threading.Thread(target=lambda: answers.append(urlopen(f"http://127.0.0.1:{port}/").read()))
        caller.start()
        process.wait_for("asked")
        assert process.end(signal.SIGTERM) == 0
        caller.join(PATIENCE)
    assert answers == [b"answered " * 10000]


def test_an_edit_is_put_in_service_and_a_bad_one_leaves_the_last_good_rules(folder: Path) -> None:
    rule = folder / "rules/badges/good.yaml"
    with serving(folder, "--watch") as (process, address):
        assert post_quiz(address, "1", 70) == ["first"]
        before = call(address, "/v1/rules")["version"]
        rule.write_text("name: Good\ntrigger: quiz\nwhen: event.scroe >= 60\n")
        process.wait_for(r"badges/good\.yaml:3:13: unknown-field: ")
        process.wait_for("the last good rules stay")
        assert call(address, "/v1/rules")["version"] == before and post_quiz(address, "2", 90) == ["good"]
        rule.write_text("name: Good\ntrigger: quiz\nwhen: event.score >= 95\nthreshold: 2\n")
        story = folder / "rules/scenarios/story.yaml"
        story.write_text(story.read_text().replace(", good", ""))
        eventually(lambda: call(address, "/v1/rules")["version"] != before, True)
        assert held(address) == ["first", "good"]


def test_a_later_apply_of_another_process_is_picked_up(folder: Path, badges: Run) -> None:
    with serving(folder) as (_, address):
        assert post_quiz(address, "1", 70) == ["first"]
        rule = folder / "rules/badges/good.yaml"
        rule.write_text(rule.read_text().replace("80", "60"))
        assert badges("apply").exit_code == 0
        assert held(address) == ["first", "good"]


def test_without_a_key_it_says_that_this_machine_is_staff_and_opens_no_other_address(folder: Path, badges: Run) -> None:
    with serving(folder) as (process, _):
        process.wait_for(LOOPBACK)
    with running(folder, COMMAND_LINE, "serve", "--host", "0.0.0.0", "--port", "0") as process:
        assert process.wait(PATIENCE) == 2
        process.wait_for("no key has been made, so 0.0.0.0 is not opened")
    badges("key", "create", "ops", "--scope", "staff")
    with serving(folder, "--host", "0.0.0.0") as (process, _):
        assert LOOPBACK not in process.printed


def test_rules_with_an_error_are_not_served_but_those_of_last_time_are(folder: Path, badges: Run) -> None:
    rule = folder / "rules/badges/good.yaml"
    good = rule.read_text()
    rule.write_text(good.replace("score", "scroe"))
    with running(folder, COMMAND_LINE, "serve", "--port", "0") as process:
        assert process.wait(PATIENCE) == 1
        process.wait_for("unknown-field")
    rule.write_text(good)
    badges("apply")
    rule.write_text(good.replace("score", "scroe"))
    with serving(folder) as (process, address):
        process.wait_for("the last good ones stay")
        assert post_quiz(address, "1", 90) == ["first", "good"]


def test_without_a_folder_what_is_in_service_is_served(folder: Path, badges: Run, tmp_path: Path) -> None:
    badges("apply")
    (folder / "rules").rename(folder / "elsewhere")
    with serving(folder) as (_, address):
        assert post_quiz(address, "1", 90) == ["first", "good"]
    with running(folder, COMMAND_LINE, "serve", "--database", "sqlite:///new.db", "--port", "0") as process:
        assert process.wait(PATIENCE) == 2


@pytest.mark.parametrize("words", [("--port", "99999"), ("--host", "no.such.host.invalid"), ("--rules", "nowhere")])
def test_what_cannot_be_served_exits_with_2_and_a_sentence(folder: Path, words: tuple[str, ...]) -> None:
    with running(folder, COMMAND_LINE, "serve", *words) as process:
        assert process.wait(PATIENCE) == 2
        process.wait_for(r"\w")
        assert "Traceback" not in process.printed and "fault of badges" not in process.printed


def test_a_port_that_is_taken_exits_with_2_and_a_sentence(folder: Path) -> None:
    with serving(folder) as (_, address):
        words = ("serve", "--port", address.rpartition(":")[2])
        with running(folder, COMMAND_LINE, *words) as process:
            assert process.wait(PATIENCE) == 2
            process.wait_for("badges: .*in use")


def test_it_says_how_it_answered_as_json_where_nobody_sits(folder: Path) -> None:
    with serving(folder) as (process, address):
        post_quiz(address, "1", 90)
        line = json.loads(process.wait_for(r"(\{.*\"answered\".*\})\n")[1])
    assert (line["method"], line["route"], line["status"]) == ("POST", "/v1/events", 200)
    assert re.fullmatch(r"[0-9a-f]{32}", line["request_id"])


def test_it_goes_on_when_nobody_reads_what_it_says(folder: Path) -> None:
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-c", COMMAND_LINE, "serve", "--port", "0"]
    with subprocess.Popen(words, cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            assert process.stdout is not None
            found = next(m for line in process.stdout if (m := re.search(rb"Listening on (\S+)", line)))
            for _ in range(600):
                call(found[1].decode(), "/v1/users/ada/badges/count")
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()


def test_a_setting_that_cannot_be_used_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BADGES_MAX_BODY", "much")
    with running(folder, COMMAND_LINE, "serve", "--port", "0") as process:
        assert process.wait(PATIENCE) == 2
        process.wait_for("badges: BADGES_MAX_BODY must be a whole number above 0, not much")


def test_the_last_use_of_a_key_is_listed(folder: Path, badges: Run) -> None:
    secret = badges("key", "create", "app", "--scope", "read").stdout.strip()
    badges("key", "create", "idle", "--scope", "read")
    badges("apply")
    with serving(folder) as (process, address):
        headers = {"Authorization": f"Bearer {secret}"}
        with urlopen(Request(f"{address}/v1/badges", headers=headers)) as answer:
            assert answer.status == 200
        assert process.end(signal.SIGTERM) == 0
    used = {key["name"]: key["last_used_at"] for key in json.loads(badges("key", "list", "--format", "json").stdout)}
    assert used["idle"] is None and used["app"].startswith("20")
    assert "never" in badges("key", "list").stdout
