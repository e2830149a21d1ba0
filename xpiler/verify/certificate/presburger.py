"""Integer sets of isl as formulas of SMT-LIB's linear integer arithmetic; a quotient that isl names is written out as `div`."""

from __future__ import annotations

import islpy as isl

from xpiler.verify.symbolic.facts import Fact
from xpiler.verify.symbolic.sets import PARAM, Set

DIV = isl.dim_type.div


def obligation(fact: Fact) -> str:
    """A query that is unsatisfiable where the fact is true."""
    names = sorted({of for part in (*fact.given, *fact.then) for of in part.get_var_names(PARAM)})
    declared = [f"(declare-const {_symbol(of)} Int)" for of in names]
    asserted = [f"(assert {formula(part)})" for part in fact.given]
    if fact.then:
        asserted.append(f"(assert (not {_joined('and', [formula(part) for part in fact.then])}))")
    return "\n".join(["(push 1)", *declared, *asserted, "(check-sat)", "(pop 1)"])


def formula(part: Set) -> str:
    """The set as a disjunction of conjunctions."""
    found: list[str] = []
    part.compute_divs().foreach_basic_set(lambda basic: found.append(_conjunction(basic)))
    return _joined("or", found)


def _conjunction(basic: isl.BasicSet) -> str:
    found: list[str] = []

    def constraint(c: isl.Constraint) -> None:
        found.append(f"({'=' if c.is_equality() else '>='} {_linear(c.get_aff())[0]} 0)")

    basic.foreach_constraint(constraint)
    return _joined("and", found)


def _linear(aff: isl.Aff) -> tuple[str, int]:
    """An affine expression times its denominator, and the denominator."""
    by = aff.get_denominator_val().to_python()
    terms = [str(_number(aff.get_constant_val(), by))]
    for i in range(aff.dim(PARAM)):
        terms += _term(_number(aff.get_coefficient_val(PARAM, i), by), _symbol(aff.get_dim_name(PARAM, i)))
    for i in range(aff.dim(DIV)):
        number = _number(aff.get_coefficient_val(DIV, i), by)
        if number != "0":
            inner, divisor = _linear(aff.get_div(i))
            terms += _term(number, f"(div {inner} {divisor})")
    return _joined("+", terms), by


def _number(value: isl.Val, by: int) -> str:
    number = value.get_num_si() * by // value.get_den_val().to_python()
    return str(number) if number >= 0 else f"(- {-number})"


def _term(number: str, symbol: str) -> list[str]:
    return [] if number == "0" else [symbol] if number == "1" else [f"(* {number} {symbol})"]


def _symbol(of: str) -> str:
    return f"|{of}|"


def _joined(operator: str, parts: list[str]) -> str:
    neutral = {"and": "true", "or": "false", "+": "0"}[operator]
    return neutral if not parts else parts[0] if len(parts) == 1 else f"({operator} {' '.join(parts)})"
