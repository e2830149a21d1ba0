"""Functions: parameters, kernels, plain functions."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from mlir import ir

from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.ctype import CType, scalar_type
from xpiler.lowering.c_text.expression import leaf
from xpiler.lowering.c_text.facts import bounds_of
from xpiler.lowering.c_text.knowledge import narrow
from xpiler.lowering.c_text.memory_ops import element_type, parameter_buffer
from xpiler.lowering.c_text.uses import is_idle

if TYPE_CHECKING:
    from xpiler.lowering.c_text.language import Language
    from xpiler.lowering.c_text.source_file import SourceFile

VECTOR = re.compile(r"u?(?:char|short|int|long|longlong)[1-4]|(?:float|double)[1-4]|(?:__)?half2|(?:__)?(?:nv|hip)_bfloat162")
BYTE = 8  # bits
_NEUTRAL = ("half", "bfloat16", "int8_t", "uint8_t", "int16_t", "uint16_t", "int64_t", "uint64_t")


def argument_attribute(function: ir.Operation, position: int, name: str) -> str | None:
    """A string attribute of a parameter (a unit attribute gives the empty string), None where it is absent."""
    if "arg_attrs" not in function.attributes:
        return None
    attributes = ir.DictAttr(ir.ArrayAttr(function.attributes["arg_attrs"])[position])
    if name not in attributes:
        return None
    value = attributes[name]
    return value.value if isinstance(value, ir.StringAttr) else ""


def kernel_text(language: Language, file: SourceFile, function: ir.Operation) -> str:
    """The text of a kernel."""
    body = Body(language, file, function)
    parameters = declare_parameters(body, function)
    head = language.kernel_head(body, function, parameters)
    with body.scope(head):
        _type_untyped(body, function)
        body.block(function.regions[0].blocks[0])
        body.flush_all()
    return "\n".join((*file.comments.above(function), *body.lines))


def declare_parameters(body: Body, function: ir.Operation) -> str:
    """Binds the parameters and returns their declarations."""
    written, facts = written_arguments(function), bounds_of(function)
    declared = []
    for position, argument in enumerate(function.regions[0].blocks[0].arguments):
        name = body.names.claim(argument_attribute(function, position, "xpiler.name") or f"arg{position}")
        spelled = argument_attribute(function, position, "xpiler.ctype")
        if isinstance(argument.type, ir.MemRefType):
            declared.append(_pointer(body, function, position, argument, name, spelled, written))
        else:
            declared.append((body.language.unused if is_idle(argument) else "") + _scalar(body, argument, name, spelled))
            if position in facts:
                narrow(body, argument, *facts[position])
    return ", ".join(declared)


def _pointer(
    body: Body, function: ir.Operation, position: int, argument: ir.Value, name: str, spelled: str | None, written: set[int]
) -> str:
    element = element_type(body, argument.type)
    if spelled:
        element = element_of(spelled, element)
    buffer = parameter_buffer(body, argument.type, name, element)
    constant = spelled.startswith("const ") if spelled else position not in written
    body.values[argument] = replace(buffer, const=constant)
    as_spelled = spelled and not VECTOR.fullmatch(_word(spelled))  # the body has elements where the source has vectors
    text = respelled(body, spelled) if as_spelled else f"{'const ' if constant else ''}{body.spell(element)} *"
    restrict = f"{body.language.restrict} " if argument_attribute(function, position, "xpiler.restrict") is not None else ""
    return f"{text}{'' if text.endswith('*') else ' '}{restrict}{name}"


def _type_untyped(body: Body, function: ir.Operation) -> None:
    """Typed pointers to what a kernel takes as `void *`: nothing can be read through those."""
    for position, argument in enumerate(function.regions[0].blocks[0].arguments):
        spelled = argument_attribute(function, position, "xpiler.ctype")
        if spelled and _word(spelled) == "void" and any(True for _ in argument.uses):
            buffer = body.buffer(argument)
            kind = f"{'const ' if buffer.const else ''}{body.spell(buffer.element)} *"
            given = buffer.base.text
            name = body.names.claim(f"{given}_{'bytes' if buffer.element.bits == BYTE else 'elements'}")
            body.line(f"{kind}{name} = ({kind}){given};")
            body.values[argument] = replace(parameter_buffer(body, argument.type, name, buffer.element), const=buffer.const)


def element_of(spelled: str, element: CType) -> CType:
    """The element type as the source spells it: its sign is not in the IR."""
    word = _word(spelled)
    if element.is_integer and (word.startswith(("uint", "unsigned")) or (word.startswith("u") and VECTOR.fullmatch(word))):
        return scalar_type(f"i{element.bits}", signed=False)
    return element


def _word(spelled: str) -> str:
    """The name of the type that a pointer points to."""
    return spelled.replace("const", "").replace("*", "").strip()


def _scalar(body: Body, argument: ir.Value, name: str, spelled: str | None) -> str:
    signed = not (spelled and ("unsigned" in spelled or spelled.startswith(("uint", "size_t"))))
    ctype = scalar_type(argument.type, signed=signed)
    if ctype is None:  # a stream: each platform has a type of its own
        ctype, spelled = body.language.opaque_type(body, argument.type), None
    body.values[argument] = leaf(name, ctype)
    return f"{respelled(body, spelled) if spelled else body.spell(ctype)} {name}"


def respelled(body: Body, spelled: str) -> str:
    """The source's spelling with the platform's names of the neutral types."""
    words = spelled.replace("*", " * ").split()
    known = [body.spell(CType("opaque", 0, w)) if w in _NEUTRAL else w for w in words]
    return " ".join(known).replace("* *", "**")


_READERS = ("memref.load", "vector.load", "memref.extract_aligned_pointer_as_index", "xpiler.extent")


def written_arguments(function: ir.Operation) -> set[int]:
    """Positions of pointer parameters that anything but a load may write."""
    block = function.regions[0].blocks[0]
    return {p for p, a in enumerate(block.arguments) if _is_written(a)}


def _is_written(value: ir.Value) -> bool:
    return any(use.owner.operation.name not in _READERS for use in value.uses)
