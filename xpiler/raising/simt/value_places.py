"""Where the value of a source operation is to be found while a kernel is split into phases."""

from __future__ import annotations

from dataclasses import dataclass, field

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint


@dataclass(frozen=True)
class Uniform:
    """One value for the whole group, defined at the group's level."""

    value: ir.Value


@dataclass(frozen=True)
class ThreadIndex:
    """`threadIdx` in one dimension."""

    dimension: int


@dataclass(frozen=True)
class LaneIndex:
    """The lane of the thread in its warp."""


@dataclass(frozen=True)
class Recipe:
    """A cheap pure operation on indices and uniform values: computed again where it is needed."""

    op: ir.Operation


@dataclass(frozen=True)
class Slot:
    """One element a thread of a group, in an array; `mutable` while a loop still carries its value there."""

    array: ir.Value
    group: object
    mutable: bool = False


@dataclass(frozen=True)
class Shuffled:
    """The result of a shuffle: an element of the array that holds every lane's operand."""

    op: ir.Operation
    source: Slot


@dataclass(frozen=True)
class Private:
    """A thread-private array not placed yet; `block` is the group-level block it belongs to."""

    op: ir.Operation
    block: ir.Block


@dataclass(frozen=True)
class Expanded:
    """A thread-private array that lives across phases: the threads of a group have one each, in one array."""

    array: ir.Value
    group: object


@dataclass
class Leaf:
    """The code of one thread in one phase: where it goes, the thread's indices, and the values already there."""

    emit: EmissionPoint
    thread: dict[int, ir.Value]
    lane: ir.Value | None = None
    values: dict[ir.Value, ir.Value] = field(default_factory=dict)


@dataclass(frozen=True)
class StoreTo:
    """What a phase does besides operations: values into slots, all read before the first is written."""

    slots: tuple[Slot, ...]
    values: tuple[ir.Value, ...]
    user: ir.Operation


@dataclass
class Phase:
    """The operations between two synchronisations, in order."""

    items: list[ir.Operation | StoreTo] = field(default_factory=list)

    @property
    def operations(self) -> list[ir.Operation]:
        return [item for item in self.items if not isinstance(item, StoreTo)]

    def stored_uses(self) -> set[tuple[ir.Operation, ir.Value]]:
        """The uses that a `StoreTo` of this phase serves."""
        return {(item.user, value) for item in self.items if isinstance(item, StoreTo) for value in item.values}
