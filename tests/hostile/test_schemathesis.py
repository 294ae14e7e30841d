"""Requests made from the OpenAPI document, good ones and bad ones: no 5xx, and no answer that it does not describe.

``BADGES_TEST_EXAMPLES=200`` for more of them.
"""

from __future__ import annotations

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from api import Config
from engine.store import MemoryStore
from tests.api.conftest import SECRET, Api, api_over

EXAMPLES = int(os.environ.get("BADGES_TEST_EXAMPLES", "6"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]
CALLERS = ("staff", "events", "read", "user:ada", None)


def make_api() -> Api:
    """An app with rules, and a user with events."""
    api = api_over(MemoryStore(), Config(jwt_secret=SECRET, stream_seconds=0))  # streams that are over at once
    api.post(*(api.quiz(f"q{number}") for number in range(4)))
    return api


API = make_api()
"""One app for all requests: what one does is there for the next."""
OPERATIONS = {
    operation.label: operation
    for result in schemathesis.openapi.from_wsgi("/openapi.json", API.app).get_all_operations()
    for operation in [result.ok()]
}

KINDS = [(label, GenerationMode.POSITIVE) for label in OPERATIONS] + [
    (label, GenerationMode.NEGATIVE) for label in OPERATIONS if label not in ("GET /healthz", "GET /readyz")
]
"""All operations, and those that have anything to get wrong."""


@pytest.mark.parametrize(("label", "mode"), KINDS)
def test_no_request_has_an_answer_that_is_not_described(label: str, mode: GenerationMode) -> None:
    """To think of a request takes longer than to answer it: every caller sends each of them."""
    credentials = [{"Authorization": f"Bearer {API.credential(caller)}"} if caller else {} for caller in CALLERS]

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(OPERATIONS[label].as_strategy(generation_mode=mode))
    def call(case: schemathesis.Case) -> None:
        for headers in credentials:
            case.call_and_validate(headers=headers, checks=CHECKS)

    call()
