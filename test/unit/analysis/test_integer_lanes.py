"""Integer arithmetic on one number a lane: what the IR says for the width of the type, or nothing."""

from __future__ import annotations

import pytest
from mlir import ir

from xpiler.analysis.integer_lanes import Numbers, evaluate


def result(operation: str, *operands: list[int] | None) -> list[int] | None:
    """The lanes of the one operation `operation`, written with operands %a, %b of the type behind the colon."""
    kind = operation.rpartition(": ")[2].split(" to ")[0]
    arguments = ", ".join(f"%{name}: {kind}" for name in "ab"[: len(operands)])
    with ir.Context(), ir.Location.unknown():
        module = ir.Module.parse(f"func.func @f({arguments}) {{ %r = {operation}\n return }}")
        op = module.body.operations[0].regions[0].blocks[0].operations[0].operation
        return evaluate(op, [None if lanes is None else Numbers(lanes) for lanes in operands])


@pytest.mark.parametrize(
    ("operation", "operands", "expected"),
    [
        ("arith.addi %a, %b : i32", ([2**31 - 1, 5], [1, -7]), [-(2**31), -2]),
        ("arith.muli %a, %b : i64", ([2**62, 3], [4, -3]), [0, -9]),
        ("arith.floordivsi %a, %b : index", ([-7, 7], [2, 2]), [-4, 3]),
        ("arith.ceildivsi %a, %b : index", ([-7, 7], [2, 2]), [-3, 4]),
        ("arith.cmpi ult, %a, %b : i32", ([-1, 1], [1, 2]), [0, 1]),
        ("arith.cmpi slt, %a, %b : i32", ([-1, 1], [1, 2]), [1, 1]),
        ("arith.extsi %a : i1 to i32", ([1, 0],), [-1, 0]),
        ("arith.extui %a : i1 to i32", ([1, 0],), [1, 0]),
        ("arith.trunci %a : i32 to i8", ([255, -129],), [-1, 127]),
        ("arith.maxsi %a, %b : i32", ([-3, 4], [2, 2]), [2, 4]),
    ],
)
def test_lanes_hold_what_the_type_can(operation: str, operands: tuple[list[int], ...], expected: list[int]) -> None:
    assert result(operation, *operands) == expected


@pytest.mark.parametrize(
    ("operation", "operands"),
    [
        ("arith.divsi %a, %b : i32", ([4, 4], [2, 0])),
        ("arith.remsi %a, %b : i32", ([4, -4], [3, 3])),
        ("arith.shli %a, %b : i64", ([1, 1], [3, 63])),
        ("arith.extui %a : i32 to i64", ([1, -1],)),
        ("arith.addi %a, %b : i32", ([1, 1], None)),
        ("arith.maxui %a, %b : i32", ([1, 1], [2, 2])),
    ],
)
def test_what_is_not_defined_in_every_lane_is_not_known(operation: str, operands: tuple[list[int] | None, ...]) -> None:
    assert result(operation, *operands) is None
