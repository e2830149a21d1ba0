"""Who wants to know which operation each emitted line is written for. Operations live only while text is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from mlir import ir

Listener = Callable[[str, ir.Operation], None]
_LISTENER: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def telling(listener: Listener | None) -> Iterator[None]:
    """Inside, the listener gets each line of a function that is written, not yet formatted, and the operation it is written for."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def tell(text: str, operation: ir.Operation | None) -> None:
    """Tells of a line, where somebody listens."""
    listener = _LISTENER.get()
    if listener is not None and operation is not None:
        listener(text, operation)
