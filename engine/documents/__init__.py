"""YAML text to nodes with places: the only user of pyyaml."""

from .nodes import BOOLEAN, LIST, MAPPING, NULL, NUMBER, TEXT, Node
from .reader import parse
from .scalars import number_meant

__all__ = ["BOOLEAN", "LIST", "MAPPING", "NULL", "NUMBER", "TEXT", "Node", "number_meant", "parse"]
