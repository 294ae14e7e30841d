"""The OpenAPI document, made from the routes: what each view says of itself, and who may call it.

Source: OpenAPI 3.1.0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TypeVar, cast

from flask import Blueprint, Flask, Response, current_app
from werkzeug.routing import Rule

from .answers import answer
from .context import EXTENSION, Context
from .permissions import PERMISSIONS, Access, is_page
from .problems import CONTENT_TYPE
from .schemas import LIMIT, PATH_PARAMETERS, SCHEMAS

View = TypeVar("View", bound=Callable[..., Response])
_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
_TITLES = {
    400: "The request cannot be read.",
    401: "The credentials are missing, or prove nothing.",
    403: "The credentials do not reach that far.",
    404: "There is no such thing.",
    409: "It contradicts what is there.",
    413: "The body is too large.",
    415: "The body is of another content type.",
    422: "Fields of the request cannot be used; `errors` names each.",
    429: "The caller has used up its share for now; `Retry-After` says for how long.",
    503: "It cannot be done right now; `Retry-After` says when to try again.",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """What a view says of itself."""

    summary: str
    answers: Mapping[int, Any]
    """The schema of each answer, by status."""
    parameters: Sequence[Mapping[str, Any]] = ()
    """Of the query and the headers; those of the path follow from the route."""
    body: Mapping[str, Any] | None = None
    """The schema of each content type that the body may have."""
    body_required: bool = True
    problems: Sequence[int] = ()
    """Statuses of errors beside 401, 403, 429 and 503."""
    media: str = "application/json"
    tags: Sequence[str] = field(default_factory=tuple)


def documented(operation: Operation) -> Callable[[View], View]:
    """Says in the OpenAPI document what a view takes and answers."""

    def mark(view: View) -> View:
        cast(Any, view).__operation__ = operation
        return view

    return mark


def ref(name: str) -> dict[str, str]:
    """A schema of the document, by name."""
    assert name in SCHEMAS, name
    return {"$ref": f"#/components/schemas/{name}"}


def json_body(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A body of plain JSON."""
    return {"application/json": schema}


blueprint = Blueprint("openapi", __name__)


@blueprint.get("/openapi.json")
@documented(Operation("This document.", {200: {"type": "object"}}, tags=["operations"]))
def document() -> Response:
    """The OpenAPI document of the app at hand."""
    return answer(describe(current_app))


def describe(app: Flask) -> dict[str, Any]:
    """The OpenAPI document of an app."""
    paths: dict[str, dict[str, Any]] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda r: r.rule):
        if is_page(rule.endpoint):
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            paths.setdefault(_ARGUMENT.sub(r"{\1}", rule.rule), {})[method.lower()] = _operation(app, rule)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Badge rules engine", "version": _version(), "description": _DESCRIPTION},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": dict(SCHEMAS), "securitySchemes": {"bearer": _BEARER}},
    }


_DESCRIPTION = "Services post what happened; the rules say what it earns; users hold badges."
_BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "A key, which begins with `bk_`, or a user's own JSON Web Token.",
}


def _operation(app: Flask, rule: Rule) -> dict[str, Any]:
    said: Operation = cast(Any, app.view_functions[rule.endpoint]).__operation__
    access = PERMISSIONS[rule.endpoint]
    described = {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": said.summary,
        "description": f"For {access.description}.",
        "tags": list(said.tags) or [rule.endpoint.partition(".")[0]],
        "parameters": [
            *map(_path_parameter, _ARGUMENT.findall(rule.rule)),
            *(_page(each, app) if each is LIMIT else each for each in said.parameters),
        ],
        "responses": _responses(said, access),
        "security": [] if access.open else [{"bearer": []}],
    }
    return described | ({"requestBody": _request_body(said)} if said.body else {})


def _page(limit: Mapping[str, Any], app: Flask) -> Mapping[str, Any]:
    """How many entries may be asked for, as this app is told."""
    held: Context = app.extensions[EXTENSION]
    schema = {**limit["schema"], "maximum": held.config.page}
    return {**limit, "schema": {**schema, "default": min(schema["default"], held.config.page)}}


def _path_parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, **PATH_PARAMETERS[name]}


def _request_body(said: Operation) -> dict[str, Any]:
    content = {media: {"schema": schema} for media, schema in (said.body or {}).items()}
    return {"required": said.body_required, "content": content}


def _responses(said: Operation, access: Access) -> dict[str, Any]:
    good = {str(status): _answer(schema, said.media) for status, schema in said.answers.items()}
    bad = [401, 503, *([] if access.open else [403, 429]), *said.problems]
    problems = {str(status): _problem(_TITLES[status]) for status in sorted(set(bad))}
    return good | problems | {"default": _problem("Something went wrong.")}


def _answer(schema: Mapping[str, Any], media: str) -> dict[str, Any]:
    return {"description": "Done.", "content": {media: {"schema": schema}}}


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": {CONTENT_TYPE: {"schema": ref("Problem")}}}


@lru_cache(maxsize=1)
def _version() -> str:
    try:
        return version("badges-engine")
    except PackageNotFoundError:
        return "0"
