"""lane-roll: stores that do the same for neighbouring elements, written out one by one, become a loop over them.

`t[i] = a[i] + b[i]; t[i+1] = a[i+1] + b[i+1]; ...` is what `float4` code and unrolled loops are. The expressions must be the
same operation by operation, with subscripts that grow by one amount from one store to the next. A run that goes on otherwise (the rows of a
tile that was transposed in registers, one after the other) becomes several loops. Where stores may meet one element (the
amount is a run-time number that may be zero) the loop is a sequence, which loop-parallel may make parallel later.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mlir import ir

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import Access, access_of, defining, effects_of, is_pure, may_alias
from xpiler.analysis.facts import facts_at
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.passes import Pass
from xpiler.transforms.index_code import materialize
from xpiler.transforms.rewriting import (
    Mapping,
    blocks,
    body,
    functions,
    new_for,
    new_forall,
    note_noalias,
    operations,
    terminator,
    variable,
)

ROW = 4  # stores that are worth a loop where others follow them


class LaneRollPass(Pass):
    """Written-out stores to neighbouring elements become parallel loops."""

    name = "lane-roll"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for block in blocks(function):
                for run in _runs(block):
                    _roll_pieces(run)


def _roll_pieces(run: list[Access]) -> None:
    """Rolls a run as a whole, or the pieces of it whose stores are alike, where these are long."""
    while len(run) > 1:
        forms = forms_of(run[0].op)
        piece = run[: _Lanes(forms).alike(run)]
        if len(piece) == len(run) or len(piece) >= ROW:
            _roll_piece(forms, piece)
            run = run[len(piece) :]
        else:
            run = run[1:]


def _roll_piece(forms: IndexForms, run: list[Access]) -> None:
    """Makes one loop of stores that are alike."""
    last = run[-1].op
    run, lanes = _ascending(forms, run), _Lanes(forms)
    if lanes.match(run) and _may_be_delayed(run, last, lanes):
        _roll(run, last, lanes)


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


def _ascending(forms: IndexForms, run: list[Access]) -> list[Access]:
    """The run in the order of the elements, where it goes through them downwards: stores to different elements may change places."""
    grown = [forms.of(b) - forms.of(a) for a, b in zip(run[0].subscripts, run[1].subscripts, strict=True)]
    return run[::-1] if any((step.as_int() or 0) < 0 for step in grown) else run


@dataclass
class _Lanes:
    """How the expression of each store follows from the first one's: index operands and their growth by lane."""

    forms: IndexForms
    growth: dict[tuple[ir.Operation, int], Poly] = field(default_factory=dict)
    slice: dict[ir.Operation, None] = field(default_factory=dict)  # the first lane's operations, operands first

    def alike(self, run: list[Access]) -> int:
        """How many stores, from the first on, do the same for their lanes."""
        first = run[0].op
        return next((lane for lane, access in enumerate(run) if lane and not self._operands(first, access.op, lane)), len(run))

    def match(self, run: list[Access]) -> bool:
        """Whether every store does for its lane what the first does for lane 0."""
        first = run[0].op
        ok = all(self._operands(first, access.op, lane) for lane, access in enumerate(run) if lane)
        return ok and any(self.step(first, k) for k in range(len(first.operands)))

    def step(self, op: ir.Operation, position: int) -> Poly | None:
        """What an operand grows by from lane to lane; None where it does not."""
        found = self.growth.get((op, position))
        return found if found is not None and found.terms else None

    def apart(self, store: ir.Operation) -> bool:
        """Whether no two lanes' stores meet one element, whatever the run-time numbers are."""
        steps = [step for k in range(len(store.operands)) if (step := self.step(store, k)) is not None]
        facts = facts_at(self.forms, store)
        return any(step.as_int() is not None or self.forms.ranges.positive(step, facts) for step in steps)

    def _operands(self, first: ir.Operation, other: ir.Operation, lane: int) -> bool:
        return len(first.operands) == len(other.operands) and all(self._same(first, other, k, lane) for k in range(len(first.operands)))

    def _same(self, first: ir.Operation, other: ir.Operation, position: int, lane: int) -> bool:
        a, b = first.operands[position], other.operands[position]
        if isinstance(a.type, ir.IndexType):
            grown = self.forms.of(b) - self.forms.of(a)
            step = self.growth.setdefault((first, position), grown) if lane == 1 else self.growth.get((first, position))
            return step is not None and grown == step * lane
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


def _may_be_delayed(run: list[Access], last: ir.Operation, lanes: _Lanes) -> bool:
    """Whether the loads may happen where the last store is: nothing writes what they read from there on, but their own lane's store."""
    reads = {b for op in lanes.slice for b in effects_of(op).reads()}
    block = run[0].op.block
    if any(op.block != block for op in lanes.slice):
        return False
    siblings, stores = operations(block), {access.op for access in run}
    start = min((siblings.index(op) for op in lanes.slice), default=0)
    between = siblings[start : siblings.index(last) + 1] if reads else []
    effects = [effects_of(op) for op in between if op not in stores]
    if any(e.unknown is not None or any(may_alias(w, r) for w in e.writes() for r in reads) for e in effects):
        return False
    loads = [access for op in lanes.slice if (access := access_of(op)) is not None and may_alias(access.buffer, run[0].buffer)]
    return all(_is_in_place(run, load, lanes) for load in loads)


def _is_in_place(run: list[Access], load: Access, lanes: _Lanes) -> bool:
    """Whether what a lane reads is written by no other lane's store: `x[i] += y[i]; x[i+1] += y[i+1]`."""
    store = run[0]
    if load.buffer != store.buffer or not load.exact:
        return False
    for k, (read, written) in enumerate(zip(load.subscripts, store.subscripts, strict=True)):
        steps = lanes.step(load.op, 1 + k), lanes.step(store.op, 2 + k)
        step, ahead = steps[1].as_int() if steps[1] is not None else None, (lanes.forms.of(read) - lanes.forms.of(written)).as_int()
        if step and steps[0] == steps[1] and ahead is not None and (ahead == 0 or ahead % step or abs(ahead) >= len(run) * abs(step)):
            return True
    return False


def _roll(run: list[Access], last: ir.Operation, lanes: _Lanes) -> None:
    if lanes.slice:
        note_noalias(last)
    ip = ir.InsertionPoint(last)
    loop = new_forall(len(run), last.location, ip) if lanes.apart(run[0].op) else new_for(len(run), [], last.location, ip)
    ip = ir.InsertionPoint(terminator(body(loop)))
    lane = lanes.forms.table.value(variable(loop))
    mapping: Mapping = {}
    for op in (*lanes.slice, run[0].op):
        copy = op.clone(ip).operation
        with ir.InsertionPoint(copy), op.location:
            for k, operand in enumerate(op.operands):
                if operand in mapping:
                    copy.operands[k] = mapping[operand]
                elif (step := lanes.step(op, k)) is not None:
                    copy.operands[k] = materialize(lanes.forms.of(operand) + lane * step, lanes.forms.ranges.nonneg)
        mapping.update(zip(op.results, copy.results, strict=True))
    for access in run:
        access.op.erase()
