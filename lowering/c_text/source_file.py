"""The emitted file: what its text needs (headers, library functions, type definitions) and their order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xpiler.lowering.c_text import library
from xpiler.lowering.c_text.ctype import CType

if TYPE_CHECKING:
    from xpiler.lowering.c_text.comments import SourceComments
    from xpiler.lowering.c_text.language import Language

_FIXED_WIDTH = re.compile(r"\bu?int(8|16|64)_t\b")


class SourceFile:
    """Collects what the functions of one file use while they are written."""

    def __init__(self, language: Language, global_names: frozenset[str], comments: SourceComments):
        self.language = language
        self.comments = comments
        self.global_names = global_names
        self.headers: set[str] = set(language.base_headers)
        self.library: set[str] = set()
        self.definitions: dict[str, str] = {}

    def use(self, name: str) -> str:
        """The spelling of a function; notes the header or the library function it needs."""
        if name in library.FUNCTIONS:
            self.library.add(name)
            self.include(library.HEADERS.get(name))
            return name
        self.include(self.language.headers.get(name))
        return self.language.functions.get(name, name)

    def include(self, header: str | None) -> None:
        """Adds a header."""
        if header:
            self.headers.add(header)

    def define(self, name: str, text: str) -> str:
        """Adds a definition before the functions, once."""
        self.definitions.setdefault(name, text)
        return name

    def spell(self, ctype: CType) -> str:
        """The spelling of a type; narrow floats bring their header."""
        spelled = self.language.types.get(ctype.name, ctype.name)
        self.include(self.language.headers.get(ctype.name))
        return spelled

    def text(self, comment: list[str], functions: list[str]) -> str:
        """The whole file, unformatted."""
        if any("_mm" in f or "__m" in f for f in functions) and self.language.vector_header:
            self.include(self.language.vector_header)
        if _FIXED_WIDTH.search("\n".join((*self.definitions.values(), *functions))):
            self.include(self.language.integer_header)
        headers = sorted(self.headers, key=lambda h: (h.startswith('"'), h))
        parts = [self.comments.notice(), "\n".join(f"// {line}".rstrip() for line in comment), self.comments.description()]
        parts.append("\n".join(f"#include {h}" for h in headers))
        parts += self.definitions.values()
        parts += [library.FUNCTIONS[name].format(qualifier=self.language.library_qualifier) for name in sorted(self.library)]
        return "\n\n".join(p for p in (*parts, *functions) if p) + "\n"
