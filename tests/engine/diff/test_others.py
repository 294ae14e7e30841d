"""What is told of shared metrics, catalogs, event types, leaderboards, actions and settings."""

from tests.engine.diff.telling import QUIZ, comparison, told

METRIC = "trigger: quiz\nwhen: has(event.topic) and event.topic in catalog.topics\n"
BY_METRIC = {"metrics/topics_done.yaml": METRIC, "badges/x.yaml": "name: X\nmetric: topics_done\nthreshold: 3\n"}
ALL_TOPICS = {
    "badges/x.yaml": "name: X\ntrigger: quiz\nmeasure: count_distinct\nof: default(event.topic, '')\n"
    "threshold: size(catalog.topics)\n"
}
MORE_TOPICS = {"catalogs/topics.yaml": "items: [math, art, music]\n"}


def test_a_shared_metric_is_told_once_and_each_badge_in_which_direction() -> None:
    after = {**BY_METRIC, "metrics/topics_done.yaml": METRIC.replace("has(", "time.is_weekend and has(")}
    assert told(BY_METRIC, after)[0] == "x: tighter: its metric topics_done is tighter"
    assert told(BY_METRIC, after)[1].startswith("metric topics_done: tighter: when has(event.topic) and event.topic in")
    metric = comparison(BY_METRIC, after).changes[1]
    assert metric.reaches == {"x": "tighter"} and metric.rebuilds


def test_a_badge_that_names_another_metric_says_so() -> None:
    other = {"metrics/quizzes.yaml": "trigger: quiz\n", "badges/x.yaml": "name: X\nmetric: quizzes\nthreshold: 3\n"}
    assert told(BY_METRIC, {**BY_METRIC, **other}) == [
        "x: looser: metric topics_done → quizzes",
        "metric quizzes: changed: new metric: n quiz",
    ]


def test_an_item_more_is_looser_where_a_condition_reads_it() -> None:
    rule = {"badges/x.yaml": "name: X\n" + METRIC}
    found = comparison(rule, {**rule, **MORE_TOPICS})
    assert [(c.title, c.direction, c.sentence) for c in found.changes] == [
        (
            "x",
            "looser",
            "when has(event.topic) and event.topic in catalog.topics: catalog topics with music",
        ),
        ("catalog topics", "changed", "with music: 2 → 3 items"),
    ]
    assert found.changes[1].reaches == {"x": "looser"}


def test_an_item_more_is_tighter_where_a_threshold_reads_it() -> None:
    assert told(ALL_TOPICS, {**ALL_TOPICS, **MORE_TOPICS}) == [
        "x: tighter: threshold size(catalog.topics) 2 → 3",
        "catalog topics: changed: with music: 2 → 3 items",
    ]
    assert told({**ALL_TOPICS, **MORE_TOPICS}, ALL_TOPICS)[-1] == "catalog topics: changed: without music: 3 → 2 items"


def test_an_item_that_takes_the_place_of_another_is_changed() -> None:
    rule = {"badges/x.yaml": "name: X\n" + METRIC}
    swapped = {**rule, "catalogs/topics.yaml": "items: [art, music]\n"}
    assert told(rule, swapped)[0].startswith("x: changed: when ")
    assert told(rule, swapped)[0].endswith(": catalog topics with music and without math")


def test_the_order_of_a_catalog_does_not_matter() -> None:
    rule = {"badges/x.yaml": "name: X\n" + METRIC}
    assert told(rule, {**rule, "catalogs/topics.yaml": "items: [art, math]\n"}) == []


def test_a_payload_that_refuses_more_reaches_the_badges_that_count_it() -> None:
    found = comparison({}, {"events/quiz.yaml": QUIZ.replace("[score]", "[score, topic]")})
    assert [change.title for change in found.changes] == ["event quiz"]
    assert found.changes[0].reaches == {"first": "tighter"}
    assert found.reached["first"].sentence == "counts quiz"


def test_a_field_that_may_be_sent_reaches_nobody() -> None:
    found = comparison({}, {"events/quiz.yaml": QUIZ + "    more: {type: number}\n"})
    assert [(c.direction, c.sentence, c.reaches) for c in found.changes] == [("changed", "new field more", {})]


def test_a_setting_reaches_the_badges_whose_days_it_decides() -> None:
    rule = {
        "badges/x.yaml": "name: X\ntrigger: quiz\nmeasure: streak\nperiod: day\nthreshold: 3\n",
        "badges/y.yaml": "name: Y\ntrigger: quiz\nper: week\nthreshold: 3\n",
    }
    found = comparison(rule, {**rule, "settings.yaml": "timezone: Europe/Berlin\nlocale: de\n"})
    assert [(c.title, c.direction, c.sentence) for c in found.changes] == [
        ("settings timezone", "changed", "UTC → Europe/Berlin"),
        ("settings locale", "text only", "en → de"),
    ]
    assert found.changes[0].reaches == {"x": "changed", "y": "changed"}
    week = comparison(rule, {**rule, "settings.yaml": "week_start: sunday\n"}).changes[0]
    assert (week.sentence, week.reaches) == ("monday → sunday", {"y": "changed"})
    assert told({}, {"settings.yaml": 'day_start: "04:30"\nuser: {plan: {type: string}}\n'}) == [
        "settings day_start: changed: 00:00 → 04:30",
        "settings user: looser: attributes of users: new field plan",
    ]


def test_leaderboards_and_actions_are_told() -> None:
    days = {"metrics/days.yaml": "trigger: login\nmeasure: streak\nperiod: day\n"}
    before = {
        **days,
        "leaderboards/top.yaml": "name: Top\nrank_by: badges\n",
        "actions.yaml": "check_streaks: {emits: login, metric: days, badges: [first]}\n",
    }
    after = {
        **days,
        "leaderboards/top.yaml": "name: Best\nrank_by: points\nper: week\n",
        "actions.yaml": "check_streaks: {metric: days, badges: [first, other], callers: services}\n"
        "leaderboard: {leaderboard: top}\n",
    }
    assert told(before, after) == [
        "leaderboard top: changed: ranks by badges → ranks by points per week",
        'leaderboard top: text only: name "Top" → "Best"',
        "action check_streaks: changed: emits login → none",
        "action check_streaks: changed: badges first → first, other",
        "action check_streaks: changed: callers none → services",
        "action leaderboard: changed: new action: leaderboard top",
    ]


def test_what_is_new_or_gone_is_told_with_what_it_is() -> None:
    added = {
        "events/swim.yaml": "description: A lap.\npayload: {type: object}\n",
        "catalogs/pools.yaml": "items: [a, b]\n",
        "metrics/laps.yaml": "trigger: swim\nper: week\n",
        "leaderboards/laps.yaml": "name: Laps\nrank_by: metric\nmetric: laps\n",
    }
    assert told({}, added) == [
        "event swim: changed: new event: A lap.",
        "catalog pools: changed: new catalog: a, b",
        "metric laps: changed: new metric: n swim in one week",
        "leaderboard laps: changed: new leaderboard: ranks by metric laps",
    ]
    assert comparison({}, added).rebuilt == ("leaderboard laps",)
    assert told(added, {})[0] == "event swim: changed: removed event: A lap."


def test_each_change_names_its_file() -> None:
    after = {**BY_METRIC, "metrics/topics_done.yaml": METRIC + "per: week\n", "settings.yaml": "locale: de\n"}
    assert [(c.subject, c.file) for c in comparison(BY_METRIC, after).changes] == [
        ("badge", "badges/x.yaml"),
        ("settings", "settings.yaml"),
        ("metric", "metrics/topics_done.yaml"),
    ]
    assert comparison(BY_METRIC, {}).changes[0].file == "badges/x.yaml"


def test_an_attribute_of_users_reaches_the_badges_that_read_attributes() -> None:
    gold = {"badges/x.yaml": "name: X\ntrigger: quiz\nwhen: has(user.plan)\n"}
    before = {**gold, "settings.yaml": "user: {plan: {type: string}}\n"}
    found = comparison(before, {**gold, "settings.yaml": "user: {plan: {type: string, maxLength: 4}}\n"})
    assert [(c.direction, c.sentence, c.reaches) for c in found.changes] == [
        ("tighter", "attributes of users: plan: maxLength none → 4", {"x": "changed"})
    ]
    assert found.reached["x"].sentence == "depends on user"


def test_a_description_decides_nothing() -> None:
    after = {
        "events/quiz.yaml": "description: A quiz.\n" + QUIZ,
        "catalogs/topics.yaml": "description: Topics.\nitems: [math, art]\n",
        "metrics/topics_done.yaml": "description: Done.\n" + METRIC,
    }
    assert told(BY_METRIC, {**BY_METRIC, **after}) == [
        'event quiz: text only: description "A quiz." is new',
        'catalog topics: text only: description "Topics." is new',
        'metric topics_done: text only: description "Done." is new',
    ]
