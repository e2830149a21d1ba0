"""Launcher arithmetic evaluated for concrete sizes."""

from __future__ import annotations

from mlir import ir

from xpiler.dialects import context
from xpiler.execution.scalar_evaluator import ScalarEvaluator


def test_constant_in_a_size() -> None:
    with context(), ir.Location.unknown():
        module = ir.Module.parse(
            "func.func @f(%n: i32) -> i32 { %two = arith.constant 2 : i32\n %half = arith.divsi %n, %two : i32\n return %half : i32 }"
        )
        half = module.body.operations[0].regions[0].blocks[0].operations[1].results[0]
        assert ScalarEvaluator({0: 9})(half) == 4
