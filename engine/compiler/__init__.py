"""From the texts of a rule set's folder to a RuleSet, or every problem found."""

from .compile import Compiled, compile_rules, load
from .files import Checked, check_document, is_rule_file

__all__ = ["Checked", "Compiled", "check_document", "compile_rules", "is_rule_file", "load"]
