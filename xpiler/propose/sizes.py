"""Sizes that tell programs apart: small ones for the proof, and ones around the constants of both programs for runs.

A wrong stride of a loop over pieces shows only where there are two pieces. The constants that two programs mention
(tiles, blocks, chunks, task counts) say where such sizes are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mlir import ir

PROOFS = ((45,), (3, 19), (3, 5, 4), (2, 3, 5, 4), (2, 2, 3, 5, 4))
# for programs that take only multiples of their tile
ROUND_PROOFS = ((64,), (16, 16), (16, 16, 16), (2, 16, 16, 16), (2, 2, 16, 16, 16))
LARGEST_CONSTANT = 1 << 18
MOST_ROWS = 24
ALWAYS = 10


def proof_rows(names: list[str]) -> Iterator[dict[str, int]]:
    """Small sizes for the integer parameters `names`, no two alike where that is possible."""
    for table in (PROOFS, ROUND_PROOFS):
        row = next((r for r in table if len(r) >= len(names)), None)
        if row is not None:
            yield dict(zip(names, row, strict=False))


def constants(*modules: ir.Module) -> list[int]:
    """The integers above one that the programs mention: in arithmetic, as extents of loops, as shapes of arrays."""
    found: set[int] = set()

    def visit(op: ir.Operation) -> ir.WalkResult:
        if op.name == "arith.constant" and isinstance(op.attributes["value"], ir.IntegerAttr):
            found.add(ir.IntegerAttr(op.attributes["value"]).value)
        for name in ("staticUpperBound", "staticStep"):
            if name in op.attributes:
                found.update(v for v in ir.DenseI64ArrayAttr(op.attributes[name]) if v > 0)
        for result in op.results:
            if isinstance(result.type, ir.MemRefType):
                found.update(n for n in ir.MemRefType(result.type).shape if n > 0)
        return ir.WalkResult.ADVANCE

    for module in modules:
        module.operation.walk(visit)
    return sorted(c for c in found if 1 < c <= LARGEST_CONSTANT)


def telling_rows(names: list[str], modules: tuple[ir.Module, ...], fits: Callable[[dict[str, int]], bool]) -> list[dict[str, int]]:
    """Sizes for runs: each parameter in turn one past, two and some of each constant, the others small."""
    if not names:
        return [{}]
    wanted = [*reversed(constants(*modules))]
    rows = [dict.fromkeys(names, 1), dict(zip(names, [7, 13, 5, 3, 11, 9] * len(names), strict=False))]
    for shape in (lambda c: c + 1, lambda c: 2 * c + 3, lambda c: c, lambda c: 5 * c + 2):
        rows += [_row(names, name, shape(constant), k) for constant in wanted for k, name in enumerate(names)]
    usable = [row for row in dict.fromkeys(tuple(r.items()) for r in rows) if fits(dict(row))]
    return [dict(row) for row in _spread(usable)]


def _row(names: list[str], name: str, value: int, position: int) -> dict[str, int]:
    return {other: value if other == name else (3, 7, 2)[(k + position) % 3] for k, other in enumerate(names)}


def _spread(rows: list) -> list:
    """At most MOST_ROWS of them: the first, where most faults show (one element, one past a constant), and some of the others."""
    first, rest = rows[:ALWAYS], rows[ALWAYS:]
    room = MOST_ROWS - len(first)
    return first + (rest if len(rest) <= room else [rest[k * len(rest) // room] for k in range(room)])
