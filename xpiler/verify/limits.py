"""What stops the validator: a program outside its class, a defect of the program, and the time that is up."""

from __future__ import annotations

import time

from xpiler.diagnostics import Unsupported


class OutOfTime(Exception):
    """The limit is reached; the answer is `timeout`."""


class OutOfMemory(Exception):
    """The limit of memory is reached; the answer is `unsupported`."""


class Defect(Exception):
    """The program does what it must not: a race, an access out of bounds, a barrier that not all threads reach."""

    def __init__(self, kind: str, message: str, where: str = ""):
        self.kind, self.message, self.where = kind, message, where
        super().__init__(f"{kind}: {message}" + (f" at {where}" if where else ""))


class NotModelled(Unsupported):
    """A construct the model has no meaning for."""


class OutOfSteps(OutOfTime):
    """A row of sizes takes more steps than it may."""


class Clock:
    """Seconds that are left of a limit."""

    def __init__(self, seconds: float):
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds; not positive where the time is up."""
        return self._end - time.monotonic()


CHECKED_EVERY = 2000
STEPS_A_SECOND = 700_000  # of the model, on an idle core
PATIENCE = 10  # how many times slower a busy machine may be


class Budget:
    """Counts steps; looks at the clock, and at a limit of steps, every so often."""

    def __init__(self, seconds: float):
        self._clock = Clock(seconds)
        self._pending = 0
        self._limit: int | None = None
        self.steps = 0

    @staticmethod
    def of_work(seconds: float) -> Budget:
        """What an idle core does in that time, counted in steps: a busy machine finds what an idle one does. Raises OutOfSteps past it."""
        budget = Budget(seconds * PATIENCE)
        budget.limit(int(seconds * STEPS_A_SECOND))
        return budget

    def limit(self, steps: int | None) -> None:
        """How many steps from here on raise OutOfSteps; None for as many as there is time."""
        self._limit = None if steps is None else self.steps + steps

    def spend(self, steps: int = 1) -> None:
        """Raises OutOfTime where the time is up, OutOfSteps where the steps are."""
        self._pending += steps
        if self._pending >= CHECKED_EVERY:
            self._check()

    def _check(self) -> None:
        self.steps += self._pending
        self._pending = 0
        if self._limit is not None and self.steps > self._limit:
            raise OutOfSteps
        if self._clock.left <= 0:
            raise OutOfTime
