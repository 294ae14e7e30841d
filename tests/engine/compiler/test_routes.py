"""What an event of each type can touch."""


def keys(rules, route: str) -> tuple[set[str], set[str]]:
    """Metrics, by the badges that use them, and badges whose holdings are loaded."""
    loaded = rules.routes[route].keys
    metrics = {user for key in loaded if not key.startswith("b:") for user in rules.users_of[key] or (key,)}
    return metrics, {key[2:] for key in loaded if key.startswith("b:")}


def test_an_event_loads_its_badges_what_hangs_on_them_and_what_they_need(rules) -> None:
    found = rules(
        a="trigger: login",
        b="trigger: quiz\nprerequisites: [a, other]",
        c="trigger: quiz\nthreshold: 2\nprerequisites: [b]",
        other="trigger: quiz\nthreshold: 3",
        far="trigger: user.updated",
    )
    assert keys(found, "login") == ({"a", "b", "c", "other"}, {"a", "b", "c", "other"})
    assert keys(found, "user.updated") == ({"far"}, {"far"})
    assert [badge.id for badge in found.dependents["b"]] == ["c"]


def test_awards_lead_to_the_badges_that_count_them(rules) -> None:
    found = rules(
        a="trigger: login",
        collector="trigger: badge.awarded\nthreshold: 2",
        after="trigger: quiz\nprerequisites: [collector]",
    )
    assert keys(found, "login") == ({"a", "collector", "after"}, {"a", "collector", "after"})
    assert [badge.id for badge in found.routes["badge.awarded"].badges] == ["collector"]


def test_a_type_that_awards_nothing_loads_its_metrics_alone(rules) -> None:
    files = {"metrics/m.yaml": "trigger: login", "leaderboards/l.yaml": "name: L\nrank_by: metric\nmetric: m"}
    found = rules(files, c="trigger: badge.awarded")
    assert found.routes["login"].keys == (found.metrics["m"].fingerprint,)


def test_every_type_has_a_route_and_so_has_the_grant_of_every_badge(rules) -> None:
    found = rules(gift="grant: staff", b="trigger: quiz\nprerequisites: [gift]", c="trigger: badge.awarded")
    types = {"login", "quiz", "user.updated", "badge.awarded", "event.retracted"}
    assert set(found.routes) == types | {f"badge.granted:{id}" for id in ("gift", "b", "c")}
    assert keys(found, "badge.granted:gift") == ({"b", "c"}, {"gift", "b", "c"})
    assert len(found.routes) == 8
    assert "badge.granted:nothing" not in found.routes and found.routes.get("nothing") is None


def test_a_gate_is_loaded_with_the_badge_that_opens_it(rules) -> None:
    found = rules(a="trigger: login", b="trigger: quiz\nprerequisites: [a]\ncounts: after_prerequisites")
    gated = found.badges["b"].criteria[0].metric
    assert found.gated["a"] == (gated,)
    assert gated.fingerprint in found.routes["login"].keys and "b:a" in found.routes["quiz"].keys
