"""loop-initialise: constants that a parallel loop stores move into the parallel loop that goes on from them.

    forall i { C[i] = 0 }                       forall i {
    forall i { for k { C[i] += f(i, k) } }        C[i] = 0
                                                  for k { C[i] += f(i, k) }
                                                }

Sums in memory that all see, begun apart from where they are added up, could not become accumulators of their loops otherwise.
Private arrays are forwarded (array-forward) and stay as they are.
"""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.effects import defining, effects_of, is_private, walk
from xpiler.passes import Pass
from xpiler.transforms.loop_fuse import fuse, why_not_fused
from xpiler.transforms.rewriting import functions, is_unit_forall, operations


class LoopInitialisePass(Pass):
    """Loops that only store constants are joined to the ones that read and write these elements."""

    name = "loop-initialise"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for first in [inner for inner in walk(function) if is_unit_forall(inner)]:
                second = _next_parallel_loop(first)
                if second is not None and _initialises(first, second) and not why_not_fused(first, second):
                    fuse(first, second)
                    break  # the list is of loops as they were


def _next_parallel_loop(first: ir.Operation) -> ir.Operation | None:
    """The parallel loop behind a loop in its block, if it is the next one with anything inside."""
    siblings = operations(first.block)
    after = siblings[siblings.index(first) + 1 :]
    second = next((op for op in after if len(op.regions)), None)
    return second if second is not None and is_unit_forall(second) else None


def _initialises(first: ir.Operation, second: ir.Operation) -> bool:
    """Whether a loop does nothing but store constants to arrays of which the other one reads and writes elements."""
    ours, theirs = effects_of(first), effects_of(second)
    if ours.unknown is not None or not ours.accesses or any(a.reads or not _stores_a_constant(a.op) for a in ours.accesses):
        return False
    return all(a.buffer in theirs.reads() & theirs.writes() and not is_private(a.buffer) for a in ours.accesses)


def _stores_a_constant(op: ir.Operation) -> bool:
    value = defining(op.operands[0]) if op.name == "memref.store" else None
    return value is not None and value.name == "arith.constant"
