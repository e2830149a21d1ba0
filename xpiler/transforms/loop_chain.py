"""loop-chain: neighbouring parallel loops that hand a private array on, element by element, become one loop.

    forall j { m[j] = b * M[j] + g[j] }  forall j { M[j] = m[j] }  forall j { P[j] = P[j] - m[j] }
      becomes  forall j { m = b * M[j] + g[j]; M[j] = m; P[j] = P[j] - m }

Tiles of an update in place are so: what they were made from is overwritten before they are read last, so that no load of them can be
computed anew (array-forward). Loops in between that run equally often go along.
"""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import effects_of, is_private, walk
from xpiler.passes import Pass
from xpiler.transforms.loop_fuse import fuse, why_not_fused
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import functions, is_pure_between, is_unit_forall, note_noalias, operations


class LoopChainPass(Pass):
    """Neighbouring parallel loops that hand a private array on become one loop."""

    name = "loop-chain"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            while any(_join_one(run) for run in _runs(function)):
                pass


def _runs(function: ir.Operation) -> list[list[ir.Operation]]:
    """Parallel loops of one length that follow each other, arithmetic and allocations aside."""
    found = []
    for block in dict.fromkeys(op.block for op in walk(function) if is_unit_forall(op)):
        run: list[ir.Operation] = []
        for op in operations(block):
            if is_unit_forall(op):
                run = [*run, op] if run and _equally_often(run[0], op) else [op]
                found.append(run)
            elif not is_pure_between(op) and op.name != "memref.alloca":
                run = []
    return [run for run in found if len(run) > 1]


def _equally_often(one: ir.Operation, other: ir.Operation) -> bool:
    forms = forms_of(one)
    return extent_form(forms, one) == extent_form(forms, other)


def _join_one(run: list[ir.Operation]) -> bool:
    """Fuses the last loop of a run with what lies between it and a loop that wrote what it reads."""
    last = run[-1]
    read = {buffer for buffer in effects_of(last).reads() if is_private(buffer)}
    writers = [at for at, loop in enumerate(run[:-1]) if read & set(effects_of(loop).writes())]
    if not writers:
        return False
    first = run[writers[-1]]
    for op in operations(first.block):
        if op.name == "memref.alloca" and first.is_before_in_block(op) and op.is_before_in_block(last):
            op.move_before(first)
    joined = False
    for loop in run[writers[-1] + 1 :]:
        if why_not_fused(first, loop):
            return joined
        note_noalias(first)
        fuse(first, loop)
        joined = True
    return joined
