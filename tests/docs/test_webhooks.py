"""The receiver that the page on webhooks shows takes what is really sent, and refuses the rest."""

from __future__ import annotations

import json
import re
import threading
import time
from ipaddress import ip_network
from typing import Any

import pytest
from werkzeug.serving import make_server

from docs.pages import ROOT
from engine.dispatch import Sender
from engine.model import Event, Posted, Viewer
from engine.service import Service
from engine.service.webhooks import Wish
from engine.store import MemoryStore
from engine.webhooks import KINDS, TEST, Policy

PAGE = (ROOT / "docs/webhooks.md").read_text(encoding="utf-8")
LOCAL = Policy((ip_network("127.0.0.0/8"),), http=True)
FILES = {
    "events/quiz.yaml": "payload: {type: object, properties: {}}",
    "badges/first.yaml": "{name: First, trigger: quiz}",
}


def block(language: str) -> str:
    """The page's one block of a language."""
    [found] = re.findall(rf"(?ms)^```{language}\n(.*?)^```", PAGE)
    return str(found)


@pytest.fixture
def example() -> dict[str, Any]:
    """The names that the receiver of the page defines."""
    names: dict[str, Any] = {"__name__": "receiver"}
    exec(compile(block("python"), "docs/webhooks.md", "exec"), names)
    return names


def test_the_receiver_of_the_page_takes_what_is_sent_and_counts_it_once(
    example: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    service = Service(MemoryStore(), lambda: time.time_ns() // 1000)
    service.apply(FILES, "test")
    server = make_server("127.0.0.1", 0, example["app"])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        wish = Wish(f"http://127.0.0.1:{server.server_port}/badges", types=["badge.awarded"])
        hook = service.webhooks.create(wish, LOCAL, "boss", example["SECRET"])
        event = Event("ada", "app", "1", "quiz", service.now(), 0, {})
        service.ingest([Posted(event)], Viewer("staff", name="boss"))
        endpoint, [delivery] = service.webhooks.outgoing.take(hook.id, 0, 1)
        sender, now = Sender(LOCAL), service.now()
        assert endpoint and [sender.send(endpoint, delivery, now).status for _ in range(2)] == [204, 204]
        forged = service.webhooks.rotate(hook.id, "boss", overlap=0)
        assert sender.send(forged, delivery, service.now()).status == 400
    finally:
        server.shutdown()
    assert capsys.readouterr().out == "ada got First\n"
    assert json.loads(delivery.body).keys() == json.loads(block("json")).keys()
    assert json.loads(delivery.body)["data"].keys() == json.loads(block("json"))["data"].keys()


def test_every_type_of_message_is_in_the_table() -> None:
    table = PAGE.partition("| type | when |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `([a-z.]+)` \| ([^|]*) \|", table, re.MULTILINE)[:-1] == list(KINDS.items())
    assert f"`{TEST}`" in table
