"""Console sessions of the pages: each command is really run, against a copy of the example rules."""

from __future__ import annotations

import contextlib
import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Set
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from click.testing import CliRunner
from flask.testing import FlaskClient

from api import Config, create_app
from cli import main
from engine.calendar import parse_instant
from engine.service import Service
from engine.store import open_store

from .pages import ROOT, example_rules

NOW = "2026-03-02T12:30:00Z"
WIDTH = 110
LEFT_OUT = "…"
_BLOCK = re.compile(
    r"^<!-- run: (?P<quietly>[^\n]*) -->$"
    r"|^<!-- saved -->\n```yaml\n# (?P<path>\S+)\n(?P<saved>.*?)^```$"
    r"|^(?P<only><!-- only: (?P<keys>[^\n]*) -->\n)?```console\n(?P<shown>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_VERSION = re.compile(r'("rules_version": "|"version": "|Version |instead of |(?<=,))[0-9a-f]{16}')


def replayed(text: str, folder: Path) -> str:
    """A page with the answer of each command as it really is, run in an empty folder."""
    if not _BLOCK.search(text):
        return text
    with Session(folder) as session:
        return _BLOCK.sub(session.replay, text)


def without_versions(text: str) -> str:
    """A page whose hashes of rule sets do not matter: they change with every rule."""
    return _VERSION.sub(r"\1…", text)


class Session:
    """A folder with the example rules, a database, and a server, at NOW."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(ROOT / "rules", folder / "rules")
        shutil.copytree(ROOT / "examples", folder / "examples")

    def __enter__(self) -> Session:
        self._store = open_store(f"sqlite:///{self.folder / 'badges.db'}")
        service = Service(self._store, lambda: parse_instant(NOW)[0])
        service.apply(example_rules(), by="staff")
        self.client: FlaskClient = create_app(service, Config()).test_client()
        return self

    def __exit__(self, *error: object) -> None:
        self._store.close()

    def replay(self, block: re.Match[str]) -> str:
        """The block's commands, each followed by what it prints.

        A comment's command is run without a word; a file that is to be saved stands among the rules from then on.
        """
        if block["quietly"]:
            self._answer(block["quietly"])
            return block[0]
        if block["path"]:
            self._save(self.folder / "rules" / block["path"], block["saved"])
            return block[0]
        keys = frozenset((block["keys"] or "").split())
        told = "".join(f"$ {command}\n{self._answer(command, keys)}" for command in _commands(block["shown"]))
        return f"{block['only'] or ''}```console\n{told}```"

    def _save(self, file: Path, text: str) -> None:
        """Write a rule file; what editors read in the first line of a draft stays."""
        first = file.read_text(encoding="utf-8").partition("\n")[0] if file.exists() else ""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{first}\n{text}" if first.startswith("# yaml-") else text, encoding="utf-8")

    def _answer(self, command: str, keys: Set[str] = frozenset()) -> str:
        """What a command prints; of JSON only these keys if there are any, and a … for the rest."""
        words = shlex.split(command)
        if words[0] == "curl":
            return wrapped(only(self._curl(words[1:]), keys)) + "\n"
        if words[0] == "badges":
            with contextlib.chdir(self.folder):
                return CliRunner().invoke(main, words[1:]).output
        return subprocess.run(command, shell=True, cwd=self.folder, check=True, capture_output=True, text=True).stdout

    def _curl(self, words: list[str]) -> Any:
        method, url, headers, data = _request(words)
        parts = urlsplit(f"http://{url}")
        answer = self.client.open(
            parts.path,
            method=method,
            query_string=parts.query,
            headers=headers,
            data=data,
            base_url="http://localhost:8000",
        )
        return answer.get_json(force=True)


def _commands(block: str) -> Iterator[str]:
    """The commands of a block: after ``$``, over as many lines as their quotes are open."""
    lines = iter(block.splitlines())
    for line in lines:
        if line.startswith("$ "):
            command = line[2:]
            while command.count("'") % 2:
                command += "\n" + next(lines)
            yield command


def _request(words: list[str]) -> tuple[str, str, list[tuple[str, str]], str | None]:
    """Method, address, headers and body of a curl command line."""
    method, url, headers, data = "", "", [], None
    rest = iter(words)
    for word in rest:
        if word == "-X":
            method = next(rest)
        elif word == "-H":
            name, _, value = next(rest).partition(": ")
            headers.append((name, value))
        elif word == "-d":
            data = next(rest)
        elif word != "-s":
            url = word
    return method or ("GET" if data is None else "POST"), url, headers, data


def only(value: Any, keys: Set[str]) -> Any:
    """JSON with these keys only, at any depth, and a … for each that is left out; all of it if there are none."""
    if isinstance(value, list):
        return [only(item, keys) for item in value]
    if not isinstance(value, dict) or not keys or not keys & value.keys():
        return value
    kept = {key: only(item, keys) for key, item in value.items() if key in keys}
    return kept if len(kept) == len(value) else {**kept, LEFT_OUT: None}


def wrapped(value: Any, indent: int = 0, before: int = 0) -> str:
    """JSON on one line where it fits beside what stands before it, else a line an entry."""
    line = json.dumps(value, ensure_ascii=False).replace(f'"{LEFT_OUT}": null', LEFT_OUT)
    if len(line) + indent + before <= WIDTH or not isinstance(value, dict | list) or not value:
        return line
    pad, end = " " * (indent + 2), " " * indent
    if isinstance(value, list):
        return "[\n" + ",\n".join(pad + wrapped(item, indent + 2) for item in value) + f"\n{end}]"
    told = [pad + _entry(key, item, indent + 2) for key, item in value.items()]
    return "{\n" + ",\n".join(told) + f"\n{end}}}"


def _entry(key: str, value: Any, indent: int) -> str:
    if key == LEFT_OUT:
        return key
    name = f"{json.dumps(key)}: "
    return name + wrapped(value, indent, len(name))
