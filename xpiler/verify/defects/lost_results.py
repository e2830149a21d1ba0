"""Launchers that copy nothing back: what their kernels write into device memory of their own reaches nobody."""

from __future__ import annotations

from mlir import ir

from xpiler.dialects.words import word
from xpiler.verify import signature
from xpiler.verify.calls import arguments_of
from xpiler.verify.defects.defect import SourceDefect
from xpiler.verify.defects.executions import placed
from xpiler.verify.model.program import place_of
from xpiler.verify.model.side import Unit

KIND = "lost-result"
HINT = "copy the result to the host behind the launch; --assume-valid takes the source as it is"
COPY, LAUNCH = "xpiler.copy", "xpiler.launch"
TO_HOST = "d2h"
SOURCE = 0  # the operand of a copy that is read


def lost_results(module: ir.Module) -> list[SourceDefect]:
    """A warning about the launcher of a program in platform form, at its last launch, where each of its pointers is only copied from."""
    function = Unit.of(module).function
    launches = [op for op in signature.inside(function) if op.name == LAUNCH]
    if any(op.name == COPY and word(op.attributes["kind"]) == TO_HOST for op in signature.inside(function)):
        return []  # into memory of its own, which it prints, say
    pointers = [argument for argument in arguments_of(function) if isinstance(argument.type, ir.MemRefType | ir.UnrankedMemRefType)]
    uses = [use for pointer in pointers for use in pointer.uses]
    if not launches or not uses or any(use.owner.operation.name != COPY or use.operand_number != SOURCE for use in uses):
        return []
    return [SourceDefect(KIND, "nothing that the kernel writes is copied back", placed(place_of(launches[-1])), {}, hint=HINT)]
