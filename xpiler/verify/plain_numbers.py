"""Integer parameters that measure nothing: flags, modes, thresholds of data; and those that may be zero, as pads and offsets.

A size is a bound, a subscript, an extent, a count of blocks; sizes are one or more. A parameter that is only compared with constants, or is
data itself (`if (causal)`, `switch (mode)`, `q - zero_point`), may be any number: zero is what a flag is when it is off. One that is only
added to other integers and compared (`i + t - pad`) is no size either, and zero is its most usual value; whether it may be negative nothing
tells.
"""

from __future__ import annotations

from mlir import ir

from xpiler.verify.calls import arguments_of, functions_beside, parameter_behind
from xpiler.verify.model.integers import width_of

CASTS = frozenset(f"arith.{word}" for word in ("extsi", "extui", "trunci", "index_cast", "index_castui"))
ARITHMETIC = frozenset(f"arith.{word}" for word in ("addi", "subi", "muli", "andi", "ori", "xori", "maxsi", "minsi", "maxui", "minui"))
SUMS = frozenset({"arith.addi", "arith.subi"})
TO_FLOAT = frozenset({"arith.sitofp", "arith.uitofp"})
LOADS = frozenset({"memref.load", "vector.load", "vector.extract", "vector.extractelement"})
FIRST = (1, 0)  # values of those that are compared
AS_DATA = (1, 3)  # of those that are only computed with: what zero divides is nobody's concern
MOST_VALUES = 24


def plain_numbers(function: ir.Operation) -> dict[int, tuple[int, ...]]:
    """The positions of such parameters of a function, each with values that tell: those next to the constants it is compared with."""
    found, named = {}, functions_beside(function)
    for argument in arguments_of(function):
        if isinstance(argument.type, ir.IntegerType):
            uses, width = _Uses(named), width_of(str(argument.type))
            if uses.measure_nothing(argument) or width == 1:  # a truth value measures nothing, whatever it is added to
                found[argument.arg_number] = _values(uses.constants, width)
    return found


def addends(function: ir.Operation) -> frozenset[int]:
    """The positions of integer parameters that are only added to others and compared."""
    named = functions_beside(function)
    integers = [argument for argument in arguments_of(function) if isinstance(argument.type, ir.IntegerType)]
    return frozenset(a.arg_number for a in integers if _Uses(named, may_be_added=True).measure_nothing(a))


def _values(constants: set[int], width: int) -> tuple[int, ...]:
    if not constants and width > 1:
        return AS_DATA
    near = (n for constant in sorted(constants) for n in (constant, constant + 1, constant - 1))
    low, high = (0, 1) if width == 1 else (-(1 << (width - 1)), (1 << (width - 1)) - 1)
    return tuple(n for n in dict.fromkeys((*FIRST, *near)) if low <= n <= high)[:MOST_VALUES]


class _Uses:
    """Where an integer goes, through arithmetic with constants and data, and into the functions that are launched and called."""

    def __init__(self, named: dict[str, ir.Operation], *, may_be_added: bool = False):
        self._may_be_added = may_be_added
        self._functions = named
        self._seen: set[ir.Value] = set()
        self.constants: set[int] = set()

    def measure_nothing(self, value: ir.Value) -> bool:
        """Whether no use of a value is one of a size."""
        if value in self._seen:
            return True
        self._seen.add(value)
        return all(self._measures_nothing(use) for use in value.uses)

    def _measures_nothing(self, use: ir.OpOperand) -> bool:
        op, position = use.owner.operation, use.operand_number
        if op.name in TO_FLOAT:
            return True
        if op.name == "arith.cmpi":
            return self._is_compared(op, op.operands[1 - position])
        if op.name in CASTS or str(op.operands[position].type) == "i1":
            return _is_truth(op, position) or (op.name.startswith("arith.") and self._results(op))
        if self._may_be_added and op.name in SUMS and _constant(op.operands[1 - position]) is None:
            return True
        if op.name in ARITHMETIC:
            other = op.operands[1 - position]
            return (_constant(other) is not None or _is_data(other)) and self._results(op)
        if op.name == "arith.select":
            return self._results(op)
        if op.name == "scf.yield" and op.parent.operation.name == "scf.if":
            return self.measure_nothing(op.parent.operation.results[position])
        return self._is_passed(op, position)

    def _is_compared(self, op: ir.Operation, other: ir.Value) -> bool:
        number = _constant(other)
        if number is not None:
            self.constants.add(number)
        return number is not None or _is_data(other) or (self._may_be_added and not _ends_a_loop(op.results[0]))

    def _results(self, op: ir.Operation) -> bool:
        return all(self.measure_nothing(result) for result in op.results)

    def _is_passed(self, op: ir.Operation, position: int) -> bool:
        parameter = parameter_behind(op, position, self._functions)
        return parameter is not None and self.measure_nothing(parameter)


def _ends_a_loop(truth: ir.Value) -> bool:
    """Whether a loop goes on while a truth value holds: what is compared there is a bound."""
    users = [use.owner.operation for use in truth.uses]
    return any(op.name == "scf.condition" or (op.name.startswith("arith.") and any(map(_ends_a_loop, op.results))) for op in users)


def _is_truth(op: ir.Operation, position: int) -> bool:
    """Whether a use asks for a truth value and for nothing else."""
    return op.name in ("scf.if", "arith.select") and position == 0


def _constant(value: ir.Value) -> int | None:
    if isinstance(value, ir.BlockArgument) or value.owner.operation.name != "arith.constant":
        return None
    attribute = value.owner.operation.attributes["value"]
    return ir.IntegerAttr(attribute).value if isinstance(attribute, ir.IntegerAttr) else None


def _is_data(value: ir.Value) -> bool:
    """Whether an integer was read from memory, through casts."""
    while not isinstance(value, ir.BlockArgument) and value.owner.operation.name in CASTS:
        value = value.owner.operation.operands[0]
    return not isinstance(value, ir.BlockArgument) and value.owner.operation.name in LOADS
