"""Builds a CUDA or HIP file into a shared library that simulates it."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from xpiler.platforms.simt.compiler import Options, compile_library
from xpiler.platforms.simt.rewrite import Rewriter


def build_library(
    source: Path,
    output: Path,
    options: Options,
    *,
    seed: int = 0,
    include_dirs: tuple[Path, ...] = (),
    defines: tuple[str, ...] = (),
    documented_errors: bool = False,
) -> None:
    """Writes the library for `source` to `output`; what the compiler refuses is raised with its place.

    With `documented_errors` mathematical functions miss the exact result by up to the platform's documented error.
    """
    source = Path(source).resolve()
    folders = tuple(Path(folder).resolve() for folder in include_dirs)
    with tempfile.TemporaryDirectory(prefix="xpiler-simt-") as folder:
        rewriter = Rewriter(Path(folder), folders)
        text = rewriter.rewrite_file(source)
        compile_library(
            text,
            Path(output),
            replace(options, polls=rewriter.polls),
            include_dirs=(source.parent, *folders),
            defines=tuple(defines),
            seed=seed,
            documented_errors=documented_errors,
            blocks_talk=rewriter.blocks_talk,
        )
