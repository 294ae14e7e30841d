"""The process beside: it answers, ends what takes too long, and comes back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.workshop import Broken, Busy, TooCostly, Workshop

GOOD = {"events/a.yaml": "payload: {type: object}\n", "badges/b.yaml": "name: B\ntrigger: a\n"}
HOSTILE = {
    "events/a.yaml": "payload: {type: object}\n",
    **{f"badges/a{n}.yaml": f"name: A{n}\ntrigger: a\nthreshold: {n + 1}\n" for n in range(1_500)},
}
NOTHING = {"files": GOOD, "old": GOOD, "folder": ""}


@pytest.fixture(scope="module")
def workshop() -> Iterator[Workshop]:
    made = Workshop()
    yield made
    made.close()


def test_it_answers_what_rule_authors_ask(workshop: Workshop) -> None:
    told = workshop.ask("check", {"files": GOOD})["answer"]
    assert ([problem["code"] for problem in told["problems"]], told["badges"][0]["badge"]) == (["untested-badge"], "b")


def test_rules_with_an_error_and_unfit_questions_are_told_as_such(workshop: Workshop) -> None:
    bad = {**GOOD, "badges/c.yaml": "name: C\ntrigger: b\n"}
    told = workshop.ask("simulate", {"files": bad, "events": "", "as_of": None})
    assert told["problems"][0]["code"] == "unknown-event"
    question = {"files": GOOD, "file": "x.yaml", "line": 1, "column": 1}
    assert workshop.ask("complete", question)["unfit"]["field"] == "file"
    with pytest.raises(Broken, match="KeyError"):
        workshop.ask("check", {})


def test_what_takes_too_long_is_ended_and_the_next_question_answered() -> None:
    hurried = Workshop(seconds=0.05)
    try:
        with pytest.raises(TooCostly):
            hurried.ask("check", {"files": HOSTILE})
        assert hurried.ask("patch", NOTHING)["answer"] == {"patch": ""}
    finally:
        hurried.close()


def test_what_needs_too_much_memory_is_refused() -> None:
    small = Workshop(memory=120 * 1024 * 1024)
    try:
        with pytest.raises(TooCostly):
            small.ask("patch", {"files": {"a": "x\n" * 1_000_000}, "old": {}, "folder": ""})
        assert small.ask("patch", NOTHING)["answer"] == {"patch": ""}
    finally:
        small.close()


def test_who_comes_when_too_many_ask_is_sent_away() -> None:
    narrow, begun = Workshop(at_once=1), threading.Event()

    def first() -> None:
        begun.set()
        narrow.ask("check", {"files": GOOD})

    asking = threading.Thread(target=first)
    with narrow._turn:
        asking.start()
        begun.wait(10)
        while narrow._places._value:
            threading.Event().wait(0.01)
        with pytest.raises(Busy):
            narrow.ask("check", {"files": GOOD})
    asking.join(30)
    narrow.close()


def test_nobody_waits_longer_than_an_answer_may_take() -> None:
    narrow = Workshop(seconds=0.01)
    with narrow._turn, pytest.raises(Busy):
        narrow.ask("check", {"files": GOOD})


def test_it_knows_nothing_of_this_processs_environment(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BADGES_JWT_SECRET", "a secret")
    fresh = Workshop()
    try:
        fresh.ask("check", {"files": GOOD})
        assert fresh._process is not None
        assert b"BADGES" not in Path(f"/proc/{fresh._process.pid}/environ").read_bytes()
    finally:
        fresh.close()
