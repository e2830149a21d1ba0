"""Extents from the footprint: a pointer parameter without a stated extent has the elements the kernel reaches.

The highest subscript is an affine-like bound: a guard or a loop bound takes the place of each loop variable, until
only parameters are left. What has no such bound, such as a table read at numbers that are data, is named on the kernel as
unsized, with a warning: its output has no launcher on host pointers and its verdict is `unsupported` until `--extent` says it.
"""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir

from xpiler.analysis.facts import facts_at
from xpiler.analysis.forms import IndexForms, owning_loop
from xpiler.analysis.polynomial import Atom, Poly
from xpiler.analysis.ranges import Facts
from xpiler.diagnostics import warn
from xpiler.raising.allocation_extents import stated_extents
from xpiler.raising.chosen_values import choices
from xpiler.raising.empty_footprints import lengths_to_ask, where_all_run
from xpiler.raising.places import place_of
from xpiler.raising.structure import constant_value, definition, entry, operations, symbol_name, users
from xpiler.transforms.index_code import materialize

SUBSCRIPT = {"memref.load": 1, "memref.store": 2, "memref.atomic_rmw": 2, "memref.generic_atomic_rmw": 1}
REACHED = "xpiler.reached"  # on a kernel: the parameters whose extents nobody stated
UNSIZED = "xpiler.unsized"  # those of which not even the footprint is known
MAX_LOOKED_AT = 200  # polynomials a search may meet


def state_footprint_extents(kernel: ir.Operation) -> None:
    """An `xpiler.extent` for every pointer parameter that has none yet."""
    stated = stated_extents(kernel)
    open_ = [p for p in entry(kernel).arguments if isinstance(p.type, ir.MemRefType) and p not in stated]
    reached = [parameter for parameter in open_ if _state(kernel, parameter)]
    _name(kernel, REACHED, reached)
    _name(kernel, UNSIZED, [parameter for parameter in open_ if parameter not in reached])


def _name(kernel: ir.Operation, attribute: str, parameters: list[ir.BlockArgument]) -> None:
    if parameters:
        kernel.attributes[attribute] = ir.ArrayAttr.get([ir.StringAttr.get(parameter_name(kernel, p)) for p in parameters])


def _state(kernel: ir.Operation, parameter: ir.BlockArgument) -> bool:
    """States the extent of a parameter where its accesses tell it."""
    forms = IndexForms()
    extent = _extent(forms, kernel, parameter)
    if extent is None:
        return False
    first_loop = next(op for op in operations(entry(kernel)) if len(op.regions) or op.name == "func.return")
    lengths = [length for length in lengths_to_ask(forms, kernel, parameter, extent) if not _variables(length)]
    made = [atom.value for poly in (extent, *lengths) for atom in poly.atoms() if atom.kind == "value"]
    if not all(_is_arithmetic_of_parameters(kernel, value) for value in made):
        _warn_of(kernel, parameter, next(user for user in users(parameter) if user.name in SUBSCRIPT))
        return False
    for value in made:
        _bring_in_front(value, first_loop)
    with ir.InsertionPoint(first_loop), kernel.location:
        elements = where_all_run(materialize(extent), lengths)
        ir.Operation.create("xpiler.extent", operands=[parameter, elements])
    return True


def _is_arithmetic_of_parameters(kernel: ir.Operation, value: ir.Value) -> bool:
    """Whether a value that an extent is made of may be computed before anything else is."""
    if isinstance(value.owner, ir.Block):
        return value.owner == entry(kernel)
    op = value.owner.operation
    return op.name.startswith("arith.") and all(_is_arithmetic_of_parameters(kernel, operand) for operand in op.operands)


def _bring_in_front(value: ir.Value, first: ir.Operation) -> None:
    """Moves the arithmetic of a value in front of an operation of its block, where it stands behind it."""
    if isinstance(value.owner, ir.Block) or value.owner.operation.block != first.block or value.owner.operation.is_before_in_block(first):
        return
    for operand in value.owner.operation.operands:
        _bring_in_front(operand, first)
    value.owner.operation.move_before(first)


def _extent(forms: IndexForms, kernel: ir.Operation, parameter: ir.BlockArgument) -> Poly | None:
    """One more than the highest subscript, over all accesses; None, with a warning, where one of them has no bound."""
    needed: dict[Poly, Facts] = {}
    for user in users(parameter):
        if user.name not in SUBSCRIPT:
            continue
        facts = facts_at(forms, user)
        for _ in range(2):  # a consequence has consequences
            facts = tuple(dict.fromkeys((*facts, *(more for fact in facts for more in _consequences(forms, fact)))))
        highest = _highest(forms, forms.of(user.operands[SUBSCRIPT[user.name]]), facts)
        if highest is None:
            _warn_of(kernel, parameter, user)
            return None
        needed[highest + 1] = tuple(f for f in needed.get(highest + 1, facts) if f in facts)
    extent = Poly.constant(0)
    for other in _without_covered(forms, needed):
        extent = _larger(forms, extent, other)
    return extent


def _without_covered(forms: IndexForms, needed: dict[Poly, Facts]) -> list[Poly]:
    """The extents of accesses but for those that another's covers wherever the access happens, which is where its facts hold."""
    kept = list(needed)
    for extent, facts in needed.items():
        if any(other != extent and forms.ranges.nonneg(other - extent, facts) for other in kept):
            kept.remove(extent)
    return kept


def _larger(forms: IndexForms, one: Poly, other: Poly) -> Poly:
    if forms.ranges.nonneg(one - other):
        return one
    if not one.terms or forms.ranges.nonneg(other - one):
        return other
    return forms.extreme("max", [one, other])


def _highest(forms: IndexForms, poly: Poly, facts: Facts) -> Poly | None:
    """The least bound of `poly` in the kernel's parameters that a search finds.

    The least matters: a buffer that is copied whole must not be taken for larger than the caller's. Two guards (`y + r < h + 1` and
    `y + r > 0`) bring each other's variables back, and each round gives a larger bound: they may where nothing else gives one.
    """
    found = _bounds(forms, poly, facts, returning=False) or _bounds(forms, poly, facts, returning=True)
    return _least(forms, found, facts)


def _bounds(forms: IndexForms, poly: Poly, facts: Facts, *, returning: bool) -> list[Poly]:
    """The bounds that a search finds: each polynomial is looked at once, what has the fewest variables left first.

    Unless they may be `returning`, variables that are gone stay away.
    """
    gone: dict[Poly, frozenset[Atom]] = {poly: frozenset()}
    open_, found = [poly], []
    while open_ and len(gone) < MAX_LOOKED_AT:
        current = min(open_, key=_variables)
        open_.remove(current)
        if not _variables(current):
            found.append(current)
            continue
        larger = []
        for above in _above(forms, current, facts):
            left = gone[current] | (_varying(current) - _varying(above))
            if above not in gone and (returning or not left & _varying(above)):
                gone[above] = left
                larger.append(above)
        open_ = [*larger, *open_]
    return found


def _least(forms: IndexForms, bounds: list[Poly], facts: Facts) -> Poly | None:
    """The least of several bounds, as far as that can be shown; the minimum of those of which no other is shown to be less."""
    kept: list[Poly] = []
    for bound in bounds:
        if any(forms.ranges.nonneg(bound - other, facts) for other in kept):
            continue
        kept = [other for other in kept if not forms.ranges.nonneg(other - bound, facts)] + [bound]
    return forms.extreme("min", kept) if kept else None


def _above(forms: IndexForms, poly: Poly, facts: Facts) -> Iterator[Poly]:
    """Polynomials that are at least `poly`: by a guard on a sum of several loops' variables, which knows more than each loop; else
    by replacing one variable."""
    yield from _below_guards(forms, poly, facts)
    yield from _without_one(forms, poly, facts)


def _without_one(forms: IndexForms, poly: Poly, facts: Facts) -> Iterator[Poly]:
    """A remainder as its most, before all; else the innermost loop variable that can be replaced."""
    remainder = _without_remainder(forms, poly, facts)
    if remainder is not None:
        yield remainder
        return
    for atom in sorted(reversed(poly.own_atoms()), key=_depth, reverse=True):
        split = poly.split(atom)
        if split is None or not _varies(atom):
            continue
        found = list(_without(forms, poly, atom, *split, facts))
        if found:
            yield from found
            return


def _below_guards(forms: IndexForms, poly: Poly, facts: Facts) -> Iterator[Poly]:
    """`poly` plus a multiple of a guard, `0 <= y*stride - pad + j < height`, that takes a variable out of it.

    That a block's loop has an iteration, `min(b*32 + 32, n) > b*32`, is no guard: replacing the loop's variable says as much.
    """
    for fact in facts:
        varying = [atom for atom in fact.own_atoms() if _varies(atom)]
        for atom in varying if len(varying) > 1 and not any(atom.kind == "min" for atom in varying) else ():
            part = _factor(fact, atom)
            times, odd = (-_factor(poly, atom)).divided_by(part) if part.terms else (Poly({}), poly)
            if times.terms and not odd.terms and forms.ranges.nonneg(times, facts):
                yield poly + times * fact


def _factor(poly: Poly, atom: Atom) -> Poly:
    """What an atom is multiplied by in a sum; other atoms may be made of it."""
    own = {monomial: c for monomial, c in poly.terms.items() if monomial.count(atom) == 1}
    return Poly({tuple(other for other in monomial if other != atom): c for monomial, c in own.items()})


def _without_remainder(forms: IndexForms, poly: Poly, facts: Facts) -> Poly | None:
    """`poly` with a remainder in it, `x - d * (x floordiv d)`, replaced by the most it can be, `d - 1`."""
    for atom in poly.own_atoms():
        split = poly.split(atom) if atom.kind == "floordiv" and _varies(atom) else None
        if split is None:
            continue
        for dividend, divisor in _divisions(poly, atom):
            times, odd = (-split[0]).divided_by(divisor)
            if times.terms and not odd.terms and forms.ranges.nonneg(times, facts) and forms.ranges.positive(divisor, facts):
                return split[1] + times * (divisor - 1 - dividend)
    return None


def _divisions(poly: Poly, quotient: Atom) -> Iterator[tuple[Poly, Poly]]:
    """What a quotient is of: `x / (a*b)` is `x` by `a*b`, and `x / a` by `b` where that quotient is in `poly`: digits of a number."""
    dividend, divisor = quotient.args
    for atom in poly.own_atoms():
        if atom.kind == "floordiv" and atom != quotient and atom.args[0] == dividend:
            more, odd = divisor.divided_by(atom.args[1])
            if more.terms and not odd.terms:
                yield Poly.atom(atom), more
    yield dividend, divisor


def _without(forms: IndexForms, poly: Poly, atom: Atom, factor: Poly, rest: Poly, facts: Facts) -> Iterator[Poly]:
    """`poly` with `atom` replaced by what it is at most: by a guard that cancels it, or by the end of its loop."""
    grows = forms.ranges.nonneg(factor, facts)
    if atom.kind == "floordiv":
        quotient, odd = factor.divided_by(atom.args[1])
        if not odd.terms and forms.ranges.nonneg(quotient, facts):  # d * (x floordiv d) <= x
            yield rest + quotient * atom.args[0]
    for fact in facts:
        part = fact.split(atom)
        if part is not None and part[0] == -factor:
            yield poly + fact
        elif part is not None and part[0].as_int() == -1 and grows:
            yield poly + factor * fact
    if grows:
        yield from (rest + factor * end for end in _ends(forms, atom, facts))
    elif atom.kind == "value" and forms.ranges.nonneg(-factor, facts):
        yield from (rest + factor * lower for lower in forms.bounds(atom).lower)


def _depth(atom: Atom) -> int:
    """How many operations are around the innermost variable of an atom: the end of a loop is said in those around it."""
    if atom.kind != "value":
        return max((_depth(a) for arg in atom.args for a in arg.own_atoms()), default=0)
    owner = atom.value.owner
    block, depth = owner if isinstance(owner, ir.Block) else owner.operation.block, 0
    while block is not None and block.owner is not None and block.owner.operation.name != "builtin.module":
        block, depth = block.owner.operation.block, depth + 1
    return depth


def _variables(poly: Poly) -> int:
    return len(_varying(poly))


def _varying(poly: Poly) -> frozenset[Atom]:
    return frozenset(atom for atom in poly.own_atoms() if _varies(atom))


def _varies(atom: Atom) -> bool:
    """Whether an atom is, or is made of, more than parameters."""
    if atom.kind == "value":
        return not _is_parameter(atom)
    return any(_varies(a) for arg in atom.args for a in arg.own_atoms())


def _ends(forms: IndexForms, atom: Atom, facts: Facts) -> Iterator[Poly]:
    """What an atom is at most."""
    if atom.kind == "value":
        masked = definition(atom.value)
        if owning_loop(atom.value) is not None or (masked is not None and masked.name == "arith.andi"):  # not that it fits its type
            yield from forms.bounds(atom).upper
        else:
            yield from _most_of_choices(forms, atom, facts)
    elif atom.kind == "min":
        yield from atom.args
    elif atom.kind == "floordiv":
        dividend, divisor = atom.args
        yield from (forms.floordiv(larger, divisor) for larger in _above(forms, dividend, facts))


def _most_of_choices(forms: IndexForms, atom: Atom, facts: Facts) -> Iterator[Poly]:
    """The most that a carried value is which a loop only chooses anew. Each choice is bounded by what holds where it was made: the guards
    of an access that uses it later say nothing of it."""
    most: list[Poly] = []
    for value, by in choices(atom.value):
        chosen = forms.of(value)
        carried = any(other.kind == "value" and choices(other.value) for other in chosen.atoms())
        bound = None if carried else _highest(forms, chosen, facts_at(forms, by))
        if bound is None:
            return
        most.append(bound)
    yield from [bound for bound in most if all(forms.ranges.nonneg(bound - other, facts) for other in most)][:1]


def _consequences(forms: IndexForms, fact: Poly) -> Iterator[Poly]:
    """`x floordiv d >= c` says `x >= c * d`; `min(a, b) >= c` says so of both."""
    for atom in fact.own_atoms():
        split = fact.split(atom)
        factor = split[0].as_int() if split is not None else None
        if split is None or factor is None or factor < 1:
            continue
        least = _at_least(factor, split[1])
        if least is not None and (least.as_int() or 0) > 0:
            yield Poly.atom(atom)  # said plainly, the prover finds it in products too
        if least is not None and atom.kind == "value":
            yield from _of_quotient(forms, atom.value, least)
        if least is not None and atom.kind == "floordiv":
            yield atom.args[0] - least * atom.args[1]
        elif least is not None and atom.kind == "min":
            yield from (arg - least for arg in atom.args)


def _of_quotient(forms: IndexForms, value: ir.Value, least: Poly) -> Iterator[Poly]:
    """`x / d >= c` in C's division, for positive c and d, says `x >= c * d`."""
    op, number = definition(value), least.as_int()
    if op is None or op.name not in ("arith.divsi", "arith.index_cast") or number is None or number < 1:
        return
    if op.name == "arith.index_cast":
        yield from _of_quotient(forms, op.operands[0], least)
        return
    divisor = constant_value(op.operands[1])
    if divisor is not None and divisor > 0:
        yield forms.of(op.operands[0]) - number * divisor


def _at_least(factor: int, rest: Poly) -> Poly | None:
    """The least integer `x` with `factor * x + rest >= 0`."""
    if factor == 1:
        return -rest
    number = rest.as_int()
    return None if number is None else Poly.constant(-(number // factor))


def _is_parameter(atom: Atom) -> bool:
    """Whether a value is computed from the kernel's scalars alone, before its loops."""
    owner = atom.value.owner
    block = owner if isinstance(owner, ir.Block) else owner.operation.block
    return block.owner.operation.name == "func.func"


def _warn_of(kernel: ir.Operation, parameter: ir.BlockArgument, access: ir.Operation) -> None:
    name = parameter_name(kernel, parameter)
    message = f"how many elements '{name}' of kernel '{symbol_name(kernel)}' has cannot be told from this access"
    hint = f"state it, and the output gets a host launcher: --extent {name}=<expression in the kernel's parameters>"
    warn(message, place_of(access.location), hint)


def parameter_name(kernel: ir.Operation, parameter: ir.BlockArgument) -> str:
    """The source's name of a parameter, its number where it has none."""
    if "arg_attrs" in kernel.attributes:
        attributes = ir.DictAttr(kernel.attributes["arg_attrs"][parameter.arg_number])
        if "xpiler.name" in attributes:
            return ir.StringAttr(attributes["xpiler.name"]).value
    return f"parameter {parameter.arg_number}"
