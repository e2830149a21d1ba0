"""The operations that one thread of a program surely executes at given sizes: what is computed from the sizes alone tells the way.

Conditions that depend on data are not entered, and of each loop one iteration is, the first or the last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import prod

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.dialects.words import word
from xpiler.execution.scalar_evaluator import Number, ScalarEvaluator
from xpiler.verify import signature

LAUNCHES = ("xpiler.launch", "xpiler.call")
AXES = "xyz"
Place = dict[str, int]  # the numbers that a thread or task is told of itself, by their word


class _Values(ScalarEvaluator):
    """Numbers of values, each computed once; `known` has the arguments of the blocks on the way, `place` where the thread or task is."""

    def __init__(self, known: dict[ir.Value, Number], place: Place):
        super().__init__({})
        self.known, self._place = known, place

    def __call__(self, value: ir.Value) -> Number:
        if value not in self.known:
            self.known[value] = self._computed(value)
        return self.known[value]

    def _computed(self, value: ir.Value) -> Number:
        if isinstance(value, ir.BlockArgument):
            raise Unsupported("a number that the sizes do not tell")
        operation = ir.OpResult(value).owner.operation
        coordinate = coordinate_of(operation)
        if coordinate is None:
            return super().__call__(value)
        if coordinate not in self._place:
            raise Unsupported("the number of a core that the sizes do not tell")
        return self._place[coordinate]


def coordinate_of(operation: ir.Operation) -> str | None:
    """The word for the index that an operation gives: `task_id`, `block_dim.x`."""
    dialect, _, name = operation.name.partition(".")
    if operation.name == "bang.index":
        return word(operation.attributes["kind"])
    if dialect in ("cuda", "hip") and name in ("thread_id", "block_id", "block_dim", "grid_dim"):
        return f"{name}.{word(operation.attributes['dimension'])}"
    return None


def place_in(geometry: Sequence[int], *, last: bool) -> Place:
    """The first thread or task of a launch, or the last one."""
    if len(geometry) < len(AXES) * 2:
        tasks = prod(geometry)
        return {"task_dim": tasks, "task_dim_x": geometry[0], "task_id": (tasks - 1) * last, "task_id_x": (geometry[0] - 1) * last}
    found: Place = {}
    for kind, extents in (("grid", geometry[:3]), ("block", geometry[3:6])):
        for axis, extent in zip(AXES, extents, strict=True):
            found[f"{kind}_dim.{axis}"] = extent
            found[f"{'block' if kind == 'grid' else 'thread'}_id.{axis}"] = (extent - 1) * last
    return found


@dataclass(frozen=True)
class StraightPath:
    """The first task of a launch in the first iteration of each loop, or the last in the last."""

    module: ir.Module
    last: bool = False
    place: Place = field(default_factory=dict)

    def of(self, function: ir.Operation, arguments: dict[int, int]) -> Iterator[tuple[ir.Operation, ScalarEvaluator]]:
        """The operations of a launcher and of the kernels that it launches, with what tells their operands."""
        block = function.regions[0].blocks[0]
        known: dict[ir.Value, Number] = {block.arguments[i]: n for i, n in arguments.items()}
        yield from self._inside(block, _Values(known, self.place))

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
        given = list(launch.operands)[len(launch.operands) - count :]
        geometry = [int(values(operand)) for operand in _geometry(launch)]
        numbers = {i: int(values(operand)) for i, operand in enumerate(given) if isinstance(operand.type, ir.IntegerType | ir.IndexType)}
        place = place_in(geometry, last=self.last) if geometry else self.place
        yield from replace(self, place=place).of(kernel, numbers)


def _geometry(launch: ir.Operation) -> list[ir.Value]:
    """The extents of a launch: three of tasks, or three of the grid and three of a block; none of a call."""
    if launch.name != "xpiler.launch":
        return []
    grid, block, tasks, *_ = ir.DenseI32ArrayAttr(launch.attributes["operandSegmentSizes"])
    return list(launch.operands)[: grid + block + tasks]
