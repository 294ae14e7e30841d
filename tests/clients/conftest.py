"""A real server with the example rules, for clients."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.cli.processes import ROOT, serving


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the server is; nobody has made a key."""
    folder = tmp_path_factory.mktemp("server")
    shutil.copytree(ROOT / "rules", folder / "rules")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("BADGES_DATABASE_URL", raising=False)
        with serving(folder) as (_, address):
            yield address
