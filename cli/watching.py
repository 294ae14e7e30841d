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
from .boundary import refusal, show_rejected
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
        click.echo(told(put_in_service(service, read_folder(folder))))
        return
    except Rejected as error:
        show_rejected(error)
    except Refused as error:
        click.echo(f"badges: {refusal(error)}", err=True)
    except (BadFolder, StoreUnavailable, OSError) as error:
        click.echo(f"badges: {error}", err=True)
    click.echo("badges: this edit is not put in service; the last good rules stay.", err=True)
