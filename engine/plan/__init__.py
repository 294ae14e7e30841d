"""What a change of rules would do to the people: who gains, who keeps, whose progress moves; nothing is written."""

from .nouns import BadgePlan, Group, Moves, Plan
from .part import alone, part_of
from .people import Consequences, Move, Person, consequences
from .printing import as_markdown, as_text, plan_json, removal
from .reach import Reach, hanging, reach
from .tally import Tally

__all__ = [
    "BadgePlan",
    "Consequences",
    "Group",
    "Move",
    "Moves",
    "Person",
    "Plan",
    "Reach",
    "Tally",
    "alone",
    "as_markdown",
    "as_text",
    "consequences",
    "hanging",
    "part_of",
    "plan_json",
    "reach",
    "removal",
]
