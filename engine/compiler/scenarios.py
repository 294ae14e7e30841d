"""What scenarios name: event types, badges and tiers that must be there; and whether they expect anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..calendar import zone_named
from ..documents import Node
from .prerequisites import Facts, reference
from .work import Document, Work

DOES = ("event", "grant", "revoke", "retract", "expect")


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
    if listed is not None and not any(map(_expects, steps)):
        message = "this scenario expects nothing"
        work.report("missing-key", message, document, root.first_key(), "add `awards` to a step, or a step `expect`")
    mentioned = set()
    for step in steps:
        _check_step(work, document, step)
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
    """Whether a step says what must come; an empty list in ``expect`` says nothing."""
    wanted = step.get("expect")
    named = [wanted.get(key) for key in ("badges", "without", "progress")] if wanted is not None else []
    return step.has("awards") or any(node is not None and node.value for node in named)


def _check_step(work: Work, document: Document, step: Node) -> None:
    does = [key for key in step.value if key in DOES]
    if not does and not any(child.flawed for child in step.value.values()):
        help = "a step has one of " + ", ".join(DOES)
        work.report("missing-key", "this step does nothing", document, step.first_key(), help)
    for key in does[1:]:
        message = f"{key} cannot stand beside {does[0]}: a step does one thing"
        work.report("bad-value", message, document, step.value[key].span, "make it a step of its own")
    event = step.get("event")
    if event is not None and event.value not in work.events:
        work.unknown("event", event, document)
    elif event is not None and event.value.startswith("badge."):
        work.report("bad-value", f"{event.value} cannot be posted: the engine makes it", document, event.span)


def _named(step: Node) -> Iterator[Node]:
    """The nodes that name badges."""
    yield from (node for key in ("grant", "revoke") if (node := step.get(key)) is not None)
    expect = step.get("expect")
    lists = [step.get("awards"), *((expect.get("badges"), expect.get("without")) if expect is not None else ())]
    for listed in lists:
        yield from (node for node in (listed.value if listed is not None else ()) if not node.flawed)
    progress = expect.get("progress") if expect is not None else None
    yield from progress.keys.values() if progress is not None else ()
