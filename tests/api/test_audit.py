"""Who did what."""

from __future__ import annotations

import pytest


def test_the_newest_entries_come_first_and_pages_follow(api) -> None:
    for user in ("u1", "u2", "u3"):
        api("PUT", f"/v1/users/{user}/badges/mvp", "staff", {"reason": user})
    first = api.get("/v1/audit?limit=2")["entries"]
    assert [entry["user"] for entry in first] == ["u3", "u2"]
    assert first[0]["actor"] == "staff-key"
    assert first[0]["at"] == "2026-03-02T12:00:00Z"
    rest = api.get(f"/v1/audit?before={first[-1]['number']}")["entries"]
    assert rest[0]["user"] == "u1"


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "before=0", "before=x"])
def test_a_bad_parameter_is_refused(api, query: str) -> None:
    assert api("GET", f"/v1/audit?{query}").status_code == 422
