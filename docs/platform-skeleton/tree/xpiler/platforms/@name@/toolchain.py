"""Compiling @name@ text on this machine, with the builtins in plain C++."""

from __future__ import annotations

from pathlib import Path

from xpiler.platforms.cxx import run_cxx

INCLUDE = Path(__file__).resolve().parent / "include"


def build(source: Path, output: Path, *, arch: str = "@arch@", include_dirs: tuple[Path, ...] = (), poisoned: bool = False) -> str:
    """Compiles `source` to the shared object `output`; says how it will run. `poisoned` fills uninitialised variables with a pattern.

    Raises InvalidInput with the compiler's located message.
    """
    flags = ["-std=c++17", "-O2", "-fPIC", "-w", *(["-ftrivial-auto-var-init=pattern"] if poisoned else [])]
    folders = [word for folder in (INCLUDE, *include_dirs) for word in ("-I", str(folder))]
    run_cxx([*flags, *folders, "-shared", "-x", "c++", str(source), "-o", str(output)], source)
    return "emulated"
