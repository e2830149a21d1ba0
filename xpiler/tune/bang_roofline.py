"""The roofline of a BANG task, from the constants of the simulator's cycle model."""

from __future__ import annotations

import functools
import math
import re
from pathlib import Path

from mlir import ir

from xpiler.tune.work import Values

CONSTANTS = Path(__file__).parents[1] / "platforms" / "bang" / "simulator" / "runtime" / "cycle_constants.h"
FUNCTIONS = re.compile(r"active_|recip|sqrt|sin|cos|log|pow|exp|sigmoid|gelu")
RATES = {"f32": "macs_float", "f16": "macs_half", "bf16": "macs_half", "i16": "macs_int16", "i8": "macs_int8"}


@functools.cache
def constants() -> dict[str, float]:
    """The cycle model's numbers by name."""
    return {name: float(value) for name, value in re.findall(r"(\w+) = (\d+)", CONSTANTS.read_text())}


class Roofline:
    """Adds up the cycles of the vector and tensor units and of the copies; copies overlap where there are asynchronous ones."""

    def __init__(self) -> None:
        self.compute = self.copies = self.operations = 0.0
        self.overlaps = False

    def visit(self, op: ir.Operation, times: float, values: Values) -> None:
        """Charges one operation that runs `times` times."""
        if not op.name.startswith("bang.") or op.name == "bang.index":
            return
        buffers = [v for v in op.operands if isinstance(v.type, ir.MemRefType)]
        numbers = [values.of(v, 1) for v in op.operands if isinstance(v.type, ir.IntegerType)]
        if "memcpy" in op.name:
            self.overlaps |= "async" in op.attributes
            self.copies += times * _copy(op, numbers)
        elif buffers and numbers:
            self.compute += times * (constants()["start_up"] + _compute(op, buffers, numbers))
            self.operations += times * _operations(op, numbers)

    def cycles(self) -> float:
        """The bound: the longer of both where they overlap, else their sum."""
        return max(self.compute, self.copies) if self.overlaps else self.compute + self.copies


def _copy(op: ir.Operation, numbers: list) -> float:
    c = constants()
    bytes_, segments = numbers[0], numbers[-1] + 1 if len(numbers) > 1 else 1
    if "gdram" in str(op.attributes["direction"]):
        granules = math.ceil(bytes_ / c["gdram_granule"]) * c["gdram_granule"]
        return c["gdram_latency"] + segments * (granules / c["gdram_bytes"] + (c["segment_start"] if segments > 1 else 0))
    return c["on_chip_latency"] + segments * math.ceil(bytes_ / c["on_chip_bytes"])


def _compute(op: ir.Operation, buffers: list[ir.Value], numbers: list) -> float:
    c, kinds = constants(), [ir.MemRefType(b.type).element_type for b in buffers]
    width = max(_bytes(kind) for kind in kinds)
    if op.name == "bang.matmul":
        rows, depth, columns, *_ = numbers
        return rows * depth * math.ceil(columns / c["column_multiple"]) * c["column_multiple"] / c[RATES.get(str(kinds[1]), "macs_float")]
    if op.name == "bang.pool":
        channels, height, columns, *_ = numbers
        return height * columns * math.ceil(channels * width / c["vector_bytes"])
    count = math.prod(numbers[:2]) if op.name == "bang.transpose" else numbers[0]
    return math.ceil(count * width / c["vector_bytes"]) * _factor(op)


def _operations(op: ir.Operation, numbers: list) -> float:
    """On elements; a product of matrices multiplies and adds."""
    if op.name == "bang.matmul":
        return 2 * math.prod(numbers[:3])
    return math.prod(numbers[:3]) if op.name == "bang.pool" else numbers[0]


def _factor(op: ir.Operation) -> float:
    kind = str(op.attributes["kind"]) if "kind" in op.attributes else ""
    if op.name == "bang.transpose":
        return constants()["transpose_factor"]
    if "div" in kind:
        return constants()["division_factor"]
    return constants()["function_factor"] if FUNCTIONS.search(kind) and "relu" not in kind else 1


def _bytes(kind: ir.Type) -> int:
    width = getattr(kind, "width", 32)
    return max(1, width // 8)
