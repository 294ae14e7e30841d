"""What an edit reaches: badges that need the edited one, badges that count awards; what is rebuilt for it."""

import pytest

from tests.engine.diff.telling import comparison

EASY, HARD = "name: X\ntrigger: quiz\n", "name: X\ntrigger: quiz\nthreshold: 2\n"
COLLECTOR = "name: C\ntrigger: badge.awarded\nthreshold: 3\n"


def reached(other: str, before: str = EASY, after: str = HARD) -> dict[str, tuple[str, str]]:
    """What an edit of the badge x reaches, beside another badge."""
    found = comparison(
        {"badges/x.yaml": before, "badges/y.yaml": other}, {"badges/x.yaml": after, "badges/y.yaml": other}
    )
    return {id: (one.direction, one.sentence) for id, one in found.reached.items()}


def test_a_badge_is_reached_through_its_prerequisites() -> None:
    needs = "name: Y\ntrigger: login\nprerequisites: [x]\n"
    assert reached(needs) == {"y": ("tighter", "needs x")}
    assert reached(needs, HARD, EASY) == {"y": ("looser", "needs x")}


def test_it_is_reached_through_a_chain_and_the_change_names_all() -> None:
    rules = {
        "badges/x.yaml": EASY,
        "badges/y.yaml": "name: Y\ntrigger: login\nprerequisites: {any: [x, first]}\n",
        "badges/z.yaml": "name: Z\ntrigger: login\nprerequisites: [y]\n",
    }
    found = comparison(rules, {**rules, "badges/x.yaml": HARD})
    assert found.changes[0].reaches == {"y": "tighter", "z": "tighter"}
    assert found.reached["z"].sentence == "needs y"


@pytest.mark.parametrize(
    "other",
    [
        "name: Y\ntrigger: login\nmeasure: streak\nperiod: event\nwhen: time.is_weekend\nthreshold: 2\n",
        "name: Y\ntrigger: quiz\nmeasure: max\nof: event.score\nthreshold: 2\n",
    ],
)
def test_what_more_prerequisites_mean_is_proved_where_only_events_meet_the_criteria(other: str) -> None:
    assert reached(other + "prerequisites: [x]\n")["y"][0] == "tighter"


@pytest.mark.parametrize(
    "other",
    [
        "name: Y\ntrigger: quiz\nmeasure: average\nof: event.score\nwithin: 7d\nthreshold: 2\n",
        "name: Y\ntrigger: quiz\nmeasure: average\nof: event.score\nthreshold: 2\ncounts: after_prerequisites\n",
    ],
)
def test_where_time_can_meet_the_criteria_or_their_events_begin_elsewhere_it_is_changed(other: str) -> None:
    assert reached(other + "prerequisites: [x]\n")["y"][0] == "changed"


def test_a_badge_that_counts_awards_is_reached() -> None:
    assert reached(COLLECTOR) == {"y": ("tighter", "counts the awards of x")}


@pytest.mark.parametrize(
    ("keys", "direction"),
    [
        ("measure: count_distinct\nof: event.badge\n", "tighter"),
        ("measure: sum\nof: event.points\n", "tighter"),
        ("measure: average\nof: event.points\n", "changed"),
        ("measure: latest\nof: event.points\n", "changed"),
        ("within: 7d\n", "changed"),
        ("when: time.is_weekend\n", "changed"),
        ("available: {from: 2026-03-01}\n", "changed"),
    ],
)
def test_it_is_proved_where_neither_time_nor_order_of_awards_matter(keys: str, direction: str) -> None:
    assert reached(COLLECTOR + keys)["y"][0] == direction


def test_a_badge_that_leaves_an_award_out_is_not_reached_by_it() -> None:
    assert reached(COLLECTOR + 'when: event.badge != "x"\n') == {}
    assert reached(COLLECTOR + "when: event.points > 5\n") == {}


def test_points_reach_those_who_read_them_alone() -> None:
    after = EASY + "points: 10\n"
    assert reached(COLLECTOR, EASY, after) == {}
    sums = COLLECTOR + "measure: sum\nof: event.points\n"
    assert reached(sums, EASY, after) == {"y": ("changed", "reads awards of x")}


def test_two_ways_that_differ_are_changed() -> None:
    rules = {"badges/x.yaml": EASY, "badges/y.yaml": HARD, "badges/z.yaml": "name: Z\ntrigger: login\n"}
    needs = {"badges/z.yaml": "name: Z\ntrigger: login\nprerequisites: [x, y]\n"}
    found = comparison({**rules, **needs}, {"badges/x.yaml": HARD, "badges/y.yaml": EASY, **needs})
    assert {change.id: change.direction for change in found.changes} == {"x": "tighter", "y": "looser"}
    assert (found.reached["z"].direction, found.reached["z"].sentence) == ("changed", "needs x, y")


def test_a_badge_that_nothing_reaches_is_not_told() -> None:
    assert reached("name: Y\ntrigger: login\n") == {}


def test_a_new_definition_is_rebuilt_and_a_new_threshold_is_not() -> None:
    found = comparison(EASY, HARD)
    assert (found.rebuilt, found.versions) == ((), ("x",))
    assert (found.changes[0].rebuilds, found.changes[0].new_version) == (False, True)
    found = comparison(EASY, EASY + "when: event.score > 5\n")
    assert (found.rebuilt, found.versions, found.changes[0].rebuilds) == (("x",), ("x",), True)


def test_a_text_rebuilds_nothing() -> None:
    found = comparison(EASY, EASY + "points: 5\n")
    assert (found.rebuilt, found.versions) == ((), ())
    assert (found.changes[0].rebuilds, found.changes[0].new_version) == (False, False)
