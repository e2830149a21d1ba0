"""One side of a comparison as a file: text of a platform, or a module in MLIR."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from mlir import ir

from xpiler.diagnostics import InvalidInput, Place
from xpiler.frontend.options import ReadOptions
from xpiler.platforms.names import DEFAULT_ARCH, OUTPUT_SUFFIX, platform_of
from xpiler.platforms.target import target_of

MLIR_SUFFIXES = (".mlir", ".mlirbc")


@dataclass(frozen=True)
class ProgramFile:
    """Where a program lies, and how it is read; `platform` is "mlir" for a module."""

    path: Path
    platform: str
    reading: ReadOptions = field(default_factory=ReadOptions)
    extents: dict[str, str] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()
    loaded: ir.Module | None = None  # where the program has been read already

    @staticmethod
    def of(path: str, platform: str, reading: ReadOptions) -> ProgramFile:
        """A file on the command line: its platform by suffix, unless said. Raises InvalidInput where that says nothing."""
        from xpiler.translation import read_text

        if Path(path).suffix in MLIR_SUFFIXES:
            return ProgramFile(Path(path), "mlir", reading)
        platform = platform or platform_of(path, read_text(path))
        return ProgramFile(Path(path), platform, replace(reading, arch=reading.arch or DEFAULT_ARCH[platform]))

    def as_text(self, folder: Path) -> ProgramFile:
        """What can be run of it: itself, or a module's text, written to the folder. Raises XpilerError where a module has none."""
        if self.platform != "mlir":
            return self
        from xpiler.tools.xpile import emit

        module = self.module()
        text, target = emit(module), target_of(module)
        path = folder / f"{self.path.stem}{OUTPUT_SUFFIX[target.platform]}"
        path.write_text(text)
        return ProgramFile(path, target.platform, replace(self.reading, arch=target.arch), loaded=module)

    def module(self) -> ir.Module:
        """The program in MLIR, read in a context of its own. Raises InvalidInput, Unsupported."""
        from xpiler import frontend
        from xpiler.stated_facts import state_facts

        if self.loaded is not None:
            return self.loaded
        if self.platform == "mlir":
            return _parsed(self.path)
        module = frontend.read(self.path, self.platform, self.reading)
        state_facts(module, self.reading.kernel, self.extents, self.assumptions)
        return module


def _parsed(path: Path) -> ir.Module:
    from xpiler.dialects import context

    if not path.is_file():
        raise InvalidInput("cannot read the file: there is none", Place(str(path)), "check the path and its permissions")
    try:
        with context():
            return ir.Module.parseFile(str(path))
    except ir.MLIRError as error:
        first = error.error_diagnostics[0]
        raise InvalidInput(first.message, place_of(first.location, path)) from None


def place_of(location: ir.Location, path: Path) -> Place:
    """Where MLIR's parser stopped, in the file that it read."""
    if not location.is_a_file():
        return Place(str(path))
    return Place(str(path), location.start_line, location.start_col)
