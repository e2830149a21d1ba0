"""Whether two launchers of a module launch the same, one on device pointers beside one on the host's, say.

A proof for all sizes speaks of one launcher. Another one is covered by it where both launch the same kernels under the same
conditions, with geometries and arguments that are the same expressions of the parameters; device memory counts as the parameter that
it is copied from or to.
"""

from __future__ import annotations

from mlir import ir

from xpiler.verify import signature

Expression = tuple


def launch_alike(one: ir.Operation, other: ir.Operation) -> bool:
    """Whether two launchers launch the same."""
    return _Launcher(one).launches() == _Launcher(other).launches()


class _Launcher:
    """A launcher's launches as expressions of its parameters."""

    def __init__(self, function: ir.Operation):
        self._function = function
        self._block = function.regions[0].blocks[0]
        self._data = signature.data_positions(function)
        self._copied = self._copies()

    def launches(self) -> list[Expression]:
        """Every launch, in order: kernel, geometry, arguments, and the conditions above it."""
        found: list[Expression] = []

        def visit(operation: ir.Operation) -> ir.WalkResult:
            if operation.name in ("xpiler.launch", "xpiler.call"):
                found.append(self._launch(operation))
            return ir.WalkResult.ADVANCE

        self._function.walk(visit)
        return found

    def _launch(self, operation: ir.Operation) -> Expression:
        operands = tuple(self._expression(v) for v in operation.operands if not str(v.type).startswith("!xpiler.stream"))
        attributes = _attributes(operation)
        return (attributes, operands, self._above(operation))

    def _above(self, operation: ir.Operation) -> Expression:
        """The operations around a launch, with their operands: conditions, loops."""
        around = []
        parent = operation.operation.parent
        while parent.operation != self._function:
            around.append((parent.operation.name, tuple(self._expression(v) for v in parent.operation.operands)))
            parent = parent.operation.parent
        return tuple(around)

    def _expression(self, value: ir.Value) -> Expression:
        if value in self._copied:
            return self._copied[value]
        if isinstance(value.owner, ir.Block):
            return self._argument(value)
        operation = value.owner.operation
        return (
            operation.name,
            ir.OpResult(value).result_number,
            _attributes(operation),
            tuple(self._expression(v) for v in operation.operands),
        )

    def _argument(self, value: ir.Value) -> Expression:
        if value.owner != self._block:
            return ("a value of its own", id(self))  # a loop's variable equals nothing
        position = ir.BlockArgument(value).arg_number
        return ("parameter", sum(other < position for other in self._data))

    def _copies(self) -> dict[ir.Value, Expression]:
        """Device memory that is copied from or to a parameter."""
        found: dict[ir.Value, Expression] = {}

        def visit(operation: ir.Operation) -> ir.WalkResult:
            if operation.name == "xpiler.copy":
                source, target = operation.operands[0], operation.operands[1]
                for device, host in ((target, source), (source, target)):
                    if host in list(self._block.arguments):
                        found.setdefault(device, self._argument(host))
            return ir.WalkResult.ADVANCE

        self._function.walk(visit)
        return found


def _attributes(operation: ir.Operation) -> Expression:
    """What an operation says beside its operands; how many operands of each kind it has differs by the stream."""
    return tuple(sorted((name, str(operation.attributes[name])) for name in operation.attributes if name != "operandSegmentSizes"))
