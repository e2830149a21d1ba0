"""The operations that one thread of a program surely executes at given sizes: what is computed from the sizes alone tells the way.

Conditions that depend on data are not entered, and of each loop one iteration is, the first or the last.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.execution.scalar_evaluator import Number, ScalarEvaluator
from xpiler.verify import signature

LAUNCHES = ("xpiler.launch", "xpiler.call")


class _Values(ScalarEvaluator):
    """Numbers of values, each computed once; `known` has the arguments of the blocks on the way."""

    def __init__(self, known: dict[ir.Value, Number], tasks: int, last: bool):
        super().__init__({})
        self.known, self._tasks, self._task = known, tasks, tasks - 1 if last else 0

    def __call__(self, value: ir.Value) -> Number:
        if value not in self.known:
            self.known[value] = self._computed(value)
        return self.known[value]

    def _computed(self, value: ir.Value) -> Number:
        if isinstance(value, ir.BlockArgument):
            raise Unsupported("a number that the sizes do not tell")
        operation = ir.OpResult(value).owner.operation
        if operation.name == "bang.index":
            return self._index(str(operation.attributes["kind"]))
        return super().__call__(value)

    def _index(self, kind: str) -> int:
        if "task_dim>" in kind or "task_dim_x" in kind:
            return self._tasks
        if "task_id>" in kind or "task_id_x" in kind:
            return self._task
        raise Unsupported("the number of a core that the sizes do not tell")


@dataclass(frozen=True)
class StraightPath:
    """The first task of a launch in the first iteration of each loop, or the last in the last."""

    module: ir.Module
    last: bool = False
    tasks: int = 1

    def of(self, function: ir.Operation, arguments: dict[int, int]) -> Iterator[tuple[ir.Operation, ScalarEvaluator]]:
        """The operations of a launcher and of the kernels that it launches, with what tells their operands."""
        block = function.regions[0].blocks[0]
        known: dict[ir.Value, Number] = {block.arguments[i]: n for i, n in arguments.items()}
        yield from self._inside(block, _Values(known, self.tasks, self.last))

    def _inside(self, block: ir.Block, values: _Values) -> Iterator[tuple[ir.Operation, ScalarEvaluator]]:
        for op in (each.operation for each in block.operations):
            yield op, values
            try:
                if op.name in LAUNCHES:
                    yield from self._launched(op, values)
                elif op.name == "scf.if":
                    yield from (pair for b in op.regions[0 if values(op.operands[0]) else 1].blocks for pair in self._inside(b, values))
                elif op.name == "scf.for" and self._enters(op, values):
                    yield from self._inside(op.regions[0].blocks[0], values)
            except (Unsupported, ZeroDivisionError):
                continue

    def _enters(self, loop: ir.Operation, values: _Values) -> bool:
        """Whether a loop has an iteration; the block's arguments are those of the one that is followed."""
        low, high, step = (int(values(operand)) for operand in list(loop.operands)[:3])
        if low >= high or step <= 0:
            return False
        variable, *carried = loop.regions[0].blocks[0].arguments
        values.known[variable] = low + (high - 1 - low) // step * step if self.last else low
        for argument, start in zip(carried, list(loop.operands)[3:], strict=True):
            if not self.last and isinstance(start.type, ir.IntegerType | ir.IndexType):
                values.known[argument] = values(start)
        return True

    def _launched(self, launch: ir.Operation, values: _Values) -> Iterator[tuple[ir.Operation, ScalarEvaluator]]:
        kernel = signature.functions(self.module, "xpiler.kernel").get(ir.FlatSymbolRefAttr(launch.attributes["kernel"]).value)
        if kernel is None:
            return
        count = len(kernel.regions[0].blocks[0].arguments)
        geometry = [values(operand) for operand in list(launch.operands)[:3]] if launch.name == "xpiler.launch" else [1]
        given = list(launch.operands)[len(launch.operands) - count :]
        numbers = {i: int(values(operand)) for i, operand in enumerate(given) if isinstance(operand.type, ir.IntegerType | ir.IndexType)}
        yield from replace(self, tasks=int(geometry[0])).of(kernel, numbers)
