"""From the texts of a rule set's folder to a RuleSet, or every problem found."""

from .compile import Compiled, compile_rules, load
from .files import is_rule_file

__all__ = ["Compiled", "compile_rules", "is_rule_file", "load"]
