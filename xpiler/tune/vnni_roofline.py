"""The roofline of a core with AVX-512: ports for arithmetic, loads and stores, and the latency of sums that wait for themselves.

Facts of Intel's optimisation manual for Ice Lake servers: two 512-bit units (ports 0 and 5), two loads and one store a cycle, four
cycles until a fused multiply-add is done. Memory is what the caches of one core deliver; bandwidth beyond them is not modelled.
"""

from __future__ import annotations

from mlir import ir

from xpiler.tune.work import Values

ARITHMETIC_PORTS, LOAD_PORTS, STORE_PORTS, LATENCY = 2, 2, 1, 4
FUNCTION_STEPS = 16  # operations of a vector function: range reduction, a polynomial, scaling
SCALAR_STEPS = 1


class Roofline:
    """Adds up operations by port."""

    def __init__(self) -> None:
        self.arithmetic = self.loads = self.stores = self.waiting = 0.0

    def visit(self, op: ir.Operation, times: float, values: Values) -> None:
        """Charges one operation that runs `times` times."""
        if op.name == "scf.for" and _sums(op):
            self.waiting += times * values.trips(list(op.operands)[:3], op.regions[0].blocks[0].arguments[0]) * LATENCY
        elif op.name in ("vector.load", "vector.maskedload", "memref.load"):
            self.loads += times
        elif op.name in ("vector.store", "vector.maskedstore", "memref.store"):
            self.stores += times
        elif op.name.startswith("math."):
            self.arithmetic += times * FUNCTION_STEPS
        elif op.name in ("arith.addf", "arith.subf", "arith.divf", "arith.maxnumf", "arith.minnumf", "vnni.dot"):
            self.arithmetic += times
        elif op.name == "arith.mulf":
            self.arithmetic += times * (0 if _is_fused(op) else SCALAR_STEPS)

    def cycles(self) -> float:
        """The busiest port, or what sums wait for."""
        ports = (self.arithmetic / ARITHMETIC_PORTS, self.loads / LOAD_PORTS, self.stores / STORE_PORTS)
        return max(*ports, self.waiting)


def _sums(loop: ir.Operation) -> bool:
    return any(isinstance(v.type, ir.VectorType) for v in loop.results)


def _is_fused(product: ir.Operation) -> bool:
    """Whether the compiler makes one multiply-add of a product and the sum that alone uses it."""
    uses = list(product.results[0].uses)
    return len(uses) == 1 and uses[0].owner.name == "arith.addf"
