"""The file that says how another system's awards are read: checked like a rule file, every fault at its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..calendar import zone_named
from ..compiler import Checked, check_document
from ..documents import Node
from ..model import RuleSet
from ..problems import Problem, did_you_mean

Item = tuple[str, str | None]
"""A badge, and a tier of it."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """Which columns hold what, and what the names in them mean here."""

    origin: str
    user: str
    badge: str
    badges: Mapping[str, Item | None] | None
    """None as a value is left out; without any, the column holds ids."""
    tier: str | None
    tiers: Mapping[str, str]
    awarded_at: str
    time_format: str
    timezone: str
    metadata: Mapping[str, str]
    """Our names, and their columns."""

    @property
    def columns(self) -> Sequence[str]:
        """The columns that every record must have."""
        return [self.user, self.badge, self.awarded_at]


def read_mapping(file: str, text: str, rules: RuleSet) -> Mapped | Sequence[Problem]:
    """The mapping that a text is under a rule set, or every problem found in it."""
    checked = check_document("mapping", file, text)
    if not checked.problems:
        _check_names(checked, rules)
    return checked.problems or _mapped(checked.root, rules)


def find_item(rules: RuleSet, name: str) -> Item | Problem:
    """A badge or ``badge.tier`` of today; a problem without a place if there is none."""
    badge_id, dot, tier = name.partition(".")
    badge = rules.badges.get(rules.renames.get(badge_id, badge_id))
    if badge is None:
        return Problem("unknown-badge", f"there is no badge {badge_id}", "", help=did_you_mean(badge_id, rules.badges))
    tiers = [step.id or "" for step in badge.tiers]
    if dot and tier not in tiers:
        return Problem("unknown-tier", f"{badge.id} has no tier {tier}", "", help=did_you_mean(tier, tiers))
    return badge.id, tier or None


def _check_names(checked: Checked, rules: RuleSet) -> None:
    """Badges, tiers and the time zone must be there."""
    named = checked.root.get("badges")
    for node in named.children() if named else ():
        found = find_item(rules, node.value) if node.value is not None else None
        if isinstance(found, Problem):
            checked.note(found.code, found.message, node, found.help)
    zone = checked.root.get("timezone")
    if zone:
        try:
            zone_named(zone.value)
        except ValueError:
            checked.note(
                "bad-value", f"timezone cannot be {zone.value}", zone, "write an IANA zone such as Europe/Berlin"
            )


def _mapped(root: Node, rules: RuleSet) -> Mapped:
    said = root.plain()
    items = {name: find_item(rules, ours) if ours else None for name, ours in said.get("badges", {}).items()}
    return Mapped(
        origin=said["from"],
        user=said["user"],
        badge=said["badge"],
        badges={name: item for name, item in items.items() if not isinstance(item, Problem)} or None,
        tier=said.get("tier"),
        tiers=said.get("tiers", {}),
        awarded_at=said["awarded_at"],
        time_format=said.get("time_format", "rfc3339"),
        timezone=said.get("timezone", "UTC"),
        metadata=said.get("metadata", {}),
    )
