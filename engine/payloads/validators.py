"""Payloads held against their schema: one quick look for those that fit, a thorough one that says all that does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from ..numeric import EXACT, exact, is_number
from ..problems import did_you_mean
from ..schema.sentences import Misfit, misfits, told
from . import patterns
from .formats import checker
from .quick import quick_look

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

Schema = Mapping[str, Any]


def _is_integer(checker: Any, value: Any) -> bool:
    if isinstance(value, Decimal):
        return value == value.to_integral_value()
    return is_number(value) and (isinstance(value, int) or value.is_integer())


@cache
def _validator() -> Any:
    """The class of thorough validators. jsonschema is imported where something is wrong: it takes a while."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError
    from jsonschema.validators import extend

    def multiple_of(validator: Any, divisor: Any, value: Any, schema: Schema) -> Iterator[ValidationError]:
        """Over the decimals as they were written: 0.3 is a multiple of 0.1."""
        if is_number(value) and EXACT.remainder(exact(value), exact(divisor)):
            yield ValidationError(f"{value} is not a multiple of {divisor}")

    def pattern_of(validator: Any, pattern: str, value: Any, schema: Schema) -> Iterator[ValidationError]:
        if isinstance(value, str) and not patterns.matches(pattern, value):
            yield ValidationError(f"{value} does not match {pattern}")

    types = Draft202012Validator.TYPE_CHECKER.redefine_many(
        {"number": lambda _, value: is_number(value), "integer": _is_integer}
    )
    return extend(Draft202012Validator, {"multipleOf": multiple_of, "pattern": pattern_of}, type_checker=types)


class PayloadCheck:
    """Finds every reason why a payload is refused: sentences that begin with the field."""

    def __init__(self, schema: Schema) -> None:
        self.schema = dict(schema)

    def __call__(self, data: Any) -> list[str]:
        return [] if self._quick is not None and self._quick(data) else self.reasons(data)

    def reasons(self, data: Any) -> list[str]:
        """All reasons, whatever a quick look says."""
        return list(dict.fromkeys(reason for _, reason in self.placed_reasons(data)))

    def placed_reasons(self, data: Any) -> list[tuple[tuple[Any, ...], str]]:
        """All reasons, each with the path of keys and indexes to the value that it is about."""
        if not isinstance(data, dict):
            return [((), "data: must be keys and values")]
        try:
            found = list(misfits(self._thorough, data))
            return [(misfit.path, reason) for misfit in found for reason in _said(misfit)]
        except RecursionError:
            return [((), "data: is nested too deeply")]

    @cached_property
    def _quick(self) -> Callable[[Any], bool] | None:
        return quick_look(self.schema)

    @cached_property
    def _thorough(self) -> Any:
        return _validator()(self.schema, format_checker=checker())


def _said(misfit: Misfit) -> Iterator[str]:
    path = _path(misfit.path)
    if misfit.keyword == "required":
        yield from (f"{path}.{name}: is missing" for name in misfit.missing)
    elif misfit.keyword == "additionalProperties" and misfit.wanted is False:
        yield from (_undeclared(misfit, path, name) for name in misfit.undeclared)
    else:
        message, help = told(misfit)
        yield f"{path}: {message}" + (f" ({help})" if help else "")


def _undeclared(misfit: Misfit, path: str, name: str) -> str:
    near = did_you_mean(name, misfit.schema.get("properties", ()))
    return f"{path}.{name}: is not a field of this event" + (f" ({near})" if near else "")


def _path(steps: Any) -> str:
    return "data" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
