"""YAML by libyaml, where it is there: random rule sets are read and written ten thousands of times."""

from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def read(text: str) -> Any:
    """What a document says."""
    return yaml.load(text, _LOADER)


def write(document: Any) -> str:
    """A document, its keys in their order."""
    return str(yaml.dump(document, Dumper=_DUMPER, sort_keys=False))
