"""`verify` on two files: read both, prove, and replay what the proof stumbles over."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mlir import ir

from xpiler.platforms.names import DEFAULT_ARCH, platform_of
from xpiler.verify import signature
from xpiler.verify.differential import Text
from xpiler.verify.model.side import Unit
from xpiler.verify.replay import Replay
from xpiler.verify.validator import Limits, validate
from xpiler.verify.verdict import Answer


@dataclass(frozen=True)
class VerifyOptions:
    """How to read both files and what to spend."""

    sizes: dict[str, int]
    platforms: tuple[str, str] = ("", "")
    archs: tuple[str, str] = ("", "")
    include_dirs: tuple[Path, ...] = ()
    defines: tuple[str, ...] = ()
    seconds: float = 60.0
    run: bool = True


def verify_files(source: str, target: str, options: VerifyOptions) -> Answer:
    """The verdict on `target` as a translation of `source`. Raises XpilerError where a file cannot be read."""
    from xpiler import frontend
    from xpiler.translation import read_text

    texts, modules = [], []
    for path, platform, arch in zip((source, target), options.platforms, options.archs, strict=True):
        platform = platform or platform_of(path, read_text(path))
        text = Text(Path(path), platform, arch or DEFAULT_ARCH[platform], options.include_dirs)
        reading = frontend.ReadOptions(arch=text.arch, include_dirs=options.include_dirs, defines=options.defines)
        texts.append(text)
        modules.append(frontend.read(text.path, platform, reading))
    return validate(*modules, options.sizes, lambda extents: _replayed(texts, modules[0], options, extents), Limits(options.seconds))


def _replayed(texts: list[Text], source: ir.Module, options: VerifyOptions, extents: dict[str, int]) -> str | None:
    """Both texts run on buffers of these extents, unless the user does not want runs."""
    if not options.run:
        return None
    unit = Unit.of(source)
    function = signature.Callable(unit.name, unit.parameters, unit.function)
    return Replay(texts[0], texts[1], function, options.sizes)(extents)
