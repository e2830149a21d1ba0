"""@name@ as a target language: C++ with the builtins' header."""

from __future__ import annotations

from typing import ClassVar

from mlir import ir

from xpiler.dialects.words import word
from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.ctype import scalar_type
from xpiler.lowering.c_text.expression import Expr, call
from xpiler.lowering.c_text.handlers import Handlers
from xpiler.lowering.vnni.language import VnniLanguage

BUILTINS = Handlers()


@BUILTINS.writes("@name@.binary")
def _binary(body: Body, op: ir.Operation) -> Expr:
    body.file.include("<@name@.h>")
    operands = tuple(body.value(operand) for operand in op.operands)
    return call(f"@name@_{word(op.attributes['kind'])}", operands, scalar_type(op.results[0].type))


class @Name@Language(VnniLanguage):
    """The compiler of @name@; kernels are plain functions."""

    name = "@name@"
    suffix = ".@suffix@"
    handlers: ClassVar[Handlers] = Handlers({**VnniLanguage.handlers, **BUILTINS})
    build_notes: ClassVar[list[str]] = ["Build: g++ -O3"]
