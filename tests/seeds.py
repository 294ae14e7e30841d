"""How many random rule sets and logs tests try.

``BADGES_TEST_SEEDS=2000`` tries more, ``BADGES_TEST_FIRST_SEED`` others.
"""

from __future__ import annotations

import os

FIRST = int(os.environ.get("BADGES_TEST_FIRST_SEED", "0"))
SEEDS = range(FIRST, FIRST + int(os.environ.get("BADGES_TEST_SEEDS", "25")))
