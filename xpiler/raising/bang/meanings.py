"""Builtins replaced by their meaning (`dialects/bang/semantics.mlir`), which is inlined at the call."""

from __future__ import annotations

from functools import lru_cache

from mlir import ir
from mlir.passmanager import PassManager

from xpiler.dialects.semantics import Wanted, instantiate, is_model_op
from xpiler.dialects.words import word
from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.places import unsupported
from xpiler.raising.structure import clone, definition, entry, operations, replace, walk

KIND_ATTRIBUTES = ("kind", "layout")
COPIES = ("bang.memcpy", "bang.memcpy_2d", "bang.memcpy_3d", "bang.move", "bang.move_2d")

# How many operands that are no buffers an operation has without a fix position; where segments tell, which one.
PLAIN_OPERANDS = {"bang.matmul": 3, "bang.convert": 1}
SEGMENTS = {"bang.mlp": {"bias": 2, "fixed": 6}, "bang.conv": {"bias": 3, "fixed": 12, "dilated": 13}}


def expand_builtins(kernel: ir.Operation) -> None:
    """Inline the meaning of every builtin of the kernel; Unsupported, by name, where there is none."""
    for op in [op for op in walk(kernel) if op.name.startswith("bang.") and not is_model_op(op.name)]:
        expand(op)


def expand(op: ir.Operation) -> None:
    """Inline the meaning of one builtin; Unsupported, by name, where it has none."""
    if op.name in COPIES:
        _same_type(op)
    body = entry(_meaning(op))
    mapping = dict(zip(body.arguments, op.operands, strict=True))
    at = ir.InsertionPoint(op)
    for inner in operations(body)[:-1]:
        if inner.name == "cf.assert":
            continue
        copy = clone(inner, mapping, at)
        _relocate(copy, op.location)
        mapping.update(zip(inner.results, copy.results, strict=True))
    results = [mapping[value] for value in operations(body)[-1].operands]
    replace(op, results)


def _same_type(copy: ir.Operation) -> None:
    """A copy between buffers of different element types moves bytes: both are seen as elements of one of them.

    That is the type of a parameter's memory where it is no wider than what the copy names, else the wider of the two.
    """
    types = [ir.MemRefType(copy.operands[i].type).element_type for i in range(2)]
    if types[0] == types[1]:
        return
    widest, narrowest = max(types, key=_bits), min(types, key=_bits)
    known = [kind for kind in map(_parameter_type, list(copy.operands)[:2]) if kind is not None and 8 < _bits(kind) <= _bits(narrowest)]
    emit = EmissionPoint(ir.InsertionPoint(copy), copy.location)
    wanted = ir.MemRefType.get([ir.ShapedType.get_dynamic_size()], known[0] if known else widest)
    for position in range(2):
        if types[position] != wanted.element_type:
            copy.operands[position] = emit.value("xpiler.view", wanted, copy.operands[position], emit.constant(0))


def _parameter_type(buffer: ir.Value) -> ir.Type | None:
    """The element type of the parameter whose memory a buffer is part of."""
    op = definition(buffer)
    while op is not None and op.name == "xpiler.view":
        buffer = op.operands[0]
        op = definition(buffer)
    return ir.MemRefType(buffer.type).element_type if op is None else None


def _bits(type_: ir.Type) -> int:
    return type_.width


def _wanted(op: ir.Operation) -> Wanted:
    buffers = [value.type for value in op.operands if isinstance(value.type, ir.MemRefType)]
    kinds = tuple(word(op.attributes[name]) for name in KIND_ATTRIBUTES if name in op.attributes)
    if op.name in ("bang.matmul", "bang.mlp") and "layout" not in op.attributes:
        kinds = (*kinds, "nk")
    types = [str(ir.MemRefType(type_).element_type) for type_ in buffers]
    return Wanted(op.name, kinds, frozenset(_form(op)), tuple(types))


def _form(op: ir.Operation) -> list[str]:
    """Words for the optional operands that are there, and for operands that may be buffers or scalars."""
    operands = [value for value in op.operands if not isinstance(value.type, ir.MemRefType)]
    if op.name in PLAIN_OPERANDS:
        return ["fixed"] if len(operands) > PLAIN_OPERANDS[op.name] else []
    if op.name in SEGMENTS:
        sizes = list(ir.DenseI32ArrayAttr(op.attributes["operandSegmentSizes"]))
        return [word for word, position in SEGMENTS[op.name].items() if sizes[position]]
    if op.name == "bang.fusion":
        return ["_".join(_shape(op.operands[k]) for k in (2, 3))]
    if op.name in ("bang.atomic", "bang.atomic_reduce"):
        return [_shape(op.operands[len(op.operands) - 2])]
    return []


def _shape(operand: ir.Value) -> str:
    return "vector" if isinstance(operand.type, ir.MemRefType) else "scalar"


def _meaning(op: ir.Operation) -> ir.Operation:
    wanted = _wanted(op)
    text = instantiate(wanted)
    if text is None:
        kinds = f"<{', '.join(wanted.kinds)}>" if wanted.kinds else ""
        raise unsupported(op, f"{op.name}{kinds} on {', '.join(wanted.types)} has no meaning yet")
    return _parsed(text, op.context)


@lru_cache(maxsize=256)
def _parsed(text: str, context: ir.Context) -> ir.Operation:
    """The function with everything it calls inlined; kept, since a kernel asks for the same few again and again."""
    with context:
        module = ir.Module.parse(text)
        PassManager.parse("builtin.module(inline,canonicalize,cse)").run(module.operation)
        _KEPT.append(module)
        return module.body.operations[0].operation


_KEPT: list[ir.Module] = []


def _relocate(op: ir.Operation, location: ir.Location) -> None:
    """What a builtin does happens at its call."""
    for inner in walk(op):
        inner.location = location
