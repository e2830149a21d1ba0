"""Compiling AVX-512 and VNNI text: natively where the CPU has the instruction sets, else with the intrinsics in plain C++."""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from pathlib import Path

from xpiler.diagnostics import InvalidInput, Place
from xpiler.platforms.cxx import run_cxx
from xpiler.platforms.tool import Need, Tool, compile_check, program, version_of
from xpiler.platforms.vnni.c_text import compiler_flags
from xpiler.platforms.vnni.precompiled import EMULATION, precompiled

NEED = Need("g++", "compiles AVX-512 text, and the simulators", "install g++ 12 or newer")

BINDING = "-Wl,-Bsymbolic"  # a text calls its own functions, also those that have a name of the C library's (glibc has a `step`)
BFLOAT16 = Path(__file__).parent / "compatibility" / "bfloat16.h"
_BASE = ("avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl")
_ICELAKE = (*_BASE, "avx512_vnni", "avx512vbmi", "avx512_vbmi2", "avx512_bitalg", "avx512_vpopcntdq")
ARCHITECTURES = {
    "skylake-avx512": _BASE,
    "cascadelake": (*_BASE, "avx512_vnni"),
    "cooperlake": (*_BASE, "avx512_vnni", "avx512_bf16"),
    "icelake-server": _ICELAKE,
    "sapphirerapids": (*_ICELAKE, "avx512_bf16"),
}
"""For each `-march`, the instruction sets text may use, as /proc/cpuinfo names them."""

_IMPLIED = ("__SSE__", "__SSE2__", "__SSE3__", "__SSSE3__", "__SSE4_1__", "__SSE4_2__", "__AVX__", "__AVX2__", "__FMA__", "__F16C__")
_HELPFUL = {"avx2": "-mavx2", "fma": "-mfma", "f16c": "-mf16c"}


@functools.cache
def cpu_flags() -> frozenset[str]:
    """The instruction sets of this CPU, as Linux names them; empty where that is unknown."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return frozenset()
    return frozenset(next((line.split(":", 1)[1].split() for line in lines if line.startswith("flags")), ()))


def runs_natively(arch: str) -> bool:
    """Whether this CPU has every instruction set of the architecture."""
    return set(_sets(arch)) <= cpu_flags()


def find() -> Tool | None:
    """The C++ compiler with its version, or None."""
    path = program(os.environ.get("CXX", "g++"), "g++")
    return Tool(NEED, path, version_of(path, r"(\d+\.\d+(?:\.\d+)?)")) if path else None


def check(source: Path, *, arch: str = "icelake-server", include_dirs: tuple[Path, ...] = (), defines: tuple[str, ...] = ()) -> None:
    """Compiles `source` for the architecture with the compiler's own headers and throws the result away."""
    tool = find()
    if tool is None:
        raise NEED.missing()
    options = [*compiler_flags(source.name), *(f"-I{path}" for path in include_dirs), *(f"-D{define}" for define in defines)]
    compile_check(
        [str(tool.path), "-std=c++17", f"-march={arch}", "-fopenmp", "-O1", "-S", "-o", os.devnull, "-x", "c++", *options, str(source)],
        "g++",
    )


def build(
    source: Path | str,
    output: Path | str,
    *,
    arch: str = "icelake-server",
    openmp: bool = True,
    include_dirs: Sequence[Path | str] = (),
    defines: Sequence[str] = (),
    optimization: str = "-O2",
    emulate: bool | None = None,
    poisoned: bool = False,
) -> str:
    """Compiles `source` to the shared object `output`; says how it will run, "native" or "emulated".

    `emulate` forces the choice; by default the CPU decides. `poisoned` fills uninitialised variables with a pattern.
    Raises InvalidInput with the compiler's located message.
    """
    source = Path(source)
    if not source.is_file():
        raise InvalidInput("cannot read the file", Place(str(source)))
    emulated = not runs_natively(arch) if emulate is None else emulate
    flags = ["-std=c++17", optimization, "-g1", "-fPIC", "-w"]
    flags += emulation_flags(arch) if emulated else [f"-march={arch}"]
    flags += ["-fopenmp"] if openmp else []
    flags += ["-ftrivial-auto-var-init=pattern"] if poisoned else []
    if "__bf16" in source.read_text(errors="replace"):
        flags += ["-include", str(BFLOAT16)]
    elif emulated and not defines:
        flags += precompiled(source.read_text(errors="replace"), flags)
    flags += [*compiler_flags(source.name), *(f"-D{define}" for define in defines)]
    for folder in include_dirs:
        flags += ["-I", str(folder)]
    run_cxx([*flags, "-shared", BINDING, "-x", "c++", str(source), "-o", str(output)], source)
    return "emulated" if emulated else "native"


def emulation_flags(arch: str) -> list[str]:
    """Flags under which text for `arch` compiles on this CPU: our headers first, the architecture's macros defined."""
    macros = [*_IMPLIED, *(f"__{name.upper().replace('_', '')}__" for name in _sets(arch))]
    helpful = [flag for name, flag in _HELPFUL.items() if name in cpu_flags()]
    # The macros the compiler defines by itself have the same value, which is no redefinition.
    return [f"-I{EMULATION}", *helpful, "-ffp-contract=off", "-Wno-psabi", *(f"-D{macro}=1" for macro in macros)]


def _sets(arch: str) -> tuple[str, ...]:
    if arch not in ARCHITECTURES:
        raise InvalidInput(f"unknown architecture '{arch}'", hint="known: " + ", ".join(ARCHITECTURES))
    return ARCHITECTURES[arch]
