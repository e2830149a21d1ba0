"""From IR to polynomials: what an index (or a signed integer that does not wrap) is, in terms of loops and parameters.

`IndexForms` is one look at the IR: it remembers values by address, so make a new one after anything was erased.
"""

from __future__ import annotations

from collections.abc import Callable
from math import gcd

from mlir import ir

from xpiler.analysis.polynomial import Atom, AtomTable, Poly, as_poly, substituted
from xpiler.analysis.ranges import Bounds, Ranges

EXACT = "xpiler.exact"  # on a narrowing cast: the number is known to fit (a loop variable of that type)


class IndexForms:
    """Polynomials of the values of one function; loop variables know their bounds."""

    def __init__(self) -> None:
        self.table = AtomTable()
        self.ranges = Ranges(self.bounds)
        self._function_known = False
        self._forms: dict[ir.Value, Poly] = {}
        self._bounds: dict[Atom, Bounds] = {}

    condition_facts: Callable = staticmethod(lambda forms, condition: [])  # set by xpiler.analysis.facts, which needs this class

    def of(self, value: ir.Value) -> Poly:
        """The polynomial of an index or integer value."""
        if value not in self._forms:
            self._read_assumptions(value)
            self._forms[value] = self._form(value)
        return self._forms[value]

    def _read_assumptions(self, value: ir.Value) -> None:
        """Takes what the function around a value assumes as facts that hold everywhere."""
        if self._function_known:
            return
        self._function_known = True
        for op in _function_operations(value):
            if op.name == "xpiler.assume":
                self.ranges.base += tuple(self.condition_facts(self, op.operands[0]))

    def values(self) -> set[ir.Value]:
        """The values that were looked at."""
        return self.table.values() | self._forms.keys()

    def atom(self, value: ir.Value) -> Atom:
        """The atom of a value that is a leaf, such as a loop variable."""
        return self.table.atom("value", value)

    def fresh(self, name: str, bounds: Bounds) -> Atom:
        """An atom for a number that is no value of the IR, with bounds of its own."""
        atom = self.table.atom("fresh", name, len(self._bounds))
        fresh = Atom(atom.serial, "value", (name,))
        self._bounds[fresh] = bounds
        return fresh

    def bounds(self, atom: Atom) -> Bounds:
        """What the loop of a loop variable says about it; nothing for other values."""
        if atom not in self._bounds:
            self._bounds[atom] = Bounds()  # while it is computed: bounds never depend on themselves
            self._bounds[atom] = self._loop_bounds(atom.value)
        return self._bounds[atom]

    def floordiv(self, dividend: Poly, divisor: Poly) -> Poly:
        """`dividend floordiv divisor` for a divisor known to be positive, simplified by the ranges of loops."""
        quotient, rest = dividend.divided_by(divisor)
        if not rest.terms or self.ranges.within(rest, divisor):
            return quotient
        by = divisor.as_int()
        if by is not None:
            low, high = _split_by_constant(rest, by)
            if high.terms and self.ranges.nonneg(low) and self.ranges.below(low, Poly.constant(_granule(high, by))):
                step = _granule(high, by)
                return quotient + self._floordiv_atom(_exact(high, step), Poly.constant(by // step))
        for granule in _factors(divisor):
            high, low = rest.divided_by(granule)
            if high.terms and self.ranges.within(low, granule):  # (a g + b) floordiv (c g) where b is less than g
                return quotient + self._floordiv_atom(high, divisor.divided_by(granule)[0])
        chosen = self._divided_choice(rest, divisor)
        return quotient + (self._floordiv_atom(rest, divisor) if chosen is None else chosen)

    def _divided_choice(self, dividend: Poly, divisor: Poly) -> Poly | None:
        """`(max(a, b) + c) floordiv d` where the quotients of both choices show which is taken: `(max(n - 15, 0) + 15) floordiv 16`."""
        for atom in dividend.own_atoms():
            split = dividend.split(atom) if atom.kind in ("min", "max") else None
            if split and split[0].as_int() == 1:
                quotient = self.extreme(atom.kind, [self.floordiv(arg + split[1], divisor) for arg in atom.args])
                if not any(left.kind == atom.kind for left in quotient.atoms()):
                    return quotient
        return None

    def _floordiv_atom(self, dividend: Poly, divisor: Poly) -> Poly:
        if divisor.as_int() == 1:
            return dividend
        if self.ranges.within(dividend, divisor):
            return Poly({})
        inner = _lone_floordiv(dividend)
        if inner is not None:
            return self.floordiv(inner.args[0], inner.args[1] * divisor)
        return Poly.atom(self.table.atom("floordiv", dividend, divisor))

    def modulo(self, dividend: Poly, divisor: Poly) -> Poly:
        """`dividend mod divisor`, with the sign of the divisor."""
        return dividend - divisor * self.floordiv(dividend, divisor)

    def extreme(self, kind: str, args: list[Poly]) -> Poly:
        """The `min` or `max` of polynomials; those that ranges show to lose are dropped."""
        flat = list(dict.fromkeys(a for arg in args for a in nested(arg, kind)))
        keep = list(flat)
        for arg in flat:
            others = [o for o in keep if o is not arg]
            if any(self.ranges.soon_nonneg(arg - o if kind == "min" else o - arg) for o in others):
                keep = others
        if len(keep) == 1:
            return keep[0]
        return Poly.atom(self.table.atom(kind, *sorted(keep, key=Poly.order)))

    def rebuild(self, atom: Atom, args: list[Poly]) -> Poly:
        """An atom of kind floordiv, min or max with other arguments."""
        return self.floordiv(*args) if atom.kind == "floordiv" else self.extreme(atom.kind, args)

    def substitute(self, poly: Poly, replace: dict[Atom, Poly]) -> Poly:
        """`poly` with atoms replaced and divisions simplified again."""
        return substituted(poly, replace, self.rebuild)

    def _loop_bounds(self, value: ir.Value) -> Bounds:
        loop = owning_loop(value)
        if loop is None:
            return self._value_bounds(value)
        lower, upper, step = loop_control(self, loop, value)
        highs = [high - 1 for high in dict.fromkeys((upper, *bounds_of_extreme(upper, "min")))]
        lows = list(dict.fromkeys((lower, *bounds_of_extreme(lower, "max"))))
        grows = step.as_int() is not None or self.ranges.nonneg(step)
        return Bounds(tuple(lows) if grows else (), tuple(highs))  # an iteration runs below the end, whatever the step is

    def _value_bounds(self, value: ir.Value) -> Bounds:
        owner = _defining(value)
        if owner is not None and owner.name in ("arith.index_castui", "arith.extui", "arith.remui"):
            return Bounds((Poly.constant(0),))
        if owner is not None and owner.name == "arith.andi":  # x & 63 is one of 0 to 63, whatever x is
            masks = [mask for operand in owner.operands if (mask := self.of(operand).as_int()) is not None and mask >= 0]
            if masks:
                return Bounds((Poly.constant(0),), (Poly.constant(min(masks)),))
        if owner is not None and owner.name == "arith.divsi":
            return self._truncated_bounds(owner)
        if owner is not None and owner.name == "arith.select":
            choices = [self.of(operand) for operand in list(owner.operands)[1:]]
            numbers = [choice.as_int() for choice in choices]
            if None not in numbers:
                return Bounds((Poly.constant(min(numbers)),), (Poly.constant(max(numbers)),))
            if _counts(value.type):
                return self._chosen_bounds(*choices)
        return _type_bounds(value.type)

    def _chosen_bounds(self, one: Poly, other: Poly) -> Bounds:
        """A choice of two numbers lies between them, where it is known which is the larger; two sizes make a size."""
        floor = (Poly.constant(0),) if self.ranges.soon_nonneg(one) and self.ranges.soon_nonneg(other) else ()
        if self.ranges.soon_nonneg(one - other):
            return Bounds((*floor, other), (one,))
        return Bounds((*floor, one), (other,)) if self.ranges.soon_nonneg(other - one) else Bounds(floor)

    def _truncated_bounds(self, division: ir.Operation) -> Bounds:
        """A quotient rounded to zero lies between those rounded down and up."""
        dividend, divisor = (self.of(operand) for operand in division.operands)
        by = divisor.as_int()
        if by is None or by <= 0:
            return _type_bounds(division.results[0].type)
        return Bounds((self.floordiv(dividend, divisor),), (self.floordiv(dividend + (by - 1), divisor),))

    def _form(self, value: ir.Value) -> Poly:
        owner = _defining(value)
        rule = _RULES.get(owner.name) if owner is not None else None
        form = rule(self, owner) if rule else None
        return self.table.value(value) if form is None else form


def _counts(kind: ir.Type) -> bool:
    """Whether values of a type are numbers, not truth values."""
    return isinstance(kind, ir.IndexType) or (isinstance(kind, ir.IntegerType) and kind.width > 1)


def _type_bounds(kind: ir.Type) -> Bounds:
    """What a number's type says about it."""
    if not isinstance(kind, ir.IntegerType) or not 1 < kind.width < 64:
        return Bounds()
    half = 1 << (kind.width - 1)
    return Bounds((Poly.constant(-half),), (Poly.constant(half - 1),))


def owning_loop(value: ir.Value) -> ir.OpView | None:
    """The scf.for or scf.forall whose induction variable `value` is."""
    if not isinstance(value, ir.BlockArgument):
        return None
    loop = value.owner.owner.opview
    if loop.operation.name == "scf.for":
        return loop if value.arg_number == 0 else None
    if loop.operation.name == "scf.forall":
        return loop if value.arg_number < len(list(loop.induction_variables)) else None
    return None


def loop_control(forms: IndexForms, loop: ir.OpView, variable: ir.Value) -> tuple[Poly, Poly, Poly]:
    """Lower bound, upper bound and step of one variable of an scf.for or scf.forall."""
    if loop.operation.name == "scf.for":
        return forms.of(loop.lowerBound), forms.of(loop.upperBound), forms.of(loop.step)
    bounds = forall_bounds(loop)
    return tuple(forms.of(b) if isinstance(b, ir.Value) else as_poly(b) for b in bounds[variable.arg_number])


def forall_bounds(loop: ir.OpView) -> list[tuple[ir.Value | int, ir.Value | int, ir.Value | int]]:
    """(lower, upper, step) of each dimension of an scf.forall, numbers where they are static."""
    dynamic = iter(loop.operation.operands)
    columns = []
    for name in ("staticLowerBound", "staticUpperBound", "staticStep"):
        static = list(ir.DenseI64ArrayAttr(loop.operation.attributes[name]))
        columns.append([next(dynamic) if s == ir.ShapedType.get_dynamic_size() else s for s in static])
    return list(zip(*columns, strict=True))


def _function_operations(value: ir.Value) -> list[ir.Operation]:
    """The operations at the top of the function around a value."""
    owner = value.owner
    op = owner.owner.operation if isinstance(owner, ir.Block) else owner.operation
    while op is not None and op.name != "func.func":
        op = op.parent.operation if op.parent else None
    return [] if op is None else [inner.operation for inner in op.regions[0].blocks[0].operations]


def _defining(value: ir.Value) -> ir.Operation | None:
    owner = value.owner
    return None if isinstance(owner, ir.Block) else owner.operation if hasattr(owner, "operation") else owner


def _wraps(op: ir.Operation) -> bool:
    """Whether integer arithmetic here may wrap: index arithmetic does not, i32 does not where it says nsw."""
    if isinstance(op.results[0].type, ir.IndexType):
        return False
    if "overflowFlags" not in op.attributes:
        return True
    return "nsw" not in str(op.attributes["overflowFlags"])


def _fits(forms: IndexForms, form: Poly, kind: ir.Type) -> bool:
    """Whether a number is shown to lie in the signed range of an integer type: computing it there does not wrap."""
    half = 1 << (_bits(kind) - 1)
    low, high = forms.ranges.intervals.of(form)
    return not form.is_constant and -half <= low and high < half


def _binary(combine: Callable[[Poly, Poly], Poly]) -> Callable:
    def rule(forms: IndexForms, op: ir.Operation) -> Poly | None:
        form = combine(forms.of(op.operands[0]), forms.of(op.operands[1]))
        return form if not _wraps(op) or _fits(forms, form, op.results[0].type) else None

    return rule


def _constant(forms: IndexForms, op: ir.Operation) -> Poly | None:
    value = op.attributes["value"]
    return Poly.constant(value.value) if isinstance(value, ir.IntegerAttr) and _bits(op.results[0].type) > 1 else None


def _division(remainder: bool, floor: bool, ceil: bool = False) -> Callable:
    """Rules for / and %: truncating or unsigned forms are floor forms where the dividend is not negative."""

    def rule(forms: IndexForms, op: ir.Operation) -> Poly | None:
        dividend, divisor = forms.of(op.operands[0]), forms.of(op.operands[1])
        # where it is computed the divisor is not zero, so one that is not negative is positive
        if not forms.ranges.nonneg(divisor) or divisor.as_int() == 0 or not (floor or forms.ranges.nonneg(dividend)):
            return None
        if ceil:
            return forms.floordiv(dividend + divisor - 1, divisor)
        return forms.modulo(dividend, divisor) if remainder else forms.floordiv(dividend, divisor)

    return rule


def _shift_left(forms: IndexForms, op: ir.Operation) -> Poly | None:
    places = forms.of(op.operands[1]).as_int()
    if _wraps(op) or places is None or not 0 <= places < 62:
        return None
    return forms.of(op.operands[0]) * (1 << places)


def _shift_right(forms: IndexForms, op: ir.Operation) -> Poly | None:
    places, value = forms.of(op.operands[1]).as_int(), forms.of(op.operands[0])
    if places is None or not 0 <= places < 62 or not (op.name == "arith.shrsi" or forms.ranges.nonneg(value)):
        return None
    return forms.floordiv(value, Poly.constant(1 << places))


def _low_bits(forms: IndexForms, op: ir.Operation) -> Poly | None:
    value, mask = forms.of(op.operands[0]), forms.of(op.operands[1]).as_int()
    if mask is not None and mask < 0 and -mask & (-mask - 1) == 0:  # the multiple of 2^k at or below a number, of any sign
        return forms.floordiv(value, Poly.constant(-mask)) * -mask
    if mask is None or mask < 0 or mask & (mask + 1) or not forms.ranges.nonneg(value):
        return None
    return forms.modulo(value, Poly.constant(mask + 1))


def _cast(forms: IndexForms, op: ir.Operation) -> Poly | None:
    """A widening signed cast changes no number; a narrowing one does not where the value is known to fit."""
    source, result = op.operands[0].type, op.results[0].type
    if _bits(source) == 1:
        return None
    form = forms.of(op.operands[0])
    if op.name in ("arith.index_castui", "arith.extui") and not forms.ranges.nonneg(form):
        return None
    if _bits(result) >= _bits(source) or EXACT in op.attributes:
        return form
    return form if _fits(forms, form, result) else None


def _bits(kind: ir.Type) -> int:
    return kind.width if isinstance(kind, ir.IntegerType) else 64


def _extreme(kind: str) -> Callable:
    def rule(forms: IndexForms, op: ir.Operation) -> Poly | None:
        return forms.extreme(kind, [forms.of(operand) for operand in op.operands])

    return rule


_RULES: dict[str, Callable[[IndexForms, ir.Operation], Poly | None]] = {
    "arith.constant": _constant,
    "arith.addi": _binary(lambda a, b: a + b),
    "arith.subi": _binary(lambda a, b: a - b),
    "arith.muli": _binary(lambda a, b: a * b),
    "arith.floordivsi": _division(remainder=False, floor=True),
    "arith.ceildivsi": _division(remainder=False, floor=True, ceil=True),
    "arith.divsi": _division(remainder=False, floor=False),
    "arith.divui": _division(remainder=False, floor=False),
    "arith.remsi": _division(remainder=True, floor=False),
    "arith.remui": _division(remainder=True, floor=False),
    "arith.ceildivui": _division(remainder=False, floor=False, ceil=True),
    "arith.shli": _shift_left,
    "arith.shrsi": _shift_right,
    "arith.shrui": _shift_right,
    "arith.andi": _low_bits,
    "arith.minsi": _extreme("min"),
    "arith.maxsi": _extreme("max"),
    "arith.index_cast": _cast,
    "arith.index_castui": _cast,
    "arith.extsi": _cast,
    "arith.extui": _cast,
    "arith.trunci": _cast,
}


def nested(poly: Poly, kind: str) -> list[Poly]:
    """The arguments of a lone min or max atom, else the polynomial itself."""
    if len(poly.terms) == 1:
        ((monomial, c),) = poly.terms.items()
        if c == 1 and len(monomial) == 1 and monomial[0].kind == kind:
            return list(monomial[0].args)
    return [poly]


def bounds_of_extreme(poly: Poly, kind: str) -> list[Poly]:
    """What a sum with one min (max) in it is at most (at least): `min(a, b) - c` is at most `a - c` and `b - c`."""
    found = [atom for atom in poly.own_atoms() if atom.kind == kind]
    split = poly.split(found[0]) if len(found) == 1 else None
    if split is None or split[0].as_int() != 1:
        return [poly]
    return [arg + split[1] for arg in found[0].args]


def _factors(divisor: Poly) -> list[Poly]:
    """The symbols that a product of several is made of."""
    monomial = next(iter(divisor.terms)) if len(divisor.terms) == 1 else ()
    return [Poly.atom(atom) for atom in dict.fromkeys(monomial)] if len(monomial) > 1 else []


def _lone_floordiv(poly: Poly) -> Atom | None:
    args = next(iter(poly.terms.items())) if len(poly.terms) == 1 else ((), 0)
    return args[0][0] if args[1] == 1 and len(args[0]) == 1 and args[0][0].kind == "floordiv" else None


def _split_by_constant(poly: Poly, by: int) -> tuple[Poly, Poly]:
    """The terms whose coefficients share no factor with `by`, and those that do."""
    granules = sorted({gcd(c, by) for m, c in poly.terms.items() if m and gcd(c, by) > 1}, reverse=True)
    if not granules:
        return poly, Poly({})
    step = granules[-1]
    high = Poly({m: c - c % step for m, c in poly.terms.items()})
    return poly - high, high


def _granule(poly: Poly, by: int) -> int:
    return gcd(by, *poly.terms.values())


def _exact(poly: Poly, by: int) -> Poly:
    return Poly({monomial: c // by for monomial, c in poly.terms.items()})
