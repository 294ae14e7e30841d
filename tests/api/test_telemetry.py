"""The figures for Prometheus."""

from __future__ import annotations

from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from api import create_server
from api.figures import FRESH, SHARE, Remembered
from engine.calendar import DAY
from engine.service import Refused
from engine.service.figures import SECRET


def samples(api: Any) -> dict[tuple[str, ...], float]:
    """Figures by name and labels."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(api("GET", "/metrics", "read").text)
        for sample in family.samples
    }


def test_events_are_counted_by_type_and_outcome(api) -> None:
    api.post(api.quiz("q1"), api.quiz("q1"), api.quiz("q1", score=3), api.quiz("q2", type="x" * 50), {})
    found = samples(api)
    for status, type, count in (
        ("accepted", "quiz_completed", 1),
        ("duplicate", "quiz_completed", 1),
        ("conflict", "quiz_completed", 1),
        ("rejected", "other", 2),
    ):
        assert found["badges_events_received_total", status, type] == count


def test_events_of_actions_are_counted_too(api) -> None:
    api("POST", "/v1/actions", "user:ada", {"action": "check_streaks"})
    assert samples(api)["badges_events_received_total", "accepted", "login"] == 1


def test_awards_are_counted_by_badge_and_those_of_secret_badges_together(api) -> None:
    api.post(*(api.quiz(f"q{number}") for number in range(3)))
    found = samples(api)
    assert found["badges_awards_given_total", "first_quiz"] == 1
    assert found["badges_awards_given_total", SECRET] == 1
    assert not any("night_owl" in label for label in str(found).split())


def test_a_request_that_failed_counts_no_award(api, monkeypatch) -> None:
    def refuse(*args: object) -> None:
        raise Refused(409, "conflict", "no")

    monkeypatch.setattr("engine.service.calls._record", refuse)
    assert api("PUT", "/v1/users/ada/badges/mvp").status_code == 409
    assert ("badges_awards_given_total", "mvp") not in samples(api)


def test_requests_are_counted_by_route_never_by_what_a_caller_may_choose(api) -> None:
    api("GET", "/v1/users/ada/badges")
    api("GET", "/nowhere/at/all")
    api("BREW", "/v1/badges")
    found = samples(api)
    assert found["badges_http_requests_total", "users.badges", "GET", "200"] == 1
    assert found["badges_http_requests_total", "unknown", "GET", "404"] == 1
    assert found["badges_http_requests_total", "unknown", "other", "405"] == 1
    assert found["badges_http_request_seconds_count", "users.badges"] == 1


def test_the_rules_in_service_are_told_with_when_they_were_taken_up(api) -> None:
    found = samples(api)
    since = found["badges_rules_since_seconds", api.service.rules.version]
    assert found["badges_rules_loaded_seconds",] == since == api.clock.now / 1_000_000
    assert found["badges_rules_refused",] == found["badges_rules_rebuilding",] == 0


def test_what_is_stored_is_told(api) -> None:
    api.post(api.quiz("q1"), api.quiz("q2", user="eve"))
    found = samples(api)
    assert found["badges_stored_users",] == found["badges_stored_events",] == 2
    assert found["badges_lately_events", "quiz_completed"] == 2
    assert found["badges_lately_awards", "first_quiz"] == 2
    assert found["badges_database_bytes",] >= 0
    assert found["badges_stored_failures",] == 0


def test_dead_rules_are_alarms(api, caplog) -> None:
    api.clock.days(31)
    api.post(api.quiz("q1", time="2026-04-02T00:00:00Z"))
    found = samples(api)
    assert found["badges_rule_alarm", "quiet-event", "login"] == 1
    assert ("badges_rule_alarm", "quiet-event", "quiz_completed") not in found
    assert "No event of the type login has happened for 30 days" in caplog.text


def test_a_server_tells_how_busy_it_is(api) -> None:
    server = create_server(api.app, "127.0.0.1", 0, 3)
    found = samples(api)
    assert found["badges_server_workers",] == 3
    assert found["badges_server_waiting_limit",] == 200
    assert found["badges_server_refused_total", "full"] == 0
    server.stop()
    server.run()


def test_a_costly_figure_is_asked_for_again_only_after_a_while() -> None:
    times = iter([0.0, 0.5, FRESH - 1, FRESH, FRESH + 4.0, FRESH + 4 * SHARE - 1, FRESH + 4 * SHARE, 1000.0])
    values = iter("abc")
    remembered = Remembered[str](lambda: next(times))
    assert [remembered.get(lambda: next(values)) for _ in range(5)] == ["a", "a", "b", "b", "c"]


def test_the_status_of_the_rules_lists_dead_ones(api) -> None:
    assert api.get("/v1/rules")["alarms"] == []
    api.clock.now += 31 * DAY
    alarms = api.get("/v1/rules")["alarms"]
    assert {"login", "quiz_completed"} <= {alarm["name"] for alarm in alarms}
