"""News of a user as they happen: a stream of server-sent events that resumes where it broke.

Source: HTML Living Standard, section 9.2 (server-sent events).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import cast

import httpx

from .errors import Problem, Unreachable
from .retrying import AGAIN, Retries, asked_rest
from .types import News

Opening = Callable[[str | None], AbstractContextManager[httpx.Response]]
"""Opens the stream after the id of the newest event that is known."""


@dataclass(slots=True)
class _Listener:
    """What is known of a stream."""

    newest: str | None
    failures: int = 0
    """In a row."""


def listened(
    open_: Opening, after: int | None, retries: Retries, refusal: Callable[[httpx.Response], Problem]
) -> Iterator[News]:
    """Every event once, in order, for as long as one iterates.

    Raises Problem, and Unreachable after some failures in a row.
    """
    listener = _Listener(None if after is None else str(after))
    while True:
        rest = retries.first
        try:
            with open_(listener.newest) as response:
                if response.is_success:
                    yield from _events(response.iter_lines(), listener)
                elif response.status_code not in AGAIN:
                    response.read()
                    raise refusal(response)
                else:
                    rest = _failed(listener, retries, asked_rest(response), None)
        except httpx.TransportError as error:
            rest = _failed(listener, retries, None, error)
        retries.sleep(rest)


def _failed(listener: _Listener, retries: Retries, asked: float | None, error: Exception | None) -> float:
    """Seconds of rest after a failure. Raises Unreachable if it was one too many."""
    listener.failures += 1
    if listener.failures >= retries.attempts:
        raise Unreachable(f"no stream after {listener.failures} attempts") from error
    return max(asked or 0, min(retries.longest, retries.first * 2 ** (listener.failures - 1)))


def _events(lines: Iterable[str], listener: _Listener) -> Iterator[News]:
    """The events of one connection; each line that comes shows that the server is there."""
    id, data = listener.newest, list[str]()
    for line in lines:
        listener.failures = 0
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "id":
            id = value
        elif name == "data":
            data.append(value)
        elif not line:
            listener.newest = id
            if data:
                yield cast(News, json.loads("\n".join(data)))
            data = []
