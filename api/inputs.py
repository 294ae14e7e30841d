"""What requests say beside events: bodies, query parameters, languages; each fault names its field."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask import Flask, request

from engine import jsontext
from engine.cloudevents import decoded, is_json_body, user_fault

from .context import asked, context
from .problems import HttpProblem, invalid, invalid_fields
from .schemas import LONGEST_REASON

_LANGUAGES = 20


def register(app: Flask) -> None:
    """Refuses what cannot be read, and paths that cannot name a user, before any view reads them."""
    app.before_request(_check_encoding)
    app.before_request(_check_path)


def json_object(optional: bool = False) -> dict[str, Any]:
    """The body, which must be a JSON object; with ``optional``, no body is an empty one."""
    body = request.get_data()
    if optional and not body:
        return {}
    if not is_json_body(request.headers.get("Content-Type", "")):
        raise HttpProblem(415, "unsupported-media-type", "Send the body as application/json, in UTF-8.")
    value = decoded(body)
    if not isinstance(value, dict):
        raise invalid("", "the body must be a JSON object")
    _check_values(value)
    return value


def text_field(body: dict[str, Any], name: str, longest: int = LONGEST_REASON) -> str | None:
    """A text of the body; None without one."""
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise invalid(name, f"{name} must be a text")
    if value is not None and len(value) > longest:
        raise invalid(name, f"{name} must have at most {longest} characters, not {len(value)}")
    return value


def flag_field(body: dict[str, Any], name: str) -> bool:
    """A yes or no of the body; no without one."""
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise invalid(name, f"{name} must be true or false")
    return value


def files_field(body: dict[str, Any], name: str = "files") -> dict[str, str]:
    """The texts of a rule set, by path in its folder."""
    files = body.get(name)
    if not isinstance(files, dict) or not all(isinstance(text, str) for text in files.values()):
        raise invalid(name, f"{name} must be an object of texts by path", 'such as {"badges/first.yaml": "name: …"}')
    return files


def whole_field(body: dict[str, Any], name: str, lowest: int, highest: int) -> int | None:
    """A whole number of the body; None without one."""
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
        raise invalid(name, f"{name} must be a whole number from {lowest} to {highest}")
    return value


def text_parameter(name: str, longest: int = LONGEST_REASON) -> str | None:
    """A text of the query; None without one."""
    given = {name: request.args.get(name)}
    _check_values(given)
    return text_field(given, name, longest)


def whole_parameter(name: str, highest: int, lowest: int = 1) -> int | None:
    """A whole number of the query."""
    text = request.args.get(name)
    if text is None:
        return None
    if not re.fullmatch(r"\d{1,18}", text, re.ASCII) or not lowest <= int(text) <= highest:
        raise invalid(name, f"{name} must be a whole number from {lowest} to {highest}")
    return int(text)


def whole_header(name: str) -> int | None:
    """A whole number of a header; None without one, or for what is none: a client repeats what it was sent."""
    text = request.headers.get(name, "")
    return int(text) if re.fullmatch(r"\d{1,18}", text, re.ASCII) else None


def limit_parameter(default: int = 100) -> int:
    """How many entries are asked for."""
    most = context().config.page
    return whole_parameter("limit", most) or min(default, most)


def user_parameter(name: str) -> str | None:
    """A user of the query; None without one."""
    user = request.args.get(name)
    if user is not None and (reason := user_fault(user)):
        raise invalid(name, f"{name}: {reason}")
    return user


def users_parameter(name: str) -> tuple[str, ...] | None:
    """Users of the query, parted by commas; None where nobody is asked for by name."""
    if name not in request.args:
        return None
    users = tuple(dict.fromkeys(user for text in request.args.getlist(name) for user in text.split(",") if user))
    most = context().config.page
    if len(users) > most:
        raise invalid(name, f"{name} must name at most {most} users, not {len(users)}")
    for user in users:
        if reason := user_fault(user):
            raise invalid(name, f"{name}: {reason}")
    return users


def locales() -> Sequence[str]:
    """The languages that the reader wants, best first: ``?locale=``, else Accept-Language."""
    wanted = asked_locale()
    return (wanted,) if wanted else accepted_locales()


def asked_locale() -> str | None:
    """The language that the query names, before all others."""
    return request.args.get("locale") or None


def accepted_locales() -> Sequence[str]:
    """The languages of Accept-Language, best first."""
    this = asked()
    if "Accept-Language" not in this.headers:
        return ()
    return tuple(language for language, quality in this.accept_languages if quality > 0)[:_LANGUAGES]


def _check_encoding() -> None:
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise HttpProblem(415, "unsupported-media-type", "Send the body as it is, without Content-Encoding.")


def _check_path() -> None:
    this = asked()
    if "\ufffd" in this.path and not _is_utf8(this.environ["PATH_INFO"]):
        raise HttpProblem(400, "bad-request", "The path is not UTF-8, percent-encoded.")
    user = (this.view_args or {}).get("user")
    if user is not None and (reason := user_fault(user)):
        raise invalid("user", f"user: {reason}")


def _is_utf8(path_info: str) -> bool:
    try:
        path_info.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _check_values(body: dict[str, Any]) -> None:
    errors = []
    for name, value in body.items():
        try:
            jsontext.check([name, value], context().config.limits.depth)
        except jsontext.BadJSON as error:
            errors.append({"field": name.encode("utf-8", "backslashreplace").decode(), "message": f"it {error}"})
    if errors:
        raise invalid_fields(errors)
