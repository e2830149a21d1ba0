"""Everything CUDA and HIP know, put together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from xpiler.frontend.c_types import CType
from xpiler.frontend.language import Handler, VariableHandler
from xpiler.frontend.simt import fragments, half, mathematics, memory, runtime, vectors, warps
from xpiler.frontend.simt.dialect import Simt

INCLUDE = Path(__file__).parent / "include"
MACHINE_WORDS = (
    "thread",
    "warp",
    "wave",
    "wavefront",
    "lane",
    "block",
    "grid",
    "cta",
    "shared",
    "smem",
    "lds",
    "shuffle",
    "register",
    "bank",
    "coalesced",
    "occupancy",
    "launch",
    "stream",
    "sync",
    "barrier",
    "global index",
    "global memory",
    "gpu",
    "cuda",
    "hip",
    r"__\w+",
    r"\w+Idx",
    r"\w+Dim",
)


def builtins(simt: Simt) -> dict[str, Handler]:
    """Builtins by name."""
    found: dict[str, Handler] = {}
    for module in (mathematics, warps, memory, fragments, runtime):
        found |= module.builtins(simt)
    return found | half.builtins() | vectors.builtins()


def variables(simt: Simt) -> dict[str, VariableHandler]:
    return {**simt.variables(), "num_elements": fragments.size(simt)}


def types(simt: Simt) -> dict[str, CType]:
    return {**vectors.types(), **runtime.types(simt)}


def type_of(simt: Simt) -> Callable[[str], CType | None]:
    return fragments.fragment_type(simt)


def out_parameters(simt: Simt) -> dict[str, int]:
    return runtime.out_parameters(simt)
