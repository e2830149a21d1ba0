"""One iteration space's worth of lanes at once: a loop body rebuilt on vectors.

The loop's variable `i` becomes `first + lane`. A value that does not depend on it stays scalar and is spread where a
vector is wanted; a value that does becomes a vector. A subscript must move by one element a lane (a contiguous
vector) or not at all; anything else is refused, and so is an operation that has no vector form.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mlir import ir
from mlir.dialects import arith, math, scf, vector

from xpiler.analysis.effects import defining
from xpiler.analysis.forms import IndexForms
from xpiler.transforms.rewriting import Mapping, body, clone, content, defined_inside, terminator, unnamed

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


class CannotWiden(Exception):
    """The body has an operation or an access without a vector form; the message names it."""


@dataclass
class Widener:
    """Rebuilds operations of one loop body; `mask` (i1 lanes) holds in a tail, None where all lanes are live."""

    loop: ir.Operation
    variable: ir.Value
    first: ir.Value
    lanes: int
    mask: ir.Value | None = None
    forms: IndexForms = field(default_factory=IndexForms)
    scalars: Mapping = field(default_factory=dict)
    vectors: Mapping = field(default_factory=dict)

    def operation(self, op: ir.Operation) -> None:
        """Rebuilds one operation at the insertion point."""
        if self._is_uniform(op):
            clone(op, self.scalars, ir.InsertionPoint.current)
        elif op.name == "memref.load":
            self.vectors[op.results[0]] = self._load(op)
        elif op.name == "memref.store":
            self._store(op)
        elif op.name == "scf.for":
            self._for(op)
        elif op.name == "scf.if":
            self._if(op)
        elif op.name == "math.cosh" and self._is_of_registers(op):
            self.vectors[op.results[0]] = self._cosh(self.vector(op.operands[0]))
        elif (op.name in LANEWISE and not _makes_index(op)) or self._is_register_function(op):
            self._lanewise(op)
        elif not _is_index_arithmetic(op):
            raise CannotWiden(f"'{op.name}' has no vector form")

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

    def varies(self, value: ir.Value) -> bool:
        """Whether a value of the old body depends on the loop's variable."""
        if value in self.vectors or value == self.variable:
            return True
        if value in self.scalars or not defined_inside(value, self.loop):
            return False
        op = defining(value)
        return op is None or any(self.varies(v) for v in op.operands)

    def scalar(self, value: ir.Value) -> ir.Value:
        """A value that does not vary, in the new code; index arithmetic of the first lane where it does."""
        if value == self.variable:
            return self.first
        if value in self.scalars:
            return self.scalars[value]
        if not defined_inside(value, self.loop):
            return value
        op = defining(value)
        if op is None or not _is_index_arithmetic(op):
            raise CannotWiden("a subscript is no arithmetic of loop variables")
        return _rebuilt(op, [self.scalar(v) for v in op.operands])

    def vector(self, value: ir.Value) -> ir.Value:
        """A value as lanes."""
        if value in self.vectors:
            return self.vectors[value]
        if self.varies(value):
            return self._counted(value)
        with unnamed(ir.Location.current):  # the name is that of what the lanes are used for
            return vector.broadcast(self._vector_type(value.type), self.scalar(value))

    def _counted(self, value: ir.Value) -> ir.Value:
        """An integer that grows by one a lane, as lanes."""
        if not isinstance(value.type, ir.IntegerType) or not self._moves_by_one(value):
            raise CannotWiden("a number that is made of the loop's variable")
        kind = self._vector_type(value.type)
        steps = [ir.IntegerAttr.get(value.type, lane) for lane in range(self.lanes)]
        start = vector.broadcast(kind, self.scalar(value))
        return arith.addi(start, arith.constant(kind, ir.DenseElementsAttr.get(steps, kind)))

    def _vector_type(self, kind: ir.Type) -> ir.VectorType:
        return ir.VectorType.get([self.lanes], kind)

    def _moves_by_one(self, value: ir.Value) -> bool:
        parts = self.forms.of(value).split(self.forms.atom(self.variable))
        return parts is not None and parts[0].as_int() == 1

    def _position(self, subscripts: list[ir.Value]) -> tuple[list[ir.Value], bool]:
        """The first lane's subscripts, and whether the lanes are contiguous (else they all meet one element)."""
        *outer, last = subscripts
        if any(self.varies(v) for v in outer):
            raise CannotWiden("a subscript that moves over rows")
        moves = self.varies(last)
        if moves and not self._moves_by_one(last):
            raise CannotWiden("a subscript that does not move by one element")
        return [self.scalar(v) for v in subscripts], moves

    def _load(self, op: ir.Operation) -> ir.Value:
        base, *subscripts = op.operands
        position, moves = self._position(subscripts)
        kind = self._vector_type(op.results[0].type)
        buffer = self.scalar(base)
        if not moves:
            raise CannotWiden("a load that meets one element in every lane")
        if self.mask is None:
            return vector.load(kind, buffer, position)
        return vector.maskedload(kind, buffer, position, self.mask, splat(kind, 0))

    def _store(self, op: ir.Operation) -> None:
        value, base, *subscripts = op.operands
        position, moves = self._position(subscripts)
        if not moves:
            raise CannotWiden("a store that meets one element in every lane")
        if self.mask is None:
            vector.store(self.vector(value), self.scalar(base), position)
        else:
            vector.maskedstore(self.scalar(base), position, self.mask, self.vector(value))

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
            self.vectors[result] = _rebuilt(op, operands, self._vector_type(result.type))

    def _in_single(self, op: ir.Operation, operands: list[ir.Value]) -> ir.Value:
        """Arithmetic on half: registers have none, and in single precision, rounded once more, it is the same.

        (24 bits are at least twice 11 and two more, which makes the second rounding harmless for these operations.)
        """
        if op.name not in ROUNDED_ONCE or any(str(v.type) != "f16" for v in op.operands):
            raise CannotWiden(f"'{op.name}' on 16-bit floats")
        single = self._vector_type(ir.F32Type.get())
        wide = [arith.extf(single, v) for v in operands]
        if op.name == "arith.cmpf":
            return _rebuilt(op, wide, self._vector_type(op.results[0].type))
        if op.name in NAN_IGNORING:
            return arith.truncf(self._vector_type(op.results[0].type), self._extreme(op, *wide))
        return arith.truncf(self._vector_type(op.results[0].type), _rebuilt(op, wide, single))

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

    def _if(self, op: ir.Operation) -> None:
        """A branch that all lanes take alike; its results become vectors. Where lanes differ, both sides are computed if they may be."""
        if self.varies(op.operands[0]):
            self._chosen_by_lanes(op)
            return
        kinds = [self._vector_type(result.type) for result in op.results]
        sides = [region.blocks[0] for region in op.regions if len(region.blocks)]
        branch = scf.IfOp(self.scalar(op.operands[0]), kinds, has_else=len(sides) > 1)
        for old, new in zip(sides, (branch.then_block, branch.else_block) if len(sides) > 1 else (branch.then_block,), strict=True):
            with ir.InsertionPoint(new):
                for inner in content(old):
                    with inner.location:
                        self.operation(inner)
                scf.yield_([self.vector(v) for v in terminator(old).operands])
        self.vectors.update(zip(op.results, branch.results, strict=True))

    def _chosen_by_lanes(self, op: ir.Operation) -> None:
        """Floats that either side computes of floats, all lanes of both; a mask takes one."""
        sides = [region.blocks[0] for region in op.regions if len(region.blocks)]
        if not len(op.results) or not all(_may_be_in_vain(inner) for side in sides for inner in content(side)):
            raise CannotWiden("a branch that depends on the lane")
        for inner in (inner for side in sides for inner in content(side)):
            with inner.location:
                self.operation(inner)
        condition = self.vector(op.operands[0])
        for result, yes, no in zip(op.results, *(terminator(side).operands for side in sides), strict=True):
            self.vectors[result] = arith.select(condition, self.vector(yes), self.vector(no))

    def _for(self, op: ir.Operation) -> None:
        """A loop inside: its bounds must not vary; what it carries becomes vectors."""
        bounds = list(op.operands)[:3]
        if any(self.varies(v) for v in bounds):
            raise CannotWiden("a loop whose bound depends on the lane")
        starts = [self.vector(v) for v in list(op.operands)[3:]]
        loop = scf.ForOp(*(self.scalar(v) for v in bounds), starts)
        old = body(op)
        self.scalars[old.arguments[0]] = loop.body.arguments[0]
        self.vectors.update(zip(list(old.arguments)[1:], list(loop.body.arguments)[1:], strict=True))
        with ir.InsertionPoint(loop.body):
            for inner in content(old):
                with inner.location:
                    self.operation(inner)
            scf.yield_([self.vector(v) for v in terminator(old).operands])
        self.vectors.update(zip(op.results, loop.results, strict=True))


def _may_be_in_vain(op: ir.Operation) -> bool:
    """Whether an operation only computes floats, which nothing notices where they are not taken."""
    return op.name.split(".")[0] in ("arith", "math") and all(isinstance(v.type, ir.FloatType) for v in (*op.operands, *op.results))


def splat(kind: ir.VectorType, number: float) -> ir.Value:
    """The same number in every lane."""
    element = kind.element_type
    item = ir.IntegerAttr.get(element, int(number)) if isinstance(element, ir.IntegerType) else ir.FloatAttr.get(element, float(number))
    return arith.constant(kind, ir.DenseElementsAttr.get_splat(kind, item))


def _rebuilt(op: ir.Operation, operands: list[ir.Value], kind: ir.Type | None = None) -> ir.Value:
    attributes = {name: op.attributes[name] for name in op.attributes}
    made = ir.Operation.create(op.name, results=[kind or op.results[0].type], operands=operands, attributes=attributes, loc=op.location)
    return made.result


def _is_index_arithmetic(op: ir.Operation) -> bool:
    """Arithmetic that only subscripts use: rebuilt for the first lane when a subscript asks for it."""
    return op.name.startswith("arith.") and len(op.results) == 1 and isinstance(op.results[0].type, (ir.IndexType, ir.IntegerType))


def _makes_index(op: ir.Operation) -> bool:
    return isinstance(op.results[0].type, ir.IndexType)


def _all(op: ir.Operation) -> list[ir.Operation]:
    return [
        op,
        *(inner for region in op.regions for block in region.blocks for child in block.operations for inner in _all(child.operation)),
    ]


def _made_in(value: ir.Value, op: ir.Operation) -> bool:
    return defined_inside(value, op)
