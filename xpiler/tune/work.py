"""How often the operations of a lowered kernel run: loops are counted for given sizes, each body at its first iteration."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.execution.scalar_evaluator import Number, ScalarEvaluator

UNKNOWN_TRIPS = 8  # of a loop whose bounds come from data
Visit = Callable[[ir.Operation, float, "Values"], None]


class Values(ScalarEvaluator):
    """Values of a kernel for its sizes, as task 0 and in the first iteration of every loop sees them."""

    def __init__(self, function: ir.Operation, sizes: Mapping[str, int], tasks: int):
        super().__init__({})
        self._known: dict[ir.Value, Number] = {}
        self._variables: set[ir.Value] = set()  # of loops: known as their first iteration has them
        self._tasks = tasks
        names = ir.ArrayAttr(function.attributes["arg_attrs"]) if "arg_attrs" in function.attributes else []
        for argument, attributes in zip(function.regions[0].blocks[0].arguments, names, strict=False):
            name = ir.StringAttr(attributes["xpiler.name"]).value if "xpiler.name" in attributes else ""
            if name in sizes:
                self._known[argument] = sizes[name]

    def __call__(self, value: ir.Value) -> Number:
        if value in self._known:
            return self._known[value]
        if isinstance(value, ir.BlockArgument):
            raise Unsupported("a value that only a run knows")
        owner = ir.OpResult(value).owner
        if owner.name == "bang.index":
            return self._tasks if "dim" in str(owner.attributes["kind"]) else 0
        return super().__call__(value)

    def of(self, value: ir.Value, default: Number) -> Number:
        """The value, or `default` where only a run knows it."""
        try:
            return self(value)
        except (Unsupported, ZeroDivisionError, KeyError):
            return default

    def branch(self, conditional: ir.Operation) -> ir.Region:
        """The side of a conditional that sizes decide for; the first where the iterations of a loop differ (the stages of a pipeline)."""
        loops, self._known = self._known, {v: n for v, n in self._known.items() if v not in self._variables}
        yes = self.of(conditional.operands[0], 1)
        self._known = loops
        return conditional.regions[0 if yes else 1]

    def moved(self, value: ir.Value, variable: ir.Value, by: Number) -> Number:
        """The value `by` further along a loop's variable; 0 where only a run knows it."""
        before = self._known.get(variable, 0)
        self._known[variable] = before + by
        try:
            return self.of(value, 0)
        finally:
            self._known[variable] = before

    def trips(self, bounds: list[ir.Value], variable: ir.Value) -> float:
        """Iterations of a loop from `bounds` (lower, upper, step), whose variable is its lower bound from now on."""
        lower, upper, step = (self.of(bound, math.nan) for bound in bounds)
        self._variables.add(variable)
        self._known[variable] = 0 if math.isnan(lower) else lower
        return UNKNOWN_TRIPS if math.isnan(lower + upper + step) or step <= 0 else max(0, math.ceil((upper - lower) / step))


def each_operation(function: ir.Operation, values: Values, visit: Visit) -> None:
    """Calls `visit(operation, times, values)` for the operations of a kernel; loops come before what they hold."""
    _block(function.regions[0].blocks[0], 1.0, values, visit)


def _block(block: ir.Block, times: float, values: Values, visit: Visit) -> None:
    for op in block.operations:
        operation = op.operation
        visit(operation, times, values)
        inside = times * _iterations(operation, values)
        if operation.name == "scf.if":
            for taken in values.branch(operation).blocks:
                _block(taken, times, values, visit)
        elif operation.name != "scf.if":
            for region in operation.regions:
                for inner in region.blocks:
                    _block(inner, inside, values, visit)


def _iterations(operation: ir.Operation, values: Values) -> float:
    if operation.name == "scf.for":
        return values.trips(list(operation.operands)[:3], operation.regions[0].blocks[0].arguments[0])
    return _parallel_iterations(operation, values) if operation.name == "scf.forall" else 1


def _parallel_iterations(operation: ir.Operation, values: Values) -> float:
    loop = operation.opview
    mixed = [_mixed(operation, name, list(dynamic)) for name, dynamic in zip(_STATIC, _dynamic(loop), strict=True)]
    total = 1.0
    for variable, lower, upper, step in zip(operation.regions[0].blocks[0].arguments, *mixed, strict=False):
        numbers = [bound if isinstance(bound, int) else values.of(bound, math.nan) for bound in (lower, upper, step)]
        values._variables.add(variable)
        values._known[variable] = 0 if math.isnan(numbers[0]) else numbers[0]
        known = not any(map(math.isnan, numbers))
        total *= max(0, math.ceil((numbers[1] - numbers[0]) / numbers[2])) if known else UNKNOWN_TRIPS
    return total


_STATIC = ("staticLowerBound", "staticUpperBound", "staticStep")


def _dynamic(loop: ir.OpView) -> tuple:
    return loop.dynamicLowerBound, loop.dynamicUpperBound, loop.dynamicStep


def _mixed(operation: ir.Operation, name: str, dynamic: list[ir.Value]) -> list[int | ir.Value]:
    """Bounds with values in the places that the attribute leaves open."""
    numbers = list(ir.DenseI64ArrayAttr(operation.attributes[name]))
    return [dynamic.pop(0) if ir.ShapedType.is_dynamic_size(number) else number for number in numbers]
