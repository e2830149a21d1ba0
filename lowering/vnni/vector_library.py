"""Register forms of C functions, added to the output where they are used."""

from __future__ import annotations

from xpiler.lowering.c_text.body import Body
from xpiler.platforms.vnni.vector_library import FUNCTIONS


def use(body: Body, function: str) -> str | None:
    """The name of the register form of a C function, its text added to the file; None where there is none."""
    for name, text in FUNCTIONS.get(function, ()):
        body.file.define(name, text)
    return f"{function}512" if function in FUNCTIONS else None
