"""What staff wish an endpoint to be, checked; every fault at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...calendar import HOUR
from ...model import RuleSet
from ...problems import did_you_mean
from ...webhooks import KINDS, BadUrl, Policy, checked_url, is_secret
from ..errors import Refused

MOST = 50
"""Endpoints: each may have threads of its own in every server."""
LONGEST_LIST = 200
LONGEST_DESCRIPTION = 500
OVERLAP = 24 * HOUR
LONGEST_OVERLAP = 30 * 24 * HOUR


@dataclass(frozen=True, slots=True)
class Wish:
    """Of a new endpoint, or of one that is to change: None leaves as it is."""

    url: str | None = None
    types: Sequence[str] | None = None
    badges: Sequence[str] | None = None
    description: str | None = None
    enabled: bool | None = None

    def fields(self) -> dict[str, Any]:
        """What is wished, as an endpoint keeps it."""
        wished = {name: getattr(self, name) for name in ("url", "types", "badges", "description", "enabled")}
        lists = {name: tuple(dict.fromkeys(wished[name])) for name in ("types", "badges") if wished[name] is not None}
        return {name: value for name, value in {**wished, **lists}.items() if value is not None}


def check(wish: Wish, policy: Policy, rules: RuleSet | None) -> None:
    """Refuses a wish that cannot be (422); badges are checked by the rules in service, if there are any."""
    errors = [*_of_url(wish.url, policy), *_of_types(wish.types or ()), *_of_badges(wish.badges or (), rules)]
    if len(wish.description or "") > LONGEST_DESCRIPTION:
        errors.append(fault("description", f"must have at most {LONGEST_DESCRIPTION} characters"))
    refuse(errors)


def check_secret(secret: str) -> None:
    """Refuses what is no key (422)."""
    if not is_secret(secret):
        refuse([fault("secret", "must be whsec_ and a key of 24 to 64 bytes in base64")])


def refuse(errors: Sequence[Mapping[str, Any]]) -> None:
    """Raises Refused (422) if there are errors."""
    if errors:
        detail = f"{errors[0]['field']} {errors[0]['message']}."
        raise Refused(422, "bad-webhook", detail, {"errors": list(errors)})


def fault(field: str, message: str, help: str | None = None) -> dict[str, Any]:
    """A field that cannot be used."""
    return {"field": field, "message": message} | ({"help": help} if help else {})


def _of_url(url: str | None, policy: Policy) -> Iterator[dict[str, Any]]:
    if url is not None:
        try:
            checked_url(url, policy)
        except BadUrl as error:
            yield fault("url", str(error))


def _of_types(types: Iterable[str]) -> Iterator[dict[str, Any]]:
    for name in types:
        if name not in KINDS:
            yield fault("types", f"must not name {name}: there are {', '.join(KINDS)}", did_you_mean(name, KINDS))


def _of_badges(badges: Sequence[str], rules: RuleSet | None) -> Iterator[dict[str, Any]]:
    if len(badges) > LONGEST_LIST:
        yield fault("badges", f"must name at most {LONGEST_LIST} badges")
    if rules:
        for name in badges:
            if name not in rules.badges and name not in rules.renames:
                near = did_you_mean(name, rules.badges)
                yield fault("badges", f"must not name {name}: there is no such badge", near)
