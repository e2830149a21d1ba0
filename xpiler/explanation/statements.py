"""The lines of an output as they are written: what they hold, the line of the source they stand for, why they are scalar."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mlir import ir

from xpiler.explanation.places import function_of, line_of
from xpiler.explanation.scalar_reasons import loop_around, reason

BUILTINS = {
    "bang": r"__bang_\w+|__memcpy\w*",
    "vnni": r"_mm\d*_\w+|\b\w+512\b(?=\()",
    "cuda": r"wmma::\w+_sync|__shfl\w+|__dp4a|atomic\w+|__reduce\w+",
    "hip": r"__builtin_amdgcn_\w+|__shfl\w+|atomic\w+",
}
VECTOR_PLATFORMS = ("bang", "vnni")  # where a statement on one element leaves the machine's width unused
ELEMENT = re.compile(r"\w+\[(?!\d+\])")


@dataclass(frozen=True)
class Scalar:
    """A statement on one element in a loop: its line in the source, its text, and why it is one."""

    line: int
    text: str
    why: str


@dataclass
class Statements:
    """Listens to the emission of one platform's text.

    `builtins`: those used by the line of the source they stand for, in order, each once. `scalars`: statements on single elements in
    loops, on platforms whose builtins take many at once, each text once.
    """

    platform: str
    builtins: dict[int, dict[str, None]] = field(default_factory=dict)
    scalars: dict[str, Scalar] = field(default_factory=dict)

    def __call__(self, text: str, operation: ir.Operation) -> None:
        function = function_of(operation)
        if function is None or "xpiler.launcher" in function.attributes:
            return
        names = re.findall(BUILTINS[self.platform], text)
        if names:
            self.builtins.setdefault(_line(operation), {}).update(dict.fromkeys(names))
        elif self.platform in VECTOR_PLATFORMS and ELEMENT.search(text) and "__nram__" not in text:
            self._scalar(text.strip(), operation)

    def _scalar(self, text: str, operation: ir.Operation) -> None:
        if text not in self.scalars and loop_around(operation) is not None:
            self.scalars[text] = Scalar(_line(operation), text, reason(operation))


def _line(operation: ir.Operation) -> int:
    """The line of a statement, or of the loop around it where it has only its function's."""
    loop, own, function = loop_around(operation), line_of(operation), function_of(operation)
    return line_of(loop) if loop is not None and own == line_of(function) else own
