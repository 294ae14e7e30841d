"""What a rule author asks while writing: each question a plain record, its answer one too; nothing is kept.

The rule files come with every question, and may be anything: ``engine.workshop`` bounds what an answer costs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import count
from typing import Any

from ..compiler import Compiled, compile_rules
from ..diff import compare, summary
from ..model import Badge, RuleSet
from ..problems import ERROR, RulesRejected
from ..simulate import instant_of
from .completion import complete, hover
from .patch import patch
from .places import Cursor
from .stories import played, samples, story
from .timeline import Enough, explanation, recorded, timeline

__all__ = ["QUESTIONS", "Unfit", "answer"]

Question = Mapping[str, Any]
Answer = dict[str, Any]
RECORDED = "scenarios/recorded"
"""Where scenarios are put that are made of what happened."""
RECENT = 4
"""Rule sets that are kept compiled: several questions are asked of each."""


class Unfit(Exception):
    """A field of a question that cannot be used; the message is a sentence."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def answer(do: str, question: Question, enough: Enough) -> Answer:
    """The answer to one of ``QUESTIONS``. Raises RulesRejected and Unfit."""
    return QUESTIONS[do](question, enough)


def _compiled(files: Mapping[str, str]) -> Compiled:
    return _compiled_once(tuple(sorted(files.items())))


@lru_cache(maxsize=RECENT)
def _compiled_once(files: tuple[tuple[str, str], ...]) -> Compiled:
    return compile_rules(dict(files))


def _rules(files: Mapping[str, str]) -> RuleSet:
    found = _compiled(files)
    if found.rules is None:
        raise RulesRejected(problem for problem in found.problems if problem.severity == ERROR)
    return found.rules


def _check(question: Question, _: Enough) -> Answer:
    found = _compiled(question["files"])
    return {
        "problems": [problem.as_json() for problem in found.problems],
        "badges": [
            {"badge": id, "title": badge.title, "icon": badge.icon, "told": badge.told}
            for id, badge in found.names.badges.items()
        ],
        "version": found.rules.version if found.rules else None,
    }


def _at(question: Question) -> tuple[str, Cursor]:
    file = question["file"]
    if file not in question["files"]:
        raise Unfit("file", f"{file} is none of the files")
    return file, Cursor(question["line"], question["column"])


def _complete(question: Question, _: Enough) -> Answer:
    file, cursor = _at(question)
    return complete(_compiled(question["files"]).names, file, question["files"][file], cursor)


def _hover(question: Question, _: Enough) -> Answer:
    file, cursor = _at(question)
    return hover(_compiled(question["files"]).names, file, question["files"][file], cursor)


def _simulate(question: Question, enough: Enough) -> Answer:
    return timeline(_rules(question["files"]), question["events"].split("\n"), _instant(question["as_of"]), enough)


def _instant(text: str | None) -> int | None:
    try:
        return instant_of(text) if text else None
    except ValueError as error:
        raise Unfit("as_of", f"{text} {error}") from error


def _explain(question: Question, _: Enough) -> Answer:
    rules, lines = _rules(question["files"]), question["events"].split("\n")
    return explanation(rules, lines, question["user"], _badge(rules, question), question["step"])


def _record(question: Question, _: Enough) -> Answer:
    rules, lines = _rules(question["files"]), question["events"].split("\n")
    badge = _badge(rules, question)
    text = recorded(rules, lines, question["user"], badge, question["step"])
    if text is None:
        raise Unfit("badge", f"nothing that {question['user']} did touches {badge.id}")
    names = (f"{RECORDED}/{badge.id}{'' if number == 1 else f'_{number}'}.yaml" for number in count(1))
    return {"file": next(name for name in names if name not in question["files"]), "text": text}


def _badge(rules: RuleSet, question: Question) -> Badge:
    if question["badge"] not in rules.badges:
        raise Unfit("badge", f"there is no badge {question['badge']}")
    return rules.badges[question["badge"]]


def _scenarios(question: Question, enough: Enough) -> Answer:
    return played(_rules(question["files"]), question["run"], enough)


def _events(question: Question, _: Enough) -> Answer:
    rules, name = _rules(question["files"]), question["scenario"]
    lines = samples(rules, "ada") if name is None else story(rules, name)
    if name is not None and not lines:
        raise Unfit("scenario", f"there is no scenario {name} in which something happens")
    return {"events": "".join(f"{line}\n" for line in lines)}


def _diff(question: Question, _: Enough) -> Answer:
    found = compare(_rules(question["old"]), _rules(question["files"]))
    reached = [{"badge": id, "direction": r.direction, "sentence": r.sentence} for id, r in found.reached.items()]
    return {"changes": [change.as_json() for change in found.changes], "reached": reached, "summary": summary(found)}


def _patch(question: Question, _: Enough) -> Answer:
    return {"patch": patch(question["old"], question["files"], question["folder"])}


QUESTIONS: Mapping[str, Callable[[Question, Enough], Answer]] = {
    "check": _check,
    "complete": _complete,
    "hover": _hover,
    "simulate": _simulate,
    "explain": _explain,
    "record": _record,
    "scenarios": _scenarios,
    "events": _events,
    "diff": _diff,
    "patch": _patch,
}
"""By name; the fields of each are checked by whoever asks."""
