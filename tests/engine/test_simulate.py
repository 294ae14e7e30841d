"""A file of events through a rule set, in memory."""

from __future__ import annotations

import json
from typing import Any

from engine.compiler import load
from engine.simulate import compare, simulate

FILES = {
    "events/order.yaml": "payload: {type: object, required: [amount], properties: {amount: {type: number}}}\n",
    "badges/two_orders.yaml": "name: Two orders\ntrigger: order\nthreshold: 2\n",
    "badges/ratio.yaml": "name: Ratio\ntrigger: order\nwhen: 1 / event.amount < 1\nthreshold: 2\n",
    "badges/quiet.yaml": "name: Quiet\ntrigger: order\nthreshold: 9\nsecret: true\n",
    "badges/old.yaml": "name: Old\ntrigger: order\nretired: true\n",
    "badges/gift.yaml": "name: Gift\ngrant: staff\n",
}
RULES = load(FILES)


def line(id_: str, time: str, amount: Any = 5, **more: Any) -> str:
    event = {"specversion": "1.0", "source": "shop", "id": id_, "subject": "ada", "type": "order", "time": time}
    return json.dumps({**event, "data": {"amount": amount}, **more})


def badges(answer: dict[str, Any], user: str = "ada") -> list[str]:
    return [award["badge"] for award in answer["users"][user]["badges"]]


def test_events_are_folded_in_the_order_of_their_times_whatever_the_order_of_the_lines() -> None:
    lines = [line("2", "2026-01-02T10:00:00Z"), line("1", "2026-01-01T10:00:00Z")]
    award = simulate(RULES, lines)["users"]["ada"]["badges"][1]
    assert (award["badge"], award["awarded_at"], award["event"]["id"]) == ("two_orders", "2026-01-02T10:00:00Z", "2")


def test_a_line_that_is_repeated_counts_once_and_is_not_mentioned() -> None:
    same = line("1", "2026-01-01T10:00:00Z")
    answer = simulate(RULES, [same, same, line("1", "2026-01-01T11:00:00+01:00", 5.0)])
    assert answer["users"]["ada"]["badges"] == [] and answer["rejected"] == []


def test_a_line_that_contradicts_an_earlier_one_is_rejected() -> None:
    answer = simulate(RULES, [line("1", "2026-01-01T10:00:00Z"), "\n", line("1", "2026-01-01T10:00:00Z", 6)])
    assert answer["rejected"] == [
        {"line": 3, "reason": "line 1 has another event with this source and id, which stands"}
    ]


def test_events_after_as_of_are_left_out_and_so_are_users_who_have_no_others() -> None:
    lines = [line("1", "2026-01-01T10:00:00Z"), line("2", "2026-01-02T10:00:00Z")]
    lines.append(line("3", "2026-01-02T10:00:00Z", subject="bob"))
    assert simulate(RULES, lines, 1_767_261_600_000_000)["users"].keys() == {"ada"}
    assert badges(simulate(RULES, lines, 1_767_261_600_000_000)) == []
    assert simulate(RULES, lines, 0)["users"] == {}


def test_a_line_that_is_no_event_of_the_rule_set_is_rejected_with_its_reason() -> None:
    time = "2026-01-01T10:00:00Z"
    lines = ["no json", line("1", time, type="oder"), line("2", time, "5"), line("3", "2026-01-01T10:00:00")]
    lines += [line("4", time, type="badge.awarded"), line("5", time).replace(f'"time": "{time}", ', "")]
    rejected = {row["line"]: row["reason"] for row in simulate(RULES, lines)["rejected"]}
    assert rejected.keys() == {1, 2, 3, 4, 5, 6}
    assert rejected[2] == "oder is not an event type of this rule set: did you mean order?"
    assert "amount" in rejected[3] and "offset" in rejected[4] and "cannot be posted" in rejected[5]


def test_a_time_in_the_future_is_taken_as_it_is() -> None:
    assert badges(simulate(RULES, [line("1", "2126-01-01T10:00:00Z")])) == []


def test_entries_of_calls_count_as_an_export_wrote_them() -> None:
    call = {"source": "badges:calls", "type": "badge.granted", "data": {"badge": "gift"}}
    answer = simulate(RULES, [line("g", "2026-01-01T10:00:00Z", **call)])
    assert badges(answer) == ["gift"] and answer["rejected"] == []
    assert simulate(RULES, [line("g", "2026-01-01T10:00:00Z", **{**call, "data": {}})])["rejected"]


def test_a_rule_that_fails_is_reported_and_the_others_are_evaluated() -> None:
    answer = simulate(RULES, [line("1", "2026-01-01T10:00:00Z", 0), line("2", "2026-01-01T11:00:00Z")])
    assert badges(answer) == ["two_orders"]
    (error,) = answer["errors"]
    assert (error["badge"], error["user"], error["event"]) == ("ratio", "ada", {"source": "shop", "id": "1"})
    assert "divides by 0" in error["message"]


def test_progress_is_that_of_all_badges_with_criteria_secret_and_retired_ones_too() -> None:
    answer = simulate(RULES, [line("1", "2026-01-01T10:00:00Z")])
    progress = answer["users"]["ada"]["progress"]
    assert [(p["badge"], p["value"], p["state"]) for p in progress] == [
        ("old", 1, "unavailable"),
        ("quiet", 1, "in_progress"),
        ("ratio", 1, "in_progress"),
        ("two_orders", 1, "in_progress"),
    ]


def test_an_event_that_is_retracted_gives_nothing() -> None:
    lines = [line("1", "2026-01-01T10:00:00Z"), line("2", "2026-01-02T10:00:00Z")]
    lines.append(line("r", "2026-01-03T10:00:00Z", type="event.retracted", data={"source": "shop", "id": "1"}))
    assert badges(simulate(RULES, lines)) == []


def test_two_rule_sets_are_compared_by_who_gains_and_who_loses() -> None:
    lines = [line("1", "2026-01-01T10:00:00Z")]
    looser = load({**FILES, "badges/two_orders.yaml": "name: Two orders\ntrigger: order\nthreshold: 1\n"})
    assert compare(simulate(RULES, lines), simulate(looser, lines)) == {"two_orders": {"gained": ["ada"], "lost": []}}
    assert compare(simulate(looser, lines), simulate(RULES, lines)) == {"two_orders": {"gained": [], "lost": ["ada"]}}


def test_an_empty_file_gives_nothing() -> None:
    assert simulate(RULES, []) == {"users": {}, "rejected": [], "errors": []}
