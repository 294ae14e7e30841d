"""Settings from the environment."""

from __future__ import annotations

from dataclasses import fields
from ipaddress import ip_network

import pytest

from api import BadConfig, Config
from api.rates import Rate
from api.settings import SETTINGS
from engine.calendar import DAY, MINUTE
from engine.cloudevents import Limits


def test_an_empty_environment_gives_the_defaults() -> None:
    config = Config.from_environ({})
    assert config == Config(limits=Limits(5 * 1024 * 1024, 1000))
    assert config.rate is None and config.limits.age is None and config.waiting >= 100


def test_an_empty_secret_is_no_secret() -> None:
    assert Config.from_environ({"BADGES_JWT_SECRET": " ", "BADGES_JWKS": ""}) == Config()


def test_every_setting_is_read() -> None:
    config = Config.from_environ(
        {
            "BADGES_MAX_BODY": "1000",
            "BADGES_MAX_BATCH": "10",
            "BADGES_MAX_NESTING": "5",
            "BADGES_MAX_ID": "100",
            "BADGES_MAX_AHEAD": "1m",
            "BADGES_MAX_AGE": "90d",
            "BADGES_JWT_SECRET": "s",
            "BADGES_JWKS": "keys.json",
            "BADGES_JWT_AUDIENCE": "badges",
            "BADGES_JWT_ISSUER": "us",
            "BADGES_CORS_ORIGINS": "https://App.example/, http://localhost:3000 *",
            "BADGES_MAX_PAGE": "50",
            "BADGES_RATE_LIMIT": "600/m",
            "BADGES_EVENT_RATE_LIMIT": "5/s",
            "BADGES_REQUEST_SECONDS": "7",
            "BADGES_MAX_WAITING": "300",
            "BADGES_MAX_CONNECTIONS": "400",
            "BADGES_STOP_SECONDS": "3",
            "BADGES_QUIET_DAYS": "14",
            "BADGES_MAX_STREAMS": "20",
            "BADGES_MAX_USER_STREAMS": "2",
            "BADGES_STREAM_SECONDS": "60",
            "BADGES_REMIND_SECONDS": "0",
            "BADGES_NOTIFICATION_KEEP": "30d",
            "BADGES_LOG_FORMAT": "JSON",
            "BADGES_LOG_LEVEL": "warning",
            "BADGES_SESSION_SECRET": "s" * 32,
            "BADGES_SESSION_MINUTES": "30",
            "BADGES_EMBED_ORIGINS": "https://App.example",
            "BADGES_WEBHOOKS": "off",
            "BADGES_WEBHOOK_NETWORKS": "10.0.0.0/8, ::1/128",
            "BADGES_WEBHOOK_HTTP": "on",
            "BADGES_WEBHOOK_SECONDS": "5",
            "BADGES_WEBHOOK_PARALLEL": "2",
            "BADGES_WEBHOOK_KEEP": "7d",
            "BADGES_ISSUER_NAME": "A school",
            "BADGES_ISSUER_URL": "https://badges.example/",
            "BADGES_ISSUER_KEY": "issuer.pem",
            "BADGES_ISSUER_IDENTITY": "plain",
        }
    )
    origins = frozenset({"https://app.example", "http://localhost:3000", "*"})
    limits = Limits(1000, 10, 5, 100, MINUTE, 90 * DAY)
    tokens = ("s", "keys.json", "badges", "us", origins)
    bounds = (50, Rate(600, 60), Rate(5, 1), 7, 300, 400, 3, 14)
    webhooks = (False, (ip_network("10.0.0.0/8"), ip_network("::1/128")), True, 5, 2, 7 * DAY)
    pages = ("s" * 32, 30, frozenset({"https://app.example"}))
    issuer = ("A school", "https://badges.example", "issuer.pem", False)
    told = (20, 2, 60, 0, 30 * DAY)
    assert config == Config(limits, *tokens, *bounds, "json", "warning", *pages, *webhooks, *issuer, *told)


def test_every_field_has_a_setting_and_every_setting_a_field() -> None:
    known = {field.name for kind in (Config, Limits) for field in fields(kind)} - {"limits"}
    assert known == set(SETTINGS)


def test_what_a_setting_says_of_its_default_is_so() -> None:
    told = {"5242880 (5 MiB)": "5242880", "`info`": "info", "`on`": "on"}
    for field, setting in SETTINGS.items():
        text = told.get(setting.without, setting.without)
        kind = Limits if field in {each.name for each in fields(Limits)} else Config
        default = getattr(kind(), field)
        if default:
            assert setting.read(text) == default, field


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, value) for name in ("BADGES_MAX_BODY", "BADGES_MAX_BATCH") for value in ("0", "-1", "many", "9" * 13)),
        ("BADGES_MAX_BODY", "1.5"),
        ("BADGES_MAX_NESTING", "101"),
        ("BADGES_MAX_ID", "201"),
        ("BADGES_MAX_AGE", "90"),
        ("BADGES_MAX_AGE", "0d"),
        ("BADGES_MAX_AHEAD", "5 minutes"),
        ("BADGES_MAX_PAGE", "0"),
        ("BADGES_RATE_LIMIT", "600"),
        ("BADGES_RATE_LIMIT", "0/s"),
        ("BADGES_EVENT_RATE_LIMIT", "1/w"),
        ("BADGES_REQUEST_SECONDS", "0"),
        ("BADGES_MAX_WAITING", "٣"),
        ("BADGES_LOG_FORMAT", "xml"),
        ("BADGES_CORS_ORIGINS", "app.example"),
        ("BADGES_CORS_ORIGINS", "https://app.example/path"),
        ("BADGES_CORS_ORIGINS", "https://"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(BadConfig, match=name):
        Config.from_environ({name: value})
