"""What is going on: for staff. Events and awards as they come, rules that fail, versions, the audit log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import current_app, request
from werkzeug import Response

from engine.plan import plan_json
from engine.service.overview import RANGES, Step
from engine.service.webhooks import endpoint_json

from ..audit import HIGHEST
from ..context import context, service, viewer
from ..figures import Remembered
from ..inputs import limit_parameter, whole_parameter
from .shell import blueprint, page

T = TypeVar("T")
DAY = "day"
KEPT = "badges.operations"
HEIGHT, ROOM = 100.0, 12.0
"""Of a chart, and of the space for one step of it."""
FEW = 8
"""Lines of a list on the first page."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One step of a chart, in the units of the chart."""

    step: Step
    x: float
    events: float
    awards: float


@blueprint.get("/ops")
def operations() -> Response:
    """All at one glance."""
    stretch = request.args.get("range", DAY)
    chosen = stretch if stretch in RANGES else DAY
    steps = _remembered(chosen, lambda: service().overview.flow(chosen))
    book = _remembered("rules", lambda: service().rules_status(viewer(), context().config.quiet_days))
    return page(
        "ops.html",
        stretch=chosen,
        ranges=list(RANGES),
        bars=bars(steps),
        sums=(sum(step.events for step in steps), sum(step.awards for step in steps)),
        book=book,
        events=_most(book["events"]),
        awards=_most(book["badges"]),
        webhooks=shown_webhooks(),
        audit=service().audit(FEW),
    )


@blueprint.get("/ops/rules")
def ops_rules() -> Response:
    """The versions that have been in service."""
    book = service().rules_status(viewer(), context().config.quiet_days)
    return page("ops_rules.html", book=book, versions=service().history())


@blueprint.get("/ops/rules/<version>")
def ops_plan(version: str) -> Response:
    """What going back to a version would do, before it is done."""
    plan = plan_json(service().plan(service().files(version), allow_remove=True))
    found = next(each for each in service().history() if each["version"] == plan["version"])
    return page("ops_plan.html", plan=plan, version=found, rebuilt=_rebuilt(plan))


@blueprint.get("/ops/audit")
def ops_audit() -> Response:
    """Who did what."""
    limit = limit_parameter()
    entries = service().audit(limit, whole_parameter("before", HIGHEST))
    return page("ops_audit.html", entries=entries, older=entries[-1]["number"] if len(entries) == limit else None)


def bars(steps: Sequence[Step]) -> list[Bar]:
    """A chart of steps; the highest of them fills it."""
    most = max((max(step.events, step.awards) for step in steps), default=0) or 1
    scale = HEIGHT / most
    return [Bar(step, n * ROOM, step.events * scale, step.awards * scale) for n, step in enumerate(steps)]


def shown_webhooks() -> list[dict[str, Any]]:
    """All webhooks, as answers show them."""
    now = service().now()
    return [endpoint_json(each, backlog, now) for each, backlog in service().webhooks.all()]


def _remembered(name: str, ask: Callable[[], T]) -> T:
    """What is costly to know where much is stored: asked for by one reader at a time, and kept longer the costlier."""
    kept: dict[str, Remembered[Any]] = current_app.extensions.setdefault(KEPT, {})
    answer: T = kept.setdefault(name, Remembered(fresh=0.0)).get(ask)
    return answer


def _most(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that happened most."""
    return sorted((row for row in rows if row["count"]), key=lambda row: -row["count"])[:FEW]


def _rebuilt(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """The badges of a plan that people gain, keep, lose or move towards."""
    return [
        each for each in plan["badges"] if any(each[kind]["users"] for kind in ("gains", "keeps", "loses", "progress"))
    ]
