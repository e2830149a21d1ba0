"""Blocks by the length of what their threads share: short rows want few threads, long ones many, and the launch knows how long they are.

    softmax<128><<<rows, 128>>>(...) up to 2048 elements, softmax<512><<<rows, 512>>>(...) beyond

The kernel asks for `block_dim`, which its text has as a parameter of a template: with a stride that the compiler knows, loads of several
steps are under way together, a fifth of the bandwidth on long rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith, scf

from xpiler.analysis.effects import defining, walk
from xpiler.lowering.index_arithmetic import integer
from xpiler.lowering.slices import depends_on_parameters_only
from xpiler.transforms.rewriting import constant_int

SHORT = 2048  # elements, at most, of a row that wants few threads
FEW, MANY = 128, 512  # threads of a block
MEASURED = ("cuda",)  # where these numbers have been found: an H200; elsewhere all rows have the same block
BLOCK_SIZES = "xpiler.block_sizes"  # on a kernel: the sizes of block that it is launched with
_LESS_OR_EQUAL = 3


def threads_for(length: int) -> int:
    """Threads of a block for rows of a length that is known."""
    return FEW if length <= SHORT else MANY


@dataclass(frozen=True)
class BlockChoice:
    """The length, a value of the kernel, by which a launch chooses between `FEW` threads and `MANY`."""

    length: ir.Value

    def launch(self, length: ir.Value, write: Callable[[int], None]) -> None:
        """Writes both launches, by `write(threads)`, at the current insertion point."""
        is_short = arith.CmpIOp(_LESS_OR_EQUAL, length, integer(SHORT, length.type)).result
        choice = scf.IfOp(is_short, has_else=True)
        for block, threads in ((choice.then_block, FEW), (choice.else_block, MANY)):
            with ir.InsertionPoint(block):
                write(threads)
                scf.YieldOp([])


def block_dim(dialect: str) -> ir.Value:
    """The threads of the block, which the launch decides, as an index at the current insertion point."""
    from xpiler.lowering.simt.flat_nest import hardware_index

    return arith.index_cast(ir.IndexType.get(), hardware_index(dialect, "block_dim", 0))


def is_block_dim(value: ir.Value | int) -> bool:
    """Whether a value is the threads of the block."""
    op = None if isinstance(value, int) else defining(value)
    source = defining(op.operands[0]) if op is not None and op.name == "arith.index_cast" else None
    return source is not None and source.name.endswith(".block_dim")


def choice_of(root: ir.Operation, function: ir.Operation) -> BlockChoice | None:
    """By what the launch of a kernel chooses its block, where the kernel leaves that to it: the length of the first row that is shared."""
    for op in walk(root):
        if op.name == "scf.for" and is_block_dim(op.operands[2]) and depends_on_parameters_only(op.operands[1], function):
            return BlockChoice(_rough(op.operands[1]))
    return None


def _rough(length: ir.Value) -> ir.Value:
    """A length without what is added to it or taken from it: `cols` for `cols - 1`."""
    op = defining(length)
    while op is not None and op.name in ("arith.addi", "arith.subi") and constant_int(op.operands[1]) is not None:
        length = op.operands[0]
        op = defining(length)
    return length
