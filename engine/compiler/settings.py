"""Settings and catalogs: what holds for the whole rule set."""

from __future__ import annotations

from typing import Any

from ..calendar import WEEKDAYS, zone_named
from ..documents import Node
from ..model import Settings
from ..payloads import KEYWORDS
from ..problems import did_you_mean
from .payload import check_schema
from .work import Document, Work

BUILT_IN_ATTRIBUTES: dict[str, dict[str, Any]] = {
    "name": {"type": "string"},
    "timezone": {"type": "string"},
    "locale": {"type": "string"},
    "listed": {"type": "boolean"},
}
_RESERVED = ("id", *BUILT_IN_ATTRIBUTES)
_ZONES = (
    *("UTC", "Europe/Berlin", "Europe/London", "Europe/Paris", "Europe/Madrid", "Europe/Zurich", "America/New_York"),
    *("America/Chicago", "America/Los_Angeles", "America/Sao_Paulo", "Asia/Tokyo", "Asia/Kolkata", "Australia/Sydney"),
)


def read_settings(work: Work) -> None:
    """The settings, and the attributes of users that rules may read."""
    document = next(iter(work.of("settings")), None)
    root = document.root if document is not None else None
    work.user = dict(BUILT_IN_ATTRIBUTES)
    if document is None or root is None:
        work.unsure.update(["user"] if document is not None else [])
        return
    if root.has("user") and root.get("user") is None:
        work.unsure.add("user")
    properties = _user(work, document, root.get("user"))
    _check_zone(work, document, root.get("timezone"))
    texts = {key: node.value for key in ("timezone", "local_time", "locale") if (node := root.get(key)) is not None}
    week, day = root.get("week_start"), root.get("day_start")
    work.settings = Settings(
        **texts,
        week_start=WEEKDAYS.index(week.value) if week else 0,
        day_start=int(day.value[:2]) * 60 + int(day.value[3:]) if day else 0,
        user_schema={"type": "object", "properties": properties},
    )
    work.user = {**BUILT_IN_ATTRIBUTES, **properties}


def _check_zone(work: Work, document: Document, node: Node | None) -> None:
    if node is None:
        return
    try:
        zone_named(node.value)
    except ValueError as error:
        node.flawed = True
        help = did_you_mean(node.value, _ZONES) or "write one such as Europe/Berlin"
        work.report("bad-value", str(error), document, node.span, help)


def _user(work: Work, document: Document, node: Node | None) -> dict[str, Any]:
    """The schemas of the attributes: under ``properties``, or right under ``user``."""
    if node is None:
        return {}
    if not check_schema(work, document, node, _is_short(node)):
        work.unsure.add("user")
        return {}
    properties = node if _is_short(node) else node.get("properties")
    if properties is None:
        return {}
    for name in properties.value:
        _check_attribute(work, document, properties, name)
    declared: dict[str, Any] = properties.plain()
    return declared


def _is_short(node: Node) -> bool:
    return not KEYWORDS & node.value.keys()


def _check_attribute(work: Work, document: Document, properties: Node, name: str) -> None:
    if name in _RESERVED:
        message = f"every user has the attribute {name} already"
        work.report("bad-schema", message, document, properties.keys[name].span, "take another name")
    if "$ref" in str(properties.value[name].plain()):
        message = f"{name} is written with $ref, which attributes are not"
        work.report("bad-schema", message, document, properties.value[name].span, "write it out")


def read_catalogs(work: Work) -> None:
    """The items of each catalog."""
    for document in work.of("catalog"):
        items = document.root.get("items") if document.root is not None else None
        work.catalogs[document.id] = None if items is None else tuple(items.plain())
        if items is None:
            work.unsure.add("catalog")
