"""Members of clang's own vectors (`v.x`, `v.s3`), which libclang shows without their name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clang.cindex import Cursor

from xpiler.frontend.c_types import Vector
from xpiler.frontend.expressions import lvalue
from xpiler.frontend.places import Place
from xpiler.frontend.values import Scalar, Value

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader

NAMES = {"x": 0, "y": 1, "z": 2, "w": 3, "r": 0, "g": 1, "b": 2, "a": 3}


def swizzle(reader: Reader, cursor: Cursor, inner: Cursor) -> Place:
    """The lanes that a member expression picks."""
    name = [token.spelling for token in cursor.get_tokens()][-1:]
    lanes = positions(name[0]) if name else []
    vector = lvalue(reader, inner)
    assert isinstance(vector.ctype, Vector)
    if not lanes or any(lane >= vector.ctype.lanes for lane in lanes):
        raise reader.unsupported("this member of a vector")
    if len(lanes) == 1:
        return vector.lane(reader, reader.builder.index(lanes[0]))
    return SwizzlePlace(vector, tuple(lanes), Vector(vector.ctype.element, len(lanes)))


@dataclass(frozen=True)
class SwizzlePlace(Place):
    """Several lanes of a vector: `v.yx`."""

    vector: Place
    lanes: tuple[int, ...]
    ctype: Vector

    def load(self, reader: Reader) -> Value:
        whole = self.vector.load(reader)
        assert isinstance(whole, Scalar)
        picked = [reader.lanes.extract(whole.ssa, lane) for lane in self.lanes]
        return Scalar(reader.lanes.build(picked, self.ctype.mlir()), self.ctype)

    def store(self, reader: Reader, value: Value) -> None:
        whole = self.vector.load(reader)
        assert isinstance(whole, Scalar) and isinstance(value, Scalar)
        made = whole.ssa
        for position, lane in enumerate(self.lanes):
            made = reader.lanes.insert(reader.lanes.extract(value.ssa, position), made, lane)
        self.vector.store(reader, Scalar(made, whole.ctype))


def positions(name: str) -> list[int]:
    """Lanes by the letters of a member: xyzw, rgba, or s and hexadecimal digits."""
    if name[:1] in ("s", "S") and len(name) > 1:
        return [int(digit, 16) for digit in name[1:]]
    return [NAMES[letter] for letter in name] if all(letter in NAMES for letter in name) else []
