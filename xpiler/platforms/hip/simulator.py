"""Runs HIP text on a CPU: the SIMT simulator with HIP's headers, waves of 64 lanes on gfx9 and 32 from gfx10 on."""

from __future__ import annotations

import re
from pathlib import Path

from xpiler.diagnostics import InvalidInput
from xpiler.platforms.simt.build import build_library
from xpiler.platforms.simt.compiler import Options


def options(arch: str, *, strict: bool) -> Options:
    """The build options of an architecture such as `gfx942` or `gfx1100`."""
    match = re.fullmatch(r"gfx(\d+)([0-9a-f]{2})", arch)
    if not match:
        raise InvalidInput(f"unknown HIP architecture '{arch}'", hint="use a name such as gfx90a, gfx942 or gfx1100")
    major = int(match[1])
    wave = 64 if major < 10 else 32
    family = f"__GFX{major}__"
    names = (f"__{arch}__", family, "__HIPCC__", "__HIP__", "__HIP_PLATFORM_AMD__", "__HIP_DEVICE_COMPILE__", "__AMDGCN__")
    return Options("hip", tuple(f"-D{name}" for name in names), wave, strict, (major, int(match[2], 16)))


def build(
    source: Path,
    output: Path,
    *,
    arch: str = "gfx942",
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
