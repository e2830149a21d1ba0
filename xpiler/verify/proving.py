"""A proof of two files in a child process, and all the parent needs to run them afterwards."""

from __future__ import annotations

import resource
from dataclasses import dataclass, replace

from mlir import ir

from xpiler.diagnostics import InvalidInput, Unsupported
from xpiler.verify import signature
from xpiler.verify.isolation import isolated
from xpiler.verify.limits import OutOfMemory, OutOfTime
from xpiler.verify.model import side
from xpiler.verify.pairing import pair, uncompared
from xpiler.verify.programs import ProgramFile
from xpiler.verify.prover import Proof
from xpiler.verify.reference import Reference, reference
from xpiler.verify.sampling import ParameterInfo
from xpiler.verify.stages import staged
from xpiler.verify.validator import Sizes
from xpiler.verify.verdict import Answer, Verdict

SECONDS = 30.0
MEMORY_BYTES = 2 << 30
Function = tuple[str, list[ParameterInfo], signature.Convention]  # what is called of the source: symbol, parameters, and how


@dataclass(frozen=True)
class Spent:
    """What a proof may cost: seconds of an idle core for each of its stages, counted in steps, and bytes of memory."""

    seconds: float = SECONDS
    memory_bytes: int = MEMORY_BYTES


@dataclass(frozen=True)
class Proved:
    """What came out of the child: the answer, the sizes it proved, where it stumbled, and a float64 run of the source.

    Sizes come with the elements of every buffer there. `stumble` is the row at which the texts were not shown equal; its elements are None
    where the source itself stumbles.
    """

    answer: Answer
    rows: tuple[tuple[Sizes, dict[str, int]], ...] = ()
    stumble: tuple[Sizes, dict[str, int] | None] | None = None
    reference: Reference | None = None
    function: Function | None = None
    source_fails: bool = False  # at some sizes that were tried, also where others are proved
    seconds: float = 0.0  # of processor time, its children's included
    peak_bytes: int = 0
    beyond: tuple[Sizes, ...] = ()  # rows outside of a proof for all sizes that the source takes

    @property
    def is_for_all_sizes(self) -> bool:
        """Whether the proof speaks of sizes that were not executed."""
        return self.answer.verdict is Verdict.PROVED and self.answer.is_for_all_sizes

    @property
    def stumbles_over_source(self) -> bool:
        """Whether the proof ended at a row at which the source itself does what it must not."""
        return self.stumble is not None and self.stumble[1] is None

    def executed(self) -> tuple[tuple[Sizes, dict[str, int]], ...]:
        """The rows at which both texts can be run: those proved, and the one that stumbles."""
        stumbled = [self.stumble] if self.stumble and self.stumble[1] else []
        return (*self.rows, *stumbled)


def prove_files(source: ProgramFile, target: ProgramFile, sizes: Sizes | None = None, spent: Spent | None = None, unit: str = "") -> Proved:
    """The verdict of the stages on two files; without `sizes` they choose, `unit` names the launcher of the source that is compared.

    Raises InvalidInput where a file is wrong.
    """
    spent = spent or Spent()
    try:
        return isolated(lambda: _proved(source, target, sizes or {}, spent.seconds, unit), spent.seconds, spent.memory_bytes)
    except OutOfTime:
        return Proved(Answer(Verdict.TIMEOUT, f"not decided within {spent.seconds:g} seconds"))
    except OutOfMemory:
        return Proved(Answer(Verdict.UNSUPPORTED, f"the proof needs more than {spent.memory_bytes >> 20} MiB"))
    except Unsupported as error:
        return Proved(Answer(Verdict.UNSUPPORTED, error.diagnostics[0].message))


def _proved(source: ProgramFile, target: ProgramFile, sizes: Sizes, seconds: float, unit: str) -> Proved:
    start = _processor_seconds()
    modules = [source.module(), target.module()]
    pair(*modules, unit)
    proof = staged(*modules, sizes, seconds)
    stumble = None if proof.stumble is None else (proof.stumble.sizes, proof.stumble.extents)
    found = _reference(modules[0], proof)
    answer = proof.answer
    if answer.verdict is Verdict.PROVED:
        answer = replace(answer, notes=(*answer.notes, *map(_uncompared, uncompared(*modules))))
    costs = {"seconds": _processor_seconds() - start, "peak_bytes": _peak()}
    return Proved(answer, proof.rows, stumble, found, _function(modules[0]), proof.source_fails, **costs, beyond=proof.beyond)


def _uncompared(name: str) -> str:
    return f"not compared: {name}, which the source has not"


def _processor_seconds() -> float:
    """Of this process and of its children: the proof for all sizes is made in one."""
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def _peak() -> int:
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) << 10


def _function(module: ir.Module) -> Function | None:
    try:
        unit = side.Unit.of(module)
    except (Unsupported, InvalidInput):
        return None
    return (unit.name, unit.parameters, signature.convention_of(unit.function)) if unit.is_callable else None


def _reference(module: ir.Module, proof: Proof) -> Reference | None:
    """A float64 run of the source at its first sizes, where the model can make one."""
    if proof.executed is None:
        return None
    sizes, outcome = proof.executed
    try:
        return reference(outcome, side.Unit.of(module).parameters, sizes)
    except Unsupported:
        return None
