"""Line breaks: one character for each, and what breaks lines in YAML 1.1 only hidden from its reader."""

from __future__ import annotations

import re

BREAKS = {"\x85": "\ue085", "\u2028": "\ue028", "\u2029": "\ue029"}
"""Line breaks in YAML 1.1 but not in 1.2: pyyaml's readers know 1.1 only."""
_HIDE = str.maketrans(BREAKS)
_SHOW = str.maketrans({hidden: shown for shown, hidden in BREAKS.items()})
_UNUSUAL = re.compile("[" + "".join(BREAKS) + "]")


def normal(text: str) -> str:
    """The text without a byte order mark, its lines broken by a line feed alone."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def hidden(text: str) -> str:
    """The text, as long as before, with breaks of YAML 1.1 as other characters; itself if it has none."""
    return text.translate(_HIDE) if not text.isascii() and _UNUSUAL.search(text) else text


def shown(text: str) -> str:
    """What ``hidden`` has hidden, as it was."""
    return text.translate(_SHOW)
