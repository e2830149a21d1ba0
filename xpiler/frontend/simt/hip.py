"""HIP."""

from __future__ import annotations

from pathlib import Path

from xpiler.frontend.language import Language
from xpiler.frontend.options import ReadOptions
from xpiler.frontend.simt import runtime, tables
from xpiler.frontend.simt.dialect import Simt
from xpiler.frontend.simt.kernels import is_kernel
from xpiler.frontend.simt.mathematics import dot_of_bytes
from xpiler.frontend.simt.matrix_cores import mfma
from xpiler.frontend.standard_library import INVARIANT

INCLUDE = Path(__file__).resolve().parents[2] / "platforms" / "hip" / "include"
DEFAULT_ARCH = "gfx942"
SIMT = Simt("hip", lanes=64)


def lanes(arch: str) -> int:
    """Lanes of a wave: 64 on gfx9, 32 from gfx10 on."""
    return 64 if arch.startswith("gfx9") else 32


def device_macros(options: ReadOptions) -> dict[str, str]:
    """The macros of device code for an architecture."""
    arch = options.arch or DEFAULT_ARCH
    return {"__HIP_DEVICE_COMPILE__": "1", f"__{arch}__": "1", "__AMDGCN__": "1", "XPILER_LANES": str(lanes(arch))}


LANGUAGE = Language(
    name="hip",
    flags=("-x", "hip", "--cuda-host-only", "-nogpuinc", "-nogpulib", "-D__HIP_PLATFORM_AMD__=1", "-D__HIPCC__=1"),
    suffix=".hip",
    include_dirs=(INCLUDE, tables.INCLUDE),
    prelude="xpiler_hip.h",
    default_arch=DEFAULT_ARCH,
    machine_words=tables.MACHINE_WORDS,
    device_macros=device_macros,
    is_kernel=is_kernel,
    spaces={"shared": "#hip.space<shared>", "constant": "#hip.space<constant>"},
    types=tables.types(SIMT),
    type_of=tables.type_of(SIMT),
    builtins={**tables.builtins(SIMT), "__builtin_amdgcn_sdot4": dot_of_bytes},
    builtin_of=mfma,
    variables=tables.variables(SIMT),
    out_parameters=tables.out_parameters(SIMT),
    positive_ops=SIMT.positive_ops(),
    invariant_calls=INVARIANT,
    unsized_array=SIMT.unsized_array,
    launch=runtime.launch,
    launch_text=runtime.launch_text("hipStream_t"),
    launch_parts=("grid", "block", "shared", ""),
)
