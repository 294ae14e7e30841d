"""`badges webhook`: managed by hand, and sent by real processes, whatever happens to them."""

from __future__ import annotations

import json
import re
import signal
from pathlib import Path
from typing import Any

import pytest

from api import Config, create_app
from cli.serve import sending
from engine.service import Service
from engine.store import MemoryStore
from tests.engine.dispatch.receivers import Receiver, receiving, soon

from .conftest import Run
from .processes import COMMAND_LINE, post_quiz, running, serving

URL = "https://example.com/hook"


@pytest.fixture(autouse=True)
def local(monkeypatch: pytest.MonkeyPatch) -> None:
    """Webhooks may go to this machine."""
    monkeypatch.setenv("BADGES_WEBHOOK_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("BADGES_WEBHOOK_HTTP", "on")


def listed(badges: Run) -> list[dict[str, Any]]:
    return list(json.loads(badges("webhook", "list", "--format", "json").stdout))


def added(badges: Run, url: str, *words: str) -> tuple[str, str]:
    """Id and secret of a new webhook."""
    result = badges("webhook", "add", url, *words)
    assert result.exit_code == 0, result.output
    [id] = re.findall(r"wh_\w+", result.stderr)
    return id, result.stdout.strip()


def test_a_webhook_is_added_listed_changed_rotated_and_removed(badges: Run) -> None:
    badges("apply")
    id, secret = added(badges, URL, "--type", "badge.awarded", "--badge", "good", "--description", "Shop")
    assert secret.startswith("whsec_")
    [shown] = listed(badges)
    assert (shown["id"], shown["types"], shown["badges"]) == (id, ["badge.awarded"], ["good"])
    assert re.search(rf"{id}  ok +0 +0 +never +badge.awarded +good +{URL}", badges("webhook", "list").output)
    assert badges("webhook", "change", id, "--off", "--all-badges").exit_code == 0
    assert (listed(badges)[0]["health"], listed(badges)[0]["badges"]) == ("off", [])
    fresh = badges("webhook", "rotate", id, "--hours", "1").stdout.strip()
    assert fresh.startswith("whsec_") and fresh != secret
    assert badges("webhook", "remove", id).exit_code == 0
    gone = badges("webhook", "remove", id)
    assert (gone.exit_code, gone.stderr) == (1, f"badges: There is no webhook {id}.\n")
    assert listed(badges) == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("add", "https://127.1.1.1:x/"), 1),
        (("add", "ftp://example.com"), 1),
        (("add", URL, "--badge", "goood"), 1),
        (("add", URL, "--secret", "abc"), 1),
        (("replay", "wh_1"), 2),
        (("replay", "wh_1", "--since", "yesterday"), 2),
        (("deliveries", "wh_1"), 1),
    ],
)
def test_what_cannot_be_is_a_sentence(badges: Run, words: tuple[str, ...], code: int) -> None:
    badges("apply")
    result = badges("webhook", *words)
    assert result.exit_code == code and "Traceback" not in result.output and result.stderr


def test_a_test_says_what_came_of_it(badges: Run) -> None:
    with receiving() as receiver:
        id, _ = added(badges, receiver.url)
        result = badges("webhook", "test", id)
        assert result.exit_code == 0 and f"{id} took it, with 204" in result.output
        receiver.status = 404
        result = badges("webhook", "test", id)
        assert (result.exit_code, result.stderr) == (
            1,
            f"The webhook {id} did not take it: it answered 404 Not Found.\n",
        )


def subjects(receiver: Receiver, secret: str) -> list[tuple[str, str]]:
    return [(message["type"], message.get("subject", "")) for message in receiver.messages(secret)]


def test_a_kill_between_the_answer_and_the_webhook_loses_nothing(folder: Path, badges: Run) -> None:
    badges("apply")
    with receiving() as receiver:
        id, secret = added(badges, receiver.url, "--type", "badge.awarded", "--badge", "first")
        receiver.gate.clear()
        with serving(folder) as (process, address):
            assert "first" in post_quiz(address, "1", 90)
            receiver.wait_for(1)
            process.end(signal.SIGKILL)
        receiver.gate.set()
        assert [each["state"] for each in deliveries(badges, id)] == ["pending"]
        assert badges("webhook", "replay", id, deliveries(badges, id)[0]["number"]).exit_code == 0
        with running(folder, COMMAND_LINE, "webhook", "run") as sender:
            soon(lambda: [each["state"] for each in deliveries(badges, id)] == ["delivered"])
            assert sender.end(signal.SIGTERM) == 0
        assert set(subjects(receiver, secret)) == {("badge.awarded", "ada")}
        assert len({each.headers["webhook-id"] for each in receiver.received}) == 1


def deliveries(badges: Run, id: str) -> list[dict[str, Any]]:
    return list(json.loads(badges("webhook", "deliveries", id, "--format", "json").stdout))


def test_a_server_tells_at_once_and_ends_in_good_order(folder: Path, badges: Run) -> None:
    with receiving() as receiver:
        id, secret = added(badges, receiver.url)
        with serving(folder) as (process, address):
            post_quiz(address, "1", 90)
            soon(lambda: any(message["type"] == "badge.awarded" for message in receiver.messages(secret)))
            assert process.end(signal.SIGTERM) == 0
            assert "Traceback" not in process.printed
        assert ("rules.applied", "") in subjects(receiver, secret)
    assert "badge.awarded" in badges("webhook", "deliveries", id).output
    since = badges("webhook", "replay", id, "--since", "2020-01-01T00:00:00Z", "--delivered")
    assert re.fullmatch(r"\d messages will be sent again.\n", since.output)


def test_a_server_leaves_webhooks_to_others_if_it_is_told_to() -> None:
    service = Service(MemoryStore(), lambda: 0)
    for config, count in ((Config(webhooks=False), 0), (Config(), 1)):
        with sending(create_app(service, config), config) as beside:
            assert len(beside) == count
