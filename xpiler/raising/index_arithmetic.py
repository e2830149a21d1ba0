"""C's integer arithmetic on indices becomes `index` arithmetic wherever it is shown not to wrap.

Signed arithmetic that C leaves undefined on overflow (`nsw`) is taken not to wrap; everything else must be proved.
Sums and products may wrap on the way: they agree modulo 2^n, and the proof is asked for where the number itself counts
(a subscript, a comparison, a division), with what is known there. A value that has an index twin keeps its bits: what is
not turned into index arithmetic uses the twin through a cast. Loops over i32 or i64 become loops over index.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.analysis.forms import EXACT
from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.index_proofs import IndexProofs
from xpiler.raising.reached_memory import reaches_unsized
from xpiler.raising.structure import constant_value, operations

MODULAR = frozenset({"arith.addi", "arith.subi", "arith.muli"})
INDEX_BITS = 64
PREDICATES = ("eq", "ne", "slt", "sle", "sgt", "sge", "ult", "ule", "ugt", "uge")


@dataclass(frozen=True)
class Twin:
    """An index value that agrees with an integer modulo 2^n; it is its number where read as `signed` or `unsigned`."""

    value: ir.Value
    signed: bool
    unsigned: bool


def to_index_arithmetic(kernel: ir.Operation) -> None:
    """Rewrite the index arithmetic of a kernel in place."""
    rewriting = _Rewriting(kernel)
    rewriting.block(kernel.regions[0].blocks[0])
    rewriting.replace_leftovers()


class _Rewriting:
    def __init__(self, kernel: ir.Operation):
        self.proofs = IndexProofs(kernel)
        self.twins: dict[ir.Value, Twin | None] = {}
        self.parameters: dict[ir.Value, ir.Value] = {}
        self.leaves: dict[ir.Value, ir.Value] = {}
        self.computed: list[ir.Operation] = []
        self.replaced: list[ir.Operation] = []

    def block(self, block: ir.Block) -> None:
        for op in operations(block):
            self._visit(op)

    def replace_leftovers(self) -> None:
        """Other uses of values that have a twin go through a cast of it; dead operations go."""
        for op in self.replaced:
            op.erase()
        for op in reversed(self.computed):
            result = op.results[0]
            if any(True for _ in result.uses):
                result.replace_all_uses_with(_narrowed(self.twins[result], result.type, op))
            op.erase()

    def _visit(self, op: ir.Operation) -> None:
        if op.name in ("arith.index_cast", "arith.index_castui") and isinstance(op.results[0].type, ir.IndexType):
            self._cast_to_index(op)
        elif op.name == "arith.cmpi":
            self._comparison(op)
        elif op.name == "xpiler.assume":
            self.proofs.begin_again()
        elif op.name in _RULES and isinstance(op.results[0].type, ir.IntegerType):
            self._arithmetic(op)
        elif op.name == "scf.for" and isinstance(op.regions[0].blocks[0].arguments[0].type, ir.IntegerType):
            self._loop(op)
        else:
            for region in op.regions:
                for block in region.blocks:
                    self.block(block)

    # Values

    def _twin(self, value: ir.Value, at: ir.Operation) -> Twin | None:
        """The twin of an integer used by `at`; those of constants and parameters are made where they are needed."""
        if isinstance(value.type, ir.IndexType):
            return Twin(value, True, self.proofs.at_least(value, 0, at))
        constant = constant_value(value)
        if constant is not None:
            return Twin(_before(at).constant(constant), True, constant >= 0)
        if isinstance(value.owner, ir.Block) and value.owner.owner.operation.name == "func.func" and value.type.width in (32, 64):
            number = self._parameter_number(value)
            return Twin(number, True, self.proofs.at_least(number, 0, at))
        known = self.twins.get(value)
        return self._leaf(value, at) if known is None and at.name in ("arith.extui", "arith.extsi") else known

    def _leaf(self, value: ir.Value, at: ir.Operation) -> Twin | None:
        """The number of a value that no rule reads: where it is shown not to be negative, so that an unsigned extension is the same
        number, or where it is extended by its sign for subscripts alone, as `(size_t)ids[t] * cols` is."""
        if isinstance(value.owner, ir.Block) or value.type.width not in (32, 64):
            return None
        if value not in self.leaves:
            op = value.owner.operation
            self.leaves[value] = EmissionPoint(ir.InsertionPoint.after(op), op.location).cast(value, ir.IndexType.get())
        number = self.leaves[value]
        if self.proofs.at_least(number, 0, at):
            return Twin(number, True, True)
        return Twin(number, True, False) if at.name == "arith.extsi" and _only_subscripts(at.results[0]) else None

    def _parameter_number(self, value: ir.Value) -> ir.Value:
        if value not in self.parameters:
            self.parameters[value] = _before(operations(value.owner)[0]).cast(value, ir.IndexType.get())
        return self.parameters[value]

    def _arithmetic(self, op: ir.Operation) -> None:
        twins = [self._twin(operand, op) for operand in op.operands]
        if op.name == "arith.extui" and str(op.operands[0].type) == "i1":  # C's truth values are numbers
            emit = _before(op)
            twins = [Twin(emit.select(op.operands[0], emit.constant(1), emit.constant(0)), True, True)]
        if op.name == "arith.select":
            twins = [Twin(op.operands[0], True, True), *twins[1:]]
        if all(twins):
            twins = [self._proved(twin, operand, op) for twin, operand in zip(twins, op.operands, strict=True)]
            self.twins[op.results[0]] = _RULES[op.name](self, op, twins)
            if self.twins[op.results[0]] is not None:
                self.computed.append(op)

    def bounded(self, op: ir.Operation, value: ir.Value, *, signed: bool) -> Twin:
        """The twin of the result of `op`: its number for `signed` ones, else where it is proved to fit."""
        if signed:
            return Twin(value, True, self.proofs.at_least(value, 0, op))
        return self._fitting(value, op.results[0].type.width, op)

    def _fitting(self, value: ir.Value, width: int, at: ir.Operation) -> Twin:
        """The twin of an integer that is `value` modulo 2^width: `(int)(blockIdx.x * 14 + threadIdx.x - 1)` is -1 in the first thread."""
        half = 2 ** (width - 1)
        if not self.proofs.at_least(value, 0, at):
            return Twin(value, self.proofs.at_least(value, -half, at) and self.proofs.at_most(value, half - 1, at), False)
        if self.proofs.at_most(value, half - 1, at):
            return Twin(value, True, True)
        return Twin(value, False, self.proofs.at_most(value, 2 ** min(width, 63) - 1, at))

    def _proved(self, twin: Twin | None, integer: ir.Value, at: ir.Operation) -> Twin | None:
        """A twin that agreed modulo 2^n only, with what is known at its use."""
        if twin is None or twin.signed or twin.unsigned or at.name in MODULAR or not isinstance(integer.type, ir.IntegerType):
            return twin
        return self._fitting(twin.value, integer.type.width, at)

    # Operations

    def _cast_to_index(self, op: ir.Operation) -> None:
        twin = self._proved(self._twin(op.operands[0], op), op.operands[0], op)
        if twin is not None and not twin.unsigned and reaches_unsized(op.results[0]) and self.proofs.at_least(twin.value, 0, op):
            twin = Twin(twin.value, twin.signed, True)  # the extent found later states that it fits
        if twin is not None and op.operands[0].type.width == INDEX_BITS:
            twin = Twin(twin.value, True, True)  # modulo 2^64 it is the index
        if twin is not None and (twin.signed if op.name == "arith.index_cast" else twin.unsigned):
            op.results[0].replace_all_uses_with(twin.value)
            if op.results[0] != twin.value:
                self.replaced.append(op)

    def _comparison(self, op: ir.Operation) -> None:
        if not isinstance(op.operands[0].type, ir.IntegerType) or op.operands[0].type.width < 32:
            return
        predicate = PREDICATES[ir.IntegerAttr(op.attributes["predicate"]).value]
        twins = [self._proved(self._twin(operand, op), operand, op) for operand in op.operands]
        if not all(twins):
            return
        both_signed, both_unsigned = all(t.signed for t in twins), all(t.unsigned for t in twins)
        if not (both_unsigned if predicate.startswith("u") else both_signed or (both_unsigned and predicate in ("eq", "ne"))):
            return
        predicate = predicate.replace("u", "s", 1) if predicate.startswith("u") else predicate
        op.results[0].replace_all_uses_with(_before(op).compare(predicate, twins[0].value, twins[1].value))
        self.replaced.append(op)

    def _loop(self, op: ir.Operation) -> None:
        """A loop over integers becomes one over index, where its bounds have twins and its step is positive."""
        bounds = [self._proved(self._twin(value, op), value, op) for value in list(op.operands)[:3]]
        body = op.regions[0].blocks[0]
        unsigned = "unsignedCmp" in op.attributes
        if (
            not all(bounds)
            or not all(b.unsigned if unsigned else b.signed for b in bounds)
            or not self.proofs.at_least(bounds[2].value, 1, op)
        ):
            self.block(body)
            return
        loop = _before(op).op("scf.for", [r.type for r in op.results], [*(b.value for b in bounds), *list(op.operands)[3:]], regions=1)
        body.append_to(loop.regions[0])
        variable, type_ = body.arguments[0], body.arguments[0].type
        variable.set_type(ir.IndexType.get())
        narrow = _before(operations(body)[0]).value("arith.index_cast", type_, variable)
        if not unsigned:
            narrow.owner.attributes[EXACT] = ir.UnitAttr.get()  # below a bound that fits, the variable does
        variable.replace_all_uses_except(narrow, [narrow.owner.operation])
        for old, new in zip(op.results, loop.results, strict=True):
            old.replace_all_uses_with(new)
        self.replaced.append(op)
        self.block(body)


def _narrowed(twin: Twin, kind: ir.Type, after: ir.Operation) -> ir.Value:
    """A twin in its integer's type, which holds it where it is the signed number."""
    cast = EmissionPoint(ir.InsertionPoint.after(after), after.location).cast(twin.value, kind)
    if twin.signed and cast != twin.value:
        cast.owner.attributes[EXACT] = ir.UnitAttr.get()
    return cast


def _only_subscripts(value: ir.Value) -> bool:
    """Whether all that becomes of a number, by sums and products, are indices."""
    users = [use.owner.operation for use in value.uses]
    return all(op.name in _TO_INDEX and (_is_index(op.results[0]) or _only_subscripts(op.results[0])) for op in users)


def _is_index(value: ir.Value) -> bool:
    return isinstance(value.type, ir.IndexType)


_TO_INDEX = (*MODULAR, "arith.index_cast", "arith.index_castui")


def _before(op: ir.Operation) -> EmissionPoint:
    return EmissionPoint(ir.InsertionPoint(op), op.location)


def _has_nsw(op: ir.Operation) -> bool:
    return "overflowFlags" in op.attributes and "nsw" in str(op.attributes["overflowFlags"])


def _sum(rewriting: _Rewriting, op: ir.Operation, twins: list[Twin]) -> Twin | None:
    """Sums and products agree modulo 2^n whatever their operands' numbers are."""
    signed = _has_nsw(op) and all(twin.signed for twin in twins)
    value = _before(op).value(op.name, ir.IndexType.get(), *(twin.value for twin in twins))
    return rewriting.bounded(op, value, signed=signed)


def _shift_left(rewriting: _Rewriting, op: ir.Operation, twins: list[Twin]) -> Twin | None:
    places = constant_value(op.operands[1])
    if places is None or not 0 <= places < 31 or not (twins[0].signed if _has_nsw(op) else twins[0].unsigned):
        return None
    emit = _before(op)
    return rewriting.bounded(op, emit.mul(twins[0].value, emit.constant(1 << places)), signed=_has_nsw(op))


def _shift_right(rewriting: _Rewriting, op: ir.Operation, twins: list[Twin]) -> Twin | None:
    places = constant_value(op.operands[1])
    readable = twins[0].signed if op.name == "arith.shrsi" else twins[0].unsigned
    if places is None or not 0 <= places < 31 or not readable:
        return None
    emit = _before(op)
    quotient = emit.value("arith.floordivsi", emit.index, twins[0].value, emit.constant(1 << places))
    return Twin(quotient, twins[0].signed, twins[0].unsigned)


def _quotient(rewriting: _Rewriting, op: ir.Operation, twins: list[Twin]) -> Twin | None:
    """`/` and `%` of numbers that are not negative, by positive ones."""
    readable = all(twin.signed for twin in twins) if op.name.endswith("si") else all(twin.unsigned for twin in twins)
    if not readable or not rewriting.proofs.at_least(twins[0].value, 0, op) or not rewriting.proofs.at_least(twins[1].value, 1, op):
        return None
    name = "arith.remui" if "rem" in op.name else "arith.ceildivsi" if "ceil" in op.name else "arith.floordivsi"
    value = _before(op).value(name, ir.IndexType.get(), *(twin.value for twin in twins))
    return Twin(value, all(twin.signed for twin in twins) or twins[0].signed, True)


def _low_bits(rewriting: _Rewriting, op: ir.Operation, twins: list[Twin]) -> Twin | None:
    mask = constant_value(op.operands[1])
    if mask is None:
        return None
    emit = _before(op)
    if mask < 0 and -mask & (-mask - 1) == 0 and twins[0].signed:  # n & ~15: the multiple of 16 at or below n
        multiple = emit.value("arith.floordivsi", emit.index, twins[0].value, emit.constant(-mask))
        return Twin(emit.mul(multiple, emit.constant(-mask)), True, twins[0].unsigned)
    if mask < 0 or mask & (mask + 1) or not twins[0].unsigned:
        return None
    return Twin(emit.value("arith.remui", emit.index, twins[0].value, emit.constant(mask + 1)), True, True)


def _extreme(rewriting: _Rewriting, op: ir.Operation, twins: list[Twin]) -> Twin | None:
    if not all(twin.unsigned if op.name.endswith("ui") else twin.signed for twin in twins):
        return None
    name = op.name.replace("ui", "si")
    value = _before(op).value(name, ir.IndexType.get(), *(twin.value for twin in twins))
    return Twin(value, all(twin.signed for twin in twins), rewriting.proofs.at_least(value, 0, op))


def _choice(rewriting: _Rewriting, op: ir.Operation, twins: list[Twin]) -> Twin | None:
    signed, unsigned = all(twin.signed for twin in twins[1:]), all(twin.unsigned for twin in twins[1:])
    if not signed and not unsigned:
        return None
    return Twin(_before(op).select(op.operands[0], twins[1].value, twins[2].value), signed, unsigned)


def _cast(rewriting: _Rewriting, op: ir.Operation, twins: list[Twin]) -> Twin | None:
    """A widening cast of the right kind keeps the number, a narrowing one that of a number that fits; others agree modulo 2^n."""
    (twin,) = twins
    if EXACT in op.attributes:
        return Twin(twin.value, True, twin.unsigned)
    width = op.results[0].type.width
    if op.name == "arith.extsi":
        return twin if twin.signed else None
    if op.name == "arith.extui":
        return Twin(twin.value, True, True) if twin.unsigned else None
    fits = rewriting.proofs.at_most(twin.value, 2 ** (width - 1) - 1, op) and rewriting.proofs.at_least(twin.value, -(2 ** (width - 1)), op)
    return Twin(twin.value, fits, fits and rewriting.proofs.at_least(twin.value, 0, op))


_RULES = {
    "arith.addi": _sum,
    "arith.subi": _sum,
    "arith.muli": _sum,
    "arith.shli": _shift_left,
    "arith.shrsi": _shift_right,
    "arith.shrui": _shift_right,
    "arith.divsi": _quotient,
    "arith.divui": _quotient,
    "arith.remsi": _quotient,
    "arith.remui": _quotient,
    "arith.floordivsi": _quotient,
    "arith.ceildivsi": _quotient,
    "arith.ceildivui": _quotient,
    "arith.andi": _low_bits,
    "arith.minsi": _extreme,
    "arith.maxsi": _extreme,
    "arith.minui": _extreme,
    "arith.maxui": _extreme,
    "arith.select": _choice,
    "arith.extsi": _cast,
    "arith.extui": _cast,
    "arith.trunci": _cast,
    "arith.index_cast": _cast,
    "arith.index_castui": _cast,
}
