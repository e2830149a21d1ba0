"""What the search knows of the program it mends: its kernel's operations, its constants, what is in scope where."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from mlir import ir

from xpiler.repair.edit import is_integer, number_of

LIKELIEST = 12  # values in scope that are tried for one operand


def kernel_operations(module: ir.Module) -> list[ir.Operation]:
    """The operations of the kernels in program order."""
    return _operations([f for f in functions(module) if not is_launcher(f)])


def functions(module: ir.Module) -> list[ir.Operation]:
    """The functions of a module, launchers too."""
    return [op.operation for op in module.body.operations if op.operation.name == "func.func"]


def is_launcher(function: ir.Operation) -> bool:
    """Whether a function is the host's."""
    return "xpiler.launcher" in function.attributes


def _operations(chosen: list[ir.Operation]) -> list[ir.Operation]:
    found: list[ir.Operation] = []
    for function in chosen:
        function.walk(lambda op: (found.append(op), ir.WalkResult.ADVANCE)[1], ir.WalkOrder.PRE_ORDER)
    return [op for op in found if op.name not in ("func.func", "arith.constant", "xpiler.assume", "xpiler.extent")]


def suspected(module: ir.Module, ran: frozenset[str]) -> list[ir.Operation]:
    """The operations of the functions that `ran` (of all, where it names none) from which something follows, in program order.

    What only tells what holds (sizes that are not negative, extents) does nothing.
    """
    operations = _operations(functions(module))
    matters: set[ir.Operation] = set()
    for op in reversed(operations):
        users = [use.owner.operation for result in op.results for use in result.uses]
        if not users or len(op.regions) or any(user in matters for user in users):
            matters.add(op)
    return [op for op in operations if op in matters and (not ran or name_of(function_of(op)) in ran)]


def function_of(op: ir.Operation) -> ir.Operation:
    """The function that an operation is in."""
    while op.name != "func.func":
        op = op.parent.operation
    return op


def name_of(function: ir.Operation) -> str:
    """The symbol of a function."""
    return ir.StringAttr(function.attributes["sym_name"]).value


def kernel_constants(module: ir.Module) -> list[ir.Operation]:
    """The constants of the kernels that several operations use: a change there is a change of all of them."""
    found: list[ir.Operation] = []
    for function in module.body.operations:
        if function.operation.name == "func.func" and "xpiler.launcher" not in function.operation.attributes:
            function.operation.walk(lambda op: (found.append(op), ir.WalkResult.ADVANCE)[1])
    return [op for op in found if op.name == "arith.constant" and sum(1 for _ in op.results[0].uses) > 1]


def label(op: ir.Operation) -> str:
    """An operation in a message: its name, its kind, and where it is."""
    place = place_of(op)
    kind = f"<{str(op.attributes['kind']).partition('<')[2]}" if "kind" in op.attributes else ""
    return f"{place}: {op.name}{kind}" if place else f"{op.name}{kind}"


def place_of(op: ir.Operation) -> str:
    """line:column of an operation; empty where its location says none."""
    location = op.location
    while location.is_a_name():
        location = location.child_loc
    return f"{location.start_line}:{location.start_col}" if location.is_a_file() else ""


@dataclass
class Facts:
    """Constants of the suspect and of the source, names of values, scopes."""

    module: ir.Module
    source: ir.Module
    integers: list[int] = field(default_factory=list)
    floats: list[float] = field(default_factory=list)
    _uses: Counter = field(default_factory=Counter)
    _seen: dict[ir.Operation, list[ir.Value]] = field(default_factory=dict)
    _numbered: ir.AsmState = field(init=False)  # without it each name numbers all values of the function anew

    def __post_init__(self) -> None:
        self._numbered = ir.AsmState(self.module.operation)
        integers: set[int] = set()
        floats: dict[float, None] = {}
        for module in (self.source, self.module):
            for number in _constants(module):
                if isinstance(number, int):
                    integers.add(number)
                else:
                    floats[number] = None
        self.integers, self.floats = sorted(integers), list(floats)
        for op in kernel_operations(self.module):
            self._uses.update(int(n) for n in map(number_of, op.operands) if isinstance(n, int))

    def uses(self, number: int) -> int:
        """How often the suspect uses an integer constant."""
        return self._uses[number]

    def in_scope(self, op: ir.Operation, kind: ir.Type) -> list[ir.Value]:
        """Values of a type visible at an operation, nearest first; constants are left to other edits."""
        return list(itertools.islice((v for v in self._visible(op) if v.type == kind and number_of(v) is None), LIKELIEST))

    def loop_variables(self, op: ir.Operation, kind: ir.Type) -> list[ir.Value]:
        """Variables of the loops around an operation."""
        return [v for v in self._visible(op) if isinstance(v.owner, ir.Block) and v.type == kind and not _is_entry(v)][:3]

    def totals(self, op: ir.Operation, kind: ir.Type) -> list[ir.Value]:
        """Values that may be a whole extent: parameters, and upper bounds of the loops around."""
        bounds = [loop.operands[1] for loop in _parents(op) if loop.name == "scf.for"]
        bounds += [v for loop in _parents(op) if loop.name == "scf.forall" for v in loop.operands]
        parameters = [v for v in self._visible(op) if isinstance(v.owner, ir.Block) and _is_entry(v)]
        return [v for v in dict.fromkeys([*bounds, *parameters]) if v.type == kind][:4]

    def _visible(self, op: ir.Operation) -> list[ir.Value]:
        if op not in self._seen:
            self._seen[op] = list(_visible(op))
        return self._seen[op]

    def name(self, value: ir.Value) -> str:
        """A value in a message."""
        number = number_of(value)
        if number is not None:
            return str(number)
        location = value.location
        return location.name_str if location.is_a_name() else value.get_name(self._numbered).lstrip("%")


def _constants(module: ir.Module) -> Iterator[int | float]:
    found: list[int | float] = []

    def visit(op: ir.Operation) -> ir.WalkResult:
        if op.name == "arith.constant":
            number = number_of(op.results[0])
            if number is not None and (isinstance(number, float) or is_integer(op.results[0].type)):
                found.append(number)
        return ir.WalkResult.ADVANCE

    module.operation.walk(visit)
    yield from found


def _visible(op: ir.Operation) -> Iterator[ir.Value]:
    """Values that dominate an operation: inner blocks first, in each the nearest result first, then the block's arguments."""
    while op is not None and op.name != "builtin.module" and op.name != "func.func":
        block = op.block
        before = []
        for other in block.operations:
            if other.operation == op:
                break
            before.append(other.operation)
        for other in reversed(before):
            yield from other.results
        yield from block.arguments
        op = block.owner.operation


def _parents(op: ir.Operation) -> Iterator[ir.Operation]:
    op = op.parent.operation
    while op is not None and op.name != "func.func":
        yield op
        op = op.parent.operation


def _is_entry(value: ir.Value) -> bool:
    return value.owner.owner.operation.name == "func.func"
