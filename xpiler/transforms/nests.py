"""Nests: loops directly inside each other, taken as one iteration space."""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.analysis.effects import defining, is_transparent, walk
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly, as_poly
from xpiler.transforms.rewriting import body, content, defined_inside, extent, is_unit_for, is_unit_forall, operations, terminator


@dataclass(frozen=True)
class Nest:
    """Loops in normal form, each the only thing with an effect in the one around it; all parallel or all serial."""

    loops: tuple[ir.Operation, ...]

    @property
    def parallel(self) -> bool:
        """Whether these are scf.forall loops."""
        return self.loops[0].name == "scf.forall"

    @property
    def outer(self) -> ir.Operation:
        """The outermost loop."""
        return self.loops[0]

    @property
    def inner(self) -> ir.Operation:
        """The innermost loop."""
        return self.loops[-1]

    def extents(self, forms: IndexForms) -> list[Poly]:
        """How often each loop runs."""
        return [extent_form(forms, loop) for loop in self.loops]


def extent_form(forms: IndexForms, loop: ir.Operation) -> Poly:
    """How often a loop in normal form runs, as a polynomial."""
    bound = extent(loop)
    return as_poly(bound) if isinstance(bound, int) else forms.of(bound)


def nests_in(root: ir.Operation, parallel: bool) -> list[Nest]:
    """The maximal nests of parallel (or serial) loops inside `root`, each loop in one of them, inner nests first."""
    is_unit = is_unit_forall if parallel else is_unit_for
    taken: set[ir.Operation] = set()
    found = []
    for op in walk(root):
        if op in taken or not is_unit(op):
            continue
        nest = nest_from(op)
        taken.update(nest.loops)
        found.append(nest)
    return found[::-1]


def nest_from(outer: ir.Operation) -> Nest:
    """The nest that begins at a loop in normal form."""
    loops = [outer]
    while (inner := _only_loop(loops[-1])) is not None:
        loops.append(inner)
    return Nest(tuple(loops))


def _only_loop(loop: ir.Operation) -> ir.Operation | None:
    """The loop inside `loop` that is all its body does, apart from arithmetic."""
    inner = None
    for op in content(body(loop)):
        if len(op.regions) == 0 and is_transparent(op) and op.name != "memref.alloca":
            continue
        if inner is not None or op.name != loop.name:
            return None
        inner = op
    if inner is None or not (is_unit_forall(inner) if loop.name == "scf.forall" else is_unit_for(inner)):
        return None
    return inner if _passes_accumulators(loop, inner) else None


def _passes_accumulators(loop: ir.Operation, inner: ir.Operation) -> bool:
    """Whether the iter_args of `loop` go straight through `inner`."""
    if loop.name == "scf.forall":
        return True
    arguments = list(body(loop).arguments)[1:]
    yields = list(terminator(body(loop)).operands)
    single = all(len(list(a.uses)) == 1 for a in arguments)
    return list(inner.operands)[3:] == arguments and yields == list(inner.results) and single


def sink_between(nest: Nest) -> None:
    """Gives the innermost body its own copy of the arithmetic between the loops of a nest."""
    target = body(nest.inner)
    for loop in reversed(nest.loops[:-1]):
        for op in reversed(content(body(loop))):
            if op not in nest.loops:
                _sink(op, nest.inner, target)


def _sink(op: ir.Operation, inner: ir.Operation, target: ir.Block) -> None:
    below = [use.owner for result in op.results for use in result.uses if _only_below(inner, use)]
    if not below:
        return
    if len(below) == sum(len(list(result.uses)) for result in op.results):
        op.move_before(operations(target)[0])
        return
    copy = op.clone(ir.InsertionPoint(operations(target)[0])).operation
    for user in below:
        for old, new in zip(op.results, copy.results, strict=True):
            user.operation.replace_uses_of_with(old, new)


def _only_below(loop: ir.Operation, use: ir.OpOperand) -> bool:
    block, op = body(loop), use.owner.operation
    while op is not None and op.name != "func.func":
        if op.block == block:
            return True
        op = op.parent.operation if op.parent else None
    return False


def index_roots(forms: IndexForms, loop: ir.Operation) -> list[Poly]:
    """The polynomials on which the effects of `loop`'s body depend: operands of whatever is not index arithmetic."""
    roots: list[Poly] = []
    for op in walk(loop):
        if op == loop or is_index_arithmetic(forms, op):
            continue
        roots += [forms.of(operand) for operand in op.operands if is_integer(operand.type)]
    return list(dict.fromkeys(roots))


def is_index_arithmetic(forms: IndexForms, op: ir.Operation) -> bool:
    """Whether an operation only computes a number that has a form in others."""
    if len(op.results) != 1 or len(op.regions):
        return False
    result = op.results[0]
    return is_integer(result.type) and forms.of(result) != forms.table.value(result)


def is_integer(kind: ir.Type) -> bool:
    """Whether a type is that of an index or of an integer that is no truth value."""
    return isinstance(kind, ir.IndexType) or (isinstance(kind, ir.IntegerType) and kind.width > 1)


def invariant(value: ir.Value | int, loop: ir.Operation) -> bool:
    """Whether a bound is computed outside `loop`."""
    return isinstance(value, int) or not defined_inside(value, loop)


def available_outside(value: ir.Value | int, loop: ir.Operation) -> bool:
    """Whether a bound is defined outside `loop`, or is arithmetic on such values that could be moved out."""
    if invariant(value, loop):
        return True
    op = defining(value)
    return op is not None and not len(op.regions) and is_transparent(op) and all(available_outside(o, loop) for o in op.operands)
