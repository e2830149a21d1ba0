"""The operations of the cuda and hip dialects, by the platform's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clang.cindex import Cursor
from mlir import ir

from xpiler.frontend.c_types import I32, U32
from xpiler.frontend.values import Scalar, Value

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader

INDICES = {"threadIdx": "thread_id", "blockIdx": "block_id", "blockDim": "block_dim", "gridDim": "grid_dim"}


@dataclass(frozen=True)
class Simt:
    """One of the two dialects."""

    name: str
    lanes: int

    def op(self, mnemonic: str) -> str:
        return f"{self.name}.{mnemonic}"

    def kind(self, family: str, word: str) -> ir.Attribute:
        """The kind of an operation of a family: `#cuda.shuffle_kind<xor>`."""
        return ir.Attribute.parse(f"#{self.name}.{family}<{word}>")

    def variables(self) -> dict[str, Callable[[Reader, Cursor, str], Value]]:
        """threadIdx and the other names that need no call."""

        def index(mnemonic: str) -> Callable[[Reader, Cursor, str], Value]:
            def read(reader: Reader, cursor: Cursor, member: str) -> Value:
                if member not in ("x", "y", "z"):
                    raise reader.unsupported(f"'{cursor.spelling}' as a whole", "use its members x, y and z")
                dimension = ir.Attribute.parse(f"#{self.name}<dim {member}>")
                return Scalar(reader.builder.value(self.op(mnemonic), [], U32.mlir(), {"dimension": dimension}), U32)

            return read

        def warp_size(reader: Reader, cursor: Cursor, member: str) -> Value:
            return Scalar(reader.builder.value(self.op("warp_size"), [], I32.mlir()), I32)

        return {**{spelling: index(mnemonic) for spelling, mnemonic in INDICES.items()}, "warpSize": warp_size}

    def positive_ops(self) -> frozenset[str]:
        return frozenset(self.op(mnemonic) for mnemonic in ("block_dim", "grid_dim", "warp_size"))
