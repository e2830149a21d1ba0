"""Scalar operations written out: numbers take the short way, everything else (terms, overflows) the closure of `scalar_ops`."""

from __future__ import annotations

from mlir import ir

from xpiler.verify.limits import NotModelled
from xpiler.verify.model.function_text import FunctionText, writes
from xpiler.verify.model.integers import width_of
from xpiler.verify.model.memory import Pointer
from xpiler.verify.model.reals import NARROW
from xpiler.verify.model.scalar_ops import literal, scalar_function
from xpiler.verify.terms.term import Term, known_term, make

EXACT = {"arith.addi": "+", "arith.subi": "-", "arith.muli": "*"}
# On numbers that are not negative these are Python's; the divisor is a positive constant or not zero.
NOT_NEGATIVE = {
    "arith.divsi": "//",
    "arith.divui": "//",
    "arith.floordivsi": "//",
    "arith.remsi": "%",
    "arith.remui": "%",
    "arith.andi": "&",
    "arith.ori": "|",
    "arith.xori": "^",
    "arith.shrui": ">>",
    "arith.shrsi": ">>",
}
CHOICES = {"arith.minsi": "<", "arith.maxsi": ">"}
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
FIRST_UNSIGNED = 6
REALS = {"arith.addf": "add", "arith.mulf": "mul", "arith.divf": "div", "arith.negf": "neg", "arith.maxnumf": "max", "arith.minnumf": "min"}


def is_scalar(op: ir.Operation) -> bool:
    """Whether no operand and no result is a vector."""
    return not any(isinstance(v.type, ir.VectorType) for v in (*op.operands, *op.results))


@writes("arith.constant", where=is_scalar)
def _constant(text: FunctionText, op: ir.Operation) -> None:
    value = literal(op.attributes["value"], op.results[0].type)
    text.rename(op.results[0], f"({value})" if isinstance(value, int) else text.constant(value))


@writes(*EXACT, where=is_scalar)
def _exact(text: FunctionText, op: ir.Operation) -> None:
    """Within the width the sum is the sum; a wrap, poison and terms are the closure's."""
    (a, b), result, slow = text.reads(op.operands), text.name(op.results[0]), text.constant(scalar_function(op))
    half = 1 << (width_of(str(op.results[0].type)) - 1)
    text.line(f"try: {result} = {a} {EXACT[op.name]} {b}")
    text.line(f"except TypeError: {result} = {slow}({a}, {b})")
    text.line("else:")
    text.line(f" if not {-half} <= {result} < {half}: {result} = {slow}({a}, {b})")
    text.assigned(op.results[0])


@writes(*NOT_NEGATIVE, where=is_scalar)
def _not_negative(text: FunctionText, op: ir.Operation) -> None:
    (a, b), result, slow = text.reads(op.operands), text.name(op.results[0]), text.constant(scalar_function(op))
    least = 0 if op.name in ("arith.andi", "arith.ori", "arith.xori") else 1
    shift = f" and {b} < {width_of(str(op.results[0].type))}" if op.name.startswith("arith.shr") else ""
    if shift:
        least = 0
    numbers = f"type({a}) is int and {a} >= 0 and type({b}) is int and {b} >= {least}{shift}"
    text.line(f"{result} = {a} {NOT_NEGATIVE[op.name]} {b} if {numbers} else {slow}({a}, {b})")
    text.assigned(op.results[0])


@writes(*CHOICES, where=is_scalar)
def _choice(text: FunctionText, op: ir.Operation) -> None:
    (a, b), result, slow = text.reads(op.operands), text.name(op.results[0]), text.constant(scalar_function(op))
    text.line(f"try: {result} = {a} if {a} {CHOICES[op.name]} {b} else {b}")
    text.line(f"except TypeError: {result} = {slow}({a}, {b})")
    text.assigned(op.results[0])


@writes("arith.cmpi", where=is_scalar)
def _comparison(text: FunctionText, op: ir.Operation) -> None:
    """Order of numbers; an unsigned one only where neither is negative."""
    (a, b), result, slow = text.reads(op.operands), text.name(op.results[0]), text.constant(scalar_function(op))
    predicate = ir.IntegerAttr(op.attributes["predicate"]).value
    is_unsigned = predicate >= FIRST_UNSIGNED
    numbers = f"type({a}) is int and type({b}) is int" + (f" and {a} >= 0 and {b} >= 0" if is_unsigned else "")
    sign = COMPARISONS[predicate - 4 if is_unsigned else predicate]
    text.line(f"{result} = (1 if {a} {sign} {b} else 0) if {numbers} else {slow}({a}, {b})")
    text.assigned(op.results[0])


@writes("arith.index_cast", "arith.index_castui", "arith.extsi", "arith.extui", "arith.trunci", where=is_scalar)
def _width(text: FunctionText, op: ir.Operation) -> None:
    """A number that both widths hold stays as it is; a flag becomes 0 or -1 where it is extended with its sign."""
    (a,), result, slow = text.reads(op.operands), text.name(op.results[0]), text.constant(scalar_function(op))
    source, target = width_of(str(op.operands[0].type)), width_of(str(op.results[0].type))
    least, half = (0 if op.name.endswith("ui") else -(1 << (target - 1))), 1 << (min(source, target) - 1)
    if 1 in (source, target):
        text.line(f"{result} = {slow}({a})")
    else:
        text.line(f"{result} = {a} if type({a}) is int and {least} <= {a} < {half} else {slow}({a})")
    text.assigned(op.results[0])


@writes("arith.select", where=is_scalar)
def _select(text: FunctionText, op: ir.Operation) -> None:
    (c, a, b), result, choose = text.reads(op.operands), text.name(op.results[0]), text.constant(chosen)
    text.line(f"{result} = ({a} if {c} else {b}) if type({c}) is not {text.constant(Term)} else {choose}({c}, {a}, {b})")
    text.assigned(op.results[0])


def chosen(condition: Term, yes: object, no: object) -> object:
    """The value a condition on data chooses, lane by lane for vectors."""
    if isinstance(yes, tuple):
        return tuple(chosen(condition, a, b) for a, b in zip(yes, no, strict=True))
    if isinstance(yes, Pointer) or isinstance(no, Pointer):
        raise NotModelled("a choice of buffers that depends on data")
    return yes if yes is no else make("select", condition, yes, no)


@writes("arith.extf", where=is_scalar)
def _wider(text: FunctionText, op: ir.Operation) -> None:
    """A wider float is the same real."""
    text.rename(op.results[0], text.read(op.operands[0]))


def is_wide_scalar(op: ir.Operation) -> bool:
    """Whether an operation on scalars rounds nothing."""
    return is_scalar(op) and str(op.results[0].type) not in NARROW


@writes(*REALS, "arith.subf", where=is_wide_scalar)
def _real(text: FunctionText, op: ir.Operation) -> None:
    """A term that is known already is one look into the table."""
    operands, result = text.reads(op.operands), text.name(op.results[0])
    if op.name == "arith.subf":
        text.line(f"{result} = {text.constant(scalar_function(op))}({', '.join(operands)})")
    else:
        known_ones, arguments = text.constant(known_term), f"'{REALS[op.name]}', {', '.join(operands)}"
        text.line(f"{result} = {known_ones}(({arguments})) or {text.constant(make)}({arguments})")
    text.assigned(op.results[0])
