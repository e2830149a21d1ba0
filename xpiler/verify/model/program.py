"""Functions of a module compiled to Python: simple operations as text (model.function_text), the others as closures over registers.

There is one register for each SSA value. A step is `step(registers, thread)`. A step that meets other threads (a barrier, a shuffle) is
a generator that yields a `Meeting`; a block with such a step is run by `yield from`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from mlir import ir

from xpiler.verify.limits import Budget, NotModelled
from xpiler.verify.model.accesses import ChosenAccesses
from xpiler.verify.model.block_memory import most_shared_bytes
from xpiler.verify.model.races import Stamp
from xpiler.verify.terms.normal_form import NormalForm
from xpiler.verify.terms.term import Value

Registers = list
Step = Callable[[Registers, "Thread"], object]


@dataclass
class Thread:
    """One thread, task or host: its coordinates, its place in the order of barriers, and what it sees."""

    machine: Machine
    coordinates: dict[str, int] = field(default_factory=dict)  # "thread_id x" -> number
    block: int = 0
    index: int = 0
    warp: int = 0
    epoch: int = 0
    warp_epoch: int = 0
    returned: bool = False
    shared: dict[object, object] = field(default_factory=dict)
    monitors: list = field(default_factory=list)
    copies: object = None
    recording: bool = False  # whether accesses belong to an asynchronous copy (model.copies)
    where: str = ""
    allocated: list = field(default_factory=list)
    guards: list = field(default_factory=list)  # (condition on data, whether it holds) of the branches around (model.guarded_stores)

    barriers: dict = field(default_factory=dict)  # how many in branches on data are behind: by (of the warp, the conditions)
    _stamps: dict[str, Stamp] = field(default_factory=dict)
    _guarded_stamps: dict[tuple, Stamp] = field(default_factory=dict)

    def stamp(self) -> Stamp:
        """Who accesses now: one object until the thread passes a barrier."""
        if self.guards:
            return self._guarded_stamp()
        found = self._stamps.get(self.where)
        if found is None:
            found = self._stamps[self.where] = Stamp(
                self.block, self.index, self.epoch, self.warp, self.warp_epoch, self.where, barriers=self.barriers
            )
        return found

    def _guarded_stamp(self) -> Stamp:
        key = (self.where, *self.guards)
        found = self._guarded_stamps.get(key)
        if found is None:
            place = (self.block, self.index, self.epoch, self.warp, self.warp_epoch, self.where)
            found = self._guarded_stamps[key] = Stamp(*place, tuple(self.guards), self.machine.data_accesses, self.barriers)
        return found

    def pass_barrier(self, *, of_warp: bool = False) -> None:
        """A barrier of the block, or of the warp, is behind the thread."""
        if self.guards:
            key = (of_warp, tuple(self.guards))
            self.barriers = {**self.barriers, key: self.barriers.get(key, 0) + 1}
        elif of_warp:
            self.warp_epoch += 1
        else:
            self.epoch += 1
        self._stamps.clear()
        self._guarded_stamps.clear()


ITERATIONS_AT_AN_END = 64
MOST_BLOCKS_OF_A_PART = 2


@dataclass
class Machine:
    """What all threads of a run share: the program, the limits, and everything noted on the way."""

    program: Program
    budget: Budget
    approximations: set[str] = field(default_factory=set)
    assumed: set[str] = field(default_factory=set)  # what must hold and cannot be seen, in words
    not_null: set[str] = field(default_factory=set)  # parameters that the program tests for null
    covered: set[tuple[str, str]] = field(default_factory=set)  # what verify.coverage counts: (place, event)
    logs: list = field(default_factory=list)
    data_accesses: ChosenAccesses | None = None  # None: no address depends on data
    is_cut: bool = False  # whether something did not run
    in_part: bool = False  # whether only the ends of a launch or of a parallel loop run (verify.row_in_part)
    _forms: NormalForm | None = None

    def alike(self, a: Value, b: Value, type_: str) -> bool:
        """Whether two values of an element type are equal for all inputs."""
        self._forms = self._forms or NormalForm(self.budget)
        return self._forms.equal(a, b, type_)

    def chosen(self, count: int) -> Iterable[int]:
        """The numbers of the blocks or tasks of a launch that run."""
        if not self.in_part or count <= MOST_BLOCKS_OF_A_PART:
            return range(count)
        self.is_cut = True
        return (0, count - 1)

    def iterations(self, numbers: range) -> Iterable[int]:
        """The iterations of a parallel loop of the text that run."""
        if not self.in_part or len(numbers) <= 2 * ITERATIONS_AT_AN_END:
            return numbers
        self.is_cut = True
        return (*numbers[:ITERATIONS_AT_AN_END], *numbers[-ITERATIONS_AT_AN_END:])


@dataclass(frozen=True)
class Meeting:
    """Where a thread waits for others: the operation, its step's site, and its operands."""

    site: object
    kind: str
    operands: tuple = ()


@dataclass(frozen=True)
class Code:
    """A compiled block: its text as a function (a generator where threads meet), arguments, and what its terminator hands on."""

    function: Callable
    arguments: tuple[int, ...]
    results: tuple[int, ...]
    meets: bool

    def run(self, registers: Registers, thread: Thread) -> None:
        """Runs a block in which no thread meets another."""
        self.function(registers, thread)

    def run_meeting(self, registers: Registers, thread: Thread) -> Iterator[Meeting]:
        """Runs a block as a generator."""
        if self.meets:
            yield from self.function(registers, thread)
        else:
            self.function(registers, thread)


@dataclass(frozen=True)
class Function:
    """A compiled function."""

    name: str
    code: Code
    registers: int
    operation: ir.Operation


Compile = Callable[["Compiler", ir.Operation], tuple[Step, bool] | Step]
COMPILERS: dict[str, Compile] = {}


def compiles(*names: str) -> Callable[[Compile], Compile]:
    """Registers how an operation is compiled."""

    def register(function: Compile) -> Compile:
        for name in names:
            COMPILERS[name] = function
        return function

    return register


# Operations whose effect is more than their results: a block that holds one runs only where its condition is known.
EFFECTS = frozenset({"memref.store", "vector.store", "vector.maskedstore", "scf.while", "scf.for", "scf.forall", "func.call", "cf.assert"})


class Program:
    """The functions of a module by name."""

    def __init__(self, module: ir.Module):
        self.functions: dict[str, Function] = {}
        self.target = module.operation.attributes["xpiler.target"] if "xpiler.target" in module.operation.attributes else None
        self._module, self.most_shared_bytes = module, most_shared_bytes(module)
        for op in module.body.operations:
            operation = op.operation
            if operation.name == "func.func":
                self.functions[ir.StringAttr(operation.attributes["sym_name"]).value] = Compiler(self).function(operation)
            elif operation.name != "memref.global":
                raise NotModelled(f"'{operation.name}' at the top of a module")

    def compile_again(self, operations: Iterable[ir.Operation]) -> None:
        """Compiles functions that were changed; what starts or calls the others finds them as they were."""
        for operation in operations:
            function = Compiler(self).function(operation)
            self.functions[function.name] = function


class Compiler:
    """Compiles one function."""

    def __init__(self, program: Program):
        self.program = program
        self._registers: dict[ir.Value, int] = {}

    def register(self, value: ir.Value) -> int:
        """The register of an SSA value."""
        return self._registers.setdefault(value, len(self._registers))

    def registers(self, values: Iterator[ir.Value]) -> tuple[int, ...]:
        """The registers of several values."""
        return tuple(self.register(v) for v in values)

    def function(self, operation: ir.Operation) -> Function:
        """The compiled `func.func`."""
        name = ir.StringAttr(operation.attributes["sym_name"]).value
        if not operation.regions[0].blocks:
            raise NotModelled(f"'{name}' has no body")
        code = self.block(operation.regions[0].blocks[0])
        return Function(name, code, len(self._registers), operation)

    def block(self, block: ir.Block) -> Code:
        """A block; its terminator's operands are its results."""
        from xpiler.verify.model.function_text import FunctionText

        arguments = self.registers(block.arguments)
        text = FunctionText(self)
        text.arguments(block)
        terminator = text.block(block)
        results = self.registers(terminator.operands) if terminator is not None else ()
        return Code(text.function(), arguments, results, text.meets)

    def operation(self, operation: ir.Operation) -> tuple[Step, bool] | Step:
        """One operation; NotModelled, by name, where the model has no meaning for it."""
        compile_it = COMPILERS.get(operation.name) or COMPILERS.get(operation.name.partition(".")[0] + ".*")
        if compile_it is None:
            raise NotModelled(f"'{operation.name}' has no meaning in the model")
        return compile_it(self, operation)


COORDINATES = frozenset(f"{of}.{word}" for of in ("cuda", "hip") for word in ("thread_id", "block_id", "block_dim", "grid_dim"))
TERMINATORS = frozenset({"func.return", "scf.yield", "scf.forall.in_parallel", "scf.condition"})


def is_pure(operation: ir.Operation) -> bool:
    """Whether an operation only computes: it, or a branch with all that is in it, may run where its condition does not hold."""
    if operation.name == "scf.if":
        return all(is_pure(op.operation) for region in operation.regions for block in region for op in block.operations)
    return (
        operation.name in TERMINATORS
        or operation.name == "memref.load"
        or operation.name in COORDINATES
        or (operation.name.partition(".")[0] in ("arith", "math", "vector") and operation.name not in EFFECTS)
    )


def located(operation: ir.Operation, step: Step) -> Step:
    """The step of an operation that accesses memory: its place is noted first."""
    where = place_of(operation)

    def run(registers: Registers, thread: Thread) -> None:
        thread.where = where
        step(registers, thread)

    return run if where else step


def place_of(operation: ir.Operation) -> str:
    """Where an operation comes from, as `file:line:column` when its location says so; a meaning's operations have no place."""
    location = _file_location(operation)
    if location is None or location.filename == "-":
        return ""
    return f"{location.filename}:{location.start_line}:{location.start_col}"


def _file_location(operation: ir.Operation) -> ir.Location | None:
    location = operation.location
    while location.is_a_name():
        location = location.child_loc
    return location if location.is_a_file() else None
