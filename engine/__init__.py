"""The badge rules engine: rules in YAML become checked, compiled rule sets; events become metrics and awards."""

from importlib.util import find_spec


def is_compiled() -> bool:
    """Whether what every event goes through is machine code, which is up to the build."""
    spec = find_spec("engine.numeric")
    return spec is not None and not (spec.origin or "").endswith(".py")
