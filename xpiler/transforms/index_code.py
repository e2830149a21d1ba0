"""From polynomials back to index arithmetic, as short as Horner's rule and remainders make it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith

from xpiler.analysis.polynomial import Atom, Poly

Expression = tuple  # ("const", n) | ("value", Value) | (name of an arith op, Expression, Expression)

_OPS = {
    "addi": arith.addi,
    "subi": arith.subi,
    "muli": arith.muli,
    "floordivsi": arith.floordivsi,
    "divsi": arith.divsi,
    "remui": arith.remui,
    "minsi": arith.minsi,
    "maxsi": arith.maxsi,
}


@dataclass(frozen=True, eq=False)
class _Written(Atom):
    """An atom that exists only while code is written: `args[0] mod args[1]`, or a quotient that no rule takes apart again."""


def expression(poly: Poly, nonneg: object = None) -> Expression:
    """The arithmetic that computes `poly`; `nonneg(poly)` tells where a remainder may be the unsigned operation, and a quotient C's."""
    return _sum(_with_rounded_up(_with_remainders(poly, nonneg), nonneg), nonneg)


def cost(tree: Expression) -> int:
    """How many operations an expression takes, counted as a tree; divisions count more."""
    if tree[0] in ("const", "value"):
        return 0
    return (3 if tree[0] in ("floordivsi", "divsi", "remui") else 1) + cost(tree[1]) + cost(tree[2])


def build(tree: Expression) -> ir.Value:
    """Makes the operations at the current insertion point and location."""
    if tree[0] == "const":
        return arith.constant(ir.IndexType.get(), tree[1])
    if tree[0] == "value":
        return _as_index(tree[1])
    return _OPS[tree[0]](build(tree[1]), build(tree[2]))


def materialize(poly: Poly, nonneg: object = None) -> ir.Value:
    """`poly` as a value, computed at the current insertion point."""
    return build(expression(poly, nonneg))


def _as_index(value: ir.Value) -> ir.Value:
    if isinstance(value.type, ir.IndexType):
        return value
    return arith.index_cast(ir.IndexType.get(), value)


def _with_remainders(poly: Poly, nonneg: object) -> Poly:
    """Turns `k*a - k*b*(a floordiv b)` back into `k*(a mod b)`."""
    for atom in poly.own_atoms():
        if atom.kind != "floordiv" or not (split := poly.split(atom)):
            continue
        dividend, divisor = atom.args
        scale, odd = split[0].divided_by(-divisor)
        rest = split[1] - scale * dividend
        worth = not odd.terms and scale.terms and len(rest.terms) < len(split[1].terms)
        if worth and nonneg is not None and nonneg(dividend):
            remainder = _Written(atom.serial, "mod", (dividend, divisor))
            return _with_remainders(rest, nonneg) + scale * Poly.atom(remainder)
    return poly


def _with_rounded_up(poly: Poly, nonneg: object) -> Poly:
    """Turns `(n - 1) floordiv b + 1` back into `(n + b - 1) / b`, whose dividend is not negative."""
    for atom in poly.own_atoms():
        if nonneg is None or atom.kind != "floordiv" or isinstance(atom, _Written) or not (split := poly.split(atom)):
            continue
        dividend, divisor = atom.args
        if not nonneg(dividend) and nonneg(dividend + divisor):
            quotient = Poly.atom(_Written(atom.serial, "floordiv", (dividend + divisor, divisor)))
            return _with_rounded_up(split[1] + split[0] * (quotient - 1), nonneg)
    return poly


def _sum(poly: Poly, nonneg: object) -> Expression:
    shared = _shared_atom(poly)
    if shared is not None:
        inside = Poly({_less(m, shared): c for m, c in poly.terms.items() if shared in m})
        rest = Poly({m: c for m, c in poly.terms.items() if shared not in m})
        product = ("muli", _sum(inside, nonneg), _leaf(shared, nonneg))
        return _plus(product, rest, nonneg)
    terms = sorted(poly.terms.items(), key=lambda t: (t[1] < 0, -len(t[0]), [a.serial for a in t[0]]))
    if not terms:
        return ("const", 0)
    tree = _product(*terms[0], nonneg)
    for monomial, c in terms[1:]:
        tree = ("subi" if c < 0 else "addi", tree, _product(monomial, abs(c), nonneg))
    return tree


def _plus(tree: Expression, rest: Poly, nonneg: object) -> Expression:
    if not rest.terms:
        return tree
    if all(c < 0 for c in rest.terms.values()):
        return ("subi", tree, _sum(-rest, nonneg))
    return ("addi", tree, _sum(rest, nonneg))


def _product(monomial: tuple[Atom, ...], c: int, nonneg: object) -> Expression:
    factors = [_leaf(atom, nonneg) for atom in monomial]
    if c != 1 or not factors:
        factors.append(("const", c))
    tree = factors[0]
    for factor in factors[1:]:
        tree = ("muli", tree, factor)
    return tree


def _leaf(atom: Atom, nonneg: object) -> Expression:
    if atom.kind == "value":
        return ("value", atom.value)
    trees = [expression(arg, nonneg) for arg in atom.args]
    name = {"floordiv": "floordivsi", "mod": "remui", "min": "minsi", "max": "maxsi"}[atom.kind]
    if atom.kind == "floordiv" and isinstance(atom, _Written):
        name = "divsi"
    tree = trees[0]
    for other in trees[1:]:
        tree = (name, tree, other)
    return tree


def _shared_atom(poly: Poly) -> Atom | None:
    """The atom that most monomials have, if two have it: later ones (inner sizes) win ties."""
    counts = Counter(a for monomial in poly.terms for a in set(monomial))
    if not counts:
        return None
    atom, times = max(counts.items(), key=lambda item: (item[1], item[0].serial))
    return atom if times >= 2 else None


def _less(monomial: tuple[Atom, ...], atom: Atom) -> tuple[Atom, ...]:
    left = list(monomial)
    left.remove(atom)
    return tuple(left)
