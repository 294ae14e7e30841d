"""Whether it lives, and how it does."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

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


def test_figures_are_there_for_prometheus(api) -> None:
    api.post(api.quiz("q1"), api.quiz("q1"), api.quiz("q2", type="nothing"))
    text = api("GET", "/metrics", "read").text
    samples = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples["badges_events_received_total", "accepted"] == 1
    assert samples["badges_events_received_total", "duplicate"] == 1
    assert samples["badges_awards_given_total", "first_quiz"] == 1
    assert samples["badges_stored_events",] == 1
    assert samples["badges_http_requests_total", "200", "POST", "events.post"] == 1
    assert ("badges_rules_since_seconds", api.service.rules.version) in samples
