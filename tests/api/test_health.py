"""Whether it lives, and how it does."""

from __future__ import annotations

from api import create_app
from engine.service import Service
from engine.store.memory import MemoryStore


def test_a_server_without_rules_lives_but_is_not_ready() -> None:
    client = create_app(Service(MemoryStore(), lambda: 0)).test_client()
    assert client.get("/healthz").get_json() == {"status": "ok"}
    response = client.get("/readyz")
    assert (response.status_code, response.get_json()["type"]) == (503, "/problems/not-ready")
    assert client.get("/v1/badges").status_code == 503


def test_a_server_with_rules_is_ready(api) -> None:
    assert api.get("/readyz", None) == {"status": "ready"}


def test_the_question_whether_it_lives_asks_no_database(api, monkeypatch) -> None:
    def ask(*args: object) -> None:
        raise AssertionError("the database was asked")

    monkeypatch.setattr(type(api.service._store), "reading", ask)
    assert api.get("/healthz", None) == {"status": "ok"}
