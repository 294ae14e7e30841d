"""A story for pictures: learners of ``examples/learning`` up to yesterday, more badges, and a crowd around them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from .pages import ROOT

LEARNING = ROOT / "examples" / "learning"
HERO = "bob"
NAMES = (
    "Amina", "Björn", "Chloé", "Diego", "Elif", "Farid", "Greta", "Hana", "Igor", "Jana", "Kofi", "Lina", "Mateo",
    "Noor", "Olga", "Pavel", "Quinn", "Rosa", "Sven", "Tara", "Umut", "Vera", "Wanda", "Xenia", "Yusuf", "Zoe",
    "Arjun", "Bruno", "Carmen", "Dara", "Emre", "Fiona", "Goran", "Hugo", "Ines", "Jonas",
)  # fmt: skip
MORE = {
    "badges/more/night_owl.yaml": """
name: {en: Night owl, de: Nachteule, ja: 夜ふかし}
description: {en: Learn three times between midnight and five., de: Lerne dreimal zwischen Mitternacht und fünf.}
icon: "🦉"
category: lessons
secret: true
trigger: lesson.finished
when: time.hour < 5
threshold: 3
""",
    "badges/more/comeback.yaml": """
name: {en: Phoenix, de: Phönix}
description: {en: Nobody is told how., de: "Niemand weiß, wie."}
icon: "🐦‍🔥"
category: streaks
secret: true
trigger: quiz.finished
when: event.points == 0
threshold: 2
""",
    "badges/more/polymath.yaml": """
name: {en: Polymath, de: Universalgelehrt}
description: {en: "Ten quizzes without a mistake, for masters without a flaw.", de: Zehn Quiz ohne Fehler danach.}
icon: "🏛️"
category: quizzes
points: 200
trigger: quiz.finished
when: event.points >= event.of
threshold: 10
prerequisites: [mastery.master, flawless]
""",
    "badges/more/summer_school.yaml": """
name: {en: Summer school, de: Sommerschule}
description: {en: Ten lessons in the summer., de: Zehn Lektionen im Sommer.}
icon: "🏖️"
category: lessons
trigger: lesson.finished
threshold: 10
available: {from: 2025-06-01, until: 2025-08-31}
""",
    "badges/more/marathon.yaml": """
name: {en: Marathon, de: Marathon}
description: {en: A hundred hours of learning., de: Hundert Stunden lernen.}
icon: "🏃"
category: lessons
points: 80
trigger: lesson.finished
measure: sum
of: event.minutes
threshold: 6000
""",
    "badges/more/month_of_quizzes.yaml": """
name: {en: Thirty days of fire, de: Dreißig Tage Feuer}
description: {en: Learn on thirty days in a row., de: Lerne an dreißig Tagen hintereinander.}
icon: "🌋"
category: streaks
points: 150
trigger: [lesson.finished, quiz.finished]
measure: streak
period: day
threshold: 30
""",
    "badges/more/mentor.yaml": """
name: {en: Mentor, de: Mentorin}
description: {en: Bring a new learner through the first course., de: Bring jemanden durch den ersten Kurs.}
icon: "🧭"
category: people
points: 40
grant: staff
prerequisites: [helpful]
""",
    "leaderboards/all_time.yaml": "{name: {en: Most badges, de: Die meisten Abzeichen}, rank_by: badges}\n",
}


def rules() -> dict[str, str]:
    """The files of the rule set."""
    folder = LEARNING / "rules"
    found = {file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8") for file in folder.rglob("*.yaml")}
    return {name: text for name, text in found.items() if not name.startswith("scenarios/")} | MORE


def events(now: datetime) -> list[dict[str, Any]]:
    """What happened until shortly before an instant."""
    found = [*_learners(now), *_lately(now), *_crowd(now)]
    return sorted(found, key=lambda event: datetime.fromisoformat(event["time"]))


def _learners(now: datetime) -> Iterator[dict[str, Any]]:
    """The events of the example, as if the last of them was a week ago; weekdays stay."""
    lines = (LEARNING / "events.jsonl").read_text(encoding="utf-8").splitlines()
    told = [event for event in map(json.loads, lines) if not event["type"].startswith("badge.")]
    newest = max(datetime.fromisoformat(event["time"]) for event in told)
    weeks = (now - newest) // timedelta(weeks=1)
    for event in told:
        at = datetime.fromisoformat(event["time"]) + timedelta(weeks=weeks)
        yield {**event, "time": at.isoformat()}


def _lately(now: datetime) -> Iterator[dict[str, Any]]:
    """The hero learns every day, up to today."""
    for ago in range(6, -1, -1):
        at = now - timedelta(days=ago, minutes=20)
        yield _event(HERO, "lesson.finished", at, f"late-{ago}", lesson=f"extra-{ago}", course="privacy", minutes=35)


def _crowd(now: datetime) -> Iterator[dict[str, Any]]:
    """Many more, some of them eager."""
    dice = random.Random(7)
    for number, name in enumerate(NAMES):
        user = name.lower()
        yield _event(user, "user.updated", now - timedelta(days=60), "name", name=name)
        for lesson in range(dice.choice((1, 3, 6, 14, 25))):
            at = now - timedelta(days=dice.uniform(1, 50))
            about = {"lesson": f"l{lesson}", "course": "safety", "minutes": dice.choice((10, 20, 45))}
            yield _event(user, "lesson.finished", at, f"l{lesson}", **about)
        for quiz in range(dice.choice((0, 1, 4, 9)) if number % 3 else 0):
            at = now - timedelta(days=dice.uniform(1, 40))
            about = {"quiz": f"q{quiz}", "course": "safety", "points": dice.randint(3, 10), "of": 10}
            yield _event(user, "quiz.finished", at, f"q{quiz}", **about)


def _event(user: str, type: str, at: datetime, id: str, **data: Any) -> dict[str, Any]:
    known = {"specversion": "1.0", "id": f"{user}-{id}", "source": "story", "type": type, "subject": user}
    return {**known, "time": at.isoformat(timespec="seconds"), "data": data}
