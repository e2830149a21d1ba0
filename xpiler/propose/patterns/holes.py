"""Holes of a pattern: `#xpiler.hole<"name">` where a number or the word of a kind stands, filled before the text is parsed.

    module attributes {xpiler.pattern = "scaled", xpiler.holes = {kind = ["active_sigmoid", "active_tanh"]}, ...} {
      ... arith.constant #xpiler.hole<"c"> : f32 ... bang.unary<#xpiler.hole<"kind">> ...

A hole with choices takes them in turn; one without takes the floats of the kernel at hand. Each filling is a pattern of its own: it is
proved and used, and saved, as what it is then.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from mlir import ir

from xpiler.diagnostics import PassFailed

HOLE = re.compile(r'#xpiler\.hole<"(\w+)">')
MOST_FILLINGS = 64
_STATED = re.compile(r"xpiler\.holes\s*=\s*(\{[^{}]*\})\s*,?")
_WORD = re.compile(r"\w{1,64}")


def fillings(text: str, numbers: Sequence[float], context: ir.Context) -> Iterator[str]:
    """The texts that a pattern's holes give, the first choices first; itself where it has none.

    Raises PassFailed for choices that are none.
    """
    names = list(dict.fromkeys(HOLE.findall(text)))
    if not names:
        yield text
        return
    stated = _stated(text, context)
    usual = [f"{number:.9e}" for number in dict.fromkeys(numbers)]
    plain = _STATED.sub("", text, count=1)
    for values in itertools.islice(itertools.product(*(stated.get(name, usual) for name in names)), MOST_FILLINGS):
        chosen = dict(zip(names, values, strict=True))
        yield HOLE.sub(lambda match, chosen=chosen: chosen[match[1]], plain)


def floats(module: ir.Module) -> list[float]:
    """The float constants of a kernel, in program order."""
    found: list[float] = []

    def visit(op: ir.Operation) -> ir.WalkResult:
        if op.name == "arith.constant" and isinstance(op.attributes["value"], ir.FloatAttr):
            found.append(ir.FloatAttr(op.attributes["value"]).value)
        return ir.WalkResult.ADVANCE

    module.operation.walk(visit)
    return found


def _stated(text: str, context: ir.Context) -> dict[str, list[str]]:
    match = _STATED.search(text)
    if match is None:
        return {}
    try:
        attribute = ir.DictAttr(ir.Attribute.parse(match[1], context))
    except (ir.MLIRError, ValueError):
        raise PassFailed("'xpiler.holes' must be a dictionary of lists") from None
    return {named.name: [_choice(named.name, item) for item in _items(named)] for named in attribute}


def _items(named: ir.NamedAttribute) -> Iterator[ir.Attribute]:
    if not isinstance(named.attr, ir.ArrayAttr):
        raise PassFailed(f"the choices of the hole '{named.name}' must be a list")
    return iter(ir.ArrayAttr(named.attr))


def _choice(name: str, item: ir.Attribute) -> str:
    """A number or a word as text: nothing that could be more than one token."""
    if isinstance(item, ir.FloatAttr):
        return f"{ir.FloatAttr(item).value:.9e}"
    if isinstance(item, ir.IntegerAttr):
        return str(ir.IntegerAttr(item).value)
    if isinstance(item, ir.StringAttr) and _WORD.fullmatch(ir.StringAttr(item).value):
        return ir.StringAttr(item).value
    raise PassFailed(f"a choice of the hole '{name}' is neither a number nor a word")
