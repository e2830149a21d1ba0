"""From a source file to a module in platform form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clang.cindex import Cursor
from mlir import ir

from xpiler.diagnostics import InvalidInput
from xpiler.frontend.builder import Builder
from xpiler.frontend.chosen_bases import branch_over_bases
from xpiler.frontend.clang_session import Source
from xpiler.frontend.comments import NAME as COMMENTS
from xpiler.frontend.comments import comments_of
from xpiler.frontend.cursors import unsupported
from xpiler.frontend.kernels import read_kernel
from xpiler.frontend.language import Language
from xpiler.frontend.launchers import read_launcher
from xpiler.frontend.options import ReadOptions
from xpiler.frontend.reader import Reader
from xpiler.frontend.selection import FileFunctions, chosen, device_functions, host_functions, with_own_instantiations
from xpiler.frontend.unset_values import located, refuse_unset_values


def read(source: Path | str, language: Language, options: ReadOptions, context: ir.Context) -> ir.Module:
    """Reads the kernels and launchers of a source, a path or text, into platform form.

    Raises InvalidInput or Unsupported, located in the source.
    """
    text = Source.of(source, language.suffix)
    device = device_functions(text, language, options)
    own = with_own_instantiations(device, options)
    if own != options:
        device, options = device_functions(text, language, own), own
    kernels = chosen(device, options)
    hosts = host_functions(device, options, kernels)
    with context, ir.Location.file(text.name, 1, 1):
        module = _module(text, language, options, kernels, hosts, context)
        _tell_calls(module, device)
        comments = comments_of(device.top.translation_unit, text.text)
        if comments:
            module.operation.attributes[COMMENTS] = comments.attribute(language.name, language.machine_words)
        return module


def _module(
    source: Source, language: Language, options: ReadOptions, kernels: dict[str, Cursor], hosts: list[Cursor], context: ir.Context
) -> ir.Module:
    module = ir.Module.create()
    describe(module, source, language, options)
    builder = Builder(context, source.name)
    symbols: set[str] = set()
    for name, kernel in kernels.items():
        reader = Reader(builder, language, options, module, symbols, source)
        with refusing(reader, kernel):
            made = read_kernel(reader, kernel, module, name)
            branch_over_bases(made, source)
            refuse_unset_values(made, source)
            reader.directives.close(reader, kernel)
        if language.check is not None:
            language.check(made, options)
    for host in hosts:
        reader = Reader(builder, language, options, module, symbols, source)
        with refusing(reader, host):
            read_launcher(reader, host, module)
            reader.directives.close(reader, host)
    try:
        module.operation.verify()
    except ir.MLIRError as error:
        first = error.error_diagnostics[0]
        raise InvalidInput(first.message, located(first.location, source)) from None
    return module


def _tell_calls(module: ir.Module, device: FileFunctions) -> None:
    """On each launcher that stands for a launch in a `main`, the numbers and the elements of arrays that it passes."""
    for op in (each.operation for each in module.body.operations):
        call = device.calls.get(ir.StringAttr(op.attributes["sym_name"]).value) if "xpiler.launcher" in op.attributes else None
        if call is not None:
            numbers = [{name: ir.IntegerAttr.get(ir.IndexType.get(), number) for name, number in given.items()} for given in call]
            op.attributes["xpiler.called"] = ir.DictAttr.get(
                {"sizes": ir.DictAttr.get(numbers[0]), "elements": ir.DictAttr.get(numbers[1])}
            )


@contextmanager
def refusing(reader: Reader, function: Cursor) -> Iterator[None]:
    """What the reader does not expect is a refusal at the statement it was reading, not a crash."""
    try:
        yield
    except (AssertionError, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        where = reader.cursor if reader.cursor is not None else function
        raise unsupported(where, f"this use of the language is not supported ({type(error).__name__}: {error})") from error


def describe(module: ir.Module, source: Source, language: Language, options: ReadOptions) -> None:
    """States target and source on the module."""
    arch = options.arch or language.default_arch
    attributes = module.operation.attributes
    attributes["xpiler.target"] = ir.Attribute.parse(f'#xpiler.target<"{language.name}", arch = "{arch}">')
    attributes["xpiler.source"] = ir.StringAttr.get(Path(source.name).name)
