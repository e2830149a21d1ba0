"""The four platforms by name, and how a file's suffix tells its platform."""

from __future__ import annotations

import re
from pathlib import Path

from xpiler.diagnostics import InvalidInput, Place

PLATFORMS = ("cuda", "hip", "bang", "vnni")
SUFFIXES = {".cu": "cuda", ".cuh": "cuda", ".hip": "hip", ".mlu": "bang", ".cpp": "vnni", ".cc": "vnni", ".cxx": "vnni", ".c": "vnni"}
HOST_PLATFORMS = ("vnni",)  # a kernel is a plain function, the device is the host
DEFAULT_ARCH = {"cuda": "sm_90", "hip": "gfx942", "bang": "mtp_592", "vnni": "icelake-server"}
OUTPUT_SUFFIX = {"cuda": ".cu", "hip": ".hip", "bang": ".mlu", "vnni": ".cpp"}

# What no file with a GPU kernel is without. Where it is, clang says whether there is one: a comment holds words too.
GPU_MARK = re.compile(r"hip/|__global__|\bglobal\b")


def platform_of(path: str, text: str) -> str:
    """The platform of a source file, by suffix; a `.cpp` that holds a HIP kernel is hip.

    Raises InvalidInput where the suffix says nothing.
    """
    platform = SUFFIXES.get(Path(path).suffix)
    if platform is None:
        raise InvalidInput("the file's suffix names no platform", Place(path), f"say which one with --from ({', '.join(PLATFORMS)})")
    if platform == "vnni" and GPU_MARK.search(text):
        from xpiler.frontend.gpu_source import holds_kernel

        return "hip" if holds_kernel(path, text) else platform
    return platform
