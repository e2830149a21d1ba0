"""Runs CUDA text on a CPU: the SIMT simulator with CUDA's headers, warps of 32 lanes."""

from __future__ import annotations

import re
from pathlib import Path

from xpiler.diagnostics import InvalidInput
from xpiler.platforms.simt.build import build_library
from xpiler.platforms.simt.compiler import Options


def options(arch: str, *, strict: bool) -> Options:
    """The build options of an architecture such as `sm_90` or `sm_90a`."""
    match = re.fullmatch(r"sm_(\d+)(\d)a?", arch)
    if not match:
        raise InvalidInput(f"unknown CUDA architecture '{arch}'", hint="use a name such as sm_80 or sm_90")
    major, minor = int(match[1]), int(match[2])
    macros = (f"-D__CUDA_ARCH__={major}{minor}0", "-D__CUDACC__", "-D__NVCC__", "-DCUDART_VERSION=13000", "-D__CUDACC_VER_MAJOR__=13")
    return Options("cuda", macros, 32, strict, (major, minor))


def build(
    source: Path,
    output: Path,
    *,
    arch: str = "sm_90",
    strict: bool = True,
    seed: int = 0,
    include_dirs: tuple[Path, ...] = (),
    defines: tuple[str, ...] = (),
    documented_errors: bool = False,
) -> None:
    """Builds `source` into the shared library `output`, with its own C symbols and an entry for every kernel."""
    build_library(
        source,
        output,
        options(arch, strict=strict),
        seed=seed,
        include_dirs=tuple(include_dirs),
        defines=tuple(defines),
        documented_errors=documented_errors,
    )
