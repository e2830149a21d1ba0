"""A module in platform form as source text: globals, kernels, launchers, and what they need before them."""

from __future__ import annotations

from mlir import ir

from xpiler.lowering.c_text.cleanup import without_dead_values
from xpiler.lowering.c_text.comments import SourceComments
from xpiler.lowering.c_text.format import formatted
from xpiler.lowering.c_text.function import kernel_text
from xpiler.lowering.c_text.global_text import global_text
from xpiler.lowering.c_text.language import Language
from xpiler.lowering.c_text.source_file import SourceFile
from xpiler.provenance import provenance


def module_text(module: ir.Module, language: Language) -> str:
    """The formatted text of a module; the module itself is left as it is."""
    with module.context, ir.Location.unknown():
        clone = without_dead_values(module)
        functions = [op.operation for op in clone.body.operations if op.operation.name == "func.func" and op.operation.regions[0].blocks]
        globals_ = [op.operation for op in clone.body.operations if op.operation.name == "memref.global"]
        names = frozenset(symbol(op) for op in (*functions, *globals_))
        file = SourceFile(language, names, SourceComments(clone, language.name))
        texts = [global_text(language, file, op) for op in globals_]
        texts += [kernel_text(language, file, f) for f in functions if "xpiler.launcher" not in f.attributes]
        texts += [language.launcher_text(file, f) for f in functions if "xpiler.launcher" in f.attributes]
        return formatted(file.text(comment(clone, functions, language), texts), language.suffix)


def symbol(op: ir.Operation) -> str:
    """The symbol name of a function or a global."""
    return ir.StringAttr(op.attributes["sym_name"]).value


def comment(module: ir.Module, functions: list[ir.Operation], language: Language) -> list[str]:
    """The lines at the top of the file: what it is, where it comes from, how it is launched."""
    kernels = [symbol(f) for f in functions if "xpiler.kernel" in f.attributes]
    lines = [provenance(kernels, _string(module, "xpiler.source"))]
    lines += [f"Launch of {symbol(f)}: {_string(f, 'xpiler.geometry')}" for f in functions if "xpiler.geometry" in f.attributes]
    lines += [
        f"Extent of {names}: as far as {symbol(f)} reaches, the source states none"
        for f in functions
        if (names := _named(f, "xpiler.reached"))
    ]
    lines += [f"Extent of {names}: not told by {symbol(f)}" for f in functions if (names := _named(f, "xpiler.unsized"))]
    return lines + language.build_notes


def _named(function: ir.Operation, attribute: str) -> str:
    """The parameters that an attribute names: those whose extents are the footprint's, or are not known."""
    names = function.attributes[attribute] if attribute in function.attributes else []
    return ", ".join(ir.StringAttr(name).value for name in names)


def _string(op: ir.Module | ir.Operation, name: str) -> str:
    attributes = op.operation.attributes
    return ir.StringAttr(attributes[name]).value if name in attributes else ""
