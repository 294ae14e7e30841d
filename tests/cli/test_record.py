"""`badges test --record`: a scenario out of what really happened, that passes and gives nobody away."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.compiler import load
from engine.scenarios import record, run, scenarios_of
from engine.simulate import read_log
from tests.reference.strategies import random_history

from .conftest import Run

FILES = {
    "settings.yaml": "user: {type: object, properties: {plan: {type: string}}}\n",
    "events/quiz.yaml": "payload: {type: object, required: [score, who], properties: {score: {type: number}, "
    "who: {type: string}, note: {type: string}, friend: {type: string}}}\n",
    "events/login.yaml": "payload: {type: object}\n",
    "badges/good.yaml": "name: Good\ntrigger: quiz\nwhen: event.score >= 80\nthreshold: 2\n",
    "badges/days.yaml": "name: Days\ntrigger: login\nmeasure: streak\nperiod: day\ntiers: "
    "[{id: two, threshold: 2}, {id: three, threshold: 3}]\n",
    "badges/pro.yaml": "name: Pro\ntrigger: login\nwhen: default(user.plan, '') == 'pro'\nprerequisites: [gift]\n",
    "badges/friends.yaml": "name: Friends\ntrigger: quiz\nwhen: has(event.friend) and event.friend != user.id\n"
    "measure: count_distinct\nof: event.friend\nthreshold: 9\n",
    "badges/gift.yaml": "name: Gift\ngrant: staff\n",
    "badges/collector.yaml": "name: Collector\ntrigger: badge.awarded\n"
    "when: event.badge != 'collector'\nthreshold: 3\n",
}


def posted(id: str, type: str, time: str, data: dict[str, Any] | None = None, user: str = "ada") -> str:
    source = "badges:calls" if type.startswith("badge.") else "app"
    event = {"specversion": "1.0", "id": id, "source": source, "type": type, "subject": user, "time": time}
    return json.dumps({**event, "data": data or {}})


LOG = [
    posted("u", "user.updated", "2025-03-01T00:00:00Z", {"timezone": "Asia/Tokyo", "name": "Secret", "plan": "pro"}),
    posted("1", "quiz", "2025-03-01T10:00:00+01:00", {"score": 90, "who": "ada@example.org", "note": "Ada Secret"}),
    posted("2", "quiz", "2025-03-01T10:00:00+01:00", {"score": 70, "who": "ada@example.org", "friend": "ada"}),
    posted("3", "login", "2025-03-01T16:00:00.25Z"),
    posted("4", "login", "2025-03-02T16:00:00Z"),
    posted("5", "quiz", "2025-03-03T10:00:00Z", {"score": 80, "who": "ada@example.org", "friend": "bob"}),
    posted("6", "login", "2025-03-03T16:30:00Z"),
    posted("7", "quiz", "2025-03-04T10:00:00Z", {"score": 80, "who": "ada@example.org"}),
    posted("8", "quiz", "2025-03-04T11:00:00Z", {"score": 95, "who": "x"}),
    posted("g", "badge.granted", "2025-03-05T10:00:00Z", {"badge": "gift"}),
    posted("r", "event.retracted", "2025-03-05T11:00:00Z", {"source": "app", "id": "8"}),
    posted("9", "login", "2025-03-06T10:30:00Z"),
    posted("1", "quiz", "2025-03-01T10:00:00Z", {"score": 99, "who": "bob"}, user="bob"),
]


@pytest.fixture
def recorder(badges: Run, folder: Path) -> Run:
    """A database in which Ada did something; her badges are recorded into `recorded`."""
    for name, text in FILES.items():
        file = folder / "recorded" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (folder / "log.jsonl").write_text("\n".join(LOG), encoding="utf-8")
    assert badges("apply", "recorded").exit_code == 0
    assert badges("import", "log.jsonl").exit_code == 0
    return lambda *words: badges("test", "recorded", "--record", *words)


def test_a_scenario_is_written_that_passes_and_says_what_came_when(recorder: Run, folder: Path) -> None:
    result = recorder("ada", "good")
    name = "recorded/scenarios/recorded/good.yaml"
    assert (result.exit_code, result.stdout.splitlines()) == (
        0,
        [name, "ok   recorded/good", "1 scenario: 1 passed, 0 failed."],
    )
    assert (folder / name).read_text(encoding="utf-8").splitlines() == [
        "# yaml-language-server: $schema=../../../.schemas/scenario.schema.json",
        "description: What somebody did and what it gave of good.",
        "steps:",
        "  - {event: quiz, at: 2025-03-01T10:00+01:00, id: e00001, data: {score: 90, who: x}}",
        "  - {event: quiz, at: 2025-03-01T10:00+01:00, id: e00002, data: {score: 70, who: x}}",
        "  - expect: {without: [good]}",
        "  - {event: quiz, at: 2025-03-03T10:00Z, data: {score: 80, who: x}}",
        "  - expect: {badges: [good]}",
    ]


@pytest.mark.parametrize("badge", ["good", "days", "pro", "friends", "gift", "collector"])
def test_every_badge_can_be_recorded_and_names_nobody(recorder: Run, folder: Path, badge: str) -> None:
    result = recorder("ada", badge)
    assert result.exit_code == 0, result.output
    text = (folder / f"recorded/scenarios/recorded/{badge}.yaml").read_text(encoding="utf-8")
    assert "ada" not in text and "Secret" not in text and "example.org" not in text


def test_tiers_are_told_each_when_it_came(recorder: Run, folder: Path) -> None:
    recorder("ada", "days")
    lines = (folder / "recorded/scenarios/recorded/days.yaml").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if "expect" in line] == [
        "  - expect: {without: [days.two]}",
        "  - expect: {badges: [days.two]}",
        "  - expect: {without: [days.three]}",
        "  - expect: {badges: [days.three]}",
    ]


def test_attributes_are_told_that_matter(recorder: Run, folder: Path) -> None:
    recorder("ada", "days")
    recorder("ada", "pro")
    days, pro = [(folder / f"recorded/scenarios/recorded/{id}.yaml").read_text("utf-8") for id in ("days", "pro")]
    assert "data: {timezone: Asia/Tokyo}}" in days and "data: {plan: pro}}" in pro


def test_what_was_not_earned_is_told_with_how_far_it_is(recorder: Run, folder: Path) -> None:
    recorder("ada", "friends")
    lines = (folder / "recorded/scenarios/recorded/friends.yaml").read_text(encoding="utf-8").splitlines()
    assert lines[-1] == "  - expect: {without: [friends], progress: {friends: 1}}"
    assert "friend: user}" in "".join(lines)


def test_a_second_recording_is_a_second_file(recorder: Run) -> None:
    recorder("ada", "good")
    assert "recorded/scenarios/recorded/good_2.yaml" in recorder("ada", "good").stdout


@pytest.mark.parametrize("words", [("ada", "goood"), ("nobody", "good"), ("bob", "days")])
def test_what_cannot_be_recorded_writes_nothing(recorder: Run, folder: Path, words: tuple[str, str]) -> None:
    assert recorder(*words).exit_code == 2
    assert not list((folder / "recorded").rglob("recorded/*.yaml"))


@pytest.mark.parametrize("seed", range(12))
def test_recordings_of_random_histories_pass(seed: int) -> None:
    files, lines = random_history(seed)
    rules = load(files)
    for user, log in read_log(rules, map(json.dumps, lines)).by_user(None).items():
        for badge in rules.badges.values():
            steps = record(rules, badge, user, log)
            if steps:
                text = "steps: " + json.dumps(steps)
                again = load({**files, "scenarios/recorded.yaml": text})
                (result,) = [run(again, s) for s in scenarios_of(again) if s.id == "recorded"]
                assert result.passed, (badge.id, result.faults)
