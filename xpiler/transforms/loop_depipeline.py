"""loop-depipeline: a software pipeline becomes a loop that takes each piece through all its stages.

`for i < n + 2 { if (i >= 2) store(i-2); if (1 <= i <= n) compute(i-1); if (i < n) load(i) }` becomes
`for p < n { load(p); compute(p); store(p) }`. Legal where the stages that change order, one piece's and a later piece's,
touch different memory: with rotating buffers, those of neighbouring pieces.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product

from mlir import ir
from mlir.dialects import arith

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import Access, effects_of, may_alias, walk
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.rotation import apart_at
from xpiler.analysis.stages import Stage, stages_of
from xpiler.passes import Pass
from xpiler.transforms.index_code import materialize
from xpiler.transforms.index_simplify import simplify_indices
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import (
    Mapping,
    available_before,
    body,
    clone,
    content,
    functions,
    index,
    is_unit_for,
    new_for,
    note_noalias,
    terminator,
    variable,
)

MAX_OFFSET = 8


class LoopDepipelinePass(Pass):
    """Software pipelines become loops over whole pieces."""

    name = "loop-depipeline"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for loop in [o for o in walk(function) if is_unit_for(o) and not len(o.results)][::-1]:
                if depipeline(loop):
                    simplify_indices(function)


def depipeline(loop: ir.Operation) -> bool:
    """Replaces one loop, if it is a pipeline and its stages may be put together; says whether."""
    forms = forms_of(loop)
    stages = sorted(stages_of(forms, loop, extent_form(forms, loop)), key=lambda stage: (stage.offset, stage.position))
    if not _is_pipeline(stages, loop) or effects_of(loop).unknown is not None:
        return False
    with ir.InsertionPoint(loop), loop.location:
        trips = materialize(stages[0].count, forms.ranges.nonneg)
    new = new_for(trips, [], loop.location, ir.InsertionPoint(loop))
    pieces = [_Piece(stage, _append(stage, loop, new)) for stage in stages]
    if not all(_may_change_order(new, *pair) for pair in combinations(pieces, 2)):
        new.erase()
        return False
    if len(effects_of(new).reads() | effects_of(new).writes()) > 1:
        note_noalias(new)
    loop.erase()
    return True


@dataclass(frozen=True)
class _Piece:
    """A stage and what it touches in the new loop."""

    stage: Stage
    accesses: tuple[Access, ...]


def _is_pipeline(stages: list[Stage], loop: ir.Operation) -> bool:
    """Whether stages run equally often, at different offsets, a number of times that is known before the loop."""
    if len({stage.count for stage in stages}) != 1 or len({stage.offset for stage in stages}) < 2:
        return False
    known = all(a.kind != "value" or available_before(a.value, loop) for a in stages[0].count.atoms())
    return known and stages[-1].offset <= MAX_OFFSET


def _append(stage: Stage, loop: ir.Operation, new: ir.Operation) -> tuple[Access, ...]:
    """Puts a stage, for the piece that is the new loop's variable, at the end of the new loop."""
    ip = ir.InsertionPoint(terminator(body(new)))
    with ip, loop.location:
        mapping: Mapping = {variable(loop): arith.addi(variable(new), index(stage.offset)) if stage.offset else variable(new)}
    for op in content(body(loop)):
        if not len(op.regions):
            clone(op, mapping, ip)
    return tuple(access for op in content(stage.branch.regions[0].blocks[0]) for access in effects_of(clone(op, mapping, ip)).accesses)


def _may_change_order(new: ir.Operation, early: _Piece, late: _Piece) -> bool:
    """Whether the early stages of the pieces after one, which ran before that one's late stage, may run after it.

    The early stage of piece `p + d` ran before the late stage of piece `p` while `d` was less than the stages are apart.
    """
    apart = late.stage.offset - early.stage.offset
    overtaken = range(1, apart + (early.stage.position < late.stage.position))
    forms = IndexForms()
    for x, y in product(late.accesses, early.accesses if overtaken else ()):
        if not (x.writes or y.writes) or not may_alias(x.buffer, y.buffer):
            continue
        if x.buffer != y.buffer or not all(apart_at(forms, new, x, y, distance) for distance in overtaken):
            return False
    return True
