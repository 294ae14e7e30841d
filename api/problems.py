"""Every error becomes ``application/problem+json``, here and nowhere else. Source: RFC 9457."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from engine.cloudevents import BadRequest
from engine.problems import ERROR, RulesRejected
from engine.service import Refused
from engine.store.protocol import StoreUnavailable

from .answers import answer

_DETAILS = {404: "There is nothing at this path.", 413: "The body is larger than this server takes."}
CONTENT_TYPE = "application/problem+json"
RETRY_AFTER = "1"
"""Seconds to wait before a call is tried again."""
_LOG = logging.getLogger(__name__)
_SLUGS = {
    400: "bad-request",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    415: "unsupported-media-type",
}


class HttpProblem(Exception):
    """A request that the edge itself refuses: a status, a stable slug, a sentence, and what else the body says."""

    def __init__(
        self, status: int, type: str, detail: str, extra: Mapping[str, Any] = {}, headers: Mapping[str, str] = {}
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.type = type
        self.detail = detail
        self.extra = extra
        self.headers = headers


def invalid(field: str, message: str, help: str | None = None) -> HttpProblem:
    """A field of the request that cannot be used (422)."""
    error = {"field": field, "message": message} | ({"help": help} if help else {})
    return invalid_fields([error])


def invalid_fields(
    errors: Sequence[Mapping[str, Any]], type: str = "invalid-request", status: int = 422
) -> HttpProblem:
    """Fields of the request that cannot be used, each with its reason."""
    return HttpProblem(status, type, _sentence(errors), {"errors": list(errors)})


def register(app: Flask) -> None:
    """Sends every error of the app through ``problem``."""
    app.register_error_handler(HttpProblem, lambda e: problem(e.status, e.type, e.detail, e.extra, e.headers))
    app.register_error_handler(BadRequest, lambda e: problem(e.status, e.type, e.detail))
    app.register_error_handler(Refused, lambda e: problem(e.status, e.type, e.detail, e.extra))
    app.register_error_handler(RulesRejected, _rules_rejected)
    app.register_error_handler(StoreUnavailable, _store_unavailable)
    app.register_error_handler(HTTPException, _http_exception)
    app.register_error_handler(Exception, _unexpected)


def problem(
    status: int, slug: str, detail: str, extra: Mapping[str, Any] = {}, headers: Mapping[str, str] = {}
) -> Response:
    """The answer for an error; ``type`` is stable, and a client may branch on it."""
    success = {"success": False} if _is_action() else {}
    again = {"Retry-After": RETRY_AFTER} if status == 503 else {}
    body = success | body_of(status, slug, detail) | dict(extra)
    return answer(body, status, again | dict(headers), CONTENT_TYPE)


def body_of(status: int, slug: str, detail: str) -> dict[str, Any]:
    """What every problem says."""
    title = slug.replace("-", " ").capitalize()
    return {"type": f"/problems/{slug}", "title": title, "status": status, "detail": detail}


def _is_action() -> bool:
    return request.path == "/v1/actions" or request.path.startswith("/functions/v1/")


def _sentence(errors: Sequence[Mapping[str, Any]]) -> str:
    if not errors:
        return "The request cannot be used."
    field, message = errors[0].get("field", ""), errors[0]["message"]
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return f"{message if field in message else f'{field}: {message}'}{more}."


def rejected(problems: Sequence[Mapping[str, Any]]) -> HttpProblem:
    """A rule set with errors (422), by the records of what was found in it."""
    count = sum(p["severity"] == ERROR for p in problems)
    detail = f"The rule set has {count} {'error' if count == 1 else 'errors'}: {problems[0]['message']}"
    return HttpProblem(422, "invalid-rules", detail, {"problems": list(problems)})


def _rules_rejected(error: RulesRejected) -> Response:
    found = rejected([p.as_json() for p in error.problems])
    return problem(found.status, found.type, found.detail, found.extra)


def _store_unavailable(error: Exception) -> Response:
    _LOG.warning("%s", error)
    return problem(503, "unavailable", "The database cannot be reached right now.")


def _http_exception(error: HTTPException) -> Response:
    status = error.code or 500
    slug = _SLUGS.get(status, "bad-request" if status < 500 else "internal-error")
    allowed = error.valid_methods if isinstance(error, MethodNotAllowed) else None
    headers = {"Allow": ", ".join(sorted(allowed))} if allowed else {}
    return problem(status, slug, _DETAILS.get(status) or error.description or slug, headers=headers)


def _unexpected(error: Exception) -> Response:
    _LOG.error("a request failed", exc_info=error)
    return problem(500, "internal-error", "Something went wrong here.", {"request_id": g.get("request_id")})
