"""Small builders for scalar code at the current insertion point."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mlir import ir
from mlir.dialects import arith, memref, scf

from xpiler.transforms.rewriting import name_accumulators, unnamed

Body = Callable[[ir.Value], None]


def constant(number: int | float, kind: ir.Type) -> ir.Value:
    """A scalar constant of any type."""
    if isinstance(kind, (ir.IndexType, ir.IntegerType)):
        return arith.constant(kind, ir.IntegerAttr.get(kind, int(number)))
    return arith.constant(kind, ir.FloatAttr.get(kind, float(number)))


def index(number: int) -> ir.Value:
    """An index constant."""
    return constant(number, ir.IndexType.get())


def like(operation: ir.Operation, operands: Sequence[ir.Value], kind: ir.Type) -> ir.Value:
    """The same operation on scalars: name and attributes of `operation`, other operands and result type."""
    attributes = {name: operation.attributes[name] for name in operation.attributes}
    made = ir.Operation.create(operation.name, results=[kind], operands=list(operands), attributes=attributes, loc=operation.location)
    return made.result


def lane_loop(lanes: int, body: Body) -> None:
    """`scf.forall` over the lanes of a register."""
    loop = scf.ForallOp([0], [lanes], [1])
    with ir.InsertionPoint(loop.body):
        body(loop.induction_variables[0])
        scf.InParallelOp()


def lane_fold(lanes: int, start: ir.Value, combine: Callable[[ir.Value, ir.Value], ir.Value]) -> ir.Value:
    """`scf.for` over the lanes that carries one scalar: `combine(lane, so far)`."""
    with unnamed(ir.Location.current):
        loop = scf.ForOp(index(0), index(lanes), index(1), [start])
    name_accumulators(loop.operation, [ir.Location.current])  # the name is the sum's, not the loop's
    with ir.InsertionPoint(loop.body):
        lane, so_far = loop.body.arguments
        scf.yield_([combine(lane, so_far)])
    return loop.results[0]


def scratch(lanes: int, element: ir.Type) -> ir.Value:
    """An array that holds one register's lanes."""
    return memref.alloca(ir.MemRefType.get([lanes], element), [], [])


def if_value(condition: ir.Value, kind: ir.Type, yes: Callable[[], ir.Value], no: Callable[[], ir.Value]) -> ir.Value:
    """`scf.if` with one result."""
    branch = scf.IfOp(condition, [kind], has_else=True)
    with ir.InsertionPoint(branch.then_block):
        scf.yield_([yes()])
    with ir.InsertionPoint(branch.else_block):
        scf.yield_([no()])
    return branch.results[0]
