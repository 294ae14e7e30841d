"""Pages for people: rendered by the server, with small scripts that need no build, and nothing from elsewhere."""

from __future__ import annotations

from . import session, static, welcome
from .faces import register
from .shell import blueprint

__all__ = ["blueprint", "register", "session", "static", "welcome"]
