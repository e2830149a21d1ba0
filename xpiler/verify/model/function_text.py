"""The Python text of one block: what its operations do, written out, so that no closure is called for simple ones.

A value is a local variable where every operation that uses it is written out too; else it also lives in its register, where closures
find it. Operations that nobody writes out (`model.written_ops`) are calls of their closure.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from mlir import ir

if TYPE_CHECKING:
    from xpiler.verify.model.program import Compiler

Writer = Callable[["FunctionText", ir.Operation], None]
# How an operation is written out, and whether this one can be.
WRITERS: dict[str, tuple[Writer, Callable[[ir.Operation], bool]]] = {}


def writes(*names: str, where: Callable[[ir.Operation], bool] = lambda op: True) -> Callable[[Writer], Writer]:
    """Registers how operations are written out."""

    def register(writer: Writer) -> Writer:
        for name in names:
            WRITERS[name] = (writer, where)
        return writer

    return register


def writer_of(operation: ir.Operation) -> Writer | None:
    """How an operation is written out; None where it is a closure's."""
    writer, takes = WRITERS.get(operation.name, (None, None))
    return writer if writer is not None and takes(operation) else None


def _is_read_here(use: ir.Operation, home: ir.Operation, is_inlined: bool) -> bool:
    """Whether the text that defines a value, in a block of `home`, also writes out an operation that uses it."""
    from xpiler.verify.model.program import TERMINATORS

    operation = use
    if operation.name in TERMINATORS and operation.parent.operation != home:
        operation = operation.parent.operation
    elif operation.name in TERMINATORS:
        return is_inlined or writer_of(home) is not None
    while operation != home:
        if writer_of(operation) is None:
            return False
        operation = operation.parent.operation
    return True


class FunctionText:
    """The text of `def run(R, T)` as it is written: R the registers, T the thread."""

    def __init__(self, compiler: Compiler):
        self.compiler = compiler
        self.lines: list[str] = []
        self.depth = 1
        self.meets = False
        self._names: dict[ir.Value, str] = {}
        self._namespace: dict[str, object] = {}
        self._inlined: list[ir.Operation] = []

    def line(self, text: str) -> None:
        """One more line at the current depth."""
        self.lines.append(f"{' ' * self.depth}{text}")

    def constant(self, value: object) -> str:
        """A name for an object of the compiler's."""
        name = f"c{len(self._namespace)}"
        self._namespace[name] = value
        return name

    def read(self, value: ir.Value) -> str:
        """The expression of a value."""
        return self._names.get(value) or f"R[{self.compiler.register(value)}]"

    def reads(self, values: ir.OpOperandList) -> list[str]:
        """The expressions of several values."""
        return [self.read(v) for v in values]

    def name(self, value: ir.Value) -> str:
        """The local variable that a value is assigned to."""
        self._names[value] = name = f"v{self.compiler.register(value)}"
        return name

    def rename(self, value: ir.Value, expression: str) -> None:
        """A value that is nothing but an expression."""
        self._names[value] = expression
        self.assigned(value)

    def assigned(self, value: ir.Value) -> None:
        """A value's variable has been assigned: it goes to its register too where closures want it."""
        home = value.owner.owner.operation if isinstance(value, ir.BlockArgument) else value.owner.operation.parent.operation
        if any(not _is_read_here(use.owner.operation, home, home in self._inlined) for use in value.uses):
            self.line(f"R[{self.compiler.register(value)}] = {self._names[value]}")

    def arguments(self, block: ir.Block) -> None:
        """The arguments of a function, which are in their registers, as variables."""
        for argument in block.arguments:
            register = f"R[{self.compiler.register(argument)}]"
            self.line(f"{self.name(argument)} = {register}")

    def callee(self, block: ir.Block) -> list[ir.Value]:
        """Writes out the body of a function that is called; what it returns."""
        self._inlined.append(block.owner.operation)
        terminator = self.block(block)
        self._inlined.pop()
        return list(terminator.operands)

    def block(self, block: ir.Block) -> ir.Operation | None:
        """Writes the operations of a block out; its terminator, which the caller writes."""
        from xpiler.verify.model.program import TERMINATORS

        operations = [op.operation for op in block.operations]
        if not self._inlined:
            self.line(f"spend({sum(map(_steps, operations))})")
        for operation in operations:
            if operation.name not in TERMINATORS:
                self._operation(operation)
        return operations[-1] if operations and operations[-1].name in TERMINATORS else None

    def _operation(self, operation: ir.Operation) -> None:
        from xpiler.verify.model.noted_choices import note_choice

        writer = writer_of(operation)
        if writer is not None:
            writer(self, operation)
        else:
            compiled = self.compiler.operation(operation)
            step, meets = compiled if isinstance(compiled, tuple) else (compiled, False)
            self.meets = self.meets or meets
            self.line(f"{'yield from ' if meets else ''}{self.constant(step)}(R, T)")
        note_choice(self, operation)

    def spend_before(self, loop: int, trips: str) -> None:
        """The steps of a loop's own block, whose first line is at `loop`, all at once before it."""
        prefix = f"{' ' * (self.depth + 1)}spend("
        at = next((i for i in range(loop + 1, len(self.lines)) if self.lines[i].startswith(prefix)), None)
        if at is not None:
            steps = self.lines.pop(at)[len(prefix) : -1]
            if len(self.lines) == loop + 1:  # a loop that does nothing needs a statement
                self.lines.append(f"{' ' * (self.depth + 1)}pass")
            self.lines.insert(loop, f"{' ' * self.depth}spend({steps} * {trips})")

    def function(self) -> Callable:
        """The compiled text."""
        text = "\n".join(["def run(R, T):", " spend = T.machine.budget.spend", *self.lines])
        exec(compile(text, "<block>", "exec"), self._namespace)
        return self._namespace["run"]


LANES_A_STEP = 16


def _steps(operation: ir.Operation) -> int:
    """What an operation counts: one on vectors makes a term for every lane."""
    shapes = [ir.VectorType(v.type).shape for v in (*operation.operands, *operation.results) if isinstance(v.type, ir.VectorType)]
    return 1 + max((math.prod(shape) for shape in shapes), default=0) // LANES_A_STEP
