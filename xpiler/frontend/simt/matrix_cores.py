"""AMD's matrix-core builtins."""

from __future__ import annotations

import re

from mlir import ir

from xpiler.frontend.c_types import I32
from xpiler.frontend.calls import Call
from xpiler.frontend.language import Handler
from xpiler.frontend.values import Value

MFMA = re.compile(r"__builtin_amdgcn_mfma_(\w+)")
MODIFIERS = ("cbsz", "abid", "blgp")


def mfma(name: str) -> Handler | None:
    """The handler of `__builtin_amdgcn_mfma_<name>`."""
    match = MFMA.fullmatch(name)
    if match is None:
        return None
    kind = match.group(1)

    def read(call: Call) -> Value:
        modifiers = {word: call.constant(3 + k) for k, word in enumerate(MODIFIERS) if len(call) > 3 + k}
        i32 = I32.mlir()
        given = {word: ir.IntegerAttr.get(i32, value) for word, value in modifiers.items() if value}
        return call.emit_value("hip.mfma", [call.value(0), call.value(1), call.value(2)], kind=f'"{kind}"', **given)

    return read
