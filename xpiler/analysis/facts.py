"""What is known at a place: the loops around it run at least once, the conditions around it hold."""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.forms import IndexForms, bounds_of_extreme, loop_control
from xpiler.analysis.polynomial import Atom, Poly
from xpiler.analysis.ranges import Facts

EQ, NE, SLT, SLE, SGT, SGE, ULT, ULE, UGT, UGE = range(10)
_NEGATED = {EQ: NE, NE: EQ, SLT: SGE, SLE: SGT, SGT: SLE, SGE: SLT, ULT: UGE, ULE: UGT, UGT: ULE, UGE: ULT}


def facts_at(forms: IndexForms, op: ir.Operation, root: ir.Operation | None = None) -> Facts:
    """Facts from everything around `op`, up to the function, or only what is inside `root`."""
    facts: list[Poly] = []
    inner, outer = op.operation, op.operation.parent
    while outer is not None and outer.name != "builtin.module" and (root is None or inner != root):
        facts += _facts_inside(forms, outer.operation, inner)
        inner, outer = outer.operation, outer.operation.parent
    return tuple(dict.fromkeys([*facts, *(_dividend_fact(atom) for fact in facts for atom in fact.own_atoms() if _is_quotient(atom))]))


def _is_quotient(atom: Atom) -> bool:
    """Whether an atom is a number rounded down to multiples of a positive constant."""
    return atom.kind == "floordiv" and (atom.args[1].as_int() or 0) > 0


def _dividend_fact(quotient: Atom) -> Poly:
    """`p - c * (p floordiv c)` is a remainder, hence not negative: what is known of a quotient is known of what was divided."""
    dividend, divisor = quotient.args
    return dividend - divisor * Poly.atom(quotient)


def condition_facts(forms: IndexForms, condition: ir.Value, holds: bool = True) -> list[Poly]:
    """The polynomials that are not negative when `condition` is `holds`; what cannot be said so is left out."""
    owner = condition.owner
    if isinstance(owner, ir.Block):
        return []
    op = owner.operation if hasattr(owner, "operation") else owner
    if op.name == "arith.cmpi":
        return comparison_facts(forms, op, holds)
    if op.name == ("arith.andi" if holds else "arith.ori"):
        return [fact for operand in op.operands for fact in condition_facts(forms, operand, holds)]
    if op.name == "arith.xori" and is_true(op.operands[1]):
        return condition_facts(forms, op.operands[0], not holds)
    if op.name == "arith.select" and holds and is_false(op.operands[2]):
        return [fact for operand in list(op.operands)[:2] for fact in condition_facts(forms, operand, True)]
    if op.name == "arith.select" and not holds and is_true(op.operands[1]):
        return [fact for operand in (op.operands[0], op.operands[2]) for fact in condition_facts(forms, operand, False)]
    if op.name == "scf.if" and _decides(op, condition, holds):
        return condition_facts(forms, op.operands[0], holds)
    return []


def _decides(branch: ir.Operation, truth: ir.Value, holds: bool) -> bool:
    """Whether a truth that a branch gives, `i < n && mask[i]`, can only be `holds` where its condition is."""
    position = list(branch.results).index(truth)
    other = branch.regions[1 if holds else 0].blocks[0]
    given = other.operations[len(other.operations) - 1].operands[position]
    return is_false(given) if holds else is_true(given)


IndexForms.condition_facts = staticmethod(condition_facts)


def comparison_facts(forms: IndexForms, op: ir.Operation, holds: bool = True) -> list[Poly]:
    """The facts that one `arith.cmpi` gives."""
    if not isinstance(op.operands[0].type, ir.IndexType | ir.IntegerType) or str(op.operands[0].type) == "i1":
        return []
    predicate = ir.IntegerAttr(op.attributes["predicate"]).value
    return comparison_facts_of(forms, predicate, forms.of(op.operands[0]), forms.of(op.operands[1]), holds=holds)


def comparison_facts_of(forms: IndexForms, predicate: int, left: Poly, right: Poly, *, holds: bool = True) -> list[Poly]:
    """The facts that a comparison of two numbers gives."""
    predicate = predicate if holds else _NEGATED[predicate]
    if predicate >= ULT:
        return _unsigned_facts(forms, predicate, left, right)
    return {
        EQ: [left - right, right - left],
        NE: _difference_facts(forms, left - right) if predicate == NE else [],
        SLT: [right - left - 1],
        SLE: [right - left],
        SGT: [left - right - 1],
        SGE: [left - right],
    }[predicate]


def _difference_facts(forms: IndexForms, difference: Poly) -> list[Poly]:
    """What is not zero and not below it is above; no number differs from itself."""
    if not difference.terms:
        return [Poly.constant(-1)]
    return [way - 1 for way in (difference, -difference) if forms.ranges.nonneg(way)]


def _unsigned_facts(forms: IndexForms, predicate: int, left: Poly, right: Poly) -> list[Poly]:
    if predicate in (UGT, UGE):
        left, right, predicate = right, left, predicate - 2
    if not forms.ranges.nonneg(right):
        return []
    return [left, right - left - (1 if predicate == ULT else 0)]


def _facts_inside(forms: IndexForms, outer: ir.Operation, inner: ir.Operation) -> list[Poly]:
    if outer.name == "scf.if":
        return condition_facts(forms, outer.operands[0], holds=inner.block == outer.regions[0].blocks[0])
    if outer.name == "scf.for":
        loop = outer.opview
        lower, upper, _ = loop_control(forms, loop, loop.induction_variable)
        return [high - lower - 1 for high in bounds_of_extreme(upper, "min")]
    if outer.name == "scf.forall":
        controls = (loop_control(forms, outer.opview, v) for v in outer.opview.induction_variables)
        return [high - lower - 1 for lower, upper, _ in controls for high in bounds_of_extreme(upper, "min")]
    return []


def is_true(value: ir.Value) -> bool:
    """Whether an i1 value is the constant true."""
    return _constant_bool(value) is True


def is_false(value: ir.Value) -> bool:
    """Whether an i1 value is the constant false."""
    return _constant_bool(value) is False


def _constant_bool(value: ir.Value) -> bool | None:
    owner = value.owner
    if isinstance(owner, ir.Block) or owner.name != "arith.constant" or str(value.type) != "i1":
        return None
    return bool(ir.IntegerAttr(owner.attributes["value"]).value)
