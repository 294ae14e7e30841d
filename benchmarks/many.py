"""A large rule set: a thousand badges of every common sort, over four types of event of their own."""

from __future__ import annotations

EVENTS = {
    "events/visit.yaml": """description: A user looked at a page.
payload:
  type: object
  properties:
    device: {type: string, enum: [phone, desktop, tablet]}
""",
    "events/exam.yaml": """description: A user finished an exam.
payload:
  type: object
  required: [score, questions, kind, provider]
  properties:
    score: {type: number, minimum: 0}
    questions: {type: integer, minimum: 1}
    kind: {type: string}
    provider: {type: string}
""",
    "events/purchase.yaml": """description: A user bought something.
payload:
  type: object
  required: [amount, country]
  properties:
    amount: {type: number, minimum: 0}
    country: {type: string}
""",
    "events/comment.yaml": """description: A user wrote a comment.
payload:
  type: object
  required: [length]
  properties:
    length: {type: integer, minimum: 0}
    topic: {type: string}
""",
    "catalogs/providers.yaml": "items: [openai, anthropic, google, mistral]\n",
}
HEAD = """name: Badge number {n}
description: What people do again and again, more or less {n} times.
icon: "🎯"
category: category_{group}

"""
SORTS = (
    """points: 5
trigger: exam
when: event.score / event.questions * 100 >= {percent} and event.kind == "kind{n}"
threshold: {few}
metadata:
  accuracy: event.score / event.questions * 100
""",
    """trigger: purchase
when: event.amount > {n} and event.country in ["de", "np", "us"]
measure: sum
of: event.amount
tiers:
  - {{id: bronze, threshold: 1{n}, points: 5}}
  - {{id: silver, threshold: 10{n}, points: 10}}
  - {{id: gold, threshold: 100{n}, points: 20}}
""",
    """trigger: visit
measure: streak
period: day
threshold: {more}
prerequisites: [many_{before}]
""",
    """trigger: exam
when: event.provider in catalog.providers and event.score >= {n}
measure: count_distinct
of: event.provider
threshold: {few}
available: {{from: 2026-01-01, until: 2026-12-31}}
""",
    """trigger: [comment, purchase]
when: has(event.length) and event.length > {n} or default(event.topic, "none") == "topic{n}"
threshold: {few}
""",
)


def many(count: int = 1_000) -> dict[str, str]:
    """The files of the rule set; no two badges are alike."""
    return {**EVENTS, **{f"badges/group_{n % 20}/many_{n}.yaml": _badge(n) for n in range(count)}}


def _badge(n: int) -> str:
    numbers = {"group": n % 20, "percent": 50 + n % 50, "few": 1 + n % 4, "more": n + 2, "before": max(n - 1, 0)}
    return (HEAD + SORTS[n % len(SORTS)]).format(n=n, **numbers)
