"""CUDA C."""

from __future__ import annotations

from pathlib import Path

from xpiler.frontend.language import Language
from xpiler.frontend.simt.dialect import Simt
from xpiler.frontend.simt.kernels import is_kernel

PLATFORMS = Path(__file__).parents[2] / "platforms"
SIMT = Simt("cuda", lanes=32)

LANGUAGE = Language(
    name="cuda",
    flags=("-x", "cuda", "--cuda-host-only", "-nocudainc", "-nocudalib"),
    suffix=".cu",
    include_dirs=(PLATFORMS / "cuda" / "include",),
    prelude="xpiler_cuda.h",
    default_arch="sm_90",
    is_kernel=is_kernel,
    spaces={"shared": "#cuda.space<shared>", "constant": "#cuda.space<constant>"},
    variables=SIMT.variables(),
    positive_ops=SIMT.positive_ops(),
)
