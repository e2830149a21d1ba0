"""Matrix fragments: their type, their elements, and the four operations of `wmma`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clang.cindex import Cursor
from mlir import ir

from xpiler.frontend.c_types import BF16, F16, F32, F64, I8, I32, ArrayType, CType
from xpiler.frontend.calls import Call
from xpiler.frontend.language import Handler
from xpiler.frontend.places import Place
from xpiler.frontend.simt.dialect import Simt
from xpiler.frontend.values import Scalar, Value

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader

SPELLING = re.compile(r"(?:nvcuda::)?(?:wmma::)?fragment<(.*)>")
ROLES = {"matrix_a": "a", "matrix_b": "b", "accumulator": "acc"}
LAYOUTS = {"row_major": "row", "col_major": "col"}
ELEMENTS: dict[str, CType] = {
    "_Float16": F16,
    "half": F16,
    "__half": F16,
    "__bf16": BF16,
    "__nv_bfloat16": BF16,
    "float": F32,
    "double": F64,
}
ELEMENTS |= {"signed char": I8, "int8_t": I8, "char": I8, "int": I32, "int32_t": I32}
MEMORY_LAYOUTS = ("row", "col")  # mem_row_major, mem_col_major


@dataclass(frozen=True)
class FragmentType(CType):
    """A fragment: one value of the dialect's type."""

    dialect: str
    role: str
    shape: tuple[int, int, int]
    element: CType
    layout: str = ""

    def mlir(self) -> ir.Type:
        extents = "x".join(str(extent) for extent in self.shape)
        layout = f", {self.layout}" if self.layout else ""
        return ir.Type.parse(f"!{self.dialect}.fragment<{self.role}, {extents}, {self.element.mlir()}{layout}>")

    def member(self, name: str, place: Place) -> Place | None:
        """`fragment.x`."""
        return FragmentElements(place, self) if name == "x" else None


def fragment_type(simt: Simt) -> Callable[[str], CType | None]:
    """Reads `wmma::fragment<...>`."""

    def read(spelling: str) -> CType | None:
        match = SPELLING.fullmatch(spelling)
        if match is None:
            return None
        role, *rest = (part.strip().split("::")[-1] for part in match.group(1).split(","))
        *extents, element = rest[:4]
        layout = LAYOUTS.get(rest[4], "") if len(rest) > 4 else ""
        if role not in ROLES or element not in ELEMENTS or not all(extent.isdigit() for extent in extents):
            return None
        return FragmentType(simt.name, ROLES[role], (int(extents[0]), int(extents[1]), int(extents[2])), ELEMENTS[element], layout)

    return read


@dataclass(frozen=True)
class FragmentElements(Place):
    """The elements a lane holds."""

    fragment: Place
    kind: FragmentType

    @property
    def ctype(self) -> CType:  # type: ignore[override]
        return ArrayType(self.kind.element, None)

    def element(self, reader: Reader, index: ir.Value) -> Place:
        return FragmentElement(self.fragment, self.kind, index)


@dataclass(frozen=True)
class FragmentElement(Place):
    """One element a lane holds."""

    fragment: Place
    kind: FragmentType
    index: ir.Value

    @property
    def ctype(self) -> CType:  # type: ignore[override]
        return self.kind.element

    def _whole(self, reader: Reader) -> ir.Value:
        whole = self.fragment.load(reader)
        assert isinstance(whole, Scalar)
        return whole.ssa

    def load(self, reader: Reader) -> Value:
        name = f"{self.kind.dialect}.fragment_get"
        return Scalar(reader.builder.value(name, [self._whole(reader), self.index], self.ctype.mlir()), self.ctype)

    def store(self, reader: Reader, value: Value) -> None:
        assert isinstance(value, Scalar)
        whole = self._whole(reader)
        made = reader.builder.value(f"{self.kind.dialect}.fragment_set", [value.ssa, whole, self.index], whole.type)
        self.fragment.store(reader, Scalar(made, self.kind))


def _kind(call: Call, place: Place) -> FragmentType:
    if not isinstance(place.ctype, FragmentType):
        raise call.refuse(f"'{call.name}' on a fragment of this type is not supported")
    return place.ctype


def fill(simt: Simt) -> Handler:
    def read(call: Call) -> None:
        place = call.place(0)
        kind = _kind(call, place)
        operation = call.emit(simt.op("fragment_fill"), [call.value(1, kind.element)], [kind.mlir()])
        place.store(call.reader, Scalar(operation.results[0], kind))

    return read


def _address(call: Call, position: int) -> list[ir.Value]:
    pointer = call.pointer(position)
    return [pointer.base, pointer.offset if pointer.offset is not None else call.reader.builder.index(0)]


def load(simt: Simt) -> Handler:
    def read(call: Call) -> None:
        place = call.place(0)
        kind = _kind(call, place)
        operands = [*_address(call, 1), call.value(2, I32)]
        layout = {"layout": _layout(simt, call.constant(3))} if len(call) > 3 else {}
        operation = call.emit(simt.op("fragment_load"), operands, [kind.mlir()], **layout)
        place.store(call.reader, Scalar(operation.results[0], kind))

    return read


def _layout(simt: Simt, position: int) -> ir.Attribute:
    return ir.Attribute.parse(f"#{simt.name}<layout {MEMORY_LAYOUTS[position]}>")


def store(simt: Simt) -> Handler:
    def read(call: Call) -> None:
        fragment = call.place(1).load(call.reader)
        assert isinstance(fragment, Scalar)
        call.emit(simt.op("fragment_store"), [fragment.ssa, *_address(call, 0), call.value(2, I32)], layout=_layout(simt, call.constant(3)))

    return read


def multiply(simt: Simt) -> Handler:
    def read(call: Call) -> None:
        place = call.place(0)
        if len(call) > 4 and call.constant(4):
            raise call.refuse("saturating 'mma_sync' is not supported")
        sides = [call.place(k).load(call.reader) for k in (1, 2, 3)]
        operands = [side.ssa for side in sides if isinstance(side, Scalar)]
        operation = call.emit(simt.op("fragment_mma"), operands, [operands[2].type])
        place.store(call.reader, Scalar(operation.results[0], place.ctype))

    return read


def size(simt: Simt) -> Callable[[Reader, Cursor, str], Value]:
    """`fragment.num_elements`."""

    def read(reader: Reader, cursor: Cursor, member: str) -> Value:
        kind = reader.ctype(cursor.referenced.semantic_parent.type)
        if not isinstance(kind, FragmentType):
            raise reader.unsupported("'num_elements' of this type")
        attributes = {"fragment": ir.TypeAttr.get(kind.mlir())}
        return Scalar(reader.builder.value(simt.op("fragment_size"), [], I32.mlir(), attributes), I32)

    return read


def builtins(simt: Simt) -> dict[str, Handler]:
    return {"fill_fragment": fill(simt), "load_matrix_sync": load(simt), "store_matrix_sync": store(simt), "mma_sync": multiply(simt)}
