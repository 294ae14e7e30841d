"""The OpenAPI document says what the routes are, all of them and no others."""

from __future__ import annotations

import re

from openapi_spec_validator import validate

from api.permissions import PERMISSIONS, is_page

CORE = [
    ("post", "/v1/events"),
    ("get", "/v1/users/{user}/badges"),
    ("get", "/v1/users/{user}/badges/count"),
    ("get", "/v1/users/{user}/progress"),
    ("get", "/v1/users/{user}/badges/{badge}/explanation"),
    ("put", "/v1/users/{user}/badges/{badge}"),
    ("delete", "/v1/users/{user}/badges/{badge}"),
    ("get", "/v1/users/{user}/export"),
    ("delete", "/v1/users/{user}"),
    ("get", "/v1/badges"),
    ("get", "/v1/badges/{badge}"),
    ("get", "/v1/leaderboards/{board}"),
    ("get", "/v1/rules"),
    ("post", "/v1/rules/apply"),
    ("get", "/v1/audit"),
    ("post", "/v1/actions"),
    ("post", "/functions/v1/{name}"),
    ("get", "/healthz"),
    ("get", "/readyz"),
    ("get", "/metrics"),
    ("get", "/openapi.json"),
]


def test_the_document_is_valid_openapi(api) -> None:
    validate(api.document)
    assert api.document["openapi"].startswith("3.1")


def test_every_route_is_documented_and_every_documented_route_exists(api) -> None:
    routes = {
        (method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in api.app.url_map.iter_rules()
        if not is_page(rule.endpoint)
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    described = {(method, path) for path, item in api.document["paths"].items() for method in item}
    assert routes == described


def test_the_routes_that_others_build_on_are_there(api) -> None:
    described = {(method, path) for path, item in api.document["paths"].items() for method in item}
    assert set(CORE) <= described


def test_every_operation_says_who_may_call_it_and_has_an_id_of_its_own(api) -> None:
    operations = [op for item in api.document["paths"].values() for op in item.values()]
    assert len({op["operationId"] for op in operations}) == len(operations)
    open_paths = {path for path, item in api.document["paths"].items() for op in item.values() if not op["security"]}
    assert open_paths == {"/healthz", "/readyz", "/openapi.json"}


def test_the_table_of_permissions_names_every_route_and_no_other(api) -> None:
    assert set(PERMISSIONS) == {rule.endpoint for rule in api.app.url_map.iter_rules()}


def test_every_schema_is_used(api) -> None:
    used = set(re.findall(r"#/components/schemas/(\w+)", str(api.document)))
    assert used == set(api.document["components"]["schemas"])
