"""Settings from the environment."""

from __future__ import annotations

import pytest

from api import BadConfig, Config
from engine.cloudevents import Limits


def test_an_empty_environment_gives_the_defaults() -> None:
    assert Config.from_environ({}) == Config(limits=Limits(5 * 1024 * 1024, 1000))


def test_an_empty_secret_is_no_secret() -> None:
    assert Config.from_environ({"BADGES_JWT_SECRET": " ", "BADGES_JWKS": ""}) == Config()


def test_every_setting_is_read() -> None:
    config = Config.from_environ(
        {
            "BADGES_MAX_BODY": "1000",
            "BADGES_MAX_BATCH": "10",
            "BADGES_JWT_SECRET": "s",
            "BADGES_JWKS": "keys.json",
            "BADGES_JWT_AUDIENCE": "badges",
            "BADGES_JWT_ISSUER": "us",
            "BADGES_CORS_ORIGINS": "https://App.example/, http://localhost:3000 *",
        }
    )
    origins = frozenset({"https://app.example", "http://localhost:3000", "*"})
    assert config == Config(Limits(1000, 10), "s", "keys.json", "badges", "us", origins)


@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5", "9" * 13])
@pytest.mark.parametrize("name", ["BADGES_MAX_BODY", "BADGES_MAX_BATCH"])
def test_a_limit_is_a_whole_number(name: str, value: str) -> None:
    with pytest.raises(BadConfig, match=name):
        Config.from_environ({name: value})


@pytest.mark.parametrize("value", ["app.example", "https://app.example/path", "https://"])
def test_an_origin_is_a_scheme_and_a_host(value: str) -> None:
    with pytest.raises(BadConfig, match="BADGES_CORS_ORIGINS"):
        Config.from_environ({"BADGES_CORS_ORIGINS": value})
