"""Running clang on a source file, and turning its complaints into diagnostics."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clang import cindex
from clang.cindex import Cursor, TranslationUnit

from xpiler.diagnostics import Diagnostic, InvalidInput, Place
from xpiler.frontend.language import Language
from xpiler.frontend.options import ReadOptions
from xpiler.frontend.void_pointers import with_casts

STANDARD_HEADERS = Path(__file__).parent / "include"
DEFAULT_STANDARD = "c++17"
SILENT = "-Wno-everything"
UNDECLARED = "use of undeclared identifier"


@dataclass(frozen=True)
class Source:
    """The text to read and the name its diagnostics use."""

    name: str
    text: str

    @staticmethod
    def of(source: Path | str, suffix: str) -> Source:
        """A source from a path, or from text.

        Raises InvalidInput for an unreadable, empty or binary file.
        """
        if isinstance(source, str) and "\n" not in source and len(source) < 1024 and _is_file(source):
            source = Path(source)
        name = str(source) if isinstance(source, Path) else f"<input>{suffix}"
        data = _bytes_of(source) if isinstance(source, Path) else source.encode()
        if not data.strip():
            raise InvalidInput("the file is empty", Place(name), "expected a kernel")
        if b"\0" in data:
            raise InvalidInput("the file is binary", Place(name), "expected source text")
        return Source(name, data.decode("utf-8", errors="replace"))


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except OSError:  # a text on one line is too long for a name
        return False


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"cannot read the file: {error.strerror}", Place(str(path)), "check the path and its permissions") from None


def parse(source: Source, language: Language, options: ReadOptions, *, device: bool, appended: str = "") -> TranslationUnit:
    """Parses the source, with the device macros or without them.

    `appended` is text after the source: instantiations, launch expressions.
    Raises InvalidInput where clang reports an error.
    """
    unit = translation_unit(source, language, options, device=device, appended=appended)
    errors = _errors_of(unit)
    if appended and errors and _is_behind(errors[0], source):
        errors_alone = _errors_of(translation_unit(source, language, options, device=device))  # a brace may be missing there
        if not errors_alone:
            hint = "it may name the kernel's own parameters, its template's, and constants of the file"
            raise InvalidInput(f"in --launch or --instantiate: {errors[0].spelling}", hint=hint)
        errors = errors_alone
    _raise(errors)
    return unit


def translation_unit(source: Source, language: Language, options: ReadOptions, *, device: bool, appended: str = "") -> TranslationUnit:
    """What clang makes of the source, whatever errors it has."""
    text, arguments = f"{source.text}\n{appended}\n" if appended else source.text, _arguments(source, language, options, device)
    unit = _parsed(source.name, text, arguments)
    if not language.word_flags(source.name) or (mended := with_casts(text, unit)) == text:
        return unit
    return min(unit, _parsed(source.name, mended, arguments), key=_errors)


def _errors(unit: TranslationUnit) -> int:
    return sum(item.severity >= cindex.Diagnostic.Error for item in unit.diagnostics)


def _parsed(name: str, text: str, arguments: list[str]) -> TranslationUnit:
    try:
        return cindex.Index.create().parse(name, args=arguments, unsaved_files=[(name, text)])
    except cindex.TranslationUnitLoadError:
        raise InvalidInput("clang could not read the file", Place(name)) from None


def warned(source: Source, language: Language, options: ReadOptions) -> TranslationUnit:
    """What clang makes of the source with the warnings on that a careful user compiles with."""
    arguments = ["-Wall" if each == SILENT else each for each in _arguments(source, language, options, device=False)]
    return cindex.Index.create().parse(source.name, args=[*arguments, "-Wextra"], unsaved_files=[(source.name, source.text)])


def _arguments(source: Source, language: Language, options: ReadOptions, device: bool) -> list[str]:
    macros = dict(language.device_macros(options)) if device else {}
    return [
        *language.flags,
        f"-std={options.standard or DEFAULT_STANDARD}",
        "-nostdinc",
        "-nostdinc++",
        "-fno-builtin",
        "-fno-lax-vector-conversions",  # as compilers of AVX-512 do: registers of floats are none of integers
        "-ferror-limit=20",
        SILENT,
        *(f"-I{folder}" for folder in options.include_dirs),
        *(f"-isystem{folder}" for folder in (*language.include_dirs, STANDARD_HEADERS)),
        *language.word_flags(source.name),
        *(f"-D{define}" for define in options.defines),
        *(f"-D{name}={value}" for name, value in macros.items()),
        "-include",
        language.prelude,
        "-include",
        "xpiler_standard.h",
    ]


def _errors_of(unit: TranslationUnit) -> list[cindex.Diagnostic]:
    programs = [function.extent for function in unit.cursor.get_children() if function.spelling == "main"]  # not read
    return [item for item in unit.diagnostics if item.severity >= cindex.Diagnostic.Error and not _within(item, programs)]


def _raise(errors: list[cindex.Diagnostic]) -> None:
    if not errors:
        return
    first, *others = errors
    message, hint = _message(first.spelling)
    raise InvalidInput(
        message, _place(first.location), hint, notes=tuple(Diagnostic("error", item.spelling, _place(item.location)) for item in others)
    )


def _is_behind(error: cindex.Diagnostic, source: Source) -> bool:
    """Whether an error is in what was appended to the source."""
    place = error.location
    return place.file is not None and place.file.name == source.name and place.line > len(source.text.splitlines())


def _within(error: cindex.Diagnostic, extents: list[cindex.SourceRange]) -> bool:
    """Whether an error that stopped nothing lies in one of the extents."""
    return error.severity < cindex.Diagnostic.Fatal and any(error.location in extent for extent in extents)


def _message(spelling: str) -> tuple[str, str]:
    if "file not found" in spelling:
        return spelling, "give its folder with -I"
    if spelling.startswith(UNDECLARED):
        return spelling, "it is no builtin that Xpiler knows on this platform; if it is declared in a header of yours, include it (-I)"
    return spelling, ""


def _place(location: cindex.SourceLocation) -> Place:
    return Place(location.file.name if location.file else "<unknown>", location.line, location.column)


def in_headers(cursor: Cursor, language: Language) -> bool:
    """Whether a declaration is one of ours (a builtin) rather than the user's."""
    file = cursor.location.file
    return file is None or any(Path(file.name).is_relative_to(folder) for folder in (*language.include_dirs, STANDARD_HEADERS))
