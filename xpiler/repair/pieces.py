"""Pieces that a change must leave pieces.

A loop over pieces of 8192 elements whose step becomes 1 is right in real numbers whatever was wrong with the last piece. It is a
thousand times as slow, and a sum of many elements one by one rounds as often: no repair of what somebody meant.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.repair.edit import number_of
from xpiler.verify.signature import inside

LEAST = 8  # elements of a piece; smaller steps may be the slip of a step of one


@dataclass(frozen=True)
class Pieces:
    """The loops over pieces of a program as it was given."""

    loops: tuple[ir.Operation, ...]

    @staticmethod
    def of(module: ir.Module) -> Pieces:
        loops = (op.operation for op in inside(module.operation) if op.name == "scf.for")
        return Pieces(tuple(loop for loop in loops if (_step(loop) or 0) >= LEAST))

    def are_kept(self) -> bool:
        """Whether none of them goes on by single elements now."""
        return all(_step(loop) != 1 for loop in self.loops)


def _step(loop: ir.Operation) -> int | None:
    number = number_of(loop.operands[2])
    return None if number is None else int(number)
