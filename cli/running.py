"""A server's life: it answers until it is told to end, and then ends what it has begun."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Mapping
from typing import Any

PATIENCE = 10.0
"""Seconds that requests under way have to end."""
STEP = 0.02


def run_until_told(server: Any, channels: Mapping[int, Any]) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are answered first."""
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=_end, args=(channels,), daemon=True).start())
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()


def _end(channels: Mapping[int, Any]) -> None:
    """Wait for the requests under way, then interrupt the server's loop, which stands in the main thread."""
    deadline = time.monotonic() + PATIENCE
    while any(map(_is_busy, list(channels.values()))) and time.monotonic() < deadline:
        time.sleep(STEP)
    os.kill(os.getpid(), signal.SIGINT)


def _is_busy(channel: Any) -> bool:
    """Whether a connection has a request that is not answered, or an answer that is not sent."""
    return bool(getattr(channel, "requests", None)) or getattr(channel, "total_outbufs_len", 0) > 0
