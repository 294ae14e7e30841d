"""A metric is what it means: its fingerprint covers all that its value depends on, and nothing else."""

import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.compiler.fingerprints import digest

ACCURATE = "trigger: quiz\nwhen: event.score / event.total >= 0.85\n"


def metric(rules, text: str, files: dict[str, str] | None = None):
    return rules(files or {}, x=text).badges["x"].criteria[0].metric


@pytest.mark.parametrize(
    ("text", "same"),
    [
        (ACCURATE, "when: event.score / event.total >= 0.85\ntrigger: quiz\n"),
        (ACCURATE, "trigger: [quiz]\nwhen: '( event.score/event[\"total\"] ) >= 0.850'\n"),
        (ACCURATE, ACCURATE + "threshold: 5\nicon: x\npoints: 3\nsecret: true\nmetadata: {a: event.score}\n"),
        (ACCURATE, ACCURATE + "measure: count\ncompare: at_least\n"),
        ("trigger: [login, quiz]", "trigger: [quiz, login]"),
        ("trigger: login\nwithin: 7d", "trigger: login\nwithin: 1w"),
        ("trigger: login\nwithin: 1d", "trigger: login\nwithin: 24h"),
        (
            "trigger: login\nmeasure: streak\nperiod: day",
            "trigger: login\nmeasure: streak\nperiod: day\ngrace: 0\nmin_events: 1",
        ),
        (
            "trigger: quiz\nmeasure: count_distinct\nof: event.provider",
            "trigger: quiz\nmeasure: count_distinct\nof: event.provider\nlatest: false",
        ),
    ],
)
def test_spelling_order_and_what_is_not_counted_do_not_matter(rules, text: str, same: str) -> None:
    assert metric(rules, text).fingerprint == metric(rules, same).fingerprint


@pytest.mark.parametrize(
    "other",
    [
        "trigger: login\n",
        "trigger: [quiz, login]\n",
        "trigger: quiz\n",
        "trigger: quiz\nwhen: event.score / event.total > 0.85\n",
        ACCURATE + "measure: sum\nof: event.score\n",
        ACCURATE + "by: event.provider\n",
        ACCURATE + "within: 7d\n",
        ACCURATE + "per: week\n",
        ACCURATE + "available: {from: 2026-01-01}\n",
        ACCURATE + "prerequisites: [y]\ncounts: after_prerequisites\n",
    ],
)
def test_what_the_value_depends_on_matters(rules, other: str) -> None:
    y = {"badges/y.yaml": "name: Y\ntrigger: login\nthreshold: 2\n"}
    assert metric(rules, ACCURATE, y).fingerprint != metric(rules, other, y).fingerprint


def test_payload_schemas_and_texts_do_not_matter(rules) -> None:
    schema = (
        "payload: {required: [score, total, provider], properties: {provider: {type: string}, "
        "score: {type: integer, maximum: 9, minimum: 0}, total: {type: integer, minimum: 1}}}"
    )
    assert metric(rules, ACCURATE).fingerprint == metric(rules, ACCURATE, {"events/quiz.yaml": schema}).fingerprint


def test_items_of_a_catalog_matter_to_those_that_read_it_but_not_their_order(rules) -> None:
    text = "trigger: quiz\nwhen: event.provider in catalog.providers\n"
    turned, more = (
        {"catalogs/providers.yaml": "items: [google, openai]"},
        {"catalogs/providers.yaml": "items: [openai, google, x]"},
    )
    assert (
        metric(rules, text).fingerprint
        == metric(rules, text, turned).fingerprint
        != metric(rules, text, more).fingerprint
    )
    assert metric(rules, ACCURATE).fingerprint == metric(rules, ACCURATE, more).fingerprint


@pytest.mark.parametrize(
    "setting", ["timezone: Asia/Tokyo", "local_time: event", "week_start: sunday", 'day_start: "04:00"']
)
@pytest.mark.parametrize(
    ("text", "is_local"),
    [
        ("trigger: login\n", False),
        ("trigger: login\nwithin: 7d\n", False),
        ("trigger: login\nper: week\n", True),
        ("trigger: login\nmeasure: streak\nperiod: day\n", True),
        ("trigger: login\nwhen: time.is_weekend\n", True),
    ],
)
def test_calendar_settings_matter_to_those_that_use_the_calendar(
    rules, setting: str, text: str, is_local: bool
) -> None:
    assert (metric(rules, text).fingerprint != metric(rules, text, {"settings.yaml": setting}).fingerprint) == is_local


def test_the_same_definition_is_one_metric_wherever_it_stands(rules) -> None:
    files = {"metrics/accurate.yaml": ACCURATE, "leaderboards/top.yaml": "name: Top\nrank_by: metric\nmetric: accurate"}
    found = rules(
        files, x=ACCURATE, y="metric: accurate\nthreshold: 3", z="criteria: [{metric: accurate}, {trigger: login}]"
    )
    shared = found.metrics["accurate"]
    assert shared.name == "accurate"
    assert all(found.badges[id].criteria[0].metric is shared for id in "xyz")
    assert found.leaderboards["top"].metric is shared
    assert found.users_of[shared.fingerprint] == ("x", "y", "z")
    assert found.by_fingerprint[shared.fingerprint] is shared


def test_a_shared_metric_that_nothing_uses_is_not_folded(rules) -> None:
    found = rules({"metrics/accurate.yaml": ACCURATE}, x="trigger: login")
    assert found.metrics["accurate"].fingerprint not in found.by_fingerprint
    assert found.routes["quiz"].metrics == ()


def test_a_streak_that_repeats_has_a_metric_of_its_own_because_its_laps_count(rules) -> None:
    streak = "trigger: login\nmeasure: streak\nperiod: day\nthreshold: {}\n"
    once, three, five = (
        metric(rules, streak.format(n) + more)
        for n, more in [(3, ""), (3, "repeatable: true"), (5, "repeatable: true")]
    )
    assert len({once.fingerprint, three.fingerprint, five.fingerprint}) == 3


def test_a_gate_keeps_its_metric_when_its_badge_is_renamed_and_changes_it_when_that_badge_does(rules) -> None:
    text = "trigger: quiz\nprerequisites: [{}]\ncounts: after_prerequisites\n"
    first = metric(rules, text.format("y"), {"badges/y.yaml": "name: Y\ntrigger: login\n"})
    renamed = metric(rules, text.format("z"), {"badges/z.yaml": "name: Z\ntrigger: login\nformerly: [y]\n"})
    harder = metric(rules, text.format("y"), {"badges/y.yaml": "name: Y\ntrigger: login\nthreshold: 9\n"})
    assert first.fingerprint == renamed.fingerprint != harder.fingerprint
    assert first.gate is not None and first.gate.items == (("y", None),)


@pytest.mark.parametrize(
    ("change", "is_new"),
    [
        (
            "name: Other\ndescription: x\nicon: x\ncategory: c\npoints: 9\nsecret: true\nmetadata: {a: event.score}\n",
            False,
        ),
        ("threshold: 2\n", True),
        ("retired: true\n", True),
        ("available: {until: 2030-01-01}\n", True),
        ("repeatable: true\n", True),
        ("prerequisites: [y]\n", True),
        ("tiers: [{id: a, threshold: 1}]\n", True),
    ],
)
def test_a_badge_has_a_new_version_when_who_earns_it_and_when_changes(rules, change: str, is_new: bool) -> None:
    head = "" if "name:" in change else "name: X\n"
    y = {"badges/y.yaml": "name: Y\ntrigger: login\nthreshold: 2\n"}
    before = rules({"badges/x.yaml": "name: X\n" + ACCURATE, **y}).badges["x"].version
    assert (rules({"badges/x.yaml": head + ACCURATE + change, **y}).badges["x"].version != before) == is_new


def test_a_rule_set_has_a_new_version_with_every_text_but_the_same_semantics(rules) -> None:
    one, other = rules(x=ACCURATE), rules(x=ACCURATE + "description: Be accurate.\n")
    assert one.version != other.version and one.semantics == other.semantics
    assert rules(x=ACCURATE + "points: 1\n").semantics != one.semantics
    assert rules({"README.md": "x", "notes/.hidden.yaml": "x"}, x=ACCURATE).version == one.version


texts = st.text(st.characters(codec="utf-8")) | st.sampled_from(["[0.5", ":1e5", "\x7f\x00\u2028", "\ud800"])
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(values, max_size=4))
def test_what_is_hashed_is_the_canonical_json_of_python(value):
    written = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert digest(value) == hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:16]
