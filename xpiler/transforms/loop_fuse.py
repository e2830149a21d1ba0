"""loop-fuse: two neighbouring loops over the same range become one that does both.

Legal where no iteration of the second loop needs, or overwrites, what a later iteration of the first one does.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.analysis.dependence import apart_later
from xpiler.analysis.effects import effects_of, may_alias
from xpiler.analysis.forms import IndexForms
from xpiler.passes import Pass, refuse
from xpiler.transforms.handles import find_kernel, find_loop
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import body, content, is_pure_between, is_unit_loop, move_content, operations, variable


@dataclass(frozen=True)
class LoopFusePass(Pass):
    """Fuses the loops `loops` (two handles, in program order)."""

    name = "loop-fuse"
    loops: tuple[str, ...]
    kernel: str = ""

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        function = find_kernel(op, self.kernel)
        if len(self.loops) != 2:
            refuse(function, "loop-fuse takes two loops")
        first, second = (find_loop(function, handle) for handle in self.loops)
        reason = why_not_fused(first, second)
        if reason:
            refuse(second, f"loop-fuse: {reason}")
        fuse(first, second)


def why_not_fused(first: ir.Operation, second: ir.Operation) -> str:
    """Why two loops may not be fused; empty where they may."""
    if not (is_unit_loop(first) and is_unit_loop(second)) or first.name != second.name or len(first.results) or len(second.results):
        return "the loops are not of one kind, from 0 by 1 and without results"
    between = _between(first, second)
    if between is None or not all(map(is_pure_between, between)):
        return "the loops are not neighbours"
    forms = IndexForms()
    if extent_form(forms, first) != extent_form(forms, second):
        return "the loops do not run equally often"
    ours, theirs = effects_of(first), effects_of(second)
    if ours.unknown is not None or theirs.unknown is not None:
        return "what the loops do to memory is not known"
    pairs = [(a, b) for a in ours.accesses for b in theirs.accesses if (a.writes or b.writes) and may_alias(a.buffer, b.buffer)]
    both_ways = first.name == "scf.forall"
    for a, b in pairs:
        if (
            a.buffer != b.buffer
            or not apart_later(forms, (second, b), (first, a))
            or (both_ways and not apart_later(forms, (first, a), (second, b)))
        ):
            return "an iteration of one loop touches what another iteration of the other loop does"
    return ""


def _between(first: ir.Operation, second: ir.Operation) -> list[ir.Operation] | None:
    if first.block != second.block:
        return None
    siblings = operations(first.block)
    start, end = siblings.index(first), siblings.index(second)
    return siblings[start + 1 : end] if start < end else None


def fuse(first: ir.Operation, second: ir.Operation) -> None:
    """Moves the body of `second` behind that of `first`."""
    for op in _between(first, second):
        op.move_before(first)
    variable(second).replace_all_uses_with(variable(first))
    move_content(content(body(second)), body(first))
    second.erase()
