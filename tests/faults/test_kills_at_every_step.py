"""A kill before any statement of a call: all of it happened or nothing, and the call can be made again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from engine.service import Service
from engine.store import open_store
from tests.faults.scene import picture
from tests.faults.steps import CALLS, NOW, USERS, Stepper, prepare

NEVER = 0
IN_PARTS = ("apply", "erase", "retain")
"""Calls of several transactions: in between, part of it has happened."""


@pytest.fixture(scope="module")
def stepper() -> Iterator[Stepper]:
    started = Stepper()
    yield started
    started.close()


class Scene:
    """A database, and a service that goes on while the calls of another process are cut off."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.store = open_store(url)
        self.service = Service(self.store, lambda: NOW)
        prepare(self.service)

    def seen(self) -> tuple[dict[str, Any], list[str]]:
        """What callers can tell, what users were told, and what a replay finds wrong."""
        wrong = self.service.verify().differences
        return {**picture(self.service, *USERS), "told": {user: self._told(user) for user in USERS}}, wrong

    def _told(self, user: str) -> list[tuple[int, str]]:
        notifications = self.service.feeds.page(user, 100)["notifications"]
        return [(each["id"], each["title"]) for each in notifications]


@pytest.fixture
def new_scene(new_database: Callable[[], str]) -> Iterator[Callable[[], Scene]]:
    with ExitStack() as stack:

        def new() -> Scene:
            scene = Scene(new_database())
            stack.callback(scene.store.close)
            return scene

        yield new


@pytest.mark.parametrize("call", CALLS)
def test_a_kill_before_any_statement_leaves_all_or_nothing(
    call: str, new_scene: Callable[[], Scene], stepper: Stepper
) -> None:
    scene, statement = new_scene(), 1
    before = scene.seen()
    assert not stepper.killed(scene.url, call, NEVER)
    after = scene.seen()
    assert before != after and not after[1]
    scene = new_scene()
    while stepper.killed(scene.url, call, statement):
        found = scene.seen()
        statement += 1
        if found == before:
            continue
        assert found == after or call in IN_PARTS, statement
        assert not stepper.killed(scene.url, call, NEVER)
        assert scene.seen() == after, statement
        scene = new_scene()
    assert scene.seen() == after
    assert statement > 5
