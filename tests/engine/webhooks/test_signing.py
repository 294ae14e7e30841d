"""What receivers verify: the library of Standard Webhooks takes our signatures, and nothing else."""

from __future__ import annotations

import json
import time

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from engine.webhooks import AWARDED, Endpoint, body_of, headers_of, is_secret, secret_of

OLD, NEW = secret_of(b"o" * 32), secret_of(b"n" * 32)
BODY = body_of("msg_1", AWARDED, 1_000_000, {"name": "初クイズ", "points": 5}, "ada")


def test_every_secret_that_is_valid_verifies_a_message_and_no_other_does() -> None:
    headers = dict(headers_of("msg_1", BODY, (NEW, OLD), time.time_ns() // 1000))
    for secret in (NEW, OLD):
        assert Webhook(secret).verify(BODY.encode(), headers)["subject"] == "ada"
    with pytest.raises(WebhookVerificationError):
        Webhook(secret_of(b"x" * 32)).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(BODY.replace("ada", "eve"), headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(BODY, headers | {"webhook-id": "msg_2"})


def test_an_old_secret_signs_until_its_end() -> None:
    endpoint = Endpoint("wh_a", "https://a.example", NEW, 0, old_secret=OLD, old_until=100)
    assert endpoint.secrets(99) == (NEW, OLD) and endpoint.secrets(100) == (NEW,)
    assert OLD not in repr(endpoint) and NEW not in repr(endpoint)


def test_a_message_is_a_cloudevent() -> None:
    assert json.loads(BODY) == {
        "specversion": "1.0",
        "id": "msg_1",
        "source": "badges:engine",
        "type": "badge.awarded",
        "subject": "ada",
        "time": "1970-01-01T00:00:01Z",
        "datacontenttype": "application/json",
        "data": {"name": "初クイズ", "points": 5},
    }


@pytest.mark.parametrize(
    "text", ["", "whsec_", "whsec_!!!!", "sk_" + NEW[6:], secret_of(b"short"), secret_of(b"x" * 65)]
)
def test_what_is_no_secret_is_told_from_one(text: str) -> None:
    assert is_secret(NEW) and not is_secret(text)
