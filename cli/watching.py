"""Edited rule files are put in service as they are saved; a bad edit leaves the last good ones there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from engine.service import Refused, Service
from engine.store import StoreUnavailable

from .apply import put_in_service, told
from .boundary import refusal, say, say_rejected
from .folder import BadFolder, Rejected, read_folder, rule_files

EVERY = 0.5
"""Seconds between two looks."""
Look = frozenset[tuple[str, int, int]]


@contextmanager
def watched(service: Service, folder: Path | None) -> Iterator[None]:
    """Watch a folder while the block runs; nothing without one."""
    if folder is None:
        yield
        return
    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(service, folder, ended), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def _watch(service: Service, folder: Path, ended: threading.Event) -> None:
    seen = _look(folder)
    while not ended.wait(EVERY):
        look = _look(folder)
        if look != seen:
            seen = look
            _apply(service, folder)


def _look(folder: Path) -> Look:
    """Names, times and sizes of the rule files; those that go away meanwhile are left out."""
    found = set()
    try:
        for file in rule_files(folder):
            status = file.stat()
            found.add((str(file), status.st_mtime_ns, status.st_size))
    except OSError:
        return frozenset()
    return frozenset(found)


def _apply(service: Service, folder: Path) -> None:
    try:
        applied = put_in_service(service, read_folder(folder))
        if applied.version != applied.previous:
            click.echo(told(applied))
        return
    except Rejected as error:
        say_rejected(error)
    except Refused as error:
        say(refusal(error))
    except (BadFolder, StoreUnavailable, OSError) as error:
        say(str(error))
    say("this edit is not put in service; the last good rules stay.")
