"""Events come in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Request, Response

from engine.cloudevents import parse
from engine.model import Receipt, RuleSet
from engine.presentation import receipt_json

from .answers import answer
from .context import asked, context, viewer
from .inputs import locales
from .limits import count_events
from .openapi import Operation, documented, ref
from .problems import HttpProblem, invalid_fields
from .schemas import many, record
from .serving import OUTCOME, Outcome

blueprint = Blueprint("events", __name__)

_POST = Operation(
    "Post one event or a batch of them.",
    {200: record({"results": many(ref("Receipt"))}, description="One result per event, in the order given.")},
    body={
        "application/cloudevents+json": ref("Event"),
        "application/cloudevents-batch+json": many(ref("Event")),
        "application/json": {"anyOf": [ref("Event"), many(ref("Event")), {"type": "object"}]},
    },
    problems=[400, 409, 413, 415, 422],
)


@blueprint.post("/v1/events")
@documented(_POST)
def post() -> Response:
    """Takes events in; what each one earned at once."""
    this = asked()
    outcome: Outcome | None = this.environ.get(OUTCOME)
    single, receipts, rules = outcome() if outcome else _taken_in(this)
    if is_refused(single, receipts):
        raise _refusal(receipts[0])
    return answer(told(receipts, rules, locales()))


def _taken_in(this: Request) -> tuple[bool, Sequence[Receipt], RuleSet]:
    held = context()
    batch = parse(_headers(this), this.get_data(), held.config.limits, held.service.now())
    count_events(len(batch.entries))
    return batch.single, *held.service.take_in(batch.entries, viewer())


def is_refused(single: bool, receipts: Sequence[Receipt]) -> bool:
    """Whether it was one event that was not taken: the answer is a problem."""
    return single and receipts[0].status in ("rejected", "conflict")


def told(receipts: Sequence[Receipt], rules: RuleSet, wanted: Sequence[str]) -> dict[str, Any]:
    """What became of the events, in the languages wanted."""
    return {"results": [receipt_json(receipt, rules, wanted) for receipt in receipts]}


def _headers(this: Request) -> dict[str, str]:
    """The headers that say something of events."""
    told = {name[5:].replace("_", "-"): value for name, value in this.environ.items() if name[:8] == "HTTP_CE_"}
    return {**told, "Content-Type": this.headers.get("Content-Type", "")}


def _refusal(receipt: Receipt) -> HttpProblem:
    """The problem of an event that came alone and was not taken."""
    if receipt.status == "conflict":
        return invalid_fields(receipt.errors, "conflict", 409)
    code = next((str(error["code"]) for error in receipt.errors if "code" in error), "invalid-event")
    return invalid_fields(receipt.errors, code, 403 if code == "forbidden" else 422)
