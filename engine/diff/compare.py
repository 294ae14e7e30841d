"""Two rule sets, compared: every difference in meaning, and what it reaches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property

from ..model import Badge, Metric, RuleSet
from .badges import compare_badges
from .changes import CHANGED, RULE_CHANGES, Change, Comparison, Finding, Reached, joined
from .growth import expressions
from .links import links_into
from .others import Told, compare_others
from .reach import Reach
from .seeds import reached_by_awards, reached_by_event, reached_by_setting
from .twins import come_and_gone, matched
from .written import Written

_REASONS = {"settings": "depends on {}", "event": "counts {}", "badge": "reads awards of {}"}


def diff(old: RuleSet, new: RuleSet) -> list[Change]:
    """The differences in meaning between two rule sets, badges first; none for what is only written differently."""
    return list(compare(old, new).changes)


def compare(old: RuleSet, new: RuleSet) -> Comparison:
    """The differences between two rule sets, what is rebuilt for them, and which badges they reach."""
    view = _View(old, new)
    return Comparison(tuple(map(view.change, view.told)), view.rebuilt, view.versions, view.reached)


class _View:
    """Two rule sets side by side."""

    def __init__(self, old: RuleSet, new: RuleSet) -> None:
        self.old, self.new = old, new
        self.sides = (Written(old), Written(new))
        self.matched = matched(old, new)

    @cached_property
    def told(self) -> list[Told]:
        """Every difference, of what."""
        found = come_and_gone(self.new, self.matched)
        for was, now in self.matched.twins:
            found += [(now.id, one) for one in compare_badges(self.sides, was, now, self.matched.names)]
        badges = [("badge", id, finding) for id, finding in sorted(found, key=lambda pair: pair[0])]
        return [*badges, *compare_others(self.sides)]

    @cached_property
    def own(self) -> dict[str, str]:
        """The directions of badges by their own changes; what became part of another badge is no longer given."""
        found: dict[str, list[str]] = defaultdict(list)
        for subject, id, finding in self.told:
            if subject == "badge" and finding.decides:
                found[id].append(CHANGED if finding.kind == "merged" else finding.direction)
        return {id: direction for id, all in found.items() if (direction := joined(all))}

    def seeds(self, told: Told) -> Mapping[str, str]:
        """The badges that a difference of something else reaches at once."""
        subject, id, finding = told
        if subject == "settings":
            return reached_by_setting(id, finding, self.matched.twins)
        if subject == "event":
            return reached_by_event(self.sides, id, finding, self.matched.twins)
        return reached_by_awards(self.sides, finding.kind, id, self.matched.twins) if subject == "badge" else {}

    @cached_property
    def reasons(self) -> Mapping[str, list[tuple[str, str]]]:
        """By badge: direction and reason of what reaches it from outside of all badges' rules."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for told in self.told:
            for id, direction in self.seeds(told).items():
                found[id].append((direction, _REASONS[told[0]].format(told[1])))
        return found

    @cached_property
    def reach(self) -> Reach:
        """How far it all goes."""
        links = [link for twins in self.matched.twins for link in links_into(self.sides, twins, self.matched.names)]
        seeded = {id: [direction for direction, _ in all] for id, all in self.reasons.items()}
        first = {id: joined([self.own.get(id), *seeded.get(id, ())]) for id in {*self.own, *seeded}}
        return Reach(links, {id: direction for id, direction in first.items() if direction})

    @property
    def reached(self) -> dict[str, Reached]:
        """The badges that have no change of their own, and that something reaches."""
        return {id: self._reached(id) for id in sorted(self.reach.effects.keys() - self.own.keys())}

    def _reached(self, id: str) -> Reached:
        reasons = [reason for _, reason in self.reasons.get(id, ())]
        told = "; ".join(part for part in (*dict.fromkeys(reasons), self.reach.reasons(id)) if part)
        return Reached(self.reach.effects[id], told)

    @cached_property
    def versions(self) -> tuple[str, ...]:
        """The badges with a new version."""
        return tuple(new.id for old, new in self.matched.twins if old.version != new.version)

    @property
    def rebuilt(self) -> tuple[str, ...]:
        """The badges with a new metric, and what else uses one."""
        badges = [badge.id for _, badge in sorted(self.new.badges.items()) if self._is_rebuilt(badge)]
        boards = [board for board in self.new.leaderboards.values() if board.metric and self._is_new(board.metric)]
        return (*badges, *(f"leaderboard {board.id}" for board in boards))

    def _is_rebuilt(self, badge: Badge) -> bool:
        return any(self._is_new(criterion.metric) for criterion in badge.criteria)

    def _is_new(self, metric: Metric) -> bool:
        return metric.fingerprint not in self.old.by_fingerprint

    # one change

    def change(self, told: Told) -> Change:
        """One difference with its place, and with what it leads to."""
        subject, id, finding = told
        file = self.sides[1].file_of(subject, id) or self.sides[0].file_of(subject, id)
        said = (finding.kind, finding.direction, finding.sentence)
        return Change(subject, id, *said, file, *self._consequences(subject, id, finding), self._reaches(told))

    def _consequences(self, subject: str, id: str, finding: Finding) -> tuple[bool, bool]:
        """Whether a metric is rebuilt for it, and whether it is a new version of the badge."""
        if not finding.decides:
            return False, False
        if subject == "metric":
            metric = self.new.metrics.get(id)
            return metric is not None and metric.fingerprint in self.new.by_fingerprint and self._is_new(metric), False
        badge = self.new.badges.get(id) if subject == "badge" else None
        return badge is not None and self._is_rebuilt(badge), badge is not None and id in self.versions

    def _reaches(self, told: Told) -> dict[str, str]:
        """The badges that a difference reaches, at once or through others."""
        subject, id, finding = told
        near = set(self.seeds(told)) | set(self._users(subject, id))
        decides = subject == "badge" and finding.decides and finding.direction in RULE_CHANGES
        effects = self.reach.effects
        far = self.reach.beyond({id, *near} if decides else near)
        found = {one: effects[one] for one in near if one in effects} | far
        return dict(sorted(found.items()))

    def _users(self, subject: str, id: str) -> Iterator[str]:
        """The badges that use a shared metric, or read a catalog."""
        if subject == "metric":
            yield from (badge for badge in self.own if self._names_metric(badge, id))
        elif subject == "catalog":
            yield from (badge for badge in self.own if self._reads_catalog(badge, id))

    def _names_metric(self, badge: str, metric: str) -> bool:
        return any(part.get("metric") == metric for written in self.sides for part in written.criteria(badge))

    def _reads_catalog(self, badge: str, catalog: str) -> bool:
        found = (rules.badges[badge] for rules in (self.old, self.new) if badge in rules.badges)
        metrics = [criterion.metric for one in found for criterion in one.criteria]
        if any(catalog in one.catalogs for metric in metrics for one in expressions(metric)):
            return True
        documents = (written.document("badge", badge) for written in self.sides)
        return any(f"catalog.{catalog}" in str(document) for document in documents)
