"""A request becomes an answer: the app's, or a problem where the request could not be read."""

from __future__ import annotations

import logging
import uuid
from http import HTTPStatus
from typing import Any

from waitress.task import ErrorTask, WSGITask
from waitress.utilities import Error

from engine import jsontext

from ..problems import CONTENT_TYPE, body_of
from .live import LIVE, Live

REFUSED = "badges.refused"
"""The key of the WSGI environment that says why a request is to be answered 503 at once."""
_LOG = logging.getLogger("api.requests")
_DETAILS = {
    HTTPStatus.BAD_REQUEST: ("bad-request", "The request cannot be read"),
    HTTPStatus.REQUEST_TIMEOUT: ("too-slow", "The request took too long to arrive"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("too-large", "The body is larger than this server takes"),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: ("headers-too-large", "The headers are larger than this server takes"),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("internal-error", "Something went wrong here"),
}


class RequestTimeout(Error):
    """A request that did not arrive in time."""

    code = 408
    reason = "Request Timeout"


class AppTask(WSGITask):
    """A request that the app answers."""

    chunked_response: bool
    close_on_finish: bool

    def __init__(self, channel: Any, request: Any) -> None:
        super().__init__(channel, request)
        self._live: Live | None = None

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ[REFUSED] = self.request.refused
        environ[LIVE] = self._go_on
        return environ

    def _go_on(self, live: Live) -> None:
        live.take()
        self._live = live

    def execute(self) -> None:
        """Answer; while the server stops, the connection ends with the answer."""
        if self.channel.server.stopping:
            self.set_close_on_finish()
        super().execute()

    def finish(self) -> None:
        """End the answer, or leave it to those who go on with it."""
        if self._live is None:
            super().finish()
        else:
            self.close_on_finish = False
            self.channel.go_live(self._live, self)

    def end(self) -> None:
        """Say that an answer which went on is at its end."""
        if self.chunked_response:
            self.channel.write_soon(b"0\r\n\r\n")


class ProblemTask(ErrorTask):
    """A request that no app could read, answered with a problem."""

    def execute(self) -> None:
        """Answer, and end the connection: where the next request would begin cannot be known."""
        error = self.request.error
        status = _status(error.code)
        slug, detail = _DETAILS[status]
        if status is HTTPStatus.BAD_REQUEST:
            detail += f": {_reason(error.body)}"
        request_id = uuid.uuid4().hex
        _LOG.info("refused", extra={"fields": {"request_id": request_id, "status": status.value, "type": slug}})
        self._answer(status, jsontext.dumps(body_of(status.value, slug, f"{detail}.")).encode(), request_id)

    def _answer(self, status: HTTPStatus, body: bytes, request_id: str) -> None:
        self.status = f"{status.value} {status.phrase}"
        self.response_headers += [
            ("Content-Type", CONTENT_TYPE),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Request-ID", request_id),
        ]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


def _status(code: int) -> HTTPStatus:
    """A transfer coding that is not known (501) is a fault of the request here."""
    return HTTPStatus.BAD_REQUEST if code == HTTPStatus.NOT_IMPLEMENTED else HTTPStatus(code)


def _reason(told: str) -> str:
    """What is wrong, without what was sent."""
    return told.partition(' "')[0].rstrip(".")
