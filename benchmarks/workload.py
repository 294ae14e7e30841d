"""The workload: 12 badges over 4 event types, 1,000 users by Zipf's law, events spread over 90 days."""

from __future__ import annotations

import random
from typing import Any

from engine.calendar import DAY, parse_instant
from engine.model import Event, Posted
from engine.numeric import whole

START = parse_instant("2026-01-01T00:00:00Z")[0]
END = START + 91 * DAY
USERS = 1000
PROVIDERS = ("openai", "anthropic", "google", "mistral", "cohere")

FILES = {
    "events/login.yaml": "payload: {type: object}",
    "events/share.yaml": "payload: {type: object}",
    "events/quiz.yaml": """
payload:
  type: object
  required: [score, total, provider]
  properties:
    score: {type: integer, minimum: 0}
    total: {type: integer, minimum: 1}
    provider: {type: string}
""",
    "events/sale.yaml": """
payload: {type: object, required: [amount], properties: {amount: {type: number, minimum: 0}}}
""",
    "badges/three_days.yaml": "{name: 3 days, trigger: login, measure: streak, period: day, threshold: 3}",
    "badges/seven_days.yaml": "{name: 7 days, trigger: login, measure: streak, period: day, threshold: 7}",
    "badges/thirty_days.yaml": "{name: 30 days, trigger: login, measure: streak, period: day, threshold: 30}",
    "badges/first_quiz.yaml": "{name: First quiz, trigger: quiz}",
    "badges/ten_quizzes.yaml": "{name: Ten quizzes, trigger: quiz, threshold: 10, prerequisites: [first_quiz]}",
    "badges/accurate.yaml": """
{name: Accurate, trigger: quiz, when: "event.score / event.total * 100 >= 85", threshold: 5}
""",
    "badges/explorer.yaml": """
{name: Explorer, trigger: quiz, measure: count_distinct, of: event.provider, threshold: 3}
""",
    "badges/spender.yaml": "{name: Spender, trigger: sale, measure: sum, of: event.amount, threshold: 1000}",
    "badges/big_spender.yaml": "{name: Big sales, trigger: sale, when: event.amount > 50, threshold: 10}",
    "badges/first_sale.yaml": "{name: First sale, trigger: sale}",
    "badges/sharer.yaml": "{name: Sharer, trigger: share, threshold: 3}",
    "badges/all_round.yaml": """
{name: All-round, trigger: share, threshold: 5, prerequisites: [first_quiz, first_sale]}
""",
}


def events(count: int, seed: int = 1) -> list[Posted]:
    """Events in the order of their times."""
    rng = random.Random(seed)
    users = rng.choices(range(USERS), [1 / (rank + 1) for rank in range(USERS)], k=count)
    step = 90 * DAY // count
    return [_event(rng, number, START + number * step, f"user{user}") for number, user in enumerate(users)]


def _event(rng: random.Random, number: int, time: int, user: str) -> Posted:
    kind = rng.choice(("login", "quiz", "sale", "share"))
    return Posted(Event(user, "bench", f"e{number}", kind, time, 0, _data(rng, kind)))


def _data(rng: random.Random, kind: str) -> dict[str, Any]:
    if kind == "quiz":
        return {"score": rng.randint(0, 10), "total": 10, "provider": rng.choice(PROVIDERS)}
    return {"amount": whole(round(rng.random() * 100, 2))} if kind == "sale" else {}
