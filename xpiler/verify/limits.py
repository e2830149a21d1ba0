"""What stops the validator: a program outside its class, a defect of the program, and the time that is up."""

from __future__ import annotations

import time

from xpiler.diagnostics import Unsupported


class OutOfTime(Exception):
    """The limit is reached; the answer is `timeout`."""


class Defect(Exception):
    """The program does what it must not: a race, an access out of bounds, a barrier that not all threads reach."""

    def __init__(self, kind: str, message: str, where: str = ""):
        self.kind, self.message, self.where = kind, message, where
        super().__init__(f"{kind}: {message}" + (f" at {where}" if where else ""))


class NotModelled(Unsupported):
    """A construct the model has no meaning for."""


class Budget:
    """Counts steps and looks at the clock now and then."""

    def __init__(self, seconds: float):
        self._end = time.monotonic() + seconds
        self._steps = 0

    def spend(self, steps: int = 1) -> None:
        """Raises OutOfTime where the time is up."""
        self._steps += steps
        if self._steps >= 2000:
            self._steps = 0
            if time.monotonic() > self._end:
                raise OutOfTime
