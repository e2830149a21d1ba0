"""One piece of a contiguous loop, planned: every value that depends on the element becomes an NRAM buffer.

The mirror of widening to vector registers, with a buffer for a register: a value that does not depend on the loop's
variable stays a scalar, a load of consecutive elements is a copy from GDRAM, arithmetic is a builtin on the piece.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from mlir import ir
from mlir.dialects import arith

from xpiler.analysis.effects import defining, walk
from xpiler.analysis.forms import IndexForms
from xpiler.lowering.bang.schedule.bits_of_floats import INTEGER_FORMS, is_data_integer, retyped
from xpiler.lowering.bang.schedule.builtins import (
    BINARY,
    COMMUTATIVE,
    CONVERSIONS,
    FLOATS,
    NO_OVERLAP,
    NO_OVERLAP_WITH_SECOND,
    UNARY,
    Builtins,
    binary_kind,
)
from xpiler.lowering.bang.schedule.choices import LOGIC, plan_compare, plan_logic, plan_select
from xpiler.lowering.bang.schedule.nram_places import place_read
from xpiler.lowering.bang.schedule.pattern_call import NoBuiltin, plan_call
from xpiler.lowering.bang.schedule.piece_control import plan_for, plan_if, plan_window_select
from xpiler.lowering.bang.schedule.piece_uniform import outer_operands
from xpiler.lowering.bang.schedule.piece_window import is_logic
from xpiler.lowering.bang.schedule.vector_plan import Buffer, VectorPlan, element_bytes
from xpiler.transforms.rewriting import Mapping, clone, defined_inside, unnamed


@dataclass
class Piece:
    """Plans the body of `loop` for elements `first` (set when emitted) on."""

    loop: ir.Operation
    variable: ir.Value
    plan: VectorPlan = field(default_factory=VectorPlan)
    forms: IndexForms = field(default_factory=IndexForms)
    buffers: dict[ir.Value, Buffer] = field(default_factory=dict)
    uses: dict[ir.Value, int] = field(default_factory=dict)
    pinned: set[Buffer] = field(default_factory=set)
    places: dict[Buffer, tuple[ir.Value, ir.Value, ir.Block]] = field(default_factory=dict)  # an array in NRAM, a subscript, where that is
    in_place: dict[ir.Value, Buffer] = field(default_factory=dict)  # where a value is to be, of what a loop carries or a branch yields
    scalars: Mapping = field(default_factory=dict)
    unused: set[ir.Operation] = field(default_factory=set)  # what is not to be computed
    first: ir.Value | None = None
    builtins: Builtins | None = None

    # planning

    def operation(self, op: ir.Operation) -> None:
        """Adds the steps of one operation of the body."""
        if op in self.unused:
            for operand in (operand for inner in walk(op) for operand in inner.operands):
                self.consume(operand)
            return
        around, self.plan.place = self.plan.place, unnamed(op.location)
        self._plan(op)
        self.plan.place = around

    def _plan(self, op: ir.Operation) -> None:
        if self._is_uniform(op):
            self.plan.add(lambda _: clone(op, self.scalars, ir.InsertionPoint.current), "uniform")
        elif op.name == "memref.load":
            self._load(op)
        elif op.name == "memref.store":
            self._store(op)
        elif op.name in BINARY and _computes(op):
            self._binary(op)
        elif op.name in UNARY:
            self._unary(op, UNARY[op.name])
        elif op.name == "math.tanh":
            self._tanh(op)
        elif op.name == "math.cosh":
            self._cosh(op)
        elif op.name == "math.fma":
            self._fma(op)
        elif op.name in CONVERSIONS and self.varies(op.operands[0]):
            self._convert(op)
        elif op.name in INTEGER_FORMS and op.operands[0] in self.buffers:
            INTEGER_FORMS[op.name](self, op)
        elif op.name == "arith.cmpf":
            plan_compare(self, op)
        elif op.name == "arith.select" and isinstance(op.results[0].type, ir.FloatType):
            (plan_window_select if self._is_of_places(op.operands[0]) else plan_select)(self, op)
        elif op.name in LOGIC and str(op.results[0].type) == "i1" and any(v in self.buffers for v in op.operands):
            plan_logic(self, op)
        elif op.name == "scf.for":
            plan_for(self, op)
        elif op.name == "scf.if" and not is_logic(op):
            plan_if(self, op)
        elif op.name == "func.call":
            plan_call(self, op)
        elif not _is_index_arithmetic(op) and not is_logic(op):
            raise NoBuiltin(f"'{op.name}' has no builtin")

    def varies(self, value: ir.Value) -> bool:
        """Whether a value of the body depends on the element."""
        if value in self.buffers or value == self.variable:
            return True
        if not defined_inside(value, self.loop):
            return False
        op = defining(value)
        return op is not None and any(self.varies(v) for v in outer_operands(op))

    def _is_of_places(self, condition: ir.Value) -> bool:
        """Whether a condition is about where elements are, not about what they hold."""
        return self.varies(condition) and condition not in self.buffers

    def _is_uniform(self, op: ir.Operation) -> bool:
        return not any(self.varies(v) for v in outer_operands(op))

    def buffer(self, value: ir.Value) -> Buffer:
        """The buffer of a value; a scalar is written to one."""
        if value in self.buffers:
            return self.buffers[value]
        if self.varies(value):
            raise NoBuiltin("a number made of the loop's variable")
        filled = self.plan.take(value.type)
        self.plan.add(lambda at: self.emitter().fill(at(filled), self.scalar(value)))
        return filled

    def consume(self, value: ir.Value) -> None:
        """Counts one use of a value's buffer; after the last it is free."""
        if value not in self.buffers:
            return
        self.uses[value] = self.uses.get(value, 0) + 1
        buffer = self.buffers[value]
        if self.uses[value] >= len(list(value.uses)) and buffer not in self.pinned:
            self.plan.release(buffer)

    def define(self, value: ir.Value, *consumed: ir.Value, fresh: bool = False) -> Buffer:
        """The destination of an operation, an operand's own buffer where that is free now."""
        if fresh:
            made = self.plan.take(value.type)
            for operand in consumed:
                self.consume(operand)
        else:
            for operand in consumed:
                self.consume(operand)
            made = self.in_place.get(value) or self.plan.take(value.type)
        self.buffers[value] = made
        return made

    def _binary(self, op: ir.Operation) -> None:
        kind = binary_kind(op)
        if not is_data_integer(self, op):
            self._only_floats(op)
        left, right = op.operands
        if self.varies(left) and self.varies(right):
            a, b = self.buffer(left), self.buffer(right)
            apart = kind in NO_OVERLAP_WITH_SECOND
            dst = self.define(op.results[0], left, right, fresh=apart and a == b)
            if apart and dst == b:  # they commute
                a, b = b, a
            self.plan.add(lambda at: self.emitter().binary(kind, at(dst), at(a), at(b)))
        elif self.varies(left) or kind in COMMUTATIVE:
            vector, scalar = (left, right) if self.varies(left) else (right, left)
            a = self.buffer(vector)
            dst = self.define(op.results[0], vector)
            self.plan.add(lambda at: self.emitter().with_scalar(kind, at(dst), at(a), self.scalar(scalar)))
        else:
            self._only_floats(op)
            b = self.buffer(right)
            dst = self.define(op.results[0], right)
            self.plan.add(lambda at: self.emitter().scalar_first(kind, at(dst), self.scalar(left), at(b)))

    def _unary(self, op: ir.Operation, kind: str) -> None:
        self._only_floats(op)
        src = self.buffer(op.operands[0])
        dst = self.define(op.results[0], op.operands[0], fresh=kind in NO_OVERLAP)
        self.plan.add(lambda at: self.emitter().unary(kind, at(dst), at(src)))

    def _tanh(self, op: ir.Operation) -> None:
        """1 - 2 / (exp(2x) + 1): the tanh builtin is good to two digits only."""
        self._only_floats(op)
        src = self.buffer(op.operands[0])
        dst = self.define(op.results[0], op.operands[0])

        def emit(at) -> None:
            make, kind = self.emitter(), op.results[0].type
            make.with_scalar("mul", at(dst), at(src), arith.constant(kind, 2.0))
            make.unary("active_exphp", at(dst), at(dst))
            make.with_scalar("add", at(dst), at(dst), arith.constant(kind, 1.0))
            make.unary("recip", at(dst), at(dst))
            make.with_scalar("mul", at(dst), at(dst), arith.constant(kind, -2.0))
            make.with_scalar("add", at(dst), at(dst), arith.constant(kind, 1.0))

        self.plan.add(emit)

    def _cosh(self, op: ir.Operation) -> None:
        """(exp(x) + exp(-x)) / 2."""
        self._only_floats(op)
        src, kind = self.buffer(op.operands[0]), op.results[0].type
        turned = self.plan.take(kind)
        dst = self.define(op.results[0], op.operands[0])

        def emit(at) -> None:
            make = self.emitter()
            make.unary("neg", at(turned), at(src))
            make.unary("active_exphp", at(turned), at(turned))
            make.unary("active_exphp", at(dst), at(src))
            make.binary("add", at(dst), at(dst), at(turned))
            make.with_scalar("mul", at(dst), at(dst), arith.constant(kind, 0.5))

        self.plan.add(emit)
        self.plan.release(turned)

    def _fma(self, op: ir.Operation) -> None:
        """a * b + c as a product and a sum (over the reals the same)."""
        self._only_floats(op)
        a, b, c = op.operands
        product = self.plan.take(op.results[0].type)
        left, right = (a, b) if self.varies(a) else (b, a)
        if not self.varies(left):
            raise NoBuiltin("a product of scalars added to a vector")
        x = self.buffer(left)
        if self.varies(right):
            y = self.buffer(right)
            self.plan.add(lambda at: self.emitter().binary("mul", at(product), at(x), at(y)))
        else:
            self.plan.add(lambda at: self.emitter().with_scalar("mul", at(product), at(x), self.scalar(right)))
        z = self.buffer(c) if self.varies(c) else None
        for operand in (a, b):
            self.consume(operand)
        self.plan.release(product)
        dst = self.define(op.results[0], c)
        if z is None:
            self.plan.add(lambda at: self.emitter().with_scalar("add", at(dst), at(product), self.scalar(c)))
        else:
            self.plan.add(lambda at: self.emitter().binary("add", at(dst), at(product), at(z)))

    def _convert(self, op: ir.Operation) -> None:
        kinds = (str(op.operands[0].type), str(op.results[0].type))
        if kinds not in CONVERSIONS[op.name]:
            raise NoBuiltin(f"a conversion from {kinds[0]} to {kinds[1]}")
        src = self.buffer(op.operands[0])
        dst = self.define(op.results[0], op.operands[0], fresh=True)
        self.plan.add(lambda at: self.emitter().convert(CONVERSIONS[op.name][kinds], at(dst), at(src)))

    def _only_floats(self, op: ir.Operation) -> None:
        if str(op.results[0].type) not in FLOATS:
            raise NoBuiltin(f"'{op.name}' on {op.results[0].type}")

    # memory

    def _contiguous(self, subscripts: list[ir.Value]) -> ir.Value:
        """The one subscript of an access whose elements follow each other."""
        if len(subscripts) != 1:
            raise NoBuiltin("an access to an array of several dimensions")
        parts = self.forms.of(subscripts[0]).split(self.forms.atom(self.variable))
        if parts is None or parts[0].as_int() != 1:
            raise NoBuiltin("an access that does not move by one element")
        return subscripts[0]

    def _load(self, op: ir.Operation) -> None:
        base, *subscripts = op.operands
        at_element = self._contiguous(subscripts)
        own = None if self.plan.apart else self.in_place.get(op.results[0])
        on_chip = self.is_on_chip(base)
        place = place_read(self, op) if on_chip and own is None and not self.plan.apart else None
        if place is not None:
            self.buffers[op.results[0]] = place
            return
        dst = self.buffers[op.results[0]] = own or self.plan.take(op.results[0].type, new=self.plan.apart)
        size = element_bytes(op.results[0].type)
        if on_chip:
            self.plan.add(lambda at: self.emitter().move(at(dst), self._view(base, at_element), size))
        else:
            self.plan.add(lambda at: self.emitter().copy("gdram2nram", at(dst), self._view(base, at_element), size), "load")

    def _store(self, op: ir.Operation) -> None:
        value, base, *subscripts = op.operands
        at_element = self._contiguous(subscripts)
        on_chip = self.is_on_chip(base)
        if on_chip and not self.varies(value):
            self.plan.add(lambda at: self.emitter().fill(self._view(base, at_element), self.scalar(value)))
            return
        src = self.buffer(value)
        if not self.plan.apart:
            self.consume(value)
        size = element_bytes(value.type)
        if src.is_place and self.in_place.get(value) == src and self.places[src][0] == base:
            return  # what made the value wrote it there
        if on_chip:
            self.plan.add(lambda at: self.emitter().move(self._view(base, at_element), at(src), size))
        else:
            self.plan.add(lambda at: self.emitter().copy("nram2gdram", self._view(base, at_element), at(src), size), "store")

    @staticmethod
    def is_on_chip(base: ir.Value) -> bool:
        """Whether a buffer lies in NRAM; a parameter lies in GDRAM, and an array on the stack is neither."""
        if ir.MemRefType(base.type).memory_space is not None:
            return True
        if defining(base) is not None:
            raise NoBuiltin("an array on the stack")
        return False

    def _view(self, base: ir.Value, subscript: ir.Value) -> ir.Value:
        buffer = self.scalar(base)
        stored = ir.MemRefType(buffer.type)
        kind = ir.MemRefType.get([ir.ShapedType.get_dynamic_size()], stored.element_type, memory_space=stored.memory_space)
        return ir.Operation.create("xpiler.view", results=[kind], operands=[buffer, self.scalar(subscript)]).result

    # emitting

    def memory(self, memrefs: dict[Buffer, ir.Value]) -> Callable[[Buffer], ir.Value]:
        """Where buffers are: `memrefs`, and the places."""

        def at(buffer: Buffer) -> ir.Value:
            if buffer.of is not None:
                return retyped(at(buffer.of), buffer.element)
            return self._view(*self.places[buffer][:2]) if buffer.is_place else memrefs[buffer]

        return at

    def emitter(self) -> Builtins:
        assert self.builtins is not None
        return self.builtins

    def scalar(self, value: ir.Value) -> ir.Value:
        """A value that does not vary, in the new code; index arithmetic of the first element where it does."""
        if value == self.variable:
            assert self.first is not None
            return self.first
        if value in self.scalars:
            return self.scalars[value]
        if not defined_inside(value, self.loop):
            return value
        op = defining(value)
        if op is None or not _is_index_arithmetic(op):
            raise NoBuiltin("a subscript is no arithmetic of loop variables")
        attributes = {name: op.attributes[name] for name in op.attributes}
        operands = [self.scalar(v) for v in op.operands]
        return ir.Operation.create(op.name, results=[value.type], operands=operands, attributes=attributes, loc=op.location).result


def _computes(op: ir.Operation) -> bool:
    """Whether this is arithmetic on data rather than on subscripts."""
    return not isinstance(op.results[0].type, ir.IndexType)


def _is_index_arithmetic(op: ir.Operation) -> bool:
    return op.name.startswith("arith.") and len(op.results) == 1 and isinstance(op.results[0].type, (ir.IndexType, ir.IntegerType))
