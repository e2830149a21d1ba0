"""One side of a comparison as a file: text of a platform, or a module in MLIR."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from mlir import ir

from xpiler.diagnostics import InvalidInput, Place
from xpiler.frontend.options import ReadOptions
from xpiler.platforms.names import DEFAULT_ARCH, platform_of

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

    try:
        with context():
            return ir.Module.parse(path.read_bytes())
    except ir.MLIRError as error:
        first = error.error_diagnostics[0]
        raise InvalidInput(first.message, Place(str(path))) from None
    except OSError as error:
        raise InvalidInput(f"cannot read the file: {error.strerror}", Place(str(path))) from None
