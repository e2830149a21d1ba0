"""Whether two pieces of code compute the same, operation by operation, with index arithmetic compared as polynomials."""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Atom, Poly

COMMUTATIVE = ("arith.addf", "arith.mulf", "arith.addi", "arith.muli", "arith.maxnumf", "arith.minnumf", "arith.maximumf", "arith.minimumf")


STORE, LOAD = "memref.store", "memref.load"


class BodyComparison:
    """Compares blocks of two loops; `moved` says what variables of the second are in terms of the first."""

    def __init__(self, forms: IndexForms, moved: dict[Atom, Poly]):
        self.forms = forms
        self.moved = dict(moved)
        self.pairs: dict[ir.Value, ir.Value] = {}  # values of the second -> values of the first

    def same_blocks(self, first: ir.Block, second: ir.Block) -> bool:
        """Whether both blocks hold the same operations on the same values."""
        ours, theirs = self._significant(first), self._significant(second)
        return len(ours) == len(theirs) and all(self._same(a, b) for a, b in zip(ours, theirs, strict=True))

    def pair(self, first: ir.Value, second: ir.Value) -> None:
        """Says that `second` stands for `first`."""
        self.pairs[second] = first
        if _integer(first.type):
            self.moved[self.forms.atom(second)] = Poly.atom(self.forms.atom(first))

    def same_values(self, first: ir.Value, second: ir.Value) -> bool:
        """Whether two values are equal under the correspondence so far."""
        if first.type != second.type:
            return False
        if self.pairs.get(second, second) == first:
            return True
        if not _integer(first.type):
            return False
        return self.forms.of(first) == self.forms.substitute(self.forms.of(second), self.moved)

    def _significant(self, block: ir.Block) -> list[ir.Operation]:
        """The operations that are not index arithmetic: that is compared where it is used."""
        return [op.operation for op in block.operations if not self._is_index_arithmetic(op.operation)]

    def _is_index_arithmetic(self, op: ir.Operation) -> bool:
        if len(op.results) != 1 or len(op.regions) or not _integer(op.results[0].type):
            return False
        return self.forms.of(op.results[0]) != self.forms.table.value(op.results[0])

    def _same(self, a: ir.Operation, b: ir.Operation) -> bool:
        if a.name != b.name or len(a.operands) != len(b.operands) or len(a.results) != len(b.results):
            return False
        if attributes_of(a) != attributes_of(b) or [r.type for r in a.results] != [r.type for r in b.results]:
            return False
        turned = list(a.operands)[::-1] if a.name in COMMUTATIVE else list(a.operands)
        if not any(all(map(self.same_values, ours, b.operands)) for ours in (list(a.operands), turned)):
            return False
        for result, other in zip(a.results, b.results, strict=True):
            self.pair(result, other)
        return all(self._same_regions(x, y) for x, y in zip(a.regions, b.regions, strict=True))

    def _same_regions(self, a: ir.Region, b: ir.Region) -> bool:
        if len(a.blocks) != len(b.blocks) or len(a.blocks) > 1:
            return False
        for first, second in zip(a.blocks, b.blocks, strict=True):
            for ours, theirs in zip(first.arguments, second.arguments, strict=True):
                self.pair(ours, theirs)
            if not self.same_blocks(first, second):
                return False
        return True


class TermComparison(BodyComparison):
    """Compares blocks that only compute, by what they compute: in which order their operations stand says nothing."""

    def same_blocks(self, first: ir.Block, second: ir.Block) -> bool:
        """Whether the values that both blocks end with are computed alike."""
        ours, theirs = (list(block.operations)[-1].operation.operands for block in (first, second))
        return len(ours) == len(theirs) and all(map(self._same_term, ours, theirs))

    def same_terms(self, one: ir.Value, other: ir.Value) -> bool:
        """Whether two values of the blocks are computed alike."""
        return self._same_term(one, other)

    def _same_term(self, one: ir.Value, other: ir.Value) -> bool:
        if self.same_values(one, other):
            return True
        a, b = _definition(one), _definition(other)
        if a is None or b is None or a.name != b.name or len(a.operands) != len(b.operands):
            return False
        orders = [list(a.operands)] + ([list(a.operands)[::-1]] if a.name in COMMUTATIVE else [])
        return any(all(map(self._same_operand, ours, b.operands)) for ours in orders) and self._same(a, b)

    def _same_operand(self, one: ir.Value, other: ir.Value) -> bool:
        """Index arithmetic is compared as a whole, where it is used."""
        return isinstance(one.type, ir.IndexType) or self._same_term(one, other)


class StoreComparison(TermComparison):
    """Compares blocks that load, compute and then store, by what they store where."""

    def same_blocks(self, first: ir.Block, second: ir.Block) -> bool:
        """Whether both blocks store the same values in the same places, in the same order, after all loads."""
        ours, theirs = _stores(first), _stores(second)
        if ours is None or theirs is None or not ours or len(ours) != len(theirs):
            return False
        return all(self._same_store(a, b) for a, b in zip(ours, theirs, strict=True))

    def _same_store(self, a: ir.Operation, b: ir.Operation) -> bool:
        (value, *place), (other, *other_place) = a.operands, b.operands
        return len(place) == len(other_place) and all(map(self.same_values, place, other_place)) and self._same_term(value, other)


def _stores(block: ir.Block) -> list[ir.Operation] | None:
    """The stores of a block of arithmetic, loads and, behind them, stores; None for any other."""
    found: list[ir.Operation] = []
    *content, _ = (op.operation for op in block.operations)
    for op in content:
        if op.name == STORE:
            found.append(op)
        elif len(op.regions) or not (op.name.startswith(("arith.", "math.")) or (op.name == LOAD and not found)):
            return None
    return found


def _definition(value: ir.Value) -> ir.Operation | None:
    owner = value.owner
    return None if isinstance(owner, ir.Block) else getattr(owner, "operation", owner)


def _integer(kind: ir.Type) -> bool:
    return isinstance(kind, ir.IndexType) or (isinstance(kind, ir.IntegerType) and kind.width > 1)


def attributes_of(op: ir.Operation) -> dict[str, str]:
    return {name: str(op.attributes[name]) for name in op.attributes if name not in ("fastmath",)}
