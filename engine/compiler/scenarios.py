"""What scenarios name: event types, badges and tiers that must be there; and whether they expect anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..calendar import zone_named
from ..documents import Node
from .prerequisites import Facts, reference
from .steps import check_steps
from .work import Document, Work


def check_scenarios(work: Work, facts: Mapping[str, Facts]) -> set[str] | None:
    """Note what is wrong in scenarios; the badges that they mention, or None if one cannot be read."""
    mentioned: set[str] = set()
    for document in work.of("scenario"):
        if document.root is not None:
            mentioned |= _scenario(work, document, document.root, facts)
    return None if any(document.root is None for document in work.of("scenario")) else mentioned


def _scenario(work: Work, document: Document, root: Node, facts: Mapping[str, Facts]) -> set[str]:
    _check_zone(work, document, root.get("timezone"))
    listed = root.get("steps")
    steps = [step for step in listed.value if not step.flawed] if listed is not None else []
    if listed is not None and len(steps) == len(listed.value) and not any(map(_expects, steps)):
        message = "this scenario expects nothing"
        work.report("missing-key", message, document, root.first_key(), "add `awards` to a step, or a step `expect`")
    check_steps(work, document, steps)
    mentioned = set()
    for step in steps:
        _check_progress(work, document, step, facts)
        for name in _named(step):
            mentioned.add(name.value.partition("#")[0].partition(".")[0])
            reference(work, document, name, facts, occurrences=True)
    return mentioned


def _check_zone(work: Work, document: Document, node: Node | None) -> None:
    try:
        zone_named(node.value if node is not None else "UTC")
    except ValueError as error:
        assert node is not None
        work.report("bad-value", str(error), document, node.span, "write one such as Europe/Berlin")


def _expects(step: Node) -> bool:
    """Whether a step says what must come, or means to; an empty list in ``expect`` says nothing."""
    if step.has("awards"):
        return True
    wanted = step.get("expect")
    if wanted is None:
        return step.has("expect")
    return any(
        (node := wanted.get(key)) is not None and bool(node.value) or wanted.has(key) and node is None
        for key in ("badges", "without", "progress")
    )


def _check_progress(work: Work, document: Document, step: Node, facts: Mapping[str, Facts]) -> None:
    """Only badges that count something have progress."""
    expect = step.get("expect")
    progress = expect.get("progress") if expect is not None else None
    for key in progress.keys.values() if progress is not None else ():
        known = facts.get(key.value)
        if known is not None and not known.has_criteria:
            message = f"progress is told of badges with criteria, by their id, but not of {key.value}"
            work.report("bad-value", message, document, key.span, "leave it out, or expect it under `badges`")


def _named(step: Node) -> Iterator[Node]:
    """The nodes that name badges."""
    yield from (node for key in ("grant", "revoke") if (node := step.get(key)) is not None)
    expect = step.get("expect")
    lists = [step.get("awards"), *((expect.get("badges"), expect.get("without")) if expect is not None else ())]
    for listed in lists:
        yield from (node for node in (listed.value if listed is not None else ()) if not node.flawed)
    progress = expect.get("progress") if expect is not None else None
    yield from progress.keys.values() if progress is not None else ()
