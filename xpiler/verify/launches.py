"""Whether two launchers of a module do the same, one on device pointers beside one on the host's, say.

A proof for all sizes speaks of one launcher. Another one is covered by it where everything that both do beside computing numbers
(launches, calls, fills, copies, memory of the device) is the same list: the same operations in the same loops and branches, with operands
that are the same expressions of the parameters. Memory of the device that only mirrors a parameter is the parameter
(`mirrored_memory.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir

from xpiler.verify import signature
from xpiler.verify.mirrored_memory import Mirrors
from xpiler.verify.model.integers import width_of

Expression = tuple
COMPUTING = ("arith", "math", "index")
WITHOUT_EFFECT = ("memref.load", "memref.alloca", "memref.dim", "xpiler.view", "xpiler.extent", "xpiler.assume")
STRUCTURE = ("scf", "func.return")


def launch_alike(one: ir.Operation, other: ir.Operation) -> bool:
    """Whether two launchers do the same to their parameters. `one` is known to be right: what its mirrors rest on is shown of it."""
    if signature.kind_of(one) == signature.kind_of(other):
        return _Launcher(one, Mirrors.none()).effects() == _Launcher(other, Mirrors.none()).effects()
    if signature.kind_of(one) != "host":
        return False  # copies of the other one are shown by nothing
    mirrors = Mirrors.of(one)
    return mirrors is not None and _Launcher(one, mirrors).effects() == _Launcher(other, Mirrors.none()).effects()


class _Launcher:
    """What a launcher does, as expressions of its parameters."""

    def __init__(self, function: ir.Operation, mirrors: Mirrors):
        self._function, self._mirrors = function, mirrors
        self._block = function.regions[0].blocks[0]
        self._data = signature.data_positions(function)
        self._allocated: dict[ir.Value, Expression] = {}
        self._loops: list[ir.Operation] = []

    def effects(self) -> list[Expression]:
        """Every operation with an effect, in order: what it is, its operands, and the loops and branches around it."""
        return [self._effect(op) for op in signature.inside(self._function) if self._has_effect(op) and not self._mirrors.hold(op)]

    @staticmethod
    def _has_effect(operation: ir.Operation) -> bool:
        dialect = operation.name.partition(".")[0]
        return not (dialect in (*COMPUTING, *STRUCTURE) or operation.name in (*WITHOUT_EFFECT, *STRUCTURE))

    def _effect(self, operation: ir.Operation) -> Expression:
        operands = tuple(self._expression(v) for v in operation.operands if not str(v.type).startswith("!xpiler.stream"))
        for result in operation.results:
            self._allocated[result] = ("made by", len(self._allocated))
        return (
            operation.name,
            signature.described(operation),
            operands,
            tuple(str(r.type) for r in operation.results),
            tuple(self._above(operation)),
        )

    def _above(self, operation: ir.Operation) -> Iterator[Expression]:
        """The operations around one, with their operands and the branch that it is in; a loop is the same loop only for what is in it."""
        inner, parent = operation, operation.parent.operation
        while parent != self._function:
            region = next(i for i, region in enumerate(parent.regions) if inner in [op.operation for block in region for op in block])
            operands = tuple(self._expression(v) for v in parent.operands)
            yield (parent.name, signature.described(parent), operands, region, -1 if parent.name == "scf.if" else self._number(parent))
            inner, parent = parent, parent.parent.operation

    def _number(self, loop: ir.Operation) -> int:
        """The place of a loop among those with an effect inside."""
        if loop not in self._loops:
            self._loops.append(loop)
        return self._loops.index(loop)

    def _expression(self, value: ir.Value) -> Expression:
        parameter = self._mirrors.parameter_of(value)
        if parameter is not None or isinstance(value.owner, ir.Block):
            return self._argument(value if parameter is None else parameter)
        if value in self._allocated:
            return self._allocated[value]
        operation = value.owner.operation
        if operation.name.partition(".")[0] not in COMPUTING or len(operation.regions):
            return _nothing_else()
        tested = _of_low_bits(operation)
        if tested is not None:
            number, divisor = tested
            return ("a multiple", signature.described(operation), divisor, self._expression(number))
        operands = tuple(self._expression(v) for v in operation.operands)
        return (operation.name, ir.OpResult(value).result_number, str(value.type), signature.described(operation), operands)

    def _argument(self, value: ir.BlockArgument) -> Expression:
        position = ir.BlockArgument(value).arg_number
        if value.owner == self._block:
            return ("parameter", sum(other < position for other in self._data))
        loop = value.owner.owner.operation
        if loop.name == "scf.for" and position == 0:
            return ("loop", self._number(loop))  # its bounds are compared where it is above an effect, which it is
        return _nothing_else()


def _of_low_bits(test: ir.Operation) -> tuple[ir.Value, int] | None:
    """The number and the power of two where a comparison asks whether the remainder is zero.

    The low bits tell, in any width that has them, with a sign or without.
    """
    if test.name != "arith.cmpi" or ir.IntegerAttr(test.attributes["predicate"]).value not in (0, 1) or _literal(test.operands[1]) != 0:
        return None
    remainder = test.operands[0].owner
    if isinstance(remainder, ir.Block) or remainder.operation.name not in ("arith.remsi", "arith.remui"):
        return None
    number, divisor = remainder.operation.operands[0], _literal(remainder.operation.operands[1])
    if divisor is None or divisor <= 0 or divisor & (divisor - 1):
        return None
    while not isinstance(number.owner, ir.Block) and number.owner.operation.name in ("arith.extsi", "arith.extui"):
        inner = number.owner.operation.operands[0]
        if divisor > 1 << (width_of(str(inner.type)) - 1):
            break
        number = inner
    return number, divisor


def _literal(value: ir.Value) -> int | None:
    if isinstance(value.owner, ir.Block) or value.owner.operation.name != "arith.constant":
        return None
    return ir.IntegerAttr(value.owner.operation.attributes["value"]).value


def _nothing_else() -> Expression:
    """A value that equals nothing, itself in another place included."""
    return ("a value of its own", object())
