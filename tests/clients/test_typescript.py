"""The TypeScript client: generated from today's routes, compiled, run against a real server.

Needs node, and what `npm install` puts into clients/typescript; without either, these tests are left out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.processes import ROOT

CLIENT = ROOT / "clients" / "typescript"
MODULES = CLIENT / "node_modules"
pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not MODULES.is_dir(),
    reason="the TypeScript client needs node, and `npm install` in clients/typescript",
)


def run(folder: Path, *words: str, **environ: str) -> str:
    """What a tool of the client prints; it must succeed."""
    done = subprocess.run(
        ["node", *words], cwd=folder, env={**os.environ, **environ}, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_its_types_are_those_of_today_s_routes(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from cli import main

    (tmp_path / "openapi.json").write_text(CliRunner().invoke(main, ["openapi"]).output, encoding="utf-8")
    run(tmp_path, str(MODULES / "openapi-typescript/bin/cli.js"), "openapi.json", "--output", "schema.ts")
    written = (CLIENT / "src/schema.ts").read_text(encoding="utf-8")
    assert written == (tmp_path / "schema.ts").read_text(encoding="utf-8"), "run npm run generate in clients/typescript"


def test_it_compiles_and_works_with_a_real_server(server: str, tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    (tmp_path / "node_modules").symlink_to(MODULES)
    run(tmp_path, str(MODULES / "typescript/bin/tsc"), "--project", str(CLIENT / "test"), "--outDir", str(tmp_path))
    run(tmp_path, "--test", "test/client.test.js", BADGES_URL=server)
