"""vnni-jam: some iterations of a parallel loop around a reduction in registers run side by side, so that what they share is loaded once.

    forall k { s = 0; for l by 16: s += X[j, l] * W[k, l]; Y[j, k] = fold s }
      becomes, for blocks of four k,
    forall k by 4 { s0 .. s3 = 0; for l by 16: { x = X[j, l]; s0 += x * W[k, l]; ... s3 += x * W[k + 3, l] }; Y[j, k + n] = fold sn }

and the loop as it was for the iterations that are left. A chain of sums that waits for itself becomes several. Method: unroll-and-jam
(iterations of a parallel loop may run in any order, interleaved too), of the innermost loop whose iterations have some of the
reduction's loads in common, and not all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

from mlir import ir
from mlir.dialects import arith, scf

from xpiler.analysis.effects import walk
from xpiler.diagnostics import PassFailed
from xpiler.lowering.c_text.names import source_name
from xpiler.lowering.parallel_nest import dimensions
from xpiler.passes import Pass
from xpiler.transforms.rewriting import (
    Mapping,
    as_value,
    body,
    clone,
    content,
    extent,
    functions,
    index,
    inside,
    is_unit_forall,
    name_accumulators,
    terminator,
    unnamed,
    variable,
)

REGISTER_BYTES = 64
REGISTERS = 24  # that the sums may take; the others hold operands


@dataclass(frozen=True)
class VnniJamPass(Pass):
    """Jams the parallel loops around sums in registers: the innermost by `iterations`, the next one out by `outer`.

    By itself it leaves all as it is: the text is several times as long, and how many iterations pay depends on the sizes.
    """

    name = "vnni-jam"
    tunables: ClassVar = {"iterations": (1, 2, 4, 8), "outer": (1, 4, 8)}
    iterations: int = 1
    outer: int = 1

    def __post_init__(self) -> None:
        if min(self.iterations, self.outer) < 1:
            raise PassFailed("pass 'vnni-jam': iterations and outer are at least 1")

    def memory_bytes(self, element_bytes: int) -> dict[str, int]:
        """The sums."""
        return {"registers": self.iterations * self.outer * REGISTER_BYTES}

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for level, count in ((1, self.outer), (0, self.iterations)):
                for loop in _chosen(function, level) if count > 1 else ():
                    if count <= _most_iterations(loop):
                        _jam(loop, count)


def _most_iterations(loop: ir.Operation) -> int:
    """How many iterations there are, where that is known, and how many have room for their sums in registers."""
    total = extent(loop)
    sums = max(len(inner.results) for inner in walk(loop) if _is_reduction(inner))
    return min(REGISTERS // sums, total if isinstance(total, int) else REGISTERS)


def _chosen(function: ir.Operation, level: int) -> list[ir.Operation]:
    """The loops to be jammed, none inside another: for each reduction that one, counted from the innermost, of those that may be."""
    chosen: list[ir.Operation] = []
    for reduction in [op for op in walk(function) if _is_reduction(op)]:
        fit = [loop for loop in _parallel_around(reduction) if _shares_loads(reduction, loop) and _can_be_jammed(loop)]
        if level < len(fit) and not any(fit[level] == other or inside(fit[level], other) or inside(other, fit[level]) for other in chosen):
            chosen.append(fit[level])
    return chosen


def _is_reduction(op: ir.Operation) -> bool:
    """Whether a serial loop carries registers and holds no further loop."""
    carries = op.name == "scf.for" and len(op.results) and all(isinstance(r.type, ir.VectorType) for r in op.results)
    return bool(carries) and not any(inner.name in ("scf.for", "scf.forall", "scf.while") for inner in walk(op) if inner != op)


def _parallel_around(op: ir.Operation) -> list[ir.Operation]:
    found = []
    while op.name != "func.func":
        op = op.parent.operation
        if is_unit_forall(op):
            found.append(op)
    return found


def _shares_loads(reduction: ir.Operation, loop: ir.Operation) -> bool:
    """Whether the iterations of `loop` have some of what a step of the reduction loads in common, and not all."""
    varying = _varying(loop)
    loads = [op for op in content(body(reduction)) if op.name in ("vector.load", "vector.maskedload", "memref.load")]
    apart = [any(operand in varying for operand in op.operands) for op in loads]
    return any(apart) and not all(apart)


def _varying(loop: ir.Operation) -> set[ir.Value]:
    """The values inside a parallel loop that depend on its variable."""
    found = {variable(loop)}
    size = 0
    while size != len(found):
        size = len(found)
        for op in walk(loop):
            if op != loop and any(operand in found for inner in walk(op) for operand in inner.operands):
                found.update(op.results)
                found.update(argument for argument in _carried(op))
    return found


def _carried(op: ir.Operation) -> list[ir.Value]:
    return list(body(op).arguments)[1:] if op.name == "scf.for" else []


_HELD = ("scf.for", "scf.forall", "scf.if", "scf.yield", "scf.forall.in_parallel")
_STORES = ("memref.store", "vector.store", "vector.maskedstore")
_PLAIN = (*_STORES, "memref.load", "vector.load", "vector.maskedload")


def _is_plain(op: ir.Operation) -> bool:
    """Whether an operation computes values, loads or stores, or holds such operations: nothing that another iteration could notice."""
    return op.name in (*_HELD, *_PLAIN) or (op.name.startswith(("arith.", "math.", "vector.")) and not len(op.regions))


def _stores(op: ir.Operation) -> bool:
    return any(inner.name in _STORES for inner in walk(op))


def _can_be_jammed(loop: ir.Operation) -> bool:
    """Whether all iterations take the same way: bounds and conditions inside do not depend on the loop's variable."""
    varying = _varying(loop)
    for op in walk(loop):
        if op == loop:
            continue
        if not _is_plain(op):
            return False
        ruling = {"scf.for": list(op.operands)[:3], "scf.if": list(op.operands)[:1], "scf.forall": list(op.operands)}.get(op.name, [])
        if any(value in varying for value in ruling):
            return False
    return True


def _jam(loop: ir.Operation, count: int) -> None:
    """Blocks of `count` iterations, and the iterations that are left."""
    total = extent(loop)
    with ir.InsertionPoint(loop), loop.location:
        number = as_value(total)
        whole = total - total % count if isinstance(total, int) else arith.subi(number, arith.remsi(number, index(count)))
        main = scf.ForallOp([0], [whole], [count])
        main.induction_variables[0].set_location(loop.location)
        with ir.InsertionPoint(main.body):
            _SideBySide.of(loop, main.induction_variables[0], count).block(body(loop))
            scf.InParallelOp()
        if whole != total:
            rest = scf.ForallOp([whole], [total], [1])
            rest.induction_variables[0].set_location(loop.location)
            mapping: Mapping = {variable(loop): rest.induction_variables[0]}
            with ir.InsertionPoint(rest.body):
                for op in content(body(loop)):
                    clone(op, mapping, ir.InsertionPoint.current)
                scf.InParallelOp()
    loop.erase()


@dataclass
class _SideBySide:
    """Several iterations of a parallel loop, operation by operation: once what they all do alike, else once for each."""

    varying: set[ir.Value]
    each: list[Mapping] = field(default_factory=list)

    @staticmethod
    def of(loop: ir.Operation, first: ir.Value, count: int) -> _SideBySide:
        """The iterations `first`, `first + 1`, ..."""
        variables = [arith.addi(first, index(n)) if n else first for n in range(count)]
        return _SideBySide(_varying(loop), [{variable(loop): value} for value in variables])

    def block(self, block: ir.Block) -> None:
        """All of a block but its end, at the current insertion point."""
        for op in content(block):
            with op.location:
                self._operation(op)

    def _operation(self, op: ir.Operation) -> None:
        alike = not any(operand in self.varying for inner in walk(op) for operand in inner.operands)
        if alike and not _stores(op):
            copy = clone(op, self.each[0], ir.InsertionPoint.current)
            self._note(op, [list(copy.results)] * len(self.each))
        elif op.name == "scf.for":
            self._for(op)
        elif op.name == "scf.if":
            self._if(op)
        elif op.name == "scf.forall":
            self._forall(op)
        else:
            copies = [clone(op, mapping, ir.InsertionPoint.current) for mapping in self.each]
            for number, copy in enumerate(copies):
                copy.location = _numbered(op.location, number)

    def _note(self, op: ir.Operation, results: list[list[ir.Value]]) -> None:
        for mapping, values in zip(self.each, results, strict=True):
            mapping.update(zip(op.results, values, strict=True))

    def _for(self, op: ir.Operation) -> None:
        bounds = [self._one(value) for value in list(op.operands)[:3]]
        starts = [[mapping.get(value, value) for value in list(op.operands)[3:]] for mapping in self.each]
        loop = scf.ForOp(*bounds, [value for values in starts for value in values])
        carried = list(body(op).arguments)[1:]
        loop.induction_variable.set_location(body(op).arguments[0].location)
        name_accumulators(loop.operation, [_numbered(old.location, n) for n in range(len(self.each)) for old in carried])
        for mapping, values in zip(self.each, self._parts(list(loop.inner_iter_args)), strict=True):
            mapping[body(op).arguments[0]] = loop.induction_variable
            mapping.update(zip(carried, values, strict=True))
        with ir.InsertionPoint(loop.body):
            self._end(body(op), scf.yield_)
        self._note(op, self._parts(list(loop.results)))

    def _if(self, op: ir.Operation) -> None:
        sides = [region.blocks[0] for region in op.regions if len(region.blocks)]
        kinds = [result.type for result in op.results] * len(self.each)
        branch = scf.IfOp(self._one(op.operands[0]), kinds, has_else=len(sides) > 1)
        for old, new in zip(sides, (branch.then_block, branch.else_block) if len(sides) > 1 else (branch.then_block,), strict=True):
            with ir.InsertionPoint(new):
                self._end(old, scf.yield_)
        self._note(op, self._parts(list(branch.results)))

    def _forall(self, op: ir.Operation) -> None:
        told = dimensions(op)
        bounds = [
            [b if isinstance(b, int) else self._one(b) for b in side]
            for side in zip(*((d.lower, d.upper, d.step) for d in told), strict=True)
        ]
        loop = scf.ForallOp(*bounds)
        for dimension, new in zip(told, loop.induction_variables, strict=True):
            new.set_location(dimension.variable.location)
            for mapping in self.each:
                mapping[dimension.variable] = new
        with ir.InsertionPoint(loop.body):
            self.block(body(op))
            scf.InParallelOp()

    def _end(self, block: ir.Block, end: Callable[[list[ir.Value]], object]) -> None:
        self.block(block)
        end([mapping.get(value, value) for mapping in self.each for value in terminator(block).operands])

    def _one(self, value: ir.Value) -> ir.Value:
        """What all iterations have alike."""
        return self.each[0].get(value, value)

    def _parts(self, values: list[ir.Value]) -> list[list[ir.Value]]:
        """What belongs to each iteration."""
        size = len(values) // len(self.each)
        return [values[n * size : (n + 1) * size] for n in range(len(self.each))]


def _numbered(location: ir.Location, number: int) -> ir.Location:
    """The name of a value with the number of its iteration."""
    name = source_name(location)
    return location if name is None else ir.Location.name(f"{name}{number}", unnamed(location))
