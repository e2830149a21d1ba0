"""What a refutation shows: a concrete input, the first element that differs, and the statement responsible in each text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MOST_SHOWN = 12  # elements of an array


@dataclass(frozen=True)
class Counterexample:
    """An input on which the texts differ, or on which the target does what no program may.

    `element` is the flat position in `buffer`; `finding` is a fault or a finding of a simulator, and then nothing is compared.
    `statements` are the places that wrote the element, in source and target, "" where unknown; for a finding, what the
    model of the target says of it (both accesses of a race).
    """

    sizes: dict[str, int]
    inputs: dict[str, np.ndarray | np.generic]
    buffer: str = ""
    element: int = 0
    expected: object = None
    actual: object = None
    finding: str = ""
    statements: tuple[str, str] = ("", "")

    def __str__(self) -> str:
        lines = [self._input(), self.finding or f"{self.buffer}[{self.element}] is {self.actual}, expected {self.expected}"]
        words = ("", "in the model:") if self.finding else ("expected from", "computed by")
        lines += [f"{word} {place}" for place, word in zip(self.statements, words, strict=True) if place]
        return "\n  ".join(lines)

    def _input(self) -> str:
        sizes = [f"{name} = {value}" for name, value in self.sizes.items()]
        return ", ".join([*sizes, *(f"{name} = {shown(value)}" for name, value in self.inputs.items())])

    def as_data(self) -> dict[str, object]:
        """The same for a report; arrays whole."""
        inputs = {name: value.tolist() for name, value in self.inputs.items()}
        found = {"buffer": self.buffer, "element": self.element, "expected": self.expected, "actual": self.actual}
        rest = {"finding": self.finding} if self.finding else found
        return {"sizes": self.sizes, "inputs": inputs, **rest, "statements": list(self.statements)}


def shown(value: np.ndarray | np.generic) -> str:
    """A scalar, or the first elements of an array."""
    if not isinstance(value, np.ndarray):
        return f"{value.item():g}"
    words = [f"{v:g}" for v in value.ravel()[:MOST_SHOWN].tolist()]
    return f"[{', '.join(words)}{', ...' if value.size > MOST_SHOWN else ''}]"
