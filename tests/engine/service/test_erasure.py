"""Erasing a user: no byte of anything that was ever stored of the user stays in the files, and others stay whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.calendar import DAY, parse_instant
from engine.model import Event, Posted, Viewer
from engine.service import Service
from engine.store import open_store

STAFF = Viewer("staff", name="boss")
NOW = parse_instant("2026-06-01T00:00:00Z")[0]
FILES = {
    "settings.yaml": "user: {type: object, properties: {city: {type: string}}}",
    "events/quiz.yaml": "payload: {type: object, properties: {score: {type: number}, note: {type: string}, "
    "of: {type: number}}, required: [score, note, of]}",
    "metrics/notes.yaml": "{trigger: quiz, measure: count_distinct, of: event.note}",
    "metrics/most.yaml": "{trigger: quiz, by: event.note}",
    "badges/many.yaml": "{name: Many, metric: notes, threshold: 3, metadata: {note: event.note}}",
    "badges/ratio.yaml": "{name: Ratio, trigger: quiz, when: event.score / event.of > 1}",
    "badges/city.yaml": "{name: City, trigger: quiz, when: 'default(user.city, \"\") == event.note'}",
    "badges/good.yaml": "{name: Good, trigger: quiz, measure: average, of: event.score, threshold: 80}",
    "badges/gift.yaml": "{name: Gift, grant: client}",
    "leaderboards/notes.yaml": "{name: Notes, rank_by: metric, metric: notes}",
    "actions.yaml": "check_quiz_master: {emits: quiz, metric: notes}",
}


def live(service: Service, user: str, secret: str) -> None:
    """All that can be stored of a user: in every table, with the user's name and secret in every text."""

    def send(number: int, type: str = "quiz", day: int = 0, **data: object) -> None:
        event = Event(user, f"src-{secret}", f"{secret}-{number}", type, NOW - (30 - day) * DAY, 0, data)
        [receipt] = service.ingest([Posted(event)], STAFF)
        assert receipt.status == "accepted", receipt

    send(0, "user.updated", name=f"Name {secret}", city=f"note {secret} 1", timezone="Europe/Berlin")
    for number in range(1, 9):
        send(number, day=number, score=90, of=number % 3, note=f"note {secret} {number}" + "x" * (number * 300))
    send(20, day=2, score=1, of=1, note=secret)
    send(21, "event.retracted", day=20, source=f"src-{secret}", id=f"{secret}-8", reason=f"asked by {secret}")
    service.grant(user, "gift", None, Viewer("user", user))
    service.revoke(user, "good", STAFF, f"because of {secret}")
    service.act("check_quiz_master", user, {"score": 1, "of": 0, "note": secret, "id": f"act-{secret}"}, None, STAFF)


def files_of(folder: Path) -> bytes:
    """The bytes of all files of a database."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


@pytest.mark.parametrize("retention", [None, 28, 1])
def test_no_byte_of_an_erased_user_stays_in_the_files_of_sqlite(tmp_path: Path, retention: int | None) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'badges.db'}")
    service = Service(store, lambda: NOW)
    service.apply(FILES, "test")
    for user, secret in (("ada-lovelace", "xyzzy"), ("bob", "plugh")):
        live(service, user, secret)
    if retention:
        assert service.retain(retention * DAY, STAFF).users == 2
    service.apply({**FILES, "badges/more.yaml": "{name: More, metric: notes, threshold: 4}"}, "test")
    before = json.dumps(service.export_user("bob", STAFF), default=str)
    assert b"xyzzy" in files_of(tmp_path) and b"ada-lovelace" in files_of(tmp_path)
    assert service.erase("ada-lovelace", STAFF)
    found = files_of(tmp_path)
    assert b"ada-lovelace" not in found and b"xyzzy" not in found and b"plugh" in found
    assert json.dumps(service.export_user("bob", STAFF), default=str) == before
    assert service.verify().differences == []
    assert service.export_user("ada-lovelace", STAFF) == service.export_user("nobody", STAFF) | {"user": "ada-lovelace"}
    assert [record["user"] for record in service.audit() if record["action"] == "erase"] == [None]
    assert not any("xyzzy" in json.dumps(record) for record in service.audit(1000))
    store.close()


def test_what_retention_compacts_leaves_the_files_of_sqlite_but_for_what_it_comes_to(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'badges.db'}")
    service = Service(store, lambda: NOW)
    service.apply({name: FILES[name] for name in ("events/quiz.yaml", "badges/good.yaml", "badges/ratio.yaml")}, "test")
    event = Event("ada", "app", "1", "quiz", NOW - 90 * DAY, 0, {"score": 90, "of": 1, "note": "a diary"})
    service.ingest([Posted(event)], STAFF)
    assert b"a diary" in files_of(tmp_path)
    service.retain(30 * DAY, STAFF)
    assert b"a diary" not in files_of(tmp_path)
    assert [award.badge for award in service.awards("ada", STAFF)] == ["good", "ratio"]
    store.close()
