"""Who may call each route: one table, and nothing is allowed that it does not name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .context import Caller

_USERS = {"own": "the user's own token", "any": "any user's token"}


@dataclass(frozen=True, slots=True)
class Access:
    """Who may call a route: everybody, keys of a scope (staff keys always), users by their own tokens."""

    scope: str | None = None
    """The scope that a key needs; None if the route is open to everybody."""
    user: str | None = None
    """``own``: users on routes that name them; ``any``: every user; None: no user."""

    @property
    def open(self) -> bool:
        return self.scope is None

    @property
    def description(self) -> str:
        """Who may call, in words."""
        if self.scope is None:
            return "everybody"
        keys = "a key with the scope staff" if self.scope == "staff" else f"a key with the scope {self.scope} or staff"
        return f"{keys}, or {_USERS[self.user]}" if self.user else keys

    def allows(self, caller: Caller, user: str | None) -> bool:
        """Whether a caller may call a route that names this user."""
        if caller.viewer.kind == "user":
            return self.user == "any" or (self.user == "own" and caller.viewer.user == user)
        return self.scope in caller.scopes or "staff" in caller.scopes


PAGES = "pages."
"""What endpoints of pages for people begin with."""


def is_page(endpoint: str | None) -> bool:
    """Whether an endpoint is a page, or belongs to one; nothing of it is in the OpenAPI document."""
    return endpoint is not None and endpoint.startswith(PAGES)


OPEN = Access()
READ = Access("read")
STAFF = Access("staff")
OWN = Access("read", "own")
PUBLISHED = Access("read", "any")

PERMISSIONS: Mapping[str, Access] = {
    "health.live": OPEN,
    "health.ready": OPEN,
    "health.metrics": READ,
    "openapi.document": OPEN,
    "events.post": Access("events"),
    "users.badges": OWN,
    "users.count": OWN,
    "users.progress": OWN,
    "users.explanation": OWN,
    "users.grant": Access("staff", "own"),
    "users.revoke": STAFF,
    "users.export": OWN,
    "users.erase": STAFF,
    "credentials.credential": OWN,
    "credentials.credential_svg": OWN,
    "credentials.credential_png": OWN,
    "credentials.verify": PUBLISHED,
    "notifications.feed": OWN,
    "notifications.read": Access("events", "own"),
    "notifications.preferences": OWN,
    "notifications.prefer": Access("events", "own"),
    "notifications.stream": OWN,
    "badges.catalog": PUBLISHED,
    "badges.badge": PUBLISHED,
    "leaderboards.leaderboard": PUBLISHED,
    "actions.act": Access("events", "any"),
    "actions.act_as_function": Access("events", "any"),
    "rules.status": READ,
    "rules.history": STAFF,
    "rules.plan": STAFF,
    "rules.apply": STAFF,
    "rules.rollback": STAFF,
    "audit.entries": STAFF,
    "pages.own_wall": PUBLISHED,
    "pages.wall": OWN,
    "pages.badge": OWN,
    "pages.gallery": PUBLISHED,
    "pages.leaderboards": PUBLISHED,
    "pages.leaderboard": PUBLISHED,
    "pages.studio": STAFF,
    "studio.files": STAFF,
    "studio.check": STAFF,
    "studio.complete": STAFF,
    "studio.hover": STAFF,
    "studio.simulate": STAFF,
    "studio.explain": STAFF,
    "studio.record": STAFF,
    "studio.scenarios": STAFF,
    "studio.events": STAFF,
    "studio.diff": STAFF,
    "studio.patch": STAFF,
    "webhooks.endpoints": STAFF,
    "webhooks.create": STAFF,
    "webhooks.endpoint": STAFF,
    "webhooks.change": STAFF,
    "webhooks.remove": STAFF,
    "webhooks.rotate": STAFF,
    "webhooks.test": STAFF,
    "webhooks.replay": STAFF,
    "webhooks.deliveries": STAFF,
    "webhooks.delivery": STAFF,
    "webhooks.replay_delivery": STAFF,
    "pages.embed": OPEN,
    "pages.words": OPEN,
    "pages.share": OWN,
    "pages.issuer_profile": OPEN,
    "pages.issuer_keys": OPEN,
    "pages.issuer_key": OPEN,
    "pages.achievement": OPEN,
    "pages.achievement_image": OPEN,
    "pages.credential": OPEN,
    "pages.credential_status": OPEN,
    "pages.verify": OPEN,
    "pages.verify_shown": OPEN,
    "pages.operations": STAFF,
    "pages.ops_rules": STAFF,
    "pages.ops_plan": STAFF,
    "pages.ops_users": STAFF,
    "pages.ops_user": STAFF,
    "pages.ops_audit": STAFF,
    "pages.ops_webhooks": STAFF,
    "pages.ops_webhook": STAFF,
    "pages.static": OPEN,
    "pages.welcome": OPEN,
    "pages.sign_in": OPEN,
    "pages.begin_session": OPEN,
    "pages.end_session": OPEN,
}
"""By endpoint of the app."""
