"""The process of a workshop: a line of JSON is a question, a line of JSON its answer; it ends with its input."""

from __future__ import annotations

import os
import resource
import sys
import time
from typing import Any

from .. import jsontext
from ..problems import RulesRejected
from ..studio import Unfit, answer

YIELDING = 10
"""How far it stands back behind the server when both want the machine."""
STEPS_FOR = 5.0
"""Seconds after which what comes step by step stops, and says that it did."""


def told(do: str, question: dict[str, Any]) -> dict[str, Any]:
    """An answer, or why there is none: ``answer``, ``problems``, ``unfit`` or ``broken``."""
    until = time.monotonic() + STEPS_FOR
    try:
        return {"answer": answer(do, question, lambda: time.monotonic() > until)}
    except RulesRejected as error:
        return {"problems": [problem.as_json() for problem in error.problems]}
    except Unfit as error:
        return {"unfit": {"field": error.field, "message": str(error)}}
    except MemoryError:
        raise
    except Exception as error:
        return {"broken": f"{type(error).__name__}: {error}"}


def main() -> None:
    """Answer until nobody asks any more, with as many bytes of memory as the command line says."""
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    os.nice(YIELDING)
    print(flush=True)
    for line in sys.stdin:
        asked = jsontext.decode(line)
        print(jsontext.dumps(told(asked["do"], asked["question"])), flush=True)


if __name__ == "__main__":
    main()
