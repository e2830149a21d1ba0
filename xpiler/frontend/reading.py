"""From a source file to a module in platform form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from clang.cindex import Cursor, CursorKind, TranslationUnit
from mlir import ir

from xpiler.diagnostics import InvalidInput, Place, Unsupported
from xpiler.frontend.builder import Builder
from xpiler.frontend.clang_session import Source, parse
from xpiler.frontend.cursors import body_of
from xpiler.frontend.kernels import read_kernel
from xpiler.frontend.language import Language
from xpiler.frontend.launch_options import parse_launch
from xpiler.frontend.launchers import launched, launchers, read_launcher, symbol_of
from xpiler.frontend.options import ReadOptions
from xpiler.frontend.reader import Reader

CONTAINERS = {CursorKind.NAMESPACE, CursorKind.LINKAGE_SPEC, CursorKind.UNEXPOSED_DECL}
INSTANTIATIONS = "xpiler_instantiate"


def read(source: Path | str, language: Language, options: ReadOptions, context: ir.Context) -> ir.Module:
    """Reads the kernels and launchers of a source, a path or text, into platform form.

    Raises InvalidInput or Unsupported, located in the source.
    """
    text = Source.of(source, language.suffix)
    appended = instantiations(options)
    unit = parse(text, language, options, device=True, appended=appended)
    kernels = chosen(unit, language, options, text)
    hosts = host_functions(text, unit, language, options, kernels, appended)
    with context, ir.Location.file(text.name, 1, 1):
        return _module(text, language, options, kernels, hosts, context)


def _module(source: Source, language: Language, options: ReadOptions, kernels: dict[str, Cursor], hosts: list[Cursor], context: ir.Context) -> ir.Module:
    module = ir.Module.create()
    describe(module, source, language, options)
    builder = Builder(context, source.name)
    symbols: set[str] = set()
    for name, kernel in kernels.items():
        made = read_kernel(Reader(builder, language, options, module, symbols, source), kernel, module, name)
        if language.check is not None:
            language.check(made, options)
    for host in hosts:
        read_launcher(Reader(builder, language, options, module, symbols, source), host, module)
    try:
        module.operation.verify()
    except ir.MLIRError as error:
        first = error.error_diagnostics[0]
        raise InvalidInput(first.message, located(first.location, source)) from None
    return module


def located(location: ir.Location, source: Source) -> Place:
    """A diagnostic's place from an operation's location."""
    while location.is_a_name():
        location = location.child_loc
    return Place(location.filename, location.start_line, location.start_col) if location.is_a_file() else Place(source.name)


def describe(module: ir.Module, source: Source, language: Language, options: ReadOptions) -> None:
    """States target and source on the module."""
    arch = options.arch or language.default_arch
    attributes = module.operation.attributes
    attributes["xpiler.target"] = ir.Attribute.parse(f'#xpiler.target<"{language.name}", arch = "{arch}">')
    attributes["xpiler.source"] = ir.StringAttr.get(Path(source.name).name)


def instantiations(options: ReadOptions) -> str:
    """Text that instantiates the templates the caller names."""
    if not options.instantiate:
        return ""
    uses = " ".join(f"(void)&{name};" for name in options.instantiate)
    return f"void {INSTANTIATIONS}() {{ {uses} }}"


def definitions(cursor: Cursor, file: str) -> Iterator[Cursor]:
    """The functions with bodies that the file itself defines."""
    for child in cursor.get_children():
        if child.kind in CONTAINERS:
            yield from definitions(child, file)
        elif child.kind == CursorKind.FUNCTION_DECL and child.is_definition() and body_of(child) is not None:
            location = child.location.file
            if location is not None and location.name == file:
                yield child


def known_kernels(unit: TranslationUnit, language: Language, file: str) -> dict[str, Cursor]:
    """Every kernel of the file by its symbol: those defined, and the instantiations that are launched or asked for."""
    functions = list(definitions(unit.cursor, file))
    found = {symbol_of(function): function for function in functions if language.is_kernel(function)}
    for function in functions:
        if not language.is_kernel(function):
            found |= {symbol_of(kernel): kernel for kernel in launched(function, language)}
    for top in unit.cursor.get_children():
        if top.spelling == INSTANTIATIONS:
            targets = (node.referenced for node in top.walk_preorder() if node.kind == CursorKind.DECL_REF_EXPR)
            found |= {symbol_of(target): target for target in targets if target is not None and body_of(target) is not None}
    return found


def chosen(unit: TranslationUnit, language: Language, options: ReadOptions, source: Source) -> dict[str, Cursor]:
    """The kernels to read: the one that is named, those the launchers launch, or the only one."""
    kernels = known_kernels(unit, language, source.name)
    if options.kernel:
        named = {name: kernel for name, kernel in kernels.items() if options.kernel in (name, kernel.spelling)}
        if not named:
            known = ", ".join(kernels) or "none"
            raise InvalidInput(f"no kernel '{options.kernel}' in the file", Place(source.name), f"its kernels are: {known}")
        return named
    if not kernels:
        raise _no_kernel(unit, source)
    functions = list(definitions(unit.cursor, source.name))
    used = {symbol_of(kernel) for function in launchers(functions, language) for kernel in launched(function, language)}
    if used:
        return {name: kernel for name, kernel in kernels.items() if name in used}
    if len(kernels) > 1:
        raise InvalidInput(f"the file has several kernels ({', '.join(kernels)}) and no launcher", Place(source.name), "name one with --kernel")
    return kernels


def _no_kernel(unit: TranslationUnit, source: Source) -> InvalidInput | Unsupported:
    templates = [node.spelling for node in unit.cursor.get_children() if node.kind == CursorKind.FUNCTION_TEMPLATE and _in_file(node, source)]
    if templates:
        hint = f"say which one with --instantiate '{templates[0]}<...>'"
        return Unsupported("the file has only templates, and nothing instantiates them", Place(source.name), hint)
    return InvalidInput("no kernel in the file", Place(source.name), "expected a kernel function of the platform")


def _in_file(node: Cursor, source: Source) -> bool:
    return node.location.file is not None and node.location.file.name == source.name


def host_functions(source: Source, unit: TranslationUnit, language: Language, options: ReadOptions, kernels: dict[str, Cursor], appended: str) -> list[Cursor]:
    """The launchers of the chosen kernels, read without the device macros; one made from `--launch` where it is given."""
    if options.launch:
        return [_launch_function(source, language, options, kernels, appended)]
    functions = list(definitions(unit.cursor, source.name))
    if launchers(functions, language) and any(macro in source.text for macro in language.device_macros(options)):
        functions = list(definitions(parse(source, language, options, device=False, appended=appended).cursor, source.name))
    return [function for function in launchers(functions, language) if all(symbol_of(kernel) in kernels for kernel in launched(function, language))]


def _launch_function(source: Source, language: Language, options: ReadOptions, kernels: dict[str, Cursor], appended: str) -> Cursor:
    """A device launcher whose expressions clang has parsed in terms of the kernel's parameters."""
    geometry = parse_launch(options.launch)
    if language.launch_text is None:
        raise InvalidInput("this platform has no launch geometry", hint="leave --launch out")
    (name, kernel), *others = kernels.items()
    if others:
        raise InvalidInput("--launch with several kernels", hint="name one with --kernel")
    parameters = list(kernel.get_arguments())
    names = [parameter.spelling or f"arg{k}" for k, parameter in enumerate(parameters)]
    typed = [f"{parameter.type.get_canonical().spelling} {spelled}" for parameter, spelled in zip(parameters, names, strict=True)]
    text = language.launch_text(name, geometry, typed, names)
    unit = parse(source, language, options, device=True, appended=f"{appended}\n{text}")
    return next(top for top in unit.cursor.get_children() if top.spelling == f"{name}_launch" and body_of(top) is not None)
