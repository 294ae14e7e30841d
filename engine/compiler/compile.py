"""The whole way from texts to a rule set."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

from ..model import Action, Badge, Leaderboard, Metric, Names, Notifications, RuleSet
from ..problems import WARNING, Problem, RulesRejected
from .badges import Written, assemble, read_badges
from .boards import read_actions, read_leaderboards
from .files import is_rule_file, read_files
from .fingerprints import rules_version, semantics
from .metrics import read_metrics
from .naming import names_of
from .notifications import read_notifications
from .payload import read_events
from .prerequisites import facts_of
from .reachability import note_unreachable, order_badges
from .renames import check_renames
from .routes import Routes, index
from .scenarios import check_scenarios
from .settings import read_catalogs, read_settings
from .warnings import note_missing_translations, note_same_rules, note_untested
from .work import Work


@dataclass(frozen=True)
class Compiled:
    """A rule set, and what was found in its files. ``rules`` is None if a problem is an error."""

    rules: RuleSet | None
    problems: tuple[Problem, ...]
    work: Work = field(repr=False)
    """What was read of the files."""

    @cached_property
    def names(self) -> Names:
        """What the files name, whether or not they have errors."""
        return names_of(self.work)


def compile_rules(files: Mapping[str, str]) -> Compiled:
    """The rule set that files make: texts by path relative to its folder, with ``/``."""
    work = Work({file: text for file, text in files.items() if is_rule_file(file)})
    with _uncollected():
        parts = _read(work)
        rules = None if work.failed else _rule_set(work, parts)
    return Compiled(rules, _sorted(work), work)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without Python's search for garbage: what is made is kept, and looking through it takes a fifth of the time.

    What is there counts as old from then on, or the next search would go through all that was made after all. Where
    something is spared for good (``gc.freeze``), that has to stay so, and the search comes.
    """
    is_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_on:
            if gc.get_freeze_count() == 0:
                gc.freeze()
                gc.unfreeze()
            gc.enable()


@dataclass(frozen=True, slots=True)
class _Parts:
    """What the files hold, before it is put together."""

    badges: Mapping[str, Written]
    order: list[str]
    depths: Mapping[str, int]
    leaderboards: Mapping[str, Leaderboard]
    actions: Mapping[str, Action]
    notifications: Notifications


def _read(work: Work) -> _Parts:
    """Read everything, and note all that is wrong with it."""
    read_files(work)
    read_settings(work)
    read_catalogs(work)
    read_events(work)
    shared = read_metrics(work)
    facts = {document.id: facts_of(document) for document in work.of("badge")}
    badges = read_badges(work, shared, facts)
    leaderboards = read_leaderboards(work)
    actions = read_actions(work, facts)
    notifications = read_notifications(work)
    order, depths = order_badges(work, badges)
    note_unreachable(work, badges, order)
    check_renames(work)
    note_untested(work, check_scenarios(work, facts))
    note_missing_translations(work)
    return _Parts(badges, order, depths, leaderboards, actions, notifications)


def _rule_set(work: Work, parts: _Parts) -> RuleSet:
    """The rule set of files without errors."""
    badges = assemble(work, parts.badges, parts.order, parts.depths)
    note_same_rules(work, badges)
    used = _used(badges, parts.leaderboards, [action.metric for action in parts.actions.values()])
    ranked = [board.metric.fingerprint for board in parts.leaderboards.values() if board.metric]
    found = index(badges, used)
    return RuleSet(
        version=rules_version(work.files),
        semantics=semantics(work, badges, list(used), ranked),
        settings=work.settings,
        events={id: event for id, event in sorted(work.events.items()) if event},
        catalogs={id: items for id, items in work.catalogs.items() if items is not None},
        metrics={id: metric for id, metric in work.metrics.items() if metric},
        badges=badges,
        leaderboards=parts.leaderboards,
        actions=parts.actions,
        notifications=parts.notifications,
        files=dict(work.files),
        routes=Routes(found, work.events, badges),
        dependents=found.dependents,
        gated=found.gated,
        by_fingerprint=used,
        users_of=_users(badges, used),
        renames={former: badge.id for badge in badges.values() for former in badge.formerly},
        ranked=frozenset(ranked),
        shy=frozenset(badge.id for badge in badges.values() if badge.secret or badge.retired),
        rolling=frozenset(key for key, metric in used.items() if "within" in metric.measure.params),
    )


def load(files: Mapping[str, str]) -> RuleSet:
    """The rule set that files make. Raises RulesRejected, with the errors, if there are any."""
    compiled = compile_rules(files)
    if compiled.rules is None:
        raise RulesRejected(problem for problem in compiled.problems if problem.severity != WARNING)
    return compiled.rules


def _sorted(work: Work) -> tuple[Problem, ...]:
    unique = dict.fromkeys(work.problems)
    return tuple(sorted(unique, key=lambda p: (p.file, p.span.line, p.span.column, p.code)))


def _used(
    badges: Mapping[str, Badge], leaderboards: Mapping[str, Leaderboard], read: list[Metric | None]
) -> dict[str, Metric]:
    """The metrics that something uses, by fingerprint."""
    metrics = [c.metric for badge in badges.values() for c in badge.criteria]
    metrics += [board.metric for board in leaderboards.values() if board.metric]
    metrics += [metric for metric in read if metric]
    return {metric.fingerprint: metric for metric in sorted(metrics, key=lambda metric: metric.fingerprint)}


def _users(badges: Mapping[str, Badge], used: Mapping[str, Metric]) -> dict[str, tuple[str, ...]]:
    users: dict[str, list[str]] = {key: [] for key in used}
    for id in sorted(badges):
        for key in dict.fromkeys(c.metric.fingerprint for c in badges[id].criteria):
            users[key].append(id)
    return {key: tuple(ids) for key, ids in users.items()}
