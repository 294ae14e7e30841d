"""From the texts of a rule set's folder to a RuleSet, or every problem found."""

from .compile import Compiled, compile_rules, load

__all__ = ["Compiled", "compile_rules", "load"]
