"""The launches that a launcher makes at given sizes, in their order: its branches and loops are followed, nothing is launched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.execution.scalar_evaluator import Number, ScalarEvaluator
from xpiler.verify import signature

MOST_ITERATIONS = 1 << 12  # of all loops of a launcher: what is asked at many sizes has to be quick
BOUNDS = 3  # operands of an scf.for before what it carries


def launches(function: ir.Operation, host: ScalarEvaluator) -> Iterator[tuple[ir.Operation, ScalarEvaluator]]:
    """Every launch with what computes its operands there.

    Raises Unsupported where a branch or a loop around a launch depends on more than numbers that are known, or goes round too often.
    """
    yield from _Followed().block(function.regions[0].blocks[0], host)


class _Followed:
    """One walk through a launcher; counts the iterations of its loops."""

    def __init__(self) -> None:
        self.iterations = 0

    def block(self, block: ir.Block, host: ScalarEvaluator) -> Iterator[tuple[ir.Operation, ScalarEvaluator]]:
        for operation in (op.operation for op in block.operations):
            if operation.name == "xpiler.call":
                yield operation, host
            elif any(inner.name == "xpiler.call" for inner in signature.inside(operation)):
                yield from self._control(operation, host)

    def _control(self, operation: ir.Operation, host: ScalarEvaluator) -> Iterator[tuple[ir.Operation, ScalarEvaluator]]:
        if operation.name == "scf.if":
            for block in operation.regions[0 if host(operation.operands[0]) else 1].blocks:  # none where there is no other side
                yield from self.block(block, host)
        elif operation.name == "scf.for":
            yield from self._counted(operation, host)
        elif operation.name == "scf.while":
            yield from self._tested(operation, host)
        else:
            raise Unsupported(f"a launch stands in '{operation.name}'")

    def _counted(self, loop: ir.Operation, host: ScalarEvaluator) -> Iterator[tuple[ir.Operation, ScalarEvaluator]]:
        bounds, start = list(loop.operands)[:BOUNDS], list(loop.operands)[BOUNDS:]
        variable, *arguments = (body := loop.regions[0].blocks[0]).arguments
        first, end, step = (int(host(bound)) for bound in bounds)
        if step <= 0:
            raise Unsupported("a loop around a launch that does not go forwards")
        carried = _numbers(arguments, start, host)
        for number in range(first, end, step):
            self._turn()
            inside = host.where({variable: number, **carried})
            yield from self.block(body, inside)
            carried = _numbers(arguments, _yielded(body), inside)

    def _tested(self, loop: ir.Operation, host: ScalarEvaluator) -> Iterator[tuple[ir.Operation, ScalarEvaluator]]:
        before, after = (region.blocks[0] for region in loop.regions)
        carried = _numbers(before.arguments, list(loop.operands), host)
        while True:
            self._turn()
            inside = host.where(carried)
            yield from self.block(before, inside)
            test, *passed = _yielded(before)
            if not inside(test):
                return
            inside = host.where(_numbers(after.arguments, passed, inside))
            yield from self.block(after, inside)
            carried = _numbers(before.arguments, _yielded(after), inside)

    def _turn(self) -> None:
        self.iterations += 1
        if self.iterations > MOST_ITERATIONS:
            raise Unsupported("the launcher launches too often to follow it")


def _yielded(block: ir.Block) -> list[ir.Value]:
    """What the last operation of a block hands on."""
    return list(block.operations[len(block.operations) - 1].operation.operands)


def _numbers(arguments: Iterable[ir.Value], values: Sequence[ir.Value], host: ScalarEvaluator) -> dict[ir.Value, Number]:
    """The integers among what a block is given; what else a loop carries (pointers that change places) has no number."""
    pairs = zip(arguments, values, strict=True)
    return {a: host(v) for a, v in pairs if isinstance(a.type, ir.IntegerType | ir.IndexType)}
