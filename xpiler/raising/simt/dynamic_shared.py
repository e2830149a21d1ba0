"""Dynamic shared memory: the one byte array of a launch, cut into typed parts where the kernel's pointers begin.

`float *values = (float *)memory; int *places = (int *)(values + n);` are two arrays: the first has the bytes up to where the
second begins. Parts that begin at one place are one array, of one type.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mlir import ir

from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.launcher_slice import expression_text
from xpiler.raising.places import unsupported
from xpiler.raising.structure import definition, users

ELEMENT_BYTES = {"i1": 1, "i8": 1, "i16": 2, "f16": 2, "bf16": 2, "i32": 4, "f32": 4, "i64": 8, "f64": 8}
LARGEST_BYTES = 64 * 1024  # what a launch may ask for without further calls: 48 KB on cuda, 64 KB on hip


@dataclass
class Part:
    """A typed array in dynamic shared memory: the views of it, and the byte it begins at (None: the first)."""

    start: ir.Value | None
    type: ir.Type
    views: list[ir.Value] = field(default_factory=list)

    @property
    def element_bytes(self) -> int:
        return ELEMENT_BYTES[str(self.type)]


def parts_of(array: ir.Operation) -> list[Part]:
    """The parts of a dynamic array by its views; the array itself where it is used as bytes."""
    found: dict[str, Part] = {}
    for user in users(array.results[0]):
        is_view = user.name == "xpiler.view"
        start, seen = (user.operands[1], user.results[0]) if is_view else (None, array.results[0])
        _check_start(user, start)
        key = "#0" if start is None else expression_text(start)
        part = found.setdefault(key, Part(start, seen.type.element_type))
        if part.type != seen.type.element_type:
            raise unsupported(user, f"dynamic shared memory seen as several types: {part.type}, {seen.type.element_type}")
        part.views += [] if seen in part.views else [seen]
    return list(found.values())


def _check_start(user: ir.Operation, start: ir.Value | None) -> None:
    if start is not None and not _is_uniform(start):
        raise unsupported(user, "dynamic shared memory cut into parts at places that threads decide")


def _is_uniform(value: ir.Value) -> bool:
    """Whether a value comes from the kernel's parameters and constants alone."""
    op = definition(value)
    if op is None:
        return value.owner.owner.operation.name == "func.func"
    return op.name.startswith("arith.") and all(_is_uniform(operand) for operand in op.operands)


def allocate(parts: list[Part], bytes_: ir.Value, inside: EmissionPoint) -> dict[ir.Value, ir.Value]:
    """An array for each part, up to the next part or the end; by view."""
    starts = [inside.constant(0) if part.start is None else part.start for part in parts]
    forms = IndexForms()
    arrays = {}
    for part, start in zip(parts, starts, strict=True):
        end = _next(forms, start, [*starts, bytes_])
        elements = inside.floor_div(inside.sub(end, start), inside.constant(part.element_bytes))
        array = EmissionPoint(inside.at, part.views[0].owner.location).alloca([elements], part.type)
        definition(array).attributes["xpiler.most"] = ir.IntegerAttr.get(inside.integer_type(64), LARGEST_BYTES // part.element_bytes)
        arrays.update(dict.fromkeys(part.views, array))
    return arrays


def _next(forms: IndexForms, start: ir.Value, others: list[ir.Value]) -> ir.Value:
    """The nearest of `others` behind `start`; the last one, the end of memory, where their order is not clear."""
    nearest = others[-1]
    for other in others[:-1]:
        if _is_behind(forms.of(other) - forms.of(start)) and not _is_behind(forms.of(other) - forms.of(nearest)):
            nearest = other
    return nearest


def _is_behind(gap: Poly) -> bool:
    """Whether a difference of places is positive for positive sizes."""
    return bool(gap.terms) and all(c > 0 for c in gap.terms.values())
