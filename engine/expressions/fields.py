"""Fields read from events and users, checked: that they are declared, of one type, and there where they are read."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from . import calls
from .facts import Facts
from .findings import Findings, Reading
from .names import Resolved, Unresolved, resolve
from .nodes import Call, Node, Path, Step
from .nouns import Wants
from .types import ANYTHING, OBJECT, UNKNOWN, Type, truth, union
from .walk import Walk


def path(walk: Walk, node: Path, facts: Facts) -> Type:
    """The type of what a path names."""
    resolved = _resolved(walk, node)
    if resolved is None:
        return ANYTHING
    type = _readable(walk, node, resolved)
    if type.kind != UNKNOWN:
        _check_present(walk, node, resolved, facts)
    return type


def _resolved(walk: Walk, node: Path) -> Resolved | None:
    found = walk.found
    try:
        resolved = resolve(node, found.scope)
    except Unresolved as error:
        found.fault(error.code, error.place, error.message, error.help)
        return None
    if node.root.name == "catalog":
        found.catalogs.add(node.steps[0].name)
        found.sizes[node] = len(found.scope.catalogs[node.steps[0].name])
    else:
        found.reads.add(node.names)
    return resolved


def is_hyphened(found: Findings, operands: Sequence[Node]) -> bool:
    """Whether what reads like a subtraction is the name of a field with a hyphen: that is reported."""
    for left, right in pairwise(operands):
        if (
            isinstance(left, Path)
            and left.steps
            and isinstance(right, Path)
            and found.text[left.end : right.start] == "-"
        ):
            *before, last = left.steps
            name = f"{last.name}-{right.root.name}"
            if not _is_declared(found, left) and _is_declared(found, _with_steps(left, (*before, Step(0, 0, name)))):
                written = found.text[left.start : last.start].rstrip(". ")
                message = f"a field with the name {name} is read in brackets"
                found.fault("unknown-field", last, message, f'write {written}["{name}"]')
                return True
    return False


def _with_steps(path: Path, steps: tuple[Step, ...]) -> Path:
    return Path(path.start, path.end, path.root, steps, (path.root.name, *(step.name for step in steps)))


def _is_declared(found: Findings, path: Path) -> bool:
    try:
        resolve(path, found.scope)
    except Unresolved:
        return False
    return True


def _check_present(walk: Walk, node: Path, resolved: Resolved, facts: Facts) -> None:
    """Report the first step that can be missing here."""
    if not resolved.optional:
        return
    missing = [index for index in resolved.optional if node.names[: index + 2] not in facts.present]
    if missing and walk.found.wants is not Wants.ANY:
        _report_missing(walk, node, missing[0], resolved)


def _report_missing(walk: Walk, node: Path, index: int, resolved: Resolved) -> None:
    found, names = walk.found, node.names[: index + 2]
    if names in found.said:
        return
    found.said.add(names)
    written = found.up_to(node, index + 1)
    value = calls.example(resolved.type.kind if resolved.type else UNKNOWN)
    help = f"write has({written}) and … before it, or default({found.fragment(node)}, {value})"
    found.fault("optional-field", node.steps[index], f"{written} can be missing", help)


def _readable(walk: Walk, node: Path, resolved: Resolved) -> Type:
    type, found = resolved.type, walk.found
    if type is None:
        found.mismatch(node.steps[-1], resolved.why)
        return ANYTHING
    if type.kind == OBJECT:
        found.mismatch(node.steps[-1], f"{found.fragment(node)} is a group of fields", "read one of its fields")
        return ANYTHING
    assert resolved.reading is not None
    found.readings[node] = resolved.reading
    found.uses_calendar |= type.local or resolved.field is not None
    return type


def _keys(node: Path, resolved: Resolved) -> tuple[str, ...]:
    """The keys to follow in the payload; a field of a timestamp is none."""
    names = node.names[1:]
    return names[:-1] if resolved.field else names


def has(walk: Walk, node: Call, facts: Facts) -> Type:
    """Whether a field is there; where it always is, that is known."""
    if not calls.counted(walk.found, node, 1, 1) or (asked := _optional(walk, node)) is None:
        return ANYTHING
    path, resolved = asked
    walk.found.readings[path] = Reading(_keys(path, resolved), OBJECT)
    always = all(path.names[: index + 2] in facts.present for index in resolved.optional)
    return truth(True if always else None)


def default(walk: Walk, node: Call, facts: Facts) -> Type:
    """A field, or the value to take where it is not there: of one kind."""
    if not calls.counted(walk.found, node, 2, 2) or (asked := _optional(walk, node)) is None:
        return ANYTHING
    type, found = _readable(walk, *asked), walk.found
    found.types[asked[0]] = type
    other = walk.type(node.operands[1], facts)
    if UNKNOWN in (type.kind, other.kind):
        return ANYTHING
    if other.kind == type.kind:
        return union([type, other])
    written = found.fragment(node.operands[1])
    message = f"{found.fragment(asked[0])} is {type.name}, and {written} is {other.name}"
    found.mismatch(node.operands[1], message, "the value to take instead must be of the same kind")
    return ANYTHING


def _optional(walk: Walk, node: Call) -> tuple[Path, Resolved] | None:
    """The field that ``has`` and ``default`` ask for."""
    operand = node.operands[0]
    if isinstance(operand, Path):
        resolved = _resolved(walk, operand)
        if resolved is None or (operand.root.name in ("event", "user") and operand.steps):
            return (operand, resolved) if resolved else None
    walk.found.mismatch(operand, f"{node.function.name} asks for a field, such as event.score or user.plan")
    return None
