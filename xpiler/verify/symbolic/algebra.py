"""Arithmetic on expressions: sums of products over the reals, exponentials split into factors, sums merged where they add up.

Rules, each an identity of the reals: exp(a + b) = exp(a) exp(b); 1 / (x y) = (1 / x) (1 / y);
x / y keeps its denominator, so nothing that may be zero cancels.
"""

from __future__ import annotations

from fractions import Fraction

from xpiler.verify.limits import NotModelled
from xpiler.verify.symbolic.equality import cancelled, equal_atoms, equal_factors, only_value, same_body
from xpiler.verify.symbolic.expressions import (
    Atom,
    Exponential,
    Factors,
    Function,
    Item,
    Maximum,
    Monomial,
    Poly,
    Sum,
    atom,
    atoms,
    constant,
    scaled,
    shape,
    substituted_factors,
)
from xpiler.verify.symbolic.sets import PwAff, Set, as_lattice, has_quotients, name, only_point, project_out, substitute_in_set, union
from xpiler.verify.symbolic.weights import points_like, splits, sum_over

ONE = Fraction(1)
MOST_TERMS = 200
INFINITY = Function("infinity", ())
PARTIAL = frozenset({"inverse", "sqrt", "log", "log2", "log10", "powf", "tan", "fmod"})
MOST_POWER = 12


def add(a: Poly, b: Poly, domain: Set) -> Poly:
    """Sum; two sums of one body over disjoint domains are one."""
    if has_infinity(a) and has_infinity(b):
        raise NotModelled("a sum of infinities")
    found = list(a)
    for term in b:
        _accumulate(found, term, domain)
    if len(found) > MOST_TERMS:
        raise NotModelled("an expression of too many terms")
    return tuple(m for m in found if m.coefficient)


def _accumulate(found: list[Monomial], term: Monomial, domain: Set) -> None:
    for i, known in enumerate(found):
        if equal_factors(known.factors, term.factors, domain):
            found[i] = Monomial(known.coefficient + term.coefficient, known.factors)
            if not found[i].coefficient:
                _may_vanish(term.factors)
            return
        merged = _merged(known, term, domain) if known.coefficient == term.coefficient else None
        if merged is not None:
            found[i] = merged
            return
    found.append(term)


def _may_vanish(factors: Factors) -> None:
    """What has no value for some reals must not cancel: the condition would go with it."""
    if any(isinstance(of, Function) and of.name in PARTIAL for of in atoms(factors)):
        raise NotModelled("a quotient, root or logarithm that cancels")


def _is_infinity(of: Atom) -> bool:
    return isinstance(of, Function) and of.name == INFINITY.name


def has_infinity(value: Poly) -> bool:
    """Whether an infinity is a term of it."""
    return any(_is_infinity(of) for m in value for of, _ in m.factors)


def _merged(a: Monomial, b: Monomial, domain: Set) -> Monomial | None:
    """One sum over the union of two domains that have no point in common."""
    of_a, of_b = splits(a), splits(b)
    if not of_a and not of_b:
        return None
    if not of_a:
        return _merged(b, a, domain)
    if not of_b:
        return _with_point(a, *of_a[0], b, domain) if len(of_a) == 1 else None
    found = (_joined(a.coefficient, one, two, domain) for one in of_a for two in of_b)
    return next((each for each in found if each is not None), None)


def _joined(coefficient: Fraction, one: tuple[Factors, Sum], two: tuple[Factors, Sum], domain: Set) -> Monomial | None:
    """Two sums of one body with the same factors outside, over domains that have no point in common."""
    (outside, first), (others, second) = one, two
    if not equal_factors(outside, others, domain):
        return None
    space = same_body(first.factors, first.bound, first.domain, second.factors, second.bound, second.domain, domain)
    if space is None or not domain.intersect_params(space).intersect_params(first.domain).is_empty():
        return None
    whole = union(domain.intersect_params(first.domain), domain.intersect_params(space), first.bound)
    return Monomial(coefficient, _product(outside, ((Sum(first.bound, whole, first.factors), ONE),), domain))


def _with_point(total: Monomial, outside: Factors, model: Sum, single: Monomial, domain: Set) -> Monomial | None:
    """A product that is one more member of a sum."""
    for point in points_like(single, model):
        if len(point) != len(model.bound):
            continue
        if not equal_factors(single.factors, (*outside, *substituted_factors(model.factors, point)), domain):
            continue
        space = domain
        for of, value in point.items():
            space = space.intersect_params(name(of).eq_set(value))
        if space.is_disjoint(model.domain):
            whole = union(model.domain, space, model.bound)
            return Monomial(total.coefficient, (*outside, (Sum(model.bound, whole, model.factors), ONE)))
    return None


def multiply(a: Poly, b: Poly, domain: Set) -> Poly:
    """Product, expanded."""
    if has_infinity(a) or has_infinity(b):
        raise NotModelled("a product with an infinity")
    if not a or not b:
        for term in (*a, *b):
            _may_vanish(term.factors)
    found: list[Monomial] = []
    for x in a:
        for y in b:
            _accumulate(found, Monomial(x.coefficient * y.coefficient, _product(x.factors, y.factors, domain)), domain)
    if len(found) > MOST_TERMS:
        raise NotModelled("an expression of too many terms")
    return tuple(m for m in found if m.coefficient)


def _product(a: Factors, b: Factors, domain: Set) -> Factors:
    found = list(a)
    for factor, power in b:
        for i, (known, its_power) in enumerate(found):
            if equal_atoms(known, factor, domain):
                found[i] = (known, its_power + power)
                if not found[i][1]:
                    _may_vanish(((known, ONE),))
                break
        else:
            found.append((factor, power))
    if any(power > MOST_POWER for _, power in found):
        raise NotModelled("a high power")
    return tuple((f, p) for f, p in found if p)


def exponential(a: Poly, domain: Set) -> Poly:
    """exp of a sum is the product of the exponentials of its terms; exp(c x) is the power c of exp(x)."""
    if has_infinity(a):
        if any(_is_infinity(of) and m.coefficient < 0 for m in a for of, _ in m.factors):
            return ()
        raise NotModelled("the exponential of an infinity")
    result: Factors = ()
    for term in cancelled(a, domain):
        result = _product(result, ((Exponential(term.factors), term.coefficient),), domain)
    return (Monomial(ONE, result),)


def simplified(value: Poly, domain: Set) -> Poly:
    """The value where exponentials of maxima that have one member on the domain are those of the member."""
    if not any(_lone_member(f, domain) is not None for m in value for f, _ in m.factors):
        return value
    total: Poly = ()
    for term in value:
        product = constant(term.coefficient)
        for factor, power in term.factors:
            member = _lone_member(factor, domain)
            part = (Monomial(ONE, ((factor, power),)),) if member is None else exponential(scaled(member, power), domain)
            product = multiply(product, part, domain)
        total = add(total, product, domain)
    return total


def gathered(value: Poly, domain: Set) -> Poly:
    """The value where sums that are equal on the domain are powers of one: a partial sum at its end is the whole sum."""
    return tuple(Monomial(m.coefficient, _product((), m.factors, domain)) if len(splits(m)) > 1 else m for m in value)


def straightened(value: Poly) -> Poly:
    """The value where a sum up to a quotient (the last iteration of a loop with a step) is one up to what was divided."""
    return tuple(Monomial(m.coefficient, tuple((_straight(a), p) for a, p in m.factors)) for m in value)


def _straight(of: Atom) -> Atom:
    match of:
        case Sum(bound, domain, factors) if has_quotients(domain):
            return Sum(bound, as_lattice(domain, bound), factors)
        case Maximum(items):
            return Maximum(tuple(Item(i.bound, as_lattice(i.domain, i.bound), i.value) if has_quotients(i.domain) else i for i in items))
    return of


def collapsed(value: Poly, domain: Set) -> Poly:
    """The value where sums over one point are that point's term, also under a quotient, and coordinates of one value are that value."""
    total: Poly = ()
    for term in value:
        product = constant(term.coefficient)
        for factor, power in term.factors:
            product = multiply(product, _collapsed_factor(factor, power, domain), domain)
        total = add(total, product, domain)
    return total


def _collapsed_factor(factor: Atom, power: Fraction, domain: Set) -> Poly:
    if isinstance(factor, Sum) and power == 1:
        point = only_point(factor.bound, factor.domain, domain)
        if point is not None:
            return (Monomial(ONE, substituted_factors(factor.factors, point)),)
        return (Monomial(ONE, ((_without_constants(factor, domain), ONE),)),)
    if isinstance(factor, Function) and factor.name == "inverse" and power == 1:
        return inverse(collapsed(factor.arguments[0], domain), domain)
    return (Monomial(ONE, ((factor, power),)),)


def _without_constants(of: Sum, domain: Set) -> Sum:
    """A sum over those of its coordinates that have more than one value."""
    known: dict[str, PwAff] = {}
    for coordinate in of.bound:
        others = [other for other in of.bound if other != coordinate]
        known |= only_point((coordinate,), project_out(of.domain, others), domain) or {}
    if not known:
        return of
    rest = tuple(coordinate for coordinate in of.bound if coordinate not in known)
    return Sum(rest, substitute_in_set(of.domain, known).coalesce(), substituted_factors(of.factors, known))


def _lone_member(factor: Atom, domain: Set) -> Poly | None:
    if not isinstance(factor, Exponential) or len(factor.factors) != 1 or factor.factors[0][1] != 1:
        return None
    inner = factor.factors[0][0]
    return only_value(inner.items[0], domain) if isinstance(inner, Maximum) and len(inner.items) == 1 else None


def inverse(a: Poly, domain: Set) -> Poly:
    """1 / x; of a product factor by factor, of an exponential its power negated."""
    a = cancelled(a, domain)
    if has_infinity(a):
        raise NotModelled("a quotient by an infinity")
    if not a:
        raise NotModelled("division by zero")
    if len(a) == 1:
        factors: Factors = ()
        for factor, power in a[0].factors:
            factors = _product(factors, _inverse_of_factor(factor, power), domain)
        return (Monomial(1 / a[0].coefficient, factors),)
    common = _common_exponentials(a, domain)
    if common:
        rest = multiply(a, (Monomial(ONE, tuple((f, -p) for f, p in common)),), domain)
        return multiply(inverse(rest, domain), (Monomial(ONE, tuple((f, -p) for f, p in common)),), domain)
    turned = _logistic(a, domain)
    if turned is not None:
        return turned
    total = sum(m.coefficient for m in a)
    scale = total if total else max(abs(m.coefficient) for m in a)
    return (Monomial(1 / Fraction(scale), ((Function("inverse", (scaled(a, 1 / Fraction(scale)),)), ONE),)),)


def _logistic(a: Poly, domain: Set) -> Poly | None:
    """1 / (c + d / E) = (1 - d / (d + c E)) / c for an exponential E, which has no zero: one of the two forms is kept."""
    constants = [m for m in a if not m.factors]
    rest = [m for m in a if m.factors]
    if len(constants) != 1 or len(rest) != 1 or any(not isinstance(f, Exponential) for f, _ in rest[0].factors):
        return None
    if min(rest[0].factors, key=lambda factor: shape(factor[0].factors))[1] > 0:
        return None
    c, d = constants[0].coefficient, rest[0].coefficient
    turned = Monomial(c, tuple((f, -p) for f, p in rest[0].factors))
    return scaled(add(constant(1), scaled(inverse((Monomial(d, ()), turned), domain), -d), domain), 1 / c)


def _inverse_of_factor(factor, power: Fraction) -> Factors:
    if isinstance(factor, Exponential):
        return ((factor, -power),)
    return ((Function("inverse", (atom(factor),)), power),)


def _common_exponentials(a: Poly, domain: Set) -> Factors:
    """Exponentials that are factors of every term, with one power."""
    return tuple(
        (f, p)
        for f, p in a[0].factors
        if isinstance(f, Exponential) and all(any(p == q and equal_atoms(f, g, domain) for g, q in m.factors) for m in a[1:])
    )


def function(of: str, arguments: tuple[Poly, ...], domain: Set) -> Poly:
    """A function of the same reals is the same real.

    tanh(x) = 1 - 2 / (exp(2 x) + 1), cosh(x) = (exp(x) + exp(-x)) / 2, rsqrt(x) = 1 / sqrt(x).
    """
    if any(map(has_infinity, arguments)) and of != "exp":
        raise NotModelled(f"{of} of an infinity")
    if of == "exp":
        return exponential(arguments[0], domain)
    if of == "copysign":
        raise NotModelled("the sign of a number, which zeros have and reals do not")
    if of == "rsqrt":
        return inverse(function("sqrt", arguments, domain), domain)
    if of == "tanh":
        above = add(exponential(scaled(arguments[0], 2), domain), constant(1), domain)
        return add(constant(1), scaled(inverse(above, domain), -2), domain)
    if of == "cosh":
        sides = (scaled(exponential(scaled(arguments[0], sign), domain), Fraction(1, 2)) for sign in (1, -1))
        return add(*sides, domain)
    return atom(Function(of, tuple(cancelled(a, domain) for a in arguments)))


def sum_pieces(bound: tuple[str, ...], pieces: list[tuple[Set, Poly | None]], domain: Set) -> Poly | None:
    """The sum over bound coordinates of what is given piece by piece."""
    total: Poly = ()
    for where, value in pieces:
        if value is None:
            return None
        for term in value:
            summed = sum_over(bound, where, term, value)
            if summed is not None:
                total = add(total, (summed,), domain)
    return total
