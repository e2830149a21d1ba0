"""One iteration space's worth of lanes at once: a loop body rebuilt on vectors.

The loop's variable `i` becomes `first + lane`. A value that does not depend on it stays scalar and is spread where a
vector is wanted; a value that does becomes a vector. A subscript must move by one element a lane (a contiguous
vector) or not at all; anything else is refused, and so is an operation that has no vector form.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith, math, vector

from xpiler.analysis.effects import defining, walk
from xpiler.transforms.rewriting import body, defined_inside, terminator
from xpiler.transforms.vectors.lane_control import LaneControl
from xpiler.transforms.vectors.lane_values import CannotWiden, is_index_arithmetic, rebuilt, splat
from xpiler.transforms.vectors.pairs import load_of_pairs, store_of_pairs

LANEWISE = {
    f"arith.{name}" for name in ("addf", "subf", "mulf", "divf", "negf", "maxnumf", "minnumf", "maximumf", "minimumf", "cmpf", "select")
}
LANEWISE |= {
    f"arith.{name}"
    for name in ("addi", "subi", "muli", "andi", "ori", "xori", "shli", "shrsi", "shrui", "maxsi", "minsi", "maxui", "minui")
}
LANEWISE |= {f"arith.{name}" for name in ("cmpi", "extsi", "extui", "trunci", "extf", "truncf", "bitcast")}
LANEWISE |= {f"arith.{name}" for name in ("sitofp", "uitofp", "fptosi", "fptoui")}
LANEWISE |= {"math.absf", "math.sqrt", "math.fma", "math.absi", "math.floor", "math.ceil", "math.roundeven", "math.trunc"}
REGISTER_FUNCTIONS = {
    "math.exp",
    "math.tanh",
    "math.erf",
    "math.sin",
    "math.cos",
}  # of a full register of floats, from the target's library
NAN_IGNORING = {"arith.maxnumf": arith.CmpFPredicate.OGT, "arith.minnumf": arith.CmpFPredicate.OLT}


# On 16-bit floats: what moves or converts them, and what single precision does with the same result.
MOVES = frozenset(("arith.select", "arith.extf", "arith.truncf", "arith.bitcast"))
ROUNDED_ONCE = frozenset(("arith.addf", "arith.subf", "arith.mulf", "arith.divf", "arith.cmpf", "arith.negf", "math.absf", *NAN_IGNORING))


@dataclass
class Widener(LaneControl):
    """Rebuilds operations of one loop body; `pending` is the first of two stores that make pairs, which waits for the other."""

    pending: tuple[ir.Operation, list[ir.Value]] | None = None

    def operation(self, op: ir.Operation) -> None:
        """Rebuilds one operation at the insertion point."""
        if self.pending is not None and not op.name.startswith(("arith.", "math.")) and (op.name != "memref.store" or self._is_uniform(op)):
            raise CannotWiden("memory between the two stores of a pair")
        if self._is_uniform(op):
            self.shared(op)
        elif op.name == "memref.load":
            self.vectors[op.results[0]] = self._load(op)
        elif op.name == "memref.store":
            self._store(op)
        elif op.name == "scf.for":
            self.loop_inside(op)
        elif op.name == "scf.if":
            self.branch(op)
        elif op.name == "math.cosh" and self._is_of_registers(op):
            self.vectors[op.results[0]] = self._cosh(self.vector(op.operands[0]))
        elif self._is_asked_later(op):
            pass
        elif (op.name in LANEWISE and not _makes_index(op)) or self._is_register_function(op):
            self._lanewise(op)
        elif not is_index_arithmetic(op):
            raise CannotWiden(f"'{op.name}' has no vector form")

    def block(self, block: ir.Block) -> list[ir.Value]:
        """Rebuilds a block's operations; what it yields, as lanes."""
        yielded = super().block(block)
        if self.pending is not None:
            raise CannotWiden("a store of every other element")
        return yielded

    def _is_asked_later(self, op: ir.Operation) -> bool:
        """Whether an operation is part of a condition on the loop's variable, of which a mask is made where it is asked for."""
        if op.name == "arith.cmpi":
            return isinstance(op.operands[0].type, ir.IndexType)
        return op.name == "arith.andi" and str(op.results[0].type) == "i1" and not all(v in self.vectors for v in op.operands)

    def _is_register_function(self, op: ir.Operation) -> bool:
        return op.name in REGISTER_FUNCTIONS and self._is_of_registers(op)

    def _is_of_registers(self, op: ir.Operation) -> bool:
        return isinstance(op.results[0].type, ir.F32Type) and self.lanes == 16

    def _cosh(self, x: ir.Value) -> ir.Value:
        """(exp(x) + exp(-x)) / 2."""
        return arith.mulf(arith.addf(math.exp(x), math.exp(arith.negf(x))), splat(ir.VectorType(x.type), 0.5))

    def _is_uniform(self, op: ir.Operation) -> bool:
        """Whether nothing in the operation depends on the lane."""
        return not any(self.varies(v) for inner in _all(op) for v in inner.operands if not _made_in(v, op))

    def _position(self, subscripts: list[ir.Value]) -> tuple[list[ir.Value], int]:
        """The first lane's subscripts, and by how many elements the next one's is further: one or two."""
        *outer, last = subscripts
        if any(self.varies(v) for v in outer):
            raise CannotWiden("a subscript that moves over rows")
        if not self.varies(last):
            raise CannotWiden("an element that all lanes meet")
        parts = self.forms.of(last).split(self.forms.atom(self.variable))
        step = parts[0].as_int() if parts is not None else None
        if step not in (1, 2) or any(self.is_of_lane(atom) for atom in parts[1].atoms()):
            raise CannotWiden("a subscript that does not move by one element")
        return [self.scalar(v) for v in subscripts], step

    def _load(self, op: ir.Operation) -> ir.Value:
        base, *subscripts = op.operands
        position, step = self._position(subscripts)
        kind = self.vector_type(op.results[0].type)
        buffer = self.scalar(base)
        if step == 2:
            if not self._has_partner(op):
                raise CannotWiden("a load of every other element")
            return load_of_pairs(kind, buffer, position, self._count_of_pairs(kind), splat(kind, 0))
        if self.mask is None:
            return vector.load(kind, buffer, position)
        return vector.maskedload(kind, buffer, position, self.mask, splat(kind, 0))

    def _store(self, op: ir.Operation) -> None:
        value, base, *subscripts = op.operands
        position, step = self._position(subscripts)
        if step == 2:
            self._store_of_pair(op, position)
        elif self.pending is not None:
            raise CannotWiden("a store between the two stores of a pair")
        elif self.mask is None:
            vector.store(self.vector(value), self.scalar(base), position)
        else:
            vector.maskedstore(self.scalar(base), position, self.mask, self.vector(value))

    def _store_of_pair(self, op: ir.Operation, position: list[ir.Value]) -> None:
        """Waits for the other store of a pair, `y[2 * i]` for `y[2 * i + 1]`, and does both."""
        if self.pending is None:
            self.pending = op, position
            return
        (other, its), self.pending = self.pending, None
        ours, theirs = list(op.operands), list(other.operands)
        gap = (self.forms.of(ours[-1]) - self.forms.of(theirs[-1])).as_int()
        if ours[1] != theirs[1] or len(ours) != 3 or gap not in (1, -1):
            raise CannotWiden("a store of every other element")
        even, odd = (self.vector(v) for v in ((theirs[0], ours[0]) if gap == 1 else (ours[0], theirs[0])))
        count = self._count_of_pairs(ir.VectorType(even.type))
        store_of_pairs(self.scalar(ours[1]), its if gap == 1 else position, even, odd, count)

    def _has_partner(self, load: ir.Operation) -> bool:
        """Whether the element beside is read as well, so that of pairs nothing is read in vain."""
        base, *_, last = load.operands
        others = (op for op in walk(self.loop) if op.name == "memref.load" and op.operands[0] == base)
        return any((self.forms.of(op.operands[-1]) - self.forms.of(last)).as_int() in (1, -1) for op in others)

    def _count_of_pairs(self, kind: ir.VectorType) -> ir.Value | None:
        """How many lanes are live, None for all; refused where a mask does not say how many, or the lanes fill no register."""
        bits = ir.FloatType(kind.element_type).width if isinstance(kind.element_type, ir.FloatType) else kind.element_type.width
        if bits not in (32, 64) or bits * self.lanes != 512 or self.partial or (self.mask is not None and self.count is None):
            raise CannotWiden("a subscript that moves by two elements")
        return self.count

    def _lanewise(self, op: ir.Operation) -> None:
        result = op.results[0]
        if any(isinstance(v.type, ir.IndexType) for v in op.operands):
            raise CannotWiden(f"'{op.name}' on the loop's variable")
        if op.name != "arith.select" and any(str(v.type) == "bf16" for v in (*op.operands, result)):
            raise CannotWiden(f"'{op.name}' on bfloat16")
        if op.name == "arith.truncf" and str(op.operands[0].type) == "f64" and str(result.type) == "f16":
            raise CannotWiden("'arith.truncf' from f64 to f16: by way of single precision it would round twice")
        if op.name == "arith.select" and not self.varies(op.operands[0]):
            condition, *sides = op.operands  # a truth is no register: all lanes choose alike
            self.vectors[result] = arith.select(self.scalar(condition), *map(self.vector, sides))
            return
        operands = [self.vector(v) for v in op.operands]
        if any(str(v.type) in ("f16", "bf16") for v in op.operands) and op.name not in MOVES:
            self.vectors[result] = self._in_single(op, operands)
        elif op.name in NAN_IGNORING:
            self.vectors[result] = self._extreme(op, *operands)
        else:
            self.vectors[result] = rebuilt(op, operands, self.vector_type(result.type))

    def _in_single(self, op: ir.Operation, operands: list[ir.Value]) -> ir.Value:
        """Arithmetic on half: registers have none, and in single precision, rounded once more, it is the same.

        (24 bits are at least twice 11 and two more, which makes the second rounding harmless for these operations.)
        """
        if op.name not in ROUNDED_ONCE or any(str(v.type) != "f16" for v in op.operands):
            raise CannotWiden(f"'{op.name}' on 16-bit floats")
        single = self.vector_type(ir.F32Type.get())
        wide = [arith.extf(single, v) for v in operands]
        if op.name == "arith.cmpf":
            return rebuilt(op, wide, self.vector_type(op.results[0].type))
        if op.name in NAN_IGNORING:
            return arith.truncf(self.vector_type(op.results[0].type), self._extreme(op, *wide))
        return arith.truncf(self.vector_type(op.results[0].type), rebuilt(op, wide, single))

    def _extreme(self, op: ir.Operation, a: ir.Value, b: ir.Value) -> ir.Value:
        """C's fmax and fmin: `a > b ? a : b`, which x86 has, is right where b is no NaN; where it is one, a."""
        left, right = op.operands
        if self._is_a_number(left) and not self._is_a_number(right):
            a, b, right = b, a, left
        chosen = arith.select(arith.cmpf(NAN_IGNORING[op.name], a, b), a, b)
        if self._is_a_number(right):
            return chosen
        return arith.select(arith.cmpf(arith.CmpFPredicate.UNO, b, b), a, chosen)

    def _is_a_number(self, value: ir.Value) -> bool:
        """Whether a value cannot be NaN: a constant, or an accumulator that only folds by fmax or fmin from one."""
        op = defining(value)
        if op is not None:
            return op.name == "arith.constant"
        owner = value.owner.owner.operation
        if owner.name != "scf.for" or value.arg_number == 0:
            return False
        position = value.arg_number - 1
        folded = defining(terminator(body(owner)).operands[position])
        folds = folded is not None and folded.name in NAN_IGNORING and value in list(folded.operands)
        return folds and (owner == self.loop or self._is_a_number(owner.operands[3 + position]))


def _makes_index(op: ir.Operation) -> bool:
    return isinstance(op.results[0].type, ir.IndexType)


def _all(op: ir.Operation) -> list[ir.Operation]:
    return [
        op,
        *(inner for region in op.regions for block in region.blocks for child in block.operations for inner in _all(child.operation)),
    ]


def _made_in(value: ir.Value, op: ir.Operation) -> bool:
    return defined_inside(value, op)
