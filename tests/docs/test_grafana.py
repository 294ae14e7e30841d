"""The dashboard and the alerts ask for figures that there are, and the table of figures names them all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from api import create_app, create_server
from docs.pages import ROOT
from engine.model import Event, Posted, Viewer
from engine.service import Service
from engine.store import MemoryStore

FOLDER = ROOT / "docs/grafana"
FILES = {
    "events/quiz.yaml": "payload: {type: object}",
    "events/login.yaml": "payload: {type: object}",
    "badges/first.yaml": "{name: First, trigger: quiz}",
    "badges/here.yaml": "{name: Here, trigger: login}",
    "badges/broken.yaml": "{name: Broken, trigger: quiz, metadata: {x: 1 / 0}}",
}
_NAME = re.compile(r"\b(?:badges|process|python)_[a-z_]+\b")
LABELS = {"le", "job", "instance", "reason", "status", "kind", "name", "version", "badge", "type", "endpoint"}


@pytest.fixture(scope="module")
def figures() -> Iterator[set[str]]:
    """The names of all figures."""
    service = Service(MemoryStore(), lambda: 10**15)
    service.apply(FILES, "test")
    app = create_app(service)
    service.ingest([Posted(Event("ada", "app", "1", "quiz", 10**15, 0, {}))], Viewer("staff", name="boss"))
    server = create_server(app, "127.0.0.1", 0, 1)
    client = app.test_client()
    client.get("/healthz")
    text = client.get("/metrics", base_url="http://localhost").text
    server.stop()
    server.run()
    yield {plain(family.name) for family in text_string_to_metric_families(text)}


def names(expressions: Iterator[str]) -> set[str]:
    return {name for expression in expressions for name in _NAME.findall(expression)}


def dashboard() -> dict[str, Any]:
    return dict(json.loads((FOLDER / "badges.json").read_text(encoding="utf-8")))


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load((FOLDER / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def plain(sample: str) -> str:
    return re.sub(r"_(total|created|bucket|count|sum)$", "", sample)


def test_the_dashboard_asks_for_figures_that_there_are(figures: set[str]) -> None:
    targets = [target for panel in dashboard()["panels"] for target in panel.get("targets", ())]
    asked = names(target["expr"] for target in targets)
    assert len(targets) > 20 and {plain(name) for name in asked} <= figures
    for target in targets:
        assert target["expr"].count("(") == target["expr"].count(")"), target


def test_the_panels_of_the_dashboard_do_not_lie_on_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in dashboard()["panels"]:
        grid = panel["gridPos"]
        cells = {(grid["x"] + x, grid["y"] + y) for x in range(grid["w"]) for y in range(grid["h"])}
        assert not cells & taken and grid["x"] + grid["w"] <= 24
        taken |= cells
    ids = [panel["id"] for panel in dashboard()["panels"]]
    assert len(set(ids)) == len(ids)


def test_the_alerts_ask_for_figures_that_there_are(figures: set[str]) -> None:
    asked = names(rule["expr"] for rule in alerts())
    assert {plain(name) for name in asked} <= figures
    assert all(rule["annotations"]["summary"] for rule in alerts())
    assert {"BadgesDeadRule", "BadgesOverloaded"} <= {rule["alert"] for rule in alerts()}


def test_every_figure_is_in_the_table(figures: set[str]) -> None:
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    table = page.partition("| figure | labels | tells |")[2].partition("\n\n")[0]
    told = {plain(name) for name in re.findall(r"^\| `(badges_[a-z_]+)`", table, re.MULTILINE)}
    assert told == {name for name in figures if name.startswith("badges_")}
