"""What random rule sets are made of: event types with their fields, and expressions over them that pass the checker."""

from random import Random
from typing import Any

Document = dict[str, Any]
TEXT, NUMBER, FLAG = {"type": "string"}, {"type": "number"}, {"type": "boolean"}
WHOLE = {"type": "integer"}


def payload(required: Document, optional: Document) -> Document:
    """An event type with required and optional fields."""
    return {"payload": {"type": "object", "required": list(required), "properties": {**required, **optional}}}


EVENTS = {
    "quiz": payload(
        {"score": {"type": "number", "minimum": 0}, "total": {"type": "integer", "minimum": 1}},
        {"quizId": TEXT, "passed": FLAG, "odd-name": WHOLE},
    ),
    "sale": payload(
        {"amount": NUMBER, "country": {"enum": ["de", "np", "us"], "type": "string"}},
        {"coupon": TEXT, "rate": NUMBER, "extra": {"type": "object", "properties": {"level": WHOLE}}},
    ),
    "login": payload({}, {"device": TEXT}),
    "answer": payload({"provider": TEXT, "correct": FLAG}, {"tags": {"type": "array", "items": TEXT}}),
    "task": payload(
        {
            "started": {"type": "string", "format": "date-time"},
            "due": {"type": "string", "format": "date"},
            "effort": WHOLE,
        },
        {"done": FLAG},
    ),
}
CATALOGS = {"providers": ["openai", "google", "mistral"], "countries": ["de", "np"]}
ATTRIBUTES = {
    "type": "object",
    "properties": {"plan": TEXT, "level": WHOLE, "joined": {"type": "string", "format": "date"}},
}

ANYWHERE = [
    "time.hour < 12", "time.is_weekend", 'time.weekday in ["monday", "friday", "sunday"]', "time.day % 2 == 0",
    'source == "app"', 'source != "web" and time.minute >= 15', 'has(user.plan) and user.plan == "gold"',
    "default(user.level, 1) >= 2", 'time >= timestamp("2026-03-12")', "not time.is_weekend or time.hour >= 18",
    'startswith(user.id, "u")', 'has(user.joined) and days_between(user.joined, time) >= 3', "10 <= time.hour <= 20",
    'time < timestamp("2026-04-02T12:00:00+02:00")', "time.month == 3 if time.year == 2026 else true",
    'time.date != "2026-03-29"',
]  # fmt: skip
CONDITIONS = {
    "quiz": [
        "event.score / event.total * 100 >= 57", "event.score == event.total", "has(event.passed) and event.passed",
        'default(event.quizId, "none") != "none"', "event.score % 2 == 0", "event.score // 3 >= 1",
        "1 <= event.score < 8", "round(event.score) >= 3", "round(event.score / event.total, 1) == 0.6",
        "100 / event.score <= 50", "event.total % event.score == 0", "default(event.passed, true)",
        'default(event["odd-name"], 0) >= 1',
        "floor(event.score * 10) == 57 or ceil(event.score) > 4", 'size(default(event.quizId, "")) >= 2',
        "abs(event.score - event.total) <= 2 and min(event.score, 5) > 1",
    ],
    "sale": [
        "event.amount > 0", "event.amount / default(event.rate, 1) > 2", "event.country in catalog.countries",
        'event.country in ["de", "us"]', "has(event.coupon)", "has(event.extra.level) and event.extra.level > 1",
        'has(event.coupon) and lower(event.coupon) == "x"', "event.amount * 3 >= 9.3",
        "event.country not in catalog.countries", "default(event.extra.level, 0) + event.amount >= 4",
        "-event.amount < 1.5", "event.amount % 1 == 0",
    ],
    "login": ["has(event.device)", 'default(event.device, "web") == "phone"', "not has(event.device)"],
    "answer": [
        "event.correct", "event.correct and event.provider in catalog.providers", "not event.correct",
        'event.provider == "openai" or event.correct', 'contains(event.provider, "o")', "event.correct == true",
        'has(event.tags) and "a" in event.tags', 'endswith(upper(event.provider), "AI")',
    ],
    "task": [
        "hours_between(event.started, time) <= 24", "abs(days_between(event.started, time)) <= 2", "event.due >= time",
        "event.due.is_weekend", "event.effort > 1", "has(event.done) and event.done", "event.started.hour < 12",
        "event.effort * 2 >= 4", "8 / (event.effort - 1) > 1", "days_between(time, event.due) >= 0",
    ],
}  # fmt: skip
NUMBERS = {
    "quiz": [
        "event.score",
        "event.score / event.total * 100",
        "event.total",
        "event.score * 1.1",
        "event.total / event.score",
    ],
    "sale": [
        "event.amount",
        "default(event.rate, 0.5)",
        "event.amount - 1",
        "event.amount / default(event.rate, 1)",
        "default(event.extra.level, 2)",
    ],
    "login": ["1", "time.hour"],
    "answer": ["1 if event.correct else 0", "size(event.provider)"],
    "task": ["event.effort", "hours_between(event.started, time)", "event.effort / 4", "6 // (event.effort - 2)"],
}
VALUES = {
    "quiz": ["event.score", 'default(event.quizId, "?")', "default(event.passed, false)", "event.total / 2"],
    "sale": ["event.country", 'default(event.coupon, "-")', "event.amount"],
    "login": ["time.date", "time.weekday", 'default(event.device, "?")'],
    "answer": ["event.provider", "event.correct"],
    "task": ["event.effort", "event.due.date", "event.started.weekday"],
}
METADATA = {
    "quiz": {"percent": "event.score / event.total * 100", "quiz": "event.quizId", "inverse": "1 / event.score"},
    "sale": {"amount": "event.amount", "coupon": "event.coupon", "level": "event.extra.level"},
    "login": {"device": "event.device", "on": "time.date"},
    "answer": {"who": "event.provider", "right": "event.correct"},
    "task": {"effort": "event.effort * 1.5", "late": "days_between(event.due, time)"},
}
COLLECTED = [
    'event.badge != "{self}"',
    'has(event.tier) and event.tier == "gold"',
    "event.points > 0",
    "has(event.category)",
]


def data_of(rng: Random, event_type: str) -> Document:
    """Random data that an event type allows."""
    return {name: value for name, value in FIELDS[event_type](rng).items() if value is not None}


def maybe(rng: Random, *values: Any) -> Any:
    """One of the values, or nothing."""
    return rng.choice(values) if rng.random() < 0.6 else None


FIELDS = {
    "quiz": lambda rng: {
        "score": rng.choice([0, 1, 2, 3, 5, 5.7, 6, 8, 10, 57]),
        "total": rng.choice([5, 10, 10, 10, 100]),
        "quizId": maybe(rng, "a", "bb", "none"),
        "passed": maybe(rng, True, False),
        "odd-name": maybe(rng, 0, 1, 2),
    },
    "sale": lambda rng: {
        "amount": rng.choice([0.1, 0.2, 0.7, 1, 1.0, 2.5, 3.1, 4, 4, 10, -0.3]),
        "country": rng.choice(["de", "np", "us"]),
        "coupon": maybe(rng, "x", "X", "y"),
        "rate": maybe(rng, 0, 0.5, 2, 1.0),
        "extra": maybe(rng, {}, {"level": 1}, {"level": 2}),
    },
    "login": lambda rng: {"device": maybe(rng, "phone", "web")},
    "answer": lambda rng: {
        "provider": rng.choice(["openai", "google", "mistral", "other"]),
        "correct": rng.random() < 0.65,
        "tags": maybe(rng, [], ["a"], ["b", "a"]),
    },
    "task": lambda rng: {
        "started": rng.choice(
            [
                "2026-03-28T23:30:00Z",
                "2026-03-27T12:00:00Z",
                "2025-12-31T20:00:00Z",
                "2026-03-10T08:00:00+01:00",
                "2026-03-29T00:15:00-05:00",
            ]
        ),
        "due": rng.choice(["2026-03-09", "2026-03-28", "2026-03-29", "2026-04-15"]),
        "effort": rng.choice([1, 2, 3, 8]),
        "done": maybe(rng, True, False),
    },
}
