"""CloudEvents 1.0: HTTP messages and JSON records to events, and back.

Nothing here knows the rules: whether a type exists, and whether its payload fits, is asked when the event is taken in.
"""

from .entries import event_json, from_json, id_fault, user_fault
from .limits import LONGEST, Limits
from .lines import Head, event_of, head_of
from .messages import BadRequest, Batch, decoded, is_json_body, parse

__all__ = [
    "LONGEST",
    "BadRequest",
    "Batch",
    "Head",
    "Limits",
    "decoded",
    "event_json",
    "event_of",
    "from_json",
    "head_of",
    "id_fault",
    "is_json_body",
    "parse",
    "user_fault",
]
