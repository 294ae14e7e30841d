"""What users are told of their badges: when there is something to tell, and in which words."""

from .deciding import Near, ends_of, is_near, lap_of, level_of, may_tell
from .items import about, earned, key_of, streak
from .telling import Told, names_of, tell

__all__ = [
    "Near",
    "Told",
    "about",
    "earned",
    "ends_of",
    "is_near",
    "key_of",
    "lap_of",
    "level_of",
    "may_tell",
    "names_of",
    "streak",
    "tell",
]
