"""Which instance of a write an element tells: subscripts such as `128*b + 64*g + 4*t + j` are numbers whose digits are coordinates.

Where what stands behind a digit stays below its coefficient, the digits are quotients of the element, or of what is left of it
(`lemmas.digits_are_quotients`). That is asked of linear sets, and spares isl the search for the last instance in all coordinates at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import islpy as isl

from xpiler.verify.symbolic.facts import note
from xpiler.verify.symbolic.sets import (
    EVERYWHERE,
    NOWHERE,
    PARAM,
    PwAff,
    Set,
    coordinates,
    fresh,
    name,
    number,
    substitute,
    substitute_in_set,
    within,
)

MOST_SPLITS = 4

Element = tuple[PwAff, ...]
Half = tuple[str, str, str, int]  # a coordinate, its quotient, its remainder, the divisor


@dataclass(frozen=True)
class Digits:
    """One subscript: the sum of coefficient times coordinate, largest first, and what coordinates known before and a number add."""

    position: int
    digits: tuple[tuple[str, int], ...]
    rest: PwAff

    def read(self, element: PwAff, known: dict[str, PwAff]) -> dict[str, PwAff]:
        """The coordinates, given the element and the coordinates known before."""
        value = element.sub(replaced(self.rest, known))
        found: dict[str, PwAff] = {}
        above: tuple[PwAff, int] | None = None
        for of, coefficient in self.digits:
            if above is not None and above[1] % coefficient:
                value, above = value.sub(above[0].mul(number(above[1]))), None
            quotient = value if coefficient == 1 else value.div(number(coefficient)).floor()
            found[of] = quotient if above is None else quotient.sub(above[0].mul(number(above[1] // coefficient)))
            above = (quotient, coefficient)
        return found


@dataclass(frozen=True)
class Decoded:
    """A part of a write's instances on which its element is one affine tuple, and what the element tells of the instance."""

    domain: Set
    element: Element
    steps: tuple[Digits, ...] = ()
    fixed: dict[str, int] = field(default_factory=dict)
    halves: tuple[Half, ...] = ()

    def told(self, element: Element) -> dict[str, PwAff]:
        """The coordinates that an element tells."""
        known: dict[str, PwAff] = {of: number(value) for of, value in self.fixed.items()}
        for step in self.steps:
            known |= step.read(element[step.position], known)
        for of, quotient, remainder, divisor in self.halves:
            known[of] = known[quotient].mul(number(divisor)).add(known[remainder])
        return known


def decoded(dims: tuple[str, ...], domain: Set, element: Element) -> list[Decoded]:
    """The parts of a write's instances."""
    return [_of_part(dims, where, affine) for where, affine in _parts(domain, element)]


def _parts(domain: Set, element: Element) -> list[tuple[Set, Element]]:
    found: list[tuple[Set, Element]] = [(domain, ())]
    for value in element:
        found = [
            (both, (*done, PwAff.from_aff(aff)))
            for where, done in found
            for there, aff in value.get_pieces()
            if not (both := where.intersect_params(there)).is_empty()
        ]
    return found


def _of_part(dims: tuple[str, ...], domain: Set, element: Element) -> Decoded:
    split, halves = _split(dims, element)
    values, inner = {}, domain
    for of, quotient, remainder, divisor in halves:
        values[of] = name(quotient).mul(number(divisor)).add(name(remainder))
        inner = inner.intersect_params(within(remainder, divisor))
    of_halves = [part for half in halves for part in half[1:3]]
    steps, fixed = _read([*(of for of in dims if of not in values), *of_halves], substitute_in_set(inner, values), split)
    if set(of_halves) <= set(fixed) | {of for step in steps for of, _ in step.digits}:
        return Decoded(domain, element, steps, fixed, halves)
    return Decoded(domain, element, *_read(list(dims), domain, element))


def _read(names: list[str], domain: Set, element: Element) -> tuple[tuple[Digits, ...], dict[str, int]]:
    fixed = _fixed(names, domain)
    return _steps(names, domain, element, set(fixed)), fixed


def _fixed(names: list[str], domain: Set) -> dict[str, int]:
    """Coordinates that have one value."""
    hull = Set.from_basic_set(domain.affine_hull())
    found = {}
    for of in names:
        at = hull.find_dim_by_name(PARAM, of)
        value = hull.plain_get_val_if_fixed(PARAM, at) if at >= 0 else None
        if value is not None and value.is_int():
            found[of] = value.to_python()
    return found


def _split(dims: tuple[str, ...], element: Element) -> tuple[Element, tuple[Half, ...]]:
    """The element where coordinates under a quotient are written as quotient and remainder."""
    halves: list[Half] = []
    names = set(dims)
    for _ in range(MOST_SPLITS):
        under = next((found for value in element if (found := _under_quotient(value, names)) is not None), None)
        if under is None:
            break
        of, divisor = under
        quotient, remainder = fresh("quotient"), fresh("remainder")
        halves.append((of, quotient, remainder, divisor))
        names.discard(of)
        whole = name(quotient).mul(number(divisor)).add(name(remainder))
        bounds = within(remainder, divisor)
        element = tuple(_without_quotients(replaced(value, {of: whole}), bounds) for value in element)
    return element, tuple(halves)


def _under_quotient(value: PwAff, names: set[str]) -> tuple[str, int] | None:
    """A coordinate x and a number d such that floor(x / d) is in the expression."""
    ((_, aff),) = value.get_pieces()
    for i in range(aff.dim(isl.dim_type.div)):
        div = aff.get_div(i)
        divisor = div.get_denominator_val().to_python()
        terms = _terms(div.scale_val(div.get_denominator_val()))
        if terms is not None and terms[1] == 0 and len(terms[0]) == 1:
            ((of, coefficient),) = terms[0].items()
            if coefficient == 1 and of in names:
                return of, divisor
    return None


def _terms(aff: isl.Aff) -> tuple[dict[str, int], int] | None:
    """The coefficients of an affine expression without quotients, and its number; None of any other."""
    if any(not aff.get_coefficient_val(isl.dim_type.div, i).is_zero() for i in range(aff.dim(isl.dim_type.div))):
        return None
    found: dict[str, int] = {}
    for i in range(aff.dim(PARAM)):
        value = aff.get_coefficient_val(PARAM, i)
        if value.is_zero():
            continue
        if not value.is_int():
            return None
        found[aff.get_dim_name(PARAM, i)] = value.to_python()
    constant = aff.get_constant_val()
    return (found, constant.to_python()) if constant.is_int() else None


def _steps(names: list[str], domain: Set, element: Element, known: set[str]) -> tuple[Digits, ...]:
    """The subscripts that tell coordinates, one after the other: what one has told is known to the next."""
    found: list[Digits] = []
    told = set(known)
    left = dict(enumerate(element))
    while left:
        step = next((s for i, value in left.items() if (s := _digits(i, value, names, told, domain)) is not None), None)
        if step is None:
            break
        found.append(step)
        told |= {of for of, _ in step.digits}
        del left[step.position]
    return tuple(found)


def _digits(position: int, value: PwAff, names: list[str], told: set[str], domain: Set) -> Digits | None:
    if value.n_piece() != 1:
        return None
    ((_, aff),) = value.get_pieces()
    terms = _terms(aff)
    if terms is None:
        return None
    unknown = sorted(((of, c) for of, c in terms[0].items() if of in names and of not in told), key=lambda term: -term[1])
    if not unknown or unknown[-1][1] <= 0:
        return None
    rest = number(terms[1])
    for of, c in terms[0].items():
        if (of, c) not in unknown:
            rest = rest.add(name(of).mul(number(c)))
    behind = number(0)
    for (of, coefficient), (_, above) in zip(reversed(unknown), [*reversed(unknown[:-1]), ("", 0)], strict=True):
        behind = behind.add(name(of).mul(number(coefficient)))
        if above and not _is_below(behind, above, domain):
            return None
    return Digits(position, tuple(unknown), rest)


def _is_below(value: PwAff, limit: int, domain: Set) -> bool:
    """Whether a digit and all behind it stay below the coefficient of the one before."""
    inside = value.ge_set(number(0)).intersect(value.lt_set(number(limit)))
    if not domain.is_subset(inside):
        return False
    note("holds", (domain,), (inside,))
    return True


def replaced(value: PwAff, values: dict[str, PwAff]) -> PwAff:
    """An affine integer with coordinates replaced by others, by arithmetic."""
    used = coordinates(value) & set(values)
    if not used:
        return value
    if value.n_piece() != 1:
        return substitute(value, values)
    ((where, aff),) = value.get_pieces()
    if not where.plain_is_universe():
        return substitute(value, values)
    return _replaced(aff, values)


def replaced_in_set(what: Set, values: dict[str, PwAff]) -> Set:
    """A set with coordinates replaced by others, constraint by constraint.

    A quotient and its remainder add up to what was divided where both are in one constraint; isl, asked to eliminate them, keeps both.
    """
    if any(value.n_piece() != 1 for value in values.values()):
        return substitute_in_set(what, values)
    found = NOWHERE
    for part in what.compute_divs().get_basic_sets():
        here = EVERYWHERE
        for constraint in part.get_constraints():
            value = _replaced(constraint.get_aff(), values)
            here = here.intersect_params(value.eq_set(number(0)) if constraint.is_equality() else value.ge_set(number(0)))
        found = found.union(here)
    return found


def _replaced(aff: isl.Aff, values: dict[str, PwAff]) -> PwAff:
    total = _scaled(number(1), aff.get_constant_val())
    for i in range(aff.dim(PARAM)):
        coefficient = aff.get_coefficient_val(PARAM, i)
        if not coefficient.is_zero():
            of = aff.get_dim_name(PARAM, i)
            total = total.add(_scaled(values.get(of, None) or name(of), coefficient))
    for i in range(aff.dim(isl.dim_type.div)):
        coefficient = aff.get_coefficient_val(isl.dim_type.div, i)
        if not coefficient.is_zero():
            total = total.add(_scaled(_replaced(aff.get_div(i), values).floor(), coefficient))
    return total


def _scaled(value: PwAff, by: isl.Val) -> PwAff:
    return value.scale_val(by)


def _without_quotients(value: PwAff, domain: Set) -> PwAff:
    """The integer on a domain, quotients that have one value there replaced by it."""
    if value.n_piece() != 1:
        return value
    ((where, aff),) = value.get_pieces()
    if not aff.dim(isl.dim_type.div):
        return value
    return _settled(aff, domain).intersect_params(where)


def _settled(aff: isl.Aff, domain: Set) -> PwAff:
    total = _scaled(number(1), aff.get_constant_val())
    for i in range(aff.dim(PARAM)):
        coefficient = aff.get_coefficient_val(PARAM, i)
        if not coefficient.is_zero():
            total = total.add(_scaled(name(aff.get_dim_name(PARAM, i)), coefficient))
    for i in range(aff.dim(isl.dim_type.div)):
        coefficient = aff.get_coefficient_val(isl.dim_type.div, i)
        if not coefficient.is_zero():
            total = total.add(_scaled(_quotient(aff.get_div(i), domain), coefficient))
    return total


def _quotient(of: isl.Aff, domain: Set) -> PwAff:
    """floor of an expression; the number that it is where it stays between two that follow each other."""
    divisor = of.get_denominator_val()
    dividend = _settled(of.scale_val(divisor), domain)
    here = dividend.intersect_params(domain)
    low, high = (value.div(divisor).floor() for value in (here.min_val(), here.max_val()))
    if low.is_int() and low == high:
        return number(low.to_python())
    return dividend.scale_down_val(divisor).floor()


def settled(value: PwAff, domain: Set) -> PwAff:
    """The integer on a domain, without pieces and quotients that the domain decides."""
    if value.n_piece() > 1:
        value = value.gist_params(domain).coalesce()
    return _without_quotients(value, domain)
