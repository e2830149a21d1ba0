"""lane-roll: stores that do the same for neighbouring elements, written out one by one, become a loop over them.

`t[i] = a[i] + b[i]; t[i+1] = a[i+1] + b[i+1]; ...` is what `float4` code and unrolled loops are. The expressions must be the
same operation by operation, with subscripts that grow by a constant from one store to the next.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mlir import ir

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import Access, access_of, defining, effects_of, is_pure, may_alias
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.passes import Pass
from xpiler.transforms.index_code import materialize
from xpiler.transforms.rewriting import Mapping, blocks, body, functions, new_forall, note_noalias, operations, terminator, variable


class LaneRollPass(Pass):
    """Written-out stores to neighbouring elements become parallel loops."""

    name = "lane-roll"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for block in blocks(function):
                for run in _runs(block):
                    lanes = _Lanes(forms_of(run[0].op))
                    if lanes.match(run) and _may_be_delayed(run, lanes):
                        _roll(run, lanes)


def _runs(block: ir.Block) -> list[list[Access]]:
    """Stores to one buffer in a row, with nothing but pure operations between them."""
    runs: list[list[Access]] = [[]]
    for op in operations(block):
        access = access_of(op)
        if access and access.writes and not access.reads and access.exact:
            if runs[-1] and runs[-1][0].buffer != access.buffer:
                runs.append([])
            runs[-1].append(access)
        elif not is_pure(op):
            runs.append([])
    return [run for run in runs if len(run) > 1]


@dataclass
class _Lanes:
    """How the expression of each store follows from the first one's: index operands and their growth by lane."""

    forms: IndexForms
    growth: dict[ir.Value, int] = field(default_factory=dict)
    slice: dict[ir.Operation, None] = field(default_factory=dict)  # the first lane's operations, operands first

    def match(self, run: list[Access]) -> bool:
        """Whether every store does for its lane what the first does for lane 0."""
        first = run[0].op
        ok = all(self._operands(first, access.op, lane) for lane, access in enumerate(run) if lane)
        return ok and any(self.growth.get(s) for s in run[0].subscripts)

    def _operands(self, first: ir.Operation, other: ir.Operation, lane: int) -> bool:
        return len(first.operands) == len(other.operands) and all(
            self._same(a, b, lane) for a, b in zip(first.operands, other.operands, strict=True)
        )

    def _same(self, a: ir.Value, b: ir.Value, lane: int) -> bool:
        if isinstance(a.type, ir.IndexType):
            step, odd = divmod((self.forms.of(b) - self.forms.of(a)).as_int() or 0, lane)
            constant = (self.forms.of(b) - self.forms.of(a)).as_int() is not None
            return constant and not odd and self.growth.setdefault(a, step) == step
        x, y = defining(a), defining(b)
        if x is None or y is None or (a == b and not self._has_index(x)):
            return a == b
        if x.name != y.name or len(x.regions) or len(x.results) != 1 or not is_pure(x) or not _same_attributes(x, y):
            return False
        if not self._operands(x, y, lane):
            return False
        self.slice[x] = None
        return True

    def _has_index(self, op: ir.Operation) -> bool:
        return any(isinstance(o.type, ir.IndexType) for o in op.operands)


def _same_attributes(x: ir.Operation, y: ir.Operation) -> bool:
    return {k: str(x.attributes[k]) for k in x.attributes} == {k: str(y.attributes[k]) for k in y.attributes}


def _may_be_delayed(run: list[Access], lanes: _Lanes) -> bool:
    """Whether the loads may happen where the last store is: nothing writes what they read from there on."""
    reads = {b for op in lanes.slice for b in effects_of(op).reads()}
    block = run[0].op.block
    if any(op.block != block for op in lanes.slice):
        return False
    siblings = operations(block)
    start = min((siblings.index(op) for op in lanes.slice), default=0)
    between = siblings[start : siblings.index(run[-1].op) + 1] if reads else []
    effects = [effects_of(op) for op in between]
    return not any(e.unknown is not None or any(may_alias(w, r) for w in e.writes() for r in reads) for e in effects)


def _roll(run: list[Access], lanes: _Lanes) -> None:
    last = run[-1].op
    if lanes.slice:
        note_noalias(last)
    loop = new_forall(len(run), last.location, ir.InsertionPoint(last))
    ip = ir.InsertionPoint(terminator(body(loop)))
    lane = lanes.forms.table.value(variable(loop))
    mapping: Mapping = {}
    for op in (*lanes.slice, run[0].op):
        copy = op.clone(ip).operation
        with ir.InsertionPoint(copy), op.location:
            for k, operand in enumerate(op.operands):
                if operand in mapping:
                    copy.operands[k] = mapping[operand]
                elif lanes.growth.get(operand):
                    copy.operands[k] = materialize(_grown(lanes, operand, lane), lanes.forms.ranges.nonneg)
        mapping.update(zip(op.results, copy.results, strict=True))
    for access in run:
        access.op.erase()


def _grown(lanes: _Lanes, operand: ir.Value, lane: Poly) -> Poly:
    return lanes.forms.of(operand) + lane * lanes.growth[operand]
