"""Badges as they are compiled: thresholds, tiers, windows, prerequisites, texts."""

import pytest

from engine.calendar import parse_instant
from engine.compiler import compile_rules
from engine.model import Prerequisites


def instant(text: str) -> int:
    return parse_instant(text)[0]


def test_a_threshold_is_a_number_or_an_expression_over_catalogs(rules) -> None:
    found = rules(
        a="trigger: login",
        b="trigger: login\nthreshold: 3.0",
        c="trigger: login\nthreshold: size(catalog.providers) * 2",
    )
    assert [found.badges[id].criteria[0].threshold for id in "abc"] == [1, 3, 4]


def test_tiers_share_one_criterion_with_the_threshold_of_the_first(rules) -> None:
    text = "trigger: login\npoints_: 0\n".replace("points_: 0\n", "")
    badge = rules(
        x=text + "tiers:\n- {id: a, threshold: 2, points: 5}\n- {id: b, threshold: 4, name: {en: B}, icon: i}"
    ).badges["x"]
    assert [criterion.threshold for criterion in badge.criteria] == [2]
    assert [(tier.id, tier.threshold, tier.points, tier.name, tier.icon) for tier in badge.tiers] == [
        ("a", 2, 5, {}, ""),
        ("b", 4, 0, {"en": "B"}, "i"),
    ]


@pytest.mark.parametrize(
    ("available", "since", "until"),
    [
        ("{from: 2026-03-29}", "2026-03-28T23:00:00Z", None),
        ("{until: 2026-03-29}", None, "2026-03-29T22:00:00Z"),
        (
            "{from: 2026-03-29T10:00:00+01:00, until: 2026-03-29T10:00:00Z}",
            "2026-03-29T09:00:00Z",
            "2026-03-29T10:00:00Z",
        ),
        ("{from: 2026-03-29, until: 2026-03-29}", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
    ],
)
def test_dates_are_whole_days_of_the_rule_set_s_zone_from_midnight(
    rules, available: str, since: str | None, until: str | None
) -> None:
    settings = {"settings.yaml": 'timezone: Europe/Berlin\nday_start: "04:00"'}
    badge = rules(settings, x=f"trigger: login\navailable: {available}").badges["x"]
    assert badge.available == (since and instant(since), until and instant(until))
    assert badge.criteria[0].metric.available == badge.available


@pytest.mark.parametrize(
    ("written", "needed", "items"),
    [
        ("[b, a]", 2, (("b", None), ("a", None))),
        ("[t.gold]", 1, (("t", "gold"),)),
        ("{any: [a, t]}", 1, (("a", None), ("t", None))),
        ("{at_least: 2, of: [a, b, t.gold]}", 2, (("a", None), ("b", None), ("t", "gold"))),
        ("{category: quiz}", 2, (("a", None), ("b", None))),
    ],
)
def test_prerequisites_in_every_form_are_how_many_of_which(rules, written: str, needed: int, items: tuple) -> None:
    found = rules(
        x=f"trigger: login\ncategory: quiz\nprerequisites: {written}",
        a="trigger: quiz\ncategory: quiz",
        b="trigger: quiz\nthreshold: 2\ncategory: quiz",
        old="trigger: quiz\nthreshold: 3\ncategory: quiz\nretired: true",
        gift="grant: staff\ncategory: quiz",
        t="trigger: quiz\ntiers: [{id: gold, threshold: 9}]",
    )
    prerequisites = found.badges["x"].prerequisites
    assert isinstance(prerequisites, Prerequisites)
    assert prerequisites.needed == needed and set(prerequisites.items) == set(items)


def test_depth_is_the_longest_chain_of_prerequisites(rules) -> None:
    found = rules(
        d="trigger: login\nthreshold: 4\nprerequisites: [a, c]",
        c="trigger: login\nthreshold: 3\nprerequisites: {any: [b, a]}",
        b="trigger: login\nthreshold: 2\nprerequisites: [a]",
        a="trigger: login",
    )
    assert {id: badge.depth for id, badge in found.badges.items()} == {"a": 0, "b": 1, "c": 2, "d": 3}
    assert [badge.id for badge in found.routes["login"].badges] == ["a", "b", "c", "d"]


def test_a_plain_text_stands_under_the_rule_set_s_locale(rules) -> None:
    badge = rules(
        {"settings.yaml": "locale: de", "badges/x.yaml": "name: Eins\ndescription: {de: x, en: y}\ntrigger: login"}
    ).badges["x"]
    assert badge.name == {"de": "Eins"} and badge.description == {"de": "x", "en": "y"}


def test_a_badge_given_by_calls_has_no_criteria(rules) -> None:
    badge = rules(x="grant: client").badges["x"]
    assert badge.criteria == () and badge.grant == "client" and badge.triggers == frozenset()


def test_criteria_are_kept_with_their_directions(rules) -> None:
    text = "criteria:\n- {trigger: quiz, threshold: 10}\n- {trigger: login, compare: at_most, threshold: 0}"
    badge = rules(x=text).badges["x"]
    assert [(c.threshold, c.at_most) for c in badge.criteria] == [(10, False), (0, True)]
    assert badge.triggers == {"login", "quiz"}


def test_former_ids_lead_to_present_ones(rules) -> None:
    assert rules(x="trigger: login\nformerly: [a, b]").renames == {"a": "x", "b": "x"}


def test_user_attributes_stand_under_properties_or_right_under_user(rules) -> None:
    badge = 'trigger: login\nwhen: default(user.plan, "") == "pro"'
    for user in (
        "{properties: {plan: {type: string}}}",
        "{type: object, properties: {plan: {type: string}}}",
        "{plan: {type: string}}",
    ):
        found = rules({"settings.yaml": f"user: {user}"}, x=badge)
        assert found.settings.user_schema == {"type": "object", "properties": {"plan": {"type": "string"}}}


@pytest.mark.parametrize(
    ("data", "is_accepted"),
    [
        ({"name": "A", "timezone": "Asia/Tokyo", "locale": "ja", "listed": False, "plan": "pro"}, True),
        ({"name": None, "timezone": None, "locale": None, "listed": None, "plan": None}, True),
        ({"timezone": "Asia/Tokio"}, False),
        ({"plan": "free"}, False),
        ({"plan": 3}, False),
        ({"colour": "red"}, False),
        ({"listed": "no"}, False),
    ],
)
def test_user_updated_takes_declared_attributes_and_zones_that_exist(rules, data: dict, is_accepted: bool) -> None:
    found = rules({"settings.yaml": "user: {properties: {plan: {enum: [pro, team]}}}"})
    assert (found.events["user.updated"].validate(data) == []) == is_accepted


def test_of_may_read_what_the_condition_makes_sure_of_unless_it_is_read_on_misses(rules) -> None:
    text = "name: X\ntrigger: quiz\nwhen: has(event.note)\nmeasure: count_distinct\nof: event.note\n"
    assert rules(text).badges["x"]
    files = dict(rules(text).files)
    problems = compile_rules({**files, "badges/x.yaml": text + "latest: true\n"}).problems
    assert "optional-field" in [problem.code for problem in problems]
