"""Building source text of any platform into a library that this machine can run.

CUDA, HIP and BANG text is built against our simulators, VNNI text with the C++ compiler.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path

from xpiler.platforms.names import HOST_PLATFORMS


@dataclass(frozen=True)
class Built:
    """A loadable library and how it runs the text: "native", "emulated" or "simulated"."""

    library: Path
    how: str


def build(
    source: Path,
    platform: str,
    output: Path,
    *,
    arch: str,
    strict: bool = True,
    seed: int = 0,
    include_dirs: tuple[Path, ...] = (),
    defines: tuple[str, ...] = (),
    **simulation: object,
) -> Built:
    """Compiles `source` to the shared object `output`; `simulation` goes to the platform's simulator as it is.

    Raises InvalidInput with the compiler's first located message, ToolMissing where there is no compiler.
    """
    if platform in HOST_PLATFORMS:
        toolchain = importlib.import_module(f"xpiler.platforms.{platform}.toolchain")
        return Built(output, toolchain.build(source, output, arch=arch, include_dirs=include_dirs, defines=defines, poisoned=strict))
    simulator = importlib.import_module(f"xpiler.platforms.{platform}.simulator")
    simulator.build(source, output, arch=arch, strict=strict, seed=seed, include_dirs=include_dirs, defines=defines, **simulation)
    return Built(output, "simulated")
