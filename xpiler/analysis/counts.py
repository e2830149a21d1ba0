"""Products of how often loops run: `(h - 2) * (w - 2)` is one, not none, for an image of one pixel.

A loop whose bound is negative does not run, yet two such bounds give a positive product. Of the factors that may be negative all
but one must be raised to zero, then the product is positive only where every loop runs.
"""

from __future__ import annotations

from collections.abc import Sequence

from mlir import ir

from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.analysis.ranges import Facts


def to_be_raised(forms: IndexForms, counts: Sequence[Poly], facts: Facts = ()) -> list[bool]:
    """Which factors of a product must be raised to zero: those that may be negative, but for the last of them."""
    doubtful = [_may_be_negative(forms, count, facts) for count in counts]
    return [doubt and any(doubtful[at + 1 :]) for at, doubt in enumerate(doubtful)]


def _may_be_negative(forms: IndexForms, count: Poly, facts: Facts) -> bool:
    sizes = tuple(Poly.atom(atom) - 1 for atom in count.atoms() if atom.kind == "value" and _is_parameter(atom.value))
    return not forms.ranges.nonneg(count, (*facts, *sizes))


def _is_parameter(value: object) -> bool:
    """Whether a value is a parameter of the kernel: as a size, it is one or more."""
    return isinstance(value, ir.Value) and isinstance(value.owner, ir.Block) and value.owner.owner.name == "func.func"
