"""What is installed: lower bounds that say what is needed, a lock for the container, and the container itself."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import threading
from configparser import ConfigParser
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent
EXTRAS = ("postgres", "test", "bench", "dev")
IN_THE_CONTAINER = ("postgres",)
PINNED = re.compile(r"^([a-z0-9.-]+)==(\S+) \\$", re.MULTILINE)


def declared(*extras: str) -> list[Requirement]:
    """What setup.cfg asks for."""
    config = ConfigParser()
    config.read(ROOT / "setup.cfg")
    lines = config["options"]["install_requires"].split("\n")
    for extra in extras:
        lines += config["options.extras_require"][extra].split("\n")
    return [Requirement(line) for line in lines if line and not line.startswith("%")]


def built_with() -> list[Requirement]:
    """What building asks for."""
    found = re.search(r"requires = (\[.*\])", (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert found
    return [Requirement(line) for line in json.loads(found[1])]


def locked() -> dict[str, Version]:
    """The lock file's packages."""
    return {name: Version(version) for name, version in PINNED.findall((ROOT / "requirements.lock").read_text())}


def needed() -> dict[str, list[Requirement]]:
    """All that the container needs, what is needed for it included, and who asks for which versions."""
    found: dict[str, list[Requirement]] = {}
    waiting = [*declared(*IN_THE_CONTAINER), *built_with()]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        known = found.setdefault(name, [])
        if wanted not in known:
            known.append(wanted)
            waiting += asked_by(wanted)
    return found


def asked_by(wanted: Requirement) -> list[Requirement]:
    """What a package asks for here, with the extras that are wanted of it."""
    try:
        lines = requires(wanted.name) or []
    except PackageNotFoundError:
        pytest.skip(f"{wanted.name} is not installed")
    extras = wanted.extras or {""}
    parts = [Requirement(line) for line in lines]
    return [p for p in parts if p.marker is None or any(p.marker.evaluate({"extra": extra}) for extra in extras)]


def setting_up(name: str) -> Any:
    """What setup.py says under a name."""
    tree = ast.parse((ROOT / "setup.py").read_text(encoding="utf-8"))
    said = {ast.unparse(node.targets[0]): node.value for node in tree.body if isinstance(node, ast.Assign)}
    return ast.literal_eval(said[name])


def compiled_with() -> list[Requirement]:
    """What compiling asks for."""
    return [Requirement(line) for line in setting_up("NEEDED")]


def test_what_is_compiled_is_there_and_named_once() -> None:
    names = [name for names in setting_up("GROUPS").values() for name in names.split()]
    assert len(names) == len(set(names))
    assert [name for name in names if not (ROOT / "engine" / f"{name}.py").exists()] == []


@pytest.mark.parametrize("requirement", [*declared(*EXTRAS), *built_with(), *compiled_with()], ids=str)
def test_every_dependency_has_a_lower_bound(requirement: Requirement) -> None:
    assert any(bound.operator == ">=" for bound in requirement.specifier), requirement


def test_the_lock_has_all_that_the_container_needs_and_nothing_else() -> None:
    assert locked().keys() == needed().keys(), "run .ci/lock"


def test_the_lock_keeps_to_every_bound() -> None:
    versions = locked()
    broken = [f"{w} is locked as {versions[name]}" for name, all_ in needed().items() for w in all_
              if versions[name] not in w.specifier]  # fmt: skip
    assert broken == []


def test_every_locked_package_is_known_by_its_hashes_and_by_nothing_of_this_machine() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for package in re.split(r"\n(?=[a-z0-9])", text):
        assert "--hash=sha256:" in package
    assert not re.search(r"://|--index-url|--find-links|@ ", text)


def instructions(name: str) -> list[str]:
    """The arguments of all instructions of one name in the Dockerfile, lines that go on joined."""
    text = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    return re.findall(rf"^{name} (.*)$", text, re.MULTILINE)


def test_the_container_runs_as_nobody_in_particular() -> None:
    assert instructions("USER") == ["10001:10001"]
    assert (ROOT / "Dockerfile").read_text().rindex("USER") > (ROOT / "Dockerfile").read_text().rindex("COPY")


def test_the_container_installs_what_the_lock_names_and_nothing_else() -> None:
    installs = [line for line in instructions("RUN") if "pip install" in line]
    assert all("--require-hashes" in line or "--no-deps --no-build-isolation" in line for line in installs)
    assert len(installs) == 2


def test_the_container_is_of_the_oldest_python_that_is_supported() -> None:
    config = ConfigParser()
    config.read(ROOT / "setup.cfg")
    oldest = config["options"]["python_requires"].removeprefix(">=")
    assert instructions("ARG") == [f"BASE=python:{oldest}-slim"]


def test_what_the_container_copies_is_there_and_is_let_in() -> None:
    let_in = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = [name for line in instructions("COPY") if "--from" not in line for name in line.split()[:-1]]
    assert let_in[0] == "*"
    for name in copied:
        assert (ROOT / name).exists() and f"!{name}" in let_in, name


def test_what_the_threat_model_leads_to_is_there() -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", (ROOT / "SECURITY.md").read_text(encoding="utf-8")):
        path, _, heading = target.partition("#")
        assert (ROOT / path).exists(), target
        headings = re.findall(r"^#+ (.*)$", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE) if heading else []
        assert not heading or heading in [title.lower().replace(" ", "-") for title in headings], target


class Healthy(BaseHTTPRequestHandler):
    """Answers as a server that lives."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed."""


def test_the_health_check_tells_a_server_that_answers_from_none() -> None:
    [check] = instructions("HEALTHCHECK")
    python, *words = json.loads(check.partition("CMD ")[2])
    assert python == "python"
    server = HTTPServer(("127.0.0.1", 0), Healthy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    command = [sys.executable, *(word.replace("8000", str(server.server_port)) for word in words)]
    assert subprocess.run(command, capture_output=True, timeout=60).returncode == 0
    server.shutdown()
    server.server_close()
    assert subprocess.run(command, capture_output=True, timeout=60).returncode != 0


def test_the_container_serves_where_its_health_is_checked() -> None:
    [command] = [words for words in instructions("CMD") if "serve" in words]
    assert json.loads(command)[-2:] == ["--port", "8000"] and instructions("EXPOSE") == ["8000"]
