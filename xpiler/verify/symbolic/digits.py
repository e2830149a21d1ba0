"""Numbers of instances that a text takes apart by sizes: `i % cols` and `i / cols` of a counter, a block's or a thread's number.

A number i is q*cols + c with 0 <= c < cols for one q and one c (`lemmas.row_major_is_one_to_one`), so that q and c are coordinates
that tell instances apart as well as i does, and `i` is the polynomial q*cols + c. What is taken apart is seen in the middle of a walk,
when the coordinate is there already: the walk is begun anew with what is wanted (`DigitsWanted`), as it is for shares (shares.py). Where
a digit is taken apart again (`i / cols % rows`), so is the one that is left.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xpiler.verify.limits import NotModelled
from xpiler.verify.symbolic.integers import Int, Monomial, Symbols
from xpiler.verify.symbolic.sets import NOWHERE, PwAff, Set, coordinates, fresh, holds, name, number, within

if TYPE_CHECKING:
    from xpiler.verify.symbolic.walker import Walker

MOST_DIGITS = 8

Place = tuple[str, int, str]  # a loop or a launch by its number in the walk, and what of it is a number of instances


class DigitsWanted(Exception):
    """The program is to be walked with a number of instances in digits; without a size only as a coordinate of its own."""

    def __init__(self, place: Place, size: Monomial | None = None):
        super().__init__(place, size)
        self.place, self.size = place, size


@dataclass
class Reading:
    """How a program is walked: by names for the quotients of sizes, and which numbers of instances are in digits, the last digit first."""

    has_shares: bool = False
    digits: dict[Place, list[Monomial]] = field(default_factory=dict)

    def want(self, wanted: DigitsWanted) -> None:
        """One more digit, or a number of its own."""
        sizes = self.digits.setdefault(wanted.place, [])
        if wanted.size is not None:
            sizes.append(wanted.size)
        if sum(map(len, self.digits.values())) + len(self.digits) > 2 * MOST_DIGITS:
            raise NotModelled("a number of too many digits")


@dataclass(frozen=True)
class Digits:
    """A number of instances as coordinates, first digit first: its value, and what is known of each digit."""

    names: tuple[str, ...]
    value: Int
    domain: Set
    unit: Monomial  # what the first digit counts

    @property
    def first(self) -> str:
        """The digit that is bounded by the number alone."""
        return self.names[0]


def taken_apart(w: Walker, place: Place) -> Digits:
    """New coordinates for the number of instances of a place, the first of which may be taken apart again."""
    sizes = w.reading.digits[place]
    for size in sizes:
        must_divide(w, size)
    found = _digits(sizes, w.symbols)
    w.counted.append((place, Int.of(name(found.first))))
    return found


def must_divide(w: Walker, size: Monomial) -> None:
    """The obligation that a size is positive: the source's sizes at which it is not are outside of the verdict."""
    for symbol in size:
        w.require(w.symbols.value(symbol).ge_set(number(1)), "a division by a size that is positive")
    if len(size) > 1 and all(holds(w.symbols.value(symbol).ge_set(number(1)), w.box.sizes) for symbol in size):
        w.box.sizes = w.box.sizes.intersect_params(w.symbols.amount(size).ge_set(number(1)))  # as its factors are positive


def _digits(sizes: list[Monomial], symbols: Symbols) -> Digits:
    first = fresh("q")
    names, value, domain, unit = [], Int.of(0), name(first).ge_set(number(0)), ()
    for size in sizes:
        extent = symbols.amount(size)
        digit = fresh("c")
        names.insert(0, digit)
        domain = domain.intersect_params(within(digit, extent))
        value = value.plus(Int({unit: name(digit)}))
        unit = tuple(sorted((*unit, *size)))
    return Digits((first, *names), value.plus(Int({unit: name(first)})), domain, unit)


def divided(value: Int, by: Monomial, symbols: Symbols, domain: Set) -> tuple[Int, Int] | Int:
    """Quotient and remainder by a product of sizes, all of whose parts are positive; else the part that is not below the divisor."""
    whole: dict[Monomial, PwAff] = {}
    rest: dict[Monomial, PwAff] = {}
    for monomial, part in value.parts.items():
        left = without(monomial, by)
        (rest if left is None else whole)[monomial if left is None else left] = part
    left_over = _not_below(rest, by, symbols, domain)
    if left_over is not None:
        return left_over
    if not all(holds(part.ge_set(number(0)), domain) for part in whole.values()):
        raise NotModelled("a division of what may be negative by a size")
    return _plain(whole, symbols), Int(rest or {(): number(0)})


def _not_below(parts: dict[Monomial, PwAff], by: Monomial, symbols: Symbols, domain: Set) -> Int | None:
    """None where each part is a digit: what stands before it and it come to less than what is divided by."""
    for monomial in sorted(parts, key=len, reverse=True):
        ratio = without(by, monomial)
        if ratio is None or not holds(_is_digit(parts[monomial], ratio, symbols), domain):
            return Int({monomial: parts[monomial]})
        by = monomial
    return None


def _is_digit(part: PwAff, size: Monomial, symbols: Symbols) -> Set:
    return part.ge_set(number(0)).intersect(part.lt_set(symbols.amount(size)))


def _plain(parts: dict[Monomial, PwAff], symbols: Symbols) -> Int:
    """The polynomial in which a single size is no factor of a constant."""
    total = Int.of(0)
    for monomial, part in parts.items():
        is_size = len(monomial) == 1 and part.is_cst()
        total = total.plus(Int({(): symbols.amount(monomial).mul(part)} if is_size else {monomial: part}))
    return total


def without(monomial: Monomial, factor: Monomial) -> Monomial | None:
    """The other factors of a product; None where not all of them are in it."""
    left = list(monomial)
    for symbol in factor:
        if symbol not in left:
            return None
        left.remove(symbol)
    return tuple(left)


@dataclass(frozen=True)
class Sign:
    """Where a number is negative, and where it is zero."""

    negative: Set
    zero: Set

    def of(self, comparison: str) -> Set:
        """Where it compares with zero that way."""
        return {
            "lt_set": self.negative,
            "le_set": self.negative.union(self.zero),
            "eq_set": self.zero,
            "ne_set": self.zero.complement(),
            "ge_set": self.negative.complement(),
            "gt_set": self.negative.complement().subtract(self.zero),
        }[comparison]


def sign(value: Int, symbols: Symbols, domain: Set) -> Sign | None:
    """The sign of q*cols + c with 0 <= c < cols is that of q, or of c where q is zero (`lemmas.first_digit_decides`).

    None where not everything behind the first digit is known to be a digit.
    """
    units = sorted((m for m, part in value.parts.items() if not part.is_cst()), key=len, reverse=True)
    parts = {unit: value.parts[unit] for unit in units}
    for monomial, part in value.parts.items():
        if not part.is_cst() or (part.is_cst() and part.max_val().is_zero()):
            continue
        unit = next((u for u in units if without(monomial, u) is not None), ())
        amount = symbols.amount(without(monomial, unit) or ()).mul(part)
        parts[unit] = parts[unit].add(amount) if unit in parts else amount
    first, *others = sorted(parts, key=len, reverse=True) or [()]
    if not first or _not_below({unit: parts[unit] for unit in others}, first, symbols, domain) is not None:
        return None
    zero = parts[first].eq_set(number(0))
    for unit in others:
        zero = zero.intersect(parts[unit].eq_set(number(0)))
    return Sign(parts[first].lt_set(number(0)), zero)


def below(of: Digits, extent: Int, symbols: Symbols) -> Set:
    """Where a number is below an extent that is a multiple of what its first digit counts."""
    parts: dict[Monomial, PwAff] = {}
    for monomial, part in extent.parts.items():
        left = without(monomial, of.unit)
        if left is None and not (part.is_cst() and part.max_val().is_zero()):
            raise NotModelled("a range that is not shown to be a whole number of rows")
        if left is not None:
            parts[left] = part
    total = number(0)
    for monomial, part in parts.items():
        if monomial and not part.is_cst():
            raise NotModelled("a range that is a product of a coordinate and a size")
        total = total.add(symbols.amount(monomial).mul(part))
    return name(of.first).lt_set(total) if parts else NOWHERE


def is_same(a: Int, b: Int) -> bool:
    """Whether two integers are the same polynomial."""
    return all(part.is_cst() and part.max_val().is_zero() for part in a.plus(b, -1).parts.values())


def mentioned(value: Int) -> set[str]:
    """The coordinates in an integer."""
    return set().union(*(coordinates(part) for part in value.parts.values())) if value.parts else set()
