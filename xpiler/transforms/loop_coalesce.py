"""loop-coalesce: two loops whose variables only ever appear as one mixed-radix number become one loop.

Blocks and threads (`b*256 + t`), nested tiles, threads and their strides (`t + 256*k`), tasks and their tiles: wherever the body
depends on the digits `major` and `minor` through `major*T + minor` alone. The inner bound may depend on the outer
digit as the last, partial tile makes it: `min(T, n - T*major)` or `ceildiv(n - minor, T)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, permutations

from mlir import ir

from xpiler.analysis.counts import to_be_raised
from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import access_of, effects_of, is_transparent, may_alias, walk
from xpiler.analysis.facts import facts_at
from xpiler.analysis.forms import IndexForms, nested
from xpiler.analysis.pair_folds import is_fold_of_pairs
from xpiler.analysis.polynomial import Atom, Poly
from xpiler.analysis.ranges import Bounds
from xpiler.analysis.reductions import is_reduction
from xpiler.passes import Pass
from xpiler.transforms.index_code import materialize
from xpiler.transforms.index_simplify import shorten_indices, simplify_indices
from xpiler.transforms.nests import Nest, index_roots, nests_in, sink_between
from xpiler.transforms.rewriting import (
    ancestor_in,
    body,
    content,
    defined_inside,
    extent,
    forget_no_wrap,
    functions,
    is_unit_forall,
    new_for,
    new_forall,
    operations,
    take_place,
    terminator,
    unnamed,
    variable,
)

LONGEST_VECTOR = 16


class LoopCoalescePass(Pass):
    """Digits of one number become that number."""

    name = "loop-coalesce"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            loops = [found for found in walk(function) if is_unit_forall(found)]
            for loop in reversed(loops):
                _hoist_loads(loop)
            for loop in loops:
                _sink_loads(loop)
            while any(_coalesce_one(function, parallel) for parallel in (True, False)):
                shorten_indices(function)
                simplify_indices(function)


def _hoist_loads(loop: ir.Operation) -> None:
    """Reads in front of the threads of a block what each of them reads (`scale[row]` behind an early return): there are some threads."""
    size = extent(loop)
    if not isinstance(size, int) or size < 1:
        return
    loads = [op for op in content(body(loop)) if op.name == "memref.load" and not any(defined_inside(v, loop) for v in op.operands)]
    effects = effects_of(loop) if loads else None
    for op in loads:
        if effects.unknown is None and not any(may_alias(access_of(op).buffer, written) for written in effects.written()):
            op.move_before(loop)


def _sink_loads(loop: ir.Operation) -> None:
    """Reads what the lanes of a vector share in each of them: `ids[t]` in front of the four floats of a row's piece."""
    *before, last = content(body(loop)) or [None]
    if last is None or not is_unit_forall(last) or not isinstance(extent(last), int) or extent(last) > LONGEST_VECTOR:
        return
    effects = effects_of(last)
    loads = [op for op in before if op.name == "memref.load"]
    if effects.unknown is not None or not loads or not all(op.name == "memref.load" or _is_arithmetic(op) for op in before):
        return
    if any(may_alias(access_of(op).buffer, written) for op in loads for written in effects.writes()):
        return
    for op in reversed(before):
        if op.name != "memref.alloca" and all(_is_used_in(last, use) for result in op.results for use in result.uses):
            op.move_before(operations(body(last))[0])


def _is_arithmetic(op: ir.Operation) -> bool:
    """Whether an operation only computes values: a loop is transparent itself, what it does is not."""
    return is_transparent(op) and not len(op.regions)


def _is_used_in(loop: ir.Operation, use: ir.OpOperand) -> bool:
    return ancestor_in(body(loop), use.owner.operation) is not None


@dataclass(frozen=True)
class _Fusion:
    """Two loops of a nest that are the digits of one number below `limit`; `tied` where the bound of one ends the other's last turn."""

    nest: Nest
    major: int
    minor: int
    radix: Poly
    limit: Poly
    tied: bool


def _coalesce_one(function: ir.Operation, parallel: bool) -> bool:
    forms = forms_of(function)
    for nest in nests_in(function, parallel):
        for first in range(len(nest.loops) - 1):  # bounds computed inside an outer loop leave the inner ones a nest of their own
            fusion = _find(forms, Nest(nest.loops[first:]))
            if fusion:
                _rewrite(forms, fusion)
                return True
    return False


def _find(forms: IndexForms, nest: Nest) -> _Fusion | None:
    if len(nest.loops) < 2:
        return None
    roots = index_roots(forms, nest.outer)
    for a, b in permutations(range(len(nest.loops)), 2):
        if not nest.parallel and not (b == a + 1 or (abs(a - b) == 1 and _any_order(nest.outer))):
            continue
        fusion = _fusion(forms, nest, a, b)
        if fusion and _only_together(forms, fusion, roots):
            return fusion
    return None


def _any_order(loop: ir.Operation) -> bool:
    return is_reduction(loop) or is_fold_of_pairs(loop)


def _fusion(forms: IndexForms, nest: Nest, major: int, minor: int) -> _Fusion | None:
    """The number whose digits the two loops are, if their bounds fit that."""
    extents = nest.extents(forms)
    variables = [forms.atom(variable(loop)) for loop in nest.loops]
    pair = (major, minor)
    inner = [v for i, v in enumerate(variables) if i > min(pair) and i not in pair]
    if any(extents[k].mentions(v) for k in pair for v in inner):
        return None
    u, v = variables[minor], variables[major]
    if extents[minor].mentions(v):
        found = _partial_last_tile(forms, extents[minor], extents[major], v)
    elif extents[major].mentions(u):
        found = _strided(forms, extents[major], extents[minor], u) or _strided_if_any(forms, extents[major], extents[minor], u)
    else:
        found = extents[minor], _product(forms, nest, extents[major], extents[minor])
    if not found or any(side.mentions(atom) for side in found for atom in variables[min(pair) :]):
        return None
    if not all(_computed_outside(nest, side, variables) for side in (*found, *extents)):
        return None
    return _Fusion(nest, major, minor, *found, tied=extents[minor].mentions(v) or extents[major].mentions(u))


def _product(forms: IndexForms, nest: Nest, major: Poly, minor: Poly) -> Poly:
    """How often two loops run that do not depend on each other."""
    raised, _ = to_be_raised(forms, (major, minor), facts_at(forms, nest.outer))
    return (forms.extreme("max", [major, Poly({})]) if raised else major) * minor


def _computed_outside(nest: Nest, side: Poly, variables: list[Atom]) -> bool:
    """Whether a bound is made of the nest's variables and of what is there before the nest."""
    inner = (atom for atom in side.atoms() if atom.kind == "value" and atom not in variables)
    return not any(defined_inside(atom.value, nest.outer) for atom in inner)


def _partial_last_tile(forms: IndexForms, inner: Poly, outer: Poly, major: Atom) -> tuple[Poly, Poly] | None:
    """`minor < min(T, e - T*major)`: the number is below `min(outer*T, e)`."""
    atom = _lone_atom(_as_minimum(forms, inner), "min")
    for radix in atom.args if atom else ():
        rest = [a for a in atom.args if a is not radix]
        ends = [a + radix * Poly.atom(major) for a in rest]
        if not radix.mentions(major) and not any(end.mentions(major) for end in ends):
            return radix, forms.extreme("min", [outer * radix, *ends])
    return None


def _as_minimum(forms: IndexForms, poly: Poly) -> Poly:
    """`min(a, b) + c` as `min(a + c, b + c)`."""
    for atom in poly.own_atoms():
        split = poly.split(atom) if atom.kind == "min" else None
        if split and split[0].as_int() == 1:
            return forms.extreme("min", [arg + split[1] for arg in atom.args])
    return poly


def _strided(forms: IndexForms, inner: Poly, radix: Poly, minor: Atom) -> tuple[Poly, Poly] | None:
    """`major < min(T', floor((e - g*minor) / (g*T)))`: the number is below `min(T'*T, floor((e - g*T + g) / g))`."""
    ends = [_strided_end(forms, bound, radix, minor) for bound in nested(_as_minimum(forms, inner), "min")]
    return None if None in ends else (radix, forms.extreme("min", ends))


def _strided_if_any(forms: IndexForms, inner: Poly, radix: Poly, minor: Atom) -> tuple[Poly, Poly] | None:
    """`minor < T` where a stride is `max(T, 1)`, the threads of a grid as large as the data: T is at least 1 if there is any number."""
    stride = forms.extreme("max", [radix, Poly.constant(1)])
    found = _strided(forms, inner, stride, minor) if stride != radix else None
    if found is None:
        return None
    some = tuple(end - 1 for end in nested(found[1], "min"))
    return found if forms.ranges.positive(radix, some) else None


def _strided_end(forms: IndexForms, bound: Poly, radix: Poly, minor: Atom) -> Poly | None:
    if not bound.mentions(minor):
        return bound * radix
    for atom in bound.own_atoms():
        split = bound.split(atom) if atom.kind == "floordiv" else None
        if not split or split[0].as_int() != 1:
            continue
        granule, odd = atom.args[1].divided_by(radix)
        if odd.terms or not forms.ranges.positive(granule):
            continue
        end = atom.args[0] + split[1] * atom.args[1] + granule * Poly.atom(minor)
        if not end.mentions(minor):
            return forms.floordiv(end - granule * radix + granule, granule)
    return None


def _lone_atom(poly: Poly, kind: str) -> Atom | None:
    atoms = poly.own_atoms()
    return atoms[0] if len(atoms) == 1 and atoms[0].kind == kind and poly == Poly.atom(atoms[0]) else None


def _only_together(forms: IndexForms, fusion: _Fusion, roots: list[Poly]) -> bool:
    """Whether the body, written in the number, needs neither digit."""
    loops = fusion.nest.loops
    number = forms.fresh("number", Bounds((Poly.constant(0),), (fusion.limit - 1,)))
    whole = Poly.atom(number)
    quotient = forms.table.atom("floordiv", whole, fusion.radix)
    high = Poly.atom(quotient)
    digits = {
        forms.atom(variable(loops[fusion.major])): high,
        forms.atom(variable(loops[fusion.minor])): whole - fusion.radix * high,
    }
    control = nest_bounds(forms, fusion)
    body_roots = [root for root in roots if root not in control]
    written = [forms.substitute(root, digits) for root in body_roots]
    if not any(form.mentions(number) for form in written):
        return False
    if fusion.radix.as_int() is None and not fusion.tied and not _is_guarded(written, number):
        return False
    return all(not form.mentions(quotient) for form in written)


def nest_bounds(forms: IndexForms, fusion: _Fusion) -> set[Poly]:
    """The polynomials of the bounds that coalescing replaces."""
    extents = fusion.nest.extents(forms)
    return {extents[fusion.major], extents[fusion.minor]}


def _is_guarded(forms: list[Poly], number: Atom) -> bool:
    """Whether the number itself is looked at (compared, or a subscript): a symbolic radix alone, untied, is just a 2-D array."""
    return any(form.own_atoms() == (number,) for form in forms)


def _rewrite(forms: IndexForms, fusion: _Fusion) -> None:
    nest, loops = fusion.nest, fusion.nest.loops
    sink_between(nest)
    ip = ir.InsertionPoint(nest.outer)
    inits = list(nest.outer.operands)[3:] if not nest.parallel else []
    extents = nest.extents(forms)
    new_loops: list[ir.Operation] = []
    values: dict[int, Poly] = {}
    for k, _loop in enumerate(loops):
        if k == max(fusion.major, fusion.minor):
            continue
        joined = k == min(fusion.major, fusion.minor)
        name = _place_of(loops[fusion.major], loops[fusion.minor]) if joined else loops[k].location
        known = {forms.atom(variable(loops[i])): value for i, value in values.items()}
        with ip, name:
            upper = materialize(forms.substitute(fusion.limit if joined else extents[k], known), forms.ranges.nonneg)
        new = new_forall(upper, name, ip) if nest.parallel else new_for(upper, inits, name, ip)
        inits = list(body(new).arguments)[1:] if not nest.parallel else []
        number = forms.table.value(variable(new))
        radix = forms.substitute(fusion.radix, known)
        values |= _digits(forms, fusion, radix, number) if joined else {k: number}
        new_loops.append(new)
        ip = ir.InsertionPoint(terminator(body(new))) if operations(body(new)) else ir.InsertionPoint(body(new))
    _fill(nest, new_loops, values, ip)


def _place_of(major: ir.Operation, minor: ir.Operation) -> ir.Location:
    """Where the joined loop stands: at the loop that the source wrote, where the other one is over threads or lanes.

    A strided loop's name is left behind: it stands for a thread's elements, the joined loop for all.
    """
    written = major.location.is_a_name() and not minor.location.is_a_name()
    return unnamed(major.location) if written else minor.location


def _digits(forms: IndexForms, fusion: _Fusion, radix: Poly, number: Poly) -> dict[int, Poly]:
    high = Poly.atom(forms.table.atom("floordiv", number, radix))
    return {fusion.major: high, fusion.minor: number - radix * high}


def _fill(nest: Nest, new_loops: list[ir.Operation], values: dict[int, Poly], ip: ir.InsertionPoint) -> None:
    """Moves the innermost body into the new nest, its variables computed from the new ones."""
    for k, loop in enumerate(nest.loops):
        with ip, loop.location:
            variable(loop).replace_all_uses_with(materialize(values[k]))
    target = body(new_loops[-1])
    if not len(nest.outer.results):
        end = terminator(target)
        for op in content(body(nest.inner)):
            op.move_before(end)
    else:
        _fill_accumulators(nest, new_loops)
    nest.outer.erase()


def _fill_accumulators(nest: Nest, new_loops: list[ir.Operation]) -> None:
    target = body(new_loops[-1])
    named = is_fold_of_pairs(nest.outer)
    for old, new in list(zip(body(nest.inner).arguments, target.arguments, strict=True))[1:]:
        take_place(new, old) if named else old.replace_all_uses_with(new)
    for op in operations(body(nest.inner)):
        target.append(op)
    for outer, inner in pairwise(new_loops):
        with ir.InsertionPoint(body(outer)), nest.outer.location:
            ir.Operation.create("scf.yield", operands=list(inner.results))
    forget_no_wrap(new_loops[0])
    for old, new in zip(nest.outer.results, new_loops[0].results, strict=True):
        old.replace_all_uses_with(new)
