"""Pages for people: rendered by the server, with small scripts that need no build, and nothing from elsewhere."""

from __future__ import annotations

from . import (
    credentials,
    embed,
    gallery,
    leaderboards,
    operations,
    people,
    receivers,
    session,
    static,
    studio,
    wall,
    welcome,
)
from .faces import register
from .shell import blueprint

__all__ = [
    "blueprint",
    "credentials",
    "embed",
    "gallery",
    "leaderboards",
    "operations",
    "people",
    "receivers",
    "register",
    "session",
    "static",
    "studio",
    "wall",
    "welcome",
]
