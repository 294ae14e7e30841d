"""Statements to PostgreSQL that are sent together and answered together: one way there and back, however many.

On libpq itself, whose functions psycopg hands on: its cursors cost 25 to 40 µs a statement, which is more than the
server needs for most of them.
"""

from __future__ import annotations

import selectors
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import count
from selectors import EVENT_READ, EVENT_WRITE
from typing import Any

from psycopg import DataError, OperationalError
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, PipelineStatus, TransactionStatus

from .rows import Row

SELECTOR = getattr(selectors, "PollSelector", selectors.SelectSelector)
"""One that needs no file of its own."""
Statement = tuple[str, Sequence[Any], bool]
"""A text with ``?`` for parameters, these, and whether it is planned once a connection."""


class Wire:
    """What a connection of psycopg leads to."""

    def __init__(self, connection: Any) -> None:
        self._libpq = connection.pgconn
        self._loading = Transformer()
        self._names: dict[str, bytes] = {}
        """Of the statements that the server has planned."""
        self._numbers = count()
        self._selector = SELECTOR()
        self._selector.register(self._libpq.socket, EVENT_READ)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is on its way."""
        return bool(self._libpq.pipeline_status == PipelineStatus.OFF)

    def exchange(self, statements: Sequence[Statement]) -> list[list[Row]]:
        """What each of the statements answers. Raises what the first one that fails does; those after it do not run."""
        self._libpq.enter_pipeline_mode()
        sent = [planned for statement in statements for planned in self._send(*statement)]
        self._libpq.pipeline_sync()
        answers = list(self._answers())
        self._libpq.exit_pipeline_mode()
        for answer in answers:
            if answer.status in (ExecStatus.FATAL_ERROR, ExecStatus.PIPELINE_ABORTED):
                self._forget(sent, answers)
                raise error_from_result(answer, "utf-8")
        return [self._rows(answer) for new, answer in zip(sent, answers, strict=True) if not new]

    def _send(self, sql: str, parameters: Sequence[Any], planned: bool) -> Iterator[str]:
        """Send a statement; its text if it is planned first, then nothing for itself."""
        values = [_written(value) for value in parameters]
        if not planned:
            self._libpq.send_query_params(_native(sql), values)
        else:
            if sql not in self._names:
                self._names[sql] = b"badges_%d" % next(self._numbers)
                self._libpq.send_prepare(self._names[sql], _native(sql))
                yield sql
            self._libpq.send_query_prepared(self._names[sql], values)
        yield ""

    def _answers(self) -> Iterator[Any]:
        """An answer to all that was sent, in order."""
        libpq = self._libpq
        while True:
            self._wait(bool(libpq.flush()))
            libpq.consume_input()
            while not libpq.is_busy():
                answer = libpq.get_result()
                if answer is None:
                    if libpq.status != ConnStatus.OK:
                        raise OperationalError("the connection was lost")
                elif answer.status == ExecStatus.PIPELINE_SYNC:
                    return
                else:
                    yield answer

    def _wait(self, unsent: bool) -> None:
        if unsent:
            self._selector.modify(self._libpq.socket, EVENT_READ | EVENT_WRITE)
        self._selector.select()
        if unsent:
            self._selector.modify(self._libpq.socket, EVENT_READ)

    def _rows(self, answer: Any) -> list[Row]:
        if not answer.ntuples:
            return []
        self._loading.set_pgresult(answer)
        found: list[Row] = self._loading.load_rows(0, answer.ntuples, tuple)
        return found

    def _forget(self, sent: Sequence[str], answers: Sequence[Any]) -> None:
        """Have the statements planned anew whose planning did not come about."""
        for sql, answer in zip(sent, answers, strict=True):
            if sql and answer.status != ExecStatus.COMMAND_OK:
                self._names.pop(sql, None)


def is_lost(connection: Any) -> bool:
    """Whether a connection leads nowhere any more."""
    return bool(connection.pgconn.transaction_status == TransactionStatus.UNKNOWN)


def _written(value: Any) -> bytes | None:
    if value is None:
        return None
    text = value if isinstance(value, bytes) else str(value).encode()
    if b"\0" in text:
        raise DataError("a text of PostgreSQL cannot hold U+0000")
    return text


@lru_cache(maxsize=512)
def _native(sql: str) -> bytes:
    first, *rest = sql.split("?")
    return "".join([first, *(f"${number}{part}" for number, part in enumerate(rest, 1))]).encode()
