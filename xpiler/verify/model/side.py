"""One side of a comparison: a module's unit of translation run once on given sizes, every buffer element a symbol."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from mlir import ir

from xpiler.platforms.names import HOST_PLATFORMS
from xpiler.platforms.target import target_of
from xpiler.verify import pairing, signature
from xpiler.verify.limits import Budget, NotModelled
from xpiler.verify.model import (  # noqa: F401 - they register operations
    bang,
    control,
    fragments,
    host,
    meanings,
    memory_ops,
    scalar_ops,
    simt,
    tiles,
    vector_ops,
    written_accesses,
    written_control,
    written_scalars,
)
from xpiler.verify.model.accesses import ChosenAccesses
from xpiler.verify.model.integers import width_of, wrapped
from xpiler.verify.model.memory import SIZES, Buffer, Contents, Pointer
from xpiler.verify.model.program import Machine, Program, Thread
from xpiler.verify.model.races import AccessLog
from xpiler.verify.sampling import ParameterInfo
from xpiler.verify.terms.term import Value, make, trusting


@dataclass
class Outcome:
    """The parameter buffers after the run, by position, and what was noted on the way."""

    buffers: dict[int, Buffer] = field(default_factory=dict)
    approximations: frozenset[str] = frozenset()
    assumed: frozenset[str] = frozenset()
    not_null: frozenset[str] = frozenset()  # parameters that were tested for null, and taken not to be
    covered: frozenset[tuple[str, str]] = frozenset()  # see verify.coverage
    is_cut: bool = False  # whether blocks, tasks or parallel iterations were left out

    def open_ended(self) -> frozenset[int]:
        """The buffers that data chooses elements of, and of which nobody states how many there are."""
        return frozenset(i for i, b in self.buffers.items() if b.is_open)

    def extents(self) -> dict[int, tuple[int, bool]]:
        """Bytes of each buffer, and whether the launcher states them (else they are the accesses' footprint)."""
        return {i: (b.copied, True) if b.copied else (b.reach, False) for i, b in self.buffers.items()}


@dataclass(frozen=True)
class Unit:
    """What is compared: a launcher where there is one, else the kernel of a platform that needs no launch, or the only function."""

    function: ir.Operation
    parameters: list[ParameterInfo]
    types: list[str]
    positions: tuple[int, ...]  # of those parameters that are data, among all: a stream is none

    @staticmethod
    def of(module: ir.Module, kernel: str = "") -> Unit:
        """The unit of a module, a launcher on host pointers before one on device pointers. NotModelled where a geometry is missing."""
        return Unit.at(_unit_function(module, kernel))

    @staticmethod
    def others(module: ir.Module) -> list[Unit]:
        """The launchers beside the unit of a module that must do the same."""
        return [Unit.at(function) for function in pairing.beside(module)]

    @staticmethod
    def at(function: ir.Operation) -> Unit:
        """A function as a unit."""
        kinds = list(ir.FunctionType(ir.TypeAttr(function.attributes["function_type"]).value).inputs)
        positions = signature.data_positions(function)
        types = [str(ir.MemRefType(t).element_type if isinstance(t, ir.MemRefType) else t) for t in (kinds[i] for i in positions)]
        return Unit(function, signature.parameters_of(function), types, positions)

    @property
    def name(self) -> str:
        """The function's symbol."""
        return ir.StringAttr(self.function.attributes["sym_name"]).value

    @property
    def is_on_device(self) -> bool:
        """Whether the function takes memory of the device, which kernels access in parallel."""
        return signature.kind_of(self.function) == "device"

    @property
    def is_callable(self) -> bool:
        """Whether the text has the function and a host can call it."""
        attributes = self.function.attributes
        return signature.STATED not in attributes and ("xpiler.launcher" in attributes or "xpiler.kernel" in attributes)


def _arguments(function: ir.Operation) -> list[ir.Value]:
    return list(function.regions[0].blocks[0].arguments)


def _unit_function(module: ir.Module, kernel: str) -> ir.Operation:
    chosen = signature.chosen(module)
    if chosen:
        return signature.entries(module)[chosen]
    kernels = signature.functions(module, "xpiler.kernel")
    if kernels and _needs_launch(module):
        raise NotModelled("a kernel without a launcher or a stated geometry")
    if kernels:
        return signature.kernel(module, kernel or None).function
    functions = [op.operation for op in module.body.operations if op.operation.name == "func.func"]
    if len(functions) != 1:
        raise NotModelled("a module with several functions, none of them a kernel or a launcher")
    return functions[0]


def _needs_launch(module: ir.Module) -> bool:
    """Whether the module is text of a platform whose kernels are launched; in shared form a kernel is all of its launch."""
    target = target_of(module)
    return target is not None and target.platform not in (*HOST_PLATFORMS, "shared")


def run(
    module: ir.Module,
    unit: Unit,
    names: list[str],
    sizes: dict[str, int],
    extents: dict[int, int],
    budget: Budget,
    *,
    in_part: bool = False,
    program: Program | None = None,
    contents: Contents | None = None,
    data_accesses: ChosenAccesses | None = None,
    open_ended: frozenset[int] = frozenset(),
) -> Outcome:
    """Runs the unit; `names` names the symbols (both sides use the source's), `extents` bounds buffers, in bytes.

    `in_part`: only the first and last blocks or tasks of its launches run. `program` is the module compiled, where somebody has it.
    `data_accesses`: what is done at addresses that depend on data, which there are none of where nobody gives it. `open_ended`: buffers of
    which the extent is only what is accessed otherwise.
    `contents`: what the buffers hold at first, where it is not a symbol for each element; nothing is proved by such a run.
    """
    program = program or _program_of(module)
    machine = Machine(program, budget, in_part=in_part, data_accesses=data_accesses)
    outcome = Outcome()
    arguments: list[object] = [None] * len(_arguments(unit.function))
    for position, (parameter, type_) in enumerate(zip(unit.parameters, unit.types, strict=True)):
        if parameter.is_pointer:
            buffer = Buffer(
                names[position], type_, extents.get(position), is_parameter=True, contents=contents, is_open=position in open_ended
            )
            if unit.is_on_device:
                buffer.log = AccessLog()
                machine.logs.append(buffer.log)
            outcome.buffers[position] = buffer
            arguments[unit.positions[position]] = Pointer(buffer, 0)
        else:
            arguments[unit.positions[position]] = _scalar(names[position], type_, sizes)
    said = data_accesses.said if data_accesses is not None else set()
    with trusting(said, listens=data_accesses is not None and data_accesses.of_source is None):
        control.call(program.functions[unit.name], arguments, Thread(machine))
    outcome.approximations = frozenset(machine.approximations)
    outcome.assumed = frozenset(machine.assumed)
    outcome.not_null = frozenset(machine.not_null)
    outcome.covered = frozenset(machine.covered)
    outcome.is_cut = machine.is_cut
    return outcome


_kept: dict[int, tuple[ir.Module, Program]] | None = None  # None: nothing is kept
MOST_KEPT = 4


@contextmanager
def kept_programs() -> Iterator[None]:
    """Inside, a module is compiled once for all rows of sizes. Nobody may change a module meanwhile: a program is known by its module."""
    global _kept
    outer, _kept = _kept, {} if _kept is None else _kept
    try:
        yield
    finally:
        _kept = outer


def _program_of(module: ir.Module) -> Program:
    """The program of a module; what a run changes is in its threads, so that a kept one serves again."""
    if _kept is None:
        return Program(module)
    found = _kept.get(id(module))
    if found is None or found[0] is not module:
        while len(_kept) >= MOST_KEPT:
            del _kept[next(iter(_kept))]
        found = _kept[id(module)] = (module, Program(module))
    return found[1]


def _scalar(name: str, type_: str, sizes: dict[str, int]) -> Value:
    """A float argument is a symbol, an integer one the number given for it."""
    if type_[0] != "i":
        return make("leaf", name, 0, type_)
    if name not in sizes:
        raise NotModelled(f"no value for parameter '{name}': give it with --sizes {name}=<number>")
    return wrapped(sizes[name], width_of(type_))


def element_size(buffer: Buffer) -> int:
    """Bytes of an element."""
    return SIZES[buffer.element]
