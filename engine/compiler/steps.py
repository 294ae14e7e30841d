"""The steps of a scenario: each does one thing, with the keys that belong to it, at a time that can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..documents import Node
from ..payloads import PayloadCheck
from ..problems import did_you_mean
from .moments import BadTime, distance, is_relative, moment
from .work import Document, Work

_SHARED = {"at", "user"}
_KEYS = {
    "event": _SHARED | {"event", "data", "id", "source", "repeat", "every", "awards"},
    "grant": _SHARED | {"grant", "awards"},
    "revoke": _SHARED | {"revoke", "awards"},
    "retract": _SHARED | {"retract", "awards"},
    "expect": _SHARED | {"expect"},
}
"""The keys of each kind of step."""
DOES = tuple(_KEYS)


def kind_of(step: Mapping[str, Any]) -> str:
    """Which kind of step it is."""
    return next(kind for kind in DOES if kind in step)


def check_steps(work: Work, document: Document, steps: Iterable[Node]) -> None:
    """Note every step that cannot be run as it is written."""
    listed = list(steps)
    ids = {str(node.value) for step in listed if (node := step.get("id"))}
    for step in listed:
        _check_step(work, document, step)
        _check_time(work, document, step.get("at"), _read_at)
        _check_time(work, document, step.get("every"), distance)
        if expect := step.get("expect"):
            _check_time(work, document, expect.get("at"), _read_at)
        if (retracted := step.get("retract")) and not {retracted.value, retracted.value.rpartition("-")[0]} & ids:
            help = did_you_mean(retracted.value, ids) or "give the step of that event an `id:`"
            work.report("bad-value", f"no step has the id {retracted.value}", document, retracted.span, help)


def _check_step(work: Work, document: Document, step: Node) -> None:
    does = [key for key in step.value if key in DOES]
    if not does and not any(child.flawed for child in step.value.values()):
        help = "a step has one of " + ", ".join(DOES)
        work.report("missing-key", "this step does nothing", document, step.first_key(), help)
    for key in does[1:]:
        message = f"{key} cannot stand beside {does[0]}: a step does one thing"
        work.report("bad-value", message, document, step.value[key].span, "make it a step of its own")
    if len(does) == 1:
        _check_keys(work, document, step, does[0])
    _check_event(work, document, step)


def _check_keys(work: Work, document: Document, step: Node, kind: str) -> None:
    for key in step.value:
        if key not in _KEYS[kind] and not step.value[key].flawed:
            step.value[key].flawed = True
            message = f"`{key}` does not belong to a step with `{kind}`"
            work.report("unknown-key", message, document, step.keys[key].span, f"leave out {key}")


def _check_event(work: Work, document: Document, step: Node) -> None:
    event = step.get("event")
    if event is None:
        return
    if event.value not in work.events:
        work.unknown("event", event, document)
    elif event.value.startswith("badge."):
        work.report("bad-value", f"{event.value} cannot be posted: the engine makes it", document, event.span)
    elif not (step.has("data") and step.get("data") is None):
        _check_data(work, document, event, step.get("data"))


def _check_data(work: Work, document: Document, event: Node, data: Node | None) -> None:
    """Hold the data of an event against its payload: one problem for each place."""
    known = work.events[event.value]
    reasons = PayloadCheck(known.payload).placed_reasons(data.plain() if data is not None else {}) if known else []
    places: dict[tuple[Any, ...], list[str]] = {}
    for path, reason in reasons:
        places.setdefault(path, []).append(reason)
    for path, found in places.items():
        span = data.at(path).first_key() if data is not None else event.span
        message = f"the data of {event.value} is refused: {'; '.join(dict.fromkeys(found))}"
        work.report("bad-value", message, document, span, "write data that its payload allows")


def _read_at(text: str) -> None:
    if not is_relative(text):
        moment(text)


def _check_time(work: Work, document: Document, node: Node | None, read: Callable[[str], object]) -> None:
    if node is None:
        return
    try:
        read(node.value)
    except BadTime as error:
        node.flawed = True
        work.report("bad-value", error.sentence, document, node.span, error.help)
