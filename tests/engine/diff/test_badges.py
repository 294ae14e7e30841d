"""What is told of an edited badge, and in which direction it goes."""

import pytest

from tests.engine.diff.telling import directions, told

QUIZ = "name: X\ntrigger: quiz\n"
TIERED = QUIZ + "tiers: [{id: bronze, threshold: 2}, {id: gold, threshold: 5}]\n"
NEEDS = QUIZ + "prerequisites: "


def quiz(keys: str, threshold: int = 2) -> str:
    return f"{QUIZ}{keys}\nthreshold: {threshold}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            quiz("when: event.score >= 80"),
            "threshold: 2\nwhen:   event.score>=80.0  # good\nname: X\ntrigger: [quiz]\n",
        ),
        (quiz("within: 7d"), quiz("within: 1w")),
        (QUIZ, quiz("measure: count\ncompare: at_least", 1)),
        (NEEDS + "[first, other]", NEEDS + "[other, first]"),
        (NEEDS + "[first, other]", NEEDS + "{at_least: 2, of: [first, other]}"),
        (quiz("measure: streak\nperiod: day"), quiz("measure: streak\nperiod: day\ngrace: 0\nmin_events: 1")),
    ],
)
def test_what_is_only_written_differently_is_no_change(before: str, after: str) -> None:
    assert told(before, after) == []


@pytest.mark.parametrize(
    ("looser", "tighter", "sentence"),
    [
        (quiz("", 2), quiz("", 3), "threshold 2 → 3"),
        (
            quiz("when: event.score >= 80"),
            quiz("when: event.score >= 85"),
            "when event.score >= 80 → event.score >= 85",
        ),
        (quiz(""), quiz("when: event.score >= 80"), "counts only when event.score >= 80"),
        (
            quiz("when: event.score > 5"),
            quiz("when: event.score > 5 and time.is_weekend"),
            "when event.score > 5 → event.score > 5 and time.is_weekend",
        ),
        (quiz("within: 14d"), quiz("within: 7d"), "within 14d → within 7d"),
        (quiz(""), quiz("within: 7d"), "all events → within 7d"),
        (quiz("per: month"), quiz("per: day"), "per month → per day"),
        (quiz(""), quiz("by: event.score"), "counts for each event.score by itself"),
        (
            quiz("measure: count_distinct\nof: event.score\nwhen: event.score > 5"),
            quiz("measure: count_distinct\nof: event.score\nwhen: event.score > 5\nlatest: true"),
            "a value counts only by its newest event",
        ),
        (
            quiz("measure: streak\nperiod: day\ngrace: 1"),
            quiz("measure: streak\nperiod: day"),
            "grace 1 → 0",
        ),
        (
            quiz("measure: streak\nperiod: day"),
            quiz("measure: streak\nperiod: day\nmin_events: 2"),
            "min_events 1 → 2",
        ),
        (
            quiz("measure: average\nof: event.score"),
            quiz("measure: average\nof: event.score\nmin_events: 3"),
            "min_events 1 → 3",
        ),
        (
            quiz("measure: average\nof: event.score\ncompare: at_most", 5),
            quiz("measure: average\nof: event.score\ncompare: at_most", 3),
            "threshold 5 → 3",
        ),
        (
            quiz("measure: streak\nperiod: event\nwhen: event.score > 5"),
            quiz("measure: streak\nperiod: event\nwhen: event.score > 7"),
            "when event.score > 5 → event.score > 7",
        ),
        (
            quiz("measure: min\nof: event.score\ncompare: at_most"),
            quiz("measure: min\nof: event.score\ncompare: at_most\nwhen: event.score > 1"),
            "counts only when event.score > 1",
        ),
        (
            quiz("measure: sum\nof: event.score"),
            quiz("measure: sum\nof: event.score\nwithin: 7d"),
            "all events → within 7d",
        ),
        ("name: X\ntrigger: [login, quiz]\n", QUIZ, "trigger login or quiz → quiz"),
        (QUIZ, QUIZ + "prerequisites: [first]\n", "needs first too"),
        (NEEDS + "[first]", NEEDS + "[first, other]", "needs other too"),
        (NEEDS + "{any: [first, other]}", NEEDS + "[first]", "needs one of first, other → first"),
        (
            NEEDS + "{at_least: 1, of: [first, other]}",
            NEEDS + "{at_least: 2, of: [first, other]}",
            "needs one of first, other → first and other",
        ),
        (
            NEEDS + "[first]",
            NEEDS + "[first]\ncounts: after_prerequisites",
            "only what is done after the prerequisites were met counts",
        ),
        (QUIZ, QUIZ + "available: {until: 2026-03-01}\n", "available until ever → 2026-03-01"),
        (
            QUIZ + "available: {from: 2026-03-01}\n",
            QUIZ + "available: {from: 2026-04-01}\n",
            "available from 2026-03-01 → 2026-04-01",
        ),
        (TIERED, TIERED.replace("5", "6"), "tier gold: threshold 5 → 6"),
        (TIERED, TIERED.replace(", {id: gold, threshold: 5}", ""), "tier gold is gone"),
        (QUIZ, QUIZ + "retired: true\n", "retired: nobody new earns it, holders keep it"),
        (quiz("repeatable: true"), quiz(""), "awarded once only"),
        (
            quiz("repeatable: true\nmax_awards: 4"),
            quiz("repeatable: true\nmax_awards: 3"),
            "max_awards 4 → 3",
        ),
        ("name: X\ngrant: client\n", "name: X\ngrant: staff\n", "given by a call of staff"),
    ],
)
def test_the_way_there_is_tighter_and_the_way_back_is_looser(looser: str, tighter: str, sentence: str) -> None:
    assert told(looser, tighter) == [f"x: tighter: {sentence}"]
    assert directions(tighter, looser) == ["looser"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (quiz("when: event.score >= 80"), quiz("when: event.score <= 80")),
        (quiz("measure: average\nof: event.score"), quiz("measure: average\nof: event.score\nwhen: event.score > 5")),
        (quiz("measure: sum\nof: event.score"), quiz("measure: sum\nof: event.score * 2")),
        (quiz("measure: latest\nof: event.score"), quiz("measure: latest\nof: event.score\nwhen: event.score > 5")),
        (quiz("measure: min\nof: event.score"), quiz("measure: min\nof: event.score\nwithin: 7d")),
        (
            quiz("measure: sum\nof: default(event.delta, 0)"),
            quiz("measure: sum\nof: default(event.delta, 0)\nwhen: event.score > 5"),
        ),
        (
            quiz("measure: streak\nperiod: event\nwhen: event.score > 5"),
            quiz("measure: streak\nperiod: event\nwhen: has(event.passed) and event.passed and event.score > 5"),
        ),
        (quiz("per: week"), quiz("per: month")),
        (quiz("per: week"), quiz("within: 7d")),
        (quiz("measure: streak\nperiod: day"), quiz("measure: streak\nperiod: week")),
        (quiz("by: event.score"), quiz("by: event.score > 5")),
        (quiz(""), quiz("measure: sum\nof: event.score")),
        (QUIZ, TIERED),
        (QUIZ, "name: X\ngrant: staff\n"),
        (NEEDS + "[first]", NEEDS + "[other]"),
        (
            quiz("measure: average\nof: event.score\nwithin: 7d\nprerequisites: [first]"),
            quiz("measure: average\nof: event.score\nwithin: 7d\nprerequisites: [first, other]"),
        ),
        (
            quiz("measure: average\nof: event.score"),
            quiz("measure: average\nof: event.score\navailable: {from: 2026-03-01}"),
        ),
    ],
)
def test_what_cannot_be_proved_is_changed(one: str, other: str) -> None:
    assert directions(one, other) == directions(other, one) == ["changed"]


def test_two_spellings_of_one_condition_are_told_and_decide_nothing() -> None:
    one, other = quiz("when: event.score > 5"), quiz("when: not (event.score <= 5)")
    assert told(one, other) == ["x: text only: when event.score > 5 → not (event.score <= 5)"]


def test_every_tier_is_told_by_itself() -> None:
    after = TIERED.replace("threshold: 2", "threshold: 1").replace("5}]", "6}, {id: platinum, threshold: 9}]")
    assert told(TIERED, after) == [
        "x: looser: tier bronze: threshold 2 → 1",
        "x: tighter: tier gold: threshold 5 → 6",
        "x: looser: new tier platinum: threshold 9",
    ]


CRITERIA = "name: X\ncriteria:\n  - {trigger: quiz, threshold: 3}\n"
FEW = "  - {trigger: login, threshold: 2, compare: at_most}\n"


def test_a_criterion_more_is_tighter_and_each_is_told_by_itself() -> None:
    assert told(CRITERIA, CRITERIA + FEW) == ["x: tighter: asks for at most 2 login too"]
    assert told(CRITERIA + FEW, CRITERIA) == ["x: looser: no longer asks for at most 2 login"]
    after = CRITERIA.replace("3}", "4}") + FEW.replace("2,", "1,")
    assert told(CRITERIA + FEW, after) == [
        "x: tighter: 4 quiz: threshold 3 → 4",
        "x: tighter: at most 1 login: threshold 2 → 1",
    ]


def test_with_at_most_more_events_are_tighter() -> None:
    after = FEW.replace("login", "[login, quiz]")
    assert directions(CRITERIA + FEW, CRITERIA + after) == ["tighter"]


def test_a_criterion_that_time_can_meet_is_no_proof() -> None:
    assert directions(CRITERIA, CRITERIA + FEW.replace("threshold", "within: 7d, threshold")) == ["tighter"]
    windowed = CRITERIA + FEW.replace("threshold", "within: 7d, threshold")
    assert directions(windowed, windowed + "  - {trigger: login}\n") == ["changed"]


def test_texts_points_and_what_is_told_along_decide_nothing() -> None:
    before = QUIZ + "points: 10\ncategory: quiz\nmetadata: {a: event.score}\n"
    after = (
        "name: Y\ndescription: Do it.\nicon: 🚀\ntrigger: quiz\npoints: 20\nsecret: true\nmetadata: {b: event.score}\n"
    )
    assert told(before, after + "notify: {progress_at: [50]}\n") == [
        'x: text only: name "X" → "Y"',
        'x: text only: description "Do it." is new',
        'x: text only: icon "🚀" is new',
        "x: text only: category quiz → none",
        "x: text only: points 10 → 20",
        "x: text only: notifications of progress at none → 50%",
        "x: changed: secret from now on",
        "x: changed: metadata a is gone",
        "x: changed: metadata b is new",
    ]


def test_texts_are_told_by_locale() -> None:
    assert told("name: {en: X, de: Y}\ntrigger: quiz\n", "name: {en: X, de: Z}\ntrigger: quiz\n") == [
        'x: text only: name (de) "Y" → "Z"'
    ]


def test_a_renamed_badge_is_one_badge() -> None:
    before, after = {"badges/x.yaml": quiz("")}, {"badges/y.yaml": quiz("formerly: [x]", 3)}
    assert told(before, after) == ["y: renamed: was x; awards follow", "y: tighter: threshold 2 → 3"]


def test_a_rename_is_none_for_badges_that_need_it() -> None:
    before = {"badges/x.yaml": quiz(""), "badges/z.yaml": NEEDS + "[x]"}
    after = {"badges/y.yaml": quiz("formerly: [x]"), "badges/z.yaml": NEEDS + "[y]"}
    assert told(before, after) == ["y: renamed: was x; awards follow"]


def test_a_new_id_without_formerly_is_a_new_badge_and_the_way_out_is_told() -> None:
    removed, added = told({"badges/x.yaml": quiz("")}, {"badges/y.yaml": quiz("")})
    assert removed == "x: tighter: removed badge: 2 quiz"
    assert added.startswith("y: looser: new badge: 2 quiz (as x, which is gone: `formerly: [x]` would make it a rename")


def test_a_badge_that_becomes_part_of_another_is_told_so() -> None:
    assert told({"badges/x.yaml": QUIZ, "badges/y.yaml": QUIZ}, {"badges/y.yaml": QUIZ + "formerly: [x]\n"}) == [
        "x: renamed: is part of y now; awards follow",
        "y: changed: takes over x: its awards follow",
    ]


def test_former_ids_that_come_and_go_are_told() -> None:
    assert told(QUIZ, QUIZ + "formerly: [old]\n") == ["x: changed: takes over old: its awards follow"]
    assert told(QUIZ + "formerly: [old]\n", QUIZ) == [
        "x: changed: no longer formerly old: its awards do not follow any more"
    ]


@pytest.mark.parametrize(
    ("badge", "sentence"),
    [
        (QUIZ, "1 quiz"),
        (quiz("when: event.score >= 85\nmeasure: streak\nperiod: event", 5), "5 quiz in a row when event.score >= 85"),
        (
            quiz("measure: streak\nperiod: day\ngrace: 1\nmin_events: 2", 7),
            "7 days in a row with 2 quiz in each, up to 1 missed between two",
        ),
        (quiz("by: event.score", 3), "3 quiz with the same event.score"),
        (quiz("per: week\nrepeatable: true\nmax_awards: 3"), "2 quiz in one week; once a week, at most 3 times"),
        (
            quiz("measure: count_distinct\nof: event.score\nwithin: 7d"),
            "2 different event.score of quiz within 7d",
        ),
        (quiz("measure: sum\nof: event.score", 50), "event.score of quiz adding up to 50 or more"),
        (
            quiz("measure: average\nof: event.score\nmin_events: 5\ncompare: at_most", 5),
            "the average event.score of quiz at 5 or less (5 events or more)",
        ),
        (TIERED, "2 (bronze), 5 (gold) quiz"),
        (CRITERIA + FEW, "3 quiz and at most 2 login"),
        ("name: X\ngrant: client\nsecret: true\n", "given by a call of users themselves; secret"),
        (
            NEEDS + "{any: [first, other]}\ncounts: after_prerequisites\navailable: {from: 2026-03-01}\n",
            "1 quiz; needs one of first, other; counted from then on; from 2026-03-01T00:00:00Z",
        ),
    ],
)
def test_a_new_badge_is_told_in_a_sentence(badge: str, sentence: str) -> None:
    assert told({}, {"badges/x.yaml": badge}) == [f"x: looser: new badge: {sentence}"]
