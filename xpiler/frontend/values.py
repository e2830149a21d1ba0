"""What an expression evaluates to. A C value is not always one SSA value: pointers are pairs, records are tuples."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from mlir import ir

from xpiler.frontend.c_types import CType, PointerType

if TYPE_CHECKING:
    from xpiler.frontend.places import Place
    from xpiler.frontend.reader import Reader


OWNER = "std::vector<"  # records that have memory of their own


@dataclass(frozen=True)
class Scalar:
    """One SSA value of a C type: a number, a vector, a fragment, a stream."""

    ssa: ir.Value
    ctype: CType


@dataclass(frozen=True)
class Pointer:
    """Element `offset` (index, None for 0) of a base memref, seen as `pointee`.

    `there` is false where it is null instead; None where it is null as the base is.
    """

    base: ir.Value
    offset: ir.Value | None
    pointee: CType
    there: ir.Value | None = None

    @property
    def ctype(self) -> CType:
        return PointerType(self.pointee)


@dataclass(frozen=True)
class AddressOf:
    """The address of a place that is not memory: an out-parameter, known while reading."""

    place: Place
    pointee: CType

    @property
    def ctype(self) -> CType:
        return PointerType(self.pointee)


@dataclass(frozen=True)
class Null:
    """A null pointer, or one that was never assigned; it merges with any other."""

    pointee: CType
    is_assigned: bool = field(default=True, compare=False)

    @property
    def ctype(self) -> CType:
        return PointerType(self.pointee)


@dataclass(frozen=True)
class Aggregate:
    """A record by its fields, in order."""

    ctype: CType
    fields: dict[str, Value]

    def with_field(self, name: str, value: Value) -> Aggregate:
        return replace(self, fields={**self.fields, name: value})


@dataclass(frozen=True)
class Opaque:
    """Something only the reader knows: a lambda, a function, a string."""

    ctype: CType
    content: Any = None


class Untyped(ABC):
    """What `malloc` returns, as the content of an opaque value: memory of which a cast says what it holds."""

    @abstractmethod
    def as_array(self, reader: Reader, pointee: CType) -> Value:
        """The memory as elements of a type."""


Value = Scalar | Pointer | AddressOf | Null | Aggregate | Opaque


def own_memory(pointer: Pointer) -> ir.Value | None:
    """The base of a pointer to the start of memory that the function has made for itself."""
    made = not isinstance(pointer.base.owner, ir.Block) and pointer.base.owner.operation.name in ("memref.alloca", "xpiler.alloc")
    return pointer.base if made and pointer.offset is None else None


def leaves(value: Value | None) -> Iterator[ir.Value]:
    """The SSA values a C value is made of, in a fixed order."""
    if isinstance(value, Scalar):
        yield value.ssa
    elif isinstance(value, Pointer):
        yield value.base
        yield from (part for part in (value.offset, value.there) if part is not None)
    elif isinstance(value, Aggregate):
        for item in value.fields.values():
            yield from leaves(item)


def rebuild(value: Value | None, parts: Iterator[ir.Value]) -> Value | None:
    """The same C value made of other SSA values; the inverse of `leaves`."""
    if isinstance(value, Scalar):
        return replace(value, ssa=next(parts))
    if isinstance(value, Pointer):
        base = next(parts)
        offset, there = (None if part is None else next(parts) for part in (value.offset, value.there))
        return replace(value, base=base, offset=offset, there=there)
    if isinstance(value, Aggregate):
        return replace(value, fields={name: rebuild(item, parts) for name, item in value.fields.items()})
    return value
