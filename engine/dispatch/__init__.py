"""Sending webhooks: the sockets and threads that take what is in the outbox to its endpoints."""

from .dispatcher import Dispatcher
from .sending import Sender
from .testing import try_endpoint

__all__ = ["Dispatcher", "Sender", "try_endpoint"]
