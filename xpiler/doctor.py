"""Finding the compilers and libraries that Xpiler can use; none is assumed."""

from __future__ import annotations

import importlib.metadata
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One tool: its version (empty when missing), what it is for, how to get it."""

    name: str
    version: str
    purpose: str
    how_to_get: str


PACKAGES = (
    ("xtc-mlir-python-bindings", "the IR of every stage"),
    ("libclang-ng", "reading C++ of every platform"),
    ("z3-solver", "proofs"),
    ("islpy", "integer sets of proofs and dependences"),
    ("clang-format", "the layout of emitted text"),
)
PROGRAMS = (
    ("g++", "--version", "vnni text, and the simulators of cuda, hip and bang", "your system's C++ compiler package"),
    (
        "nvcc",
        "--version",
        "compiling emitted CUDA text",
        "the CUDA toolkit, or pip install nvidia-cuda-nvcc nvidia-cuda-crt nvidia-cuda-runtime nvidia-nvvm",
    ),
    ("hipcc", "--version", "compiling emitted HIP text", "ROCm; or clang with the AMDGPU target, which checks without running"),
    ("clang-22", "--version", "AMDGPU assembly of emitted HIP text", "apt-get install clang-22"),
    ("cncc", "--version", "compiling emitted BANG text", "Cambricon Neuware"),
    ("nvidia-smi", "--query-gpu=name --format=csv,noheader", "running emitted CUDA text on a GPU", "an NVIDIA driver"),
)


def inspect() -> list[Row]:
    """A row for every package, program and instruction set."""
    rows = [Row(name, _package(name), purpose, f"pip install {name}") for name, purpose in PACKAGES]
    rows += [Row(name, _program(name, flags), purpose, get) for name, flags, purpose, get in PROGRAMS]
    native = "avx512_vnni" in _cpu_flags()
    rows.append(
        Row("AVX-512 VNNI", "this CPU" if native else "", "running vnni text natively", "nothing to do: without it the text runs emulated")
    )
    return rows


def _package(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _program(name: str, flags: str) -> str:
    """The last line with a digit of `name flags`, or nothing where it is not found or does not run."""
    if shutil.which(name) is None:
        return ""
    try:
        done = subprocess.run([name, *flags.split()], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    lines = [line for line in done.stdout.splitlines() if any(c.isdigit() for c in line)]
    return lines[0].strip() if lines and done.returncode == 0 else ""


def _cpu_flags() -> set[str]:
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return set()
    return {flag for line in text.splitlines() if line.startswith("flags") for flag in line.split()}
