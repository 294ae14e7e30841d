"""The counters of an event type as one Python function: what most rules say, at the cost of saying it in Python.

The function is compiled from a source that holds nothing an author wrote: its words are the templates below, its names
are numbered, and every key, expression and measure is bound to such a name. It is a short cut and no second meaning:
what takes more than this is left to the counters of ``counting``, which alone say what becomes of an event.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..expressions import EvaluationError
from ..model import Badge, Event, Metric, RuleSet
from ..state import State, first_head
from .counting import NO_CALENDAR, NOWHERE, Count, fail, is_plain, of_payload, reads_payload, value_of_payload
from .waiting import ALWAYS, waiting

Parts = Sequence[tuple[Metric, Count]]
"""The metrics of an event type, each with its counter."""
Run = Callable[[State, Event, list[Badge]], None]
"""Folds an event into all metrics of its type: (state, posted entry, badges that can be due, to be added)."""

_HEAD = """
def run(state, event, found):
 data, heads, former, ahead = event.data, state.heads, state.former, state.ahead
"""
_CALENDAR = """
 calendar = state.clock or state.calendar(settings, event.offset)
"""
_WHEN = """
 try:
  hit = when{n}(data)
 except error as failure:
  fail{n}(state, event, failure)
  hit = False
 if hit:
"""
_ALWAYS = """
 if True:
"""
_ADD_ONE = """
  head = heads.get(key{n})
  heads[key{n}] = after = 1 if head is None else head + 1
  if key{n} not in former:
   former[key{n}] = head
  if after >= ahead.get(key{n}, lowest{n}):
   find{n}(state, after, found)
"""
_EVOLVE = """
  head = heads.get(key{n})
  try:
   after = {evolve}(first{n} if head is None else head, {of}{rest})
  except error as failure:
   fail{n}(state, event, failure)
  else:
   if after is not head:
    if key{n} not in former:
     former[key{n}] = head
    heads[key{n}] = after
   if after is not head or ahead.get(key{n}, always) == always:
    value = {value}
    if value is None or value >= ahead.get(key{n}, lowest{n}):
     find{n}(state, value, found)
"""

_CALL = """
 count{n}(state, event, data, nowhere, calendar, found)
"""


def written(rules: RuleSet, parts: Parts) -> Run | None:
    """The function of an event type with these metrics and counters; None if one reads more than the payload."""
    if not all(reads_payload(metric) for metric, _ in parts):
        return None
    names: dict[str, Any] = {"__builtins__": {}, "error": EvaluationError, "nowhere": NOWHERE, "always": ALWAYS}
    names |= {"settings": rules.settings, "calendar": NO_CALENDAR}
    uses_calendar = any(metric.measure.uses_calendar for metric, _ in parts)
    source = _HEAD + (_CALENDAR if uses_calendar else "")
    for number, (metric, count) in enumerate(parts):
        source += _source(metric, number)
        names |= {f"{name}{number}": value for name, value in _bound(rules, metric, count).items()}
    exec(compile(source, "<fold>", "exec"), names)
    run: Run = names["run"]
    return run


def _source(metric: Metric, number: int) -> str:
    measure = metric.measure
    if not is_plain(metric):
        return _CALL.format(n=number)
    cells = f"state.cells.of(key{number})" if measure.keeps_cells else "None"
    template = (_ALWAYS if metric.when is None else _WHEN) + (_ADD_ONE if measure.adds_one else _EVOLVE)
    return template.format(
        n=number,
        of=f"of{number}(data)" if metric.of or metric.by else "None",
        evolve=f"gather{number}" if measure.gather else f"evolve{number}",
        rest="" if measure.gather else f", event.time, calendar, {cells}",
        value="after" if measure.reads_head else f"most{number}(after)",
    )


def _bound(rules: RuleSet, metric: Metric, count: Count) -> dict[str, Any]:
    """What the names of the templates stand for."""
    measure, due = metric.measure, waiting(rules, metric)
    return {
        "count": count,
        "key": metric.fingerprint,
        "first": first_head(metric),
        "when": of_payload(metric.when),
        "of": value_of_payload(metric),
        "evolve": measure.evolve,
        "gather": measure.gather,
        "most": measure.most,
        "lowest": due.lowest,
        "find": due.find,
        "fail": lambda state, event, failure: fail(rules, state, metric, event, failure),
    }
