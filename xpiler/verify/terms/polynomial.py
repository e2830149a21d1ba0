"""Polynomials over interned atoms: the normal form of sums and products, for reals and for integers modulo 2^w.

A monomial is a sorted tuple of (atom, exponent); a polynomial maps monomials to coefficients that are not zero. Sums are
multisets of their terms this way: reassociation is free and multiplicity counts.
"""

from __future__ import annotations

from fractions import Fraction

Monomial = tuple[tuple[int, int], ...]
Coefficient = Fraction | int
Polynomial = dict[Monomial, Coefficient]
Frozen = tuple[tuple[Monomial, Coefficient], ...]

UNIT: Monomial = ()


class Atoms:
    """Numbers for the indivisible parts of polynomials; the same key always has the same number."""

    def __init__(self) -> None:
        self._numbers: dict[tuple, int] = {}
        self._keys: list[tuple] = []

    def number(self, key: tuple) -> int:
        """The number of the atom `key`."""
        if key not in self._numbers:
            self._numbers[key] = len(self._keys)
            self._keys.append(key)
        return self._numbers[key]

    def key(self, number: int) -> tuple:
        """What the atom is."""
        return self._keys[number]


def freeze(polynomial: Polynomial) -> Frozen:
    """The polynomial as a key."""
    return tuple(sorted(polynomial.items()))


def accumulate(total: Polynomial, addend: Polynomial, factor: Coefficient = 1) -> None:
    """`total += factor * addend`, in place."""
    is_plain = type(factor) is int and factor == 1  # so it is nearly always, and fractions take their time
    for monomial, coefficient in addend.items():
        value = coefficient if is_plain else factor * coefficient
        known = total.get(monomial)
        value = value if known is None else known + value
        if value:
            total[monomial] = value
        else:
            total.pop(monomial, None)


def whole(number: Fraction) -> Coefficient:
    """A number as an int where it is one: the same coefficient, on which everything but division is faster."""
    return number.numerator if number.denominator == 1 else number


def divided_by(polynomial: Polynomial, number: Coefficient) -> Polynomial:
    """Every coefficient divided, exactly: two ints would give a float."""
    inverse = Fraction(1) / number
    return {monomial: whole(coefficient * inverse) for monomial, coefficient in polynomial.items()}


def reduced(polynomial: Polynomial, width: int) -> Polynomial:
    """The coefficients modulo 2^width: all that counts where sums and products wrap."""
    modulus = 1 << width
    return {monomial: value for monomial, coefficient in polynomial.items() if (value := coefficient % modulus)}


def times(a: Monomial, b: Monomial) -> Monomial:
    """The product of two monomials."""
    if not a or not b:
        return a or b
    exponents = dict(a)
    for atom, exponent in b:
        exponents[atom] = exponents.get(atom, 0) + exponent
    return tuple(sorted(exponents.items()))


def product(a: Polynomial, b: Polynomial) -> Polynomial:
    """The expanded product."""
    result: Polynomial = {}
    for left, x in a.items():
        accumulate(result, {times(left, right): x * y for right, y in b.items()})
    return result


def constant_of(polynomial: Polynomial) -> Coefficient | None:
    """The number a constant polynomial is; None where it is not constant."""
    if not polynomial:
        return 0
    return polynomial.get(UNIT) if len(polynomial) == 1 else None


def proportional(a: Polynomial, b: Polynomial) -> bool:
    """Whether a = c b for some c > 0."""
    if a.keys() != b.keys():
        return False
    ratios = {Fraction(a[m]) / b[m] for m in a}
    return len(ratios) == 1 and ratios.pop() > 0


def negative(polynomial: Polynomial) -> Polynomial:
    """The polynomial times -1."""
    return {monomial: -coefficient for monomial, coefficient in polynomial.items()}


def single_atom(polynomial: Polynomial) -> int | None:
    """The atom a polynomial is, coefficient and exponent 1; None where it is something else."""
    if len(polynomial) != 1:
        return None
    (monomial, coefficient), *_ = polynomial.items()
    return monomial[0][0] if coefficient == 1 and len(monomial) == 1 and monomial[0][1] == 1 else None
