"""What a rule author asks while writing rules: every question carries the files, and nothing is kept.

The answers are made in a process of their own, which a hostile rule set can neither hold up nor fill.
"""

from __future__ import annotations

from flask import Blueprint, Response

from ..answers import answer
from ..context import service
from ..inputs import json_object, text_field
from ..openapi import documented
from .asking import asked, cursor, log, moment, old_files, rule_files
from .example import example
from .operations import OPERATIONS

__all__ = ["blueprint"]

_LONGEST_PATH = 500

blueprint = Blueprint("studio", __name__, url_prefix="/v1/studio")


@blueprint.get("/files")
@documented(OPERATIONS["files"])
def files() -> Response:
    """The files to begin with."""
    rules = service().rules
    return answer({"files": dict(rules.files), "version": rules.version, "example": dict(example())})


@blueprint.post("/check")
@documented(OPERATIONS["check"])
def check() -> Response:
    """Every problem of a rule set."""
    return asked("check", files=rule_files(json_object()))


@blueprint.post("/complete")
@documented(OPERATIONS["complete"])
def complete() -> Response:
    """What can be written at a place."""
    return asked("complete", **cursor(json_object()))


@blueprint.post("/hover")
@documented(OPERATIONS["hover"])
def hover() -> Response:
    """What a word means."""
    return asked("hover", **cursor(json_object()))


@blueprint.post("/simulate")
@documented(OPERATIONS["simulate"])
def simulate() -> Response:
    """A timeline, step by step."""
    body = json_object()
    return asked("simulate", files=rule_files(body), events=log(body), as_of=text_field(body, "as_of"))


@blueprint.post("/explain")
@documented(OPERATIONS["explain"])
def explain() -> Response:
    """The explanation of one badge."""
    return asked("explain", **moment(json_object()))


@blueprint.post("/record")
@documented(OPERATIONS["record"])
def record() -> Response:
    """A scenario out of a timeline."""
    return asked("record", **moment(json_object()))


@blueprint.post("/scenarios")
@documented(OPERATIONS["scenarios"])
def scenarios() -> Response:
    """What came of the scenarios."""
    body = json_object()
    return asked("scenarios", files=rule_files(body), run=text_field(body, "run") or "*")


@blueprint.post("/events")
@documented(OPERATIONS["events"])
def events() -> Response:
    """Events to try rules with."""
    body = json_object()
    return asked("events", files=rule_files(body), scenario=text_field(body, "scenario"))


@blueprint.post("/diff")
@documented(OPERATIONS["diff"])
def diff() -> Response:
    """What a change of rules means."""
    body = json_object()
    return asked("diff", files=rule_files(body), old=old_files(body))


@blueprint.post("/patch")
@documented(OPERATIONS["patch"])
def patch() -> Response:
    """A change as a unified diff."""
    body = json_object()
    folder = text_field(body, "folder", _LONGEST_PATH)
    return asked("patch", files=rule_files(body), old=old_files(body), folder="rules" if folder is None else folder)
