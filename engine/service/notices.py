"""News become notifications, in the transaction that made them: each thing once, several of a kind in one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec.structs import replace

from ..model import BADGE_REVOKED, EVENT_RETRACTED, Badge, Progress, RuleSet
from ..notifications import Near, about, earned, ends_of, is_near, key_of, lap_of, level_of, may_tell
from ..store.feeds import Feed, Mark, MarkKey, Notice, Reminder
from ..store.protocol import Transaction
from ..wording import AWARD, HINT, PROGRESS
from .news import AWARDED, PROGRESSED, REVOKED, News

KEPT = 500
"""Notifications of a user that are kept: the newest."""
MOST_ITEMS = 50
"""Badges that one notification is about."""
_TAKEN = frozenset({EVENT_RETRACTED, BADGE_REVOKED})
"""What takes something away: nobody is told how near the rest is."""
_ORDER = (HINT, PROGRESS, AWARD)
"""Of one moment, so that an award is the newest."""

Items = dict[str, dict[str, list[Any]]]
"""What is to be told, by user and kind."""


def write(transaction: Transaction, rules: RuleSet, news: Sequence[News]) -> list[Notice]:
    """Store the notifications that news lead to; these. The users are locked."""
    moves, others = _moves(rules, news), [each for each in news if each.kind != PROGRESSED]
    if not moves and not others:
        return []
    _withdraw(transaction, rules, [each for each in others if each.kind == REVOKED])
    transaction.feeds.remind([reminder for move in moves for reminder in move.reminders])
    items = _awards(others)
    worth = [move for move in moves if move.level is not None or move.near]
    users = sorted({*items, *(move.user for move in worth)})
    if not users:
        return []
    feeds = transaction.feeds.of(users)
    _choose(transaction, worth, feeds, items)
    return put(transaction, feeds, items, news[0].at)


def _moves(rules: RuleSet, news: Sequence[News]) -> list[_Move]:
    """The progress that may be worth telling: of each badge of a user where it stands in the end."""
    last = {(each.user, each.badge): each for each in news if each.kind == PROGRESSED}
    told = [each for each in last.values() if each.cause is None or each.cause.type not in _TAKEN]
    return [move for each in told if (move := _Move.of(rules, each))]


def _awards(news: Iterable[News]) -> Items:
    items: Items = defaultdict(lambda: defaultdict(list))
    for each in news:
        if each.kind == AWARDED and each.award is not None:
            items[each.user][AWARD].append(earned(each.award))
    return items


class _Move:
    """Progress that may be worth telling."""

    __slots__ = ("user", "badge", "progress", "level", "near", "reminders")

    def __init__(self, user: str, badge: Badge, progress: Progress, rules: RuleSet) -> None:
        self.user = user
        self.badge = badge
        self.progress = progress
        self.level = level_of(badge, progress)
        self.near: Near | None = is_near(rules, badge, progress)
        watched = rules.notifications.streak_hours > 0
        ends = ends_of(badge, progress) if watched else ()
        self.reminders = [Reminder(user, metric, expires_at) for metric, expires_at in ends]

    @classmethod
    def of(cls, rules: RuleSet, news: News) -> _Move | None:
        """The progress of news, unless there is nothing in it to be told."""
        badge, progress = rules.badges.get(news.badge), news.progress
        if badge is None or progress is None or not may_tell(rules, badge, progress):
            return None
        move = cls(news.user, badge, progress, rules)
        return move if move.level is not None or move.near or move.reminders else None

    def key(self, kind: str) -> MarkKey:
        """Under which it is noted that the user was told."""
        return (self.user, kind, self.badge.id, self.progress.tier or "")


def _choose(transaction: Transaction, moves: Sequence[_Move], feeds: dict[str, Feed], items: Items) -> None:
    """Add what was not told before, and note that it is told: of one badge a percentage rather than a hint."""
    known = transaction.feeds.marks([move.key(kind) for move in moves for kind in (PROGRESS, HINT)])
    noted: list[Mark] = []
    for move in moves:
        lap, muted = _lap(transaction, move), feeds.get(move.user, Feed(move.user)).muted
        if _is_hidden(transaction, move):
            continue
        if PROGRESS not in muted and _is_new(known.get(move.key(PROGRESS)), lap, move.level):
            items[move.user][PROGRESS].append(about(move.progress))
            noted.append(Mark(*move.key(PROGRESS), lap, move.level or 0))
        elif HINT not in muted and move.near and _is_new(known.get(move.key(HINT)), lap, 1):
            items[move.user][HINT].append(about(move.progress, move.near))
            noted.append(Mark(*move.key(HINT), lap, 1))
    transaction.feeds.mark(noted)


def _is_new(mark: Mark | None, lap: str, level: int | None) -> bool:
    return level is not None and (mark is None or mark.lap != lap or mark.level < level)


def _lap(transaction: Transaction, move: _Move) -> str:
    given = len(transaction.awards(move.user, move.badge.id)) if move.badge.repeatable else 0
    return lap_of(move.badge, move.progress, given)


def _is_hidden(transaction: Transaction, move: _Move) -> bool:
    """Whether the user must not learn that there is such a badge."""
    return move.badge.secret and not transaction.awards(move.user, move.badge.id)


def put(transaction: Transaction, feeds: dict[str, Feed], items: Items, now: int) -> list[Notice]:
    """Store a notification for each user and kind, and count them; what users do not want is left out."""
    notices: list[Notice] = []
    for user in sorted(items):
        feed = feeds.get(user, Feed(user))
        wanted = [kind for kind in _kinds(items[user]) if kind not in feed.muted]
        for kind in wanted:
            feed = replace(feed, number=feed.number + 1)
            notices.append(Notice(user, feed.number, kind, now, items[user][kind][-MOST_ITEMS:]))
        if wanted:
            feeds[user] = feed
    _store(transaction, notices, feeds)
    return notices


def _kinds(items: Iterable[str]) -> list[str]:
    return sorted(items, key=lambda kind: _ORDER.index(kind) if kind in _ORDER else -1)


def _store(transaction: Transaction, notices: Sequence[Notice], feeds: dict[str, Feed]) -> None:
    if not notices:
        return
    transaction.feeds.add(notices)
    changed = [feeds[user] for user in dict.fromkeys(notice.user for notice in notices)]
    transaction.feeds.put(changed)
    for feed in changed:
        if feed.number > KEPT:
            transaction.feeds.trim(feed.user, feed.number - KEPT + 1)


def _withdraw(transaction: Transaction, rules: RuleSet, revoked: Iterable[News]) -> None:
    """Take awards that are gone out of the notifications that told of them."""
    gone: dict[str, set[Any]] = defaultdict(set)
    for each in revoked:
        gone[each.user].add((each.badge, each.tier, each.occurrence))
    for user, keys in gone.items():
        for notice in transaction.feeds.of_kind(user, AWARD):
            left = [item for item in notice.items if _today(rules, key_of(item)) not in keys]
            if len(left) < len(notice.items):
                transaction.feeds.replace(replace(notice, items=left))


def _today(rules: RuleSet, key: tuple[str, str | None, str | None]) -> tuple[str, str | None, str | None]:
    badge, tier, occurrence = key
    return (rules.renames.get(badge, badge), tier, occurrence)
