"""What the studio's routes take and answer, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from ..openapi import Operation, json_body, ref
from ..schemas import FLAG, OBJECT, TEXT, USER, WHOLE, many, nullable, record
from .asking import CHARACTERS, EVENTS, FILES

_FILES = {
    "type": "object",
    "additionalProperties": TEXT,
    "description": f"Texts by path in the folder: {FILES} files and {CHARACTERS} characters at most.",
}
_LOG = {**TEXT, "description": f"CloudEvents, one a line, {EVENTS} at most."}
_AGAINST = {**_FILES, "description": "Those that it is compared with; the ones in service by default."}
_CURSOR = {
    "files": _FILES,
    "file": {**TEXT, "description": "The file of `files` in which the cursor stands."},
    "line": {"type": "integer", "minimum": 1},
    "column": {"type": "integer", "minimum": 1, "description": "In characters, from 1."},
}
_MOMENT = {
    "files": _FILES,
    "events": _LOG,
    "user": USER,
    "badge": TEXT,
    "step": {**nullable(WHOLE), "description": "How many of the steps; all of them without it."},
}
_PROGRESSES = many(ref("Progress"))
_STEP = record(
    {
        "user": TEXT,
        "event": ref("Event"),
        "at": TEXT,
        "awards": many(ref("Award")),
        "lost": {**many(TEXT), "description": "Awards that a retraction or revocation took away."},
        "progress": {**_PROGRESSES, "description": "What looks different than before."},
        "counts": many(
            record({"metric": nullable(TEXT), "badges": many(TEXT), "counted": FLAG, "reason": nullable(TEXT)})
        ),
        "failures": many(record({"badge": TEXT, "message": TEXT})),
    }
)
_FAULT = record({"step": WHOLE, "line": WHOLE, "message": TEXT, "reasons": many(TEXT), "is_error": FLAG})
_STORY = record(
    {
        "scenario": TEXT,
        "file": TEXT,
        "description": TEXT,
        "steps": WHOLE,
        "passed": FLAG,
        "faults": many(_FAULT),
    }
)


def _said(summary: str, asked: dict[str, Any], told: dict[str, Any], optional: tuple[str, ...] = ()) -> Operation:
    body = json_body(record(asked, optional))
    return Operation(summary, {200: record(told)}, body=body, problems=[400, 413, 415, 422])


OPERATIONS = {
    "files": Operation(
        "The rule files in service, and those of a small example.",
        {200: record({"files": _FILES, "version": TEXT, "example": _FILES})},
    ),
    "check": _said(
        "Every problem of a rule set.",
        {"files": _FILES},
        {
            "problems": {**many(OBJECT), "description": "As `badges check --format json` lists them."},
            "badges": many(record({"badge": TEXT, "title": TEXT, "icon": TEXT, "told": TEXT})),
            "version": {**nullable(TEXT), "description": "Null with an error."},
        },
    ),
    "complete": _said(
        "What can be written where a cursor stands: keys, ids, words of expressions.",
        _CURSOR,
        {
            "replace": {**WHOLE, "description": "Characters before the cursor that an option replaces."},
            "options": many(record({"text": TEXT, "kind": TEXT, "detail": TEXT, "told": TEXT, "insert": TEXT})),
        },
    ),
    "hover": _said(
        "What the word means on which a cursor stands; empty texts where nothing is known of it.",
        _CURSOR,
        {
            "title": TEXT,
            "told": TEXT,
            "before": {**WHOLE, "description": "Characters of the word before the cursor."},
            "after": WHOLE,
        },
    ),
    "simulate": _said(
        "Put events through a rule set in memory: after each, by time, what it gave and moved.",
        {"files": _FILES, "events": _LOG, "as_of": {**nullable(TEXT), "description": "Leave later events out."}},
        {
            "users": many(TEXT),
            "begin": {
                "type": "object",
                "additionalProperties": record({"badges": many(ref("Award")), "progress": _PROGRESSES}),
                "description": "By user: what there is before the first step.",
            },
            "steps": many(_STEP),
            "left_out": {**WHOLE, "description": "Events for which there was no time."},
            "rejected": many(record({"line": WHOLE, "reason": TEXT})),
        },
        optional=("as_of",),
    ),
    "explain": _said(
        "Why a user of a timeline holds a badge after so many of its steps, or what is missing.",
        _MOMENT,
        {"user": TEXT, "badge": TEXT, "state": TEXT, "criteria": many(OBJECT), "events": many(OBJECT)},
        optional=("step",),
    ),
    "record": _said(
        "A scenario of what a user of a timeline did for a badge in so many of its steps, and what it gave.",
        _MOMENT,
        {"file": {**TEXT, "description": "A path that no file has yet."}, "text": TEXT},
        optional=("step",),
    ),
    "scenarios": _said(
        "Run the scenarios of a rule set.",
        {"files": _FILES, "run": {**TEXT, "description": "Only those whose name fits, such as `streak*`."}},
        {
            "scenarios": many(_STORY),
            "passed": WHOLE,
            "left_out": {**WHOLE, "description": "Scenarios for which there was no time."},
            "coverage": OBJECT,
        },
        optional=("run",),
    ),
    "events": _said(
        "The events of a scenario, or without one some days in which each type of event happens.",
        {"files": _FILES, "scenario": nullable(TEXT)},
        {"events": _LOG},
        optional=("scenario",),
    ),
    "diff": _said(
        "What changes from one rule set to another: by meaning, and whether it is looser or tighter.",
        {"files": _FILES, "old": _AGAINST},
        {"changes": many(ref("Change")), "reached": many(OBJECT), "summary": TEXT},
        optional=("old",),
    ),
    "patch": _said(
        "The change from one state of the files to another, as a patch for `git apply`.",
        {
            "files": _FILES,
            "old": _AGAINST,
            "folder": {**TEXT, "description": "Where the rule set stands in its repository (default `rules`)."},
        },
        {"patch": TEXT},
        optional=("old", "folder"),
    ),
}
"""By the name of the route."""
