"""Questions put to the workshop: their fields read and bounded, its refusals told as problems."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import Response

from engine.workshop import SECONDS, Broken, Busy, TooCostly, Workshop

from ..answers import answer
from ..context import service
from ..inputs import files_field, text_field, whole_field
from ..problems import HttpProblem, invalid, rejected

FILES = 2_000
"""Files of a rule set at most; all their texts have ``CHARACTERS``, and a timeline ``EVENTS``, at most."""
CHARACTERS = 2_000_000
EVENTS = 1_000
_LONGEST_LINE = 1_000_000
_RETRY_AFTER = "2"


@cache
def workshop() -> Workshop:
    """The one of this process."""
    return Workshop()


def asked(do: str, **question: Any) -> Response:
    """The workshop's answer. Raises HttpProblem."""
    try:
        told = workshop().ask(do, question)
    except Busy:
        detail = "Others are trying rules here at the moment: try again."
        raise HttpProblem(503, "busy", detail, headers={"Retry-After": _RETRY_AFTER}) from None
    except TooCostly:
        detail = f"The answer takes longer than {SECONDS:g} seconds, or too much memory: try less at once."
        raise HttpProblem(422, "too-costly", detail) from None
    except Broken as error:
        raise RuntimeError(f"the studio failed at {do}: {error}") from None
    if "problems" in told:
        raise rejected(told["problems"])
    if "unfit" in told:
        raise invalid(told["unfit"]["field"], told["unfit"]["message"])
    return answer(told["answer"])


def rule_files(body: dict[str, Any], name: str = "files") -> dict[str, str]:
    """The texts of a rule set that is not too large. Raises HttpProblem."""
    files = files_field(body, name)
    characters = sum(len(path) + len(text) for path, text in files.items())
    if len(files) > FILES or characters > CHARACTERS:
        message = f"{name} has {len(files)} files and {characters} characters: {FILES} and {CHARACTERS} are the most"
        raise HttpProblem(413, "too-large", f"{message}.")
    return files


def old_files(body: dict[str, Any]) -> dict[str, str]:
    """The files that others are compared with: those in service by default."""
    return rule_files(body, "old") if "old" in body else dict(service().rules.files)


def cursor(body: dict[str, Any]) -> dict[str, Any]:
    """A place in a file, with the files. Raises HttpProblem."""
    places = {name: whole_field(body, name, 1, _LONGEST_LINE) for name in ("line", "column")}
    for name, value in places.items():
        if value is None:
            raise invalid(name, f"{name} is missing")
    return {"files": rule_files(body), "file": needed(body, "file"), **places}


def moment(body: dict[str, Any]) -> dict[str, Any]:
    """A badge of a user after so many steps of a timeline, with the files. Raises HttpProblem."""
    who = {"user": needed(body, "user"), "badge": needed(body, "badge")}
    return {"files": rule_files(body), "events": log(body), "step": whole_field(body, "step", 0, EVENTS), **who}


def needed(body: dict[str, Any], name: str) -> str:
    """A text that must be there. Raises HttpProblem."""
    value = text_field(body, name)
    if value is None:
        raise invalid(name, f"{name} is missing")
    return value


def log(body: dict[str, Any]) -> str:
    """The events of a timeline, not too many. Raises HttpProblem."""
    text = text_field(body, "events", CHARACTERS) or ""
    count = sum(1 for line in text.split("\n") if line.strip())
    if count > EVENTS:
        raise HttpProblem(413, "too-large", f"events has {count} lines: {EVENTS} are the most here.")
    return text
