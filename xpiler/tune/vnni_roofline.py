"""The roofline of a core with AVX-512: ports for arithmetic, loads and stores, the latency of sums that wait for themselves, and lines.

Facts of Intel's optimisation manual for Ice Lake servers: two 512-bit units (ports 0 and 5), two loads and one store a cycle, four
cycles until a fused multiply-add is done. A load that skips bytes from one iteration to the next fetches a line of its own from the second
cache, and where it skips a page, its translation too; bandwidth beyond that is not modelled. What a loop that is unrolled repeats is
counted once, and arrays that only such loops walk are registers.
"""

from __future__ import annotations

from mlir import ir

from xpiler.lowering.c_text.control import UNROLL
from xpiler.tune.work import Values

ARITHMETIC_PORTS, LOAD_PORTS, STORE_PORTS, LATENCY = 2, 2, 1, 4
FUNCTION_STEPS = 16  # operations of a vector function: range reduction, a polynomial, scaling
SCALAR_STEPS = 1
FUSED_OPERATIONS = 2  # a product and a sum
LINE_BYTES, LINE_CYCLES = 64, 2
PAGE_BYTES, PAGE_CYCLES = 4096, 7
LOADS = ("vector.load", "vector.maskedload", "memref.load")
STORES = ("vector.store", "vector.maskedstore", "memref.store")
ARITHMETIC = ("arith.addf", "arith.subf", "arith.divf", "arith.maxnumf", "arith.minnumf", "vnni.dot")


class Roofline:
    """Adds up operations by port."""

    def __init__(self) -> None:
        self.arithmetic = self.loads = self.stores = self.waiting = self.lines = self.operations = 0.0

    def visit(self, op: ir.Operation, times: float, values: Values) -> None:
        """Charges one operation that runs `times` times."""
        if op.name == "scf.for" and _sums(op):
            self.waiting += times * values.trips(list(op.operands)[:3], op.regions[0].blocks[0].arguments[0]) * LATENCY
        elif op.name in LOADS + STORES:
            self._access(op, times, values)
        elif op.name == "math.fma":
            self.arithmetic += times
            self.operations += times * FUSED_OPERATIONS * _lanes(op)
        elif op.name.startswith("math."):
            self.arithmetic += times * FUNCTION_STEPS
            self.operations += times * _lanes(op)
        elif op.name in ARITHMETIC:
            self.arithmetic += times
            self.operations += times * _lanes(op)
        elif op.name == "arith.mulf":
            self.operations += times * _lanes(op)
            self.arithmetic += times * (0 if _is_fused(op) else SCALAR_STEPS)

    def cycles(self) -> float:
        """The busiest port, or what sums wait for."""
        ports = (self.arithmetic / ARITHMETIC_PORTS, self.loads / LOAD_PORTS, self.stores / STORE_PORTS)
        return max(*ports, self.waiting, self.lines)

    def _access(self, op: ir.Operation, times: float, values: Values) -> None:
        """A load or store, as often as its address changes; in registers it costs nothing."""
        unrolled, around = _loops(op)
        times /= _repeated(op, unrolled, values)
        stride = abs(_stride(op, around, values)) if around is not None else 0
        if stride == 0 and unrolled and _is_private(_buffer(op)):
            return
        if op.name in STORES:
            self.stores += times
            return
        self.loads += times
        if stride > _bytes(op):
            self.lines += times * (LINE_CYCLES + (PAGE_CYCLES if stride >= PAGE_BYTES else 0))


def _sums(loop: ir.Operation) -> bool:
    return any(isinstance(v.type, ir.VectorType) for v in loop.results)


def _lanes(op: ir.Operation) -> int:
    """Operations on elements; a dot product multiplies and adds every lane of its operands."""
    kind = op.operands[1].type if op.name == "vnni.dot" else op.results[0].type
    lanes = ir.VectorType(kind).shape[0] if isinstance(kind, ir.VectorType) else 1
    return 2 * lanes if op.name == "vnni.dot" else lanes


def _is_fused(product: ir.Operation) -> bool:
    """Whether the compiler makes one multiply-add of a scalar product and the sum that alone uses it."""
    uses = list(product.results[0].uses)
    return len(uses) == 1 and uses[0].owner.name == "arith.addf"


def _loops(op: ir.Operation) -> tuple[list[ir.Operation], ir.Operation | None]:
    """The unrolled loops around an operation, and the next loop outside of them."""
    unrolled: list[ir.Operation] = []
    parent = op.parent
    while parent is not None and parent.operation.name != "func.func":
        here = parent.operation
        if here.name == "scf.for" and UNROLL in here.attributes:
            unrolled.append(here)
        elif here.name in ("scf.for", "scf.forall"):
            return unrolled, here
        parent = here.parent
    return unrolled, None


def _repeated(op: ir.Operation, loops: list[ir.Operation], values: Values) -> int:
    """How many iterations of unrolled loops go to one address."""
    repeats = 1
    for loop in loops:
        if _stride(op, loop, values) == 0:
            repeats *= ir.IntegerAttr(loop.attributes[UNROLL]).value
    return repeats


def _stride(op: ir.Operation, loop: ir.Operation, values: Values) -> float:
    """How many bytes further the next iteration of a loop goes."""
    buffer = _buffer(op)
    at = [v for v in op.operands if str(v.type) == "index"]
    if not at:
        return 0
    variable = loop.regions[0].blocks[0].arguments[0]
    step = values.of(loop.operands[2], 1) if loop.name == "scf.for" else 1
    return (values.moved(at[-1], variable, step) - values.of(at[-1], 0)) * _element_bytes(buffer)


def _buffer(op: ir.Operation) -> ir.Value:
    return next(v for v in op.operands if isinstance(v.type, ir.MemRefType))


def _is_private(buffer: ir.Value) -> bool:
    return not isinstance(buffer, ir.BlockArgument) and buffer.owner.name == "memref.alloca"


def _element_bytes(buffer: ir.Value) -> int:
    return max(1, getattr(ir.MemRefType(buffer.type).element_type, "width", 32) // 8)


def _bytes(op: ir.Operation) -> int:
    """What a load takes at a time."""
    kind = op.results[0].type
    lanes = ir.VectorType(kind).shape[0] if isinstance(kind, ir.VectorType) else 1
    return lanes * _element_bytes(_buffer(op))
