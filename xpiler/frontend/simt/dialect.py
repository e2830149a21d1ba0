"""The operations of the cuda and hip dialects, by the platform's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clang.cindex import Cursor
from mlir import ir

from xpiler.frontend.c_types import I32, U32, U64, ArrayType, Int, Vector, memory_type
from xpiler.frontend.places import Place, RowPlace
from xpiler.frontend.values import Scalar, Value

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader

INDICES = {"threadIdx": "thread_id", "blockIdx": "block_id", "blockDim": "block_dim", "gridDim": "grid_dim"}


@dataclass(frozen=True)
class Simt:
    """One of the two dialects."""

    name: str
    lanes: int

    @property
    def mask(self) -> Int:
        """The type of a lane mask."""
        return U32 if self.name == "cuda" else U64

    def op(self, mnemonic: str) -> str:
        return f"{self.name}.{mnemonic}"

    def kind(self, family: str, word: str) -> ir.Attribute:
        """The kind of an operation of a family: `#cuda.shuffle_kind<xor>`."""
        return ir.Attribute.parse(f"#{self.name}.{family}<{word}>")

    def variables(self) -> dict[str, Callable[[Reader, Cursor, str], Value]]:
        """threadIdx and the other names that need no call."""

        def index(mnemonic: str) -> Callable[[Reader, Cursor, str], Value]:
            def read(reader: Reader, cursor: Cursor, member: str) -> Value:
                if member:
                    return Scalar(self._index(reader, mnemonic, member), U32)
                ctype = Vector(U32, 3, "uint3")
                whole = [self._index(reader, mnemonic, dimension) for dimension in "xyz"]
                return Scalar(reader.lanes.build(whole, ctype.mlir()), ctype)

            return read

        def warp_size(reader: Reader, cursor: Cursor, member: str) -> Value:
            return Scalar(reader.builder.value(self.op("warp_size"), [], I32.mlir()), I32)

        return {**{spelling: index(mnemonic) for spelling, mnemonic in INDICES.items()}, "warpSize": warp_size}

    def _index(self, reader: Reader, mnemonic: str, dimension: str) -> ir.Value:
        attribute = ir.Attribute.parse(f"#{self.name}<dim {dimension}>")
        return reader.builder.value(self.op(mnemonic), [], U32.mlir(), {"dimension": attribute})

    def unsized_array(self, reader: Reader, cursor: Cursor, ctype: ArrayType) -> Place:
        """`extern __shared__ T name[]`: the launch's shared memory, seen as T."""
        space = ir.Attribute.parse(f"#{self.name}.space<shared>")
        dynamic = ir.ShapedType.get_dynamic_size()
        base = reader.arrays.hoisted(
            self.op("dynamic_shared"), ir.MemRefType.get([dynamic], ir.IntegerType.get_signless(8), memory_space=space), {}
        )
        kind = ir.MemRefType.get([dynamic], memory_type(ctype), memory_space=space)
        if base.type != kind:
            base = reader.arrays.hoisted("xpiler.view", kind, {}, (base, reader.arrays.zero()))
        named = base.owner.operation
        named.location = ir.Location.name(cursor.spelling, named.location)
        return RowPlace(base, reader.arrays.zero(), ctype)

    def positive_ops(self) -> frozenset[str]:
        return frozenset(self.op(mnemonic) for mnemonic in ("block_dim", "grid_dim", "warp_size"))
