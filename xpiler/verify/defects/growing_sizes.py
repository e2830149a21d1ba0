"""The least sizes at which something happens on a straight path through a program: one size grows, the others stay small."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from mlir import ir

from xpiler.diagnostics import XpilerError
from xpiler.verify.defects.array_spans import Span, spans_on_path
from xpiler.verify.defects.defect import Sizes
from xpiler.verify.defects.rows import holds
from xpiler.verify.model.side import Unit

POWERS = range(5, 25)
LARGEST = (1 << POWERS[-1]) - 1
FEW = 2  # the other sizes, while one grows
Found = TypeVar("Found")


@dataclass(frozen=True)
class Growing:
    """A program whose paths are looked at; `names` are its sizes, none where it has no unit to start from."""

    module: ir.Module
    assumptions: Sequence[str]
    unit: Unit | None
    names: tuple[str, ...]

    @classmethod
    def of(cls, module: ir.Module, assumptions: Sequence[str] = ()) -> Growing:
        """A program in platform form, at sizes that the assumptions allow."""
        try:
            unit = Unit.of(module)
        except XpilerError:
            return cls(module, assumptions, None, ())
        return cls(module, assumptions, unit, tuple(p.name for p in unit.parameters if not p.is_pointer and "int" in p.dtype))

    def least(self, seen: Callable[[Iterator[Span]], Found | None]) -> Iterator[tuple[Sizes, Found]]:
        """For each size what `seen` finds on a path at its least number, where it finds something at any."""
        for name in self.names:
            sizes = self._least(name, seen)
            found = self.at(sizes, seen) if sizes else None
            if sizes and found is not None:
                yield sizes, found

    def at(self, sizes: Sizes, seen: Callable[[Iterator[Span]], Found | None]) -> Found | None:
        """What `seen` finds on the first path, or else on the last, at sizes."""
        if self.unit is None or not all(holds(text, sizes) for text in self.assumptions):
            return None
        places = dict(zip((p.name for p in self.unit.parameters), self.unit.positions, strict=True))
        arguments = {places[name]: n for name, n in sizes.items()}
        found = (seen(spans_on_path(self.module, self.unit.function, arguments, last=last)) for last in (False, True))
        return next((each for each in found if each is not None), None)

    def _least(self, name: str, seen: Callable[[Iterator[Span]], Found | None]) -> Sizes | None:
        """The least number of one size, between neighbours of powers of two: what a remainder makes longer shows there, below a guard
        at a power."""
        others, tried = dict.fromkeys(self.names, FEW), [(1 << k) - 1 for k in POWERS]
        at = next((k for k, number in enumerate(tried) if self.at({**others, name: number}, seen) is not None), None)
        if at is None:
            return None
        low, high = tried[at - 1] if at else 0, tried[at]
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.at({**others, name: middle}, seen) is not None else (middle, high)
        return {**others, name: high}
