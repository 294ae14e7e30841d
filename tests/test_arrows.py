"""The architecture in one list: a module imports only modules to its left, and what is pure touches no machine."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = [
    {"model"},
    {"problems", "numeric", "calendar", "jsontext", "wording"},
    {"documents", "expressions", "measures"},
    {"schema"},
    {"payloads"},
    {"compiler"},
    {"state"},
    {"fold"},
    {"progress", "reconcile"},
    {"presentation", "movement", "cloudevents", "retention"},
    {
        *("explain", "diff", "plan", "scenarios", "simulate", "printers", "layout"),
        *("webhooks", "portable", "credentials", "notifications"),
    },
    {"studio"},
    {"store", "workshop", "shares"},
    {"service"},
    {"dispatch"},
    {"api"},
    {"cli"},
]
IMPURE = {"os", "pathlib", "time", "random", "sqlite3", "logging", "peewee", "flask", "uuid", "secrets", "threading"}
PURE = set().union(*LAYERS[:12])
TOGETHER = {"problems", "numeric", "calendar", "jsontext", "progress", "reconcile", "presentation", "scenarios", "plan"}
"""Modules that may import others of their own layer."""


def modules() -> list[Path]:
    found = [path for folder in ("engine", "api", "cli") for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if path != ROOT / "engine" / "__init__.py"]


def room(path: Path) -> str:
    """The part of the engine that a file belongs to, or ``api`` or ``cli``."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[1] if parts[0] == "engine" else parts[0]


def imported(path: Path) -> Iterator[str]:
    """Names of the modules that a file imports at run time, whole."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typed = {id(n) for node in ast.walk(tree) if is_type_check(node) for n in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in typed:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            stem = ".".join([*base, *(node.module or "").split(".")]).strip(".")
            whole = stem in ("engine", "api", "cli")
            yield from (f"{stem}.{alias.name}" if whole else stem for alias in node.names)


def is_type_check(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def layer(name: str) -> int | None:
    return next((number for number, names in enumerate(LAYERS) if name in names), None)


def target(module: str) -> str | None:
    """The room that an imported module belongs to; None for what is not ours."""
    parts = module.split(".")
    if parts[0] == "engine":
        return parts[1] if len(parts) > 1 else "engine"
    return parts[0] if parts[0] in ("api", "cli") else None


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_to_the_left(path: Path) -> None:
    own = room(path)
    assert layer(own) is not None, f"{own} has no place in the list"
    for module in imported(path):
        other = target(module)
        if other is None or other in (own, "engine"):
            continue
        left, right = layer(other), layer(own)
        assert left is not None, f"{other} has no place in the list"
        assert right is not None
        assert left < right or (left == right and own in TOGETHER), f"{path.name}: {own} imports {other}, to its right"


@pytest.mark.parametrize("path", [p for p in modules() if room(p) in PURE], ids=lambda p: str(p.relative_to(ROOT)))
def test_what_is_pure_touches_no_machine(path: Path) -> None:
    found = {module.split(".")[0] for module in imported(path)} & IMPURE
    assert not found, f"{path.name} imports {', '.join(sorted(found))}"
