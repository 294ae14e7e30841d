"""What a payload may hold: its JSON Schema, checked when the rules load, and the validator compiled from it.

Source: JSON Schema, draft 2020-12; ``format`` is asserted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from .calendar import parse_date, parse_instant
from .numeric import is_number

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SchemaFault:
    """What is wrong in a payload's schema, and where."""

    path: tuple[Any, ...]
    message: str
    help: str | None = None


def _integer(checker: Any, value: Any) -> bool:
    return is_number(value) and (isinstance(value, int) or value == value // 1)


_TYPES = Draft202012Validator.TYPE_CHECKER.redefine_many(
    {"number": lambda checker, value: is_number(value), "integer": _integer}
)
PayloadValidator = extend(Draft202012Validator, type_checker=_TYPES)
FORMATS = FormatChecker(
    ("email", "idn-email", "ipv4", "ipv6", "uri", "uri-reference", "iri", "uuid", "regex", "duration", "time", "hostname")
)


@FORMATS.checks("date-time", ValueError)
def _is_instant(value: object) -> bool:
    if not isinstance(value, str):
        return True
    if parse_instant(value)[1] is None:
        raise ValueError("has no offset")
    return True


@FORMATS.checks("date", ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or parse_date(value) > 0


def validator(schema: Schema) -> Callable[[Any], list[str]]:
    """What finds every reason why a payload is refused: sentences that name the field."""
    checked = PayloadValidator(dict(schema), format_checker=FORMATS)

    def reasons(data: Any) -> list[str]:
        errors = sorted(checked.iter_errors(data), key=lambda error: [str(step) for step in error.absolute_path])
        return list(dict.fromkeys(sentence(error) for error in errors))

    return reasons


def sentence(error: ValidationError) -> str:
    """A refusal as a sentence that names the field."""
    return f"{'.'.join(map(str, error.absolute_path)) or 'data'}: {error.message}"


def faults(schema: Any) -> list[SchemaFault]:
    """What is wrong with the schema of a payload, each with its path."""
    errors = Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(schema)
    return [SchemaFault(tuple(error.absolute_path), error.message) for error in errors]
