"""What OpenMP lets run in parallel and the platform form has in sequence: noted on the module, so that nothing is proved of it.

A loop of the text that threads share is an `scf.forall`, whose iterations the validator looks at for races. Everything else computes what
it does where the text has no race, which nobody shows: a shared loop that counts down or carries a sum and also writes memory, what a
parallel region has beside its loops, loops that do not wait for each other, and each directive that is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from clang.cindex import Cursor, CursorKind
from mlir import ir

from xpiler.diagnostics import Place
from xpiler.frontend.cursors import place_of

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader

IN_SEQUENCE = "xpiler.in_sequence"  # on a module: what is read in sequence, in words
DIRECTIVE = re.compile(r"\s*#\s*pragma\s+omp\s+(?!(?:end\s+)?declare\b)|.*\b_Pragma\s*\(\s*\"\s*omp\b")
WITHOUT_EFFECT = ("arith", "math", "scf", "ub", "index", "cf")
WITHOUT_EFFECT_OPS = ("func.return", "memref.alloca", "memref.dim", "xpiler.assume", "xpiler.extent")
FUNCTIONS = (CursorKind.FUNCTION_DECL, CursorKind.CXX_METHOD, CursorKind.FUNCTION_TEMPLATE)
SCOPES = (CursorKind.NAMESPACE, CursorKind.LINKAGE_SPEC, CursorKind.UNEXPOSED_DECL, CursorKind.CLASS_DECL, CursorKind.STRUCT_DECL)


class Directives:
    """The directives of a function's text that were read, and why some of them prove nothing."""

    def __init__(self) -> None:
        self.taken: set[tuple[str, int]] = set()
        self._visited: set[tuple[str, int]] = set()  # where statements begin
        self._reasons: list[str] = []

    def visit(self, place: Place) -> None:
        """A statement is being read."""
        self._visited.add((place.file, place.line))

    def doubt(self, place: Place, what: str) -> None:
        """Something at a place is read in sequence."""
        self._reasons.append(f"{what} ({Path(place.file).name}:{place.line})")

    def close(self, reader: Reader, function: Cursor) -> None:
        """Notes on the module what was read in sequence; the directives that nothing has read as well."""
        lines = {file: reader.lines_of(file) for file in sorted({file for file, _ in self._visited})}
        if any(DIRECTIVE.match(line) for text in lines.values() for line in text):
            for file, first, last in self._read_functions(function):
                for number in range(first, last + 1):
                    if DIRECTIVE.match(lines[file][number - 1]) and (file, number) not in self.taken:
                        self.doubt(Place(file, number), "a directive of OpenMP that is not read")
            for file, text in lines.items():
                for number, line in enumerate(text, 1):
                    if line.lstrip().startswith("#") and "_Pragma" in line and DIRECTIVE.match(line):
                        self.doubt(Place(file, number), "a directive of OpenMP that is not read")
        attributes = reader.module.operation.attributes
        if self._reasons and IN_SEQUENCE not in attributes:
            attributes[IN_SEQUENCE] = ir.StringAttr.get(self._reasons[0])

    def _read_functions(self, function: Cursor) -> Iterator[tuple[str, int, int]]:
        """The lines of all functions that a statement was read of."""
        for definition in _definitions(function.translation_unit.cursor):
            file = place_of(definition).file
            first, last = definition.extent.start.line, definition.extent.end.line
            if any(file == read and first <= line <= last for read, line in self._visited):
                yield file, first, last


def _definitions(scope: Cursor) -> Iterator[Cursor]:
    for child in scope.get_children():
        if child.kind in FUNCTIONS and child.is_definition():
            yield child
        elif child.kind in SCOPES:
            yield from _definitions(child)


def has_effect(operations: Iterable[ir.Operation], besides: str = "") -> bool:
    """Whether operations, or what is in them, may write memory; those of one name, and all in them, are left out."""
    return any(_has_effect(op) for op in _inside(operations, besides))


def _inside(operations: Iterable[ir.Operation], besides: str) -> Iterator[ir.Operation]:
    for op in operations:
        if op.name == besides:
            continue
        yield op
        for region in op.regions:
            for block in region:
                yield from _inside((inner.operation for inner in block), besides)


def _has_effect(op: ir.Operation) -> bool:
    if op.name.partition(".")[0] in WITHOUT_EFFECT or op.name in WITHOUT_EFFECT_OPS:
        return False
    return not len(op.results) or op.name == "func.call" or "atomic" in op.name
