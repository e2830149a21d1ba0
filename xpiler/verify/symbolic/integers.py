"""Integers that control and addresses need: polynomials over symbols of the sizes with quasi-affine coefficients.

`i*cols + j` is {(cols): i, (): j}. A symbol is an integer expression of sizes alone (`cols`, `height / 2`); what is equal has
one symbol. Products of two things that both depend on coordinates are not modelled.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import islpy as isl

from xpiler.verify.limits import NotModelled
from xpiler.verify.symbolic.sets import PARAM, PwAff, Set, choice, coordinates, fresh, mentions, name, number, substitute

Monomial = tuple[str, ...]


class Symbols:
    """The sizes, and names for products of them and for expressions that occur as factors."""

    def __init__(self):
        self.sizes: list[str] = []
        self.wide: set[str] = set()  # sizes of 64 bits: their products may leave 64
        self.derived: dict[str, PwAff] = {}
        self.products: dict[Monomial, str] = {}
        self.quotients: dict[str, tuple[PwAff, int]] = {}
        self.strides: set[str] = set()  # of `derived`: those that depend on loops (tile_strides.py)

    def is_size(self, of: str) -> bool:
        """Whether a coordinate is a size: it depends on no thread and no loop."""
        return of in self.sizes or of in self.quotients or of in self.products.values()

    def is_wide(self, monomial: Monomial) -> bool:
        """Whether a size of 64 bits is in a product."""
        return any(coordinates(self.value(symbol)) & self.wide for symbol in monomial)

    def symbol(self, value: PwAff) -> str:
        """The symbol of an expression of sizes."""
        (only, *more) = coordinates(value) or {""}
        if only and not more and value.plain_is_equal(name(only)):
            return only
        for symbol, known in self.derived.items():
            if known.is_equal(value):
                return symbol
        symbol = f"e{len(self.derived)}"
        self.derived[symbol] = value
        return symbol

    def stride(self, value: PwAff) -> str:
        """The symbol of a stride that depends on loops."""
        symbol = self.symbol(value)
        self.strides.add(symbol)
        return symbol

    def value(self, symbol: str) -> PwAff:
        """What a symbol stands for."""
        return self.derived.get(symbol, None) or name(symbol)

    def quotient(self, value: PwAff, by: int) -> str:
        """One coordinate for the quotient of an expression of sizes, which `is_quotient` defines."""
        for of, known in self.quotients.items():
            if known[1] == by and known[0].plain_is_equal(value):
                return of
        of = fresh("quotient")
        self.quotients[of] = (value, by)
        return of

    def is_quotient(self, of: str) -> Set:
        """Where a coordinate is the quotient it stands for: by q <= value < by (q + 1)."""
        value, by = self.quotients[of]
        rest = value.sub(name(of).mul(number(by)))
        return rest.ge_set(number(0)).intersect(rest.lt_set(number(by)))

    def amount(self, monomial: Monomial) -> PwAff:
        """What a product of symbols is, as isl sees it."""
        if not monomial:
            return number(1)
        return self.value(monomial[0]) if len(monomial) == 1 else name(self.product(monomial))

    def factors(self, value: Int) -> Monomial | None:
        """The symbols whose product an integer is; None of any other than a size or a product of sizes."""
        if len(value.parts) != 1:
            return None
        ((monomial, part),) = value.parts.items()
        if monomial:
            is_product = part.is_cst() and part.max_val().is_one() and not self.strides.intersection(monomial)
            return monomial if is_product else None
        names = coordinates(part)
        if part.is_cst() or not all(map(self.is_size, names)):
            return None
        for known, of in self.products.items():
            if names == {of} and part.plain_is_equal(name(of)):
                return known
        return (self.symbol(part),)

    def product(self, monomial: Monomial) -> str:
        """One coordinate for a product of symbols: opaque, except that it is what it is on both sides."""
        if self.strides.intersection(monomial):
            raise NotModelled("a product of two coordinates")
        return self.products.setdefault(monomial, "x_" + "_".join(monomial))


@dataclass(frozen=True, eq=False)
class Int:
    """A polynomial; the monomial () has the part that isl sees."""

    parts: dict[Monomial, PwAff] = field(default_factory=dict)

    @staticmethod
    def of(value: int | PwAff) -> Int:
        """An affine integer."""
        return Int({(): number(value) if isinstance(value, int) else value})

    @property
    def constant(self) -> int | None:
        """The number it is, if it is one."""
        if any(m for m in self.parts):
            return None
        value = self.parts.get((), number(0))
        if not value.is_cst():
            return None
        found = value.max_val()
        return found.to_python() if found.is_int() else None

    def plus(self, other: Int, sign: int = 1) -> Int:
        """Sum or difference."""
        parts = dict(self.parts)
        for monomial, value in other.parts.items():
            value = value if sign > 0 else value.neg()
            parts[monomial] = parts[monomial].add(value).coalesce() if monomial in parts else value
        return Int({m: v for m, v in parts.items() if m == () or not _is_zero(v)})

    def times(self, other: Int, symbols: Symbols) -> Int:
        """Product; one factor of every pair of terms must depend on sizes alone."""
        result = Int()
        for m1, a in self.parts.items():
            for m2, b in other.parts.items():
                result = result.plus(_product(m1, a, m2, b, symbols))
        return result

    def affine(self, symbols: Symbols, what: str = "an integer") -> PwAff:
        """As isl sees it; products of sizes become coordinates of their own."""
        total = self.parts.get((), number(0))
        for monomial, value in self.parts.items():
            if monomial == ():
                continue
            if not value.is_cst():
                raise NotModelled(f"{what} that is a product of a coordinate and a size")
            total = total.add(value.mul(symbols.amount(monomial)))
        return total

    def map(self, function) -> Int:
        """The polynomial with a function applied to each coefficient."""
        return Int({m: function(v) for m, v in self.parts.items()})

    def substitute(self, values: dict[str, PwAff]) -> Int:
        """With coordinates replaced."""
        return self.map(lambda v: substitute(v, values))


def _is_zero(value: PwAff) -> bool:
    return value.is_cst() and value.max_val().is_zero() and value.min_val().is_zero()


def _product(m1: Monomial, a: PwAff, m2: Monomial, b: PwAff, symbols: Symbols) -> Int:
    monomial = tuple(sorted((*m1, *m2)))
    if a.is_cst() or b.is_cst():
        if _is_zero(a) or _is_zero(b):
            return Int.of(0) if not monomial else Int()
        return _of_sizes(monomial, a.mul(b), symbols)
    sizes = [v for v in (a, b) if all(symbols.is_size(of) for of in coordinates(v))]
    if not sizes:
        raise NotModelled("a product of two coordinates")
    pure = [v for v in sizes if _is_pure(_without_content(v)[1])]
    return _with_symbols(monomial, a, b, pure if pure else sizes[:1], symbols)


def _of_sizes(monomial: Monomial, value: PwAff, symbols: Symbols) -> Int:
    """A size beside other sizes is one more factor: `N * C` times `pixels` is one product of three."""
    rest, bare = _without_content(value)
    if monomial and not bare.is_cst() and _is_pure(bare) and all(map(symbols.is_size, coordinates(bare))):
        return Int({tuple(sorted((*monomial, symbols.symbol(bare)))): number(rest)})
    return Int({monomial: value})


def _with_symbols(monomial: Monomial, a: PwAff, b: PwAff, factors: list[PwAff], symbols: Symbols) -> Int:
    """The product with some of its two factors moved into the monomial."""
    rest = [v for v in (a, b) if not any(v is f for f in factors)]
    value, names = number(1), []
    for factor in factors:
        content, bare = _without_content(factor)
        value = value.scale_val(isl.Val.int_from_si(isl.DEFAULT_CONTEXT, content))
        names.append(symbols.symbol(bare))
    for other in rest:
        value = other.mul(value)
    return Int({tuple(sorted((*monomial, *names))): value})


def _is_pure(value: PwAff) -> bool:
    """A size, or a quotient of one: what is a dimension of its own."""
    if value.n_piece() != 1:
        return True
    aff = value.get_pieces()[0][1]
    return len(coordinates(value)) == 1 and (aff.dim(isl.dim_type.div) > 0 or aff.get_constant_val().is_zero())


def _without_content(value: PwAff) -> tuple[int, PwAff]:
    """A factor common to all of an affine expression, pulled out: 8 * n is 8 and n."""
    if value.n_piece() != 1:
        return 1, value
    aff = value.get_pieces()[0][1]
    if aff.dim(isl.dim_type.div):
        return 1, value
    numbers = [aff.get_constant_val(), *(aff.get_coefficient_val(PARAM, i) for i in range(aff.dim(PARAM)))]
    whole = [abs(n.to_python()) for n in numbers if n.is_int() and not n.is_zero()]
    if len(whole) < sum(not n.is_zero() for n in numbers):
        return 1, value
    common = _gcd(whole)
    return (common, value.scale_down_val(isl.Val.int_from_si(isl.DEFAULT_CONTEXT, common))) if common > 1 else (1, value)


def _gcd(numbers: list[int]) -> int:
    import math

    return math.gcd(*numbers) if numbers else 1


def selected(condition: Set, yes: Int, no: Int) -> Int:
    """A choice, coefficient by coefficient."""
    zero = number(0)
    monomials = {*yes.parts, *no.parts}
    return Int({m: choice(condition, yes.parts.get(m, zero), no.parts.get(m, zero)) for m in monomials})


__all__ = ["Int", "Monomial", "Symbols", "mentions", "selected"]
