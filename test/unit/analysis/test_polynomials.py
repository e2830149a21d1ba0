"""Index arithmetic as polynomials: what is equal is recognised, what ranges decide is decided, and nothing else."""

from __future__ import annotations

import pytest
from mlir import ir

from xpiler.analysis.effects import walk
from xpiler.analysis.facts import facts_at
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.dialects import context

NEST = """
func.func @f(%n: index, %m: index, %k32: i32) {{
  %c8 = arith.constant 8 : index
  %c16 = arith.constant 16 : index
  %c256 = arith.constant 256 : index
  scf.forall (%b) in (%n) {{
    scf.forall (%t) in (256) {{
      {body}
      "test.use"(%x, %y) : (index, index) -> ()
    }}
  }}
  return
}}
"""


def forms_of(body: str) -> tuple[IndexForms, list, ir.Operation]:
    ctx = context()
    ctx.allow_unregistered_dialects = True
    module = ir.Module.parse(NEST.format(body=body), ctx)
    use = next(op for op in walk(module.operation) if op.name == "test.use")
    forms = IndexForms()
    forms.module = module  # keeps the IR alive
    return forms, [forms.of(v) for v in use.operands], use


@pytest.mark.parametrize(
    ("body", "equal"),
    [
        (
            "%a = arith.muli %b, %c256 : index "
            "%i = arith.addi %a, %t : index "
            "%x = arith.divui %i, %c256 : index "
            "%y = arith.addi %b, %b : index",
            False,
        ),
        (
            "%a = arith.muli %b, %c256 : index "
            "%i = arith.addi %a, %t : index "
            "%x = arith.divui %i, %c256 : index "
            "%z = arith.constant 0 : index "
            "%y = arith.addi %b, %z : index",
            True,
        ),
        (
            "%q = arith.divui %t, %c16 : index "
            "%r = arith.remui %t, %c16 : index "
            "%s = arith.muli %q, %c16 : index "
            "%x = arith.addi %s, %r : index "
            "%z = arith.constant 1 : index "
            "%y = arith.muli %t, %z : index",
            True,
        ),
        (
            "%q = arith.divui %t, %c16 : index "
            "%x = arith.divui %q, %c8 : index "
            "%c128 = arith.constant 128 : index "
            "%y = arith.divui %t, %c128 : index",
            True,
        ),
        ("%x = arith.ceildivsi %n, %c16 : index %y = arith.floordivsi %n, %c16 : index", False),
    ],
)
def test_equal_arithmetic_is_one_polynomial(body: str, equal: bool) -> None:
    _, (x, y), _ = forms_of(body)
    assert (x == y) is equal


def test_division_of_what_may_be_negative_is_left_alone() -> None:
    _, (x, y), _ = forms_of("%d = arith.subi %t, %n : index %x = arith.divsi %d, %c16 : index %y = arith.floordivsi %d, %c16 : index")
    assert x != y
    assert [a.kind for a in x.own_atoms()] == ["value"]


def test_a_coarser_quotient_is_a_quotient_of_the_finer_one() -> None:
    forms, (x, y), _ = forms_of(
        "%c64 = arith.constant 64 : index %x = arith.floordivsi %n, %c64 : index %y = arith.floordivsi %n, %c16 : index"
    )
    assert forms.ranges.nonneg(y - x * 4)
    assert forms.ranges.nonneg(x * 4 - y + 3)
    assert not forms.ranges.nonneg(y - x * 4 - 1)
    assert not forms.ranges.nonneg(x * 4 - y + 2)


@pytest.mark.parametrize(("least", "proved"), [(2, True), (1, False)])
def test_products_of_differences_take_numbers_from_facts(least: int, proved: bool) -> None:
    """(n - 2) (m - 2) expanded is not negative where n and m are at least 2."""
    forms, (x, y), _ = forms_of("%x = arith.addi %n, %n : index %y = arith.addi %m, %m : index")
    (n,), (m,) = x.own_atoms(), y.own_atoms()
    product = (Poly.atom(n) - 2) * (Poly.atom(m) - 2)
    assert forms.ranges.nonneg(product, (Poly.atom(n) - least, Poly.atom(m) - least)) is proved


def test_wrapping_integers_are_opaque_and_others_are_not() -> None:
    wraps = "%s = arith.addi %k32, %k32 : i32 %x = arith.index_cast %s : i32 to index "
    exact = "%u = arith.addi %k32, %k32 overflow<nsw> : i32 %y = arith.index_cast %u : i32 to index"
    _, (x, y), _ = forms_of(wraps + exact)
    assert x != y
    assert len(x.terms) == 1 and next(iter(x.terms.values())) == 1
    assert next(iter(y.terms.values())) == 2


@pytest.mark.parametrize(
    ("body", "proved"),
    [
        ("%x = arith.constant 255 : index %y = arith.addi %t, %x : index", True),  # 255 - t >= 0 below
        ("%x = arith.constant 254 : index %y = arith.addi %t, %x : index", False),
    ],
)
def test_loop_bounds_are_sharp(body: str, proved: bool) -> None:
    forms, (x, y), use = forms_of(body)
    variable = y - x
    assert forms.ranges.nonneg(x - variable, facts_at(forms, use)) is proved


def test_a_nonempty_loop_makes_its_symbolic_bound_positive() -> None:
    forms, (n, b), use = forms_of("%z = arith.constant 0 : index %x = arith.addi %n, %z : index %y = arith.addi %b, %z : index")
    facts = facts_at(forms, use)
    assert forms.ranges.positive(n, facts)
    assert forms.ranges.below(n * b, n * n, facts)
    assert not forms.ranges.positive(b, facts)
