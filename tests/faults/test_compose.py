"""The compose file: its commands, run here without containers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.processes import COMMAND_LINE, ROOT, running
from tests.faults.callers import Caller, event
from tests.postgres import Postgres

SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]


@pytest.fixture
def badges(tmp_path: Path, postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to run commands in, as in a container: `badges` is in the path, the database in the environment."""
    script = tmp_path / "bin" / "badges"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{COMMAND_LINE}" "$@"\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with postgres.empty() as url:
        monkeypatch.setenv("BADGES_DATABASE_URL", url)
        yield tmp_path


def set_up(folder: Path) -> str:
    """What the setup prints."""
    command = [word.replace("$$", "$").replace("/rules", str(ROOT / "rules")) for word in SERVICES["setup"]["command"]]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def test_the_setup_makes_a_key_once_and_both_servers_answer_the_same(badges: Path) -> None:
    [key] = re.findall(r"^bk_\S+$", set_up(badges), re.M)
    assert "bk_" not in set_up(badges)
    program, *words = SERVICES["api"]["command"]
    words[words.index("--port") + 1] = "0"
    assert program == "badges" and SERVICES["api"]["deploy"]["replicas"] == 2
    with running(badges, COMMAND_LINE, *words) as first, running(badges, COMMAND_LINE, *words) as second:
        ports = [int(server.wait_for(r"Listening on \S+:(\d+)")[1]) for server in (first, second)]
        one, other = (Caller([port], headers={"Authorization": f"Bearer {key}"}) for port in ports)
        posted = event("ada", "e1", type="login", data={})
        assert one.surely("POST", "/v1/events", posted)[1]["results"][0]["status"] == "accepted"
        assert other.surely("POST", "/v1/events", posted)[1]["results"][0]["status"] == "duplicate"
        assert one.surely("GET", "/v1/users/ada/badges") == other.surely("GET", "/v1/users/ada/badges")
