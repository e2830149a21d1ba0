"""Loops and arrays of tiles: counted loops by name, loops that the compiler unrolls, arrays that it keeps in registers then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mlir import ir
from mlir.dialects import arith, memref, scf

from xpiler.analysis.polynomial import Poly
from xpiler.lowering.c_text.control import UNROLL
from xpiler.lowering.vnni.schedule.dot_steps import named
from xpiler.transforms.rewriting import index
from xpiler.transforms.vectors.lane_masks import first_lanes

REGISTER_BYTES = 64


@contextmanager
def counted_loop(name: str, lower: ir.Value, upper: ir.Value, step: ir.Value) -> Iterator[ir.Value]:
    """A counted loop around what is built inside; its variable."""
    with ir.Location.name(name, ir.Location.current):
        loop = scf.ForOp(lower, upper, step)
    with ir.InsertionPoint(loop.body):
        yield loop.induction_variable
        scf.yield_([])


@contextmanager
def unrolled_loop(name: str, end: int, step: int = 1) -> Iterator[ir.Value]:
    """A loop of constant bounds that the compiler is told to unroll whole; its variable."""
    with ir.Location.name(name, ir.Location.current):
        loop = scf.ForOp(index(0), index(end), index(step))
    loop.operation.attributes[UNROLL] = ir.IntegerAttr.get(ir.IntegerType.get_signless(64), end // step)
    with ir.InsertionPoint(loop.body):
        yield loop.induction_variable
        scf.yield_([])


@contextmanager
def guarded(condition: ir.Value) -> Iterator[None]:
    """What is built inside happens where the condition holds."""
    branch = scf.IfOp(condition)
    with ir.InsertionPoint(branch.then_block):
        yield
        scf.yield_([])


def array(name: str, elements: int, kind: ir.Type) -> ir.Value:
    """An array of whole registers."""
    return named(name, memref.alloca(ir.MemRefType.get([elements], kind), [], [], alignment=REGISTER_BYTES))


def lanes_from(name: str, first: ir.Value, count: ir.Value, lanes: int) -> ir.Value:
    """The mask of the elements below `count` in the register that begins at element `first`."""
    rest = arith.maxsi(arith.minsi(arith.subi(count, first), index(lanes)), index(0))
    return named(name, first_lanes(rest, lanes))


def at_most(wanted: int, count: Poly, size: int = 1) -> int:
    """How many parts of `size` a tile has: as many as wanted, or as cover a count that is known."""
    known = count.as_int()
    return wanted if known is None else max(1, min(wanted, -(-known // size)))
