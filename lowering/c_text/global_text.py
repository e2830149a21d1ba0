"""File-scope arrays."""

from __future__ import annotations

from mlir import ir

from xpiler.lowering.c_text.attributes import space_of
from xpiler.lowering.c_text.ctype import scalar_type
from xpiler.lowering.c_text.language import Language
from xpiler.lowering.c_text.literal import float_text
from xpiler.lowering.c_text.source_file import SourceFile


def global_text(language: Language, file: SourceFile, op: ir.Operation) -> str:
    """The definition of a `memref.global`."""
    kind = ir.MemRefType(ir.TypeAttr(op.attributes["type"]).value)
    element = scalar_type(kind.element_type)
    name = ir.StringAttr(op.attributes["sym_name"]).value
    sizes = "".join(f"[{s}]" for s in kind.shape)
    constant = "constant" in op.attributes
    space = space_of(kind)
    qualifier = language.spaces.get(space, "") if space else language.global_qualifier(constant)
    keyword = "const " if constant and "const" not in qualifier else ""
    initial = op.attributes["initial_value"] if "initial_value" in op.attributes else None
    values = (
        "" if initial is None or not isinstance(initial, ir.DenseElementsAttr) else f" = {_initializer(initial, element, list(kind.shape))}"
    )
    return f"{qualifier}{keyword}{file.spell(element)} {name}{sizes}{values};"


def _initializer(attribute: ir.Attribute, element: object, shape: list[int]) -> str:
    """Braces nested as the array is."""
    if element.kind == "float":
        flat = [float_text(float(v), element) for v in ir.DenseFPElementsAttr(attribute)]
    else:
        flat = [str(v) for v in ir.DenseIntElementsAttr(attribute)]
    for size in reversed(shape):
        flat = ["{" + ", ".join(flat[i : i + size]) + "}" for i in range(0, len(flat), size)]
    return flat[0]
