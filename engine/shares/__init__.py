"""What is too much for the memory of one process: split by user into files, and worked on by as many processes as there
are processors.
"""

from .processes import processors, spread
from .simulating import CHANGES, ERRORS, GAINED, LOST, REJECTED, STANDINGS, Asked, Figures, Outcome, simulated, spooled
from .splitting import Numbered, Split, split
from .spooling import Row, spool

__all__ = [
    "CHANGES",
    "ERRORS",
    "GAINED",
    "LOST",
    "REJECTED",
    "STANDINGS",
    "Asked",
    "Figures",
    "Numbered",
    "Outcome",
    "Row",
    "Split",
    "processors",
    "simulated",
    "split",
    "spool",
    "spooled",
    "spread",
]
