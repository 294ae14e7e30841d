"""Streaks that end soon are told by a command, or by a server that looks for them."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from .conftest import Run
from .processes import PATIENCE, call, serving

RULES = {
    "events/login.yaml": "payload: {type: object}",
    "badges/days.yaml": "{name: Nine days, trigger: login, measure: streak, period: day, threshold: 9}",
    "notifications.yaml": "streak: {hours: 48}",
}


@pytest.fixture
def rules(folder: Path) -> Path:
    """The working folder, with a rule about streaks."""
    for path, text in RULES.items():
        (folder / "rules" / path).write_text(text)
    return folder


def log_in(address: str, days_ago: int) -> None:
    """A login some days ago."""
    at = (datetime.now(UTC) - timedelta(days=days_ago)).isoformat()
    event = {"specversion": "1.0", "source": "app", "id": str(days_ago), "subject": "ada", "type": "login", "time": at}
    assert call(address, "/v1/events", event)["results"][0]["status"] == "accepted"


def titles(address: str) -> list[Any]:
    return [each["title"] for each in call(address, "/v1/users/ada/notifications")["notifications"]]


def test_a_server_tells_of_streaks_that_end_and_the_command_tells_no_more(
    rules: Path, badges: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BADGES_REMIND_SECONDS", "1")
    with serving(rules) as (_, address):
        for days in (1, 0):
            log_in(address, days)
        deadline = time.monotonic() + PATIENCE
        while not titles(address) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert titles(address) == ["Your streak ends tonight"]
    assert badges("remind").output == "0 users told, 0 old notifications removed.\n"
