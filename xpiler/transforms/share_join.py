"""share-join: the shares of a range that parallel iterations take become the range.

    forall t in (16) { forall i in (n/16 + (t < n%16 ? 1 : 0)) { body(t * (n/16) + min(t, n%16) + i) } }
      becomes
    forall k in (n) { body(k) }

Each share begins where the one before ends, the first at zero; the last may have what is left. The
body depends on the element's number alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import walk
from xpiler.analysis.facts import facts_at
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.index_cases import IndexCases, NotFollowed, contradictory
from xpiler.analysis.polynomial import Poly
from xpiler.analysis.ranges import Bounds, Facts
from xpiler.passes import Pass
from xpiler.transforms.index_code import materialize
from xpiler.transforms.index_simplify import simplify_indices
from xpiler.transforms.nests import Nest, extent_form, is_index_arithmetic, is_integer, nests_in
from xpiler.transforms.rewriting import body, content, defined_inside, erase_dead, extent, functions, new_forall, terminator, variable


class ShareJoinPass(Pass):
    """Shares of one range become that range."""

    name = "share-join"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            while any(_join(nest) for nest in nests_in(function, parallel=True)):
                simplify_indices(function)


@dataclass(frozen=True)
class _Shares:
    """Two loops: `owner` deals out shares, `element` goes through one; `number` is the element's number in the whole."""

    owner: ir.Operation
    element: ir.Operation
    number: ir.Value


def _join(nest: Nest) -> bool:
    for owner, element in zip(nest.loops, nest.loops[1:], strict=False):
        forms = forms_of(owner)
        shares = _shares(forms, owner, element)
        total = _total(forms, shares) if shares else None
        if total is not None and _rewrite(forms, shares, total):
            return True
    return False


def _shares(forms: IndexForms, owner: ir.Operation, element: ir.Operation) -> _Shares | None:
    """The loops as shares, where the inner loop's length depends on the outer variable and some number counts on from a start."""
    if isinstance(extent(element), int) or not defined_inside(extent(element), owner):
        return None
    for value in _numbers(element):
        split = forms.of(value).split(forms.atom(variable(element)))
        if split is not None and split[0].as_int() == 1 and not split[1].mentions(forms.atom(variable(element))) and split[1].terms:
            return _Shares(owner, element, value)
    return None


def _numbers(loop: ir.Operation) -> list[ir.Value]:
    """The integers that are computed in a loop."""
    return [result for op in walk(loop) if op != loop and not len(op.regions) for result in op.results if is_integer(result.type)]


def _index_operands(forms: IndexForms, shares: _Shares) -> list[ir.Value]:
    """The integers that the effects for an element depend on and that are computed in one of the loops."""
    found: dict[ir.Value, None] = {}
    for op in walk(shares.element):
        if op == shares.element or is_index_arithmetic(forms, op):
            continue
        found.update((o, None) for o in op.operands if is_integer(o.type) and defined_inside(o, shares.owner) and not _is_data(forms, o))
    return list(found)


def _is_data(forms: IndexForms, value: ir.Value) -> bool:
    """Whether an integer is no arithmetic on the loops' variables but what an operation of the body gives, such as a load."""
    return not isinstance(value.owner, ir.Block) and not is_index_arithmetic(forms, value.owner.operation)


def _total(forms: IndexForms, shares: _Shares) -> Poly | None:
    """How many elements all shares have; None where they do not follow one another from zero on."""
    around = facts_at(forms, shares.owner)
    own, owners = Poly.atom(forms.atom(variable(shares.owner))), extent_form(forms, shares.owner)
    some = forms.ranges.positive(owners, around)
    try:
        ends = _ends(forms, shares, owners - 1, around) if some else _starts(forms, shares, owners, around)
        first = _starts(forms, shares, Poly({}), around)
        if not all(_equal(forms, start, Poly({}), known) for start, known in first):
            return None
        total = next((t for t, _ in ends if all(_equal(forms, end, t, known) for end, known in ends)), None)
        before_last = (*around, own, owners - own - (2 if some else 1))
        return total if total is not None and _follow(forms, shares, own, before_last) else None
    except NotFollowed:
        return None


def _ends(forms: IndexForms, shares: _Shares, owner: Poly, facts: Facts) -> list[tuple[Poly, Facts]]:
    """Where the share of an owner ends; none where its length may be negative."""
    found = []
    for start, known in _starts(forms, shares, owner, facts):
        for length, more in _lengths(forms, shares, owner, known):
            if not forms.ranges.nonneg(length, more):
                return []
            found.append((start + length, more))
    return found


def _lengths(forms: IndexForms, shares: _Shares, owner: Poly, facts: Facts) -> list[tuple[Poly, Facts]]:
    """How long the share of an owner is."""
    cases = IndexCases(forms, shares.owner, {variable(shares.owner): owner}, facts).of(extent(shares.element))
    return [(length, known) for length, known in cases if not contradictory(forms, known)]


def _equal(forms: IndexForms, one: Poly, other: Poly, facts: Facts) -> bool:
    return one == other or all(forms.ranges.nonneg(gap, facts) for gap in (one - other, other - one))


def _starts(forms: IndexForms, shares: _Shares, owner: Poly, facts: Facts) -> list[tuple[Poly, Facts]]:
    """Where the share of an owner begins."""
    given = {variable(shares.owner): owner, variable(shares.element): Poly({})}
    return list(IndexCases(forms, shares.owner, given, facts).of(shares.number))


def _follow(forms: IndexForms, shares: _Shares, own: Poly, facts: Facts) -> bool:
    """Whether each share has no negative length and ends where the next begins."""
    for start, known in _starts(forms, shares, own, facts):
        for length, more in _lengths(forms, shares, own, known):
            following = _starts(forms, shares, own + 1, more)
            if not forms.ranges.nonneg(length, more) or not all(_equal(forms, start + length, begin, then) for begin, then in following):
                return False
    return True


def _rewrite(forms: IndexForms, shares: _Shares, total: Poly) -> bool:
    """One loop over the whole; False where something inside depends on more than the element's number."""
    element = forms.atom(variable(shares.element))
    start = forms.of(shares.number).split(element)[1]
    whole = Poly.atom(forms.fresh("whole", Bounds((Poly.constant(0),), (total - 1,))))
    written = {o: forms.substitute(forms.of(o), {element: whole - start}) for o in _index_operands(forms, shares)}
    if any(_is_of_one_share(shares, form) for form in written.values()) or _takes_more(forms, shares):
        return False
    with ir.InsertionPoint(shares.owner), shares.owner.location:
        loop = new_forall(materialize(total, forms.ranges.nonneg), shares.element.location, ir.InsertionPoint(shares.owner))
    (atom,) = whole.own_atoms()
    number = {atom: Poly.atom(forms.atom(variable(loop)))}
    _fill(forms, loop, shares, {operand: forms.substitute(form, number) for operand, form in written.items()})
    return True


def _is_of_one_share(shares: _Shares, form: Poly) -> bool:
    """Whether a number still depends on whose share it is in; what is computed for an element, a loop's variable too, moves with it."""
    values = [atom.value for atom in form.atoms() if atom.kind == "value" and isinstance(atom.value, ir.Value)]
    counters = (variable(shares.owner), variable(shares.element))
    return any(value in counters or _is_of_owner_alone(shares, value) for value in values)


def _is_of_owner_alone(shares: _Shares, value: ir.Value) -> bool:
    return defined_inside(value, shares.owner) and not defined_inside(value, shares.element)


def _takes_more(forms: IndexForms, shares: _Shares) -> bool:
    """Whether the body reads what is computed once a share and is no number."""
    for op in walk(shares.element):
        if op == shares.element or is_index_arithmetic(forms, op):
            continue
        if any(_is_of_owner_alone(shares, o) for o in op.operands if not is_integer(o.type)):
            return True
    return False


def _fill(forms: IndexForms, loop: ir.Operation, shares: _Shares, written: dict[ir.Value, Poly]) -> None:
    """Moves the body, its numbers computed anew; the loops and their arithmetic go."""
    users = [op for op in walk(shares.element) if op != shares.element and not is_index_arithmetic(forms, op)]
    for op in content(body(shares.element)):
        op.move_before(terminator(body(loop)))
    for op in users:
        with ir.InsertionPoint(op), op.location:
            for position, operand in enumerate(op.operands):
                if operand in written:
                    op.operands[position] = _as(operand.type, materialize(written[operand], forms.ranges.nonneg))
    erase_dead(loop)
    shares.owner.erase()


def _as(kind: ir.Type, number: ir.Value) -> ir.Value:
    """A number in the type that its user takes."""
    return number if number.type == kind else arith.index_cast(kind, number)
