"""What a value does wrong, in a sentence without the jargon of JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..problems import did_you_mean

NOUNS = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "keys and values",
    "null": "nothing",
}
_LONGEST = 60
Told = tuple[str, str | None]
Teller = Callable[[Any, Any], Told]


def noun_of(value: Any) -> str:
    """What a value is."""
    if value is None or isinstance(value, bool):
        return NOUNS["null" if value is None else "boolean"]
    if isinstance(value, int | float | Decimal):
        return NOUNS["number"]
    return NOUNS["string" if isinstance(value, str) else "array" if isinstance(value, list | tuple) else "object"]


def shown(value: Any) -> str:
    """A value as its author wrote it, cut where it is long."""
    text = str(value).lower() if isinstance(value, bool) else "null" if value is None else str(value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


@dataclass(frozen=True, slots=True)
class Misfit:
    """One thing in which a value is not as its schema says."""

    keyword: str
    wanted: Any
    """The keyword's value."""
    value: Any
    schema: Mapping[str, Any]
    """The schema in which the keyword stands."""
    path: tuple[Any, ...]
    """Where the value stands."""
    about: str
    """The library's own words, which name the key that a ``required`` misses."""

    @property
    def types(self) -> list[str]:
        """The types that a ``type`` allows."""
        return [self.wanted] if isinstance(self.wanted, str) else list(self.wanted)

    @property
    def missing(self) -> list[str]:
        """The keys that a ``required`` misses."""
        return [name for name in self.wanted if name not in self.value and repr(name) in self.about]

    @property
    def undeclared(self) -> list[str]:
        """The keys that ``additionalProperties: false`` refuses."""
        known, patterns = self.schema.get("properties", ()), self.schema.get("patternProperties", ())
        return [key for key in self.value if key not in known and not any(re.search(p, key) for p in patterns)]


def misfits(validator: Any, value: Any) -> Iterator[Misfit]:
    """Everything in which a value is not as the schema of a validator of jsonschema says."""
    for error in validator.iter_errors(value):
        schema = error.schema if isinstance(error.schema, Mapping) else {}
        path = tuple(error.absolute_path)
        yield Misfit(str(error.validator), error.validator_value, error.instance, schema, path, error.message)


def told(misfit: Misfit) -> Told:
    """What is wrong, to be said after the name of the thing, and what to do instead where it can be known."""
    teller = _TELLERS.get(misfit.keyword)
    return teller(misfit.wanted, misfit.value) if teller else ("is not as its schema says", None)


def _type(allowed: Any, value: Any) -> Told:
    types = [allowed] if isinstance(allowed, str) else list(allowed)
    is_fraction = isinstance(value, float | Decimal) and "integer" in types
    what = shown(value) if is_fraction else noun_of(value)
    return f"must be {' or '.join(NOUNS.get(kind, kind) for kind in types)}, not {what}", None


def _one_of(allowed: Iterable[Any], value: Any) -> Told:
    known = [shown(one) for one in allowed]
    return f"cannot be {shown(value)}", did_you_mean(shown(value), known) or "write one of " + ", ".join(known[:20])


def _bound(words: str) -> Teller:
    return lambda limit, value: (f"must be {words.format(shown(limit))}, not {shown(value)}", None)


def _size(words: str) -> Teller:
    def tell(limit: Any, value: Any) -> Told:
        is_empty = limit == 1 and not len(value)
        return "is empty" if is_empty else f"must have {words.format(limit)}, not {len(value)}", None

    return tell


def _unlike(words: str) -> Teller:
    return lambda wanted, value: (f"{words.format(shown(wanted))}: {shown(value)}", None)


def _plainly(words: str) -> Teller:
    return lambda wanted, value: (words, None)


_TELLERS: dict[str, Teller] = {
    "type": _type,
    "enum": _one_of,
    "const": _bound("{}"),
    "minimum": _bound("{} or more"),
    "maximum": _bound("{} or less"),
    "exclusiveMinimum": _bound("more than {}"),
    "exclusiveMaximum": _bound("less than {}"),
    "multipleOf": _bound("a multiple of {}"),
    "minLength": _size("{} characters or more"),
    "maxLength": _size("{} characters or fewer"),
    "minItems": _size("{} items or more"),
    "maxItems": _size("{} items or fewer"),
    "minProperties": _size("{} keys or more"),
    "maxProperties": _size("{} keys or fewer"),
    "uniqueItems": _plainly("holds the same thing twice"),
    "pattern": _unlike("does not fit the pattern {}"),
    "format": _unlike("is not a {}"),
    "contains": _plainly("lacks an item that it must hold"),
    "anyOf": _plainly("fits none of the forms that its schema allows"),
    "oneOf": _plainly("does not fit exactly one of the forms that its schema allows"),
    "not": _plainly("is what its schema excludes"),
}
