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
    """Seconds of the clock that are left of a limit."""

    def __init__(self, seconds: float):
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds; not positive where the time is up."""
        return self._end - time.monotonic()


CHECKED_EVERY = 2000
STEPS_A_SECOND = 700_000  # of the model, on an idle core
FAST_STEPS_A_SECOND = 3_000_000  # the same in its plainest loops: a limit that no idle core reaches earlier
# Outer limits of work whose steps are counted, for what isl and Z3 do between two steps: both are well above what the steps take.
SLOWER = 3  # how many times the processor time of our machine another one may need
PATIENCE = 10  # how many times slower by the clock a busy machine may be


class Budget:
    """Counts steps; looks at the clock, and at the limits of steps, every so often."""

    def __init__(self, seconds: float, most: int | None = None):
        self._clock, self._most = Clock(seconds), most
        self._pending = 0
        self._limit: int | None = None
        self.steps = 0

    @staticmethod
    def of_work(seconds: float, steps_a_second: int = STEPS_A_SECOND) -> Budget:
        """What an idle core does in that time, counted in steps: a busy machine finds what an idle one does."""
        return Budget(seconds * PATIENCE, int(seconds * steps_a_second))

    @property
    def spent(self) -> int:
        """All steps so far."""
        return self.steps + self._pending

    def limit(self, steps: int | None) -> None:
        """How many steps from here on raise OutOfSteps; None for as many as there is time."""
        self._limit = None if steps is None else self.steps + steps

    def spend(self, steps: int = 1) -> None:
        """Raises OutOfSteps at the limit that was set last, OutOfTime where all the work is done or the time is up."""
        self._pending += steps
        if self._pending >= CHECKED_EVERY:
            self._check()

    def _check(self) -> None:
        self.steps += self._pending
        self._pending = 0
        if self._limit is not None and self.steps > self._limit:
            self.steps = self._limit  # a loop's steps are spent before it begins: those of one that is not begun are not done
            raise OutOfSteps
        if self._most is not None and self.steps > self._most:
            raise OutOfTime
        if self._clock.left <= 0:
            raise OutOfTime
