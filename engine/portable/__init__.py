"""Awards on their way between systems: mappings of other systems' tables, and what is written for them."""

from .mapping import Mapped, read_mapping
from .records import FIELDS, award_record, guarded, plain_cell
from .taking import Left, absent_columns, entry_of

__all__ = [
    "FIELDS",
    "Left",
    "Mapped",
    "absent_columns",
    "award_record",
    "entry_of",
    "guarded",
    "plain_cell",
    "read_mapping",
]
