"""json-rules-engine, in a process of node: installed into a folder of the user's cache, which is no part of this."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CACHE = Path.home() / ".cache" / "badges-benchmarks"
PACKAGE = "json-rules-engine@7"
SCRIPT = """
const {Engine} = require('json-rules-engine');
const [rules, event] = JSON.parse(process.argv[2]);
const engine = new Engine([], {allowUndefinedFacts: true});
rules.forEach((conditions, at) => engine.addRule({
  conditions: conditions.not ? {not: conditions.not} : conditions, event: {type: String(at)}}));
engine.addFact('percent', async (_, almanac) =>
  await almanac.factValue('score') / await almanac.factValue('total') * 100);
engine.addFact('together', async (_, almanac) =>
  await almanac.factValue('score') + await almanac.factValue('level'));
const input = require('readline').createInterface({input: process.stdin});
input.on('line', async (line) => {
  const times = Number(line);
  const start = process.cpuUsage();
  let found;
  for (let at = 0; at < times; at++) found = await engine.run(event);
  const used = process.cpuUsage(start);
  const seconds = (used.user + used.system) / 1e6;
  const fired = new Set(found.events.map((one) => Number(one.type)));
  console.log(JSON.stringify({seconds, answers: rules.map((_, at) => fired.has(at))}));
});
"""


@dataclass(frozen=True, slots=True)
class Engine:
    """A process that waits to be asked."""

    process: subprocess.Popen[str]
    answers: list[bool]

    def seconds(self, times: int) -> float:
        """The seconds of the processor that the event takes so many times."""
        return float(_ask(self.process, times)["seconds"])


@contextmanager
def json_rules(rules: Sequence[Mapping[str, Any]], event: Mapping[str, Any]) -> Iterator[Engine | None]:
    """The engine with these rules; None where node or npm is missing, or nothing can be installed."""
    if not _is_installed():
        yield None
        return
    command = ["node", str(_script()), json.dumps([rules, event])]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=CACHE)
    try:
        yield Engine(process, _ask(process, 1)["answers"])
    finally:
        process.kill()
        process.wait()


def _script() -> Path:
    path = CACHE / "conditions.js"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def _ask(process: subprocess.Popen[str], times: int) -> dict[str, Any]:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(f"{times}\n")
    process.stdin.flush()
    answer: dict[str, Any] = json.loads(process.stdout.readline())
    return answer


def _is_installed() -> bool:
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    CACHE.mkdir(parents=True, exist_ok=True)
    if not (CACHE / "node_modules" / "json-rules-engine").is_dir():
        install = ["npm", "install", "--silent", "--no-audit", "--no-fund", PACKAGE]
        subprocess.run(install, cwd=CACHE, check=False, timeout=300)
    return (CACHE / "node_modules" / "json-rules-engine").is_dir()
