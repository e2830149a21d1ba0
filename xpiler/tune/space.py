"""SpaceGenerator: the sequences of passes that a target may be scheduled by, and the parameters of each.

The passes are those of the target's default schedule, in any order and with any left out, and general ones in front. The values
a parameter may take are the pass's own (`tunables`); what cannot fit the target's memory is left out before anything is built.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from xpiler.diagnostics import PassFailed
from xpiler.lowering.schedule import default_schedule
from xpiler.passes import Pass, pass_class
from xpiler.pipeline import Pipeline
from xpiler.platforms.target import Target
from xpiler.tune.capacity import capacity_bytes

GENERAL = ("reduction-split", "loop-interchange", "loop-merge")  # passes that need no handle and keep the shared form


@dataclass(frozen=True)
class Point:
    """One schedule of the space."""

    steps: tuple[Pass, ...]

    @property
    def sequence(self) -> tuple[str, ...]:
        """The flags of its passes."""
        return tuple(step.name for step in self.steps)

    @property
    def schedule(self) -> str:
        """Its pipeline text, which `translate --schedule` replays."""
        return ",".join(map(str, self.steps))


@dataclass(frozen=True)
class Points(Sequence[Point]):
    """The product of the settings of each step, made as it is asked for."""

    choices: tuple[tuple[Pass, ...], ...]

    def __len__(self) -> int:
        return math.prod(map(len, self.choices))

    def __getitem__(self, number: int) -> Point:  # type: ignore[override]
        if not 0 <= number < len(self):
            raise IndexError(number)
        steps: list[Pass] = []
        for choices in reversed(self.choices):
            number, at = divmod(number, len(choices))
            steps.append(choices[at])
        return Point(tuple(reversed(steps)))


@dataclass(frozen=True)
class Space:
    """All schedules for `target`; `element_bytes` is the size of the kernel's smallest element.

    Passes that are `idle` change nothing in this kernel where the default schedule stands: nothing is decided about them.
    """

    target: Target
    element_bytes: int = 4
    idle: frozenset[str] = frozenset()

    def probes(self) -> dict[str, list[Point]]:
        """For each pass the points that tell whether it is idle: the default without it, with it set otherwise, or with it in front."""
        steps = self.default.steps
        found = {step.name: [Point(tuple(other for other in steps if other != step))] for step in steps}
        for number, step in enumerate(steps):
            for name, values in step.tunables.items():
                changed = [replace(step, **{name: value}) for value in values if value != getattr(step, name)][:1]
                found[step.name] += [Point((*steps[:number], other, *steps[number + 1 :])) for other in changed]
        return found | {name: [Point((pass_class(name).with_options({}), *steps))] for name in GENERAL}

    @functools.cached_property
    def default(self) -> Point:
        """The target's default schedule."""
        return Point(tuple(stage.step for stage in Pipeline.parse(default_schedule(self.target)).stages))

    def moves(self, decisions: tuple[str, ...]) -> list[str]:
        """What may be decided next: a pass, each once, or (`-pass`) that a pass of the default schedule is left out."""
        names = [name for name in (*self.default.sequence, *GENERAL) if name not in self.idle]
        undecided = [name for name in names if not {name, f"-{name}"} & set(decisions)]
        return [*undecided, *(f"-{name}" for name in undecided if name in self.default.sequence)]

    def completed(self, decisions: tuple[str, ...]) -> tuple[str, ...]:
        """The sequence that decisions stand for: the passes decided for, then what the default schedule has besides."""
        chosen = tuple(name for name in decisions if not name.startswith("-"))
        return chosen + tuple(name for name in self.default.sequence if not {name, f"-{name}"} & set(decisions))

    def points(self, sequence: tuple[str, ...]) -> Points:
        """Every legal setting of the parameters of a sequence, defaults first."""
        return Points(tuple(self._choices[name] for name in sequence))

    @functools.cached_property
    def _choices(self) -> dict[str, tuple[Pass, ...]]:
        given = {step.name: step for step in self.default.steps}
        general = {name: pass_class(name).with_options({}) for name in GENERAL}
        return {name: (step,) if name in self.idle else tuple(self._settings(step)) for name, step in {**general, **given}.items()}

    def _settings(self, step: Pass) -> Iterator[Pass]:
        """A pass with every combination of its parameters' values that it takes and that fits."""
        for values in itertools.product(*step.tunables.values()):
            try:
                made = replace(step, **dict(zip(step.tunables, values, strict=True)))
            except PassFailed:
                continue
            if self._fits(made):
                yield made

    def _fits(self, step: Pass) -> bool:
        available = capacity_bytes(self.target)
        needed = step.memory_bytes(self.element_bytes)
        return all(size <= available.get(space, size) for space, size in needed.items())
