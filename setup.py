"""Builds the package: pure Python, or with ``BADGES_COMPILE=1`` a wheel whose hot path mypyc has compiled.

An editable install is always pure. What is compiled means the same; what cannot be is left to Python beside it.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from setuptools import setup

GROUPS = {
    "folding": """
        calendar jsontext movement numeric presentation progress reconcile state
        fold/__init__ fold/calls fold/counting fold/earning fold/entry fold/plans fold/replay fold/rounds fold/start
        fold/stepping fold/waiting fold/written
        measures/__init__ measures/aggregates measures/average measures/count measures/count_distinct measures/latest
        measures/max measures/min measures/protocol measures/queue measures/streak measures/sum measures/windows
        notifications/__init__ notifications/deciding notifications/items notifications/telling
        payloads/quick
    """,
    "storing": """
        service/claiming service/history service/intake service/judging service/ledger service/notices
        service/prefetching service/replaying service/rewinding service/together
        store/gathering store/memory_feeds store/memory_transaction store/nearby store/packing store/rows
        store/sql_feeds store/sql_outbox store/sql_transaction store/sqlite_connection store/tables
    """,
}
"""The modules of ``engine`` that are compiled. Groups are compiled side by side."""
NEEDED = ["mypy>=2.0", "msgspec>=0.19"]
"""What compiling asks for; mypyc comes with mypy, and msgspec says what its structs are."""
OPTIONS = ["--config-file=", "--ignore-missing-imports", "--follow-imports=silent"]
IS_WANTED = os.environ.get("BADGES_COMPILE", "0") not in ("", "0")


def extensions() -> list[Any]:
    """The compiled modules, as setuptools builds them."""
    try:
        from mypyc.build import mypycify
    except ImportError:
        raise SystemExit(f"BADGES_COMPILE needs mypyc: pip install {shlex.join(NEEDED)}") from None
    _expect_a_compiler()
    groups = [(list(_paths(names)), f"badges_{name}") for name, names in GROUPS.items()]
    paths = [path for group, _ in groups for path in group]
    return mypycify([*OPTIONS, *paths], opt_level="3", debug_level="0", separate=groups)


def _paths(names: str) -> Iterable[str]:
    return (str(Path("engine", f"{name}.py")) for name in names.split())


def _expect_a_compiler() -> None:
    """Raises SystemExit if there is none, or nothing to compile Python's modules with."""
    command = os.environ.get("CC") or sysconfig.get_config_var("CC")
    if command and not shutil.which(shlex.split(command)[0]):
        raise SystemExit(
            f"BADGES_COMPILE needs a C compiler, and {command} is not there: install gcc, or name one in CC"
        )
    header = Path(sysconfig.get_path("include"), "Python.h")
    if not header.exists():
        raise SystemExit(f"BADGES_COMPILE needs Python's header files, and {header} is not there: install python3-dev")


setup(
    setup_requires=NEEDED if IS_WANTED else [],
    ext_modules=extensions() if IS_WANTED and {"bdist_wheel", "build_ext"} & set(sys.argv) else [],
    options={"build_ext": {"parallel": True}},
)
