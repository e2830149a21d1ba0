"""Inline assembly: instructions without operands that a builtin stands for, and none at all."""

from __future__ import annotations

import ast
from itertools import takewhile
from typing import TYPE_CHECKING

from clang.cindex import Cursor, CursorKind

from xpiler.frontend.c_types import Void
from xpiler.frontend.calls import Call
from xpiler.frontend.statements import statement

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader


@statement(CursorKind.ASM_STMT, CursorKind.MS_ASM_STMT)
def assembly(reader: Reader, cursor: Cursor) -> None:
    """One instruction of the language's table; an empty text only keeps a compiler from moving memory accesses."""
    text = _text(cursor)
    if text == "":
        return
    builtin = reader.language.assembly.get(text or "")
    if builtin is None:
        raise reader.unsupported("inline assembly", "use the platform's intrinsic for this instruction")
    reader.language.builtins[builtin](Call(reader, cursor, builtin, (), Void()))


def _text(cursor: Cursor) -> str | None:
    """The instruction, without the `;` behind it; None where there are operands, or several instructions."""
    tokens = iter(token.spelling for token in cursor.get_tokens())  # of a macro: those of its definition, and more behind them
    inside = list(takewhile(lambda spelling: spelling != ")", (t for t in tokens if t not in ("volatile", "__volatile__"))))[2:]
    words = list(takewhile(lambda spelling: spelling.startswith('"'), inside))
    rest = inside[len(words) :]
    colons = [spelling for spelling in rest if set(spelling) == {":"}]
    clobbers_only = "".join(colons) == ":::" and rest[: len(colons)] == colons
    if not inside or (rest and not clobbers_only):
        return None
    return "".join(ast.literal_eval(word) for word in words).strip("; \t\n")
