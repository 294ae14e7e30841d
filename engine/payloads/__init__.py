"""Payloads: their JSON Schemas, checked when the rules load, and the validators made of them.

Source: JSON Schema, draft 2020-12. ``format`` is asserted; numbers are decimals as they were written.
"""

from .faults import SchemaFault, faults
from .formats import TIME_ZONE
from .keywords import KEYWORDS
from .samples import sample
from .validators import PayloadCheck

__all__ = ["KEYWORDS", "TIME_ZONE", "PayloadCheck", "SchemaFault", "faults", "sample"]
