"""Arrays of a fixed length that a source runs past at sizes which nothing excludes: `n / taskDim` elements copied into 4096.

No run at moderate sizes shows it. What the launcher and the kernel compute from the sizes alone is evaluated instead, with one size
after another growing, until an access leaves its array.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlir import ir

from xpiler.verify.defects.array_spans import Span, element_bytes
from xpiler.verify.defects.defect import Sizes, SourceDefect
from xpiler.verify.defects.executions import placed
from xpiler.verify.defects.growing_sizes import Growing
from xpiler.verify.model.program import place_of

KIND = "capacity"


def short_arrays(module: ir.Module, assumptions: Sequence[str] = ()) -> list[SourceDefect]:
    """Warnings about a program in platform form: one for each array, with the least size that shows it."""
    found: dict[ir.Value, SourceDefect] = {}
    for sizes, past in Growing.of(module, assumptions).least(leaving):
        found.setdefault(past.array, _defect(past, sizes))
    return list(found.values())


def leaving(path: Iterator[Span]) -> Span | None:
    """The first access on a path that goes past the end of its array."""
    return next((span for span in path if span.end is not None and span.end > span.size), None)


def _defect(past: Span, sizes: Sizes) -> SourceDefect:
    element, kind = element_bytes(past.array), ir.MemRefType(past.array.type)
    unit = "bytes" if element == 1 else "elements"
    needed = -(-(past.end or 0) // element)
    message = f"{named(past.array)} has {kind.shape[0]} {unit}, and this access needs {needed}"
    return SourceDefect(KIND, message, placed(place_of(past.op)), sizes)


def named(array: ir.Value) -> str:
    """How a message calls an array."""
    location = array.owner.location
    return f"'{location.name_str}'" if location.is_a_name() else "an array"
