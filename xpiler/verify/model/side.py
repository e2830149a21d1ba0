"""One side of a comparison: a module's unit of translation run once on given sizes, every buffer element a symbol."""

from __future__ import annotations

from dataclasses import dataclass, field

from mlir import ir

from xpiler.verify import signature
from xpiler.verify.limits import Budget, NotModelled
from xpiler.verify.model import bang, control, forall, host, meanings, memory_ops, scalar_ops, simt, vector_ops  # noqa: F401 - they register operations
from xpiler.verify.model.integers import width_of, wrapped
from xpiler.verify.model.memory import SIZES, Buffer, Pointer
from xpiler.verify.model.program import Machine, Program, Thread
from xpiler.verify.sampling import ParameterInfo
from xpiler.verify.terms.term import Value, make


@dataclass
class Outcome:
    """The parameter buffers after the run, by position, and what was noted on the way."""

    buffers: dict[int, Buffer] = field(default_factory=dict)
    approximations: frozenset[str] = frozenset()

    def extents(self) -> dict[int, tuple[int, bool]]:
        """Bytes of each buffer, and whether the launcher states them (else they are the accesses' footprint)."""
        return {i: (b.copied, True) if b.copied else (b.reach, False) for i, b in self.buffers.items()}


@dataclass(frozen=True)
class Unit:
    """What is compared: the host launcher where there is one, else the kernel of a platform that needs no launch."""

    function: ir.Operation
    parameters: list[ParameterInfo]
    types: list[str]

    @staticmethod
    def of(module: ir.Module, kernel: str = "") -> Unit:
        """The unit of a module. NotModelled where a launch geometry is missing."""
        found = signature.host_launcher(module)
        if found is None:
            if '"vnni"' not in str(module.operation.attributes["xpiler.target"]):
                raise NotModelled("a kernel without a host launcher")
            found = signature.kernel(module, kernel or None)
        kinds = ir.FunctionType(ir.TypeAttr(found.function.attributes["function_type"]).value).inputs
        types = [str(ir.MemRefType(t).element_type if isinstance(t, ir.MemRefType) else t) for t in kinds]
        return Unit(found.function, found.parameters, types)

    @property
    def name(self) -> str:
        """The function's symbol."""
        return ir.StringAttr(self.function.attributes["sym_name"]).value


def run(module: ir.Module, unit: Unit, names: list[str], sizes: dict[str, int], extents: dict[int, int], budget: Budget) -> Outcome:
    """Runs the unit; `names` names the symbols (both sides use the source's), `extents` bounds buffers, in bytes."""
    program = Program(module)
    machine = Machine(program, budget)
    outcome = Outcome()
    arguments: list[object] = []
    for position, (parameter, type_) in enumerate(zip(unit.parameters, unit.types, strict=True)):
        if parameter.is_pointer:
            buffer = Buffer(names[position], type_, extents.get(position), is_parameter=True)
            outcome.buffers[position] = buffer
            arguments.append(Pointer(buffer, 0))
        else:
            arguments.append(_scalar(names[position], type_, sizes))
    control.call(program.functions[unit.name], arguments, Thread(machine))
    outcome.approximations = frozenset(machine.approximations)
    return outcome


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
