"""Webhooks by HTTP: managed, tested, looked at, sent again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import ip_network
from typing import Any

import pytest

from api import Config
from engine.service.webhooks import Answer, Sent
from engine.webhooks import is_secret
from tests.api.conftest import SECRET, Api
from tests.engine.dispatch.receivers import Receiver, receiving

LOCAL = Config(jwt_secret=SECRET, webhook_networks=(ip_network("127.0.0.0/8"),), webhook_http=True, webhook_seconds=1)
URL = "https://example.com/hook?key=1"


@pytest.fixture
def hook(api: Api) -> str:
    return str(made(api)["id"])


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as started:
        yield started


def made(api: Api, **wish: Any) -> dict[str, Any]:
    response = api("POST", "/v1/webhooks", body={"url": URL, **wish})
    assert response.status_code == 201, response.text
    return dict(response.get_json())


def attempt(api: Api, hook: str, answer: Answer) -> None:
    outgoing = api.service.webhooks.outgoing
    outgoing.settle([Sent(each, answer) for each in outgoing.take(hook, 0, 4)[1]])


def test_a_webhook_is_made_shown_changed_and_removed(api: Api) -> None:
    first = made(api, types=["badge.awarded"], badges=["first_quiz"], description="The shop")
    secret, shown = first.pop("secret"), api.get(f"/v1/webhooks/{first['id']}")
    assert is_secret(secret) and shown == first and secret not in str(api.get("/v1/webhooks"))
    assert (shown["health"], shown["enabled"], shown["pending"], shown["url"]) == ("ok", True, 0, URL)
    changed = api("PATCH", f"/v1/webhooks/{first['id']}", body={"enabled": False, "badges": []}).get_json()
    assert changed == {**first, "enabled": False, "badges": [], "health": "off"}
    assert api.get("/v1/webhooks")["webhooks"] == [changed]
    assert api("DELETE", f"/v1/webhooks/{first['id']}").get_json() == {"removed": True}
    assert api("GET", f"/v1/webhooks/{first['id']}").status_code == 404
    assert api.get("/v1/webhooks")["webhooks"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "url"),
        ({"url": "http://example.com/"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"url": 5}, "url"),
        ({"url": URL, "types": ["badge.award"]}, "types"),
        ({"url": URL, "types": "badge.awarded"}, "types"),
        ({"url": URL, "badges": ["first_quizz"]}, "badges"),
        ({"url": URL, "enabled": "yes"}, "enabled"),
        ({"url": URL, "secret": "whsec_short"}, "secret"),
        ({"url": URL, "evnts": []}, "evnts"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_with_its_field(api: Api, body: Any, field: str) -> None:
    response = api("POST", "/v1/webhooks", body=body)
    assert (response.status_code, response.get_json()["errors"][0]["field"]) == (422, field)


def test_a_secret_of_ones_own_is_taken(api: Api) -> None:
    secret = "whsec_" + "A" * 40
    assert made(api, secret=secret)["secret"] == secret


def test_a_secret_is_rotated(api: Api, hook: str) -> None:
    fresh = api("POST", f"/v1/webhooks/{hook}/rotate").get_json()
    assert is_secret(fresh["secret"]) and fresh["old_secret_until"] == "2026-03-03T12:00:00Z"
    at_once = api("POST", f"/v1/webhooks/{hook}/rotate", body={"overlap_seconds": 0}).get_json()
    assert at_once["secret"] != fresh["secret"] and at_once["old_secret_until"] is None
    for overlap in (-1, True, "1", 10**9):
        body = {"overlap_seconds": overlap}
        assert api("POST", f"/v1/webhooks/{hook}/rotate", body=body).status_code == 422


def test_deliveries_are_listed_shown_and_sent_again(api: Api, hook: str) -> None:
    api.post(api.quiz("q1"))
    listed = api.get(f"/v1/webhooks/{hook}/deliveries")["deliveries"]
    assert {(each["type"], each["user"], each["state"]) for each in listed} >= {("badge.awarded", "ada", "pending")}
    attempt(api, hook, Answer(422, "it answered 422"))
    page = api.get(f"/v1/webhooks/{hook}/deliveries?limit=1&before={listed[0]['number']}")["deliveries"]
    assert page[0]["number"] == listed[1]["number"]
    one = api.get(f"/v1/webhooks/{hook}/deliveries/{listed[-1]['number']}")
    assert one["body"]["data"]["badge"] == "first_quiz" and one["body"]["id"] == one["message"]
    assert (one["status"], one["error"], one["tries"]) == (422, "it answered 422", 1)
    again = api("POST", f"/v1/webhooks/{hook}/deliveries/{one['number']}/replay")
    assert again.status_code == 202 and again.get_json()["tries"] == 0
    assert api("GET", f"/v1/webhooks/{hook}/deliveries/{10**30}").status_code == 404
    assert api("GET", f"/v1/webhooks/{hook}/deliveries?state=lost").status_code == 422


def test_dead_letters_are_sent_again_since_an_instant(api: Api, hook: str) -> None:
    api.post(api.quiz("q1"))
    api.clock.days(4)
    attempt(api, hook, Answer(422, "it answered 422"))
    assert len(api.get(f"/v1/webhooks/{hook}/deliveries?state=dead")["deliveries"]) == 1
    assert api.get(f"/v1/webhooks/{hook}")["dead"] == 1
    body = {"since": "2026-03-02T12:00:00Z", "until": "2026-03-03T00:00:00+02:00"}
    assert api("POST", f"/v1/webhooks/{hook}/replay", body=body).get_json() == {"replayed": 1}
    for bad in ({}, {"since": "yesterday"}, {"since": 5}, {**body, "delivered": 1}):
        assert api("POST", f"/v1/webhooks/{hook}/replay", body=bad).status_code == 422
    api("PATCH", f"/v1/webhooks/{hook}", body={"enabled": False})
    off = api("POST", f"/v1/webhooks/{hook}/replay", body=body)
    assert (off.status_code, off.get_json()["type"]) == (409, "/problems/webhook-off")


def test_a_test_is_sent_at_once_and_told(make_api: Callable[..., Api], receiver: Receiver) -> None:
    api = make_api(LOCAL)
    hook = made(api, url=receiver.url)
    assert api("POST", f"/v1/webhooks/{hook['id']}/test").get_json()["delivered"]
    [message] = receiver.messages_at(hook["secret"], api.clock.now)
    assert (message["type"], message["data"]) == ("webhook.test", {"webhook": hook["id"]})
    receiver.status = 500
    told = api("POST", f"/v1/webhooks/{hook['id']}/test").get_json()
    assert (told["delivered"], told["status"]) == (False, 500)
    assert told["error"] == "it answered 500 Internal Server Error"


def test_a_name_that_leads_to_this_machine_is_not_called(api: Api, receiver: Receiver) -> None:
    hook = made(api, url=receiver.url.replace("http:", "https:").replace("127.0.0.1", "localhost"))
    told = api("POST", f"/v1/webhooks/{hook['id']}/test").get_json()
    assert "not public" in told["error"] and receiver.received == []


def test_how_webhooks_are_is_in_the_telemetry(api: Api, hook: str) -> None:
    api.post(api.quiz("q1"))
    pending = len(api.get(f"/v1/webhooks/{hook}/deliveries")["deliveries"])
    text = api("GET", "/metrics").text
    assert f'badges_webhook_pending{{webhook="{hook}"}} {pending:.1f}' in text
    assert f'badges_webhook_failing{{webhook="{hook}"}} 0.0' in text
