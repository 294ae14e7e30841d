"""Awards as Open Badges 3.0: documents, signatures, names that reveal nothing, images that carry a credential."""

from .baking import carried, in_png, in_svg
from .drawing import medal_png, medal_svg
from .issuer import CONTEXT, Identity, Issuer, achievement_name
from .keys import ALGORITHMS, BadKeys, KeyRing, new_key
from .reading import Unverified, belongs_to, claims_of

__all__ = [
    "ALGORITHMS",
    "CONTEXT",
    "BadKeys",
    "Identity",
    "Issuer",
    "KeyRing",
    "Unverified",
    "achievement_name",
    "belongs_to",
    "carried",
    "claims_of",
    "in_png",
    "in_svg",
    "medal_png",
    "medal_svg",
    "new_key",
]
