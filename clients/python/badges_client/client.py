"""The calls."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from itertools import islice
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import quote

import httpx

from .errors import Problem
from .listening import listened
from .retrying import Retries, persistently
from .types import (
    Award,
    CatalogEntry,
    CloudEvent,
    Credential,
    Feed,
    Grant,
    News,
    Place,
    Progress,
    Receipt,
    SecretBadge,
    Verdict,
)

BATCH = 1000
"""Events that a server takes at once, unless it is set up to take fewer."""
TIMEOUT = 30.0


def event(
    user: str,
    type: str,
    data: Mapping[str, Any] | None = None,
    *,
    source: str,
    id: str | None = None,
    time: datetime | str | None = None,
) -> CloudEvent:
    """Something that happened to a user. Without an ``id`` it gets a new one: sent again, it is the same event."""
    made: CloudEvent = {
        "specversion": "1.0",
        "id": id or str(uuid.uuid4()),
        "source": source,
        "type": type,
        "subject": user,
        "data": dict(data or {}),
    }
    if time is not None:
        made["time"] = _moment(time)
    return made


class Badges:
    """A server, called with a key or a user's own token. Close it after use, or use it as a context manager.

    Calls are tried again when no answer comes or the server is busy: all of them may be, for events and actions carry
    an id that is the same every time. May be used by several threads.
    """

    def __init__(
        self,
        url: str,
        credential: str | None = None,
        *,
        timeout: float = TIMEOUT,
        retries: Retries | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        headers = {"Authorization": f"Bearer {credential}"} if credential else {}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=timeout, transport=transport)
        self._retries = retries or Retries()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    # events

    def send(self, one: CloudEvent) -> Receipt:
        """Post an event. Raises Problem if it is rejected (422), or contradicts one of the same id (409)."""
        return cast(Receipt, self._call("POST", "/v1/events", one)["results"][0])

    def send_all(self, events: Iterable[CloudEvent], batch: int = BATCH) -> Iterator[Receipt]:
        """Post events in batches; a receipt for each, in order. One that is rejected stops no other."""
        rest = iter(events)
        while some := list(islice(rest, batch)):
            yield from self._call("POST", "/v1/events", some)["results"]

    # users

    def badges(self, user: str, locale: str | None = None) -> list[Award]:
        """What a user holds."""
        return cast(list[Award], self._call("GET", f"{_user(user)}/badges", query={"locale": locale})["badges"])

    def count(self, user: str) -> int:
        """How many distinct badges a user holds."""
        return int(self._call("GET", f"{_user(user)}/badges/count")["count"])

    def progress(self, user: str) -> list[Progress]:
        """How far a user is."""
        return cast(list[Progress], self._call("GET", f"{_user(user)}/progress")["progress"])

    def explanation(self, user: str, badge: str, locale: str | None = None) -> dict[str, Any]:
        """Why a user has a badge, or what is missing."""
        path = f"{_user(user)}/badges/{_part(badge)}/explanation"
        return cast(dict[str, Any], self._call("GET", path, query={"locale": locale}))

    def grant(self, user: str, badge: str, reason: str | None = None) -> Grant:
        """Give a badge, or a tier such as ``quiz_master.gold``. Raises Problem (403, 404, 409)."""
        body = {"reason": reason} if reason else None
        return cast(Grant, self._call("PUT", f"{_user(user)}/badges/{_part(badge)}", body))

    def revoke(self, user: str, badge: str, reason: str | None = None) -> int:
        """Take all of a badge away: how many awards that were. Raises Problem (404) if it is not held."""
        path = f"{_user(user)}/badges/{_part(badge)}"
        return int(self._call("DELETE", path, query={"reason": reason})["revoked"])

    def notifications(
        self, user: str, limit: int | None = None, before: int | None = None, locale: str | None = None
    ) -> Feed:
        """What a user was told, newest first; ``before`` an id: the next page."""
        query = {"limit": limit, "before": before, "locale": locale}
        return cast(Feed, self._call("GET", f"{_user(user)}/notifications", query=query))

    def mark_read(self, user: str, ids: Sequence[int] | None = None) -> int:
        """Mark notifications as read, all of them without ``ids``; how many are not read then."""
        body = {"ids": list(ids)} if ids is not None else {"all": True}
        return int(self._call("POST", f"{_user(user)}/notifications/read", body)["unread"])

    def news(self, user: str, after: int | None = None) -> Iterator[News]:
        """What is new to a user as it happens, or after a notification, for as long as one iterates.

        A stream that breaks is resumed, and nothing is missed or told twice.
        """

        def opened(newest: str | None) -> AbstractContextManager[httpx.Response]:
            headers = {"Accept": "text/event-stream", **({} if newest is None else {"Last-Event-ID": newest})}
            return self._http.stream("GET", f"{_user(user)}/stream", headers=headers)

        return listened(opened, after, self._retries, lambda response: Problem(response.status_code, _said(response)))

    def export(self, user: str) -> dict[str, Any]:
        """All that is stored of a user."""
        return cast(dict[str, Any], self._call("GET", f"{_user(user)}/export"))

    def erase(self, user: str) -> bool:
        """Remove all that names a user; whether there was anything."""
        return bool(self._call("DELETE", _user(user))["erased"])

    # what there is

    def catalog(self, locale: str | None = None) -> list[CatalogEntry | SecretBadge]:
        """All badges, with their holders."""
        answer = self._call("GET", "/v1/badges", query={"locale": locale})
        return cast(list[CatalogEntry | SecretBadge], answer["badges"])

    def badge(self, badge: str, locale: str | None = None) -> CatalogEntry:
        """One badge. Raises Problem (404)."""
        return cast(CatalogEntry, self._call("GET", f"/v1/badges/{_part(badge)}", query={"locale": locale}))

    def leaderboard(
        self, board: str, limit: int | None = None, around: str | None = None, users: Sequence[str] = ()
    ) -> list[Place]:
        """Places of a leaderboard. Raises Problem (404)."""
        query = {"limit": limit, "around": around, "users": ",".join(users) or None}
        return cast(list[Place], self._call("GET", f"/v1/leaderboards/{_part(board)}", query=query)["entries"])

    def act(self, action: str, user: str | None = None, id: str | None = None, **fields: Any) -> dict[str, Any]:
        """Run an action, once however often it is sent; ``user`` where the credential is a key."""
        body = {"action": action, **({"user_id": user} if user else {}), **fields}
        headers = {"Idempotency-Key": id or str(uuid.uuid4())}
        return cast(dict[str, Any], self._call("POST", "/v1/actions", body, headers=headers))

    # credentials

    def credential(self, user: str, badge: str, occurrence: str | None = None) -> Credential:
        """An award as a signed Open Badges 3.0 credential. Raises Problem (404)."""
        path = f"{_user(user)}/badges/{_part(badge)}/credential"
        return cast(Credential, self._call("GET", path, query={"occurrence": occurrence}))

    def verify(self, credential: str, holder: str | None = None) -> Verdict:
        """Whether a credential was signed by this server's issuer, and its award is held."""
        body = {"credential": credential, **({"holder": holder} if holder else {})}
        return cast(Verdict, self._call("POST", "/v1/credentials/verify", body))

    def _call(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Mapping[str, Any] = {},
        headers: Mapping[str, str] = {},
    ) -> Any:
        given = {name: value for name, value in query.items() if value is not None}
        request = self._http.build_request(method, path, json=body, params=given, headers=headers)
        response = persistently(lambda: self._http.send(request), self._retries)
        if response.is_success:
            return response.json()
        raise Problem(response.status_code, _said(response))


def _said(response: httpx.Response) -> Mapping[str, Any]:
    """What a refusal says; something in between may have answered with anything."""
    try:
        body = response.json()
    except ValueError:
        body = None
    return body if isinstance(body, dict) else {"title": response.reason_phrase, "detail": response.text[:200]}


def _user(user: str) -> str:
    return f"/v1/users/{_part(user)}"


def _part(text: str) -> str:
    return quote(text, safe="")


def _moment(time: datetime | str) -> str:
    if isinstance(time, str):
        return time
    if time.tzinfo is None:
        raise ValueError("a time needs a zone: the same moment is another one elsewhere")
    return time.isoformat()
