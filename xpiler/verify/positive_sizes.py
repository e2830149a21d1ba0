"""What positive sizes decide: conditions that hold, or fail, whenever every size is one or more and no signed number overflows.

`n > 0` holds. `batch * channels % channels` is zero, so a quotient that is rounded down has no branch there that any size takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from mlir import ir

from xpiler.verify import signature
from xpiler.verify.calls import called
from xpiler.verify.model.integers import width_of
from xpiler.verify.plain_numbers import addends, plain_numbers
from xpiler.verify.size_polynomials import NOTHING, Known, SizePolynomials, either, number

FLAGS = "overflowFlags"
FROM_ZERO = ("thread_id", "block_id")  # coordinates, and how many of them there are
FROM_ONE = ("block_dim", "grid_dim")
Rule = Callable[..., Known]


class PositiveSizes:
    """Integers and conditions of a function that is run, and of those that it launches and calls.

    `beside` are launchers that are run on the same sizes, with the parameter of the first one that each of their own is.
    """

    def __init__(self, unit: ir.Operation, functions: Iterable[ir.Operation], beside: Sequence[tuple[ir.Operation, dict[int, int]]] = ()):
        self.sizes = SizePolynomials()
        self._launchers = [(unit, {i: i for i in range(len(unit.regions[0].blocks[0].arguments))}), *beside]
        self._numbers, self._added = plain_numbers(unit), addends(unit)
        self._sites: dict[str, list[list[ir.Value]]] = {}
        self._found: dict[ir.Value, Known] = {}
        for function in (*functions, *(function for function, _ in beside)):
            for op in signature.inside(function):
                for callee in called(op):
                    self._sites.setdefault(callee, []).append(list(op.operands))

    def truth(self, condition: ir.Value) -> bool | None:
        """Whether a condition holds at all positive sizes, or at none; None where that is not told."""
        return self.integer(condition).truth

    def skips(self, operation: ir.Operation) -> bool:
        """Whether it is a counted loop that goes round at no positive sizes."""
        if operation.name != "scf.for":
            return False
        first, end = map(self.integer, list(operation.operands)[:2])
        if "unsignedCmp" in operation.attributes and not (first.is_natural and end.is_natural):
            return False
        trips = self.sizes.minus(end, first)
        return trips.high is not None and trips.high <= 0

    def integer(self, value: ir.Value) -> Known:
        """What is known of an integer, a truth value being 0 or 1."""
        if value not in self._found:
            self._found[value] = NOTHING  # what a recursion comes to
            self._found[value] = self._integer(value)
        return self._found[value]

    def _integer(self, value: ir.Value) -> Known:
        if not isinstance(value.type, ir.IntegerType | ir.IndexType):
            return NOTHING
        if isinstance(value, ir.BlockArgument):
            return self._of_argument(ir.BlockArgument(value))
        return self._of_result(ir.OpResult(value))

    def _of_argument(self, argument: ir.BlockArgument) -> Known:
        owner = argument.owner.owner.operation
        if owner.name == "func.func":
            return self._of_parameter(owner, argument)
        if owner.name == "scf.for" and argument.arg_number == 0 and "unsignedCmp" not in owner.attributes:
            first, end = map(self.integer, list(owner.operands)[:2])
            return Known(None, first.low, None if end.high is None else end.high - 1)
        return NOTHING

    def _of_parameter(self, function: ir.Operation, argument: ir.BlockArgument) -> Known:
        for launcher, parameters in self._launchers:
            if function == launcher:
                return self._size(parameters.get(argument.arg_number), argument)
        sites = self._sites.get(ir.StringAttr(function.attributes["sym_name"]).value, [])
        behind = argument.arg_number - len(function.regions[0].blocks[0].arguments)  # a launch has its geometry before the arguments
        return either([self.integer(operands[behind]) for operands in sites])

    def _size(self, position: int | None, argument: ir.BlockArgument) -> Known:
        """What is known of a launcher's parameter, by the position of what it is among those of the first one."""
        if position is None or position in self._numbers:
            return NOTHING
        most = (1 << (width_of(str(argument.type)) - 1)) - 1
        return Known(None, 0, most) if position in self._added else self.sizes.size(position, most)

    def _of_result(self, result: ir.OpResult) -> Known:
        op = result.owner.operation
        if op.name == "arith.constant":
            return number(ir.IntegerAttr(op.attributes["value"]).value)
        if op.name == "scf.if":
            return self._chosen(op.operands[0], *(_yielded(region)[result.result_number] for region in op.regions))
        if op.name == "arith.select":
            return self._chosen(*op.operands)
        _, _, word = op.name.partition(".")
        if word in FROM_ZERO or word in FROM_ONE:
            return Known(None, int(word in FROM_ONE))
        rule = RULES.get(op.name)
        return NOTHING if rule is None else rule(self.sizes, op, *map(self.integer, op.operands))

    def _chosen(self, condition: ir.Value, yes: ir.Value, no: ir.Value) -> Known:
        truth = self.truth(condition)
        return either([self.integer(value) for value, left_out in ((yes, False), (no, True)) if truth is not left_out])


def _yielded(region: ir.Region) -> list[ir.Value]:
    operations = region.blocks[0].operations
    return list(operations[len(operations) - 1].operands)


def _unwrapped(rule: Rule) -> Rule:
    """The rule where the result does not wrap: signed C says so, or its bounds do."""

    def apply(sizes: SizePolynomials, op: ir.Operation, a: Known, b: Known) -> Known:
        found, half = rule(sizes, a, b), 1 << (width_of(str(op.results[0].type)) - 1)
        fits = found.low is not None and found.high is not None and -half <= found.low <= found.high < half
        is_signed = FLAGS in op.attributes and "nsw" in str(op.attributes[FLAGS])
        return found if is_signed or fits else NOTHING

    return apply


def _natural(rule: Rule) -> Rule:
    """The rule of an unsigned operation, which is that of the signed one where nothing is negative."""

    def apply(sizes: SizePolynomials, op: ir.Operation, a: Known, b: Known) -> Known:
        return rule(sizes, op, a, b) if a.is_natural and b.is_natural else NOTHING

    return apply


def _quotient(sizes: SizePolynomials, _op: ir.Operation, a: Known, b: Known) -> Known:
    exact = sizes.quotient(a, b)
    if exact is not None or not (a.is_natural and b.is_positive):
        return exact or NOTHING
    return Known(None, 0, None if a.high is None else a.high // b.low)


def _remainder(sizes: SizePolynomials, _op: ir.Operation, a: Known, b: Known) -> Known:
    if sizes.quotient(a, b) is not None:
        return number(0)
    if not (a.is_natural and b.is_positive):
        return NOTHING
    return Known(None, 0, min((n for n in (a.high, None if b.high is None else b.high - 1) if n is not None), default=None))


def _largest(sizes: SizePolynomials, _op: ir.Operation, a: Known, b: Known) -> Known:
    apart = sizes.minus(a, b)
    if apart.is_natural:
        return a
    if apart.high is not None and apart.high <= 0:
        return b
    low = max((n for n in (a.low, b.low) if n is not None), default=None)
    return Known(None, low, None if a.high is None or b.high is None else max(a.high, b.high))


def _smallest(sizes: SizePolynomials, _op: ir.Operation, a: Known, b: Known) -> Known:
    apart = sizes.minus(a, b)
    if apart.is_natural:
        return b
    if apart.high is not None and apart.high <= 0:
        return a
    high = min((n for n in (a.high, b.high) if n is not None), default=None)
    return Known(None, None if a.low is None or b.low is None else min(a.low, b.low), high)


def _extended(_sizes: SizePolynomials, op: ir.Operation, a: Known) -> Known:
    """The same number in a wider type, or in an `index`; the sign of a truth value is minus one."""
    widths = [width_of(str(v.type)) for v in (op.operands[0], op.results[0])]
    return a if 1 < widths[0] <= widths[1] else NOTHING


def _extended_unsigned(_sizes: SizePolynomials, op: ir.Operation, a: Known) -> Known:
    widths = [width_of(str(v.type)) for v in (op.operands[0], op.results[0])]
    if widths[0] > widths[1]:
        return NOTHING
    if widths[0] == 1:
        return a if a.truth is not None else Known(None, 0, 1)
    return a if a.is_natural else Known(None, 0)


EQUAL, UNEQUAL, LESS, AT_MOST, MORE, AT_LEAST = range(6)  # predicates of arith.cmpi; from six on the unsigned ones begin with `less`
UNSIGNED = 6


def _compared(sizes: SizePolynomials, op: ir.Operation, a: Known, b: Known) -> Known:
    predicate = ir.IntegerAttr(op.attributes["predicate"]).value
    if predicate >= UNSIGNED:
        if not (a.is_natural and b.is_natural):
            return NOTHING
        predicate += LESS - UNSIGNED
    truth = _relation(predicate, sizes.minus(a, b))
    return NOTHING if truth is None else number(int(truth))


def _relation(predicate: int, apart: Known) -> bool | None:
    """Whether a difference stands in a relation to zero whatever it is, or never."""
    below, above = apart.high is not None and apart.high < 0, apart.is_positive
    not_above, not_below = apart.high is not None and apart.high <= 0, apart.is_natural
    always, never = {
        EQUAL: (not_above and not_below, below or above),
        UNEQUAL: (below or above, not_above and not_below),
        LESS: (below, not_below),
        AT_MOST: (not_above, above),
        MORE: (above, not_above),
        AT_LEAST: (not_below, below),
    }[predicate]
    return True if always else False if never else None


def _logic(word: str) -> Rule:
    """Truth values: one that decides, or both that are known."""
    deciding = {"and": False, "or": True, "xor": None}[word]

    def apply(_sizes: SizePolynomials, op: ir.Operation, a: Known, b: Known) -> Known:
        if str(op.results[0].type) != "i1":
            return NOTHING
        truths = (a.truth, b.truth)
        if deciding is not None and deciding in truths:
            return number(int(deciding))
        if None in truths:
            return NOTHING
        return number(int(truths[0] is not truths[1] if word == "xor" else not deciding))

    return apply


RULES: dict[str, Rule] = {
    "arith.addi": _unwrapped(SizePolynomials.plus),
    "arith.subi": _unwrapped(SizePolynomials.minus),
    "arith.muli": _unwrapped(SizePolynomials.times),
    "arith.divsi": _quotient,
    "arith.divui": _natural(_quotient),
    "arith.floordivsi": _quotient,
    "arith.remsi": _remainder,
    "arith.remui": _natural(_remainder),
    "arith.maxsi": _largest,
    "arith.maxui": _natural(_largest),
    "arith.minsi": _smallest,
    "arith.minui": _natural(_smallest),
    "arith.extsi": _extended,
    "arith.index_cast": _extended,
    "arith.extui": _extended_unsigned,
    "arith.index_castui": _extended_unsigned,
    "arith.cmpi": _compared,
    "arith.andi": _logic("and"),
    "arith.ori": _logic("or"),
    "arith.xori": _logic("xor"),
}
