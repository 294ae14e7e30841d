"""Who learns of a secret badge: its holders and staff."""

from typing import Any

import pytest

from engine.calendar import parse_instant
from engine.model import Event, Posted, Viewer
from engine.presentation import text_in
from engine.service import Service
from engine.store.memory import MemoryStore

STAFF, READER, ADA = Viewer("staff", name="boss"), Viewer("read", name="app"), Viewer("user", user="ada")
NOW = parse_instant("2026-06-01T00:00:00Z")[0]
FILES = {
    "events/v.yaml": "payload: {type: object, properties: {v: {type: number}}, required: [v]}",
    "badges/open.yaml": "{name: Open, trigger: v}",
    "badges/hush.yaml": "{name: Hush, secret: true, trigger: v, measure: sum, of: 1 / (event.v - 7), threshold: 1000}",
    "badges/past.yaml": "{name: Past, retired: true, trigger: v}",
}


@pytest.fixture
def service() -> Service:
    service = Service(MemoryStore(), lambda: NOW)
    service.apply(FILES, "test")
    service.ingest([Posted(Event("ada", "app", "v1", "v", NOW, 0, {"v": 7}))], STAFF)
    return service


def failures(exported: dict[str, Any]) -> list[str]:
    return [failure["badge"] for failure in exported["failures"]]


def test_an_export_names_no_badge_that_must_not_be_seen(service: Service) -> None:
    assert failures(service.export_user("ada", ADA)) == failures(service.export_user("ada", READER)) == []
    assert failures(service.export_user("ada", STAFF)) == ["hush"]


def test_the_status_of_the_rules_names_it_to_staff_only(service: Service) -> None:
    seen = service.rules_status(READER)
    assert ([record["badge"] for record in seen["badges"]], seen["failing"]) == (["open"], [])
    everything = service.rules_status(STAFF)
    assert [record["badge"] for record in everything["badges"]] == ["hush", "open", "past"]
    assert [record["badge"] for record in everything["failing"]] == ["hush"]


@pytest.mark.parametrize("locale", ["ja", "JA", "ja-JP", "ja_jp"])
def test_a_language_is_found_however_its_tag_is_written(locale: str) -> None:
    assert text_in({"en": "Hello", "ja": "やあ"}, [locale], "en") == "やあ"
    assert text_in({"en": "Hello", "Ja-JP": "やあ"}, ["ja-jp"], "en") == "やあ"
    assert text_in({"en": "Hello", "ja": "やあ"}, ["fr"], "en") == "Hello"
