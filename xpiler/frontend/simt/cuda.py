"""CUDA C."""

from __future__ import annotations

from pathlib import Path

from xpiler.frontend.language import Language
from xpiler.frontend.options import ReadOptions
from xpiler.frontend.simt import runtime, tables
from xpiler.frontend.simt.dialect import Simt
from xpiler.frontend.simt.kernels import is_kernel
from xpiler.frontend.standard_library import INVARIANT

INCLUDE = Path(__file__).resolve().parents[2] / "platforms" / "cuda" / "include"
DEFAULT_ARCH = "sm_90"
SIMT = Simt("cuda", lanes=32)


def device_macros(options: ReadOptions) -> dict[str, str]:
    """`__CUDA_ARCH__` of `sm_90` is 900."""
    digits = "".join(character for character in options.arch or DEFAULT_ARCH if character.isdigit())
    return {"__CUDA_ARCH__": f"{digits}0", "__CUDACC__": "1", "__NVCC__": "1"}


LANGUAGE = Language(
    name="cuda",
    flags=("-x", "cuda", "--cuda-host-only", "-nocudainc", "-nocudalib"),
    suffix=".cu",
    include_dirs=(INCLUDE, tables.INCLUDE),
    prelude="xpiler_cuda.h",
    default_arch=DEFAULT_ARCH,
    machine_words=tables.MACHINE_WORDS,
    device_macros=device_macros,
    is_kernel=is_kernel,
    spaces={"shared": "#cuda.space<shared>", "constant": "#cuda.space<constant>"},
    types=tables.types(SIMT),
    type_of=tables.type_of(SIMT),
    builtins=tables.builtins(SIMT),
    variables=tables.variables(SIMT),
    out_parameters=tables.out_parameters(SIMT),
    positive_ops=SIMT.positive_ops(),
    invariant_calls=INVARIANT,
    unsized_array=SIMT.unsized_array,
    launch=runtime.launch,
    launch_text=runtime.launch_text("cudaStream_t"),
    launch_parts=("grid", "block", "shared", ""),
)
