"""From a source file to a module in platform form."""

from __future__ import annotations

from pathlib import Path

from clang.cindex import Cursor, CursorKind
from mlir import ir

from xpiler.diagnostics import InvalidInput, Place
from xpiler.frontend.builder import Builder
from xpiler.frontend.clang_session import Source, parse
from xpiler.frontend.cursors import body_of
from xpiler.frontend.kernels import read_kernel
from xpiler.frontend.language import Language
from xpiler.frontend.options import ReadOptions
from xpiler.frontend.reader import Reader

CONTAINERS = {CursorKind.NAMESPACE, CursorKind.LINKAGE_SPEC, CursorKind.UNEXPOSED_DECL}


def read(source: Path | str, language: Language, options: ReadOptions, context: ir.Context) -> ir.Module:
    """Reads the kernels (and launchers) of a source, a path or text, into platform form.

    Raises InvalidInput or Unsupported, located in the source.
    """
    text = Source.of(source, language.suffix)
    unit = parse(text, language, options, device=True)
    functions = definitions(unit.cursor, text.name)
    kernels = chosen(functions, language, options, text)
    with context, ir.Location.file(text.name, 1, 1):
        module = ir.Module.create()
        describe(module, text, language, options)
        builder = Builder(context, text.name)
        for kernel in kernels:
            made = read_kernel(Reader(builder, language, options, {}), kernel, module, kernel.spelling)
            if language.check is not None:
                language.check(made, options)
        module.operation.verify()
    return module


def describe(module: ir.Module, source: Source, language: Language, options: ReadOptions) -> None:
    """States target and source on the module."""
    arch = options.arch or language.default_arch
    attributes = module.operation.attributes
    attributes["xpiler.target"] = ir.Attribute.parse(f'#xpiler.target<"{language.name}", arch = "{arch}">')
    attributes["xpiler.source"] = ir.StringAttr.get(Path(source.name).name)


def definitions(cursor: Cursor, file: str) -> list[Cursor]:
    """The functions with bodies that the file itself defines."""
    found: list[Cursor] = []
    for child in cursor.get_children():
        if child.kind in CONTAINERS:
            found.extend(definitions(child, file))
        elif child.kind == CursorKind.FUNCTION_DECL and child.is_definition() and body_of(child) is not None:
            location = child.location.file
            if location is not None and location.name == file:
                found.append(child)
    return found


def chosen(functions: list[Cursor], language: Language, options: ReadOptions, source: Source) -> list[Cursor]:
    """The kernels to read: the one that is named, or the only one."""
    kernels = [function for function in functions if language.is_kernel(function)]
    if options.kernel:
        named = [kernel for kernel in kernels if kernel.spelling == options.kernel]
        if not named:
            known = ", ".join(kernel.spelling for kernel in kernels) or "none"
            raise InvalidInput(f"no kernel '{options.kernel}' in the file", Place(source.name), f"its kernels are: {known}")
        return named
    if not kernels:
        raise InvalidInput("no kernel in the file", Place(source.name), "expected a kernel function of the platform")
    return kernels
