"""Where a term has a value: the rules of sums and products may let a division vanish (x / y - x / y = 0), and with it y = 0.

Two terms are equal only if their forms are and they ask for the same: denominators other than zero, arguments of roots and
logarithms in their domain. A sum of exponentials with positive factors is never zero and asks for nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xpiler.verify.terms.polynomial import Polynomial, constant_of, divided_by, freeze
from xpiler.verify.terms.shift_rules import unshifted
from xpiler.verify.terms.term import Term

MOST_POWER = 4

if TYPE_CHECKING:
    from xpiler.verify.terms.normal_form import NormalForm

PARTIAL = frozenset({"sqrt", "rsqrt", "log", "log2", "log10", "powf", "tan", "fmod"})
NOTHING: frozenset = frozenset()


def demands(forms: NormalForm, root: Term) -> frozenset:
    """What must hold for the term to have a value."""
    known = forms.demands
    pending = [root]
    while pending:
        forms.budget.spend()
        node = pending[-1]
        if node in known:
            pending.pop()
            continue
        open_ones = [a for a in node.args if isinstance(a, Term) and a not in known]
        if open_ones:
            pending += open_ones
            continue
        pending.pop()
        inner = {known[a] for a in node.args if isinstance(a, Term)} - {NOTHING}
        own = _own(forms, node)
        known[node] = own.union(*inner) if inner else own
    return known[root]


def _own(forms: NormalForm, node: Term) -> frozenset:
    if node.kind == "div":
        return nonzero(forms, forms.real(node.args[1]))
    if node.kind == "fn" and node.args[0] in PARTIAL:
        name, *arguments = node.args
        values = [forms.real(a) for a in arguments]
        if name == "powf" and is_small_power(values[1]):
            return NOTHING
        if name == "fmod":
            return nonzero(forms, values[1])
        if name != "rsqrt":
            return frozenset({(name, *(freeze(v) for v in values))})
        return frozenset({("sqrt", freeze(values[0]))}) | nonzero(forms, forms.atom("fn", "sqrt", freeze(values[0])))
    return NOTHING


def is_small_power(exponent: Polynomial) -> bool:
    """Whether a power is a product of a few factors, which has a value for all reals."""
    return constant_of(exponent) in range(1, MOST_POWER + 1)


def nonzero(forms: NormalForm, polynomial: Polynomial) -> frozenset:
    """A product is not zero iff no factor is, and a constant factor does not matter."""
    if constant_of(polynomial) is not None or _is_positive(forms, polynomial):
        return NOTHING
    if len(polynomial) == 1:
        atoms = [atom for atom, _ in next(iter(polynomial)) if forms.atoms.key(atom)[0] not in ("exp", "reciprocal")]
        return frozenset(("nonzero", freeze({((atom, 1),): 1})) for atom in atoms)
    _, rest = unshifted(forms, polynomial)  # an exponential has no zero
    leading = min(rest.items())[1]
    return frozenset({("nonzero", freeze(divided_by(rest, leading)))})


def _is_positive(forms: NormalForm, polynomial: Polynomial) -> bool:
    """Positive multiples of exponentials and of nothing else."""
    return all(c > 0 and all(forms.atoms.key(atom)[0] == "exp" for atom, _ in monomial) for monomial, c in polynomial.items())
