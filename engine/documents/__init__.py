"""YAML text to nodes with places: the only user of pyyaml."""

from .breaks import normal
from .flow import flow, scalar
from .nodes import BOOLEAN, LIST, MAPPING, NULL, NUMBER, TEXT, Node
from .reader import parse
from .scalars import number_meant
from .scanner import Token, tokens

__all__ = [
    "BOOLEAN",
    "LIST",
    "MAPPING",
    "NULL",
    "NUMBER",
    "TEXT",
    "Node",
    "Token",
    "flow",
    "normal",
    "number_meant",
    "parse",
    "scalar",
    "tokens",
]
