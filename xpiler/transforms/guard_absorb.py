"""guard-absorb: a condition that only ends a loop early, or starts it late, becomes the loop's bound.

`forall i < e { if (i < n) ... }` runs to `min(e, n)`, `forall i < e { if (i > 0) ... }` to `e - 1` with `i + 1` for `i`; in a
reduction a term that is neutral where the condition fails (`i < n ? a[i] : 0`, also inside a product) may be left out, so the
bound takes the condition as well. A loop whose body runs for one value alone (`if (t == 0)`) disappears, as does one in which
only the first iteration has an effect. What the new bound decides, index-simplify removes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mlir import ir

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import defining, is_pure, walk
from xpiler.analysis.facts import condition_facts, facts_at
from xpiler.analysis.forms import IndexForms, nested
from xpiler.analysis.needs import needed_facts
from xpiler.analysis.polynomial import Poly
from xpiler.analysis.reductions import IDEMPOTENT, Fold, folds_of, is_identity, is_reduction
from xpiler.passes import Pass
from xpiler.transforms.index_code import materialize
from xpiler.transforms.index_simplify import simplify_indices
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import body, content, defined_inside, functions, is_unit_loop, set_extent, terminator, variable

_ZERO_KEEPING = (
    *("arith.extf", "arith.truncf", "arith.sitofp", "arith.uitofp", "arith.extsi", "arith.extui", "arith.trunci"),
    *("arith.negf", "math.absf", "math.absi", "math.sqrt"),
)
_PRODUCTS = ("arith.mulf", "arith.muli")


class GuardAbsorbPass(Pass):
    """Conditions on a loop's variable become its bound."""

    name = "guard-absorb"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            while _absorb_one(function):
                simplify_indices(function)


def _absorb_one(function: ir.Operation) -> bool:
    forms = forms_of(function)
    return any(is_unit_loop(op) and _absorb(forms, op) for op in reversed(list(walk(function))))


def _absorb(forms: IndexForms, loop: ir.Operation) -> bool:
    for condition in guards_of(loop):
        facts = condition_facts(forms, condition)
        if not len(loop.results) and _single_value(forms, loop, facts):
            return True
        for fact in facts:
            if _tighten(forms, loop, fact) or _start_later(forms, loop, fact):
                return True
    return not len(loop.results) and any(_tighten(forms, loop, fact, simpler=True) for fact in needed_facts(forms, body(loop)))


def guards_of(loop: ir.Operation) -> list[ir.Value]:
    """Conditions without which an iteration of `loop` does nothing."""
    if len(loop.results):
        return _reduction_guards(loop)
    guards = []
    block = body(loop)
    while True:
        effects = [op for op in content(block) if not is_pure(op)]
        if len(effects) != 1:
            return guards
        (op,) = effects
        if is_unit_loop(op) and not len(op.results):
            block = body(op)
        elif op.name == "scf.if" and not len(op.results) and _no_else(op):
            guards.append(op.operands[0])
            block = op.regions[0].blocks[0]
        else:
            return guards


def _no_else(op: ir.Operation) -> bool:
    return not len(op.regions[1].blocks) or len(content(op.regions[1].blocks[0])) == 0


def _reduction_guards(loop: ir.Operation) -> list[ir.Value]:
    if not is_reduction(loop):
        return []
    yields = list(terminator(body(loop)).operands)
    shared: list[ir.Value] | None = None
    for fold in folds_of(loop):
        start = _first_start(loop, fold)
        found = list(_fold_guards(body(loop).arguments[fold.index + 1], yields[fold.index], _Folding(fold.operator, start)))
        shared = found if shared is None else [c for c in shared if c in found]
    return shared or []


def _first_start(loop: ir.Operation, fold: Fold) -> ir.Value:
    """What an accumulator starts from, before the loops around that fold into it by the same operator."""
    start = list(loop.operands)[3 + fold.index]
    if not isinstance(start, ir.BlockArgument):
        return start
    outer = start.owner.owner.operation
    around = {f.index: f for f in folds_of(outer)}.get(start.arg_number - 1) if outer.name == "scf.for" else None
    return _first_start(outer, around) if around and around.operator == fold.operator else start


@dataclass(frozen=True)
class _Folding:
    """The operator that folds terms into an accumulator, and what the accumulator starts from."""

    operator: str
    start: ir.Value

    def ignores(self, value: ir.Value) -> bool:
        """Whether folding `value` changes nothing: the neutral element, or the start again where once is as good as twice."""
        return is_identity(value, self.operator) or (self.operator in IDEMPOTENT and _same_constants(value, self.start))

    def ignores_zero(self) -> bool:
        """Whether folding zero changes nothing."""
        return self.operator in ("arith.addf", "arith.addi") or (self.operator in IDEMPOTENT and _is_zero(self.start))


def _same_constants(a: ir.Value, b: ir.Value) -> bool:
    pair = [defining(value) for value in (a, b)]
    if any(op is None or op.name != "arith.constant" for op in pair):
        return False
    return pair[0].attributes["value"] == pair[1].attributes["value"]


def _fold_guards(accumulator: ir.Value, result: ir.Value, folding: _Folding) -> Iterator[ir.Value]:
    """Conditions whose failure makes one iteration leave `accumulator` as it is."""
    op = defining(result)
    if op is None:
        return
    if op.name == folding.operator and accumulator in list(op.operands):
        for operand in op.operands:
            if operand != accumulator:
                yield from _neutral_guards(operand, folding)
    elif op.name == "arith.select" and op.operands[2] == accumulator:
        yield op.operands[0]
    elif op.name == "scf.if":
        position = list(op.results).index(result)
        if _yielded(op, 1, position) == accumulator:
            yield op.operands[0]
    elif op.name == "scf.for":
        position = list(op.results).index(result)
        inner_result = terminator(body(op)).operands[position]
        yield from _fold_guards(body(op).arguments[position + 1], inner_result, folding)


def _neutral_guards(value: ir.Value, folding: _Folding) -> Iterator[ir.Value]:
    """Conditions whose failure makes `value` one that is folded in vain."""
    op = defining(value)
    if op is None:
        return
    if op.name == "arith.select" and folding.ignores(op.operands[2]):
        yield op.operands[0]
        yield from _neutral_guards(op.operands[1], folding)
    elif op.name == "scf.if":
        position = list(op.results).index(value)
        if folding.ignores(_yielded(op, 1, position)):
            yield op.operands[0]
            yield from _neutral_guards(_yielded(op, 0, position), folding)
    elif folding.ignores_zero():
        yield from _zero_guards(value)


def _zero_guards(value: ir.Value) -> Iterator[ir.Value]:
    """Conditions whose failure makes `value` zero."""
    op = defining(value)
    if op is None:
        return
    if op.name == "arith.select" and _is_zero(op.operands[2]):
        yield op.operands[0]
        yield from _zero_guards(op.operands[1])
    elif op.name == "scf.if":
        position = list(op.results).index(value)
        if _is_zero(_yielded(op, 1, position)):
            yield op.operands[0]
            yield from _zero_guards(_yielded(op, 0, position))
    elif op.name in (*_PRODUCTS, *_ZERO_KEEPING):
        for operand in op.operands:
            yield from _zero_guards(operand)


def _is_zero(value: ir.Value) -> bool:
    return is_identity(value, "arith.addi" if isinstance(value.type, ir.IntegerType | ir.IndexType) else "arith.addf")


def _yielded(op: ir.Operation, region: int, position: int) -> ir.Value:
    return terminator(op.regions[region].blocks[0]).operands[position]


def _tighten(forms: IndexForms, loop: ir.Operation, fact: Poly, *, simpler: bool = False) -> bool:
    """Lowers the bound of `loop` to what `fact >= 0` leaves of it; False where it is no bound or no news, nor, if `simpler`, where
    the bound would become a minimum of two."""
    split = fact.split(forms.atom(variable(loop)))
    if split is None or split[0].as_int() is None or split[0].as_int() >= 0:
        return False
    step, rest = -split[0].as_int(), split[1]
    if not _available(rest, loop):
        return False
    extent = extent_form(forms, loop)
    end = forms.floordiv(rest, Poly.constant(step)) + 1
    facts = facts_at(forms, loop)
    if forms.ranges.nonneg(end - extent, facts):
        return False
    limit = end if forms.ranges.nonneg(extent - end, facts) else forms.extreme("min", [extent, end])
    if limit == extent or (simpler and limit != end):
        return False
    _set_extent(forms, loop, limit)
    return True


def _start_later(forms: IndexForms, loop: ir.Operation, fact: Poly) -> bool:
    """Leaves out the first iterations of `loop` if `fact >= 0` says that there are some which do nothing; the others count from zero."""
    split = fact.split(forms.atom(variable(loop)))
    if split is None or split[0].as_int() != 1:
        return False
    first = -split[1]
    if not _available(first, loop) or not forms.ranges.positive(first, facts_at(forms, loop)):
        return False
    own = variable(loop)
    count = forms.extreme("min", [bound - first for bound in nested(extent_form(forms, loop), "min")])
    users = list(own.uses)
    with ir.InsertionPoint.at_block_begin(body(loop)), loop.location:
        number = materialize(Poly.atom(forms.atom(own)) + first)
    for use in users:
        use.owner.operands[use.operand_number] = number
    _set_extent(forms, loop, count)
    return True


def _available(poly: Poly, loop: ir.Operation) -> bool:
    """Whether a polynomial can be computed in front of `loop`."""
    return all(a.kind != "value" or not defined_inside(a.value, loop) for a in poly.atoms())


def _set_extent(forms: IndexForms, loop: ir.Operation, limit: Poly) -> None:
    with ir.InsertionPoint(loop), loop.location:
        upper = materialize(limit, forms.ranges.nonneg)
    set_extent(loop, upper)


def _single_value(forms: IndexForms, loop: ir.Operation, facts: list[Poly]) -> bool:
    """Replaces a loop whose body runs for `variable == c` alone by the body, if `c` is known to be in its range."""
    atom = forms.atom(variable(loop))
    values = [fact.split(atom)[1] for fact in facts if fact.split(atom) and fact.split(atom)[0].as_int() == -1 and -fact in facts]
    for value in values:
        if not _available(value, loop) or not forms.ranges.within(value, extent_form(forms, loop), facts_at(forms, loop)):
            continue
        with ir.InsertionPoint(loop), loop.location:
            variable(loop).replace_all_uses_with(materialize(value, forms.ranges.nonneg))
        for op in content(body(loop)):
            op.move_before(loop)
        loop.erase()
        return True
    return False
