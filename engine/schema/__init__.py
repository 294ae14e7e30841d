"""The JSON Schemas (draft 2020-12) of rule files: a skeleton, and the parameters of each measure.

One schema serves the checker, the editor and the docs. ``x-demanded-by`` names the key whose value demands others;
``x-code`` is the code of a problem where it is not the usual one, ``x-help`` a way out, ``x-names`` the kind of what an
id names.
"""

from __future__ import annotations

from functools import cache

from ..model import Names
from .badges import badge
from .completion import completed
from .files import ACTIONS, actions, catalog, event, leaderboard, metric, settings
from .fitting import Look, look_of
from .mapping import mapping
from .notifications import notifications
from .parts import Schema
from .scenarios import scenario

__all__ = ["ACTIONS", "DRAFT", "Look", "Schema", "look_of", "schema_of", "schemas", "schemas_for"]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_KINDS = {
    "settings": settings,
    "event": event,
    "catalog": catalog,
    "metric": metric,
    "badge": badge,
    "leaderboard": leaderboard,
    "actions": actions,
    "notifications": notifications,
    "scenario": scenario,
}
_BESIDE = {"mapping": mapping}
"""Files that are no part of a rule set, and are checked like one."""


@cache
def schema_of(kind: str) -> Schema:
    """The JSON Schema of a kind of rule file; not to be changed."""
    if kind in _BESIDE:
        return {"$schema": DRAFT, "title": f"A file beside rule sets: {kind}", **_BESIDE[kind]()}
    return {"$schema": DRAFT, "title": f"A file of a rule set: {kind}", **_KINDS[kind]()}


def schemas() -> dict[str, Schema]:
    """The JSON Schema of every kind of rule file, by kind; and of files beside them."""
    return {kind: schema_of(kind) for kind in (*_KINDS, *_BESIDE)}


def schemas_for(names: Names) -> dict[str, Schema]:
    """The JSON Schema of every kind of rule file, with what a rule set names, for editors to complete."""
    return completed(names, schemas())
