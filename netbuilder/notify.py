"""Who listens to what. A `Signal` calls its listeners in order, on the thread that emits. It knows nothing of Qt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Signal:
    """A list of listeners. A listener that leaves or joins during an emission takes effect at the next one."""

    def __init__(self) -> None:
        self._listeners: tuple[Callable[..., Any], ...] = ()

    def connect(self, listener: Callable[..., Any]) -> Callable[[], None]:
        """Call `listener` at each emission. Returns a function that takes it off again."""
        self._listeners += (listener,)
        return lambda: self.disconnect(listener)

    def disconnect(self, listener: Callable[..., Any]) -> None:
        self._listeners = tuple(other for other in self._listeners if other != listener)

    def emit(self, *values: Any) -> None:
        for listener in self._listeners:
            listener(*values)
