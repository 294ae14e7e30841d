"""Random rule sets and logs, from a `random.Random` or for Hypothesis."""

from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.reference.random_logs import random_log, random_moment
from tests.reference.random_rules import random_rule_set

__all__ = ["histories", "random_history", "random_log", "random_moment", "random_rule_set"]
History = tuple[dict[str, str], list[dict[str, Any]]]


def random_history(seed: int) -> History:
    """A rule set and a log for it, the same for the same seed."""
    rng = Random(seed)
    files = random_rule_set(rng)
    return files, random_log(rng, files)


def histories() -> st.SearchStrategy[History]:
    """Rule sets with logs; a failing seed is small, and names the example."""
    return st.integers(0, 2**31).map(random_history)
