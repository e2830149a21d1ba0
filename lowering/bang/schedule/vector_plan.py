"""What a piece of a loop computes, as steps on NRAM buffers: made first, so that the buffers can be counted.

A buffer is a number until the plan is emitted. A step that may write over an operand nobody needs afterwards does
so where its builtin lets the destination be a source, which keeps the pieces long.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from mlir import ir


@dataclass(frozen=True)
class Buffer:
    """A virtual NRAM buffer of one piece's elements; a number below zero is a place in an array of the kernel's own.

    One that is `of` another is that one's memory, seen as elements of another type of the same width.
    """

    number: int
    element: ir.Type
    of: Buffer | None = None

    @property
    def is_place(self) -> bool:
        """Whether somebody else's array is there."""
        return self.number < 0


@dataclass
class Step:
    """One builtin: `emit` is called with a function from virtual buffers to memrefs; `stage` is what a pipeline makes of it."""

    emit: Callable[[Callable[[Buffer], ir.Value]], None]
    stage: str = "compute"  # or "load", "store", "uniform"


@dataclass
class VectorPlan:
    """Steps in order, and how many buffers live at once; `place` is what steps that are added now stand for in the source."""

    steps: list[Step] = field(default_factory=list)
    place: ir.Location | None = None
    apart: bool = False  # loads write buffers of their own, and stored buffers stay as they are: stages may be told apart
    _free: list[Buffer] = field(default_factory=list)
    buffers: list[Buffer] = field(default_factory=list)

    def take(self, element: ir.Type, *, new: bool = False) -> Buffer:
        """A buffer that is free, or a new one."""
        for position, buffer in enumerate([] if new else self._free):
            if buffer.element == element:
                return self._free.pop(position)
        buffer = Buffer(len(self.buffers), element)
        self.buffers.append(buffer)
        return buffer

    def release(self, buffer: Buffer) -> None:
        """Says that nobody reads the buffer any more."""
        buffer = buffer.of or buffer
        if buffer not in self._free:
            self._free.append(buffer)

    def add(self, emit: Callable[[Callable[[Buffer], ir.Value]], None], stage: str = "compute") -> None:
        """Appends a step."""
        self.steps.append(Step(emit if self.place is None else _placed(emit, self.place), stage))

    def has_stages(self) -> bool:
        """Whether all loads may come before everything else, and all stores behind it."""
        stages = [step.stage for step in self.steps]
        last_load = max((at for at, stage in enumerate(stages) if stage == "load"), default=-1)
        return self.apart and "uniform" not in stages and "store" not in stages[:last_load] and {"load", "store"} <= set(stages)

    def bytes_per_element(self) -> int:
        """NRAM bytes that one element of a piece takes over all buffers."""
        return sum(element_bytes(b.element) for b in self.buffers)


def _placed(emit: Callable[[Callable[[Buffer], ir.Value]], None], place: ir.Location) -> Callable[[Callable[[Buffer], ir.Value]], None]:
    def emit_there(at: Callable[[Buffer], ir.Value]) -> None:
        with place:
            emit(at)

    return emit_there


def element_bytes(kind: ir.Type) -> int:
    """Size of an element type."""
    if isinstance(kind, ir.IntegerType):
        return kind.width // 8
    return {"f16": 2, "bf16": 2, "f32": 4, "f64": 8}[str(kind)]
