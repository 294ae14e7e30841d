"""Ids for entries that the service writes itself: unique, and in the order of their making within a process.

Entries of one instant and source stand in the order of their ids, so a grant and a revocation that fall into the same
microsecond keep the order in which they were called.
"""

from __future__ import annotations

from itertools import count
from uuid import uuid4

_made = count()


def new_id() -> str:
    """An id that no other process makes, after all that this one made before."""
    return f"{next(_made):012d}-{uuid4().hex}"
