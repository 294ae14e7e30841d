"""The shell around the pure engine: one transaction a request, from the claim of its events to their receipts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from ..calendar import format_instant
from ..model import Award, Posted, Progress, Receipt, Refusal, RuleSet, Viewer
from ..plan import Plan
from ..portable import award_record
from ..presentation import in_order
from ..problems import RulesRejected
from ..store import write
from ..store.feeds import Notice
from ..store.protocol import AuditRecord, KeyRow, Store, Transaction, Version
from . import actions, boards, calls, notices, planning, reading, retention, upkeep, verifying
from .alarms import QUIET_DAYS
from .boards import Entry
from .errors import Refused
from .feeds import Feeds
from .figures import RulesFigures, StoredFigures, stored_figures
from .intake import hidden_from, ingest, is_current, keys_of, refresh
from .keys import KEY_PREFIX, SCOPES, Keys, Seen
from .news import News
from .overview import Overview
from .reading import CatalogEntry, Wall
from .rebuilding import Announce, Reaches, Rebuild, Report
from .retention import Retained, Retention
from .rulebook import HISTORY, Applied, Proposal, Rulebook, earlier
from .session import Session, Told
from .together import FEW, Handed, Request, Take, Together, answer, by_viewer, identify, posts_of
from .transfer import Undone, take
from .verifying import VerifyReport
from .webhooks import Webhooks
from .webhooks.writing import Writer

__all__ = [
    "FEW",
    "KEY_PREFIX",
    "SCOPES",
    "Announce",
    "Applied",
    "CatalogEntry",
    "Entry",
    "Handed",
    "News",
    "Refused",
    "Retained",
    "RulesFigures",
    "RulesRejected",
    "Seen",
    "Service",
    "StoredFigures",
    "VerifyReport",
    "Wall",
]

T = TypeVar("T")
Watcher = Callable[[RuleSet, Sequence[Told]], None]
Listener = Callable[[Sequence[News]], None]


class Service:
    """All that the HTTP API and the command line do, over a store and a clock (instants in microseconds)."""

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock
        self._messages = Writer()
        self._rulebook = Rulebook(store, clock, self._messages.applied)
        self.overview = Overview(store, self._reading, clock)
        self.webhooks = Webhooks(store, clock, self._rulebook, self._messages)
        self._keys = Keys(store, clock)
        self.feeds = Feeds(store, self._rulebook, clock)
        """What users are told."""
        self._together = Together(self._ingest_together)
        self._watchers: list[Watcher] = []
        self._listeners: list[Listener] = []

    def now(self) -> int:
        """The instant by the service's clock."""
        return self._clock()

    def watch(self, watcher: Watcher) -> None:
        """Have somebody told of the receipts of every call, once they are stored."""
        self._watchers.append(watcher)

    def listen(self, listener: Listener) -> None:
        """Have somebody of this process told what is new, once it is stored; others find it in the database."""
        self._listeners.append(listener)

    # transactions

    def _write(
        self,
        viewer: Viewer,
        work: Callable[[Session], T],
        silent: bool = False,
        posts: Sequence[Posted | Refusal] = (),
    ) -> T:
        """What the work answers, once it is stored; run anew if its transaction had to give way to another one."""

        def run(transaction: Transaction) -> tuple[T, Session]:
            transaction.expect(keys_of(posts))
            rules = self._rulebook.current(transaction)
            session = Session(transaction, rules, viewer, self._clock(), silent=silent)
            return self._done(session, work), session

        answer, session = write(self._store, run)
        self._tell(session)
        return answer

    def _ingest_together(self, take: Take) -> None:
        """Store what several callers posted, in one transaction."""

        def run(transaction: Transaction) -> list[tuple[Session, list[Request], list[Receipt]]]:
            taken = take()
            identify(taken, self._keys.seen(transaction))
            transaction.expect(keys_of(posts_of([request for request in taken if request.error is None])))
            rules, now = self._rulebook.current(transaction), self._clock()
            shared = [(Session(transaction, rules, v, now), requests) for v, requests in by_viewer(taken).items()]
            return [
                (session, requests, self._done(session, partial(ingest, posts=posts_of(requests))))
                for session, requests in shared
            ]

        for session, requests, receipts in write(self._store, run):
            answer(requests, receipts, session.rules)
            self._tell(session)

    def _done(self, session: Session, work: Callable[[Session], T]) -> T:
        """Work, and what is to be told of it."""
        answer = work(session)
        if session.news:
            session.notices = self._publish(session.transaction, session.rules, session.news)
        return answer

    def _tell(self, session: Session) -> None:
        """Tell what was stored."""
        for watcher in self._watchers:
            watcher(session.rules, session.told)
        if session.news:
            self._published(session.news, session.notices)

    def _published(self, news: Sequence[News], told: Sequence[Notice]) -> None:
        """Tell those of this process who wait for news that these are stored."""
        for listener in self._listeners:
            listener(news)
        self.feeds.published(told)

    def _publish(self, transaction: Transaction, rules: RuleSet, news: Sequence[News]) -> list[Notice]:
        """Store what is to be told of news, in the transaction that made them; what users are told."""
        self._messages.publish(transaction, rules, news)
        return notices.write(transaction, rules, news)

    @contextmanager
    def _reading(self, user: str | None = None) -> Iterator[tuple[Transaction, RuleSet]]:
        """A view for readers; a user whose state another rule set folded is brought up first."""
        while True:
            with self._store.reading() as transaction:
                rules = self._rulebook.current(transaction)
                if user is None or is_current(transaction, rules, user):
                    yield transaction, rules
                    return
            write(self._store, lambda t: refresh(t, self._rulebook.current(t), user, self._clock()))

    @property
    def rules(self) -> RuleSet:
        """The rule set in service. Raises Refused (503) if none has been applied."""
        with self._reading() as (_, rules):
            return rules

    # writing

    def ingest(
        self, posts: Sequence[Posted | Refusal], viewer: Viewer, reserved: bool = False, silent: bool = False
    ) -> list[Receipt]:
        """One receipt for each entry, in the order given; durable when it returns. ``silent``: no user is told."""
        if len(posts) <= FEW and not reserved and not silent:
            return list(self._together.post(posts, viewer))
        return self._write(viewer, lambda session: ingest(session, posts, reserved), silent, posts)

    def take_in(self, posts: Sequence[Posted | Refusal], viewer: Viewer) -> tuple[list[Receipt], RuleSet]:
        """As ``ingest``, with the rule set in service by whose texts the receipts are told."""
        return self.ingest(posts, viewer), self._rulebook.newest

    def hand_in(self, handed: Sequence[Handed]) -> None:
        """Have small requests stored without waiting for it; who sent them is found out in the transaction."""
        self._together.hand_in(handed)

    def take(
        self, posts: Sequence[Posted | Refusal], viewer: Viewer, origin: str, rehearsed: bool = False
    ) -> list[Receipt]:
        """Take in grants of another system, silently; ``rehearsed``: only what would come of it is told."""
        try:
            return self._write(viewer, lambda session: take(session, posts, origin, rehearsed), silent=True)
        except Undone as undone:
            return undone.receipts

    def grant(
        self, user: str, badge: str, tier: str | None, viewer: Viewer, reason: str | None = None
    ) -> tuple[bool, Award]:
        """Give a badge: whether it is new, and the award. Raises Refused (403, 404, 409)."""
        return self._write(viewer, lambda session: calls.grant(session, user, badge, tier, reason))

    def revoke(self, user: str, badge: str, viewer: Viewer, reason: str | None = None) -> int:
        """Take all of a badge away: how many awards that were. Raises Refused (404)."""
        return self._write(viewer, lambda session: calls.revoke(session, user, badge, reason))

    def erase(self, user: str, viewer: Viewer) -> bool:
        """Remove all that names a user, from the files of the database too; whether there was anything."""
        actor = viewer.name or viewer.kind
        found = write(self._store, lambda transaction: calls.erase(transaction, user, actor, self._clock()))
        self._store.scrub()
        return found

    def retain(self, older: int, viewer: Viewer, report: Report | None = None) -> Retained:
        """Compact all entries older than so many microseconds into snapshots, for good.

        What users hold and how far they are stays as it is. Safe to interrupt and run again. Raises Refused (503) if
        no rule set has been applied.
        """
        now, actor = self._clock(), viewer.name or viewer.kind
        done = Retention(self._store, self._rulebook.current, now - older, self._clock).run(report)
        if done.users:
            write(self._store, lambda transaction: transaction.record(retention.record_of(done, actor, now)))
        self._store.scrub()
        return done

    def retainable(self, older: int) -> Retained:
        """What ``retain`` would compact."""
        return retention.survey(self._store, self._clock() - older)

    def act(self, action: str, user: str, body: Mapping[str, Any], key: str | None, viewer: Viewer) -> dict[str, Any]:
        """Run one of the actions; its answer but for ``success``. Raises Refused."""
        return self._write(viewer, lambda session: actions.act(session, action, user, body, key))

    # rules

    def plan(self, files: Mapping[str, str], allow_remove: bool = False, report: Report | None = None) -> Plan:
        """What applying a rule set would do, to the rules and to the people; writes nothing. Raises RulesRejected."""
        return planning.plan(self._store, self._rulebook, files, self._clock(), allow_remove, report)

    def apply(
        self,
        files: Mapping[str, str],
        by: str,
        allow_remove: bool = False,
        report: Report | None = None,
        announce: Announce | None = None,
    ) -> Applied:
        """Check a rule set, put it in service, and bring every user to it. Raises RulesRejected or Refused (409).

        Safe to interrupt and run again. The awards that this gives are announced only if somebody is told of them.
        """
        return self._put(files, by, allow_remove, report, announce)

    def rollback(
        self,
        by: str,
        name: str | None = None,
        allow_remove: bool = False,
        report: Report | None = None,
        announce: Announce | None = None,
    ) -> Applied:
        """Put an earlier version in service again, as a new number: the one before, or the one of a number or hash.

        Raises Refused (404, 409), or RulesRejected if this program cannot read it any more.
        """
        version = self._earlier(name)
        return self._put(version.files, by, allow_remove, report, announce, rollback_to=version.number)

    def files(self, name: str | None = None) -> Mapping[str, str]:
        """The texts of a version: the one before, or the one of a number or hash. Raises Refused (404, 409)."""
        return self._earlier(name).files

    def _earlier(self, name: str | None) -> Version:
        with self._store.reading() as transaction:
            return earlier(transaction, name)

    def _put(
        self,
        files: Mapping[str, str],
        by: str,
        allow_remove: bool,
        report: Report | None,
        announce: Announce | None,
        **detail: Any,
    ) -> Applied:
        with self._rulebook.refusing(self._clock()):
            proposal = Proposal.of(files)
            told = {**detail, **({"announce": True} if announce else {})}
            previous = self._rulebook.put(proposal, self._clock(), by, allow_remove, **told)
        rules = proposal.rules
        publish = self._publish if announce else None
        rebuild = Rebuild(self._store, rules, Reaches(self._rulebook, rules), self._clock, publish, self._published)
        rebuild.run(report, announce)
        figures = (rebuild.rebuilt, rebuild.awarded, rebuild.superseded)
        return Applied(rules.version, previous, proposal.warnings, *figures)

    # reading

    def awards(self, user: str, viewer: Viewer) -> list[Award]:
        """What a user holds, in the order in which it was earned."""
        with self._reading(user) as (transaction, rules):
            return in_order(transaction.awards(user), rules)

    def count(self, user: str) -> int:
        """Distinct badges held, without reading the awards."""
        with self._reading(user) as (transaction, _):
            row = transaction.lock([user]).get(user)
            return row.badges if row else 0

    def progress(self, user: str, viewer: Viewer) -> list[Progress]:
        """How far a user is towards every badge that the viewer may see."""
        with self._reading(user) as (transaction, rules):
            return reading.progress(transaction, rules, user, viewer, self._clock())

    def shareable(self, user: str, badge: str, occurrence: str | None, viewer: Viewer) -> Award:
        """An award that a user may show to others: of ``badge`` or ``badge.tier``, the newest. Raises Refused (404)."""
        with self._reading(user) as (transaction, rules):
            return reading.shareable(transaction, rules, user, badge, occurrence, viewer)

    def held(self, user: str, badge: str, tier: str | None, occurrence: str | None) -> Award | None:
        """The award of that badge, tier and occurrence, if the user holds it; also by a former name of the badge."""
        with self._reading(user) as (transaction, rules):
            return reading.held(transaction, rules, user, badge, tier, occurrence)

    def wall(self, user: str) -> Wall:
        """All that a user's badge wall shows, as the user may see it."""
        with self._reading(user) as (transaction, rules):
            return reading.wall(transaction, rules, user, self._clock())

    def explanation(self, user: str, badge: str, viewer: Viewer, locales: Sequence[str] = ()) -> dict[str, Any]:
        """Why a badge is earned, or what is missing. Raises Refused (404)."""
        with self._reading(user) as (transaction, rules):
            return reading.explanation(transaction, rules, user, badge, viewer, self._clock(), locales)

    def catalog(self, viewer: Viewer) -> list[CatalogEntry]:
        """Every badge with holders and rarity."""
        with self._reading() as (transaction, rules):
            return reading.catalog(transaction, rules, viewer)

    def badge(self, badge: str, viewer: Viewer) -> CatalogEntry:
        """One badge with holders and rarity. Raises Refused (404)."""
        with self._reading() as (transaction, rules):
            return reading.catalog_entry(transaction, rules, badge, viewer)

    def leaderboard(
        self, board: str, limit: int = 100, around: str | None = None, users: Sequence[str] = ()
    ) -> list[Entry]:
        """Places of a leaderboard. Raises Refused (404)."""
        with self._reading() as (transaction, rules):
            return boards.leaderboard(transaction, rules, board, limit, around, users, self._clock())

    def rules_status(self, viewer: Viewer, days: int = QUIET_DAYS) -> dict[str, Any]:
        """The version in service, since when, what badges and event types did in so many days, failing and dead rules.

        ``rebuilding`` says whether there are users whom an apply has still to bring to it, ``refused`` which rules are
        not in service though they were to be, and why.
        """
        with self._reading() as (transaction, rules):
            refused = self._rulebook.refused
            status = reading.rules_status(transaction, rules, viewer, self._clock(), days)
            rebuilding = bool(transaction.outdated(rules.semantics, 1))
        return {**status, "rebuilding": rebuilding, "refused": refused.as_json() if refused else None}

    def history(self) -> list[dict[str, Any]]:
        """The versions that have been in service, newest first."""
        with self._store.reading() as transaction:
            return [
                {"number": v.number, "version": v.version, "applied_at": format_instant(v.applied_at), "by": v.by}
                for v in transaction.versions(HISTORY)
            ]

    def audit(self, limit: int = 100, before: int | None = None) -> list[dict[str, Any]]:
        """Who granted, revoked, retracted, erased and applied what, newest first."""
        with self._store.reading() as transaction:
            return [_audit_json(record) for record in transaction.audit(limit, before)]

    def export_user(self, user: str, viewer: Viewer) -> dict[str, Any]:
        """All that is stored of one user, but for failures of badges that the viewer must not see."""
        with self._reading(user) as (transaction, rules):
            hidden = hidden_from(rules, reading.whole_state(transaction, user), viewer)
            return upkeep.export_user(transaction, rules, user, hidden)

    def export(self) -> Iterator[dict[str, Any]]:
        """Every entry of every log, as CloudEvents that ``ingest`` accepts with ``reserved``."""
        return upkeep.export(self._store)

    def export_awards(self) -> Iterator[dict[str, Any]]:
        """Every award that is held, user by user, as flat records."""
        for user in upkeep.everybody(self._store):
            with self._reading(user) as (transaction, rules):
                row, held = transaction.lock([user]).get(user), in_order(transaction.awards(user), rules)
            name = row.attributes.get("name") if row else None
            yield from (award_record(user, name, award, rules) for award in held)

    def backup(self, path: str) -> None:
        """Copy the database, as it is at one moment, to a new file. Raises FileExistsError, ValueError."""
        self._store.copy(path)

    def verify(self, report: Report | None = None) -> VerifyReport:
        """Replay every log and compare with what is stored."""
        return verifying.verify(self._store, self._rulebook.current, report)

    def ready(self) -> None:
        """Raises what stands in the way of serving: StoreUnavailable, Refused (503) or RulesRejected."""
        with self._reading():
            return

    def size(self) -> int:
        """How many users there are."""
        with self._store.reading() as transaction:
            return transaction.counts()["users"]

    def telemetry(self) -> RulesFigures:
        """Figures of the rule set in service, cheaply."""
        with self._reading() as (transaction, rules):
            version = transaction.versions(1)[0]
            rebuilding = bool(transaction.outdated(rules.semantics, 1))
        book = self._rulebook
        return RulesFigures(version.version, version.applied_at, book.loaded_at, rebuilding, book.refused is not None)

    def stored(self, days: int = QUIET_DAYS) -> StoredFigures:
        """Figures of all that is stored, of what happened in so many days, and of dead rules."""
        with self._reading() as (transaction, rules):
            return stored_figures(transaction, rules, self._clock(), days)

    # keys

    def keys_exist(self) -> bool:
        """Whether any key has ever been made; a revoked one counts, so that revoking the last opens nothing."""
        return self._keys.exist()

    def keys(self) -> list[KeyRow]:
        """The keys that open something, without their secrets."""
        return self._keys.all()

    def key(self, token: str) -> tuple[str, tuple[str, ...]] | None:
        """Name and scopes of the key with that secret, whose use is noted."""
        found = self._keys.find(token)
        return (found.name, found.scopes) if found else None

    def create_key(self, name: str, scopes: Sequence[str]) -> str:
        """Make a key and return its secret, which is stored only as a hash. Raises Refused (409, 422)."""
        return self._keys.create(name, scopes)

    def revoke_key(self, name: str) -> bool:
        """Make a key open nothing any more; whether it did."""
        return self._keys.revoke(name)


def _audit_json(record: AuditRecord) -> dict[str, Any]:
    return {
        "number": record.number,
        "at": format_instant(record.at),
        "actor": record.actor,
        "action": record.action,
        "user": record.user,
        "badge": record.badge,
        "detail": dict(record.detail),
    }
