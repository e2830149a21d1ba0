"""One row of the table of intrinsics: its C declaration, and how its call becomes IR."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from mlir import ir
from mlir.dialects import arith

from xpiler.frontend.vnni.registers import Lanes, mask_lanes, prefix, retype, splat


@dataclass(frozen=True)
class Memory:
    """A pointer operand: element `offset` of `base`."""

    base: ir.Value
    offset: ir.Value


Operand = ir.Value | Memory | int
Build = Callable[..., ir.Value | None]


@dataclass(frozen=True)
class Intrinsic:
    """`parameters` and `result` are C types; `imm` marks a parameter that must be a constant (an int for `build`)."""

    name: str
    result: str
    parameters: tuple[str, ...]
    build: Build

    def declaration(self) -> str:
        """The prototype in the declaration header."""
        kinds = ", ".join("int" if p == "imm" else p for p in self.parameters)
        return f"{self.result} {self.name}({kinds});"


def lanewise(op: str, lanes: Lanes, arity: int, compute: Build) -> Iterator[Intrinsic]:
    """`_mm512_<op>_<suffix>` and its merge- and zero-masked forms; `compute` works on the lanes' vectors."""
    register = lanes.register
    name = f"{prefix(lanes.width)}_{{}}{op}_{lanes.suffix}"

    def plain(*operands: ir.Value) -> ir.Value:
        return finish(compute(*(retype(v, lanes.type) for v in operands)), lanes)

    def merge(source: ir.Value, mask: ir.Value, *operands: ir.Value) -> ir.Value:
        return _select(lanes, mask, plain(*operands), source)

    def zero(mask: ir.Value, *operands: ir.Value) -> ir.Value:
        return _select(lanes, mask, plain(*operands), splat(lanes.type, 0))

    row = Intrinsic(name.format(""), register, (register,) * arity, plain)
    yield row
    if arity == 3:  # the three-operand forms merge with their first operand, and carry the mask second
        yield replace(
            row,
            name=name.format("mask_"),
            parameters=(register, lanes.mask, register, register),
            build=lambda a, k, b, c: merge(a, k, a, b, c),
        )
        yield replace(
            row,
            name=name.format("mask3_"),
            parameters=(register, register, register, lanes.mask),
            build=lambda a, b, c, k: merge(c, k, a, b, c),
        )
    else:
        yield replace(row, name=name.format("mask_"), parameters=(register, lanes.mask, *row.parameters), build=merge)
    yield replace(row, name=name.format("maskz_"), parameters=(lanes.mask, *row.parameters), build=zero)


def finish(value: ir.Value, lanes: Lanes) -> ir.Value:
    """The result in the register's own vector type."""
    return retype(value, register_vector(lanes))


def register_vector(lanes: Lanes) -> ir.Type:
    """The MLIR type of the lanes' register: typed for floats, 32-bit lanes for integers."""
    return lanes.type if lanes.suffix in ("ps", "pd") else Lanes(lanes.width, "epi32").type


def _select(lanes: Lanes, mask: ir.Value, yes: ir.Value, no: ir.Value) -> ir.Value:
    picked = arith.select(mask_lanes(mask, lanes.count), retype(yes, lanes.type), retype(no, lanes.type))
    return finish(picked, lanes)
