"""Which functions of a file are read: its kernels, and the launchers of those."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from clang.cindex import Cursor, CursorKind

from xpiler.diagnostics import InvalidInput, Place, Unsupported, warn
from xpiler.frontend.clang_session import Source, parse
from xpiler.frontend.cursors import body_of, is_void, place_of
from xpiler.frontend.explicit_instantiations import explicit_instantiations
from xpiler.frontend.kernel_names import LAMBDA, spelled, symbol_of
from xpiler.frontend.language import Language
from xpiler.frontend.launch_options import parse_launch
from xpiler.frontend.launchers import launched, launchers
from xpiler.frontend.options import ReadOptions
from xpiler.frontend.stated_calls import Numbers, called_with
from xpiler.frontend.stated_launches import Untold, geometry_of, is_unread, launches_in

CONTAINERS = {CursorKind.NAMESPACE, CursorKind.LINKAGE_SPEC, CursorKind.UNEXPOSED_DECL}
INSTANTIATIONS = "xpiler_instantiate"


@dataclass
class FileFunctions:
    """The functions of one reading of a source file."""

    source: Source
    language: Language
    top: Cursor  # the translation unit

    @cached_property
    def declarations(self) -> list[Cursor]:
        """What the file itself declares; our headers are passed over."""
        return list(_own(self.top))

    @cached_property
    def defined(self) -> list[Cursor]:
        """The functions that the file defines."""
        functions = (item for item in self.declarations if item.kind == CursorKind.FUNCTION_DECL and item.is_definition())
        return [function for function in functions if self.holds(function) and body_of(function) is not None]

    @cached_property
    def launchers(self) -> list[Cursor]:
        """The host functions that launch kernels."""
        hosts = [function for function in self.instantiated if not self.language.is_kernel(function)]
        return launchers([*self.defined, *hosts], self.language)

    @cached_property
    def instantiated(self) -> list[Cursor]:
        """The instantiations that are asked for, by the caller or by the file itself."""
        uses = [item for item in self.declarations if item.spelling == INSTANTIATIONS]
        targets = [node.referenced for item in uses for node in item.walk_preorder() if node.kind == CursorKind.DECL_REF_EXPR]
        return [target for target in dict.fromkeys(targets) if target is not None and body_of(target) is not None]

    @cached_property
    def templates(self) -> list[Cursor]:
        """The function templates that the file defines."""
        return [item for item in self.declarations if item.kind == CursorKind.FUNCTION_TEMPLATE and self.holds(item)]

    @cached_property
    def kernels(self) -> dict[str, Cursor]:
        """Every kernel by its symbol: those defined, and the instantiations that are launched or asked for."""
        found = {symbol_of(function): function for function in self.defined if self.language.is_kernel(function)}
        for function in self.launchers:
            found |= {symbol_of(kernel): kernel for kernel in launched(function, self.language)}
        found |= {symbol: kernel for symbol, (kernel, _) in self.stated.items()}
        if self.language.launch_text is not None:  # templates that host code instantiates, whatever its geometry
            unread = (function for function in self.defined if is_unread(function))
            found |= {symbol_of(kernel): kernel for function in unread for kernel, _ in launches_in(function, self.language)}
        return found | {symbol_of(target): target for target in self.instantiated if self.language.is_kernel(target)}

    @cached_property
    def stated(self) -> dict[str, tuple[Cursor, str]]:
        """Kernels that only host code launches which is not read, each with a launcher's text that says the same geometry."""
        found: dict[str, tuple[Cursor, str]] = {}
        if self.launchers or self.language.launch_text is None:
            return found
        for function in self.defined:
            if is_unread(function):
                for kernel, launch in launches_in(function, self.language):
                    text = _stated(self.language, function, kernel, launch)
                    if text:
                        found.setdefault(symbol_of(kernel), (kernel, text))
        return found

    @cached_property
    def calls(self) -> dict[str, tuple[Numbers, Numbers]]:
        """What host code that is not read passes in the launch that the launcher of each name stands for."""
        found: dict[str, tuple[Numbers, Numbers]] = {}
        for function in (each for each in self.defined if self.stated and is_unread(each)):
            for kernel, launch in launches_in(function, self.language):
                if f"{symbol_of(kernel)}_launch" not in found:
                    found[f"{symbol_of(kernel)}_launch"] = called_with(function, kernel, launch)
        return found

    def holds(self, cursor: Cursor) -> bool:
        """Whether a declaration is in the file, not in one it includes."""
        file = cursor.location.file
        return file is not None and file.name == self.source.name


def _own(cursor: Cursor) -> Iterator[Cursor]:
    for child in cursor.get_children():
        if not child.location.is_in_system_header:
            if child.kind in CONTAINERS:
                yield from _own(child)
            else:
                yield child


def device_functions(source: Source, language: Language, options: ReadOptions, appended: str = "") -> FileFunctions:
    """The file read with the device macros of the architecture."""
    unit = parse(source, language, options, device=True, appended=instantiations(options) + appended)
    return FileFunctions(source, language, unit.cursor)


def with_own_instantiations(functions: FileFunctions, options: ReadOptions) -> ReadOptions:
    """The options with the instantiations that a file asks for itself, where it has nothing else to read."""
    if functions.kernels or not functions.templates:
        return options
    return replace(options, instantiate=explicit_instantiations(functions.top, functions.templates))


def instantiations(options: ReadOptions) -> str:
    """Text that instantiates the templates the caller names."""
    if not options.instantiate:
        return ""
    uses = " ".join(f"(void)&{name};" for name in options.instantiate)
    return f"void {INSTANTIATIONS}() {{ {uses} }}\n"


def chosen(functions: FileFunctions, options: ReadOptions) -> dict[str, Cursor]:
    """The kernels to read: the one that is named, those the launchers launch, or the only one."""
    kernels, place = functions.kernels, Place(functions.source.name)
    if options.kernel:
        named = {name: kernel for name, kernel in kernels.items() if options.kernel in (name, kernel.spelling)}
        if not named:
            known = ", ".join(kernels) or "none"
            raise InvalidInput(f"no kernel '{options.kernel}' in the file", place, f"its kernels are: {known}")
        return named
    if not kernels:
        raise _no_kernel(functions, place)
    used = {symbol_of(kernel) for function in functions.launchers for kernel in launched(function, functions.language)}
    used = used or set(functions.stated)
    if used:
        return {name: kernel for name, kernel in kernels.items() if name in used}
    _, second, *_ = (*kernels.values(), None, None)
    if len(kernels) > 1 and functions.language.launch_text is not None:
        raise InvalidInput(
            f"the file has several kernels ({', '.join(kernels)}) and no launcher", place_of(second), "name one with --kernel"
        )
    return kernels


def _no_kernel(functions: FileFunctions, place: Place) -> InvalidInput | Unsupported:
    if functions.templates:
        first = functions.templates[0]
        hint = f"say which one with --instantiate '{first.spelling}<...>'"
        return Unsupported("the file has only templates, and nothing instantiates them", place_of(first), hint)
    if functions.language.launch_text is None:  # where no word marks kernels, what they do has to
        for function in functions.defined:
            takes_pointers = any(p.type.get_canonical().kind.name == "POINTER" for p in function.get_arguments())
            if takes_pointers and not is_void(function.result_type):
                result = function.result_type.spelling
                hint = f"let it store its result through one more pointer: void {function.spelling}(..., {result} *result)"
                return Unsupported(f"'{function.spelling}' returns a value, and kernels return none", place_of(function), hint)
    return InvalidInput("no kernel in the file", Place(place.file, 1, 1), "expected a kernel function of the platform")


def host_functions(device: FileFunctions, options: ReadOptions, kernels: dict[str, Cursor]) -> list[Cursor]:
    """The launchers of the chosen kernels, read without the device macros; one made from `--launch` where it is given."""
    if options.launch:
        if device.launchers:
            warn("--launch takes the place of the file's launcher", place_of(device.launchers[0]))
        return [_launch_function(device, options, kernels, options.launch)]
    if not device.launchers and any(name in kernels for name in device.stated):
        return _stated_functions(device, options, kernels)
    usual = device.language.usual_launch
    if not device.launchers and options.assume_launch and usual is not None:
        warn(usual.warning, place_of(next(iter(kernels.values()))), usual.hint)
        return [_launch_function(device, options, kernels, usual.geometry)]
    source, language, host = device.source, device.language, device
    if device.launchers and any(macro in source.text for macro in language.device_macros(options)):
        unit = parse(source, language, options, device=False, appended=instantiations(options))
        host = FileFunctions(source, language, unit.cursor)
    return [function for function in host.launchers if all(symbol_of(kernel) in kernels for kernel in launched(function, language))]


def _stated_functions(device: FileFunctions, options: ReadOptions, kernels: dict[str, Cursor]) -> list[Cursor]:
    """Launchers in the words of a `main` or a binding, which are not read themselves."""
    texts = {f"{name}_launch": text for name, (_, text) in device.stated.items() if name in kernels}
    read = device_functions(device.source, device.language, options, "\n".join(texts.values()))
    return [function for function in read.defined if function.spelling in texts]


def _stated(language: Language, function: Cursor, kernel: Cursor, launch: Cursor) -> str:
    """A launcher's text for one launch; nothing where its geometry is not told, or a lambda is launched, whose type has no name."""
    if LAMBDA.search(spelled(kernel)):
        return ""
    try:
        geometry, own = geometry_of(function, kernel, launch, language.launch_parts)
    except Untold:
        return ""
    if "type" in geometry:
        geometry["type"] = [language.launch_word(geometry["type"][0])]
    return _text_of_launch(language, symbol_of(kernel), kernel, geometry, own)


def _text_of_launch(language: Language, name: str, kernel: Cursor, geometry: dict[str, list[str]], own: Sequence[str] = ()) -> str:
    """A launcher of the kernel's parameters, and of `own` numbers behind them, which the geometry is made of."""
    parameters = list(kernel.get_arguments())
    names = [parameter.spelling or f"arg{k}" for k, parameter in enumerate(parameters)]
    typed = [f"{parameter.type.get_canonical().spelling} {named}" for parameter, named in zip(parameters, names, strict=True)]
    assert language.launch_text is not None
    return language.launch_text(f"{name}_launch", spelled(kernel), geometry, [*typed, *(f"int {number}" for number in own)], names)


def _launch_function(device: FileFunctions, options: ReadOptions, kernels: dict[str, Cursor], launch: str) -> Cursor:
    """A device launcher whose expressions clang has parsed in terms of the kernel's parameters."""
    geometry, language = parse_launch(launch), device.language
    if language.launch_text is None:
        raise InvalidInput("this platform has no launch geometry", hint="leave --launch out")
    (name, kernel), *others = kernels.items()
    if others:
        raise InvalidInput("--launch with several kernels", hint="name one with --kernel")
    text = _text_of_launch(language, name, kernel, geometry)
    read = device_functions(device.source, language, options, text)
    return next(function for function in read.defined if function.spelling == f"{name}_launch")
