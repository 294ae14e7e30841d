"""What the server says while it runs."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from api import Config, configure_logs
from api.logs import ROOM, Outlet

Lines = Callable[[], list[Any]]


@pytest.fixture
def logged() -> Iterator[Callable[..., Lines]]:
    """Configures logs that a test reads."""
    root = logging.getLogger()
    before, level = root.handlers, root.level
    waitress = logging.getLogger("waitress").level

    def configure(terminal: bool = False, **settings: Any) -> Lines:
        reader, writer = os.pipe()
        outlet = configure_logs(Config(**settings), writer, terminal)

        def lines() -> list[Any]:
            outlet.close()
            os.close(writer)
            with os.fdopen(reader, encoding="utf-8") as file:
                text = file.read().splitlines()
            return text if terminal else [json.loads(line) for line in text]

        return lines

    yield configure
    root.handlers = before
    root.setLevel(level)
    logging.getLogger("waitress").setLevel(waitress)


@pytest.fixture(autouse=True)
def _asked_for_the_document(api) -> None:
    """So that the checks of a test's calls are no calls of their own."""
    assert api.document


def test_every_answer_is_a_line_with_the_id_of_its_request(api, logged) -> None:
    api.credential("read")
    lines = logged()
    response = api("GET", "/v1/users/ada%20lovelace/badges", "read")
    (line,) = lines()
    assert line.pop("at").endswith("Z") and line.pop("seconds") > 0
    assert line == {
        "level": "info",
        "logger": "api.requests",
        "message": "answered",
        "request_id": response.headers["X-Request-ID"],
        "method": "GET",
        "route": "/v1/users/<user>/badges",
        "status": 200,
        "caller": "read",
        "key": "read-key",
    }


def test_no_line_names_a_user(api, logged) -> None:
    lines = logged(log_level="debug")
    api("GET", "/v1/users/grace-hopper/badges", "user:grace-hopper")
    api("GET", "/v1/users/grace-hopper/badges", "user:eve")
    api("GET", "/nowhere/grace-hopper?user=grace-hopper")
    api("POST", "/v1/events", body=api.quiz("q1", user="grace-hopper", type="unknown"))
    found = lines()
    assert len(found) == 4 and found[0]["caller"] == "user"
    assert "grace" not in json.dumps(found)


def test_no_line_holds_a_secret(api, logged) -> None:
    key, token = api.credential("read"), api.credential("user:ada")
    lines = logged(log_level="debug")
    for credential in (key, token, "bk_wrongwrongwrong", "ey" + token[2:-3]):
        api("GET", "/v1/badges", None, headers={"Authorization": f"Bearer {credential}"})
    try:
        raise ValueError(f"Authorization: Bearer {key}, {token}, postgresql://app:pa55word@db/badges, Basic YTpi")
    except ValueError:
        logging.getLogger("api").exception("it was %s", key)
    logging.getLogger("api").warning("whsec_c2VjcmV0c2VjcmV0")
    text = json.dumps(lines())
    secrets = (key, key[3:], token, token.split(".")[2], "wrongwrongwrong", "pa55word", "YTpi", "c2VjcmV0c2VjcmV0")
    for secret in secrets:
        assert secret not in text
    assert "@db/badges" in text and "Bearer" in text


def test_probes_are_quiet_unless_they_fail(api, logged) -> None:
    lines = logged()
    api("GET", "/healthz", None)
    api("GET", "/readyz", None)
    api("GET", "/healthz", None, headers={"Authorization": "Bearer x"})
    assert [(line["route"], line["status"]) for line in lines()] == [("/healthz", 401)]


def test_a_fault_is_logged_with_its_request_and_place(api, logged, monkeypatch) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(type(api.service), "count", fail)
    lines = logged()
    response = api("GET", "/v1/users/ada/badges/count")
    fault, answered = lines()
    assert (fault["level"], fault["message"]) == ("error", "a request failed")
    assert "RuntimeError: boom" in fault["traceback"]
    assert fault["request_id"] == answered["request_id"] == response.headers["X-Request-ID"]


def test_a_terminal_has_plain_lines(api, logged) -> None:
    lines = logged(terminal=True)
    api("GET", "/v1/badges", "read")
    logging.getLogger("api").warning("a\nb\x1b[31m\u2028c")
    answered, forged = lines()
    assert " INFO    answered request_id=" in answered and "route=/v1/badges status=200" in answered
    assert forged.endswith(r"WARNING a\nb\x1b[31m\u2028c")


def test_the_level_says_what_is_said_at_all(api, logged) -> None:
    lines = logged(log_level="warning")
    api("GET", "/v1/badges")
    logging.getLogger("api").info("not this")
    logging.getLogger("api").warning("this")
    assert [line["message"] for line in lines()] == ["this"]


def test_whoever_does_not_read_the_log_slows_down_nobody() -> None:
    reader, writer = os.pipe()
    outlet = Outlet(writer)
    for number in range(2 * ROOM):
        outlet.emit(logging.LogRecord("n", logging.INFO, "", 0, "x" * 100 + str(number), None, None))
    written = 0
    with os.fdopen(reader, encoding="utf-8") as file:
        for line in file:
            written += 1
            if "lines were left out" in line:
                break
    lost = int(line.split()[0])
    assert 0 < lost <= ROOM and written > 100
    outlet.close()
    os.close(writer)
