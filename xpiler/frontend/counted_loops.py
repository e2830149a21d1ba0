"""Recognising the C loops that mean exactly an `scf.for`.

Its variable is not assigned in the body, its bound and step are invariant, its step is known to be positive, and no
`break` or `return` leaves it. The loop has the type of the comparison: a signed variable that is widened by the
comparison does not overflow, so the loop counts in the wider type. A step that makes an unsigned variable wrap
before it meets the bound is taken not to happen (docs/ir.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clang.cindex import BinaryOperator as Op
from clang.cindex import Cursor, CursorKind
from mlir import ir

from xpiler.frontend.arithmetic import no_signed_wrap
from xpiler.frontend.builder import constant_of
from xpiler.frontend.c_types import CType, Int
from xpiler.frontend.carrying import Carried
from xpiler.frontend.cursors import STEPS, Unary, bare, children, evaluate, unary_kind
from xpiler.frontend.exits import new_flag
from xpiler.frontend.invariance import is_invariant
from xpiler.frontend.loop_headers import Header, declared_in
from xpiler.frontend.mutations import has_break, has_return, mutated
from xpiler.frontend.places import VariablePlace
from xpiler.frontend.pruning import build_for
from xpiler.frontend.regions import detached_block, fill
from xpiler.frontend.values import Scalar, Value

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader
    from xpiler.frontend.variables import Variable

TURNED = {Op.LT: Op.GT, Op.GT: Op.LT, Op.LE: Op.GE, Op.GE: Op.LE, Op.NE: Op.NE}
POSITIVE_THROUGH = {"arith.extsi", "arith.extui", "arith.index_cast", "arith.index_castui", "arith.muli", "arith.trunci"}


@dataclass
class CountedLoop:
    """A recognised loop, its bounds already evaluated."""

    variable: Variable
    header: Header
    counter: Int  # the type of the comparison, in which the loop counts
    bounds: tuple[ir.Value, ir.Value, ir.Value]
    outlives: bool  # the variable is used after the loop

    def emit(self, reader: Reader, moving: set[str]) -> None:
        from xpiler.frontend.loops import carried_variables, run_body

        others = [variable for variable in carried_variables(reader, self.header) if variable is not self.variable]
        others = [variable for variable in others if variable not in (reader.frame.returned, reader.frame.result)]
        carried = Carried(reader, others, moving)
        kind = self.counter.mlir()
        location = ir.Location.name(self.variable.name, reader.builder.location)
        block = detached_block(reader, [kind, *(part.type for part in carried.initial)], [location, *carried.locations()])
        yielded: list[ir.Value] = []

        def iterate() -> Value | None:
            counter, *rest = block[1].arguments
            value = reader.convert_ssa(counter, self.counter, self.variable.ctype)
            reader.state.assign(self.variable, Scalar(value, self.variable.ctype))
            carried.assign(rest)
            run_body(reader, Header(None, None, None, self.header.body), new_flag(reader, "broken"))
            yielded.extend(carried.current())
            return None

        filled = fill(reader, iterate, block)
        attributes = {} if self.counter.signed else {"unsignedCmp": ir.UnitAttr.get()}
        with reader.builder.located(location):
            results = build_for(reader, self.bounds, carried, filled, yielded, attributes)
        carried.finish(results)
        if self.outlives:
            self._finish(reader)

    def _finish(self, reader: Reader) -> None:
        """The variable after a loop that steps by one: the bound, or its start where that is not below."""
        lower, upper, _ = self.bounds
        name = "arith.maxsi" if self.counter.signed else "arith.maxui"
        last = reader.builder.value(name, [lower, upper], lower.type)
        reader.state.assign(self.variable, Scalar(reader.convert_ssa(last, self.counter, self.variable.ctype), self.variable.ctype))


def recognise(reader: Reader, header: Header) -> CountedLoop | None:
    """The counted loop a `for` means (its init part has been read), or None."""
    if header.condition is None or header.step is None or has_break(header.body) or has_return(header.body):
        return None
    condition = bare(header.condition)
    if condition.kind != CursorKind.BINARY_OPERATOR or condition.binary_operator not in TURNED:
        return None
    sides = children(condition)
    for (own, bound), operator in ((sides, condition.binary_operator), (sides[::-1], TURNED[condition.binary_operator])):
        declaration = bare(own).referenced if bare(own).kind == CursorKind.DECL_REF_EXPR else None
        step = _step_of(header.step, declaration)
        if declaration is not None and step is not None and operator in (Op.LT, Op.LE, Op.NE):
            return _counted(reader, header, declaration, own, bound, operator, step)
    return None


def _counted(
    reader: Reader, header: Header, declaration: Cursor, own: Cursor, bound: Cursor, operator: Op, step: Cursor | int
) -> CountedLoop | None:
    place = reader.binding(declaration)
    if not isinstance(place, VariablePlace) or not isinstance(place.ctype, Int) or not isinstance(place.variable.value, Scalar):
        return None
    changed = set(reader.variables_behind(mutated(header.body)))
    if place.variable in changed:
        return None
    changed.add(place.variable)
    if not all(is_invariant(reader, part, header.body, changed) for part in (bound, step) if isinstance(part, Cursor)):
        return None
    counter = reader.ctype(own)
    if not _counts_alike(place.ctype, counter) or not isinstance(counter, Int):
        return None
    outlives = declaration not in declared_in(header.init)
    if (operator == Op.NE or outlives) and step != 1 and not (isinstance(step, Cursor) and evaluate(step) == 1):
        return None
    if operator == Op.NE and not (counter.signed and place.ctype == counter):
        return None
    return _with_bounds(reader, header, place.variable, counter, bound, operator, step, outlives)


def _with_bounds(
    reader: Reader, header: Header, variable: Variable, counter: Int, bound: Cursor, operator: Op, step: Cursor | int, outlives: bool
) -> CountedLoop | None:
    start = variable.value
    assert isinstance(start, Scalar)
    increment = reader.builder.constant(step, counter.mlir()) if isinstance(step, int) else _positive_step(reader, step, counter)
    if increment is None:
        return None
    upper = reader.scalar(bound, counter)
    if operator == Op.LE:
        known = constant_of(upper)
        if not counter.signed and (known is None or known == -1):
            return None
        flags = no_signed_wrap() if counter.signed else None
        one = reader.builder.constant(1, counter.mlir())
        upper = (
            reader.builder.constant(known + 1, counter.mlir())
            if known is not None
            else reader.builder.value("arith.addi", [upper, one], upper.type, flags)
        )
    lower = reader.convert_ssa(start.ssa, start.ctype, counter)
    return CountedLoop(variable, header, counter, (lower, upper, increment), outlives)


def _counts_alike(own: CType, counter: CType) -> bool:
    """Whether counting in the comparison's type is counting in the variable's."""
    if not isinstance(own, Int) or not isinstance(counter, Int) or own.bits < 32:
        return False
    if own.bits == counter.bits:
        return own.signed or not counter.signed
    return own.signed and own.bits < counter.bits


def _step_of(step: Cursor, declaration: Cursor | None) -> Cursor | int | None:
    """What a loop's step adds to its variable: 1, or the expression; None for any other step."""
    step = bare(step)
    if step.kind == CursorKind.UNARY_OPERATOR and unary_kind(step) in STEPS:
        rises = unary_kind(step) in (Unary.PRE_INC, Unary.POST_INC)
        return 1 if rises and bare(children(step)[0]).referenced == declaration else None
    if step.kind == CursorKind.COMPOUND_ASSIGNMENT_OPERATOR and step.binary_operator == Op.AddAssign:
        target, amount = children(step)
        return amount if bare(target).referenced == declaration else None
    if step.kind == CursorKind.BINARY_OPERATOR and step.binary_operator == Op.Assign:
        target, value = children(step)
        total = bare(value)
        if bare(target).referenced == declaration and total.kind == CursorKind.BINARY_OPERATOR and total.binary_operator == Op.Add:
            left, right = children(total)
            if bare(left).referenced == declaration and bare(left).kind == CursorKind.DECL_REF_EXPR:
                return right
    return None


def _positive_step(reader: Reader, step: Cursor, counter: Int) -> ir.Value | None:
    value = reader.scalar(step, counter)
    return value if is_positive(reader, value) else None


def is_positive(reader: Reader, value: ir.Value) -> bool:
    """Whether a value is at least 1, as a constant or as a product of grid and block extents."""
    known = constant_of(value)
    if known is not None:
        return known > 0
    if isinstance(value.owner, ir.Block):
        return False
    operation = value.owner.operation
    if operation.name in POSITIVE_THROUGH:
        return all(is_positive(reader, operand) for operand in operation.operands)
    kind = str(operation.attributes["kind"]) if "kind" in operation.attributes else ""
    return operation.name in reader.language.positive_ops or kind in reader.language.positive_ops
